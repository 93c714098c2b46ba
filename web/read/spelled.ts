/**
 * Dates as exporters spell them beside ISO 8601. One is read where it can mean one day only: the year first, the month by
 * name, or nothing but digits. Of the others there are two readings, and the column has to tell.
 */
import { dateText, isoSeconds, moment } from './dates.js'

const CLOCK = '(\\d{1,2}):(\\d\\d)(?::(\\d\\d(?:[.,]\\d+)?))?\\s*([ap]\\.?m\\.?)?'
const ZONE = '\\s*(Z|(?:UTC|GMT)?\\s*[+-]\\d\\d:?(?:\\d\\d)?|UTC|GMT)?(?:\\s*UTC|\\s*\\([^)]*\\))?'
const TIME = `(?:(?:T|,?\\s+(?:at\\s+)?)${CLOCK}${ZONE})?`
/** How months begin in English, German, French, Spanish, Portuguese, Italian and Dutch. */
const MONTHS =
  'jan ene gen,feb fev fév,mar mär mrt,apr abr avr,may mai mei mag,jun juin giu,jul juil lug,aug ago aoû aou,sep set,oct okt out ott,nov,dec dez dic déc' // prettier-ignore
    .split(',')
    .map((names) => names.split(' '))
const MONTH = `(${MONTHS.flat().join('|')})\\p{L}*\\.?`
const DAY = '(\\d{1,2})(?:st|nd|rd|th|er|º|\\.)?'
/** Spanish and Portuguese: 18 de agosto de 2020. */
const OF = '(?:de\\s+)?'
const pattern = (date: string) =>
  new RegExp(`^\\s*(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,?\\s+)?${date}\\s*$`, 'iu')

/** A month alone: 2021-03, Mar 2021. */
const YEAR_MONTH = /^(\d{4})[-/](\d\d)$/
const MONTH_YEAR = pattern(`${MONTH}[\\s,-]+(\\d{4})`)
/** Year first: 2021/3/4, 2021.03.04 05:06, 2021. 3. 4., 2021年3月4日; and without separators, 20210304T050607Z. */
const YEAR_FIRST = [
  pattern(`(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})${TIME}`),
  pattern(`(\\d{4})\\.\\s(\\d{1,2})\\.\\s(\\d{1,2})\\.?${TIME}`),
  pattern(`(\\d{4})[年년]\\s?(\\d{1,2})[月월]\\s?(\\d{1,2})[日일]${TIME}`),
  /^\s*(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?()(Z|[+-]\d{4})?\s*$/i,
]
/** Of four digits, or of two where nothing else can be meant, as POSIX reads them: 68 is 2068, 69 is 1969. */
const SHORT_YEAR = "(\\d{4}|'?\\d\\d)"
const yearOf = (text: string) => (text.length === 4 ? Number(text) : 1969 + ((Number(text.slice(-2)) + 31) % 100))
/** The month by name: 4 March 2021, 4. März 2021, 04-Mar-2021, 04-MAR-21; March 4, 2021; Thu Mar 4 05:06:07 +0000 2021. */
const DAY_MONTH = pattern(`${DAY}[\\s-]+${OF}${MONTH},?[\\s-]+${OF}${SHORT_YEAR}${TIME}`)
const MONTH_DAY = pattern(`${MONTH}\\s+${DAY},?\\s+(\\d{4})${TIME}`)
const MONTH_DAY_CLOCK = pattern(`${MONTH}\\s+${DAY}\\s+${CLOCK}${ZONE}\\s+(\\d{4})`)
/** The year last, day and month in an order that only the column tells; with dots the day comes before the month, and of
 * two digits three times, 23.05.17, either the day comes first or the year. Between slashes they might as well be the day, and a version is no date. */
const YEAR_LAST = pattern(`(\\d{1,2})(?:[/-](\\d{1,2})[/-]|\\s(\\d{1,2}),\\s|(\\.)(\\d{1,2})\\.)(\\d{4})${TIME}`)
const SHORT_LAST = pattern(`(\\d\\d)\\.(\\d\\d)\\.(\\d\\d)${TIME}`)
const monthOf = (name: string) => 1 + MONTHS.findIndex((names) => names.includes(name.toLowerCase()))

type Clock = (string | undefined)[]

/** The moment of a date and of what TIME found: hour, minute, second, am or pm, zone. */
function at(date: (string | number)[], [hour, minute, second, half, zone]: Clock): number | undefined {
  if (half === undefined || half === '') return moment(date, [hour, minute, second], zone)
  const twelfth = Number(hour)
  if (twelfth < 1 || twelfth > 12) return undefined
  return moment(date, [String((twelfth % 12) + (/p/i.test(half) ? 12 : 0)), minute, second], zone)
}

/** The moment of a date that can mean one only; undefined: it is none. */
export function spelledSeconds(spelled: string): number | undefined {
  const text = dateText(spelled)
  const iso = isoSeconds(text)
  if (iso !== undefined) return iso
  for (const form of YEAR_FIRST) {
    const found = form.exec(text)
    if (found !== null) return at(found.slice(1, 4), found.slice(4))
  }
  let found = DAY_MONTH.exec(text)
  if (found !== null) return at([yearOf(found[3]!), monthOf(found[2]!), found[1]!], found.slice(4))
  if ((found = MONTH_DAY.exec(text)) !== null) return at([found[3]!, monthOf(found[1]!), found[2]!], found.slice(4))
  if ((found = MONTH_DAY_CLOCK.exec(text)) !== null)
    return at([found[8]!, monthOf(found[1]!), found[2]!], found.slice(3, 8))
  return undefined
}

/** The first moment of a month; undefined: it is none. */
export function monthSeconds(spelled: string): number | undefined {
  const text = dateText(spelled)
  let found = YEAR_MONTH.exec(text)
  if (found !== null) return moment([found[1]!, found[2]!, 1])
  found = MONTH_YEAR.exec(text)
  return found === null ? undefined : moment([found[2]!, monthOf(found[1]!), 1])
}

/** Whether a text may be a year among other dates. */
export const isYear = (text: string): boolean => /^[12]\d{3}$/.test(dateText(text))

/** What a date may be in which the day, the month or, of two digits, the year comes first; undefined: it may not. */
interface Readings {
  dayFirst: number | undefined
  monthFirst: number | undefined
  yearFirst: number | undefined
  dots: boolean
}

/** All readings of a date that ends in its year, or perhaps in its day; null: it is none. */
export function yearLast(text: string): Readings | null {
  const short = SHORT_LAST.exec(dateText(text))
  if (short !== null) {
    const [first, month, last] = [short[1]!, short[2]!, short[3]!]
    const clock = short.slice(4)
    return {
      dayFirst: at([yearOf(last), month, first], clock),
      monthFirst: undefined,
      yearFirst: at([yearOf(first), month, last], clock),
      dots: true,
    }
  }
  const found = YEAR_LAST.exec(dateText(text))
  if (found === null) return null
  const [first, second, year] = [found[1]!, (found[2] ?? found[3] ?? found[5])!, found[6]!]
  const clock = found.slice(7)
  return {
    dayFirst: at([year, second, first], clock),
    monthFirst: at([year, first, second], clock),
    yearFirst: undefined,
    dots: found[4] !== undefined,
  }
}

/** Numbers that are dates without separators: 20210304, and 20210304050607. */
const COMPACT = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/
export function compactSeconds(value: number): number | undefined {
  const found = value >= 19000101 && value < 2.2e13 ? COMPACT.exec(String(value)) : null
  return found === null || Number(found[1]) < 1900 || Number(found[1]) > 2200
    ? undefined
    : moment(found.slice(1, 4), found.slice(4))
}
