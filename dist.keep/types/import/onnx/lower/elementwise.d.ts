/** Elementwise ops: one op of the tape each, or none where types alone change. */
import { type Node } from '../model/graph.js';
import { type OpNumbers } from '../tape/tape.js';
import { type ElementType } from '../model/tensor.js';
import type { Value } from '../tape/value.js';
import { type Context, type Lowering } from './context.js';
/** The tape's unary kind of an ONNX activation, with its numbers; undefined for other ops. */
export declare function activationOf(node: Node): OpNumbers | undefined;
export declare const affine: (context: Context, value: Value, alpha: number, beta: number, type?: ElementType) => Value;
/** Whole numbers and truths are floats on the tape; only what a cast changes costs an op. */
export declare function castTo(context: Context, value: Value, type: ElementType): Value;
export declare const ELEMENTWISE: Record<string, Lowering>;
