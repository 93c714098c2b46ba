/** What can be said of `train` before anything is trained. */
import { InputError, type Interactions } from '../../read/index.js'
import type { Config } from '../config.js'
import type { Inputs } from '../inputs.js'
import type { TowerTraining } from './config.js'
import { checkTargets } from './targets.js'
import { towerPlan } from './tower.js'
import { checkValues, checkWeights } from './weights.js'

/** What a tower is made of that is drawn here. */
const DRAWN = ['width', 'length', 'blocks', 'heads', 'hidden', 'drop', 'filter'] as const

/**
 * Errors: keys that would do nothing, a width that the heads do not divide, nothing to train on, shares of negatives that are more than
 * all, and weights that are none.
 */
export function checkTrainedTower({ tower, items }: Inputs, { train }: Config): void {
  if (train?.tower === undefined) return
  const { kind, width, heads, loss, mixed, hard, weights } = towerPlan(train.tower)
  if (kind === 'finetune' && tower == null)
    throw new InputError(
      { file: 'config', part: 'key "train.tower"' },
      '"finetune" and no tower',
      '--user-tower, with the --embeddings that it is compared with',
    )
  const { tower: asked } = train
  const said: Partial<TowerTraining> = typeof asked === 'string' ? {} : asked
  const idle = kind === 'finetune' ? DRAWN.find((key) => said[key] !== undefined) : undefined
  if (idle !== undefined)
    throw new InputError(
      { file: 'config', part: `key "train.tower.${idle}"` },
      `${said[idle]} of "finetune"`,
      'no such key: the tower that is given says what it is made of',
    )
  if (loss === 'ccl' && said.temperature !== undefined)
    throw new InputError(
      { file: 'config', part: 'key "train.tower.temperature"' },
      `${said.temperature} beside "loss": "ccl"`,
      'one of them: "ccl" takes cosines as they are',
    )
  if (width % heads !== 0)
    throw new InputError(
      { file: 'config', part: 'key "train.tower.heads"' },
      `${heads} heads of ${width} numbers`,
      'a number that divides the width',
    )
  if (mixed + hard > 1)
    throw new InputError(
      { file: 'config', part: 'key "train.tower.mixed"' },
      `${mixed} beside "hard": ${hard}`,
      'shares of the negatives that are 1 at most together',
    )
  if (loss === 'full' && mixed + hard > 0)
    throw new InputError(
      { file: 'config', part: 'key "train.tower.loss"' },
      '"full" beside "mixed" or "hard"',
      'one of them: "full" compares with all items',
    )
  if (kind === 'finetune' && loss === 'ccl')
    throw new InputError(
      { file: 'config', part: 'key "train.tower.loss"' },
      '"ccl" of a tower whose vectors are compared as they came',
      '"softmax", "full", "bpr" or "gbce"',
    )
  checkWeights(weights, items)
}

/** Errors: a log that does not say what its events are worth, of a tower that is told. */
export function checkTrainedLog(interactions: Interactions | null, { train }: Config): void {
  if (train?.tower !== undefined && interactions !== null) checkValues(interactions, towerPlan(train.tower).weights)
}

/** Errors: bytes to be divided, which do not know of a tree. */
export function checkTrainedRetriever({ train, bytes }: Config): void {
  if (train?.retriever === undefined || bytes === undefined) return
  throw new InputError(
    { file: 'config', part: 'key "train.retriever"' },
    `"${train.retriever}" beside "bytes"`,
    'one of them',
  )
}

/** Errors: a ranker that is trained beside one that is given, or without features to learn from, and targets that there are not. */
export function checkTrainedRanker({ ranker, interactions }: Inputs, { train, features }: Config): void {
  if (train !== undefined) checkTargets(train, interactions)
  if (train?.ranker === undefined) return
  const place = { file: 'config', part: 'key "train.ranker"' }
  if (ranker) throw new InputError(place, `"${train.ranker}" beside --ranker`, 'one of them')
  if (features === false)
    throw new InputError(place, `"${train.ranker}" with "features": false`, '"features" that it can learn from')
}
