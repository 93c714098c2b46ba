/** From a table of interactions to the log that is learned from: numbers for ids, the weight of each event, times. */
import { InputError, type Interactions } from '../read/index.js'
import { isoText } from '../read/dates.js'
import type { Catalogue } from './catalogue.js'
import type { Config } from './config.js'
import { basketsByColumn, basketsByGap, type Baskets } from './baskets.js'
import type { Log } from './training.js'

/**
 * The log by item numbers, each row with its weight, without events that weigh nothing or less: they say what not to learn
 * from.
 */
export function logOf(interactions: Interactions, weight: Float32Array, catalogue: Catalogue, config: Config): Log {
  const item = Uint32Array.from(interactions.itemIds, (id) => catalogue.numberOf.get(id)!)
  const rows: number[] = []
  weight.forEach((w, row) => w > 0 && rows.push(row))
  const time = filledTimes(interactions)
  const log = {
    users: interactions.userIds.length,
    items: catalogue.ids.length,
    user: Uint32Array.from(rows, (row) => interactions.user[row]!),
    item: Uint32Array.from(rows, (row) => item[interactions.item[row]!]!),
    time: time === null ? null : Float64Array.from(rows, (row) => time[row]!),
    weight: rows.every((row) => weight[row] === 1) ? null : Float32Array.from(rows, (row) => weight[row]!),
  }
  const baskets = basketsOf(log, interactions.basket && rows.map((row) => interactions.basket![row]!), config)
  return baskets === null ? log : { ...log, baskets }
}

/** By the column or the break that the config names. */
function basketsOf({ user, time }: Log, column: number[] | null, { basket }: Config): Baskets | null {
  if (typeof basket === 'number') return time === null ? null : basketsByGap(user, time, basket)
  return basket === undefined || column === null ? null : basketsByColumn(user, Uint32Array.from(column))
}

/** The events before a time, and the people and items that they name. An event without a time is not known to be one. */
export function before(log: Interactions, until: number): Interactions {
  const { time, files } = log
  const rows = Array.from({ length: log.rows }, (_, row) => row).filter((row) => time !== null && time[row]! < until)
  if (rows.length === 0)
    throw new InputError(
      { file: files[0]!.path },
      time === null ? 'no times' : `no event before ${isoText(until, false) ?? until}`,
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
    ...(log.facts && { facts: factsBefore(log.facts, rows, time!) }),
    rating: log.rating && Float32Array.from(rows, (row) => log.rating![row]!),
    event: log.event && { names: log.event.names, code: Uint16Array.from(rows, (row) => log.event!.code[row]!) },
    basket: log.basket && Uint32Array.from(rows, (row) => log.basket![row]!),
  }
}

/** The times are now those of the rows that are kept. */
function factsBefore(
  { files, times }: NonNullable<Interactions['facts']>,
  rows: number[],
  time: Float64Array,
): NonNullable<Interactions['facts']> {
  if (times === undefined) return { files }
  const to = rows.reduce((newest, row) => Math.max(newest, time[row]!), -Infinity)
  return { files, times: { ...times, to, future: 0 } }
}

/** A missing time is that of the same user's row above, or else the first that the file knows. null: no times at all. */
function filledTimes({ time, user, userIds }: Interactions): Float64Array | null {
  const known = time?.find((t) => !Number.isNaN(t))
  if (time === null || known === undefined) return null
  const last = new Float64Array(userIds.length).fill(known)
  return time.map((t, row) => (Number.isNaN(t) ? last[user[row]!]! : (last[user[row]!] = t)))
}
