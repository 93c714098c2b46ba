/** Manifests from where bundles are: at the bundle's address with `.json` behind its path. */
import { MartelloError, refused } from '../recommender/errors.js'
import type { ByteReader } from '../recommender/platform.js'
import { MOST_BYTES } from './manifest.js'

/** The address of the manifest. */
export const manifestOf = (url: string): string => url.replace(/(?=[?#]|$)/, '.json')

/** The address of a file beside it, with the same query, which may be what lets somebody in. */
export const beside = (url: string, file: string): string =>
  url.replace(/[^/?#]*(?=[?#]|$)/, () => encodeURIComponent(file))

/** What a bundle at this address is called. */
export function nameOf(url: string): string {
  const [, name] = /([^/]*)$/.exec(url.replace(/[?#].*/s, ''))!
  try {
    return decodeURIComponent(name!)
  } catch {
    return name! // a percent sign that stands for itself
  }
}

/** The manifest at this address and the server's name for it; null: it is still the one of `etag`. */
export async function fetchManifest(
  url: string,
  where: string,
  init: RequestInit,
): Promise<{ text: string; etag: string | null } | null> {
  const response = await fetch(url, { cache: 'no-cache', ...init }).catch((error: Error) => {
    init.signal?.throwIfAborted()
    throw new MartelloError(`${where}: ${url} cannot be fetched (${error.message})`)
  })
  if (response.status === 304) return null
  if (response.status === 404 || response.status === 410)
    throw refused(
      'unsigned',
      `${where}: ${url} answered ${response.status}, expected a manifest: martello sign makes one`,
    )
  if (!response.ok || response.body === null)
    throw new MartelloError(`${where}: ${url} answered ${response.status}, expected a manifest`)
  const bytes = await wholly(response.body.getReader(), MOST_BYTES, where).catch((error: Error) => {
    throw error instanceof MartelloError ? error : new MartelloError(`${where}: ${url} broke off (${error.message})`)
  })
  return { text: new TextDecoder().decode(bytes), etag: response.headers.get('etag') }
}

/** All bytes of a stream, where they are no more than `most`. */
export async function wholly(reader: ByteReader, most: number, where: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value!)
    length += value!.length
    if (length <= most) continue
    reader.cancel().catch(() => {})
    throw refused('altered', `${where}: found more than ${most} bytes, expected at most so many`)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
