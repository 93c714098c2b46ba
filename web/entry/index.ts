/**
 * What the package publishes, the same in every runtime; the loader beside it decides how the core is found.
 *
 * @module martello
 */
export { init, Recommender, type CoreSource } from './open.js'
export type { Sharpened, SharpenRequest } from './lists.js'
export type { Release } from '../update/manifest.js'
export { MartelloError, type Reason } from '../recommender/errors.js'
export type * from '../recommender/types.js'
