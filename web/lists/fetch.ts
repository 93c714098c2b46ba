/** Parts of files from a static host, by ranges, some at a time. */
import { MartelloError } from '../recommender/errors.js'
import type * as platform from '../recommender/platform.js'

/** Reads `length` bytes of a file beside the root from `at` on. */
export type ReadPart = (file: string, at: number, length: number, signal?: platform.AbortSignal) => Promise<Uint8Array>

/** Browsers open as many connections to a host at a time. */
const AT_A_TIME = 6

/** Of files that lie beside `root`, an absolute address. */
export function partsBeside(root: string): ReadPart {
  return async (file, at, length, signal) => {
    const url = new URL(file, root).href
    const range = `bytes=${at}-${at + length - 1}`
    const init: RequestInit = { headers: { range, 'accept-encoding': 'identity' } }
    if (signal !== undefined) init.signal = signal as AbortSignal
    const again = (error: Error) => {
      if (signal?.aborted) throw error
      return fetch(url, init) // a connection that was kept open may be gone
    }
    const response = await fetch(url, init)
      .catch(again)
      .catch((error: Error) => {
        if (signal?.aborted) throw error
        throw new MartelloError(`sharpen: ${url} cannot be fetched (${error.message})`)
      })
    const found = response.headers.get('content-range')
    if (response.status !== 206 || !found?.startsWith(`bytes ${at}-${at + length - 1}/`)) {
      response.body?.cancel().catch(() => {})
      throw new MartelloError(
        `sharpen: ${url} answered ${response.status}${found === null ? '' : ` with ${found}`}, expected 206 with ${range}: a host that answers ranges`,
      )
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (bytes.length !== length)
      throw new MartelloError(`sharpen: ${url} answered ${bytes.length} bytes, expected ${length}`)
    return bytes
  }
}

/** What `work` makes of each, some at a time; after the first that fails no other begins. */
export async function someAtATime<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  let failed = false
  const run = async () => {
    while (next < all.length && !failed) {
      const i = next++
      try {
        results[i] = await work(all[i]!)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_A_TIME, all.length) }, run))
  return results
}
