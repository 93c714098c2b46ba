/** What is understood of a log, as data: its times, and rows that come again. */
import { leaveOutFar } from '../read/far.js'
import type { Interactions, TimeFacts } from '../read/index.js'
import { rowsByCode } from './popularity.js'

/** Times of the log. A record does not keep how files spell them, nor what the clock was when they were read. */
export interface TimesAccount
  extends Omit<TimeFacts, 'units' | 'future'>, Partial<Pick<TimeFacts, 'units' | 'future'>> {
  /** Rows without a time, those of them whose people have none at all, and of how many rows. */
  missing?: { count: number; alone: number; of: number }
}

/** A log as it is learned from: one that a program made loses its times that are far from all others, as files do when read. */
export function settled(log: Interactions): Interactions {
  if (log.facts !== undefined || log.time === null) return log
  const time = log.time.slice()
  const units = { s: { count: time.filter((t) => !Number.isNaN(t)).length, example: '' } } // a program counts in seconds
  const times = leaveOutFar(time, [{ path: log.files[0]?.path ?? '', units }], Date.now() / 1000)
  const files = log.files.map(({ path, rows }) => ({ path, rows, columns: [], left: [] }))
  return { ...log, time, facts: { files, ...(times !== null && { times }) } }
}

/** null: no times at all. */
export function timesOf({ rows, time, facts, user }: Interactions): TimesAccount | null {
  if (time === null || facts?.times === undefined) return null
  const known = new Set<number>()
  time.forEach((t, row) => Number.isNaN(t) || known.add(user[row]!))
  const missing = { count: 0, alone: 0, of: rows }
  if (known.size > 0)
    time.forEach((t, row) => {
      if (!Number.isNaN(t)) return
      missing.count++
      if (!known.has(user[row]!)) missing.alone++
    })
  return { ...facts.times, ...(missing.count > 0 && { missing }) }
}

/** Rows that say again what an earlier one says: the same person, item, event and time. */
export function repeatedOf({ user, userIds, item, event, time }: Interactions): number {
  const { start, rows: byUser } = rowsByCode(user, userIds.length)
  const kinds = event?.names.length ?? 1
  let repeated = 0
  for (let one = 0; one < userIds.length; one++) {
    const met = new Map<number, Set<number | undefined>>() // by item and event, their times
    for (const row of byUser.subarray(start[one], start[one + 1])) {
      const what = item[row]! * kinds + (event?.code[row] ?? 0)
      const times = met.get(what)
      if (times === undefined) met.set(what, new Set([time?.[row]]))
      else if (times.has(time?.[row])) repeated++
      else times.add(time?.[row])
    }
  }
  return repeated
}
