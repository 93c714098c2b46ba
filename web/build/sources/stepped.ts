/**
 * Factors that are trained by steps where the config asks for them (fit/factors.ts): a person is the mean of what they met, in
 * training as on the device. Each is a source by the name of what it is trained for.
 */
import type { FactorsName } from '../fit/config.js'
import type { Section } from '../sections/section.js'
import { NO_ROW } from '../sections/vectors.js'
import type { Factors, Training } from '../training.js'
import { STEPPED, type SteppedPlan } from '../recipe.js'
import { codedSpace } from './space.js'
import type { Materials, Source } from './source.js'

const stepped = <Name extends FactorsName>(name: Name): Source<Name> => ({
  name,
  kind: 'vectors',
  role: 'alike',
  possible: ({ training, recipe }) => training !== null && recipe.stepped[name] !== undefined,
  async sections(from, ordinal) {
    const { layers } = from.recipe.stepped[name]!
    return steppedSpace(from, from.training!, name, await steppedFactors(from, from.training!, name), layers, ordinal)
  },
})

export const bpr = stepped('bpr')
export const ccl = stepped('ccl')
export const lightgcn = stepped('lightgcn')
export const node2vec = stepped('node2vec')
export const svdpp = stepped('svdpp')
export const nmf = stepped('nmf')

type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress' | 'previous' | 'catalogue'>

/** What was weighed, by how it was trained: it is good enough where there is no time to learn from everything. */
export const weighed = new WeakMap<SteppedPlan, Factors>()

/** As many epochs as the recipe says, or those that were weighed where the time is over before; those of a training that chose them
 * are there already. */
async function steppedFactors(
  { recipe, seed, progress, minutes }: Materials,
  training: Training,
  name: FactorsName,
): Promise<Factors> {
  const there = training.stepped.get(name)
  if (there !== undefined) return there
  const how = recipe.stepped[name]!
  const { epochs, layers: _, ...plan } = how
  const factors = await training.factorsBySteps(plan, seed)
  try {
    while (factors.done < epochs) {
      progress.stage(`training ${name}`, factors.done, epochs)
      await factors.epoch()
      const known = weighed.get(how)
      if (known === undefined || factors.done === epochs || minutes.left(1) > 0) continue
      progress.say(
        `look: the time was over before ${name} had learned from everything, so it is the one that was weighed, without the held-out ` +
          'events; to give it more, raise "minutes" of "train" in the config',
      )
      return known
    }
    return factors.vectors
  } finally {
    factors.drop()
  }
}

/** An item that nobody met was never moved from where it was drawn, and has no vector there. */
export function steppedSpace(
  from: Needs,
  training: Training,
  name: FactorsName,
  { items: rows, stride }: Factors,
  layers: readonly number[],
  ordinal: number,
): Section[] {
  return codedSpace(
    from,
    {
      name,
      metric: STEPPED[name].loss === 'squared' ? 'ip' : 'cosine',
      layers,
      rows,
      dim: stride,
      met: training.popularity,
      rowOf: Uint32Array.from(training.itemUsers, (met, item) => (met > 0 ? item : NO_ROW)),
      tower: { kind: 'pooled' },
    },
    ordinal,
  )
}
