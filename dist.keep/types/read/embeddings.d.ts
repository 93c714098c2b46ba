import { type TableOptions } from './embedding-table.js';
import { type ColumnFacts, type FileNote } from './facts.js';
/** A table of item vectors. */
export interface Embeddings {
    /** the file, as the person gave it */
    path: string;
    /** ids[row]: from the ids file, else the row number from 0 */
    ids: string[];
    rows: number;
    dim: number;
    /** rows × dim, row by row, all finite */
    vectors: Float32Array;
    /** what was made of the numbers, in sentences */
    remarks?: string[];
    /** what was made of the ids */
    notes?: FileNote[];
    /** the ids and the vectors, as columns of a table */
    columns?: ColumnFacts[];
}
/**
 * Reads item vectors as float32: a matrix of float16, float32 or float64 from .npy, or from an .npz that holds one array; or a
 * table of any format with columns of ids and of vectors, in one file or several (see readVectorTable). Where all vectors are very
 * short they are scaled by a power of two, which changes no order of an inner product or a cosine.
 * Errors: another type or shape, no rows or columns, a file cut short, NaN or infinity (of a matrix row and column from 0, and
 * the id), a number of ids that is not the number of rows, ids beside a table, an id twice.
 */
export declare function readEmbeddings(path: string, options?: TableOptions & {
    ids?: string;
}): Promise<Embeddings>;
