/** Attributes of items: numbers, texts, and categories, of which an item may have one or many. */
import type { Column } from '../../read/index.js';
import type { Learn } from '../../learn/learn.js';
import { type Section } from './section.js';
export declare const isLong: (text: string) => boolean;
/** A number, or a moment as one. */
export declare const isNumeric: (column: Column) => column is Extract<Column, {
    kind: 'number' | 'date';
}>;
/** One attribute of the items; rowOf[n] is the row of item n in the catalogue's columns, or -1. */
export declare function attributeSection(learn: Learn, column: Column, rowOf: Int32Array, ordinal: number): Section;
type Categories = Extract<Column, {
    kind: 'category' | 'multi';
}>;
/** The values of a row, as numbers of column.names. */
export declare function categoryValues(column: Categories, row: number): number[];
/** Where value v of column.names stands among the section's sorted values. */
export declare function valuePlaces(column: Categories): Uint32Array;
export {};
