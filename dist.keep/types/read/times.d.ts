/**
 * Times of a column, which become Unix seconds here and nowhere else.
 *
 * Files count in seconds, milliseconds, microseconds or nanoseconds, and write dates in many ways. The unit of numbers is
 * that of most of a file, by their magnitude: 10^8 seconds are 1973, 10^11 are the year 5138. A number that stands among
 * others of another unit is read in whichever of both brings it nearer to the file's median. Dates whose order of day and
 * month only the column tells, such as 03/04/2021, are read once a day past the 12th has told it, and refused where none has.
 */
import type { Cell } from './batch.js';
/** A unit in which a file writes its times: `date`: as text, or by a type of the format; `number`: in none that is known. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'date' | 'number';
/** Cells of each unit. */
export type TimeUnits = Partial<Record<TimeUnit, UnitCells>>;
/** How many cells, and one of them. */
export interface UnitCells {
    count: number;
    example: string;
}
/** The unit of most. */
export declare const mostOf: (units: TimeUnits) => TimeUnit;
export declare const TIME_EXPECTED = "a Unix time (seconds, or milliseconds, microseconds or nanoseconds) or a date such as 2024-01-31T12:00:00Z";
/** Which comes first in a date that ends in its year, such as 08/10/2015. */
export type DateOrder = 'day first' | 'month first';
/** What somebody says of it, by column. */
export type DateOrders = Record<string, DateOrder>;
/** A moment with its microseconds: a Date has none. */
export declare class Instant extends Date {
    readonly seconds: number;
    constructor(seconds: number);
}
declare const PER_SECOND: {
    s: number;
    ms: number;
    us: number;
    ns: number;
};
type Unit = keyof typeof PER_SECOND;
/** A number of that unit, in seconds. */
export declare const secondsIn: (unit: Unit, value: number) => number;
/** Told of a cell that is no time; throws, or takes it for missing. */
export type Refuse = (cell: number, expected: string) => void;
/** The times of one column of one file. */
export declare class TimeColumn {
    private readonly name;
    private readonly order;
    private readonly dates;
    private readonly units;
    private readonly chunks;
    private readonly dayFirst;
    private readonly monthFirst;
    private undecided;
    private firstNumber;
    /**
     * `dates`: days rather than moments. Months and calendar years are their first, other numbers too small for a Unix time days
     * since 1970, or refused; so is each date that has day and month in another order than most.
     */
    constructor(name: string, order?: DateOrder | null, dates?: boolean);
    /** Takes cells; the seconds of them are in the answer after `finish`, NaN where a cell is missing. */
    add(cells: ArrayLike<Cell>, rows: number, refuse: Refuse): Float64Array<ArrayBuffer>;
    private read;
    /** No event has a month for its moment. */
    private spelled;
    private count;
    /** Which comes first in dates such as 03/04/2021, as others of the column tell; null: they do not, or not alike. */
    get told(): DateOrder | null;
    /**
     * Makes seconds of all that was added, and answers the cells of each unit; `usual`: which comes first where no date tells.
     * Errors, by `refuse`: dates whose order of day and month nothing tells, or that cannot have one order.
     */
    finish(usual?: DateOrder | null): TimeUnits;
    private settleOrder;
    private settleUnits;
    /** Numbers of the column, evenly drawn. */
    private sample;
}
/** The seconds of one time that stands for itself; NaN if the cell is missing, undefined if it is no time. */
export declare function timeOf(cell: Cell): number | undefined;
/**
 * Those of a column's texts that are no dates, were it one of dates, and whether the others tell day and month apart. A
 * year is one where it stands among others.
 */
export declare function undated(texts: readonly string[]): {
    odd: string[];
    isTold: boolean;
};
/**
 * The seconds of a column of dates, NaN where a cell is missing. Its numbers may also be days since 1970, or calendar
 * years. `odd` hears of a cell that is no date.
 */
export declare function datesOf(name: string, cells: readonly Cell[], order: DateOrder | null, odd: (row: number, found: Cell, expected: string) => void): Float64Array<ArrayBuffer>;
export {};
