import { TuningCore } from '../recommender/tuning.js';
/** A core of its own for a bundle that is known to be whole. */
export declare function coreOf(bundle: Uint8Array): Promise<TuningCore>;
