/** The catalogue: an id, perhaps a title, and attributes. */
import type { Column } from './attribute.js';
import { type Quoting } from './batch.js';
import type { Progress } from './bytes.js';
import { type IdReading } from './cells.js';
import { type Mapping, type Skip } from './columns.js';
import { type Fault } from './errors.js';
import { type FileFacts } from './facts.js';
import { type Wishes } from './taken.js';
/** How a catalogue is read. */
export interface ItemOptions extends Wishes, Quoting, IdReading {
    /** columns by their part, where the names do not tell: `{ item_id: 'sku', title: 'label' }` */
    columns?: Mapping;
    /** the columns are those of other files too, so that some of them need not be in any file of the catalogue */
    shared?: boolean;
    /** rows to leave out, and to count */
    skip?: readonly Skip[];
    /** hears of what is wrong with ids, so that reading goes on as far as it can; default: it is thrown */
    onError?: Fault;
    onProgress?: Progress;
}
/** A catalogue, column by column. */
export interface Items {
    rows: number;
    /** itemIds[i]; each id once */
    itemIds: string[];
    /** `title` first if there is one (always text), then the attributes in the order of the files */
    columns: Column[];
    /** what was read, file by file */
    files: {
        path: string;
        rows: number;
        columns: {
            item_id?: string;
            title?: string;
        };
    }[];
    /** what the reader learned of each file; not known of a catalogue that a program made */
    facts?: ItemFacts;
}
/** What the reader learned of a catalogue. */
export interface ItemFacts {
    files: FileFacts[];
    /** what was guessed of columns, in sentences that say how to change it */
    remarks: string[];
    /** columns left out, since they hold objects */
    objects: string[];
}
/**
 * Reads catalogues of any table format as one; a column that a file lacks is missing for its items. A header without
 * rows is a valid, empty catalogue. Columns without a name are left out, and those
 * that hold objects.
 * Errors (file, row, column, found, expected): an empty or inexact id, an id twice (with both rows), a value
 * that does not fit the kind asked for, an option for a column that is not there, what the formats say.
 */
export declare function readItems(paths: readonly string[], options?: ItemOptions): Promise<Items>;
