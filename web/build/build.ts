/**
 * Building a bundle, in five steps; those after the second again where it came out larger than wanted,
 * or so small that a better one may fit. The same inputs, config
 * and seed give the same bytes, whatever the number of threads.
 */
import { Learn } from '../learn/learn.js'
import type { Config } from './config.js'
import { decide } from './decide.js'
import { finish, type BuiltBundle } from './finish.js'
import { take } from './given.js'
import type { Inputs } from './inputs.js'
import { sectionsOf } from './inspect.js'
import type { Policy } from './policy.js'
import type { Progress } from './progress.js'
import { trainOnEverything } from './train.js'
import { holdOutAndChoose } from './tune/trial.js'
import { merit } from './tune/tune.js'
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
    let fits: BuiltBundle | null = null
    for (let trial = await holdOutAndChoose(given); ;) {
      await workers.close()
      const built = await trainOnEverything(given, trial)
      const decided = await decide(given, built, policy)
      progress.stage('writing the bundle', 0, 1)
      const bundle = await finish(given, trial, built, decided, policy)
      const { bytes } = bundle
      const wanted = config.bytes ?? Infinity
      if (bytes.length <= wanted) fits = better(fits, bundle)
      const other = await trial.other({ bytes: bytes.length, built })
      if (other === null) {
        if (fits === null) progress.say(await tooLarge(bytes, wanted))
        return fits ?? bundle
      }
      progress.say(
        bytes.length > wanted
          ? `${bytes.length} bytes are more than the ${wanted} wanted: building a smaller bundle`
          : `${bytes.length} bytes leave room for more within the ${wanted} wanted: building a larger bundle`,
      )
      trial = other
    }
  } finally {
    await workers.close()
  }
}

/** Of two that fit, the one that brings back more of what was held out. */
function better(one: BuiltBundle | null, other: BuiltBundle): BuiltBundle {
  const merits = [one, other].map((of) => (of?.record.quality ? merit(of.record.quality) : -1))
  return merits[0]! > merits[1]! ? one! : other
}

/** Said of a bundle that is larger than wanted and cannot be smaller, with what it is that takes so much. */
async function tooLarge(bytes: Uint8Array, wanted: number): Promise<string> {
  const kinds = new Map<string, number>()
  for (const { kind, bytes: own } of await sectionsOf(bytes)) kinds.set(kind, (kinds.get(kind) ?? 0) + own)
  const most = [...kinds].toSorted((a, b) => b[1] - a[1]).slice(0, 3)
  const said = most.map(([kind, own]) => `${kind} ${own}`).join(', ')
  return (
    `look: the smallest bundle of this input takes ${bytes.length} bytes, more than the ${wanted} wanted (most of it ${said}); ` +
    `{"bytes": ${bytes.length}} in a config wants so many, "keep" leaves columns out, "search": false the words`
  )
}
