import { type Extent } from '../tape/trace.js';
import { type Value } from '../tape/value.js';
import { type Context, type Lowering } from './context.js';
/** The value with axes of other sizes; a copy where its memory lies in the wrong order. */
export declare function reshape(context: Context, value: Value, shape: readonly Extent[]): Value;
/** Elements start, start + step, … of an axis: `count` of them. */
export declare function sliced(context: Context, given: Value, axis: number, start: number, step: number, extent: Extent, size: number): Value;
export declare function concatenated(context: Context, parts: readonly Value[], extents: readonly Extent[][], axis: number, shape: readonly Extent[]): Value;
/** Of states [steps, rows, width] those that `places` [n, rows, 1] name: [n, rows, width]. */
export declare function stepsAt(context: Context, given: Value, places: Value): Value;
export declare const MOVEMENT: Record<string, Lowering>;
