/** What is understood of a log, as data: its times, and rows that come again. */
import type { Interactions, TimeUnit } from '../read/index.js'

/** Times of the log, Unix seconds. */
export interface TimesAccount {
  /** How the files write them; `mixed` has the cells by unit where there are several. */
  unit: TimeUnit
  mixed?: Partial<Record<TimeUnit, number>>
  from: number
  to: number
  outliers: { count: number; examples: number[] }
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
