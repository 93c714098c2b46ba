// The rest of a bundle, fetched later: by a range of the same version where the server can tell, else by reading it again.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { MartelloError, Recommender } from '../../../dist/node.js'
import { built, gaussians, npy } from '../helpers/shop.mjs'
import { sectionsOf } from '../helpers/streaming.mjs'

const ITEMS = 4000
let [bytes, changed] = []
let base // where residual layers begin
let whole
before(async () => {
  const tables = await Promise.all([1, 2].map((seed) => npy(`t${seed}.npy`, [ITEMS, 32], gaussians(ITEMS, 32, seed))))
  ;[bytes, changed] = await Promise.all(
    tables.map(async (embeddings) => Buffer.from((await built({ embeddings })).bytes)),
  )
  base = sectionsOf(bytes).find((section) => section.kind === 9).offset
  whole = await Recommender.open(bytes)
})

const asked = { history: ['5', '77', '1009'], k: 20 }
const shelf = (rec) => rec.recommend(asked).items
const refused = (promise, message) =>
  assert.rejects(promise, (error) => error instanceof MartelloError && (assert.match(error.message, message), true))

/**
 * A server of one bundle that keeps to the rules of ranges, unless `say` overrides the headers, or `answer` all of it.
 * `stop`: the first answer breaks off after so many bytes, when `heard` was told of them.
 */
async function serve(say = {}) {
  const server = { body: bytes, etag: '"one"', stop: Infinity, heard: () => {}, asked: [], ...say }
  const http = createServer(async (request, response) => {
    const { range, 'if-range': condition, 'accept-encoding': encodings = '' } = request.headers
    const { body, etag, modified } = server
    server.asked.push(range ?? 'all')
    if (server.answer?.(request, response)) return
    if (etag) response.setHeader('etag', etag)
    if (modified) response.setHeader('last-modified', modified)
    response.setHeader('content-type', 'application/octet-stream')
    const same = condition !== undefined && (condition === etag || condition === modified)
    if (range !== undefined && same) {
      const from = Number(/^bytes=(\d+)-$/.exec(range)[1])
      response.writeHead(206, { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` })
      return response.end(body.subarray(from))
    }
    if (server.gzip && encodings.includes('gzip')) {
      response.setHeader('content-encoding', 'gzip')
      return response.end(gzipSync(body))
    }
    const { stop } = server
    server.stop = Infinity
    if (stop === Infinity) return response.end(body)
    response.writeHead(200, { 'content-length': body.length })
    server.heard = (loaded) => loaded === stop && response.destroy()
    response.write(body.subarray(0, stop))
  })
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening))
  after(() => (http.closeAllConnections(), http.close()))
  server.url = `http://127.0.0.1:${http.address().port}/b.martello`
  return server
}

/** Opened without residual layers, so that the rest is still to be fetched. */
async function withoutLayers(server, source = server.url) {
  const rec = await Recommender.open(source, { layers: 'base' })
  await rec.complete
  const { trace } = rec.recommend(asked)
  assert.deepEqual([trace.layers, trace.waiting], [{ embeddings: 0 }, []])
  return rec
}

async function completes(rec) {
  await rec.load('all')
  assert.equal(rec.loaded, bytes.length)
  assert.deepEqual(shelf(rec), shelf(whole))
}

test('layers: base ends the download before them; load fetches exactly the rest', async () => {
  let [sent, cancelled] = [0, false]
  const streamed = new ReadableStream(
    {
      pull: (controller) => controller.enqueue(bytes.subarray(sent, (sent += 1024))),
      cancel: () => void (cancelled = true),
    },
    { highWaterMark: 0 },
  )
  await withoutLayers(null, streamed)
  assert.ok(
    cancelled && sent >= base && sent < base + 1024,
    `${sent} bytes were read for the base, which ends at ${base}`,
  )

  const server = await serve()
  const seen = []
  for (const source of [server.url, new URL(server.url), new Request(server.url)]) {
    server.asked.length = 0
    const rec = await Recommender.open(source, { layers: 'base', onProgress: (loaded) => seen.push(loaded) })
    await rec.complete
    assert.ok(rec.loaded >= base && rec.loaded < bytes.length)
    await completes(rec)
    assert.equal(server.asked.length, 2)
    const [, from] = /^bytes=(\d+)-$/.exec(server.asked[1])
    assert.ok(from >= base && from < bytes.length)
    assert.equal(seen.at(-1), bytes.length)
    await completes(rec) // there is nothing left to ask for
    assert.equal(server.asked.length, 2)
  }
  await completes(await withoutLayers(server, await fetch(server.url)))
})

test('a date will do instead of an ETag; a weak ETag or neither will not, and the file is read again', async () => {
  const modified = 'Wed, 21 Oct 2015 07:28:00 GMT'
  for (const [say, asked] of [
    [{ etag: null, modified }, /^bytes=/],
    [{ etag: 'W/"one"', modified }, /^bytes=/],
    [{ etag: 'W/"one"' }, /^all$/],
    [{ etag: null }, /^all$/],
  ]) {
    const server = await serve(say)
    await completes(await withoutLayers(server))
    assert.match(server.asked[1], asked)
    assert.equal(server.asked.length, 2)
  }
})

test('answers to a range that are no use: the file is read again', async () => {
  const answers = {
    'no such range': (response) => response.writeHead(416).end(),
    'another part': (response, from) =>
      response
        .writeHead(206, { 'content-range': `bytes ${from - 64}-${bytes.length - 1}/${bytes.length}` })
        .end(bytes.subarray(from - 64)),
    'a part of something compressed': (response, from) =>
      response
        .writeHead(206, {
          'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
          'content-encoding': 'gzip',
        })
        .end(gzipSync(bytes.subarray(from))),
    'the whole': (response) => response.end(bytes),
  }
  for (const [what, answer] of Object.entries(answers)) {
    const server = await serve({
      answer({ headers }, response) {
        if (headers.range === undefined) return false
        answer(response, Number(headers.range.slice(6, -1)))
        return true
      },
    })
    await completes(await withoutLayers(server))
    assert.equal(server.asked.length, what === 'the whole' ? 2 : 3, what)
  }
})

test('a bundle that has changed is refused in a sentence, and what is open stays', async () => {
  for (const etag of ['"two"', null]) {
    const server = await serve({ etag: etag && '"one"' })
    const rec = await withoutLayers(server)
    const before = shelf(rec)
    Object.assign(server, { body: changed, etag })
    await refused(rec.load(), /^load: found another bundle than the one that is open: it has changed; open it anew$/)
    await refused(rec.complete, /another bundle/)
    assert.deepEqual(shelf(rec), before)
    Object.assign(server, { body: bytes }) // the old one again, under another name
    await completes(rec)
  }
})

test('compressed on the way: offsets are of the bundle, and the whole is the same', async () => {
  const server = await serve({ gzip: true })
  const rec = await Recommender.open(server.url)
  await rec.complete
  assert.deepEqual(shelf(rec), shelf(whole))
  await completes(await withoutLayers(server)) // the range is asked for uncompressed
  const sloppy = await serve({ gzip: true, etag: null })
  await completes(await withoutLayers(sloppy)) // and without a name for the version all comes again, compressed
})

test('a download that breaks off goes on where it stopped', async () => {
  const server = await serve({ stop: base + 1000 })
  const opened = (server) => Recommender.open(server.url, { onProgress: (loaded) => server.heard(loaded) })
  const rec = await opened(server)
  await refused(rec.complete, /^open: the bundle broke off after \d+ bytes \(/)
  assert.equal(rec.loaded, base)
  await completes(rec)
  await rec.complete
  assert.match(server.asked[1], new RegExp(`^bytes=${base + 1000}-$`))

  const twice = await serve({ stop: base + 1000, etag: null })
  const again = await opened(twice)
  await refused(again.complete, /broke off/)
  twice.answer = (request, response) => {
    twice.answer = undefined
    response.writeHead(200, { 'content-length': bytes.length })
    response.write(bytes.subarray(0, 500), () => response.destroy()) // before it has come as far again
    return true
  }
  await refused(again.load(), /broke off/)
  await completes(again)

  const early = await serve({ stop: 1000 })
  await refused(opened(early), /^open: the bundle broke off after 1000 bytes/)
})

test('a server that is gone, and options that are none', async () => {
  const server = await serve()
  const rec = await withoutLayers(server)
  server.answer = (request, response) => (response.writeHead(503).end(), true)
  await refused(rec.load(), /^open: http.* answered 503, expected a bundle$/)
  server.answer = (request, response) => (response.destroy(), true)
  await refused(rec.load(), /^open: http.* cannot be fetched/)
  await refused(rec.load('some'), /^load: found "some", expected base, auto, all$/)
  await refused(Recommender.open(server.url, { layers: 1 }), /^open: layers: found 1, expected base, auto, all$/)
  server.answer = undefined
  await completes(rec)
  rec.close()
  await refused(rec.load(), /it was closed/)
})
