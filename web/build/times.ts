/** What people should know of how a log's times were read. */
import { quoteList, type DateOrder, type TimeUnit, type TimeUnits, type UnitCells } from '../read/index.js'
import { isoText } from '../read/dates.js'
import type { TimesAccount } from './understood.js'

const NAMES: Record<TimeUnit, string> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  date: 'dates',
  number: 'numbers',
}
/** Excel counts days from 1899-12-30: these are 1982 to 2064. */
const EXCEL = [30_000, 60_000] as const

/** As a day where that says enough. */
export const dayOf = (seconds: number): string => isoText(seconds, true) ?? String(seconds)

/** Where files differ, each with its unit; the record has seconds, whatever they wrote. */
export function timesLine({ unit, units, files = [], from, to }: TimesAccount): string {
  if (unit === 'number') return `times: ${from} to ${to}`
  const differ = files.some((file) => file.unit !== unit)
  const each = files.map((file) => `${NAMES[file.unit]} in ${file.path}`)
  const written = differ ? `${each.join(', ')}, ` : units === undefined ? '' : `${NAMES[unit]}, `
  return `times: ${written}${dayOf(from)} to ${dayOf(to)}`
}

const isOrAre = (count: number) => (count === 1 ? 'is' : 'are')

/** What may be a mistake about them, as the files write them. */
export function timeRemarks(times: TimesAccount | null): string[] {
  if (times === null) return []
  const { unit, units = {}, files = [], ordinal, count: known, from, to, outliers, future = 0 } = times
  const countOf = (all: TimeUnits) => Object.values(all).reduce((sum, { count }) => sum + count, 0)
  const read = countOf(units)
  const of = (count: number, all = read) => `${count} of ${all} times ${isOrAre(count)}`
  const lines: string[] = []
  if (unit === 'number')
    lines.push(
      `${ordinal ? '' : 'look: '}times from ${from} to ${to} are no Unix times and no dates: they order events, but say no hour and no age` +
        (from >= EXCEL[0] && to <= EXCEL[1] ? ' (days as Excel counts them? Save them as dates, 2024-01-31)' : ''),
    )
  for (const file of files) {
    const where = files.length > 1 ? `${file.path}: ` : ''
    if (file.open !== undefined) {
      const { column, count, example, dayFirst, yearFirst } = file.open
      const dates = (order: DateOrder) => JSON.stringify({ dates: { [column]: order } })
      lines.push(
        `look: ${where}${of(count, countOf(file.units))} read with the day first, as none tells (${example} being ${dayOf(dayFirst)}); ` +
          `${dates('year first')} in a config makes it ${dayOf(yearFirst)}, ${dates('day first')} says so`,
      )
    }
    for (const [one, { count, example }] of Object.entries(file.units) as [TimeUnit, UnitCells][])
      if (one !== file.unit)
        lines.push(
          `look: ${where}${of(count, countOf(file.units))} written as ${NAMES[one]} among ${NAMES[file.unit]} (${example}): each was read as what it is`,
        )
  }
  const counting = files.filter((file) => file.unit === 'number')
  if (counting.length > 0 && counting.length < files.length)
    lines.push(
      `look: times of ${quoteList(counting.map(({ path }) => path))} are no Unix times and no dates, those of the other files are: their events come in no common order`,
    )
  if (outliers.count > 0) {
    const examples = outliers.examples.map(unit === 'number' ? String : dayOf).join(', ')
    const they = outliers.count === 1 ? 'it is' : 'they are'
    lines.push(`look: ${of(outliers.count)} far from all others (${examples}): ${they} taken for missing`)
  }
  if (future > 0) lines.push(`look: ${of(future, known)} in the future (up to ${dayOf(to)})`)
  return lines
}

/** Which times rows without one were given (log.ts). */
export function missingRemarks(times: TimesAccount | null): string[] {
  if (times?.missing === undefined) return []
  const { count, alone, of } = times.missing
  const given = [
    ...(alone < count ? [`${count - alone} that of the same person's row before or after`] : []),
    ...(alone > 0 ? [`${alone} the log's oldest, since their people have none`] : []),
  ]
  return [
    `look: ${count} of ${of} rows ${count === 1 ? 'has no time, and gets one' : 'have no time, and get one'}: ${given.join(', ')}`,
  ]
}
