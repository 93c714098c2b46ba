/**
 * What a rating says. A column that plainly is a scale of liking (a few even steps up to a usual top, or to just below one, of which
 * people give low and high ones) is graded: half of the top says nothing, four fifths of it and more is liking (2.5 and 4 of five stars,
 * 5 and 8 of ten), and less is not learned from. Nor does less speak against what is like it: on films, which people rate
 * because they chose to see them, that lost hits. MovieLens, each person's last fifth held out (tests/bench/liking.mjs): .518
 * find something that they later rated 4 and more in their first ten, .509 where all ratings count alike; 47 instead of 72 of
 * the items were later rated 2 and less. A column that counts (plays, pieces, a price) is no scale, and then every event counts 1,
 * whatever it says; where it goes below 0, as pieces that came back do, that is no liking. A few values far off a scale are slips,
 * and taken for missing. The config decides over all of it.
 */
import { type Interactions } from '../read/index.js';
import type { Config } from './config.js';
import type { Grading } from './sections/policy.js';
/** The ratings of a log, and what they are taken for. */
export interface RatingsAccount {
    column: string;
    from: number;
    to: number;
    /** The commonest values and how often each comes, the smallest first. */
    values: RatingCount[];
    distinct: number;
    /** What says nothing, and what counts 1; null: every event counts 1, whatever its rating says. */
    scale: (Grading & {
        by: 'config' | 'default';
    }) | null;
    /** Why the values are taken for a scale of liking, or are not. */
    why: string;
    /** Ratings that count as liking, as less than that, and that stand for none, of all. */
    liked: number;
    disliked: number;
    unrated: number;
    of: number;
    /** Values far off the scale, which are taken for missing and no part of the other figures. */
    slips?: RatingCount[];
}
/** A rating, and how often it comes. */
export interface RatingCount {
    value: number;
    count: number;
}
/** null: no rating at all. */
export declare function ratingsOf({ rating, files }: Interactions, { ratings }: Config): RatingsAccount | null;
interface Scale {
    grading: Grading | null;
    why: string;
    slips?: RatingCount[];
}
/** A scale of liking and its grading, or why it is none. */
export declare function scaleOf(column: string, all: readonly RatingCount[]): Scale;
export declare function ratingsLine(ratings: RatingsAccount): string;
/** How to say otherwise, and what should be looked at. */
export declare function ratingRemarks(ratings: RatingsAccount | null): string[];
/** As a bundle keeps them: any number of values may be slips. */
export declare const withFewSlips: (ratings: RatingsAccount) => RatingsAccount;
/** No scale of liking: above 0 or not. */
export declare const isCount: ({ zero, least }: Grading) => boolean;
export {};
