// User-CF by clusters: made only where it is asked for, in few bytes, of what several people of a cluster met.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recommender } from '../../../../dist/node.js'
import { clustersOf } from '../../../../build/web/build/sources/usercf.js'
import { builtShop, shop } from '../../helpers/shop.mjs'

const ON = { tune: false, dimension: 16, sources: { usercf: true, content: false, attributes: false } }

test('usercf recommends what people of like taste met, and says because of what', async () => {
  const shopped = shop({ items: 60, users: 200, each: 15 })
  const { bytes } = await builtShop(shopped, {}, ON)
  const rec = await Recommender.open(bytes)
  assert.ok(rec.sources.includes('usercf'))
  const weights = Object.fromEntries(rec.sources.map((name) => [name, Number(name === 'usercf')]))
  // people of the shop keep to items of their own remainder by 5, four times out of five
  let same = 0
  for (let taste = 0; taste < 5; taste++) {
    const history = [0, 1, 2, 3].map((n) => `p${5 * n + taste}`)
    const { items } = rec.recommend({ history, k: 5, weights, explain: true })
    assert.equal(items.length, 5)
    for (const item of items) {
      assert.deepEqual(item.sources, ['usercf'])
      assert.ok(item.because.length > 0 && item.because.every((id) => history.includes(id)))
      same += Number(Number(item.id.slice(1)) % 5 === taste)
    }
  }
  assert.ok(same >= 18, `${same} of 25 are of the history's kind`)
})

test('it is not made where nobody asks for it', async () => {
  const rec = await Recommender.open((await builtShop(shop(), {}, { ...ON, sources: {} })).bytes)
  assert.ok(!rec.sources.includes('usercf'))
})

test('lists hold what at least two people of a cluster met, and shares of an item add up to 1 at most', () => {
  // two tastes: users 0..19 meet items 0..4, users 20..39 items 5..9; user 0 alone meets item 10
  const user = []
  const item = []
  for (let u = 0; u < 40; u++)
    for (let i = 0; i < 5; i++) {
      user.push(u)
      item.push((u < 20 ? 0 : 5) + i)
    }
  user.push(0)
  item.push(10)
  const log = {
    users: 40,
    items: 11,
    user: Uint32Array.from(user),
    item: Uint32Array.from(item),
    time: null,
    weight: null,
  }
  const factors = { dims: 2, stride: 4, items: new Float32Array(44) }
  for (let i = 0; i < 11; i++) factors.items[4 * i + (i < 5 ? 0 : 1)] = 1
  const { count, members, met } = clustersOf(log, factors, 1)
  assert.equal(met.keys, count)
  assert.ok(count >= 2)
  for (let c = 0; c < count; c++) {
    const mine = [...met.items.subarray(met.start[c], met.start[c + 1])]
    assert.ok(mine.every((i) => i < 5) || mine.every((i) => i >= 5), `cluster ${c} met ${mine}`)
    assert.ok(!mine.includes(10))
  }
  for (let i = 0; i < 11; i++) {
    const shares = members.weights.subarray(members.start[i], members.start[i + 1])
    const sum = shares.reduce((total, share) => total + share, 0)
    assert.ok(sum <= 1 + 1e-6, `item ${i}: ${sum}`)
    assert.equal(sum > 0, i < 10)
  }
})
