import type { Config } from './config.js';
import { type BuiltBundle } from './finish.js';
import type { Inputs } from './inputs.js';
import type { Policy } from './policy.js';
import type { Progress } from './progress.js';
/**
 * Builds a bundle. The same inputs, config and seed give the same bytes. Throws InputError or MartelloError where an input,
 * the config or the policy is wrong. What was chosen, and the figures that made it so, are in the build record, and
 * `progress` is told of them.
 */
export declare function build(inputs: Inputs, config: Config, seed: number, progress: Progress, policy?: Policy): Promise<BuiltBundle>;
