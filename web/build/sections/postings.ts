/** Postings: under each key a list of items with weights. */
import type { Learn, Lists } from '../../learn/learn.js'
import { SECTION } from '../../generated/numbers.js'
import { section, type Section } from './section.js'

/** Lists under each key; entries in any order. Weights of 4 or 8 bits, or 32: as they are. */
export function postingsSection(
  learn: Learn,
  name: string,
  lists: Lists,
  width: number,
  key: number,
  attribute: number,
  bits: number,
  ordinal: number,
): Section {
  const inMemory = learn.putLists(lists, width)
  const byItem = learn.make('mt_make_transpose', inMemory)
  const sorted = learn.make('mt_make_transpose', byItem) // twice round: items ascend within each list
  const [keys, , start, items, weights] = learn.u32(sorted, 5) as unknown as [number, number, number, number, number]
  const out = learn.take(learn.run('mt_postings_bound', keys, lists.items.length))
  const size = learn.run('mt_postings_encode', keys, start, items, weights, key, attribute, bits, out)
  const bytes = learn.u8(out, size).slice()
  learn.drop(out)
  for (const made of [inMemory, byItem, sorted]) learn.run('mt_drop_lists', made)
  return section(SECTION.postings, name, bytes, ordinal)
}
