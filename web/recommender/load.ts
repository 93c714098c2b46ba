/**
 * Getting a bundle's bytes into wasm memory, once: from bytes, a URL, a Request, a Response or a stream, and what is missing
 * by a range. What becomes of them there is `Arrival`'s.
 */
import type { Arrival } from './arrival.js'
import { MartelloError } from './errors.js'
import type { Layers, OpenOptions } from './options.js'
import { HEADER_BYTES } from '../generated/numbers.js'

/** Where a bundle comes from. A string is a URL; in Node, Deno and Bun also a path. */
export type BundleSource =
  ArrayBuffer | ArrayBufferView | string | URL | Request | Response | ReadableStream<Uint8Array>

/** A bundle on its way. */
export class Loading {
  /** All that was asked for has come and opened. Rejects where it did not; then what came before stays in use. */
  complete!: Promise<void>
  private running = false
  /** The first bytes, until they are a header. */
  private head = new Uint8Array(0)
  /** A strong ETag, or when the bundle was last modified. */
  private validator: string | null = null
  /** How much of what comes again is here already. */
  private passing = 0
  private body: ReadableStreamDefaultReader<Uint8Array> | undefined
  private ready = () => {}

  constructor(
    private readonly arrival: Arrival,
    private readonly source: BundleSource,
    private readonly onProgress: OpenOptions['onProgress'],
  ) {}

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
    const { arrival } = this
    arrival.want(layers)
    if (!this.running && !arrival.whole) {
      this.complete = this.run(async () => (arrival.received < arrival.wanted ? this.resume() : this.finish()))
      this.complete.catch(() => {}) // whoever waits for it hears
    }
    return this.complete
  }

  close(): void {
    this.body?.cancel().catch(() => {})
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

  /** At once, not a turn later: whoever was told that the bundle is open may ask for more of it in that turn. */
  private finish(): void {
    this.arrival.finish()
    this.running = false
  }

  private async begin(): Promise<void> {
    const { source, arrival } = this
    if (!(source instanceof ArrayBuffer || ArrayBuffer.isView(source))) return this.receive(await this.streamOf(source))
    const bytes =
      source instanceof ArrayBuffer
        ? new Uint8Array(source)
        : new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    arrival.placeAll(bytes)
    this.onProgress?.(arrival.received, arrival.total)
    this.finish()
  }

  /** The rest by a range of the same version, or else the whole once more, of which what is here is passed over. */
  private async resume(): Promise<void> {
    const { source, validator } = this
    const { received, total } = this.arrival
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
    const { arrival } = this
    const reader = (this.body = body.getReader())
    const broken = (error: unknown): never => {
      if (!(error instanceof TypeError)) throw error
      throw new MartelloError(`open: the bundle broke off after ${arrival.received} bytes (${error.message})`)
    }
    try {
      while (!arrival.closed && !arrival.enough) {
        const { done, value } = await reader.read().catch(broken)
        if (done) break
        this.take(value)
      }
    } finally {
      reader.cancel().catch(() => {}) // nobody waits for the rest
    }
    if (arrival.total === 0) arrival.meet(this.head) // says what is wrong with so few bytes
    this.finish()
  }

  /** The first 64 bytes tell how much there will be, and which bundle it is; what is here already is passed over. */
  private take(chunk: Uint8Array): void {
    const { arrival } = this
    if (arrival.total === 0 || this.passing === arrival.received) {
      chunk = this.head = join(this.head, chunk)
      if (chunk.length < HEADER_BYTES) return
      this.head = new Uint8Array(0)
      arrival.meet(chunk)
    }
    const passed = Math.min(this.passing, chunk.length)
    this.passing -= passed
    if (arrival.received + chunk.length - passed > arrival.total)
      throw new MartelloError(`open: more than the ${arrival.total} bytes that the bundle's header names arrived`)
    if (passed === chunk.length) return
    arrival.place(chunk.subarray(passed))
    if (arrival.loaded > 0) this.ready()
    this.onProgress?.(arrival.received, arrival.total)
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
