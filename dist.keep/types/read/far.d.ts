/** Which times of a log no event can have had, and what is left of the others. */
import { type TimeUnit, type TimeUnits } from './times.js';
/** The times of a log, in seconds, whatever the files wrote. Where a log is cut, units and outliers stay those of the files. */
export interface TimeFacts {
    /** How the files write them: the unit of most, and all of them. */
    unit: TimeUnit;
    units: TimeUnits;
    /** The same of each file. */
    files?: {
        path: string;
        unit: TimeUnit;
        units: TimeUnits;
    }[];
    /** Numbers that only say which came first: whole, and from 0 or 1 on. */
    ordinal?: true;
    /** Cells with a time. */
    count: number;
    /** The span that all but the outliers lie in, Unix seconds. */
    from: number;
    to: number;
    /** Times far from all others: how many, and the first few. */
    outliers: {
        count: number;
        examples: number[];
    };
    /** Times that have not come yet, by the clock of whoever reads: it is no part of a bundle. */
    future: number;
}
/**
 * Takes out of a log's times those that are far from all others, as if they had not been written: 0 and other marks of
 * a missing time, a year 9999, a clock that was wrong. One of them would be the newest or the oldest event for ever, and
 * stretch every span. Answers what the times are; null: there are none.
 */
export declare function leaveOutFar(time: Float64Array, written: readonly {
    path: string;
    units: TimeUnits;
}[], now: number): TimeFacts | null;
