/** Building a bundle, in five steps. The same inputs, config and seed give the same bytes, whatever the number of threads. */
import { Learn } from '../learn/learn.js'
import type { Config } from './config.js'
import { decide } from './decide.js'
import { finish, type BuiltBundle } from './finish.js'
import { take } from './given.js'
import type { Inputs } from './inputs.js'
import type { Policy } from './policy.js'
import type { Progress } from './progress.js'
import { trainOnEverything } from './train.js'
import { holdOutAndChoose } from './tune/trial.js'
import { Workers } from './workers.js'

/**
 * Builds a bundle. The same inputs, config and seed give the same bytes. Throws InputError or MartelloError where an input,
 * the config or the policy is wrong. What was chosen, and the figures that made it so, are in the build record, and
 * `progress` is told of them.
 */
export async function build(
  inputs: Inputs,
  config: Config,
  seed: number,
  progress: Progress,
  policy: Policy = {},
): Promise<BuiltBundle> {
  const learn = await Learn.start()
  const workers = new Workers(learn, config.threads)
  try {
    const given = await take(inputs, config, seed, learn, workers, progress)
    const trial = await holdOutAndChoose(given)
    await workers.close()
    const built = await trainOnEverything(given, trial)
    const decided = await decide(given, built, policy)
    return await finish(given, trial, built, decided, policy)
  } finally {
    await workers.close()
  }
}
