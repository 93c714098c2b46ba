import type { Learn } from '../../learn/learn.js';
import { type TextIndex } from '../sections/search.js';
import type { Section } from '../sections/section.js';
import type { Holdout } from './holdout.js';
/** What held-out events say of searches: the weight that was taken, and what each brought. */
export interface SearchChoice {
    /** What popularity weighs. */
    popularity: number;
    tried: {
        popularity: number;
        mrr: number;
    }[];
}
/** null where too few of the held-out items have words. `ids`: the sections of the items' ids. */
export declare function chooseSearch(learn: Learn, ids: readonly Section[], index: TextIndex, holdout: Holdout, seed: number): Promise<SearchChoice | null>;
