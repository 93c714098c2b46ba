/**
 * Getting a bundle's bytes into wasm memory, once: from bytes, a URL, a Request, a Response or a stream.
 */
import { Core, MartelloError, shown } from './core.js'
import type { OpenOptions } from './recommender.js'

export type BundleSource =
  ArrayBuffer | ArrayBufferView | string | URL | Request | Response | ReadableStream<Uint8Array>

const DEFAULT_MAX_BYTES = 512 * 1024 * 1024

/** Asked before anything is opened that would have to be closed again. */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null)
    throw new MartelloError(`open: found options ${shown(options)}, expected an object such as { onProgress }`)
}

/** Reads the whole source into `core` and opens it. */
export async function load(core: Core, source: BundleSource, options: OpenOptions): Promise<void> {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
  const verify = options.verify ?? true
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    const bytes =
      source instanceof ArrayBuffer
        ? new Uint8Array(source)
        : new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    core.reserve(bytes.length, maxBytes).set(bytes)
    core.open(bytes.length, verify)
    options.onProgress?.(bytes.length, bytes.length)
    return
  }
  core.open(await stream(core, await streamOf(source), maxBytes, options.onProgress), verify)
}

async function streamOf(
  source: Exclude<BundleSource, ArrayBuffer | ArrayBufferView>,
): Promise<ReadableStream<Uint8Array>> {
  if (source instanceof ReadableStream) return source
  if (!(typeof source === 'string' || source instanceof URL || source instanceof Request || source instanceof Response))
    throw new MartelloError(
      `open: found ${String(source)}, expected bytes, a path, a URL, a Request, a Response or a stream`,
    )
  const response =
    source instanceof Response
      ? source
      : await fetch(source).catch((error: Error) => {
          throw new MartelloError(
            `open: ${source instanceof Request ? source.url : source} cannot be fetched (${error.message})`,
          )
        })
  if (!response.ok)
    throw new MartelloError(`open: ${response.url || 'the response'} answered ${response.status}, expected a bundle`)
  if (response.body === null)
    throw new MartelloError(`open: ${response.url || 'the response'} has no body, expected a bundle`)
  return response.body
}

/** Chunks go straight to their place; the first 64 bytes tell how much there will be. */
async function stream(
  core: Core,
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  onProgress: OpenOptions['onProgress'],
): Promise<number> {
  const reader = body.getReader()
  try {
    return await receive(core, reader, maxBytes, onProgress)
  } catch (error) {
    reader.cancel().catch(() => {}) // nobody waits for the rest
    throw error
  }
}

async function receive(
  core: Core,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  onProgress: OpenOptions['onProgress'],
): Promise<number> {
  let head = new Uint8Array(0)
  let total = 0
  let loaded = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    let chunk = value
    if (total === 0) {
      head = join(head, chunk)
      if (head.length < 64) continue
      total = core.lengthOf(head)
      core.reserve(total, maxBytes)
      chunk = head
    }
    if (loaded + chunk.length > total)
      throw new MartelloError(`open: more than the ${total} bytes that the bundle's header names arrived`)
    core.reserve(total, maxBytes).set(chunk, loaded)
    loaded += chunk.length
    onProgress?.(loaded, total)
  }
  if (total === 0) core.lengthOf(head) // says what is wrong with so few bytes
  if (loaded < total) throw new MartelloError(`open: ${loaded} of the bundle's ${total} bytes arrived`)
  return total
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
