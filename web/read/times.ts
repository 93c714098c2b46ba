/**
 * Times of a column, which become Unix seconds here and nowhere else.
 *
 * Files count in seconds, milliseconds, microseconds or nanoseconds, and write dates in many ways. The unit of numbers is
 * that of most of a file, by their magnitude: 10^8 seconds are 1973, 10^11 are the year 5138. A number that stands among
 * others of another unit is read in whichever of both brings it nearer to the file's median. Dates whose order of day and
 * month only the column tells, such as 03/04/2021, are read once a day past the 12th has told it, and refused where none has.
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

/** Which comes first in a date that ends in its year, such as 08/10/2015. */
export type DateOrder = 'day first' | 'month first'
/** What somebody says of it, by column. */
export type DateOrders = Record<string, DateOrder>

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

/** What a value is until the whole column is known: a number, a date that can be read either way; else what it stays. */
const NUMBER = 1
const EITHER = 2

interface Chunk {
  /** Seconds, or numbers as they stand; of a date that can be read either way, its day first. */
  values: Float64Array<ArrayBuffer>
  marks: Uint8Array
  /** Of dates that can be read either way: their month first. */
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
  private undecided: Place | null = null
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
    if (either === null || (either.dayFirst ?? either.monthFirst) === undefined) {
      refuse(i, TIME_EXPECTED)
      return NaN
    }
    if (this.order !== null) {
      const said = this.order === 'day first' ? either.dayFirst : either.monthFirst
      if (said === undefined) refuse(i, TIME_EXPECTED)
      else this.count('date', cell)
      return said ?? NaN
    }
    this.count('date', cell)
    chunk.marks[i] = EITHER
    chunk.swapped ??= new Float64Array(chunk.values.length)
    chunk.swapped[i] = either.monthFirst ?? NaN
    if (either.dayFirst === undefined) tell(this.monthFirst, { i, refuse })
    else if (either.monthFirst === undefined || either.dots) tell(this.dayFirst, { i, refuse })
    else this.undecided ??= { i, refuse }
    return either.dayFirst ?? NaN
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

  /** Which comes first in dates such as 03/04/2021, as others of the column tell; null: they do not, or not alike. */
  get told(): DateOrder | null {
    const [day, month] = [this.dayFirst.count > 0, this.monthFirst.count > 0]
    return day === month ? null : day ? 'day first' : 'month first'
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
    const { dayFirst, monthFirst, undecided, dates } = this
    const isMixed = dayFirst.count > 0 && monthFirst.count > 0
    if (isMixed && !dates) monthFirst.place!.refuse(monthFirst.place!.i, outOfOrder('day first'))
    const isOpen = dayFirst.count + monthFirst.count === 0
    if (undecided !== null && isOpen && usual === null) undecided.refuse(undecided.i, orderExpected(this.name))
    const swaps = isOpen ? usual === 'month first' : dates ? monthFirst.count > dayFirst.count : monthFirst.count > 0
    for (const { values, marks, swapped, refuse } of this.chunks) {
      if (swapped === null) continue
      values.forEach((_, i) => {
        if (marks[i] !== EITHER) return
        if (swaps) values[i] = swapped[i]!
        if (isMixed && Number.isNaN(values[i])) refuse?.(i, outOfOrder(swaps ? 'month first' : 'day first'))
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
