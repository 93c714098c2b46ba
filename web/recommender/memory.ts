/**
 * Memory of one instance of the wasm core. From `mt_heap` on it is ours: the area through which calls take and give, then
 * the bundle, then what the recommender reserves.
 *
 *     error (260 bytes) · out (16) · text (4,096) · vector (16,640) · rules (16,384)  |  bundle  |  recommender
 *
 * Addresses are offsets into memory. A view is made anew whenever memory may have grown.
 */
import { MartelloError } from './errors.js'
import type { CoreExports } from './exports.js'
import { MESSAGE_BYTES, PADDED_MAX, STRING_BYTES } from '../generated/numbers.js'

/** Longest records of rules that a call takes, in bytes; the longest text is STRING_BYTES. */
export const RULES_BYTES = 16384
const OUT = 320
const TEXT = 384
const VECTOR = TEXT + STRING_BYTES
const RULES = VECTOR + 4 * PADDED_MAX
const AREA_BYTES = RULES + RULES_BYTES

const ALIGN = 64
const PAGE = 65536

export const roundUp = (value: number) => Math.ceil(value / ALIGN) * ALIGN

export class Memory {
  /** Where calls write what went wrong, and their results; where they take a vector, and rules. */
  readonly error: number
  readonly out: number
  readonly vector: number
  readonly rules: number
  /** Where the bundle begins. */
  readonly bundle: number
  private readonly text: number
  private readonly encoder = new TextEncoder()
  private readonly decoder = new TextDecoder()

  constructor(private readonly wasm: CoreExports) {
    this.error = roundUp(wasm.mt_heap())
    this.out = this.error + OUT
    this.text = this.error + TEXT
    this.vector = this.error + VECTOR
    this.rules = this.error + RULES
    this.bundle = roundUp(this.error + AREA_BYTES)
  }

  u8(at: number, length: number): Uint8Array {
    return new Uint8Array(this.wasm.memory.buffer, at, length)
  }

  u32(at: number, length: number): Uint32Array {
    return new Uint32Array(this.wasm.memory.buffer, at, length)
  }

  f32(at: number, length: number): Float32Array {
    return new Float32Array(this.wasm.memory.buffer, at, length)
  }

  /** The n-th number that the last call gave. */
  result(n = 0): number {
    return this.u32(this.out, n + 1)[n]!
  }

  /** Calls with the place and the length of `text` in memory; one that is longer than any text of a bundle is `absent`. */
  withText(text: string, absent: number, call: (at: number, length: number) => number): number {
    const { read, written } = this.encoder.encodeInto(text, this.u8(this.text, STRING_BYTES))
    return read < text.length ? absent : call(this.text, written)
  }

  /** The text that a call writes, which returns its length. */
  textOf(call: (at: number) => number): string {
    const length = call(this.text)
    return length === 0 ? '' : this.decoder.decode(this.u8(this.text, length))
  }

  /** The sentence of the call that failed. */
  message(): string {
    const bytes = this.u8(this.error + 4, MESSAGE_BYTES)
    return this.decoder.decode(bytes.subarray(0, bytes.indexOf(0)))
  }

  /** Sees to it that there are so many bytes. */
  grow(bytes: number): void {
    const missing = bytes - this.wasm.memory.buffer.byteLength
    if (missing <= 0) return
    try {
      this.wasm.memory.grow(Math.ceil(missing / PAGE))
    } catch {
      throw new MartelloError(`open: ${bytes} bytes of memory are needed, and the browser would not give them`)
    }
  }
}
