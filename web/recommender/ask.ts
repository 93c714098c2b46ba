/**
 * How a request reaches the core. What is wrong with one is said in a sentence that names the field, what was found there
 * and what was expected.
 */
import type { Core } from './core.js'
import { entriesOf, MartelloError, refuse, shown, typed, whole } from './errors.js'
import { applyFilter } from './filter.js'
import { EVENT, historyEvent, seconds, type HistoryEvent } from './history.js'
import type { Request, SearchRequest } from './request.js'
import { compileRules } from './rules.js'
import { MAX_K, MAX_RANKED } from '../generated/numbers.js'
import { NOT_FOUND } from './slate.js'

/** Tells the core of a request, and returns how many ids of its history are unknown. */
export function ask(core: Core, given: Omit<Request, 'k' | 'explain'>): number {
  const goes = given.cart === undefined ? [] : goingTogether(core)
  const request = given.cart === undefined ? given : withCart(core, given, given.cart, goes)
  core.begin()
  for (const source of goes) core.setEven(core.sources.indexOf(source))
  core.setClock(Date.now() / 1000)
  narrow(core, request)
  if (request.repeat !== undefined) core.setRepeats(typed('repeat', request.repeat, 'boolean', 'true or false'))
  const unknown = addHistory(core, historyOf(request))
  changeRules(core, request)
  const impressions = request.impressions ?? request.profile?.impressions
  eachCount(core, 'impressions', impressions, (item, shown) => core.addImpressions(item, shown, 0))
  eachCount(core, 'clicks', request.clicks, (item, clicked) => core.addImpressions(item, 0, clicked))
  if (request.now !== undefined) core.setNow(seconds('now', request.now))
  if (request.rankCandidates !== undefined)
    core.setRanked(whole('rankCandidates', request.rankCandidates, 0, MAX_RANKED))
  for (const [name, weight] of Object.entries(weightsOf(request))) setWeight(core, name, weight)
  if (request.context !== undefined) setContext(core, request.context)
  return unknown
}

/** The sources that say what is taken together. */
const goingTogether = (core: Core): string[] => core.sources.filter((_, s) => core.sourceRole(s) === 'together')

/** A request for what goes with a cart, as one whose history is the cart. */
function withCart(core: Core, given: Request, cart: readonly string[], goes: readonly string[]): Request {
  const { cart: _, history: _history, profile: _profile, ...rest } = given
  const items = idList('cart', cart)
  const past = listed(historyOf(given))
  const exclude = [...idList('exclude', rest.exclude ?? []), ...items]
  if (goes.length === 0) return { ...rest, exclude, history: [...past, ...items] }
  const met = past.map((entry, i) => historyEvent(`history[${i}]`, entry).id)
  if (!(rest.repeat ?? core.repeats)) exclude.push(...met)
  const alone = Object.fromEntries(core.sources.map((name) => [name, Number(goes.includes(name))]))
  return { rankCandidates: 0, ...rest, exclude, history: items, weights: { ...alone, ...weightsOf(given) } }
}

const listed = (history: readonly (string | HistoryEvent)[]) =>
  Array.isArray(history) ? history : refuse('history', history, `a list, each entry ${EVENT}`)

/** The same of a search: what the person has met may be found. */
export function askFor(core: Core, request: SearchRequest): number {
  core.begin()
  core.setClock(Date.now() / 1000)
  const unknown = addHistory(core, historyOf(request), (item) => core.allow(item))
  narrow(core, request)
  return unknown
}

/** What a request leaves of the catalogue. */
export function narrow(core: Core, request: Pick<Request, 'allow' | 'filter' | 'exclude'>): void {
  if (request.allow !== undefined) {
    core.allowOnly()
    eachKnown(core, idList('allow', request.allow), (item) => core.allow(item))
  }
  if (request.filter !== undefined) applyFilter(core, request.filter)
  eachKnown(core, idList('exclude', request.exclude ?? []), (item) => core.exclude(item))
}

/** How many items are asked for. */
export const countOf = (core: Core, k: number | undefined): number =>
  k === undefined ? core.k : whole('k', k, 1, MAX_K)

export function explains(request: SearchRequest): boolean {
  return typed('explain', request.explain ?? false, 'boolean', 'true or false')
}

export function weightsOf(request: Request): Readonly<Record<string, number>> {
  const weights = request.weights ?? {}
  if (typeof weights === 'object' && !Array.isArray(weights)) return weights
  return refuse('weights', weights, 'an object such as {"popular": 0}')
}

/** Weights that leave what is alike, where any source says that: what comes next, goes with an item or is
 * taken again is another thing. */
export function likeness(core: Core): Record<string, number> {
  const { sources } = core
  const roles = sources.map((_, s) => core.sourceRole(s))
  const others = sources.filter((_, s) => roles[s] !== 'alike' && roles[s] !== 'everybody')
  return roles.includes('alike') ? Object.fromEntries(others.map((name) => [name, 0])) : {}
}

/** Weights that leave one source. */
export function only({ sources }: Core, source: string): Record<string, number> {
  if (!sources.includes(source))
    throw new MartelloError(`source: found ${shown(source)}, expected ${sources.join(', ')}`)
  return Object.fromEntries(sources.map((name) => [name, Number(name === source)]))
}

/** Adds the events, oldest first, and returns how many name no item. */
export function addHistory(
  core: Core,
  history: readonly (string | HistoryEvent)[],
  added: (item: number) => void = () => {},
): number {
  let unknown = 0
  listed(history).forEach((entry, i) => {
    const event = historyEvent(`history[${i}]`, entry)
    const item = core.find(event.id)
    if (item === NOT_FOUND) {
      unknown++
      return
    }
    const name = event.event?.toLowerCase()
    core.addEvent(item, core.weigh(event.rating ?? NaN, name ?? ''), event.at ?? NaN)
    if (name !== undefined) core.nameEvent(name)
    added(item)
  })
  return unknown
}

/** The history of the request, after that of the profile. */
export function historyOf({
  profile,
  history = [],
}: Pick<Request, 'profile' | 'history'>): readonly (string | HistoryEvent)[] {
  if (profile === undefined || !Array.isArray(history)) return history
  if (!Array.isArray(profile?.history)) refuse('profile', profile, 'a Profile, or an object with a history')
  return profile.history.concat(history)
}

function changeRules(core: Core, { policy, diversity, seed }: Request): void {
  if (policy === undefined && diversity === undefined && seed === undefined) return
  if (diversity !== undefined && typeof diversity !== 'number') refuse('diversity', diversity, 'a number from 0 to 1')
  const rules = { ...policy, ...(diversity !== undefined && { diversity }), ...(seed !== undefined && { seed }) }
  core.changeRules(compileRules(core, rules, 'policy'))
}

function setWeight(core: Core, name: string, weight: number): void {
  const source = core.sources.indexOf(name)
  if (source < 0) throw new MartelloError(`weights: found source ${shown(name)}, expected ${core.sources.join(', ')}`)
  const fits = typeof weight === 'number' && weight >= 0 && weight <= 1e6
  core.setWeight(source, fits ? weight : refuse(`weights.${name}`, weight, 'a number from 0 to 1000000'))
}

function setContext(core: Core, context: NonNullable<Request['context']>): void {
  for (const [name, value] of entriesOf('context', context, 'an object such as {"hour": 20}')) {
    const field = core.fields.findIndex((one) => one.name === name)
    if (field < 0 && core.partial) continue // fields come with what reads them
    if (field < 0)
      refuse(
        'context',
        name,
        `a field of the bundle: ${core.fields.map((one) => one.name).join(', ') || 'it has none'}`,
      )
    if (core.fields[field]!.category) {
      if (typeof value !== 'string' && typeof value !== 'number') refuse(`context.${name}`, value, 'a value')
      core.setContext(field, String(value))
    } else core.setContext(field, typed(`context.${name}`, value as number, 'number', 'a number'))
  }
}

function idList(field: string, ids: readonly string[]): readonly string[] {
  return Array.isArray(ids) && ids.every((id) => typeof id === 'string')
    ? ids
    : refuse(field, ids, 'a list of ids, which are strings')
}

/** Ids that the bundle does not know do not matter. */
function eachKnown(core: Core, ids: readonly string[], take: (item: number) => void): void {
  for (const id of ids) {
    const item = core.find(id)
    if (item !== NOT_FOUND) take(item)
  }
}

/** The same of counts by id. */
function eachCount(
  core: Core,
  field: string,
  counts: Readonly<Record<string, number>> = {},
  take: (item: number, count: number) => void,
): void {
  if (Object(counts) !== counts) refuse(field, counts, 'an object such as {"318": 2}')
  for (const [id, count] of Object.entries(counts)) {
    if (!(typeof count === 'number' && count >= 0)) refuse(`${field}.${id}`, count, 'a number from 0')
    eachKnown(core, [id], (item) => take(item, count))
  }
}
