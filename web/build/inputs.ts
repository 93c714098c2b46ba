/** What a bundle is built from. */
import type { Forest } from '../import/trees/trees.js'
import type { Campaigns, Embeddings, Graph, Interactions, Items, Neighbours, Popularity } from '../read/index.js'
import type { Tower } from './models/tower.js'
import type { Noise } from './noise/config.js'
import type { SectionBytes } from './sections/section.js'
import type { Texts } from './sections/texts.js'

/** What a bundle is built from; at least a log, a catalogue, embeddings, neighbours or popularity. */
export interface Inputs {
  interactions: Interactions | null
  items: Items | null
  embeddings: Embeddings | null
  /** Lists that people make, each a source of its own. */
  campaigns?: Campaigns | null
  /** Neighbours that were computed elsewhere, each source of them one of its own; `i2i` and `next` are not trained then. */
  neighbours?: Neighbours | null
  /** What everybody met of each item, as somebody else counted it, instead of what the log tells. */
  popularity?: Popularity | null
  /** What is known of items and of what they are linked with. */
  graph?: Graph | null
  /** A model that makes the query of the embeddings from a history: readTower. */
  tower?: Tower | null
  /** A model that orders the best candidates: readRanker. */
  ranker?: Forest | Tower | null
  /** A bundle that the new one is to be like: readPrevious. */
  previous?: Previous | null
  /** Where `neighbours` and `popularity` are those of a log with noise: what they tell of its people at most. */
  noise?: Noise | null
}

/** A bundle that another is to be like. */
export interface Previous {
  path: string
  /** By number. */
  ids: string[]
  /** All of it, in its order. */
  sections: readonly SectionBytes[]
  /** As they stand in its table. */
  idTexts: Texts
  /** The sections of its attributes, by the name of the column. */
  attributes: ReadonlyMap<string, Uint8Array>
  /** The words of its text index; null: it has none. */
  terms: Texts | null
  /** The sections of its vectors, by the name of the space. */
  spaces: ReadonlyMap<string, readonly Uint8Array[]>
  /** The sections that make queries of them, by the same names. */
  towers: ReadonlyMap<string, Uint8Array>
  /** The sections of its lists, by the name of the source. */
  lists: ReadonlyMap<string, Uint8Array>
  /** Its build record, as it stands in it; null: it has none. */
  record: object | null
}
