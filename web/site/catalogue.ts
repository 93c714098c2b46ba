/**
 * A site as the builder takes a catalogue: its pages as items, their words as vectors (latent semantic analysis, as the
 * builder's own content vectors) and as lists of pages alike, and what readers read as a log. Nothing of the funnel knows that
 * items are pages.
 */
import { termVectors } from '../build/sources/content.js'
import type { Learn } from '../learn/learn.js'
import type { Column, Embeddings, Items, Neighbours } from '../read/index.js'
import type { Neighbour } from './alike.js'
import type { Page } from './pages.js'
import type { Terms } from './terms.js'

/** What a bundle needs to know of a page to link it. `languages`: of the whole site. */
export function itemsOf(folder: string, pages: readonly Page[], languages: ReadonlySet<string>): Items {
  const texts = (name: string, of: (page: Page) => string): Column => ({ name, kind: 'text', values: pages.map(of) })
  const columns: Column[] = [texts('title', ({ title }) => title), texts('href', ({ href }) => href)]
  const names = [...languages].sort()
  if (names.length > 1)
    columns.push({
      name: 'language',
      kind: 'category',
      names,
      values: Int32Array.from(pages, ({ language }) => names.indexOf(language)),
    })
  return { rows: pages.length, itemIds: pages.map(({ key }) => key), columns, files: [{ path: folder, rows: pages.length, columns: {} }] } // prettier-ignore
}

/** [pages][dims] */
export function vectorsOf(learn: Learn, terms: Terms, dims: number, seed: number): Float32Array {
  const keys = terms.start.length - 1
  const weights = terms.weights.map((weight, e) => Math.expm1(weight / itsOwnIdf(keys, terms.pages[terms.words[e]!]!)))
  const lists = { keys, start: terms.start, items: terms.words, weights }
  return termVectors(learn, { lists, width: terms.width }, { dims, steps: STEPS }, seed)
}
const STEPS = 6
/** src/learn/content.h weighs terms again, for the few words of a title: here it is to find the weights that they have. */
const itsOwnIdf = (pages: number, having: number) => Math.log((1 + pages) / (1 + having)) + 1

export const embeddingsOf = (
  folder: string,
  pages: readonly Page[],
  vectors: Float32Array,
  dim: number,
): Embeddings => ({
  path: folder,
  ids: pages.map(({ key }) => key),
  rows: pages.length,
  dim,
  vectors,
})

/** Lists of pages alike, by the source that they become; empty lists become none. */
export function neighboursOf(
  folder: string,
  pages: readonly Page[],
  lists: Record<string, readonly (readonly Neighbour[])[]>,
): Neighbours {
  const sources = Object.entries(lists).flatMap(([name, near]) => {
    const pairs = near.flatMap((list, key) => list.map(({ page, strength }) => ({ key, page, strength })))
    const columns = {
      key: Uint32Array.from(pairs, ({ key }) => key),
      target: Uint32Array.from(pairs, ({ page }) => page),
      weight: Float32Array.from(pairs, ({ strength }) => strength),
    }
    return pairs.length === 0 ? [] : [[name, columns] as const]
  })
  const rows = sources.reduce((sum, [, { key }]) => sum + key.length, 0)
  return { itemIds: pages.map(({ key }) => key), sources: new Map(sources), files: [{ path: folder, rows }] }
}
