/**
 * Objects within rows: what analytics keep under `properties` or `event_properties` are columns of their own,
 * `properties.product_id`; a list of objects is rows of another table, which a line of jq makes.
 */
import { NoColumn } from './columns.js';
type Row = Record<string, unknown>;
export declare const isObject: (value: unknown) => value is Row;
/** Hears of the keys within the objects of a row, each with its path. */
export declare function eachInside(row: Row, hear: (path: readonly string[]) => void, above?: readonly string[]): void;
/** The columns within objects, by their dotted names. */
export declare class Inside {
    private readonly paths;
    /** The names of a row's objects that are not `known`. */
    add(row: Row, known: ReadonlySet<string>): string[];
    /** What a row has under a name, which it may have of its own besides; undefined where that is none of these. */
    cell(row: Row, name: string): unknown;
}
/** Says where ids seem to be, if they are in objects that are no columns (`nested`: they are), or in lists of objects. */
export declare function whereInside(error: NoColumn, rows: readonly Row[], nested: boolean): NoColumn;
export {};
