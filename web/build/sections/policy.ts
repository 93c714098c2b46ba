/** The policy: which sources recall, how much each says, and what events weigh. */
import type { Learn } from '../../learn/learn.js'
import {
  EVENT_BYTES,
  EVENT_NAME_BYTES,
  FUSION,
  NAME_BYTES,
  POLICY_HEAD,
  SECTION,
  SOURCE_BYTES,
} from '../../generated/numbers.js'
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

/** The plan that a section was written from. */
export function policyIn(bytes: Uint8Array): PolicyPlan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [word, float] = [(at: number) => view.getUint32(at, true), (at: number) => view.getFloat32(at, true)]
  const name = (at: number, most: number) => Buffer.from(bytes.subarray(at, at + most)).toString('utf8').replace(/\0.*$/s, '') // prettier-ignore
  const sources = Array.from({ length: word(0) }, (_, i): SourcePlan => {
    const at = POLICY_HEAD + SOURCE_BYTES * i
    return {
      name: name(at, NAME_BYTES),
      kind: view.getUint16(at + 24, true),
      role: view.getUint16(at + 26, true),
      ordinal: word(at + 28),
      quota: word(at + 32),
      last: word(at + 36),
      decay: float(at + 40),
      halfLife: float(at + 44),
      weight: [48, 52, 56, 60].map((of) => float(at + of)) as Weights,
    }
  })
  const events = Array.from({ length: word(4) }, (_, i) => {
    const at = POLICY_HEAD + SOURCE_BYTES * word(0) + EVENT_BYTES * i
    return { name: name(at, EVENT_NAME_BYTES), weight: float(at + EVENT_NAME_BYTES) }
  })
  const [zero, one, none, least] = [20, 24, 28, 32].map(float) as [number, number, number, number]
  const fusion = Object.entries(FUSION).find(([, number]) => number === word(8))![0] as keyof typeof FUSION
  const ratings = { zero, one, none, least }
  return { sources, events, fusion, normRank: word(12), rrfConstant: float(16), ratings, k: word(36), repeats: word(40) === 1 } // prettier-ignore
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
