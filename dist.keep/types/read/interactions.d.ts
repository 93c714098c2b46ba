/** Interaction logs: who met what, when, and how it went. */
import { type Quoting } from './batch.js';
import type { Progress } from './bytes.js';
import { type IdReading } from './cells.js';
import { type Mapping, type Skip } from './columns.js';
import { type Fault } from './errors.js';
import { type FileFacts } from './facts.js';
import { type TimeFacts } from './far.js';
import { type LeaveOut } from './leave.js';
import { type TallyFacts } from './tally.js';
import { type DateOrder, type DateOrders } from './times.js';
declare const ROLES: readonly ['user_id', 'item_id', 'rating', 'event', 'timestamp', 'basket'];
type InteractionRole = (typeof ROLES)[number];
/** How a log is read. */
export interface InteractionOptions extends Quoting, IdReading {
    /**
     * columns by their part, where the names do not tell: `{ item_id: 'sku', rating: null }`. `basket` is read only where it
     * is named here.
     */
    columns?: Mapping;
    onProgress?: Progress;
    /** the columns are those of other files too, so that some of them need not be in any file of the log */
    shared?: boolean;
    /** which comes first in times such as 08/10/2015, by column, where none of it tells */
    dates?: DateOrders;
    /** the same where `dates` says nothing and no file tells it: what another log of the kind told */
    dateOrder?: DateOrder;
    /** rows to leave out, and to count */
    skip?: readonly Skip[];
    /** rows to leave out, and to count, by what stands in a column: `{ user_id: ['0', 'guest'] }` */
    leaveOut?: LeaveOut;
    /** hears of what is wrong, so that reading goes on as far as it can; default: it is thrown */
    onError?: Fault;
    /** accept files with no rows at all (default false: an error) */
    allowEmpty?: boolean;
}
/** In Interactions.basket: none. */
export declare const NO_BASKET = 4294967295;
/** A log, column by column; row n of every array is one interaction, in the order of the files. */
export interface Interactions {
    rows: number;
    /** distinct ids in order of first appearance */
    userIds: string[];
    itemIds: string[];
    /** index in userIds, itemIds */
    user: Uint32Array;
    item: Uint32Array;
    /**
     * Unix seconds, whatever the files count in (numbers that can be none stand as they are); NaN where the cell is empty, or
     * far from all others. null: no file has the column.
     */
    time: Float64Array | null;
    /** NaN where the cell is empty. null: no file has the column. */
    rating: Float32Array | null;
    /** names[code[n]] is the event's name, '' where the cell is empty. null: no file has the column. */
    event: {
        names: string[];
        code: Uint8Array | Uint16Array;
    } | null;
    /** equal numbers: the same text in the basket column (an order, a visit); NO_BASKET where the cell is empty. null: no file
     * has the column. */
    basket: Uint32Array | null;
    /** what was read, file by file: rows, and which column played which part */
    files: {
        path: string;
        rows: number;
        columns: Partial<Record<InteractionRole, string>>;
    }[];
    /** what the reader learned of each file, and of the times; not known of a log that a program made */
    facts?: {
        files: FileFacts[];
        times?: TimeFacts;
        idle?: TallyFacts[];
        dateOrder?: DateOrder;
    };
    /** rows of the files that were left out, counted from 0 over all files */
    left?: Uint32Array;
}
/**
 * Reads logs of any table format as one. Needs columns for `user_id` and `item_id`; `rating`, `event` and `timestamp`
 * are taken where they are (see columns.ts for the names that are understood).
 * Errors (each with file, row, column, found, expected): an empty or inexact id, a rating that is no number, a time
 * that is neither number nor date or whose day and month nothing tells apart, more than 65,536 event names, no rows, and what the formats say.
 */
export declare function readInteractions(paths: readonly string[], options?: InteractionOptions): Promise<Interactions>;
export {};
