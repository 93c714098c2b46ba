/** Popularity: how much everybody met each item, in a byte. */
import type { Learn } from '../../learn/learn.js'
import { POPULARITY_TABLE, SECTION } from '../../generated/numbers.js'
import { filled, section, type Section } from './section.js'

/** counts[n]: how much everybody met item n. */
export function popularitySection(learn: Learn, counts: Float32Array): Section {
  return section(
    SECTION.popularity,
    'popularity',
    learn.with([counts], (at) =>
      filled(learn, POPULARITY_TABLE + counts.length, (out) =>
        learn.run('mt_popularity_encode', at, counts.length, out),
      ),
    ),
  )
}

/** What a section says of each item. */
export function countsIn(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from(bytes.subarray(POPULARITY_TABLE), (code) => view.getFloat32(4 * code, true))
}
