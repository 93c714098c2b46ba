/** Only the newest call matters: what a search box or a slider needs. */
import type * as platform from '../recommender/platform.js';
/**
 * Wraps `run` so that each call overtakes the one before: the signal of that one is aborted, so that it is not run where
 * it still waits, and its promise resolves to undefined, as the answer that nobody needs any more.
 *
 *     const shelf = newest((signal, history) => client.recommend({ history, signal }))
 *     const answer = await shelf(liked)
 *     if (answer) show(answer.items)
 */
export declare function newest<A extends any[], R>(run: (signal: platform.AbortSignal, ...args: A) => R | PromiseLike<R>): (...args: A) => Promise<R | undefined>;
