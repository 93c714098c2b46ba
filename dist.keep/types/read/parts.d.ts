/**
 * The files of an input: itself, those of a folder, or those that a pattern names (`*`, `?`, `[a-z]`, `{a,b}`, and `**` for
 * folders within folders). Errors: nothing there, nothing in it to read, files of several formats, a table of Delta Lake with a past.
 */
export declare function partsOf(path: string): Promise<string[]>;
/** The size in bytes of all files of inputs: the total of a progress bar. */
export declare function totalSize(inputs: readonly string[]): Promise<number>;
/** What Hive's folders, `day=2024-01-01/`, say of all rows of a part: cells by column, null where there is nothing. */
export declare function partitionOf(input: string, part: string): Map<string, string | null>;
