import type { Holdout } from './holdout.js';
import type { Learn } from '../../learn/learn.js';
import type { SourcePlan, Weights } from '../sections/policy.js';
import { type Workers } from '../workers.js';
import type { Figures, Measured, Tried } from './ways.js';
export declare const merit: (figures: Figures) => number;
export interface Choice {
    decays: number[];
    /** By source and length of history. */
    weights: Weights[];
    alone: Figures[];
    fused: Figures;
    tried: Tried[];
}
/** As many of the people, evenly spread, as coarse choices need. */
export declare function sample(holdout: Holdout, most?: number): Holdout;
/** What source s of n brings back by itself, with this decay. */
export declare function measureAlone(learn: Learn, workers: Workers, name: string, bundle: Uint8Array, n: number, s: number, decay: number, holdout: Holdout): Promise<Measured>;
/** What the sources of a bundle bring back with these decays and the weights that suit them best. */
export declare function measureTogether(learn: Learn, workers: Workers, name: string, bundle: Uint8Array, decays: number[], holdout: Holdout): Promise<Measured>;
/**
 * `bundle`, in shared memory, holds all sources with weight 1. Those that say the same to everybody have no decay, and start silent. `timed`: the order of events is known.
 */
export declare function tune(learn: Learn, workers: Workers, name: string, bundle: Uint8Array, sources: readonly Pick<SourcePlan, 'name' | 'role'>[], holdout: Holdout, timed: boolean, say: (line: string) => void): Promise<Choice>;
