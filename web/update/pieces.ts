/**
 * A bundle as it arrives, in the pieces that its manifest names: each is compared with its hash when it is whole, and only then
 * passed on. So what streams may be used as far as it has come, and nothing is used that nobody signed.
 */
import { sha256 } from '../delta/format.js'
import { refused } from '../recommender/errors.js'
import type { ByteReader } from '../recommender/platform.js'
import type { Manifest } from './manifest.js'

/** Reads from `reader` what a manifest says of a file from byte `at` on, which is where a piece begins. */
export function verified(reader: ByteReader, manifest: Manifest, where: string, at = 0): ByteReader {
  const { length, piece, pieces } = manifest
  /** What has come of the next piece, and those that are being looked at: several at once, where much comes at once. */
  let part = new Uint8Array(0)
  let filled = 0
  const waiting: Promise<Uint8Array>[] = []
  let [number, ended] = [Math.floor(at / piece), false]
  let came = at

  const compared = async (bytes: Uint8Array, n: number) => {
    if ((await sha256(bytes)) === pieces.slice(64 * n, 64 * n + 64)) return bytes
    throw refused('altered', `${where}: found other bytes from ${n * piece} on, expected those that were signed`)
  }
  const take = (bytes: Uint8Array) => {
    const one = compared(bytes, number++)
    one.catch(() => {}) // whoever reads it hears
    waiting.push(one)
  }
  const accept = (chunk: Uint8Array) => {
    if (came + chunk.length > length)
      throw refused('altered', `${where}: found more than the ${length} bytes that were signed`)
    came += chunk.length
    for (let from = 0; from < chunk.length;) {
      const wanted = Math.min(piece, length - number * piece)
      if (filled === 0) part = new Uint8Array(wanted)
      const some = chunk.subarray(from, from + wanted - filled)
      part.set(some, filled)
      filled += some.length
      from += some.length
      if (filled < wanted) break
      take(part)
      filled = 0
    }
  }
  return {
    async read() {
      while (waiting.length === 0 && !ended) {
        const { done, value } = await reader.read()
        if (value !== undefined) accept(value)
        else if (done) ended = true
      }
      const next = waiting.shift()
      if (next !== undefined) return { done: false, value: await next }
      if (came < length) throw refused('cut', `${where}: found ${came} bytes, expected the ${length} that were signed`)
      return { done: true }
    },
    cancel: (reason) => reader.cancel(reason),
  }
}
