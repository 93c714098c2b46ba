/** What a cell means as an id or a number. */
import type { Cell } from './batch.js'

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/
/** How exporters write a missing number: pandas, SQL, MySQL, R. */
const MISSING = /^\s*(|nan|null|none|na|n\/a|\\n)\s*$/i

export const ID_EXPECTED = 'an id: text, or a number that is exact (up to 9007199254740991)'
export const SKIP_EXPECTED = 'an id (config "skip": "rows without ids" leaves such rows out)'
export const NUMBER_EXPECTED = 'a number'

/** White space, no-break spaces and marks that nobody sees (byte order mark, zero width), which exporters leave around ids. */
const UNSEEN = '[\\s\\u200b\\u200e\\u200f\\u2060\\ufeff]+'
const AROUND = new RegExp(`^${UNSEEN}|${UNSEEN}$`, 'g')
/** How exporters write that there is no id: SQL, pandas, MySQL, R, spreadsheets, JavaScript, Google Analytics. */
const NO_ID =
  /^(|NULL|Null|null|NaN|nan|NAN|None|none|NONE|nil|undefined|NA|N\/A|n\/a|#N\/A|NaT|<NA>|\\N|\(not set\)|\(null\))$/

/**
 * The id as a string: '007' stays, 7 and 7n become '7'; what stands around it and nobody sees goes, and letters with marks
 * are one whichever way they are written (NFC). null if there is none: missing, a word for missing, inexact, an object.
 */
export function idOf(cell: Cell): string | null {
  switch (typeof cell) {
    case 'string': {
      const id = cell.replace(AROUND, '').normalize()
      return NO_ID.test(id) ? null : id
    }
    case 'number':
      return Number.isFinite(cell) && Math.abs(cell) <= Number.MAX_SAFE_INTEGER ? String(cell) : null
    case 'bigint':
      return String(cell)
    default:
      return null
  }
}

/** Whether a cell says that there is no id, rather than one that cannot be read. */
export const hasNoId = (cell: Cell): boolean => isMissing(cell) || (typeof cell === 'string' && idOf(cell) === null)

/** A whole number as a column of floats writes it, such as pandas makes of integers with holes. */
const FLOAT = /^(-?\d+)\.0+$/

/** An id that somebody typed, as a column of such ids would be read. */
export const typedId = (text: string): string => (idOf(text) ?? text).replace(FLOAT, '$1')

/** The ids of a column without their `.0`, where every one has it; else null. '101.0' and '101' then are one. */
export function wholeIds(ids: readonly string[]): string[] | null {
  if (ids.length === 0 || !ids.every((id) => FLOAT.test(id))) return null
  return ids.map((id) => id.replace(FLOAT, '$1'))
}

export function isMissing(cell: Cell): boolean {
  return (
    cell === null ||
    cell === undefined ||
    (typeof cell === 'number' && Number.isNaN(cell)) ||
    (typeof cell === 'string' && MISSING.test(cell))
  )
}

/** What only programs write, so that no value is called so; `None` and `NA` may be one. */
const NO_VALUE = new Set(['NaN', 'nan', 'NULL', 'null', '\\N', '<NA>', 'NaT', '#N/A'])

/** Nothing, for a cell that may hold any text. */
export function isEmpty(cell: Cell): boolean {
  if (typeof cell !== 'string')
    return cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell))
  const text = cell.trim()
  return text === '' || NO_VALUE.has(text)
}

/** A cell as text. A date without a time of day keeps to its ten characters. */
export function textOf(cell: Cell): string {
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell.toISOString().replace('T00:00:00.000Z', '')
  return String(cell).trim()
}

/** A struct of Parquet, an object of JSON. */
export function isObject(cell: Cell): cell is Record<string, Cell> {
  return typeof cell === 'object' && cell !== null && !Array.isArray(cell) && !(cell instanceof Date)
}

/** A finite number; NaN if the cell is missing; undefined if it is anything else. */
export function numberOf(cell: Cell): number | undefined {
  if (typeof cell === 'string' && NUMBER.test(cell)) return finite(Number(cell))
  if (typeof cell === 'number' && !Number.isNaN(cell)) return finite(cell)
  if (typeof cell === 'bigint') return Number(cell)
  return isMissing(cell) ? NaN : undefined
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
