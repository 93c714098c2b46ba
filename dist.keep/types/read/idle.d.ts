/** What columns that play no part may be for: dates of a log that has no times, people where the column of people is half empty. */
import type { Quoting } from './batch.js';
import type { FileFacts } from './facts.js';
/** Notes the first such column of a file, by the first of its rows. */
export declare function noteDates(facts: FileFacts, quoting: Quoting): Promise<void>;
/** Where rows of a file name no person: another column that tells people apart and is filled more often, in so many rows. */
export declare function notePeople(facts: FileFacts, missing: number, quoting: Quoting): Promise<void>;
