/**
 * One way in for every table format: the format is found, then scanned in column-wise batches. A folder or a pattern is one table,
 * whose columns are those of all its files, and of the folders that say something of what is in them.
 */
import type { Cell, Format, Scan, ScanOptions } from './batch.js';
import { type Progress } from './bytes.js';
/** A whole table in memory, column by column. */
export interface Table {
    names: string[];
    /** columns[c][row] */
    columns: Cell[][];
    rows: number;
}
/**
 * The format of a table file: by its extension (`.gz` set aside) if that says something, else by its content.
 * Parquet is always told by its content, JSON by whether it opens with `[`.
 */
export declare function formatOf(path: string): Promise<Format>;
/** Scans a table of any format in batches, a file or several (parts.ts); see ScanOptions for how columns are chosen. */
export declare function scanTable(path: string, options: ScanOptions): Scan;
/** Reads a table, or the columns of it that are named. Errors: a named column that is not there, and the formats'. */
export declare function readTable(path: string, options?: {
    columns?: readonly string[];
    onProgress?: Progress;
}): Promise<Table>;
/** Adds up byte counts for a progress callback. */
export declare function counter(onProgress: Progress, bytesTotal: number): (count: number) => void;
