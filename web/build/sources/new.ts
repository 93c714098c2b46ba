/** New: what was first met last. */
import { listForAll } from './postings.js'
import type { Materials, Source } from './source.js'

export const newest: Source<'new'> = {
  name: 'new',
  kind: 'postings',
  role: 'everybody',
  untuned: 0,
  possible: ({ training }) => training !== null && training.log.time !== null,
  sections: (from, ordinal) => [listForAll(from, 'new', newness(firstMet(from)), ordinal)],
}

/** When each item was first met; -Infinity for never. */
function firstMet({ learn, training }: Materials): Float64Array {
  const { events, log } = training!
  const out = learn.take(8 * log.items)
  learn.call('mt_popularity_first_seen', events, out)
  const value = learn.f64(out, log.items).slice()
  learn.drop(out)
  return value
}

/** By first event, the newest first; scores fall from 2 to 1. */
function newness(firstMet: Float64Array): Float64Array {
  const met = Array.from(firstMet.keys())
    .filter((item) => firstMet[item]! > -Infinity)
    .sort((a, b) => firstMet[b]! - firstMet[a]! || a - b)
  const value = new Float64Array(firstMet.length)
  met.forEach((item, place) => {
    value[item] = 2 - place / met.length
  })
  return value
}
