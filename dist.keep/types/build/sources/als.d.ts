import type { Section } from '../sections/section.js';
import { type Factors, type Training } from '../training.js';
import type { Materials, Source } from './source.js';
export declare const als: Source<'als'>;
type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress' | 'recipe'>;
/** The space of trained factors. An item that nobody met has no vector there. */
export declare function factorSpace(from: Needs, training: Training, factors: Factors, ordinal: number): Section[];
export {};
