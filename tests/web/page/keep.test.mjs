// A bundle that stays on the device, in headless Chromium: kept, compared, replaced in all tabs; and never lost, whatever
// breaks off: downloads, files, the room for them, or the page itself in the middle of an update.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { newPage, noChromium, openPage } from '../helpers/browsers.mjs'
import { rounds } from '../helpers/long.mjs'
import { builtShop, random, shop } from '../helpers/shop.mjs'

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const SCRIPT = `
  import { Recommender } from '/browser.js'
  import { keep } from '/keep.js'
  import { RecommenderClient } from '/client.js'
  const log = { updates: [], problems: [] }
  const begin = async ({ url = '/shop.martello', ...options } = {}) => {
    const kept = await keep(url, Recommender.open, {
      onUpdate: (rec) => log.updates.push(rec.items),
      onProblem: (sentence) => log.problems.push(sentence),
      ...options,
    })
    Object.assign(globalThis, { kept })
    await kept.complete
    return { items: kept.current.items, storage: kept.storage, shelf: kept.current.recommend({ k: 5 }).items.length }
  }
  const check = () => kept.check().catch((error) => error.name + ': ' + error.message)
  const soon = async (value, wanted) => {
    for (let i = 0; i < 6000 && value() !== wanted; i++) await new Promise((next) => setTimeout(next, 10))
    return value()
  }
  Object.assign(globalThis, { log, begin, check, soon, keep, Recommender, RecommenderClient, ready: true })
`
const dist = (name) => readFileSync(new URL(`../../../dist/${name}.js`, import.meta.url))

let versions // two bundles, of 60 and of 61 items
before(async () => {
  versions = await Promise.all(
    [60, 61].map(
      async (items) => (await builtShop(shop({ items }), { name: `keep-${items}` }, { dimension: 16 })).bytes,
    ),
  )
})

/** A server of the page and of one bundle, whose answers a test decides; `asked` are those about the bundle. */
async function startServer(say = {}) {
  const server = { bundle: versions[0], etags: true, asked: [], ...say }
  const scripts = ['browser', 'keep', 'client', 'page-worker']
  const http = createServer(async (request, response) => {
    const type = (name) => response.writeHead(200, { 'content-type': name })
    const name = request.url.slice(1)
    if (name === '') return type('text/html').end(PAGE)
    if (name === 'page.js') return type('text/javascript').end(SCRIPT)
    if (scripts.includes(name.replace('.js', ''))) return type('text/javascript').end(dist(name.replace('.js', '')))
    const { bundle, cors = {} } = server
    for (const [name, value] of Object.entries(cors)) response.setHeader(`access-control-${name}`, value)
    if (request.method === 'OPTIONS') return response.writeHead(204).end()
    const etag = server.etags ? `"${versions.indexOf(bundle)}-${bundle.length}"` : undefined
    const status = server.status ?? (etag !== undefined && request.headers['if-none-match'] === etag ? 304 : 200)
    server.asked.push(status)
    response.writeHead(status, { 'content-type': 'application/octet-stream', ...(etag && { etag }) })
    if (status !== 200) return response.end()
    await (server.send ?? ((body) => response.end(body)))(Buffer.from(bundle), response)
  })
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening))
  server.url = `http://127.0.0.1:${http.address().port}/`
  server.close = () => (http.closeAllConnections(), http.close())
  after(server.close)
  return server
}

/** Another tab of the same browser. */
const tab = async (page, url) => (await openPage(url, { page: await page.context().newPage(), errors: [] })).page
const begin = (page, options) => page.evaluate((options) => globalThis.begin(options), options)
const check = (page) => page.evaluate(() => globalThis.check())

for (const storage of ['opfs', 'cache'])
  test(`kept in ${storage}, compared by ETag, replaced in every tab`, { skip: noChromium }, async () => {
    const server = await startServer()
    const { page, errors } = await openPage(server.url)
    assert.deepEqual(await begin(page, { storage }), { items: 60, storage, shelf: 5 })
    const other = await tab(page, server.url)
    assert.deepEqual(await begin(other, { storage, revalidate: false }), { items: 60, storage, shelf: 5 })
    assert.equal(await check(other), false)
    assert.deepEqual(server.asked, [200, 304])

    ;[, server.bundle] = versions
    assert.equal(await check(page), true)
    assert.equal(await page.evaluate(() => kept.current.items), 61)
    assert.equal(await other.evaluate(() => soon(() => kept.current.items, 61)), 61)
    assert.deepEqual(server.asked, [200, 304, 200], 'the other tab had it from the device')
    for (const one of [page, other]) assert.deepEqual(await one.evaluate(() => log), { updates: [61], problems: [] })

    server.status = 503
    const third = await tab(page, server.url)
    assert.deepEqual(await begin(third, { storage, revalidate: false }), { items: 61, storage, shelf: 5 })
    assert.match(await check(third), /^MartelloError: keep: http.*answered 503, expected a bundle$/)
    server.close()
    assert.match(await check(third), /^MartelloError: keep: http.*cannot be fetched \(/)
    assert.equal(await third.evaluate(() => kept.current.items), 61)
    const names = await third.evaluate(async (storage) => {
      if (storage === 'cache') return (await (await caches.open('martello')).keys()).map(({ url }) => url)
      return Array.fromAsync((await (await navigator.storage.getDirectory()).getDirectoryHandle('martello')).keys())
    }, storage)
    assert.equal(names.length, 2, `one bundle and one pointer: ${names}`)
    assert.deepEqual(
      errors.filter((error) => !/503|ERR_CONNECTION/.test(error)),
      [],
    )
  })

test('without an ETag the header tells versions apart, and the rest does not come', { skip: noChromium }, async () => {
  const server = await startServer({ etags: false })
  const { page } = await openPage(server.url)
  await begin(page)
  let ended
  // what comes after the header is sent only to somebody who waits for it; if keep did, this would never end
  server.send = (body, response) => {
    response.write(body.subarray(0, 64))
    ended = new Promise((closed) => response.on('close', closed))
  }
  assert.equal(await check(page), false)
  await ended
  server.send = undefined
  ;[, server.bundle] = versions
  assert.equal(await check(page), true)
})

const OTHER_ORIGINS = {
  'hides its ETag': [{}, [200, 200, 200]],
  'shows its ETag and allows no question about it': [{ 'expose-headers': 'ETag' }, [200, 200, 200]],
  'shows its ETag and allows the question': [
    { 'expose-headers': 'ETag', 'allow-headers': 'If-None-Match' },
    [200, 304, 200],
  ],
}
for (const [what, [cors, asked]] of Object.entries(OTHER_ORIGINS))
  test(`from another origin that ${what}`, { skip: noChromium }, async () => {
    const server = await startServer()
    const other = await startServer({ cors: { 'allow-origin': '*', ...cors } })
    const { page } = await openPage(server.url)
    const url = `${other.url}shop.martello`
    assert.equal((await begin(page, { url })).items, 60)
    assert.equal(await check(page), false)
    ;[, other.bundle] = versions
    assert.equal(await check(page), true)
    assert.deepEqual(other.asked, asked)
    const again = await tab(page, server.url)
    other.cors = {} // from now on no page may read it: a page has what it has, and says why it has no newer one
    assert.deepEqual(await begin(again, { url }), { items: 61, storage: 'opfs', shelf: 5 })
    assert.match(await again.evaluate(() => soon(() => log.problems.length, 1).then(() => log.problems[0])), /^keep: http.*shop\.martello cannot be fetched \(/) // prettier-ignore
  })

test('a client keeps its bundle too, and is told of a newer one', { skip: noChromium }, async () => {
  const server = await startServer()
  const { page } = await openPage(server.url)
  const open = () =>
    page.evaluate(async () => {
      const updates = []
      const rec = await RecommenderClient.open('/shop.martello', { keep: true, onUpdate: () => updates.push('update') })
      Object.assign(globalThis, { rec, updates })
      await rec.complete
      return [rec.items, rec.storage]
    })
  assert.deepEqual(await open(), [60, 'opfs'])
  assert.equal(await page.evaluate(() => rec.check()), false)
  ;[, server.bundle] = versions
  assert.deepEqual(
    await page.evaluate(async () => [
      await rec.check(),
      rec.items,
      updates,
      (await rec.recommend({ k: 3 })).items.length,
    ]),
    [true, 61, ['update'], 3],
  )
  server.status = 503
  await page.evaluate(() => rec.close())
  assert.deepEqual(await open(), [61, 'opfs'])
})
test('load brings the rest of a bundle that a client keeps', { skip: noChromium }, async () => {
  const server = await startServer()
  const { page } = await openPage(server.url)
  const { breakOff } = half(server)
  await page.evaluate(async () => {
    globalThis.rec = await RecommenderClient.open('/shop.martello', { keep: true })
  })
  breakOff()
  const failed = await page.evaluate(async () => [
    await rec.complete.catch((error) => error.message),
    await rec.load().catch((error) => error.message),
  ])
  for (const sentence of failed) assert.match(sentence, /broke off/)
  server.send = undefined
  assert.deepEqual(await page.evaluate(() => rec.load().then(() => [rec.loaded === rec.bytes, rec.storage])), [
    true,
    'opfs',
  ])
  server.status = 503
  await page.evaluate(() => rec.load()) // nothing is missing: the server is not asked
})

/** What keep stores, by name. */
const stored = (page) =>
  page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('martello')
    return (await Array.fromAsync(folder.keys())).map((name) => name.split('.').slice(1).join('.')).sort()
  })
/** The part of a bundle that recommends and is not the whole. */
const HALF = 0.6
/** From now on the server sends that part, and after `goOn` the rest, or after `breakOff` no more. */
function half(server) {
  let say
  const said = new Promise((done) => (say = done))
  server.send = async (body, response) => {
    const [part, rest] = [body.subarray(0, body.length * HALF), body.subarray(body.length * HALF)]
    await new Promise((sent) => response.write(part, sent))
    if ((await said) === 'go on') response.end(rest)
    else response.destroy()
  }
  return { goOn: () => say('go on'), breakOff: () => say('break off') }
}
const begun = (page) =>
  page.evaluate(async () => {
    globalThis.problems = []
    globalThis.kept = await keep('/shop.martello', Recommender.open, { onProblem: (problem) => problems.push(problem) })
    const { items } = kept.current.recommend({ history: ['p1'], k: 5 })
    return [items.length, kept.storage, kept.current.loaded < kept.current.bytes]
  })

test('a first download is in use on its way, and stored when it is whole', { skip: noChromium }, async () => {
  const server = await startServer()
  const { page } = await openPage(server.url)
  const { goOn } = half(server)
  assert.deepEqual(await begun(page), [5, 'memory', true])
  assert.ok(!(await stored(page)).includes('current'))
  goOn()
  const whole = () => page.evaluate(() => kept.complete.then(() => [kept.storage, kept.current.loaded, problems]))
  assert.deepEqual(await whole(), ['opfs', versions[0].length, []])
  assert.ok((await stored(page)).includes('current'))
  server.status = 503
  assert.deepEqual(await begun(page), [5, 'opfs', false])
})

test('a first download that breaks off is used as far as it came, and never stored', { skip: noChromium }, async () => {
  const server = await startServer()
  const { page } = await openPage(server.url)
  const { breakOff } = half(server)
  assert.deepEqual(await begun(page), [5, 'memory', true])
  breakOff()
  assert.match(await page.evaluate(() => kept.complete.catch((error) => error.message)), /broke off/)
  assert.ok(!(await stored(page)).includes('current'))
  const left = await page.evaluate(() => [
    kept.current.recommend({ history: ['p1'], k: 5 }).items.length,
    problems.length,
  ])
  assert.deepEqual(left, [5, 1])
  server.send = undefined
  assert.equal(await check(page), true)
  assert.equal(await page.evaluate(() => kept.storage), 'opfs')
  assert.equal(await page.evaluate(() => kept.current.loaded), versions[0].length)
})

test('a download that breaks off or was damaged replaces nothing', { skip: noChromium }, async () => {
  const server = await startServer()
  const { page } = await openPage(server.url)
  await begin(page)
  ;[, server.bundle] = versions
  server.send = (body, response) => response.write(body.subarray(0, body.length >> 1), () => response.destroy())
  assert.match(await check(page), /^MartelloError: keep: http.*broke off \(/)
  server.send = (body, response) => {
    body[body.length - 100] ^= 1
    response.end(body)
  }
  assert.match(await check(page), /^MartelloError: .*checksum/)
  server.send = (body, response) =>
    response.end('<!doctype html><title>Please log in to this network first</title>'.padEnd(999))
  assert.match(await check(page), /^MartelloError: /)
  server.send = (body, response) => response.end()
  assert.match(await check(page), /^MartelloError: .*0 bytes/)
  await assert.rejects(begin((await openPage(server.url)).page), /found 0 bytes/)
  server.status = 503
  assert.deepEqual(await begin(await tab(page, server.url), { revalidate: false }), {
    items: 60,
    storage: 'opfs',
    shelf: 5,
  })
})

test('damaged files are made good: by another file, or else by the server', { skip: noChromium }, async () => {
  const server = await startServer()
  const { page } = await openPage(server.url)
  await begin(page)
  const damage = (which) =>
    page.evaluate(async (which) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('martello')
      for await (const [name, handle] of folder.entries())
        if (name.endsWith('.current') === (which === 'pointer')) {
          const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
          bytes[bytes.length - 100] ^= 1
          const writer = await handle.createWritable()
          await writer.write(which === 'pointer' ? '{"url": ' : bytes)
          await writer.close()
        }
    }, which)
  await damage('pointer')
  server.status = 503
  const second = await tab(page, server.url)
  assert.equal((await begin(second, { revalidate: false })).items, 60)
  server.status = undefined
  assert.equal(await check(second), false, 'the same; and the pointer is whole again')
  server.asked.length = 0
  assert.equal(await check(await tab(page, server.url).then(async (page) => (await begin(page), page))), false)
  assert.deepEqual(server.asked, [304, 304])

  await damage('bundle')
  server.asked.length = 0
  assert.equal((await begin(await tab(page, server.url), { revalidate: false })).items, 60)
  assert.deepEqual(server.asked, [200])
})

test(
  'without room a bundle is in memory only, which is said; the one before stays on the device',
  { skip: noChromium },
  async () => {
    const server = await startServer()
    const { page } = await openPage(server.url)
    await begin(page)
    const cdp = await page.context().newCDPSession(page)
    await cdp.send('Storage.overrideQuotaForOrigin', {
      origin: server.url.slice(0, -1),
      quotaSize: versions[0].length + 2000,
    })
    ;[, server.bundle] = versions
    assert.equal(await check(page), true)
    const { problems } = await page.evaluate(() => log)
    assert.equal(problems.length, 1)
    assert.match(problems[0], /^keep: the bundle could not be kept and stays in memory only \(QuotaExceededError: /)
    assert.deepEqual(await page.evaluate(() => [kept.storage, kept.current.items]), ['memory', 61])
    assert.equal(await check(page), false, 'it is known, although it is not kept')
    server.status = 503
    assert.equal((await begin(await tab(page, server.url), { revalidate: false })).items, 60)
    assert.deepEqual(
      await begin(await tab(page, server.url), { revalidate: false, storage: 'memory' }).catch((e) => /503/.test(e)),
      true,
    )
  },
)

const PAGES = rounds(50, 12)
test(
  `${PAGES} pages end in the middle of an update; each next one opens the old bundle or the new one`,
  { skip: noChromium },
  async (t) => {
    const PIECES = 10
    const server = await startServer()
    const opened = await openPage(server.url)
    let inUse = (await begin(opened.page)).items
    const draw = random(7)
    const seen = { old: 0, new: 0 }
    for (let round = 0; round <= PAGES; round++) {
      server.status = 503 // it must be on the device
      const page = await tab(opened.page, server.url)
      const { items, shelf } = await begin(page, { revalidate: false })
      assert.equal(shelf, 5)
      assert.ok(items === 60 || items === 61, `${items} items`)
      if (round > 0) seen[items === inUse ? 'old' : 'new']++
      inUse = items

      // the page ends after one of the pieces, or some milliseconds after the last
      const moment = round % 10 === 9 ? PIECES : draw.below(3 * PIECES)
      server.status = undefined
      server.bundle = versions[items === 60 ? 1 : 0]
      const ended = new Promise((end) => {
        server.send = async (body, response) => {
          const size = Math.ceil(body.length / PIECES)
          for (let piece = 0; piece < PIECES; piece++) {
            await new Promise((sent) => response.write(body.subarray(piece * size, (piece + 1) * size), sent))
            if (piece === moment) return end()
          }
          response.end()
          setTimeout(end, 2 * (moment - PIECES)) // not a wait: the moment of the end is what is drawn
        }
      })
      await page.evaluate(() => void (globalThis.checked = check()))
      const cdp = await page.context().newCDPSession(page)
      const crashed = new Promise((crash) => page.once('crash', crash))
      await ended
      if (round % 10 === 9) await page.evaluate(() => checked) // and some end after it
      cdp.send('Page.crash').catch(() => {})
      await crashed
      await page.close()
    }
    t.diagnostic(`opened the old one ${seen.old} times, the new one ${seen.new} times`)
    assert.ok(seen.old > 0 && seen.new > 0)
  },
)
