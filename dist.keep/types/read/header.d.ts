/**
 * Where a text file's columns get their names: from a line that names the parts of a table, perhaps below the title and the
 * comments of a report; or, without any, from their places.
 */
import type { Heading } from './batch.js';
/** What a column is called in a file without a header; `c` counts from 0. */
export declare const placeName: (c: number) => string;
/** The header of a file that was read before, by the names of its columns. */
export declare const headingBy: (names: readonly string[]) => Heading;
/**
 * The first line that names columns, if what stands above are comments, or lines of fewer cells; else the first line that has
 * as many cells as the two below it, if those above are comments or titles. null: the first line as ever.
 */
export declare function findHeader(text: string, { isHeader }: Heading, cut: (line: string) => string[]): {
    line: string;
    above: number;
} | null;
/** Whether what stands where names are expected is a row of data: numbers, times, ids of machines; not 0, 1, 2, which count. */
export declare function areData(names: readonly string[]): boolean;
/** The likeliest places of a log's parts, by its first row. */
export declare function placesOf(row: readonly string[]): Record<string, number>;
