/**
 * Choosing what a policy says: how events fade for each source, and how much each source weighs, by what brings held-out
 * items back. Candidates and their scores come from the code that a device runs, in the learning core's memory
 * (src/learn/ask.h); src/learn/fusion.h searches the weights.
 *
 * The measure is Recall@20 + NDCG@20, which agree on most choices and keep each other honest.
 */
import { K, type Asked, type Asking, type Question } from './answer.js'
import type { Holdout } from './holdout.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { LENGTHS, ROLE } from '../../generated/numbers.js'
import type { SourcePlan, Weights } from '../sections/policy.js'
import type { Workers } from '../workers.js'
import { isAlone, isInDoubt, saidOfLeader, triedLeader } from './leader.js'
import { leaveOut, saidOfLeft, type Crossed } from './leave.js'
import { comparedWith, POPULAR, triedPopular, type Popularity } from './popular.js'
import type { Figures, Measured, Tried } from './ways.js'

export const merit = (figures: Figures) => figures.recall + figures.ndcg

export interface Choice {
  decays: number[]
  /** By source and length of history. */
  weights: Weights[]
  alone: Figures[]
  fused: Figures
  /** null: no source says what is popular. */
  popularity: Popularity | null
  /** What is brought back with and without what people take again, where that weighs nothing; null: it weighs something, or is not asked for. */
  unrepeated: { all: Measured; without: Measured } | null
  tried: Tried[]
}

/** What is tried, from what does not fade; where the search begins. */
const DECAYS = [1, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3]
const FIRST = DECAYS.indexOf(0.8)
/** Choices about one source alone are coarse; fewer people tell. */
const PEOPLE_FOR_COARSE = 2000
/** A weight that is not worth this much, relative, is 0: its source need not be shipped. */
const GAIN = 0.001
/** Of each person; by weights that are at all likely, what comes first is among fewer. */
const CANDIDATES = 300
/** … and where all weights are open more may. */
const MORE_CANDIDATES = 1000
/** How the events of a source fade that alone brings back less than this, relative to the strongest, hardly matters. */
const WEAK = 0.2
/** What a source counts at least where candidates are asked for. */
const WEAKEST = 0.25
/** Where popularity alone brings back this share of what was found, weights are searched from it too. */
const NEAR = 0.8
/** Lengths of history with fewer people than this take the weights that are best for everybody. */
const ENOUGH_PEOPLE = 400
/** A rule of its own for a length of history must be worth this much, relative. */
const RULE_GAIN = 0.01

/** Instead of a class of lengths of history: people with any; and every other person, of those or the others. */
const EVERY_LENGTH = LENGTHS
const HALVES = [LENGTHS + 1, LENGTHS + 2]

interface Found {
  weights: number[]
  figures: Figures
}

/** Where a search begins: the best of what is found from each. */
type Starting = readonly (readonly number[])[]

/** What a bundle's sources say of the candidates of some people, ready for the search of weights. */
export class Candidates {
  private constructor(
    private readonly learn: Learn,
    private readonly workers: Workers,
    private readonly fusion: Pointer,
  ) {}

  /** Give back with drop(). */
  static async of(asked: Asked, holdout: Asking, question: Question): Promise<Candidates> {
    return new Candidates(asked.learn, asked.workers, await asked.answer(holdout, question))
  }

  /** How many people were added, by the class of their history's length. */
  get people(): readonly number[] {
    return [...this.learn.u32(this.fusion + 8, LENGTHS)]
  }

  measure(weights: readonly number[], length = EVERY_LENGTH): Figures {
    return this.learn.with([Float32Array.from(weights), new Float64Array(2)], (at, out) => {
      this.learn.call('mt_measure_fusion', this.fusion, length, at, out)
      return this.figures(out)
    })
  }

  /** Recall + NDCG of each person, in the order in which they were added. */
  each(weights: readonly number[]): Float32Array {
    const people = this.people.reduce((sum, count) => sum + count)
    return this.learn.with([Float32Array.from(weights), new Float32Array(people)], (at, out) => {
      this.learn.call('mt_measure_fusion_each', this.fusion, at, out)
      return this.learn.f32(out, people).slice()
    })
  }

  /** In a worker, so that several are searched at once. `among`: the sources whose weights move; all where it does not say. */
  async search(
    start: readonly number[],
    length = EVERY_LENGTH,
    among: readonly number[] = [...start.keys()],
  ): Promise<Found> {
    const { learn } = this
    const [at, out] = [learn.put(Float32Array.from(start)), learn.take(16)]
    const bits = among.reduce((bits, source) => bits | (1 << source), 0)
    await this.workers.call('mt_search_fusion', this.fusion, length, bits, GAIN, at, out)
    const found = { weights: [...learn.f32(at, start.length)], figures: this.figures(out) }
    learn.drop(at, out)
    return found
  }

  /** The best of what is found from several starts: moving one weight at a time ends where no single one helps. */
  async searchFrom(starts: Starting, among?: readonly number[], length = EVERY_LENGTH): Promise<Found> {
    const found = await Promise.all(starts.map((start) => this.search(start, length, among)))
    return found.reduce((best, one) => (merit(one.figures) > merit(best.figures) ? one : best))
  }

  /** What the sources `among` bring back of each half of the people, by weights that were searched on the other half. `starts`:
   * of the search, by half. */
  async crossed(starts: readonly Starting[], among: readonly number[]): Promise<Crossed> {
    const byHalf = await Promise.all(
      starts.map(async (own, half) => (await this.searchFrom(own, among, HALVES[half])).weights),
    )
    const [even, odd] = byHalf.map((weights) => this.each(weights)) as [Float32Array, Float32Array]
    const measured = byHalf.map((_, half) => this.measure(byHalf[1 - half]!, HALVES[half]))
    const share = Math.ceil(even.length / 2) / Math.max(1, even.length)
    const mean = (of: (figures: Figures) => number) => share * of(measured[0]!) + (1 - share) * of(measured[1]!)
    return {
      figures: { recall: mean(({ recall }) => recall), ndcg: mean(({ ndcg }) => ndcg) },
      each: even.map((value, person) => (person % 2 === 0 ? odd[person]! : value)),
      byHalf,
    }
  }

  drop(): void {
    this.learn.run('mt_drop_fusion', this.fusion)
  }

  private figures(out: Pointer): Figures {
    const [recall, ndcg] = this.learn.f64(out, 2) as unknown as [number, number]
    return { recall, ndcg }
  }
}

/** The weights of some sources, the others silent. */
const among = (way: readonly number[], weights: readonly number[]) =>
  weights.map((weight, s) => (way.includes(s) ? weight : 0))

/** As many of the people, evenly spread, as coarse choices need. */
export function sample(holdout: Holdout, most = PEOPLE_FOR_COARSE): Holdout {
  const { who } = holdout
  if (who.length <= most) return holdout
  return { ...holdout, who: Uint32Array.from({ length: most }, (_, i) => who[Math.floor((i * who.length) / most)]!) }
}

/** What source s brings back by itself, with this decay. */
export async function measureAlone(asked: Asked, s: number, decay: number, holdout: Holdout): Promise<Measured> {
  const weights = Array.from({ length: asked.sources }, (_, other) => Number(other === s))
  const decays = weights.map((own) => (own === 1 ? decay : 1))
  const candidates = await Candidates.of(asked, holdout, { k: 2 * K, weights, decays })
  const measured = { figures: candidates.measure(weights), each: candidates.each(weights) }
  candidates.drop()
  return measured
}

/** Where the search for weights begins, for each half of the people. */
type Starts = (half: number) => Starting

/** What the sources of a bundle bring back together with these decays. `starts`: of the search for weights. */
export async function measureTogether(
  asked: Asked,
  decays: readonly number[],
  holdout: Holdout,
  starts?: Starts,
): Promise<Crossed> {
  const [together] = await measureWays(asked, decays, holdout, [[...decays.keys()]], starts)
  return together!
}

/**
 * What each of several choices among the sources of a bundle brings back, with the weights that suit it, of people who are
 * asked about once. Weights are searched on one half of the people and measured on the other, and the other way round: on
 * those that they were searched on, one more source can hardly lose.
 */
export async function measureWays(
  asked: Asked,
  decays: readonly number[],
  holdout: Holdout,
  ways: readonly (readonly number[])[],
  starts: Starts = () => [decays.map(() => 1), decays.map((_, s) => (s === 0 ? 1 : 0.25))],
): Promise<Crossed[]> {
  // sources of some ways alone share what is asked for, so that each has as much of it as what it stands beside
  const weights = decays.map((_, s) => ways.filter((way) => way.includes(s)).length / ways.length)
  const candidates = await Candidates.of(asked, holdout, { k: CANDIDATES, weights, decays })
  const together = await Promise.all(
    ways.map((way) => {
      const own = [0, 1].map((half) => starts(half).map((start) => among(way, start)))
      return candidates.crossed(own, way)
    }),
  )
  candidates.drop()
  return together
}

/** What a source brings back by itself, by the decay of its events: measured once. */
export type Alone = Map<number, Figures>

/** The best of some values in order: from the first one the better way, as long as it gets better. */
export async function climb(
  values: readonly number[],
  first: number,
  measure: (value: number) => Promise<number>,
): Promise<number> {
  let [best, reached] = [values[first]!, await measure(values[first]!)]
  for (const step of [-1, 1]) {
    for (let place = first + step; place in values; place += step) {
      const next = await measure(values[place]!)
      if (next <= reached) break
      ;[best, reached] = [values[place]!, next]
    }
    if (best !== values[first]) break
  }
  return best
}

/** The decay that suits source s best. What `alone` knows of the source is not measured again, and what is measured goes there. */
export function bestDecay(asked: Asked, s: number, holdout: Holdout, alone: Alone): Promise<number> {
  return climb(DECAYS, FIRST, async (decay) => {
    const figures = alone.get(decay) ?? (await measureAlone(asked, s, decay, holdout)).figures
    alone.set(decay, figures)
    return merit(figures)
  })
}

/** How sources may fade, and what they may weigh. */
export interface Weighing {
  decays: number[]
  weights: number[][]
}

/**
 * `asked` holds all sources. Those that say the same to everybody have no decay, and start silent; those that are `unfading` have none
 * either. `timed`: the order of
 * events is known. `known`: what was measured of the very same sources before. `before`: what
 * was found good together, which need not be what suits each alone. `spare`: by the names of sources that may be left out, what
 * bytes that frees.
 */
export async function tune(
  asked: Asked,
  sources: readonly (Pick<SourcePlan, 'name' | 'role'> & { unfading?: boolean })[],
  holdout: Holdout,
  timed: boolean,
  known: ReadonlyMap<string, Alone>,
  say: (line: string) => void,
  before: Weighing | null = null,
  spare: ReadonlyMap<string, number> = new Map(),
): Promise<Choice> {
  const isPersonal = sources.map(({ role }) => role !== ROLE.everybody)
  const fades = sources.map(({ unfading }, s) => timed && isPersonal[s]! && unfading !== true)
  const some = sample(holdout)
  const first = await Promise.all(
    sources.map(async ({ name }, s) => {
      const measured: Alone = known.get(name) ?? new Map()
      const decay = fades[s] ? DECAYS[FIRST]! : 1
      if (!measured.has(decay)) measured.set(decay, (await measureAlone(asked, s, decay, some)).figures)
      return { decay, measured }
    }),
  )
  const least = WEAK * Math.max(...first.map(({ decay, measured }) => merit(measured.get(decay)!)))
  const each = await Promise.all(
    first.map(async ({ decay, measured }, s) => {
      if (!fades[s] || merit(measured.get(decay)!) < least) return { decay, measured }
      return { decay: await bestDecay(asked, s, some, measured), measured }
    }),
  )
  let decays = each.map(({ decay }) => decay)
  const alone = each.map(({ decay, measured }) => measured.get(decay)!)
  const tried: Choice['tried'] = each.flatMap(({ measured }, s) =>
    [...measured].map(([decay, figures]) => ({ what: `${sources[s]!.name} alone, decay ${decay}`, ...figures })),
  )
  alone.forEach(({ recall, ndcg }, s) => {
    const decay = fades[s] ? `, decay ${decays[s]}` : ''
    say(`${sources[s]!.name} alone: recall ${recall.toFixed(4)}, ndcg ${ndcg.toFixed(4)}${decay}`)
  })
  const strongest = Math.max(...alone.map(merit), 1e-9)
  const start: number[] = alone.map((figures, s) => (isPersonal[s] ? merit(figures) / strongest : 0) as number)
  if (!start.some((weight) => weight > 0)) start.fill(1)
  // those that may come first by any weights that will do: what is weak alone hardly leads
  const likely = alone.map((figures) => Math.max(WEAKEST, merit(figures) / strongest))
  let candidates = await Candidates.of(asked, holdout, { k: MORE_CANDIDATES, weights: likely, decays })
  const personal = isPersonal.map(Number)
  const leader = alone.findIndex((figures) => merit(figures) === strongest)
  const leading = alone.map((_, s) => Number(s === leader))
  const popular = sources.map(({ name }) => Number(name === POPULAR))
  const every = [...sources.keys()]
  const starts = [start, personal, leading]
  let whole = await candidates.crossed([starts, starts], every)
  let found = await candidates.searchFrom(whole.byHalf)
  if (before !== null) {
    const others = await Candidates.of(asked, holdout, { k: MORE_CANDIDATES, weights: likely, decays: before.decays })
    const again = await others.searchFrom([found.weights, ...before.weights])
    const isBetter = merit(again.figures) > merit(found.figures)
    ;(isBetter ? candidates : others).drop()
    if (isBetter) {
      ;[candidates, found, decays] = [others, again, before.decays]
      whole = await candidates.crossed([starts, starts], every)
    }
  }
  const without = (one: number) =>
    candidates.crossed(
      whole.byHalf.map((weights) => [weights.with(one, 0)]),
      every.filter((s) => s !== one),
    )
  // by itself, since what is popular among candidates that others brought is better than it is
  const alike = popular.includes(1) ? await measureAlone(asked, popular.indexOf(1), 1, holdout) : null
  const near = alike !== null && merit(alike.figures) > NEAR * merit(found.figures)
  const searched = near ? await candidates.searchFrom([popular, found.weights]) : found
  // a search may let go of what is worth little; popularity alone is let go for more only
  const isAlike = near && merit(alike.figures) >= merit(searched.figures)
  const together = isAlike ? { ...alike, weights: popular } : { ...searched, each: candidates.each(searched.weights) }
  tried.push({ what: 'together', ...together.figures })
  let all = together
  if (sources.length > 1 && isPersonal[leader] && !isAlike && isInDoubt(together.each, candidates.each(leading))) {
    const lone = { weights: leading, figures: candidates.measure(leading), each: candidates.each(leading) }
    const { name } = sources[leader]!
    tried.push(...triedLeader(name, whole, lone))
    if (isAlone(whole, lone) && (alike === null || merit(lone.figures) > merit(alike.figures))) {
      all = lone
      say(saidOfLeader(name, whole, lone))
    }
  }
  let kept = every
  if (spare.size > 0 && all === together && !isAlike) {
    const members = sources.map(({ name, role }) => ({
      name,
      spare: spare.get(name) ?? 0,
      isPersonal: role !== ROLE.everybody,
      isAlike: role === ROLE.alike,
    }))
    const leaving = await leaveOut(members, whole, (from, way) => candidates.crossed(from.map((one) => [one]), way)) // prettier-ignore
    tried.push(...leaving.tried)
    if (leaving.left.length > 0) {
      kept = leaving.kept
      const found = await candidates.searchFrom([among(kept, all.weights), ...leaving.rest.byHalf], kept)
      all = { ...found, each: candidates.each(found.weights) }
      tried.push({ what: 'together, of what is kept', ...all.figures })
      say(saidOfLeft(leaving, whole))
    }
  }
  const popularity = alike && comparedWith(alike.figures, all.each, alike.each)
  if (popularity !== null) tried.push(triedPopular(popularity))
  const weights = all.weights.map((weight): Weights => [0, weight, weight, weight])
  const enough = [1, 2, 3].filter((length) => candidates.people[length]! >= ENOUGH_PEOPLE)
  const lengths = all.weights === leading ? [] : enough
  const better = await Promise.all(lengths.map((length) => candidates.search(all.weights, length, kept)))
  lengths.forEach((length, i) => {
    const { figures, weights: own } = better[i]!
    if (merit(figures) < merit(candidates.measure(all.weights, length)) * (1 + RULE_GAIN)) return
    own.forEach((weight, s) => {
      weights[s]![length] = weight
    })
    tried.push({ what: `together, histories of length class ${length}`, ...figures })
  })
  const silent = sources.findIndex(({ role }, s) => role === ROLE.again && weights[s]!.every((weight) => weight === 0))
  const unrepeated = silent < 0 ? null : { all: whole, without: await without(silent) }
  candidates.drop()
  return { decays, weights, alone, fused: all.figures, popularity, unrepeated, tried }
}
