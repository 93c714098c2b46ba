/**
 * The last word on an item: what a person took back, or came to dislike, they do not have as liked, whatever they said before.
 *
 *     like, unlike                      nothing                 view, add_to_cart, remove_from_cart   the view
 *     buy, return, buy                  the second              buy, buy, return                      the first
 *     6 pieces, -1                      the 6                   6 pieces, -6                          nothing
 *     like, dislike                     nothing                 rated 5, then 1                       nothing
 *
 * An event that takes back (names.ts) takes the rows of the names that share a word with it, else the last row of each name; a
 * quantity below 0 takes so many pieces; a dislike, and a rating that is no liking, take all. Rows are in the order of time, else
 * of the file. A column of states, such as order_status, says of each row how that one ended, and takes back no other.
 */
import type { Interactions } from '../read/index.js'
import type { Events } from './events.js'
import { rowsByUser } from './moments.js'
import { meaningOf, takenBackBy } from './names.js'
import { isCount, type RatingsAccount } from './ratings.js'
import type { Grading } from './sections/policy.js'

/** What events and ratings weigh. */
interface Weighing {
  events: Events
  ratings: RatingsAccount | null
  grading: Grading
}

/** Which rows of the same person and item before it a row takes back: those that stand, the newest first. */
type Word = (standing: readonly number[]) => number[]

/** Rows that a later row of the same person and item takes back; null: there are none. */
export function takenBack(log: Interactions, weighing: Weighing): Set<number> | null {
  const wordOf = words(log, weighing)
  if (!log.item.some((_, row) => wordOf(row) !== null)) return null
  const taken = new Set<number>()
  for (const rows of rowsByUser(log)) {
    if (!rows.some((row) => wordOf(row) !== null)) continue
    const standing = new Map<number, number[]>() // by item, the newest first
    for (const row of rows) {
      const item = log.item[row]!
      const before = standing.get(item) ?? []
      const word = wordOf(row)
      if (word === null) {
        standing.set(item, [row, ...before])
        continue
      }
      for (const one of word(before)) taken.add(one)
      standing.set(item, before.filter((one) => !taken.has(one))) // prettier-ignore
    }
  }
  return taken.size === 0 ? null : taken
}

/** null: the row takes nothing back. */
function words(
  { rating, event, files }: Interactions,
  { events, ratings, grading }: Weighing,
): (row: number) => Word | null {
  const all: Word = (standing) => [...standing]
  const code = (row: number) => event?.code[row] ?? 0
  const lastOfEach: Word = (standing) =>
    standing.filter((row, i) => standing.findIndex((other) => code(other) === code(row)) === i)
  const byName = event?.names.map((name) => wordOfName(name, event.names, events, all, lastOfEach, code))
  const isState = files.some((file) => STATES.test(file.columns.event ?? ''))
  const slips = new Set(ratings?.slips?.map(({ value }) => value))
  const { zero, one, none } = grading
  const [isGraded, counts] = [zero !== one, isCount(grading)]
  const left = new Map<number, number>() // pieces that did not come back, where some did
  const pieces =
    (count: number): Word =>
    (standing) => {
      let back = count
      return standing.filter((row) => {
        const had = left.get(row) ?? (rating![row]! || 1) // NaN: one
        left.set(row, had - Math.min(back, had))
        back -= Math.min(back, had)
        return left.get(row)! <= 0
      })
    }
  return (row) => {
    const value = rating?.[row] ?? NaN
    const named = isState ? null : (byName?.[code(row)] ?? null)
    if (!isGraded || Number.isNaN(value) || value === none || slips.has(value)) return named
    if (counts) return value < 0 ? pieces(-value) : named
    return (value - zero) / (one - zero) <= 0 ? all : null
  }
}

function wordOfName(
  name: string,
  names: readonly string[],
  { weights }: Events,
  all: Word,
  lastOfEach: Word,
  code: (row: number) => number,
): Word | null {
  const weight = (one: string) => weights.get(one.toLowerCase()) ?? 1
  if (weight(name) < 0) return all
  if (weight(name) > 0 || meaningOf(name).back === undefined) return null
  const about = takenBackBy(name, names.filter((one) => weight(one) > 0)) // prettier-ignore
  if (about.names.length === 0) return lastOfEach
  const codes = new Set(about.names.map((one) => names.indexOf(one)))
  const takes = about.all ? all : lastOfEach
  return (standing) => takes(standing.filter((row) => codes.has(code(row))))
}

/** Names of columns that say how a row ended. */
const STATES = /stat(us|e|o|ut|ur)?s?$|^status|zustand|durum|статус|состояни|状态|狀態|ステータス|상태|حالة|סטטוס/i

/** What was taken back, in a sentence. */
export const takenRemarks = (taken: ReadonlySet<number> | null): string[] =>
  taken === null
    ? []
    : [`${taken.size} rows do not count, since later ones of the same people and items take them back`]
