/**
 * Replaying a log: at each event, what a device would have been asked a moment before it, and what a ranker would have
 * been told of each candidate. The rows are computed by the very core that serves, from the events that the person had
 * met by then and the clock of that moment; nothing of what came later reaches them. What the bundle itself knows
 * (popularity, neighbours, factors) is of its own log: build it from what lies before the moments (`martello build --until`).
 */
import type { Core } from '../recommender/core.js'
import type { HistoryEvent } from '../recommender/history.js'
import { NOT_FOUND } from '../recommender/slate.js'
import { headingBy, InputError, placeIn, scanTable, type Interactions } from '../read/index.js'
import { rowsByCode } from './popularity.js'
import { random } from './random.js'

export interface ReplayOptions {
  /** Rows of a moment: what was met, and so many more drawn of the other candidates that it makes this number; 0: all. */
  candidates: number
  /** Only the best so many by the merge are candidates: those that a ranker would be given. */
  within: number
  /** Newest events of each person that are replayed; 0: all. */
  last: number
  /** People, drawn; 0: all. */
  users: number
  /** Items met in the next so many events count as met. */
  ahead: number
  /** The first rows of the log are history alone. */
  history: number
  /** Only rows that are 1 here are moments; the others are history. */
  only?: Uint8Array
  /** Only moments at or after this time … */
  since: number
  /** … and before this one; what is met from then on is not met yet. */
  until: number
  /** What meeting the item of each row is worth: 0 where it is not to be found. Without: 1. */
  worth?: Float32Array
  /** Adds a met item that recall did not bring, as it would be told of if it had. */
  missed: boolean
  seed: number
}

export interface Moment {
  user: number
  /** Unix seconds, NaN where the log does not say. */
  at: number
  /** By the merge, best first; an item that was added comes last. */
  items: Uint32Array
  /** 0, or what meeting it was worth; of several ways the most. */
  labels: Float32Array
  /** [items][features], good until the next moment. */
  rows: Float32Array
  /** Items that had been liked by then, oldest first. */
  history: Uint32Array
}

export interface Counts {
  events: number
  moments: number
  /** Events that were no moment: a dislike, an item that was met before or that the bundle does not know. */
  disliked: number
  repeated: number
  unknown: number
  /** Moments without rows: recall did not bring the item, which was not added. */
  missed: number
}

/** Fields of the context in the log: values by row, NaN or '' where a cell is empty. */
export type Contexts = { field: number; values: number[] | string[] }[]

/**
 * Rows of each user in time order, missing times and ties in the order of the file; of a file that begins with what is newest, as
 * many exports do, ties in the order from its end.
 */
export function rowsByUser(log: Interactions): (user: number) => Uint32Array {
  const { user, userIds, time } = log
  const { start, rows } = rowsByCode(user, userIds.length)
  const rowsOf = (one: number) => rows.subarray(start[one], start[one + 1])
  if (time === null) return rowsOf
  const backwards = newestFirst(log, rowsOf)
  const at = time.some(Number.isNaN) ? time.slice() : time
  const order = (a: number, b: number) => at[a]! - at[b]! || (backwards(a) && backwards(b) ? b - a : a - b)
  for (let one = 0; one < userIds.length; one++) {
    const own = rowsOf(one)
    if (at !== time) stay(own, at)
    if (own.some((row, i) => i > 0 && order(own[i - 1]!, row) > 0)) own.sort(order)
  }
  return rowsOf
}

/** A missing time is that of the row before: where the file has it, it stays. */
function stay(rows: Uint32Array, at: Float64Array): void {
  let before = -Number.MAX_VALUE
  for (const row of rows) at[row] = before = Number.isNaN(at[row]!) ? before : at[row]!
}

/** Of all steps from a person's row to their next, hardly any goes up in time. */
const HARDLY = 0.05

/** Whether a row is in a file that begins with what is newest. */
function newestFirst(
  { files, time, rows, userIds }: Interactions,
  rowsOf: (user: number) => Uint32Array,
): (row: number) => boolean {
  const isWhole = files.reduce((sum, file) => sum + file.rows, 0) === rows
  let last = 0
  const ends = isWhole ? files.map((file) => (last += file.rows)) : [rows]
  const fileOf = (row: number) => ends.findIndex((end) => row < end)
  const [up, down] = [ends.map(() => 0), ends.map(() => 0)]
  for (let one = 0; one < userIds.length; one++) {
    const own = rowsOf(one)
    for (let i = 1; i < own.length; i++) {
      const step = time![own[i]!]! - time![own[i - 1]!]!
      const file = fileOf(own[i]!)
      if (step > 0) up[file]!++
      else if (step < 0 && fileOf(own[i - 1]!) === file) down[file]!++
    }
  }
  const are = ends.map((_, file) => down[file]! > 0 && up[file]! <= HARDLY * down[file]!)
  return are.includes(true) ? (row) => are[fileOf(row)]! : () => false
}

/** Rows of a log as a request takes them. */
export function historyOf(log: Interactions, rows: Uint32Array): HistoryEvent[] {
  return Array.from(rows, (row) => {
    const event: HistoryEvent = { id: log.itemIds[log.item[row]!]! }
    const rating = log.rating?.[row]
    if (rating !== undefined && !Number.isNaN(rating)) event.rating = rating
    const name = log.event === null ? '' : log.event.names[log.event.code[row]!]!
    if (name !== '') event.event = name
    const at = log.time?.[row]
    if (at !== undefined && !Number.isNaN(at)) event.at = at
    return event
  })
}

/** The weight of each row of the log, as a request would weigh it. */
export function servedWeights(core: Core, { rows, rating, event }: Interactions): Float32Array {
  const names = event?.names.map((name) => name.toLowerCase())
  return Float32Array.from({ length: rows }, (_, row) =>
    core.weigh(rating?.[row] ?? NaN, names?.[event!.code[row]!] ?? ''),
  )
}

/** Reads the context fields of the bundle from the columns of the log that bear their names. */
export async function readContexts(core: Core, paths: readonly string[], log: Interactions): Promise<Contexts> {
  const { fields } = core
  const left = new Set(log.left)
  const rows = log.rows + left.size
  const found = fields.map(({ category }) =>
    category ? new Array<string>(rows).fill('') : new Array<number>(rows).fill(NaN),
  )
  let first = 0
  for (const [f, path] of (fields.length === 0 ? [] : paths).entries())
    for await (const batch of scanTable(path, {
      nested: true,
      heading: headingBy(Object.values(log.files[f]?.columns ?? {})),
      select: (names) => fields.map((field) => names.indexOf(field.name)),
    })) {
      batch.columns.forEach((cells, f) => {
        for (let i = 0; cells !== null && i < batch.rows; i++) {
          const cell = cells[i]
          if (cell === null || cell === undefined || cell === '') continue
          const number = Number(cell)
          if (typeof found[f]![0] === 'number' && Number.isNaN(number))
            throw new InputError({ ...placeIn(batch, i, path), field: fields[f]!.name }, String(cell), 'a number')
          found[f]![first + i] = typeof found[f]![0] === 'number' ? number : String(cell)
        }
      })
      first += batch.rows
    }
  const kept = <T>(values: T[]) => (left.size === 0 ? values : values.filter((_, row) => !left.has(row)))
  return found.map((values, field) => ({ field, values: kept(values as string[]) }))
}

function setContexts(core: Core, contexts: Contexts, row: number): void {
  for (const { field, values } of contexts) core.setContext(field, values[row]!)
}

/** People to replay, each with the same chance, in the order of the log. */
function drawn(users: number, wanted: number, draw: () => number): number[] {
  const all = Array.from({ length: users }, (_, user) => user)
  if (wanted === 0 || wanted >= users) return all
  let left = wanted
  return all.filter((user) => {
    const taken = draw() * (users - user) < left // Knuth's algorithm S
    left -= +taken
    return taken
  })
}

/**
 * Which of `count` candidates get a row: the met ones, and of the others as many as there is room for, each with the same
 * chance. Taking the best of them for sure would teach that a good place in the merge is a bad sign: measured on films, a
 * ranker trained so fell behind the merge.
 */
export function sample(met: readonly boolean[], count: number, wanted: number, draw: () => number): number[] {
  const others = Array.from({ length: count }, (_, place) => place).filter((place) => !met[place])
  const room = wanted === 0 ? others.length : Math.max(0, wanted - (count - others.length))
  if (room >= others.length) return Array.from({ length: count }, (_, place) => place)
  for (let i = 0; i < room; i++) {
    const j = i + Math.floor(draw() * (others.length - i))
    ;[others[i], others[j]] = [others[j]!, others[i]!]
  }
  const taken = new Set(others.slice(0, room))
  return Array.from({ length: count }, (_, place) => place).filter((place) => met[place] || taken.has(place))
}

/** What has no time is not known to lie between two. */
const isWithin = (at: number, { since, until }: ReplayOptions): boolean =>
  Number.isNaN(at) ? since === -Infinity && until === Infinity : at >= since && at < until

/** Yields every moment that has rows; `counts` is kept up on the way. */
export function* replay(
  core: Core,
  log: Interactions,
  contexts: Contexts,
  options: ReplayOptions,
  counts: Counts,
): Generator<Moment, void, void> {
  const item = Uint32Array.from(log.itemIds, (id) => core.find(id))
  const weight = servedWeights(core, log)
  const width = core.featureCount
  const capacity = options.within + 1
  const rows = new Float32Array(capacity * width)
  const items = new Uint32Array(capacity)
  const draw = random(options.seed)
  const byUser = rowsByUser(log)
  for (const user of drawn(log.userIds.length, options.users, draw)) {
    const events = byUser(user)
    counts.events += events.length
    const from = options.last === 0 ? 0 : Math.max(0, events.length - options.last)
    for (let e = from; e < events.length; e++) {
      const row = events[e]!
      const wanted = item[log.item[row]!]!
      const at = log.time?.[row] ?? NaN
      if (row < options.history || options.only?.[row] === 0 || !isWithin(at, options)) continue
      const before = events.slice(0, e)
      if (weight[row]! <= 0) counts.disliked++
      else if (wanted === NOT_FOUND) counts.unknown++
      else if (!core.repeats && before.some((other) => item[log.item[other]!] === wanted)) counts.repeated++
      else {
        const worth = (other: number) => options.worth?.[other] ?? 1
        const met = new Map([[wanted, worth(row)]])
        for (const next of events.slice(e + 1, e + options.ahead)) {
          const other = item[log.item[next]!]!
          if (weight[next]! > 0 && !((log.time?.[next] ?? NaN) >= options.until))
            met.set(other, Math.max(met.get(other) ?? 0, worth(next)))
        }
        core.begin()
        for (const other of before) core.addEvent(item[log.item[other]!]!, weight[other]!, log.time?.[other] ?? NaN)
        if (!Number.isNaN(at)) core.setNow(at)
        setContexts(core, contexts, row)
        if (options.missed) core.forceCandidate(wanted)
        let count = 0
        let place = 0
        let found = false
        core.eachFeatureRow((candidate, values) => {
          const inside = place++ < options.within
          if (inside || candidate === wanted) {
            items[count] = candidate
            rows.set(values, count * width)
            count++
          }
          found ||= candidate === wanted
          return place < options.within || (options.missed && !found)
        })
        const labels = Array.from({ length: count }, (_, i) => met.get(items[i]!) ?? 0)
        if (!labels.some((label) => label > 0)) {
          counts.missed++
          continue
        }
        counts.moments++
        const kept = sample(
          labels.map((label) => label > 0),
          count,
          options.candidates,
          draw,
        )
        kept.forEach((place, to) => rows.copyWithin(to * width, place * width, (place + 1) * width))
        yield {
          user,
          at,
          items: Uint32Array.from(kept, (i) => items[i]!),
          labels: Float32Array.from(kept, (i) => labels[i]!),
          rows: rows.subarray(0, kept.length * width),
          history: before.filter((other) => weight[other]! > 0).map((other) => item[log.item[other]!]!).filter((one) => one !== NOT_FOUND), // prettier-ignore
        }
      }
    }
  }
}
