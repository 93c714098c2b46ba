/**
 * Whole numbers that float32 cannot hold (tape/ranges.ts says which): two values each, what float32 makes of the number and
 * what that rounded away. Both are moved, picked and chosen like any other; the tape's op `whole` reckons with the pair, and
 * what fits into one float again, an hour or a difference in days, goes on as one.
 *
 * The first of the two alone is the number cast to float32, and is enough wherever only a number below 2^24 has an effect.
 */
import { type Node } from '../model/graph.js';
import type { Value } from '../tape/value.js';
import { type Context, type Lowering } from './context.js';
/** A whole number: what float32 makes of it, and the rest where there may be one. */
export interface Whole {
    high: Value;
    low: Value | undefined;
}
/** Lowers a node that reads or makes such numbers. Returns the first of each pair; the rests are in `context.low`. */
export declare function lowerWhole(context: Context, node: Node, lowering: Lowering): Value[];
