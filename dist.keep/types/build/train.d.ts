/** The third step, training on everything: the sources as they go into the bundle, each with the last word on its weight. */
import type { Given } from './given.js';
import { type Built } from './sources/assemble.js';
import type { Trial } from './tune/trial.js';
export declare function trainOnEverything(given: Given, trial: Trial): Promise<Built>;
