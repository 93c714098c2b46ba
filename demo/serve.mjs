/** make serve: the demo page on loopback. A plain file server, and the only one: after loading, the page asks nobody. */
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { filmJob, ROOT } from './bundles.mjs'

const FILES = {
  '/': ['demo/index.html', 'text/html; charset=utf-8'],
  '/page.css': ['demo/page.css', 'text/css; charset=utf-8'],
  '/page.js': ['demo/page.js', 'text/javascript; charset=utf-8'],
  '/martello.js': ['dist/browser.js', 'text/javascript; charset=utf-8'],
  '/films.martello': ['build/demo/films.martello', 'application/octet-stream'],
}
/** As strict as a page with wasm can be: no inline script, no eval, no other origin. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Serves the demo on a free port, or the one given. The film bundle must have been built. */
export async function serve(port = 0) {
  const server = createServer(async (request, response) => {
    const file = FILES[new URL(request.url, 'http://localhost').pathname]
    if (file === undefined) return response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
    const bytes = await readFile(`${ROOT}/${file[0]}`)
    response
      .writeHead(200, {
        'content-type': file[1],
        'content-length': bytes.length,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      })
      .end(bytes)
  })
  await new Promise((listening, failed) => server.once('error', failed).listen(port, '127.0.0.1', listening))
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await (await filmJob()).build()
  const { url } = await serve(Number(process.env.PORT ?? 8080)).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error
    return serve()
  })
  console.log(`${url} (Ctrl-C stops it)`)
}
