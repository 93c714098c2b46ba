import type { Cell } from './batch.js';
import type { Reading } from './kinds.js';
/** An attribute of all items; values are by item number. */
export type Column = 
/** text to show or search; null where missing */
{
    name: string;
    kind: 'text';
    values: (string | null)[];
}
/** one of a few: names[values[i]]; values[i] is -1 where missing */
 | {
    name: string;
    kind: 'category';
    names: string[];
    values: Int32Array;
}
/** several of a few: names[values[j]] for offsets[i] <= j < offsets[i + 1] */
 | {
    name: string;
    kind: 'multi';
    names: string[];
    offsets: Uint32Array;
    values: Uint32Array;
}
/** NaN where missing */
 | {
    name: string;
    kind: 'number';
    values: Float64Array;
}
/** Unix seconds; NaN where missing */
 | {
    name: string;
    kind: 'date';
    values: Float64Array;
};
/** Told of a cell that does not fit the column's kind; it counts as missing, unless this throws. */
export type Odd = (item: number, found: Cell, expected: string) => void;
/** The cells, null where there is nothing, as a column of that kind. */
export declare function toColumn(name: string, reading: Reading, cells: readonly Cell[], odd: Odd): Column;
