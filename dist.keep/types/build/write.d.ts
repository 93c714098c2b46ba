/** Refuses a path that could not be written anyway, before any work is done for it. What killed processes left there goes. */
export declare function checkWritable(path: string): Promise<void>;
/**
 * Writes a file whole or not at all: beside it, then renamed, once it is on the disk. Errors: a place that cannot be written, a
 * full disk.
 */
export declare function writeAtomically(path: string, bytes: Uint8Array | string): Promise<void>;
