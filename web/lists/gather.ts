/**
 * Rows of bundles that are coded alike, as one list: what a shard answers with, and what of all their answers is put beside a root. A list
 * is a bundle without a policy, which join.ts joins to the root.
 */
import { MartelloError } from '../recommender/errors.js'
import { SECTION } from '../generated/numbers.js'
import { bitsOf, pack, packedBytes, unpacked } from './bits.js'
import { pickedColumn } from './columns.js'
import type { Container, Part } from './container.js'
import { pickedRows, ROWS } from './rows.js'
import { stringsIn, tableIn, tableOf } from './strings.js'
import { pickedBase, pickedLayer, pickedSpace, type Picked } from './vectors.js'

/** A row of a bundle, with its id. */
export interface Row {
  of: Container
  row: number
  id: Uint8Array
}

/** The ids of a list, by row. Throws where they do not fit its bytes. */
export function idsIn(list: Container): Uint8Array[] {
  const part = list.parts.find(({ kind }) => kind === SECTION.ids)
  if (part === undefined) throw new MartelloError('lists: found a list without ids')
  const table = tableIn(part.bytes)
  const places = unpacked(part.bytes.subarray(table.length), bitsOf(table.count), list.items)
  const strings = stringsIn(table)
  return Array.from(places, (place) => {
    const id = strings[place]
    if (id === undefined) throw new MartelloError(`lists: found an id at ${place} of ${strings.length}`)
    return id
  })
}

/** Sections of a list; the others are the root's alone. */
const KINDS: readonly number[] = [
  SECTION.ids,
  SECTION.space,
  SECTION.base,
  SECTION.layer,
  SECTION.attribute,
  ...Object.keys(ROWS).map(Number),
]

/** `like`: a bundle whose sections say what a list has. No id comes twice. */
export function gathered(like: Container, rows: readonly Row[]): Container {
  const bundles = new Map<Container, number>()
  for (const { of } of rows) if (!bundles.has(of)) bundles.set(of, bundles.size)
  const from = [...bundles.keys()]
  const which = {
    items: from.map(({ items }) => items),
    of: Uint32Array.from(rows, ({ of }) => bundles.get(of)!),
    rows: Uint32Array.from(rows, ({ row }) => row),
  }
  const picked = (part: Part): Picked => ({ ...which, parts: from.map((one) => sectionIn(one, part)) })
  const parts: Part[] = []
  for (const part of like.parts.filter(({ kind }) => KINDS.includes(kind))) {
    const made = (bytes: Uint8Array) => parts.push({ ...part, bytes })
    if (part.kind === SECTION.ids) made(idsOf(rows.map(({ id }) => id)))
    else if (part.kind === SECTION.base) made(pickedBase(picked(part)))
    else if (part.kind === SECTION.layer) made(pickedLayer(picked(part)))
    else if (part.kind === SECTION.attribute) made(pickedColumn(picked(part)))
    else if (part.kind in ROWS) made(pickedRows(picked(part), part.kind))
    else made(new Uint8Array()) // a space, of whose base below
  }
  const filled = parts.map((part) => {
    if (part.kind !== SECTION.space) return part
    const own = parts.find(({ kind, ordinal }) => kind === SECTION.base && ordinal === part.ordinal)!
    return { ...part, bytes: pickedSpace(picked(part), own.bytes) }
  })
  return { items: rows.length, parts: filled }
}

function sectionIn({ parts }: Container, like: Part): Uint8Array {
  const found = parts.find(
    ({ kind, ordinal, part }) => kind === like.kind && ordinal === like.ordinal && part === like.part,
  )
  if (found === undefined)
    throw new MartelloError(`lists: found none of kind ${like.kind}, expected one as in its root`)
  return found.bytes
}

/** Where the numbers go back to ids follows from it (src/bundle/ids.h). */
function idsOf(ids: readonly Uint8Array[]): Uint8Array {
  const order = Uint32Array.from(ids.keys()).sort((a, b) => compare(ids[a]!, ids[b]!))
  const table = tableOf(
    Array.from(order, (one) => ids[one]!),
    true,
  )
  const rank = new Uint32Array(ids.length)
  order.forEach((one, place) => (rank[one] = place))
  const bits = bitsOf(ids.length)
  const out = new Uint8Array(table.length + packedBytes(ids.length, bits))
  out.set(table)
  pack(out.subarray(table.length), rank, bits)
  return out
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length)
  for (let i = 0; i < most; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}
