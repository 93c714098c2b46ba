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

/** What a server answers; 304 where it knows the `etag` and has nothing newer. `call` begins each sentence. */
export async function answer(
  call: string,
  url: string,
  expected: string,
  init: RequestInit,
  etag: string | null = null,
): Promise<Response> {
  const ask = (headers: Record<string, string>) => fetch(url, { ...init, headers })
  const response = await ask(etag === null ? {} : { 'if-none-match': etag })
    // another origin may show its ETag and not allow the question about it, or not let us read the 304
    .catch((error: Error) => (etag === null ? Promise.reject(error) : ask({})))
    .catch((error: Error) => {
      init.signal?.throwIfAborted()
      throw new MartelloError(`${call}: ${url} cannot be fetched (${error.message})`)
    })
  const { status, ok, body } = response
  if ((ok && body !== null) || status === 304) return response
  throw refused(expected === SIGNED && status === 404 ? 'unsigned' : undefined, `${call}: ${url} answered ${status}, expected ${expected}`) // prettier-ignore
}

export const SIGNED = 'a file of martello sign'

/** The manifest of an answer. */
export async function manifestIn(response: Response, where: string): Promise<string> {
  return new TextDecoder().decode(await wholly(response.body!.getReader(), MOST_BYTES, where))
}

/** All bytes of a reader, where they are no more than `most`. `where` begins each sentence. */
export async function wholly(reader: ByteReader, most: number, where: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: BlobPart[] = []
  for (let length = 0; ;) {
    const { value } = await reader.read().catch((error: Error) => {
      throw error.name === 'TypeError' ? new MartelloError(`${where} broke off (${error.message})`) : error
    })
    if (value === undefined) return new Uint8Array(await new Blob(chunks).arrayBuffer())
    chunks.push(value as Uint8Array<ArrayBuffer>)
    length += value.length
    if (length <= most) continue
    reader.cancel().catch(() => {})
    throw refused('altered', `${where}: found more than ${most} bytes`)
  }
}
