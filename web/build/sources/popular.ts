/**
 * Popular: what most people met, each with the weight of their strongest event of it, or what a table or the catalogue's own column
 * says is popular. A new person is shown it.
 */
import { popularityColumn, type Catalogue } from '../catalogue.js'
import { popularitySection } from '../sections/popularity.js'
import { popularityIn, type Source } from './source.js'

export const popular: Source<'popular'> = {
  name: 'popular',
  kind: 'popularity',
  role: 'everybody',
  cold: 1,
  withoutLog: 0.3, // as a companion of content it beats either alone (vega-datasets' films, MovieLens histories)
  untuned: 0.05,
  possible: ({ training, config, popularity }) =>
    popularity !== null || training !== null || config.popularity !== undefined,
  sections: (from) => [
    popularitySection(from.learn, popularityIn(from) ?? columnOf(from.catalogue, from.config.popularity!)),
  ],
}

/** What the column says of each item, 0 where it says nothing. */
export function columnOf(catalogue: Catalogue, name: string): Float32Array {
  const items = { rows: 0, itemIds: [], columns: catalogue.columns, files: [] }
  const column = popularityColumn(items, name)
  return Float32Array.from(catalogue.itemRow, (row) => (row < 0 || !(column[row]! > 0) ? 0 : column[row]!))
}
