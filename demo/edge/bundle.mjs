/**
 * A bundle over HTTP that costs little where a browser has an earlier one (compression dictionary transport, RFC 9842; Chrome and
 * Edge 130): it keeps the earlier one as a dictionary, says so when it asks again, and is answered with what `martello diff OLD NEW
 * -o OLD-NEW.dcz` has made. All others get the whole. The page does nothing for it.
 *
 *     browser                                             server
 *     GET /bundle.martello                          →     200, Use-As-Dictionary: match="/bundle.martello"
 *     GET /bundle.martello                          →     200, Content-Encoding: dcz, a few percent of the bytes
 *     Available-Dictionary: :SHA-256 of the old one:
 *     Accept-Encoding: …, dcz
 *
 * A dictionary lives as long as the answer may be kept, so `cache` lets it be used stale for a month, while it is renewed.
 */
const DCZ = [0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0]
const CACHE = 'public, max-age=300, stale-while-revalidate=2592000'

/**
 * `bundle`: its bytes. `patches`: files in .dcz that were made for it, from earlier versions. The result has `fetch(request)`.
 */
export async function offering(bundle, patches = [], { origin = '*', cache = CACHE } = {}) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bundle))
  const tag = Array.from(hash.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const from = new Map(patches.map((patch) => [dictionaryOf(patch), patch]))

  return {
    async fetch(request) {
      if (!['GET', 'HEAD'].includes(request.method))
        return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
      const asked = request.headers
      const encodings = (asked.get('accept-encoding') ?? '').split(',').map((one) => one.trim())
      const patch = encodings.includes('dcz') ? from.get(asked.get('available-dictionary')) : undefined
      const headers = {
        'access-control-allow-origin': origin,
        'cache-control': cache,
        'content-type': 'application/octet-stream',
        etag: patch ? `"${tag}-dcz"` : `"${tag}"`,
        'use-as-dictionary': `match="${new URL(request.url).pathname}"`,
        vary: 'accept-encoding, available-dictionary',
        ...(patch && { 'content-encoding': 'dcz' }),
      }
      if (asked.get('if-none-match')?.startsWith(`"${tag}`)) return new Response(null, { status: 304, headers })
      const body = patch ?? bundle
      headers['content-length'] = String(body.length)
      return new Response(request.method === 'HEAD' ? null : body, { headers })
    },
  }
}

/** Which bundle a patch is for, as a browser names it. */
function dictionaryOf(patch) {
  if (DCZ.some((byte, i) => patch[i] !== byte))
    throw new Error('found something else, expected a file of martello diff … -o P.dcz')
  return `:${btoa(String.fromCharCode(...patch.subarray(8, 40)))}:`
}
