/** Repeats: how readily an item is taken again, and how long that takes. */
import type { Learn } from '../../learn/learn.js';
import { type Section } from './section.js';
/** rate[n]: which share of those who took item n take it again; gap[n]: after how many seconds, 0 where that says nothing. */
export declare function repeatsSection(learn: Learn, rate: Float32Array, gap: Float32Array, ordinal: number): Section;
