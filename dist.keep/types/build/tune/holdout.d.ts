/**
 * Holding out: a part of the log that was given, never the user's own holdout file, is hidden from training so that the
 * builder can see which choices bring it back. With times the last events of a person are hidden, else random ones.
 * They are hidden of everybody at once, as the future is: with the other people's events left in, neighbours would know
 * more of the hidden ones than they will ever know of the future, and would get too much weight.
 *
 * On a device the history goes on after the training; so with times, the newest event that is not hidden is known of the person,
 * but not trained on either. Otherwise whatever says much of pairs that one person alone met would look better than it is.
 *
 * Where people take things again (`repeat`), what they met before is worth finding too, and a basket, or what has one time, is
 * hidden as a whole: nobody takes the same thing twice in one taking.
 */
import type { People } from './answer.js';
import type { Log } from '../training.js';
export interface Holdout {
    /** The log without the hidden events. */
    train: Log;
    /** Histories without the hidden events, oldest first, of the people to measure by: all, or as many as tell. */
    people: People;
    count: number;
    /** Person p's hidden items: held[heldStart[p]] .. */
    heldStart: Uint32Array;
    held: Uint32Array;
}
/** Events by user in time order, ties by file order: event numbers, and where each user's begin. */
export declare function byUser(log: Log): {
    start: Uint32Array;
    event: Uint32Array;
};
/** null where the log is too small to hold anything out: fewer than 20 people with three events or more. */
export declare function holdOut(log: Log, seed: number, repeat?: boolean): Holdout | null;
