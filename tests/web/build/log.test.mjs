// What the builder makes of a table of interactions, and of one too small to learn weights from.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf, shortly } from '../../../build/web/build/account.js'
import { logOf } from '../../../build/web/build/log.js'
import { popularityOf } from '../../../build/web/build/popularity.js'
import { Training } from '../../../build/web/build/training.js'
import { repeatedOf } from '../../../build/web/build/understood.js'
import { weighingOf, weightsOf } from '../../../build/web/build/weighing.js'
import { Workers } from '../../../build/web/build/workers.js'
import { Learn } from '../../../build/web/learn/learn.js'
import { build } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { random } from '../helpers/shop.mjs'

const said = (inputs, config = {}) => shortly(accountOf({ items: null, embeddings: null, ...inputs }, config).account)

const catalogue = { ids: ['a', 'b'], numberOf: new Map([['b', 1], ['a', 0]]) } // prettier-ignore
const table = (rows, extra = {}) => ({
  rows: rows.length,
  userIds: ['u', 'v'],
  itemIds: ['b', 'a'],
  user: Uint32Array.from(rows, ([user]) => user),
  item: Uint32Array.from(rows, ([, item]) => item),
  time: null,
  rating: null,
  event: null,
  basket: null,
  files: [],
  ...extra,
})

// null: the learning core is asked for what ratings weigh alone, and here are none
const taken = (interactions, config) =>
  logOf(interactions, weightsOf(null, interactions, weighingOf(interactions, config)), catalogue, config)

test('a missing time is that of the same person before, else after, else the oldest', () => {
  const rows = [[0, 0], [1, 0], [0, 1], [1, 1]] // prettier-ignore
  const log = taken(table(rows, { time: Float64Array.of(NaN, 1000, NaN, NaN) }), {})
  assert.deepEqual([...log.time], [1000, 1000, 1000, 1000])
  const later = taken(table(rows, { time: Float64Array.of(5, 1000, NaN, NaN) }), {})
  assert.deepEqual([...later.time], [5, 1000, 5, 1000], 'not of whoever stands in the row above')
  const before = taken(table(rows, { time: Float64Array.of(NaN, 1000, 7, NaN) }), {})
  assert.deepEqual([...before.time], [7, 1000, 7, 1000], 'their own next')
  const newest = taken(table(rows, { time: Float64Array.of(1000, NaN, 7, NaN) }), {})
  assert.deepEqual([...newest.time], [1000, 7, 7, 7], 'not the first of the file, which may be its newest')
  assert.equal(taken(table(rows, { time: Float64Array.of(NaN, NaN, NaN, NaN) }), {}).time, null)
})

test('a log that a program made loses times that are far from all others, and says which it got', async () => {
  const rows = Array.from({ length: 60 }, (_, row) => [row % 2, (row >> 1) % 2])
  const time = Float64Array.from(rows, (_, row) => 1_700_000_000 + 3600 * row)
  time[7] = 253_402_300_799
  const given = table(rows, { time })
  const inputs = { interactions: given, items: null, embeddings: null }
  const { record } = await build(inputs, { tune: false, dimension: 16 }, 1, { say() {}, stage() {} })
  assert.equal(record.newest, 1_700_000_000 + 3600 * 59)
  assert.equal(record.account.times.to, record.newest)
  assert.equal(given.time[7], 253_402_300_799, 'what was given stays as it is')
  assert.ok(record.account.remarks.includes("look: 1 of 60 rows has no time, and gets one: 1 that of the same person's row before or after")) // prettier-ignore
  const twice = said(inputs).filter((line) => line.startsWith('look: '))
  assert.match(twice[0], /^look: 1 of 60 times is far from all others \(9999-12-31\): it is taken for missing$/)
})

test('a log is not copied where nothing is left out of it', () => {
  const rows = [[0, 0], [1, 1], [0, 1]] // prettier-ignore
  const given = table(rows, { time: Float64Array.of(1, 2, 3) })
  const log = taken(given, {})
  assert.equal(log.user, given.user)
  assert.equal(log.time, given.time)
  assert.deepEqual([...log.item], [1, 0, 0])
  assert.deepEqual([...given.item], [0, 1, 1], 'what was given is as it was')
  const event = { names: ['like', 'hide'], code: Uint8Array.of(0, 1, 0) }
  const less = taken({ ...given, event }, {})
  assert.deepEqual([[...less.user], [...less.item], [...less.time], less.weight], [[0, 0], [1, 0], [1, 3], null])
})

test('held-out events are to a training as good as not there', async () => {
  const draw = random(5)
  const [users, items, n] = [40, 30, 900]
  const column = (Type, value) => Type.from({ length: n }, value)
  const log = {
    users,
    items,
    user: column(Uint32Array, () => draw.below(users)),
    item: column(Uint32Array, () => draw.below(items)),
    time: column(Float64Array, () => draw.below(500)),
    weight: column(Float32Array, () => 1 + draw.below(3)),
  }
  const hidden = column(Uint8Array, () => +(draw.below(5) === 0))
  const visible = (all) => all.filter((_, e) => hidden[e] === 0)
  const less = {
    users,
    items,
    ...Object.fromEntries(['user', 'item', 'time', 'weight'].map((c) => [c, visible(log[c])])),
  }
  const learn = await Learn.start()
  const workers = new Workers(learn, 1)
  const [one, other] = [await Training.of(learn, workers, { ...log, hidden }), await Training.of(learn, workers, less)]
  const transitions = { window: 5, decay: 0.7, key: 0.3, target: 0.2, top: 10, back: 0.5, onward: 0 }
  assert.deepEqual(await one.transitions(transitions), await other.transitions(transitions))
  assert.deepEqual(one.popularity, other.popularity)
  assert.deepEqual(popularityOf({ ...log, hidden }), popularityOf(less))
  await workers.close()
})

test('ways whose lists have no room beside each other are trained one after the other, and are the same', async () => {
  const [users, items, events] = [40, 14_000, 400]
  const draw = random(7)
  const drawn = (below) => Uint32Array.from({ length: events }, () => draw.below(below))
  const learn = await Learn.start()
  const workers = new Workers(learn, 1)
  const training = await Training.of(learn, workers, { users, items, user: drawn(users), item: drawn(60), time: null, weight: null }) // prettier-ignore
  const ways = (top) => [1, 0.5, 0.25].map((user) => ({ user, key: 0.5, target: 0.5, shrinkage: 0, cosine: false, longest: 5000, top })) // prettier-ignore
  assert.deepEqual(await training.neighboursOf(ways(items)), await training.neighboursOf(ways(60))) // of 4.7 GB in all
  await workers.close()
})

test('rows that come again are counted as somebody would who looks at all of them', () => {
  const draw = random(6)
  const rows = Array.from({ length: 500 }, () => [draw.below(2), draw.below(2)])
  const time = Float64Array.from(rows, () => [NaN, 0.5, 0.25, 1e9, 1e9 + 1][draw.below(5)])
  const code = Uint8Array.from(rows, () => draw.below(2))
  for (const extra of [
    {},
    { time },
    { event: { names: ['a', 'b'], code } },
    { time, event: { names: ['a', 'b'], code } },
  ]) {
    const seen = new Set(
      rows.map(([user, item], row) => `${user} ${item} ${extra.time?.[row]} ${extra.event?.code[row]}`),
    )
    assert.equal(repeatedOf(table(rows, extra)), rows.length - seen.size)
  }
})

test('events are named without regard to case, and no name of JavaScript is one', () => {
  const rows = [[0, 0], [0, 1], [1, 0], [1, 1]] // prettier-ignore
  const event = { names: ['Dislike', 'constructor', '__proto__', 'BUY'], code: Uint8Array.of(0, 1, 2, 3) }
  const log = taken(table(rows, { event }), { events: { buy: 3 } })
  assert.deepEqual([...log.weight], [1, 1, 3], 'the dislike is not learned from')
  assert.deepEqual([...log.item], [0, 1, 0], 'by number in the catalogue, not by appearance in the file')
  assert.deepEqual(said({ interactions: table(rows, { event }) }, { events: { buy: 3 } }), [
    'events: Dislike -1 (1 rows), constructor 1 (1 rows), __proto__ 1 (1 rows), BUY 3 (1 rows)',
    'look: by their names, "Dislike" says dislike; to weigh them otherwise, change {"events":{"Dislike":-1}} in a config',
  ])
})

test('what has no effect is said', () => {
  const rows = [[0, 0]] // prettier-ignore
  assert.deepEqual(said({ interactions: table(rows, { rating: Float32Array.of(4) }) }, {}), [
    'ratings: 4 to 4; each counts 1, whatever it says (there are not two values)',
    'to grade ratings: {"ratings":{"zero":0,"one":4}} in a config, where 0 says nothing and 4 counts 1',
  ])
  const config = { ratings: { zero: 2, one: 4 }, popularity: 'votes' }
  assert.deepEqual(said({ interactions: table(rows) }, config), [
    'config key "ratings" has no effect: the log has no rating column',
    'config key "popularity" has no effect: the log says what is popular',
  ])
})

test('a log too small to hold anything out still answers a taste with its like', async () => {
  // two circles of eight people, who meet five of their circle's twelve items each
  const events = []
  for (let user = 0; user < 16; user++)
    for (let n = 0; n < 5; n++) events.push([user, (user % 2) * 12 + ((user * 5 + n * (1 + (user % 4))) % 12)])
  const ids = Array.from({ length: 24 }, (_, item) => `${item < 12 ? 'A' : 'B'}${item % 12}`)
  const interactions = {
    ...table(events),
    userIds: Array.from({ length: 16 }, (_, user) => `u${user}`),
    itemIds: ids,
    time: Float64Array.from(events, (_, row) => row),
  }
  const inputs = { interactions, items: null, embeddings: null }
  const { bytes, record } = await build(inputs, {}, 1, { say() {}, stage() {} })
  assert.equal(record.quality, null, 'nothing was held out')
  const rec = await Recommender.open(bytes)
  for (const circle of ['A', 'B']) {
    const { items } = rec.recommend({ history: [`${circle}0`, `${circle}1`], k: 5, explain: true })
    assert.ok(
      items.every((item) => item.id.startsWith(circle)),
      `${circle}: ${items.map((item) => item.id)}`,
    )
    assert.ok(items.every((item) => item.because.every((id) => id.startsWith(circle))))
  }
})

test('what one asks for does not change how sources compare', async () => {
  const genres = ['drama', 'comedy', 'horror', 'western', 'noir']
  const itemIds = Array.from({ length: 400 }, (_, i) => `film ${i}`)
  const columns = [
    { name: 'title', kind: 'text', values: itemIds.map((_, i) => `word${i % 37} word${i % 11}`) },
    { name: 'genre', kind: 'category', names: genres, values: Int32Array.from(itemIds, (_, i) => (i * 7) % 5) },
  ]
  const { bytes } = await build({ interactions: null, items: { rows: 400, itemIds, columns, files: [] }, embeddings: null }, {}, 1, { say() {}, stage() {} }) // prettier-ignore
  const rec = await Recommender.open(bytes)
  const history = ['film 3', 'film 14', 'film 160']
  const whole = rec.recommend({ history, k: 200 }).items
  for (const size of [3, 15, 40]) {
    const some = whole.filter((_, place) => place % Math.floor(200 / size) === 1)
    const { items } = rec.recommend({ history, k: some.length, allow: some.map((item) => item.id) })
    assert.deepEqual(items.map((item) => [item.id, item.score]), some.map((item) => [item.id, item.score]), `${size} allowed`) // prettier-ignore
  }
})
