/**
 * Choosing what a policy says: how events fade for each source, and how much each source weighs, by what brings held-out
 * items back. Candidates and their scores come from the device's own core; src/learn/fusion.h searches the weights.
 *
 * The measure is Recall@20 + NDCG@20, which agree on most choices and keep each other honest.
 */
import type { Answers, People, Question } from './answer.js'
import type { Holdout } from './holdout.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { LENGTHS, ROLE } from '../../generated/numbers.js'
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

/** Instead of a class of lengths of history: people with any. */
const EVERY_LENGTH = LENGTHS

/** The answers of some people, ready for the search of weights; measured and searched over all, or over one class of lengths. */
class Candidates {
  private readonly fusion: Pointer
  /** How many people were added, by the class of their history's length. */
  readonly people = new Uint32Array(LENGTHS)

  constructor(
    private readonly learn: Learn,
    sources: number,
    private readonly holdout: Holdout,
  ) {
    this.fusion = learn.make('mt_make_fusion', sources, K)
  }

  take(part: Answers, firstPerson: number): void {
    for (let p = 0; p + 1 < part.start.length; p++) this.add(part, part.start[p]!, part.start[p + 1]!, firstPerson + p)
  }

  private add(part: Answers, first: number, last: number, person: number): void {
    const { people, held: hidden, heldStart } = this.holdout
    const held = Uint32Array.from(new Set(hidden.subarray(heldStart[person]!, heldStart[person + 1]!))).sort()
    if (held.length === 0) return
    const count = last - first
    const length = this.learn.run('mt_length_class', people.start[person + 1]! - people.start[person]!)
    const [scores, ranks] = [part.score, part.rank].map((of) => of.subarray(first * part.sources, last * part.sources))
    this.learn.with([part.item.subarray(first, last), scores!, ranks!, held], (items, score, rank, heldAt) => {
      this.learn.run('mt_fusion_scale', this.fusion, score, rank, count, NORM_RANK)
      this.learn.call('mt_fusion_add', this.fusion, length, items, score, count, heldAt, held.length, 0)
    })
    this.people[length]!++
  }

  measure(weights: readonly number[], length = EVERY_LENGTH): Figures {
    return this.learn.with([Float32Array.from(weights), new Float64Array(2)], (at, out) => {
      this.learn.call('mt_measure_fusion', this.fusion, length, at, out)
      return this.figures(out)
    })
  }

  /** In a worker, so that several are searched at once. */
  async search(
    workers: Workers,
    start: readonly number[],
    length = EVERY_LENGTH,
  ): Promise<{ weights: number[]; figures: Figures }> {
    const { learn } = this
    const [at, out] = [learn.put(Float32Array.from(start)), learn.take(16)]
    await workers.call('mt_search_fusion', this.fusion, length, GAIN, at, out)
    const found = { weights: [...learn.f32(at, start.length)], figures: this.figures(out) }
    learn.drop(at, out)
    return found
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
  const candidates = new Candidates(learn, n, holdout)
  const question = {
    name,
    bundle,
    people: holdout.people,
    k: CANDIDATES,
    weights: Array.from({ length: n }, () => 1),
    decays,
  }
  await eachAnswer(workers, question, (answers, person) => candidates.take(answers, person))
  const all = await candidates.search(workers, start)
  tried.push({ what: 'together', ...all.figures })
  const weights = all.weights.map((weight): Weights => [0, weight, weight, weight])
  const lengths = [1, 2, 3].filter((length) => candidates.people[length]! >= ENOUGH_PEOPLE)
  const better = await Promise.all(lengths.map((length) => candidates.search(workers, all.weights, length)))
  lengths.forEach((length, i) => {
    const { figures, weights: own } = better[i]!
    if (merit(figures) < merit(candidates.measure(all.weights, length)) * (1 + RULE_GAIN)) return
    own.forEach((weight, s) => {
      weights[s]![length] = weight
    })
    tried.push({ what: `together, histories of length class ${length}`, ...figures })
  })
  candidates.drop()
  return { decays, weights, alone, fused: all.figures, tried }
}
