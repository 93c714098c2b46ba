// A signed bundle in headless Chromium: kept, followed by patches or whole, and refused with its reason; the one that is there stays,
// whatever a server says, a clock says, or ends the page in the middle.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { noChromium, openPage } from '../helpers/browsers.mjs'
import { rounds } from '../helpers/long.mjs'
import { builtShop, random, shop } from '../helpers/shop.mjs'
import { DAY, fromNow, hashOf, manifestOf, patchOf, rotate, signer } from '../helpers/signed.mjs'

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const SCRIPT = `
  import { MartelloError, Recommender } from '/browser.js'
  import { keep } from '/keep.js'
  import { RecommenderClient } from '/client.js'
  const log = { updates: [], problems: [] }
  const begin = async (options = {}) => {
    const kept = await keep('/shop.martello', Recommender.open, {
      onUpdate: (rec) => log.updates.push(rec.items),
      onProblem: (sentence, code) => log.problems.push([code, sentence]),
      ...options,
    })
    Object.assign(globalThis, { kept })
    await kept.complete
    return [kept.current.items, kept.release?.version, kept.storage]
  }
  const told = ({ name, code, message }) => [name, code ?? null, message]
  const tried = (work) => work().catch(told)
  const open = async (options) => {
    const rec = await Recommender.open('/shop.martello', options)
    await rec.complete
    return [rec.items, rec.release?.version]
  }
  const clock = Date.now
  const turn = (days) => (Date.now = () => clock() + days * ${DAY})
  const caught = (work) => work().then(() => 'nothing', (error) => error instanceof MartelloError)
  Object.assign(globalThis, { log, begin, tried, open, turn, caught, Recommender, RecommenderClient, ready: true })
`
const SCRIPTS = ['browser', 'signed', 'keep', 'client', 'page-worker']
const dist = (name) => readFileSync(new URL(`../../../dist/${name}.js`, import.meta.url))
const KEY = signer()
const key = KEY.key

let bundles // of 60, 61 and 62 items: versions 1, 2 and 3
let patches // { '1-2', '2-3', '1-3' }
before(async () => {
  bundles = await Promise.all(
    [60, 61, 62].map(
      async (items) => (await builtShop(shop({ items }), { name: `signed-${items}` }, { dimension: 16 })).bytes,
    ),
  )
  patches = {}
  for (const [from, to] of [
    [1, 2],
    [2, 3],
    [1, 3],
  ])
    // prettier-ignore
    patches[`${from}-${to}`] = await patchOf(bundles[from - 1], bundles[to - 1], `${from}-${to}.patch`)
})

/** A server of a folder as martello sign leaves it; what it says instead of a file, a test says in `instead`. */
async function startServer() {
  const server = { files: {}, instead: {}, asked: [], etags: true }
  server.publish = (version, { ways = [], by = KEY, ...say } = {}) => {
    const bytes = bundles[version - 1]
    const entries = ways.map((way) => ({ ...patches[way].entry }))
    server.files['shop.martello.json'] = manifestOf(bytes, by, {
      version,
      file: `${version}.martello`,
      patches: entries,
      ...say,
    })
    server.files[`${version}.martello`] = bytes
    for (const way of ways) server.files[`${way}.patch`] = patches[way].patch
  }
  const http = createServer(async (request, response) => {
    const name = request.url.slice(1)
    const type = (name) => response.writeHead(200, { 'content-type': name })
    if (name === '') return type('text/html').end(PAGE)
    if (name === 'page.js') return type('text/javascript').end(SCRIPT)
    if (SCRIPTS.includes(name.replace('.js', ''))) return type('text/javascript').end(dist(name.replace('.js', '')))
    server.asked.push(name)
    if (server.instead[name]) return server.instead[name](response, server.files[name], request)
    const body = server.files[name]
    if (body === undefined) return response.writeHead(404).end('none')
    const etag = `"${Buffer.from(body).toString('base64url').slice(-40)}"`
    if (server.etags && request.headers['if-none-match'] === etag) return response.writeHead(304).end()
    response.writeHead(200, { ...(server.etags && { etag }) }).end(body)
  })
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening))
  server.url = `http://127.0.0.1:${http.address().port}/`
  server.close = () => (http.closeAllConnections(), http.close())
  /** What was asked for since, but for the manifest. */
  server.since = () => server.asked.splice(0).filter((name) => !name.endsWith('.json'))
  after(server.close)
  return server
}
const tab = async (page, url) => (await openPage(url, { page: await page.context().newPage(), errors: [] })).page
const begin = (page, options) => page.evaluate((options) => tried(() => begin(options)), { key, ...options })
const check = (page) => page.evaluate(() => tried(() => kept.check()))
const state = (page) => page.evaluate(() => [kept.current.items, kept.release.version, kept.storage])
const problems = (page) => page.evaluate(() => log.problems.splice(0))

for (const storage of ['opfs', 'cache'])
  test(
    `a signed bundle is kept in ${storage} and followed in all tabs, by what is fewer bytes`,
    { skip: noChromium },
    async () => {
      const server = await startServer()
      server.publish(1)
      const { page, errors } = await openPage(server.url)
      assert.deepEqual(await begin(page, { storage }), [60, 1, storage])
      assert.deepEqual(server.since(), ['1.martello'])
      const other = await tab(page, server.url)
      assert.deepEqual(await begin(other, { storage, revalidate: false }), [60, 1, storage])
      assert.equal(await check(other), false)
      assert.deepEqual(server.since(), [])

      server.publish(2, { ways: ['1-2'] })
      assert.equal(await check(page), true)
      assert.deepEqual(await state(page), [61, 2, storage])
      assert.deepEqual(server.since(), ['1-2.patch'])
      assert.equal(await other.evaluate(() => new Promise((done) => setInterval(() => kept.current.items === 61 && done(61), 5))), 61) // prettier-ignore
      assert.deepEqual(await state(other), [61, 2, storage])
      assert.deepEqual(server.since(), [], 'the other tab had it from the device')

      server.publish(2, { ways: ['1-2'], version: 3 }) // signed again, the same bundle
      assert.equal(await check(page), false)
      assert.deepEqual(await state(page), [61, 3, storage])
      server.close()
      const later = await tab(page, server.url).catch(() => null)
      assert.equal(later, null) // its server is gone: what is kept is looked at in the tab that is there
      assert.deepEqual(await begin(page, { storage, revalidate: false }), [61, 3, storage])
      assert.deepEqual(await problems(page), [])
      assert.deepEqual(
        errors.filter((error) => !/ERR_CONNECTION/.test(error)),
        [],
      )
    },
  )

test('a chain or a jump, whichever is fewer bytes; else the whole', { skip: noChromium }, async () => {
  const sizes = Object.fromEntries(Object.entries(patches).map(([way, { entry }]) => [way, entry.length]))
  assert.ok(sizes['1-3'] < sizes['1-2'] + sizes['2-3'])
  for (const [ways, expected] of [
    [['1-2', '2-3', '1-3'], ['1-3.patch']],
    [
      ['1-2', '2-3'],
      ['1-2.patch', '2-3.patch'],
    ],
    [['2-3'], ['3.martello']],
  ]) {
    const server = await startServer()
    server.publish(1)
    const { page } = await openPage(server.url)
    await begin(page)
    server.since()
    server.publish(3, { ways })
    assert.equal(await check(page), true)
    assert.deepEqual(server.since().sort(), expected)
    assert.deepEqual(await state(page), [62, 3, 'opfs'])
    assert.deepEqual(await problems(page), [])
  }
})

const html = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>Log in first')
const LIES = {
  'is not there': (response) => response.writeHead(404).end(),
  'is a page': html,
  'is empty': (response) => response.writeHead(200).end(),
  'is cut': (response, body) => response.writeHead(200).end(body.subarray(0, body.length >> 1)),
  'breaks off': (response, body) =>
    response.writeHead(200, { 'content-length': body.length }).write(body.subarray(0, body.length >> 1), () => response.destroy()), // prettier-ignore
  'is longer': (response, body) => response.writeHead(200).end(Buffer.concat([body, Buffer.from('more')])),
  'is altered': (response, body) => {
    const altered = Buffer.from(body)
    altered[altered.length - 9] ^= 1
    response.writeHead(200).end(altered)
  },
  'has a length that is wrong'(response, body) {
    const { socket } = response // else it stays open, and the browser waits for the rest
    response.writeHead(200, { 'content-length': body.length + 9 }).end(body, () => socket.destroy())
  },
  'has its halves the other way around': (response, body) =>
    response.writeHead(200).end(Buffer.concat([body.subarray(body.length >> 1), body.subarray(0, body.length >> 1)])),
  'is another version': (response) => response.writeHead(200).end(bundles[0]),
  'is 206 of a range that nobody asked for': (response, body) =>
    response.writeHead(206, { 'content-range': `bytes 100-${body.length - 1}/${body.length}` }).end(body.subarray(100)), // prettier-ignore
}
for (const [what, lie] of Object.entries(LIES))
  test(`a patch that ${what} is not applied, and a bundle that ${what} not taken`, { skip: noChromium }, async () => {
    const server = await startServer()
    server.publish(1)
    const { page } = await openPage(server.url)
    await begin(page)
    server.publish(2, { ways: ['1-2'] })
    server.instead = { '1-2.patch': lie, '2.martello': lie }
    const [name, , sentence] = await check(page)
    assert.equal(name, 'MartelloError', sentence)
    assert.match(sentence, /^keep: /)
    const said = await problems(page)
    assert.equal(said.length, 1)
    assert.match(said[0][1], /^(keep|patch): .*; the whole bundle is fetched instead$/)
    assert.deepEqual(await state(page), [60, 1, 'opfs'])
    assert.deepEqual(await begin(await tab(page, server.url), { revalidate: false }), [60, 1, 'opfs'])
    server.since()
    delete server.instead['2.martello']
    assert.equal(await check(page), true)
    assert.deepEqual(server.since(), ['1-2.patch', '2.martello'])
    assert.deepEqual(await state(page), [61, 2, 'opfs'])
  })

test(
  'what is not to be believed is refused with its reason, and what is there stays',
  { skip: noChromium },
  async () => {
    const server = await startServer()
    server.publish(2)
    const { page } = await openPage(server.url)
    await begin(page)
    const stranger = signer()
    const text = (change) => () => (server.files['shop.martello.json'] = change(server.files['shop.martello.json']))
    const CASES = {
      unsigned: [() => delete server.files['shop.martello.json'], /answered 404, expected a file of martello sign$/],
      altered: [
        text((manifest) => manifest.replace('"version\\":3', '"version\\":4')),
        /found other words than were signed$/,
      ],
      cut: [text((manifest) => manifest.slice(0, -40)), /found a part, expected a manifest of martello sign$/],
      rollback: [() => server.publish(1), /found version 1, expected \d or later$/],
      expired: [() => server.publish(3, { expires: fromNow(-1) }), /found that it expired on /],
      key: [() => server.publish(3, { by: stranger }), /found that the key .* signed it, expected /],
    }
    for (const [code, [make, sentence]] of Object.entries(CASES)) {
      server.publish(3)
      make()
      const [name, found, said] = await check(page)
      assert.deepEqual([name, found], ['MartelloError', code], said)
      assert.match(said, sentence)
      assert.deepEqual(await state(page), [61, 2, 'opfs'])

      const again = await tab(page, server.url)
      assert.deepEqual(await begin(again), [61, 2, 'opfs'], code) // from the device, and told why no newer one is taken
      await again.waitForFunction(() => log.problems.length === 1)
      assert.deepEqual((await problems(again))[0][0], code)
      assert.equal((await again.evaluate((key) => tried(() => open({ key })), key))[1], code)
      assert.equal(
        await again.evaluate((key) => caught(() => open({ key })), key),
        true,
        'the class that the page knows',
      )
      await again.close()
    }
    server.publish(3)
    assert.equal(await check(page), true)
  },
)

test(
  'a server that says nothing is new keeps nobody back beyond the time of the manifest',
  { skip: noChromium },
  async () => {
    const server = await startServer()
    server.publish(1, { expires: fromNow(2) })
    const { page } = await openPage(server.url)
    await begin(page)
    server.instead['shop.martello.json'] = (response) => response.writeHead(304).end()
    assert.equal(await check(page), false)
    await page.evaluate(() => turn(3))
    assert.equal((await check(page))[1], 'expired')
    assert.deepEqual(await state(page), [60, 1, 'opfs'])
  },
)

test('a clock that is set back a year, or ahead, takes nothing away', { skip: noChromium }, async () => {
  const server = await startServer()
  server.publish(1)
  const { page } = await openPage(server.url)
  await page.evaluate(() => turn(-365))
  assert.deepEqual(await begin(page), [60, 1, 'opfs'])
  server.publish(2, { ways: ['1-2'] })
  assert.equal(await check(page), true)
  server.publish(3, { issued: fromNow(-40), expires: fromNow(-2) })
  assert.equal((await check(page))[1], 'expired', 'it is not so late, by what was seen')

  server.publish(2, { version: 4 })
  await page.evaluate(() => turn(365))
  const [, code, sentence] = await check(page)
  assert.equal(code, 'expired')
  assert.match(sentence, /by this device's clock|this device's clock/)
  assert.deepEqual(await begin(page, { revalidate: false }), [61, 2, 'opfs'])
  await page.evaluate(() => turn(0))
  assert.equal(await check(page), false)
  assert.deepEqual(await state(page), [61, 4, 'opfs'])
})

test(
  'what was seen is remembered where no bundle is kept, and a key that follows stays',
  { skip: noChromium },
  async () => {
    const server = await startServer()
    server.publish(2)
    const { page } = await openPage(server.url)
    const opened = async (options) =>
      (await tab(page, server.url)).evaluate((options) => tried(() => open(options)), { key, ...options })
    assert.deepEqual(await opened(), [61, 2])
    server.publish(1)
    assert.equal((await opened())[1], 'rollback')
    server.publish(2)
    assert.equal((await opened({ atLeast: 3 }))[1], 'rollback')

    const next = signer()
    server.publish(3, { by: next, rotations: [rotate(KEY, next.key)] })
    assert.deepEqual(await opened(), [62, 3])
    server.publish(3, { version: 4 })
    assert.equal((await opened())[1], 'key', 'the key before is not believed any more')
    server.publish(3, { version: 4, by: next })
    assert.deepEqual(await opened(), [62, 4])
    assert.deepEqual(await begin(await tab(page, server.url), { key: next.key }), [62, 4, 'opfs'])
    for (const odd of [undefined, null, '', 'abc', key.toUpperCase()])
      for (const work of ['open', 'begin']) {
        const given = odd === undefined ? 'undefined' : JSON.stringify(odd)
        const [name, , sentence] = await page.evaluate(`tried(() => ${work}({ key: ${given} }))`)
        assert.equal(name, 'MartelloError')
        assert.match(sentence, /^(open|keep): key: expected the 64 digits of a public key of martello keys$/)
      }
  },
)

test('a first download is of use on its way, as far as it is what was signed', { skip: noChromium }, async () => {
  const server = await startServer()
  server.publish(1, { piece: 1024, pieces: piecesOf(1024) })
  const { page } = await openPage(server.url)
  let goOn
  const said = new Promise((done) => (goOn = done))
  const altered = Buffer.from(bundles[0])
  altered[altered.length - 5] ^= 1
  server.instead['1.martello'] = async (response) => {
    response.writeHead(200)
    await new Promise((sent) => response.write(altered.subarray(0, altered.length * 0.8), sent))
    await said
    response.end(altered.subarray(altered.length * 0.8))
  }
  const found = page.evaluate(async (key) => {
    const rec = await Recommender.open('/shop.martello', { key })
    const before = [rec.recommend({ history: ['p1'], k: 5 }).items.length, rec.loaded < rec.bytes, rec.release.version]
    globalThis.rec = rec
    return before
  }, key)
  assert.deepEqual(await found, [5, true, 1])
  goOn()
  assert.equal((await page.evaluate(() => tried(() => rec.complete)))[1], 'altered')
  assert.equal(await page.evaluate(() => rec.recommend({ history: ['p1'], k: 5 }).items.length), 5)
})
function piecesOf(piece) {
  const hashes = []
  for (let at = 0; at < bundles[0].length; at += piece) hashes.push(hashOf(bundles[0].subarray(at, at + piece)))
  return hashes.join('')
}

test('a client takes a key, with keep and without, and tells reasons', { skip: noChromium }, async () => {
  const server = await startServer()
  server.publish(1)
  const { page } = await openPage(server.url)
  const opened = (options) =>
    page.evaluate(
      (options) =>
        tried(async () => {
          const rec = await RecommenderClient.open('/shop.martello', {
            onProblem: (sentence, code) => log.problems.push([code, sentence]),
            ...options,
          })
          Object.assign(globalThis, { rec })
          await rec.complete
          return [rec.items, rec.release.version]
        }),
      options,
    )
  assert.deepEqual(await opened({ key }), [60, 1])
  assert.deepEqual(await opened({ key, keep: true }), [60, 1])
  server.publish(2, { ways: ['1-2'] })
  server.since()
  assert.equal(await page.evaluate(() => rec.check()), true)
  assert.deepEqual(await page.evaluate(() => [rec.items, rec.release.version]), [61, 2])
  assert.deepEqual(server.since(), ['1-2.patch'])
  server.publish(1)
  assert.equal((await page.evaluate(() => tried(() => rec.check())))[1], 'rollback')
  assert.equal((await opened({ key }))[1], 'rollback')
  assert.deepEqual(await opened({ key, keep: true }), [61, 2])
  await page.waitForFunction(() => log.problems.length === 1)
  assert.equal((await problems(page))[0][0], 'rollback')
  assert.equal((await opened({ key: undefined }))[0], 'MartelloError')
})

test('two tabs that ask at once take turns: one patch for both', { skip: noChromium }, async () => {
  const server = await startServer()
  server.publish(1)
  const { page } = await openPage(server.url)
  await begin(page)
  const other = await tab(page, server.url)
  await begin(other, { revalidate: false })
  server.since()
  server.publish(2, { ways: ['1-2'] })
  const found = await Promise.all([check(page), check(other)])
  assert.ok(found.includes(true), `${found}`)
  for (const one of [page, other]) {
    await one.waitForFunction(() => kept.current.items === 61)
    assert.deepEqual(await state(one), [61, 2, 'opfs'])
    assert.deepEqual(await problems(one), [])
  }
  assert.deepEqual(server.since(), ['1-2.patch'])
})

test('a browser without Ed25519 says so', { skip: noChromium }, async () => {
  const server = await startServer()
  server.publish(1)
  const { page } = await openPage(server.url)
  await page.evaluate(() => {
    crypto.subtle.importKey = () => Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError'))
  })
  for (const work of [begin(page), page.evaluate((key) => tried(() => open({ key })), key)]) {
    const [, code, sentence] = await work
    assert.equal(code, 'unsupported')
    assert.match(
      sentence,
      /^key: found no Ed25519 here, expected Chrome 137, Firefox 129, Safari 17 or later, and https$/,
    )
  }
})

test('damaged files on the device are made good by the server', { skip: noChromium }, async () => {
  const server = await startServer()
  server.publish(1)
  const { page } = await openPage(server.url)
  await begin(page)
  for (const which of ['bundle', 'pointer', 'manifest']) {
    await page.evaluate(async (which) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('martello')
      for await (const [name, handle] of folder.entries())
        if (name.endsWith('.current') !== (which === 'bundle')) {
          const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
          bytes[bytes.length - 100] ^= 1 // of a pointer: of the signature of its manifest
          const writer = await handle.createWritable()
          await writer.write(which === 'pointer' ? '{"url": ' : bytes)
          await writer.close()
        }
    }, which)
    server.since()
    assert.deepEqual(await begin(await tab(page, server.url)), [60, 1, 'opfs'])
    assert.deepEqual(server.since(), ['1.martello'], which)
  }
})

const PAGES = rounds(50, 12)
test(
  `${PAGES} pages end in the middle of patching; each next one opens the old bundle or the new one`,
  { skip: noChromium },
  async (t) => {
    const PIECES = 6
    const server = await startServer()
    const [there, back] = [
      await patchOf(bundles[0], bundles[1], 'there.patch'),
      await patchOf(bundles[1], bundles[0], 'back.patch'),
    ]
    server.publish(1, { version: 10 })
    const opened = await openPage(server.url)
    await begin(opened.page)
    await opened.page.evaluate(() => kept.close()) // else it would hear of what the others do
    const draw = random(7)
    const seen = { old: 0, new: 0 }
    let [inUse, version] = [60, 10]
    server.since()
    for (let round = 0; round <= PAGES; round++) {
      server.instead = { 'shop.martello.json': (response) => response.writeHead(503).end() } // it must be on the device
      const page = await tab(opened.page, server.url)
      const [items] = await begin(page, { revalidate: false })
      assert.ok(items === 60 || items === 61, `${items} items`)
      if (round > 0) seen[items === inUse ? 'old' : 'new']++
      inUse = items

      const way = items === 60 ? there : back
      server.publish(items === 60 ? 2 : 1, { version: ++version, patches: [way.entry] })
      // the page ends after one of the pieces of the patch, or some milliseconds after the last
      const moment = round % 10 === 9 ? PIECES : draw.below(4 * PIECES)
      const ended = new Promise((end) => {
        server.instead = {
          [way.entry.file]: async (response) => {
            response.writeHead(200)
            const size = Math.ceil(way.patch.length / PIECES)
            for (let piece = 0; piece < PIECES; piece++) {
              await new Promise((sent) => response.write(way.patch.subarray(piece * size, (piece + 1) * size), sent))
              if (piece === moment) return end()
            }
            response.end()
            setTimeout(end, 2 * (moment - PIECES)) // not a wait: the moment of the end is what is drawn
          },
        }
      })
      await page.evaluate(() => void (globalThis.checked = tried(() => kept.check())))
      const cdp = await page.context().newCDPSession(page)
      const crashed = new Promise((crash) => page.once('crash', crash))
      await ended
      if (round % 10 === 9) assert.equal(await page.evaluate(() => checked), true) // and some end after it
      cdp.send('Page.crash').catch(() => {})
      await crashed
      await page.close()
    }
    assert.ok(
      server.since().every((name) => name.endsWith('.patch')),
      'no bundle was fetched whole',
    )
    t.diagnostic(`opened the old one ${seen.old} times, the new one ${seen.new} times`)
    assert.ok(seen.old > 0 && seen.new > 0)
  },
)
