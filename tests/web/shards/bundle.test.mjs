// A bundle in shards: with what its postings hold the answers are those of the whole bundle; what shards say is believed only where it fits.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { shard, Shards } from '../../../dist/shards.js'
import { Recommender } from '../../../dist/node.js'
import { bundleOf, partsOf } from '../../../build/web/lists/container.js'
import { SECTION } from '../../../build/web/generated/numbers.js'
import { builtShop, cliJson, csv, file, path, shop } from '../helpers/shop.mjs'

const SHARDS = 3
const PATIENT = { deadline: 60_000, hedge: 60_000 }
const folder = path('bundle-shards')
const bundle = path('whole.martello')
const shopped = shop({ items: 3000, users: 1500, each: 14 })
const { events } = shopped

let whole, told
before(async () => {
  const { bytes } = await builtShop(shopped, { catalogue: false, name: 'whole-shop' })
  writeFileSync(bundle, bytes)
  whole = await Recommender.open(bundle)
  told = await cliJson('split', bundle, '--shards', String(SHARDS), '-o', folder)
})

const holding = () => shard((name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : null), { open: SHARDS }) // prettier-ignore
const opened = []
async function open(change = {}, options = PATIENT) {
  const shards = Array.from({ length: SHARDS }, (_, i) => change[i] ?? holding())
  const all = await Shards.open(join(folder, 'root.martello'), { shards, ...options })
  opened.push(all)
  return all
}
after(() => opened.forEach((one) => one.close()))

const histories = () => {
  const by = new Map()
  for (const { user_id, item_id } of events) by.set(user_id, [...(by.get(user_id) ?? []), String(item_id)])
  return [...by.values()].slice(0, 60)
}
const idsOf = ({ items: some }) => some.map(({ id }) => id)

test('answers are those of the whole bundle, of every source', async () => {
  const all = await open()
  assert.deepEqual([told.items, told.files, all.items], [whole.items, SHARDS, whole.items])
  assert.ok(all.root.items < whole.items / 2)
  let same = 0
  for (const history of histories()) {
    const answer = await all.recommend({ history, k: 20 })
    assert.deepEqual(answer.trace.shards.missing, [])
    const expected = idsOf(whole.recommend({ history, k: 20 }))
    same += idsOf(answer).filter((id) => expected.includes(id)).length / expected.length
  }
  assert.ok(same / 60 > 0.97, `${same / 60}`)
})

test('who has no history gets what the root says, and nobody is asked', async () => {
  const all = await open()
  const { items: slate, trace } = await all.recommend({ k: 5 })
  assert.deepEqual(slate.map(({ id }) => id), idsOf(all.root.recommend({ k: 5 }))) // prettier-ignore
  assert.equal(trace.shards.rows, 0)
})

test('what is excluded or not allowed is in no answer', async () => {
  const all = await open()
  const [history] = histories()
  const first = idsOf(await all.recommend({ history, k: 10 }))
  const others = idsOf(await all.recommend({ history, k: 10, exclude: first }))
  assert.ok(others.length === 10 && others.every((id) => !first.includes(id)))
  const allow = first.slice(0, 3)
  assert.deepEqual(idsOf(await all.recommend({ history, k: 10, allow })).sort(), allow.toSorted())
})

test('a shard that is gone is missing, and the others answer', async () => {
  const gone = { fetch: async () => new Response('gone', { status: 500 }) }
  const all = await open({ 1: gone })
  const { items: slate, trace } = await all.recommend({ history: histories()[1], k: 10 })
  assert.equal(slate.length, 10)
  assert.deepEqual(trace.shards.missing.map(({ shard: one, why }) => [one, why]), [[1, 'failed']]) // prettier-ignore
})

/** Changes a section of each answer. */
function altered(kind, change) {
  const inner = holding()
  return {
    async fetch(request) {
      const isQuestion = request.method === 'POST'
      const response = await inner.fetch(request)
      if (!isQuestion || response.status !== 200) return response
      const bytes = new Uint8Array(await response.arrayBuffer())
      const { items: count, parts } = partsOf(bytes)
      const changed = parts.map((part) => (part.kind === kind ? { ...part, bytes: change(part.bytes.slice(), count) } : part)) // prettier-ignore
      return new Response(bundleOf(bytes, { items: count, parts: changed }, () => 0n))
    },
  }
}
const json = (value) => new TextEncoder().encode(JSON.stringify(value))

for (const [name, kind, change] of [
  ['no numbers of rows', SECTION.record, () => json({})],
  [
    'numbers that it has not',
    SECTION.record,
    (_, count) => json({ rows: Array.from({ length: count }, (_, i) => 1e6 + i) }),
  ],
  ['numbers that are none', SECTION.record, () => json({ rows: 'all' })],
  ['a number twice', SECTION.record, (_, count) => json({ rows: new Array(count + 1).fill(0) })],
  ['a torn record', SECTION.record, (bytes) => bytes.subarray(1)],
])
  // prettier-ignore
  test(`hostile: ${name}`, async () => {
    const all = await open({ 0: altered(kind, change) })
    for (const history of histories().slice(0, 3)) {
      const { items: slate, trace } = await all.recommend({ history, k: 10 })
      assert.equal(slate.length, 10)
      assert.ok(trace.shards.missing.every(({ shard: one, why }) => one === 0 && ['failed', 'resting'].includes(why)))
      assert.equal(trace.shards.missing.length, 1)
    }
  })

test('hostile: postings of any bytes never end in more than a shard that failed', async () => {
  for (let at = 0; at < 160; at += 3) {
    const all = await open({ 0: altered(SECTION.postings, (bytes) => {
      if (at < bytes.length) bytes[at] ^= 0xff
      return bytes
    }) }) // prettier-ignore
    const { items: slate } = await all.recommend({ history: histories()[at % 7], k: 10 })
    assert.equal(slate.length, 10)
  }
})

test('two runs write the same bytes', async () => {
  const again = path('bundle-shards-again')
  await cliJson('split', bundle, '--shards', String(SHARDS), '-o', again)
  assert.deepEqual(readdirSync(again).sort(), readdirSync(folder).sort())
  for (const name of readdirSync(folder)) assert.deepEqual(readFileSync(join(again, name)), readFileSync(join(folder, name)), name) // prettier-ignore
})

test('eval of a holdout asks all shards, which find what the bundle finds', async () => {
  const last = new Map(events.map((event) => [event.user_id, event]))
  const past = events.filter((event) => last.get(event.user_id) !== event)
  const args = ['--history', file('past.csv', csv(past)), '--holdout', file('last.csv', csv([...last.values()]))]
  const found = await cliJson('eval', join(folder, 'root.martello'), ...args, '--people', '200')
  const one = await cliJson('eval', bundle, ...args)
  assert.equal(found.shards, SHARDS)
  assert.ok(found.users > 100 && found.rows > 0)
  assert.ok(found.root.recall < found.recall, `${found.root.recall} from the root alone, ${found.recall} with shards`)
  assert.ok(Math.abs(found.recall - one.recall) < 0.1, `${found.recall} with shards, ${one.recall} of the bundle`)
})
