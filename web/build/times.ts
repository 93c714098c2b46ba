/** What people should know of how a log's times were read. */
import type { TimeUnit } from '../read/index.js'
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

export const timesLine = ({ unit, from, to }: TimesAccount): string =>
  unit === 'number' ? `times: ${from} to ${to}` : `times: ${NAMES[unit]}, ${dayOf(from)} to ${dayOf(to)}`

const isOrAre = (count: number) => (count === 1 ? 'is' : 'are')

/** What may be a mistake about them, as the files write them. */
export function timeRemarks(times: TimesAccount | null): string[] {
  if (times === null) return []
  const { unit, units = {}, count: known, from, to, outliers, future = 0 } = times
  const read = Object.values(units).reduce((sum, { count }) => sum + count, 0)
  const of = (count: number, all = read) => `${count} of ${all} times ${isOrAre(count)}`
  const lines: string[] = []
  if (unit === 'number')
    lines.push(
      `look: times from ${from} to ${to} are no Unix times and no dates: they order events, but say no hour and no age` +
        (from >= EXCEL[0] && to <= EXCEL[1] ? ' (days as Excel counts them? Save them as dates, 2024-01-31)' : ''),
    )
  for (const [one, { count, example }] of Object.entries(units) as [TimeUnit, { count: number; example: string }][])
    if (one !== unit)
      lines.push(
        `look: ${of(count)} written as ${NAMES[one]} among ${NAMES[unit]} (${example}): each was read as what it is`,
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
