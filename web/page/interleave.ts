/**
 * Which of two recommenders do people prefer? Both answer a request, and their answers are drafted into one slate as two
 * captains draft teams (Radlinski, Kurup & Joachims, How Does Clickthrough Data Reflect Retrieval Quality?, CIKM 2008):
 *
 *     in each round a coin says who picks first; who picks takes the best item of their list that is not in the slate yet
 *
 * Every item is owned by who picked it, and whoever's items are clicked more wins: `martello compare` says which, and how sure that
 * is. Every visitor sees both, so that how people differ does not blur the answer as where each half of them sees one.
 *
 *     const { items } = await interleave(a, b, { history, k: 10, seed: crypto.getRandomValues(new Uint32Array(1))[0] })
 *     // items[0] = { id, owner: 'a', … }; log the owner of what is clicked
 *
 * Nothing is scored here: the lists are compared by their ids alone, so that what is on your page today may be one of the two.
 *
 * @module martello/interleave
 */
import { refuse } from '../recommender/errors.js'
import type { Request } from '../recommender/request.js'

/** Whoever recommends: a Recommender, a RecommenderClient, or a function of yours under this name. */
export interface Ranks<Item extends { id: string }> {
  /** Answers a request by items, best first. */
  recommend(request: Request): { readonly items: readonly Item[] } | Promise<{ readonly items: readonly Item[] }>
}

/** A request of `interleave`: `k` and `seed` are its own as well. */
export interface InterleaveRequest extends Request {
  /**
   * Of the coins: a whole number from 0 below 2^32, another one for each slate; the same seed drafts the same in every runtime.
   * It is also what the two explore by, where they do.
   */
  seed: number
}

/**
 * Whose an item is: who picked it. null: the other list had come to its end, so that there was no contest; do not count
 * clicks on it.
 */
export type Owner = 'a' | 'b' | null

/** A slate of two. */
export interface Interleaved<Item> {
  /** Best first; the score of each is comparable among its owner's alone. */
  items: (Item & { owner: Owner })[]
}

/**
 * One slate of what `a` and `b` recommend, and whose each item is. Items that both have go to who picks them first, which is
 * either as often. Throws MartelloError where there is no seed, and whatever the two throw.
 */
export async function interleave<A extends { id: string }, B extends { id: string } = A>(
  a: Ranks<A>,
  b: Ranks<B>,
  request: InterleaveRequest,
): Promise<Interleaved<A | B>> {
  const { seed } = request ?? {}
  if (seed === undefined || seed >>> 0 !== seed)
    refuse('seed', seed, 'a whole number from 0 below 2^32, another one for each slate')
  const [ofA, ofB] = await Promise.all([a.recommend(request), b.recommend(request)])
  for (const list of [ofA, ofB])
    if (!Array.isArray(list?.items)) refuse('recommend', list, 'an answer { items: [{ id }, …] }')
  const k = request.k ?? Math.max(ofA.items.length, ofB.items.length)
  const lists = { a: [...ofA.items] as (A | B)[], b: [...ofB.items] as (A | B)[] }
  const picks = { a: 0, b: 0 }
  const taken = new Set<string>()
  const items: Interleaved<A | B>['items'] = []
  while (items.length < k) {
    for (const list of [lists.a, lists.b]) while (list.length > 0 && taken.has(`${list[0]!.id}`)) list.shift()
    const isContest = lists.a.length > 0 && lists.b.length > 0
    const first = picks.a === picks.b ? (heads(seed, picks.a) ? 'a' : 'b') : picks.a < picks.b ? 'a' : 'b'
    const turn = isContest ? first : lists.a.length > 0 ? 'a' : 'b'
    const picked = lists[turn].shift()
    if (picked === undefined) break
    // how likely it was at its place of its own list says nothing of this one
    const { propensity: _, ...item } = picked as (A | B) & { propensity?: number }
    taken.add(`${picked.id}`) // whoever has numbers means the same item
    picks[turn]++
    items.push({ ...(item as A | B), owner: isContest ? turn : null })
  }
  return { items }
}

/** The coin of a round: all bits of both have a say (the last steps of MurmurHash3), so that seeds in a row are good ones. */
function heads(seed: number, round: number): boolean {
  let bits = (seed + Math.imul(round + 1, 0x9e3779b1)) >>> 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return ((bits ^ (bits >>> 16)) & 1) === 1
}
