import { type Program } from '../../import/onnx/compile.js';
import type { Graph } from '../../import/onnx/model/graph.js';
import type { Weights } from '../../import/onnx/tape/program.js';
import type { Range } from '../../import/onnx/tape/ranges.js';
import { type Tensor } from '../../import/onnx/model/tensor.js';
import { type Bound } from './bind.js';
import type { Learn } from '../../learn/learn.js';
import type { Section } from '../sections/section.js';
import type { ModelScope } from './scope.js';
export declare const MOST_GOLDEN = 8;
/** Arithmetic alone is about 1e-6; more than this is another model, or one that its rounding turns. */
export declare const MOST_ERROR = 0.01;
export interface Pairs {
    /** where they are from; null: made here */
    file: string | null;
    rows: number;
    /** by name, for `rows` rows */
    given: Map<string, Tensor>;
    expected: Tensor;
    /** [rows][floats of all inputs], [rows][floats of the output] */
    inputs: Float32Array;
    outputs: Float32Array;
}
/** A listwise ranker's candidates: the longest list, the inputs that all of them share, and how many pairs are made of one list. */
export interface ListScope {
    longest: number;
    shared: ReadonlySet<string>;
    rows: number;
}
/**
 * Pairs from the config's file, or made here: random histories, and what the plain evaluator says in double precision. Of a
 * listwise ranker they are the candidates of one list.
 */
export declare function goldenPairs(graph: Graph, program: Program, bound: Bound, known: readonly number[], golden: ReadonlyMap<string, Tensor> | null, scope: ModelScope, list?: ListScope): Pairs;
/** How far the core is from double precision, in float32 and with the weights as they are kept. */
export declare function parity(graph: Graph, whole: Program, options: {
    sizes: Record<string, number>;
    ranges: ReadonlyMap<string, Range>;
    weights: Weights;
}, pairs: Pairs, role?: string): Promise<string[]>;
/** Golden rows stand one after the other; the runner takes arrays as the model declares them. */
export declare function turned(input: Program['inputs'][number], array: {
    shape: readonly number[];
    data: ArrayLike<number>;
}, rows: number): {
    shape: readonly number[];
    data: ArrayLike<number>;
};
export declare function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number;
/**
 * Replays the pairs in the finished bundle, tied table and coded weights and all, and keeps what they were off by as the
 * tolerance that `martello verify` holds any device to.
 */
export declare function settleGolden(learn: Learn, items: number, sections: readonly Section[], progress: {
    say(line: string): void;
}): Section[];
export interface Replay {
    pairs: number;
    /** largest difference, in shares of the largest output */
    error: number;
    tolerance: number;
}
/** What each program of a bundle says of its golden pairs. */
export declare function replayGolden(learn: Learn, bytes: Uint8Array): Replay[];
/** A share, as people read it. */
export declare const percent: (share: number) => string;
