// RecommenderClient in headless Chromium: the answers of Node from a worker, what waits and what is taken back, and sentences.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { RecommenderClient } from '../../../dist/client.js'
import { Recommender } from '../../../dist/node.js'
import { inPieces, newPage, noChromium, openPage, serveFiles } from '../helpers/browsers.mjs'
import { builtShop, shop } from '../helpers/shop.mjs'

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:"
const dist = (name) => readFileSync(new URL(`../../../dist/${name}`, import.meta.url))
const script = (body) => ({ type: 'text/javascript', body, headers: { 'content-security-policy': STRICT } })

let bundle
let node
let files
before(async () => {
  bundle = (
    await builtShop(shop(), { name: 'client' }, { sources: { i2i: true, als: true, popular: true }, dimension: 16 })
  ).bytes
  node = await Recommender.open(bundle)
  const html = (policy) => ({ type: 'text/html', body: PAGE, headers: { 'content-security-policy': policy } })
  files = {
    '/': html(STRICT),
    '/no-worker': html(STRICT.replace("worker-src 'self'", "worker-src 'none'")),
    '/trusted': html(`${STRICT}; require-trusted-types-for 'script'; trusted-types shop`),
    '/page.js': script("import * as client from '/client.js'; Object.assign(globalThis, client, { ready: true })"),
    '/client.js': script(dist('client.js')),
    '/page-worker.js': script(dist('page-worker.js')),
    '/shop.martello': { type: 'application/octet-stream', body: inPieces(bundle, 4096) },
  }
})

const open = async (path = '/', served = files) => openPage(`${await serveFiles(served)}${path}`)

/** Everything a client is asked, in either place: `await` does no harm to a recommender that answers at once. */
async function answers(rec) {
  const timeless = ({ items, trace: { ms: _, ...trace } }) => ({ items, trace })
  const query = await rec.vector(3)
  const near = await rec.nearest(query, { k: 20 })
  return JSON.stringify([
    rec.items,
    rec.bytes,
    rec.sources,
    rec.spaces,
    rec.spaces.map((space) => [rec.metricOf(space), rec.layersOf(space)]),
    timeless(await rec.recommend()),
    timeless(await rec.recommend({ history: ['p1', { id: 'p6', event: 'like' }, 'nobody'], k: 30, explain: true })),
    timeless(await rec.recommend({ profile: { history: ['p1'] }, history: ['p6'], filter: { genre: 'Drama' }, k: 5 })),
    timeless(await rec.similar('p5', { k: 12 })),
    timeless(await rec.search('thing', { k: 12 })),
    timeless(await rec.search('thing drama ', { history: ['p1', 'p6'], k: 12, explain: true })),
    timeless(await rec.search('numb', { profile: { history: ['p1'] }, filter: { genre: 'Drama' }, k: 5 })),
    [...query],
    [...near.items],
    [...near.scores],
    [await rec.id(7), await rec.id(1e6), await rec.number('p7'), await rec.number('nobody'), await rec.attributes(7)],
  ])
}

test('the client has every call of the recommender', () => {
  const declared = readFileSync(new URL('../../../dist/types/recommender/recommender.d.ts', import.meta.url), 'utf8')
  const [, body] = /export declare class Recommender \{([^]*?)\n\}/.exec(declared)
  const calls = [...body.matchAll(/^ {4}(?:get )?(\w+)(?:<.*>)?\(/gm)].map((match) => match[1])
  const offered = [...calls].filter((name) => name !== 'constructor')
  assert.ok(offered.includes('recommend') && offered.includes('close') && offered.includes('items'))
  for (const name of offered) assert.ok(Object.hasOwn(RecommenderClient.prototype, name), `RecommenderClient.${name}`)
})

test(
  'under a strict policy, from a URL, bytes, a Blob, a stream and a Response: the answers of Node',
  { skip: noChromium },
  async () => {
    const { page, errors } = await open()
    const handle = await page.evaluateHandle(`(${answers})`)
    const { seen, ...ways } = await page.evaluate(async (ask) => {
      const { RecommenderClient } = globalThis
      const bytes = await (await fetch('/shop.martello')).arrayBuffer()
      const seen = []
      const of = async (source, options) => {
        const rec = await RecommenderClient.open(source, options)
        await rec.complete
        const said = await ask(rec)
        rec.close()
        return said
      }
      return {
        byUrl: await of('shop.martello', { onProgress: (loaded, total) => seen.push([loaded, total]) }),
        byBytes: await of(bytes),
        byView: await of(new Uint8Array(bytes)),
        byBlob: await of(new Blob([bytes])),
        byStream: await of((await fetch('/shop.martello')).body),
        byResponse: await of(await fetch('/shop.martello')),
        seen,
      }
    }, handle)
    const expected = await answers(node)
    const personal = node.search('thing drama ', { history: ['p1', 'p6'], k: 12, explain: true }).items
    assert.ok(
      personal.some((item) => item.explain.history.score > 0),
      'the history has a say',
    )
    for (const [way, found] of Object.entries(ways)) assert.equal(found, expected, way)
    assert.deepEqual(seen.at(-1), [bundle.length, bundle.length])
    assert.deepEqual(errors, [])
  },
)

test(
  'calls are answered in order, what is aborted while it waits is not run, and the newest wins',
  { skip: noChromium },
  async () => {
    const { page, errors } = await open()
    const found = await page.evaluate(async () => {
      const { RecommenderClient, newest } = globalThis
      const posted = []
      const rec = await RecommenderClient.open('/shop.martello', {
        worker() {
          const worker = new Worker('/page-worker.js', { type: 'module' })
          const post = worker.postMessage.bind(worker)
          worker.postMessage = (message, transfer) => {
            posted.push(message.args[0].k)
            post(message, transfer)
          }
          return worker
        },
      })
      posted.length = 0
      const order = []
      const say = (call) =>
        (call.then ? call : Promise.resolve(call)).then(
          (x) => order.push(x),
          (e) => order.push(e.name ?? e),
        )
      const ask = (k, signal) => rec.recommend({ history: ['p1'], k, signal }).then((answer) => answer.items.length)
      const [running, waiting, never] = [new AbortController(), new AbortController(), AbortSignal.abort('never')]
      const all = [say(ask(1, running.signal)), say(ask(2, waiting.signal)), say(ask(3)), say(ask(4, never))]
      waiting.abort('taken back')
      running.abort()
      await Promise.all(all)
      const shelf = newest((signal, k) => ask(k, signal))
      const overtaken = await Promise.all([shelf(11), shelf(12), shelf(13)])
      return { order, overtaken, posted }
    })
    assert.deepEqual(
      found.order,
      ['taken back', 'never', 'AbortError', 3].sort((a, b) => found.order.indexOf(a) - found.order.indexOf(b)),
    )
    assert.equal(found.order.at(-1), 3)
    assert.deepEqual(found.overtaken, [undefined, undefined, 13])
    assert.deepEqual(found.posted, [1, 3, 11, 13], 'neither 2 nor 4 nor 12 reached the worker')
    assert.deepEqual(errors, [])
  },
)

test('errors keep their sentences', { skip: noChromium }, async () => {
  const { page } = await open()
  const wrong = [
    ['recommend', { histroy: [] }],
    ['recommend', null],
    ['recommend', { history: 'p1' }],
    ['similar', 'nobody', { k: 3 }],
    ['nearest', [1, 2]],
    ['id', 'p1'],
    ['metricOf', 'nowhere'],
  ]
  const said = await page.evaluate(async (wrong) => {
    const { RecommenderClient, MartelloError } = globalThis
    const sentence = async (work) => {
      try {
        await work()
        return 'no error'
      } catch (error) {
        return error instanceof MartelloError ? error.message : `not ours: ${error}`
      }
    }
    const rec = await RecommenderClient.open('/shop.martello')
    const said = []
    for (const [call, ...args] of wrong) said.push(await sentence(() => rec[call](...args)))
    const uncloneable = await sentence(() => rec.recommend({ history: [() => {}] }))
    const fine = (await rec.recommend({ k: 3 })).items.length
    const pending = sentence(() => rec.recommend())
    rec.close()
    return {
      said,
      uncloneable,
      fine,
      pending: await pending,
      closed: await sentence(() => rec.recommend()),
      lost: await sentence(() => RecommenderClient.open('/lost.martello')),
      none: await sentence(() => RecommenderClient.open('/page.js')),
      keep: await sentence(() => RecommenderClient.open(new Blob([]), { keep: true })),
      gone: await sentence(() =>
        RecommenderClient.open('/shop.martello', { worker: () => new Worker('/lost.js', { type: 'module' }) }),
      ),
      aborted: await RecommenderClient.open('/shop.martello', { signal: AbortSignal.abort('no') }).catch(
        (reason) => reason,
      ),
    }
  }, wrong)
  for (const [i, [call, ...args]] of wrong.entries())
    assert.throws(
      () => node[call](...args),
      ({ message }) => {
        assert.equal(said.said[i], message)
        return true
      },
    )
  assert.match(said.uncloneable, /^recommend: it cannot be sent to a worker \(/)
  assert.equal(said.fine, 3, 'an error ends nothing')
  assert.equal(said.pending, 'recommender: it was closed')
  assert.equal(said.closed, 'recommender: it was closed')
  assert.match(said.lost, /^open: http:.*\/lost\.martello answered 404, expected a bundle$/)
  assert.match(said.none, /^bundle/)
  assert.match(said.keep, /^open: found .* to keep, expected a URL$/)
  assert.match(said.gone, /^client: the worker stopped \(.*\); a Content-Security-Policy needs worker-src 'self'/)
  assert.equal(said.aborted, 'no')
})

test('a policy without workers is named in the sentence', { skip: noChromium }, async () => {
  const { page } = await open('/no-worker')
  const said = await page.evaluate(() =>
    globalThis.RecommenderClient.open('/shop.martello').catch((error) => error.message),
  )
  assert.match(said, /^client: .*; a Content-Security-Policy needs worker-src 'self'/)
})

test('under Trusted Types a page starts the worker by a policy of its own', { skip: noChromium }, async () => {
  const { page } = await open('/trusted')
  const [said, items] = await page.evaluate(async () => {
    const said = await RecommenderClient.open('/shop.martello').catch((error) => error.message)
    const policy = trustedTypes.createPolicy('shop', { createScriptURL: (url) => url })
    const worker = () => new Worker(policy.createScriptURL('/page-worker.js'), { type: 'module' })
    const rec = await RecommenderClient.open('/shop.martello', { worker })
    return [said, (await rec.recommend({ k: 5 })).items.length]
  })
  assert.match(said, /^client: no worker can be started \(.*TrustedScriptURL/)
  assert.equal(items, 5)
})
