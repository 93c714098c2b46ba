/** Postings: under each key a list of items with weights. */
import type { Learn, Lists } from '../../learn/learn.js';
import { type Section } from './section.js';
/** Lists under each key; entries in any order. Weights of 4 or 8 bits, or 32: as they are. */
export declare function postingsSection(learn: Learn, name: string, lists: Lists, width: number, key: number, attribute: number, bits: number, ordinal: number): Section;
