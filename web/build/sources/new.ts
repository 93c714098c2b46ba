/** New: what was first met last, and what came to the catalogue since. */
import type { Learn } from '../../learn/learn.js'
import { KEY } from '../../generated/numbers.js'
import { encodedLists } from '../sections/postings.js'
import { best, BITS, listForAll } from './postings.js'
import type { Materials, Source } from './source.js'

export const newest: Source<'new'> = {
  name: 'new',
  kind: 'postings',
  role: 'everybody',
  untuned: 0,
  possible: ({ training }) => training !== null && training.log.time !== null,
  sections: (from, ordinal) => [listForAll(from, 'new', newness(firstMet(from)), ordinal)],
}

/** What a step newer weighs more, beside weights from 1 to 2. */
const STEP = 2 ** -10

/** The list of a bundle before with items in front of it that came since. */
export function withNewer(learn: Learn, bytes: Uint8Array, fresh: readonly number[], items: number): Uint8Array {
  const old = learn.with([bytes], (at) => learn.makeLists('mt_make_lists_of', at, bytes.length, items))
  const value = new Float32Array(items)
  old.items.forEach((item, i) => (value[item] = old.weights[i]!))
  const most = old.weights.reduce((so, weight) => Math.max(so, weight), 1)
  for (const item of fresh) value[item] = most + STEP
  return encodedLists(learn, best(value), items, { key: KEY.one, attribute: 0, bits: BITS }, 0)
}

/** When each item had been met by as many people as must be, which of one person alone is said of nobody; -Infinity for never. */
function firstMet({ learn, training }: Materials): Float64Array {
  const { events, log, least } = training!
  const out = learn.take(8 * log.items)
  learn.call('mt_popularity_first_seen', events, least, out)
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
