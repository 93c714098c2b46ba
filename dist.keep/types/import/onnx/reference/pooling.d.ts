/** Ops over windows: convolutions and pooling along any number of axes. */
import { type Node } from '../model/graph.js';
import type { Cost, Kernel } from './kernel.js';
/** Windows over the axes from 2 on. */
export interface WindowPlan {
    kernel: number[];
    strides: number[];
    dilations: number[];
    before: number[];
    behind: number[];
    /** how many windows fit */
    out: number[];
}
/** `kernel` is the weights' for a convolution, else the attribute. */
export declare function windowPlan(node: Node, shape: readonly number[], given?: readonly number[]): WindowPlan;
export declare const POOLING: Record<string, Kernel>;
export declare const POOLING_COSTS: Record<string, Cost>;
