/** Postings: under each key a list of items with weights. */
import type { Learn, Lists, Pointer } from '../../learn/learn.js'
import { SECTION } from '../../generated/numbers.js'
import { section, type Section } from './section.js'
import { staying, type OldLists } from './staying.js'

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
  const like = staying(learn, old, lists, key, bits)
  return section(SECTION.postings, name, encodedLists(learn, like.lists, width, { key, attribute, bits }, like.scale), ordinal) // prettier-ignore
}

/** The bytes of a section; no weight of it is larger than `scale`, or than its largest. */
export function encodedLists(
  learn: Learn,
  lists: Lists,
  width: number,
  { key, attribute, bits }: { key: number; attribute: number; bits: number },
  scale: number,
): Uint8Array {
  const inMemory = learn.putLists(lists, width)
  const byItem = learn.make('mt_make_transpose', inMemory)
  const sorted = learn.make('mt_make_transpose', byItem) // twice round: items ascend within each list
  const [keys, , start, items, weights] = learn.u32(sorted, 5) as unknown as [number, number, number, number, number]
  const out = learn.take(learn.run('mt_postings_bound', keys, lists.items.length))
  const marks = lists.weights.some((weight) => weight < 0) ? takeSigns(learn, weights, lists.items.length) : 0
  const form = [key, attribute, bits, Number(marks !== 0)]
  const size = learn.run('mt_postings_encode_marked', keys, start, items, weights, marks, ...form, scale, out)
  const bytes = learn.u8(out, size).slice()
  learn.drop(out)
  if (marks !== 0) learn.drop(marks)
  for (const made of [inMemory, byItem, sorted]) learn.run('mt_drop_lists', made)
  return bytes
}

/** Makes all weights positive; a mark for each that was below 0. */
function takeSigns(learn: Learn, weights: Pointer, count: number): Pointer {
  const signed = learn.f32(weights, count)
  const marks = Uint8Array.from(signed, (weight) => Number(weight < 0))
  signed.forEach((weight, entry) => (signed[entry] = Math.abs(weight)))
  return learn.put(marks)
}
