/** The policy: which sources recall, how much each says, and what events weigh. */
import type { Learn } from '../../learn/learn.js'
import { EVENT_BYTES, FUSION, POLICY_HEAD, SECTION, SOURCE_BYTES } from '../../generated/numbers.js'
import { filled, section, type Section } from './section.js'

/** By length of the history: none, 1 to 4, 5 to 19, 20 and more. */
export type Weights = [number, number, number, number]

export interface SourcePlan {
  name: string
  kind: number
  /** What it says of an item: ROLE. */
  role: number
  ordinal: number
  quota: number
  last: number
  decay: number
  halfLife: number
  weight: Weights
}

/**
 * A rating r weighs (r - zero) / (one - zero), from `least` (default -1) to 1, and `none` says nothing; nor does any where both
 * are the same.
 */
export interface Grading {
  zero: number
  one: number
  none?: number
  /** @minimum -1 @maximum 0 */
  least?: number
}

export const NO_GRADING: Grading = { zero: 0, one: 0 }

/** As src/bundle/policy.h has it. */
export const gradingFloats = ({ zero, one, none = NaN, least = -1 }: Grading): Float32Array =>
  Float32Array.of(zero, one, none, least)

export interface PolicyPlan {
  sources: SourcePlan[]
  events: { name: string; weight: number }[]
  fusion: keyof typeof FUSION
  normRank: number
  rrfConstant: number
  ratings: Grading
  k: number
  /** What a history holds may be recommended again. */
  repeats: boolean
}

export function policySection(learn: Learn, plan: PolicyPlan): Section {
  const size = POLICY_HEAD + SOURCE_BYTES * plan.sources.length + EVENT_BYTES * plan.events.length
  const bytes = filled(learn, size, (out) => {
    learn.with([gradingFloats(plan.ratings)], (ratings) =>
      learn.run(
        'mt_policy_write_head',
        out,
        plan.sources.length,
        plan.events.length,
        FUSION[plan.fusion],
        plan.normRank,
        plan.rrfConstant,
        ratings,
        plan.k,
        +plan.repeats,
      ),
    )
    plan.sources.forEach((source, i) => {
      const name = learn.putText(source.name)
      learn.with([Float32Array.from(source.weight)], (weight) =>
        learn.run(
          'mt_policy_write_source',
          out,
          i,
          name,
          source.kind,
          source.role,
          source.ordinal,
          source.quota,
          source.last,
          source.decay,
          source.halfLife,
          weight,
        ),
      )
      learn.drop(name)
    })
    plan.events.forEach((event, i) => {
      const name = learn.putText(event.name)
      learn.run('mt_policy_write_event', out, i, name, event.weight)
      learn.drop(name)
    })
  })
  return section(SECTION.policy, 'policy', bytes)
}

/** src/bundle/policy.h; how many to recommend where nobody says. */
export const NORM_RANK = 20
const RRF_CONSTANT = 60
export const DEFAULT_K = 20

/** A policy that weighs these sources as the merge's defaults do. */
export const policyAround = (sources: SourcePlan[]): PolicyPlan => ({
  sources,
  events: [],
  fusion: 'scores',
  normRank: NORM_RANK,
  rrfConstant: RRF_CONSTANT,
  ratings: NO_GRADING,
  k: DEFAULT_K,
  repeats: false,
})
