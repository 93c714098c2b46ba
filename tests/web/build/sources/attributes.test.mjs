// Attributes: what a history shares with items, value by value, against the formula.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build, readItems, readPopularity } from '../../../../dist/build.js'
import { Recommender } from '../../../../dist/node.js'
import { csv, file } from '../../helpers/shop.mjs'

const ITEMS = 400
const VALUES = 12
const CONFIG = { tune: false, threads: 1, search: false, sources: { content: false }, weightBits: 8 }

/** Items have one to four of twelve values, low numbers more often. */
const valuesOf = (i) => [...new Set([i, i * 7, i * i, i * 31].slice(0, 1 + (i % 4)).map((x) => (x % 5) * (x % 3)))]

async function made(goods, popularity) {
  const inputs = {
    interactions: null,
    embeddings: null,
    items: await readItems([file('attributes-items.csv', csv(goods))]),
    ...(popularity && { popularity: await readPopularity([file('attributes-popularity.csv', csv(popularity))]) }),
  }
  return Recommender.open((await build(inputs, CONFIG, 1, { say() {}, stage() {} })).bytes)
}

test('items come in the order of the cosine of their values with those of the item asked about', async () => {
  const sets = Array.from({ length: ITEMS }, (_, i) => valuesOf(i))
  const rec = await made(sets.map((set, i) => ({ item_id: `p${i}`, tags: set.map((v) => `v${v}`).join('|') })))
  const rarity = Array.from({ length: VALUES }, (_, v) => {
    const having = sets.filter((set) => set.includes(v)).length
    return Math.log((1 + ITEMS) / (1 + having)) + 1
  })
  const length = sets.map((set) => Math.sqrt(set.reduce((sum, v) => sum + rarity[v] ** 2, 0)))
  const cosine = (a, b) =>
    sets[a].reduce((sum, v) => sum + (sets[b].includes(v) ? rarity[v] ** 2 : 0), 0) / length[a] / length[b]
  for (const asked of [3, 50, 123, 399]) {
    const found = rec.similar(`p${asked}`, { k: 60, source: 'attributes' }).items.map(({ id }) => Number(id.slice(1)))
    assert.equal(found.length, 60)
    const cosines = found.map((item) => cosine(asked, item))
    // weights of 8 bits: neighbours in rank may swap where their cosines are nearly one
    cosines.forEach((value, at) => assert.ok(at === 0 || value <= cosines[at - 1] + 0.01, `${asked}: ${cosines}`))
    const best = sets.map((_, item) => (item === asked ? 0 : cosine(asked, item))).sort((a, b) => b - a)
    assert.ok(Math.abs(cosines[59] - best[59]) < 0.01)
  }
})

test('of items with one value each the popular come first', async () => {
  const goods = Array.from({ length: 60 }, (_, i) => ({ item_id: `p${i}`, colour: i % 3 ? 'red' : 'blue' }))
  const popularity = goods.map(({ item_id }, i) => ({ item_id, weight: i === 40 ? 900 : i === 10 ? 500 : 1 }))
  const rec = await made(goods, popularity)
  const found = rec.similar('p1', { k: 5, source: 'attributes' }).items.map(({ id }) => id)
  assert.deepEqual(found.slice(0, 2), ['p40', 'p10'])
})

test('the category is the one whose shared values say most, wherever it stands', async () => {
  const goods = Array.from({ length: 60 }, (_, i) => ({
    item_id: `p${i}`,
    state: 'for sale',
    number: `N${i}`,
    maker: `m${i % 10}`,
    hall: i % 2 ? 'east' : 'west',
  }))
  const rec = await made(goods)
  const found = rec.similar('p13', { k: 5, source: 'attributes' }).items.map(({ id }) => id)
  assert.deepEqual(found.sort(), ['p23', 'p3', 'p33', 'p43', 'p53'])
})

test('of values that most items have the popular items stay, however many values these have', async () => {
  const tags = (i) => (i < 1200 ? 'x|y|z' : ['x', 'y', 'z'][i % 3])
  const goods = Array.from({ length: 4800 }, (_, i) => ({ item_id: `p${i}`, tags: tags(i) }))
  const popularity = goods.map(({ item_id }, i) => ({ item_id, weight: i < 50 ? 100 - i : 1 }))
  const rec = await made(goods, popularity)
  const found = rec.similar('p7', { k: 5, source: 'attributes' }).items.map(({ id }) => id)
  assert.deepEqual(found, ['p0', 'p1', 'p2', 'p3', 'p4'])
})
