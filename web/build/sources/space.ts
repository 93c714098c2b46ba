/** What sources of vectors share: coding rows into a space's sections, with its tower. */
import type { Metric } from '../sections/vectors.js'
import type { Section } from '../sections/section.js'
import { spaceSections, towerSection, type TowerPlan } from '../sections/vectors.js'
import { spaceBefore } from './before.js'
import type { Materials } from './source.js'

export interface Space {
  name: string
  metric: Metric
  /** Bits of each residual layer. */
  layers: readonly number[]
  /** Default: as the config says. */
  subspaces?: number
  /** [rows][dim]; rowOf[n] is the row of item n, or NO_ROW. */
  rows: Float32Array
  dim: number
  rowOf: Uint32Array
  /** How often each item is met. Default: nothing tells. */
  met?: Float32Array | null
  tower: TowerPlan
}

type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress' | 'previous' | 'catalogue'>

export function codedSpace(from: Needs, space: Space, ordinal: number): Section[] {
  const { learn, config, seed, progress } = from
  const { name, metric, layers, subspaces = config.subspaces ?? 0, rows, dim, rowOf, met = null, tower } = space
  progress.stage(`coding ${name} vectors`, 0, 1)
  const plan = { name, ordinal, metric, layers, subspaces, seed }
  const coded = spaceSections(learn, plan, rows, dim, rowOf, spaceBefore(from, name, met))
  return [...coded.sections, towerSection(learn, name, ordinal, coded.padded, tower, from.previous?.towers.get(name))]
}
