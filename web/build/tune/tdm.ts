/** Whether a tree and its scorer, which the config asks for, are worth their bytes beside the other sources. */
import { fitTdm, startFor, TDM, type LearnedTdm } from '../fit/tdm.js'
import type { Given } from '../given.js'
import { SOURCE } from '../../generated/numbers.js'
import { LearnError } from '../../learn/learn.js'
import type { Recipe } from '../recipe.js'
import { tdmSections } from '../sources/tdm.js'
import type { Training } from '../training.js'
import { also, asking, bytesOf, measureFinely, type UnderTrial } from './choose.js'
import type { Holdout } from './holdout.js'
import { difference, pick, type Tried } from './ways.js'

export interface TdmChoice {
  recipe: Recipe
  /** Where the recipe has one. */
  source: UnderTrial | null
  tried: Tried[]
}

/** Trained without the held-out events until these come back no better, and measured beside the others. */
export async function chooseTdm(
  given: Given,
  training: Training,
  recipe: Recipe,
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<TdmChoice> {
  const { config, progress, seed } = given
  const none = { recipe, source: null, tried: [] }
  if (config.train?.retriever === undefined || config.sources?.tdm === false) return none
  let learned: LearnedTdm
  try {
    learned = await fitTdm(given, training, TDM, await startFor(training, recipe, TDM, seed), holdout)
  } catch (error) {
    if (!(error instanceof LearnError)) throw error
    progress.say(`look: no tree: ${error.message}`)
    return none
  }
  const { plan, passes, cut } = learned
  if (plan.passes.length === 0) {
    progress.say(
      'look: no tree: the time was over before a pass over the log was; to give it more, raise "minutes" of "train" in the config',
    )
    return none
  }
  const best = Math.max(...passes.map(({ ndcg }) => ndcg))
  progress.say(
    `tdm: ${plan.passes.length} passes over the log, held-out ndcg@10 of its search ${best.toFixed(4)}` +
      (cut ? '; the time was over (config key train.minutes)' : ''),
  )
  const source = underTrial(given, learned)
  const kept = { recipe: { ...recipe, tdm: plan }, source }
  if (beside.length === 0) return { ...kept, tried: [] }
  const sources = [...beside, source]
  const [without, together] = await asking(given, sources, (asked) =>
    measureFinely(asked, sources.map(({ decay }) => decay), holdout, [[...beside.keys()], [...sources.keys()]]),
  ) // prettier-ignore
  const { best: way, tried } = pick([
    { what: `without tdm${also(beside)}`, way: null, bytes: 0, ...without! },
    { what: `tdm, ${plan.passes.length} passes${also(beside)}`, way: plan, bytes: bytesOf(source), ...together! },
  ])
  const { mean, error } = difference(together!.each, without!.each)
  const isKept = way.way !== null || config.sources?.tdm === true
  progress.say(
    `tdm is ${isKept ? 'kept' : 'left out'}: to recall + ndcg of a person it adds ${mean < 0 ? '' : '+'}${mean.toFixed(4)} ± ${(2 * error).toFixed(4)}` +
      `${also(beside).replace(',', '')}${way.way === null ? ', no more than chance gives' : ''}`,
  )
  return isKept ? { ...kept, tried } : { ...none, tried }
}

function underTrial(given: Given, learned: LearnedTdm): UnderTrial {
  const sections = (ordinal: number) => tdmSections(given, learned, ordinal)
  return { name: 'tdm', kind: SOURCE.beam, sections, decay: 1, alone: new Map() }
}
