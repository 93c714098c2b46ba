/** What was guessed of a catalogue's columns, in sentences that say how to change it; those to look at begin so. */
import type { Column } from './attribute.js';
import { type Place } from './errors.js';
import { type Reading } from './kinds.js';
import { type Survey } from './survey.js';
/** Cells that do not fit and count as missing. */
export declare function slips({ name, present }: Survey, { kind }: Reading, count: number, first: {
    place: Place;
    found: string;
}): string;
/** Cells that held HTML, whatever the column is. */
export declare const asShown: ({ name, present, html }: Survey) => string[];
/** `said`: where it is said what the column is, if it is. */
export declare function guesses(survey: Survey, reading: Reading, column: Column, said: 'config' | 'header' | null): string[];
/** Words that stand for nothing or for a value of that name; numbers, dates, and true and false have no such values. */
export declare function doubtfulWords({ name, present, doubts }: Survey, { kind, named }: Reading): string[];
