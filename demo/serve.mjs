/**
 * make serve: the demo page on loopback. A plain file server, and the only one: after loading, the page asks nobody. Any
 * other static host will do that sends these files with these headers.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { filmJob, ROOT } from './bundles.mjs'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.martello': 'application/octet-stream',
}
/** What the page imports of the package: martello/client is there as martello/client.js, and so on. */
const ENTRIES = ['client', 'page-worker', 'profile', 'offline']
/** Files that stay out of what the service worker stores: it is none of its own files, and the page keeps the bundle itself. */
const UNLISTED = ['sw.js', 'files.js', 'films.martello']

const HEADERS = {
  // as strict as a page with wasm can be: no inline script or style, no eval, no other origin, no address made up by script
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'; trusted-types films",
  // alone in its process, the page may read a finer clock
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
}

/** The page's files by name: { type, body, etag, packed }. `bundle`: the path of the films. */
export async function site(bundle = `${ROOT}/build/demo/films.martello`) {
  const files = {}
  const add = async (name, body) => {
    const type = TYPES[extname(name)]
    const packed = /^text|svg|json/.test(type) ? await promisify(gzip)(body, { level: 9 }) : null
    files[name] = { type, body, packed, etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"` }
  }
  for (const name of await readdir(`${ROOT}/demo/page`)) await add(name, await readFile(`${ROOT}/demo/page/${name}`))
  for (const name of ENTRIES) await add(`martello/${name}.js`, await readFile(`${ROOT}/dist/${name}.js`))
  await add('films.martello', await readFile(bundle))
  // what the service worker stores, and a version that changes with every one of these files
  const listed = Object.keys(files).filter((name) => !UNLISTED.includes(name))
  const version = createHash('sha256')
    .update(listed.map((name) => name + files[name].etag).join())
    .digest('hex')
    .slice(0, 12)
  const urls = listed.map((name) => (name === 'index.html' ? './' : name))
  await add(
    'files.js',
    Buffer.from(`export const version = '${version}'\nexport const files = ${JSON.stringify(urls)}\n`),
  )
  return files
}

/** What answers a request for one of the files: with what the browser has already (304), a part of it (206), or all. */
export async function answer(files, request, response) {
  const path = new URL(request.url, 'http://localhost').pathname.slice(1)
  const file = await files[path || 'index.html']
  if (file === undefined) return response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
  const headers = { ...HEADERS, 'content-type': file.type, etag: file.etag, 'accept-ranges': 'bytes' }
  if (request.headers['if-none-match'] === file.etag) return response.writeHead(304, headers).end()
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  const same = [undefined, file.etag].includes(request.headers['if-range'])
  if (from !== undefined && same && Number(from) < file.body.length) {
    const part = file.body.subarray(Number(from), to ? Number(to) + 1 : undefined)
    headers['content-range'] = `bytes ${from}-${Number(from) + part.length - 1}/${file.body.length}`
    return response.writeHead(206, { ...headers, 'content-length': part.length }).end(part)
  }
  const packs = file.packed !== null && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  if (file.packed !== null) headers.vary = 'accept-encoding'
  if (packs) headers['content-encoding'] = 'gzip'
  const body = packs ? file.packed : file.body
  response.writeHead(200, { ...headers, 'content-length': body.length }).end(body)
}

/** Serves the demo on a free port, or the one given. The film bundle must have been built. */
export async function serve(port = 0, files = undefined) {
  const served = files ?? (await site())
  const server = createServer((request, response) => answer(served, request, response))
  await new Promise((listening, failed) => server.once('error', failed).listen(port, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () => (server.closeAllConnections(), server.close()),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await (await filmJob()).build()
  const { url } = await serve(Number(process.env.PORT ?? 8080)).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error
    return serve()
  })
  console.log(`${url} (Ctrl-C stops it)`)
}
