/** Ops that move elements without computing with them, and those that make indices. */
import { type Node } from '../model/graph.js';
import { type Tensor } from '../model/tensor.js';
import type { Kernel } from './kernel.js';
/** A view's elements, in C order. */
export declare function gatherView(x: Tensor, shape: readonly number[], strides: readonly number[], start?: number): Tensor;
/** The target shape of a Reshape: 0 keeps a size, -1 takes what is left. */
export declare function reshaped(shape: readonly number[], target: readonly number[], allowZero: boolean): number[];
export declare function squeezed(shape: readonly number[], axes: readonly number[] | undefined): number[];
export declare function unsqueezed(shape: readonly number[], axes: readonly number[]): number[];
/** Where a slice starts along each axis, how far it steps, and the shape that it has. */
export declare function sliceOf(node: Node, inputs: readonly (Tensor | undefined)[]): {
    start: number[];
    step: number[];
    shape: number[];
};
export declare function transposition(node: Node, rank: number): number[];
/** The sizes of a Split's parts along its axis. */
export declare function splitSizes(node: Node, inputs: readonly (Tensor | undefined)[]): {
    axis: number;
    sizes: number[];
};
/** How much a Pad adds before and behind along each axis; negative cuts off. */
export declare function padsOf(node: Node, inputs: readonly (Tensor | undefined)[]): {
    before: number[];
    behind: number[];
};
export declare const MOVEMENT: Record<string, Kernel>;
