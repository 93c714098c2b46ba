/**
 * item2vec: items are alike that are met in the same company, whoever meets them (Barkan & Koenigstein 2016), in the closed
 * form that word2vec approaches by steps (src/learn/ppmi.h). Factors say what a person likes on the whole; this says what
 * stands close to what they met last, and fills in where lists of next items are thin. Where the order is known.
 */
import type { Section } from '../sections/section.js'
import { NO_ROW } from '../sections/vectors.js'
import type { Item2vecPlan, Training } from '../training.js'
import type { Materials, Source } from './source.js'
import { vectorsBefore } from './before.js'
import { codedSpace } from './space.js'
import { turned } from './turned.js'

export const item2vec: Source<'item2vec'> = {
  name: 'item2vec',
  kind: 'vectors',
  role: 'alike',
  possible: ({ training, recipe }) => training !== null && recipe.item2vec !== null,
  sections: (from, ordinal) => item2vecSpace(from, from.training!, from.recipe.item2vec!, ordinal),
}

type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress' | 'previous' | 'catalogue' | 'recipe'>

export async function item2vecSpace(
  from: Needs,
  training: Training,
  plan: Item2vecPlan,
  ordinal: number,
): Promise<Section[]> {
  from.progress.stage('training vectors of company', 0, 1)
  const start = vectorsBefore(from, 'item2vec', Math.ceil(plan.dims / 4) * 4)
  const { items, stride } = await training.item2vec(plan, from.seed, start)
  const rows = turned(from, 'item2vec', items, stride)
  const { itemUsers } = training
  const isMet = (item: number) =>
    itemUsers[item]! > 0 && rows.subarray(item * stride, (item + 1) * stride).some((value) => value !== 0)
  return codedSpace(
    from,
    {
      name: 'item2vec',
      metric: 'cosine',
      layers: from.recipe.factorLayers,
      rows,
      dim: stride,
      met: training.popularity,
      rowOf: Uint32Array.from({ length: training.log.items }, (_, item) => (isMet(item) ? item : NO_ROW)),
      tower: { kind: 'pooled' },
    },
    ordinal,
  )
}
