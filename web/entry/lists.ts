/**
 * A split catalogue on a device. In a page this is a file of its own, which is loaded by the first that fetches lists.
 */
export type { ReadPart } from '../lists/fetch.js'
export type { Opener } from '../lists/opener.js'
export { reach, type Reach, type Sharpened, type SharpenRequest } from '../lists/reach.js'
