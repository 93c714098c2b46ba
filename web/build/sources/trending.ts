/** Trending: what many meet lately. Events fade by half over a share of the log's span (src/learn/popularity.h). */
import { listForAll } from './postings.js'
import type { Materials, Source } from './source.js'

/** Half-life of a trend, as a share of the log's span. */
const SHARE = 1 / 20

export const trending: Source<'trending'> = {
  name: 'trending',
  kind: 'postings',
  role: 'everybody',
  untuned: 0,
  possible: ({ training }) => training !== null && training.log.time !== null,
  sections: (from, ordinal) => [listForAll(from, 'trending', metLately(from), ordinal)],
}

function metLately({ learn, training }: Materials): Float32Array {
  const { events, log, itemUsers } = training!
  const out = learn.take(4 * log.items)
  learn.call('mt_popularity_trending', events, SHARE, out)
  const value = learn.f32(out, log.items).map((sum, item) => (itemUsers[item]! > 0 ? sum : 0))
  learn.drop(out)
  return value
}
