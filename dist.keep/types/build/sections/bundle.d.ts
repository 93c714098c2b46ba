/** Writing a bundle: its sections, in the order in which a device wants them, become one file. */
import type { Learn } from '../../learn/learn.js';
import { type Section } from './section.js';
/** `rules`: what the policy file says of them. */
export declare function bundle(learn: Learn, items: number, sections: readonly Section[], rules?: unknown): Uint8Array;
