/** The package in Node: the same, and a string that is no URL is a path. */
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { Core, MartelloError } from './core.js'
import { checkOptions, load, type BundleSource } from './load.js'
import { Recommender as Base, type OpenOptions } from './recommender.js'

let compiled: Promise<WebAssembly.Module> | undefined

export class Recommender extends Base {
  /**
   * Opens a bundle: a path, a file: or http(s): URL, Request, Response, stream, or bytes.
   * Throws MartelloError with one sentence where the bundle cannot be had or is not one.
   */
  static async open(source: BundleSource, options: OpenOptions = {}): Promise<Recommender> {
    checkOptions(options)
    compiled ??= readFile(new URL('./core.wasm', import.meta.url)).then((bytes) => WebAssembly.compile(bytes))
    const core = new Core(await WebAssembly.instantiate(await compiled))
    const path = pathOf(source)
    await load(core, path === null ? source : await fileStream(path), options)
    return new Recommender(core)
  }
}

function pathOf(source: BundleSource): string | URL | null {
  if (source instanceof URL) return source.protocol === 'file:' ? source : null
  if (typeof source === 'string' && source.startsWith('file:')) return new URL(source)
  return typeof source === 'string' && !/^https?:/.test(source) ? source : null
}

async function fileStream(path: string | URL): Promise<ReadableStream<Uint8Array>> {
  try {
    if ((await stat(path)).isDirectory()) throw new MartelloError(`open: ${path} is a folder, expected a bundle`)
  } catch (error) {
    if (error instanceof MartelloError) throw error
    throw new MartelloError(`open: found no file ${path}`)
  }
  return Readable.toWeb(createReadStream(path, { highWaterMark: 1 << 20 })) as ReadableStream<Uint8Array>
}

export { MartelloError } from './core.js'
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
