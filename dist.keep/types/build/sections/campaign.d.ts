/** Campaigns: lists that people make. */
import type { Learn } from '../../learn/learn.js';
import { type Section } from './section.js';
/** A list of items, each with its weight and the time in which it speaks. */
export declare function campaignSection(learn: Learn, name: string, entries: readonly {
    item: number;
    weight: number;
    start: number;
    end: number;
}[], ordinal: number): Section;
