/** Popularity: how much everybody met each item, in a byte. */
import type { Learn } from '../../learn/learn.js';
import { type Section } from './section.js';
/** counts[n]: how much everybody met item n. */
export declare function popularitySection(learn: Learn, counts: Float32Array): Section;
