/**
 * Dividing bytes: where the config says how large a bundle may be (`bytes`), lists, vectors and their layers get what they
 * are worth.
 *
 * What can be longer or shorter stands on ladders: neighbours and next items kept, dimensions of factors, residual layers,
 * bits of a weight. From the lowest rungs on, the step is taken that brings most for a byte: the merit of all sources
 * together, their weights searched anew, on the held-out people. Gains fall as a rule while others are taken, so only the
 * step that looks best is measured again before it is taken (lazy greedy: Minoux 1978), and all of them before the end:
 * where nothing more fits, or brings more, two steps of a kind at once included. The points on the way are the recall that bytes buy; what is built is the
 * smallest of them that is as good as the best but for chance (within.ts). A size is an estimate until it is written, so
 * when nothing more fits, steps go on a little beyond.
 *
 * What held-out events cannot judge, as what is there for new items, stays, unless even the lowest rungs are too much.
 */
import type { Given } from '../given.js'
import { policyOf } from '../policy.js'
import { popularityOf } from '../popularity.js'
import { wide, type Recipe } from '../recipe.js'
import { ROLE, SECTION } from '../../generated/numbers.js'
import { bundle } from '../sections/bundle.js'
import { featuresSection, planFeatures } from '../sections/features.js'
import { policySection } from '../sections/policy.js'
import { searchSections } from '../sections/search.js'
import type { Section } from '../sections/section.js'
import { assemble, type Built, type Say } from '../sources/assemble.js'
import { SOURCES, type SourceName } from '../sources/index.js'
import type { Lists } from '../../learn/learn.js'
import { heaviest, HOPS, type Factors, type Training } from '../training.js'
import { withAsked } from './answer.js'
import type { Holdout } from './holdout.js'
import { DECAY } from './choose.js'
import { measureTogether, merit, sample } from './tune.js'
import type { Figures, Tried } from './ways.js'

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
  /** Of the held-out log; undefined where there are none. */
  factors: Factors | undefined
  /** By the names of sources, what was found best. */
  weights: ReadonlyMap<string, number>
  /** Of each person. */
  each: Float32Array
}

/** What a step must bring, relative. What chance makes of one is not asked before the end: the next may be sure again. */
const LEAST = 0.001
const LISTS = [5, 10, 30, 50, 100, 200]
const DIMS = [32, 64, 128, 256]
const LAYERS = [[], [2], [4], [4, 4]]
const BITS: Recipe['weightBits'][] = [4, 8]
/** So many held-out events tell one step from another. */
const ENOUGH_EVENTS = 25_000
/** What the build record takes beside what is known of it, and a policy's features, about. */
const RECORD = 1500
/** As far beyond what is wanted, relative, an estimate may be and still fit when it is written. */
const BEYOND = 1.15
/** Where the search of a new source's weight begins. */
const HALF = 0.5

interface Rung {
  /** What is kept; empty: nothing. */
  what: string
  on(recipe: Recipe): Recipe
}
interface Ladder {
  /** undefined: it is about several sources. */
  source?: SourceName
  /** Of lists, or of vectors: steps up one ladder change what those of its kind are worth, as dimensions do for layers. */
  kind: number
  rungs: readonly Rung[]
}

type Own = Omit<Ladder, 'kind'>
const NONE: Own = { rungs: [] }

const without = (recipe: Recipe, name: string): Recipe => ({ ...recipe, without: [...recipe.without, name] })

/** What the config leaves open. What it fixes is there or not there; what it wants whatever tuning says is there. */
function laddersOf({ config, lists }: Given, recipe: Recipe, timed: boolean): Ladder[] {
  const rungs = <T>(source: SourceName, fixed: T | undefined, open: readonly T[], rung: (value: T) => Rung): Own => {
    if (config.sources?.[source] === false || lists?.has(source)) return NONE
    const none: Rung[] =
      config.sources?.[source] === true ? [] : [{ what: '', on: (recipe) => without(recipe, source) }]
    return { source, rungs: [...none, ...(fixed === undefined ? open : [fixed]).map(rung)] }
  }
  const choices = <T>(fixed: unknown, open: readonly T[], rung: (value: T) => Rung): Own =>
    fixed === undefined ? { rungs: open.map(rung) } : NONE
  const ofLists = [
    rungs('i2i', config.neighbours, LISTS, (top) => ({
      what: `${top} neighbours`,
      on: (recipe) => ({ ...recipe, neighbours: { ...recipe.neighbours, top } }),
    })),
    recipe.ease === null
      ? NONE
      : rungs('ease', config.neighbours, LISTS, (top) => ({
          what: `${top} of ease`,
          on: (recipe) => ({ ...recipe, ease: { ...recipe.ease!, top } }),
        })),
    !timed
      ? NONE
      : rungs('next', config.transitions, LISTS, (top) => ({
          what: `${top} next items`,
          on: (recipe) => ({ ...recipe, transitions: { ...recipe.transitions, top } }),
        })),
    choices(config.weightBits, BITS, (weightBits) => ({
      what: weightBits === BITS[0] ? '' : `weights of ${weightBits} bits`,
      on: (recipe) => ({ ...recipe, weightBits }),
    })),
  ]
  const ofVectors = [
    rungs('als', config.dimension, DIMS, (dims) => ({
      what: `factors of ${dims} dimensions`,
      on: (recipe) => ({ ...recipe, als: wide(recipe.als, dims) }),
    })),
    recipe.item2vec === null
      ? NONE
      : rungs('item2vec', undefined, [recipe.item2vec], (item2vec) => ({
          what: `item2vec of ${item2vec.dims} dimensions`,
          on: (recipe) => ({ ...recipe, item2vec }),
        })),
    choices(config.layers, LAYERS, (layers) => ({
      what: layers.length === 0 ? '' : `layers of ${layers.join(' and ')} bits`,
      on: (recipe) => ({ ...recipe, factorLayers: layers }),
    })),
  ]
  return [ofLists, ofVectors].flatMap((ladders, kind) =>
    ladders.filter(({ rungs }) => rungs.length > 0).map((ladder) => ({ kind, ...ladder })),
  )
}

const sayOf = ({ point: { bytes, recall, ndcg, what } }: Share) =>
  `about ${inWords(bytes)}: recall ${recall.toFixed(4)}, ndcg ${ndcg.toFixed(4)} with ${what}`

/**
 * Divisions of the bytes that are wanted, and of a little more, the smallest first, each with more merit than those before.
 * `tried`: what the build record tells of choices so far.
 */
export async function divide(
  given: Given,
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
  tried: readonly Tried[],
): Promise<Share[]> {
  const wanted = given.config.bytes!
  const trial = new Divisions(given, training, holdout, JSON.stringify([recipe, tried]).length)
  const ladders = laddersOf(given, recipe, training.log.time !== null)
  const shareAt = (places: readonly number[]) => {
    const rungs = ladders.map((ladder, l) => ladder.rungs[places[l]!]!)
    return trial.share(
      rungs.reduce((so, rung) => rung.on(so), recipe),
      rungs.map(({ what }) => what).filter((what) => what !== ''),
    )
  }
  let places = ladders.map(() => 0)
  let here = await trial.measured(await shareAt(places))
  const shares = [here, ...(await trial.lowered(here, wanted / BEYOND))]
  /** By ladder, what a step up was last seen to bring; null: from here it cannot be taken, or changes nothing. */
  let steps: (Step | null | undefined)[] = ladders.map(() => undefined)
  let most = wanted
  for (;;) {
    // one after the other: each thread holds one bundle open
    for (const l of ladders.keys()) if (steps[l] === undefined) steps[l] = await step(l)
    const best = steps.reduce((so, one) => (rate(one) > rate(so) ? one : so), null)
    if (best && rate(best) > 0 && best.from === here) {
      places = best.places
      here = best.share
      const { kind } = ladders[best.ladder]!
      steps = steps.map((one, l) => (ladders[l]!.kind === kind || one === null ? undefined : one))
      given.progress.say(sayOf(here))
    } else if (best && rate(best) > 0) steps[best.ladder] = undefined
    else if (steps.some((one) => one && one.from !== here))
      steps = steps.map((one) => (one && one.from !== here ? undefined : one))
    else if ((await bothUp()) !== null) continue
    else if (most === wanted) {
      most = wanted * BEYOND
      steps = ladders.map(() => undefined)
    } else break
  }
  return rising(shares)

  /** Where no step brings more, two of one kind may: wider factors without the layers that tell them apart do not. */
  async function bothUp(): Promise<Share | null> {
    for (const [one, { kind }] of ladders.entries())
      for (let other = one + 1; other < ladders.length && ladders[other]!.kind === kind; other++) {
        const up = places.map((place, l) => place + Number(l === one || l === other))
        if (up.some((place, l) => place >= ladders[l]!.rungs.length)) continue
        const share = await shareAt(up)
        if (share.point.bytes > most) continue
        const after = await trial.measured(share, here)
        shares.push(after)
        if (merit(after.point) <= merit(here.point) * (1 + LEAST)) continue
        places = up
        steps = ladders.map(() => undefined)
        given.progress.say(sayOf(after))
        return (here = after)
      }
    return null
  }

  async function step(ladder: number): Promise<Step | null> {
    const up = places.map((place, l) => (l === ladder ? place + 1 : place))
    if (up[ladder]! >= ladders[ladder]!.rungs.length) return null
    const share = await shareAt(up)
    const bytes = share.point.bytes - here.point.bytes
    if (share.point.bytes > most || bytes <= 0) return null
    const after = await trial.measured(share, here)
    const { source } = ladders[ladder]!
    // what weighs nothing is not shipped
    if (source !== undefined && after.weights.get(source) === 0) return { ladder, places: up, share: after, from: here, gain: 0, bytes } // prettier-ignore
    shares.push(after)
    const gain = merit(after.point) - merit(here.point) * (1 + LEAST)
    return { ladder, places: up, share: after, from: here, gain, bytes }
  }
}

interface Step {
  ladder: number
  places: number[]
  share: Share
  /** The division from which it was measured. */
  from: Share
  gain: number
  bytes: number
}

const rate = (step: Step | null | undefined) => (step ? step.gain / step.bytes : 0)

const inWords = (bytes: number) => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(2)} MB`)

/** The smallest, and what is worth more than all that are smaller. */
function rising(shares: readonly Share[]): Share[] {
  let most = -1
  return shares
    .toSorted((a, b) => a.point.bytes - b.point.bytes)
    .filter(({ point }) => merit(point) > most && (most = merit(point)) >= 0)
}

/** Divisions as bundles, made of parts that are trained once. */
class Divisions {
  private readonly parts = new Map<string, Promise<Built>>()
  private readonly factors = new Map<string, Promise<Factors>>()
  private readonly lists = new Map<string, Promise<Lists>>()
  private readonly some: Holdout
  /** Bytes that any bundle of this catalogue has beside what is measured here. */
  private readonly beside: number

  constructor(
    private readonly given: Given,
    private readonly training: Training,
    holdout: Holdout,
    chosen: number,
  ) {
    const { learn, text, account, config } = given
    const words = searchSections(learn, text, Float32Array.from(popularityOf(holdout.train)), 1, 0)
    const record = RECORD + JSON.stringify([account, config]).length + chosen
    this.beside = record + words.reduce((sum, { bytes }) => sum + bytes.length, 0)
    this.some = sample(holdout, Math.ceil((holdout.who.length * ENOUGH_EVENTS) / Math.max(1, holdout.held.length)))
  }

  /** A division, not measured yet. */
  async share(recipe: Recipe, kept: readonly string[]): Promise<Share> {
    const built = await this.built(recipe)
    const { learn, catalogue } = this.given
    const bytes = bundle(learn, catalogue.ids.length, this.whole(built)).length + this.beside
    const what = kept.join(', ') || 'no lists or factors of the log'
    const factors = recipe.without.includes('als') ? undefined : await this.trained(recipe)
    return { point: { bytes, what, recall: 0, ndcg: 0 }, recipe, factors, weights: new Map(), each: new Float32Array() }
  }

  /** The division with what its sources bring back together; weights are searched from where those of `from` are. */
  async measured(share: Share, from?: Share): Promise<Share> {
    const { learn, workers, catalogue } = this.given
    const { sources, sections } = await this.built(share.recipe)
    const personal = sources.map(({ role }) => (role === ROLE.everybody ? 0 : 1))
    const start = sources.map(({ name }, s) => from?.weights.get(name) ?? HALF * personal[s]!)
    const starts = [start, personal].map((one) => (one.some((weight) => weight > 0) ? one : one.map(() => 1)))
    const timed = this.training.log.time !== null
    const decays = personal.map((own) => (timed && own === 1 ? DECAY : 1))
    const whole = this.whole({ sources, sections })
    const { weights, figures, each } = await withAsked(learn, workers, catalogue.ids.length, whole, (asked) =>
      measureTogether(asked, decays, this.some, starts),
    )
    const found = new Map(sources.map((source, s) => [source.name, weights[s]!]))
    return { ...share, point: { ...share.point, ...figures }, weights: found, each }
  }

  /** Ever smaller divisions, each without one more of the sources that are usually kept, until one fits. */
  async lowered(from: Share, wanted: number): Promise<Share[]> {
    const shares: Share[] = []
    for (let least = from; least.point.bytes > wanted;) {
      const { sources } = await this.built(least.recipe)
      const free = sources.filter(({ name }) => this.given.config.sources?.[name as SourceName] !== true)
      const tries = await Promise.all(
        free.map(({ name }) => this.share(without(least.recipe, name), [`${least.point.what}, no ${name}`])),
      )
      if (tries.length < 2) break // something must be left to recommend
      least = await this.measured(tries.reduce((so, one) => (one.point.bytes < so.point.bytes ? one : so)))
      shares.push(least)
    }
    return shares
  }

  private whole({ sources, sections }: Built): Section[] {
    const { learn, catalogue, ids, attributes, config, weighing, tower } = this.given
    const policy = policyOf(sources, config, weighing)
    const whole = [...ids, ...attributes, ...sections, policySection(learn, policy)]
    // an imported tower may ask for fields of the context
    const features = tower === null ? null : planFeatures(config, catalogue, policy.sources)
    if (features !== null) whole.push(featuresSection(learn, features))
    return whole
  }

  /** The sources whose sizes are open, each trained by itself, after all others. */
  private async built(recipe: Recipe): Promise<Built> {
    const { als, neighbours, ease, transitions, factorLayers, weightBits, without } = recipe
    const parts = Object.entries({
      als: [als, factorLayers],
      i2i: [neighbours, weightBits],
      ease: [ease, weightBits],
      next: [transitions, weightBits],
    }).filter(([name]) => this.open(name as Open, recipe))
    const others = [...new Set([...without, ...parts.map(([name]) => name)])]
    const rest = await this.part([others.toSorted(), factorLayers, weightBits], async () =>
      assemble(this.given, this.training, { ...recipe, without: others }, loud),
    )
    const whole: Built = { sources: [...rest.sources], sections: [...rest.sections] }
    for (const [name, how] of parts)
      if (!without.includes(name)) append(whole, await this.part([name, how], () => this.alone(name as Open, recipe)))
    return whole
  }

  private open(name: Open, { ease }: Recipe): boolean {
    const { config, lists } = this.given
    const possible = { als: true, i2i: true, ease: ease !== null, next: this.training.log.time !== null }[name]
    return possible && config.sources?.[name] !== false && !lists?.has(name)
  }

  private async alone(name: Open, recipe: Recipe): Promise<Built> {
    const { config } = this.given
    const silent = Object.fromEntries(SOURCES.map((source) => [source.name, source.name === name]))
    const known = { ...this.given, config: { ...config, sources: silent } }
    const [lists, trained] =
      name === 'als'
        ? [null, await this.trained(recipe)]
        : [new Map([[name, { ...(await this.cut(name, recipe)), unknown: 0, cut: 0 }]]), undefined]
    return assemble({ ...known, lists }, this.training, recipe, loud, { trained })
  }

  private trained({ als }: Recipe): Promise<Factors> {
    const { seed, progress } = this.given
    return kept(this.factors, als, () =>
      this.training.als(als, seed, (done, of) => progress.stage(`trying factors of ${als.dims} dimensions`, done, of)),
    )
  }

  /** Lists are trained once, as long as they may become; those that hop again where they would hop from more. */
  private async cut(name: OpenLists, { neighbours, ease, transitions }: Recipe): Promise<Lists> {
    const { training } = this
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

  private part(key: unknown, make: () => Promise<Built>): Promise<Built> {
    return kept(this.parts, key, make)
  }
}

type Open = 'als' | OpenLists
type OpenLists = 'i2i' | 'ease' | 'next'

const loud = (): Say => ({ weight: [1, 1, 1, 1], decay: 1 })

/** What is made once for each key. */
function kept<T>(made: Map<string, Promise<T>>, key: unknown, make: () => Promise<T>): Promise<T> {
  const name = JSON.stringify(key)
  const one = made.get(name) ?? make()
  made.set(name, one)
  return one
}

/** One more source, whose sections get the number that is next among those of its kind. */
function append(whole: Built, { sources, sections }: Built): void {
  const counted = sections.some(({ kind }) => kind === SECTION.space) ? SECTION.space : SECTION.postings
  const ordinal = whole.sections.filter(({ kind }) => kind === counted).length
  whole.sections.push(...sections.map((one) => ({ ...one, ordinal })))
  whole.sources.push(...sources.map((source) => ({ ...source, ordinal })))
}
