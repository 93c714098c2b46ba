/** Basket n of a log holds the events e with of[e] === n. */
export interface Baskets {
    count: number;
    /** [events], NO_BASKET for none. */
    of: Uint32Array;
}
export declare function basketsByColumn(user: Uint32Array, column: Uint32Array): Baskets;
/** `gap`: the longest time between two events of one basket, in seconds as `time`. */
export declare function basketsByGap(user: Uint32Array, time: Float64Array, gap: number): Baskets;
