// How much popularity weighs in a search: what is tried is asked of the core, with all that a bundle rounds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../build/web/learn/learn.js'
import { idsSections } from '../../../build/web/build/sections/ids.js'
import { textIndex } from '../../../build/web/build/sections/search.js'
import { chooseSearch } from '../../../build/web/build/tune/search.js'

/** Titles, how many people met each, and the item that everybody looks for. */
async function chosen(titles, met, wanted, searches = 200) {
  const learn = await Learn.start()
  const ids = titles.map((_, item) => `i${item}`)
  const columns = [{ name: 'title', kind: 'text', values: titles }]
  const index = textIndex({ ids, itemRow: Int32Array.from(ids.keys()), columns }, {})
  const item = Uint32Array.from(met.flatMap((people, item) => Array(people).fill(item)))
  const user = Uint32Array.from(met.flatMap((people) => Array.from({ length: people }, (_, user) => user)))
  const train = { users: Math.max(...met), items: ids.length, user, item, time: null, weight: null }
  const held = new Uint32Array(searches).fill(wanted)
  return chooseSearch(learn, idsSections(learn, ids), index, { train, held }, 1)
}

test('the least weight is taken that brings what is looked for to the top', async () => {
  // by "red" is found what is called so, then what begins so: three of which the wanted one is the last, but the most popular
  const { popularity, tried } = await chosen(['red', 'red lamp', 'red sofa', 'red chair'], [1, 1, 1, 50], 3)
  const mrr = new Map(tried.map((one) => [one.popularity, one.mrr]))
  assert.equal(popularity, 0.25)
  const reds = (1 - mrr.get(0)) / (1 - 1 / 4) // "chair" finds it first
  assert.ok(reds > 0.3 && reds < 0.7, `${reds}`)
  for (const weight of [0.25, 1, 4]) assert.ok(Math.abs(1 - mrr.get(weight) - reds / 2) < 1e-9, `weight ${weight}`)
})

test('people are told apart as far as a bundle tells them', async () => {
  // 49 people and 50 are as popular, and then the item's number says which comes first
  const { tried } = await chosen(['red lamp', 'red sofa', 'red chair'], [1, 49, 50], 2)
  const [none, most] = [tried[0].mrr, tried.at(-1).mrr]
  assert.ok(Math.abs((1 - most) / (1 - none) - (1 - 1 / 2) / (1 - 1 / 3)) < 1e-9, `${none}, ${most}`)
})

test('where too few were looked for, nothing is said', async () => {
  assert.equal(await chosen(['red lamp', 'red sofa'], [1, 2], 1, 99), null)
  assert.equal(await chosen(['', ''], [1, 2], 1), null)
})
