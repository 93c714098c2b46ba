/**
 * What events count by their names. The config decides; where it does not, a name that plainly says dislike counts -1, one
 * that only takes something back counts 0 (what was removed from a cart, refunded or unliked was once wanted, and is not any
 * more), and any other counts 1. What is in doubt counts 1, and is said.
 */
import { EVENT_NAME_BYTES, MAX_EVENTS } from '../generated/numbers.js'
import { quote, quoteList } from '../read/errors.js'
import type { Interactions } from '../read/index.js'
import type { Config } from './config.js'

/** Names that every bundle knows, since a page may send them whatever the log holds. */
const DISLIKES: Record<string, number> = { dislike: -1, thumbs_down: -1, hide: -1 }

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
  const typed = lower(Object.fromEntries(types.map((name) => [name, meaningOf(name)])))
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
  const all = names.map((name, i): EventAccount => {
    const key = name.toLowerCase()
    const { weight, doubt } = readingOf(name)
    if (Object.hasOwn(said, key)) return { name, count: counts[i]!, weight: said[key]!, by: 'config' }
    const by = weight < 1 ? 'name' : 'default'
    return { name, count: counts[i]!, weight, by, ...(doubt !== undefined && { doubt }) }
  })
  return all.filter(({ name, count }) => name !== '' && count > 0).sort((a, b) => b.count - a.count)
}

/** No name of JavaScript's own is one of these. */
const lower = (events: Record<string, number> = {}): Record<string, number> =>
  Object.assign(
    Object.create(null) as object,
    Object.fromEntries(Object.entries(events).map(([name, weight]) => [name.toLowerCase(), weight])),
  )

/** Names by what they plainly say; each is matched with the words of a name. */
const UNDONE =
  /^(remov\w*|delet\w*|refund\w*|return(s|ed)?|cancel\w*|undo\w*|revok\w*|withdr[ae]w\w*|chargeback\w*|abandon\w*|declin\w*|void(ed)?|uninstall\w*|un(like|lov|heart|favou?rit|fav$|star|bookmark|sav|pin|subscri|follow|watch|check|register|enroll|vot|hid|block|mut|dislik|downvot|report)\w*|skip(s|ped)?)$/
const DISLIKED =
  /^(dislik\w*|downvot\w*|thumbs?down|hid(e|es|ing|den)|not ?interested|block(s|ed)?|report(s|ed)?|flag(s|ged)?|hat(e|es|ed)|mut(e|es|ed)|reject\w*|dismiss\w*|👎)$/
/** Whoever looks at a thing or presses on it has not done what it is called: `view_cancel_policy`, `hidden_gem_click`. */
const USED =
  /^(views?|viewed|clicks?|clicked|taps?|tapped|plays?|played|playing|opens?|opened|reads?|visits?|visited|shown|impressions?)$/
/** Beside one of these too, `report`, `block` and `return` are things: a report is downloaded, a visitor returns. */
const HANDLED = /^(downloads?|downloaded|visitor|user|exports?|shares?|shared|prints?|creates?|created)$/
const THINGS = /^(block|report|return|flag|skip)s?$/

/** 1, or less where the name plainly says so: `remove_from_cart`, `RemoveFromCart` and `Cart: removed` 0, `thumbs-down` -1. */
export const meaningOf = (name: string): number => readingOf(name).weight

/** `doubt`: a word that would say less, did it not stand as it does: beside a use, or amid the name. */
function readingOf(name: string): { weight: number; doubt?: string } {
  const words = wordsOf(name)
  const last = words.length - 1
  const isUsed = words.some((word) => USED.test(word))
  const isHandled = words.some((word) => HANDLED.test(word))
  let doubt: string | undefined
  const says = (what: RegExp, amid: boolean) =>
    words.some((word, i) => {
      const pair = `${word}${words[i + 1] ?? ''}`
      const found = what.test(word) ? word : what.test(pair) ? pair : undefined
      if (found === undefined) return false
      const isEdge = i === 0 || i === last || (found === pair && i + 1 === last)
      if (!isUsed && !(isHandled && THINGS.test(found)) && (amid || isEdge)) return true
      doubt ??= found
      return false
    })
  const weight = says(UNDONE, true) ? 0 : says(DISLIKED, false) ? -1 : 1
  return weight < 1 || doubt === undefined ? { weight } : { weight, doubt }
}

const wordsOf = (name: string): string[] =>
  name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s\p{P}\p{Sm}]+/u)
    .filter((word) => word !== '')

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

/** What people should look at, one line each. */
export function eventRemarks(events: readonly EventAccount[]): string[] {
  const guessed = events.filter(({ by }) => by === 'name')
  const doubted = events.filter(({ by, doubt }) => by === 'default' && doubt !== undefined)
  const left = events.filter((one) => one.left)
  const unmet = events.filter(({ count }) => count === 0)
  const lines: string[] = []
  if (guessed.length > 0) {
    const example = configOf(guessed.map(({ name, weight }) => [name, weight]))
    const read = guessed.map(({ name, weight }) => `${quote(name)} ${weight < 0 ? 'says dislike' : 'takes back'}`)
    lines.push(`look: by their names, ${read.join(', ')}; to weigh them otherwise, change ${example} in a config`)
  }
  if (doubted.length > 0) {
    const read = doubted.map(({ name, doubt }) => `${quote(name)} counts 1 in spite of ${quote(doubt)}`)
    const example = configOf(doubted.map(({ name, doubt }) => [name, meaningOf(doubt!)]))
    lines.push(`look: ${read.join(', ')}; if they take back or say dislike, say ${example} in a config`)
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

const namesOf = (events: readonly EventAccount[]) => quoteList(events.map(({ name }) => name))
const configOf = (weights: [name: string, weight: number][]) => JSON.stringify({ events: Object.fromEntries(weights) })
