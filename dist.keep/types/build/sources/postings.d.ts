/** What sources of postings share: lists under each item, or one for everybody. */
import type { Lists } from '../../learn/learn.js';
import type { Section } from '../sections/section.js';
import type { Materials } from './source.js';
type Needs = Pick<Materials, 'learn' | 'catalogue' | 'recipe'>;
/** Under each item of the history what goes with it. */
export declare function listsUnderItems(from: Needs, name: string, lists: Lists, ordinal: number): Section;
/** The items with the highest value above 0, the same for everybody. */
export declare function listForAll(from: Needs, name: string, value: ArrayLike<number>, ordinal: number): Section;
export {};
