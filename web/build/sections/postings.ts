/** Postings: under each key a list of items with weights. */
import type { Learn, Lists, Pointer } from '../../learn/learn.js'
import { KEY, SECTION } from '../../generated/numbers.js'
import { section, type Section } from './section.js'

/** Lists under each key; entries in any order. Weights of 4 or 8 bits, or 32: as they are. Those below 0 get a mark. */
export function postingsSection(
  learn: Learn,
  name: string,
  lists: Lists,
  width: number,
  key: number,
  attribute: number,
  bits: number,
  ordinal: number,
  old?: OldLists,
): Section {
  const like = old === undefined ? { lists, scale: 0 } : kept(learn, old, lists, bits)
  const inMemory = learn.putLists(like.lists, width)
  const byItem = learn.make('mt_make_transpose', inMemory)
  const sorted = learn.make('mt_make_transpose', byItem) // twice round: items ascend within each list
  const [keys, , start, items, weights] = learn.u32(sorted, 5) as unknown as [number, number, number, number, number]
  const out = learn.take(learn.run('mt_postings_bound', keys, like.lists.items.length))
  const marks = like.lists.weights.some((weight) => weight < 0) ? takeSigns(learn, weights, like.lists.items.length) : 0
  const form = [key, attribute, bits, Number(marks !== 0)]
  const size = learn.run('mt_postings_encode_marked', keys, start, items, weights, marks, ...form, like.scale, out)
  const bytes = learn.u8(out, size).slice()
  learn.drop(out)
  if (marks !== 0) learn.drop(marks)
  for (const made of [inMemory, byItem, sorted]) learn.run('mt_drop_lists', made)
  return section(SECTION.postings, name, bytes, ordinal)
}

/** A section of the day before, and how many items its bundle has. */
export interface OldLists {
  bytes: Uint8Array
  items: number
}

/** How much of a list's weight may have moved for the old one to stay. */
const MOVED = 0.05
/** By how much the largest weight may be above the old scale, which then cuts it off. */
const ABOVE = 1.05

/**
 * Lists under items that hardly changed as they were, the others as they are; coded by the old scale, so that those have the bytes that
 * they had.
 */
function kept(learn: Learn, { bytes, items }: OldLists, lists: Lists, bits: number): { lists: Lists; scale: number } {
  const head = new DataView(bytes.buffer, bytes.byteOffset, 32)
  const [scale, oldBits, isOfItems] = [head.getFloat32(16, true), head.getUint32(12, true), head.getUint32(4, true) === KEY.item] // prettier-ignore
  const largest = lists.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  if (!isOfItems || oldBits !== bits || bits === 32 || largest > ABOVE * scale) return { lists, scale: 0 }
  const before = learn.with([bytes], (at) => learn.makeLists('mt_make_lists_of', at, bytes.length, items))
  const cut = (weight: number) => Math.max(-scale, Math.min(scale, weight))
  const start = new Uint32Array(lists.keys + 1)
  const room = lists.items.length + before.items.length
  const [itemsOf, weightsOf] = [new Uint32Array(room), new Float32Array(room)]
  let count = 0
  for (let key = 0; key < lists.keys; key++) {
    const of = key < before.keys && hardlyMoved(before, lists, key) ? before : lists
    for (let e = of.start[key]!; e < of.start[key + 1]!; e++) {
      itemsOf[count] = of.items[e]!
      weightsOf[count++] = cut(of.weights[e]!)
    }
    start[key + 1] = count
  }
  return {
    lists: { keys: lists.keys, start, items: itemsOf.slice(0, count), weights: weightsOf.slice(0, count) },
    scale,
  }
}

function hardlyMoved(before: Lists, lists: Lists, key: number): boolean {
  const old = new Map<number, number>()
  for (let e = before.start[key]!; e < before.start[key + 1]!; e++) old.set(before.items[e]!, before.weights[e]!)
  let [moved, whole] = [0, 0]
  for (let e = lists.start[key]!; e < lists.start[key + 1]!; e++) {
    const [item, weight] = [lists.items[e]!, lists.weights[e]!]
    moved += Math.abs(weight - (old.get(item) ?? 0))
    whole += Math.abs(weight)
    old.delete(item)
  }
  for (const weight of old.values()) moved += Math.abs(weight)
  return whole > 0 && moved <= MOVED * whole
}

/** Makes all weights positive; a mark for each that was below 0. */
function takeSigns(learn: Learn, weights: Pointer, count: number): Pointer {
  const signed = learn.f32(weights, count)
  const marks = Uint8Array.from(signed, (weight) => Number(weight < 0))
  signed.forEach((weight, entry) => (signed[entry] = Math.abs(weight)))
  return learn.put(marks)
}
