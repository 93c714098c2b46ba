/** Whether an imported tower that the config asks to train on is better for it than as it came. */
import type { TowerPlan } from '../fit/config.js'
import { SOURCE } from '../../generated/numbers.js'
import { LearnError } from '../../learn/learn.js'
import type { Given } from '../given.js'
import type { Imported } from '../models/imported.js'
import { InputError } from '../../read/index.js'
import type { Recipe } from '../recipe.js'
import { embeddedSpace, tuned } from '../sources/embeddings.js'
import type { Training } from '../training.js'
import { also, asking, type UnderTrial } from './choose.js'
import type { Holdout } from './holdout.js'
import { measureWays, sample } from './tune.js'
import { against, difference, SURE, type Tried } from './ways.js'

export interface TunedChoice {
  recipe: Recipe
  tried: Tried[]
}

/** Scores of vectors that all have length 1 are divided by this, where a config does not say. */
const COSINES = 0.15
const PEOPLE = 10_000

/** Trained on without the held-out events until those of half of the people come back no better; by the others measured beside what it
 * was, each beside the other sources. */
export async function chooseTuned(
  given: Given,
  training: Training,
  recipe: Recipe,
  asked: TowerPlan,
  beside: readonly UnderTrial[],
  holdout: Holdout,
): Promise<TunedChoice> {
  const { config, progress } = given
  const stays = (why: string, tried: Tried[] = []): TunedChoice => {
    progress.say(`look: the tower stays as it came: ${why}`)
    return { recipe, tried }
  }
  if (config.sources?.embeddings === false) return stays('the config leaves out the source that it asks ("embeddings")')
  const imported = given.tower!.imported()
  if (typeof imported === 'string') return stays(imported)
  if (config.metric === 'cosine' && !imported.unit)
    return stays('its vectors are compared by cosines, and their lengths differ; vectors of length 1 can be trained')
  const plan = planOf(asked, imported)
  let made: Awaited<ReturnType<typeof tuned>>
  try {
    made = await tuned(given, training, plan, halfOf(holdout, 0))
  } catch (error) {
    if (!(error instanceof LearnError || error instanceof InputError)) throw error
    return stays(error.message)
  }
  const { passes, before, cut } = made.learned
  const count = made.learned.plan.passes.length
  const best = Math.max(before, ...passes.map(({ ndcg }) => ndcg))
  if (count === 0)
    return stays(
      cut && passes.length === 0
        ? 'the time was over before a pass over the log was; to give it more, raise "minutes" of "train" in the config'
        : `no pass over the log brought held-out events back better than it does (ndcg@10 ${before.toFixed(4)})`,
    )
  const { embeddings, tower } = given
  const ways = [
    { what: 'the tower as it came', rows: embeddings!.vectors, tower },
    { what: `the tower trained on, ${count} passes`, rows: made.vectors, tower: made.tower },
  ]
  const people = sample(halfOf(holdout, 1), PEOPLE)
  const measured = []
  for (const { what, rows, tower } of ways) {
    const sections = (ordinal: number) => embeddedSpace({ ...given, recipe }, rows, tower, ordinal)
    const source = { name: 'embeddings', kind: SOURCE.vectors, sections, decay: 1, alone: new Map() }
    const sources = [source, ...beside] // a network's table is of the first space
    const decays = sources.map(({ decay }) => decay)
    const [crossed] = await asking(given, sources, (asked) => measureWays(asked, decays, people, [[...sources.keys()]]))
    measured.push({ ...crossed!, what: `${what}${also(beside)}` })
  }
  const [came, trained] = measured as [(typeof measured)[0], (typeof measured)[0]]
  const { mean, error } = difference(trained.each, came.each)
  const isKept = mean > SURE * error
  const tried = against(measured, isKept ? trained : came)
  const figures =
    `held-out ndcg@10 among all items ${best.toFixed(4)} after ${before.toFixed(4)}, and to recall + ndcg of ` +
    `${people.who.length} other people it adds ${mean < 0 ? '' : '+'}${mean.toFixed(4)} ± ${(2 * error).toFixed(4)}${also(beside).replace(',', '')}`
  if (!isKept) return stays(`trained on for ${count} passes, ${figures}, no more than chance gives`, tried)
  progress.say(`the tower is trained on, ${count} passes over the log: ${figures}`)
  return { recipe: { ...recipe, tuned: made.learned.plan }, tried }
}

/** Every second person: who says when to stop cannot say how good it is (fit/judge.ts). */
const halfOf = (holdout: Holdout, half: number): Holdout => ({
  ...holdout,
  who: holdout.who.filter((_, place) => place % 2 === half),
})

function planOf(asked: TowerPlan, { width, length, unit }: Imported): TowerPlan {
  return { ...asked, width, length, temperature: asked.temperature || (unit ? COSINES : 1) }
}
