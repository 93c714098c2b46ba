/** What every table format becomes: a stream of column-wise batches of rows. */
import { type Place } from './errors.js';
/** The formats that are read. */
export type Format = 'csv' | 'tsv' | 'jsonl' | 'json' | 'parquet';
/**
 * A cell as its format has it: string (text formats), number, bigint, boolean, Date (Parquet), array or object (JSON
 * Lines, Parquet); null or undefined where it is missing, '' where a text format has nothing.
 */
export type Cell = unknown;
/** A run of rows. */
export interface Batch {
    /** one array per column asked for, in that order; null where -1 was asked for */
    columns: (ArrayLike<Cell> | null)[];
    rows: number;
    /** number of the first row, from 1 */
    firstRow: number;
    /** line in the file on which each row starts, from 1; null where the format has no lines */
    lines: Uint32Array | null;
    /** number of each row, where rows between them were left out */
    numbers?: Uint32Array;
    /** of a table in several files: the one that these rows are in, and how many rows there are in those before it */
    part?: Part;
    /** where they were asked for: the columns that are lists of numbers, instead of their cells */
    lists?: (NumberLists | null)[];
}
/** Lists of numbers of a run of rows. */
export interface NumberLists {
    /** Row r has values[start[r]] up to before values[start[r + 1]]. */
    start: Uint32Array;
    /** NaN where a number is missing. */
    values: Float32Array;
    /** Of each row: whether its list is there and all numbers in it are. */
    whole: Uint8Array;
}
/** A file of several that are one table, whose rows are counted over all of them. */
export interface Part {
    file: string;
    before: number;
}
/** The batch without some of its rows. */
export declare function keepRows(batch: Batch, kept: Uint32Array): Batch;
/** The number of row i of a batch in its file, from 1. */
export declare const rowOf: (batch: Batch, i: number) => number;
/** How a text format is written, where that is not told from it. */
export interface Quoting {
    /** false: a quote stands for itself. Default: fields may be quoted, in a tab-separated file where its quotes close. */
    quote?: boolean;
}
/** Which line of a text file names its columns, where that is not its first. */
export interface Heading {
    /** Whether these cells name them. */
    isHeader: (cells: readonly string[]) => boolean;
    /** Columns are known by their places: without such a line all are rows, of the columns `column 1`, `column 2` … */
    places: boolean;
}
/** What stands above the header of a report: so many lines, and the first of them. */
export interface Above {
    lines: number;
    first: string;
}
/** Where row i of a batch stands, in a table of that path: of several files the one that has it, as an editor shows it. */
export declare const placeIn: (batch: Batch, i: number, path: string) => Place;
export interface ScanOptions extends Quoting {
    /**
     * Chooses columns by name: positions in `names`, or -1 for a column that is to be null. Called before the first
     * batch, and again when JSON Lines brings a new key; `names` then begins with the former names.
     */
    select: (names: readonly string[], format: Format) => number[];
    /** hears how many bytes of the file were read since the last call */
    onBytes?: (count: number) => void;
    /** default: the first line names the columns */
    heading?: Heading;
    /** keys within the objects of JSON are columns too, by their path: `properties.product_id` */
    nested?: boolean;
    /** lists of numbers are wanted as arrays of numbers, where the format has them so */
    lists?: boolean;
    /** hears of lines above the header, which are passed over */
    onAbove?: (above: Above) => void;
    /** hears of quotes that were read in one of two ways */
    onQuotes?: (quotes: Quotes) => void;
    /** hears of a header that comes again among the rows, as where files were put one behind the other, by the row after it */
    onHeader?: (row: number) => void;
}
/** How a file's quotes were read where it leaves that open, by the first row that does: as they stand, or as none. */
export interface Quotes {
    row: number;
    stand: boolean;
}
export type Scan = AsyncGenerator<Batch, void, void>;
/** Header names trimmed, and refused if one comes twice. Columns without a name (pandas writes its index so) pass. */
export declare function checkNames(file: string, names: readonly string[]): string[];
