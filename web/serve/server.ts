/**
 * The page on loopback: a plain file server. After loading, the page asks nobody; any other static host will do that sends these
 * files with these headers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Files } from './site.js'

/** As strict as a page with wasm can be: no inline script or style, no eval, no other origin, no address made up by script. */
function policyOf(pictures: readonly string[]): string {
  const images = ["'self'", 'data:', ...pictures].join(' ')
  return (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; " +
    `img-src ${images}; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
    "require-trusted-types-for 'script'; trusted-types martello"
  )
}

const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
}

/** The page as it is for who allows pictures; a name that no file has, so that the service worker does not know it either. */
const PICTURED = 'pictures'

/**
 * Headers of a file. Alone in its process, the page may read a finer clock, but then no other origin's pictures could come: the page that
 * allows those, and the origins that have them, and no other, is another page.
 */
const headersOf = (pictures: readonly string[] | null): Record<string, string> => ({
  ...HEADERS,
  'content-security-policy': policyOf(pictures ?? []),
  ...(pictures === null && { 'cross-origin-embedder-policy': 'require-corp' }),
})

/** What answers a request for one of the files: with what the browser has already (304), a part of it (206), or all. */
export async function answer(
  files: Files,
  request: IncomingMessage,
  response: ServerResponse,
  pictures: readonly string[] = [],
): Promise<void> {
  const { pathname } = new URL(request.url!, 'http://localhost')
  const asked = decodeURIComponent(pathname.slice(1)) || 'index.html'
  const pictured = asked === PICTURED && pictures.length > 0
  const name = pictured ? 'index.html' : asked
  const file = Object.hasOwn(files, name) ? await files[name] : undefined
  if (file === undefined) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
  const headers: Record<string, string | number> = {
    ...headersOf(pictured ? pictures : null),
    'content-type': file.type,
    etag: file.etag,
    'accept-ranges': 'bytes',
  }
  if (request.headers['if-none-match'] === file.etag) return void response.writeHead(304, headers).end()
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const same = [undefined, file.etag].includes(request.headers['if-range'] as string | undefined)
  if (from !== undefined && same && Number(from) < file.body.length) {
    const part = file.body.subarray(Number(from), to ? Number(to) + 1 : undefined)
    headers['content-range'] = `bytes ${from}-${Number(from) + part.length - 1}/${file.body.length}`
    return void response.writeHead(206, { ...headers, 'content-length': part.length }).end(part)
  }
  const packs = file.packed !== null && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  if (file.packed !== null) headers['vary'] = 'accept-encoding'
  if (packs) headers['content-encoding'] = 'gzip'
  const body = packs ? file.packed! : file.body
  response.writeHead(200, { ...headers, 'content-length': body.length }).end(body)
}

export interface ServeOptions {
  /**
   * A folder that the page is in. A browser keeps pages by their address: with the version of its files in it, a page of another bundle on the
   * same port is another page.
   */
  at?: string
  /** Where pictures may come from, if the person allows any. */
  pictures?: readonly string[]
}

export interface Server {
  url: string
  close(): void
}

/** Serves the files on loopback, on that port, or on a free one (0). Throws the system's error where it is taken. */
export async function serve(files: Files, port = 0, { at, pictures }: ServeOptions = {}): Promise<Server> {
  const folder = at === undefined ? '/' : `/${at}/`
  const server = createServer((request, response) => {
    if (!request.url!.startsWith(folder)) return void response.writeHead(302, { location: folder }).end()
    request.url = request.url!.slice(folder.length - 1)
    answer(files, request, response, pictures).catch(() => response.destroy())
  })
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(port, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${folder}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
