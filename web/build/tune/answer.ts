/**
 * Asking a bundle what it would recommend to many people, through the very core that a device runs. Tuning reads what
 * every source says of every candidate; evaluation reads the slates.
 */
import type { TuningCore } from '../../recommender/tuning.js'
import { coreOf } from '../core.js'

/** Histories one after the other: person p's events are start[p] .. start[p + 1], oldest first. */
export interface People {
  start: Uint32Array
  item: Uint32Array
  weight: Float32Array | null
  time: Float64Array | null
  /** When each person is asked, in seconds; null: at their newest event. */
  now: Float64Array | null
}

export interface Question {
  /** The bundle, in shared memory, and its name: a worker opens it once. */
  name: string
  bundle: Uint8Array
  people: People
  first: number
  last: number
  k: number
  /** Overrides by source; NaN leaves the policy's. */
  weights?: number[]
  decays?: number[]
}

/** What each person of the range was answered; candidate c's sources are c · sources and on. */
export interface Answers {
  sources: number
  start: Uint32Array
  item: Uint32Array
  score: Float32Array
  rank: Uint16Array
}

let opened: { name: string; core: TuningCore } | undefined

async function open(name: string, bundle: Uint8Array): Promise<TuningCore> {
  if (opened?.name !== name) opened = { name, core: await coreOf(bundle) }
  return opened.core
}

export async function answer(question: Question): Promise<Answers> {
  const core = await open(question.name, question.bundle)
  const sources = core.sources.length
  const { start, item, weight, time, now } = question.people
  const people = question.last - question.first
  const most = people * Math.min(question.k, core.items)
  const answers: Answers = {
    sources,
    start: new Uint32Array(people + 1),
    item: new Uint32Array(most),
    score: new Float32Array(most * sources),
    rank: new Uint16Array(most * sources),
  }
  let count = 0
  for (let person = question.first; person < question.last; person++) {
    core.begin()
    for (let e = start[person]!; e < start[person + 1]!; e++)
      core.addEvent(item[e]!, weight?.[e] ?? 1, time?.[e] ?? NaN)
    if (now !== null) core.setNow(now[person]!)
    question.weights?.forEach((weight, s) => {
      if (!Number.isNaN(weight)) core.setWeight(s, weight)
    })
    question.decays?.forEach((decay, s) => {
      if (!Number.isNaN(decay)) core.setDecay(s, decay)
    })
    core.eachPick(question.k, (picked, score, rank) => {
      answers.item[count] = picked
      answers.score.set(score, count * sources)
      answers.rank.set(rank, count * sources)
      count++
    })
    answers.start[person - question.first + 1] = count
  }
  return {
    ...answers,
    item: answers.item.slice(0, count),
    score: answers.score.slice(0, count * sources),
    rank: answers.rank.slice(0, count * sources),
  }
}
