import { type Account } from './account.js';
import type { Config } from './config.js';
import { type Decided } from './decide.js';
import type { Given } from './given.js';
import type { Policy } from './policy.js';
import type { Recipe } from './recipe.js';
import type { Weights } from './sections/policy.js';
import type { Built } from './sources/assemble.js';
import type { SourceName } from './sources/index.js';
import type { SearchChoice } from './tune/search.js';
import type { Trial } from './tune/trial.js';
import type { Choice } from './tune/tune.js';
/** What was built from what, what was chosen and why; it is in the bundle, and `martello inspect` shows it. */
export interface BuildRecord {
    martello: string;
    seed: number;
    items: number;
    inputs: {
        kind: string;
        path: string;
        rows: number;
    }[];
    /** What was understood of them. */
    account: Omit<Account, 'errors'>;
    config: Config;
    /** What people decided over what was learned. */
    policy: Policy;
    recipe: Recipe;
    /** Time of the newest event that the bundle has learned from; null where the log has no times. */
    newest: number | null;
    /** Names of what a ranker is told, in the order of the columns of `martello features`. */
    features: string[];
    /** How the ranker is fed, which candidates it sees, and how near the core comes to it; empty where there is none. */
    ranker: string[];
    sources: {
        name: SourceName;
        weight: Weights;
        decay: number;
        alone?: {
            recall: number;
            ndcg: number;
        };
    }[];
    /** Figures of the held-out events: what the choice was made by. null where there was nothing to hold out. */
    quality: {
        recall: number;
        ndcg: number;
        people: number;
        k: number;
    } | null;
    tried: Choice['tried'];
    /** What popularity weighs in a search, and what was tried; null where nothing was held out, or no item has words. */
    search: SearchChoice | null;
}
export declare function recordOf(given: Given, trial: Trial, built: Built, decided: Decided, policy: Policy): BuildRecord;
