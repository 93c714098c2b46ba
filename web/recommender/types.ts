/** The types that whoever asks a recommender needs, in a page, in a worker or on a server: one list of them. */
export type { ListOptions } from './files.js'
export type { Condition, Filter, FilterRange, FilterValue } from './filter.js'
export type { HistoryEvent } from './history.js'
export type { BundleSource } from './load.js'
export type { Layers, OpenOptions } from './options.js'
export type {
  Again,
  Answer,
  AttributeValue,
  RecommendedItem,
  Request,
  SearchRequest,
  SimilarRequest,
  SearchTrace,
  Stage,
  Trace,
} from './request.js'
export type { ItemMatch, Match, RequestRules, Rules } from './rules.js'
