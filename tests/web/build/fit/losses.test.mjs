// What a tower is told by what came next, and what it is compared with: each choice of the config learns, with the same bytes for any
// number of threads, and what cannot be is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkTrainedTower } from '../../../../build/web/build/fit/checks.js'
import { NegativeDraw } from '../../../../build/web/build/fit/negatives.js'
import { eventWeights, itemWeights, ownWeights } from '../../../../build/web/build/fit/weights.js'
import { Recommender } from '../../../../dist/node.js'
import { built, csv, file, random } from '../../helpers/shop.mjs'
import { ALONE, fitted, rowsOf, SMALL } from '../../helpers/walks.mjs'

const WAYS = [
  ['sasrec', { loss: 'softmax' }],
  ['sasrec', { loss: 'full' }],
  ['sasrec', { loss: 'bpr' }],
  ['sasrec', { loss: 'ccl', rate: 0.03 }],
  ['sasrec', { loss: 'gbce' }],
  ['gru4rec', { loss: 'full' }],
  ['sasrec', { filter: 2 }],
  ['sasrec', { filter: 25, blocks: 2 }],
  ['sasrec', { mixed: 0.5 }],
  ['sasrec', { hard: 0.5 }],
  ['sasrec', { mixed: 0.25, hard: 0.25 }],
  ['sasrec', { align: 1 }],
  ['sasrec', { weights: { popularity: 0.5 } }],
  ['sasrec', { passes: 0, decay: 0 }],
]

for (const [kind, how] of WAYS)
  test(`${kind} with ${JSON.stringify(how)} learns, with the same bytes for any number of threads`, async () => {
    const { passes, items } = await fitted(kind, { how: { passes: 40, ...how } })
    const best = Math.max(...passes.map(({ ndcg }) => ndcg))
    assert.ok(best > 0.8, `ndcg ${best}`)
    assert.ok(items.every(Number.isFinite))
    const made = (threads) => fitted(kind, { how, threads, passes: [1, 1, 0.3], people: 60 })
    const [one, two, four] = await Promise.all([1, 2, 4].map(made))
    for (const each of [two, four]) {
      assert.deepEqual(each.items, one.items)
      assert.deepEqual(each.parameters, one.parameters)
    }
  })

test('steps become smaller along a cosine, and everything is gone through in the same ones', async () => {
  const { plan, passes } = await fitted('sasrec', { how: { passes: 12 }, people: 60 })
  assert.equal(passes.length, 12)
  assert.ok(plan.passes[0] > 0.95 && plan.passes[0] <= 1)
  plan.passes.slice(1).forEach((pace, p) => assert.ok(pace < plan.passes[p]))
  if (plan.passes.length === 12) assert.ok(plan.passes[11] < 0.02)
})

test('where there is no time for all passes, there are fewer, and the last are small all the same', async () => {
  const { plan, cut } = await fitted('sasrec', { how: { passes: 200 }, minutes: 0.05 })
  assert.equal(cut, true)
  assert.ok(plan.passes.length < 200, `${plan.passes.length} passes`)
})

/** Sequences of people who met so many items each. */
function sequencesOf(lists, weight = null) {
  const start = [0]
  for (const list of lists) start.push(start.at(-1) + list.length)
  return { start: Uint32Array.from(start), item: Uint32Array.from(lists.flat()), weight }
}
const batchOf = (...targets) =>
  targets.map((target, person) => ({ person, history: Uint32Array.of(0), vector: Uint32Array.of(0), target: Uint32Array.of(target) })) // prettier-ignore

test('negatives are items that somebody met, and mixed ones are corrected for how often they are drawn', () => {
  const sequences = sequencesOf([[0, 1, 1, 1], [1, 1, 2, 4]]) // prettier-ignore
  const plan = { loss: 'softmax', negatives: 4000, mixed: 0, hard: 0 }
  const shares = ({ item }) => [0, 1, 2, 3, 4].map((one) => item.filter((drawn) => drawn === one).length / item.length)
  const plain = new NegativeDraw(plan, sequences, 5, random(1)).of(batchOf(1, 2))
  assert.equal(plain.likely, null)
  const drawn = shares(plain)
  for (const item of [0, 1, 2, 4]) assert.ok(Math.abs(drawn[item] - 0.25) < 0.05, `${drawn}`)
  assert.equal(drawn[3], 0)
  const mixed = new NegativeDraw({ ...plan, mixed: 0.5 }, sequences, 5, random(1)).of(batchOf(1, 1))
  assert.ok(Math.abs(shares(mixed)[1] - 0.625) < 0.05)
  // item 1 has 5 of 8 events: it is drawn 0.5 + 0.5 · 5 / 8 · 4 times as often as a draw of any of the four
  const near = (found, wanted) => assert.ok(Math.abs(found - wanted) < 1e-6, `${found}, expected ${wanted}`)
  mixed.item.forEach((item, n) => near(mixed.likely[n], Math.log(0.5 + (item === 1 ? 1.25 : 0.25))))
  const all = new NegativeDraw({ ...plan, loss: 'full' }, sequencesOf([[0, 1, 2, 3, 4]]), 6, random(1))
  assert.equal(all.most, 8)
  assert.deepEqual([...all.of(batchOf(1)).item], [0, 1, 2, 3, 4, 0xffffffff, 0xffffffff, 0xffffffff])
})

test('mixed negatives are drawn as often as people met them, whatever else is in their row', () => {
  const [many, few] = [Uint32Array.from({ length: 50 }, (_, n) => n), Uint32Array.of(50)]
  const sequences = sequencesOf([[...many], [...few]])
  const rows = [many, few].map((target, person) => ({ person, history: Uint32Array.of(0), vector: new Uint32Array(target.length), target })) // prettier-ignore
  const plan = { loss: 'softmax', negatives: 20_000, mixed: 0.9, hard: 0 }
  const { item, likely } = new NegativeDraw(plan, sequences, 51, random(1)).of(rows)
  const share = item.filter((one) => one === 50).length / item.length
  assert.ok(Math.abs(share - 1 / 51) < 0.005, `${share}`)
  assert.ok(likely.every((one) => Math.abs(one) < 1e-6)) // all have one event
  for (const loss of ['bpr', 'ccl']) {
    const drawn = new NegativeDraw({ ...plan, loss }, sequencesOf([[1, 1, 1, 2]]), 3, random(1)).of(batchOf(1, 1))
    assert.equal(drawn.likely, null, `${loss} has no likelihoods to correct`)
    assert.ok(drawn.item.filter((one) => one === 1).length > 0.9 * drawn.item.length)
  }
  const gbce = new NegativeDraw({ ...plan, loss: 'gbce' }, sequences, 51, random(1)).of(rows)
  assert.ok(gbce.likely !== null)
})

test('hard negatives are looked up among what somebody met, for as long as there is time', async () => {
  const sequences = sequencesOf([[0, 1], [2, 3]]) // prettier-ignore
  const draw = new NegativeDraw({ loss: 'softmax', negatives: 100, mixed: 0, hard: 0.5 }, sequences, 6, random(1))
  const rows = Array.from({ length: 5000 }, () => batchOf(1)[0])
  const asked = []
  const nearest = async (some, count, among) => {
    asked.push(some.length)
    assert.deepEqual([...among], [1, 1, 1, 1, 0, 0])
    return new Uint32Array(some.length * count).fill(2)
  }
  await draw.lookUp({ nearest }, rows, () => asked.length === 2)
  assert.equal(asked.length, 2)
  assert.ok(asked[0] + asked[1] < rows.length)
  assert.ok(
    draw
      .of(rows.slice(0, 1))
      .item.subarray(0, 50)
      .every((item) => item === 2),
  )
  assert.ok(draw.of(rows.slice(-1)).item.every((item) => item < 4))
})

test('hard negatives are what the last pass would have recommended, but for what the person met', async () => {
  const sequences = sequencesOf([[0, 1], [2, 3]]) // prettier-ignore
  const draw = new NegativeDraw({ loss: 'softmax', negatives: 100, mixed: 0, hard: 0.5 }, sequences, 10, random(1))
  const rows = [0, 1].map((person) => ({ person, history: Uint32Array.of(2 * person), vector: Uint32Array.of(0), target: Uint32Array.of(2 * person + 1) })) // prettier-ignore
  const nearest = async (asked, count) =>
    Uint32Array.from(asked.flatMap(() => [1, 3, 7, ...Array.from({ length: count - 3 }, () => 0xffffffff)]))
  await draw.lookUp({ nearest }, rows, () => false)
  const first = draw.of(rows.slice(0, 1)).item
  assert.deepEqual([...new Set(first.slice(0, 50))].sort(), [3, 7])
  assert.deepEqual([...new Set(draw.of(rows.slice(1)).item.slice(0, 50))].sort(), [1, 7])
  assert.ok(first.slice(50).every((item) => item < 4))
})

test('weights are the product of what is said, 1 in the mean', () => {
  const sequences = sequencesOf([[0, 1], [1, 2]], Float32Array.of(1, 2, 1, 4)) // prettier-ignore
  const catalogue = {
    itemRow: Int32Array.of(0, 1, -1),
    columns: [{ name: 'price', kind: 'number', values: Float64Array.of(10, 30) }],
  }
  // in the file, in another order, with an event that is held out
  const log = { users: 2, user: Uint32Array.of(1, 0, 0, 1, 1), item: Uint32Array.of(1, 1, 0, 2, 0), time: Float64Array.of(1, 2, 1, 2, 3), value: Float32Array.of(9, NaN, 3, 6, 100), hidden: Uint8Array.of(0, 0, 0, 0, 1) } // prettier-ignore
  const of = (weights) =>
    eventWeights({ ...sequences, weight: ownWeights(sequences.weight, log, weights) }, itemWeights(sequences, 3, catalogue, weights)) // prettier-ignore
  const near = (found, wanted) => {
    const mean = wanted.reduce((sum, each) => sum + each, 0) / wanted.length
    assert.deepEqual([...found].map((each) => each.toFixed(5)), wanted.map((each) => (each / mean).toFixed(5))) // prettier-ignore
  }
  assert.equal(of({}), null)
  assert.equal(of({ event: false, popularity: 0 }), null)
  near(of({ event: true }), [1, 2, 1, 4])
  near(of({ value: 'paid' }), [3, 6, 9, 6]) // what says nothing counts as the others do in the mean
  near(of({ value: 'paid', event: true }), [3, 12, 9, 24])
  near(of({ column: 'price' }), [10, 30, 30, 20]) // what says nothing counts as the others do in the mean
  near(of({ popularity: 0.5 }), [1, Math.SQRT1_2, Math.SQRT1_2, 1])
  near(of({ event: true, column: 'price', popularity: 1 }), [10, 30, 15, 80])
})

/** After a0 people meet b0 or, half as often, c0, which costs ten times as much; so with a1, a2 and a3. */
function shop() {
  const draw = random(4)
  const events = Array.from({ length: 400 }, (_, user) => {
    const first = draw.below(4)
    const met = [0, 1].flatMap((n) => [`a${(first + n) % 4}`, `${draw.below(3) === 0 ? 'c' : 'b'}${(first + n) % 4}`])
    return met.map((item_id, n) => ({ user_id: `u${user}`, item_id, timestamp: 1e9 + 86_400 * n + user }))
  }).flat()
  const ids = ['a', 'b', 'c'].flatMap((kind) => [0, 1, 2, 3].map((n) => `${kind}${n}`))
  const goods = ids.map((item_id) => ({ item_id, price: item_id.startsWith('c') ? 50 : 5, kind: 'thing' }))
  const paid = events.map((event) => ({ ...event, paid: event.item_id.startsWith('c') ? 50 : 5 }))
  return { interactions: file('worth-log.csv', csv(paid)), items: file('worth-items.csv', csv(goods)) }
}

test('what is worth more is recommended before what is met more often', async () => {
  const files = shop()
  const next = async (weights) => {
    const train = { tower: { kind: 'sasrec', ...SMALL, ...(weights && { weights }) } }
    const silent = Object.fromEntries(['content', 'attributes'].map((name) => [name, false]))
    const { bytes } = await built(files, { train, layers: 'f32', sources: { ...ALONE, ...silent, tower: true } })
    const recommender = await Recommender.open(bytes)
    return [0, 1, 2, 3].map((n) => recommender.recommend({ history: [`a${n}`], k: 1 }).items[0].id)
  }
  assert.deepEqual(await next(), ['b0', 'b1', 'b2', 'b3'])
  assert.deepEqual(await next({ column: 'price' }), ['c0', 'c1', 'c2', 'c3'])
  assert.deepEqual(await next({ value: 'paid' }), ['c0', 'c1', 'c2', 'c3'])
})

test('weights and shares that cannot be are refused before anything is trained', async () => {
  const rows = rowsOf(30)
  const interactions = file('weights-log.csv', csv(rows))
  const goods = (price) =>
    Array.from({ length: 40 }, (_, i) => ({ item_id: `i${i}`, price: i === 3 ? price : 1, kind: 'x' }))
  const refused = (tower, words, price = 2) =>
    assert.rejects(
      built({ interactions, items: file('weights-items.csv', csv(goods(price))) }, { train: { tower: { kind: 'sasrec', ...tower } } }), // prettier-ignore
      words,
    )
  const column = (name) => ({ weights: { column: name } })
  await refused(
    column('margin'),
    /key "train\.tower\.weights\.column": found "margin", which is no column of the items/,
  )
  await refused(column('kind'), /found "kind", a column of kind \w+, expected a number column of --items/)
  await refused(column('price'), /weights-items\.csv.*found -5 of item "i3".*expected numbers that are not below 0/, -5)
  await refused({ weights: { value: 'paid' } }, /"paid"/)
  const paying = (paid, words) =>
    assert.rejects(
      built({ interactions: file('paid-log.csv', csv(rows.map((row, r) => ({ ...row, paid: r === 5 ? paid : 0 })))) }, { train: { tower: { kind: 'sasrec', weights: { value: 'paid' } } } }), // prettier-ignore
      words,
    )
  await paying(-1, /paid-log\.csv.*row 6.*found "?-1"?, expected a number that is not below 0/)
  await paying('much', /paid-log\.csv.*found "much", expected a number that is not below 0/)
  await paying(0, /key "train\.tower\.weights\.value": found "paid", which holds nothing above 0/)
  await refused({ mixed: 0.6, hard: 0.6 }, /found 0\.6 beside "hard": 0\.6, expected shares of the negatives/)
  await refused({ loss: 'full', hard: 0.5 }, /key "train\.tower\.loss": found "full" beside "mixed" or "hard"/)
  await refused({ loss: 'ccl', temperature: 0.5 }, /key "train\.tower\.temperature": found 0\.5 beside "loss": "ccl"/)
  await refused({ kind: 'finetune' }, /"finetune" and no tower/)
  const config = { train: { tower: { kind: 'finetune', loss: 'ccl' } } }
  assert.throws(
    () => checkTrainedTower({ tower: {}, items: null }, config),
    /key "train\.tower\.loss": found "ccl" of a tower whose vectors are compared as they came/,
  )
})
