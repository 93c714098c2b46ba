/** The files that say which list an id lies in (web/lists/find.ts has its form). */
import { join } from 'node:path'
import { ENTRY, hashesOf, placeOf, SUM, sumOf, type Buckets } from '../../lists/find.js'
import { writeAtomically } from '../write.js'

/** Ids of a bucket, about: some 8 KB. */
const EACH = 1024
/** Static hosts take files up to 25 MB. */
const FILE_BYTES = 20_000_000

/** `ids`: of all lists, one behind the other; `items`: of each list. */
export async function writeFind(
  ids: { count: number; id(n: number): string },
  items: readonly number[],
  folder: string,
  file: string,
): Promise<Buckets> {
  const buckets = Math.max(1, Math.round(ids.count / EACH))
  const [bucketOf, check] = [new Uint32Array(ids.count), new Uint32Array(ids.count)]
  const ends = new Uint32Array(buckets + 1)
  for (let n = 0; n < ids.count; n++) {
    const [first, second] = hashesOf(ids.id(n))
    bucketOf[n] = first % buckets
    check[n] = second
    ends[bucketOf[n]! + 1]!++
  }
  const most = ends.reduce((longest, count) => Math.max(longest, count), 1)
  for (let bucket = 0; bucket < buckets; bucket++) ends[bucket + 1]! += ends[bucket]!
  const next = ends.slice()
  const [order, listOf] = [new Uint32Array(ids.count), new Uint32Array(ids.count)]
  let n = 0
  items.forEach((count, list) => {
    for (const end = n + count; n < end; n++) {
      listOf[n] = list
      order[next[bucketOf[n]!]++] = n
    }
  })
  const bytes = most * ENTRY + SUM
  const out = new Uint8Array(buckets * bytes).fill(255)
  const view = new DataView(out.buffer)
  for (let bucket = 0; bucket < buckets; bucket++) {
    const own = order.subarray(ends[bucket], ends[bucket + 1]).sort((a, b) => check[a]! - check[b]! || a - b)
    own.forEach((one, i) => {
      const at = bucket * bytes + i * ENTRY
      view.setUint32(at, check[one]!, true)
      view.setUint16(at + 4, listOf[one]! & 65535, true)
      view.setUint8(at + 6, listOf[one]! >>> 16)
    })
    const end = (bucket + 1) * bytes
    view.setUint32(end - SUM, sumOf(out.subarray(end - bytes, end)), true)
  }
  const each = Math.max(1, Math.floor(FILE_BYTES / bytes))
  const found = { file, buckets, each, bytes }
  for (let bucket = 0; bucket < buckets; bucket += each)
    await writeAtomically(
      join(folder, placeOf(found, bucket).file),
      out.subarray(bucket * bytes, (bucket + each) * bytes),
    )
  return found
}
