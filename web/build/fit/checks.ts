/** What can be said of `train` before anything is trained. */
import { InputError } from '../../read/index.js'
import type { Config } from '../config.js'
import type { Inputs } from '../inputs.js'

/** Errors: a ranker that is trained beside one that is given, or without features to learn from. */
export function checkTrainedRanker({ ranker }: Inputs, { train, features }: Config): void {
  if (train?.ranker === undefined) return
  const place = { file: 'config', part: 'key "train.ranker"' }
  if (ranker) throw new InputError(place, `"${train.ranker}" beside --ranker`, 'one of them')
  if (features === false)
    throw new InputError(place, `"${train.ranker}" with "features": false`, '"features" that it can learn from')
}
