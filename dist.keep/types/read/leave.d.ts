/**
 * Rows of a log that are to be left out by what stands in a column: people who are nobody (`guest`, `0`), orders that came to
 * nothing, pieces that came back. They are counted as rows without ids are.
 */
import type { Batch, Cell } from './batch.js';
import { type IdsAs } from './cells.js';
/** A range of numbers, each end where it is said. */
export interface NumberRange {
    gt?: number;
    gte?: number;
    lt?: number;
    lte?: number;
}
/**
 * By column, what is left out: a value or several, a range of numbers, or true for every cell that says yes: that is not
 * empty, 0, false or no.
 */
export type LeaveOut = Record<string, true | string | number | (string | number)[] | NumberRange>;
/** Whether a cell says anything but no: `true`, a date, a number that is not 0. */
export declare const saysYes: (cell: Cell) => boolean;
export declare const whyLeft: (column: string) => string;
/** The rows of one file that are left out. */
export declare class Leaving {
    private readonly tests;
    /** Place of the first such column in a batch. */
    private first;
    constructor(leaveOut?: LeaveOut, idsAs?: IdsAs);
    /** Positions of the columns to look at, which stand in batches from `first` on. */
    select(names: readonly string[], first: number): number[];
    /** Why row i is left out; undefined: it is not. */
    why({ columns }: Batch, i: number): string | undefined;
}
