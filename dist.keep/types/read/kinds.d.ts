import { type Decimals, type Writing } from './quantities.js';
import { type Survey } from './survey.js';
import { type DateOrder } from './times.js';
/** What a column of a catalogue is. */
export type Kind = 'text' | 'category' | 'multi' | 'number' | 'date';
/** How the cells of a column are read. */
export interface Reading {
    kind: Kind;
    /** multi: what parts a text; null: nothing does */
    separator: string | null;
    /** number: how it is written */
    writing: Writing | null;
    /** category: what a text is called, null where it says nothing; absent: as it stands */
    named: ((text: string) => string | null) | null;
    /** category: what an empty cell says; null: nothing */
    blank: string | null;
    /** date: what somebody says of day and month */
    order: DateOrder | null;
}
/** What a person, or a header, says of a column beforehand. */
export interface Hints {
    kind?: Kind;
    /** what parts a text into several values; false: nothing does, for a cell is one value */
    separator?: string | false;
    /** number: what stands before decimals */
    decimals?: Decimals;
    /** date: which comes first where the year comes last */
    order?: DateOrder;
}
/** How a column is read; null where it mostly holds objects, which no attribute is. */
export declare function readingOf(column: Survey, hints?: Hints): Reading | null;
export declare function isCodeName(name: string): boolean;
