/** The first step, taking what was given: checked, numbered, and trained as far as no log has a say. */
import type { Learn } from '../learn/learn.js';
import { type Account } from './account.js';
import type { Config } from './config.js';
import type { Inputs } from './inputs.js';
import type { Progress } from './progress.js';
import { type TextIndex } from './sections/search.js';
import type { Section } from './sections/section.js';
import type { Known } from './sources/assemble.js';
import type { Log } from './training.js';
import { type Weighing } from './weighing.js';
import type { Workers } from './workers.js';
/** What every later step works with. */
export interface Given extends Known {
    inputs: Inputs;
    account: Account;
    log: Log | null;
    weighing: Weighing;
    /** Sections that any bundle of this catalogue has, and those of its attributes. */
    ids: Section[];
    attributes: Section[];
    /** What searches look up; empty where nothing is searched. */
    text: TextIndex;
}
export declare function take(given: Inputs, config: Config, seed: number, learn: Learn, workers: Workers, progress: Progress): Promise<Given>;
