/**
 * What events count by their names. The config decides; where it does not, a name that plainly says dislike counts -1, one
 * that only takes something back counts 0 (what was removed from a cart, refunded or unliked was once wanted, and is not any
 * more), and any other counts 1. What is in doubt counts 1, and is said.
 */
import { EVENT_NAME_BYTES, MAX_EVENTS } from '../generated/numbers.js'
import { quote, quoteList } from '../read/errors.js'
import type { Interactions } from '../read/index.js'
import type { Config } from './config.js'
import { meaningOf, wordsOf, type Meaning } from './names.js'

/** Names that every bundle knows, since a page may send them whatever the log holds. */
const DISLIKES: Record<string, number> = { dislike: -1, thumbs_down: -1, hide: -1 }

/** Of the names of a log so many are read, the commonest: one whose events are texts has thousands, and a bundle no room. */
export const MOST_READ = 1024

/** An event of the log, or of the config. */
export interface EventAccount {
  name: string
  /** Rows of the log; 0: only the config names it, for what devices send. */
  count: number
  weight: number
  /** What decided: the config, what the name plainly says, or neither, so that it counts 1. */
  by: 'config' | 'name' | 'default'
  /** Of a name that the log does not have: one of the log that is written almost so. */
  meant?: string
  /** A word of a name that counts 1: alone it would say less. */
  doubt?: string
  /** The state of an order that counts 1, and may have come to nothing. */
  maybe?: true
  /** A name that says less than 1, and counts 1 for want of room in a bundle. */
  left?: true
}

/** What the events of a log weigh. */
export interface Events {
  /** By name in lower case; every other name weighs 1. */
  weights: Map<string, number>
  /** By falling count. Empty: the log has no events. */
  list: EventAccount[]
}

export function eventsOf(event: Interactions['event'], config: Config): Events {
  const said = lower(config.events)
  const met = event === null ? [] : metBy(event, said)
  // what an imported model is told of has a number, the place in this table
  const types = [...Object.values(config.tower?.inputs ?? {}), ...Object.values(config.ranker?.inputs ?? {})].flatMap(
    (input) => (typeof input === 'string' ? [] : Object.keys(input.values ?? {})),
  )
  const typed = lower(Object.fromEntries(types.map((name) => [name, meaningOf(name).weight])))
  const known = new Set(Object.keys({ ...typed, ...DISLIKES, ...said }))
  const list = leaveOutSurplus(met, known)
  const meant = list.filter(({ by }) => by === 'name').map(({ name, weight }) => [name, weight] as const)
  const weights = Object.entries({ ...typed, ...DISLIKES, ...lower(Object.fromEntries(meant)), ...said })
  return { weights: new Map(weights), list: event === null ? [] : [...list, ...unmetBy(list, config.events ?? {})] }
}

/** A bundle has room for so many names, so long: of those that nobody named, the commonest have it, the others count 1. */
function leaveOutSurplus(met: readonly EventAccount[], known: Set<string>): EventAccount[] {
  return met.map((one) => {
    const key = one.name.toLowerCase()
    if (one.by !== 'name' || known.has(key)) return one
    if (known.size >= MAX_EVENTS || Buffer.byteLength(key) > EVENT_NAME_BYTES)
      return { ...one, weight: 1, by: 'default', left: true }
    known.add(key)
    return one
  })
}

function metBy({ names, code }: NonNullable<Interactions['event']>, said: Record<string, number>): EventAccount[] {
  const counts = new Float64Array(names.length)
  for (const one of code) counts[one]!++
  const met = Array.from(names, (name, i) => ({ name, count: counts[i]! }))
    .filter(({ name, count }) => name !== '' && count > 0)
    .sort((a, b) => b.count - a.count)
  const all = met.slice(0, MOST_READ).map(({ name }) => name)
  return met.map((about, place): EventAccount => {
    const key = about.name.toLowerCase()
    if (Object.hasOwn(said, key)) return { ...about, weight: said[key]!, by: 'config' }
    const { weight, doubt, maybe }: Meaning = place < MOST_READ ? meaningOf(about.name, all) : { weight: 1 }
    const by = weight < 1 ? 'name' : 'default'
    return { ...about, weight, by, ...(doubt !== undefined && { doubt }), ...(maybe && { maybe }) }
  })
}

/** No name of JavaScript's own is one of these. */
const lower = (events: Record<string, number> = {}): Record<string, number> =>
  Object.assign(
    Object.create(null) as object,
    Object.fromEntries(Object.entries(events).map(([name, weight]) => [name.toLowerCase(), weight])),
  )

/** Names of the config that the log does not have, and which of the names that the config does not have they may mean. */
function unmetBy(met: readonly EventAccount[], said: Record<string, number>): EventAccount[] {
  const known = new Set(met.map(({ name }) => name.toLowerCase()))
  const open = met.filter(({ by }) => by !== 'config').map(({ name }) => name)
  return Object.entries(said)
    .filter(([name]) => !known.has(name.toLowerCase()))
    .map(([name, weight]) => {
      const meant = open.find((other) => almostEqual(name, other))
      return { name, count: 0, weight, by: 'config', ...(meant !== undefined && { meant }) }
    })
}

/** But for separators and case the same, or one letter apart: left out, added, another, or two that changed places. */
function almostEqual(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => [...wordsOf(name).join('')]) as [string[], string[]]
  let first = 0
  while (first < a.length && first < b.length && a[first] === b[first]) first++
  let last = 0
  while (last < Math.min(a.length, b.length) - first && a.at(-1 - last) === b.at(-1 - last)) last++
  const [left, right] = [a, b].map((name) => name.slice(first, name.length - last).join('')) as [string, string]
  return Math.min(a.length, b.length) >= 3
    ? Math.max(left.length, right.length) <= 1 || (left.length === 2 && left === [...right].reverse().join(''))
    : a.join('') === b.join('')
}

/** Of names in doubt: a log whose events are texts has thousands. */
const MOST_NAMED = MAX_EVENTS

/** What people should look at, one line each. */
export function eventRemarks(events: readonly EventAccount[]): string[] {
  const guessed = events.filter(({ by }) => by === 'name')
  const doubted = events.filter(({ by, doubt }) => by === 'default' && doubt !== undefined)
  const maybe = events.filter((one) => one.maybe)
  const left = events.filter((one) => one.left)
  const unmet = events.filter(({ count }) => count === 0)
  const lines: string[] = []
  if (guessed.length > 0) {
    const example = configOf(guessed.map(({ name, weight }) => [name, weight]))
    const says = ({ name, weight }: EventAccount) =>
      weight < 0 ? 'says dislike' : meaningOf(name).back ? 'takes back' : 'came to nothing'
    const read = guessed.map((one) => `${quote(one.name)} ${says(one)}`)
    lines.push(`look: by their names, ${read.join(', ')}; to weigh them otherwise, change ${example} in a config`)
  }
  if (doubted.length > 0) {
    const named = doubted.slice(0, MOST_NAMED)
    const read = named.map(({ name, doubt }) => `${quote(name)} counts 1 in spite of ${quote(doubt)}`)
    const example = configOf(named.map(({ name, doubt }) => [name, meaningOf(doubt!).weight]))
    const more = doubted.length > MOST_NAMED ? `, and ${doubted.length - MOST_NAMED} more` : ''
    lines.push(`look: ${read.join(', ')}${more}; if they take back or say dislike, say ${example} in a config`)
  }
  if (maybe.length > 0) {
    const example = configOf(maybe.map(({ name }) => [name, 0]))
    lines.push(`look: orders that are ${namesOf(maybe)} count 1; if they came to nothing, say ${example} in a config`)
  }
  if (left.length > 0) {
    const room = `a bundle takes ${MAX_EVENTS} names of at most ${EVENT_NAME_BYTES} bytes`
    const why = `${room}, the config's first and then the commonest`
    const rows = left.reduce((sum, { count }) => sum + count, 0)
    lines.push(`look: ${rows} rows count 1 though their names take back or say dislike: ${namesOf(left)}; ${why}`)
  }
  if (unmet.length > 0) {
    const has = namesOf(events.filter(({ count }) => count > 0))
    lines.push(`look: config key "events" names ${namesOf(unmet)}, which the log does not have (it has ${has})`)
  }
  return lines
}

/** Rows whose event's cell is empty, file by file: they have no name that could weigh less. */
export function emptyRemarks({ files, event, rating }: Interactions, weights: Events['weights']): string[] {
  if (event === null || files.reduce((sum, { rows }) => sum + rows, 0) !== event.code.length) return []
  const none = event.names.indexOf('')
  const what = rating === null ? `count ${weights.get('') ?? 1}` : 'count by their ratings alone'
  let first = 0
  return files.flatMap(({ path, rows, columns }) => {
    let empty = 0
    for (const code of event.code.subarray(first, (first += rows))) if (code === none) empty++
    if (columns.event === undefined || empty === 0) return []
    const out = JSON.stringify({ leaveOut: { [columns.event]: '' } })
    return [
      `look: ${path}: ${empty} of ${rows} rows have no ${quote(columns.event)}, and ${what}; ${out} in a config leaves them out`,
    ]
  })
}

const namesOf = (events: readonly EventAccount[]) => quoteList(events.map(({ name }) => name))
const configOf = (weights: [name: string, weight: number][]) => JSON.stringify({ events: Object.fromEntries(weights) })
