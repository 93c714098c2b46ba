/**
 * From materials to sources: each that can be made of them and is not silenced, with its sections and its place in the
 * policy. Nothing here knows a source by name.
 */
import type { Config } from '../config.js';
import type { Recipe } from '../recipe.js';
import type { SourcePlan, Weights } from '../sections/policy.js';
import type { Section } from '../sections/section.js';
import type { Factors, Training } from '../training.js';
import { type Materials, type Source } from './source.js';
import { type GivenLists } from './tables.js';
/** Candidates that a source may bring. */
export declare const QUOTA = 300;
export interface Built {
    sections: Section[];
    sources: SourcePlan[];
}
/** What a source is to say. */
export interface Say {
    weight: Weights;
    decay: number;
}
export type Weigh = (source: Source) => Say;
/** What does not change from one training to the next. */
export type Known = Omit<Materials, 'training' | 'recipe' | 'factors'> & {
    config: Config;
    /** Neighbours that were computed elsewhere. */
    lists: GivenLists | null;
};
/** `trained`: the factors of this training, where they are trained already. */
export declare function assemble(known: Known, training: Training | null, recipe: Recipe, weigh: Weigh, trained?: Factors): Promise<Built>;
