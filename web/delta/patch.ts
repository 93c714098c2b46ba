/**
 * Applies a patch, in a page as in Node: the old bytes are in memory, and of the patch's streams and of the new bytes a chunk each, or
 * all of those, where they are wanted whole. Every length is looked at before it is used; what comes out is told by its hash.
 */
import { MartelloError } from '../recommender/errors.js'
import { HEADER, readHeader, sha256 } from './format.js'

/** The new file arrives in chunks of so many bytes. */
const CHUNK = 1 << 16

/**
 * The new file's bytes. Errors: what is no patch, is one for another file, or is damaged, in one sentence. `isKnown`: whoever
 * asks knows already that the old bytes are those that the patch is for.
 */
export async function applyPatch(old: Uint8Array, patch: Uint8Array, isKnown = false): Promise<Uint8Array> {
  const header = readHeader(patch)
  if (old.length !== header.old.length || (!isKnown && (await sha256(old)) !== header.old.digest))
    throw new MartelloError(
      `patch: found ${old.length === header.old.length ? 'other bytes' : `a file of ${old.length} bytes`}, expected the file of ${header.old.length} bytes that it was made from`,
    )
  const made = new Uint8Array(header.new.length)
  let to = 0
  for await (const chunk of patched(old, patch)) {
    made.set(chunk, to)
    to += chunk.length
  }
  if ((await sha256(made)) !== header.new.digest) throw damaged('what it makes has another hash than it says')
  return made
}

/**
 * The new file from its front, as far as it is made: for whoever knows the old bytes to be those that the patch is for, and looks at
 * what comes out by other hashes.
 */
export async function* patched(old: Uint8Array, patch: Uint8Array): AsyncGenerator<Uint8Array> {
  const header = readHeader(patch)
  const from = (at: number, length: number) => new Stream(patch.subarray(HEADER + at, HEADER + at + length))
  const { length } = header.new
  const packed = header.streams
  const streams = {
    steps: from(0, packed.steps),
    differences: from(packed.steps, packed.differences),
    plain: from(packed.steps + packed.differences, packed.plain),
  }
  try {
    yield* stepped(old, length, streams)
  } finally {
    for (const stream of Object.values(streams)) stream.drop()
  }
}

interface Streams {
  steps: Stream
  differences: Stream
  plain: Stream
}

async function* stepped(
  old: Uint8Array,
  length: number,
  { steps, differences, plain }: Streams,
): AsyncGenerator<Uint8Array> {
  let at = 0 // in the old file
  let done = 0 // bytes of the new one that were passed on
  let chunk = new Uint8Array(Math.min(CHUNK, length))
  let filled = 0
  const within = (count: number, limit: number, what: string) => {
    if (count > limit) throw damaged(`${what} goes ${count - limit} bytes beyond the end`)
    return count
  }
  while (done + filled < length) {
    if (steps.rest < STEP) await steps.fill(STEP)
    const move = steps.varint()
    at += move % 2 === 0 ? move / 2 : -(move + 1) / 2
    if (at < 0 || at > old.length) throw damaged(`a step goes to byte ${at} of ${old.length}`)
    const room = length - done - filled
    let copy = within(steps.varint(), Math.min(old.length - at, room), 'a copy')
    let mix = within(steps.varint(), Math.min(old.length - at - copy, room - copy), 'a mixture')
    let own = within(steps.varint(), room - copy - mix, 'a piece')
    if (copy + mix + own === 0) throw damaged('a step makes nothing')
    // most steps are of a few bytes that are all at hand: nothing waits then
    while (copy + mix + own > 0) {
      if (filled === chunk.length) {
        yield chunk
        done += filled
        chunk = new Uint8Array(Math.min(CHUNK, length - done))
        filled = 0
      }
      const free = chunk.length - filled
      if (copy > 0) {
        const count = Math.min(copy, free)
        place(chunk, filled, old, at, count)
        copy -= count
        at += count
        filled += count
      } else {
        const stream = mix > 0 ? differences : plain
        if (stream.rest === 0) await stream.more()
        const count = Math.min(mix || own, free, stream.rest)
        stream.into(chunk, filled, count)
        if (mix > 0) {
          for (let i = 0; i < count; i++) chunk[filled + i]! += old[at + i]!
          mix -= count
          at += count
        } else own -= count
        filled += count
      }
    }
  }
  for (const stream of [steps, differences, plain]) await stream.end()
  if (filled > 0) yield chunk
}

/** A view for a few bytes costs more than they do. */
const FEW = 64

function place(target: Uint8Array, to: number, source: Uint8Array, from: number, count: number): void {
  if (count > FEW) target.set(source.subarray(from, from + count), to)
  else for (let i = 0; i < count; i++) target[to + i] = source[from + i]!
}

/** Four numbers of up to eight bytes. */
const STEP = 32

/** A packed stream, unpacked as far as it is wanted. */
class Stream {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>
  private chunk: Uint8Array = new Uint8Array()
  private at = 0

  constructor(packed: Uint8Array) {
    // all at once: what comes of a Blob in parts takes ten times as long in Chromium
    const { readable, writable } = new DecompressionStream('deflate-raw')
    const writer = writable.getWriter()
    for (const done of [writer.write(packed as Uint8Array<ArrayBuffer>), writer.close()]) done.catch(() => {}) // the reader hears
    this.reader = readable.getReader()
  }

  get rest(): number {
    return this.chunk.length - this.at
  }

  /** So many bytes at hand, or all that there are. */
  async fill(wanted: number): Promise<void> {
    while (this.rest < wanted) {
      const next = await this.next()
      if (next === null) return
      const left = this.chunk.subarray(this.at)
      this.chunk = left.length === 0 ? next : new Uint8Array(left.length + next.length)
      if (left.length > 0) {
        this.chunk.set(left)
        this.chunk.set(next, left.length)
      }
      this.at = 0
    }
  }

  /** The next bytes, once none is at hand. */
  async more(): Promise<void> {
    await this.fill(1)
    if (this.rest === 0) throw damaged('a stream ends too early')
  }

  private async next(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.reader.read()
      return done ? null : value
    } catch (error) {
      throw damaged('a stream is damaged', error)
    }
  }

  /** Of what is at hand, little groups of seven bits first (LEB128), at most 2⁵³. */
  varint(): number {
    let value = 0
    for (let scale = 1; this.at < this.chunk.length && scale < 2 ** 53; scale *= 128) {
      const byte = this.chunk[this.at++]!
      value += (byte & 127) * scale
      if (byte < 128 && value <= Number.MAX_SAFE_INTEGER) return value
    }
    throw damaged('a number is cut or too large')
  }

  /** Bytes that are at hand. */
  into(target: Uint8Array, to: number, count: number): void {
    place(target, to, this.chunk, this.at, count)
    this.at += count
  }

  async end(): Promise<void> {
    await this.fill(1)
    if (this.rest > 0) throw damaged('a stream goes on after the end')
  }

  drop(): void {
    this.reader.cancel().catch(() => {}) // it may have failed, which was told
  }
}

const damaged = (how: string, cause?: unknown) =>
  new MartelloError(`patch: found that ${how}, expected one that is whole: it is damaged`, undefined, { cause })
