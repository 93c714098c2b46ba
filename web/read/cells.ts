/** What a cell means as an id or a number, and which words say that there is none. */
import type { Cell } from './batch.js'

/** Of a trimmed text, as all patterns here: no pattern may look twice at a run of white space, however long it is. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/
export const ID_EXPECTED = 'an id: text, or a number that is exact (up to 9007199254740991)'
export const SKIP_EXPECTED = 'an id (config "skip": "rows without ids" leaves such rows out)'
export const NUMBER_EXPECTED = 'a number'

/** White space, no-break spaces and marks that nobody sees (byte order mark, zero width), which exporters leave around ids. */
const UNSEEN = /[\s\u200b\u200e\u200f\u2060\ufeff]/
/** How ids are read. */
export interface IdReading {
  /**
   * `exact`: '7.0' is an id of its own. Default: it is the whole number that a column of floats writes so, '7'. `lower case`:
   * so are the items 'AB-1' and 'ab-1' one; people may be told apart by that.
   */
  idsAs?: IdsAs | undefined
}

/** What ids are taken for, other than as they are usually written. */
export type IdsAs = 'exact' | 'lower case'

/** A whole number as a column of floats writes it, such as pandas makes of integers with holes. */
const FLOAT = /^(-?(?:0|[1-9]\d*))\.0+$/

/**
 * The id as a string: '007' stays, 7, 7n and '7.0' become '7'; what stands around it and nobody sees goes, and letters with
 * marks are one whichever way they are written (NFC). null if there is none: missing, a word for missing, inexact, an object.
 * The cell alone decides, not what stands beside it, so that an id is the same in every file.
 */
export function idOf(cell: Cell, as?: IdsAs): string | null {
  switch (typeof cell) {
    case 'string': {
      const id = seen(cell).normalize()
      if (MISSING.has(id)) return null
      const own = as === 'lower case' ? id.toLowerCase() : id
      return as !== 'exact' && own.endsWith('0') ? own.replace(FLOAT, '$1') : own
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
export const hasNoId = (cell: Cell): boolean => isNothing(cell) || (typeof cell === 'string' && MISSING.has(seen(cell)))

/** Whether a cell is an id that is known without the `.0` that it is written with. */
export const isFloat = (cell: Cell): boolean =>
  typeof cell === 'string' && cell.includes('.0') && FLOAT.test(seen(cell))

/** What is seen of a text: a loop, since a pattern for the end would be tried at every gap within. */
function seen(text: string): string {
  let [first, end] = [0, text.length]
  while (first < end && isUnseen(text, first)) first++
  while (first < end && isUnseen(text, end - 1)) end--
  return text.slice(first, end)
}

const isUnseen = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  return code <= 0x20 || code >= 0x80 ? UNSEEN.test(text[at]!) : false
}

// -- nothing --------------------------------------------------------------------------------------------------------------

/** What only programs write where there is nothing: pandas, SQL, MySQL, JavaScript, Google Analytics, spreadsheets. */
const OF_PROGRAMS = [
  ...[
    '',
    'NaN',
    'nan',
    'NAN',
    '-nan',
    'NaT',
    '<NA>',
    'NULL',
    'Null',
    'null',
    '(null)',
    '\\N',
    'undefined',
    '(not set)',
  ],
  ...['#N/A', '#N/A N/A', '#NA', '#NULL!', '#REF!', '#VALUE!', '#DIV/0!', '#NAME?', '#NUM!'],
  ...['#NV', '#WERT!', '#BEZUG!', '#ZAHL!', '#VALEUR!', '#NOMBRE!', '#NOM?', '#NUL!', '#N/D', '#¡VALOR!', '#¡REF!'],
]
/** What people write as well; hardly a value. */
const OF_PEOPLE = ['N/A', 'n/a', 'N.A.', 'n.a.', '-', '--', '---', '–', '—']
/** What may be a value: no allergen, Namibia. */
const OF_BOTH = ['None', 'none', 'NONE', 'NA', 'na', 'nil', 'Nil', 'NIL']

const NOWHERE = new Set(OF_PROGRAMS)
const HARDLY = new Set(OF_PEOPLE)
/** In ids, numbers and times no value is called so; in the latter in any case. */
const MISSING = new Set([...OF_PROGRAMS, ...OF_PEOPLE, ...OF_BOTH])
const MISSING_NUMBERS = new Set(Array.from(MISSING, (word) => word.toLowerCase()))
/** MySQL's dates of nothing, with a time of day or without. */
const NO_DAY = '0000-00-00'

/** No number, no time. */
export function isMissing(cell: Cell): boolean {
  if (typeof cell !== 'string') return isNothing(cell)
  const text = cell.trim()
  if (text >= '1' && text < ':') return false // most are numbers
  return MISSING_NUMBERS.has(text.toLowerCase()) || text.startsWith(NO_DAY)
}

const isNothing = (cell: Cell): boolean =>
  cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell))

/** Nothing, for a cell that may hold any text; `words`: what says so in this column, where somebody tells. */
export function isEmpty(cell: Cell, words?: ReadonlySet<string>): boolean {
  if (typeof cell !== 'string') return isNothing(cell)
  const text = cell.trim()
  return NOWHERE.has(text) || (words ?? HARDLY).has(text)
}

/** Whether a trimmed text stands for nothing where people write, and may be a value all the same. */
export const mayBeNothing = (text: string): boolean => MISSING.has(text) && !NOWHERE.has(text)

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
  if (typeof cell === 'string' && NUMBER.test(cell.trim())) return finite(Number(cell))
  if (typeof cell === 'number' && !Number.isNaN(cell)) return finite(cell)
  if (typeof cell === 'bigint') return Number(cell)
  return isMissing(cell) ? NaN : undefined
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}
