/**
 * Several values in one cell: which columns are lists, and where their cells are parted.
 *
 * A `|`, and the lists that programs print, say so themselves. A comma, a semicolon or a slash may as well stand within
 * one value ("Berlin, Germany", or prose), so it parts a column only where its parts are a vocabulary: short, most of them
 * met in several cells, and those that stand later in a cell mostly first in another one, as "Germany" never does.
 */
import type { Cell } from './batch.js'
import { isEmpty, isObject, textOf } from './cells.js'
import { listLiteral } from './literals.js'

/** Longer values, on average, are prose. */
export const CATEGORY_LENGTH = 64
/** What may part a cell, the surest first; scripts have commas of their own. */
const SEPARATORS = ['|', ';', '；', ',', '、', '，', '،', '/']
/** So much of a vocabulary is met in several cells, and so much of what stands later in a cell stands first in another. */
const SHARED = 0.75
const FIRST = 0.5
/** Where fewer cells have a `|`, and the parts are no vocabulary, it belongs to the text. */
const OFTEN = 0.05
/** 24/7 and 1/2/2020 are no lists. */
const FIGURES = /^[\d\s.:-]*$/
/** An object of JSON or of Python, which its commas do not part. */
const PRINTED = /^\s*\{.*\}\s*$/s
/** So many cells tell what parts a column. */
const SAMPLE = 20_000

/** The parts of a text, trimmed, none empty; null: nothing parts it. */
export function partsOf(text: string, separator: string | null): string[] {
  return (separator === null ? [text] : text.split(separator)).map((part) => part.trim()).filter((part) => part !== '')
}

/** The cells with the lists that their texts spell, where nearly all spell one; else null. */
export function printedLists(cells: readonly Cell[]): Cell[] | null {
  const lists: Cell[] = []
  let [spelled, others] = [0, 0]
  for (const cell of cells) {
    const list = typeof cell === 'string' ? listLiteral(cell) : null
    if (list !== null) spelled++
    else if (!isEmpty(cell) && ++others > cells.length / 20) return null
    lists.push(list ?? cell)
  }
  return spelled > 0 && others <= spelled / 20 ? lists : null
}

/** Under these keys a record says what it is called: TMDB's genres are `{"id": 28, "name": "Action"}`. */
const NAMES = ['name', 'title', 'label', 'value']

/** The values of a list, lists within it taken apart; null where a part is an object without a name. */
export function valuesOf(list: readonly Cell[]): string[] | null {
  const values: string[] = []
  for (const part of list.flat(Infinity) as Cell[]) {
    const named = isObject(part) ? part[NAMES.find((key) => Object.hasOwn(part, key)) ?? ''] : part
    if (isEmpty(named)) {
      if (isObject(part)) return null
    } else if (isObject(named) || Array.isArray(named)) return null
    else values.push(textOf(named))
  }
  return values
}

/** What parts texts that are lists, whatever they look like; null: nothing does. */
export const likeliestSeparator = (texts: readonly string[], parting: Parting | null): string | null =>
  parting?.separator ?? SEPARATORS.find((separator) => texts.some((text) => text.includes(separator))) ?? null

/** How the texts of a column would be parted. */
export interface Parting {
  separator: string
  /** cells of several parts, and the first of them */
  cells: number
  example: string
  /** how much of the parts is met in several cells, and how much of those that stand later also first; 0 to 1 */
  shared: number
  first: number
  /** whether they are lists for sure: a vocabulary, or what `|` parts */
  certain: boolean
}

/**
 * Where a column's texts are parted, by the first separator that does so for sure, else by the first that may; null where
 * none stands in them, or they are prose, or objects that programs print.
 */
export function partingOf(texts: readonly string[]): Parting | null {
  if (2 * texts.filter((text) => PRINTED.test(text)).length > texts.length) return null
  const step = Math.max(1, Math.ceil(texts.length / SAMPLE))
  const sample = texts.filter((_, i) => i % step === 0)
  const found = SEPARATORS.map((separator) => vocabularyOf(texts, sample, separator)).filter(
    (parting) => parting !== null,
  )
  return found.find(({ certain }) => certain) ?? found[0] ?? null
}

function vocabularyOf(texts: readonly string[], sample: readonly string[], separator: string): Parting | null {
  const several = texts.filter((text) => text.includes(separator) && partsOf(text, separator).length > 1)
  if (several.length === 0) return null
  /** of each part: in how many cells it is, whether it is first in one */
  const met = new Map<string, { cells: number; first: boolean }>()
  const later: string[] = []
  let [parts, characters] = [0, 0]
  for (const text of sample) {
    const found = [...new Set(partsOf(text, separator))]
    found.forEach((part, i) => {
      const known = met.get(part) ?? { cells: 0, first: false }
      met.set(part, { cells: known.cells + 1, first: known.first || i === 0 })
      if (i > 0) later.push(part)
    })
    parts += found.length
    characters += text.length
  }
  if (characters > parts * CATEGORY_LENGTH) return null
  let shared = 0
  for (const part of met.values()) if (part.cells > 1) shared += part.cells
  shared /= parts
  const first = later.filter((part) => met.get(part)!.first).length / Math.max(1, later.length)
  const vocabulary =
    shared >= SHARED && first >= FIRST && !(separator === '/' && later.every((part) => FIGURES.test(part)))
  const certain = vocabulary || (separator === '|' && several.length > texts.length * OFTEN)
  return { separator, cells: several.length, example: several[0]!, shared, first, certain }
}
