// What may go wrong while a bundle arrives: damage that a request meets first, loads that come together, an end in between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RecommenderClient } from '../../../dist/client.js'
import { MartelloError, Recommender } from '../../../dist/node.js'
import { builtShop, shop } from '../helpers/shop.mjs'
import { sectionsOf, tap } from '../helpers/streaming.mjs'

const { bytes } = await builtShop(shop(), {}, { dimension: 16, layers: [4], sources: { als: true } })
const sections = sectionsOf(bytes)
const whole = await Recommender.open(bytes)
const asked = { history: ['p1', 'p5', 'p9'], k: 10 }
const shelf = (rec) => rec.recommend(asked).items
const layers = (rec) => rec.recommend(asked).trace.layers
const layer = sections.find((section) => section.kind === 9)

const refused = (promise, message) =>
  assert.rejects(promise, (error) => error instanceof MartelloError && (assert.match(error.message, message), true))

/** Answers each fetch with the next of `answers`; returns the requests that were made. */
function serve(t, ...answers) {
  const requests = []
  t.mock.method(globalThis, 'fetch', async (source) => {
    requests.push(new Request(source))
    return answers.shift()(requests.at(-1))
  })
  return requests
}
const response = (body, init) => () => new Response(body, { headers: { etag: '"1"' }, ...init })
const rest = (request) => {
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get('range'))[1])
  return new Response(bytes.subarray(from), {
    status: 206,
    headers: { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` },
  })
}

/** A stream of `body` up to `end`, which then waits for `rest`. */
function upTo(end, body = bytes) {
  const source = tap(body)
  source.to(end)
  return { ...source, rest: () => source.to(body.length) }
}

test('a last part that does not open is told, also where a request met it first', async () => {
  const broken = Uint8Array.from(bytes)
  const { offset } = sections.find((section) => section.name === 'terms')
  new DataView(broken.buffer).setUint32(offset, 0xffffffff, true)
  const source = upTo(offset, broken)
  const rec = await Recommender.open(source.stream, { verify: false })
  const before = shelf(rec)
  await source.rest()
  assert.deepEqual(shelf(rec), before)
  source.end()
  await refused(rec.complete, /terms/)
  assert.deepEqual(shelf(rec), before)
})

test('loads that come together ask once', async (t) => {
  let rec
  const loads = []
  const load = () => loads.push(rec.load('all'))
  const body = new ReadableStream(
    {
      pull: (controller) => controller.enqueue(bytes.slice(0, layer.offset)),
      cancel: () => queueMicrotask(load), // the base has just come, nothing has been told yet
    },
    { highWaterMark: 0 },
  )
  const requests = serve(t, response(body), rest, rest)
  const opening = Recommender.open('https://example.org/b.martello', { layers: 'base' })
  rec = { load: () => opening.then((opened) => opened.load('all')) }
  rec = await opening
  for (let i = 0; i < 20; i++) {
    load()
    await null
  }
  await Promise.all(loads)
  assert.equal(requests.length, 2)
  assert.deepEqual(shelf(rec), shelf(whole))
})

test('damage on the way is fetched again, and nothing before it', async (t) => {
  const broken = Uint8Array.from(bytes)
  broken[sections.at(-1).offset] ^= 1
  const source = upTo(sections.at(-1).offset, broken)
  const requests = serve(t, response(source.stream), rest)
  const rec = await Recommender.open('https://example.org/b.martello')
  await source.rest()
  await refused(rec.complete, /checksum does not match/)
  await rec.load()
  assert.equal(requests[1].headers.get('range'), `bytes=${sections.at(-1).offset}-`)
  assert.deepEqual(shelf(rec), shelf(whole))
})

test('a request keeps its headers when the rest is asked for', async (t) => {
  const requests = serve(t, response(upTo(layer.offset).stream), rest)
  const request = new Request('https://example.org/b.martello', { headers: { authorization: 'Bearer of news' } })
  const rec = await Recommender.open(request, { layers: 'base' })
  await rec.load()
  assert.equal(requests[1].headers.get('authorization'), 'Bearer of news')
  assert.equal(requests[1].headers.get('if-range'), '"1"')
  assert.deepEqual(shelf(rec), shelf(whole))
})

test('closing ends a load that waits for its answer', async (t) => {
  let [answer, cancelled, read, heard] = [null, false, 0]
  const asked = new Promise((resolve) => (heard = resolve))
  const later = new ReadableStream(
    { pull: (its) => its.enqueue(bytes.slice(read, (read += 64))), cancel: () => void (cancelled = true) },
    { highWaterMark: 0 },
  )
  serve(t, response(upTo(layer.offset).stream), () => new Promise((resolve) => heard((answer = resolve))))
  const rec = await Recommender.open('https://example.org/b.martello', { layers: 'base' })
  await rec.complete
  const loading = rec.load()
  await asked
  rec.close()
  answer(response(later)())
  await refused(loading, /it was closed/)
  assert.ok(cancelled && read <= 64, `${read} bytes were read`)
})

test('layers: base uses none, whatever the pieces in which the file came', async () => {
  for (const source of [bytes, new Response(bytes), upTo(layer.end).stream, upTo(layer.end + 1).stream]) {
    const rec = await Recommender.open(source, { layers: 'base' })
    await rec.complete
    assert.deepEqual(layers(rec), { als: 0, content: 0 })
    assert.equal(rec.loaded, layer.offset)
  }
  for (const source of [bytes, new Response(bytes)]) {
    const rec = await Recommender.open(source, { layers: 'base' })
    await rec.complete
    await rec.load('all') // it is here already
    assert.equal(rec.loaded, bytes.length)
    assert.deepEqual(shelf(rec), shelf(whole))
  }
})

test('in a client, too, a load that cannot be asked for is told to whoever waits for all', async () => {
  const worker = {
    postMessage(question) {
      const { n } = structuredClone(question)
      queueMicrotask(() => worker.onmessage({ data: { n, value: {} } }))
    },
    terminate() {},
  }
  const client = await RecommenderClient.open(bytes, { worker: () => worker })
  await assert.rejects(
    client.load(() => {}),
    /load: it cannot be sent to a worker/,
  )
  await assert.rejects(client.complete, /load: it cannot be sent to a worker/)
  client.close()
  await assert.rejects(client.load(), /it was closed/)
  await assert.rejects(client.complete, /it was closed/)
})
