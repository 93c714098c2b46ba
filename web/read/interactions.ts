/** Interaction logs: who met what, when, and how it went. */
import { keepRows, placeIn, rowOf, type Batch, type Cell, type Format, type Quoting } from './batch.js'
import type { Progress } from './bytes.js'
import {
  hasNoId,
  ID_EXPECTED,
  idOf,
  isMissing,
  numberOf,
  SKIP_EXPECTED,
  textOf,
  type IdReading,
  type IdsAs,
} from './cells.js'
import { checkMapped, findColumns, headingOf, type Mapping, type Skip } from './columns.js'
import { InputError, quote, throwIt, type Fault } from './errors.js'
import {
  columnFacts,
  keepExample,
  leaveOut,
  noteFloats,
  noteWords,
  quoting,
  type ColumnFacts,
  type FileFacts,
} from './facts.js'
import { leaveOutFar, type TimeFacts } from './far.js'
import { noteDates, notePeople } from './idle.js'
import { IdColumn, Intern, join } from './intern.js'
import { Leaving, type LeaveOut } from './leave.js'
import { ordersOf } from './orders.js'
import { totalSize } from './parts.js'
import { RatingColumn } from './ratings.js'
import { linesApart, listsOrders } from './shops.js'
import { counter, scanTable } from './table.js'
import { Tally, type TallyFacts } from './tally.js'
import { TimeColumn, type DateOrder, type DateOrders } from './times.js'

const ROLES = ['user_id', 'item_id', 'rating', 'event', 'timestamp', 'basket', 'value'] as const
type InteractionRole = (typeof ROLES)[number]

/** How a log is read. */
export interface InteractionOptions extends Quoting, IdReading {
  /**
   * columns by their part, where the names do not tell: `{ item_id: 'sku', rating: null }`. `basket` and `value` are
   * read only where they are named here.
   */
  columns?: Mapping
  onProgress?: Progress
  /** the columns are those of other files too, so that some of them need not be in any file of the log */
  shared?: boolean
  /** which comes first in times such as 08/10/2015, by column, where none of it tells */
  dates?: DateOrders
  /** the same where `dates` says nothing and no file tells it: what another log of the kind told */
  dateOrder?: DateOrder
  /** rows to leave out, and to count */
  skip?: readonly Skip[]
  /** rows that name an item and nobody are of somebody who is met in their basket alone */
  guests?: boolean
  /** rows to leave out, and to count, by what stands in a column: `{ user_id: ['0', 'guest'] }` */
  leaveOut?: LeaveOut
  /** hears of what is wrong, so that reading goes on as far as it can; default: it is thrown */
  onError?: Fault
  /** accept files with no rows at all (default false: an error) */
  allowEmpty?: boolean
}

/** In Interactions.basket: none. */
export const NO_BASKET = 0xffffffff

/** A log, column by column; row n of every array is one interaction, in the order of the files. */
export interface Interactions {
  rows: number
  /** distinct ids in order of first appearance */
  userIds: string[]
  itemIds: string[]
  /** index in userIds, itemIds */
  user: Uint32Array
  item: Uint32Array
  /**
   * Unix seconds, whatever the files count in (numbers that can be none stand as they are); NaN where the cell is empty, or
   * far from all others. null: no file has the column.
   */
  time: Float64Array | null
  /** NaN where the cell is empty. null: no file has the column. */
  rating: Float32Array | null
  /** names[code[n]] is the event's name, '' where the cell is empty. null: no file has the column. */
  event: { names: string[]; code: Uint8Array | Uint16Array } | null
  /** equal numbers: the same text in the basket column (an order, a visit); NO_BASKET where the cell is empty. null: no file
   * has the column. */
  basket: Uint32Array | null
  /** what each row is worth, a price paid or a margin; NaN where the cell is empty. null: no column is named for it. */
  value?: Float32Array | null
  /** what was read, file by file: rows, and which column played which part */
  files: { path: string; rows: number; columns: Partial<Record<InteractionRole, string>> }[]
  /** what the reader learned of each file, and of the times; not known of a log that a program made */
  facts?: { files: FileFacts[]; times?: TimeFacts; idle?: TallyFacts[]; dateOrder?: DateOrder }
  /** rows of the files that were left out, counted from 0 over all files */
  left?: Uint32Array
}

/**
 * Reads logs of any table format as one. Needs columns for `user_id` and `item_id`; `rating`, `event` and `timestamp`
 * are taken where they are (see columns.ts for the names that are understood).
 * Errors (each with file, row, column, found, expected): an empty or inexact id, a rating that is no number, a time
 * that is neither number nor date or whose day and month nothing tells apart, more than 65,536 event names, no rows, and what the formats say.
 */
export async function readInteractions(
  paths: readonly string[],
  options: InteractionOptions = {},
): Promise<Interactions> {
  const { idsAs } = options
  const others = idsAs === 'exact' ? idsAs : undefined // letters may tell people apart
  const [users, items, baskets] = [new IdColumn(others), new IdColumn(idsAs), new IdColumn(others)]
  const events = new Intern()
  // A number stands for that many rows without the column.
  const event: (Uint16Array | number)[] = []
  const rating: (Float32Array | number)[] = []
  const time: (Float64Array | number)[] = []
  const timeColumns: { path: string; column: TimeColumn }[] = []
  const basket: (Uint32Array | number)[] = []
  const value: (Float32Array | number)[] = []
  const { basket: ofBasket = null, value: ofValue = null, ...named } = options.columns ?? {}
  const columns = { ...named, basket: ofBasket, value: ofValue }
  const heading = headingOf(['user_id', 'item_id'], columns)
  const has = { rating: false, event: false, timestamp: false, basket: false, value: false }
  const files: Interactions['files'] = []
  const facts: FileFacts[] = []
  const idle: TallyFacts[] = []
  const fault: Fault = options.onError ?? throwIt
  const left: number[] = []
  let read = 0
  const onBytes = options.onProgress && counter(options.onProgress, await totalSize(paths), () => read)

  for (const path of paths) {
    const file: Interactions['files'][number] = { path, rows: 0, columns: {} }
    files.push(file)
    const about: FileFacts = { path, rows: 0, columns: [], left: [] }
    facts.push(about)
    const columnOf = new Map<InteractionRole, ColumnFacts>()
    const leaving = new Leaving(options.leaveOut, others)
    const tally = new Tally(path)
    const orders = await ordersOf(path, columns, options)
    const select = (names: readonly string[], format: Format) => {
      const at = findColumns(path, names, ROLES, ['user_id', 'item_id'], columns, {
        kind: 'interactions',
        notes: about,
      })
      for (const role of ROLES) if (at[role] >= 0) file.columns[role] = names[at[role]]
      const before = about.columns.length // JSON Lines bring new names on the way
      names.slice(before).forEach((name, i) => {
        const place = before + i
        const role = ROLES.find((one) => at[one] === place) ?? null
        const column = columnFacts(name, role, role && KIND_OF[role])
        about.columns[place] = column
        if (role !== null) columnOf.set(role, column)
      })
      const roles = ROLES.map((role) => at[role])
      const left = leaving.select(names, roles.length)
      const filled = orders?.select(names, [...roles, ...left]) ?? []
      const first = roles.length + left.length + filled.length
      return [...roles, ...left, ...filled, ...tally.select(names, new Set(roles), first, format)]
    }
    let times: TimeColumn | null = null
    const ratings = new RatingColumn()
    const sieve = new Sieve(file, about, leaving, options, fault)
    for await (const scanned of scanTable(path, {
      select,
      onBytes,
      heading,
      nested: true,
      ...quoting(options.quote, about),
    })) {
      const filled = orders?.fill(scanned) ?? scanned
      const whole = listsOrders(file.columns.item_id!) ? linesApart(filled, ROLES.indexOf('item_id')) : filled
      const batch = sieve.rowsWithIds(whole, users, items, (i) => left.push(read + rowOf(whole, i) - scanned.firstRow))
      read += scanned.rows
      const [, , ratingCells, eventCells, timeCells, basketCells, valueCells] = batch.columns
      rating.push(
        ratingCells === null
          ? batch.rows
          : new Float32Array(
              ratings.add(ratingCells, batch.rows, (i, expected) =>
                fault(badCell(file, batch, i, 'rating', ratingCells[i], expected)),
              ),
            ),
      )
      event.push(eventCells === null ? batch.rows : eventCodes(events, eventCells, file, batch, fault))
      time.push(
        timeCells === null
          ? batch.rows
          : (times ??= timesOf(file, options)).add(timeCells, batch.rows, (i, expected) =>
              fault(badCell(file, batch, i, 'timestamp', timeCells[i], expected)),
            ),
      )
      basket.push(basketCells === null ? batch.rows : basketCodes(baskets, basketCells, file, batch, fault))
      value.push(valueCells === null ? batch.rows : valuesOf(valueCells, file, batch, fault))
      has.rating ||= ratingCells !== null
      has.event ||= eventCells !== null
      has.timestamp ||= timeCells !== null
      has.basket ||= basketCells !== null
      has.value ||= valueCells !== null
      ROLES.forEach((role, c) => {
        const column = columnOf.get(role)
        if (column !== undefined && batch.columns[c] !== null) note(column, batch.columns[c], batch.rows, idsAs)
      })
      tally.add(batch)
      file.rows += batch.rows
      about.rows += batch.rows
    }
    sieve.end()
    if (sieve.nobody > 0) await notePeople(about, sieve.nobody, options)
    orders?.note(about)
    noteWords(about, file.columns.rating, ratings.example)
    idle.push(...tally.facts(file.rows))
    noteFloats(about, file.columns.user_id, users.endFile())
    noteFloats(about, file.columns.item_id, items.endFile())
    if (times !== null) timeColumns.push({ path, column: times })
  }

  const told = new Set(timeColumns.flatMap(({ column }) => column.told ?? [])) // by one file for those that leave it open
  const dateOrder = told.size === 1 ? [...told][0]! : told.size === 0 ? (options.dateOrder ?? null) : null
  const units = timeColumns.map(({ path, column }) => {
    const open = column.open(dateOrder)
    return { path, units: column.finish(dateOrder), ...(open !== null && { open }) }
  })
  if (!options.shared) checkMapped(facts, columns)
  if (!options.shared) for (const leaveOut of Object.keys(options.leaveOut ?? {})) checkMapped(facts, { leaveOut })
  if (!has.timestamp && columns.timestamp !== null) for (const about of facts) await noteDates(about, options)
  const rows = files.reduce((sum, file) => sum + file.rows, 0)
  if (rows === 0 && !options.allowEmpty) {
    const found = read === 0 ? 'no rows below the header' : `no person and item in any of ${read} rows`
    throw new InputError({ file: paths.join(', ') }, found, 'at least one interaction')
  }
  const noEvent = has.event && event.some((chunk) => typeof chunk === 'number') ? events.code('') : 0
  const seconds = has.timestamp ? join((n) => new Float64Array(n), time) : null
  const times = seconds && leaveOutFar(seconds, units, Date.now() / 1000)
  const code = has.event ? join((n) => new Uint16Array(n), event, noEvent) : null
  return {
    rows,
    userIds: users.ids.names,
    itemIds: items.ids.names,
    user: join((n) => new Uint32Array(n), users.batches),
    item: join((n) => new Uint32Array(n), items.batches),
    time: seconds,
    rating: has.rating ? join((n) => new Float32Array(n), rating) : null,
    event: code && { names: events.names, code: events.names.length <= 256 ? new Uint8Array(code) : code },
    basket: has.basket ? join((n) => new Uint32Array(n), basket, NO_BASKET) : null,
    value: has.value ? join((n) => new Float32Array(n), value) : null,
    files,
    facts: { files: facts, ...(times !== null && { times }), idle, ...(dateOrder !== null && { dateOrder }) },
    ...(left.length > 0 && { left: Uint32Array.from(left) }),
  }
}

const KIND_OF: Record<InteractionRole, string> = {
  user_id: 'id',
  item_id: 'id',
  rating: 'number',
  event: 'event',
  timestamp: 'time',
  basket: 'id',
  value: 'number',
}

/** Counts a column's cells, and keeps the first few as examples. */
function note(column: ColumnFacts, cells: ArrayLike<Cell>, rows: number, idsAs?: IdsAs): void {
  let missing = 0
  const required = column.role === 'user_id' || column.role === 'item_id' // none is missing
  for (let i = 0; i < (required ? Math.min(NOTED, rows) : rows); i++) {
    const cell = cells[i]
    if (isMissing(cell)) missing++
    else if (i < NOTED) keepExample(column, exampleOf(column, cell, idsAs))
  }
  column.missing! += missing
  column.values! += rows - missing
}

/** An id as it was understood; anything else as it stands. */
const exampleOf = ({ kind }: ColumnFacts, cell: Cell, idsAs?: IdsAs): string =>
  idOf(cell, kind === 'id' ? idsAs : 'exact') ?? quote(cell)

function timesOf({ columns: { timestamp } }: File, { dates }: InteractionOptions): TimeColumn {
  return new TimeColumn(timestamp!, dates?.[timestamp!])
}

/** Cells of a batch that are looked at for examples. */
const NOTED = 100

type File = Interactions['files'][number]

/** Rows that are to be left out, and those that name no person or no item: left out where that is wanted, else an error that says how many. */
class Sieve {
  private error: InputError | null = null
  private refused = 0
  private rows = 0
  /** Rows that name an item and no person. */
  nobody = 0

  constructor(
    private readonly file: File,
    private readonly about: FileFacts,
    private readonly leaving: Leaving,
    private readonly options: InteractionOptions,
    private readonly fault: Fault,
  ) {}

  /** The rows that have both, whose codes go into `users` and `items`; `leave` hears of the others. */
  rowsWithIds(batch: Batch, users: IdColumn, items: IdColumn, leave: (i: number) => void): Batch {
    const [, itemCells] = batch.columns as [unknown, ArrayLike<Cell>] // required, as findColumns sees to
    const userCells = this.options.guests ? withGuests(batch) : batch.columns[0]!
    const [user, item, kept] = [new Uint32Array(batch.rows), new Uint32Array(batch.rows), new Uint32Array(batch.rows)]
    let count = 0
    for (let i = 0; i < batch.rows; i++) {
      const why = this.leaving.why(batch, i)
      if (why !== undefined) {
        leaveOut(this.about.left, why, rowOf(batch, i))
        leave(i)
        continue
      }
      const [one, other] = [users.known(userCells[i]) ?? -1, items.known(itemCells[i]) ?? -1]
      if (one >= 0 && other >= 0) {
        user[count] = one
        item[count] = other
        kept[count++] = i
        continue
      }
      const isItem = items.isId(itemCells[i])
      if (isItem && users.isId(userCells[i])) {
        user[count] = users.codeOfId(userCells[i])
        item[count] = items.codeOfId(itemCells[i])
        kept[count++] = i
        continue
      }
      const [role, cell] = !isItem ? (['item_id', itemCells[i]] as const) : (['user_id', userCells[i]] as const)
      if (role === 'user_id' && hasNoId(cell)) this.nobody++
      if (!hasNoId(cell)) this.fault(badCell(this.file, batch, i, role, cell, ID_EXPECTED))
      else if (this.options.skip?.includes('rows without ids')) leaveOut(this.about.left, `no ${role}`, rowOf(batch, i))
      else this.refuse(badCell(this.file, batch, i, role, cell, SKIP_EXPECTED))
      leave(i)
    }
    users.batches.push(user.subarray(0, count))
    items.batches.push(item.subarray(0, count))
    this.rows += batch.rows
    return count === batch.rows ? batch : keepRows(batch, kept.subarray(0, count))
  }

  private refuse(error: InputError): void {
    if (this.fault === throwIt) throw error
    this.error ??= error
    this.refused++
  }

  /** Says what was refused: the first row, and how many there are. */
  end(): void {
    if (this.error === null) return
    const { place, found, expected } = this.error
    this.fault(new InputError(place, `${found} (as in ${this.refused} of ${this.rows} rows)`, expected))
  }
}

const EVENTS_MAX = 1 << 16

function eventCodes(events: Intern, cells: ArrayLike<Cell>, file: File, batch: Batch, fault: Fault): Uint16Array {
  const out = new Uint16Array(batch.rows)
  for (let i = 0; i < out.length; i++) {
    const cell = cells[i] ?? ''
    if (typeof cell === 'object') fault(badCell(file, batch, i, 'event', cell, "an event's name"))
    const code = events.code(typeof cell === 'object' ? '' : String(cell))
    if (code >= EVENTS_MAX) throw badCell(file, batch, i, 'event', cell, `at most ${EVENTS_MAX} distinct events`)
    out[i] = code
  }
  return out
}

/** Who met what, where a basket stands for whom nothing names. */
function withGuests({ columns }: Batch): ArrayLike<Cell> {
  const [users, baskets] = [columns[ROLES.indexOf('user_id')]!, columns[ROLES.indexOf('basket')]]
  if (!baskets) return users
  const isGuest = (cell: Cell, i: number) => hasNoId(cell) && !isMissing(baskets[i])
  return Array.from(users, (cell, i) => (isGuest(cell, i) ? `guest of ${textOf(baskets[i])}` : cell))
}

function basketCodes(baskets: IdColumn, cells: ArrayLike<Cell>, file: File, batch: Batch, fault: Fault): Uint32Array {
  const out = new Uint32Array(batch.rows)
  for (let i = 0; i < out.length; i++) {
    const cell = cells[i]
    const code = isMissing(cell) ? NO_BASKET : baskets.codeOfId(cell)
    if (code < 0) fault(badCell(file, batch, i, 'basket', cell, ID_EXPECTED))
    out[i] = code < 0 ? NO_BASKET : code
  }
  return out
}

/** NaN where nothing is said. */
function valuesOf(cells: ArrayLike<Cell>, file: File, batch: Batch, fault: Fault): Float32Array {
  return Float32Array.from({ length: batch.rows }, (_, i) => {
    const value = numberOf(cells[i]!)
    if (value === undefined || value < 0)
      fault(badCell(file, batch, i, 'value', cells[i]!, 'a number that is not below 0'))
    return value ?? NaN
  })
}

function badCell(file: File, batch: Batch, i: number, role: InteractionRole, cell: Cell, expected: string) {
  return new InputError({ ...placeIn(batch, i, file.path), field: file.columns[role] }, quote(cell), expected)
}
