/**
 * What events count by their names. The config decides; where it does not, a name that plainly says dislike counts -1, one
 * that only takes something back counts 0 (what was removed from a cart, refunded or unliked was once wanted, and is not any
 * more), and any other counts 1.
 */
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
  /** What decided: the config, what the name plainly says, or nothing, so that it counts 1. */
  by: 'config' | 'name' | 'default'
  /** Of a name that the log does not have: one of the log that is written almost so. */
  meant?: string
}

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
  const meant = met.filter(({ by }) => by === 'name').map(({ name, weight }) => [name, weight] as const)
  const weights = Object.entries({
    ...lower(Object.fromEntries(types.map((name) => [name, meaningOf(name)]))),
    ...DISLIKES,
    ...lower(Object.fromEntries(meant)),
    ...said,
  })
  return { weights: new Map(weights), list: event === null ? [] : [...met, ...unmetBy(met, config.events ?? {})] }
}

function metBy({ names, code }: NonNullable<Interactions['event']>, said: Record<string, number>): EventAccount[] {
  const counts = new Float64Array(names.length)
  for (const one of code) counts[one]!++
  const all = names.map((name, i): EventAccount => {
    const key = name.toLowerCase()
    const meant = meaningOf(name)
    const by = key in said ? 'config' : meant < 1 && !(key in DISLIKES) ? 'name' : 'default'
    return { name, count: counts[i]!, weight: said[key] ?? meant, by }
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
/** Beside one of these, `report`, `block` and `return` are things: a report is viewed, a visitor returns. */
const SEEN =
  /^(views?|viewed|opens?|opened|reads?|downloads?|downloaded|visits?|visitor|user|exports?|shares?|shared|prints?|creates?|created)$/
const THINGS = /^(block|report|return|flag|skip)s?$/

/** 1, or less where the name plainly says so: `remove_from_cart`, `RemoveFromCart` and `Cart: removed` 0, `thumbs-down` -1. */
export function meaningOf(name: string): number {
  const words = wordsOf(name)
  const says = (what: RegExp) => {
    const pairs = words.map((word, i) => `${word}${words[i + 1] ?? ''}`)
    return [...words, ...pairs].some(
      (word) => what.test(word) && !(THINGS.test(word) && words.some((w) => SEEN.test(w))),
    )
  }
  return says(UNDONE) ? 0 : says(DISLIKED) ? -1 : 1
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
  const unmet = events.filter(({ count }) => count === 0)
  const names = (list: readonly EventAccount[]) => quoteList(list.map(({ name }) => name))
  const example = { events: Object.fromEntries(guessed.map(({ name, weight }) => [name, weight])) }
  const says = ({ name, weight }: EventAccount) => `${quote(name)} ${weight < 0 ? 'says dislike' : 'takes back'}`
  return [
    ...(guessed.length === 0
      ? []
      : [`look: by their names, ${guessed.map(says).join(', ')}; to weigh them otherwise, change ${JSON.stringify(example)} in a config`]), // prettier-ignore
    ...(unmet.length === 0
      ? []
      : [`look: config key "events" names ${names(unmet)}, which the log does not have (it has ${names(events.filter(({ count }) => count > 0))})`]), // prettier-ignore
  ]
}
