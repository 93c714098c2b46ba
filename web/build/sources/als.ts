/**
 * Factors: user and item vectors whose products bring back what people met (implicit ALS: Hu et al. 2008, Rendle et al.
 * 2021; src/learn/als.h). The bundle holds the items' alone; a device solves for the person's from the history.
 */
import { NO_ROW } from '../sections/vectors.js'
import type { Section } from '../sections/section.js'
import { gramOf, type Factors, type Training } from '../training.js'
import { codedSpace } from './space.js'
import type { Materials, Source } from './source.js'

export const als: Source<'als'> = {
  name: 'als',
  kind: 'vectors',
  role: 'alike',
  possible: ({ training }) => training !== null,
  async sections(from, ordinal) {
    return factorSpace(from, from.training!, await from.factors(), ordinal)
  },
}

type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress' | 'previous' | 'recipe'>

/** The space of trained factors. An item that nobody met has no vector there. */
export function factorSpace(from: Needs, training: Training, factors: Factors, ordinal: number): Section[] {
  const { als, factorLayers } = from.recipe
  return codedSpace(
    from,
    {
      name: 'als',
      metric: 'ip',
      layers: factorLayers,
      rows: factors.items,
      dim: factors.stride,
      rowOf: Uint32Array.from(training.itemUsers, (met, item) => (met > 0 ? item : NO_ROW)),
      tower: {
        kind: 'als',
        unobserved: als.unobserved,
        reg: als.reg,
        nu: als.nu,
        items: training.log.items,
        gram: gramOf(from.learn, als.dims, factors.items),
      },
    },
    ordinal,
  )
}
