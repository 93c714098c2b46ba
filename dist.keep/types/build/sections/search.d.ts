import type { Catalogue } from '../catalogue.js';
import type { Config } from '../config.js';
import type { Learn, Lists } from '../../learn/learn.js';
import { type Section } from './section.js';
/** What being popular weighs against the words where no held-out events choose; tests/bench/search.mjs measures it. */
export declare const POPULARITY_WEIGHT = 0.5;
/** The text index in memory. */
export interface TextIndex {
    /** Ascending by their bytes. */
    terms: string[];
    /** Items and weights under each term, ascending by item. */
    lists: Lists;
    /** Of each entry: the place of the term among the different words of the title. */
    places: Uint8Array;
    /** Of each item: how many different words its title has. */
    titles: Uint8Array;
}
export declare function textIndex(catalogue: Catalogue, config: Config): TextIndex;
/**
 * The sections of the index; none where nothing can be searched. `counts`: how much everybody met each item, null where
 * that is not known; `ordinal`: of the next postings section.
 */
export declare function searchSections(learn: Learn, index: TextIndex, counts: Float32Array | null, popularityWeight: number, ordinal: number): Section[];
