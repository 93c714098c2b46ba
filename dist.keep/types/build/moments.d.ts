/**
 * Replaying a log: at each event, what a device would have been asked a moment before it, and what a ranker would have
 * been told of each candidate. The rows are computed by the very core that serves, from the events that the person had
 * met by then and the clock of that moment; nothing of what came later reaches them. What the bundle itself knows
 * (popularity, neighbours, factors) is of its own log: build it from what lies before the moments (`martello build --until`).
 */
import type { Core } from '../recommender/core.js';
import { type Interactions } from '../read/index.js';
export interface ReplayOptions {
    /** Rows of a moment: what was met, and so many more drawn of the other candidates that it makes this number; 0: all. */
    candidates: number;
    /** Only the best so many by the merge are candidates: those that a ranker would be given. */
    within: number;
    /** Newest events of each person that are replayed; 0: all. */
    last: number;
    /** People, drawn; 0: all. */
    users: number;
    /** Items met in the next so many events count as met. */
    ahead: number;
    /** The first rows of the log are history alone. */
    history: number;
    /** Only moments at or after this time … */
    since: number;
    /** … and before this one; what is met from then on is not met yet. */
    until: number;
    /** Adds a met item that recall did not bring, as it would be told of if it had. */
    missed: boolean;
    seed: number;
}
export interface Moment {
    user: number;
    /** Unix seconds, NaN where the log does not say. */
    at: number;
    /** By the merge, best first; an item that was added comes last. */
    items: Uint32Array;
    labels: Uint8Array;
    /** [items][features], good until the next moment. */
    rows: Float32Array;
}
export interface Counts {
    events: number;
    moments: number;
    /** Events that were no moment: a dislike, an item that was met before or that the bundle does not know. */
    disliked: number;
    repeated: number;
    unknown: number;
    /** Moments without rows: recall did not bring the item, which was not added. */
    missed: number;
}
/** Fields of the context in the log: values by row, NaN or '' where a cell is empty. */
export type Contexts = {
    field: number;
    values: number[] | string[];
}[];
/**
 * Rows of each user in time order, missing times and ties in the order of the file; of a file that begins with what is newest, as
 * many exports do, ties in the order from its end.
 */
export declare function rowsByUser(log: Interactions): number[][];
/** The weight of each row of the log, as a request would weigh it. */
export declare function servedWeights(core: Core, { rows, rating, event }: Interactions): Float32Array;
/** Reads the context fields of the bundle from the columns of the log that bear their names. */
export declare function readContexts(core: Core, paths: readonly string[], log: Interactions): Promise<Contexts>;
/** Yields every moment that has rows; `counts` is kept up on the way. */
export declare function replay(core: Core, log: Interactions, contexts: Contexts, options: ReplayOptions, counts: Counts): Generator<Moment, void, void>;
