// A catalogue in shards: all of them together answer as one bundle would, and where some are slow, gone, broken or of another catalogue
// the answer is of the others, in time, and says so.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { shard, Shards } from '../../../dist/shards.js'
import { MartelloError, Recommender } from '../../../dist/node.js'
import { shardOf } from '../../../build/web/shards/place.js'
import { cliJson, file, gaussians, npy, path, random } from '../helpers/shop.mjs'

const [ROWS, DIM, SHARDS] = [6011, 16, 5]
const folder = path('shards')
const root = join(folder, 'root.martello')
const id = (r) => `item ${r * 7}`
const rows = (() => {
  const [centres, around, lengths] = [gaussians(20, DIM, 1), gaussians(ROWS, DIM, 2), gaussians(ROWS, 1, 3)]
  return around.map(
    (x, i) =>
      (2 * centres[(Math.floor(i / DIM) % 20) * DIM + (i % DIM)] + x) * Math.exp(lengths[Math.floor(i / DIM)] / 2),
  )
})()
const row = (r) => rows.subarray(r * DIM, (r + 1) * DIM)
/** What makes no timeout anywhere. */
const PATIENT = { deadline: 60_000, hedge: 60_000 }

let table, ids, told
before(async () => {
  table = await npy('rows.npy', [ROWS, DIM], rows)
  ids = file('ids.txt', Array.from({ length: ROWS }, (_, r) => `${id(r)}\n`).join(''))
  told = await split(folder)
})

const split = (into, ...args) =>
  cliJson('split', '--embeddings', table, '--ids', ids, '--shards', String(SHARDS), '-o', into, ...args)

const holding = (from = folder, options) =>
  shard((name) => (existsSync(join(from, name)) ? readFileSync(join(from, name)) : null), options)
const five = (change = {}) => Array.from({ length: SHARDS }, (_, i) => change[i] ?? holding())
const opened = []
async function open(shards = five(), options = PATIENT) {
  const all = await Shards.open(root, { shards, ...options })
  opened.push(all)
  return all
}
after(() => opened.forEach((one) => one.close()))

test('every item is in the root or in the shard that its id says', async () => {
  assert.deepEqual([told.items, told.files, told.lists], [ROWS, SHARDS, 0])
  const all = await open()
  const recs = await Promise.all(
    Array.from({ length: SHARDS }, (_, s) =>
      Recommender.open(join(folder, `shard-${all.catalogue}-${s + 1}.martello`)),
    ),
  )
  assert.equal(all.items, ROWS)
  assert.equal(recs.reduce((sum, { items }) => sum + items, all.root.items), ROWS) // prettier-ignore
  for (let r = 0; r < ROWS; r++) {
    const rec = all.root.number(id(r)) === undefined ? recs[shardOf(id(r), SHARDS)] : all.root
    assert.notEqual(rec.number(id(r)), undefined, id(r))
  }
})

for (const metric of ['ip', 'cosine', 'l2'])
  test(`shards find what all vectors together hold: ${metric}`, async () => {
    const into = path(`shards-${metric}`)
    await split(into, '--config', file(`${metric}.json`, JSON.stringify({ metric, layers: [8] })))
    const all = await Shards.open(join(into, 'root.martello'), { shards: five().map(() => holding(into)), ...PATIENT })
    const norm = (x) => Math.sqrt(x.reduce((sum, one) => sum + one * one, 0))
    let found = 0
    for (let q = 0; q < 30; q++) {
      const vector = row(100 * q + 7)
      const scores = Array.from({ length: ROWS }, (_, r) => {
        const dot = row(r).reduce((sum, x, d) => sum + x * vector[d], 0)
        const score = { ip: dot, cosine: dot / norm(row(r)), l2: 2 * dot - norm(row(r)) ** 2 }[metric]
        return [score, id(r)]
      }).sort((a, b) => b[0] - a[0])
      const best = new Set(scores.slice(0, 20).map(([, one]) => one))
      const { ids: near, shards } = await all.nearest(vector, { k: 20 })
      assert.deepEqual([shards.of, shards.answered, shards.missing], [SHARDS, SHARDS, []])
      assert.equal(new Set(near).size, 20)
      found += near.filter((one) => best.has(one)).length
    }
    assert.ok(found >= 585, `${found} of 600`) // 8 bits
    all.close()
  })

test('a history is answered from all shards, whichever of them hold it, and as from one bundle', async () => {
  const all = await open()
  const lists = Array.from({ length: SHARDS }, (_, s) => s).map((s) =>
    Array.from({ length: ROWS }, (_, r) => id(r)).find(
      (one) => shardOf(one, SHARDS) === s && all.root.number(one) === undefined,
    ),
  )
  const history = [...lists, all.root.id(0), 'nobody']
  const { items, trace } = await all.recommend({ history, k: 30 })
  assert.equal(items.length, 30)
  assert.deepEqual([trace.history, trace.unknown], [SHARDS + 1, 1])
  assert.deepEqual(trace.shards.missing, [])
  assert.ok(!items.some((item) => history.includes(item.id)))
  // a second time nothing of the history is asked for
  const again = await all.recommend({ history, k: 30 })
  assert.deepEqual(again.items, items)
  assert.equal(again.trace.shards.rows, trace.shards.rows - SHARDS)
  // the same as what vectors alone say
  const known = history.filter((one) => one !== 'nobody')
  const vectors = known.map((one) => row(Number(one.slice(5)) / 7))
  const mean = Array.from({ length: DIM }, (_, d) => vectors.reduce((sum, x) => sum + x[d] / vectors.length, 0))
  const { ids: near } = await all.nearest(mean, { k: 30, exclude: history })
  const same = near.filter((one) => items.some((item) => item.id === one)).length
  assert.ok(same >= 27, `${same} of 30`)
  // what is excluded or not allowed is left out in the shards already
  const without = await all.recommend({ history, k: 30, exclude: items.map((item) => item.id) })
  assert.ok(without.items.every((item) => items.every((other) => other.id !== item.id)))
  const allow = near.slice(0, 3)
  const only = await all.recommend({ history, k: 30, allow })
  assert.deepEqual(only.items.map((item) => item.id).sort(), allow.toSorted())
})

test('similar: to an item of the root, of a shard, and to none', async () => {
  const all = await open()
  const inShard = Array.from({ length: ROWS }, (_, r) => id(r)).find((one) => all.root.number(one) === undefined)
  for (const one of [all.root.id(3), inShard]) {
    const { items, trace } = await all.similar(one, { k: 5 })
    assert.equal(items.length, 5)
    assert.equal(trace.shards.answered, SHARDS)
  }
  await assert.rejects(all.similar('nobody'), /similar: found "nobody", expected the id of an item in the bundle/)
})

test('a new person is answered from the root alone; a wrong request is refused before any shard is asked', async () => {
  let asked = 0
  const counting = five().map(({ fetch }) => ({
    fetch: (request) => {
      if (request.method === 'POST') asked++
      return fetch(request)
    },
  }))
  const all = await open(counting)
  const { items, trace } = await all.recommend({ k: 4 })
  assert.deepEqual([items.length, trace.shards.rows], [4, 0])
  await assert.rejects(all.recommend({ history: ['item 7'], kk: 3 }), /recommend: found option "kk"/)
  await assert.rejects(all.recommend({ history: 'item 7' }), { name: 'MartelloError' })
  await assert.rejects(all.nearest([1, 2]), /nearest: found a vector of 2 numbers, expected 16/)
  for (const k of [0, 1.5, '5', 5000, NaN, null]) {
    const said = { name: 'MartelloError', message: /^k: found (0|1\.5|"5"|5000|NaN|null), expected a whole number/ }
    await assert.rejects(all.recommend({ history: ['item 7'], k }), said)
    await assert.rejects(all.similar('item 7', { k }), said)
    await assert.rejects(all.nearest(VECTOR, { k }), said)
  }
  await assert.rejects(all.similar('item 7', { filter: { colour: 'red' } }), /^MartelloError: filter "colour"/)
  assert.equal(asked, 0)
})

test('text and attributes come along, and a filter is exact in the whole catalogue', async () => {
  const into = path('shards-items')
  const colour = (r) => (r % 500 === 3 ? 'rare' : ['red', 'blue', 'green'][r % 3])
  const items = file('items.csv', `item_id,title,colour,price\n${Array.from({ length: ROWS }, (_, r) => `${id(r)},Thing ${r},${colour(r)},${r / 4}`).join('\n')}\n`) // prettier-ignore
  await split(into, '--items', items)
  const all = await Shards.open(join(into, 'root.martello'), { shards: five().map(() => holding(into)), ...PATIENT })
  const { items: shelf } = await all.recommend({ history: [id(5), id(6)], k: 20 })
  for (const { id: one, attributes } of shelf) {
    const r = Number(one.slice(5)) / 7
    assert.deepEqual(attributes, { title: `Thing ${r}`, colour: colour(r), price: r / 4 })
  }
  const expected = Array.from({ length: ROWS }, (_, r) => r)
    .filter((r) => colour(r) === 'rare' && r / 4 < 1000)
    .map(id)
  const { items: rare } = await all.recommend({
    history: [id(5)],
    k: 50,
    filter: { colour: 'rare', price: { lt: 1000 } },
  })
  assert.deepEqual(rare.map((item) => item.id).sort(), expected.sort())
  all.close()
})

// -- faults --------------------------------------------------------------------------------------------------------------------

const never = { fetch: () => new Promise(() => {}) }
const refusing = { fetch: async () => Promise.reject(new Error('connection refused')) }
const answering = (status, body = 'no') => ({ fetch: async () => new Response(body, { status }) })
const after5 = (of, milliseconds) => ({
  fetch: async (request) => {
    await new Promise((done) => setTimeout(done, milliseconds))
    return of.fetch(request)
  },
})
const anothers = {
  fetch: ({ url, method, body }) =>
    holding().fetch(new Request(url.replace(/-\d\.martello$/, '-1.martello'), { method, body, duplex: 'half' })),
}
const VECTOR = Array.from(row(7))

for (const [what, broken, why, detail] of [
  ['that never answers', never, 'late', /no answer within \d+ ms/],
  ['that is gone', refusing, 'failed', /connection refused/],
  ['that fails', answering(500, 'out of memory'), 'failed', /answered 500: out of memory/],
  ['that answers something else', answering(200, 'a page in HTML'), 'failed', /./],
  ['that answers nothing', answering(200, ''), 'failed', /found 0 bytes, expected rows/],
  ["that answers with another's rows", anothers, 'failed', /found item "item \d+", which is another shard's/],
  ['that answers nothing of a bundle', answering(200, new Uint8Array(300)), 'failed', /./],
  ['of another catalogue', null, 'version', /found no shard-/],
])
  test(`a shard ${what}: the others answer within the deadline, and it is named`, async () => {
    const other = broken ?? holding(path('shards-l2'))
    const all = await open(five({ 2: other }), { ...PATIENT, ...(broken === never && { deadline: 2000 }), warm: 50 })
    const whole = await (await open()).nearest(VECTOR, { k: 50 })
    const { ids: near, shards } = await all.nearest(VECTOR, { k: 50 })
    assert.deepEqual([shards.of, shards.answered, shards.missing.length], [SHARDS, SHARDS - 1, 1])
    assert.deepEqual([shards.missing[0].shard, shards.missing[0].why], [2, why])
    assert.match(shards.missing[0].detail, detail)
    const left = whole.ids.filter((one) => all.root.number(one) !== undefined || shardOf(one, SHARDS) !== 2)
    assert.deepEqual(near.slice(0, left.length), left) // what is there keeps its order
  })

test('one that missed three times in a row rests: nobody waits for it, and it comes back by itself', async () => {
  let down = true
  let asked = 0
  const own = holding()
  const flaky = {
    fetch(request) {
      if (request.method === 'POST') asked++
      return down ? never.fetch() : own.fetch(request)
    },
  }
  const all = await open(five({ 1: flaky }), { deadline: 300, warm: 1, hedge: 1000 })
  const whyMissing = async () => (await all.nearest(VECTOR)).shards.missing.find((one) => one.shard === 1).why
  for (let i = 0; i < 3; i++) assert.equal(await whyMissing(), 'late')
  assert.equal(await whyMissing(), 'resting')
  const before = asked
  for (let i = 0; i < 5; i++) await all.nearest(VECTOR)
  assert.ok(asked <= before + 1, `${asked - before} questions for 5`) // one in half a second
  down = false
  for (let i = 0; i < 100; i++) {
    const trials = []
    const { shards } = await all.nearest(VECTOR, {}, { waitUntil: (work) => trials.push(work) })
    if (shards.answered === SHARDS) return
    await Promise.all(trials)
    await new Promise((done) => setTimeout(done, 50))
  }
  assert.fail('it never came back')
})

test('a slow answer is asked for a second time, one in twenty at most', async () => {
  const own = holding()
  const slow = after5(own, 3000)
  let asked = 0
  const first = { fetch: (request) => (request.method === 'POST' && ++asked === 1 ? slow : own).fetch(request) }
  const all = await open(five({ 0: first }), { deadline: 5000, hedge: 20 })
  const { shards } = await all.nearest(VECTOR)
  assert.deepEqual([shards.answered, asked], [SHARDS, 2])
  const always = { fetch: (request) => (request.method === 'POST' && asked++, after5(own, 30).fetch(request)) }
  asked = 0
  const other = await open(five({ 0: always }), { deadline: 5000, hedge: 1 })
  for (let i = 0; i < 40; i++) await other.nearest(VECTOR)
  assert.ok(asked <= 40 + 3, `${asked} questions for 40`)
})

test('what a shard refuses is told, and what it is asked is checked', async () => {
  const { fetch } = holding()
  const { catalogue } = await open()
  const at = `https://shard.local/shard-${catalogue}-1.martello`
  const ask = async (body, url = at, method = 'POST') => {
    const response = await fetch(new Request(url, { method, ...(method === 'POST' && { body }) }))
    return [response.status, await response.text()]
  }
  assert.deepEqual(await ask('{}'), [204, ''])
  assert.deepEqual(await ask('{"ids":["nobody"]}'), [204, ''])
  for (const [body, said] of [
    ['no', /found "no", expected JSON with ids, vector/],
    ['[1]', /expected JSON with/],
    ['{"k":3,"what":1}', /expected JSON with/],
    ['{"ids":5}', /expected JSON with/],
    ['{"exclude":{}}', /expected JSON with/],
    ['{"vector":[1]}', /nearest: found a vector of 1 numbers, expected 16/],
    [JSON.stringify({ vector: VECTOR, k: 0 }), /k: found 0, expected a whole number from 1 to 1000/],
    [JSON.stringify({ vector: VECTOR, filter: { colour: 'red' } }), /colour/],
  ]) {
    const [status, text] = await ask(body)
    assert.equal(status, 400, body)
    assert.match(text, said)
  }
  assert.equal((await ask('x'.repeat(300_000)))[0], 413)
  assert.equal((await ask('{}', 'https://shard.local/etc/passwd'))[0], 404)
  assert.equal((await ask('{}', 'https://shard.local/shard-00000000-1.martello'))[0], 404)
  const { items } = JSON.parse((await ask('', at, 'GET'))[1])
  assert.ok(items > 900)
})

test('two catalogues side by side: a root asks for its own files, and a shard that may hold two opens neither twice', async () => {
  const both = path('shards-both')
  mkdirSync(both, { recursive: true })
  let read = 0
  const from = (name) =>
    [folder, path('shards-l2')].map((one) => join(one, name)).find((one) => existsSync(one)) ?? null
  const holders = Array.from({ length: SHARDS }, () => shard((name) => (read++, readFileSync(from(name))), { open: 2 }))
  const old = await Shards.open(root, { shards: holders, ...PATIENT })
  const fresh = await Shards.open(join(path('shards-l2'), 'root.martello'), { shards: holders, ...PATIENT })
  for (let i = 0; i < 3; i++)
    for (const all of [old, fresh]) assert.equal((await all.nearest(VECTOR)).shards.answered, SHARDS)
  assert.equal(read, 2 * SHARDS)
  old.close()
  fresh.close()
})

test('a shard that holds one file answers those who ask for two at the same time', async () => {
  const both = (name) =>
    join(
      [folder, path('shards-l2')].find((one) => existsSync(join(one, name))),
      name,
    )
  const holders = five().map(() => shard((name) => readFileSync(both(name)), { open: 1 }))
  const roots = [root, join(path('shards-l2'), 'root.martello')]
  const [old, fresh] = await Promise.all(roots.map((one) => Shards.open(one, { shards: holders, ...PATIENT })))
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 2 ? old : fresh).nearest(VECTOR)))
  for (const { shards } of answers) assert.deepEqual(shards.missing, [])
  old.close()
  fresh.close()
})

test('a history is what it was, whoever else asks meanwhile', async () => {
  const history = Array.from({ length: 40 }, (_, i) => id(100 * i + 3))
  const expected = (await (await open()).recommend({ history })).items
  let all = null
  const crowded = five().map(({ fetch }) => ({
    fetch(request) {
      all?.kept.clear() // as where so many others ask that what is kept of this one goes
      return fetch(request)
    },
  }))
  all = await open(crowded)
  for (let i = 0; i < 2; i++) assert.deepEqual((await all.recommend({ history })).items, expected)
})

test('addresses that are none are refused, and what throws while it is warmed up harms nobody', async () => {
  for (const [shards, said] of [
    [undefined, /^shards: found no shards, expected where they are/],
    [five({ 3: 'nowhere' }), /^shards: found "nowhere" for shard 3, expected an address, or what has a fetch/],
    [() => undefined, /^shards: found undefined for shard 0, expected an address/],
  ])
    await assert.rejects(Shards.open(root, { shards }), { name: 'MartelloError', message: said })
  const throwing = {
    fetch() {
      throw new TypeError('no such binding')
    },
  }
  const all = await open(five({ 1: throwing }), { deadline: 60_000, warm: 20 })
  await new Promise((done) => setTimeout(done, 40)) // a rejection that nobody handles would end the process
  assert.deepEqual((await all.nearest(VECTOR)).shards.missing[0].detail, 'no such binding')
})

test('what is no root of shards is refused', async () => {
  await assert.rejects(Shards.open(root, { shards: [holding()] }), {
    name: 'MartelloError',
    message: 'shards: found 1 addresses, expected 5, as the root has',
  })
  const plain = join(folder, `shard-${(await open()).catalogue}-1.martello`)
  await assert.rejects(Shards.open(plain, { shards: five() }), (error) => {
    assert.ok(error instanceof MartelloError)
    return /found a bundle without shards, expected the root of martello split --shards/.test(error.message)
  })
})

test('whatever stands in an answer, the person is answered', async () => {
  const own = holding()
  const draw = random(5)
  const broken = {
    async fetch(request) {
      const response = await own.fetch(request)
      if (request.method === 'GET' || response.status !== 200) return response
      const bytes = new Uint8Array(await response.arrayBuffer())
      const [at, length] = [Math.floor(bytes.length * draw() ** 3), 1 + Math.floor(8 * draw())]
      for (let i = at; i < Math.min(bytes.length, at + length); i++) bytes[i] = draw() < 0.3 ? 255 : Math.floor(256 * draw()) // prettier-ignore
      return new Response(draw() < 0.1 ? bytes.subarray(0, at) : bytes)
    },
  }
  const all = await open(five({ 3: broken }))
  const inShard = Array.from({ length: ROWS }, (_, r) => id(r)).filter((one) => shardOf(one, SHARDS) === 3)
  const missed = { failed: 0, resting: 0 }
  for (let i = 0; i < 300; i++) {
    const { items, trace } = await all.recommend({ history: inShard.slice(3 * i, 3 * i + 3).concat(id(i)), k: 20 })
    assert.equal(items.length, 20)
    for (const { why } of trace.shards.missing) missed[why]++
  }
  assert.ok(missed.failed > 10, JSON.stringify(missed))
})
