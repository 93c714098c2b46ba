/**
 * Next: what people met soon after an item, in that direction, the sooner the heavier (src/learn/transitions.h). Order pays
 * more than depth where a log has times.
 */
import { listsUnderItems } from './postings.js'
import type { Source } from './source.js'

export const next: Source<'next'> = {
  name: 'next',
  kind: 'postings',
  role: 'next',
  untuned: 0.5,
  possible: ({ training }) => training !== null && training.log.time !== null,
  async sections(from, ordinal) {
    from.progress.stage('training next items', 0, 1)
    const lists = await from.training!.transitions(from.recipe.transitions)
    return [listsUnderItems(from, 'next', lists, ordinal, from.training!.itemUsers)]
  },
}
