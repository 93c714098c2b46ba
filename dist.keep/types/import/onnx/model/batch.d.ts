/**
 * The batch: which of the sizes that a model leaves open is the number of its rows.
 *
 * It is one axis of each input: the leading one, unless that is a number, or is named like a sequence, and a later one is
 * named like a batch (`[steps, batch, width]`, as recurrent models have it). All others are lengths, whatever they are
 * called: of `[B, N]` and `[batch, batch_seq]` the first is the batch.
 */
import type { Graph } from './graph.js';
/** The symbols that stand for the batch, one an input. What is a length in one input is no batch in another. */
export declare function batchSymbols(graph: Graph): Set<string>;
