/**
 * Applies a patch, in a page as in Node: the old bytes and the new ones are in memory, and of the patch's streams a chunk each.
 * Every length is looked at before it is used, and what comes out is told by its hash; nothing is given before that.
 */
import { MartelloError } from '../recommender/errors.js'
import { digestOf, HEADER, isSame, readHeader } from './format.js'

/**
 * The new file's bytes. Errors: what is no patch, is one for another file, or is damaged, in one sentence. `isKnown`: whoever
 * asks knows already that the old bytes are those that the patch is for.
 */
export async function applyPatch(old: Uint8Array, patch: Uint8Array, isKnown = false): Promise<Uint8Array> {
  const header = readHeader(patch)
  if (old.length !== header.old.length || (!isKnown && !isSame(await digestOf(old), header.old.digest)))
    throw new MartelloError(
      `patch: found ${old.length === header.old.length ? 'other bytes' : `a file of ${old.length} bytes`}, expected the file of ${header.old.length} bytes that it was made from`,
    )
  const { steps, differences, plain } = header.streams
  const from = (at: number, length: number) => new Stream(patch.subarray(HEADER + at, HEADER + at + length))
  const streams: Streams = {
    steps: from(0, steps),
    differences: from(steps, differences),
    plain: from(steps + differences, plain),
  }
  const made = new Uint8Array(header.new.length)
  try {
    await stepped(old, made, streams)
  } finally {
    for (const stream of Object.values(streams)) stream.drop()
  }
  if (!isSame(await digestOf(made), header.new.digest)) throw damaged('what it makes has another hash than it says')
  return made
}

interface Streams {
  steps: Stream
  differences: Stream
  plain: Stream
}

async function stepped(old: Uint8Array, made: Uint8Array, { steps, differences, plain }: Streams): Promise<void> {
  let [at, to] = [0, 0]
  const take = (length: number, limit: number, what: string) => {
    if (length > limit) throw damaged(`${what} goes ${length - limit} bytes beyond the end`)
    return length
  }
  while (to < made.length) {
    const before = to
    if (steps.rest < STEP) await steps.fill(STEP)
    const move = steps.varint()
    at += move % 2 === 0 ? move / 2 : -(move + 1) / 2
    if (at < 0 || at > old.length) throw damaged(`a step goes to byte ${at} of ${old.length}`)
    const copy = take(steps.varint(), Math.min(old.length - at, made.length - to), 'a copy')
    made.set(old.subarray(at, at + copy), to)
    at += copy
    to += copy
    const mix = take(steps.varint(), Math.min(old.length - at, made.length - to), 'a mixture')
    await differences.into(made.subarray(to, to + mix))
    for (let i = 0; i < mix; i++) made[to + i]! += old[at + i]!
    at += mix
    to += mix
    const own = take(steps.varint(), made.length - to, 'a piece')
    await plain.into(made.subarray(to, to + own))
    to += own
    if (to === before) throw damaged('a step makes nothing')
  }
  for (const stream of [steps, differences, plain]) await stream.end()
}

/** Four numbers of up to eight bytes. */
const STEP = 32

/** A packed stream, unpacked as far as it is wanted. */
class Stream {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>
  private chunk: Uint8Array = new Uint8Array()
  private at = 0

  constructor(packed: Uint8Array) {
    const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream()
    this.reader = stream.pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  }

  get rest(): number {
    return this.chunk.length - this.at
  }

  /** So many bytes at hand, or all that there are. */
  async fill(wanted: number): Promise<void> {
    while (this.rest < wanted) {
      const next = await this.next()
      if (next === null) return
      const joined = new Uint8Array(this.rest + next.length)
      joined.set(this.chunk.subarray(this.at))
      joined.set(next, this.rest)
      this.chunk = joined
      this.at = 0
    }
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

  async into(target: Uint8Array): Promise<void> {
    for (let to = 0; to < target.length;) {
      if (this.rest === 0) {
        const next = await this.next()
        if (next === null) throw damaged('a stream ends too early')
        this.chunk = next
        this.at = 0
      }
      const some = this.chunk.subarray(this.at, this.at + target.length - to)
      target.set(some, to)
      this.at += some.length
      to += some.length
    }
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
