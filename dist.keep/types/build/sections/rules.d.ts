import { type Rules } from '../../recommender/rules.js';
import { type Section } from './section.js';
/** The section of `rules` for a bundle that is whole but for it. */
export declare function compilePolicy(bundle: Uint8Array, rules: Rules, k: number): Promise<Section>;
/** What the rules let through, asked of the bundle that has them. */
export declare function checkPermitted(bundle: Uint8Array, rules: Rules): Promise<void>;
