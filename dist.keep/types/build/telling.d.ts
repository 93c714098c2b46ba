import { type Interactions, type Items, type LeaveOut } from '../read/index.js';
import type { Config } from './config.js';
/** Names of columns that count, which no values make a scale. */
export declare const COUNTS: RegExp;
export declare const leaving: (leaveOut: LeaveOut) => string;
/** One line for each such column. */
export declare function idleRemarks(log: Interactions | null, given: Config): string[];
/** People who have far more of the rows than a person can, or are called nobody. */
export declare function peopleRemarks(log: Interactions | null): string[];
/** A row that adds up the others, and became a person or an item. */
export declare function summaryRemarks(log: Interactions | null, items: Items | null): string[];
/** Columns of config key `leaveOut` that left out nothing. */
export declare function leftNothing(log: Interactions | null, { leaveOut }: Config): string[];
