// Popularity: one measure, whoever asks.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogueOf } from '../../../build/web/build/catalogue.js'
import { popularityOf } from '../../../build/web/build/popularity.js'
import { Recommender } from '../../../dist/node.js'
import { built, csv, file, random } from '../helpers/shop.mjs'

test('a person counts for an item once, by their strongest event of it', () => {
  const draw = random(9)
  const [users, items, rows] = [20, 12, 900]
  const log = {
    users,
    items,
    user: Uint32Array.from({ length: rows }, () => draw.below(users)),
    item: Uint32Array.from({ length: rows }, () => draw.below(items - 1)),
    weight: Float32Array.from({ length: rows }, () => draw.of([-1, 0, 0.25, 1, 3])),
  }
  const plainly = (weight) => {
    const best = new Map()
    log.user.forEach((user, row) => {
      const key = user * items + log.item[row]
      best.set(key, Math.max(best.get(key) ?? 0, weight[row]))
    })
    const sums = new Array(items).fill(0)
    for (const [key, value] of best) sums[key % items] += value
    return sums
  }
  assert.deepEqual([...popularityOf(log)], plainly(log.weight))
  const ones = new Float32Array(rows).fill(1)
  assert.deepEqual([...popularityOf({ ...log, weight: null })], plainly(ones))
  assert.equal(popularityOf(log)[items - 1], 0, 'nobody met it')
})

test('what one person does again and again leads neither the order of items, nor popular, nor a search', async () => {
  const events = [
    ...Array.from({ length: 500 }, () => ({ user_id: 'fan', item_id: 'loop', event: 'play' })),
    ...['a', 'b', 'c'].map((user_id) => ({ user_id, item_id: 'song', event: 'play' })),
    ...['a', 'b'].map((user_id) => ({ user_id, item_id: 'bought', event: 'buy' })),
    ...['c', 'd'].map((user_id) => ({ user_id, item_id: 'seen', event: 'play' })),
  ]
  const interactions = file('loop.csv', csv(events))
  const items = file('loop-items.csv', csv(['loop', 'song', 'bought', 'seen'].map((item_id) => ({ item_id, title: 'Tune' })))) // prettier-ignore
  const { bytes } = await built({ interactions, items }, { events: { buy: 5 }, people: 1 })
  const rec = await Recommender.open(bytes)
  const order = ['bought', 'song', 'seen', 'loop']
  const ids = (answer) => answer.items.map(({ id }) => id)
  const silent = Object.fromEntries(rec.sources.map((source) => [source, 0]))
  assert.deepEqual(ids(rec.recommend({ weights: silent, k: 4 })), order, 'what fills a slate')
  assert.deepEqual(ids(rec.recommend({ weights: { ...silent, popular: 1 }, k: 4 })), order)
  assert.deepEqual(ids(rec.search('tune', { k: 4 })), order)
})

test('the catalogue is in the order of popularity', () => {
  const log = { userIds: ['u', 'v'], itemIds: ['x', 'y'], user: Uint32Array.of(0, 0, 0, 0, 1), item: Uint32Array.of(0, 0, 0, 1, 1) } // prettier-ignore
  const inputs = { interactions: log, items: null, embeddings: null }
  assert.deepEqual(catalogueOf(inputs, null).ids, ['y', 'x'])
  assert.deepEqual(catalogueOf(inputs, Float32Array.of(1, 5, 1, 1, 1)).ids, ['x', 'y'])
  const popularity = { itemIds: ['z', 'x'], weight: Float64Array.of(9, 1), files: [] }
  assert.deepEqual(catalogueOf({ ...inputs, popularity }, null).ids, ['x', 'y'])
})
