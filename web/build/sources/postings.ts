/** What sources of postings share: lists under each item, or one for everybody. */
import type { Lists } from '../../learn/learn.js'
import { heaviest } from '../../learn/lists.js'
import { KEY } from '../../generated/numbers.js'
import { postingsSection } from '../sections/postings.js'
import type { OldLists } from '../sections/staying.js'
import type { Recipe } from '../recipe.js'
import type { Section } from '../sections/section.js'
import type { Materials } from './source.js'

type Needs = Pick<Materials, 'learn' | 'catalogue' | 'recipe' | 'previous'>

/** Under each item of the history what goes with it. `met`: how often each is, where lists may be of the bundle before. */
export function listsUnderItems(
  from: Needs,
  name: string,
  lists: Lists,
  ordinal: number,
  met: ArrayLike<number> | null = null,
): Section {
  const { learn, catalogue, recipe } = from
  const kept = shortened(lists, name, recipe)
  const old = oldLists(from, name, met)
  return postingsSection(learn, name, kept, catalogue.ids.length, KEY.item, 0, recipe.weightBits, ordinal, old)
}

/** The lists of that name in the bundle before. `met`: how often each key is, where lists that moved may stay. */
export function oldLists(
  { previous, catalogue }: Pick<Materials, 'previous' | 'catalogue'>,
  name: string,
  met: ArrayLike<number> | null = null,
): OldLists | undefined {
  const bytes = previous?.lists.get(name)
  return bytes && { bytes, items: previous!.ids.length, withdrawn: catalogue.withdrawn, taken: catalogue.taken, met }
}

/** As long as the recipe keeps the lists of that source. */
export function shortened(lists: Lists, name: string, { lengths }: Recipe): Lists {
  const most = lengths[name]
  return most === undefined ? lists : heaviest(lists, most)
}

const LONGEST = 500
/** One list costs little: its weights stay as they are. */
export const BITS = 32

/** The items with the highest value above 0, the same for everybody. */
export function listForAll(from: Needs, name: string, value: ArrayLike<number>, ordinal: number): Section {
  const { learn, catalogue } = from
  return postingsSection(learn, name, best(value), catalogue.ids.length, KEY.one, 0, BITS, ordinal)
}

export function best(value: ArrayLike<number>): Lists {
  const order = Array.from({ length: value.length }, (_, item) => item).filter((item) => value[item]! > 0)
  order.sort((a, b) => value[b]! - value[a]! || a - b)
  const items = Uint32Array.from(order.slice(0, LONGEST))
  return {
    keys: 1,
    start: Uint32Array.of(0, items.length),
    items,
    weights: Float32Array.from(items, (item) => value[item]!),
  }
}
