/**
 * Two bundles asked the same: how much better the second is for the same person, which says far more than two means, since
 * people differ more than bundles do. Only people count of whom both bundles ask the same; a bundle that recommends again what
 * was taken, or weighs events otherwise, asks for other items.
 */
import { Sample } from './sample.js'
import { DIVISIONS, type DivisionName } from './divide.js'
import type { Intervals, Judged } from './judge.js'
import { FIGURES, named, type Figures } from '../measures.js'
import type { HistoryEvent } from '../../recommender/history.js'
import type { Recommender } from '../../entry/node.js'

/** Means of the second's figure less the first's, person by person. */
export interface Difference extends Figures {
  people: number
  intervals: Intervals
  /** People whose ndcg is higher with the second, lower, and the same. */
  gain: number
  lose: number
  same: number
}

export interface Compared extends Difference {
  /** People who are not compared, since the bundles ask different items of them. */
  left_out: number
  by: Record<DivisionName, ({ name: string } & Difference)[] | null>
  /** Who gains most and who loses most. */
  examples: Example[]
}

/** An item, and its title where the bundle has one. */
export interface Named {
  id: string
  title?: string
}

export interface Example {
  user: string
  ndcg: [first: number, second: number]
  /** What they met last, newest last. */
  history: Named[]
  /** What they took next, and its places in both slates, from 1; null: it is not there. */
  held: (Named & { places: [first: number | null, second: number | null] })[]
  slates: [first: Named[], second: Named[]]
}

const NDCG = FIGURES.indexOf('ndcg')
/** Examples of gains, and of losses; events of each that are shown. */
const EXAMPLES = 3
const SHOWN = 10

export function paired(
  recs: readonly [Recommender, Recommender],
  judged: readonly [Judged, Judged],
  userIds: readonly string[],
  k: number,
): Compared {
  const [first, second] = judged
  const other = new Map(second.asked.map((one) => [one.user, one]))
  const isSame = new Set(
    first.asked.filter(({ user, held }) => isEqual(held, other.get(user)?.held)).map(({ user }) => user),
  )
  const all = difference(first.all, second.all, isSame)
  const gains = all.people.map((user, n) => ({ user, gain: all.of(n)[NDCG]! }))
  const best = gains.toSorted((a, b) => b.gain - a.gain || a.user - b.user)
  const chosen = [
    ...best.slice(0, EXAMPLES).filter(({ gain }) => gain > 0),
    ...best.slice(-EXAMPLES).filter(({ gain }) => gain < 0).toReversed(), // prettier-ignore
  ]
  const askedOf = new Map(first.asked.map((one) => [one.user, one]))
  const places = [first.all, second.all].map(({ people }) => new Map(people.map((user, n) => [user, n])))
  const ndcgOf = (user: number, which: 0 | 1) => judged[which].all.of(places[which]!.get(user)!)[NDCG]!
  return {
    ...figuresOf(all),
    left_out: new Set([...first.asked, ...second.asked].map(({ user }) => user)).size - isSame.size,
    by: Object.fromEntries(
      DIVISIONS.map((name) => [name, byGroup(first.parts[name], second.parts[name], isSame)]),
    ) as Compared['by'],
    examples: chosen.map(({ user }) => {
      const { events, held, now } = askedOf.get(user)!
      const slates = recs.map((rec) =>
        rec.recommend({ history: events, k, ...(now !== undefined && { now }) }).items.map(({ id }) => id),
      )
      const name = (id: string) => namedBy(recs, id)
      return {
        user: userIds[user]!,
        ndcg: [ndcgOf(user, 0), ndcgOf(user, 1)],
        history: events.slice(-SHOWN).map(({ id }: HistoryEvent) => name(id)),
        held: [...held].map((id) => ({ ...name(id), places: slates.map((ids) => ids.indexOf(id) + 1 || null) })),
        slates: slates.map((ids) => ids.map(name)),
      } as Example
    }),
  }
}

const isEqual = (a: ReadonlySet<string>, b: ReadonlySet<string> | undefined) =>
  b !== undefined && a.size === b.size && [...a].every((id) => b.has(id))

/** Of the same people, in their order in `first`. */
function difference(first: Sample, second: Sample, isSame: ReadonlySet<number>): Sample {
  const places = new Map(second.people.map((user, n) => [user, n]))
  const sample = new Sample(FIGURES.length, 'differences')
  first.people.forEach((user, n) => {
    const place = places.get(user)
    if (place === undefined || !isSame.has(user)) return
    const [one, other] = [first.of(n), second.of(place)]
    sample.add(
      user,
      one.map((value, f) => other[f]! - value),
    )
  })
  return sample
}

function figuresOf(sample: Sample): Difference {
  const people = sample.people.length
  const signs = sample.people.map((_, n) => Math.sign(sample.of(n)[NDCG]!))
  const [gain, lose] = [1, -1].map((sign) => signs.filter((one) => one === sign).length) as [number, number]
  return {
    people,
    ...named(sample.means()),
    intervals: named(sample.intervals()),
    gain,
    lose,
    same: people - gain - lose,
  }
}

function byGroup(
  first: Judged['parts'][DivisionName],
  second: Judged['parts'][DivisionName],
  isSame: ReadonlySet<number>,
): ({ name: string } & Difference)[] | null {
  if (first === null || second === null) return null
  return first.flatMap(({ name, sample }) => {
    const other = second.find((part) => part.name === name)
    const both = other === undefined ? null : difference(sample, other.sample, isSame)
    return both === null || both.people.length === 0 ? [] : [{ name, ...figuresOf(both) }]
  })
}

/** As the first bundle that knows its title calls it. */
export function namedBy(recs: readonly Recommender[], id: string): Named {
  for (const rec of recs) {
    const item = rec.number(id)
    const title = item === undefined ? undefined : rec.attributes(item)['title']
    if (typeof title === 'string') return { id, title }
  }
  return { id }
}
