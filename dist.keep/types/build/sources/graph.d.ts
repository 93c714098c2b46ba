/**
 * Neighbours by a knowledge graph: items are alike that lead to the same things.
 *
 * Every item is a sparse vector over the graph's nodes, and its neighbours are the nearest by cosine:
 *   one step    the entities it is linked with, either way round, each by how much that tells: relation weight · idf
 *   two steps   what those entities are linked with in turn, fainter
 *   items       an item that it is linked with, and every such item itself, so that the link alone makes them neighbours
 *
 *     idf(relation, node) = ln(1 + links of the relation / links of the relation at the node)
 *
 * A genre that half of the catalogue shares so says little, a director much. Nodes with more than LONGEST items are passed
 * over: they would say next to nothing, at most of the cost.
 */
import type { Graph } from '../../read/index.js';
import type { Catalogue } from '../catalogue.js';
import type { Learn, Lists } from '../../learn/learn.js';
import type { SourceOptions } from '../options.js';
import { type Log } from '../training.js';
import type { Workers } from '../workers.js';
import { type Source } from './source.js';
export declare const graph: Source<'graph'>;
/** item -> neighbours; null where no triple tells of an item. */
export declare function graphNeighbours(learn: Learn, workers: Workers, graph: Graph, catalogue: Catalogue, config: SourceOptions): Promise<Lists | null>;
/**
 * Of things that are equally near, people take to those that others took to: on films and their genres, years and tags the
 * source alone brings back three times as much with the square root of popularity as without, and more still with
 * popularity itself, which other sources know better. `met`: how many people met each item.
 */
export declare function popularNeighbours(lists: Lists, met: Float32Array | null, power?: number): Lists;
/** How many of the catalogue's items the graph names. */
export declare const itemsNamed: (graph: Graph, catalogue: Catalogue) => number;
/** The items' vectors as a log: "user" is a node, "item" an item, "weight" how much the node tells of it. */
export declare function vectorsOf(graph: Graph, catalogue: Catalogue, config: SourceOptions): Log;
