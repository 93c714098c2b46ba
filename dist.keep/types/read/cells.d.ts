/** What a cell means as an id or a number, and which words say that there is none. */
import type { Cell } from './batch.js';
export declare const ID_EXPECTED = "an id: text, or a number that is exact (up to 9007199254740991)";
export declare const SKIP_EXPECTED = "an id (config \"skip\": \"rows without ids\" leaves such rows out)";
export declare const NUMBER_EXPECTED = "a number";
/** How ids are read. */
export interface IdReading {
    /**
     * `exact`: '7.0' is an id of its own. Default: it is the whole number that a column of floats writes so, '7'. `lower case`:
     * so are the items 'AB-1' and 'ab-1' one; people may be told apart by that.
     */
    idsAs?: IdsAs | undefined;
}
/** What ids are taken for, other than as they are usually written. */
export type IdsAs = 'exact' | 'lower case';
/**
 * The id as a string: '007' stays, 7, 7n and '7.0' become '7'; what stands around it and nobody sees goes, and letters with
 * marks are one whichever way they are written (NFC). null if there is none: missing, a word for missing, inexact, an object.
 * The cell alone decides, not what stands beside it, so that an id is the same in every file.
 */
export declare function idOf(cell: Cell, as?: IdsAs): string | null;
/** Whether a cell says that there is no id, rather than one that cannot be read. */
export declare const hasNoId: (cell: Cell) => boolean;
/** Whether a cell is an id that is known without the `.0` that it is written with. */
export declare const isFloat: (cell: Cell) => boolean;
/** No number, no time. */
export declare function isMissing(cell: Cell): boolean;
/** Nothing, for a cell that may hold any text; `words`: what says so in this column, where somebody tells. */
export declare function isEmpty(cell: Cell, words?: ReadonlySet<string>): boolean;
/** Whether a trimmed text stands for nothing where people write, and may be a value all the same. */
export declare const mayBeNothing: (text: string) => boolean;
/** A cell as text. A date without a time of day keeps to its ten characters. */
export declare function textOf(cell: Cell): string;
/** A struct of Parquet, an object of JSON. */
export declare function isObject(cell: Cell): cell is Record<string, Cell>;
/** A finite number; NaN if the cell is missing; undefined if it is anything else. */
export declare function numberOf(cell: Cell): number | undefined;
