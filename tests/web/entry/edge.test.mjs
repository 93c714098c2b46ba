// The edge demo's handler, called as a runtime calls it: routes, refusals, caching, and one opening for all who wait.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { recommending } from '../../../demo/edge/handler.mjs'
import { Recommender } from '../../../dist/node.js'
import { rounds } from '../helpers/long.mjs'
import { builtShop, changed, path, random, shop } from '../helpers/shop.mjs'

let bundle
let rec
let edge
before(async () => {
  bundle = (await builtShop(shop())).bytes
  rec = await Recommender.open(bundle)
  edge = recommending(() => bundle)
})

const timeless = ({ items, trace: { ms: _, ...trace } }) => JSON.parse(JSON.stringify({ items, trace }))
const get = (path, init) => edge.fetch(new Request(`http://edge${path}`, init))
const post = (body) => get('/recommend', { method: 'POST', body, duplex: 'half' })

/** A refusal, checked for its form: { status, detail, headers }. */
async function refused(response) {
  assert.equal(response.headers.get('content-type'), 'application/problem+json')
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
  const problem = await response.json()
  assert.deepEqual(Object.keys(problem), ['type', 'title', 'status', 'detail'])
  assert.equal(problem.status, response.status)
  return { status: response.status, detail: problem.detail, headers: response.headers }
}

test('GET and POST /recommend say what the package says, without times', async () => {
  const asked = {
    history: ['p1', 'p6', 'nobody'],
    k: 7,
    filter: { genre: 'Drama', year: { gte: 1990 } },
    exclude: ['p8'],
    explain: true,
    now: 1.6e9,
  }
  const query = new URLSearchParams({
    history: 'p1,p6,nobody',
    k: '7',
    filter: JSON.stringify(asked.filter),
    exclude: 'p8',
    explain: '',
    now: '1600000000',
  })
  const expected = timeless(rec.recommend(asked))
  assert.ok(expected.items.length > 0)
  for (const response of [await get(`/recommend?${query}`), await post(JSON.stringify(asked))]) {
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.deepEqual(await response.json(), expected)
  }
  const repeated = await get('/recommend?history=p1&history=p6,nobody&explain=true&k=3')
  assert.deepEqual(await repeated.json(), timeless(rec.recommend({ history: asked.history, k: 3, explain: true })))
  const events = { history: [{ id: 'p3', event: 'dislike', at: 1.6e9 }, 'p4'], k: 4 }
  assert.deepEqual(await (await post(JSON.stringify(events))).json(), timeless(rec.recommend(events)))
})

test('/similar, /health and HEAD', async () => {
  assert.deepEqual(await (await get('/similar?id=p5&k=6')).json(), timeless(rec.similar('p5', { k: 6 })))
  const health = { ok: true, items: rec.items, bytes: rec.bytes, sources: [...rec.sources] }
  assert.deepEqual(await (await get('/health')).json(), health)
  const head = await get('/health', { method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.equal(await head.text(), '')
})

test('who may keep an answer, and who may ask', async () => {
  const kept = async (path, init) => (await get(path, init)).headers.get('cache-control')
  assert.equal(await kept('/recommend?history=p1'), 'private, max-age=60')
  assert.equal(await kept('/recommend'), 'public, max-age=300')
  assert.equal(await kept('/similar?id=p1'), 'public, max-age=300')
  assert.equal(await kept('/health'), 'no-store')
  assert.equal(await kept('/recommend', { method: 'POST', body: '{}' }), 'no-store')
  const preflight = await get('/recommend', { method: 'OPTIONS', headers: { origin: 'https://shop.example' } })
  assert.equal(preflight.status, 204)
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
  assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET, POST, HEAD, OPTIONS')
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'content-type')
  const own = recommending(() => bundle, { origin: 'https://shop.example' })
  const answer = await own.fetch(new Request('http://edge/health'))
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://shop.example')
})

test('what is wrong is a problem in words', async () => {
  const cases = [
    ['/nowhere', 404, 'found /nowhere, expected /recommend, /similar, /health'],
    ['/similar?id=nobody', 404, 'found id "nobody", which no item has'],
    ['/similar', 400, 'found no id, expected /similar?id=…'],
    ['/recommend?k=many', 400, 'k: found "many", expected JSON'],
    ['/recommend?k=0', 400, 'k: found 0, expected a whole number from 1 to 1000'],
    ['/recommend?k=1&k=2', 400, 'k: found it 2 times, expected once'],
    ['/recommend?filter={"size":1}', 400, /^filter "size": found "size", expected one of the bundle's attributes: /],
    ['/recommend?histroy=p1', 400, 'histroy: found "p1", expected JSON'],
    ['/recommend?size=1', 400, /^recommend: found option "size", expected history, cart, k, /],
    ['/recommend?__proto__={}', 400, /^recommend: found option "__proto__"/],
    ['/recommend?explain=maybe', 400, 'explain: found "maybe", expected JSON'],
  ]
  for (const [path, status, detail] of cases) {
    const found = await refused(await get(path))
    assert.equal(found.status, status, path)
    assert[typeof detail === 'string' ? 'equal' : 'match'](found.detail, detail)
  }
  for (const method of ['PUT', 'toString']) {
    const found = await refused(await get('/recommend', { method }))
    assert.equal(found.status, 405)
    assert.equal(found.headers.get('allow'), 'GET, POST, HEAD, OPTIONS')
  }
  assert.match((await refused(await post('{'))).detail, /^body: found "\{", expected JSON$/)
  assert.match((await refused(await post('[]'))).detail, /^recommend: found \[\], expected an object/)
  assert.match((await refused(await post('{"history":[{"id":1}]}'))).detail, /^history\[0\]: found /)
  const endless = new ReadableStream({ pull: (body) => body.enqueue(new Uint8Array(4096).fill(32)) })
  assert.equal((await refused(await post(endless))).status, 413)
})

test('whatever is asked, the answer is a shelf or a problem in words, and the same when asked again', async (t) => {
  const log = t.mock.method(console, 'error', () => {})
  const draw = random(17)
  const whole = {
    history: ['p1', { id: 'p2', event: 'like', at: 1.6e9 }, { id: 'p3', rating: 4 }],
    k: 7,
    filter: { genre: ['Drama', 'Horror'], year: { gte: 1985, lt: 2015 }, colour: { not: 'red' } },
    exclude: ['p8'],
    explain: true,
    now: 1.6e9,
    context: {},
    rankCandidates: 20,
    weights: { popular: 0.5 },
    profile: { history: ['p5'] },
    policy: {
      caps: [{ attribute: 'genre', most: 3, window: 5 }],
      pins: [{ id: 'p7', position: 1 }],
      quotas: [{ where: { genre: 'Drama' }, share: 0.2 }],
      boosts: [{ ids: ['p9'], factor: 2, add: 1 }],
      deny: [{ where: { year: { lt: 1982 } } }],
      unique: ['colour'],
      freshness: { attribute: 'year', halfLife: 1e8, unit: 'years' },
      calibration: { attribute: 'genre', strength: 0.5 },
      exploration: { method: 'epsilon', share: 0.2 },
      diversity: { strength: 0.3, method: 'dpp', attribute: 'genre' },
      pattern: 'AB',
      lines: { A: { where: { genre: 'Drama' } }, B: {} },
      frequency: [{ most: 2 }],
      nearDuplicates: { similarity: 0.9 },
    },
    diversity: 0.2,
    impressions: { p1: 3 },
    clicks: { p1: 1 },
    seed: 4,
  }
  const keys = Object.keys(whole)
  const some = () => Object.fromEntries(keys.filter(() => draw() < 0.3).map((key) => [key, whole[key]]))
  const odd = ['__proto__', 'constructor', 'size', 'id', '']
  const seen = {}
  const all = rounds(4000, 1000)
  for (let i = 0; i < all; i++) {
    const route = draw.of(['/recommend', '/recommend', '/similar', '/similar?id=p3'])
    const request = draw() < 0.1 ? {} : changed({ ...some(), ...(draw() < 0.1 && { [draw.of(odd)]: 1 }), k: 7 }, draw)
    const asked = Object.entries(request).map(([key, value]) => [key, ['history', 'exclude'].includes(key) && draw() < 0.5 ? String(value) : JSON.stringify(value)]) // prettier-ignore
    const query = `${route}${route.includes('?') ? '&' : '?'}${new URLSearchParams(asked)}${draw() < 0.05 ? '%zz&=&&' : ''}`
    const body = draw() < 0.05 ? JSON.stringify(request).slice(1) : JSON.stringify(request)
    const ask = () => (i % 2 ? get(query) : post(body))
    const response = await ask()
    const again = await ask()
    seen[response.status] = (seen[response.status] ?? 0) + 1
    const said = await response.clone().text()
    assert.equal(await again.text(), said, i % 2 ? query : body)
    if (response.status === 200) assert.ok(Array.isArray(JSON.parse(said).items))
    else {
      const { status, detail } = await refused(response)
      assert.ok([400, 404].includes(status), `${status} ${detail}: ${i % 2 ? query : body}`)
      assert.match(detail, /found /)
    }
  }
  assert.equal(log.mock.callCount(), 0)
  assert.ok(seen[200] > all / 14 && seen[400] > all / 14 && seen[404] > 0, JSON.stringify(seen))
})

test('those who come while the bundle is being opened wait for the same one', async () => {
  let [opened, open] = [0]
  const opening = new Promise((done) => (open = () => done(bundle)))
  const shared = recommending(() => (opened++, opening))
  const kept = []
  const context = { waitUntil: (promise) => kept.push(promise) }
  const asked = Array.from({ length: 50 }, () =>
    shared.fetch(new Request('http://edge/recommend?history=p1'), {}, context),
  )
  open()
  const answers = await Promise.all(asked)
  assert.equal(opened, 1)
  assert.equal(kept.length, 1, 'the opening outlives the request that began it')
  const texts = new Set(await Promise.all(answers.map((answer) => answer.text())))
  assert.equal(texts.size, 1)
})

test('a failure is told to those who waited, and the next request tries again', async () => {
  const sources = [() => Promise.reject(new Error('the network is away')), () => new Uint8Array(100), () => bundle]
  const recovering = recommending(() => sources.shift()())
  const ask = () => recovering.fetch(new Request('http://edge/health'))
  const waiting = await Promise.all([ask(), ask()])
  for (const response of waiting) {
    assert.equal(response.headers.get('retry-after'), '5')
    assert.deepEqual((({ status, detail }) => ({ status, detail }))(await refused(response)), {
      status: 503,
      detail: 'the network is away',
    })
  }
  assert.equal((await refused(await ask())).status, 503)
  assert.equal((await ask()).status, 200)
})

test('what breaks inside a request is 500, logged, and the next one has a new instance', async (t) => {
  let opened = 0
  const breaking = recommending(() => (opened++, bundle))
  const ask = () => breaking.fetch(new Request('http://edge/recommend?k=2'))
  const log = t.mock.method(console, 'error', () => {})
  t.mock.method(
    Recommender.prototype,
    'recommend',
    () => {
      throw new WebAssembly.RuntimeError('unreachable')
    },
    { times: 1 },
  )
  const found = await refused(await ask())
  assert.equal(found.status, 500)
  assert.doesNotMatch(found.detail, /unreachable/)
  assert.equal(log.mock.callCount(), 1)
  assert.equal((await ask()).status, 200)
  assert.equal(opened, 2)
})

test('over HTTP in Node', async () => {
  writeFileSync(path('edge.martello'), bundle)
  const server = spawn(
    process.execPath,
    [new URL('../../../demo/edge/node.mjs', import.meta.url).pathname, path('edge.martello'), '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  after(() => server.kill())
  const base = await new Promise((listening) => server.stdout.once('data', (line) => listening(String(line).trim())))
  assert.equal((await (await fetch(`${base}/health`)).json()).ok, true)
  const expected = timeless(rec.recommend({ history: ['p1'], k: 3 }))
  assert.deepEqual(await (await fetch(`${base}/recommend?history=p1&k=3`)).json(), expected)
  const posted = await fetch(`${base}/recommend`, { method: 'POST', body: '{"history":["p1"],"k":3}' })
  assert.deepEqual(await posted.json(), expected)
  assert.equal((await refused(await fetch(`${base}/none`))).status, 404)
})
