/**
 * How much popularity weighs in a search: people look for what they are about to meet, so each held-out event is asked for
 * by a word of its item's title, drawn by the seed, and the weight is taken that brings it to the top. The device's own core
 * ranks, of a bundle with the words alone: what vectors and histories add comes besides.
 *
 * The measure is the mean reciprocal rank.
 */
import { PLACE_NONE } from '../../generated/numbers.js'
import type { Learn } from '../../learn/learn.js'
import { coreOf } from '../core.js'
import { popularityOf } from '../popularity.js'
import { random } from '../random.js'
import { bundle } from '../sections/bundle.js'
import { policyAround, policySection } from '../sections/policy.js'
import { searchSections, type TextIndex } from '../sections/search.js'
import type { Section } from '../sections/section.js'
import type { Holdout } from './holdout.js'

/** What held-out events say of searches: the weight that was taken, and what each brought. */
export interface SearchChoice {
  /** What popularity weighs. */
  popularity: number
  tried: { popularity: number; mrr: number }[]
}

const WEIGHTS = [0, 0.25, 0.5, 1, 2, 4]
const MOST_SEARCHES = 2000
/** Places that are looked at: what comes after them counts nothing. */
const PLACES = 100
/** Fewer say nothing. */
const LEAST_SEARCHES = 100
/** More of popularity must be worth this much, relative. */
const GAIN = 0.005

/** A term, and the item that is meant by it. */
interface Search {
  term: string
  item: number
}

/** null where too few of the held-out items have words. `ids`: the sections of the items' ids. */
export async function chooseSearch(
  learn: Learn,
  ids: readonly Section[],
  index: TextIndex,
  holdout: Holdout,
  seed: number,
): Promise<SearchChoice | null> {
  const searches = searchesFor(index, holdout, seed)
  if (searches.length < LEAST_SEARCHES) return null
  const counts = Float32Array.from(popularityOf(holdout.train))
  const policy = policySection(learn, policyAround([]))
  const tried = []
  for (const popularity of WEIGHTS) {
    const sections = [...ids, ...searchSections(learn, index, counts, popularity, 0), policy]
    tried.push({ popularity, mrr: await meanReciprocal(bundle(learn, holdout.train.items, sections), searches) })
  }
  const best = tried.reduce((so, one) => (one.mrr > so.mrr * (1 + GAIN) ? one : so))
  return { popularity: best.popularity, tried }
}

async function meanReciprocal(bytes: Uint8Array, searches: readonly Search[]): Promise<number> {
  const core = await coreOf(bytes)
  const k = Math.min(PLACES, core.items)
  let sum = 0
  for (const { term, item } of searches) {
    core.begin()
    const place = core.placeInSearch(term, k, item)
    if (place >= 0) sum += 1 / (1 + place)
  }
  return sum / searches.length
}

function searchesFor(index: TextIndex, { held }: Holdout, seed: number): Search[] {
  const draw = random(seed)
  const words = wordsOf(index, new Set(held))
  const every = Math.max(1, Math.ceil(held.length / MOST_SEARCHES))
  const searches: Search[] = []
  for (let h = 0; h < held.length; h += every) {
    const item = held[h]!
    const own = words.get(item)
    if (own !== undefined) searches.push({ term: index.terms.all[own[Math.floor(draw() * own.length)]!]!, item })
  }
  return searches
}

/** The terms of some items: of the title, or where it has none, of all it says. */
function wordsOf({ lists, places }: TextIndex, items: ReadonlySet<number>): Map<number, number[]> {
  const words = new Map<number, number[]>()
  for (const titled of [true, false]) {
    const known = new Set(words.keys())
    for (let term = 0; term < lists.keys; term++)
      for (let at = lists.start[term]!; at < lists.start[term + 1]!; at++) {
        const item = lists.items[at]!
        if (!items.has(item) || known.has(item) || (titled && places[at] === PLACE_NONE)) continue
        const own = words.get(item)
        if (own === undefined) words.set(item, [term])
        else own.push(term)
      }
  }
  return words
}
