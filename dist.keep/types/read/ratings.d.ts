/**
 * Ratings of a column: numbers, with a point or a comma before decimals, or all of them with the same words behind: `4/5`,
 * `4 out of 5 stars`, `4 ★`, `80 %`.
 */
import type { Cell } from './batch.js';
/** The ratings of one column of one file. */
export declare class RatingColumn {
    /** What stands behind every number, as the first has it; undefined: no rating was read. */
    private behind;
    /** The first cell of those that have words. */
    example: string | null;
    /** Of cells that are no ratings `refuse` hears. */
    add(cells: ArrayLike<Cell>, rows: number, refuse: (i: number, expected: string) => void): Float64Array<ArrayBuffer>;
    private read;
}
