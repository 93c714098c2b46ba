/** Ids of items, both ways: the id of a number, and the number of an id. */
import type { Learn } from '../../learn/learn.js'
import { SECTION } from '../../generated/numbers.js'
import { byteOrder, encode, packTexts, section, type Section } from './section.js'

/** ids[n] is the id of item n. */
export function idsSections(learn: Learn, ids: readonly string[]): Section[] {
  const order = byteOrder(ids)
  const { bytes, start } = packTexts(Array.from(order, (item) => ids[item]!))
  return learn.with([bytes, start, order], (text, starts, numbers) => [
    section(
      SECTION.ids,
      'ids',
      encode(learn, (out) => learn.run('mt_ids_encode', text, starts, numbers, ids.length, out)),
    ),
    section(
      SECTION.places,
      'places',
      encode(learn, (out) => learn.run('mt_places_encode', numbers, ids.length, out)),
    ),
  ])
}
