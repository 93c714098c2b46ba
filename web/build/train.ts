/** The third step, training on everything: the sources as they go into the bundle, each with the last word on its weight. */
import type { Given } from './given.js'
import { hasNew } from './popularity.js'
import type { Weights } from './sections/policy.js'
import { factorsBefore } from './sources/als.js'
import { assemble, type Built, type Say } from './sources/assemble.js'
import { campaignSources } from './sources/campaigns.js'
import type { Source } from './sources/source.js'
import type { SourceName } from './sources/index.js'
import { leftLine } from './single.js'
import { Training, type Log } from './training.js'
import type { Trial } from './tune/trial.js'

/** What keeps new items within reach where tuning, which cannot know them, says nothing; and what tuning silences and a config keeps. */
const WHISPER = 0.05
/** Iterations by which factors of the day before follow a day's events. The next day goes on from there, so more would not make them better,
 * and would move those that nothing happened to. */
const OF_A_DAY = 2

export async function trainOnEverything(given: Given, trial: Trial): Promise<Built> {
  return trainOn(given, trial, given.log, (line) => given.progress.say(line))
}

/** The sources of a bundle, trained on a log that may be without events of the given one: nothing of these is known to it, then. */
export async function trainOn(
  given: Given,
  trial: Trial,
  log: Log | null,
  say: (line: string) => void = () => {},
): Promise<Built> {
  const { learn, workers, catalogue, inputs, progress } = given
  const training = log === null ? null : await Training.of(learn, workers, log, (...how) => progress.stage(...how))
  const { recipe } = trial
  const before = trial.factors === null ? factorsBefore(given, recipe.als.dims) : null
  const start = log?.hidden === undefined ? (trial.factors ?? before ?? undefined) : undefined
  const how =
    before === null ? recipe : { ...recipe, als: { ...recipe.als, warm: Math.min(recipe.als.warm, OF_A_DAY) } }
  // lists that were trained otherwise say something else
  const previous = given.previous && (trial.chosen.age > 0 ? given.previous : { ...given.previous, lists: new Map() })
  const known = { ...given, previous }
  const built = await assemble(known, training, how, (source) => settle(source, given, trial), { start })
  training?.drop()
  if (built.left) say(leftLine(built.left))
  if (inputs.campaigns != null) campaignSources(learn, catalogue, inputs.campaigns, built, say)
  return built
}

/** The last word on a source: what the config says, and that new items stay within reach. */
function settle(source: Source, given: Given, trial: Trial): Say {
  const { config, log, inputs } = given
  if (log === null) {
    const weight = inputs.noise ? (source.withNoise ?? source.withoutLog) : source.withoutLog
    return { weight: withHistory(config.sources?.content === false ? 1 : weight), decay: 1 }
  }
  const said = trial.said?.of.get(source.name) ?? { weight: withHistory(source.untuned), decay: 1 }
  if (said.weight.some((weight) => weight > 0)) return said
  if (config.sources?.[source.name as SourceName] === true)
    return { ...said, weight: withHistory(trial.said === null ? 1 : WHISPER) }
  if (source.knowsNew && hasNew(log)) return { ...said, weight: withHistory(WHISPER) }
  return said
}

/** One weight for every length of history but none. */
const withHistory = (weight = 1): Weights => [0, weight, weight, weight]
