/** From a table of interactions to the log that is learned from: numbers for ids, the weight of each event, times. */
import { InputError, type Interactions } from '../read/index.js'
import { isoText } from '../read/dates.js'
import { leaveOut } from '../read/facts.js'
import type { Catalogue } from './catalogue.js'
import type { Config } from './config.js'
import { basketsByColumn, basketsByGap, type Baskets } from './baskets.js'
import { wantsDisliked } from './fit/disliked.js'
import { leastPeople } from './single.js'
import type { Log } from './training.js'

/**
 * The log by item numbers, each row with its weight, without events that weigh nothing or less: they say what not to learn
 * from, and stand apart where something is learned of that (`wantsDislikes`: what they weigh). Where there are none, its people and times are the table's own arrays: a
 * large log stands once.
 */
export function logOf(
  interactions: Interactions,
  weight: Float32Array,
  catalogue: Pick<Catalogue, 'ids' | 'numberOf'>,
  config: Config,
  wantsDislikes = false,
): Log {
  const number = Uint32Array.from(interactions.itemIds, (id) => catalogue.numberOf.get(id)!)
  const rows = rowsWhere(weight, (w) => w > 0)
  const time = filledTimes(interactions)
  const out = wantsDislikes || wantsDisliked(config.train) ? rowsWhere(weight, (w) => w <= 0) : new Uint32Array()
  const log = {
    users: interactions.userIds.length,
    items: catalogue.ids.length,
    people: leastPeople(config),
    user: pick(interactions.user, rows),
    item: pick(interactions.item, rows).map((code) => number[code]!),
    time: time && pick(time, rows),
    weight: weight.every((w) => w === 1 || w <= 0) ? null : pick(weight, rows),
    ...(rows && { rows }),
    ...(interactions.value && { value: pick(interactions.value, rows) }),
    ...(out?.length !== 0 && {
      disliked: {
        user: pick(interactions.user, out),
        item: pick(interactions.item, out).map((code) => number[code]!),
        time: time && pick(time, out),
        weight: pick(weight, out),
      },
    }),
  }
  const baskets = basketsOf(log, interactions.basket && pick(interactions.basket, rows), config)
  return baskets === null ? log : { ...log, baskets }
}

/** The rows whose value is wanted; null: all of them. */
function rowsWhere(values: Float32Array | Float64Array, isWanted: (value: number) => boolean): Uint32Array | null {
  let count = 0
  for (const value of values) if (isWanted(value)) count++
  if (count === values.length) return null
  const rows = new Uint32Array(count)
  let at = 0
  for (let row = 0; row < values.length; row++) if (isWanted(values[row]!)) rows[at++] = row
  return rows
}

/** The rows of a column, which is that column where they are all (null). */
function pick<T extends Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array>(
  column: T,
  rows: Uint32Array | null,
): T {
  if (rows === null) return column
  const picked = new (column.constructor as new (length: number) => T)(rows.length)
  for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i]!]!
  return picked
}

/** By the column or the break that the config names. */
function basketsOf({ user, time, users }: Log, column: Uint32Array | null, { basket }: Config): Baskets | null {
  if (typeof basket === 'number') return time === null ? null : basketsByGap(user, users, time, basket)
  return basket === undefined || column === null ? null : basketsByColumn(user, users, column)
}

/**
 * The events before a time, and the people and items that they name; an event without a time is not known to be one. Of each
 * file, what is left out is counted; what its columns hold, and how they write times, is still said of all of it.
 */
export function before(log: Interactions, until: number): Interactions {
  const { time, files } = log
  const rows = time === null ? new Uint32Array() : rowsWhere(time, (t) => t < until)
  if (rows?.length === 0)
    throw new InputError(
      { file: files[0]!.path },
      time === null ? 'no times' : `no event before ${isoText(until, false) ?? until}`,
      'some, for --until to keep',
    )
  return { ...onlyRows(log, rows), ...filesBefore(log, until) }
}

/** Some of its rows, and the people and items that they name; null: all of them. */
export function onlyRows(log: Interactions, rows: Uint32Array | null): Interactions {
  const [users, items] = [numbered(log.userIds, pick(log.user, rows)), numbered(log.itemIds, pick(log.item, rows))]
  return {
    ...log,
    rows: users.codes.length,
    userIds: users.ids,
    itemIds: items.ids,
    user: users.codes,
    item: items.codes,
    time: log.time && pick(log.time, rows),
    rating: log.rating && pick(log.rating, rows),
    event: log.event && { names: log.event.names, code: pick(log.event.code, rows) },
    basket: log.basket && pick(log.basket, rows),
    value: log.value && pick(log.value, rows),
  }
}

/** Ids that some rows name, in order of first appearance, and their numbers in these rows. */
function numbered(ids: readonly string[], codes: Uint32Array): { ids: string[]; codes: Uint32Array } {
  const number = new Int32Array(ids.length).fill(-1)
  const named: string[] = []
  const anew = codes.map((code) => {
    if (number[code]! < 0) number[code] = named.push(ids[code]!) - 1
    return number[code]!
  })
  return { ids: named, codes: anew }
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
  if (time === null) return null
  const first = new Float64Array(userIds.length).fill(NaN) // for what stands before it
  let [oldest, missing] = [Infinity, 0]
  for (let row = 0; row < time.length; row++) {
    const t = time[row]!
    if (Number.isNaN(t)) missing++
    else if (Number.isNaN(first[user[row]!]!)) first[user[row]!] = t
    if (t < oldest) oldest = t // NaN is not less
  }
  if (missing === 0 || oldest === Infinity) return oldest === Infinity ? null : time
  const last = first
  return time.map((t, row) => {
    const one = user[row]!
    if (!Number.isNaN(t)) last[one] = t
    return Number.isNaN(last[one]!) ? oldest : last[one]!
  })
}
