import type { Catalogue } from '../catalogue.js';
import type { Lists } from '../../learn/learn.js';
/** Lists under each item: its terms. Terms are numbered by first appearance; `width` counts them. */
export declare function termsOf(catalogue: Catalogue): {
    lists: Lists;
    width: number;
};
