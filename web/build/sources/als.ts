/**
 * Factors: user and item vectors whose products bring back what people met (implicit ALS: Hu et al. 2008, Rendle et al.
 * 2021; src/learn/als.h). The bundle holds the items' alone; a device solves for the person's from the history.
 */
import { NO_ROW } from '../sections/vectors.js'
import type { Section } from '../sections/section.js'
import { gramOf, type Factors, type Training } from '../training.js'
import { vectorsBefore, type Knows } from './before.js'
import { codedSpace } from './space.js'
import type { Materials, Source } from './source.js'
import { turned } from './turned.js'

export const als: Source<'als'> = {
  name: 'als',
  kind: 'vectors',
  role: 'alike',
  possible: ({ training }) => training !== null,
  async sections(from, ordinal) {
    return factorSpace(from, from.training!, await from.factors(), ordinal)
  },
}

/** Of the day before, for those of today to begin from. */
export function factorsBefore(from: Knows, dims: number): Factors | null {
  const stride = Math.ceil(dims / 4) * 4
  const items = vectorsBefore(from, 'als', stride)
  return items && { dims, items, stride }
}

type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress' | 'previous' | 'catalogue' | 'recipe'>

/** The space of trained factors. An item that nobody met has no vector there. */
export function factorSpace(from: Needs, training: Training, factors: Factors, ordinal: number): Section[] {
  const { als, factorLayers } = from.recipe
  const rows = turned(from, 'als', factors.items, factors.stride)
  return codedSpace(
    from,
    {
      name: 'als',
      metric: 'ip',
      layers: factorLayers,
      rows,
      dim: factors.stride,
      met: training.popularity,
      rowOf: Uint32Array.from(training.itemUsers, (met, item) => (met > 0 ? item : NO_ROW)),
      tower: {
        kind: 'als',
        unobserved: als.unobserved,
        reg: als.reg,
        nu: als.nu,
        items: training.log.items,
        gram: gramOf(from.learn, als.dims, rows),
      },
    },
    ordinal,
  )
}
