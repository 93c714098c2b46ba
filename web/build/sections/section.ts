/**
 * A section: bytes of a bundle, with what its directory says of them. The core encodes what is known in JavaScript into
 * them; the layouts live in src/bundle.
 */
import type { Learn, Pointer } from '../../learn/learn.js'
import { NAME_BYTES, OPTIONAL_SECTIONS } from '../../generated/numbers.js'
import type { Stage } from './order.js'

/** A section of a bundle: its bytes, and what the directory says of them. */
export interface SectionBytes {
  /** Its number in src/bundle/format.h. */
  kind: number
  /** Which of its kind. */
  ordinal: number
  /** Which residual layer of a space; else 0. */
  part: number
  /** A reader that does not know this kind must refuse the bundle. */
  required: boolean
  /** Up to 24 of a-z, 0-9, _ and -. */
  name: string
  bytes: Uint8Array
}

/** On its way into a bundle. */
export interface Section extends SectionBytes {
  /** When a device wants it, where that is not as usual for its kind: order.ts. */
  stage?: Stage
}

export const section = (kind: number, name: string, bytes: Uint8Array, ordinal = 0, part = 0): Section => ({
  kind,
  ordinal,
  part,
  required: !OPTIONAL_SECTIONS.includes(kind),
  name: sectionName(name),
  bytes,
})

/** Names of columns may be anything; a section's name is for people who inspect a bundle. */
export const sectionName = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .slice(0, NAME_BYTES)

/** Encodes twice: for the size, then for the bytes. */
export const encode = (learn: Learn, write: (out: Pointer) => number): Uint8Array => filled(learn, write(0), write)

/** The bytes that `write` fills, of a size that is known. */
export function filled(learn: Learn, size: number, write: (out: Pointer) => void): Uint8Array {
  const out = learn.take(size)
  write(out)
  const bytes = learn.u8(out, size).slice()
  learn.drop(out)
  return bytes
}

/** Strings as the core takes them: UTF-8 one after the other, and where each starts. */
export function packTexts(texts: readonly string[]): { bytes: Uint8Array; start: Uint32Array } {
  const start = new Uint32Array(texts.length + 1)
  const together = Buffer.from(texts.join(''))
  const lengthOf =
    together.length === texts.reduce((sum, text) => sum + text.length, 0)
      ? ({ length }: string) => length
      : Buffer.byteLength // all ASCII, or not
  texts.forEach((text, i) => (start[i + 1] = start[i]! + lengthOf(text)))
  if (start.at(-1) === together.length) return { bytes: together, start }
  return { bytes: Buffer.concat(texts.map((text) => Buffer.from(text))), start } // halves of a character, which joined to one
}

/** Indices of `texts` in the order of their UTF-8 bytes, which is that of UTF-16 but where it writes a character as two. */
export function byteOrder(texts: readonly string[]): Uint32Array {
  const order = Uint32Array.from(texts.keys())
  if (!texts.some((text) => /[\ud800-\udfff]/.test(text)))
    return order.sort((a, b) => (texts[a]! < texts[b]! ? -1 : texts[a]! > texts[b]! ? 1 : 0))
  const encoded = texts.map((text) => Buffer.from(text))
  return order.sort((a, b) => Buffer.compare(encoded[a]!, encoded[b]!))
}

/** Texts in that order. */
export const sortedTexts = (texts: readonly string[]): string[] => Array.from(byteOrder(texts), (at) => texts[at]!)
