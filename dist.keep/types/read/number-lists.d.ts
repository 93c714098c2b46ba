/**
 * Parquet columns of lists of numbers, such as vectors: a row group becomes two arrays, its numbers one after the other and
 * where each list starts. hyparquet makes an array of JavaScript's of every list, which for a million vectors takes ten
 * times the memory and the time.
 *
 * A list in Parquet (Dremel's way, Melnik et al. 2010): a value's level of repetition is 0 where a list begins; its level of
 * definition says how far down the path it is there: the list itself, an element in it, a number in that.
 */
import type { ColumnMetaData, FileMetaData, SchemaTree } from 'hyparquet';
import type { NumberLists } from './batch.js';
import type { Pages } from './pages.js';
/** How a column's lists are coded; null where it is none of lists of numbers. */
export declare function numberListsIn({ schema }: FileMetaData, chunks: readonly ColumnMetaData[]): SchemaTree[] | null;
/** Reads the lists of a column in one row group. Throws what is wrong with its pages. */
export declare function readNumberLists(pages: Pages, { schema }: FileMetaData, column: ColumnMetaData, rows: number): Promise<NumberLists>;
