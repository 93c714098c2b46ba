/** Numbers packed to as many bits each as the largest needs (src/bundle/bits.h). */
import { MartelloError } from '../recommender/errors.js'

export const bitsOf = (most: number) => 32 - Math.clz32(most)
export const packedBytes = (count: number, bits: number) => Math.ceil((count * bits) / 8) + 8

/** At least 25 bits from this one on, lowest first; four bytes lie there. */
export function peek(bytes: Uint8Array, bit: number): number {
  const at = bit >>> 3
  const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
  return word >>> (bit & 7)
}

/** Puts a number of at most 25 bits where only zeros are. */
export function poke(bytes: Uint8Array, bit: number, value: number): void {
  const at = bit >>> 3
  const shifted = value << (bit & 7)
  bytes[at]! |= shifted
  bytes[at + 1]! |= shifted >>> 8
  bytes[at + 2]! |= shifted >>> 16
  bytes[at + 3]! |= shifted >>> 24
}

/** Numbers of 25 bits at most: any of them lies in four bytes. */
export function unpacked(bytes: Uint8Array, bits: number, count: number): Uint32Array {
  if (bytes.length < packedBytes(count, bits) || bits > 25)
    throw new MartelloError(
      `lists: found ${bytes.length} bytes of packed numbers, expected ${packedBytes(count, bits)}`,
    )
  const out = new Uint32Array(count)
  const mask = (1 << bits) - 1
  for (let i = 0; i < count; i++) out[i] = peek(bytes, i * bits) & mask
  return out
}

/** One of them. */
export function unpackedAt(bytes: Uint8Array, bits: number, index: number): number {
  return peek(bytes, index * bits) & ((1 << bits) - 1)
}

/** Into `out`, packedBytes of them. */
export function pack(out: Uint8Array, numbers: Uint32Array, bits: number): void {
  let [held, have, at] = [0, 0, 0]
  for (let i = 0; i < numbers.length; i++) {
    held |= numbers[i]! << have // fewer than 8 bits are held
    for (have += bits; have >= 8; have -= 8) {
      out[at++] = held & 255
      held >>>= 8
    }
  }
  out[at] = held
}
