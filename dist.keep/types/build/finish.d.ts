/** The last step: every section, and the bundle that they make. */
import type { Decided } from './decide.js';
import type { Given } from './given.js';
import type { Policy } from './policy.js';
import { type BuildRecord } from './record.js';
import type { Built } from './sources/assemble.js';
import type { Trial } from './tune/trial.js';
/** A bundle, and how it came to be. */
export interface BuiltBundle {
    bytes: Uint8Array;
    record: BuildRecord;
}
export declare function finish(given: Given, trial: Trial, built: Built, decided: Decided, policy: Policy): Promise<BuiltBundle>;
