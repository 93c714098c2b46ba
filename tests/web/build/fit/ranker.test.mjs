// A ranker that the build trains itself: it learns what decides, is left out where it adds nothing sure, and says why.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recommender } from '../../../../dist/node.js'
import { Boost, BOOST } from '../../../../build/web/build/fit/boost.js'
import { Judge } from '../../../../build/web/build/fit/judge.js'
import { take, unknowing } from '../../../../build/web/build/given.js'
import { Workers } from '../../../../build/web/build/workers.js'
import { Learn } from '../../../../build/web/learn/learn.js'
import { readInteractions, readItems } from '../../../../build/web/read/index.js'
import { built, csv, file, random, SILENT } from '../../helpers/shop.mjs'

/** People who keep to a price of their own, of goods that have nothing else in common: the merge hardly knows, a feature does. */
function market({ items = 400, people = 200, each = 20, keepTo = 6 } = {}) {
  const draw = random(5)
  const goods = Array.from({ length: items }, (_, i) => ({ item_id: `p${i}`, price: Math.round(1000 * draw()) / 10 }))
  const events = []
  for (let user = 0; user < people; user++) {
    const price = 100 * draw()
    const own = goods.filter((good) => Math.abs(good.price - price) < keepTo)
    for (let e = 0; e < each; e++)
      events.push({
        user_id: `u${user}`,
        item_id: draw.of(own).item_id,
        timestamp: 1e9 + 1000 * (user % 40) + 50_000 * e,
      })
  }
  return { goods, events }
}

const files = ({ goods, events }, name) => ({
  interactions: file(`${name}-log.csv`, csv(events)),
  items: file(`${name}-items.csv`, csv(goods)),
})
/** Nothing knows but what is popular. */
const PLAIN = { tune: false, sources: { als: false, content: false, i2i: false, next: false }, search: false }
const CONFIG = { ...PLAIN, train: { ranker: 'lambdamart' } }

test('lambdamart learns what decides, with the same bytes for any number of threads', async () => {
  const from = files(market(), 'priced')
  const { bytes, record } = await built(from, CONFIG)
  const { without, moments, rounds, ndcg, above, gains } = record.trainedRanker
  assert.equal(without, null)
  assert.ok(rounds > 0 && moments.learned > 100 && moments.held > 50, JSON.stringify(moments))
  assert.ok(ndcg.ranked > 1.3 * ndcg.merged && above[0] > 0, JSON.stringify({ ndcg, above }))
  const byPrice = gains.filter(({ feature }) => feature.includes('price')).reduce((sum, { share }) => sum + share, 0)
  assert.ok(byPrice > 0.1, JSON.stringify(gains))
  assert.ok(gains.every(({ share }) => share > 0 && share <= 1))
  assert.match(
    record.ranker[0],
    /^ranker lambdamart: trained here, lambdarank, \d+ trees on \d+ of \d+ features, by name$/,
  )
  const rec = await Recommender.open(bytes)
  const { items, trace } = rec.recommend({ history: ['p3'], k: 10, explain: true })
  assert.ok(trace.ranked > 0 && items[0].features.length > 0)
  const two = await built(from, { ...CONFIG, threads: 2 })
  assert.ok(Buffer.compare(Buffer.from(bytes), Buffer.from(two.bytes)) === 0, 'one and two threads')
})

test('a category that decides together with the context is split as a set', async () => {
  const draw = random(3)
  const places = ['home', 'work', 'car']
  const goods = Array.from({ length: 300 }, (_, i) => ({ item_id: `p${i}`, kind: 'abc'[i % 3] }))
  const events = Array.from({ length: 4000 }, (_, e) => {
    const place = draw.below(3)
    return {
      user_id: `u${e % 200}`,
      item_id: goods[3 * draw.below(100) + place].item_id,
      timestamp: 1e9 + 1000 * e,
      place: places[place],
    }
  })
  const { bytes, record } = await built(files({ goods, events }, 'placed'), {
    ...CONFIG,
    people: 1,
    context: { place: places },
    features: ['auto', 'cross(attribute.kind,context.place,64)'],
  })
  assert.equal(record.trainedRanker.without, null)
  assert.match(record.trainedRanker.gains[0].feature, /^cross/)
  const rec = await Recommender.open(bytes)
  places.forEach((place, i) => {
    const { items } = rec.recommend({ history: ['p1', 'p2', 'p3'], k: 10, context: { place } })
    const own = items.filter((item) => item.attributes.kind === 'abc'[i]).length
    assert.ok(own >= 8, `${own} of 10 for ${place}`)
  })
})

test('where times only count each person’s own events, other people judge, not those who have most events', async () => {
  const { goods, events } = market({ people: 200, each: 100 })
  const counted = events
    .map((event, e) => ({ ...event, timestamp: e % 100 }))
    .filter(({ user_id, timestamp }) => timestamp < 6 || user_id.length === 2) // ten of them have a hundred
  const { record } = await built(files({ goods, events: counted }, 'counted'), CONFIG)
  const { without, ndcg } = record.trainedRanker
  assert.equal(without, null)
  assert.ok(ndcg.people >= 20, `${ndcg.people} people`)
})

test('a ranker learns by numbers of items that do not know what is hidden', async () => {
  const { goods, events } = market({ items: 100, people: 60, each: 6, keepTo: 100 })
  const items = await readItems([file('numbered-items.csv', csv(goods))])
  const taken = async (rows, name, previous = null) => {
    const interactions = await readInteractions([file(`${name}.csv`, csv(rows))])
    return take({ interactions, items, embeddings: null, previous }, {}, 1, learn, workers, SILENT)
  }
  const learn = await Learn.start()
  const workers = new Workers(learn, 1)
  const hides = (_, e) => e % 6 === 5
  // the bundle of the day before knows of them, too
  const known = await taken(events, 'known')
  const previous = { path: 'known', ids: known.catalogue.ids, spaces: new Map(), lists: new Map(), record: null }
  const given = await taken(events, 'numbered', previous)
  const before = await taken(events.filter((...one) => !hides(...one)), 'before') // prettier-ignore
  const unknown = await unknowing(
    given,
    Uint8Array.from(events, (...one) => Number(hides(...one))),
  )
  assert.deepEqual(unknown.catalogue.ids, before.catalogue.ids)
  assert.deepEqual([given.previous, unknown.previous], [previous, null])
  assert.notDeepEqual(unknown.catalogue.ids, given.catalogue.ids)
  const ids = ({ log, catalogue }) => Array.from(log.item, (item) => catalogue.ids[item])
  assert.deepEqual(ids(unknown), ids(given))
  await workers.close()
})

test('a ranker that is not surely better is left out, with its figures', async () => {
  const { bytes, record } = await built(files(market({ keepTo: 100 }), 'random'), CONFIG)
  const { without, ndcg, above, rounds } = record.trainedRanker
  assert.match(without, /^it is (no|not surely) better than the merge alone$/)
  assert.ok(above[0] <= 0 && ndcg.people >= 20 && rounds >= 0)
  assert.deepEqual(record.ranker, [])
  assert.equal((await Recommender.open(bytes)).recommend({ history: ['p3'], k: 3 }).trace.ranked, 0)
})

test('one that is better, but not surely, is kept where the config says so', async () => {
  const from = files(market({ people: 120, keepTo: 100 }), 'unsure')
  const seeds = [1, 2, 3, 4, 5, 6]
  for (const seed of seeds) {
    const { record } = await built(from, { ...CONFIG, seed })
    const { without, rounds, ndcg } = record.trainedRanker
    if (without !== 'it is not surely better than the merge alone') continue
    const kept = await built(from, { ...CONFIG, seed, ranker: { keep: true } })
    assert.deepEqual({ ...kept.record.trainedRanker, without }, record.trainedRanker)
    assert.equal(kept.record.trainedRanker.without, null)
    assert.ok(rounds > 0 && ndcg.people >= 20)
    assert.ok((await Recommender.open(kept.bytes)).recommend({ history: ['p3'], k: 3 }).trace.ranked > 0)
    return
  }
  assert.fail('every market was sure')
})

test('where there is nothing to learn from, the record says so and the bundle ranks by its merge', async () => {
  const { goods, events } = market({ people: 40, each: 8 })
  const cases = {
    'no log': [{ goods, events: null }, /there is no log/],
    'no times': [{ goods, events: events.map(({ timestamp: _, ...rest }) => rest) }, /the log has no times/],
    'few people': [{ goods, events: events.slice(0, 80) }, /has \d+ moments to learn from, the last of each person's 3 events or more; 100 are wanted/], // prettier-ignore
    'one moment': [
      { goods, events: events.map((event) => ({ ...event, timestamp: 1e9 })) },
      /has one time alone, and a ranker learns from what came next/,
    ],
  }
  for (const [name, [{ goods, events }, expected]] of Object.entries(cases)) {
    const from = events === null ? { items: file('alone.csv', csv(goods)) } : files({ goods, events }, 'little')
    const { bytes, record } = await built(from, CONFIG)
    assert.match(record.trainedRanker.without, expected, name)
    assert.equal(record.trainedRanker.ndcg, null)
    assert.equal((await Recommender.open(bytes)).recommend({ k: 3 }).items.length, 3)
  }
  assert.equal((await built(files({ goods, events }, 'little'), PLAIN)).record.trainedRanker, null)
})

test('one item for everybody, and dislikes alone, train no ranker', async () => {
  const same = Array.from({ length: 600 }, (_, e) => ({ user_id: `u${e % 60}`, item_id: 'p1', timestamp: 1e9 + e }))
  const { goods } = market()
  const { record } = await built(files({ goods, events: same }, 'same'), CONFIG)
  assert.match(record.trainedRanker.without, /recall brought what was met at 0 moments|moments to learn from/)
  assert.ok(!JSON.stringify(record).includes('NaN'))
})

test('a ranker cannot be trained beside one that is given, nor without features', async () => {
  const from = files(market({ people: 40, each: 8 }), 'little')
  await assert.rejects(
    built(from, { ...CONFIG, features: false }),
    /config, key "train\.ranker": found "lambdamart" with "features": false, expected "features" that it can learn from/,
  )
})

test('trees of two rows of moments grow side by side as they do alone', async () => {
  const draw = random(9)
  const rows = () => {
    const x = Float32Array.from({ length: 40 * 20 * 3 }, draw)
    const label = Float32Array.from({ length: 40 * 20 }, (_, row) => Number(x[3 * row] > 0.8))
    return { x, features: 3, start: Uint32Array.from({ length: 41 }, (_, moment) => 20 * moment), label }
  }
  const learn = await Learn.start()
  const [one, other] = [rows(), rows()]
  const plan = { ...BOOST, least: 5 }
  const grown = (of, beside) => {
    const boosts = [of, ...beside].map((rows) => Boost.of(learn, rows, new Uint8Array(3), plan, 1))
    for (let round = 0; round < 5; round++) boosts.forEach((boost) => boost.round())
    const { trees } = boosts[0].forest(5, ['a', 'b', 'c'], 'grown', 'lambdarank')
    boosts.forEach((boost) => boost.drop())
    return trees
  }
  assert.deepEqual(grown(one, [other]), grown(one, []))
})

test('who says when to stop does not say how good it is', () => {
  const judge = new Judge([7, 3, 7, 3], Float64Array.of(0.1, 0.2, 0.3, 0.2))
  judge.add(Float64Array.of(0.2, 0.9, 0.2, 0.9)) // person 7: 0.2, person 3: 0.9
  judge.add(Float64Array.of(0.8, 0.1, 0.8, 0.1))
  assert.equal(judge.best, 1)
  assert.ok(Math.abs(judge.ndcg - 0.55) < 1e-6)
  const { merged, ranked, above } = judge.verdict()
  assert.ok(Math.abs(merged - 0.2) < 1e-6)
  assert.ok(Math.abs(ranked - 0.15) < 1e-6, `${ranked}: each by the round that the other likes`)
  assert.ok(above[0] < -0.05 && above[1] > -0.05)
})
