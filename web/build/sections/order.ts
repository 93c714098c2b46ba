/**
 * The order of the sections in the file, which arrives from its front: first what any answer needs, then what makes the
 * first personal one from the fewest bytes, then what adds to it; at the end what only makes it precise.
 */
import type { KIND } from './numbers.js'

/** What a device wants one after the other. */
export const STAGES = [
  'policy',
  'ids',
  'rules',
  'popularity',
  'campaign',
  'vectors', // without residual layers: a source that knows every item, in 17 bytes of each
  'places',
  'filters', // categories and numbers
  'sources', // the smallest first
  'features',
  'ranker',
  'search',
  'texts', // for display
  'layers',
  'golden',
  'record',
] as const
export type Stage = (typeof STAGES)[number]

/** When a kind of section is wanted; one that is wanted at another time than its kind says so itself: Section.stage. */
export const STAGE: Record<keyof typeof KIND, Stage> = {
  policy: 'policy',
  ids: 'ids',
  rules: 'rules',
  popularity: 'popularity',
  campaign: 'campaign',
  tower: 'vectors',
  space: 'vectors',
  base: 'vectors',
  attribute: 'filters',
  postings: 'sources',
  program: 'sources', // an imported tower
  binding: 'sources',
  numbers: 'sources',
  places: 'places',
  features: 'features',
  ranker: 'ranker',
  trees: 'ranker',
  terms: 'search',
  layer: 'layers',
  golden: 'golden',
  record: 'record',
}
