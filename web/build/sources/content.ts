/**
 * Content: vectors from what items say of themselves, so that items which nobody met have neighbours too. Attribute values
 * and title words, weighed by tf-idf, in the few dimensions that explain most of them (latent semantic analysis, Deerwester
 * et al. 1990; src/learn/content.h).
 */
import type { Learn, Lists } from '../../learn/learn.js'
import type { Recipe } from '../recipe.js'
import type { Section } from '../sections/section.js'
import { vectorsBefore } from './before.js'
import { codedSpace, type Space } from './space.js'
import { turned } from './turned.js'
import type { Materials, Source } from './source.js'
import { termsOf } from './terms.js'

/** Terms that fewer items than this have say nothing about other items. */
const AT_LEAST = 2

export const content: Source<'content'> = {
  name: 'content',
  kind: 'vectors',
  role: 'alike',
  withNoise: 0.1, // on MovieLens and Amazon Toys (tests/bench/noise.mjs) attributes say it better beside what is popular
  untuned: 0.5,
  knowsNew: true,
  possible: ({ catalogue }) => catalogue.columns.length > 0,
  sections(from, ordinal) {
    const { content, factorLayers } = from.recipe
    const how = JSON.stringify([content, factorLayers])
    let made = coded.get(from.catalogue)
    if (made?.how !== how) coded.set(from.catalogue, (made = { how, sections: contentSpace(from) }))
    return made.sections.map((section) => ({ ...section, ordinal }))
  },
}

/** A catalogue says the same in every training of a build, where it is told alike. */
const coded = new WeakMap<Materials['catalogue'], { how: string; sections: Section[] }>()

type Needs = Pick<
  Materials,
  'learn' | 'catalogue' | 'config' | 'recipe' | 'seed' | 'progress' | 'previous' | 'training'
>

/** Its sections, by the number 0. */
export function contentSpace(from: Needs): Section[] {
  const { catalogue, recipe, training } = from
  const how = recipe.content
  from.progress.stage('training content vectors', 0, 1)
  const space: Space = {
    name: 'content',
    metric: 'cosine',
    layers: recipe.factorLayers,
    rows: turned(from, 'content', contentVectors(from, how, vectorsBefore(from, 'content', how.dims)), how.dims),
    dim: how.dims,
    rowOf: Uint32Array.from(catalogue.ids.keys()),
    met: training?.popularity ?? null,
    tower: { kind: 'pooled' },
  }
  return codedSpace(from, space, 0)
}

/** [items][dims]; zeros for an item that says nothing. `start`: vectors to begin from. */
export function contentVectors(
  { learn, catalogue, seed }: Pick<Materials, 'learn' | 'catalogue' | 'seed'>,
  how: Recipe['content'],
  start: Float32Array | null = null,
): Float32Array {
  return termVectors(learn, termsOf(catalogue), how, seed, start)
}

/** [keys][dims], of any lists of weighed terms. */
export function termVectors(
  learn: Learn,
  { lists, width }: { lists: Lists; width: number },
  { dims, steps }: Recipe['content'],
  seed: number,
  start: Float32Array | null = null,
): Float32Array {
  const terms = learn.putLists(lists, width)
  const vectors = learn.take(4 * dims * lists.keys)
  const startAt = start === null ? 0 : learn.put(start)
  learn.call('mt_train_content', dims, steps, seed, AT_LEAST, terms, startAt, vectors)
  if (startAt !== 0) learn.drop(startAt)
  const rows = learn.f32(vectors, dims * lists.keys).slice()
  learn.run('mt_drop_lists', terms)
  learn.drop(vectors)
  return rows
}
