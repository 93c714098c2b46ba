/** Which column of a table holds ids that another file knows: where names do not tell the id, or tell a wrong one, values do. */
import type { Heading } from './batch.js';
import { type IdReading, type IdsAs } from './cells.js';
import type { Interactions } from './interactions.js';
import { type ItemOptions, type Items } from './items.js';
/** A column whose values are ids that are known. */
export interface Meeting {
    column: string;
    /** So many of so many different values are known. */
    matched: number;
    of: number;
    /** No value comes twice, and none is missing. */
    unique: boolean;
}
/** The columns that hold at least half of what they could of the known ids, the best first. */
export declare function meetings(path: string, known: ReadonlySet<string>, heading: Heading, idsAs?: IdsAs): Promise<Meeting[]>;
/**
 * Reads the catalogue of a log. Where the usual names say no id column, or several, or one whose ids the log does not know,
 * the column that the log does know is the id, if each row has its own value there; what was chosen is in the facts.
 */
export declare function readItemsOf(log: Interactions | null, paths: readonly string[], options?: ItemOptions): Promise<Items>;
/** Writes down which columns of a log, of those that play no part, hold items of the catalogue, where its own do not. */
export declare function noteWhatMeets(log: Interactions, items: Items, { idsAs }?: IdReading): Promise<void>;
