/** A list of ids, one a line, no header: the names of an embedding table's rows. */
import { type Progress } from './bytes.js';
import { type IdReading } from './cells.js';
import { type Floats } from './intern.js';
export interface IdsOptions extends IdReading {
    onProgress?: Progress;
    /** hears how ids are written */
    onFloats?: (floats: Floats) => void;
}
/**
 * The ids, plain or gzip, as ids of tables are read (see idOf); blank lines at the end are ignored.
 * Errors: an id twice (with both lines), a blank line or a word for missing among ids.
 */
export declare function readIds(path: string, options?: IdsOptions): Promise<string[]>;
