/**
 * What a coordinator asks a shard, as JSON by POST to the name of its file, and what it answers: rows of its bundle, as a list
 * (web/lists/gather.ts), or 204 where it has none.
 */
import type { Filter } from '../recommender/filter.js'

export interface Question {
  /** Rows of these ids, as far as they are here. */
  ids?: readonly string[]
  /** The `k` rows nearest to it, of those that are left of the catalogue; none of `ids`. */
  vector?: readonly number[]
  k?: number
  /** Of a bundle in shards: vectors by space, in place of `vector`, and rows by number, whatever is near. */
  vectors?: Readonly<Record<string, readonly number[]>>
  rows?: readonly number[]
  filter?: Filter
  exclude?: readonly string[]
  allow?: readonly string[]
}

/** Characters of a question: a history of a thousand ids, or a filter of many values. */
export const MOST_QUESTION = 256 * 1024
/** Bytes of an answer: a thousand rows with their texts are about one. */
export const MOST_ANSWER = 16 * 1024 * 1024

/** What fetches from a shard: a service binding, the stub of a Durable Object, or whatever else has this. */
export interface Fetcher {
  /** As the global `fetch` does. */
  fetch(request: Request): Promise<Response>
}
