/**
 * Choosing how factors are trained, by the held-out events: how much a pair that nobody met weighs (the one parameter of
 * implicit ALS that differs from log to log). Which kinds of lists suit the log beside them, and how many dimensions are worth
 * their bytes beside these.
 */
import type { Lists } from '../../learn/learn.js'
import type { Given } from '../given.js'
import {
  EASE_FADING,
  EASE_TOP,
  FIRST_RIDGE,
  FIRST_RIDGE_IN_ORDER,
  ITEM2VEC,
  NEIGHBOURS_TIMED,
  NEIGHBOURS_UNTIMED,
  RIDGES,
  TRANSITIONS,
  wide,
  type Recipe,
} from '../recipe.js'
import { ROLE, SOURCE } from '../../generated/numbers.js'
import { policyAround, policySection, type SourcePlan } from '../sections/policy.js'
import type { Section } from '../sections/section.js'
import { factorSpace } from '../sources/als.js'
import { QUOTA } from '../sources/assemble.js'
import { isSmall, MOST_IN_ORDER } from '../sources/ease.js'
import { item2vecSpace } from '../sources/item2vec.js'
import { listsUnderItems } from '../sources/postings.js'
import { repeatSections } from '../sources/repeat.js'
import type { Factors, Training } from '../training.js'
import type { Holdout } from './holdout.js'
import { K, withAsked, type Asked } from './answer.js'
import type { Crossed } from './leave.js'
import { bestDecay, climb, measureAlone, measureWays, merit, sample, type Alone } from './tune.js'
import { against, difference, pick, SURE, type Tried, type Way } from './ways.js'

const UNOBSERVED = [0.01, 0.1, 0.03]
const LARGER = 128
const SMALLER = 32
/** What fewer dimensions may cost, relative, for the bytes that they save. */
const LITTLE = 0.005
/** Whether a source is worth its bytes is a finer difference than which of its ways is best. */
const PEOPLE_FOR_FINE = 10_000
/** Standard errors by which a source must be worth its bytes before few people are enough to say so. */
const CLEARLY = 3
/** People's newest events say more; which exact fading is best is chosen later. */
export const DECAY = 0.8

export interface FactorChoice {
  recipe: Recipe
  /** Of the held-out log, ready for the trial. */
  factors: Factors
  source: UnderTrial
  tried: Tried[]
  /** All that were trained from a fresh start, each with its plan, and the chosen ones. */
  trained: { als: Recipe['als']; factors: Factors }[]
}

/** A source under trial; its sections say which of its kind it is. */
export interface UnderTrial {
  name: string
  kind: number
  sections: (ordinal: number, program?: number) => Section[]
  /** How its events fade. */
  decay: number
  /** What it brought back alone. */
  alone: Alone
}

/** Asks a bundle of some sources alone for what they bring back. */
export function asking<T>(given: Given, sources: readonly UnderTrial[], use: (asked: Asked) => Promise<T>): Promise<T> {
  const { learn, workers, catalogue, ids } = given
  const quota = sources.length === 1 ? 2 * K : QUOTA // by itself a source is asked for what counts
  const ordinal = (source: UnderTrial) => sources.filter(({ kind }) => kind === source.kind).indexOf(source)
  const plans = sources.map((source): SourcePlan => {
    const { name, kind } = source
    const place = { ordinal: ordinal(source), quota, last: 0, decay: 1, halfLife: 0 }
    return { name, kind, role: ROLE.alike, ...place, weight: [1, 1, 1, 1] }
  })
  const policy = policySection(learn, { ...policyAround(plans), repeats: given.config.repeat === true })
  const sections = sources.flatMap((source) => source.sections(ordinal(source)))
  given.progress.stage('asking held-out people', 0, 1)
  return withAsked(learn, workers, catalogue.ids.length, [...ids, ...sections, policy], use)
}

/** Encoded once: lists themselves are several times as large, and all ways are kept until one is chosen. */
function lists(from: Parameters<typeof listsUnderItems>[0], name: string, made: Lists, decay: number): UnderTrial {
  const section = listsUnderItems(from, name, made, 0)
  return { name, kind: SOURCE.postings, sections: (ordinal) => [{ ...section, ordinal }], decay, alone: new Map() }
}

export const also = (beside: readonly UnderTrial[]) =>
  beside.length === 0 ? '' : `, beside ${beside.map(({ name }) => name).join(' and ')}`

/**
 * What each of two choices brings back, the smaller first: asked of a few people, and of more only where these leave it open.
 */
export async function measureFinely(
  asked: Asked,
  decays: readonly number[],
  holdout: Holdout,
  ways: readonly [smaller: readonly number[], larger: readonly number[]],
): Promise<Crossed[]> {
  const few = await measureWays(asked, decays, sample(holdout), ways)
  const { mean, error } = difference(few[1]!.each, few[0]!.each)
  const isClear = mean < -SURE * error || mean > CLEARLY * error || sample(holdout) === holdout
  return isClear ? few : measureWays(asked, decays, sample(holdout, PEOPLE_FOR_FINE), ways)
}

/** A way of making a source, and what it made. */
interface Made<T> {
  what: string
  way: T
  source: UnderTrial
}

/** Ways of making a source, each measured alone, or beside others with the weights that suit them together. */
async function tryWays<T>(
  given: Given,
  made: readonly Made<T>[],
  beside: readonly UnderTrial[],
  some: Holdout,
): Promise<Way<T>[]> {
  const sources = [...beside, ...made.map(({ source }) => source)]
  const decays = sources.map(({ decay }) => decay)
  const measured = await asking(
    given,
    sources,
    (asked) =>
    beside.length === 0
      ? Promise.all(decays.map((decay, s) => measureAlone(asked, s, decay, some)))
      : measureWays(asked, decays, some, made.map((_, m) => [...beside.keys(), beside.length + m])), // prettier-ignore
  )
  return made.map(({ what, way, source }, m) => ({
    what: what + also(beside),
    way,
    bytes: bytesOf(source),
    ...measured[m]!,
  }))
}

export const bytesOf = (source: UnderTrial) =>
  source.sections(0).reduce((sum, section) => sum + section.bytes.length, 0)

/** The source with the fading that suits it alone: vectors that are mixed say little, and seem worth little beside others. */
export async function faded(given: Given, source: UnderTrial, some: Holdout): Promise<UnderTrial> {
  const decay = await asking(given, [source], (asked) => bestDecay(asked, 0, some, source.alone))
  return { ...source, decay }
}

export interface ListsChoice {
  recipe: Recipe
  source: UnderTrial
  tried: Tried[]
}

/** A way of making lists. */
interface ListsWay {
  what: string
  recipe: Recipe
  make: () => Promise<Lists>
}

/** Each way of making a source's lists, beside the others; the recipe with the best. */
async function chooseLists(
  given: Given,
  name: string,
  decay: number,
  kinds: readonly ListsWay[],
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<ListsChoice> {
  const made = []
  for (const { what, recipe, make } of kinds) {
    const source = lists({ ...given, recipe }, name, await make(), decay)
    made.push({ what, way: { recipe, source }, source })
  }
  const { best, tried } = pick(await tryWays(given, made, beside, sample(holdout)))
  return { ...best.way, tried }
}

/** Each way of saying what comes next. */
export function chooseTransitions(
  given: Given,
  training: Training,
  recipe: Recipe,
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<ListsChoice> {
  const kinds = TRANSITIONS.map((reach) => {
    const transitions = { ...recipe.transitions, ...reach }
    return {
      what: `next, back ${reach.back}, onward ${reach.onward}`,
      recipe: { ...recipe, transitions },
      make: () => training.transitions(transitions),
    }
  })
  return chooseLists(given, 'next', DECAY, kinds, beside, holdout)
}

/** Each kind of neighbours that suits such a log. */
export function chooseNeighbours(
  given: Given,
  training: Training,
  recipe: Recipe,
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<ListsChoice> {
  const timed = training.log.time !== null
  const plans = (timed ? NEIGHBOURS_TIMED : NEIGHBOURS_UNTIMED).map((kind) => ({ ...recipe.neighbours, ...kind }))
  let made: Promise<Lists[]> | undefined
  const kinds = plans.map((neighbours, n) => {
    const { cosine, shrinkage, user, key, target } = neighbours
    return {
      what: cosine ? `i2i by cosine, shrinkage ${shrinkage}` : `i2i by adjacency, exponents ${user}, ${key}, ${target}`,
      recipe: { ...recipe, neighbours },
      make: async () => (await (made ??= training.neighboursOf(plans)))[n]!,
    }
  })
  return chooseLists(given, 'i2i', timed ? DECAY : 1, kinds, beside, holdout)
}

/** Whether vectors of company add to what the others say; the recipe with or without. */
export async function chooseItem2vec(
  given: Given,
  training: Training,
  recipe: Recipe,
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<{ recipe: Recipe; source: UnderTrial | null; tried: Tried[] }> {
  const { config, seed } = given
  if (config.sources?.item2vec === false || training.log.time === null || beside.length === 0)
    return { recipe, source: null, tried: [] }
  const item2vec = { ...ITEM2VEC, dims: Math.min(ITEM2VEC.dims, config.dimension ?? ITEM2VEC.dims) }
  const space = await item2vecSpace({ ...given, recipe, seed }, training, item2vec, 0)
  const sections = (ordinal: number) => space.map((section) => ({ ...section, ordinal }))
  const source = { name: 'item2vec', kind: SOURCE.vectors, sections, decay: DECAY, alone: new Map() }
  const sources = [...beside, await faded(given, source, sample(holdout))]
  const decays = sources.map(({ decay }) => decay)
  const [without, together] = await asking(given, sources, (asked) =>
    measureFinely(asked, decays, holdout, [[...beside.keys()], [...sources.keys()]]),
  )
  const { best, tried } = pick([
    { what: `without item2vec${also(beside)}`, way: recipe, bytes: 0, ...without! },
    { what: `item2vec${also(beside)}`, way: { ...recipe, item2vec }, bytes: bytesOf(source), ...together! },
  ])
  return { recipe: best.way, source, tried }
}

/** How much the weights of EASE are held down, and where newer events say more, whether they are of sets or of what comes next,
 * measured alone; the recipe with the best. Whether they are worth their bytes is decided where weights are. */
export async function chooseRidge(given: Given, training: Training, recipe: Recipe, holdout: Holdout) {
  const { config, log } = given
  if (config.sources?.ease === false || !isSmall(log!)) return { recipe, source: null, tried: [] }
  const some = sample(holdout)
  const ways: Way<{ recipe: Recipe; decay: number; source: UnderTrial }>[] = []
  const attempt = async (fading: number, ridge: number, decays: readonly number[]) => {
    const ease = { fading, ridge, top: config.neighbours ?? EASE_TOP }
    const source = lists({ ...given, recipe }, 'ease', await training.ease(ease), 1)
    const made = decays.map((decay) => ({
      what: `ease, ${fading === 1 ? '' : `in order, fading ${fading}, `}ridge ${ridge}, decay ${decay}`,
      way: { recipe: { ...recipe, ease }, decay, source },
      source: { ...source, decay },
    }))
    const measured = await tryWays(given, made, [], some)
    ways.push(...measured)
    return pick(measured).best
  }
  let decays = training.log.time === null ? [1] : [1, DECAY]
  await climb(RIDGES, RIDGES.indexOf(FIRST_RIDGE), async (ridge) => {
    const { way, figures } = await attempt(1, ridge, decays)
    decays = [way.decay] // the better way of fading is so with another ridge
    return merit(figures)
  })
  if (decays[0]! < 1 && isSmall(log!, MOST_IN_ORDER))
    await climb(RIDGES, RIDGES.indexOf(FIRST_RIDGE_IN_ORDER), async (ridge) =>
      merit((await attempt(EASE_FADING, ridge, [EASE_FADING])).figures),
    )
  const { best, tried } = pick(ways)
  return { recipe: best.way.recipe, source: best.way.source, tried }
}

/** Whether it pays to wait with an item until people usually take it again; the recipe with the better. */
export async function chooseCadence(
  given: Given,
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<{ recipe: Recipe; tried: Tried[] }> {
  const { learn, config } = given
  const wanted = config.repeat === true && config.sources?.repeat !== false
  if (!wanted || training.log.time === null) return { recipe, tried: [] }
  const some = sample(holdout)
  const tried: Tried[] = []
  for (const cadence of [false, true]) {
    const what = cadence ? 'repeat by frequency, rate and gap' : 'repeat by frequency and rate'
    const sections = repeatSections(learn, training, cadence, 0)
    const source = { name: 'repeat', kind: SOURCE.repeats, sections: () => sections, decay: 1, alone: new Map() }
    const { figures } = await asking(given, [source], (asked) => measureAlone(asked, 0, 1, some))
    tried.push({ what, ...figures })
  }
  return { recipe: { ...recipe, cadence: merit(tried[1]!) > merit(tried[0]!) }, tried }
}

/** How much a pair that nobody met weighs, measured alone; the recipe with the best. */
export async function chooseFactors(
  given: Given,
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<FactorChoice> {
  const { progress, seed } = given
  const some = sample(holdout)
  const decay = training.log.time === null ? 1 : DECAY
  const tried: Tried[] = []
  const attempt = async (als: Recipe['als'], start?: Factors) => {
    const said = `trying factors of ${als.dims} dimensions`
    const factors = await training.als(als, seed, (done, of) => progress.stage(said, done, of), start)
    const space = factorSpace({ ...given, recipe: { ...recipe, als } }, training, factors, 0)
    const what = `als of ${als.dims} dimensions, unobserved ${als.unobserved}`
    const sections = (ordinal: number) => space.map((one) => ({ ...one, ordinal }))
    const source: UnderTrial = { name: 'als', kind: SOURCE.vectors, sections, decay, alone: new Map() }
    const { figures } = await asking(given, [source], (asked) => measureAlone(asked, 0, decay, some))
    source.alone.set(decay, figures)
    tried.push({ what, ...figures })
    return { als, factors, source, merit: merit(figures) }
  }
  let best = await attempt(recipe.als)
  for (const unobserved of UNOBSERVED.filter((u) => u !== recipe.als.unobserved)) {
    const other = await attempt({ ...best.als, unobserved }, best.factors)
    if (other.merit > best.merit) best = other
  }
  const source = training.log.time === null ? best.source : await faded(given, best.source, some)
  const { als, factors } = best
  return { recipe: { ...recipe, als }, factors, source, tried, trained: [{ als, factors }] }
}

/** How many dimensions of factors are worth their bytes beside lists; the recipe with them. `trained`: factors that are chosen but
 * for that. */
export async function chooseDimension(
  given: Given,
  training: Training,
  recipe: Recipe,
  trained: FactorChoice,
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<FactorChoice> {
  const { progress, seed } = given
  const some = sample(holdout, PEOPLE_FOR_FINE)
  const attempt = async (dims: number, known?: Factors) => {
    const als = known === undefined ? wide(recipe.als, dims) : recipe.als
    const said = `trying factors of ${dims} dimensions`
    const factors = known ?? (await training.als(als, seed, (done, of) => progress.stage(said, done, of)))
    const sections = factorSpace({ ...given, recipe: { ...recipe, als } }, training, factors, 0)
    const source = {
      ...trained.source,
      sections: (ordinal: number) => sections.map((one) => ({ ...one, ordinal })),
      alone: known === undefined ? new Map() : trained.source.alone,
    }
    const way = { recipe: { ...recipe, als }, factors, source }
    return { what: `als of ${dims} dimensions`, way, source }
  }
  const made = [await attempt(recipe.als.dims, trained.factors), await attempt(LARGER), await attempt(SMALLER)]
  const ways = await tryWays(given, made, beside, some)
  const [usual, larger, smaller] = ways as [(typeof ways)[0], (typeof ways)[0], (typeof ways)[0]]
  let { best } = pick([usual, larger])
  if (merit(smaller.figures) > merit(best.figures) * (1 - LITTLE)) best = smaller
  const { dims, unobserved } = best.way.recipe.als
  progress.say(`factors: ${dims} dimensions, unobserved weight ${unobserved}`)
  const all = ways.map(({ way: { recipe, factors } }) => ({ als: recipe.als, factors }))
  return { ...best.way, tried: against(ways, best), trained: all }
}
