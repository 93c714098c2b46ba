/**
 * Numbers as people and their spreadsheets write them: `$1,299.00`, `1.299,00 €`, `₹1,20,100`, `12,5`, `85 %`, `90 min`, and
 * `(1.50)` for what is owed. A column is written in one way: one unit or none, a point or a comma before the decimals. Where
 * each point, or each comma, is followed by three digits, there are two ways to read it: 1.299 may be 1299.
 */
import type { Cell } from './batch.js'
import { isMissing } from './cells.js'
import { durationSeconds, haveSeconds } from './durations.js'

/** A way of writing numbers; `read` gives the number, NaN where the cell is missing, undefined where it is none of these. */
export interface Writing {
  /** what stands before or after the number, `€`, `%` or `min`; '' for nothing */
  unit: string
  /** as programs write it: digits, a point, an exponent */
  plain: boolean
  /** durations: what they become a number of */
  of?: 'minutes' | 'seconds'
  read: (cell: Cell) => number | undefined
}

/** A code with leading zeros is no quantity, nor are more digits than a number holds. */
const PLAIN = /^[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/
const WHOLE = /^[+-]?\d+$/
/** 1,299.00 and 1.299,00 (also 1 299,00 and 1’299.00): groups of three digits, India's 1,20,100, or none at all. */
const POINT = /^[+-]?([1-9]\d{0,2}(?:[,’']\d{3})+|[1-9]\d?(?:,\d\d)+,\d{3}|0|[1-9]\d*)(\.\d+)?$/
const COMMA = /^[+-]?([1-9]\d{0,2}(?:[.\u00a0\u202f ]\d{3})+|0|[1-9]\d*)(,\d+)?$/
const CURRENCY = '[A-Z]{0,2}\\p{Sc}|[A-Z]{3}|Rs\\.?|Rp\\.?|kr\\.?|zł|Kč|Ft|lei|円|元|원'
/** What a rating is out of. */
const OUT_OF = '\\s?(?:/|out of|of)\\s?(?:5|7|10|20|100)(?:\\sstars?)?'
/** A unit stands behind: a sign of one, or a word after a space. */
const UNIT = `${CURRENCY}|${OUT_OF}|%|°[CF]?|[kmcµ]?[gmlL]|[kMGT]i?B|[kM]?W|lbs?|oz|in|ft|"|h|min|s|\\s\\p{L}{2,12}\\.?`
/** No number is longer, with what stands around it; a pattern may look at that much several times. */
const LONGEST = 64
const AFFIXED = new RegExp(
  `^([+-]?)(${CURRENCY})?\\s*([+-]?\\d[\\d.,’'\\u00a0\\u202f ]*?)(?:[.,][-–]{1,2})?\\s*(?:(${UNIT}))?$`,
  'u',
)
/** What is owed stands in brackets, with its currency or before it. */
const OWED = /^([^\d()]*)\(([^()]*)\)([^\d()]*)$/

const plain: Writing = { unit: '', plain: true, read: (cell) => (isMissing(cell) ? NaN : plainNumber(cell)) }

/** What stands before decimals. */
export type Decimals = '.' | ','

/** The ways that are tried on a column of these texts, likeliest first; where somebody says what stands before decimals, those with it. */
export function writingsOf(texts: readonly string[], decimals?: Decimals): Writing[] {
  const { unit } = unitsOf(texts)
  const written = (pattern: RegExp, point: boolean): Writing => ({
    unit,
    plain: false,
    read: (cell) => {
      if (isMissing(cell)) return NaN
      return typeof cell === 'string' ? writtenNumber(cell.trim(), unit, pattern, point) : plainNumber(cell)
    },
  })
  const comma = written(COMMA, false)
  if (decimals === ',') return [comma]
  return [plain, written(POINT, true), ...(decimals === '.' ? [] : [comma, durations(texts)])]
}

function durations(texts: readonly string[]): Writing {
  const [of, each] = haveSeconds(texts) ? (['seconds', 1] as const) : (['minutes', 60] as const)
  const read = (cell: Cell) => {
    if (isMissing(cell)) return NaN
    const seconds = typeof cell === 'string' ? durationSeconds(cell) : undefined
    return seconds === undefined ? undefined : seconds / each
  }
  return { unit: of, plain: false, of, read }
}

/** A number as it stands by itself, with what may stand around it; undefined: it is none. */
export function amountOf(cell: Cell): number | undefined {
  if (typeof cell !== 'string') return plainNumber(cell)
  const text = cell.trim().replace('−', '-')
  return writingsOf([text])
    .slice(0, 3)
    .map((writing) => writing.read(text))
    .find((number) => number !== undefined)
}

/** A text that can be read with a point and with a comma before its decimals, and both numbers. */
export interface Undecided {
  text: string
  point: number
  comma: number
}

/** The first such text, where all of these can be read both ways; null: some of them tells. */
export function undecided(texts: readonly string[]): Undecided | null {
  const [, point, comma] = writingsOf(texts) as [Writing, Writing, Writing]
  let first: Undecided | null = null
  for (const text of texts) {
    const [one, other] = [point.read(text), comma.read(text)]
    if (one === undefined || other === undefined) return null
    if (first === null && one !== other && !Number.isNaN(one)) first = { text, point: one, comma: other }
  }
  return first
}

function plainNumber(cell: Cell): number | undefined {
  if (typeof cell === 'string') {
    const text = cell.trim()
    if (!PLAIN.test(text)) return undefined
    const number = Number(text)
    return Number.isFinite(number) && (!WHOLE.test(text) || Number.isSafeInteger(number)) ? number : undefined
  }
  if (typeof cell === 'bigint') return Number.isSafeInteger(Number(cell)) ? Number(cell) : undefined
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : undefined
}

function writtenNumber(text: string, unit: string, pattern: RegExp, point: boolean): number | undefined {
  const found = affixed(text)
  if (found === null || (found.unit ?? unit) !== unit || !pattern.test(found.digits)) return undefined
  const [whole, decimals = ''] = found.digits.split(point ? '.' : /,(?=\d*$)/)
  const number = Number(`${whole!.replace(/[^\d+-]/g, '')}.${decimals}`)
  return Number.isSafeInteger(Math.trunc(number)) ? (found.isNegative ? -number : number) : undefined
}

interface Affixed {
  isNegative: boolean
  digits: string
  /** undefined: none stands there */
  unit: string | undefined
}

/** A number and what stands around it; null: the text is none. */
function affixed(text: string): Affixed | null {
  if (text.length > LONGEST) return null
  const owed = OWED.exec(text)
  const found = AFFIXED.exec(owed === null ? text : owed.slice(1).join(''))
  if (found === null) return null
  const [, sign, before, digits, after] = found as unknown as [string, string, string?, string?, string?]
  if ((before !== undefined && after !== undefined) || (owed !== null && sign !== '')) return null
  const unit = before ?? after
  return { isNegative: sign === '-' || owed !== null, digits: digits!, unit: unit && singular(unit) }
}

const MONEY = /\p{Sc}\s?\d|\d\s?(\p{Sc}|円|元|원)/u

/** Whether money is in a text that is no number: From $44.00, $33 - $99, 82,99 € inkl. MwSt. */
export const hasAmounts = (text: string): boolean =>
  text.length <= LONGEST && MONEY.test(text) && affixed(text) === null

/** `days` and `day`, `mins.` and `min` are one unit. */
const singular = (unit: string): string => {
  const word = unit.trim().replace(/\.$/, '')
  return /^\p{L}{3,}$/u.test(word) && /\p{Ll}/u.test(word) ? word.toLowerCase().replace(/s$/, '') : word
}

/** The unit that most cells have of those that have one, and how many have which; '' for none. */
export function unitsOf(texts: readonly string[]): { unit: string; counts: Map<string, number> } {
  const counts = new Map<string, number>()
  for (const text of texts) {
    const unit = affixed(text)?.unit
    if (unit !== undefined) counts.set(unit, 1 + (counts.get(unit) ?? 0))
  }
  const [unit = ''] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? []
  return { unit, counts }
}
