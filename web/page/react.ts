/**
 * A React hook: what is recommended for a request, anew whenever the request says something else.
 *
 *     const { items, error } = useRecommendations(rec, { history: liked, k: 12 })
 *
 * `rec` is a Recommender, a RecommenderClient, or null while one is being opened. Requests are compared by what they say,
 * so that one written in place is no reason to ask again. With a client, only the newest request is answered.
 *
 * @module martello/react
 */
import { useEffect, useRef, useState } from 'react'
import type { Answer, RecommendedItem, Request, Trace } from '../recommender/request.js'
import type * as platform from '../recommender/platform.js'
import { arriving, whole, type Arriving } from './arriving.js'

export type { Answer }
/** A recommender that answers later: a RecommenderClient. */
export interface Asked extends Arriving {
  cancellable: true
  /** As `RecommenderClient.recommend`. */
  recommend(request: Request & { signal?: platform.AbortSignal }): Promise<Answer>
}
/** One that answers at once: a Recommender. */
export interface Told extends Arriving {
  /** As `Recommender.recommend`. */
  recommend(request: Request): Answer
}

/** What `useRecommendations` shows. */
export interface Recommendations {
  /** The newest answer: it stays while the next one is on its way. Empty before the first. */
  items: readonly RecommendedItem[]
  /** How they were found; null before the first answer. */
  trace: Trace | null
  /** What was wrong with the request, or null. */
  error: Error | null
  /** True from a change until its answer. */
  loading: boolean
}

const NOTHING: Recommendations = { items: [], trace: null, error: null, loading: true }

/**
 * The answer to `request`, anew whenever the recommender or what the request says changes; the one before stays in sight
 * meanwhile. `rec`: a Recommender or a RecommenderClient; null or undefined while there is none yet. What is wrong with a
 * request is `error`, nothing is thrown.
 */
export function useRecommendations(rec: Asked | Told | null | undefined, request: Request = {}): Recommendations {
  const [state, show] = useState(NOTHING)
  const [times, ask] = useState(0)
  const newest = useRef(request)
  newest.current = request
  const { profile, ...rest } = request
  const said = JSON.stringify([rest, profile?.history])
  useEffect(() => {
    if (!rec) return
    const overtaken = new AbortController()
    const done = (change: Partial<Recommendations>) => {
      if (!overtaken.signal.aborted) show((state) => ({ ...state, error: null, loading: false, ...change }))
    }
    const fail = (error: Error) => done({ error })
    if (arriving(rec)) whole(rec).then(() => overtaken.signal.aborted || ask((times) => times + 1))
    show((state) => (state.loading ? state : { ...state, loading: true }))
    try {
      const answer = rec.recommend(
        // a Recommender takes no signal and needs none: it answers before anything could overtake
        'cancellable' in rec ? { ...newest.current, signal: overtaken.signal } : newest.current,
      )
      if ('then' in answer) answer.then(done, fail)
      else done(answer)
    } catch (error) {
      fail(error as Error)
    }
    return () => overtaken.abort()
  }, [rec, said, times])
  return state
}
