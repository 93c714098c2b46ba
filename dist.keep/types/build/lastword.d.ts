/**
 * The last word on an item: what a person took back, or came to dislike, they do not have as liked, whatever they said before.
 *
 *     like, unlike                      nothing                 view, add_to_cart, remove_from_cart   the view
 *     buy, return, buy                  the second              buy, buy, return                      the first
 *     6 pieces, -1                      the 6                   6 pieces, -6                          nothing
 *     like, dislike                     nothing                 rated 5, then 1                       nothing
 *
 * An event that takes back (names.ts) takes the rows of the names that share a word with it, else the last row of each name; a
 * quantity below 0 takes so many pieces; a dislike, and a rating that is no liking, take all. Rows are in the order of time, else
 * of the file. A column of states, such as order_status, says of each row how that one ended, and takes back no other.
 */
import type { Interactions } from '../read/index.js';
import type { Events } from './events.js';
import { type RatingsAccount } from './ratings.js';
import type { Grading } from './sections/policy.js';
/** What events and ratings weigh. */
interface Weighing {
    events: Events;
    ratings: RatingsAccount | null;
    grading: Grading;
}
/** Rows that a later row of the same person and item takes back; null: there are none. */
export declare function takenBack(log: Interactions, weighing: Weighing): Set<number> | null;
/** What was taken back, in a sentence. */
export declare const takenRemarks: (taken: ReadonlySet<number> | null) => string[];
export {};
