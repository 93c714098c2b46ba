/**
 * A bundle as it arrives, in the pieces that its manifest names: each is compared with its hash when it is whole, and only then
 * passed on. So what streams may be used as far as it has come, and nothing is used that nobody signed.
 */
import { sha256 } from '../delta/format.js'
import { refused } from '../recommender/errors.js'
import type { ByteReader } from '../recommender/platform.js'
import type { Manifest } from './manifest.js'

/** So many pieces are looked at while the next ones arrive, which costs a third less than one after the other. */
const AT_ONCE = 8

/** Reads from `reader` what a manifest says of a file from byte `at` on, which is where a piece begins. */
export function verified(
  reader: ByteReader,
  { length, piece, pieces }: Pick<Manifest, 'length' | 'piece' | 'pieces'>,
  where: string,
  at = 0,
): ByteReader {
  /** What has come of the next piece. */
  let part = new Uint8Array(0)
  let filled = 0
  let number = Math.floor(at / piece)
  /** Those that are whole. */
  const waiting: Promise<Uint8Array>[] = []
  let reading: ReturnType<ByteReader['read']> | undefined
  let ended = false

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
    if (at + chunk.length > length)
      throw refused('altered', `${where}: found more than ${length} bytes, expected those that were signed`)
    at += chunk.length
    for (let from = 0; from < chunk.length;) {
      const wanted = Math.min(piece, length - number * piece)
      const some = chunk.subarray(from, from + wanted - filled)
      from += some.length
      if (some.length === wanted) {
        take(some)
        continue
      }
      if (filled === 0) part = new Uint8Array(wanted)
      part.set(some, filled)
      filled += some.length
      if (filled < wanted) return
      filled = 0
      take(part)
    }
  }
  return {
    async read() {
      while (!ended && waiting.length < AT_ONCE) {
        reading ??= reader.read()
        const next = await Promise.race([reading, waiting[0] ?? reading])
        if (next instanceof Uint8Array) break
        reading = undefined
        if (next.value !== undefined) accept(next.value)
        else ended = next.done
      }
      if (waiting.length > 0) return { done: false, value: await waiting.shift()! }
      if (at < length) throw refused('cut', `${where}: found ${at} bytes, expected the ${length} that were signed`)
      return { done: true }
    },
    cancel: (reason) => reader.cancel(reason),
  }
}
