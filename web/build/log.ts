/** From a table of interactions to the log that is learned from: numbers for ids, what each event is worth, times. */
import type { Learn } from '../learn/learn.js'
import { InputError, type Interactions } from '../read/index.js'
import type { Catalogue } from './catalogue.js'
import type { Config } from './config.js'
import { basketsByColumn, basketsByGap, type Baskets } from './baskets.js'
import type { Log } from './training.js'

const DISLIKES = { dislike: -1, thumbs_down: -1, hide: -1 }

/** What events are worth by name, in lower case: the built-in dislikes, and what the config says. All others are worth 1. */
export function worthsOf(config: Config): Map<string, number> {
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
  Object.fromEntries(Object.entries(events).map(([name, worth]) => [name.toLowerCase(), worth]))

/** The log by item numbers, without events that are worth nothing or less: they say what not to learn from. */
export function logOf(learn: Learn, interactions: Interactions, catalogue: Catalogue, config: Config): Log {
  const item = Uint32Array.from(interactions.itemIds, (id) => catalogue.numberOf.get(id)!)
  const worths = worthsOf(config)
  const eventWorth = interactions.event?.names.map((name) => worths.get(name.toLowerCase()) ?? 1)
  const ratingWorth = ratingWorths(learn, interactions.rating, config)
  const worth = (row: number): number => {
    const worth = ratingWorth?.[row] ?? NaN
    return Number.isNaN(worth) ? (eventWorth?.[interactions.event!.code[row]!] ?? 1) : worth
  }
  const rows: number[] = []
  const weights: number[] = []
  for (let row = 0; row < interactions.rows; row++) {
    const w = worth(row)
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

/** What ratings are worth, as a device weighs them; NaN where there is none. null: the config does not grade them. */
function ratingWorths(learn: Learn, rating: Float32Array | null, { ratings }: Config): Float32Array | null {
  if (rating === null || ratings === undefined) return null
  const worths = learn.with([rating, rating], (from, to) => {
    learn.run('mt_rating_weights', ratings.zero, ratings.one, from, rating.length, to)
    return learn.f32(to, rating.length).slice()
  })
  return worths.map((worth, row) => (Number.isNaN(rating[row]!) ? NaN : worth))
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
