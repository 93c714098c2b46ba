/** What kind of attribute a column of cells is, and the cells in that kind's own form. */
import type { Cell } from './batch.js'
import { isMissing, NUMBER_EXPECTED, numberOf } from './cells.js'
import { Intern, ownString } from './intern.js'

/** What a column of a catalogue is. */
export type Kind = 'text' | 'category' | 'multi' | 'number'

/** An attribute of all items; values are by item number. */
export type Column =
  /** text to show or search; null where missing */
  | { name: string; kind: 'text'; values: (string | null)[] }
  /** one of a few: names[values[i]]; values[i] is -1 where missing */
  | { name: string; kind: 'category'; names: string[]; values: Int32Array }
  /** several of a few: names[values[j]] for offsets[i] <= j < offsets[i + 1] */
  | { name: string; kind: 'multi'; names: string[]; offsets: Uint32Array; values: Uint32Array }
  /** NaN where missing */
  | { name: string; kind: 'number'; values: Float64Array }

/** Told of a cell that does not fit the column's kind; throws. */
export type Refuse = (item: number, found: Cell, expected: string) => never

const SEPARATOR = '|'
/** Longer values, on average, are prose. */
const CATEGORY_LENGTH = 64
/** So few distinct values are categories even in a table of a few rows. */
const FEW = 16
/** A number as a quantity is written; a code with leading zeros is not one. */
const QUANTITY = /^\s*[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/

/** What the kinds ask of a column, learned in one pass. */
interface Survey {
  cells: readonly Cell[]
  /** cells that are not empty; their characters; their parts, were `|` to separate */
  present: number
  characters: number
  parts: number
  /** whether any is an array or has a `|` */
  several: boolean
  /** distinct values; counted no further once they are too many for a category */
  distinct: number
}

/** The kinds in the order in which they are asked: the first that fits is the column's. */
const KINDS: readonly { kind: Kind; fits: (column: Survey) => boolean }[] = [
  { kind: 'multi', fits: ({ several, characters, parts }) => several && characters <= parts * CATEGORY_LENGTH },
  { kind: 'number', fits: ({ cells, present }) => present > 0 && cells.every(isQuantity) },
  { kind: 'category', fits: repeats },
  { kind: 'text', fits: () => true },
]

/**
 * The kind of a column by its cells: multi if any is an array or has a `|` (unless the parts are prose); number if all
 * that are not missing are numbers; category if values repeat (distinct values are at most half of the cells, or at
 * most 16) and are short; else text. A column of missing cells is a category without names.
 */
export function kindOf(cells: readonly Cell[]): Kind {
  const column = surveyOf(cells)
  return KINDS.find(({ fits }) => fits(column))!.kind
}

function surveyOf(cells: readonly Cell[]): Survey {
  const column: Survey = { cells, present: 0, characters: 0, parts: 0, several: false, distinct: 0 }
  const distinct = new Set<string>()
  for (const cell of cells) {
    if (isEmpty(cell)) continue
    column.present++
    if (Array.isArray(cell)) {
      column.several = true
      continue
    }
    const text = textOf(cell)
    column.several ||= text.includes(SEPARATOR)
    column.parts += text.split(SEPARATOR).length
    column.characters += text.length
    if (distinct.size <= cells.length / 2 || distinct.size <= FEW) distinct.add(text)
  }
  column.distinct = distinct.size
  return column
}

function repeats({ present, characters, distinct }: Survey): boolean {
  return distinct <= Math.max(FEW, present / 2) && characters <= present * CATEGORY_LENGTH
}

/** The cells as a column of that kind. Errors, by `refuse`: an object, a list where one value belongs, no number. */
export function toColumn(name: string, kind: Kind, cells: readonly Cell[], refuse: Refuse): Column {
  switch (kind) {
    case 'text':
      return { name, kind, values: cells.map((cell, i) => textAt(cell, i, refuse)) }
    case 'number':
      return { name, kind, values: Float64Array.from(cells, (cell, i) => numberAt(cell, i, refuse)) }
    case 'category':
      return toCategory(name, cells, refuse)
    case 'multi':
      return toMulti(name, cells, refuse)
  }
}

function toCategory(name: string, cells: readonly Cell[], refuse: Refuse): Column {
  const intern = new Intern()
  const values = Int32Array.from(cells, (cell, i) => {
    const text = textAt(cell, i, refuse)
    return text === null ? -1 : intern.code(text)
  })
  return { name, kind: 'category', names: intern.names, values }
}

function toMulti(name: string, cells: readonly Cell[], refuse: Refuse): Column {
  const intern = new Intern()
  const offsets = new Uint32Array(cells.length + 1)
  const values: number[] = []
  cells.forEach((cell, i) => {
    const parts = Array.isArray(cell)
      ? cell.map((part: Cell) => textAt(part, i, refuse))
      : (textAt(cell, i, refuse)?.split(SEPARATOR) ?? [])
    const codes = new Set<number>()
    for (const part of parts) {
      const text = part?.trim()
      if (text) codes.add(intern.code(text))
    }
    for (const code of codes) values.push(code)
    offsets[i + 1] = values.length
  })
  return { name, kind: 'multi', names: intern.names, offsets, values: Uint32Array.from(values) }
}

function textAt(cell: Cell, i: number, refuse: Refuse): string | null {
  if (isEmpty(cell)) return null
  if (typeof cell === 'object' && !(cell instanceof Date)) {
    return refuse(i, cell, Array.isArray(cell) ? 'a single value' : 'text, a number or a list of those, not an object')
  }
  return ownString(textOf(cell))
}

function numberAt(cell: Cell, i: number, refuse: Refuse): number {
  return numberOf(cell) ?? refuse(i, cell, NUMBER_EXPECTED)
}

function isEmpty(cell: Cell): boolean {
  return (
    cell === null ||
    cell === undefined ||
    (typeof cell === 'number' && Number.isNaN(cell)) ||
    (typeof cell === 'string' && cell.trim() === '')
  )
}

function isQuantity(cell: Cell): boolean {
  if (isMissing(cell)) return true
  return typeof cell === 'string'
    ? QUANTITY.test(cell)
    : typeof cell === 'bigint'
      ? Number.isSafeInteger(Number(cell))
      : typeof cell === 'number' && Number.isFinite(cell)
}

/** A date without a time of day keeps to its ten characters. */
function textOf(cell: Cell): string {
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return cell.toISOString().replace('T00:00:00.000Z', '')
  return String(cell).trim()
}
