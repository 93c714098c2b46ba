/** An attribute of all items: the cells of a column in the form of its kind. */
import { STRING_BYTES } from '../generated/numbers.js'
import type { Cell } from './batch.js'
import { isObject, NUMBER_EXPECTED, textOf } from './cells.js'
import { Intern, ownString } from './intern.js'
import type { Reading } from './kinds.js'
import { partsOf, valuesOf } from './lists.js'
import { datesOf } from './times.js'

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
  /** Unix seconds; NaN where missing */
  | { name: string; kind: 'date'; values: Float64Array }

/** Told of a cell that does not fit the column's kind; it counts as missing, unless this throws. */
export type Odd = (item: number, found: Cell, expected: string) => void

const OBJECT = 'text, a number or a list of those, not an object'

/** The cells, null where there is nothing, as a column of that kind. */
export function toColumn(name: string, reading: Reading, cells: readonly Cell[], odd: Odd): Column {
  switch (reading.kind) {
    case 'text':
      return { name, kind: 'text', values: cells.map((cell, i) => linesAt(cell, i, odd)) }
    case 'number':
      return { name, kind: 'number', values: Float64Array.from(cells, (cell, i) => numberAt(cell, i, reading, odd)) }
    case 'date':
      return { name, kind: 'date', values: datesOf(name, cells, reading.order, odd) }
    case 'category':
      return toCategory(name, reading, cells, odd)
    case 'multi':
      return toMulti(name, reading, cells, odd)
  }
}

function toCategory(name: string, { named, blank }: Reading, cells: readonly Cell[], odd: Odd): Column {
  const intern = new Intern()
  const values = Int32Array.from(cells, (cell, i) => {
    const text = textAt(cell, i, odd)
    const value = text === null ? blank : named === null ? text : named(text)
    return value === null || isLong(value, i, odd) ? -1 : intern.code(value)
  })
  return { name, kind: 'category', names: intern.names, values }
}

function toMulti(name: string, { separator }: Reading, cells: readonly Cell[], odd: Odd): Column {
  const intern = new Intern()
  const offsets = new Uint32Array(cells.length + 1)
  const values: number[] = []
  cells.forEach((cell, i) => {
    const parts = Array.isArray(cell) ? listAt(cell, i, odd) : partsOf(textAt(cell, i, odd) ?? '', separator)
    const codes = parts.filter((part) => !isLong(part, i, odd)).map((part) => intern.code(part))
    for (const code of new Set(codes)) values.push(code)
    offsets[i + 1] = values.length
  })
  return { name, kind: 'multi', names: intern.names, offsets, values: Uint32Array.from(values) }
}

/** Longer ones cannot be compared; a text is cut where it is written. */
function isLong(value: string, i: number, odd: Odd): boolean {
  if (value.length <= STRING_BYTES / 3 || Buffer.byteLength(value) <= STRING_BYTES) return false
  odd(i, value, `a value of at most ${STRING_BYTES} bytes, not ${Buffer.byteLength(value)}`)
  return true
}

function listAt(cell: Cell[], i: number, odd: Odd): string[] {
  const values = valuesOf(cell)
  if (values === null) odd(i, cell, OBJECT)
  return values ?? []
}

/** A list of paragraphs is a text of several lines. */
function linesAt(cell: Cell, i: number, odd: Odd): string | null {
  return Array.isArray(cell) ? listAt(cell, i, odd).join('\n') || null : textAt(cell, i, odd)
}

function textAt(cell: Cell, i: number, odd: Odd): string | null {
  if (cell === null) return null
  if (!isObject(cell) && !Array.isArray(cell)) return ownString(textOf(cell))
  odd(i, cell, isObject(cell) ? OBJECT : 'a single value')
  return null
}

function numberAt(cell: Cell, i: number, { writing }: Reading, odd: Odd): number {
  const number = writing!.read(cell)
  if (number === undefined) odd(i, cell, NUMBER_EXPECTED)
  return number ?? NaN
}
