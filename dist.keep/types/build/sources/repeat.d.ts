/**
 * Repeat: what a person took before and may want again: how often they took it, how readily people take it again, and, where
 * held-out events say that it helps, whether it is time (src/recall/repeat.c, src/learn/repeats.h).
 */
import type { Learn } from '../../learn/learn.js';
import type { Section } from '../sections/section.js';
import type { Training } from '../training.js';
import type { Source } from './source.js';
export declare const repeat: Source<'repeat'>;
/** `cadence`: with the gaps between one taking and the next. */
export declare function repeatSections(learn: Learn, training: Training, cadence: boolean, ordinal: number): Section[];
