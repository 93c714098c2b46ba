/** From a table of interactions to the log that is learned from: numbers for ids, the weight of each event, times. */
import { InputError, type Interactions } from '../read/index.js'
import { isoText } from '../read/dates.js'
import { leaveOut } from '../read/facts.js'
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

/**
 * The events before a time, and the people and items that they name; an event without a time is not known to be one. Of each
 * file, what is left out is counted; what its columns hold, and how they write times, is still said of all of it.
 */
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
  const cut = filesBefore(log, until)
  return {
    ...log,
    ...cut,
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

/** The files without the rows that are not before `until`, and the times of the others. */
function filesBefore({ files, facts, time, left }: Interactions, until: number): Partial<Interactions> {
  const gone = new Set(left)
  const cut: number[] = []
  let [row, place] = [0, 0] // in the log; in the files, with what was left out of them before
  let newest = -Infinity
  let count = 0
  const counted = files.map((file, f) => {
    const about = structuredClone(facts?.files[f] ?? { path: file.path, rows: file.rows, columns: [], left: [] })
    const all = file.rows + about.left.reduce((sum, { rows }) => sum + rows, 0)
    for (let at = 1; at <= all; at++, place++) {
      if (gone.has(place)) continue
      const t = time![row++]!
      if (t < until) {
        count++
        newest = Math.max(newest, t)
        continue
      }
      leaveOut(about.left, Number.isNaN(t) ? 'no time' : 'not before --until', at)
      about.rows--
      cut.push(place)
    }
    return about
  })
  const times = facts?.times && { ...facts.times, count, to: newest, future: 0 }
  return {
    files: files.map((file, f) => ({ ...file, rows: counted[f]!.rows })),
    ...(facts && { facts: { files: counted, ...(times && { times }) } }),
    left: Uint32Array.from([...gone, ...cut]).sort(),
  }
}

/**
 * A missing time is that of the same person's row above, else of their next; of people without any it is the log's oldest,
 * since what nobody dated is no news, whichever way the file is sorted. null: no times at all.
 */
function filledTimes({ time, user, userIds }: Interactions): Float64Array | null {
  const oldest = time?.reduce((so, t) => (t < so ? t : so), Infinity) ?? Infinity // NaN is not less
  if (time === null || oldest === Infinity) return null
  const last = new Float64Array(userIds.length).fill(NaN)
  time.forEach((t, row) => {
    if (!Number.isNaN(t) && Number.isNaN(last[user[row]!]!)) last[user[row]!] = t // the first, for what stands before it
  })
  return time.map((t, row) => {
    const one = user[row]!
    if (!Number.isNaN(t)) last[one] = t
    return Number.isNaN(last[one]!) ? oldest : last[one]!
  })
}
