/** Sections of so many bytes an item (src/bundle/popularity.h, repeats.h) of several bundles: one behind the other, or some rows of them. */
import { MartelloError } from '../recommender/errors.js'
import { POPULARITY_TABLE, REPEATS_BYTES, SECTION } from '../generated/numbers.js'
import type { Picked } from './vectors.js'

/** By kind: what is in front of the rows, which all have alike, and the bytes of a row. */
export const ROWS: Readonly<Record<number, { front: number; width: number }>> = {
  [SECTION.popularity]: { front: POPULARITY_TABLE, width: 1 },
  [SECTION.repeats]: { front: 0, width: REPEATS_BYTES },
}

function rowsIn(bytes: Uint8Array, items: number, kind: number): Uint8Array {
  const { front, width } = ROWS[kind]!
  if (bytes.length !== front + width * items)
    throw new MartelloError(`lists: found ${bytes.length} bytes of kind ${kind}, expected ${front + width * items} for ${items} items`) // prettier-ignore
  return bytes.subarray(front)
}

export function joinedRows(parts: readonly Uint8Array[], items: readonly number[], kind: number): Uint8Array {
  const rows = parts.map((bytes, i) => rowsIn(bytes, items[i]!, kind))
  const { front } = ROWS[kind]!
  const out = new Uint8Array(rows.reduce((sum, { length }) => sum + length, front))
  out.set(parts[0]!.subarray(0, front))
  let at = front
  for (const one of rows) {
    out.set(one, at)
    at += one.length
  }
  return out
}

export function pickedRows({ parts, items, of, rows }: Picked, kind: number): Uint8Array {
  const all = parts.map((bytes, i) => rowsIn(bytes, items[i]!, kind))
  const { front, width } = ROWS[kind]!
  const out = new Uint8Array(front + width * rows.length)
  out.set(parts[0]!.subarray(0, front))
  rows.forEach((row, i) => out.set(all[of[i]!]!.subarray(width * row, width * (row + 1)), front + width * i))
  return out
}
