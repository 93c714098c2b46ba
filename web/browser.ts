/** The package in a page: the wasm core travels inside this module, so there is nothing else to load or to configure. */
import wasm from '../dist/core.wasm'
import { Core, MartelloError } from './core.js'
import { checkOptions, load, type BundleSource } from './load.js'
import { Recommender as Base, type OpenOptions } from './recommender.js'

let compiled: Promise<WebAssembly.Module> | undefined

export class Recommender extends Base {
  /**
   * Opens a bundle: a URL, Request, Response, stream, or bytes.
   * Throws MartelloError with one sentence where the bundle cannot be had or is not one.
   */
  static async open(source: BundleSource, options: OpenOptions = {}): Promise<Recommender> {
    checkOptions(options)
    compiled ??= WebAssembly.compile(wasm).catch((error: Error) => {
      throw new MartelloError(
        `open: WebAssembly cannot start here (${error.message}); a Content-Security-Policy needs script-src 'wasm-unsafe-eval', and wasm needs SIMD`,
      )
    })
    const core = new Core(await WebAssembly.instantiate(await compiled))
    await load(core, source, options)
    return new Recommender(core)
  }
}

export { MartelloError }
export type { BundleSource } from './load.js'
export type { OpenOptions } from './recommender.js'
export type {
  AttributeValue,
  HistoryEvent,
  RecommendedItem,
  Request,
  SearchRequest,
  SearchTrace,
  Trace,
} from './request.js'
export type { Condition, Filter, FilterRange, FilterValue } from './filter.js'
