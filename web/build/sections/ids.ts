/** Ids of items, both ways: the id of a number, and the number of an id. */
import type { Learn } from '../../learn/learn.js'
import { SECTION } from '../../generated/numbers.js'
import { encode, packTexts, section, type Section } from './section.js'
import { MartelloError } from '../../recommender/errors.js'
import { inRuns, numbersOf, readTexts, type Texts } from './texts.js'

/** ids[n] is the id of item n; `before`: those of the bundle before, some of which may be gone; `numberOf`: the other way round. */
export function idsSections(
  learn: Learn,
  ids: readonly string[],
  before?: Texts,
  numberOf: ReadonlyMap<string, number> = numbersOf(ids),
): Section[] {
  const { all, ends } = inRuns(ids, before, 0, numberOf)
  const numbers = new Uint32Array(all.length).map((_, place) => numberOf.get(all[place]!) ?? all.length)
  const { bytes, start } = packTexts(all)
  return learn.with([bytes, start, Uint32Array.from(ends), numbers], (text, starts, endsAt, numbersAt) => [
    section(
      SECTION.ids,
      'ids',
      encode(learn, (out) =>
        learn.run('mt_ids_encode', text, starts, all.length, endsAt, ends.length, numbersAt, ids.length, out),
      ),
    ),
    section(
      SECTION.places,
      'places',
      encode(learn, (out) => learn.run('mt_places_encode', numbersAt, all.length, out)),
    ),
  ])
}

/** What a section says: the texts, and the id of each of so many items. Errors: one that is broken, which no gate looks at. */
export function readIds(bytes: Uint8Array, items: number): { ids: string[]; texts: Texts } {
  const { all, ends, end } = readTexts(bytes, 0)
  const bits = all.length.toString(2).length // as wide as the number of texts
  const ids: string[] = []
  for (let item = 0, bit = 8 * end; item < items; item++) {
    let place = 0
    for (let b = 0; b < bits; b++, bit++) place |= ((bytes[bit >> 3]! >> (bit & 7)) & 1) << b
    const id = all[place]
    if (id === undefined)
      throw new MartelloError(`ids: found item ${item} at place ${place}, expected one of ${all.length}`)
    ids.push(id)
  }
  return { ids, texts: { all, ends } }
}
