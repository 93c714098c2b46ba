/**
 * EASE: like item to item, but what a history says is shared out among its items, and an item may speak against another
 * (src/learn/ease.h). On catalogues that are small and met much, where everything is met with everything, it is what still
 * tells people apart; the matrix of all pairs must be inverted, so it is for these alone. Where order tells more, the weights are
 * of what came before to what came next.
 */
import { metItems } from '../popularity.js'
import type { Log } from '../training.js'
import { listsUnderItems } from './postings.js'
import type { Source } from './source.js'

/** Items that were met: the time grows with their third power, some seconds at this many. */
const MOST_ITEMS = 4000

/** … and for weights that say what comes next, which take three times as long. */
export const MOST_IN_ORDER = 2000

export const isSmall = (log: Log, most = MOST_ITEMS): boolean => metItems(log) <= most

export const ease: Source<'ease'> = {
  name: 'ease',
  kind: 'postings',
  role: 'alike',
  possible: ({ training, recipe }) => training !== null && recipe.ease !== null,
  async sections(from, ordinal) {
    from.progress.stage('training weights between items', 0, 1)
    return [
      listsUnderItems(from, 'ease', await from.training!.ease(from.recipe.ease!), ordinal, from.training!.itemUsers),
    ]
  },
}
