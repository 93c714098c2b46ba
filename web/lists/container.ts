/** A bundle as its sections (src/bundle/format.h), and sections as a bundle. */
import { ENTRY_BYTES, HEADER_BYTES } from '../generated/numbers.js'

export interface Part {
  kind: number
  ordinal: number
  part: number
  /** Its whole entry in the directory, what is said of its bytes too. */
  entry: Uint8Array
  bytes: Uint8Array
}

export interface Container {
  items: number
  parts: readonly Part[]
}

/** Where the checksum of the directory stands. */
const SUM = 56
const [LENGTH, ITEMS, SECTIONS] = [16, 24, 12]

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Of a bundle that the core has looked at: views on its bytes. */
export function partsOf(bytes: Uint8Array): Container {
  const view = viewOf(bytes)
  const parts = Array.from({ length: view.getUint32(SECTIONS, true) }, (_, i): Part => {
    const at = HEADER_BYTES + i * ENTRY_BYTES
    const offset = Number(view.getBigUint64(at + 16, true))
    return {
      kind: view.getUint32(at, true),
      ordinal: view.getUint32(at + 4, true),
      part: view.getUint32(at + 8, true),
      entry: bytes.subarray(at, at + ENTRY_BYTES),
      bytes: bytes.subarray(offset, offset + Number(view.getBigUint64(at + 24, true))),
    }
  })
  return { items: view.getUint32(ITEMS, true), parts }
}

const filled = (length: number) => Math.ceil(length / ENTRY_BYTES) * ENTRY_BYTES

/**
 * As one bundle, under the header of another. Checksums of sections are as they were; `sum`: that of a directory; `room`: where the bundle is
 * to lie, which may be a core's own memory.
 */
export function bundleOf(
  header: Uint8Array,
  { items, parts }: Container,
  sum: (head: Uint8Array, sections: number) => bigint,
  room: (length: number) => Uint8Array = (length) => new Uint8Array(length),
): Uint8Array {
  const front = HEADER_BYTES + parts.length * ENTRY_BYTES
  const total = parts.reduce((all, { bytes }) => all + filled(bytes.length), front)
  const out = room(total)
  const view = viewOf(out)
  out.set(header.subarray(0, HEADER_BYTES))
  view.setUint32(SECTIONS, parts.length, true)
  view.setBigUint64(LENGTH, BigInt(total), true)
  view.setUint32(ITEMS, items, true)
  let at = front
  parts.forEach(({ entry, bytes }, i) => {
    const place = HEADER_BYTES + i * ENTRY_BYTES
    out.set(entry, place)
    view.setBigUint64(place + 16, BigInt(at), true)
    view.setBigUint64(place + 24, BigInt(bytes.length), true)
    out.set(bytes, at)
    out.fill(0, at + bytes.length, (at += filled(bytes.length)))
  })
  view.setBigInt64(SUM, sum(out.subarray(0, front), parts.length), true)
  return out
}
