/**
 * Products. Every one is a contraction: dimensions of both operands that are summed (K), of both that stay (L), of one
 * alone (M of a, N of b). The longest runs of M and N become the matrix product's own, all others are looped over.
 */
import { type Node } from '../model/graph.js';
import { type OpNumbers } from '../tape/tape.js';
import { type Value } from '../tape/value.js';
import { type Context, type Lowering } from './context.js';
/** What comes after a product: scale · ab + bias, then an activation. */
export interface Epilogue {
    scale: number;
    bias?: Value;
    numbers: OpNumbers;
}
/**
 * out = contraction of a and b. `axes[i]` says of each axis of the result which axes of a and b it is, null for none;
 * `summed` are pairs of axes of a and b. Steps of what is absent are 0.
 */
export declare function contract(context: Context, given: readonly [Value, Value], axes: readonly (readonly [number | null, number | null])[], summed: readonly (readonly [number, number])[], after: Epilogue): Value;
/** The activation that fusion found, and the bias and scale. */
export declare function epilogueOf(context: Context, node: Node, biasAt: number): Epilogue;
export declare function product(context: Context, left: Value, right: Value, after: Epilogue): Value;
export declare const MATRIX_OPS: Record<string, Lowering>;
