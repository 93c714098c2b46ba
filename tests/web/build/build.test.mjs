// Building: the same bytes for the same input, every mix of inputs, and small or odd ones.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { built, builtShop, csv, file, gaussians, npy, random, shop } from '../helpers/shop.mjs'

const ids = (answer) => answer.items.map((item) => item.id)
const open = async (bundle) => Recommender.open((await bundle).bytes)

test('the same inputs and seed give the same bytes with one, two and three threads', async () => {
  const shopped = shop({ items: 150, users: 90 })
  const config = { dimension: 16, sources: { als: true, i2i: true, next: true, content: true } }
  const [one, two, three] = [
    await builtShop(shopped, {}, { ...config, threads: 1 }),
    await builtShop(shopped, {}, { ...config, threads: 2 }),
    await builtShop(shopped, {}, { ...config, threads: 3 }),
  ]
  const bare = ({ bytes, record }) => [bytes.length, record.sources, record.quality]
  assert.deepEqual(bare(two), bare(one))
  assert.deepEqual(bare(three), bare(one))
  assert.ok(Buffer.compare(one.bytes, two.bytes) === 0, 'one and two threads')
  assert.ok(Buffer.compare(one.bytes, three.bytes) === 0, 'one and three threads')
  const again = await builtShop(shopped, {}, { ...config, threads: 1 })
  assert.ok(Buffer.compare(one.bytes, again.bytes) === 0, 'twice')
  const other = await builtShop(shopped, {}, { ...config, threads: 1 }, 2)
  assert.ok(Buffer.compare(one.bytes, other.bytes) !== 0, 'another seed')
})

test('a log alone', async () => {
  const shopped = shop()
  const rec = await open(builtShop(shopped, { catalogue: false }))
  assert.equal(rec.items, new Set(shopped.events.map((event) => event.item_id)).size)
  const { items } = rec.recommend({ history: ['p1', 'p6'], k: 10 })
  assert.equal(items.length, 10)
  assert.deepEqual(items[0].attributes, {})
  const own = items.filter((item) => Number(item.id.slice(1)) % 5 === 1).length
  assert.ok(own >= 6, `${own} of 10 are what the same people met`)
})

test('a catalogue alone recommends by content', async () => {
  const rec = await open(builtShop(shop(), { log: false }))
  assert.equal(rec.items, 120)
  const { items } = rec.recommend({ history: ['p1', 'p6', 'p11'], k: 10 })
  assert.ok(
    items.filter((item) => item.attributes.genre.includes('Comedy')).length >= 8,
    JSON.stringify(items.map((item) => item.attributes.genre)),
  )
  assert.equal(rec.recommend({ k: 5 }).items.length, 5)
})

test('a catalogue with a popularity column leads with it', async () => {
  const goods = shop().goods.map((good, i) => ({ ...good, votes: i === 7 ? '' : (i * 37) % 120 }))
  const items = file('voted.csv', csv(goods))
  const rec = await open(built({ items }, { popularity: 'votes' }))
  const votes = rec.recommend({ k: 10 }).items.map((item) => item.attributes.votes)
  assert.deepEqual(votes, [119, 118, 117, 116, 115, 114, 113, 112, 111, 110])
  await assert.rejects(
    built({ items }, { popularity: 'vote' }),
    /voted\.csv.*"vote": found no such column, expected the number column that config key "popularity" names/,
  )
  await assert.rejects(
    built({ items }, { popularity: 'colour' }),
    /"colour": found a column of kind category, expected the number column/,
  )
})

test('embeddings alone: the pooled tower, exact neighbours first', async () => {
  const vectors = gaussians(300, 24, 1)
  const rec = await open(built({ embeddings: await npy('alone.npy', [300, 24], vectors) }, { metric: 'cosine' }))
  assert.equal(rec.items, 300)
  assert.deepEqual([...rec.spaces], ['embeddings'])
  const cosine = (a, b) => {
    const [x, y] = [a, b].map((row) => vectors.subarray(24 * row, 24 * row + 24))
    return x.reduce((sum, value, i) => sum + value * y[i], 0) / Math.hypot(...x) / Math.hypot(...y)
  }
  let hits = 0
  for (let item = 0; item < 300; item++) {
    const best = Array.from({ length: 300 }, (_, other) => other)
      .filter((other) => other !== item)
      .sort((a, b) => cosine(item, b) - cosine(item, a))
    if (
      best
        .slice(0, 2)
        .map(String)
        .includes(ids(rec.similar(String(item), { k: 1 }))[0])
    )
      hits++
  }
  assert.ok(hits >= 280, `${hits} of 300 most similar items are among the two best`)
})

test('embeddings of every dimension from 4 to 1,024, by every metric', async () => {
  for (const [dim, metric] of [
    [4, 'ip'],
    [5, 'l2'],
    [17, 'cosine'],
    [33, 'ip'],
    [300, 'cosine'],
    [1024, 'l2'],
  ]) {
    const vectors = gaussians(40, dim, dim)
    const rec = await open(
      built({ embeddings: await npy(`d${dim}.npy`, [40, dim], vectors) }, { metric, layers: [4, 4] }),
    )
    assert.equal(rec.metricOf('embeddings'), metric)
    for (let n = 0; n < 40; n += 13) {
      const row = Number(rec.id(n))
      assert.equal(
        rec.nearest(vectors.subarray(dim * row, dim * row + dim), { k: 1 }).items[0] === n || metric === 'ip',
        true,
        `${dim} ${metric}`,
      )
      assert.equal(rec.vector(n).length, dim)
    }
  }
  for (const dim of [1, 3, 4097, 5000])
    await assert.rejects(
      built({ embeddings: await npy(`d${dim}.npy`, [2, dim], gaussians(2, dim, 1)) }),
      new RegExp(`found .*${dim}.*expected .*4 to 4096`),
    )
})

test('ids may be any text', async () => {
  const names = [
    'ä',
    'b c',
    '日本',
    '👍🏽',
    '"quoted"',
    "it's",
    'a,b',
    '__proto__',
    'constructor',
    'e\u0301'.normalize(),
    'nothing',
    '0',
    '00',
  ]
  const rec = await open(
    built({
      embeddings: await npy('names.npy', [names.length, 8], gaussians(names.length, 8, 3)),
      ids: file('names.txt', names.join('\n')),
    }),
  )
  assert.deepEqual(new Set(Array.from({ length: rec.items }, (_, n) => rec.id(n))), new Set(names))
  for (const name of names) {
    assert.equal(rec.id(rec.number(name)), name)
    assert.equal(rec.similar(name, { k: 100 }).items.length, names.length - 1)
  }
  const log = Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({ user_id: `ü${i % 9}`, item_id: names[(i * 7) % names.length] }),
  ).join('\n')
  const both = await open(built({ interactions: file('names.jsonl', log) }))
  assert.deepEqual(new Set(ids(both.recommend({ k: 100 }))), new Set(names))
})

test('log, catalogue and embeddings together: every item is there, and reached', async () => {
  const shopped = shop()
  const unsold = Array.from({ length: 10 }, (_, i) => ({
    item_id: `fresh${i}`,
    title: `Fresh thing ${i}`,
    genre: 'Horror',
    colour: 'green',
    year: 2021,
    stock: true,
  }))
  const vectors = gaussians(50, 16, 4)
  vectors.fill(0, 16 * 3, 16 * 4) // p3 has a zero vector; p50 and on have none
  const rec = await open(
    built(
      {
        interactions: file('all-log.csv', csv(shopped.events)),
        items: file('all-items.csv', csv([...shopped.goods, ...unsold])),
        embeddings: await npy('all.npy', [50, 16], vectors),
        ids: file('all.txt', Array.from({ length: 50 }, (_, i) => `p${i}\n`).join('')),
      },
      { dimension: 16 },
    ),
  )
  assert.equal(rec.items, 130)
  assert.equal(rec.spaces[0], 'embeddings', 'nearest means the given vectors, even where they say nothing')
  assert.equal(rec.vector(rec.number('p50'), 'embeddings'), null)
  assert.equal(rec.vector(rec.number('p3'), 'embeddings'), null)
  assert.equal(rec.vector(rec.number('p4'), 'embeddings').length, 16)
  assert.equal(rec.nearest(vectors.subarray(0, 16), { k: 1000 }).items.length, 49)
  for (const id of ['p3', 'p50', 'fresh3']) {
    assert.equal(rec.similar(id, { k: 10 }).items.length, 10)
    assert.ok(ids(rec.recommend({ k: 1000 })).includes(id))
  }
  const near = ids(rec.similar('fresh0', { k: 20, source: 'content' }))
  assert.ok(near.filter((id) => id.startsWith('fresh')).length >= 5, `unsold items by content: ${near}`)
})

test('empty, one item, one event', async () => {
  const empty = await open(built({ items: file('none.csv', 'item_id,title\n') }))
  assert.equal(empty.items, 0)
  const answer = empty.recommend({ history: ['x'], k: 5 })
  assert.deepEqual([answer.items, answer.trace.unknown], [[], 1])
  await assert.rejects(built({ embeddings: await npy('no.npy', [0, 8], new Float32Array(0)) }), {
    message: /no\.npy: found shape \(0, 8\), expected at least one vector$/,
  })
  const single = await open(built({ items: file('single.csv', 'item_id,title\nx,Only\n') }))
  assert.deepEqual(ids(single.recommend()), ['x'])
  assert.deepEqual(single.similar('x').items, [])
  const event = await open(built({ interactions: file('event.csv', 'user_id,item_id\nu,a\n') }))
  assert.deepEqual(ids(event.recommend()), ['a'])
  const two = await open(built({ interactions: file('two.csv', 'user_id,item_id,timestamp\nu,a,1\nu,b,2\n') }))
  assert.deepEqual(ids(two.similar('a')), ['b'])
  const vector = await open(built({ embeddings: await npy('one.npy', [1, 8], gaussians(1, 8, 1)) }))
  assert.deepEqual([...vector.nearest(new Float32Array(8).fill(1), { k: 3 }).items], [0])
  const same = await open(built({ embeddings: await npy('same.npy', [40, 8], new Float32Array(320).fill(0.5)) }))
  assert.deepEqual(
    [...same.nearest(new Float32Array(8).fill(1), { k: 5 }).items],
    [0, 1, 2, 3, 4],
    'ties by item number',
  )
  const zeros = await open(built({ embeddings: await npy('zeros.npy', [40, 8], new Float32Array(320)) }))
  assert.deepEqual(
    [zeros.items, zeros.nearest(new Float32Array(8).fill(1)).items.length, zeros.similar('3').items.length],
    [40, 0, 20],
  )
})

test('times: missing, in milliseconds, all the same', async () => {
  const { events } = shop()
  const name = (rows) => file('times.csv', csv(rows, ['user_id', 'item_id', 'timestamp']))
  const seconds = await open(built({ interactions: name(events) }))
  const thousand = await open(
    built({ interactions: name(events.map((event) => ({ ...event, timestamp: 1000 * event.timestamp }))) }),
  )
  const asked = { history: ['p1', 'p6'], k: 20 }
  assert.deepEqual(ids(thousand.recommend(asked)), ids(seconds.recommend(asked)))
  const gaps = await open(
    built({ interactions: name(events.map((event, i) => (i % 3 === 0 ? { ...event, timestamp: '' } : event))) }),
  )
  assert.equal(gaps.recommend(asked).items.length, 20)
  const none = await open(built({ interactions: name(events.map((event) => ({ ...event, timestamp: '' }))) }))
  assert.ok(!none.sources.includes('next') && !none.sources.includes('trending'))
  assert.equal(none.recommend(asked).items.length, 20)
  const flat = await open(built({ interactions: name(events.map((event) => ({ ...event, timestamp: 5 }))) }))
  for (const item of flat.recommend(asked).items) assert.ok(Number.isFinite(item.score))
})

test('the same event many times counts as one person', async () => {
  const { events } = shop()
  const loud = [
    ...events,
    ...Array.from({ length: 500 }, () => ({ user_id: 'u0', item_id: 'p119', timestamp: 1_600_000_000 })),
  ]
  const rec = await open(built({ interactions: file('loud.csv', csv(loud)) }))
  assert.notEqual(ids(rec.recommend({ k: 1 }))[0], 'p119')
  assert.equal(rec.recommend({ history: ['p119'], k: 5 }).items.length, 5)
})

test('ratings and events are worth what the config says; what is worth nothing teaches nothing', async () => {
  const draw = random(3)
  const rows = shop().events.map((event) => ({
    ...event,
    rating: 1 + draw.below(5),
    event: draw.of(['view', 'buy', 'dislike', '']),
  }))
  const rated = await built(
    { interactions: file('rated.csv', csv(rows, ['user_id', 'item_id', 'rating'])) },
    { ratings: { zero: 2, one: 5 } },
  )
  const rec = await Recommender.open(rated.bytes)
  const liked = new Map() // item → person → the weight of their strongest event of it
  for (const { item_id: id, user_id: user, rating } of rows) {
    const of = liked.get(id) ?? new Map()
    // the last word counts: what is disliked takes back what was liked before
    liked.set(id, of.set(user, rating <= 2 ? 0 : Math.max(of.get(user) ?? 0, (rating - 2) / 3)))
  }
  const met = ids(rec.recommend({ k: 10 })).map((id) => [...liked.get(id).values()].reduce((sum, w) => sum + w, 0))
  const falls = met.every((sum, place) => place === 0 || sum <= 1.03 * met[place - 1]) // one of 256 levels is kept
  assert.ok(falls, `popular by how much people liked it: ${met}`)
  const worths = await open(
    built(
      { interactions: file('worths.csv', csv(rows, ['user_id', 'item_id', 'event', 'timestamp'])) },
      { events: { view: 0, buy: 5 } },
    ),
  )
  assert.equal(worths.recommend({ history: [{ id: 'p1', event: 'buy' }], k: 10 }).items.length, 10)
  const hated = await open(
    built({
      interactions: file(
        'hated.csv',
        csv(
          rows.map((row) => ({ ...row, event: 'dislike' })),
          ['user_id', 'item_id', 'event'],
        ),
      ),
    }),
  )
  assert.ok(hated.items > 0)
  assert.equal(hated.recommend({ k: 10 }).items.length, 10, 'items all the same')
})

test('titles may repeat, and attributes may be named like anything', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    item_id: `i${i}`,
    title: 'The Same',
    __proto__x: i % 3,
    constructor: `c${i % 2}`,
    Größe: i % 4 === 0 ? 'groß' : 'klein',
  }))
  const rec = await open(
    built({ items: file('odd.csv', csv(rows, ['item_id', 'title', '__proto__x', 'constructor', 'Größe'])) }),
  )
  assert.equal(rec.recommend({ filter: { Größe: 'groß' }, k: 100 }).items.length, 8)
  const [item] = rec.recommend({ filter: { constructor: 'c1' }, k: 1 }).items
  assert.equal(item.attributes.constructor, 'c1')
  assert.equal(item.attributes.title, 'The Same')
})
