// Slates of two recommenders: drafted as the paper says, the same by the same seed, and fair to both.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interleave } from '../../../build/web/page/interleave.js'

const ranks = (ids, more = {}) => ({ recommend: () => ({ items: ids.map((id) => ({ id, ...more })) }) })
const A = ranks(['p', 'q', 'r', 's', 't', 'u'])
const B = ranks(['q', 'v', 'p', 'w', 'x', 'y'])
const idsOf = ({ items }) => items.map(({ id }) => id)

test('each round both pick once, the best of their list that is left, and a coin says who is first', async () => {
  const firsts = { a: 0, b: 0 }
  const second = { same: 0, other: 0 }
  for (let seed = 0; seed < 2000; seed++) {
    const { items } = await interleave(A, B, { k: 6, seed })
    assert.equal(items.length, 6)
    assert.equal(new Set(idsOf({ items })).size, 6)
    const left = { a: idsOf(A.recommend()), b: idsOf(B.recommend()) }
    const shown = []
    items.forEach(({ id, owner }, place) => {
      assert.equal(
        id,
        left[owner].find((other) => !shown.includes(other)),
      )
      shown.push(id)
      if (place % 2 === 1) assert.notEqual(owner, items[place - 1].owner, 'in a round both pick')
    })
    firsts[items[0].owner]++
    second[items[2].owner === items[0].owner ? 'same' : 'other']++
  }
  // of 2,000 fair coins 911 to 1,089 in all but one of 15,000 cases
  for (const count of Object.values({ ...firsts, ...second })) assert.ok(count > 911 && count < 1089, `${count}`)
})

test('the same seed drafts the same', async () => {
  const draft = (seed) => interleave(A, B, { k: 6, seed }).then(({ items }) => items.map(({ id, owner }) => id + owner))
  assert.deepEqual(await draft(7), ['pa', 'qb', 'vb', 'ra', 'wb', 'sa'])
  assert.deepEqual(await draft(7), await draft(7))
})

test('a list that has come to its end contests nothing, and nobody owns what follows', async () => {
  const { items } = await interleave(A, ranks(['p']), { k: 5, seed: 3 })
  assert.deepEqual(
    items.filter(({ owner }) => owner !== null).map(({ id }) => id),
    ['p'],
  )
  assert.equal(items.length, 5)
  assert.deepEqual((await interleave(ranks([]), ranks([]), { seed: 0 })).items, [])
})

test('who answers later is awaited, the request reaches both, and what an item says stays but for its propensity', async () => {
  const asked = []
  const slow = {
    recommend: async (request) => {
      asked.push(request)
      return { items: [{ id: 'p', score: 2, propensity: 0.5 }] }
    },
  }
  const { items } = await interleave(slow, slow, { history: ['z'], k: 1, seed: 1 })
  assert.deepEqual(asked, [
    { history: ['z'], k: 1, seed: 1 },
    { history: ['z'], k: 1, seed: 1 },
  ])
  assert.deepEqual(
    items.map(({ owner: _, ...item }) => item),
    [{ id: 'p', score: 2 }],
  )
})

test('without a seed there is no draft', async () => {
  for (const seed of [undefined, -1, 1.5, 2 ** 32])
    await assert.rejects(interleave(A, B, { seed }), {
      name: 'MartelloError',
      message: /^seed: found .*, expected a whole number from 0 below 2\^32, another one for each slate$/,
    })
})

test('ids may be numbers, and a list that is none is said', async () => {
  const numbers = { recommend: () => ({ items: [{ id: 1 }, { id: 2 }] }) }
  const { items } = await interleave(numbers, ranks(['1', '2']), { seed: 3, k: 4 })
  assert.deepEqual(items.map(({ id }) => `${id}`).sort(), ['1', '2'])
  for (const answer of [['1', '2'], undefined, { items: 'none' }])
    await assert.rejects(interleave(A, { recommend: () => answer }, { seed: 3 }), {
      name: 'MartelloError',
      message: /^recommend: found .*, expected an answer \{ items: \[\{ id \}, …\] \}$/,
    })
})
