/**
 * Given embeddings: a space of item vectors that somebody else trained. A history asks it by the mean of its items, or
 * through a tower that was imported with them, which may be trained on (config key `train`).
 */
import type { TowerPlan as FitPlan } from '../fit/config.js'
import { fitTower, type Fitting } from '../fit/tower.js'
import type { TowerPlan } from '../models/tower.js'
import type { Section } from '../sections/section.js'
import type { Training } from '../training.js'
import type { Asking } from '../tune/answer.js'
import { codedSpace } from './space.js'
import type { Materials, Source } from './source.js'

export const embeddings: Source<'embeddings'> = {
  name: 'embeddings',
  kind: 'vectors',
  role: 'alike',
  stays: true, // `nearest` and `vector` are asked of it
  knowsNew: true,
  unfading: ({ tower }) => tower !== null,
  possible: ({ embeddings }) => embeddings !== null,
  async sections(from, ordinal) {
    const { embeddings, tower, recipe, training } = from
    const given = { vectors: embeddings!.vectors, tower }
    const { vectors, tower: own } = recipe.tuned === null ? given : await tuned(from, training!, recipe.tuned, null)
    return embeddedSpace(from, vectors, own, ordinal)
  },
}

/** The imported tower trained on: its vectors of the embeddings' rows, and its sections. */
export async function tuned(from: Fitting, training: Training, plan: FitPlan, asking: Asking | null) {
  const imported = from.tower!.imported()
  if (typeof imported === 'string') throw new Error(imported) // known before
  const learned = await fitTower(from, training, plan, asking, imported)
  const vectors = imported.rows(learned.items)
  return { learned, vectors, tower: await from.tower!.trained(learned.parameters, vectors) }
}

type Needs = Pick<
  Materials,
  'learn' | 'config' | 'seed' | 'progress' | 'previous' | 'catalogue' | 'embeddings' | 'recipe'
>

export function embeddedSpace(from: Needs, rows: Float32Array, tower: TowerPlan | null, ordinal: number): Section[] {
  const { catalogue, config, recipe, embeddings } = from
  const space = codedSpace(
    from,
    {
      name: 'embeddings',
      metric: config.metric ?? 'ip',
      layers: recipe.layers,
      subspaces: recipe.subspaces,
      rows,
      dim: embeddings!.dim,
      rowOf: catalogue.vectorRow,
      tower: tower === null ? { kind: 'pooled' } : { kind: 'program', program: tower.program, output: tower.output },
    },
    ordinal,
  )
  return [...space, ...(tower?.sections ?? [])]
}
