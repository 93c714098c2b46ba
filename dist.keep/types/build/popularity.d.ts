/** How popular items are: the one measure of it, for their order, the source `popular`, searches and whatever weighs by it. */
/** Who met what; row n of every array is one event. */
interface Events {
    users: number;
    items: number;
    user: Uint32Array;
    item: Uint32Array;
    /** null: 1 each. */
    weight: Float32Array | null;
}
/**
 * What everybody's events say of each item: a person counts for an item once, by their strongest event of it, however often
 * they come back. Events that weigh nothing or less do not count.
 */
export declare function popularityOf({ users, items, user, item, weight }: Events): Float64Array<ArrayBuffer>;
/** The rows of each code, in their order: those of code c are rows[start[c]] up to before rows[start[c + 1]]. */
export declare function rowsByCode(codes: Uint32Array, count: number): {
    start: Uint32Array;
    rows: Uint32Array;
};
export {};
