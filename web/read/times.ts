/**
 * Times of a column, which become Unix seconds here and nowhere else.
 *
 * Files count in seconds, milliseconds, microseconds or nanoseconds, and write dates in many ways. The unit of numbers is
 * that of most of a file, by their magnitude: 10^8 seconds are 1973, 10^11 are the year 5138. A number that stands among
 * others of another unit is read in whichever of both brings it nearer to the file's median. Dates whose order of day and
 * month only the column tells, such as 03/04/2021, are read once a day past the 12th has told it, and refused where none has.
 * Of 23.05.17 the day is taken to come first unless a year past 31 tells otherwise; where nothing tells, that is said.
 */
import type { Cell } from './batch.js'
import { isMissing, numberOf } from './cells.js'
import { micro, moment } from './dates.js'
import { compactSeconds, isYear, monthSeconds, spelledSeconds, yearLast } from './spelled.js'

/** A unit in which a file writes its times: `date`: as text, or by a type of the format; `number`: in none that is known. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns' | 'date' | 'number'

/** Cells of each unit. */
export type TimeUnits = Partial<Record<TimeUnit, UnitCells>>
/** How many cells, and one of them. */
export interface UnitCells {
  count: number
  example: string
}

/** The unit of most. */
export const mostOf = (units: TimeUnits): TimeUnit =>
  Object.entries(units).sort((a, b) => b[1].count - a[1].count)[0]![0] as TimeUnit

export const TIME_EXPECTED =
  'a Unix time (seconds, or milliseconds, microseconds or nanoseconds) or a date such as 2024-01-31T12:00:00Z'
const DATE_EXPECTED = `${TIME_EXPECTED}, days since 1970, or a year (Excel's day numbers: save them as dates)`
const orderExpected = (column: string) =>
  `dates as year-month-day: which of the two is the day, no date of this column tells (config "dates": {${JSON.stringify(column)}: "day first"} says it, or "month first")`

const outOfOrder = (order: DateOrder) => `dates in one order: others of this column have the ${order}`

/** Which comes first in a date that does not begin with a year of four digits, such as 08/10/2015 or 23.05.17. */
export type DateOrder = 'day first' | 'month first' | 'year first'
/** What somebody says of it, by column. */
export type DateOrders = Record<string, DateOrder>

/** Dates such as 23.05.17 that were read with the day first, though it may be the year: how many, and one of them both ways. */
export interface OpenDates {
  column: string
  count: number
  example: string
  dayFirst: number
  yearFirst: number
}

/** A moment with its microseconds: a Date has none. */
export class Instant extends Date {
  constructor(readonly seconds: number) {
    super(seconds * 1000)
  }
}

const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 }
/** The least magnitude that is taken for a unit. */
const LEAST = { s: 1e8, ms: 1e11, us: 1e14, ns: 1e17 }
type Unit = keyof typeof PER_SECOND
const UNITS = Object.keys(PER_SECOND) as Unit[]

/** `number`: too small for a Unix time since 1973, in any unit. */
const unitOf = (value: number): Unit | 'number' => UNITS.findLast((unit) => Math.abs(value) >= LEAST[unit]) ?? 'number'

/** A number of that unit, in seconds. */
export const secondsIn = (unit: Unit, value: number): number =>
  Number.isInteger(value) && unit === 's' ? value : Math.round((value * 1e6) / PER_SECOND[unit]) / 1e6

// -- a column -------------------------------------------------------------------------------------------------------------

/** What a value is until the whole column is known: a number, a date that can be read either way, with a year of four digits or
 * of two; else what it stays. */
const NUMBER = 1
const EITHER = 2
const SHORT = 3

interface Chunk {
  /** Seconds, or numbers as they stand; of a date that can be read either way, its day first. */
  values: Float64Array<ArrayBuffer>
  marks: Uint8Array
  /** Of dates that can be read either way: their month first, or their year. */
  swapped: Float64Array | null
  /** Where dates out of order are refused one by one. */
  refuse: Refuse | null
}

/** Told of a cell that is no time; throws, or takes it for missing. */
export type Refuse = (cell: number, expected: string) => void

/** Numbers of a column that are looked at to tell their unit. */
const SAMPLE = 1 << 16

/** The times of one column of one file. */
export class TimeColumn {
  private readonly units: TimeUnits = {}
  private readonly chunks: Chunk[] = []
  private readonly dayFirst: Told = { count: 0, place: null }
  private readonly monthFirst: Told = { count: 0, place: null }
  private readonly yearFirst: Told = { count: 0, place: null }
  private undecided: Place | null = null
  private short: OpenDates | null = null
  private firstNumber: Place | null = null

  /**
   * `dates`: days rather than moments. Months and calendar years are their first, other numbers too small for a Unix time days
   * since 1970, or refused; so is each date that has day and month in another order than most.
   */
  constructor(
    private readonly name: string,
    private readonly order: DateOrder | null = null,
    private readonly dates = false,
  ) {}

  /** Takes cells; the seconds of them are in the answer after `finish`, NaN where a cell is missing. */
  add(cells: ArrayLike<Cell>, rows: number, refuse: Refuse): Float64Array<ArrayBuffer> {
    const chunk: Chunk = { values: new Float64Array(rows), marks: new Uint8Array(rows), swapped: null, refuse: this.dates ? refuse : null } // prettier-ignore
    this.chunks.push(chunk)
    for (let i = 0; i < rows; i++) chunk.values[i] = this.read(chunk, cells[i], i, refuse)
    return chunk.values
  }

  private read(chunk: Chunk, cell: Cell, i: number, refuse: Refuse): number {
    const number = numberOf(cell)
    if (number !== undefined) {
      if (Number.isNaN(number)) return number
      chunk.marks[i] = NUMBER
      this.firstNumber ??= { i, refuse }
      return number
    }
    const date = cell instanceof Date ? secondsOf(cell) : typeof cell === 'string' ? this.spelled(cell) : undefined
    if (date !== undefined) {
      this.count('date', cell)
      return date
    }
    const either = typeof cell === 'string' ? yearLast(cell) : null
    if (either === null || (either.dayFirst ?? either.monthFirst ?? either.yearFirst) === undefined) {
      refuse(i, TIME_EXPECTED)
      return NaN
    }
    if (this.order !== null) {
      const { dayFirst, monthFirst, yearFirst } = either
      const said = { 'day first': dayFirst, 'month first': monthFirst, 'year first': yearFirst }[this.order]
      if (said === undefined) refuse(i, TIME_EXPECTED)
      else this.count('date', cell)
      return said ?? NaN
    }
    this.count('date', cell)
    const { dayFirst, monthFirst, yearFirst } = either
    const isShort = monthFirst === undefined && yearFirst !== undefined
    chunk.marks[i] = isShort ? SHORT : EITHER
    chunk.swapped ??= new Float64Array(chunk.values.length)
    chunk.swapped[i] = monthFirst ?? yearFirst ?? NaN
    if (dayFirst === undefined) tell(isShort ? this.yearFirst : this.monthFirst, { i, refuse })
    else if (isShort) {
      this.short ??= { column: this.name, count: 0, example: String(cell), dayFirst, yearFirst }
      this.short.count++
    } else if (monthFirst === undefined || either.dots) tell(this.dayFirst, { i, refuse })
    else this.undecided ??= { i, refuse }
    return dayFirst ?? NaN
  }

  /** No event has a month for its moment. */
  private spelled(cell: string): number | undefined {
    return spelledSeconds(cell) ?? (this.dates ? monthSeconds(cell) : undefined)
  }

  private count(unit: TimeUnit, cell: Cell): void {
    const known = this.units[unit]
    if (known !== undefined) known.count++
    else this.units[unit] = { count: 1, example: cell instanceof Date ? cell.toISOString() : String(cell) }
  }

  /** Which comes first in dates such as 03/04/2021 and 23.05.17, as others of the column tell; null: they do not, or not alike. */
  get told(): DateOrder | null {
    const told = { 'day first': this.dayFirst, 'month first': this.monthFirst, 'year first': this.yearFirst }
    const orders = (Object.keys(told) as DateOrder[]).filter((order) => told[order].count > 0)
    return orders.length === 1 ? orders[0]! : null
  }

  /** Dates that were read with the day first, though nothing tells; null: there are none. `usual`: as in `finish`. */
  open(usual: DateOrder | null = null): OpenDates | null {
    return this.dayFirst.count + this.yearFirst.count > 0 || (usual !== null && usual !== 'month first')
      ? null
      : this.short
  }

  /**
   * Makes seconds of all that was added, and answers the cells of each unit; `usual`: which comes first where no date tells.
   * Errors, by `refuse`: dates whose order of day and month nothing tells, or that cannot have one order.
   */
  finish(usual: DateOrder | null = null): TimeUnits {
    this.settleOrder(usual)
    this.settleUnits()
    this.chunks.length = 0 // whoever added cells has their seconds
    return this.units
  }

  private settleOrder(usual: DateOrder | null): void {
    const { dayFirst, monthFirst, yearFirst, undecided, dates } = this
    for (const { count, place } of dates ? [] : [monthFirst, yearFirst])
      if (dayFirst.count > 0 && count > 0) place!.refuse(place!.i, outOfOrder('day first'))
    const isOpen = dayFirst.count + monthFirst.count === 0
    if (undecided !== null && isOpen && (usual === null || usual === 'year first'))
      undecided.refuse(undecided.i, orderExpected(this.name))
    const swaps = isOpen ? usual === 'month first' : dates ? monthFirst.count > dayFirst.count : monthFirst.count > 0
    const byYear = dayFirst.count + yearFirst.count === 0 ? usual === 'year first' : yearFirst.count > dayFirst.count
    const orders = {
      [EITHER]: swaps ? 'month first' : 'day first',
      [SHORT]: byYear ? 'year first' : 'day first',
    } as const
    for (const { values, marks, swapped, refuse } of this.chunks) {
      if (swapped === null) continue
      values.forEach((_, i) => {
        const mark = marks[i]
        if (mark !== EITHER && mark !== SHORT) return
        if (orders[mark] !== 'day first') values[i] = swapped[i]!
        if (dayFirst.count > 0 && Number.isNaN(values[i])) refuse?.(i, outOfOrder(orders[mark]))
      })
    }
  }

  private settleUnits(): void {
    const { firstNumber, dates } = this
    if (firstNumber === null) return
    const read = readingOf(this.sample(), dates)
    if (read === null) firstNumber.refuse(firstNumber.i, DATE_EXPECTED)
    for (const { values, marks } of this.chunks)
      for (let i = 0; i < values.length; i++)
        if (marks[i] === NUMBER) {
          const { unit, seconds } = read?.(values[i]!) ?? NOTHING
          this.count(unit, values[i])
          values[i] = seconds
        }
  }

  /** Numbers of the column, evenly drawn. */
  private sample(): Float64Array {
    const total = this.chunks.reduce((sum, { marks }) => marks.reduce((n, mark) => n + +(mark === NUMBER), sum), 0)
    const step = Math.max(1, Math.ceil(total / SAMPLE))
    const sample = new Float64Array(Math.ceil(total / step))
    let n = 0
    for (const { values, marks } of this.chunks)
      values.forEach((value, i) => {
        if (marks[i] === NUMBER && n++ % step === 0) sample[(n - 1) / step] = value
      })
    return sample
  }
}

/** A cell that may be refused when all are known. What it was read from is kept for it alone. */
interface Place {
  i: number
  refuse: Refuse
}

/** Dates that tell the order of day and month: how many, and the first of them. */
interface Told {
  count: number
  place: Place | null
}

function tell(told: Told, place: Place): void {
  told.count++
  told.place ??= place
}

/** Calendar years, days since 1970 up to 2038, or seconds before 1973; not the days of Excel, which begin in 1900. */
function smallDates(usual: number): ((value: number) => Reading) | null {
  if (usual >= 1000 && usual < 3000)
    return (value) => ({ unit: 'date', seconds: moment([Math.floor(value), 1, 1]) ?? NaN })
  if (usual >= 3000 && usual < 25_000) return (value) => ({ unit: 'date', seconds: value * 86400 })
  return usual > 100_000 ? (value) => ({ unit: 's', seconds: value }) : null
}

const NOTHING: Reading = { unit: 'number', seconds: NaN }

interface Reading {
  unit: TimeUnit
  seconds: number
}

function ownReading(value: number): Reading {
  const unit = unitOf(value)
  return { unit, seconds: unit === 'number' ? value : secondsIn(unit, value) }
}

/** How the numbers of a column are to be read, by a sample of them. null: not as dates, which they are to be. */
function readingOf(sample: Float64Array, dates: boolean): ((value: number) => Reading) | null {
  const sizes = sample.map(Math.abs).filter((size) => size > 0).sort() // prettier-ignore
  const usual = sizes[Math.floor(sizes.length * 0.75)] ?? 0
  const bulk = unitOf(usual)
  if (sizes.filter((size) => compactSeconds(size) !== undefined).length > sizes.length / 2)
    return (value) => {
      const date = compactSeconds(value)
      return date === undefined ? ownReading(value) : { unit: 'date', seconds: date }
    }
  if (bulk === 'number' && dates) return smallDates(usual)
  if (bulk === 'number') return (value) => ({ unit: bulk, seconds: value })
  const most = sample.filter((value) => unitOf(value) === bulk).sort()
  const middle = secondsIn(bulk, most[most.length >> 1]!)
  return (value) => {
    const own = unitOf(value)
    const seconds = secondsIn(bulk, value)
    if (own === bulk || own === 'number') return { unit: bulk, seconds }
    const other = secondsIn(own, value)
    return Math.abs(other - middle) < Math.abs(seconds - middle)
      ? { unit: own, seconds: other }
      : { unit: bulk, seconds }
  }
}

const secondsOf = (cell: Date): number | undefined => {
  const seconds = cell instanceof Instant ? cell.seconds : cell.getTime() / 1000
  return Number.isFinite(seconds) ? micro(seconds) : undefined
}

/** The seconds of one time that stands for itself; NaN if the cell is missing, undefined if it is no time. */
export function timeOf(cell: Cell): number | undefined {
  const column = new TimeColumn('')
  let isTime = true
  const times = column.add([cell], 1, () => (isTime = false))
  column.finish()
  return isTime ? times[0] : undefined
}

/**
 * Those of a column's texts that are no dates, were it one of dates, and whether the others tell day and month apart. A
 * year is one where it stands among others.
 */
export function undated(texts: readonly string[]): { odd: string[]; isTold: boolean } {
  const numbers = texts.filter((text) => !isMissing(text) && numberOf(text) !== undefined)
  const others = texts.filter((text) => isMissing(text) || numberOf(text) === undefined)
  const odd: string[] = []
  let isTold = true
  const column = new TimeColumn('', null, true)
  column.add(others, others.length, (i, expected) => {
    if (expected === orderExpected('')) isTold = false
    else odd.push(others[i]!)
  })
  column.finish()
  const isAmongDates = others.some((text) => !isMissing(text)) && odd.length < others.length
  return { odd: [...odd, ...numbers.filter((text) => !isAmongDates || !isYear(text))], isTold }
}

/** Those of a column's texts that were read with the day first, though nothing tells; null: there are none. */
export function openOf(texts: readonly string[]): OpenDates | null {
  const column = new TimeColumn('', null, true)
  column.add(texts, texts.length, () => {})
  return column.open()
}

/**
 * The seconds of a column of dates, NaN where a cell is missing. Its numbers may also be days since 1970, or calendar
 * years. `odd` hears of a cell that is no date.
 */
export function datesOf(
  name: string,
  cells: readonly Cell[],
  order: DateOrder | null,
  odd: (row: number, found: Cell, expected: string) => void,
): Float64Array<ArrayBuffer> {
  const column = new TimeColumn(name, order, true)
  const times = column.add(cells, cells.length, (row, expected) => odd(row, cells[row], expected))
  column.finish()
  return times
}
