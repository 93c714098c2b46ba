/**
 * Getting a bundle's bytes into wasm memory, once: from bytes, a URL, a Request, a Response or a stream.
 *
 * A bundle arrives from its front, and each section is compared with its checksum when it is whole. As soon as what has
 * come opens, requests are answered from it; what comes later is opened over it between two requests.
 */
import { Core, MartelloError, shown } from './core.js'
import { refuse, typed } from './errors.js'
import type { OpenOptions } from './recommender.js'
import { knownKeys } from './request.js'

/** Where a bundle comes from. A string is a URL; in Node, Deno and Bun also a path. */
export type BundleSource =
  ArrayBuffer | ArrayBufferView | string | URL | Request | Response | ReadableStream<Uint8Array>

/** Which residual layers are fetched: none of them; all, unless the browser is asked to save data; all. */
export type Layers = 'base' | 'auto' | 'all'

const DEFAULT_MAX_BYTES = 512 * 1024 * 1024
const HEADER = 64
const OPEN_KEYS = ['onProgress', 'maxBytes', 'verify', 'layers']
const LAYERS = ['base', 'auto', 'all']

/** Asked before anything is opened that would have to be closed again. */
export function checkOptions(options: OpenOptions): void {
  knownKeys('open', options, OPEN_KEYS, 'an object such as { onProgress }')
  const { onProgress, maxBytes, verify } = options
  if (onProgress !== undefined && typeof onProgress !== 'function') refuse('open: onProgress', onProgress, 'a function')
  if (maxBytes !== undefined) typed('open: maxBytes', maxBytes, 'number', 'a number of bytes')
  if (verify !== undefined) typed('open: verify', verify, 'boolean', 'true or false')
  checkLayers('open: layers', options.layers ?? 'auto')
}

function checkLayers(where: string, layers: Layers): boolean {
  if (!LAYERS.includes(layers))
    throw new MartelloError(`${where}: found ${shown(layers)}, expected ${LAYERS.join(', ')}`)
  const device = globalThis.navigator as { connection?: { saveData?: boolean } } | undefined
  return layers === 'all' || (layers === 'auto' && !device?.connection?.saveData)
}

type Body = ReadableStreamDefaultReader<Uint8Array>

/** A bundle on its way. */
export class Loading {
  /** Bytes of the whole, 0 until its header has come, and those in memory. */
  total = 0
  received = 0
  /** All that was asked for has come and opened. Rejects where it did not; then what came before stays in use. */
  complete!: Promise<void>
  private head = new Uint8Array(0)
  /** How far sections were compared with their checksums. */
  private checked = 0
  /** Where what `layers: 'base'` asks for ends. */
  private base = Infinity
  /** Whether residual layers are asked for. */
  private all: boolean
  private running = false
  /** A strong ETag, or when the bundle was last modified. */
  private validator: string | null = null
  /** How much of what comes again is here already. */
  private passing = 0
  private body: Body | undefined
  private closed = false
  private ready = () => {}

  constructor(
    private readonly core: Core,
    private readonly source: BundleSource,
    private readonly options: OpenOptions,
  ) {
    this.all = checkLayers('open: layers', options.layers ?? 'auto')
  }

  /** Resolves when the first recommendation can be asked for. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.ready = resolve
      this.complete = this.run(() => this.begin())
      this.complete.then(resolve, reject)
    })
  }

  /** Goes on, or once more, with what `layers` asks for and has not come. */
  load(layers: Layers): Promise<void> {
    this.all = checkLayers('load', layers) || this.all
    if (!this.running && this.core.opened < this.wanted) {
      this.complete = this.run(async () => (this.received < this.wanted ? this.resume() : this.finish()))
      this.complete.catch(() => {}) // whoever waits for it hears
    }
    return this.complete
  }

  close(): void {
    this.closed = true
    this.body?.cancel().catch(() => {})
  }

  private get wanted(): number {
    return this.all ? this.total : this.base
  }

  /** How far what has come, and is asked for, was found whole. */
  private get usable(): number {
    return Math.min(this.checked, this.wanted)
  }

  private async run(work: () => Promise<void>): Promise<void> {
    this.running = true
    try {
      await work()
    } catch (error) {
      this.running = false
      throw error
    }
  }

  private async begin(): Promise<void> {
    const { source } = this
    if (!(source instanceof ArrayBuffer || ArrayBuffer.isView(source))) return this.receive(await this.streamOf(source))
    const bytes =
      source instanceof ArrayBuffer
        ? new Uint8Array(source)
        : new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    this.total = bytes.length
    this.place(bytes)
    this.finish()
  }

  /** The rest by a range of the same version, or else the whole once more, of which what is here is passed over. */
  private async resume(): Promise<void> {
    const { source, received, total, validator } = this
    const again = source instanceof Response ? source.url : source
    if (!(again instanceof Request || again instanceof URL || (typeof again === 'string' && again !== '')))
      throw new MartelloError('load: a stream cannot be read twice, expected a bundle that was opened from a URL')
    let response: Response | undefined
    if (received > 0 && validator !== null) {
      const request = new Request(again)
      request.headers.set('range', `bytes=${received}-`)
      request.headers.set('if-range', validator)
      request.headers.set('accept-encoding', 'identity')
      response = await fetch(request).catch(() => undefined)
      // offsets are of the bundle's own bytes: a part of a compressed file is of no use
      const part = response?.status === 206 && !response.headers.has('content-encoding')
      const fits = part && response!.headers.get('content-range') === `bytes ${received}-${total - 1}/${total}`
      if (!fits && response?.status !== 200) {
        response?.body?.cancel().catch(() => {})
        response = undefined
      }
    }
    response ??= await fetched(again)
    this.passing = response.status === 206 ? 0 : received
    this.head = new Uint8Array(0)
    return this.receive(bodyOf(response))
  }

  /** Takes what a stream brings, as far as it is wanted. */
  private async receive(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = (this.body = body.getReader())
    const broken = (error: unknown): never => {
      if (!(error instanceof TypeError)) throw error
      throw new MartelloError(`open: the bundle broke off after ${this.received} bytes (${error.message})`)
    }
    try {
      while (!this.closed && (this.all || this.received < this.base)) {
        const { done, value } = await reader.read().catch(broken)
        if (done) break
        this.take(value)
      }
    } finally {
      reader.cancel().catch(() => {}) // nobody waits for the rest
    }
    this.finish()
  }

  /** Chunks go straight to their place; the first 64 bytes tell how much there will be, and which bundle it is. */
  private take(chunk: Uint8Array): void {
    const { core, received } = this
    if (this.total === 0 || this.passing === received) {
      chunk = this.head = join(this.head, chunk)
      if (chunk.length < HEADER) return
      this.head = new Uint8Array(0)
      if (this.total === 0) this.total = core.lengthOf(chunk)
      else if (this.header().some((byte, i) => byte !== chunk[i]))
        throw new MartelloError('load: found another bundle than the one that is open: it has changed; open it anew')
    }
    const passed = Math.min(this.passing, chunk.length)
    this.passing -= passed
    if (received + chunk.length - passed > this.total)
      throw new MartelloError(`open: more than the ${this.total} bytes that the bundle's header names arrived`)
    if (passed < chunk.length) this.place(chunk.subarray(passed))
  }

  private header(): Uint8Array {
    return this.core.reserve(this.total, Infinity).subarray(0, HEADER)
  }

  private place(chunk: Uint8Array): void {
    const { core, total, options } = this
    core.reserve(total, options.maxBytes ?? DEFAULT_MAX_BYTES).set(chunk, this.received)
    this.received += chunk.length
    const { arrived, needed } = core.measure(total, this.received)
    if (arrived > this.checked) {
      this.base = needed
      try {
        if (options.verify ?? true) core.verify(total, this.checked, arrived)
      } catch (error) {
        this.received = this.checked // what is damaged has to come again
        throw error
      }
      this.checked = arrived
      if (core.rec === 0) core.open(total, this.usable) && this.ready()
      else if (this.usable > core.opened) core.later = this.usable
    }
    options.onProgress?.(this.received, total)
  }

  private finish(): void {
    const { core, total, received } = this
    if (this.closed) throw new MartelloError('recommender: it was closed')
    if (total === 0) core.lengthOf(this.head) // says what is wrong with so few bytes
    if (received < this.wanted) throw new MartelloError(`open: ${received} of the bundle's ${total} bytes arrived`)
    if (core.rec === 0) core.open(total, received)
    else if (core.opened < this.usable) core.open(total, this.usable) // a request may have tried, and kept it to itself
    this.running = false
  }

  private async streamOf(
    source: Exclude<BundleSource, ArrayBuffer | ArrayBufferView>,
  ): Promise<ReadableStream<Uint8Array>> {
    if (source instanceof ReadableStream) return source
    const known = [URL, Request, Response].some((kind) => source instanceof kind)
    if (typeof source !== 'string' && !known)
      throw new MartelloError(
        `open: found ${String(source)}, expected bytes, a path, a URL, a Request, a Response or a stream`,
      )
    const response = source instanceof Response ? source : await fetched(source)
    const etag = response.headers.get('etag')
    this.validator = etag?.startsWith('"') ? etag : response.headers.get('last-modified')
    return bodyOf(response)
  }
}

function fetched(source: string | URL | Request): Promise<Response> {
  return fetch(source).catch((error: Error) => {
    throw new MartelloError(
      `open: ${source instanceof Request ? source.url : source} cannot be fetched (${error.message})`,
    )
  })
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  const name = response.url || 'the response'
  if (!response.ok) throw new MartelloError(`open: ${name} answered ${response.status}, expected a bundle`)
  if (response.body === null) throw new MartelloError(`open: ${name} has no body, expected a bundle`)
  return response.body
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
