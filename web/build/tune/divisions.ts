/**
 * Divisions of a bundle's bytes, made of parts that are trained once: each source by itself, as its recipe has it. What a division
 * takes is known without training its vectors, whose sizes do not depend on them.
 */
import type { Lists } from '../../learn/learn.js'
import { heaviest } from '../../learn/lists.js'
import { InputError } from '../../read/index.js'
import { ROLE, SECTION, SOURCE, TOWER_HEAD } from '../../generated/numbers.js'
import type { FactorsName } from '../fit/config.js'
import type { Given } from '../given.js'
import { policyOf } from '../policy.js'
import type { Recipe } from '../recipe.js'
import { featuresSection, planFeatures } from '../sections/features.js'
import { policySection, type SourcePlan } from '../sections/policy.js'
import { searchSections } from '../sections/search.js'
import type { Section } from '../sections/section.js'
import { spaceSizes } from '../sections/vectors.js'
import { assemble, QUOTA, type Built, type Say } from '../sources/assemble.js'
import type { Source } from '../sources/source.js'
import { sourcesWith } from '../sources/tables.js'
import { HOPS, type Factors, type Training } from '../training.js'
import { withAsked, type Asked } from './answer.js'
import type { Holdout } from './holdout.js'
import { LISTS, type Places } from './ladders.js'
import { bestDecay, measureTogether, sample } from './tune.js'
import type { Figures } from './ways.js'

/** A size, and what the held-out events bring back at it. */
export interface Point extends Figures {
  /** Of the whole bundle, about: it is known when it is written. */
  bytes: number
  /** What is kept. */
  what: string
}

/** A division of bytes, and what it takes to build it. */
export interface Share {
  point: Point
  recipe: Recipe
  places: Places
  /** Of the held-out log; undefined where there are none. */
  factors: Factors | undefined
  /** By the names of sources, what was found best by each half of the people. */
  weights: ReadonlyMap<string, readonly number[]>
  /** By the names of sources, how their events fade. */
  decays: ReadonlyMap<string, number>
  /** Of each person. */
  each: Float32Array
  /** The merit that is expected of it. */
  worth: number
}

/** What the build record takes beside what is known of it, about; and what it tells of a source, and of each fading that is tried. */
const RECORD = 400
const OF_SOURCE = 120
const OF_FADING = 75
const FADINGS = 4
/** A section's place in the directory, and the bytes between one and the next. */
const ENTRY = 64
const ALIGNED = 64
/** Where the search of a new source's weight begins. */
const HALF = 0.5

export class Divisions {
  private readonly parts = new Map<string, Promise<Built>>()
  private readonly lists = new Map<string, Promise<Lists>>()
  private readonly factors = new Map<string, Promise<Factors>>()
  private readonly decays = new Map<string, Promise<number>>()
  /** Bytes that any bundle of this catalogue has beside its sources. */
  private readonly beside: number

  /** `said`: bytes of what the build record tells of choices. `known`: factors that are trained already, by their plans. */
  constructor(
    private readonly given: Given,
    private readonly training: Training | null,
    readonly sources: readonly Source[],
    said: number,
    known: readonly { als: Recipe['als']; factors: Factors }[] = [],
  ) {
    const { learn, text, account, config, ids, attributes } = given
    for (const { als, factors } of known) this.factors.set(JSON.stringify(als), Promise.resolve(factors))
    const record = RECORD + JSON.stringify([account, config]).length + said
    this.beside = 2 * ENTRY + record + sizes([...ids, ...attributes, ...searchSections(learn, text, null, 1, 0)])
  }

  /** What the whole bundle would take, about. */
  async bytes(recipe: Recipe): Promise<number> {
    const made = this.made(recipe)
    const timed = this.training?.log.time != null
    let sum = this.beside + sizes(this.policies(made.map(planned)))
    sum += made.length * (OF_SOURCE + (timed ? FADINGS : 1) * OF_FADING)
    for (const source of made) sum += await this.bytesOf(source, recipe)
    return sum
  }

  /** What a source takes of it. */
  async bytesOf(source: Source, recipe: Recipe): Promise<number> {
    const space = this.spaceOf(source, recipe)
    if (space === null) return sizes((await this.part(source, recipe)).sections)
    const { learn, catalogue, tower } = this.given
    const { dim, layers, subspaces, gram } = space
    const lengths = [...spaceSizes(learn, { layers, subspaces }, dim, catalogue.ids.length), TOWER_HEAD + 4 * gram ** 2]
    const program = source.name === 'embeddings' ? (tower?.sections ?? []) : []
    return lengths.reduce((sum, length) => sum + placed(length), sizes(program))
  }

  /** The division with what its sources bring back together. `from`: weights are searched from where its own are. */
  async measured(share: Share, holdout: Holdout, from?: Share): Promise<Share> {
    const { recipe } = share
    const { sources, sections } = await this.built(recipe)
    if (sources.length === 0) return share
    const personal = sources.map(({ role }) => (role === ROLE.everybody ? 0 : 1))
    const start = (half: number) => sources.map(({ name }, s) => from?.weights.get(name)?.[half] ?? HALF * personal[s]!)
    const heard = (weights: number[]) => (weights.some((weight) => weight > 0) ? weights : weights.map(() => 1))
    // those that are near what was found before differ from it by what is new, and not by what the search comes upon
    const starts = (half: number) => (from === undefined ? [start(half), personal] : [start(half)]).map(heard)
    const decays: number[] = []
    for (const source of this.made(recipe)) decays.push(await this.decay(source, recipe, holdout))
    const { byHalf, figures, each } = await this.asked({ sources, sections }, (asked) =>
      measureTogether(asked, decays, holdout, starts),
    )
    const found = new Map(sources.map(({ name }, s) => [name, byHalf.map((half) => half[s]!)]))
    const faded = new Map(sources.map(({ name }, s) => [name, decays[s]!]))
    const factors = recipe.without.includes('als') ? undefined : await this.trained(recipe.als)
    return { ...share, point: { ...share.point, ...figures }, factors, weights: found, decays: faded, each }
  }

  /** How the events of a source fade, by what suits it alone as it is when this is first asked. */
  private decay(source: Source, recipe: Recipe, holdout: Holdout): Promise<number> {
    const { name, role } = source
    const fades = role !== 'everybody' && source.unfading?.(this.given) !== true
    if (this.training?.log.time == null || !fades) return Promise.resolve(1)
    return kept(this.decays, name, async () => {
      const alone = await this.part(source, recipe)
      return this.asked(alone, (asked) => bestDecay(asked, 0, sample(holdout), new Map()))
    })
  }

  private asked<T>({ sources, sections }: Built, use: (asked: Asked) => Promise<T>): Promise<T> {
    const { learn, workers, catalogue, ids, attributes } = this.given
    const whole = [...ids, ...attributes, ...sections, ...this.policies(sources, false)]
    return withAsked(learn, workers, catalogue.ids.length, whole, use)
  }

  private made({ without }: Recipe): Source[] {
    return this.sources.filter(({ name }) => !without.includes(name))
  }

  /** The policy, and features of a context: those that an imported tower asks for, and where `all` those of rankers too. */
  private policies(sources: readonly SourcePlan[], all = true): Section[] {
    const { learn, catalogue, config, weighing, tower } = this.given
    const policy = policyOf(sources, config, weighing)
    const features = all || tower !== null ? planFeatures(config, catalogue, policy.sources) : null
    return [policySection(learn, policy), ...(features === null ? [] : [featuresSection(learn, features)])]
  }

  /** Where a source is vectors, what their size depends on; `gram`: of the square matrix beside them. */
  private spaceOf({ name, kind }: Source, recipe: Recipe) {
    if (kind !== 'vectors' || name === 'tower') return null // a tower is there already, with its program
    const { config, embeddings } = this.given
    const { als, content, item2vec, layers, factorLayers, subspaces } = recipe
    const learned = { layers: factorLayers, subspaces: config.subspaces ?? 0, gram: 0 }
    switch (name) {
      case 'als':
        return { ...learned, dim: als.dims, gram: als.dims }
      case 'content':
        return { ...learned, dim: content.dims }
      case 'item2vec':
        return { ...learned, dim: item2vec!.dims }
      case 'embeddings':
        return { layers, subspaces, dim: embeddings!.dim, gram: 0 }
      default:
        return {
          ...learned,
          dim: recipe.stepped[name as FactorsName]!.dims,
          layers: recipe.stepped[name as FactorsName]!.layers,
        }
    }
  }

  private async built(recipe: Recipe): Promise<Built> {
    const whole: Built = { sources: [], sections: [] }
    for (const source of this.made(recipe)) {
      // a network is told the numbers of its program and its space
      const asksByNetwork = source.unfading?.(this.given) === true
      const part = await this.part(source, recipe, asksByNetwork ? whole.sections : [])
      if (!asksByNetwork) append(whole, part)
      else {
        whole.sections.push(...part.sections)
        whole.sources.push(...part.sources)
      }
    }
    return whole
  }

  /** A source by itself, or after sections of others; one that is made of the same things is made once. */
  private part(source: Source, recipe: Recipe, after: readonly Section[] = []): Promise<Built> {
    const { name } = source
    const { als, content, item2vec, neighbours, ease, transitions, layers, factorLayers, weightBits, lengths } = recipe
    const stepped = Object.keys(recipe.stepped).map((name) => [name, []] as const)
    const of: Record<string, unknown[]> = {
      ...Object.fromEntries(stepped),
      als: [als, factorLayers],
      content: [content, factorLayers],
      item2vec: [item2vec, factorLayers],
      embeddings: [layers, recipe.subspaces],
      tower: [recipe.towerLayers],
      usercf: [als, weightBits],
      i2i: [neighbours, weightBits],
      ease: [ease, weightBits],
      next: [transitions, weightBits],
    }
    const isTable = this.given.lists?.has(name) === true
    const numbers = [SECTION.space, SECTION.program].map((kind) => after.filter((one) => one.kind === kind).length)
    const key = [name, numbers, ...((isTable ? undefined : of[name]) ?? [lengths[name], weightBits])]
    return kept(this.parts, key, () => this.alone(name, recipe, after))
  }

  private async alone(name: string, recipe: Recipe, after: readonly Section[]): Promise<Built> {
    const { config, lists } = this.given
    const all = sourcesWith(lists).map((source) => [source.name, source.name === name])
    const table = lists?.get(name) ?? (await this.cut(name, recipe))
    const known = {
      ...this.given,
      config: { ...config, sources: Object.fromEntries(all) },
      lists: table === null ? null : new Map([[name, { ...table, unknown: 0, cut: 0 }]]),
    }
    const trained = name === 'als' || name === 'usercf' ? { trained: await this.trained(recipe.als) } : {}
    return assemble(known, this.training, recipe, loud, { ...trained, after })
  }

  private trained(als: Recipe['als']): Promise<Factors> {
    const { seed, progress } = this.given
    return kept(this.factors, als, () =>
      this.training!.als(als, seed, (done, of) => progress.stage(`trying factors of ${als.dims} dimensions`, done, of)),
    )
  }

  /** Lists are trained once, as long as they may become; those that hop again where they would hop from more. null: no such lists. */
  private async cut(name: string, { neighbours, ease, transitions }: Recipe): Promise<Lists | null> {
    const { training } = this
    if (training === null || (name !== 'i2i' && name !== 'ease' && name !== 'next')) return null
    const { top } = { i2i: neighbours, ease: ease!, next: transitions }[name]
    const hops = name === 'next' && transitions.onward > 0
    const longest = hops ? Math.max(HOPS, top) : Math.max(...LISTS, top)
    const long = await kept(this.lists, [name, longest], () =>
      name === 'i2i'
        ? training.neighbours({ ...neighbours, top: longest })
        : name === 'ease'
          ? training.ease({ ...ease!, top: longest })
          : training.transitions({ ...transitions, top: longest }),
    )
    return heaviest(long, top)
  }
}

export const noSource = () =>
  new InputError({ file: 'config', part: 'key "sources"' }, 'no source that is left', 'one at least')

const loud = (): Say => ({ weight: [1, 1, 1, 1], decay: 1 })

const placed = (length: number) => ENTRY + Math.ceil(length / ALIGNED) * ALIGNED
const sizes = (sections: readonly Section[]) => sections.reduce((sum, { bytes }) => sum + placed(bytes.length), 0)

/** A source whose sections are not made yet. */
const planned = ({ name, kind, role }: Source): SourcePlan => ({
  name,
  kind: SOURCE[kind],
  role: ROLE[role],
  ordinal: 0,
  quota: QUOTA,
  last: 0,
  decay: 1,
  halfLife: 0,
  weight: [1, 1, 1, 1],
})

/** What is made once for each key. */
function kept<T>(made: Map<string, Promise<T>>, key: unknown, make: () => Promise<T>): Promise<T> {
  const name = JSON.stringify(key)
  const one = made.get(name) ?? make()
  made.set(name, one)
  return one
}

/** One more source, whose sections are numbered on from those of their kind. */
function append(whole: Built, { sources, sections }: Built): void {
  const first = whole.sections.filter(({ kind }) => kind === sections[0]?.kind).length
  whole.sections.push(...sections.map((one) => ({ ...one, ordinal: first + one.ordinal })))
  whole.sources.push(...sources.map((source) => ({ ...source, ordinal: first + source.ordinal })))
}
