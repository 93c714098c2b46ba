// item2vec: what is met in one company is near, whoever meets it; tried where the order is known, and shipped where it adds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../../build/web/learn/learn.js'
import { Training } from '../../../../build/web/build/training.js'
import { Workers } from '../../../../build/web/build/workers.js'
import { Recommender } from '../../../../dist/node.js'
import { builtShop, shop } from '../../helpers/shop.mjs'

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

test('it is tried beside the others where the order is known, and not where nobody asks for it', async () => {
  const tries = ({ record }) => record.tried.filter(({ what }) => /^(without )?item2vec, beside/.test(what))
  const made = await builtShop(shop(), {}, {})
  assert.equal(tries(made).length, 2)
  const [without, beside] = tries(made)
  const { sources } = await Recommender.open(made.bytes)
  if (without.above[1] === 0 && without.above[0] === 0) assert.ok(!sources.includes('item2vec'))
  else assert.ok(beside.above[0] === 0 && without.above[0] + without.above[1] < 0)
  assert.deepEqual(tries(await builtShop(shop(), {}, { sources: { item2vec: false } })), [])
})
