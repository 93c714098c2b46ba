/**
 * Columns of a catalogue as a bundle has them (src/bundle/attributes.h), with a row for each item number: what a catalogue that comes
 * without some of these items still knows of them, and what its rows are compared with.
 */
import type { Column } from '../../read/index.js'
import { ATTRIBUTE, ATTRIBUTE_HEAD } from '../../generated/numbers.js'
import { categoryValues, cut, isNumeric, nameOfAttribute, readCategories } from './attributes.js'
import { readTexts } from './texts.js'

const DAY = 86_400

const KINDS: Record<number, Column['kind']> = {
  [ATTRIBUTE.category]: 'category',
  [ATTRIBUTE.many]: 'multi',
  [ATTRIBUTE.text]: 'text',
  [ATTRIBUTE.number32]: 'number',
  [ATTRIBUTE.number64]: 'number',
  [ATTRIBUTE.day]: 'date',
  [ATTRIBUTE.moment]: 'date',
}

const typeOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)

/** Of what kind the column of a section is. */
export const kindIn = (bytes: Uint8Array): Column['kind'] => KINDS[typeOf(bytes)]!

/** The column of a section that was opened. */
export function columnIn(bytes: Uint8Array, items: number): Column {
  const name = nameOfAttribute(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = typeOf(bytes)
  if (type === ATTRIBUTE.text) return { name, kind: 'text', values: readTexts(bytes, ATTRIBUTE_HEAD).all.map((text) => text || null) } // prettier-ignore
  const categories = readCategories(bytes)
  if (categories === undefined) return { name, ...numbersIn(type, view, items) }
  const { texts, sets, end } = categories
  const valuesOf = sets.map((set) => (set === '' ? [] : set.split(',').map(Number)))
  const numbers = packedIn(bytes.subarray(end), sets.length > 1 ? 32 - Math.clz32(sets.length - 1) : 0, items)
  const values = Array.from(numbers, (set) => valuesOf[set] ?? [])
  const names = [...texts.all]
  if (type === ATTRIBUTE.category)
    return { name, kind: 'category', names, values: Int32Array.from(values, (set) => set[0] ?? -1) }
  return { name, kind: 'multi', names, ...inOne(values) }
}

function numbersIn(type: number, view: DataView, items: number) {
  const [wide, unit] = [type === ATTRIBUTE.number64 || type === ATTRIBUTE.moment, type === ATTRIBUTE.day ? DAY : 1]
  const at = (item: number) =>
    wide ? view.getFloat64(ATTRIBUTE_HEAD + 8 * item, true) : view.getFloat32(ATTRIBUTE_HEAD + 4 * item, true)
  const kind = type === ATTRIBUTE.number32 || type === ATTRIBUTE.number64 ? ('number' as const) : ('date' as const)
  return { kind, values: Float64Array.from({ length: items }, (_, item) => unit * at(item)) }
}

/** Numbers of so many bits each, the lowest first. */
function packedIn(bytes: Uint8Array, bits: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => {
    let number = 0
    for (let bit = 0, at = i * bits; bit < bits; bit++, at++) number += ((bytes[at >> 3]! >> (at & 7)) & 1) << bit
    return number
  })
}

function inOne(values: readonly (readonly number[])[]): { offsets: Uint32Array; values: Uint32Array } {
  let end = 0
  const offsets = Uint32Array.from([0, ...values.map((set) => (end += set.length))])
  return { offsets, values: Uint32Array.from(values.flat()) }
}

/** What a row says, so that rows of two columns can be compared; null: nothing. */
export function said(column: Column, row: number): string | number | null {
  if (column.kind === 'text') return cut(column.values[row] ?? '') || null
  if (isNumeric(column)) return Number.isNaN(column.values[row]!) ? null : column.values[row]!
  return categoryValues(column, row).map((value) => column.names[value]).join('\0') || null // prettier-ignore
}

/** The column with rows of another one behind its own, which has `rows`; no column: they say nothing. */
export function withRows(column: Column, of: Column | undefined, rows: readonly number[]): Column {
  const more = of?.kind === column.kind ? rows : []
  const nothing = rows.length - more.length
  if (column.kind === 'text') {
    const { values } = of as typeof column
    return { ...column, values: [...column.values, ...more.map((row) => values[row]!), ...Array<null>(nothing).fill(null)] } // prettier-ignore
  }
  if (column.kind === 'number' || column.kind === 'date') {
    const values = new Float64Array(column.values.length + rows.length).fill(NaN)
    values.set(column.values)
    more.forEach((row, i) => (values[column.values.length + i] = (of as typeof column).values[row]!))
    return { ...column, values }
  }
  const names = [...column.names]
  const numberOf = new Map(names.map((name, number) => [name, number]))
  const number = (name: string): number =>
    numberOf.get(name) ?? (numberOf.set(name, names.length), names.push(name) - 1)
  const sets = more.map((row) => categoryValues(of as typeof column, row).map((value) => number((of as typeof column).names[value]!))) // prettier-ignore
  if (column.kind === 'category')
    return { ...column, names, values: Int32Array.from([...column.values, ...sets.map((set) => set[0] ?? -1), ...Array<number>(nothing).fill(-1)]) } // prettier-ignore
  const { offsets, values } = inOne([...sets, ...Array<number[]>(nothing).fill([])])
  const own = column.values.length
  return {
    ...column,
    names,
    offsets: Uint32Array.from([...column.offsets, ...offsets.subarray(1).map((end) => own + end)]),
    values: Uint32Array.from([...column.values, ...values]),
  }
}
