import type { Progress } from './bytes.js';
import { type IdReading } from './cells.js';
import { type FileTaken } from './facts.js';
import { type NamedColumns } from './named.js';
/** The source of rows that name none. */
export declare const UNNAMED = "neighbours";
/** Pairs of a source, row by row: numbers of items among the ids, and what they weigh. */
export interface Pairs {
    key: Uint32Array;
    target: Uint32Array;
    /** Above 0, all finite. */
    weight: Float32Array;
}
/** Tables of neighbours. */
export interface Neighbours {
    /** Items that are keys or targets. */
    itemIds: string[];
    /** By the name of the source, in the order in which they appear. */
    sources: Map<string, Pairs>;
    files: FileTaken[];
}
/** How much everybody met each item, as somebody else counted it. */
export interface Popularity {
    itemIds: string[];
    /** 0 or more, all finite. */
    weight: Float64Array;
    files: FileTaken[];
}
export interface TablesOptions extends IdReading {
    /** Columns by part, where names do not tell. */
    columns?: NamedColumns;
    onProgress?: Progress;
}
/**
 * Reads neighbours: `key`, `target`, `weight` and, as they have it, `source` (default "neighbours"), or usual other names. Where
 * the only columns are source and target, as of edges, the source is the key. Rows of a weight of 0 or less, and of an item and
 * itself, are left out and counted. Errors (with file, row and column): no such column, no id, a weight that is no number, no rows.
 */
export declare function readNeighbours(paths: readonly string[], options?: TablesOptions): Promise<Neighbours>;
/**
 * Reads popularity: `item_id` and `weight`, or usual other names. Errors (with file, row and column): no such column, no id, an item
 * twice, a weight that is no number or below 0, no rows.
 */
export declare function readPopularity(paths: readonly string[], options?: TablesOptions): Promise<Popularity>;
