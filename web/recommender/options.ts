/** How a bundle is opened: what `open` takes, and the refusal of what it does not. */
import type { ListOptions } from './files.js'
import { knownKeys, MartelloError, refuse, shown, typed } from './errors.js'

/** Which residual layers are fetched: none of them; all, unless the browser is asked to save data; all. */
export type Layers = 'base' | 'auto' | 'all'

/** How a bundle is opened. */
export interface OpenOptions {
  /** Told of bytes as they arrive, until all that is asked for has. */
  onProgress?: (loaded: number, total: number) => void
  /** The largest bundle that will be opened. Default 512 MB. */
  maxBytes?: number
  /** Compare sections with their checksums. Default true. */
  verify?: boolean
  /**
   * 'all': the residual layers too, which make vectors precise. 'base': what comes before them in the file, without which
   * nothing is left out but precision; `load('all')` fetches them later. Default 'auto': all, unless the browser says that
   * the person saves data.
   */
  layers?: Layers
  /**
   * The public key of whoever signs the bundle (`martello keys`). The manifest beside the bundle, at the same address with `.json`
   * behind it, says what is the newest version; what is not signed by this key, or one that follows it, is altered, older than
   * what was seen, or expired, is refused with the `code` of the MartelloError, and nothing is used before it was looked at.
   */
  key?: string
  /** With `key`: the least version that is taken. What was seen is remembered by itself where the runtime has storage. */
  atLeast?: number
  /** Of the root of a split catalogue that comes as bytes or a stream: `{ root }`, its address, beside which its lists lie. */
  lists?: ListOptions
}

const OPEN_KEYS = ['onProgress', 'maxBytes', 'verify', 'layers', 'key', 'atLeast', 'lists']
const LAYERS = ['base', 'auto', 'all']

/** Asked before anything is opened that would have to be closed again. */
export function checkOptions(options: OpenOptions): void {
  knownKeys('open', options, OPEN_KEYS, 'an object such as { onProgress }')
  const { onProgress, maxBytes, verify } = options
  if (onProgress !== undefined && typeof onProgress !== 'function') refuse('open: onProgress', onProgress, 'a function')
  if (maxBytes !== undefined) typed('open: maxBytes', maxBytes, 'number', 'a number of bytes')
  if (verify !== undefined) typed('open: verify', verify, 'boolean', 'true or false')
  if ('atLeast' in options && !('key' in options)) refuse('open: atLeast', options.atLeast, 'a key with it')
  wantsLayers('open: layers', options.layers ?? 'auto')
}

/** Whether residual layers are asked for. */
export function wantsLayers(where: string, layers: Layers): boolean {
  if (!LAYERS.includes(layers))
    throw new MartelloError(`${where}: found ${shown(layers)}, expected ${LAYERS.join(', ')}`)
  const device = globalThis.navigator as { connection?: { saveData?: boolean } } | undefined
  return layers === 'all' || (layers === 'auto' && !device?.connection?.saveData)
}
