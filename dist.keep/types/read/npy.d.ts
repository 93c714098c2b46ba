/**
 * NumPy's .npy format, streamed: a file of any size needs its array and one block of memory.
 *
 *   0  "\x93NUMPY"
 *   6  version: 1, 2 or 3, then 0
 *   8  header length, u16 (version 1) or u32, little-endian
 *      header: a Python dict, {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 *      data, row by row, or column by column where fortran_order is True
 *
 * The JavaScript packages for it (npyjs, numpy-parser) want the whole file in one buffer and believe its header.
 */
import { type Progress } from './bytes.js';
import { InputError, type Place } from './errors.js';
export type NpyData = Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array | Uint32Array | BigUint64Array;
/** data[i * shape[1] + j] is element [i, j] of a matrix, and so on (C order). */
export interface NpyArray<T extends NpyData = NpyData> {
    /** as NumPy names it, without the byte order: 'f4', 'i8', 'b1' ... */
    dtype: string;
    shape: number[];
    /** float16 comes as Float32Array, booleans as Uint8Array of 0 and 1 */
    data: T;
}
/** The header names a type that this reader does not have or that the caller did not wish for. */
export declare class TypeInputError extends InputError {
}
/** What a caller accepts, checked on the header before anything is allocated. */
export interface NpyWish {
    /** any of DTYPES' keys; default all */
    dtypes?: readonly string[];
    /** number of dimensions; default any */
    dimensions?: number;
    /** convert floats to float32 on the way */
    float32?: boolean;
}
/** Reads an .npy file. Errors: not .npy, an unsupported or unwished type or shape, cut short or too long. */
export declare function readNpy(path: string, wish?: NpyWish, onProgress?: Progress): Promise<NpyArray>;
/** Reads an .npy from a stream of `bytesTotal` bytes; `place` is what errors name. */
export declare function decodeNpy(place: Place, source: AsyncIterable<Buffer>, bytesTotal: number, wish: NpyWish): Promise<NpyArray>;
/** `(3, 4)`, as NumPy writes it */
export declare function shapeName(shape: readonly number[]): string;
