import { type Forest } from '../../import/trees/trees.js';
import type { RankerConfig } from '../config.js';
import type { Learn } from '../../learn/learn.js';
import { type Section } from '../sections/section.js';
import { type Tower } from './tower.js';
/** How many candidates are scored, where the config does not say. */
export declare const CANDIDATES = 300;
/** A model that `--ranker` names. Errors: no such file, a model of an unknown kind. */
export declare function readRanker(path: string, config?: RankerConfig): Promise<Forest | Tower>;
export interface RankerPlan {
    sections: Section[];
    /** What was matched with what, for people. */
    remarks: string[];
}
/** `features`: names of what the bundle declares, in their order. */
export declare function rankerSections(learn: Learn, forest: Forest, features: readonly string[], config?: RankerConfig): RankerPlan;
/** Which model ranks, and which candidates it is given; and that in words. */
export declare function rankerSection(learn: Learn, model: number, ordinal: number, output: number, element: number, features: readonly string[], config: RankerConfig): {
    bytes: Section;
    words: string;
};
