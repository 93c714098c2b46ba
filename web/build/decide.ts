/** The fourth step: the policy with people's word on it, the features that it allows, and the model that ranks by them. */
import { SECTION } from '../generated/numbers.js'
import { trainedRanker, type TrainedRanker } from './fit/ranker.js'
import type { Given } from './given.js'
import { neuralSections } from './models/neural.js'
import { rankerSections, type RankerPlan } from './models/ranker.js'
import type { Tower } from './models/tower.js'
import { applyPolicy, policyOf, type Policy } from './policy.js'
import { planFeatures, type FeaturePlan } from './sections/features.js'
import type { PolicyPlan } from './sections/policy.js'
import type { Built } from './sources/assemble.js'
import type { Trial } from './tune/trial.js'
import type { Forest } from '../import/trees/trees.js'

export interface Decided {
  policy: PolicyPlan
  /** null: the config wants none. */
  features: FeaturePlan | null
  ranker: RankerPlan | null
  /** What became of a ranker that was to be trained here; null: the config wants none. */
  trained: TrainedRanker | null
}

export async function decide(given: Given, trial: Trial, built: Built, policy: Policy): Promise<Decided> {
  const { catalogue, config, progress } = given
  const decided = applyPolicy(policyOf(built.sources, config, given.weighing, trial.dislikes?.scale), policy)
  const features = planFeatures(config, catalogue, decided.sources)
  const programs = built.sections.filter(({ kind }) => kind === SECTION.program).length
  const learned = await trainedRanker(given, trial, policy)
  const ranker = await rankerFor(given, features, learned?.model ?? given.inputs.ranker ?? null, programs)
  ranker?.remarks.forEach((line) => progress.say(line))
  return { policy: decided, features, ranker, trained: learned?.record ?? null }
}

/** `ordinal`: of its program. */
async function rankerFor(
  given: Given,
  features: FeaturePlan | null,
  ranker: Forest | Tower | null,
  ordinal: number,
): Promise<RankerPlan | null> {
  const { learn, catalogue, config, embeddings, seed } = given
  if (ranker === null) return null
  const names = namesOf(features)
  if (!('graph' in ranker)) return rankerSections(learn, ranker, names, config.ranker)
  return neuralSections(learn, ranker, {
    catalogue,
    embeddings,
    config: config.ranker ?? {},
    seed,
    events: [...given.weighing.events.weights.keys()],
    fields: features === null ? [] : Object.keys(config.context ?? {}),
    features: names,
    ordinal,
  })
}

/** In the order of the columns of `martello features`. */
export const namesOf = (features: FeaturePlan | null): string[] => features?.features.map(({ name }) => name) ?? []
