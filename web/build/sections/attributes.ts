/** Attributes of items: numbers, texts, and categories, of which an item may have one or many. */
import type { Column } from '../../read/index.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { ATTRIBUTE, ATTRIBUTE_HEAD, SECTION, STRING_BYTES } from '../../generated/numbers.js'
import { encode, packTexts, section, type Section } from './section.js'
import { inRuns, readTexts, type Texts } from './texts.js'

export const isLong = (text: string) => text.length > STRING_BYTES / 3 && Buffer.byteLength(text) > STRING_BYTES

/** The text up to what a bundle holds, no character broken. */
export function cut(text: string): string {
  if (!isLong(text)) return text
  const bytes = Buffer.from(text)
  let end = STRING_BYTES
  while ((bytes[end]! & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

/** A number, or a moment as one. */
export const isNumeric = (column: Column): column is Extract<Column, { kind: 'number' | 'date' }> =>
  column.kind === 'number' || column.kind === 'date'

/** One attribute of the items; rowOf[n] is the row of item n in the catalogue's columns, or -1. */
export function attributeSection(learn: Learn, column: Numbered, rowOf: Int32Array, ordinal: number): Section {
  const name = Buffer.from(column.name)
  const bytes = learn.with([name], (nameAt) => {
    if (isNumeric(column)) {
      const numbers = Float64Array.from(rowOf, (row) => (row < 0 ? NaN : column.values[row]!))
      return learn.with([numbers], (at) =>
        encode(learn, (out) =>
          learn.run(
            'mt_attribute_encode_numbers',
            nameAt,
            name.length,
            +(column.kind === 'date'),
            at,
            numbers.length,
            out,
          ),
        ),
      )
    }
    if (column.kind === 'text') {
      const packed = packTexts(Array.from(rowOf, (row) => (row < 0 ? '' : cut(column.values[row] ?? ''))))
      return learn.with([packed.bytes, packed.start], (text, start) =>
        encode(learn, (out) =>
          learn.run('mt_attribute_encode_texts', nameAt, name.length, text, start, rowOf.length, out),
        ),
      )
    }
    return encodeCategories(learn, column, rowOf, nameAt, name.length)
  })
  const made = section(SECTION.attribute, column.name, bytes, ordinal)
  return column.kind === 'text' ? { ...made, stage: 'texts' } : made
}

type Categories = Extract<Column, { kind: 'category' | 'multi' }>

/** How a category's values stand in its section: `names` in runs. */
interface InSection {
  ends: readonly number[]
  /** Sets of values that the section before had, each its numbers joined by commas. */
  sets?: readonly string[]
}
/** A column whose values, where it has few, are numbered as in its section. */
export type Numbered = Exclude<Column, Categories> | (Categories & InSection)

/** Sets that no item has any more, of all, before all are numbered anew. */
const MOST_GONE = 0.1

/** The column with its values numbered as in its section, from how they were in that of the bundle before, of which the first `fixed` stay. */
export function numbered(column: Column, before?: Uint8Array, fixed = 0): Numbered {
  if (column.kind !== 'category' && column.kind !== 'multi') return column
  const old = before && readCategories(before)
  const { all, ends, kept } = inRuns(column.names, old?.texts, fixed)
  const numberOf = new Map(all.map((name, number) => [name, number]))
  const place = column.names.map((name) => numberOf.get(name)!)
  const sets = old && kept === old.texts.all.length ? { sets: old.sets } : {}
  const as = { names: [...all], ends, ...sets }
  return column.kind === 'category'
    ? { ...column, ...as, values: column.values.map((value) => (value < 0 ? value : place[value]!)) }
    : { ...column, ...as, values: column.values.map((value) => place[value]!) }
}

/** The name of the column that a section is of. */
export function nameOfAttribute(bytes: Uint8Array): string {
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true)
  return Buffer.from(bytes.subarray(8, 8 + length)).toString()
}

/** Values and sets of a section that was checked, and where what items have begins; undefined: it is of another kind. */
export function readCategories(bytes: Uint8Array): { texts: Texts; sets: string[]; end: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = view.getUint32(0, true)
  if (type !== ATTRIBUTE.category && type !== ATTRIBUTE.many) return undefined
  const texts = readTexts(bytes, ATTRIBUTE_HEAD)
  const at = 4 * Math.ceil(texts.end / 4)
  const count = view.getUint32(at, true)
  const starts = Array.from({ length: count + 1 }, (_, set) => view.getUint32(at + 4 + 4 * set, true))
  const values = at + 4 + 4 * (count + 1)
  const valuesOf = (set: number) =>
    Array.from({ length: starts[set + 1]! - starts[set]! }, (_, i) => view.getUint32(values + 4 * (starts[set]! + i), true)) // prettier-ignore
  const sets = Array.from({ length: count }, (_, set) => valuesOf(set).join())
  return { texts, sets, end: values + 4 * starts[count]! }
}

/** The values of a row, as numbers of column.names. */
export function categoryValues(column: Categories, row: number): number[] {
  if (row < 0) return []
  if (column.kind === 'category') return column.values[row]! < 0 ? [] : [column.values[row]!]
  return [...new Set(column.values.subarray(column.offsets[row]!, column.offsets[row + 1]!))]
}

/** Equal sets of values are stored once; set 0 is the empty one. Those of the bundle before keep their numbers, unless many are gone. */
function encodeCategories(
  learn: Learn,
  column: Categories & InSection,
  rowOf: Int32Array,
  nameAt: Pointer,
  nameLength: number,
): Uint8Array {
  const keys = Array.from(rowOf, (row) => categoryValues(column, row).join())
  const wanted = new Set(['', ...keys])
  const before = column.sets ?? []
  const gone = before.filter((set) => !wanted.has(set)).length
  const sets = [...new Set([...(gone > MOST_GONE * before.length ? [] : before), ...wanted])]
  const numberOf = new Map(sets.map((key, number) => [key, number]))
  const valuesOf = sets.map((key) => (key === '' ? [] : key.split(',').map(Number)))
  let end = 0
  const start = [0, ...valuesOf.map((set) => (end += set.length))]
  const texts = packTexts(column.names)
  return learn.with(
    [texts.bytes, texts.start, Uint32Array.from(column.ends), ...[start, valuesOf.flat(), keys.map((key) => numberOf.get(key)!)].map((of) => Uint32Array.from(of))], // prettier-ignore
    (text, textStart, ends, setStart, setValues, itemSets) =>
      encode(learn, (out) =>
        learn.run(
          'mt_attribute_encode_categories',
          nameAt,
          nameLength,
          column.kind === 'multi' ? 1 : 0,
          text,
          textStart,
          column.names.length,
          ends,
          column.ends.length,
          setStart,
          setValues,
          sets.length,
          itemSets,
          rowOf.length,
          out,
        ),
      ),
  )
}
