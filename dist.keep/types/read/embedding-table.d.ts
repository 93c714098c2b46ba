import type { Progress } from './bytes.js';
import { type IdReading } from './cells.js';
import { type FileFacts } from './facts.js';
import { type NamedColumns } from './named.js';
/** A table of vectors as it was read. */
export interface VectorTable {
    ids: string[];
    dim: number;
    /** rows × dim, all finite */
    vectors: Float32Array;
    /** its columns, and what was noted on the way; of those of ids and vectors whoever has all of them says more */
    file: FileFacts;
    columns: {
        id: number;
        vector: number;
    };
}
export interface TableOptions extends IdReading {
    columns?: NamedColumns;
    onProgress?: Progress;
}
/**
 * Errors, each the first of its kind with how many rows there are like it: no column for ids or vectors, no rows, a row without an
 * id or a vector, a vector of another length than the first, a number that is missing or not finite, an id twice.
 */
export declare function readVectorTable(path: string, options?: TableOptions): Promise<VectorTable>;
