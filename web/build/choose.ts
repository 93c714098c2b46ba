/**
 * Choosing how factors are trained, by the held-out events: how much a pair that nobody met weighs (the one parameter of
 * implicit ALS that differs from log to log), then how many dimensions are worth their bytes. And, where time is known,
 * which exponents suit the neighbours.
 */
import type { Context } from './build.js'
import type { Holdout } from './holdout.js'
import type { Factors, Training } from './models.js'
import { factorPlan, NEIGHBOURS_TIMED, type Recipe } from './recipe.js'
import { bundle, KEY, policySection, postingsSection, SOURCE, type Section } from './sections.js'
import { factorSpace } from './sources.js'
import { measureAlone, merit, policyAround, sample, shared, type Figures } from './tune.js'

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

/** Neighbours by each pair of exponents, measured alone; the recipe with the better. */
export async function chooseNeighbours(
  context: Context,
  ids: Section,
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<{ recipe: Recipe; tried: FactorChoice['tried'] }> {
  const { learn, workers, catalogue } = context
  const tried: FactorChoice['tried'] = []
  let best = { recipe, merit: -1 }
  for (const exponents of training.log.time === null ? [] : NEIGHBOURS_TIMED) {
    const plan = { ...recipe.neighbours, ...exponents }
    const lists = postingsSection(
      learn,
      'i2i',
      await training.neighbours(plan),
      catalogue.ids.length,
      KEY.item,
      0,
      recipe.weightBits,
      0,
    )
    const policy = policySection(
      learn,
      policyAround([
        {
          name: 'i2i',
          kind: SOURCE.postings,
          ordinal: 0,
          quota: 300,
          last: 0,
          decay: 1,
          halfLife: 0,
          weight: [1, 1, 1, 1],
        },
      ]),
    )
    const what = `i2i with exponents ${exponents.user}, ${exponents.key}, ${exponents.target}`
    const figures = await measureAlone(
      learn,
      workers,
      what,
      shared(bundle(learn, catalogue.ids.length, [ids, lists, policy])),
      1,
      0,
      DECAY,
      sample(holdout),
    )
    tried.push({ what, ...figures })
    if (merit(figures) > best.merit) best = { recipe: { ...recipe, neighbours: plan }, merit: merit(figures) }
  }
  return { recipe: best.recipe, tried }
}

/** `ids`: the section of item ids, which every bundle needs. */
export async function chooseFactors(
  context: Context,
  ids: Section,
  training: Training,
  recipe: Recipe,
  holdout: Holdout,
): Promise<FactorChoice> {
  const { learn, workers, catalogue, config, progress, seed } = context
  const some = sample(holdout)
  const decay = training.log.time === null ? 1 : DECAY
  const tried: FactorChoice['tried'] = []
  const attempt = async (als: Recipe['als']) => {
    const factors = await training.als(als, als.iterations, seed, (done) =>
      progress.stage(`trying factors of ${als.dims} dimensions`, done, als.iterations),
    )
    const space = factorSpace(context, training, { ...recipe, als }, factors, 0)
    const policy = policySection(
      learn,
      policyAround([
        {
          name: 'als',
          kind: SOURCE.vectors,
          ordinal: 0,
          quota: 300,
          last: 0,
          decay: 1,
          halfLife: 0,
          weight: [1, 1, 1, 1],
        },
      ]),
    )
    const what = `als of ${als.dims} dimensions, unobserved ${als.unobserved}`
    const figures = await measureAlone(
      learn,
      workers,
      what,
      shared(bundle(learn, catalogue.ids.length, [ids, ...space, policy])),
      1,
      0,
      decay,
      some,
    )
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
