/**
 * Choosing how factors are trained, by the held-out events: how much a pair that nobody met weighs (the one parameter of
 * implicit ALS that differs from log to log), then how many dimensions are worth their bytes. And which kind of
 * neighbours suits the log.
 */
import type { Given } from '../given.js'
import { NEIGHBOURS_TIMED, NEIGHBOURS_UNTIMED, type Recipe } from '../recipe.js'
import { bundle } from '../sections/bundle.js'
import { ROLE, SOURCE } from '../../generated/numbers.js'
import { policyAround, policySection } from '../sections/policy.js'
import type { Section } from '../sections/section.js'
import { factorSpace } from '../sources/als.js'
import { QUOTA } from '../sources/assemble.js'
import { listsUnderItems } from '../sources/postings.js'
import { repeatSections } from '../sources/repeat.js'
import type { Factors, Training } from '../training.js'
import { shared } from '../workers.js'
import type { Holdout } from './holdout.js'
import { measureAlone, merit, sample, type Figures } from './tune.js'

const UNOBSERVED = [0.01, 0.1, 0.03]
const LARGER = 128
const SMALLER = 32
/** More dimensions cost bytes on every device; fewer save them. */
const WORTH = 0.02
/** Logs of more events than this are trained once: each more try costs minutes. */
const MOST_EVENTS = 5_000_000
/** People's newest events say more; which exact fading is best is chosen later. */
const DECAY = 0.8

export interface FactorChoice {
  recipe: Recipe
  /** Of the held-out log, ready for the trial. */
  factors: Factors
  tried: ({ what: string } & Figures)[]
}

/** A bundle of one source, to be asked for what that source brings back alone. */
function bundleOf(given: Given, name: string, kind: number, sections: readonly Section[]): Uint8Array {
  const { learn, catalogue, ids } = given
  const plan = { name, kind, role: ROLE.alike, ordinal: 0, quota: QUOTA, last: 0, decay: 1, halfLife: 0 }
  const policy = policySection(learn, {
    ...policyAround([{ ...plan, weight: [1, 1, 1, 1] }]),
    repeats: given.config.repeat === true,
  })
  return shared(bundle(learn, catalogue.ids.length, [...ids, ...sections, policy]))
}

/** Each kind of neighbours that suits such a log, measured alone; the recipe with the best. */
export async function chooseNeighbours(
  given: Given,
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<{ recipe: Recipe; tried: FactorChoice['tried'] }> {
  const { learn, workers } = given
  const some = sample(holdout)
  const decay = training.log.time === null ? 1 : DECAY
  const tried: FactorChoice['tried'] = []
  let best = { recipe, merit: -1 }
  for (const kind of training.log.time === null ? NEIGHBOURS_UNTIMED : NEIGHBOURS_TIMED) {
    const plan = { ...recipe.neighbours, ...kind }
    const neighbours = await training.neighbours(plan)
    const lists = listsUnderItems({ ...given, recipe }, 'i2i', neighbours, 0)
    const what = kind.cosine
      ? `i2i by cosine, shrinkage ${kind.shrinkage}`
      : `i2i by adjacency, exponents ${kind.user}, ${kind.key}, ${kind.target}`
    const asked = bundleOf(given, 'i2i', SOURCE.postings, [lists])
    const figures = await measureAlone(learn, workers, what, asked, 1, 0, decay, some)
    tried.push({ what, ...figures })
    if (merit(figures) > best.merit) best = { recipe: { ...recipe, neighbours: plan }, merit: merit(figures) }
  }
  return { recipe: best.recipe, tried }
}

/** Whether it pays to wait with an item until people usually take it again; the recipe with the better. */
export async function chooseCadence(
  given: Given,
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<{ recipe: Recipe; tried: FactorChoice['tried'] }> {
  const { learn, workers, config } = given
  const wanted = config.repeat === true && config.sources?.repeat !== false
  if (!wanted || training.log.time === null) return { recipe, tried: [] }
  const some = sample(holdout)
  const tried: FactorChoice['tried'] = []
  for (const cadence of [false, true]) {
    const what = cadence ? 'repeat by frequency, rate and gap' : 'repeat by frequency and rate'
    const sections = repeatSections(learn, training, cadence, 0)
    const asked = bundleOf(given, 'repeat', SOURCE.repeats, sections)
    tried.push({ what, ...(await measureAlone(learn, workers, what, asked, 1, 0, 1, some)) })
  }
  return { recipe: { ...recipe, cadence: merit(tried[1]!) > merit(tried[0]!) }, tried }
}

/** How much a pair that nobody met weighs, then how many dimensions pay, measured alone; the recipe with the best. */
export async function chooseFactors(
  given: Given,
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<FactorChoice> {
  const { learn, workers, config, progress, seed } = given
  const some = sample(holdout)
  const decay = training.log.time === null ? 1 : DECAY
  const tried: FactorChoice['tried'] = []
  const attempt = async (als: Recipe['als'], start?: Factors) => {
    const said = `trying factors of ${als.dims} dimensions`
    const factors = await training.als(als, seed, (done, of) => progress.stage(said, done, of), start)
    const space = factorSpace({ ...given, recipe: { ...recipe, als } }, training, factors, 0)
    const what = `als of ${als.dims} dimensions, unobserved ${als.unobserved}`
    const asked = bundleOf(given, 'als', SOURCE.vectors, space)
    const figures = await measureAlone(learn, workers, what, asked, 1, 0, decay, some)
    tried.push({ what, ...figures })
    return { als, factors, merit: merit(figures) }
  }
  let best = await attempt(recipe.als)
  if (training.log.user.length <= MOST_EVENTS) {
    for (const unobserved of UNOBSERVED.filter((u) => u !== recipe.als.unobserved)) {
      const other = await attempt({ ...best.als, unobserved }, best.factors)
      if (other.merit > best.merit) best = other
    }
    if (config.dimension === undefined) {
      const larger = await attempt({ ...best.als, dims: LARGER }, best.factors)
      if (larger.merit > best.merit * (1 + WORTH)) best = larger
      else {
        const smaller = await attempt({ ...best.als, dims: SMALLER }, best.factors)
        if (smaller.merit > best.merit * (1 - WORTH / 4)) best = smaller
      }
    }
  }
  progress.say(`factors: ${best.als.dims} dimensions, unobserved weight ${best.als.unobserved}`)
  return { recipe: { ...recipe, als: best.als }, factors: best.factors, tried }
}
