/**
 * A tree over the items that a trained scorer is walked down (config key `train`, fit/tdm.ts): what mixes the person with each item
 * recalls from all of them, and scores few. The bundle holds the tree, a vector for each of its nodes, and the scorer.
 */
import { compile } from '../../import/onnx/compile.js'
import { fitTdm, startFor, type LearnedTdm } from '../fit/tdm.js'
import { BATCH } from '../models/draw.js'
import { tdm as drawn } from '../models/tdm.js'
import { nodesSection } from '../sections/nodes.js'
import type { Section } from '../sections/section.js'
import type { Materials, Source } from './source.js'

/** Nodes of one run: more fill the caches, fewer the time between ops. */
const CAPACITY = 64

export const tdm: Source<'tdm'> = {
  name: 'tdm',
  kind: 'beam',
  role: 'next',
  unfading: () => true,
  possible: ({ training, recipe }) => training !== null && recipe.tdm !== null,
  async sections(from, ordinal) {
    const { recipe, seed } = from
    const training = from.training!
    const learned = await fitTdm(from, training, recipe.tdm!, await startFor(training, recipe, recipe.tdm!, seed), null)
    if (learned.cut)
      from.progress.say(
        'look: the time was over before the tree had learned from everything, so it is the one that was weighed, without the held-out ' +
          'events; to give it more, raise "minutes" of "train" in the config',
      )
    return tdmSections(from, learned, ordinal)
  },
}

export function tdmSections({ learn }: Pick<Materials, 'learn'>, learned: LearnedTdm, ordinal: number): Section[] {
  const { plan, tree, vectors, parameters } = learned
  const { width, length, interests, hidden, arity, beam } = plan
  const { drawing, score } = drawn({ width, length, interests, hidden, nodes: 1 }, false)
  const program = compile(drawing.learned(score, [BATCH], parameters), {
    capacity: CAPACITY,
    perRequest: new Set(['history', 'mask']),
  })
  const { items, order } = tree
  const plans = { items, order, arity, levels: tree.top, width, beam, program: program.bytes, vectors }
  return [nodesSection(learn, 'tdm', plans, ordinal)]
}
