/**
 * Together: what is taken in one basket, by lift: how much more often two items share a basket than chance would have it
 * (Brin, Motwani, Ullman and Tsur 1997).
 *
 *   lift(a, b)   = baskets with both · all baskets / (baskets with a · baskets with b)
 *   weight(a, b) = log2(1 + lift of one basket less with both)
 *
 * Lift likes the rare, of which a single basket would say the most: one basket less with both says nothing of it, and of two half. A
 * pair that chance alone brings together (a lift of 1 or less) says nothing either. Logarithms add up over a cart as a naive Bayes
 * classifier does, so that what goes with several of its items comes before what goes with one rare item of it.
 */
import { NO_BASKET } from '../../read/index.js'
import type { Lists } from '../../learn/learn.js'
import type { Baskets } from '../baskets.js'
import { rowsByCode } from '../popularity.js'
import { Training, type Log } from '../training.js'
import { KEY } from '../../generated/numbers.js'
import { postingsSection } from '../sections/postings.js'
import { oldLists, shortened } from './postings.js'
import type { Source } from './source.js'

/** Of a weight: `similar` shows those of a list one below the other. */
const BITS = 8
/** Items kept under each item. */
export const TOP = 50
/** Of each item's companions the most frequent are looked at. */
const LOOKED_AT = 500
/** Events of a basket that somebody could have filled; a longer one is a visit of a machine, and is left out. */
const LARGEST = 200

export const together: Source<'together'> = {
  name: 'together',
  kind: 'postings',
  role: 'together',
  untuned: 0.5,
  stays: true, // `similar` asks for it by name
  possible: ({ training }) => training !== null && training.log.baskets !== undefined,
  async sections(from, ordinal) {
    const { log } = from.training!
    from.progress.stage('training what goes together', 0, 1)
    const { count, events, basket } = filled(log.baskets!, log.hidden)
    const training = await Training.of(from.learn, from.workers, {
      users: count,
      items: log.items,
      user: basket,
      item: events.map((e) => log.item[e]!),
      time: null,
      weight: null,
    })
    const pairs = { user: 0, key: 0, target: 0, shrinkage: 0, cosine: false, longest: LARGEST, top: LOOKED_AT }
    const shared = await training.neighbours(pairs) // with these exponents, in how many baskets
    const isOfEnough =
      log.people === undefined || log.people === 1 ? () => true : pairsOfEnough(log, shared, basket, events)
    const lists = lifted(shared, training.itemUsers, count, isOfEnough)
    training.drop()
    const bits = Math.max(BITS, from.recipe.weightBits)
    const kept = shortened(lists, 'together', from.recipe)
    const old = oldLists(from, 'together', from.training!.itemUsers)
    return [postingsSection(from.learn, 'together', kept, log.items, KEY.item, 0, bits, ordinal, old)]
  },
}

/** The baskets that say something, numbered anew: those with an event in this log, and no more than LARGEST. */
function filled(
  { count, of }: Baskets,
  hidden?: Uint8Array,
): { count: number; events: Uint32Array; basket: Uint32Array } {
  const size = new Uint32Array(count)
  of.forEach((basket, e) => {
    if (basket !== NO_BASKET && !hidden?.[e]) size[basket]!++
  })
  let numbered = 0
  const number = size.map((events) => (events > 0 && events <= LARGEST ? numbered++ : NO_BASKET))
  const events = Uint32Array.from(of.keys()).filter(
    (e) => of[e] !== NO_BASKET && !hidden?.[e] && number[of[e]!] !== NO_BASKET,
  )
  return { count: numbered, events, basket: events.map((e) => number[of[e]!]!) }
}

/**
 * Which pairs of items so many different people took together as must be: baskets of one person count once. `basket`: of each of the `events` of
 * the log.
 */
function pairsOfEnough(log: Log, shared: Lists, basket: Uint32Array, events: Uint32Array): IsOfEnough {
  const people = new Map<number, number>()
  for (let a = 0; a < shared.keys; a++)
    for (let e = shared.start[a]!; e < shared.start[a + 1]!; e++)
      if (shared.weights[e]! >= log.people!) people.set(a * log.items + shared.items[e]!, 0)
  const { start, rows } = rowsByCode(
    events.map((e) => log.user[e]!),
    log.users,
  )
  for (let user = 0; user < log.users; user++) {
    const baskets = new Map<number, Set<number>>()
    for (const row of rows.subarray(start[user], start[user + 1])) {
      const items = baskets.get(basket[row]!) ?? new Set()
      baskets.set(basket[row]!, items.add(log.item[events[row]!]!))
    }
    const pairs = new Set<number>()
    for (const items of baskets.values())
      for (const a of items) for (const b of items) if (people.has(a * log.items + b)) pairs.add(a * log.items + b)
    for (const pair of pairs) people.set(pair, people.get(pair)! + 1)
  }
  return (a, b) => (people.get(a * log.items + b) ?? 0) >= log.people!
}

type IsOfEnough = (a: number, b: number) => boolean

/** Counts of common baskets become weights; `baskets[i]`: how many item i is in. */
function lifted(shared: Lists, baskets: Float32Array, all: number, isOfEnough: IsOfEnough): Lists {
  const start = new Uint32Array(shared.keys + 1)
  const items: number[] = []
  const weights: number[] = []
  for (let a = 0; a < shared.keys; a++) {
    const found: { item: number; weight: number }[] = []
    for (let e = shared.start[a]!; e < shared.start[a + 1]!; e++) {
      const b = shared.items[e]!
      const [both, perBasket] = [shared.weights[e]!, all / (baskets[a]! * baskets[b]!)]
      if (both > 1 && both * perBasket > 1 && isOfEnough(a, b))
        found.push({ item: b, weight: Math.log2(1 + (both - 1) * perBasket) })
    }
    found.sort((x, y) => y.weight - x.weight || x.item - y.item)
    for (const { item, weight } of found.slice(0, TOP)) {
      items.push(item)
      weights.push(weight)
    }
    start[a + 1] = items.length
  }
  return { keys: shared.keys, start, items: Uint32Array.from(items), weights: Float32Array.from(weights) }
}
