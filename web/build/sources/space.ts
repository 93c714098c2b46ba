/** What sources of vectors share: coding rows into a space's sections, with its tower. */
import type { Metric } from '../sections/vectors.js'
import type { Section } from '../sections/section.js'
import { spaceSections, towerSection, type TowerPlan } from '../sections/vectors.js'
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
  tower: TowerPlan
}

type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress' | 'previous'>

export function codedSpace(
  { learn, config, seed, progress, previous }: Needs,
  space: Space,
  ordinal: number,
): Section[] {
  const { name, metric, layers, subspaces = config.subspaces ?? 0, rows, dim, rowOf, tower } = space
  progress.stage(`coding ${name} vectors`, 0, 1)
  const plan = { name, ordinal, metric, layers, subspaces, seed }
  const coded = spaceSections(learn, plan, rows, dim, rowOf, previous?.spaces.get(name))
  return [...coded.sections, towerSection(learn, name, ordinal, coded.padded, tower)]
}
