/** Lists of a section of postings one by one, as they are cut into parts; web/lists/postings.ts joins those. */
import { cut, type Entries, type Postings } from '../../lists/postings.js'

export const NO_ENTRIES: Entries = { step: 0, places: new Uint32Array(), codes: new Uint32Array(), marks: new Uint8Array() } // prettier-ignore

/** Of each key, one after the other. */
export function* listsOf(postings: Postings): Generator<Entries> {
  const all = postings.all()
  for (let key = 0; key < postings.keys; key++)
    yield cut({ ...all, step: all.steps[key]! }, all.start[key]!, all.start[key + 1]!)
}

/** A section of these lists, with what all lists of `like` share. */
export function postingsOf(like: Postings, lists: readonly Entries[]): Uint8Array {
  const out = like.writer(lists.length)
  for (const { step, places, codes, marks } of lists) out.list(step, places, codes, marks, places.length)
  return out.section()
}

/** Those of places below a number. */
export function below({ step, places, codes, marks }: Entries, bound: number): Entries {
  const end = places.findIndex((place) => place >= bound)
  return end < 0 ? { step, places, codes, marks } : cut({ step, places, codes, marks }, 0, end)
}

/** The same with places that `to` brings into another order; -1: nowhere. */
export function renumbered({ step, places, codes, marks }: Entries, to: Int32Array): Entries {
  const at = (i: number) => to[places[i]!]!
  const order = [...places.keys()].filter((i) => at(i) >= 0).sort((a, b) => at(a) - at(b))
  return {
    step,
    places: Uint32Array.from(order, at),
    codes: Uint32Array.from(order, (i) => codes[i]!),
    marks: marks.length === 0 ? marks : Uint8Array.from(order, (i) => marks[i]!),
  }
}
