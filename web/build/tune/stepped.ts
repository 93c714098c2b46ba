/**
 * Factors that the config asks to train by steps: for how many epochs, by what is held out, and whether they add to the other
 * sources. The vectors that were best on the way are those that the trial weighs; for the bundle the same steps are taken on
 * everything, as many times.
 */
import type { Config } from '../config.js'
import { FACTORS, type FactorsName } from '../fit/config.js'
import type { FactorsPlan } from '../fit/factors.js'
import type { Given } from '../given.js'
import { layersFrom, STEPPED, STEPPED_LAYERS, type Recipe } from '../recipe.js'
import { SOURCE } from '../../generated/numbers.js'
import { LearnError } from '../../learn/learn.js'
import { steppedSpace, weighed } from '../sources/stepped.js'
import type { Factors, Training } from '../training.js'
import { asking, bytesOf, DECAY, faded, measureFinely, type UnderTrial } from './choose.js'
import type { Holdout } from './holdout.js'
import { measureAlone, merit, sample } from './tune.js'
import { difference, pick, type Measured, type Tried } from './ways.js'

/** Epochs after which held-out people are asked: the first, and how much later each next one is. */
const FIRST_ASKED = 5
const LATER = 1.25
/** Of few people batches are smaller, so that an epoch has about so many steps. */
const STEPS = 50
const LEAST_BATCH = 16
/** Times in a row that nothing better came, after which nothing will. */
const PATIENCE = 3

export interface SteppedChoice {
  recipe: Recipe
  /** Those that the recipe has. */
  sources: UnderTrial[]
  tried: Tried[]
}

/** Which of them the config asks for, in the order of a bundle. */
function wantedOf({ train, sources }: Config): FactorsName[] {
  const asked = new Set([train?.factors ?? []].flat())
  return FACTORS.filter((name) => asked.has(name) && sources?.[name] !== false)
}

/** What is said of them where nothing is held out to train them by. */
export const leftWithoutHoldout = (config: Config): string[] =>
  wantedOf(config).map(
    (name) =>
      `${name} is left out: how long to train it, and whether it adds anything, is seen by held-out events, and there are none`,
  )

/** Each of the factor models that the config asks for, beside what there is, in the order of the config. */
export async function chooseStepped(
  given: Given,
  training: Training,
  start: Recipe,
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<SteppedChoice> {
  const { config, log } = given
  const names = wantedOf(config)
  // the rest of the time is for the same epochs on everything; a tower learns after them
  const share = log!.user.length / (log!.user.length + training.log.user.length)
  let choice: SteppedChoice = { recipe: start, sources: [], tried: [] }
  for (const [place, name] of names.entries()) {
    const others = names.length - place - 1 + Number(config.train?.tower !== undefined)
    const seconds = given.minutes.left(1 - share) / (1 + others)
    const there = [...beside, ...choice.sources]
    const one = await chooseOne(given, training, choice.recipe, name, there, holdout, seconds)
    choice = { ...one, sources: [...choice.sources, ...one.sources], tried: [...choice.tried, ...one.tried] }
  }
  return choice
}

async function chooseOne(
  given: Given,
  training: Training,
  recipe: Recipe,
  name: FactorsName,
  beside: readonly UnderTrial[],
  holdout: Holdout,
  seconds: number,
): Promise<SteppedChoice> {
  const { config, progress } = given
  const usual = STEPPED[name]
  const plan = {
    ...usual,
    dims: config.dimension ?? usual.dims,
    batch: Math.max(LEAST_BATCH, Math.min(usual.batch, Math.round(training.log.users / STEPS))),
    // they are drawn among what was met: more than that would say the same again
    negatives: Math.min(usual.negatives, training.itemUsers.filter((people) => people > 0).length || 1),
  }
  let best: Best
  try {
    best = await train(given, training, name, plan, holdout, seconds)
  } catch (error) {
    if (!(error instanceof LearnError)) throw error
    progress.say(`${name} is left out: ${error.message.replace(/^factors: /, '')}`)
    return { recipe, sources: [], tried: [] }
  }
  const said = `${name} of ${plan.dims} dimensions, ${best.epochs} epochs`
  const {
    source: found,
    figures,
    layers,
    tried: alone,
  } = await chooseLayers(given, training, name, said, best, holdout)
  const source = training.log.time === null ? found : await faded(given, found, sample(holdout))
  const how = { ...plan, span: best.span, epochs: best.epochs, layers }
  const chosen = { ...recipe, stepped: { ...recipe.stepped, [name]: how } }
  weighed.set(how, best.factors)
  training.stepped.set(name, best.factors)
  progress.say(`${said}${best.ended}: recall ${figures.recall.toFixed(4)}, ndcg ${figures.ndcg.toFixed(4)} alone`)
  if (beside.length === 0) return { recipe: chosen, sources: [source], tried: alone }
  const sources = [...beside, source]
  const decays = sources.map(({ decay }) => decay)
  const [without, together] = await asking(given, sources, (asked) =>
    measureFinely(asked, decays, holdout, [[...beside.keys()], [...sources.keys()]]),
  )
  const names = beside.map((one) => one.name).join(' and ')
  const { best: better, tried } = pick([
    { what: `without ${name}, beside ${names}`, way: recipe, bytes: 0, ...without! },
    { what: `${name}, beside ${names}`, way: chosen, bytes: bytesOf(source), ...together! },
  ])
  const isKept = better.way === chosen || config.sources?.[name] === true
  const { mean, error } = difference(together!.each, without!.each)
  const added = `${mean < 0 ? '' : '+'}${mean.toFixed(4)} ± ${(2 * error).toFixed(4)}`
  const doubt = better.way === chosen ? '' : ', no more than chance gives'
  progress.say(
    `${name} is ${isKept ? 'kept' : 'left out'}: to recall + ndcg of a person it adds ${added} beside ${names}${doubt}`,
  )
  return isKept
    ? { recipe: chosen, sources: [source], tried: [...alone, ...tried] }
    : { recipe, sources: [], tried: [...alone, ...tried] }
}

/** Vectors as a source, and what it brings back alone. */
async function measured(
  given: Given,
  training: Training,
  name: FactorsName,
  factors: Factors,
  layers: readonly number[],
  holdout: Holdout,
): Promise<Measured & { source: UnderTrial }> {
  const decay = training.log.time === null ? 1 : DECAY
  const space = steppedSpace(given, training, name, factors, layers, 0)
  const sections = (ordinal: number) => space.map((section) => ({ ...section, ordinal }))
  const source = { name, kind: SOURCE.vectors, sections, decay, alone: new Map() }
  const alone = await asking(given, [source], (asked) => measureAlone(asked, 0, decay, sample(holdout)))
  source.alone.set(decay, alone.figures)
  return { ...alone, source }
}

/** Whether codes alone lose more than chance gives. */
async function chooseLayers(
  given: Given,
  training: Training,
  name: FactorsName,
  how: string,
  best: Best,
  holdout: Holdout,
): Promise<Measured & { source: UnderTrial; layers: number[]; tried: Tried[] }> {
  const [coded, ...more] = given.config.layers === undefined ? STEPPED_LAYERS : [layersFrom(given.config)]
  const ways = [{ what: `${how}, alone`, way: coded!, bytes: bytesOf(best.source), ...best }]
  for (const layers of more) {
    const one = await measured(given, training, name, best.factors, layers, holdout)
    const what = `${how}, a layer of ${layers.join(' and ')} bits, alone`
    ways.push({ ...best, what, way: layers, bytes: bytesOf(one.source), ...one })
  }
  const { best: chosen, tried } = pick(ways)
  const way = ways.find(({ what }) => what === chosen.what)!
  return { ...way, layers: way.way, tried }
}

/** What held-out people found best, and after how many epochs. */
interface Best extends Measured {
  epochs: number
  /** As many as there was time for. */
  span: number
  factors: Factors
  source: UnderTrial
  /** What is to be said of the end. */
  ended: string
}

/** Trains until nothing better comes, or the time is over. */
async function train(
  given: Given,
  training: Training,
  name: FactorsName,
  plan: FactorsPlan,
  holdout: Holdout,
  seconds: number,
): Promise<Best> {
  const { progress, seed, config } = given
  const layers = config.layers === undefined ? STEPPED_LAYERS[0]! : layersFrom(config)
  const began = performance.now()
  const factors = await training.factorsBySteps(plan, seed)
  const isOver = () => factors.done > 0 && performance.now() - began > 1000 * seconds
  try {
    let best: Best | null = null
    let worse = 0
    let { span } = plan
    for (let next = FIRST_ASKED; worse < PATIENCE && factors.done < span && !isOver();) {
      while (factors.done < Math.min(next, span) && !isOver()) {
        progress.stage(`training ${name}`, factors.done, span)
        await factors.epoch()
      }
      const { vectors } = factors
      const alone = await measured(given, training, name, vectors, layers, holdout)
      const each = (performance.now() - began) / 1000 / factors.done
      if (span * each > seconds) factors.hasten((span = Math.max(factors.done, Math.floor(seconds / each))))
      const now = { ...alone, span, epochs: factors.done, factors: vectors, ended: '' }
      const isBetter = best === null || merit(now.figures) > merit(best.figures)
      worse = isBetter ? 0 : worse + 1
      if (isBetter) best = now
      next = Math.max(next + FIRST_ASKED, Math.ceil(next * LATER))
    }
    const late = `, ended by "minutes" in the config: after ${factors.done} epochs`
    return { ...best!, span, ended: span < plan.span || isOver() ? late : '' }
  } finally {
    factors.drop()
  }
}
