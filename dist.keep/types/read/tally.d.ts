/**
 * What stands in the columns of a log that play no part: an order's state, pieces that came back. Columns of few values are
 * counted value by value, in others what is below 0 and what says yes; whether that means anything, the builder says.
 */
import type { Batch, Format } from './batch.js';
/** A column that plays no part. */
export interface TallyFacts {
    path: string;
    column: string;
    /** Rows of the file that were taken. */
    rows: number;
    /** Its values, each with its rows; null: they are many. */
    values: {
        value: string;
        count: number;
    }[] | null;
    /** Rows with a number below 0, and the first of them. */
    below: number;
    example: string;
    /** Rows that say yes: not empty, 0, false or no. */
    yes: number;
}
/** The idle columns of one file. */
export declare class Tally {
    private readonly path;
    private readonly byName;
    private order;
    private first;
    constructor(path: string);
    /** Positions of the columns to look at, which stand in batches from `first` on. */
    select(names: readonly string[], used: ReadonlySet<number>, first: number, format: Format): number[];
    add({ columns, rows }: Batch): void;
    /** `rows` of the file were taken. */
    facts(rows: number): TallyFacts[];
}
