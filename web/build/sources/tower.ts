/**
 * A tower that was trained here (config key `train`): what a person meets next, by a network over what they met, in order. The
 * bundle holds the network and the items' vectors, by whose codes it reads the history too.
 */
import { drawn, fitTower, type LearnedTower } from '../fit/tower.js'
import { learnedSections } from '../models/learned.js'
import { NO_ROW } from '../sections/vectors.js'
import type { Section } from '../sections/section.js'
import type { Materials, Source } from './source.js'
import { codedSpace } from './space.js'

export const tower: Source<'tower'> = {
  name: 'tower',
  kind: 'vectors',
  role: 'next',
  unfading: () => true,
  possible: ({ training, recipe }) => training !== null && recipe.tower !== null,
  async sections(from, ordinal, program) {
    const plan = from.recipe.tower!
    const learned = await fitTower(from, from.training!, plan, null)
    if (learned.cut)
      from.progress.say(
        'look: the time was over before the tower had learned from everything, so it is the one that was weighed, without the held-out ' +
          'events; to give it more, raise "minutes" of "train" in the config',
      )
    return towerSpace(from, learned, from.recipe.towerLayers, ordinal, program)
  },
}

type Needs = Pick<Materials, 'learn' | 'config' | 'seed' | 'progress' | 'previous' | 'catalogue'>

export function towerSpace(
  from: Needs,
  learned: LearnedTower,
  layers: readonly number[],
  ordinal: number,
  program: number,
): Section[] {
  const { plan, items, parameters } = learned
  const { width, length } = plan
  const { drawing, query } = drawn(plan, length, false)
  const has = (item: number) => items.subarray(item * width, (item + 1) * width).some((value) => value !== 0)
  const space = codedSpace(
    from,
    {
      name: 'tower',
      metric: 'ip',
      layers,
      rows: items,
      dim: width,
      rowOf: Uint32Array.from({ length: items.length / width }, (_, item) => (has(item) ? item : NO_ROW)),
      tower: { kind: 'program', program, output: 0 },
    },
    ordinal,
  )
  return [...space, ...learnedSections({ drawing, query, width, parameters, items }, program, ordinal, from.seed)]
}
