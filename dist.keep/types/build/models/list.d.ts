/**
 * Listwise rankers: models whose candidates know of each other, by attention among them, a softmax over them or a mean that is
 * taken away. All candidates are then the rows of one run, as many as there are, and nothing is padded.
 */
import type { Program } from '../../import/onnx/compile.js';
import type { Graph } from '../../import/onnx/model/graph.js';
import type { Joined } from '../../import/onnx/rows.js';
import type { RankerConfig } from '../config.js';
import { type Pairs } from './golden.js';
/** The model with its candidates as its batch, where they lie along another axis: [batch, list, features]. */
export declare function alongList(graph: Graph, config: RankerConfig, features: readonly string[]): Graph;
/** What people are told of such a ranker. */
export declare const listWords: ({ part }: Joined, program: Program) => string;
/** How far programs are from double precision on lists of several lengths. Errors: numbers that the model does not give. */
export declare function listParity(file: string, whole: Program, pairs: Pairs, longest: number, ofLength: (rows: number) => Pairs, programs: {
    float32: Program;
    coded: Program | null;
    weights: string;
}): Promise<string[]>;
