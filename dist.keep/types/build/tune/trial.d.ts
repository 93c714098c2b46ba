/**
 * The second step, holding out and choosing: a part of the log is hidden, all sources are trained on the rest, and what
 * brings the hidden part back decides how models are trained and how much each source weighs.
 */
import type { Given } from '../given.js';
import { type Recipe } from '../recipe.js';
import { type Say } from '../sources/assemble.js';
import { type SearchChoice } from './search.js';
import { type Choice } from './tune.js';
import type { Figures } from './ways.js';
export interface Trial {
    recipe: Recipe;
    /** What the held-out events say of each source, and of all together; null where nothing was held out. */
    said: {
        of: Map<string, Say & {
            alone: Figures;
        }>;
        together: Figures;
        people: number;
    } | null;
    tried: Choice['tried'];
    /** What they say of searches; null as well where the catalogue has no words. */
    search: SearchChoice | null;
}
export declare function holdOutAndChoose(given: Given): Promise<Trial>;
