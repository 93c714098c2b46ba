/**
 * Choosing how factors are trained, by the held-out events: how much a pair that nobody met weighs (the one parameter of
 * implicit ALS that differs from log to log), then how many dimensions are worth their bytes. And which kind of
 * neighbours suits the log.
 */
import type { Context } from '../build.js'
import type { Holdout } from './holdout.js'
import type { Factors, Training } from '../models.js'
import { factorPlan, NEIGHBOURS_TIMED, NEIGHBOURS_UNTIMED, type Recipe } from './recipe.js'
import type { SourceName } from '../config.js'
import { bundle, KEY, policySection, postingsSection, ROLE, SOURCE, type Section } from '../sections/sections.js'
import { factorSpace } from '../sources/sources.js'
import { measureAlone, merit, policyAround, sample, shared, type Figures, type Weights } from './tune.js'

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
function bundleOf(
  context: Context,
  ids: readonly Section[],
  name: SourceName,
  kind: number,
  sections: readonly Section[],
): Uint8Array {
  const weight: Weights = [1, 1, 1, 1]
  const source = { name, kind, role: ROLE.alike, ordinal: 0, quota: 300, last: 0, decay: 1, halfLife: 0, weight }
  const policy = policySection(context.learn, policyAround([source]))
  return shared(bundle(context.learn, context.catalogue.ids.length, [...ids, ...sections, policy]))
}

/** Each kind of neighbours that suits such a log, measured alone; the recipe with the best. */
export async function chooseNeighbours(
  context: Context,
  ids: readonly Section[],
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<{ recipe: Recipe; tried: FactorChoice['tried'] }> {
  const { learn, workers, catalogue } = context
  const some = sample(holdout)
  const decay = training.log.time === null ? 1 : DECAY
  const tried: FactorChoice['tried'] = []
  let best = { recipe, merit: -1 }
  for (const kind of training.log.time === null ? NEIGHBOURS_UNTIMED : NEIGHBOURS_TIMED) {
    const plan = { ...recipe.neighbours, ...kind }
    const neighbours = await training.neighbours(plan)
    const lists = postingsSection(learn, 'i2i', neighbours, catalogue.ids.length, KEY.item, 0, recipe.weightBits, 0)
    const what = kind.cosine
      ? `i2i by cosine, shrinkage ${kind.shrinkage}`
      : `i2i by adjacency, exponents ${kind.user}, ${kind.key}, ${kind.target}`
    const asked = bundleOf(context, ids, 'i2i', SOURCE.postings, [lists])
    const figures = await measureAlone(learn, workers, what, asked, 1, 0, decay, some)
    tried.push({ what, ...figures })
    if (merit(figures) > best.merit) best = { recipe: { ...recipe, neighbours: plan }, merit: merit(figures) }
  }
  return { recipe: best.recipe, tried }
}

/** `ids`: the sections of item ids, which every bundle needs. */
export async function chooseFactors(
  context: Context,
  ids: readonly Section[],
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<FactorChoice> {
  const { learn, workers, config, progress, seed } = context
  const some = sample(holdout)
  const decay = training.log.time === null ? 1 : DECAY
  const tried: FactorChoice['tried'] = []
  const attempt = async (als: Recipe['als']) => {
    const factors = await training.als(als, als.iterations, seed, (done) =>
      progress.stage(`trying factors of ${als.dims} dimensions`, done, als.iterations),
    )
    const space = factorSpace(context, training, { ...recipe, als }, factors, 0)
    const what = `als of ${als.dims} dimensions, unobserved ${als.unobserved}`
    const asked = bundleOf(context, ids, 'als', SOURCE.vectors, space)
    const figures = await measureAlone(learn, workers, what, asked, 1, 0, decay, some)
    tried.push({ what, ...figures })
    return { als, factors, merit: merit(figures) }
  }
  let best = await attempt(recipe.als)
  if (training.log.user.length <= MOST_EVENTS) {
    for (const unobserved of UNOBSERVED.filter((u) => u !== recipe.als.unobserved)) {
      const other = await attempt({ ...best.als, ...factorPlan(training.log, best.als.dims, unobserved) })
      if (other.merit > best.merit) best = other
    }
    if (config.dimension === undefined) {
      const larger = await attempt({ ...best.als, dims: LARGER })
      if (larger.merit > best.merit * (1 + WORTH)) best = larger
      else {
        const smaller = await attempt({ ...best.als, dims: SMALLER })
        if (smaller.merit > best.merit * (1 - WORTH / 4)) best = smaller
      }
    }
  }
  progress.say(`factors: ${best.als.dims} dimensions, unobserved weight ${best.als.unobserved}`)
  return { recipe: { ...recipe, als: best.als }, factors: best.factors, tried }
}
