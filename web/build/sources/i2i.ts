/**
 * Item to item: what people who met one item met as well, held back by how much its people and itself are met anyway
 * (src/learn/neighbours.h). Which exponents, or the cosine, suits the log is chosen by held-out events.
 */
import { listsUnderItems } from './postings.js'
import type { Source } from './source.js'

export const i2i: Source<'i2i'> = {
  name: 'i2i',
  kind: 'postings',
  role: 'alike',
  possible: ({ training }) => training !== null,
  async sections(from, ordinal) {
    from.progress.stage('training neighbours', 0, 1)
    const neighbours = await from.training!.neighbours(from.recipe.neighbours)
    return [listsUnderItems(from, 'i2i', neighbours, ordinal, from.training!.itemUsers)]
  },
}
