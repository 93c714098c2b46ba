// A split catalogue in a page: lists.js is loaded by the first that fetches lists, and answers are those of Node.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Recommender } from '../../../dist/node.js'
import { newPage, noChromium, openPage } from '../helpers/browsers.mjs'
import { cliJson, file, gaussians, npy, path } from '../helpers/shop.mjs'

const [ROWS, DIM] = [4000, 16]
const dist = fileURLToPath(new URL('../../../dist', import.meta.url))
const rows = gaussians(ROWS, DIM, 3)
const catalogue = path('catalogue')
const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module">
  import { Recommender } from '/browser.js'
  globalThis.rec = await Recommender.open('/catalogue/root.martello')
  globalThis.answer = (vector) => {
    const { items, scores } = rec.nearest(vector, { k: 20 })
    return Array.from(items, (item, i) => [rec.id(item), scores[i]])
  }
  globalThis.ready = true
</script>`

const server = createServer((request, response) => {
  const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body)
  if (request.url === '/') return send('text/html', PAGE)
  if (/^\/(browser|lists)\.js$/.test(request.url)) return send('text/javascript', readFileSync(join(dist, request.url)))
  const bytes = readFileSync(join(catalogue, request.url.replace('/catalogue/', '')))
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  if (from === undefined) return send('application/octet-stream', bytes)
  const headers = { 'content-type': 'application/octet-stream', 'content-range': `bytes ${from}-${to}/${bytes.length}` }
  response.writeHead(206, headers).end(bytes.subarray(+from, +to + 1))
})

before(async () => {
  const config = file('metric.json', '{"metric":"l2"}')
  const table = await npy('rows.npy', [ROWS, DIM], rows)
  await cliJson('split', '--embeddings', table, '--config', config, '--lists', '40', '-o', catalogue)
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
})
after(() => server.close())

test('a page fetches lists beside its root, and answers as Node does', { skip: noChromium }, async () => {
  const opened = await openPage(`http://127.0.0.1:${server.address().port}/`, await newPage())
  const { page, errors, requests } = opened
  const rec = await Recommender.open(join(catalogue, 'root.martello'))
  const answer = (vector) => {
    const { items, scores } = rec.nearest(vector, { k: 20 })
    return Array.from(items, (item, i) => [rec.id(item), scores[i]])
  }
  for (let q = 0; q < 5; q++) {
    const wish = { vector: Array.from(rows.subarray(q * DIM, (q + 1) * DIM)), bytes: 15_000, requests: 3 }
    assert.deepEqual(await page.evaluate((vector) => answer(vector), wish.vector), answer(wish.vector))
    if (q === 0) assert.ok(!requests.some((url) => url.endsWith('lists.js')), 'nothing is loaded before it is needed')
    const before = answer(wish.vector)
    assert.deepEqual(await page.evaluate((wish) => rec.sharpen(wish), wish), await rec.sharpen(wish))
    assert.deepEqual(await page.evaluate((vector) => answer(vector), wish.vector), answer(wish.vector))
    assert.notDeepEqual(answer(wish.vector), before)
  }
  assert.equal(requests.filter((url) => url.endsWith('lists.js')).length, 1)
  assert.deepEqual(errors, [])
  rec.close()
})
