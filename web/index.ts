/**
 * What the package publishes, the same in every runtime; the loader beside it decides how the core is found.
 *
 * @module martello
 */
export { init, Recommender, type CoreSource } from './open.js'
export { MartelloError } from './core.js'
export type { BundleSource, Layers } from './load.js'
export type { OpenOptions } from './recommender.js'
export type {
  AttributeValue,
  HistoryEvent,
  RecommendedItem,
  Request,
  SearchRequest,
  SearchTrace,
  Stage,
  Trace,
} from './request.js'
export type { Condition, Filter, FilterRange, FilterValue } from './filter.js'
export type { Match, Rules } from './rules.js'
