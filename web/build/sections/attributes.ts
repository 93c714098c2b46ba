/** Attributes of items: numbers, texts, and categories, of which an item may have one or many. */
import type { Column } from '../../read/index.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { SECTION, STRING_BYTES } from '../../generated/numbers.js'
import { byteOrder, encode, packTexts, section, sortedTexts, type Section } from './section.js'

export const isLong = (text: string) => text.length > STRING_BYTES / 3 && Buffer.byteLength(text) > STRING_BYTES

/** The text up to what a bundle holds, no character broken. */
function cut(text: string): string {
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
export function attributeSection(learn: Learn, column: Column, rowOf: Int32Array, ordinal: number): Section {
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

/** The values of a row, as numbers of column.names. */
export function categoryValues(column: Categories, row: number): number[] {
  if (row < 0) return []
  if (column.kind === 'category') return column.values[row]! < 0 ? [] : [column.values[row]!]
  return [...new Set(column.values.subarray(column.offsets[row]!, column.offsets[row + 1]!))]
}

/** Where value v of column.names stands among the section's sorted values. */
export function valuePlaces(column: Categories): Uint32Array {
  const place = new Uint32Array(column.names.length)
  byteOrder(column.names).forEach((value, at) => {
    place[value] = at
  })
  return place
}

/** Equal sets of values are stored once; set 0 is the empty one. */
function encodeCategories(
  learn: Learn,
  column: Categories,
  rowOf: Int32Array,
  nameAt: Pointer,
  nameLength: number,
): Uint8Array {
  const place = valuePlaces(column)
  const sorted = packTexts(sortedTexts(column.names))
  const sets = new Map<string, number>([['', 0]])
  const start = [0, 0]
  const values: number[] = []
  const itemSets = Uint32Array.from(rowOf, (row) => {
    const set = categoryValues(column, row).map((value) => place[value]!)
    const key = set.join()
    let number = sets.get(key)
    if (number === undefined) {
      number = sets.size
      sets.set(key, number)
      values.push(...set)
      start.push(values.length)
    }
    return number
  })
  return learn.with(
    [sorted.bytes, sorted.start, Uint32Array.from(start), Uint32Array.from(values), itemSets],
    (text, textStart, setStart, setValues, sets32) =>
      encode(learn, (out) =>
        learn.run(
          'mt_attribute_encode_categories',
          nameAt,
          nameLength,
          column.kind === 'multi' ? 1 : 0,
          text,
          textStart,
          column.names.length,
          setStart,
          setValues,
          sets.size,
          sets32,
          rowOf.length,
          out,
        ),
      ),
  )
}
