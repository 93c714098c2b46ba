// A page that asks the questions with the core inside, with core.wasm beside it and through a worker client, and a server
// for it under a strict policy.
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { after } from 'node:test'

export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src 'self'; img-src data:; base-uri 'none'"

/** A module that asks, importing the package under the names given: the answers as text, or the error. */
export const ask = (inline = 'martello', slim = 'martello/slim', client = 'martello/client') => `
import * as inline from '${inline}'
import * as slim from '${slim}'
import { RecommenderClient } from '${client}'
import { answersOf, BUNDLE, whole } from './requests.mjs'

const bundle = new URL('/' + BUNDLE, location.href)
async function answersWith({ Recommender }) {
  return JSON.stringify(answersOf(await whole(Recommender.open(bundle))))
}
export async function ask() {
  try {
    const answers = await answersWith(inline)
    if ((await answersWith(slim)) !== answers) return 'error: other answers with core.wasm as a file'
    // a client answers by promises: a few questions stand for all
    const [here, there] = [await whole(inline.Recommender.open(bundle)), await whole(RecommenderClient.open(bundle))]
    for (const request of [{ now: 1_601_000_000 }, { history: [here.id(3), here.id(70)], k: 30, explain: true }]) {
      const [one, other] = [here.recommend(request), await there.recommend(request)]
      if (JSON.stringify(one.items) !== JSON.stringify(other.items)) return 'error: other answers from the worker'
    }
    there.close()
    return answers
  } catch (error) {
    return 'error: ' + error.message
  }
}
`

export const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>martello</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <script type="module" src="./page.js"></script>
  </body>
</html>
`

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** Serves the files of `folders`, the first that has one, with `headers`; a POST is handed to `posted`. Gives the address. */
export async function serve(folders, { policy = POLICY, posted = () => {}, headers = {} } = {}) {
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      response.writeHead(204).end()
      return posted(body)
    }
    const { pathname } = new URL(request.url, 'http://localhost')
    for (const folder of folders) {
      const path = join(folder, pathname === '/' ? 'index.html' : pathname)
      if (!(await stat(path).catch(() => null))?.isFile()) continue
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        ...(policy && { 'content-security-policy': policy }),
        ...headers,
      })
      return response.end(await readFile(path))
    }
    response.writeHead(404).end()
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  after(() => server.close())
  return `http://127.0.0.1:${server.address().port}`
}
