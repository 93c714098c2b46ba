/** Ops along axes: sums and their like, softmax, normalisations, running sums, the largest k. */
import { type Node } from '../model/graph.js';
import { type Tensor } from '../model/tensor.js';
import type { Cost, Kernel } from './kernel.js';
/** The axes that a reduction runs over; none given means all, or with noop_with_empty_axes none. */
export declare function reducedAxes(node: Node, inputs: readonly (Tensor | undefined)[]): number[];
/** Calls `line` with the start and step of every run of elements along `axis`. */
export declare function eachLine(shape: readonly number[], axis: number, line: (start: number, step: number) => void): void;
/** Before opset 13 softmax ran over everything from `axis` on; then along one axis. Both as shape and axis. */
export declare function softmaxLine(node: Node, shape: readonly number[], opset: number): {
    shape: number[];
    axis: number;
};
export declare const REDUCE: Record<string, Kernel>;
export declare const REDUCE_COSTS: Record<string, Cost>;
