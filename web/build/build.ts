/**
 * Building a bundle, in five steps; those after the second again where it came out larger than wanted,
 * or so small that a better one may fit. The same inputs, config
 * and seed give the same bytes, whatever the number of threads, but where the config asks for noise, which is never the same.
 */
import { Learn } from '../learn/learn.js'
import type { Config } from './config.js'
import { decide } from './decide.js'
import { finish, remarks, type BuiltBundle } from './finish.js'
import { take } from './given.js'
import type { Inputs } from './inputs.js'
import { withNoise } from './noise/safe.js'
import type { Policy } from './policy.js'
import type { Progress } from './progress.js'
import { trainOnEverything } from './train.js'
import { takeOverOrChoose } from './previous.js'
import type { Trial } from './tune/trial.js'
import { merit } from './tune/tune.js'
import { Workers } from './workers.js'

/**
 * Builds a bundle. The same inputs, config and seed give the same bytes, but for config key `noise`. Throws InputError or MartelloError where an input,
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
    const told = config.noise === undefined ? progress : once(progress)
    const safe = config.noise === undefined ? inputs : withNoise(learn, inputs, config, told)
    const given = await take(safe, config, seed, learn, workers, told)
    let best: Candidate | null = null
    for (let trial: Trial | null = await takeOverOrChoose(given); trial !== null;) {
      await workers.close()
      const built = await trainOnEverything(given, trial)
      const decided = await decide(given, trial, built, policy)
      progress.stage('writing the bundle', 0, 1)
      const one: Candidate = { trial, bundle: await finish(given, trial, built, decided, policy) }
      const { length } = one.bundle.bytes
      const wanted = config.bytes ?? Infinity
      best = best === null ? one : better(best, one, wanted)
      trial = await trial.other({ bytes: length, built })
      if (trial !== null)
        progress.say(
          length > wanted
            ? `${length} bytes are more than the ${wanted} wanted: building a smaller bundle`
            : `${length} bytes leave room for more within the ${wanted} wanted: building a larger bundle`,
        )
    }
    const { bundle, trial } = best!
    for (const line of await remarks(bundle, trial)) progress.say(line)
    return bundle
  } finally {
    await workers.close()
  }
}

/** Says each line once. */
function once(progress: Progress): Progress {
  const said = new Set<string>()
  const stage: Progress['stage'] = (...how) => progress.stage(...how)
  const say = (line: string) => {
    if (!said.has(line)) progress.say(line)
    said.add(line)
  }
  return { stage, say }
}

interface Candidate {
  trial: Trial
  bundle: BuiltBundle
}

/** Of two bundles the one that fits, of two that fit that which brings back more of what was held out. */
function better(one: Candidate, other: Candidate, wanted: number): Candidate {
  const [mine, its] = [one, other].map(({ bundle }) => bundle.bytes.length) as [number, number]
  if (Math.max(mine, its) > wanted) return mine < its ? one : other
  const [merits, theirs] = [one, other].map(({ trial: { said } }) => (said === null ? -1 : merit(said.together))) as [number, number] // prettier-ignore
  return merits > theirs ? one : other
}
