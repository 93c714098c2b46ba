/**
 * What the values of a column show that nobody meant: one value in several spellings, letters that were lost on the way,
 * paths that are one value each, amounts and days that are none. It is read as it stands, and pointed at.
 */
import type { Column } from './attribute.js';
import type { Survey } from './survey.js';
/** One line for each. */
export declare const blemishes: (survey: Survey, column: Column) => string[];
