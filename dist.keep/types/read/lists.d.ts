/**
 * Several values in one cell: which columns are lists, and where their cells are parted.
 *
 * A `|`, and the lists that programs print, say so themselves. A comma, a semicolon or a slash may as well stand within
 * one value ("Berlin, Germany", or prose), so it parts a column only where its parts are a vocabulary: short, most of them
 * met in several cells, and those that stand later in a cell mostly first in another one, as "Germany" never does.
 */
import type { Cell } from './batch.js';
/** Longer values, on average, are prose. */
export declare const CATEGORY_LENGTH = 64;
/** The parts of a text, trimmed, none empty; null: nothing parts it. */
export declare function partsOf(text: string, separator: string | null): string[];
/** The cells with the lists that their texts spell, where nearly all spell one; else null. */
export declare function printedLists(cells: readonly Cell[]): Cell[] | null;
/** The values of a list, lists within it taken apart; null where a part is an object without a name. */
export declare function valuesOf(list: readonly Cell[]): string[] | null;
/** What parts texts that are lists, whatever they look like; null: nothing does. */
export declare const likeliestSeparator: (texts: readonly string[], parting: Parting | null) => string | null;
/** How the texts of a column would be parted. */
export interface Parting {
    separator: string;
    /** cells of several parts, and the first of them */
    cells: number;
    example: string;
    /** how much of the parts is met in several cells, and how much of those that stand later also first; 0 to 1 */
    shared: number;
    first: number;
    /** whether they are lists for sure: a vocabulary, or what `|` parts */
    certain: boolean;
}
/**
 * Where a column's texts are parted, by the first separator that does so for sure, else by the first that may; null where
 * none stands in them, or they are prose, or objects that programs print.
 */
export declare function partingOf(texts: readonly string[]): Parting | null;
