/**
 * Categories as a data frame held them: trainers number the categories of a column 0, 1, 2 … and split on these codes,
 * while a feature carries the values themselves, hours 7, 9 and 23. A model that keeps the list of values is brought to
 * them: each split of such a feature becomes a set of values. A value that no category is goes where missing values go.
 */
import { type Place } from '../../read/errors.js';
import type { Forest, TreeOptions } from './trees.js';
/** The categories of some features, by their codes, and where the file has them. */
export interface Categories {
    place: Place;
    of: Map<number, readonly unknown[]>;
}
/** The forest on what its features carry, and that in words. Categories that are their own codes need nothing. */
export declare function withCategories(forest: Forest, { place, of }: Categories, form: TreeOptions['categories']): Forest;
/** Makes the sets of one model. */
export declare class BitSets {
    private words;
    /** Whole numbers from 0 as the bits of a set. Errors: sets that are too large together. */
    of(place: Place, members: readonly number[]): Uint32Array;
}
