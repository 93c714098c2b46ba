import { type Value } from '../tape/value.js';
import type { Context, Lowering } from './context.js';
/** Sums and their like over `axes`, which become axes of size 1. */
export declare function reduced(context: Context, value: Value, axes: readonly number[], kind: string): Value;
export declare const REDUCTION: Record<string, Lowering>;
