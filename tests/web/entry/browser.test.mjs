// The package in headless Chromium: the answers of Node to the last bit, also under a strict policy.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { inPieces, noChromium, openPage, serveFiles } from '../helpers/browsers.mjs'
import { builtShop, shop } from '../helpers/shop.mjs'

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const SCRIPT = "import * as martello from '/martello.js'; Object.assign(globalThis, { martello, ready: true })"
const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:"
const NO_WASM = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:"

/** What is asked in both places; runs in Node and, as text, in the page. Scores travel as numbers, so equal is bit-identical. */
function answers(rec) {
  const query = rec.vector(3)
  const near = rec.nearest(query, { k: 20 })
  const timeless = ({ items, trace: { ms: _, ...trace } }) => ({ items, trace })
  return {
    items: rec.items,
    bytes: rec.bytes,
    sources: rec.sources,
    spaces: rec.spaces,
    warm: timeless(
      rec.recommend({ history: ['p1', 'p6', { id: 'p11', event: 'like' }, 'nobody'], k: 30, explain: true }),
    ),
    timed: timeless(
      rec.recommend({
        history: [
          { id: 'p2', at: 1.6e9 },
          { id: 'p7', at: 1.6e9 + 9e5 },
        ],
        now: 1.6e9 + 1e6,
        k: 10,
      }),
    ),
    cold: timeless(rec.recommend({ k: 15 })),
    filtered: timeless(
      rec.recommend({
        history: ['p3'],
        filter: { genre: 'Drama', year: { gte: 1990 } },
        exclude: ['p8'],
        k: 10,
      }),
    ),
    similar: timeless(rec.similar('p5', { k: 12, explain: true })),
    query: [...query],
    nearest: { items: [...near.items], scores: [...near.scores] },
  }
}

let bundle
let expected
let files
before(async () => {
  bundle = (
    await builtShop(
      shop({ items: 400, users: 200 }),
      {},
      {
        sources: { i2i: true, next: true, als: true, content: true, attributes: true, popular: true },
        dimension: 32,
      },
    )
  ).bytes
  expected = answers(await Recommender.open(bundle))
  const html = (policy) => ({
    type: 'text/html',
    body: PAGE,
    headers: policy ? { 'content-security-policy': policy } : {},
  })
  files = {
    '/': html(null),
    '/strict': html(STRICT),
    '/no-wasm': html(NO_WASM),
    '/page.js': { type: 'text/javascript', body: SCRIPT },
    '/martello.js': {
      type: 'text/javascript',
      body: readFileSync(new URL('../../../dist/browser.js', import.meta.url)),
    },
    '/shop.martello': { type: 'application/octet-stream', body: inPieces(bundle, 16_384) },
  }
})

for (const path of ['/', '/strict'])
  test(
    `Chromium answers as Node does, to the last bit (${path === '/' ? 'no policy' : "script-src 'self' 'wasm-unsafe-eval'"})`,
    { skip: noChromium },
    async () => {
      const { page, errors } = await openPage(`${await serveFiles(files)}${path}`)
      const inline = await page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'globalThis.inline = true'
        document.head.append(script)
        return globalThis.inline === true
      })
      assert.equal(inline, path === '/', 'a policy that lets inline script in would be no policy')
      errors.length = 0
      const handle = await page.evaluateHandle(`(${answers})`)
      const found = await page.evaluate(async (ask) => {
        const { Recommender } = globalThis.martello
        const seen = []
        const whole = async (source, options) => {
          const rec = await Recommender.open(source, options)
          await rec.complete
          return rec
        }
        const byUrl = await whole('/shop.martello', { onProgress: (loaded, total) => seen.push([loaded, total]) })
        const response = await fetch('/shop.martello')
        const bytes = await response.arrayBuffer()
        const of = async (source) => JSON.stringify(ask(await whole(source)))
        return {
          seen,
          byUrl: JSON.stringify(ask(byUrl)),
          byBytes: await of(bytes),
          byView: await of(new Uint8Array(bytes)),
          byResponse: await of(await fetch('/shop.martello')),
          byRequest: await of(new Request('/shop.martello')),
          byStream: await of((await fetch('/shop.martello')).body),
        }
      }, handle)
      const { seen, ...ways } = found
      for (const [way, answer] of Object.entries(ways))
        assert.deepEqual(JSON.parse(answer), JSON.parse(JSON.stringify(expected)), way)
      assert.ok(seen.length > 0, 'progress was told')
      seen.forEach(([loaded, total], i) => {
        assert.equal(total, bundle.length)
        assert.ok(loaded > (seen[i - 1]?.[0] ?? 0), 'progress goes forward')
      })
      assert.equal(seen.at(-1)[0], bundle.length)
      assert.deepEqual(errors, [])
    },
  )

test('without wasm-unsafe-eval the message names what the policy lacks', { skip: noChromium }, async () => {
  const { page } = await openPage(`${await serveFiles(files)}/no-wasm`)
  const message = await page.evaluate(() =>
    globalThis.martello.Recommender.open('/shop.martello').then(
      () => 'opened',
      (error) => error.message,
    ),
  )
  assert.match(message, /^open: WebAssembly cannot start here .* needs script-src 'wasm-unsafe-eval'/)
})

test('an answer that is no bundle is refused in words', { skip: noChromium }, async () => {
  const { page } = await openPage(`${await serveFiles(files)}/`)
  const messages = await page.evaluate(async () => {
    const say = (source) =>
      globalThis.martello.Recommender.open(source).then(
        () => 'opened',
        (error) => `${error.name}: ${error.message}`,
      )
    return [await say('/nothing.martello'), await say('/page.js'), await say(new Uint8Array(10))]
  })
  assert.match(messages[0], /^MartelloError: open: .*\/nothing\.martello answered 404/)
  for (const message of messages.slice(1)) assert.match(message, /^MartelloError: /)
})
