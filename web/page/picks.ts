/**
 * Pages for a reader, from the parts of a site (web/site/): each part is asked about those pages of the history that it
 * holds, and gives as many as its share of what the reader reads. Who reads about two things gets both, the fresher one first.
 */
import type { Recommender } from '../recommender/recommender.js'
import type { RecommendedItem } from '../recommender/request.js'

/** A page that was read, oldest first in a list, and the number of its part. */
export interface Read {
  key: string
  part: number
}

/** What an older page counts beside the next newer one. */
const FADING = 0.85

/** The parts that a history asks for, most wanted first, with what share of it each has; as many as fit into `bytes`, one at least. */
export function partsFor(history: readonly Read[], sizes: readonly number[], bytes: number): Map<number, number> {
  const shares = new Map<number, number>()
  history.forEach(({ part }, i) => shares.set(part, (shares.get(part) ?? 0) + FADING ** (history.length - 1 - i)))
  const wanted = [...shares].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  let left = bytes
  return new Map(wanted.filter(([part], i) => (left -= sizes[part] ?? Infinity) >= 0 || i === 0))
}

/** k pages, none that was read or that `exclude` names. */
export function picks(
  history: readonly Read[],
  parts: ReadonlyMap<number, { rec: Recommender; share: number }>,
  { k, exclude, language }: { k: number; exclude: readonly string[]; language?: string | undefined },
): RecommendedItem[] {
  const asked = [...parts].map(([part, { rec, share }]) => ({
    share,
    given: 0,
    items: rec.recommend({
      history: history.filter((read) => read.part === part).map(({ key }) => key),
      exclude: [...history.map(({ key }) => key), ...exclude].filter((key) => rec.number(key) !== undefined),
      k,
      explain: true,
      ...(language !== undefined && { filter: { language } }),
    }).items,
  }))
  const picked: RecommendedItem[] = []
  while (picked.length < k) {
    // whose turn it is: highest averages (Sainte-Laguë), so that any beginning of the list has the shares as nearly as can be
    const next = asked
      .filter(({ items, given }) => given < items.length)
      .sort((a, b) => b.share / (b.given + 0.5) - a.share / (a.given + 0.5))[0]
    if (next === undefined) break
    picked.push(next.items[next.given++]!)
  }
  return picked
}
