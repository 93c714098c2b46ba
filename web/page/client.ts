/**
 * The recommender in a Web Worker: the same calls, answered by promises, so that the page's own thread only ever posts a
 * message and reads one.
 *
 *     const rec = await RecommenderClient.open('/movies.martello', { onProgress })
 *     const { items } = await rec.recommend({ history, k: 20, signal })
 *
 * Calls are answered in the order in which they were made. One is with the worker at a time, the others wait in the page:
 * a call that is aborted while it waits is never run.
 *
 * @module martello/client
 */
import { MartelloError, refuse, shown, type Reason } from '../recommender/errors.js'
import type { Layers, OpenOptions } from '../recommender/options.js'
import type {
  Answer,
  AttributeValue,
  Request,
  SearchRequest,
  SearchTrace,
  SimilarRequest,
  Trace,
} from '../recommender/request.js'
import { kindOf, type ByteStream } from '../recommender/platform.js'
import type * as platform from '../recommender/platform.js'
import type { Sharpened, SharpenRequest } from '../entry/lists.js'
import type { Release } from '../update/manifest.js'
import type { Facts, Failure, Method, Question, Reply, WorkerOpenOptions } from './messages.js'

/** What a worker can be handed. Bytes are copied; a URL costs the page nothing. */
export type ClientSource =
  | string
  | platform.URL
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | platform.Blob
  | ByteStream
  | platform.Response

/** How `RecommenderClient.open` opens; what `Recommender.open` takes holds here too. */
export interface ClientOptions extends OpenOptions {
  /** Gives up opening; afterwards it has no say: calls have signals of their own. */
  signal?: platform.AbortSignal
  /**
   * Keeps the bundle on the device, as `keep` does: it opens without the network from the second time on, and a newer
   * version on the server takes over between two calls, in all tabs. The source must be a URL. Default false.
   */
  keep?: boolean
  /** With `keep`: bytes of a split catalogue's lists that stay on the device. Default 32,000,000; 0: none. */
  listBytes?: number
  /** With `keep`: ask for a newer bundle right after one was opened from the device. Default true; `check` asks at any time. */
  revalidate?: boolean
  /** With `keep`: a newer bundle is in use from now on. */
  onUpdate?: () => void
  /** With `keep`: told in a sentence why the bundle could not be kept or compared with the server's. */
  onProblem?: (sentence: string, code?: Reason) => void
  /**
   * Starts the worker, where the bundler or the policy wants it done otherwise than from the package's own file; or the
   * address of page-worker.js, which may be of another origin that allows it (CORS), such as a CDN.
   */
  worker?: string | platform.URL | (() => platform.Worker)
}

/** What each call of a client takes besides. */
export interface Cancellable {
  /** Aborting rejects the call with the signal's reason; a call that still waits is not run. */
  signal?: platform.AbortSignal
}

/** What `recommend` and its like answer. */
export type Shelf<T = Trace> = Answer<T>

interface Call {
  question: Question
  transfer: Transferable[]
  resolve(value: unknown): void
  reject(reason: unknown): void
  /** Forgets the signal. */
  settled(): void
}

/** What goes on beside the calls: all of the bundle that `open`, or a `load`, asked for; what `sharpen` fetches. */
interface Work<T> {
  promise: Promise<T>
  resolve(value: T): void
  reject(reason: unknown): void
}

const CLOSED = 'recommender: it was closed'

const MODULE = { type: 'module', name: 'martello' } as const

/** The package's own file, by the words that bundlers look for, or what the option says. */
function start(given: ClientOptions['worker']): Worker {
  if (typeof given === 'function') return given() as Worker
  const here = import.meta.url // of a bundler perhaps a path of the machine that it ran on
  const beside = here.replace(/^(http.*\/)client\.js(?=$|\?)/, '$1page-worker.js')
  const url = new URL(given ?? beside, pageUrl())
  const ours = url.origin === location.origin
  if (given === undefined && (ours || beside === here))
    return new Worker(new URL('./page-worker.js', import.meta.url), { type: 'module', name: 'martello' })
  if (ours) return new Worker(url, MODULE)
  // a script of another origin may not be a worker, but one of this page's may import it
  const script = new Blob([`import ${JSON.stringify(url)}`], { type: 'text/javascript' })
  const address = URL.createObjectURL(script)
  const worker = new Worker(address, MODULE)
  for (const sign of ['message', 'error'])
    // by then it has read it, or never will
    worker.addEventListener(sign, () => URL.revokeObjectURL(address), { once: true })
  return worker
}

/** What addresses are relative to. */
const pageUrl = () => globalThis.document?.baseURI ?? location.href

/**
 * The recommender of one bundle, in a worker. What is wrong with a request is a rejection with a MartelloError, in the words
 * of `Recommender`.
 */
export class RecommenderClient {
  private worker: Worker | null
  private facts!: Facts
  private readonly waiting: Call[] = []
  private asked: Call | null = null
  private calls = 0
  /** What goes on, by its number; 0 is what `open` asked for. */
  private readonly works = new Map<number, Work<unknown>>()
  private begun = 0
  private whole: Work<void> = this.begin()

  /** Here a request may carry a signal. */
  readonly cancellable = true

  private constructor(private readonly options: ClientOptions) {
    const policy =
      "a Content-Security-Policy needs worker-src 'self', and script-src 'wasm-unsafe-eval' where the worker's script comes " +
      'with one; from another origin give the address of page-worker.js as option worker'
    try {
      this.worker = start(options.worker)
    } catch (error) {
      throw new MartelloError(`client: no worker can be started (${(error as Error).message}); ${policy}`)
    }
    this.worker.onmessage = ({ data }: MessageEvent<Reply>) => this.hear(data)
    this.worker.onerror = (event) => {
      event.preventDefault()
      this.stop(
        new MartelloError(`client: the worker stopped (${event.message ?? 'its script did not load'}); ${policy}`),
      )
    }
  }

  /**
   * Starts a worker and opens the bundle in it: a URL (relative to the page), bytes, a Blob, a stream or a Response.
   * Resolves as soon as it can recommend; `complete` says when all is there. Throws MartelloError with one sentence where
   * the worker or the bundle cannot be had.
   */
  static async open(source: ClientSource, options: ClientOptions = {}): Promise<RecommenderClient> {
    if (typeof options !== 'object' || options === null) refuse('open', options, 'an object such as { onProgress }')
    const { maxBytes, verify, layers, keep = false, revalidate, signal } = options
    const url = /^(String|URL)$/.test(kindOf(source))
    if (keep && !url) throw new MartelloError(`open: found ${String(source)} to keep, expected a URL`)
    signal?.throwIfAborted()
    const sent = url
      ? new URL(source as string, pageUrl()).href
      : kindOf(source) === 'Response'
        ? (source as Response).body
        : source
    const client = new RecommenderClient(options)
    try {
      const settings: WorkerOpenOptions = { maxBytes, verify, layers, keep, revalidate }
      const root = options.lists?.root ?? (kindOf(source) === 'Response' && (source as Response).url)
      if (root) settings.lists = { root: new URL(root, pageUrl()).href }
      for (const name of ['key', 'atLeast', 'listBytes'] as const)
        if (name in options) Object.assign(settings, { [name]: options[name] })
      const transfer = kindOf(sent) === 'ReadableStream' ? [sent as unknown as Transferable] : []
      client.facts = (await client.ask('open', [sent, settings], signal, transfer)) as Facts
    } catch (error) {
      client.stop(error)
      throw error
    }
    return client
  }

  /** How many items the bundle holds. */
  get items(): number {
    return this.facts.items
  }
  /** The length of the bundle in bytes. */
  get bytes(): number {
    return this.facts.bytes
  }
  /** How many of its bytes answers can be made from. */
  get loaded(): number {
    return this.facts.loaded
  }
  /** Resolved: recommendations work once `open` has resolved. As of a Recommender. */
  get ready(): Promise<void> {
    return Promise.resolve()
  }
  /**
   * Resolves when all that `layers` asked for has arrived, with `keep` when it is stored as well. Rejects with a
   * MartelloError where the rest could not be had; the client goes on with what it has.
   */
  get complete(): Promise<void> {
    return this.whole.promise
  }
  /** Fetches what `layers` (default 'all') asks for and has not arrived, as of a Recommender; calls go on meanwhile. */
  async load(layers: Layers = 'all'): Promise<void> {
    this.whole = this.begin('load', layers)
    return this.whole.promise
  }

  /**
   * Of the root of a split catalogue: fetches the lists that lie nearest to what is asked, and takes them in. As `Recommender.sharpen`, but
   * that it waits for no call and none for it: until it has resolved they are answered as before. Where a newer root takes over
   * meanwhile, its lists are fetched. Aborting ends the fetching.
   */
  async sharpen(wish: SharpenRequest): Promise<Sharpened> {
    const { signal, ...rest } = Object(wish) as SharpenRequest
    const asked = Object(wish) === wish ? rest : wish // the worker says no
    signal?.throwIfAborted()
    const number = this.begun
    const work = this.begin<Sharpened>('sharpen', asked, signal)
    const aborted = () => {
      work.reject(signal!.reason)
      this.ask('abort', [number]).catch(() => {})
    }
    signal?.addEventListener('abort', aborted)
    return work.promise.finally(() => signal?.removeEventListener('abort', aborted))
  }

  /** Begins what is told of when it ends. */
  private begin<T>(call?: 'load' | 'sharpen', what?: unknown, signal?: AbortSignal): Work<T> {
    const work = {} as Work<T>
    work.promise = new Promise((resolve, reject) => Object.assign(work, { resolve, reject }))
    work.promise.catch(() => {}) // whoever waits for it hears
    const number = this.begun++
    this.works.set(number, work as Work<unknown>)
    if (call) this.ask(call, [number, what], signal).catch(work.reject)
    return work
  }
  /** The names of the sources that this bundle recalls from. */
  get sources(): readonly string[] {
    return this.facts.sources
  }
  /** The names of its vector spaces. */
  get spaces(): readonly string[] {
    return this.facts.spaces
  }
  /** Whether items of a history come back where a request does not say. As of a Recommender. */
  get repeats(): boolean {
    return this.facts.repeats
  }
  /** With `keep`: where the bundle is: 'opfs', 'cache', or 'memory' where it could not be kept. Else null. */
  get storage(): Facts['storage'] {
    return this.facts.storage
  }

  /** With `key`: what the manifest says of the bundle; with `keep`, once that is whole. Else null. */
  get release(): Release | null {
    return this.facts.release
  }

  /** The metric of a space. Throws where there is none of this name, or where it has not arrived. */
  metricOf(space: string): 'ip' | 'cosine' | 'l2' {
    const metric = this.facts.metrics[this.space('metricOf', space)]!
    if (metric !== null) return metric
    throw new MartelloError(`metricOf: space ${shown(space)} has not arrived: await rec.complete`)
  }
  /** How many residual layers of a space are here. */
  layersOf(space: string): number {
    return this.facts.layers[this.space('layersOf', space)]!
  }

  /** The best items for a request, and how they were found. As `Recommender.recommend`. */
  recommend(request: Request & Cancellable = {}): Promise<Shelf> {
    return this.withOptions('recommend', [], request)
  }
  /** Items like one item. As `Recommender.similar`. */
  similar(id: string, options: SimilarRequest & Cancellable = {}): Promise<Shelf> {
    return this.withOptions('similar', [id], options)
  }
  /** The items that a text finds. As `Recommender.search`. */
  search(text: string, options: SearchRequest & Cancellable = {}): Promise<Shelf<SearchTrace>> {
    return this.withOptions('search', [text], options)
  }
  /** The items whose vectors score highest with `vector`, by item number. As `Recommender.nearest`. */
  nearest(
    vector: ArrayLike<number>,
    options: { k?: number; space?: string; layers?: number } & Pick<Request, 'filter' | 'exclude' | 'allow'> &
      Cancellable = {},
  ): Promise<{ items: Uint32Array; scores: Float32Array }> {
    return this.withOptions('nearest', [vector], options)
  }
  /** What a ranker is told of the candidates for a request. As `Recommender.features`. */
  features(
    request: Omit<Request, 'k' | 'explain'> & { want?: string } & Cancellable = {},
  ): Promise<{ names: string[]; ids: string[]; rows: Float32Array[] }> {
    return this.withOptions('features', [], request)
  }
  /** The id of item n, or undefined past the end. As `Recommender.id`. */
  id(n: number): Promise<string | undefined> {
    return this.ask('id', [n])
  }
  /** The number of the item with this id, or undefined. As `Recommender.number`. */
  number(id: string): Promise<number | undefined> {
    return this.ask('number', [id])
  }
  /** The attributes of item n that are known. As `Recommender.attributes`. */
  attributes(n: number): Promise<Record<string, AttributeValue>> {
    return this.ask('attributes', [n])
  }
  /** The decoded vector of item n in a space (default: the first), or null where it has none. As `Recommender.vector`. */
  vector(n: number, space?: string): Promise<Float32Array | null> {
    return this.ask('vector', [n, space])
  }

  /** With `keep`: asks the server now whether there is a newer bundle, and takes it. True where there was one. */
  check(): Promise<boolean> {
    return this.ask('check', [])
  }

  /** Ends the worker and with it the bundle's memory; calls without an answer reject, and so does every later one. */
  close(): void {
    this.stop(new MartelloError(CLOSED))
  }

  private withOptions<R>(call: Method, args: unknown[], options: Cancellable & Pick<Request, 'profile'>): Promise<R> {
    if (typeof options !== 'object' || options === null) return this.ask(call, [...args, options]) // the worker says no
    const { signal, ...rest } = options
    // the rest of a Profile cannot travel
    if (rest.profile) rest.profile = { history: rest.profile.history, impressions: rest.profile.impressions }
    return this.ask(call, [...args, rest], signal)
  }

  private ask<R>(
    call: Question['call'],
    args: unknown[],
    signal?: AbortSignal,
    transfer: Transferable[] = [],
  ): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.worker === null) return reject(new MartelloError(CLOSED))
      if (signal?.aborted) return reject(signal.reason)
      const aborted = () => {
        const at = this.waiting.indexOf(one)
        if (at >= 0) this.waiting.splice(at, 1)
        reject(signal!.reason) // an answer that still comes finds nobody
      }
      const one: Call = {
        question: { n: this.calls++, call, args },
        transfer,
        resolve: resolve as (value: unknown) => void,
        reject,
        settled: () => signal?.removeEventListener('abort', aborted),
      }
      signal?.addEventListener('abort', aborted, { once: true })
      this.waiting.push(one)
      this.askNext()
    })
  }

  private askNext(): void {
    if (this.asked !== null) return
    const next = this.waiting.shift()
    if (next === undefined) return
    try {
      this.worker!.postMessage(next.question, next.transfer)
      this.asked = next
    } catch (error) {
      next.settled()
      next.reject(
        new MartelloError(`${next.question.call}: it cannot be sent to a worker (${(error as Error).message})`),
      )
      this.askNext()
    }
  }

  private hear(answer: Reply): void {
    if ('news' in answer) {
      if (answer.news === 'progress') this.options.onProgress?.(...answer.args)
      else if (answer.news === 'problem') this.options.onProblem?.(...answer.args)
      else if (answer.news === 'complete') {
        const [number, facts, value, failure] = answer.args
        this.facts = facts
        const work = this.works.get(number)!
        this.works.delete(number)
        if (failure === undefined) work.resolve(value)
        else work.reject(errorOf(failure))
      } else {
        ;[this.facts] = answer.args
        this.options.onUpdate?.()
      }
      return
    }
    const { asked } = this
    if (asked === null || asked.question.n !== answer.n) return
    this.asked = null
    asked.settled()
    if ('error' in answer) asked.reject(errorOf(answer.error))
    else asked.resolve(answer.value)
    this.askNext()
  }

  private stop(reason: unknown): void {
    this.worker?.terminate()
    this.worker = null
    for (const call of [this.asked, ...this.waiting.splice(0)]) {
      call?.settled()
      call?.reject(reason)
    }
    this.asked = null
    for (const each of this.works.values()) each.reject(reason)
  }

  private space(where: string, name: string): number {
    const space = this.facts.spaces.indexOf(name)
    if (space >= 0) return space
    const expected = this.facts.spaces.join(', ') || 'none: the bundle has no vectors'
    throw new MartelloError(`${where}: found space ${shown(name)}, expected ${expected}`)
  }
}

/** The worker's error with its own sentence. */
function errorOf({ name, message, code }: Failure): Error {
  return name === 'MartelloError'
    ? new MartelloError(message, undefined, { code })
    : Object.assign(new Error(message), { name })
}

export { MartelloError }
export { newest } from './newest.js'
export type { Sharpened, SharpenRequest } from '../entry/lists.js'
export type * from '../recommender/types.js'
