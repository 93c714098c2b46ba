// <martello-related> in Chromium: pages alike at once, personal ones after a few, under whatever folder, policy and server.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { generatedPages } from '../../bench/pages.mjs'
import { newPage, noChromium } from '../helpers/browsers.mjs'
import { cliJson } from '../helpers/shop.mjs'
import { serveFolder, smallSite, writePages } from '../helpers/site.mjs'
import { until } from '../helpers/until.mjs'

const folder = mkdtempSync(join(tmpdir(), 'martello-related-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const at = (...parts) => join(folder, ...parts)

const ELEMENT =
  '<martello-related dwell="0"></martello-related><script type="module" src="/martello/related.js"></script>'
const withElement = (pages, element = ELEMENT) =>
  Object.fromEntries(Object.entries(pages).map(([path, html]) => [path, html.replace('</main>', `${element}</main>`)]))
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:"
/** Without a question for an icon. */
const quiet = (pages) =>
  Object.fromEntries(Object.entries(pages).map(([path, html]) => [path, html.replace('<head>', '<head><link rel="icon" href="data:,">')])) // prettier-ignore

const serving = []
after(() => serving.forEach((server) => server.close()))
const serve = async (...args) => {
  const server = await serveFolder(...args)
  serving.push(server)
  return server
}
let served
before(async () => {
  if (noChromium) return
  writePages(at('plain'), quiet(withElement(smallSite())))
  writePages(at('baked'), quiet(smallSite()))
  await cliJson('site', at('plain'))
  await cliJson('site', at('baked'), '--bake')
  served = await serve(at('plain'), { headers: { 'content-security-policy': POLICY } })
})

/** What lists show, in order: { related: [address …], personal: … }. */
const listsOf = (page) =>
  page.evaluate(() =>
    Object.fromEntries(
      Array.from(document.querySelectorAll('martello-related nav'), (nav) => [
        nav.dataset.list,
        Array.from(nav.querySelectorAll('a'), (anchor) => new URL(anchor.href).pathname),
      ]),
    ),
  )
/** The pages that the profile has. */
const readBy = (page) =>
  page.evaluate(async () => {
    const [found] = (await indexedDB.databases()).filter(({ name }) => name.startsWith('martello profile site'))
    if (found === undefined) return []
    const answer = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))
    const database = await answer(indexedDB.open(found.name))
    const events = await answer(database.transaction('events').objectStore('events').getAll())
    database.close()
    return events.map(({ id }) => id)
  })
/** Opens a page, and waits until it has this list, and was read. */
async function read(page, url, wanted = 'related') {
  await page.goto(url)
  await until(
    async () => (await listsOf(page))[wanted],
    () => `no ${wanted} list at ${url}`,
  )
  const key = decodeURIComponent(new URL(url).pathname).replace(/\/$|\.html$/, '')
  await until(
    async () => (await readBy(page)).some((id) => key.endsWith(id)),
    () => `${url} was not read`,
  )
  return listsOf(page)
}

test('pages alike are shown at once, and personal ones once three others were read', { skip: noChromium }, async () => {
  const { page, errors } = await newPage()
  const url = (path) => `${served.url}/${path}`
  const first = await read(page, url('stars/1.html'))
  assert.equal(first.related.length, 6)
  for (const href of first.related) assert.match(href, /^\/stars\/\d\.html$/)
  assert.equal(first.personal, undefined)
  await read(page, url('stars/2.html'))
  assert.equal((await read(page, url('bread/3.html'))).personal, undefined)
  assert.ok(!served.sent.some(({ path }) => /core|parts|personal/.test(path)), 'nothing personal is fetched before')
  const fourth = await read(page, url('bread/4.html'), 'personal')
  assert.equal(fourth.personal.length, 6)
  const seen = ['/stars/1.html', '/stars/2.html', '/bread/3.html', '/bread/4.html', ...fourth.related]
  for (const href of fourth.personal) {
    assert.match(href, /^\/(stars|bread)\/\d\.html$/)
    assert.ok(!seen.includes(href), href)
  }
  assert.deepEqual(await page.locator('martello-related h2').allTextContents(), ['Related pages', 'Picked for you'])
  assert.deepEqual(errors, [])
})

test(
  'a baked list stays as it is, and nothing but the script and site.json is fetched for it',
  { skip: noChromium },
  async () => {
    const own = await serve(at('baked'), { base: '/some/where' })
    const { page, errors } = await newPage()
    const html = readFileSync(at('baked/stars/1.html'), 'utf8')
    const baked = [...html.matchAll(/<li><a href="([^"]+)">/g)].map(([, href]) => `/some/where/stars/${href}`)
    await page.goto(`${own.url}/stars/1.html`)
    await page.waitForFunction(() => customElements.get('martello-related'))
    await page.waitForTimeout(300)
    assert.deepEqual(await listsOf(page), { related: baked })
    assert.deepEqual(own.sent.map(({ path }) => path).filter((path) => path.includes('martello')).sort(), ['/some/where/martello/related.js', '/some/where/martello/site.json']) // prettier-ignore
    assert.deepEqual(errors, [])
  },
)

test('without JavaScript the baked list is there, with working links', { skip: noChromium }, async () => {
  const own = await serve(at('baked'))
  const { page } = await newPage({ javaScriptEnabled: false })
  await page.goto(`${own.url}/stars/1`)
  await page.locator('martello-related a').first().click()
  await page.waitForURL(/\/stars\/[2-8](\.html)?$/)
})

test('a host that unpacks .gz on the way serves the same', { skip: noChromium }, async () => {
  const own = await serve(at('plain'), { gz: true })
  const { page, errors } = await newPage()
  for (const path of ['stars/1', 'stars/2', 'stars/3']) await read(page, `${own.url}/${path}.html`)
  const { personal } = await read(page, `${own.url}/bread/4.html`, 'personal')
  assert.equal(personal.length, 6)
  assert.deepEqual(errors, [])
})

test(
  'personal="off" keeps nothing, k shortens, headings are as said, and an error is told',
  { skip: noChromium },
  async () => {
    const element = ELEMENT.replace('dwell="0"', 'personal="off" k="2" heading="More &amp; more"')
    writePages(at('off'), quiet(withElement(smallSite(4), element)))
    await cliJson('site', at('off'))
    const own = await serve(at('off'))
    const { page } = await newPage()
    await page.goto(`${own.url}/stars/1.html`)
    await until(async () => (await listsOf(page)).related, () => 'no list') // prettier-ignore
    assert.equal((await listsOf(page)).related.length, 2)
    assert.deepEqual(await page.locator('martello-related h2').allTextContents(), ['More & more'])
    assert.deepEqual(await page.evaluate(async () => (await indexedDB.databases()).length), 0)
    rmSync(at('off/martello/site.json'))
    await page.addInitScript(() => addEventListener('error', ({ detail }) => (globalThis.said = String(detail)), true))
    await page.goto(`${own.url}/stars/2.html?fresh`)
    assert.match(await until(() => page.evaluate(() => globalThis.said), () => 'no error'), /site\.json: status 404/) // prettier-ignore
  },
)

test(
  'a visit to a site of several parts fetches those of what is read, and less than 100 KB in all',
  { skip: noChromium },
  async () => {
    const topics = new Map()
    const pages = {}
    for (const { path, html, topic, language } of generatedPages(600, 8)) {
      pages[path] = html.replace('</body>', `${ELEMENT}</body>`)
      topics.set(`/${path.replace('index.html', '')}`, `${language} ${topic}`)
    }
    writePages(at('large'), quiet(pages))
    await cliJson('site', at('large'))
    const own = await serve(at('large'))
    const { page, errors } = await newPage()
    const mine = [...topics].filter(([, topic]) => topic === 'en 1' || topic === 'en 2').map(([path]) => path)
    for (const path of mine.slice(0, 4)) await read(page, own.url + path)
    const { personal } = await read(page, own.url + mine[4], 'personal')
    const hits = personal.filter((path) => mine.includes(path))
    assert.ok(hits.length >= 4, `${hits.length} of ${personal.length}`)
    const fetched = own.sent.filter(({ path }) => path.startsWith('/martello/'))
    assert.ok(fetched.some(({ path }) => /\/parts\/\d+\.gz$/.test(path)))
    // each file once: of one that was still coming when the page was left, it depends on the time whether it comes again
    const once = new Map(fetched.map(({ path, bytes }) => [path, bytes]))
    const bytes = [...once.values()].reduce((sum, one) => sum + one, 0)
    assert.ok(bytes < 100_000, `${bytes} bytes`)
    assert.deepEqual(errors, [])
  },
)
