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
import { meaningOf, stemmed, takenBackBy, type Stemmed } from './names.js'
import { isCount, type RatingsAccount } from './ratings.js'
import type { Grading } from './sections/policy.js'

/** What events and ratings weigh. */
interface Weighing {
  events: Events
  ratings: RatingsAccount | null
  grading: Grading
}

/** Rows of one person and item that nothing took back yet, by event, the newest last. No event is without rows. */
type Standing = Map<number, number[]>

/** Takes out what a row takes back of those before it. */
type Word = (standing: Standing) => number[]

/** Rows that a later row of the same person and item takes back; null: there are none. */
export function takenBack(log: Interactions, weighing: Weighing): Set<number> | null {
  const place = new Uint32Array(log.rows) // of each row among those of its person
  const wordOf = words(log, weighing, place)
  if (!log.item.some((_, row) => wordOf(row) !== null)) return null
  const taken = new Set<number>()
  const rowsOf = rowsByUser(log)
  for (let one = 0; one < log.userIds.length; one++) {
    const rows = rowsOf(one)
    if (!rows.some((row) => wordOf(row) !== null)) continue
    const byItem = new Map<number, Standing>()
    rows.forEach((row, at) => {
      place[row] = at
      const standing = byItem.get(log.item[row]!) ?? (new Map() as Standing)
      byItem.set(log.item[row]!, standing)
      const word = wordOf(row)
      if (word === null) stand(standing, log.event?.code[row] ?? 0, row)
      else for (const one of word(standing)) taken.add(one)
    })
  }
  return taken.size === 0 ? null : taken
}

function stand(standing: Standing, event: number, row: number): void {
  const rows = standing.get(event)
  if (rows === undefined) standing.set(event, [row])
  else rows.push(row)
}

/** The newest row of an event, which stands no more. */
function takeLast(standing: Standing, event: number): number {
  const rows = standing.get(event)!
  if (rows.length === 1) standing.delete(event)
  return rows.pop()!
}

/** null: the row takes nothing back. */
function words(
  { rating, event, files }: Interactions,
  { events, ratings, grading }: Weighing,
  place: Uint32Array,
): (row: number) => Word | null {
  const weightOf = (name: string) => events.weights.get(name.toLowerCase()) ?? 1
  let others: Stemmed[] | undefined
  const standing = () => (others ??= event!.names.filter((name) => weightOf(name) > 0).map(stemmed))
  const byName = event?.names.map((name) => wordOfName(name, weightOf(name), event.names, standing))
  const isState = files.some((file) => STATES.test(file.columns.event ?? ''))
  const slips = new Set(ratings?.slips?.map(({ value }) => value))
  const { zero, one, none } = grading
  const [isGraded, counts] = [zero !== one, isCount(grading)]
  const left = new Map<number, number>() // pieces that did not come back, where some did
  const pieces =
    (count: number): Word =>
    (standing) => {
      const taken: number[] = []
      for (let back = count; back > 0 && standing.size > 0;) {
        const [code, rows] = [...standing].reduce((a, b) => (place[b[1].at(-1)!]! > place[a[1].at(-1)!]! ? b : a))
        const row = rows.at(-1)!
        const had = left.get(row) ?? (rating![row]! || 1) // NaN: one
        left.set(row, had - back)
        if (had <= back) taken.push(takeLast(standing, code))
        back -= had
      }
      return taken
    }
  return (row) => {
    const value = rating?.[row] ?? NaN
    const named = isState ? null : (byName?.[event!.code[row]!] ?? null)
    if (!isGraded || Number.isNaN(value) || value === none || slips.has(value)) return named
    if (counts) return value < 0 ? pieces(-value) : named
    return (value - zero) / (one - zero) <= 0 ? all : null
  }
}

const all: Word = (standing) => {
  const rows = [...standing.values()].flat()
  standing.clear()
  return rows
}
const lastOfEach: Word = (standing) => [...standing.keys()].map((event) => takeLast(standing, event))

/** `standing`: the names that it may be about. */
function wordOfName(name: string, weight: number, names: readonly string[], standing: () => Stemmed[]): Word | null {
  if (weight < 0) return all
  if (weight > 0 || meaningOf(name).back === undefined) return null
  const about = takenBackBy(name, standing())
  if (about.names.length === 0) return lastOfEach
  const wanted = new Set(about.names)
  return (standing) => {
    const events = [...standing.keys()].filter((event) => wanted.has(names[event]!))
    if (!about.all) return events.map((event) => takeLast(standing, event))
    const rows = events.flatMap((event) => standing.get(event)!)
    for (const event of events) standing.delete(event)
    return rows
  }
}

/** Names of columns that say how a row ended. */
const STATES = /stat(us|e|o|ut|ur)?s?$|^status|zustand|durum|статус|состояни|状态|狀態|ステータス|상태|حالة|סטטוס/i

/** What was taken back, in a sentence. */
export const takenRemarks = (taken: ReadonlySet<number> | null): string[] =>
  taken === null
    ? []
    : [`${taken.size} rows do not count, since later ones of the same people and items take them back`]
