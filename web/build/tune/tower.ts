/** Whether a tower that the config asks for is worth its bytes beside the other sources. */
import { fitTower, needsContent, needsOrder, towerPlan, type LearnedTower } from '../fit/tower.js'
import type { Given } from '../given.js'
import { SOURCE } from '../../generated/numbers.js'
import { LearnError } from '../../learn/learn.js'
import type { Recipe } from '../recipe.js'
import { towerSpace } from '../sources/tower.js'
import type { Training } from '../training.js'
import { also, asking, bytesOf, measureFinely, type UnderTrial } from './choose.js'
import { chooseTuned } from './finetune.js'
import type { Holdout } from './holdout.js'
import { difference, pick, type Tried } from './ways.js'

export interface TowerChoice {
  recipe: Recipe
  /** Where the recipe has one. */
  source: UnderTrial | null
  tried: Tried[]
}

/** Trained without the held-out events until these come back no better, and measured beside the others. */
export async function chooseTower(
  given: Given,
  training: Training,
  recipe: Recipe,
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<TowerChoice> {
  const { config, progress } = given
  const asked = config.train?.tower
  if (asked === undefined || config.sources?.tower === false) return { recipe, source: null, tried: [] }
  const plan = towerPlan(asked)
  if (plan.kind === 'finetune')
    return { ...(await chooseTuned(given, training, recipe, plan, beside, holdout)), source: null }
  if (training.log.time === null && needsOrder(plan.kind)) {
    progress.say(
      `look: no tower: the log has no times, and ${plan.kind} learns what comes next; "youtubednn" learns without (config key train.tower)`,
    )
    return { recipe, source: null, tried: [] }
  }
  if (needsContent(plan.kind) && given.catalogue.columns.length === 0) {
    progress.say(`look: no tower: ${plan.kind} learns what items are by their attributes (--items), and there are none`)
    return { recipe, source: null, tried: [] }
  }
  let learned: LearnedTower
  try {
    learned = await fitTower(given, training, plan, holdout)
  } catch (error) {
    if (!(error instanceof LearnError)) throw error
    progress.say(`look: no tower: ${error.message}`)
    return { recipe, source: null, tried: [] }
  }
  if (learned.plan.passes.length === 0) {
    progress.say(
      'look: no tower: the time was over before a pass over the log was; to give it more, raise "minutes" of "train" in the config',
    )
    return { recipe, source: null, tried: [] }
  }
  progress.say(saidOf(learned))
  const source = underTrial(given, learned, recipe.towerLayers)
  if (beside.length === 0) return { recipe: { ...recipe, tower: learned.plan }, source, tried: [] }
  const sources = [...beside, source]
  const decays = sources.map(({ decay }) => decay)
  const [without, together] = await asking(given, sources, (asked) =>
    measureFinely(asked, decays, holdout, [[...beside.keys()], [...sources.keys()]]),
  )
  const { best, tried } = pick([
    { what: `without tower${also(beside)}`, way: null, bytes: 0, ...without! },
    {
      what: `tower, ${learned.plan.passes.length} passes${also(beside)}`,
      way: learned.plan,
      bytes: bytesOf(source),
      ...together!,
    },
  ])
  const { mean, error } = difference(together!.each, without!.each)
  const isKept = best.way !== null || config.sources?.tower === true
  progress.say(
    `tower is ${isKept ? 'kept' : 'left out'}: to recall + ndcg of a person it adds ${mean < 0 ? '' : '+'}${mean.toFixed(4)} ± ${(2 * error).toFixed(4)}` +
      `${also(beside).replace(',', '')}${best.way === null ? ', no more than chance gives' : ''}`,
  )
  return isKept ? { recipe: { ...recipe, tower: learned.plan }, source, tried } : { recipe, source: null, tried }
}

function underTrial(given: Given, learned: LearnedTower, layers: readonly number[]): UnderTrial {
  const sections = (ordinal: number, program = 0) => towerSpace(given, learned, layers, ordinal, program)
  return { name: 'tower', kind: SOURCE.vectors, sections, decay: 1, alone: new Map() }
}

/** Why nothing is trained by steps where no events are held out. */
export function sayUntrained({ config, log, progress }: Given): void {
  const { tower, retriever } = config.train ?? {}
  if (tower === undefined && retriever === undefined) return
  const why =
    log === null
      ? 'it learns of a log (--interactions)'
      : config.tune === false
        ? 'only held-out events say when it has learned enough (config key "tune")'
        : 'the log is too small to hold anything out: fewer than 20 people with three events or more'
  if (tower !== undefined) {
    const isTuned = towerPlan(tower).kind === 'finetune'
    progress.say(`look: ${isTuned ? 'the tower stays as it came' : 'no tower'}: ${why}`)
  }
  if (retriever !== undefined) progress.say(`look: no tree: ${why}`)
}

function saidOf({ plan, passes, cut }: LearnedTower): string {
  const best = Math.max(...passes.map(({ ndcg }) => ndcg))
  return (
    `tower: ${plan.kind}, ${plan.passes.length} passes over the log, held-out ndcg@10 among all items ${best.toFixed(4)}` +
    (cut ? '; the time was over (config key train.minutes)' : '')
  )
}
