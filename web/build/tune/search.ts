/**
 * How much popularity weighs in a search: people look for what they are about to meet, so each held-out event is asked for
 * by a word of its item's title, drawn by the seed, and the weight is taken that brings it to the top.
 *
 * The ranking is that of src/funnel/search.h without vectors. The measure is the mean reciprocal rank.
 */
import { random } from '../random.js'
import { PLACE, popularityOf, type TextIndex } from '../sections/search.js'
import { peopleOf, type Holdout } from './holdout.js'

/** What held-out events say of searches: the weight that was taken, and what each brought. */
export interface SearchChoice {
  /** What popularity weighs. */
  popularity: number
  tried: { popularity: number; mrr: number }[]
}

const WEIGHTS = [0, 0.25, 0.5, 1, 2, 4]
const MOST_SEARCHES = 2000
/** Fewer say nothing. */
const LEAST_SEARCHES = 100
/** More of popularity must be worth this much, relative. */
const GAIN = 0.005

interface Entry {
  term: number
  at: number
}

/** null where too few of the held-out items have words. */
export function chooseSearch(index: TextIndex, holdout: Holdout, seed: number): SearchChoice | null {
  const { lists, places, titles } = index
  const draw = random(seed)
  const popularity = popularityOf(peopleOf(holdout.train), holdout.train.items)
  const words = wordsOf(index, new Set(holdout.held))
  const every = Math.max(1, Math.ceil(holdout.held.length / MOST_SEARCHES))
  const reciprocal = WEIGHTS.map(() => 0)
  let searches = 0
  for (let held = 0; held < holdout.held.length; held += every) {
    const own = words.get(holdout.held[held]!)
    if (own === undefined) continue
    const { term, at } = own[Math.floor(draw() * own.length)]!
    const [first, last] = [lists.start[term]!, lists.start[term + 1]!]
    const most = lists.weights.subarray(first, last).reduce((a, b) => Math.max(a, b), 0)
    const grade = (e: number) => (places[e] !== 0 ? 0 : titles[lists.items[e]!] === 1 ? 2 : 1)
    searches++
    WEIGHTS.forEach((weight, w) => {
      const score = (e: number) => lists.weights[e]! / most + weight * popularity[lists.items[e]!]!
      const [mine, its] = [score(at), grade(at)]
      let before = 0
      for (let e = first; e < last; e++) {
        const other = grade(e)
        if (other > its || (other === its && (score(e) > mine || (score(e) === mine && e < at)))) before++
      }
      reciprocal[w]! += 1 / (1 + before)
    })
  }
  if (searches < LEAST_SEARCHES) return null
  const tried = WEIGHTS.map((weight, w) => ({ popularity: weight, mrr: reciprocal[w]! / searches }))
  const best = tried.reduce((so, one) => (one.mrr > so.mrr * (1 + GAIN) ? one : so))
  return { popularity: best.popularity, tried }
}

/** Where each of some items stands in the lists of its words: of its title, or where it has none, of all it says. */
function wordsOf({ lists, places }: TextIndex, items: ReadonlySet<number>): Map<number, Entry[]> {
  const words = new Map<number, Entry[]>()
  for (const titled of [true, false]) {
    const known = new Set(words.keys())
    for (let term = 0; term < lists.keys; term++)
      for (let at = lists.start[term]!; at < lists.start[term + 1]!; at++) {
        const item = lists.items[at]!
        if (!items.has(item) || known.has(item) || (titled && places[at] === PLACE.none)) continue
        const own = words.get(item)
        if (own === undefined) words.set(item, [{ term, at }])
        else own.push({ term, at })
      }
  }
  return words
}
