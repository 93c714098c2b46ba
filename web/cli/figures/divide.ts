/**
 * What people, or what they took next, is divided by, so that a mean over all does not hide whom a bundle serves badly: how
 * much a person has told, how many had met the item, whether either is new, and when it was taken.
 *
 * A person counts in a group with what they took of it, and once, however much that was: in a group, as over all, everybody
 * counts the same.
 */
import { popularityOf } from '../../build/popularity.js'
import type { Interactions } from '../../read/index.js'
import type { Asked } from '../targets.js'

/** Groups, and which of them a target is in; -1: none. */
export interface Divider {
  groups: string[]
  of(asked: Asked, id: string, nth: number): number
}

export const DIVISIONS = ['history', 'popularity', 'people', 'items', 'time'] as const
export type DivisionName = (typeof DIVISIONS)[number]

/** How many people of a log met each item. */
export function metBy({ userIds, itemIds, user, item }: Interactions): Map<string, number> {
  const met = popularityOf({ users: userIds.length, items: itemIds.length, user, item, weight: null })
  return new Map(itemIds.map((id, n) => [id, met[n]!]))
}

/** `known`: whether the bundle has the item. Without times that are dates nothing is divided by time. */
export function dividers(
  met: ReadonlyMap<string, number>,
  holdout: Interactions,
  known: (id: string) => boolean,
): Record<DivisionName, Divider | null> {
  return {
    history: { groups: COUNTS, of: ({ events }) => groupOfCount(events.length) },
    popularity: { groups: COUNTS, of: (_, id) => groupOfCount(met.get(id) ?? 0) },
    people: { groups: ['new', 'known'], of: ({ events }) => Number(events.length > 0) },
    items: { groups: ['new', 'known', 'not in the bundle'], of: (_, id) => (known(id) ? Number(met.has(id)) : 2) },
    time: byTime(holdout),
  }
}

/** Ends of groups of counts: each about three times the one before. */
const ENDS = [0, ...Array.from({ length: 9 }, (_, power) => [3, 10].map((end) => end * 10 ** power)).flat()]
const COUNTS = ENDS.map((end, n) => (n === 0 ? '0' : `${ENDS[n - 1]! + 1} to ${end}`))
const groupOfCount = (count: number) => ENDS.findIndex((end) => count <= end)

/** Units of the calendar, each with the start of the one that a time is in, and its name. */
const UNITS: { start: (date: Date) => Date; name: (start: Date) => string }[] = [
  { start: (d) => utc(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate(), d.getUTCHours()), name: (d) => iso(d, 13).replace('T', ' ') + ' h' }, // prettier-ignore
  { start: (d) => utc(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate()), name: (d) => iso(d, 10) },
  { start: (d) => utc(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate() - ((d.getUTCDay() + 6) % 7)), name: (d) => `week of ${iso(d, 10)}` }, // prettier-ignore
  { start: (d) => utc(d.getUTCFullYear(), d.getUTCMonth()), name: (d) => iso(d, 7) },
  { start: (d) => utc(d.getUTCFullYear(), 3 * Math.floor(d.getUTCMonth() / 3)), name: (d) => `${iso(d, 4)} Q${1 + Math.floor(d.getUTCMonth() / 3)}` }, // prettier-ignore
  { start: (d) => utc(d.getUTCFullYear()), name: (d) => iso(d, 4) },
]
const utc = (...parts: [number, ...number[]]) => new Date(Date.UTC(parts[0], parts[1] ?? 0, parts[2] ?? 1, parts[3] ?? 0)) // prettier-ignore
const iso = (date: Date, length: number) => date.toISOString().slice(0, length)
/** Groups of time at most, where some unit makes so few. */
const MOST_TIMES = 24

/** By the shortest unit of the calendar that makes few groups; null where times are no dates. */
function byTime({ time, facts }: Interactions): Divider | null {
  if (time === null || facts?.times === undefined || facts.times.unit === 'number') return null
  const known = time.filter((at) => !Number.isNaN(at))
  if (known.length === 0) return null
  const startsOf = ({ start }: (typeof UNITS)[number]) => {
    const starts = new Set<number>()
    for (const at of known) starts.add(+start(new Date(1000 * at)))
    return [...starts].sort((a, b) => a - b)
  }
  const choices = UNITS.map((unit) => ({ unit, starts: startsOf(unit) }))
  const { unit, starts } = choices.find(({ starts }) => starts.length <= MOST_TIMES) ?? choices.at(-1)!
  const groups = new Map(starts.map((start, n) => [start, n]))
  return {
    groups: starts.map((start) => unit.name(new Date(start))),
    of: ({ times }, _, nth) =>
      Number.isNaN(times[nth]!) ? -1 : groups.get(+unit.start(new Date(1000 * times[nth]!)))!,
  }
}
