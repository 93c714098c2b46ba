/** What a cell means as an id, a number or a moment. */
import type { Cell } from './batch.js'

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/
/** How exporters write a missing number: pandas, SQL, MySQL, R. */
const MISSING = /^\s*(|nan|null|none|na|n\/a|\\n)\s*$/i
const ISO = new RegExp(
  '^\\s*(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ](\\d\\d):(\\d\\d)(?::(\\d\\d(?:[.,]\\d+)?))?' +
    '\\s*(Z|UTC|[+-]\\d\\d(?::?\\d\\d)?)?)?\\s*$',
  'i',
)

export const ID_EXPECTED = 'an id: text, or a number that is exact (up to 9007199254740991)'
export const NUMBER_EXPECTED = 'a number'
export const TIME_EXPECTED = 'a number (seconds or milliseconds) or an ISO 8601 date'

/** The id as an exact string: '007' stays, 7 and 7n become '7'. null if there is none: missing, inexact, an object. */
export function idOf(cell: Cell): string | null {
  switch (typeof cell) {
    case 'string':
      return cell === '' ? null : cell
    case 'number':
      return Number.isFinite(cell) && Math.abs(cell) <= Number.MAX_SAFE_INTEGER ? String(cell) : null
    case 'bigint':
      return String(cell)
    default:
      return null
  }
}

export function isMissing(cell: Cell): boolean {
  return (
    cell === null ||
    cell === undefined ||
    (typeof cell === 'number' && Number.isNaN(cell)) ||
    (typeof cell === 'string' && MISSING.test(cell))
  )
}

/** A finite number; NaN if the cell is missing; undefined if it is anything else. */
export function numberOf(cell: Cell): number | undefined {
  if (typeof cell === 'string' && NUMBER.test(cell)) return finite(Number(cell))
  if (typeof cell === 'number' && !Number.isNaN(cell)) return finite(cell)
  if (typeof cell === 'bigint') return Number(cell)
  return isMissing(cell) ? NaN : undefined
}

/**
 * A moment: numbers as they are (any unit that grows with time), dates as Unix seconds, UTC where no zone is said.
 * NaN if the cell is missing, undefined if it is anything else.
 */
export function timeOf(cell: Cell): number | undefined {
  if (cell instanceof Date) return finite(cell.getTime() / 1000)
  const number = numberOf(cell)
  return number === undefined && typeof cell === 'string' ? isoSeconds(cell) : number
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

// Date.parse reads a time without a zone in the machine's own, and lets 30 February pass; so the fields are read here.
function isoSeconds(text: string): number | undefined {
  const match = ISO.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute] = match.slice(1, 6).map((part) => Number(part ?? 0))
  const second = Number((match[6] ?? '0').replace(',', '.'))
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  if (hour > 24 || minute > 59 || second >= 61) return undefined
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second - zoneSeconds(match[7])
}

function zoneSeconds(zone: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '')
  if (match === null) return 0
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60
  return match[1] === '-' ? -seconds : seconds
}
