// The React hook and the custom element, in headless Chromium: what they show is what the recommender says.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { build } from 'esbuild'
import { Recommender } from '../../../dist/node.js'
import { noChromium, openPage, serveFiles } from '../helpers/browsers.mjs'
import { builtShop, shop } from '../helpers/shop.mjs'
import { sectionsOf } from '../helpers/streaming.mjs'
import { until } from '../helpers/until.mjs'

const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:"
const page = (name, body = '') =>
  `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/${name}.js"></script>${body}`
const dist = (name) => readFileSync(new URL(`../../../dist/${name}.js`, import.meta.url))

const REACT = `
  import { createElement as h, useState } from 'react'
  import { createRoot } from 'react-dom/client'
  import { useRecommendations } from './dist/react.js'
  function Shelf({ rec }) {
    const [request, ask] = useState({ history: ['p1'], k: 4 })
    Object.assign(globalThis, { ask })
    globalThis.renders = (globalThis.renders ?? 0) + 1
    const { items, error, loading, trace } = useRecommendations(rec, { ...request })
    return h('ol', { 'data-state': error ? error.message : loading ? 'loading' : 'of ' + trace.history },
      items.map((item) => h('li', { key: item.id }, item.id)))
  }
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  Object.assign(globalThis, { show: (rec) => root.render(h(Shelf, { rec })), ready: true })
`

let files
let node
let bundle
/** The last section of the slow bundle comes when a test lets it. */
let goOn
async function* slowly() {
  const { offset } = sectionsOf(bundle).at(-1)
  const allowed = new Promise((done) => (goOn = done))
  yield bundle.subarray(0, offset)
  await allowed
  yield bundle.subarray(offset)
}
before(async () => {
  bundle = (await builtShop(shop(), { name: 'shelf' }, { sources: { i2i: true, popular: true } })).bytes
  node = await Recommender.open(bundle)
  const {
    outputFiles: [react],
  } = await build({
    stdin: { contents: REACT, resolveDir: new URL('../../..', import.meta.url).pathname },
    bundle: true,
    format: 'esm',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const script = (body) => ({ type: 'text/javascript', body, headers: { 'content-security-policy': STRICT } })
  const html = (body) => ({ type: 'text/html', body, headers: { 'content-security-policy': STRICT } })
  files = {
    '/react': html(page('react')),
    '/react.js': script(react.contents),
    '/element': html(
      page(
        'element-page',
        `<martello-shelf id="plain" src="/shop.martello" history="p1,p6" k="3"></martello-shelf>
         <ol><martello-shelf id="made" history="p1" k="2" explain>
           <template><li><b data-field="title"></b> <i data-field="genre"></i> <u data-field="because"></u></li></template>
         </martello-shelf></ol>`,
      ),
    ),
    '/element-page.js': script(`
      import { defineShelf } from '/element.js'
      import { RecommenderClient } from '/client.js'
      import { Recommender } from '/browser.js'
      globalThis.said = []
      for (const name of ['shelf', 'error'])
        addEventListener(name, ({ target, detail }) => said.push([target.id, detail.message ?? detail.items.length]), true)
      defineShelf(RecommenderClient.open)
      Object.assign(globalThis, { Recommender, ready: true })`),
    ...Object.fromEntries(
      ['element', 'client', 'page-worker', 'browser'].map((name) => [`/${name}.js`, script(dist(name))]),
    ),
    '/shop.martello': { type: 'application/octet-stream', body: bundle },
    '/slow.martello': { type: 'application/octet-stream', body: slowly },
  }
})

/** What the page shows, as soon as it is what is wanted. */
async function shows(page, read, wanted) {
  let found
  await until(
    async () => JSON.stringify((found = await page.evaluate(read))) === JSON.stringify(wanted),
    () => `found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`,
  )
}
const ids = (request) => node.recommend(request).items.map((item) => item.id)

for (const kind of ['Recommender', 'RecommenderClient'])
  test(`useRecommendations over a ${kind}`, { skip: noChromium }, async () => {
    const { page, errors } = await openPage(`${await serveFiles(files)}/react`)
    const shelf = () => [
      document.querySelector('ol')?.dataset.state,
      [...document.querySelectorAll('li')].map((item) => item.innerText),
    ]
    await page.evaluate(() => show(null))
    await shows(page, shelf, ['loading', []])
    await page.evaluate(async (kind) => {
      const module = await import(kind === 'Recommender' ? '/browser.js' : '/client.js')
      globalThis.rec = await module[kind].open('/shop.martello')
      show(rec)
    }, kind)
    await shows(page, shelf, ['of 1', ids({ history: ['p1'], k: 4 })])
    const renders = await page.evaluate(() => renders)
    await page.evaluate(() => show(rec)) // the same request, written anew
    await page.evaluate(() => ask({ history: ['p1', 'p6'], k: 5 }))
    await shows(page, shelf, ['of 2', ids({ history: ['p1', 'p6'], k: 5 })])
    assert.ok((await page.evaluate(() => renders)) - renders <= 4, 'it does not ask without end')
    await page.evaluate(() => [2, 3, 4].forEach((k) => ask({ profile: { history: ['p7'] }, k })))
    await shows(page, shelf, ['of 1', ids({ history: ['p7'], k: 4 })])
    await page.evaluate(() => ask({ k: 0 }))
    await shows(page, shelf, ['k: found 0, expected a whole number from 1 to 1000', ids({ history: ['p7'], k: 4 })])
    await page.evaluate(() => ask({ k: 2 }))
    await shows(page, shelf, ['of 0', ids({ k: 2 })])
    assert.deepEqual(errors, [])
  })

test(
  '<martello-shelf> by attributes alone, with a template, and with a recommender of its own',
  { skip: noChromium },
  async () => {
    const { page, errors } = await openPage(`${await serveFiles(files)}/element`)
    const texts = (id) => `[...document.querySelectorAll('#${id} > li')].map((item) => item.innerText)`
    const titles = (request) => node.recommend(request).items.map((item) => item.attributes.title)
    await shows(page, texts('plain'), titles({ history: ['p1', 'p6'], k: 3 }))
    assert.equal(await page.evaluate(() => document.querySelector('#plain').role), 'list')
    await page.evaluate(() => {
      const shelf = document.querySelector('#plain')
      shelf.setAttribute('k', '9')
      shelf.setAttribute('k', '2')
      shelf.setAttribute('filter', '{"genre": "Drama"}')
    })
    await shows(page, texts('plain'), titles({ history: ['p1', 'p6'], k: 2, filter: { genre: 'Drama' } }))
    assert.deepEqual(
      await page.evaluate(() => said),
      [
        ['plain', 3],
        ['plain', 2],
      ],
      'once for changes made together',
    )

    await page.evaluate(
      async () => (document.querySelector('#made').recommender = await Recommender.open('/shop.martello')),
    )
    const made = ({ attributes: { title, genre }, because }) => `${title} ${[genre].flat().join(', ')} ${because}`
    await shows(page, texts('made'), node.recommend({ history: ['p1'], k: 2, explain: true }).items.map(made))
    // catalogue text is text
    await page.evaluate(() => {
      const item = { id: 'x', score: 1, because: [], attributes: { title: '<img src=x onerror=alert(1)>' } }
      document.querySelector('#made').recommender = { recommend: () => ({ items: [item], trace: {} }) }
    })
    await shows(page, texts('made'), ['<img src=x onerror=alert(1)>'])
    await page.evaluate(() => (document.querySelector('#plain').request = { k: 0 }))
    await shows(page, 'said.at(-1)', ['plain', 'k: found 0, expected a whole number from 1 to 1000'])
    await page.evaluate(() => document.querySelector('#plain').setAttribute('src', '/lost'))
    await shows(page, 'said.at(-1)[1].replace(/http:[^ ]*/, "URL")', 'open: URL answered 404, expected a bundle')
    assert.deepEqual(
      errors.filter((error) => !/404/.test(error)),
      [],
    )
  },
)

for (const kind of ['Recommender', 'RecommenderClient'])
  test(`what is shown while a bundle arrives is shown anew when ${kind} has it`, { skip: noChromium }, async () => {
    const { page, errors } = await openPage(`${await serveFiles(files)}/element`)
    const titles = node.recommend({ history: ['p1'], k: 4 }).items.map((item) => item.attributes.title)
    const early = await page.evaluate(async (kind) => {
      const module = await import(kind === 'Recommender' ? '/browser.js' : '/client.js')
      const rec = await module[kind].open('/slow.martello')
      const shelf = Object.assign(document.createElement('martello-shelf'), { id: 'late', recommender: rec })
      shelf.request = { history: ['p1'], k: 4 }
      document.body.append(shelf)
      return rec.loaded < rec.bytes
    }, kind)
    assert.ok(early, 'it opened before all had arrived')
    goOn()
    await shows(page, `[...document.querySelectorAll('#late > li')].map((item) => item.innerText)`, titles)
    assert.deepEqual(errors, [])

    const { page: react } = await openPage(`${await serveFiles(files)}/react`)
    await react.evaluate(async (kind) => {
      const module = await import(kind === 'Recommender' ? '/browser.js' : '/client.js')
      show(null)
      globalThis.slow = await module[kind].open('/slow.martello')
    }, kind)
    await until(() => react.evaluate(() => 'ask' in globalThis))
    await react.evaluate(() => {
      ask({ history: ['p1'], k: 4, filter: { genre: 'Drama' } })
      show(slow)
    })
    goOn()
    const shelf = () => [...document.querySelectorAll('li')].map((item) => item.innerText)
    await shows(react, shelf, ids({ history: ['p1'], k: 4, filter: { genre: 'Drama' } }))
    await react.evaluate(() => ask({ history: ['p1'], k: 3 }))
    await shows(react, shelf, ids({ history: ['p1'], k: 3 }))
  })
