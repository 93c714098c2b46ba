/**
 * Which list an item lies in that is not here: files of buckets beside the lists, each some KB. An id's bucket follows from its hash, so a
 * device fetches that alone. In a bucket are entries of seven bytes, of each id whose bucket it is:
 *
 *     u32 another hash, in rising order  |  u24 the number of the list
 *
 * and behind them, to the length that all buckets have, entries of all ones, and a u32 checksum. Whoever wrote it is not trusted: a wrong
 * number is one of a list that is fetched for nothing.
 */
import { MartelloError } from '../recommender/errors.js'

/** What the record of a root says of the files: FILE.0.bin, FILE.1.bin … */
export interface Buckets {
  file: string
  /** How many in all, and in a file but the last. */
  buckets: number
  each: number
  /** Of a bucket. */
  bytes: number
}

export const ENTRY = 7
export const SUM = 4
const NONE = 0xffffff
const MOST_BYTES = 1 << 16

/** Two hashes of 32 bits (cyrb53): which bucket, and which entry. */
export function hashesOf(id: string): [number, number] {
  let [h1, h2] = [0xdeadbeef, 0x41c6ce57]
  for (let i = 0; i < id.length; i++) {
    const unit = id.charCodeAt(i)
    h1 = Math.imul(h1 ^ unit, 2654435761)
    h2 = Math.imul(h2 ^ unit, 1597334677)
  }
  const mixed = (a: number, b: number) => Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  h1 = mixed(h1, h2)
  return [h1 >>> 0, mixed(h2, h1) >>> 0]
}

/** null: the root says nothing, or nothing that could be. */
export function bucketsOf(record: Uint8Array | undefined): Buckets | null {
  try {
    const { file, buckets, each, bytes } = (JSON.parse(new TextDecoder().decode(record)) as { find: Buckets }).find
    const isSize = (one: unknown, most: number) =>
      Number.isInteger(one) && (one as number) > 0 && (one as number) <= most
    const fits = /^[\w-][\w.-]*$/.test(file) && isSize(buckets, 2 ** 32) && isSize(bytes, MOST_BYTES) && bytes > SUM
    return fits && isSize(each, 2 ** 32) ? { file, buckets, each, bytes } : null
  } catch {
    return null
  }
}

export const bucketIn = ({ buckets }: Buckets, id: string): number => hashesOf(id)[0] % buckets

/** Where a bucket lies. */
export const placeOf = ({ file, each, bytes }: Buckets, bucket: number) => ({
  file: `${file}.${Math.floor(bucket / each)}.bin`,
  at: (bucket % each) * bytes,
})

/** Over all but its last four bytes, which hold it (FNV-1a). */
export function sumOf(bucket: Uint8Array): number {
  let sum = 0x811c9dc5
  for (const byte of bucket.subarray(0, -SUM)) sum = Math.imul(sum ^ byte, 0x01000193)
  return sum >>> 0
}

/** Throws where it is not one as it was written. */
export function checked({ file, bytes }: Buckets, bucket: Uint8Array | null): void {
  const isWhole = bucket?.length === bytes && viewOf(bucket).getUint32(bytes - SUM, true) === sumOf(bucket)
  if (!isWhole) throw new MartelloError(`sharpen: ${file}: found a bucket of other bytes than its checksum says`)
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** The list that a bucket says an id lies in; null: in none. */
export function listIn(bucket: Uint8Array, id: string): number | null {
  const [, wanted] = hashesOf(id)
  return entriesOf(bucket).find(({ hash }) => hash === wanted)?.list ?? null
}

export function entriesOf(bucket: Uint8Array): { hash: number; list: number }[] {
  const view = viewOf(bucket)
  const count = Math.floor((bucket.length - SUM) / ENTRY)
  const entries = Array.from({ length: count }, (_, i) => {
    const at = i * ENTRY
    return { hash: view.getUint32(at, true), list: view.getUint16(at + 4, true) + 65536 * bucket[at + 6]! }
  })
  return entries.filter(({ list }) => list !== NONE)
}
