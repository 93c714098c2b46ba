import type { Core, Range } from './core.js';
/**
 * A value that a filter compares with. Where a catalogue says yes and no, in whatever words, they are true and false, and
 * any such word means them; of numbers true and false are 1 and 0.
 */
export type FilterValue = string | number | boolean;
/**
 * A range of numbers, or of dates; a bound left out is open. Dates are ISO 8601, UTC where no zone is said, or Unix seconds:
 * a number that looks like a year or a day in eight digits is refused.
 */
export interface FilterRange {
    /** More than this. */
    gt?: number | string;
    /** At least this. */
    gte?: number | string;
    /** Less than this. */
    lt?: number | string;
    /** At most this. */
    lte?: number | string;
}
/** What must hold for one attribute: one of these values, a range, or none of these values. */
export type Condition = FilterValue | readonly FilterValue[] | FilterRange | {
    not: FilterValue | readonly FilterValue[];
};
/** Conditions by attribute; all must hold. An item that lacks the attribute fails all but `not`. */
export type Filter = Readonly<Record<string, Condition>>;
/** Takes a condition on a category: at least one of the values, or none of them. */
export type TakeValues = (attribute: number, values: string[], negated: boolean, path: string) => void;
/** Takes a condition on a number: between low and high. */
export type TakeRange = (attribute: number, range: Range, negated: boolean) => void;
export declare function applyFilter(core: Core, filter: Filter): void;
/** Hands on the conditions of a filter one by one; `path` names it in messages. */
export declare function conditions(core: Core, path: string, filter: Filter, values: TakeValues, range: TakeRange): void;
/** The number of the attribute with this name; `path` names where it was said. */
export declare function attributeOf(core: Core, path: string, name: string): number;
