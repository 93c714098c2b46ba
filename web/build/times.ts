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

/** What may be a mistake about them. */
export function timeRemarks(times: TimesAccount | null): string[] {
  if (times === null) return []
  const { unit, units = {}, count: known, from, to, outliers, future = 0 } = times
  const of = (count: number) => `${count} of ${known} times ${count === 1 ? 'is' : 'are'}`
  const lines: string[] = []
  if (unit === 'number')
    lines.push(
      `look: times from ${from} to ${to} are no Unix times and no dates: they order events, but say no hour and no age` +
        (from >= EXCEL[0] && to <= EXCEL[1] ? ' (days as Excel counts them? Save them as dates, 2024-01-31)' : ''),
    )
  for (const [one, { count, example }] of Object.entries(units) as [TimeUnit, { count: number; example: string }][])
    if (one !== unit)
      lines.push(`look: ${of(count)} written as ${NAMES[one]} among ${NAMES[unit]} (${example}): each was read as what it is`) // prettier-ignore
  if (outliers.count > 0) {
    const examples = outliers.examples.map(unit === 'number' ? String : dayOf).join(', ')
    const one = outliers.count === 1
    lines.push(`look: ${of(outliers.count)} far from all others (${examples}): ${one ? 'it is' : 'they are'} taken for missing, and ${one ? 'does' : 'do'} not count for trending`) // prettier-ignore
  }
  if (future > 0) lines.push(`look: ${of(future)} in the future (up to ${dayOf(to)})`)
  return lines
}
