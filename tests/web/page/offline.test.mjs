// Pages with the network off: in real browsers, from the first load through 200 interactions to a reload without a server;
// and how versions of a page follow each other.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { noChromium, openPage } from '../helpers/browsers.mjs'
import { builtShop, shop } from '../helpers/shop.mjs'
import { browsers, kill, newHome } from '../helpers/plain-browsers.mjs'
import { until } from '../helpers/until.mjs'

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const dist = (name) => readFileSync(new URL(`../../../dist/${name}`, import.meta.url))
const SCRIPTS = ['offline.js', 'profile.js', 'client.js', 'page-worker.js', 'browser.js']
const LISTED = [
  '/',
  '/page.js',
  '/shop.martello',
  '/offline.js',
  '/profile.js',
  '/client.js',
  '/page-worker.js',
  '/browser.js',
]
const worker = (version, files) =>
  `import { offline } from '/sw-offline.js'\noffline({ version: '${version}', files: ${JSON.stringify(files)} })`

/** Visits, interacts, waits for the server to go, and reloads; tells `reports` of each step. */
const VISIT = (reports) => `
  import { register } from '/offline.js'
  import { Profile } from '/profile.js'
  import { RecommenderClient } from '/client.js'
  import { Recommender } from '/browser.js'
  const tell = (step, found) => fetch('${reports}/' + step, { method: 'POST', body: JSON.stringify(found) })
  const ids = ({ items }) => items.map((item) => item.id).join()
  async function visit() {
    const again = location.search === '?again'
    await register('/sw.js')
    const profile = await Profile.open()
    const rec = await Recommender.open('/shop.martello')
    await rec.complete
    const client = await RecommenderClient.open('/shop.martello', { keep: true, revalidate: !again })
    await client.complete
    if (!again) {
      await client.check()
      await tell('loaded', {})
      for (let i = 0; i < 200; i++) {
        if (i % 20 === 0) await profile.add('p' + i)
        const here = ids(rec.recommend({ profile, k: 10 }))
        if (here !== ids(await client.recommend({ profile, k: 10 }))) throw new Error('another answer from the worker')
      }
    }
    const found = { events: profile.history.length, shelf: ids(await client.recommend({ profile })), here: ids(rec.recommend({ profile })) }
    await tell(again ? 'again' : 'interacted', { ...found, storage: client.storage, agent: navigator.userAgent })
    if (!again) location.search = '?again' // tell has waited: the server is gone
  }
  visit().catch((error) => tell('failed', { message: error.name + ': ' + error.message }))
`

let bundle
before(async () => {
  bundle = (await builtShop(shop({ items: 200 }), { name: 'offline' }, { sources: { i2i: true, popular: true } })).bytes
})

async function listen(handler) {
  const server = createServer(handler)
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  after(() => (server.closeAllConnections(), server.close()))
  return [server, `http://127.0.0.1:${server.address().port}`]
}

for (const { name, why, start } of browsers)
  test(
    `${name}: nothing is asked for after loading, and a reload needs no server`,
    { skip: why, timeout: 240_000 },
    async (t) => {
      const asked = []
      t.signal.addEventListener('abort', () => t.diagnostic(`asked until then: ${asked.join(' ')}`))
      let off = false
      const [, reports] = await listen((request, response) => {
        let body = ''
        request.on('data', (text) => (body += text))
        request.on('end', () => {
          response.writeHead(200, { 'access-control-allow-origin': '*' })
          steps.get(request.url.slice(1))?.(JSON.parse(body))
          if (request.url === '/interacted') off = true
          response.end()
        })
      })
      const [, url] = await listen((request, response) => {
        asked.push(request.url)
        if (off) return request.socket.destroy() // as a network that is gone, but we see who tries
        const path = request.url.split('?')[0]
        const send = (type, body) => response.writeHead(200, { 'content-type': type, etag: '"1"' }).end(body)
        if (path === '/') return send('text/html', PAGE)
        if (path === '/page.js') return send('text/javascript', VISIT(reports))
        if (path === '/sw.js') return send('text/javascript', worker('1', LISTED))
        if (path === '/shop.martello') return send('application/octet-stream', bundle)
        if (path === '/sw-offline.js') return send('text/javascript', dist('offline.js'))
        if (SCRIPTS.includes(path.slice(1))) return send('text/javascript', dist(path.slice(1)))
        response.writeHead(404).end()
      })
      const steps = new Map()
      const step = (name) => new Promise((done) => steps.set(name, done))
      const [loaded, interacted, again] = ['loaded', 'interacted', 'again'].map(step)
      const failed = step('failed').then(({ message }) => assert.fail(message))
      const browser = await start(url, newHome())
      await Promise.race([loaded, failed])
      const before = asked.length
      const first = await Promise.race([interacted, failed])
      const second = await Promise.race([again, failed])
      kill(browser)
      t.diagnostic(`${second.agent}; bundle kept in ${second.storage}`)
      assert.deepEqual(second, first)
      assert.equal(first.events, 10)
      assert.equal(first.shelf, first.here)
      // the browser itself looks whether sw.js, and what it imports, is still the same
      assert.deepEqual(
        asked.slice(before).filter((path) => !path.startsWith('/sw')),
        [],
      )
    },
  )

test(
  'a version is stored whole, and follows when no page of the one before is open',
  { skip: noChromium },
  async () => {
    const site = { version: '1', files: ['/', '/page.js', '/offline.js'] }
    const [, url] = await listen((request, response) => {
      const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body)
      if (request.url === '/') return send('text/html', PAGE)
      if (request.url === '/page.js')
        return send(
          'text/javascript',
          `import { register } from '/offline.js'
         Object.assign(globalThis, { version: '${site.version}', ready: true, register })`,
        )
      if (request.url.endsWith('offline.js')) return send('text/javascript', dist('offline.js'))
      if (request.url === '/sw.js') return send('text/javascript', worker(site.version, site.files))
      response.writeHead(404).end()
    })
    const { page } = await openPage(url)
    const register = () =>
      page.evaluate(() =>
        globalThis.register('/sw.js').then(
          () => 'installed',
          (error) => error.message,
        ),
      )
    site.files.push('/lost.css')
    assert.match(await register(), /^register: \/sw\.js is not installed \(a file of its list could not be stored\)$/)
    site.files.pop()
    assert.equal(await register(), 'installed')
    assert.equal(await register(), 'installed', 'again does no harm')

    site.version = '2'
    const again = () => openPage(url, { page, errors: [] })
    await again()
    assert.equal(await page.evaluate(() => globalThis.version), '1')
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update().then(() => {}))
    await until(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).waiting !== null))
    await again()
    assert.equal(await page.evaluate(() => globalThis.version), '1', 'the page is open')
    const context = page.context()
    await page.close()
    // Now and then Chromium loses a request that is made while one worker follows the other, so each visit is a new page.
    const visit = async () => {
      const visitor = await context.newPage()
      try {
        await visitor.goto(url, { timeout: 10_000 })
        await visitor.waitForFunction(() => globalThis.ready, undefined, { timeout: 10_000 })
        return await visitor.evaluate(() => globalThis.version)
      } catch (error) {
        if (error.name !== 'TimeoutError') throw error
      } finally {
        await visitor.close()
      }
    }
    await until(async () => (await visit()) === '2')
    const other = await context.newPage()
    await openPage(`${url}/?from=elsewhere`, { page: other, errors: [] })
    assert.deepEqual(await other.evaluate(() => caches.keys()), ['martello offline 2'])
    site.version = '3'
    await other.context().setOffline(true)
    await openPage(`${url}/?q=1`, { page: other, errors: [] })
    assert.equal(await other.evaluate(() => globalThis.version), '2')
  },
)

test('where there are no service workers, or not this one, it is said', { skip: noChromium }, async () => {
  const [, url] = await listen((request, response) => {
    const send = (body) => response.writeHead(200, { 'content-type': 'text/javascript' }).end(body)
    if (request.url === '/offline.js') return send(dist('offline.js'))
    if (request.url === '/page.js')
      return send("import * as o from '/offline.js'; Object.assign(globalThis, o, { ready: true })")
    response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html' }).end(PAGE)
  })
  const { page } = await openPage(url)
  const said = await page.evaluate(async () => {
    const sentence = async (work) => {
      try {
        await work()
      } catch (error) {
        return error.message
      }
    }
    const said = [await sentence(() => register('/sw.js')), await sentence(() => offline({}))]
    delete Navigator.prototype.serviceWorker
    return [...said, await sentence(() => register('/sw.js'))]
  })
  assert.match(said[0], /^register: \/sw\.js is not installed \(.*404/)
  assert.match(said[1], /^offline: expected \{ version, files \}/)
  assert.match(said[2], /^register: this browser has no service workers here/)
})
