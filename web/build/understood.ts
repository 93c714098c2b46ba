/** What is understood of a log, as data: its events and ratings and what they weigh, its times, rows that come again. */
import type { Interactions, TimeUnit } from '../read/index.js'
import type { Config } from './config.js'
import { eventWeights } from './log.js'

/** Times of the log, Unix seconds. */
export interface TimesAccount {
  /** How the files write them; `mixed` has the cells by unit where there are several. */
  unit: TimeUnit
  mixed?: Partial<Record<TimeUnit, number>>
  from: number
  to: number
  outliers: { count: number; examples: number[] }
}

/** Ratings of the log. */
export interface RatingsAccount {
  from: number
  to: number
  /** The commonest values and how often each comes, the smallest first. */
  values: { value: number; count: number }[]
  /** The rating that says nothing, and the one that is worth 1; null: every rating is worth 1. */
  scale: { zero: number; one: number; by: 'config' | 'default' } | null
  /** Ratings that count as liking, of all. */
  liked: number
  of: number
}

/** An event of the log, or of the config. */
export interface EventAccount {
  name: string
  count: number
  weight: number
}

/** Values of ratings that are listed. */
const VALUES = 12

/** By falling count; names of the config that met nothing come last, with none. */
export function eventsOf({ event, rows }: Interactions, config: Config): EventAccount[] {
  const weights = eventWeights(config)
  const counts = new Map<string, number>()
  if (event !== null)
    for (let row = 0; row < rows; row++) {
      const name = event.names[event.code[row]!]!
      if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  const met = Array.from(counts, ([name, count]) => ({ name, count, weight: weights.get(name.toLowerCase()) ?? 1 }))
  const known = new Set(met.map(({ name }) => name.toLowerCase()))
  const idle = Object.entries(config.events ?? {}).filter(([name]) => !known.has(name.toLowerCase()))
  return [...met.sort((a, b) => b.count - a.count), ...idle.map(([name, weight]) => ({ name, count: 0, weight }))]
}

/** null: no rating at all. */
export function ratingsOf({ rating }: Interactions, { ratings }: Config): RatingsAccount | null {
  const counts = new Map<number, number>()
  for (const value of rating ?? []) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size === 0) return null
  const all = Array.from(counts, ([value, count]) => ({ value, count })).sort((a, b) => a.value - b.value)
  const common = all.toSorted((a, b) => b.count - a.count).slice(0, VALUES)
  const sum = (list: typeof all) => list.reduce((total, { count }) => total + count, 0)
  const { zero, one } = ratings ?? { zero: -Infinity, one: Infinity }
  return {
    from: all[0]!.value,
    to: all.at(-1)!.value,
    values: common.sort((a, b) => a.value - b.value),
    scale: ratings === undefined ? null : { zero, one, by: 'config' },
    liked: sum(all.filter(({ value }) => (value - zero) / (one - zero) > 0 || ratings === undefined)),
    of: sum(all),
  }
}

/** null: no times at all. */
export function timesOf({ time, facts }: Interactions): TimesAccount | null {
  const known = facts?.times
  if (known !== undefined) {
    const { unit, units, from, to, outliers } = known
    return { unit, ...(Object.keys(units).length > 1 && { mixed: units }), from, to, outliers }
  }
  let [from, to] = [Infinity, -Infinity]
  for (const at of time ?? []) {
    if (at < from) from = at // NaN is neither less nor more
    if (at > to) to = at
  }
  return from > to ? null : { unit: 'number', from, to, outliers: { count: 0, examples: [] } }
}

/** Rows that say again what an earlier one says: the same person, item, event and time. */
export function repeatedOf({ rows, user, userIds, item, event, time }: Interactions): number {
  const start = new Uint32Array(userIds.length + 1)
  for (const one of user) start[one + 1]!++
  for (let one = 0; one < userIds.length; one++) start[one + 1]! += start[one]!
  const byUser = new Uint32Array(rows)
  const at = start.slice()
  user.forEach((one, row) => {
    byUser[at[one]!++] = row
  })
  const same = (a: number, b: number) =>
    event?.code[a] === event?.code[b] && (time === null || Object.is(time[a], time[b]))
  let repeated = 0
  for (let one = 0; one < userIds.length; one++) {
    const met = new Map<number, number[]>() // by item, rows that differ
    for (const row of byUser.subarray(start[one], start[one + 1])) {
      const before = met.get(item[row]!)
      if (before === undefined) met.set(item[row]!, [row])
      else if (before.some((other) => same(other, row))) repeated++
      else before.push(row)
    }
  }
  return repeated
}
