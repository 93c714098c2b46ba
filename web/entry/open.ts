/**
 * Opening a bundle, whatever the runtime: the class that is published, and `init`, which says where the core comes from.
 *
 * The core is compiled once, by the first that needs it, and each bundle gets an instance of its own. How a runtime comes
 * by the compiled core is all that differs between runtimes: each has a loader of a few lines that says so to `provide`.
 */
import { Arrival } from '../recommender/arrival.js'
import { Core } from '../recommender/core.js'
import { MartelloError, shown } from '../recommender/errors.js'
import { known } from '../recommender/known.js'
import { bytesOf, Loading, type BundleSource } from '../recommender/load.js'
import { checkOptions, type OpenOptions } from '../recommender/options.js'
import { kindOf, type ByteReader } from '../recommender/platform.js'
import type * as platform from '../recommender/platform.js'
import { Recommender as Base } from '../recommender/recommender.js'
import type { Opener, Reach, reach, ReadPart, Sharpened, SharpenRequest } from './lists.js'
import type { ListOptions } from '../recommender/files.js'
import type { Release } from '../update/manifest.js'
import type { Runtime, signed } from './signed.js'

/** Where the wasm core comes from: a compiled module, a URL of `martello/core.wasm`, or that file's bytes. */
export type CoreSource =
  { module: platform.CoreModule } | { url: string | platform.URL } | { bytes: ArrayBuffer | ArrayBufferView }

/** What a loader says of its runtime. */
export interface Host extends Runtime {
  /** The core that comes with the package, compiled. */
  core(): Promise<platform.CoreModule>
  /** False where the runtime compiles no wasm while it runs, but only what was deployed with the program. */
  compiles?: boolean
  /** What opens a signed bundle. */
  signed(): Promise<{ signed: typeof signed }>
  /** What reaches the lists of a split catalogue. */
  lists?(): Promise<{ reach: typeof reach }>
  /** Reads files beside what only this runtime opens, such as a path; null: it is a URL of the web. */
  parts?(source: BundleSource): ReadPart | null
}

/** The sources of the core that this JavaScript was built with. */
declare const CORE_ID: string

let host: Host
let core: () => Promise<platform.CoreModule>
let compiled: Promise<WebAssembly.Module> | undefined

/** Called by the loader, before anything else. */
export function provide(runtime: Host): void {
  host = runtime
  core = runtime.core
}

/**
 * Says where the core comes from, and compiles it: `{ module }`, `{ url }`, which is compiled while it arrives if the
 * server says `application/wasm`, or `{ bytes }`. Without a source, compiles the core of the package ahead of time.
 * Nobody has to call it: the first `open` does. Bundles that are open keep the core they have.
 *
 * A Content-Security-Policy needs `script-src 'self' 'wasm-unsafe-eval'`, and `connect-src` for what is fetched; no
 * script is ever made from text. Throws MartelloError where the source is none or does not compile; the next call tries anew.
 */
export async function init(source?: CoreSource): Promise<void> {
  if (source !== undefined) {
    core = coreOf(source)
    compiled = undefined
  }
  await compile()
}

/** A recommender over one bundle. */
export class Recommender extends Base {
  /** Of a bundle that was opened with `key`: what its manifest says of it. Else null. */
  readonly release: Release | null = null
  private lists!: Omit<ListOptions, 'root'> & { root: BundleSource }
  private reach: Promise<Reach> | undefined

  /**
   * Opens a bundle: a URL, Request, Response, stream, Blob, or bytes; in Node, Deno and Bun a path, too.
   *
   * Resolves as soon as there is enough to recommend from; `complete` says when all is there, which for bytes and paths is
   * at once. Throws MartelloError with one sentence where the bundle cannot be had or is not one.
   */
  static async open(source: BundleSource, options: OpenOptions = {}): Promise<Recommender> {
    checkOptions(options)
    // a key that is undefined by mistake is refused, and not taken for none
    const sure = !('key' in options)
      ? undefined
      : await host
          .signed()
          .then((of) => of.signed(source, options, host))
          .catch(ours)
    const from = sure?.source ?? source
    const given = host.source ? await host.source(from) : from
    const core = new Core(await instance())
    const arrival = new Arrival(core, options)
    const loading = new Loading(
      arrival,
      given,
      options.onProgress,
      sure && ((reader, at) => ourReader(sure.checked(reader, at))),
    )
    await loading.open()
    if (given !== from) await loading.complete // a file of this machine
    return Object.assign(new Recommender(arrival, loading), {
      release: sure?.release ?? null,
      lists: { root: source, ...options.lists },
    })
  }

  /**
   * Of the root of a split catalogue (`martello split`): fetches the lists that lie nearest to what is asked, and takes them in, so that
   * whatever is asked afterwards is answered from them, too. One round of at most `requests` ranges, six at a time, and `bytes` in all;
   * what is here already is not fetched again, and up to `keep` bytes of lists stay; with `bytes: 0, keep: 0` none do. Until it has resolved, answers are as before; where it
   * rejects they stay so, and the next call tries again. Item numbers change with it, ids do not.
   *
   * The host sees which lists are fetched, and so about what somebody likes. Throws MartelloError where the bundle is no root, a list
   * cannot be had or is damaged.
   */
  async sharpen(wish: SharpenRequest): Promise<Sharpened> {
    await this.load()
    this.reach ??= this.reached().catch((error: unknown) => {
      this.reach = undefined
      return ours(error)
    })
    return (await this.reach).sharpen(wish).catch(ours)
  }

  private async reached(): Promise<Reach> {
    const { root, stay } = this.lists
    const { reach } = await host.lists!()
    const { bytes, opener } = this.inside
    return reach(this, bytes, host.parts?.(root) ?? root, opener, (arrival) => this.turnTo(arrival), stay)
  }

  /** For what is loaded apart: all bytes, and how more is opened. @internal */
  get inside(): { bytes: Uint8Array; opener: Opener } {
    return {
      bytes: this.whole,
      opener: { core: async () => new Core(await instance()), Arrival, Recommender: Base },
    }
  }
}

/** What is a file of its own has its own class of errors. */
function ours(error: unknown): never {
  const { name, message, code } = error as MartelloError
  if (name !== 'MartelloError' || error instanceof MartelloError) throw error
  throw new MartelloError(message, undefined, { cause: error, code })
}

const ourReader = (reader: ByteReader): ByteReader => ({
  read: () => reader.read().catch(ours),
  cancel: (reason) => reader.cancel(reason),
})

/** In a page: files that stand beside this one. */
export const loadSigned = () => besides<{ signed: typeof signed }>(import(new URL('./signed.js', import.meta.url).href))
export const loadLists = () => besides<{ reach: typeof reach }>(import(new URL('./lists.js', import.meta.url).href))

const besides = <T>(module: Promise<unknown>) =>
  module.catch(({ message }: Error) => {
    throw new MartelloError(`open: a part of martello cannot be loaded (${message})`)
  }) as Promise<T>

/** Compiles a core while it arrives, or after, where the server does not call it wasm. */
export async function fetchCore(url: string | platform.URL): Promise<platform.CoreModule> {
  const response = await fetch(url).catch((error: Error) => {
    throw new MartelloError(`init: ${url} cannot be fetched (${error.message})`)
  })
  if (!response.ok) throw new MartelloError(`init: ${url} answered ${response.status}, expected martello's core.wasm`)
  return response.headers.get('content-type') === 'application/wasm'
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer())
}

function coreOf(source: CoreSource): () => Promise<platform.CoreModule> {
  const { module, url, bytes } = Object(source) as {
    module?: WebAssembly.Module
    url?: string | URL
    bytes?: unknown
  }
  if (kindOf(module) === 'WebAssembly.Module') return async () => module! // also one of another realm
  if (host.compiles === false)
    throw new MartelloError(
      `init: found ${shown(Object.keys(Object(source)))}, expected { module }: this runtime compiles only what was deployed`,
    )
  if (/^(String|URL)$/.test(kindOf(url))) return () => fetchCore(url!)
  const given = bytesOf(bytes)
  if (given !== null) return () => WebAssembly.compile(given as Uint8Array<ArrayBuffer>)
  throw new MartelloError(
    `init: found ${shown(source)}, expected { module }, { url } or { bytes } of martello's core.wasm`,
  )
}

function compile(): Promise<WebAssembly.Module> {
  compiled ??= core()
    .then((module) => known(module, 'init', 'core.wasm', CORE_ID))
    .catch((error: unknown) => {
      compiled = undefined
      throw cannotStart(error)
    })
  return compiled
}

async function instance(): Promise<WebAssembly.Instance> {
  const module = await compile()
  return WebAssembly.instantiate(module).catch((error: unknown) => {
    throw cannotStart(error)
  })
}

function cannotStart(error: unknown): unknown {
  if (error instanceof MartelloError) return error
  return new MartelloError(
    `open: WebAssembly cannot start here (${(error as Error).message}); a Content-Security-Policy needs script-src 'wasm-unsafe-eval', and wasm needs SIMD`,
  )
}
