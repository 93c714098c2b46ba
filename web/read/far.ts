/** Which times of a log no event can have had, and what is left of the others. */
import { mostOf, type OpenDates, type TimeUnit, type TimeUnits, type UnitCells } from './times.js'

/** The times of a log, in seconds, whatever the files wrote. Where a log is cut, units and outliers stay those of the files. */
export interface TimeFacts {
  /** How the files write them: the unit of most, and all of them. */
  unit: TimeUnit
  units: TimeUnits
  /** The same of each file, and its dates that leave open whether they begin with the day or the year. */
  files?: { path: string; unit: TimeUnit; units: TimeUnits; open?: OpenDates }[]
  /** Numbers that only say which came first: whole, and from 0 or 1 on. */
  ordinal?: true
  /** Cells with a time. */
  count: number
  /** The span that all but the outliers lie in, Unix seconds. */
  from: number
  to: number
  /** Times far from all others: how many, and the first few. */
  outliers: { count: number; examples: number[] }
  /** Times that have not come yet, by the clock of whoever reads: it is no part of a bundle. */
  future: number
}

const DAY = 86400
const YEAR = 365.25 * DAY
/** Times of Unix lie from 1973 to here, the year 2200; what is later stands for "never". */
const FIRST = 1e8
const NEVER = 230 * YEAR
/** Of fewer times none is far from the others. */
const LEAST = 20
/** Farther away than so many spans of the middle 96 % is far, if at most one in a hundred is. */
const FAR = 10
const MIDDLE = 0.96
const MOST = 0.01
const EXAMPLES = 3

/**
 * Takes out of a log's times those that are far from all others, as if they had not been written: 0 and other marks of
 * a missing time, a year 9999, a clock that was wrong. One of them would be the newest or the oldest event for ever, and
 * stretch every span. Answers what the times are; null: there are none.
 */
export function leaveOutFar(
  time: Float64Array,
  written: readonly { path: string; units: TimeUnits; open?: OpenDates }[],
  now: number,
): TimeFacts | null {
  const sorted = ascending(time)
  if (sorted.length === 0) return null
  const isFar = farFrom(sorted)
  const outliers: TimeFacts['outliers'] = { count: 0, examples: [] }
  const far: number[] = []
  let from = Infinity
  let to = -Infinity
  let future = 0
  for (let row = 0; row < time.length; row++) {
    const t = time[row]!
    if (Number.isNaN(t)) continue
    if (isFar(t)) {
      outliers.count++
      if (outliers.examples.length < EXAMPLES && !outliers.examples.includes(t)) outliers.examples.push(t)
      far.push(row)
    } else {
      from = Math.min(from, t)
      to = Math.max(to, t)
      if (t > now) future++
    }
  }
  const units = together(written.map((file) => file.units))
  const unit = mostOf(units)
  const ordinal = unit === 'number' && (from === 0 || from === 1) && sorted.every(Number.isInteger)
  const files = written.flatMap((file) =>
    Object.keys(file.units).length === 0 ? [] : [{ ...file, unit: mostOf(file.units) }],
  )
  const count = sorted.length
  for (const row of far) time[row] = NaN // at last, for `sorted` may be the same array
  return { unit, units, files, ...(ordinal && { ordinal }), count, from, to, outliers, future }
}

/** The times in their order; a log that has them so, as most do, is not copied. */
function ascending(time: Float64Array): Float64Array {
  let known = 0
  let isAscending = true
  for (let row = 0; row < time.length; row++) {
    if (!Number.isNaN(time[row]!)) known++
    if (!(row === 0 || time[row - 1]! <= time[row]!)) isAscending = false // a missing one is no less
  }
  if (isAscending && known === time.length) return time
  const sorted = new Float64Array(known)
  let at = 0
  for (const t of time) if (!Number.isNaN(t)) sorted[at++] = t
  return sorted.sort()
}

function together(all: readonly TimeUnits[]): TimeUnits {
  const units: TimeUnits = {}
  for (const [unit, { count, example }] of all.flatMap((one) => Object.entries(one)) as [TimeUnit, UnitCells][])
    units[unit] = { count: count + (units[unit]?.count ?? 0), example: units[unit]?.example ?? example }
  return units
}

function farFrom(sorted: Float64Array): (time: number) => boolean {
  const middle = sorted[sorted.length >> 1]!
  if (middle < FIRST || middle >= NEVER) return outOfReach(sorted, 0)
  const apart = outOfReach(sorted, YEAR)
  return (t) => Math.abs(t) <= DAY || t >= NEVER || apart(t)
}

/** `least`: what is no farther from the middle is not far. */
function outOfReach(sorted: Float64Array, least: number): (time: number) => boolean {
  const edge = Math.ceil((sorted.length * (1 - MIDDLE)) / 2)
  if (sorted.length < LEAST) return () => false
  const [low, high] = [sorted[edge]!, sorted[sorted.length - 1 - edge]!]
  const reach = Math.max(FAR * (high - low), least)
  const isFar = (t: number) => reach > 0 && (t < low - reach || t > high + reach)
  const count = sorted.reduce((sum, t) => sum + +isFar(t), 0)
  return count <= Math.max(1, MOST * sorted.length) ? isFar : () => false
}
