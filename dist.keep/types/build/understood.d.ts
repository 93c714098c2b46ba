import type { Interactions, TimeFacts } from '../read/index.js';
/** Times of the log. A record does not keep how files spell them, nor what the clock was when they were read. */
export interface TimesAccount extends Omit<TimeFacts, 'units' | 'future'>, Partial<Pick<TimeFacts, 'units' | 'future'>> {
    /** Rows without a time, those of them whose people have none at all, and of how many rows. */
    missing?: {
        count: number;
        alone: number;
        of: number;
    };
}
/** A log as it is learned from: one that a program made loses its times that are far from all others, as files do when read. */
export declare function settled(log: Interactions): Interactions;
/** null: no times at all. */
export declare function timesOf({ rows, time, facts, user }: Interactions): TimesAccount | null;
/** Rows that say again what an earlier one says: the same person, item, event and time. */
export declare function repeatedOf({ user, userIds, item, event, time }: Interactions): number;
