/**
 * Getting a bundle's bytes into wasm memory, once: from bytes, a Blob, a URL, a Request, a Response or a stream, and what is
 * missing by a range. What becomes of them there is `Arrival`'s.
 */
import type { Arrival } from './arrival.js'
import { MartelloError, refuse } from './errors.js'
import type { Layers, OpenOptions } from './options.js'
import { HEADER_BYTES } from '../generated/numbers.js'
import { kindOf, type ByteReader, type ByteStream } from './platform.js'
import type * as platform from './platform.js'

/** Where a bundle comes from. A string is a URL; in Node, Deno and Bun also a path. What Node calls a stream is iterable. */
export type BundleSource =
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView
  | string
  | platform.URL
  | platform.Request
  | platform.Response
  | platform.Blob
  | ByteStream
  | AsyncIterable<Uint8Array>

/** Reads what another reader brings of a file, from a byte on, and passes on what it is sure of. */
export type Checked = (reader: ByteReader, at: number) => ByteReader

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
  private body: ByteReader | undefined
  private ready = () => {}

  constructor(
    private readonly arrival: Arrival,
    private readonly source: BundleSource,
    private readonly onProgress: OpenOptions['onProgress'],
    /** Of a signed bundle: passes on what was looked at, from the byte on at which its reader begins. */
    private readonly checked?: Checked,
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
    const bytes = bytesOf(/^(Blob|File)$/.test(kindOf(source)) ? await (source as Blob).arrayBuffer() : source)
    if (bytes === null) return this.receive(await this.streamOf(source))
    arrival.placeAll(bytes)
    this.onProgress?.(arrival.received, arrival.total)
    this.finish()
  }

  /** The rest by a range of the same version, or else the whole once more, of which what is here is passed over. */
  private async resume(): Promise<void> {
    const { source, validator } = this
    const { received, total } = this.arrival
    const again = kindOf(source) === 'Response' ? (source as Response).url : source
    if (!isAddress(again) || again === '')
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
    const at = response.status === 206 ? received : 0
    this.passing = received - at
    this.head = new Uint8Array(0)
    return this.receive(bodyOf(response), at)
  }

  /** Takes what a stream brings, as far as it is wanted. */
  private async receive(body: ByteStream | AsyncIterable<Uint8Array>, at = 0): Promise<void> {
    const { arrival, checked } = this
    const source = readerOf(body)
    const reader = (this.body = checked?.(source, at) ?? source)
    const broken = (error: Error & { code?: unknown }): never => {
      // as fetch says it, and as the files and sockets of Node do
      const isOfNetwork =
        error?.name === 'TypeError' || (typeof error?.code === 'string' && error.name !== 'AbortError')
      if (!isOfNetwork || error instanceof MartelloError) throw error
      const cut = `open: the bundle broke off after ${arrival.received} bytes (${error.message})`
      throw new MartelloError(cut, undefined, { cause: error })
    }
    try {
      while (!arrival.closed && !arrival.enough) {
        const { done, value } = await reader.read().catch(broken)
        if (done) break
        this.take(bytesOf(value) ?? refuse('open: the stream', value, 'bytes'))
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

  private async streamOf(source: BundleSource): Promise<ByteStream | AsyncIterable<Uint8Array>> {
    if (isStream(source)) return source
    const isResponse = kindOf(source) === 'Response'
    if (!isResponse && !isAddress(source))
      throw new MartelloError(
        `open: found ${String(source)}, expected bytes, a path, a URL, a Request, a Response or a stream`,
      )
    const response = isResponse ? (source as Response) : await fetched(source as Address)
    const etag = response.headers.get('etag')
    this.validator = etag?.startsWith('"') ? etag : response.headers.get('last-modified')
    return bodyOf(response)
  }
}

type Address = string | URL | Request

const isAddress = (source: unknown): source is Address => /^(String|URL|Request)$/.test(kindOf(source))

const isStream = (source: unknown): source is ByteStream | AsyncIterable<Uint8Array> =>
  'getReader' in Object(source) || Symbol.asyncIterator in Object(source)

/** A reader of a stream of the web, or of anything that is iterated over. */
function readerOf(stream: ByteStream | AsyncIterable<Uint8Array>): ByteReader {
  if ('getReader' in stream) return stream.getReader()
  const iterator = stream[Symbol.asyncIterator]()
  return { read: () => iterator.next() as ReturnType<ByteReader['read']>, cancel: async () => iterator.return?.() }
}

/** The bytes themselves, whatever realm or kind of memory they are in; null where there are none. */
export function bytesOf(source: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
  return /ArrayBuffer$/.test(kindOf(source)) ? new Uint8Array(source as ArrayBuffer) : null
}

async function fetched(source: Address): Promise<Response> {
  try {
    return await fetch(source)
  } catch (error) {
    const name = kindOf(source) === 'Request' ? (source as Request).url : source
    throw new MartelloError(`open: ${name} cannot be fetched (${(error as Error).message})`)
  }
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
