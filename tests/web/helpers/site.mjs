// Sites for tests: a small one that a person can judge, folders served as static hosts serve them, and what was sent.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { random } from './shop.mjs'

export const TOPICS = {
  bread: 'flour yeast dough oven crust sourdough knead bake loaf proof rye starter gluten crumb baker'.split(' '),
  bicycles: 'wheel spoke chain gear brake saddle pedal frame tyre puncture derailleur crank hub rim cyclist'.split(' '),
  stars: 'telescope planet comet orbit galaxy nebula eclipse mirror lens constellation meteor moon astronomer sky'.split(' '), // prettier-ignore
}
const COMMON = 'how to make it better with time and care when you begin there are some things one should know about'.split(' ') // prettier-ignore

/** Pages of three topics, `each` of one: { 'bread/1.html': html }. */
export function smallSite(each = 8, seed = 3) {
  const draw = random(seed)
  const pages = {}
  for (const [topic, words] of Object.entries(TOPICS))
    for (let n = 1; n <= each; n++) {
      const sentence = () => Array.from({ length: 9 }, () => draw.of(draw() < 0.4 ? words : COMMON)).join(' ')
      const title = `${words[n % words.length]} and ${words[(3 * n + 1) % words.length]}, part ${n}`
      pages[`${topic}/${n}.html`] =
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} | Hobbies</title></head><body>
<nav><a href="/">Home</a> <a href="/bread/">bread</a> <a href="/stars/">stars</a></nav>
<main><h1>${title}</h1>${Array.from({ length: 6 }, () => `<p>${sentence()}.</p>`).join('\n')}</main><footer>Hobbies</footer></body></html>\n`
    }
  return pages
}

export function writePages(folder, pages) {
  for (const [path, html] of Object.entries(pages)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), html)
  }
  return folder
}

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/**
 * Serves a folder under `base` as static hosts do: index.html of folders, .html left out, text packed, and nothing else.
 * `sent`: path and bytes of the bodies that went out. `gz`: as hosts that send .gz as packed what it holds.
 */
export async function serveFolder(folder, { base = '', gz = false, headers = {} } = {}) {
  const sent = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://host').pathname)
    const own = path.startsWith(base) ? join(folder, path.slice(base.length)) : null
    const file = own && [own, `${own}.html`, join(own, 'index.html')].find((one) => existsSync(one) && statSync(one).isFile()) // prettier-ignore
    if (!file) return response.writeHead(404).end()
    const type = TYPES[extname(file)]
    const packed = type !== undefined && type !== TYPES['.svg']
    const body = packed ? gzipSync(readFileSync(file)) : readFileSync(file)
    const encoded = packed || (gz && file.endsWith('.gz'))
    sent.push({ path, bytes: body.length })
    response.writeHead(200, {
      'content-type': type ?? 'application/octet-stream',
      ...(encoded && { 'content-encoding': 'gzip' }),
      'cache-control': 'max-age=600',
      ...headers,
    })
    response.end(body)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  return { url: `http://127.0.0.1:${server.address().port}${base}`, sent, close: () => server.close() }
}
