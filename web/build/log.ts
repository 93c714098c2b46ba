/** From a table of interactions to the log that is learned from: numbers for ids, the weight of each event, times. */
import type { Learn } from '../learn/learn.js'
import { InputError, type Interactions } from '../read/index.js'
import type { Catalogue } from './catalogue.js'
import type { Config } from './config.js'
import { basketsByColumn, basketsByGap, type Baskets } from './baskets.js'
import type { Log } from './training.js'

const DISLIKES = { dislike: -1, thumbs_down: -1, hide: -1 }

/** The weights of events by name, in lower case: the built-in dislikes, and what the config says. All others weigh 1. */
export function eventWeights(config: Config): Map<string, number> {
  const types = [...Object.values(config.tower?.inputs ?? {}), ...Object.values(config.ranker?.inputs ?? {})].flatMap(
    (input) => (typeof input === 'string' ? [] : Object.keys(input.values ?? {})),
  )
  const named = Object.entries({
    ...Object.fromEntries(types.map((name) => [name.toLowerCase(), 1])),
    ...DISLIKES,
    ...lower(config.events),
  })
  return new Map(named)
}

const lower = (events: Record<string, number> = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(events).map(([name, weight]) => [name.toLowerCase(), weight]))

/** The log by item numbers, without events that weigh nothing or less: they say what not to learn from. */
export function logOf(learn: Learn, interactions: Interactions, catalogue: Catalogue, config: Config): Log {
  const item = Uint32Array.from(interactions.itemIds, (id) => catalogue.numberOf.get(id)!)
  const named = eventWeights(config)
  const weightOfEvent = interactions.event?.names.map((name) => named.get(name.toLowerCase()) ?? 1)
  const weightOfRating = ratingWeights(learn, interactions.rating, config)
  const weightOf = (row: number): number => {
    const graded = weightOfRating?.[row] ?? NaN
    return Number.isNaN(graded) ? (weightOfEvent?.[interactions.event!.code[row]!] ?? 1) : graded
  }
  const rows: number[] = []
  const weights: number[] = []
  for (let row = 0; row < interactions.rows; row++) {
    const w = weightOf(row)
    if (w <= 0) continue
    rows.push(row)
    weights.push(w)
  }
  const time = filledTimes(interactions)
  const log = {
    users: interactions.userIds.length,
    items: catalogue.ids.length,
    user: Uint32Array.from(rows, (row) => interactions.user[row]!),
    item: Uint32Array.from(rows, (row) => item[interactions.item[row]!]!),
    time: time === null ? null : Float64Array.from(rows, (row) => time[row]!),
    weight: weights.every((w) => w === 1) ? null : Float32Array.from(weights),
  }
  const baskets = basketsOf(log, interactions.basket && rows.map((row) => interactions.basket![row]!), config)
  return baskets === null ? log : { ...log, baskets }
}

/** By the column or the break that the config names. */
function basketsOf({ user, time }: Log, column: number[] | null, { basket }: Config): Baskets | null {
  if (typeof basket === 'number') return time === null ? null : basketsByGap(user, time, basket)
  return basket === undefined || column === null ? null : basketsByColumn(user, Uint32Array.from(column))
}

/** The weights of ratings, as a device weighs them; NaN where there is none. null: the config does not grade them. */
function ratingWeights(learn: Learn, rating: Float32Array | null, { ratings }: Config): Float32Array | null {
  if (rating === null || ratings === undefined) return null
  const graded = learn.with([rating, rating], (from, to) => {
    learn.run('mt_rating_weights', ratings.zero, ratings.one, from, rating.length, to)
    return learn.f32(to, rating.length).slice()
  })
  return graded.map((weight, row) => (Number.isNaN(rating[row]!) ? NaN : weight))
}

/** The events before a time, and the people and items that they name. An event without a time is not known to be one. */
export function before(log: Interactions, until: number): Interactions {
  const { time, files } = log
  const rows = Array.from({ length: log.rows }, (_, row) => row).filter((row) => time !== null && time[row]! < until)
  if (rows.length === 0)
    throw new InputError(
      { file: files[0]!.path },
      time === null ? 'no times' : `no event before ${until}`,
      'some, for --until to keep',
    )
  const kept = (ids: string[], codes: Uint32Array) => {
    const code = new Map<number, number>()
    const to = Uint32Array.from(rows, (row) => {
      const from = codes[row]!
      return code.get(from) ?? (code.set(from, code.size), code.size - 1)
    })
    return { ids: Array.from(code.keys(), (from) => ids[from]!), to }
  }
  const [users, items] = [kept(log.userIds, log.user), kept(log.itemIds, log.item)]
  return {
    ...log,
    rows: rows.length,
    userIds: users.ids,
    itemIds: items.ids,
    user: users.to,
    item: items.to,
    time: Float64Array.from(rows, (row) => time![row]!),
    rating: log.rating && Float32Array.from(rows, (row) => log.rating![row]!),
    event: log.event && { names: log.event.names, code: Uint16Array.from(rows, (row) => log.event!.code[row]!) },
    basket: log.basket && Uint32Array.from(rows, (row) => log.basket![row]!),
  }
}

/** A missing time is that of the same user's row above, or else the first that the file knows. null: no times at all. */
function filledTimes({ time, user, userIds }: Interactions): Float64Array | null {
  const known = time?.find((t) => !Number.isNaN(t))
  if (time === null || known === undefined) return null
  const last = new Float64Array(userIds.length).fill(known)
  return time.map((t, row) => (Number.isNaN(t) ? last[user[row]!]! : (last[user[row]!] = t)))
}
