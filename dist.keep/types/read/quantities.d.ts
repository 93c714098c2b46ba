/**
 * Numbers as people and their spreadsheets write them: `$1,299.00`, `1.299,00 €`, `₹1,20,100`, `12,5`, `85 %`, `90 min`, and
 * `(1.50)` for what is owed. A column is written in one way: one unit or none, a point or a comma before the decimals. Where
 * each point, or each comma, is followed by three digits, there are two ways to read it: 1.299 may be 1299.
 */
import type { Cell } from './batch.js';
/** A way of writing numbers; `read` gives the number, NaN where the cell is missing, undefined where it is none of these. */
export interface Writing {
    /** what stands before or after the number, `€`, `%` or `min`; '' for nothing */
    unit: string;
    /** as programs write it: digits, a point, an exponent */
    plain: boolean;
    /** durations: what they become a number of */
    of?: 'minutes' | 'seconds';
    read: (cell: Cell) => number | undefined;
}
/** What stands before decimals. */
export type Decimals = '.' | ',';
/** The ways that are tried on a column of these texts, likeliest first; where somebody says what stands before decimals, those with it. */
export declare function writingsOf(texts: readonly string[], decimals?: Decimals): Writing[];
/** A number as it stands by itself, with what may stand around it; undefined: it is none. */
export declare function amountOf(cell: Cell): number | undefined;
/** A text that can be read with a point and with a comma before its decimals, and both numbers. */
export interface Undecided {
    text: string;
    point: number;
    comma: number;
}
/** The first such text, where all of these can be read both ways; null: some of them tells. */
export declare function undecided(texts: readonly string[]): Undecided | null;
/** Whether money is in a text that is no number: From $44.00, $33 - $99, 82,99 € inkl. MwSt. */
export declare const hasAmounts: (text: string) => boolean;
/** The unit that most cells have of those that have one, and how many have which; '' for none. */
export declare function unitsOf(texts: readonly string[]): {
    unit: string;
    counts: Map<string, number>;
};
