/** The columns of a catalogue on their way to attributes: what is known of each beforehand, what became of it. */
import { type Column } from './attribute.js';
import type { Cell } from './batch.js';
import { type Place } from './errors.js';
import type { ExceptionFacts } from './facts.js';
import { type Hints, type Kind } from './kinds.js';
import type { Decimals } from './quantities.js';
import { type CellReading } from './survey.js';
import type { DateOrders } from './times.js';
/** What a person says of columns. */
export interface Wishes {
    /** kinds by column, where the values do not tell; 'skip' leaves a column out: `{ zip: 'category', notes: 'skip' }` */
    kinds?: Record<string, Kind | 'skip'>;
    /** what parts the values of a column, where they do not tell; false: a cell is one value: `{ genres: ',' }` */
    separators?: Record<string, string | false>;
    /** the columns that become attributes, beside id and title; default: all */
    keep?: readonly string[];
    /** what stands before the decimals of numbers, where they do not tell: `{ price: ',' }` reads 1.299 as 1299 */
    decimals?: Record<string, Decimals>;
    /** false: entities and tags of HTML in texts are as they stand; default: they are read as the text that they show */
    html?: boolean;
    /** which comes first in dates such as 08/10/2015, where none of a column tells */
    dates?: DateOrders;
    /** beside NULL, NaN and their like, what stands for nothing in a column, in place of "N/A" and dashes: `{ brand: ['NA'] }` */
    missing?: Record<string, readonly string[]>;
}
/** An attribute as it was taken; without a column it is left out. */
export interface Taken {
    name: string;
    column: Column | null;
    remarks: string[];
    exceptions: (ExceptionFacts & {
        file: string;
    })[];
}
/** `chosen` is what a config says; what does not fit that is refused. */
export declare function takenOf(name: string, cells: readonly Cell[], hints: Hints, chosen: Hints, read: CellReading, place: (item: number) => Place): Taken;
/** What a person says of one column. */
export declare function chosenOf({ kinds, separators, decimals: marks, dates }: Wishes, name: string): Hints;
/** A misspelt name would put into the bundle what was to stay out of it. */
export declare function checkNamed(paths: readonly string[], options: Wishes, names: string[], skipped: Set<string>): void;
