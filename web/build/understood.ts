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
export function timesOf({ rows, time, facts, user, userIds }: Interactions): TimesAccount | null {
  if (time === null || facts?.times === undefined) return null
  const isKnown = new Uint8Array(userIds.length)
  let count = 0
  for (let row = 0; row < rows; row++)
    if (Number.isNaN(time[row]!)) count++
    else isKnown[user[row]!] = 1
  if (count === 0 || count === rows) return { ...facts.times }
  let alone = 0
  for (let row = 0; row < rows; row++) if (Number.isNaN(time[row]!) && isKnown[user[row]!] === 0) alone++
  return { ...facts.times, missing: { count, alone, of: rows } }
}

/** Rows that say again what an earlier one says: the same person, item, event and time. */
export function repeatedOf({ rows: all, user, userIds, item, event, time }: Interactions): number {
  const { start, rows: byUser } = rowsByCode(user, userIds.length)
  const code = event?.code
  const bits = time && new Uint32Array(time.buffer, time.byteOffset, 2 * all) // of each time its two halves
  const isSame = (a: number, b: number) =>
    item[a] === item[b] && code?.[a] === code?.[b] && (time === null || Object.is(time[a], time[b]))
  let slots = new Uint32Array(64) // by hash, a person's rows that say something new, + 1
  let repeated = 0
  for (let one = 0; one < userIds.length; one++) {
    const own = start[one + 1]! - start[one]!
    if (own < 2) continue
    while (slots.length < 2 * own) slots = new Uint32Array(2 * slots.length)
    const last = 2 ** Math.ceil(Math.log2(2 * own)) - 1
    slots.fill(0, 0, last + 1)
    for (let i = start[one]!; i < start[one + 1]!; i++) {
      const row = byUser[i]!
      let at = hashOf(item[row]!, code?.[row] ?? 0, bits?.[2 * row] ?? 0, bits?.[2 * row + 1] ?? 0) & last
      while (slots[at] !== 0 && !isSame(slots[at]! - 1, row)) at = (at + 1) & last
      if (slots[at] !== 0) repeated++
      else slots[at] = row + 1
    }
  }
  return repeated
}

/** As Murmur mixes: no bit of the four is without a say in any of the result. */
const hashOf = (a: number, b: number, c: number, d: number): number => mix(mix(mix(mix(0, a), b), c), d)

function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x85ebca6b)
  const folded = Math.imul(product ^ (product >>> 13), 0xc2b2ae35)
  return folded ^ (folded >>> 16)
}
