/** What each event of a log weighs: what its rating says, else its name. Training, tuning and devices weigh alike. */
import type { Learn } from '../learn/learn.js';
import type { Interactions } from '../read/index.js';
import type { Config } from './config.js';
import { type Events } from './events.js';
import { type RatingsAccount } from './ratings.js';
import { type Grading } from './sections/policy.js';
/** What events and ratings weigh, as the log and the config say. */
export interface Weighing {
    events: Events;
    /** null: the log has none. */
    ratings: RatingsAccount | null;
    /** For devices, too. */
    grading: Grading;
    /** Rows that later ones take back; null: there are none. */
    taken: ReadonlySet<number> | null;
}
export declare function weighingOf(log: Interactions | null, config: Config): Weighing;
/** The weight of each row; 0 of what a later row takes back. */
export declare function weightsOf(learn: Learn, log: Interactions, { events, ratings, grading, taken }: Weighing): Float32Array;
