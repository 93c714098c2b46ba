/** How models are trained: defaults that were good on logs of several kinds, changed by the config where it says so. */
import type { SourceOptions } from './options.js';
import type { AlsPlan, Log, NeighbourPlan, TransitionPlan } from './training.js';
export interface Recipe {
    neighbours: NeighbourPlan;
    transitions: TransitionPlan;
    /** `evenness`: event weights fall with the item's events to this power, so that the popular leave room. */
    als: AlsPlan & {
        iterations: number;
        evenness: number;
    };
    content: {
        dims: number;
        steps: number;
    };
    /** Residual layers of given embeddings, and of the spaces that are trained here. Beside what a log teaches, the half a
     * percent of recall that the base loses is not worth two thirds of its bytes; a catalogue alone lives by its content
     * space, and loses 3 % and the right reasons (films asked with MovieLens histories). */
    layers: number[];
    factorLayers: number[];
    weightBits: number;
    /** Whether the repeat source minds how long it takes until an item is taken again. */
    cadence: boolean;
}
/** With times the best of these is chosen by held-out events: narrow tastes (toys) want the first, broad ones (films) the
 * second. Without, what is held out is drawn at random, which tells how well gaps are filled rather than what comes next, and
 * asks for smaller exponents than published splits do; so the exponents are those of random walks (RP3beta, Paudel et al.
 * 2017, among the strongest of the simple methods in Ferrari Dacrema et al. 2021). */
export declare const NEIGHBOURS_TIMED: {
    user: number;
    key: number;
    target: number;
    shrinkage: number;
    cosine: boolean;
}[];
export declare const NEIGHBOURS_UNTIMED: {
    user: number;
    key: number;
    target: number;
    shrinkage: number;
    cosine: boolean;
}[];
/** With times, what is near an item counts too, and what follows what follows it, where held-out events say so: logs with few
 * events of an item (toys) want both, others (films) neither. */
export declare const TRANSITIONS: {
    back: number;
    onward: number;
}[];
export declare function recipeFor(log: Log | null, config: SourceOptions): Recipe;
