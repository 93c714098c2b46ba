/** Ids of items, both ways: the id of a number, and the number of an id. */
import type { Learn } from '../../learn/learn.js';
import { type Section } from './section.js';
/** ids[n] is the id of item n. */
export declare function idsSections(learn: Learn, ids: readonly string[]): Section[];
