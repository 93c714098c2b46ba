// What is taken together: lifts against a plain count, and what recall and likeness make of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recommender } from '../../../../dist/node.js'
import { built, cliJson, csv, file, path, random } from '../../helpers/shop.mjs'

const ITEMS = 40

/** Orders of people: item 2i is often taken with 2i + 1, and item 0 with anything. */
function orders({ people = 60, each = 5, seed = 3 } = {}) {
  const draw = random(seed)
  const rows = []
  for (let person = 0; person < people; person++)
    for (let order = 0; order < each; order++) {
      const first = 2 * draw.below(ITEMS / 2)
      const taken = new Set([first, draw() < 0.8 ? first + 1 : draw.below(ITEMS), draw() < 0.5 ? 0 : draw.below(ITEMS)])
      for (const item of taken)
        rows.push({
          user_id: `u${person}`,
          item_id: `p${item}`,
          order_number: order,
          timestamp: 1_600_000_000 + 86_400 * order + draw.below(600),
        })
    }
  return rows
}

/** The weight of every pair that shares 2 baskets or more and more than chance gives, by counting. */
function lifts(baskets) {
  const count = new Map()
  const add = (key) => count.set(key, (count.get(key) ?? 0) + 1)
  for (const basket of baskets) for (const a of basket) for (const b of basket) add(a === b ? a : `${a} ${b}`)
  return (a, b) => {
    const both = count.get(`${a} ${b}`) ?? 0
    const perBasket = baskets.length / (count.get(a) * count.get(b))
    return both >= 2 && both * perBasket > 1 ? Math.log2(1 + (both - 1) * perBasket) : 0
  }
}

test('it says what shares more baskets than chance would have it, the strongest first', async () => {
  const rows = orders()
  const log = file('orders.csv', csv(rows))
  const { bytes, record } = await built(
    { interactions: log },
    { basket: 'order_number', weightBits: 32, tune: false, people: 1 },
  )
  assert.ok(record.sources.some((source) => source.name === 'together'))
  const rec = await Recommender.open(bytes)
  const baskets = new Map()
  for (const { user_id, order_number, item_id } of rows) {
    const key = `${user_id} ${order_number}`
    baskets.set(key, (baskets.get(key) ?? new Set()).add(item_id))
  }
  const lift = lifts([...baskets.values()])
  for (let item = 0; item < ITEMS; item++) {
    const weights = Object.fromEntries(rec.sources.map((name) => [name, Number(name === 'together')]))
    const asked = rec.recommend({ history: [`p${item}`], weights, k: ITEMS, explain: true })
    const items = asked.items.filter(({ sources }) => sources.length > 0)
    const expected = Array.from({ length: ITEMS }, (_, other) => [
      `p${other}`,
      other === item ? 0 : lift(`p${item}`, `p${other}`),
    ])
      .filter(([, value]) => value > 0)
      .sort((a, b) => b[1] - a[1])
    assert.equal(items.length, expected.length, `p${item}`)
    items.forEach(({ id, explain }, place) => {
      const value = expected.find(([other]) => other === id)[1]
      assert.ok(
        Math.abs(explain.together.score - value) < 1e-4 * value,
        `p${item}, ${id}: ${explain.together.score}, ${value}`,
      )
      assert.ok(Math.abs(value - expected[place][1]) < 1e-4 * value, 'in the order of the lifts')
    })
  }
  const { items } = rec.similar('p2', { source: 'together', k: ITEMS })
  const known = Array.from({ length: ITEMS }, (_, other) => `p${other}`).filter(
    (id) => id !== 'p2' && lift('p2', id) > 0,
  )
  assert.equal(items[0].id, 'p3')
  assert.deepEqual(items.map(({ id }) => id).sort(), known.sort(), 'what it does not bring is not filled up')
  assert.throws(() => rec.similar('p2', { source: 'i2i2' }), { message: /^source: found "i2i2", expected .*together/ })
  // what a rule puts there stays, and is counted
  const pinned = rec.similar('p2', { source: 'together', k: 5, policy: { pins: [{ id: 'p39', position: 1 }] } })
  assert.equal(pinned.items[0].id, 'p39')
  assert.deepEqual([pinned.trace.filled, pinned.trace.stages.slate.out], [1, pinned.items.length])
  assert.throws(() => rec.similar('p2', { source: 'together', weights: { i2i: 1 } }), { message: /^weights: found/ })
  // likeness is another thing
  assert.ok(rec.similar('p2', { k: 5, explain: true }).items.every((item) => !item.sources.includes('together')))
})

test('baskets that no person fills are left out on both sides of the lift', async () => {
  const row = (basket, item) => ({ user_id: 'u', item_id: item, order_number: basket })
  const rows = []
  for (let basket = 0; basket < 20; basket++) rows.push(row(basket, 'a'), row(basket, 'b'))
  for (let basket = 20; basket < 320; basket++) rows.push(row(basket, `c${basket % 50}`))
  for (let basket = 320; basket < 330; basket++) {
    for (let item = 0; item < 250; item++) rows.push(row(basket, `d${item}`))
    rows.push(row(basket, 'a'), row(basket, 'b'))
  }
  const log = file('machines.csv', csv(rows))
  const { bytes } = await built(
    { interactions: log },
    { basket: 'order_number', weightBits: 32, tune: false, people: 1 },
  )
  const rec = await Recommender.open(bytes)
  const [first, ...others] = rec.similar('a', { source: 'together', explain: true }).items
  assert.deepEqual([first.id, others.length], ['b', 0])
  assert.ok(Math.abs(first.explain.together.score - Math.log2(1 + (19 * 320) / 400)) < 1e-4)
})

test('recall takes it in: what a cart lacks comes back', async () => {
  const rows = orders({ people: 200 })
  const { bytes } = await built({ interactions: file('carts.csv', csv(rows)) }, { basket: 86_400 / 2 })
  const rec = await Recommender.open(bytes)
  const { items, trace } = rec.recommend({ history: ['p6'], k: 5, weights: { together: 1 }, explain: true })
  assert.ok(trace.recalled.together > 0)
  const partner = items.find((item) => item.id === 'p7')
  assert.ok(partner?.sources.includes('together'))
  assert.deepEqual(partner.because, ['p6'])
})

test('a cart asks for what goes with all of it, and the history has no say but to keep away', async () => {
  const rows = orders({ people: 200 })
  const { bytes } = await built(
    { interactions: file('whole-carts.csv', csv(rows)) },
    { basket: 'order_number', tune: false },
  )
  const rec = await Recommender.open(bytes)
  const ids = ({ items }) => items.map(({ id }) => id)
  const { items } = rec.recommend({ cart: ['p2', 'p6', 'p10'], k: 6, explain: true })
  assert.deepEqual(
    items
      .slice(0, 3)
      .map(({ id }) => id)
      .sort(),
    ['p11', 'p3', 'p7'],
  )
  assert.ok(items.slice(0, 3).every(({ sources }) => sources.join() === 'together'))
  assert.deepEqual(items[0].because.length > 0, true)
  assert.ok(!ids({ items }).some((id) => ['p2', 'p6', 'p10'].includes(id)))
  // in whatever order it was filled
  const scores = (cart) =>
    Object.fromEntries(rec.recommend({ cart, k: 6 }).items.map(({ id, score }) => [id, score.toFixed(4)]))
  assert.deepEqual(scores(['p10', 'p2', 'p6']), scores(['p2', 'p6', 'p10']))
  const request = { cart: ['p2', 'p6'], k: 6 }
  const without = ids(rec.recommend({ ...request, exclude: ['p3'] }))
  assert.deepEqual(ids(rec.recommend({ ...request, history: ['p3'] })), without)
  assert.deepEqual(ids(rec.recommend({ ...request, profile: { history: [{ id: 'p3' }] } })), without)
  assert.equal(ids(rec.recommend({ ...request, history: ['p3'], repeat: true }))[0], ids(rec.recommend(request))[0])
  assert.ok(ids(rec.recommend({ ...request, weights: { popular: 1 } })).length === 6)
  assert.throws(() => rec.recommend({ cart: 'p2' }), { message: /^cart: found "p2", expected a list of ids/ })
  assert.throws(() => rec.recommend({ cart: ['p2'], history: 'p3' }), {
    message: /^history: found "p3", expected a list/,
  })
  assert.throws(() => rec.similar('p2', { cart: ['p3'] }), { message: /^similar: found option "cart"/ })
})

test('a cart in a bundle that knows no baskets is the newest of the history', async () => {
  const { bytes } = await built({ interactions: file('no-carts.csv', csv(orders())) }, { tune: false })
  const rec = await Recommender.open(bytes)
  const ids = ({ items }) => items.map(({ id }) => id)
  assert.deepEqual(
    ids(rec.recommend({ history: ['p4'], cart: ['p2', 'p6'], k: 8 })),
    ids(rec.recommend({ history: ['p4', 'p2', 'p6'], k: 8, exclude: ['p2', 'p6'] })),
  )
})

test('on the command line; without baskets it is not made', async () => {
  const log = file('cli-orders.csv', csv(orders()))
  const bundle = path('orders.martello')
  const config = (basket) => file('basket.json', JSON.stringify({ basket, tune: false }))
  await cliJson('build', '-o', bundle, '--interactions', log, '--config', config('order_number'))
  const { items } = await cliJson('similar', bundle, 'p4', '--source', 'together', '--k', 3)
  assert.equal(items[0].id, 'p5')
  const goes = await cliJson('recommend', bundle, '--cart', 'p4,p8', '--k', 2)
  assert.deepEqual(goes.items.map(({ id }) => id).sort(), ['p5', 'p9'])
  const bare = await cliJson('build', '-o', bundle, '--interactions', log)
  assert.ok(!bare.sources.some((source) => source.name === 'together'))
})
