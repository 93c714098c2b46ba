/**
 * Sources from tables of neighbours that were computed elsewhere: each name in them is a source of its own, postings under items,
 * weighed as the builder's own are. One that is called as a source that the builder makes of such lists stands in its place.
 */
import { type Neighbours } from '../../read/index.js';
import type { Lists } from '../../learn/learn.js';
import type { Catalogue } from '../catalogue.js';
import type { Recipe } from '../recipe.js';
import type { Source } from './source.js';
/** Names of tables, and the lists that they became, by item numbers. */
export type GivenLists = ReadonlyMap<string, GivenList>;
export interface GivenList extends Lists {
    /** Pairs of items that the catalogue lacks; and those beyond the length of a list. */
    unknown: number;
    cut: number;
}
/** The builder's sources, with those of the tables in their places or before what is good for everybody. */
export declare function sourcesWith(given: GivenLists | null): readonly Source[];
/** Errors: a name that a source cannot have. */
export declare function checkNames({ sources, files }: Neighbours): void;
/** Pairs become lists, the heaviest first, as long as the builder's own; of a pair that comes again the heaviest counts. */
export declare function listsOf({ itemIds, sources }: Neighbours, { ids, numberOf }: Catalogue, recipe: Recipe): GivenLists;
/** What became of the tables, a line each. */
export declare function givenLines(given: GivenLists, recipe: Recipe): string[];
