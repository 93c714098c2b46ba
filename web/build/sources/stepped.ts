/**
 * Factors that are trained by steps where the config asks for them (fit/factors.ts): a person is the mean of what they met, in
 * training as on the device. Each is a source by the name of what it is trained for.
 */
import type { FactorsName } from '../fit/config.js'
import type { Section } from '../sections/section.js'
import { NO_ROW } from '../sections/vectors.js'
import type { Factors, Training } from '../training.js'
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

type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress'>

/** As many epochs as the recipe says; those of a training that chose them are there already. */
async function steppedFactors(
  { recipe, seed, progress }: Materials,
  training: Training,
  name: FactorsName,
): Promise<Factors> {
  const there = training.stepped.get(name)
  if (there !== undefined) return there
  const { epochs, layers: _, ...plan } = recipe.stepped[name]!
  const factors = await training.factorsBySteps(plan, seed)
  try {
    while (factors.done < epochs) {
      progress.stage(`training ${name}`, factors.done, epochs)
      await factors.epoch()
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
      metric: 'cosine',
      layers,
      rows,
      dim: stride,
      rowOf: Uint32Array.from(training.itemUsers, (met, item) => (met > 0 ? item : NO_ROW)),
      tower: { kind: 'pooled' },
    },
    ordinal,
  )
}
