/**
 * What travels between a RecommenderClient and its worker.
 *
 *     page                                   worker
 *     { n, call: 'open', args }      →
 *                                    ←       { news: 'progress', args: [loaded, total] }   any number of times
 *                                    ←       { n, value: Facts }                           as soon as it recommends
 *                                    ←       { news: 'complete', args: [0, Facts] }        what goes on beside the calls
 *     { n, call: 'sharpen', args: [1, wish] }
 *                                    →
 *                                    ←       { n, value: undefined }                       at once
 *     { n, call: 'abort', args: [1] } →                                                    where nobody wants it any more
 *                                    ←       { news: 'complete', args: [1, Facts, Sharpened] }  or [1, Facts, undefined, Failure]
 *     { n, call: 'recommend', args } →
 *                                    ←       { n, value }  or  { n, error }
 *                                    ←       { news: 'update', args: [Facts] }             a newer bundle is in use
 *
 * The page sends a call when the one before is answered: what waits, waits there, where it can still be taken back.
 */
import type { Reason } from '../recommender/errors.js'
import type { Layers } from '../recommender/options.js'
import type { Recommender } from '../recommender/recommender.js'
import type { Release } from '../update/manifest.js'

/** What is known of the open bundle without asking the worker. */
export interface Facts {
  items: number
  bytes: number
  sources: readonly string[]
  spaces: readonly string[]
  repeats: boolean
  /** null: the space has not arrived. */
  metrics: readonly ('ip' | 'cosine' | 'l2' | null)[]
  layers: readonly number[]
  loaded: number
  /** Where the bundle is kept; null where that was not asked for. */
  storage: 'opfs' | 'cache' | 'memory' | null
  /** Of a signed bundle. */
  release: Release | null
}

export interface WorkerOpenOptions {
  maxBytes?: number
  verify?: boolean
  layers?: Layers
  lists?: { root: string }
  keep: boolean
  listBytes?: number
  revalidate?: boolean
  key?: string
  atLeast?: number
}

/** The methods that a page may call in the worker. */
export type Method =
  'recommend' | 'similar' | 'search' | 'nearest' | 'features' | 'id' | 'number' | 'attributes' | 'vector'

export interface Question {
  n: number
  call: Method | 'open' | 'check' | 'load' | 'sharpen' | 'abort'
  args: unknown[]
}

export interface Failure {
  name: string
  message: string
  code?: Reason | undefined
}

export type Reply =
  | { n: number; value: unknown }
  | { n: number; error: Failure }
  | { news: 'progress'; args: [loaded: number, total: number] }
  | { news: 'update'; args: [Facts] }
  /** What `open`, 0, a `load` or a `sharpen` of that number asked for is there, or it failed. */
  | { news: 'complete'; args: [work: number, Facts, value?: unknown, failure?: Failure] }
  | { news: 'problem'; args: [string, Reason?] }

export function factsOf(rec: Recommender, storage: Facts['storage'], release: Release | null): Facts {
  const { items, bytes, loaded, sources, spaces, repeats } = rec
  const metricOf = (space: string) => {
    try {
      return rec.metricOf(space)
    } catch {
      return null
    }
  }
  return {
    items,
    bytes,
    loaded,
    sources,
    spaces,
    repeats,
    metrics: spaces.map(metricOf),
    layers: spaces.map((space) => rec.layersOf(space)),
    storage,
    release,
  }
}
