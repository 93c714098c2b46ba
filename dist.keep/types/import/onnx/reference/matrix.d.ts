/** Products: MatMul, Gemm and Einsum. */
import { type Node } from '../model/graph.js';
import { type Tensor } from '../model/tensor.js';
import type { Cost, Kernel } from './kernel.js';
export declare function transposed(x: Tensor): Tensor;
export interface EinsumPlan {
    /** one list of letters per input, and the result's */
    inputs: string[][];
    output: string[];
    sizes: Map<string, number>;
}
/** Takes an equation apart; `...` stands for capital letters that no equation of PyTorch uses. */
export declare function einsumPlan(node: Node, shapes: readonly (readonly number[])[]): EinsumPlan;
export declare const MATRIX: Record<string, Kernel>;
export declare const MATRIX_COSTS: Record<string, Cost>;
