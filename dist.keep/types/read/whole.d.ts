/** The part that this process writes of `path`; what others left of it is removed. */
export declare function partOf(path: string): string;
/** Removes the parts of `path` whose processes live no more, as far as that may be done. */
export declare function removeAbandoned(path: string): void;
/** An error of the file system while `path` was written; anything else is passed through unchanged. */
export declare function writeError(path: string, error: unknown): unknown;
