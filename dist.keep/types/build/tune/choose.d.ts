import type { Given } from '../given.js';
import { type Recipe } from '../recipe.js';
import type { Section } from '../sections/section.js';
import type { Factors, Training } from '../training.js';
import type { Holdout } from './holdout.js';
import { type Tried } from './ways.js';
export interface FactorChoice {
    recipe: Recipe;
    /** Of the held-out log, ready for the trial. */
    factors: Factors;
    source: UnderTrial;
    tried: Tried[];
}
/** A source under trial; its sections say which of its kind it is. */
export interface UnderTrial {
    name: string;
    kind: number;
    sections: (ordinal: number) => Section[];
    /** How its events fade. */
    decay: number;
}
export interface ListsChoice {
    recipe: Recipe;
    source: UnderTrial;
    tried: Tried[];
}
/** Each way of saying what comes next, beside the others; the recipe with the best. */
export declare function chooseTransitions(given: Given, training: Training, recipe: Recipe, beside: readonly UnderTrial[], holdout: Holdout): Promise<ListsChoice>;
/** Each kind of neighbours that suits such a log, beside the others; the recipe with the best. */
export declare function chooseNeighbours(given: Given, training: Training, recipe: Recipe, beside: readonly UnderTrial[], holdout: Holdout): Promise<ListsChoice>;
/** Whether it pays to wait with an item until people usually take it again; the recipe with the better. */
export declare function chooseCadence(given: Given, training: Training, recipe: Recipe, holdout: Holdout): Promise<{
    recipe: Recipe;
    tried: Tried[];
}>;
/** How much a pair that nobody met weighs, then how many dimensions pay, measured alone; the recipe with the best. */
export declare function chooseFactors(given: Given, training: Training, recipe: Recipe, holdout: Holdout): Promise<FactorChoice>;
