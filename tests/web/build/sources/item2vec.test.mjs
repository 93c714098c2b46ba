// item2vec: what is met in one company is near, whoever meets it; tried where the order is known, and shipped where it adds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../../build/web/learn/learn.js'
import { Training } from '../../../../build/web/build/training.js'
import { Workers } from '../../../../build/web/build/workers.js'
import { Recommender } from '../../../../dist/node.js'
import { built, builtShop, csv, file, random, shop } from '../../helpers/shop.mjs'

const PLAN = { dims: 6, window: 3, top: 50, steps: 6 }
/** Items 0 to 9 are met together, and 10 to 19; nobody meets 20. Each person goes through half of one company. */
const SIZE = 10

function log() {
  const rows = Array.from({ length: 80 }, (_, user) =>
    Array.from({ length: SIZE / 2 }, (_, n) => ({
      user,
      item: (user % 2) * SIZE + ((user * 3 + n * 7) % SIZE),
      time: n,
    })),
  ).flat()
  const column = (name, Kind) => Kind.from(rows, (row) => row[name])
  const columns = { user: column('user', Uint32Array), item: column('item', Uint32Array) }
  return { users: 80, items: 2 * SIZE + 1, ...columns, time: column('time', Float64Array), weight: null }
}

async function vectors(threads) {
  const learn = await Learn.start()
  const workers = new Workers(learn, threads)
  const training = await Training.of(learn, workers, log())
  const made = await training.item2vec(PLAN, 1)
  training.drop()
  await workers.close()
  return made
}

test('one company is near, another far, and what nobody met is nowhere, whatever the number of threads', async () => {
  const { items, stride } = await vectors(1)
  const row = (item) => items.subarray(item * stride, (item + 1) * stride)
  const dot = (a, b) => row(a).reduce((sum, value, d) => sum + value * row(b)[d], 0)
  const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  for (let a = 0; a < 2 * SIZE; a++) {
    const [own, other] = [a < SIZE ? 0 : SIZE, a < SIZE ? SIZE : 0]
    const mean = (first) => Array.from({ length: SIZE }, (_, n) => cosine(a, first + n)).reduce((s, c) => s + c) / SIZE
    assert.ok(mean(own) > mean(other) + 0.3, `item ${a}: ${mean(own)} and ${mean(other)}`)
  }
  assert.ok(row(2 * SIZE).every((value) => value === 0))
  assert.deepEqual((await vectors(2)).items, items)
})

const tries = ({ record }) => record.tried.filter(({ what }) => /^(without )?item2vec, beside/.test(what))
const shopped = builtShop(shop(), {}, { people: 1 })

/** 30 companies of 20 items each; everybody meets six items of one, and now and then a stray one. */
function companies() {
  const draw = random(5)
  return Array.from({ length: 400 }, (_, user) =>
    Array.from({ length: 6 }, (_, n) => ({
      user_id: `u${user}`,
      item_id: `i${draw() < 0.1 ? draw.below(600) : (user % 30) * 20 + draw.below(20)}`,
      timestamp: 1_600_000_000 + 86_400 * n + user,
    })),
  ).flat()
}

test('it is shipped where it surely adds to the others, which the record shows', async () => {
  const sources = async ({ bytes }) => (await Recommender.open(bytes)).sources
  const thin = await built({ interactions: file('companies.csv', csv(companies())) }, { people: 1 })
  const [without, beside] = tries(thin)
  assert.ok(without.above[1] < 0, `without it from ${without.above[0]} to ${without.above[1]}`)
  assert.deepEqual(beside.above, [0, 0])
  assert.ok((await sources(thin)).includes('item2vec'))
  assert.deepEqual(tries(await shopped)[0].above, [0, 0])
  assert.ok(!(await sources(await shopped)).includes('item2vec'))
})

test('it is not tried where nobody asks for it, nor where the order is not known', async () => {
  assert.equal(tries(await shopped).length, 2)
  assert.deepEqual(tries(await builtShop(shop(), {}, { sources: { item2vec: false } })), [])
  const { goods, events } = shop()
  assert.deepEqual(tries(await builtShop({ goods, events: events.map(({ timestamp, ...rest }) => rest) })), [])
})
