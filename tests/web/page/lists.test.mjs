// Lists of a split catalogue in headless Chromium: fetched by the worker, kept on the device, of one root alone; and a storage that fails at
// any call fails none of it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { newPage, noChromium, openPage } from '../helpers/browsers.mjs'
import { FAULTS, KINDS, LOST } from '../helpers/faults.mjs'
import { cliJson, file, gaussians, npy, path } from '../helpers/shop.mjs'
import { until } from '../helpers/until.mjs'

const [ROWS, DIM] = [4000, 16]
const SCRIPTS = ['browser', 'client', 'keep', 'lists', 'page-worker']
const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module">
  ${FAULTS}
  import { Recommender } from '/browser.js'
  import { keep } from '/keep.js'
  import { RecommenderClient } from '/client.js'
  const answer = async (rec, vector) => {
    const { items, scores } = await rec.nearest(vector, { k: 20 })
    const ids = await Promise.all(Array.from(items, (item) => rec.id(item)))
    const shelf = await rec.recommend({ history: [ids[0]], k: 10 })
    return [ids, [...scores], shelf.items.map(({ id }) => id), shelf.trace.lists]
  }
  const shelf = async (storage = 'opfs') => {
    const sizes = {}
    if (storage === 'cache') {
      const cache = await caches.open('martello')
      for (const request of await cache.keys())
        sizes[request.url.split('/').at(-1)] = (await (await cache.match(request)).blob()).size
    } else {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('martello')
      for await (const [name, handle] of folder.entries()) sizes[name] = await handle.getFile().then(({ size }) => size, () => 0) // it may go meanwhile
    }
    return sizes
  }
  Object.assign(globalThis, { Recommender, keep, RecommenderClient, answer, shelf, failing, faults, ready: true })
</script>`

const rows = gaussians(ROWS, DIM, 3)
const vector = (q) => Array.from(rows.subarray(q * DIM, (q + 1) * DIM))
const WISH = { vector: vector(0), bytes: 30_000, requests: 30 } // so many that bytes alone are the limit
const host = { catalogue: 'one', asked: [], held: null }
const server = createServer(async (request, response) => {
  const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body)
  const [name] = request.url.slice(1).split('?')
  if (name === '') return send('text/html', PAGE)
  if (SCRIPTS.includes(name.replace('.js', '')))
    return send('text/javascript', readFileSync(new URL(`../../../dist/${name}`, import.meta.url)))
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  if (from === undefined) return send('application/octet-stream', readFileSync(join(path(host.catalogue), name)))
  host.asked.push([name, Number(to) - Number(from) + 1])
  await host.held?.(response)
  const bytes = ['one', 'two'].map((one) => path(one)).flatMap((folder) => read(join(folder, name)))[0]
  response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${bytes.length}` })
  response.end(bytes.subarray(+from, +to + 1))
})
const read = (name) => {
  try {
    return [readFileSync(name)]
  } catch {
    return []
  }
}

let url
before(async () => {
  const config = file('metric.json', '{"metric":"l2"}')
  for (const [name, seed] of [
    ['one', 3],
    ['two', 4],
  ]) {
    const table = await npy(`${name}.npy`, [ROWS, DIM], gaussians(ROWS, DIM, seed))
    const ids = file(`${name}.txt`, Array.from({ length: ROWS }, (_, row) => `${name} ${row}\n`).join(''))
    await cliJson('split', '--embeddings', table, '--ids', ids, '--config', config, '--lists', '40', '-o', path(name))
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${server.address().port}/`
})
after(() => (server.closeAllConnections(), server.close()))

beforeEach(() => Object.assign(host, { catalogue: 'one', asked: [], held: null }))

/** What Node answers, after the same wishes. */
async function expected(catalogue, ...wishes) {
  const rec = await Recommender.open(join(path(catalogue), 'root.martello'))
  const fetched = []
  for (const wish of wishes) fetched.push(await rec.sharpen(wish))
  const { items, scores } = rec.nearest(WISH.vector, { k: 20 })
  const ids = Array.from(items, (item) => rec.id(item))
  const shelf = rec.recommend({ history: [ids[0]], k: 10 })
  const said = [ids, [...scores], shelf.items.map(({ id }) => id), shelf.trace.lists]
  const size = rec.items
  rec.close()
  return { fetched, said, size }
}

const open = (page, options = {}) =>
  page.evaluate(async (options) => {
    globalThis.rec = await RecommenderClient.open('/root.martello', { revalidate: false, ...options })
    await rec.complete
    return [rec.items, rec.storage]
  }, options)
const sharpen = (page, wish = WISH) => page.evaluate((wish) => rec.sharpen(wish), wish)
const answer = (page) => page.evaluate((vector) => answer(rec, vector), WISH.vector)
const tab = async (page) => (await openPage(url, { page: await page.context().newPage(), errors: [] })).page
/** The lists that are on the device, once there are so many. */
const lists = (page, count, storage) =>
  until(
    async () => {
      const sizes = await page.evaluate((storage) => shelf(storage), storage)
      const names = Object.keys(sizes).filter((name) => /^\w+\.\w+\.\d+$/.test(name))
      return names.length === count ? Object.fromEntries(names.map((name) => [name, sizes[name]])) : undefined
    },
    () => `there are no ${count} lists on the device`,
  )

test('the client fetches lists in its worker, and answers as Node does', { skip: noChromium }, async () => {
  const { page, errors, requests } = await openPage(url)
  const plain = await expected('one')
  const sharp = await expected('one', WISH)
  await open(page)
  assert.deepEqual(await answer(page), plain.said)
  assert.deepEqual(plain.said[3], { here: plain.size, of: ROWS })
  assert.ok(!requests.some((one) => one.endsWith('lists.js')), 'nothing is loaded before it is needed')
  assert.deepEqual(await sharpen(page), sharp.fetched[0])
  assert.deepEqual(await answer(page), sharp.said)
  assert.deepEqual(sharp.said[3], { here: sharp.size, of: ROWS })
  assert.equal(await page.evaluate(() => rec.items), sharp.size)
  assert.deepEqual(await sharpen(page), { ...sharp.fetched[0], held: sharp.fetched[0].lists, bytes: 0, requests: 0 })
  const said = await page.evaluate(async () => {
    const sentence = (wish) => rec.sharpen(wish).catch((error) => [error instanceof Error, error.name, error.message])
    return [await sentence({}), await sentence(null), await sentence({ histroy: [] })]
  })
  const rec = await Recommender.open(join(path('one'), 'root.martello'))
  for (const [i, wish] of [{}, null, { histroy: [] }].entries())
    await assert.rejects(rec.sharpen(wish), ({ name, message }) => {
      assert.deepEqual(said[i], [true, name, message])
      return true
    })
  assert.deepEqual(errors, [])
})

test('of bytes and of a Response, whose address is told', { skip: noChromium }, async () => {
  const { page } = await openPage(url)
  const sharp = await expected('one', WISH)
  const found = await page.evaluate(async (wish) => {
    const response = await RecommenderClient.open(await fetch('/root.martello'))
    const bytes = await (await fetch('/root.martello')).arrayBuffer()
    const told = await RecommenderClient.open(bytes, { lists: { root: 'root.martello' } })
    const plain = await Recommender.open(bytes, { lists: { root: 'root.martello' } })
    const none = await RecommenderClient.open(bytes)
    return [
      await response.sharpen(wish),
      await told.sharpen(wish),
      await plain.sharpen(wish),
      await none.sharpen(wish).catch((error) => error.message),
    ]
  }, WISH)
  assert.deepEqual(found, [
    ...Array(3).fill(sharp.fetched[0]),
    'sharpen: found a bundle without an address, expected one that was opened from a URL',
  ])
})

test(
  'other calls are answered while lists are on their way, and a signal ends those',
  { skip: noChromium },
  async () => {
    const { page } = await openPage(url)
    await open(page)
    const ended = []
    host.held = (response) => new Promise((resolve) => response.on('close', () => (ended.push(response), resolve())))
    host.asked.length = 0
    const [said, reasons] = await page.evaluate(async (wish) => {
      const ending = new AbortController()
      const [one, never] = [
        rec.sharpen({ ...wish, signal: ending.signal }),
        rec.sharpen({ ...wish, signal: AbortSignal.abort('never') }),
      ].map((promise) => promise.catch((reason) => reason))
      const said = await answer(rec, wish.vector)
      await new Promise((next) => setTimeout(next, 200))
      ending.abort('no more')
      const late = new AbortController()
      const waiting = rec.sharpen({ ...wish, signal: late.signal }).catch((reason) => reason)
      late.abort('taken back')
      return [said, [await one, await never, await waiting]]
    }, WISH)
    assert.deepEqual(said, (await expected('one')).said)
    assert.deepEqual(reasons, ['no more', 'never', 'taken back'])
    await until(() => ended.length === host.asked.length && ended.length > 0 ? true : undefined, () => 'the requests did not end') // prettier-ignore
    host.held = null
    assert.deepEqual(await sharpen(page), (await expected('one', WISH)).fetched[0])
  },
)

test('a newer root while lists are on their way: theirs go nowhere, its own come', { skip: noChromium }, async () => {
  const { page } = await openPage(url)
  await open(page, { keep: true })
  await sharpen(page)
  await lists(page, (await expected('one', WISH)).fetched[0].lists)
  let release
  const held = new Promise((resolve) => (release = resolve))
  host.held = () => held
  await page.evaluate(
    (wish) => {
      globalThis.coming = rec.sharpen(wish)
    },
    { ...WISH, vector: vector(1) },
  )
  host.catalogue = 'two'
  assert.equal(await page.evaluate(() => rec.check()), true)
  assert.deepEqual(await answer(page), (await expected('two')).said, 'the new root, without a list')
  release()
  host.held = null
  const wish = { ...WISH, vector: vector(1) }
  const { fetched, said, size } = await expected('two', wish)
  assert.deepEqual(await page.evaluate(() => coming), fetched[0])
  assert.deepEqual(await answer(page), said)
  assert.equal(await page.evaluate(() => rec.items), size)
  assert.ok(said[0].every((id) => id.startsWith('two')))
  await lists(page, fetched[0].lists) // none of the older root
  const next = await tab(page)
  await open(next, { keep: true })
  assert.deepEqual(await sharpen(next, wish), { ...fetched[0], held: fetched[0].lists, bytes: 0, requests: 0 })
})

for (const storage of ['opfs', 'cache'])
  test(`kept in ${storage}: the next visit fetches what is not there, or not whole`, { skip: noChromium }, async () => {
    const { page } = await openPage(url)
    const begin = (page) =>
      page.evaluate(async (storage) => {
        const kept = await keep('/root.martello', Recommender.open, { storage, revalidate: false })
        await kept.complete
        globalThis.rec = kept.current
      }, storage)
    await begin(page)
    const sharp = await expected('one', WISH)
    const [fetched] = sharp.fetched
    assert.deepEqual(await sharpen(page), fetched)
    const sizes = await lists(page, fetched.lists, storage)
    assert.equal(Object.values(sizes).reduce((sum, size) => sum + size, 0), fetched.bytes) // prettier-ignore
    const second = await tab(page)
    await begin(second)
    host.asked.length = 0
    assert.deepEqual(await sharpen(second), { ...fetched, held: fetched.lists, bytes: 0, requests: 0 })
    assert.deepEqual(host.asked, [])
    assert.deepEqual(await answer(second), sharp.said)

    const [torn, altered, other] = Object.keys(sizes)
    await second.evaluate(
      async ([storage, torn, altered, other, source]) => {
        const write = async (name, change) => {
          if (storage === 'cache') {
            const cache = await caches.open('martello')
            const of = async (name) => new Uint8Array(await (await cache.match(`/.martello/${name}`)).arrayBuffer())
            return cache.put(`/.martello/${name}`, new Response(change(await of(name), await of(source))))
          }
          const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('martello')
          const of = async (name) => (await (await folder.getFileHandle(name)).getFile()).arrayBuffer()
          const bytes = change(new Uint8Array(await of(name)), new Uint8Array(await of(source)))
          const sink = await (await folder.getFileHandle(name)).createWritable()
          await sink.write(bytes)
          await sink.close()
        }
        await write(torn, (bytes) => bytes.slice(0, bytes.length >> 1))
        await write(altered, (bytes) => bytes.with(bytes.length - 200, bytes.at(-200) ^ 1))
        await write(other, () => new Uint8Array(0))
      },
      [storage, torn, altered, other, torn],
    )
    const third = await tab(page)
    await begin(third)
    const again = await sharpen(third)
    assert.deepEqual([again.lists, again.held], [fetched.lists, fetched.lists - 3])
    assert.equal(again.bytes, sizes[torn] + sizes[altered] + sizes[other])
    assert.deepEqual(await answer(third), sharp.said)
    assert.deepEqual(await lists(third, fetched.lists, storage), sizes)
  })

test('where items of a history lie stays, too', { skip: noChromium }, async () => {
  const { page } = await openPage(url)
  await open(page, { keep: true })
  const outside = []
  for (let row = 0; outside.length < 2; row += 97)
    if ((await page.evaluate((id) => rec.number(id), `one ${row}`)) === undefined) outside.push(`one ${row}`)
  const wish = { history: outside, bytes: 30_000, requests: 30 }
  const { fetched } = await expected('one', wish)
  assert.deepEqual(await sharpen(page, wish), fetched[0])
  const buckets = () => host.asked.filter(([name]) => name.startsWith('find-')).length
  const count = buckets()
  assert.ok(count === 1 || count === 2, `${count} buckets`)
  assert.equal(
    await page.evaluate((history) => rec.recommend({ history }).then((shelf) => shelf.trace.unknown), outside),
    0,
  )
  const sizes = await lists(page, fetched[0].lists + count)
  host.asked.length = 0
  const second = await tab(page)
  await open(second, { keep: true })
  const { held } = await sharpen(second, wish)
  assert.deepEqual([held, buckets()], [fetched[0].lists, 0])
  await second.evaluate(async (names) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('martello')
    for (const name of names) {
      const handle = await folder.getFileHandle(name)
      const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
      bytes[100] ^= 1
      const sink = await handle.createWritable()
      await sink.write(bytes)
      await sink.close()
    }
  }, Object.keys(sizes))
  const third = await tab(page)
  await open(third, { keep: true })
  assert.equal((await sharpen(third, wish)).held, 0)
  assert.equal(buckets(), count)
})

test('so many bytes stay, those that were wanted last; keep: 0 forgets them', { skip: noChromium }, async () => {
  const { page } = await openPage(url)
  await open(page, { keep: true, listBytes: 20_000 })
  const [{ bytes }] = (await expected('one', WISH)).fetched
  assert.ok(bytes > 20_000)
  await sharpen(page, { ...WISH, vector: vector(1) })
  await sharpen(page)
  const next = await tab(page)
  const settled = () =>
    until(async () => {
      const before = await page.evaluate(() => shelf())
      await new Promise((next) => setTimeout(next, 300))
      const sizes = await page.evaluate(() => shelf())
      const own = Object.entries(sizes).filter(([name]) => /^\w+\.\w+\.\d+$/.test(name))
      return JSON.stringify(before) === JSON.stringify(sizes) ? own.reduce((sum, [, size]) => sum + size, 0) : undefined
    })
  const there = await settled()
  assert.ok(there > 10_000 && there <= 20_000, `${there} bytes`)
  await open(next, { keep: true, listBytes: 20_000 })
  const again = await sharpen(next)
  assert.equal(again.bytes, bytes - there, 'all of what is there is of the last wish')
  await next.evaluate(() => rec.sharpen({ history: [], keep: 0 }))
  await lists(next, 0)
  assert.ok(!Object.keys(await next.evaluate(() => shelf())).some((name) => name.endsWith('order')))
  const none = await tab(page)
  await open(none, { keep: true, listBytes: 0 })
  assert.equal((await sharpen(none)).bytes, bytes)
  assert.equal(await none.evaluate(() => rec.sharpen({ history: [] }).then(() => shelf()).then((sizes) => Object.keys(sizes).length)), 2) // prettier-ignore
})

test('whatever call of the storage fails, lists come', { skip: noChromium }, async () => {
  const { page } = await openPage(url)
  const sharp = await expected('one', WISH)
  const wrong = await page.evaluate(
    async ([wish, said, kinds]) => {
      const kept = await keep('/root.martello', Recommender.open, { revalidate: false })
      await kept.complete
      kept.close()
      const wrong = []
      const visit = async () => {
        const kept = await keep('/root.martello', Recommender.open, { revalidate: false })
        await kept.complete
        const sharpened = await kept.current.sharpen(wish)
        const found = JSON.stringify(await answer(kept.current, wish.vector))
        await kept.current.sharpen({ history: ['one 3333', 'one 7'], bytes: 30_000 })
        await new Promise((next) => setTimeout(next, 30)) // what is kept is kept afterwards
        kept.close()
        if (found !== JSON.stringify(said)) throw new Error(`other answers: ${found}`)
        return sharpened
      }
      let ran = 0
      const forget = async () => {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('martello')
        for (const name of await Array.fromAsync(folder.keys()))
          if (/\.(\d+|order)$/.test(name) && name.split('.').length === 3)
            await folder.removeEntry(name).catch(() => {})
      }
      for (const kind of kinds)
        for (let n = 1; n < 300; n += kind === 'quota' ? 1 : 3) {
          if (n % 2 === 1) await forget() // else what the run before left is read
          const { hit, error } = await failing(n, kind, visit)
          if (error) wrong.push([kind, n, hit, error])
          const { error: after } = await failing(0, '', visit)
          if (after) wrong.push([kind, n, hit, `afterwards: ${after}`])
          if (hit === '') break
          ran++
        }
      return [wrong, ran]
    },
    [WISH, sharp.said, [...Object.keys(KINDS), LOST]],
  )
  assert.deepEqual(wrong[0], [])
  assert.ok(wrong[1] > 50, `${wrong[1]} faults`)
})
