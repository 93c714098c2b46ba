// The guides for pages: every block of code in them runs as it stands, in headless Chromium.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { build } from 'esbuild'
import { newPage, noChromium, serveFiles } from '../helpers/browsers.mjs'
import { blocksOf, IN_A_PAGE, root } from '../helpers/docs.mjs'
import { builtShop, shop } from '../helpers/shop.mjs'
import { manifestOf, signer } from '../helpers/signed.mjs'
import { until } from '../helpers/until.mjs'

const blocks = IN_A_PAGE.flatMap(blocksOf)
const scripts = blocks.filter(({ language, name }) => /^jsx?$/.test(language) && name === undefined)
const HTML = blocks.find(({ language }) => language === 'html').code

/** What the guide's code takes from the page around it. */
const AROUND = `
  globalThis.shown = []
  globalThis.liked = ['318', '527']
  globalThis.show = (items) => shown.push(items?.map((item) => item.id))
  globalThis.progress = (part) => (globalThis.loaded = part)
  globalThis.slider = (moved) => Promise.all([1, 2, 3].map((value) => moved(value)))
`
/** A module as a bundler would make it, the package from dist/. */
async function bundle(code, extra = '') {
  const { outputFiles } = await build({
    stdin: { contents: code + extra, resolveDir: root, loader: 'jsx' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'the package',
        setup: (hooks) =>
          hooks.onResolve({ filter: /^martello/ }, ({ path }) => ({
            path: `${root}/dist/${path === 'martello' ? 'browser' : path.split('/')[1]}.js`,
          })),
      },
    ],
  })
  return outputFiles[0].contents
}

let files
before(async () => {
  const { goods, events } = shop()
  const renamed = (row) => ({ ...row, item_id: { p1: '318', p6: '527' }[row.item_id] ?? row.item_id })
  const films = { goods: goods.map(renamed), events: events.map(renamed) }
  const script = (body) => ({ type: 'text/javascript', body })
  files = {
    '/': { type: 'text/html', body: '<!doctype html><link rel="icon" href="data:,">' },
    '/app.js': script(''),
    '/reports': { type: 'text/plain', body: '' }, // takes them
    '/page-worker.js': script(readFileSync(`${root}/dist/page-worker.js`)),
    '/movies.martello': {
      type: 'application/octet-stream',
      body: (await builtShop(films, { name: 'guide' }, { sources: { i2i: true, popular: true } })).bytes,
    },
    '/movies.martello.json': { type: 'application/json', body: '' },
    '/sw.js': script(await bundle(blocks.find(({ name }) => name === 'sw.js').code)),
  }
  const own = signer() // whose public key stands where the guide has one
  const movies = files['/movies.martello'].body
  files['/movies.martello.json'].body = manifestOf(movies, own, { name: 'movies.martello', file: 'movies.martello' })
  const REACT = `
    import { createRoot } from 'react-dom/client'
    createRoot(document.body).render(<Shelf history={['318']} />)`
  for (const [i, { language, code }] of scripts.entries()) {
    files[`/block-${i}.js`] = script(
      await bundle(
        code.replace(/'[0-9a-f]{64}'/, `'${own.key}'`),
        `${language === 'jsx' ? REACT : ''}\nglobalThis.done = true`,
      ),
    )
    files[`/${i}`] = {
      type: 'text/html',
      body: `<!doctype html><link rel="icon" href="data:,"><body>${code.includes('defineShelf') ? HTML : ''}
        <script>${AROUND}</script><script type="module" src="/block-${i}.js"></script></body>`,
    }
  }
})

test('the guide has code', () => assert.ok(scripts.length >= 6))

for (const [i, { code }] of scripts.entries())
  test(`block ${i + 1}: ${/from '(martello\/\w+)'/.exec(code)?.[1] ?? 'martello'}`, { skip: noChromium }, async () => {
    const { page, errors } = await newPage()
    await page.goto(`${await serveFiles(files)}/${i}`)
    const comes = (read) =>
      until(
        () => page.evaluate(read),
        () => `nothing came; ${errors}`,
      )
    await comes(() => globalThis.done)
    if (code.includes('<li')) assert.equal(await comes(() => document.querySelectorAll('li').length), 12)
    else if (code.includes('defineShelf')) {
      await comes(() => document.querySelectorAll('martello-shelf > p').length === 8)
      assert.match(await page.locator('martello-shelf > p').first().innerText(), /^Thing number \d+/)
    } else if (code.includes('show(')) {
      const shown = await comes(() => globalThis.shown.length > 0 && globalThis.shown)
      assert.ok(shown[0].length > 0)
    } else assert.ok(await page.evaluate(() => navigator.serviceWorker.controller !== null))
    if (code.includes('newest('))
      assert.deepEqual(
        (await comes(() => shown.length === 4 && shown)).slice(1, 3),
        [undefined, undefined],
        'overtaken',
      )
    assert.deepEqual(errors, [])
  })
