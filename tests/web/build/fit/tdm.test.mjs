// A tree and its scorer that are trained here: balanced whatever the number of items, the same with any number of threads, and a device
// finds in it what the scorer likes best of all items.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../../build/web/learn/learn.js'
import { fitTdm, startFor, TDM } from '../../../../build/web/build/fit/tdm.js'
import { minutesOf } from '../../../../build/web/build/fit/minutes.js'
import { ItemTree, leafOrder, meansAbove } from '../../../../build/web/build/fit/tree.js'
import { recipeFor } from '../../../../build/web/build/recipe.js'
import { Training } from '../../../../build/web/build/training.js'
import { holdOut } from '../../../../build/web/build/tune/holdout.js'
import { Workers } from '../../../../build/web/build/workers.js'
import { Recommender } from '../../../../dist/node.js'
import { buildHere, built, csv, file, path, random } from '../../helpers/shop.mjs'

/** People keep to one of so many rings, and go on along it. */
const [RINGS, RING] = [6, 20]
const ITEMS = RINGS * RING

function walks(people, steps = 8, seed = 1) {
  const draw = random(seed)
  return Array.from({ length: people }, (_, user) => {
    const [ring, at] = [draw.below(RINGS), draw.below(RING)]
    return Array.from({ length: steps }, (_, n) => ({ user, item: ring * RING + ((at + n) % RING), time: n }))
  }).flat()
}

function logOf(rows, items) {
  const column = (name, Kind) => Kind.from(rows, (row) => row[name])
  const users = Math.max(...rows.map(({ user }) => user)) + 1
  return {
    ...{ users, items, weight: null },
    ...{ user: column('user', Uint32Array), item: column('item', Uint32Array), time: column('time', Float64Array) },
  }
}

const quiet = { stage() {}, say() {} }
const SMALL = {
  width: 16,
  length: 6,
  interests: 2,
  hidden: 16,
  arity: 3,
  beam: 24,
  negatives: 16,
  batch: 64,
  rate: 0.01,
}

async function fitted({
  threads = 2,
  passes,
  steps = 1e6,
  minutes = 10,
  people = 300,
  seed = 1,
  rate = SMALL.rate,
} = {}) {
  const learn = await Learn.start()
  const workers = new Workers(learn, threads)
  const holdout = holdOut(logOf(walks(people), ITEMS), 1)
  const training = await Training.of(learn, workers, holdout.train)
  const plan = { ...TDM, ...SMALL, rate, ...(passes && { passes, steps }) }
  const from = { learn, workers, seed, progress: quiet, minutes: minutesOf(minutes) }
  const start = await startFor(training, recipeFor(holdout.train, {}), plan, seed)
  const learned = await fitTdm(from, training, plan, start, passes ? null : holdout)
  training.drop()
  await workers.close()
  return learned
}

test('a tree is balanced, and has each leaf once below one node of each level', () => {
  const draw = random(5)
  for (const [leaves, arity, beam] of [
    [1, 2, 4],
    [5, 2, 1],
    [64, 4, 4],
    [301, 3, 10],
    [1000, 8, 40],
  ]) {
    // prettier-ignore
    const vectors = Float32Array.from({ length: 4 * (leaves + 3) }, draw)
    const known = Uint32Array.from({ length: leaves }, (_, n) => n + 3)
    const tree = new ItemTree(leaves + 3, leafOrder(vectors, 4, known, arity, 1), arity, beam)
    assert.deepEqual(tree.order.slice().sort(), known)
    assert.ok(tree.counts.at(-1) <= beam && (tree.top === 0 || tree.counts.at(-2) > beam))
    const parents = tree.parents()
    for (let level = 1; level <= tree.top; level++) {
      const met = []
      for (let place = 0; place < tree.counts[level]; place++) {
        const [from, to] = tree.children(level, place)
        assert.ok(to - from === arity || (place === tree.counts[level] - 1 && to > from))
        for (let child = from; child < to; child++) {
          assert.equal(parents[tree.row(level - 1, child)], tree.row(level, place))
          met.push(child)
        }
      }
      assert.deepEqual(met, [...Array(tree.counts[level - 1]).keys()])
    }
    const whole = meansAbove(tree, vectors, 4)
    const mean = (rows) => rows.reduce((sum, row) => sum + whole[4 * row], 0) / rows.length
    if (tree.top > 0) {
      const [from, to] = tree.children(1, 0)
      const below = Array.from({ length: to - from }, (_, n) => tree.row(0, from + n))
      assert.ok(Math.abs(whole[4 * tree.row(1, 0)] - mean(below)) < 1e-6)
    }
  }
})

test('what lies near each other comes under one node', () => {
  // sixteen heaps of eight, shuffled
  const draw = random(2)
  const heap = Array.from({ length: 128 }, (_, item) => (item * 37) % 16)
  const centre = Array.from({ length: 16 }, () => Array.from({ length: 6 }, () => 10 * draw()))
  const vectors = Float32Array.from(heap.flatMap((h) => centre[h].map((x) => x + draw() / 10)))
  const order = leafOrder(vectors, 6, Uint32Array.from(heap.keys()), 8, 1)
  for (let node = 0; node < 16; node++)
    assert.equal(new Set(Array.from(order.subarray(8 * node, 8 * node + 8), (item) => heap[item])).size, 1)
})

test('it learns what comes next, with fewer nodes than items scored', async () => {
  const { passes, plan, cut, tree } = await fitted()
  const best = Math.max(...passes.map(({ ndcg }) => ndcg))
  assert.ok(best > 0.6, `ndcg ${best}`)
  assert.ok(plan.passes.length > 0 && plan.passes.length <= passes.length)
  assert.equal(cut, false)
  assert.ok(tree.top > 0)
})

test('the same seed gives the same bytes with 1, 2 and 4 threads; another one others', async () => {
  const made = (how) => fitted({ passes: [1, 1, 1, 0.3], people: 120, ...how })
  const [one, two, four, other] = await Promise.all(
    [{ threads: 1 }, { threads: 2 }, { threads: 4 }, { seed: 2 }].map(made),
  )
  for (const each of [two, four]) {
    assert.deepEqual(each.vectors, one.vectors)
    assert.deepEqual(each.parameters, one.parameters)
    assert.deepEqual(each.tree.order, one.tree.order)
  }
  assert.notDeepEqual(other.vectors, one.vectors)
  assert.ok(one.vectors.every(Number.isFinite))
})

test('where the minutes are over before a pass is, there is no tree', async () => {
  const { cut, plan } = await fitted({ minutes: 1e-6 })
  assert.equal(cut, true)
  assert.deepEqual(plan.passes, [])
})

test('a longer log is gone through in twice as many steps at most', async () => {
  const { passes } = await fitted({ passes: Array(9).fill(1), steps: 10, people: 300 })
  assert.ok(passes.length < 9)
})

test('steps that are far too long end in smaller ones, and never in what is no number', async () => {
  const { vectors, parameters } = await fitted({ rate: 1e9, people: 60 })
  assert.ok(vectors.every(Number.isFinite))
  for (const values of parameters.values()) assert.ok(values.every(Number.isFinite))
})

const ALONE = Object.fromEntries(
  ['als', 'item2vec', 'i2i', 'ease', 'next', 'popular', 'trending', 'new'].map((name) => [name, false]),
)
const rowsOf = (people) =>
  walks(people).map(({ user, item, time }) => ({
    user_id: `u${user}`,
    item_id: `i${item}`,
    timestamp: 1_600_000_000 + 86_400 * time + user,
  }))

test('a device walks down the tree that was trained', async () => {
  const { bytes, record } = await built(
    { interactions: file('rings.csv', csv(rowsOf(300))) },
    { train: { retriever: 'tdm' }, sources: ALONE },
  )
  assert.ok(record.recipe.tdm.passes.length > 0)
  const recommender = await Recommender.open(bytes)
  assert.deepEqual(recommender.sources, ['tdm'])
  const asked = (history, how) => recommender.recommend({ history, k: 5, ...how }).items.map(({ id }) => id)
  const ring = (r) => Array.from({ length: RING }, (_, n) => `i${r * RING + n}`)
  for (const r of [0, 3]) {
    const history = ring(r).slice(4, 9)
    assert.ok(asked(history).filter((id) => ring(r).includes(id)).length >= 4)
    assert.ok(asked(history).every((id) => !history.includes(id)))
    assert.ok(!asked(history, { exclude: [ring(r)[9]] }).includes(ring(r)[9]))
    assert.deepEqual(asked(history, { allow: ring(1).slice(0, 3) }).sort(), ring(1).slice(0, 3).sort())
  }
})

test('what is trained, and why a tree is left out, is said', async () => {
  const said = async (name, rows, config) => {
    const at = file(`${name}.json`, JSON.stringify(config))
    return (
      await buildHere('--interactions', file(`${name}.csv`, csv(rows)), '--config', at, '-o', path(`${name}.martello`))
    ).stderr
  }
  const train = { retriever: 'tdm' }
  const rows = rowsOf(60)
  assert.match(
    await said('rings', rows, { train }),
    /tdm: \d+ passes over the log, held-out ndcg@10 of its search \d\.\d{4}\ntdm is (kept|left out): to recall \+ ndcg of a person it adds/,
  )
  assert.match(await said('few', rows.slice(0, 80), { train }), /no tree: the log is too small to hold anything out/)
  assert.match(
    await said('untuned', rows, { train, tune: false }),
    /no tree: only held-out events say when it has learned enough/,
  )
  const one = rows.map((row) => ({ ...row, item_id: 'i0' }))
  assert.match(await said('one', one, { train }), /no tree: |tdm is left out/)
  const unordered = rows.map(({ user_id, item_id }) => ({ user_id, item_id }))
  assert.match(await said('sets', unordered, { train }), /tdm is (kept|left out)/)
})

test('bytes that are to be divided know of no tree yet', async () => {
  await assert.rejects(
    built({ interactions: file('rings.csv', csv(rowsOf(30))) }, { train: { retriever: 'tdm' }, bytes: 40_000 }),
    /key "train\.retriever": found "tdm" beside "bytes", expected one of them/,
  )
})
