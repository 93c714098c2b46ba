/** Only the newest call matters: what a search box or a slider needs. */
import type * as platform from '../recommender/platform.js'

/**
 * Wraps `run` so that each call overtakes the one before: the signal of that one is aborted, so that it is not run where
 * it still waits, and its promise resolves to undefined, as the answer that nobody needs any more.
 *
 *     const shelf = newest((signal, history) => client.recommend({ history, signal }))
 *     const answer = await shelf(liked)
 *     if (answer) show(answer.items)
 */
// any, so that arguments need no types where `run` is written in place
export function newest<A extends any[], R>(
  run: (signal: platform.AbortSignal, ...args: A) => R | PromiseLike<R>,
): (...args: A) => Promise<R | undefined> {
  let last: AbortController | undefined
  return async (...args) => {
    last?.abort()
    const own = (last = new AbortController())
    try {
      const answer = await run(own.signal, ...args)
      return own.signal.aborted ? undefined : answer
    } catch (error) {
      if (own.signal.aborted) return undefined
      throw error
    }
  }
}
