/** Ids of items, both ways: the id of a number, and the number of an id. */
import type { Learn } from '../../learn/learn.js'
import { SECTION } from '../../generated/numbers.js'
import { encode, packTexts, section, type Section } from './section.js'
import { inRuns, type Texts } from './texts.js'

/** ids[n] is the id of item n; `before`: those of the bundle before, some of which may be gone. */
export function idsSections(learn: Learn, ids: readonly string[], before?: Texts): Section[] {
  const { all, ends } = inRuns(ids, before)
  const numberOf = new Map(ids.map((id, number) => [id, number]))
  const numbers = Uint32Array.from(all, (id) => numberOf.get(id) ?? all.length)
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
