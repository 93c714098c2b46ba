/**
 * A policy file: what people decide over what the builder learned. It changes how sources are weighed and merged, not how
 * they are trained.
 */
import { type Rules } from '../recommender/rules.js'
import { InputError } from '../read/index.js'
import { readJson } from './json.js'
import schema from '../generated/policy.schema.json' with { type: 'json' }
import type { Config } from './config.js'
import { policyAround, DEFAULT_K, type PolicyPlan, type SourcePlan } from './sections/policy.js'
import type { Weighing } from './weighing.js'

/** What people decide: the file of `--policy`. */
export interface Policy {
  /**
   * How many to recommend where a request does not say. Default 20.
   * @integer @minimum 1 @maximum 1000
   */
  shelf?: number
  /** How sources are merged: by normalised scores, or by reciprocal ranks. Default "scores". */
  fusion?: 'scores' | 'ranks'
  /** By the names of sources; what is not said stays as the builder chose it. */
  sources?: Record<
    string,
    {
      /**
       * One, or four: for histories of no, 1 to 4, 5 to 19, and more events. 0: it is silent.
       * @minimum 0 @maximum 1000000
       */
      weight?: number | [number, number, number, number]
      /**
       * Candidates it may bring.
       * @integer @minimum 1 @maximum 1000
       */
      quota?: number
      /**
       * An event with n newer ones counts decay^n.
       * @minimum 0 @maximum 1
       */
      decay?: number
      /**
       * Seconds after which an event counts half; 0: time does not matter.
       * @minimum 0 @maximum 1e12
       */
      halfLife?: number
      /**
       * Only so many of the newest events count; 0: all.
       * @integer @minimum 0 @maximum 1024
       */
      last?: number
    }
  >
  /** What a slate must keep to, and what it should. A request may replace each key. */
  rules?: Rules
}

/** Reads and checks a policy file. */
export const readPolicy = (path: string): Promise<Policy> => readJson<Policy>(path, schema)

/** Whether the config says what events of this name weigh. */
const isSaid = ({ events = {} }: Config, name: string) =>
  Object.keys(events).some((said) => said.toLowerCase() === name)

/** What the builder says of the sources, and what events and ratings weigh; `dislikes`: what dislikes are multiplied by. */
export const policyOf = (
  sources: readonly SourcePlan[],
  config: Config,
  { events, grading }: Weighing,
  dislikes = 1,
): PolicyPlan => ({
  ...policyAround([...sources]),
  events: Array.from(events.weights, ([name, weight]) => ({
    name,
    weight: weight < 0 && !isSaid(config, name) ? dislikes * weight : weight,
  })),
  ratings: grading,
  k: config.shelf ?? DEFAULT_K,
  repeats: config.repeat === true,
})

/** The plan with the policy's word on it. A source that the bundle does not have is refused by name. */
export function applyPolicy(plan: PolicyPlan, policy: Policy): PolicyPlan {
  const names = plan.sources.map((source) => source.name)
  const unknown = Object.keys(policy.sources ?? {}).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new InputError(
      { file: 'policy', part: 'key "sources"' },
      `source "${unknown}"`,
      `one that this bundle has: ${names.join(', ')}`,
    )
  const decide = (source: SourcePlan): SourcePlan => {
    const { weight, ...rest } = policy.sources?.[source.name] ?? {}
    if (weight === undefined) return { ...source, ...rest }
    return { ...source, ...rest, weight: typeof weight === 'number' ? [weight, weight, weight, weight] : weight }
  }
  return {
    ...plan,
    k: policy.shelf ?? plan.k,
    fusion: policy.fusion ?? plan.fusion,
    sources: plan.sources.map(decide),
  }
}
