/**
 * Writes a float32 .npy of the given shape (C order). Errors: a length that is not the shape's (RangeError), a folder
 * that cannot be written to, a full disk.
 */
export declare function writeNpy(path: string, shape: readonly number[], data: Float32Array): Promise<void>;
