import { type Progress } from './bytes.js';
import { type NpyArray, type NpyWish } from './npy.js';
export interface Npz {
    /** by name, in the archive's order */
    arrays: Map<string, NpyArray>;
    /** arrays of a kind that has no numbers (text, Python objects), with what was found */
    skipped: Map<string, string>;
}
/**
 * Reads the arrays of an .npz, or those that `only` names. Arrays that hold no numbers are skipped and listed.
 * Errors: not a zip archive or cut short, an entry that is damaged (each names the array).
 */
export declare function readNpz(path: string, options?: {
    only?: readonly string[];
    onProgress?: Progress;
}): Promise<Npz>;
/** Reads the only array of an .npz. Errors: none or several, and those of readNpz and readNpy. */
export declare function readOnlyArray(path: string, wish: NpyWish, onProgress?: Progress): Promise<NpyArray>;
