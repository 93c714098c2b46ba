/**
 * Choosing what a policy says: how events fade for each source, and how much each source weighs, by what brings held-out
 * items back. Candidates and their scores come from the device's own core; src/learn/fusion.h searches the weights.
 *
 * The measure is Recall@20 + NDCG@20, which agree on most choices and keep each other honest.
 */
import type { Answers, People, Question } from './answer.js'
import type { Holdout } from './holdout.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { ROLE } from '../../generated/numbers.js'
import { NORM_RANK, type SourcePlan, type Weights } from '../sections/policy.js'
import type { Workers } from '../workers.js'

export interface Figures {
  recall: number
  ndcg: number
}
export const merit = (figures: Figures) => figures.recall + figures.ndcg

export interface Choice {
  decays: number[]
  /** By source and length of history. */
  weights: Weights[]
  alone: Figures[]
  fused: Figures
  /** What was tried and what it brought, for the build record. */
  tried: { what: string; recall: number; ndcg: number }[]
}

export const K = 20
const DECAYS = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
/** Choices about one source alone are coarse; fewer people tell. */
const PEOPLE_FOR_COARSE = 2000
/** A weight that is not worth this much, relative, is 0: its source need not be shipped. */
const GAIN = 0.001
const CANDIDATES = 1000
/** Lengths of history with fewer people than this take the weights that are best for everybody. */
const ENOUGH_PEOPLE = 400
/** A rule of its own for a length of history must be worth this much, relative. */
const RULE_GAIN = 0.01

/** Small parts: what is asked of a person is read, added to a search, and forgotten. */
const PART = 128

/** Asks for all people, a few parts ahead, and hands over the answers in order, so that results do not depend on threads. */
async function eachAnswer(
  workers: Workers,
  question: Omit<Question, 'first' | 'last'>,
  take: (answers: Answers, firstPerson: number) => void,
): Promise<void> {
  const people = question.people.start.length - 1
  const ask = (first: number) =>
    workers.run<Answers>('ask', { ...question, first, last: Math.min(people, first + PART) })
  const ahead: Promise<Answers>[] = []
  let next = 0
  for (let person = 0; person < people; person += PART) {
    for (; next < people && ahead.length <= 2 * workers.count; next += PART) ahead.push(ask(next))
    take(await ahead.shift()!, person)
  }
}

/** The answers of some people, ready for the search of weights. */
class Candidates {
  private readonly fusion: Pointer
  people = 0

  /** `length`: only people with a history of that length class. */
  constructor(
    private readonly learn: Learn,
    sources: number,
    private readonly holdout: Holdout,
    private readonly length?: number,
  ) {
    this.fusion = learn.make('mt_make_fusion', sources, K)
  }

  take(part: Answers, firstPerson: number): void {
    const { start } = this.holdout.people
    for (let p = 0; p + 1 < part.start.length; p++) {
      const person = firstPerson + p
      if (
        this.length === undefined ||
        this.learn.run('mt_length_class', start[person + 1]! - start[person]!) === this.length
      )
        this.add(part, part.start[p]!, part.start[p + 1]!, person)
    }
  }

  private add(part: Answers, first: number, last: number, person: number): void {
    const held = Uint32Array.from(
      new Set(this.holdout.held.subarray(this.holdout.heldStart[person]!, this.holdout.heldStart[person + 1]!)),
    ).sort()
    if (held.length === 0) return
    const count = last - first
    const [scores, ranks] = [part.score, part.rank].map((of) => of.subarray(first * part.sources, last * part.sources))
    this.learn.with([part.item.subarray(first, last), scores!, ranks!, held], (items, score, rank, heldAt) => {
      this.learn.run('mt_fusion_scale', this.fusion, score, rank, count, NORM_RANK)
      this.learn.call('mt_fusion_add', this.fusion, items, score, count, heldAt, held.length, 0)
    })
    this.people++
  }

  measure(weights: readonly number[]): Figures {
    return this.learn.with([Float32Array.from(weights), new Float64Array(2)], (at, out) => {
      this.learn.run('mt_measure_fusion', this.fusion, at, out)
      return this.figures(out)
    })
  }

  search(start: readonly number[]): { weights: number[]; figures: Figures } {
    return this.learn.with([Float32Array.from(start), new Float64Array(2)], (at, out) => {
      this.learn.call('mt_search_fusion', this.fusion, GAIN, at, out)
      return { weights: [...this.learn.f32(at, start.length)], figures: this.figures(out) }
    })
  }

  drop(): void {
    this.learn.run('mt_drop_fusion', this.fusion)
  }

  private figures(out: Pointer): Figures {
    const [recall, ndcg] = this.learn.f64(out, 2) as unknown as [number, number]
    return { recall, ndcg }
  }
}

/** As many of the people, evenly spread, as coarse choices need. */
export function sample(holdout: Holdout, most = PEOPLE_FOR_COARSE): Holdout {
  if (holdout.count <= most) return holdout
  const chosen = Array.from({ length: most }, (_, i) => Math.floor((i * holdout.count) / most))
  const { start, item, weight, time, now } = holdout.people
  const rows = chosen.flatMap((p) => Array.from({ length: start[p + 1]! - start[p]! }, (_, i) => start[p]! + i))
  const starts = (of: Uint32Array) => {
    let sum = 0
    return Uint32Array.from([0, ...chosen.map((p) => (sum += of[p + 1]! - of[p]!))])
  }
  const people: People = {
    start: starts(start),
    item: Uint32Array.from(rows, (row) => item[row]!),
    weight: weight === null ? null : Float32Array.from(rows, (row) => weight[row]!),
    time: time === null ? null : Float64Array.from(rows, (row) => time[row]!),
    now: now === null ? null : Float64Array.from(chosen, (p) => now[p]!),
  }
  const held = chosen.flatMap((p) => [...holdout.held.subarray(holdout.heldStart[p]!, holdout.heldStart[p + 1]!)])
  return {
    train: holdout.train,
    people,
    count: chosen.length,
    heldStart: starts(holdout.heldStart),
    held: Uint32Array.from(held),
  }
}

/** What source s of n brings back by itself, with this decay. */
export async function measureAlone(
  learn: Learn,
  workers: Workers,
  name: string,
  bundle: Uint8Array,
  n: number,
  s: number,
  decay: number,
  holdout: Holdout,
): Promise<Figures> {
  const only = Array.from({ length: n }, (_, other) => Number(other === s))
  const decays = Array.from({ length: n }, (_, other) => (other === s ? decay : 1))
  const candidates = new Candidates(learn, n, holdout)
  await eachAnswer(
    workers,
    { name, bundle, people: holdout.people, k: 2 * K, weights: only, decays },
    (answers, person) => candidates.take(answers, person),
  )
  const figures = candidates.measure(only)
  candidates.drop()
  return figures
}

/**
 * `bundle`, in shared memory, holds all sources with weight 1. Those that say the same to everybody have no decay, and start silent. `timed`: the order of events is known.
 */
export async function tune(
  learn: Learn,
  workers: Workers,
  name: string,
  bundle: Uint8Array,
  sources: readonly Pick<SourcePlan, 'name' | 'role'>[],
  holdout: Holdout,
  timed: boolean,
  say: (line: string) => void,
): Promise<Choice> {
  const n = sources.length
  const faded = sources.map(({ role }) => role !== ROLE.everybody)
  const tried: Choice['tried'] = []
  const some = sample(holdout)
  const decays: number[] = Array.from({ length: n }, () => 1)
  const alone: Figures[] = []
  for (let s = 0; s < n; s++) {
    const measure = async (decay: number): Promise<Figures> => {
      const figures = await measureAlone(learn, workers, name, bundle, n, s, decay, some)
      tried.push({ what: `${sources[s]!.name} alone, decay ${decay}`, ...figures })
      return figures
    }
    let best = await measure(1)
    if (timed && faded[s])
      for (const decay of DECAYS) {
        const figures = await measure(decay)
        if (merit(figures) > merit(best)) {
          best = figures
          decays[s] = decay
        } else if (merit(figures) < 0.97 * merit(best)) break // past the peak
      }
    alone.push(best)
    say(
      `${sources[s]!.name} alone: recall ${best.recall.toFixed(4)}, ndcg ${best.ndcg.toFixed(4)}${timed && faded[s] ? `, decay ${decays[s]}` : ''}`,
    )
  }
  const strongest = Math.max(...alone.map(merit), 1e-9)
  const start: number[] = alone.map((figures, s) => (faded[s] ? merit(figures) / strongest : 0) as number)
  if (!start.some((weight) => weight > 0)) start.fill(1)
  const everybody = new Candidates(learn, n, holdout)
  const byLength = [1, 2, 3].map((length) => ({ length, candidates: new Candidates(learn, n, holdout, length) }))
  const question = {
    name,
    bundle,
    people: holdout.people,
    k: CANDIDATES,
    weights: Array.from({ length: n }, () => 1),
    decays,
  }
  await eachAnswer(workers, question, (answers, person) => {
    everybody.take(answers, person)
    for (const { candidates } of byLength) candidates.take(answers, person)
  })
  const all = everybody.search(start)
  everybody.drop()
  tried.push({ what: 'together', ...all.figures })
  const weights = all.weights.map((weight): Weights => [0, weight, weight, weight])
  for (const { length, candidates } of byLength) {
    const before = candidates.measure(all.weights)
    const better = candidates.search(all.weights)
    candidates.drop()
    if (candidates.people < ENOUGH_PEOPLE || merit(better.figures) < merit(before) * (1 + RULE_GAIN)) continue
    better.weights.forEach((weight, s) => {
      weights[s]![length] = weight
    })
    tried.push({ what: `together, histories of length class ${length}`, ...better.figures })
  }
  return { decays, weights, alone, fused: all.figures, tried }
}
