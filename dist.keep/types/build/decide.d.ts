/** The fourth step: the policy with people's word on it, the features that it allows, and the model that ranks by them. */
import type { Given } from './given.js';
import { type RankerPlan } from './models/ranker.js';
import { type Policy } from './policy.js';
import { type FeaturePlan } from './sections/features.js';
import type { PolicyPlan } from './sections/policy.js';
import type { Built } from './sources/assemble.js';
export interface Decided {
    policy: PolicyPlan;
    /** null: the config wants none. */
    features: FeaturePlan | null;
    ranker: RankerPlan | null;
}
export declare function decide(given: Given, built: Built, policy: Policy): Promise<Decided>;
/** In the order of the columns of `martello features`. */
export declare const namesOf: (features: FeaturePlan | null) => string[];
