/**
 * Moments as text: ISO 8601, read and written. A zone that is not said is UTC. All moments are Unix seconds, whole in
 * microseconds, so that one that was written in another unit or as text is the same number.
 *
 * This form filters on a device take too (src/bundle/dates.c); what else columns take is in spelled.ts.
 */
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:[.,]\d+)?))?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?$/i
/** Longer is no date, with its weekday and the name of its zone. */
const LONGEST = 100

/** What may be a date of a text: '' for one that is too long, so that no pattern goes through it. */
export function dateText(text: string): string {
  const trimmed = text.trim()
  return trimmed.length > LONGEST ? '' : trimmed
}

/** The moment that an ISO 8601 date says, with a time of day or without; undefined: it is none. */
export function isoSeconds(text: string): number | undefined {
  const found = ISO.exec(dateText(text))
  return found === null ? undefined : moment(found.slice(1, 4), found.slice(4, 7), found[7])
}

/**
 * The moment of a year, month and day, of an hour, minute and second, and a zone such as `+02:00`; undefined: there is no
 * such moment. Date.parse would read a time without a zone in the machine's own, and let 30 February pass.
 */
export function moment(date: (string | number)[], time: (string | undefined)[] = [], zone = ''): number | undefined {
  const [year, month, day] = date.map(Number) as [number, number, number]
  const [hour, minute, second] = [0, 1, 2].map((i) => Number((time[i] ?? '0').replace(',', '.'))) as [number, number, number] // prettier-ignore
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined
  if (hour > 24 || minute > 59 || second >= 61) return undefined
  const [, sign, hours, minutes = 0] = /([+-])(\d\d):?(\d\d)?/.exec(zone) ?? [, '+', 0]
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  const east = Number(hours) * 3600 + Number(minutes) * 60
  return micro(at.getTime() / 1000 + hour * 3600 + minute * 60 + second + (sign === '-' ? east : -east))
}

/** Seconds, rounded to a whole number of microseconds. */
export const micro = (seconds: number): number => Math.round(seconds * 1e6) / 1e6

/** A moment as text, to the millisecond; of a day its ten characters (default: of midnight). undefined: no calendar has it. */
export function isoText(seconds: number, day = seconds % 86400 === 0): string | undefined {
  const at = new Date(seconds * 1000)
  if (Number.isNaN(at.getTime())) return undefined
  const text = at.toISOString()
  return day ? text.replace(/T.*/, '') : text.replace('.000', '')
}
