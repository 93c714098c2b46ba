/**
 * A shard: a bundle like any other, of those items whose ids fall to it. All shards are coded as the root says, so that rows of any of them
 * are joined to it.
 */
import type { Learn } from '../../learn/learn.js'
import { shardOf } from '../../shards/place.js'
import { bundle } from '../sections/bundle.js'
import { writeAtomically } from '../write.js'
import type { Codes } from './codes.js'
import type { Catalogue } from './columns.js'
import type { Filed } from './file.js'
import { floatRows, type Bucket, type Placement } from './partition.js'
import type { SplitPlan } from './plan.js'
import { vectorBundle } from './root.js'

/** Rows go where their ids say. */
export function byId(source: Catalogue, { dim, shards }: SplitPlan): Placement {
  return {
    fileOf: Uint32Array.from({ length: shards }, (_, shard) => shard),
    assign(vectors, first) {
      const count = vectors.length / dim
      return {
        cell: Uint32Array.from({ length: count }, (_, i) => shardOf(source.id(first + i), shards)),
        norm: Float32Array.from({ length: count }, (_, i) => normOf(vectors, i * dim, dim)),
      }
    },
    drop() {},
  }
}

function normOf(vectors: Float32Array, at: number, dim: number): number {
  let square = 0
  for (let d = at; d < at + dim; d++) square += vectors[d]! * vectors[d]!
  return Math.sqrt(square)
}

export async function writeShard(
  learn: Learn,
  source: Catalogue,
  plan: SplitPlan,
  codes: Codes,
  bucket: Bucket,
  isHead: Uint8Array,
  path: string,
  name: string,
): Promise<Filed> {
  const { dim } = plan
  const { row, norm } = bucket
  const places = Uint32Array.from(row.keys())
  const own = places.filter((place) => isHead[row[place]!] === 0).sort((a, b) => norm[b]! - norm[a]! || a - b)
  const items = {
    ids: Array.from(own, (place) => source.id(row[place]!)),
    vectors: floatRows(bucket.vectors, dim, own),
    attributes: source.columns.sections(Uint32Array.from(own, (place) => row[place]!)),
  }
  const bytes = bundle(learn, own.length, vectorBundle(learn, codes, items, 0))
  await writeAtomically(path, bytes)
  const head = places.filter((place) => isHead[row[place]!] === 1)
  return {
    entries: [{ file: name, at: 0, bytes: bytes.length, items: own.length, spread: 0 }],
    means: new Float32Array(dim),
    head: Uint32Array.from(head, (place) => row[place]!),
    rest: new Uint32Array(),
    vectors: floatRows(bucket.vectors, dim, head),
    rows: new Uint32Array(),
  }
}
