/**
 * What the package publishes, the same in every runtime; the loader beside it decides how the core is found.
 *
 * @module martello
 */
export { init, Recommender, type CoreSource } from './open.js'
export { MartelloError } from '../recommender/core.js'
export type { BundleSource, Layers } from '../recommender/load.js'
export type { OpenOptions } from '../recommender/recommender.js'
export type {
  AttributeValue,
  HistoryEvent,
  RecommendedItem,
  Request,
  SearchRequest,
  SearchTrace,
  Stage,
  Trace,
} from '../recommender/request.js'
export type { Condition, Filter, FilterRange, FilterValue } from '../recommender/filter.js'
export type { Match, Rules } from '../recommender/rules.js'
