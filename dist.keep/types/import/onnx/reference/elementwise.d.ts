import { type ElementType, type Tensor } from '../model/tensor.js';
import type { Kernel } from './kernel.js';
/**
 * erf by its series with positive terms, 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (1·3·…·(2n+1)): exact to a few bits.
 */
export declare function erf(x: number): number;
type Unary = (x: number) => number;
/** Activations by name, for ops of their own and inside recurrent cells. */
export declare function activation(op: string, alpha: number | undefined, beta: number | undefined): Unary | undefined;
export declare function map(input: Tensor, f: Unary, type?: ElementType): Tensor;
type Binary = (a: number, b: number) => number;
export declare function combine(a: Tensor, b: Tensor, f: Binary, type?: ElementType): Tensor;
export declare const ELEMENTWISE: Record<string, Kernel>;
export {};
