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
  sections(from, ordinal) {
    from.progress.stage('training next items', 0, 1)
    const { window, decay, key, target, top } = from.recipe.transitions
    const lists = from.training!.withLog((log) =>
      from.learn.makeLists('mt_make_transitions', log, window, decay, key, target, top),
    )
    return [listsUnderItems(from, 'next', lists, ordinal)]
  },
}
