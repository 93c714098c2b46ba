/**
 * Given embeddings: a space of item vectors that somebody else trained. A history asks it by the mean of its items, or
 * through a tower that was imported with them.
 */
import { codedSpace } from './space.js'
import type { Source } from './source.js'

export const embeddings: Source<'embeddings'> = {
  name: 'embeddings',
  kind: 'vectors',
  role: 'alike',
  stays: true, // `nearest` and `vector` are asked of it
  knowsNew: true,
  unfading: ({ tower }) => tower !== null,
  possible: ({ embeddings }) => embeddings !== null,
  sections(from, ordinal) {
    const { catalogue, config, recipe, tower } = from
    const { vectors, dim } = from.embeddings!
    const space = codedSpace(
      from,
      {
        name: 'embeddings',
        metric: config.metric ?? 'ip',
        layers: recipe.layers,
        subspaces: recipe.subspaces,
        rows: vectors,
        dim,
        rowOf: catalogue.vectorRow,
        tower: tower === null ? { kind: 'pooled' } : { kind: 'program', program: tower.program, output: tower.output },
      },
      ordinal,
    )
    return [...space, ...(tower?.sections ?? [])]
  },
}
