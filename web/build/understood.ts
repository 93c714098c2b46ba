/** What is understood of a log, as data: its times, and rows that come again. */
import { leaveOutFar } from '../read/far.js'
import type { Interactions, TimeFacts } from '../read/index.js'

/** Times of the log. A record does not keep how files spell them, nor what the clock was when they were read. */
export type TimesAccount = Omit<TimeFacts, 'units' | 'future'> & Partial<Pick<TimeFacts, 'units' | 'future'>>

/** null: no times at all. */
export function timesOf({ time, facts }: Interactions): TimesAccount | null {
  if (facts !== undefined || time === null) return facts?.times ?? null
  return leaveOutFar(time.slice(), { s: { count: time.length, example: '' } }, Date.now() / 1000) // a program counts in seconds
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
