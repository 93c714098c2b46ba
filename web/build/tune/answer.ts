/**
 * Asking a bundle what it would recommend to many people, through the very core that a device runs: what every source says
 * of every candidate, in the learning core's memory, where weights are tried on it (src/learn/fusion.h).
 */
import { coreOf } from '../core.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import type { TuningCore } from '../../recommender/tuning.js'
import { NORM_RANK } from '../sections/policy.js'

/** Histories one after the other: person p's events are start[p] .. start[p + 1], oldest first. In memory that threads see. */
export interface People {
  start: Uint32Array
  item: Uint32Array
  weight: Float32Array | null
  time: Float64Array | null
  /** When each person is asked, in seconds; null: at their newest event. */
  now: Float64Array | null
}

/** Places that count. */
export const K = 20

export interface Question {
  /** The bundle, in memory that threads see, and its name: a worker opens it once. */
  name: string
  bundle: Uint8Array
  people: People
  /** Person p's hidden items: held[heldStart[p]] .. */
  heldStart: Uint32Array
  held: Uint32Array
  first: number
  last: number
  /** Candidates of each person. */
  k: number
  /** Overrides by source; NaN leaves the policy's. */
  weights?: number[]
  decays?: number[]
}

let opened: { name: string; core: TuningCore } | undefined

async function open(name: string, bundle: Uint8Array): Promise<TuningCore> {
  if (opened?.name !== name) opened = { name, core: await coreOf(bundle, opened?.core) }
  return opened.core
}

/** A fusion of the people of the range. */
export async function answer(learn: Learn, question: Question): Promise<Pointer> {
  const { people, first, last, weights, decays } = question
  const core = await open(question.name, question.bundle)
  const sources = core.sources.length
  const k = Math.min(question.k, core.items)
  const fusion = learn.make('mt_make_fusion', sources, K)
  const [itemsAt, scoresAt, ranksAt] = [learn.take(4 * k), learn.take(4 * k * sources), learn.take(2 * k * sources)]
  const [items, scores] = [learn.u32(itemsAt, k), learn.f32(scoresAt, k * sources)]
  const ranks = learn.u16(ranksAt, k * sources)
  for (let person = first; person < last; person++) {
    const held = heldOf(question, person)
    if (held.length === 0) continue
    core.begin()
    tell(core, people, person)
    weights?.forEach((weight, s) => {
      if (!Number.isNaN(weight)) core.setWeight(s, weight)
    })
    decays?.forEach((decay, s) => {
      if (!Number.isNaN(decay)) core.setDecay(s, decay)
    })
    let count = 0
    core.eachPick(k, (picked, score, rank) => {
      items[count] = picked
      scores.set(score, count * sources)
      ranks.set(rank, count * sources)
      count++
    })
    const length = learn.run('mt_length_class', people.start[person + 1]! - people.start[person]!)
    learn.run('mt_fusion_scale', fusion, scoresAt, ranksAt, count, NORM_RANK)
    learn.with([held], (heldAt) =>
      learn.call('mt_fusion_add', fusion, length, itemsAt, scoresAt, count, heldAt, held.length, 0),
    )
  }
  learn.drop(itemsAt, scoresAt, ranksAt)
  return fusion
}

/** Ascending, each once. */
function heldOf({ held, heldStart }: Question, person: number): Uint32Array {
  return Uint32Array.from(new Set(held.subarray(heldStart[person]!, heldStart[person + 1]!))).sort()
}

function tell(core: TuningCore, { start, item, weight, time, now }: People, person: number): void {
  for (let e = start[person]!; e < start[person + 1]!; e++) core.addEvent(item[e]!, weight?.[e] ?? 1, time?.[e] ?? NaN)
  if (now !== null) core.setNow(now[person]!)
}
