// The package in headless Chromium: the answers of Node to the last bit, also under a strict policy; and the demo page.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { filmJob } from '../../demo/bundles.mjs'
import { serve } from '../../demo/serve.mjs'
import { Recommender } from '../../dist/node.js'
import { newPage, noChromium, serveFiles } from './browser-helpers.mjs'
import { builtShop, shop } from './helpers.mjs'

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const SCRIPT = "import * as martello from '/martello.js'; globalThis.martello = martello;"
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
    '/martello.js': { type: 'text/javascript', body: readFileSync(new URL('../../dist/browser.js', import.meta.url)) },
    '/shop.martello': { type: 'application/octet-stream', body: bundle, piece: 16_384 },
  }
})

/** Opens the page and waits for its module. */
async function open(path, base) {
  const opened = await newPage()
  await opened.page.goto(`${base}${path}`)
  for (let i = 0; !(await opened.page.evaluate(() => 'martello' in globalThis)); i++) {
    assert.ok(i < 500, `the page's module did not load: ${opened.errors}`)
    await new Promise((next) => setTimeout(next, 10))
  }
  return opened
}

for (const path of ['/', '/strict'])
  test(
    `Chromium answers as Node does, to the last bit (${path === '/' ? 'no policy' : "script-src 'self' 'wasm-unsafe-eval'"})`,
    { skip: noChromium },
    async () => {
      const { page, errors } = await open(path, await serveFiles(files))
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
        const byUrl = await Recommender.open('/shop.martello', {
          onProgress: (loaded, total) => seen.push([loaded, total]),
        })
        const response = await fetch('/shop.martello')
        const bytes = await response.arrayBuffer()
        const of = async (source) => JSON.stringify(ask(await Recommender.open(source)))
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
  const { page } = await open('/no-wasm', await serveFiles(files))
  const message = await page.evaluate(() =>
    globalThis.martello.Recommender.open('/shop.martello').then(
      () => 'opened',
      (error) => error.message,
    ),
  )
  assert.match(message, /^open: WebAssembly cannot start here .* needs script-src 'wasm-unsafe-eval'/)
})

test('an answer that is no bundle is refused in words', { skip: noChromium }, async () => {
  const { page } = await open('/', await serveFiles(files))
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

for (const [width, options] of [
  ['wide', { viewport: { width: 1280, height: 800 } }],
  ['narrow and dark', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
])
  test(
    `the demo page, ${width}: films are picked by keyboard and pointer, the shelf answers without a request`,
    { skip: noChromium },
    async (t) => {
      await (await filmJob()).build()
      const demo = await serve()
      t.after(demo.close)
      const { page, errors, requests } = await newPage(options)
      await page.goto(demo.url)
      await page.locator('#shelf li').first().waitFor()
      const loaded = requests.length
      const shelf = () => page.locator('#shelf li').evaluateAll((cards) => cards.map((card) => card.innerText))
      const liked = () => page.locator('#liked li').allInnerTexts()
      assert.equal(await page.locator('#shelf-head').innerText(), 'WHAT MANY PEOPLE LIKE')
      assert.equal((await shelf()).length, 12)

      await page.keyboard.press('Tab')
      await page.keyboard.type('alie')
      assert.match(await page.locator('#found [aria-selected=true]').innerText(), /^Aliens? 19/)
      await page.keyboard.press('Enter')
      await page.keyboard.type('LEON')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Enter')
      await page.keyboard.type('blade run')
      await page.locator('#found li').first().click()
      assert.deepEqual(
        (await liked()).map((text) => text.split(/ \d{4}/)[0]),
        ['Alien', 'Léon', 'Blade Runner'],
      )
      const cards = await shelf()
      assert.equal(cards.length, 12)
      for (const card of cards) assert.match(card, /\nbecause you liked (Alien|Léon|Blade Runner)$/)
      assert.ok(!cards.some((card) => /^(Alien|Léon|Blade Runner) /.test(card)), 'no film that was liked')
      assert.match(
        await page.locator('#figures').innerText(),
        /^3,200 films in a bundle of \d+ KB\. This shelf took \d+\.\d ms on this device/,
      )

      await page.getByRole('button', { name: 'Remove Léon' }).press('Enter')
      assert.equal((await liked()).length, 2)
      assert.ok((await shelf()).every((card) => !card.endsWith('Léon')))
      await page.keyboard.type('no such film')
      assert.equal(await page.locator('#found').innerText(), 'No film of that name')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Escape')
      assert.equal(await page.locator('#found').isVisible(), false)
      assert.ok(
        await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
        'nothing sticks out sideways',
      )
      assert.equal(requests.length, loaded, `asked for ${requests.slice(loaded)}`)
      assert.deepEqual(errors, [])
    },
  )
