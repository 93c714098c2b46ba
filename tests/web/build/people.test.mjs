// What rests on single people is left out of a bundle, whatever says it, and the build says how much that is.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { rareOf } from '../../../build/web/build/single.js'
import { Training } from '../../../build/web/build/training.js'
import { Workers } from '../../../build/web/build/workers.js'
import { Learn } from '../../../build/web/learn/learn.js'
import { Recommender } from '../../../dist/node.js'
import { built, builtShop, cli, cliJson, csv, file, path, shop } from '../helpers/shop.mjs'

/** `a` then `b` by three people, `c` then `d` by two, `e` then `f` by one three times over; everybody meets others besides. */
const rows = [
  ['u1 u2 u3', 'a b'],
  ['u4 u5', 'c d'],
  ['u6', 'e f'],
  ['u7 u8 u9', 'e x1'],
  ['u10 u11 u12', 'f x2'],
  ['u13 u14 u15', 'c x3'],
  ['u16 u17 u18', 'd x4'],
].flatMap(([users, items]) =>
  users
    .split(' ')
    .flatMap((user_id, u) =>
      items.split(' ').map((item_id, at) => ({ user_id, item_id, timestamp: 1e9 + 1000 * u + at })),
    ),
)
const again = [1, 2].flatMap((n) =>
  ['e', 'f'].map((item_id, at) => ({ user_id: 'u6', item_id, timestamp: 2e9 + 10 * n + at })),
)
const log = file('single.csv', csv([...rows, ...again]))
const LISTS = { tune: false, sources: { als: false, item2vec: false } }
const beside = async (config, source, item) => {
  const rec = await Recommender.open((await built({ interactions: log }, { ...LISTS, ...config })).bytes)
  return rec.similar(item, { source, k: 5 }).items.map(({ id }) => id)
}

test('a pair that fewer people met than `people` is in no list', async () => {
  for (const source of ['i2i', 'next']) {
    assert.deepEqual(await beside({}, source, 'a'), ['b'], `${source}: of three people`)
    assert.deepEqual(await beside({}, source, 'c'), ['x3'], `${source}: two people took d after c`)
    assert.deepEqual(await beside({}, source, 'e'), ['x1'], `${source}: one person took f after e, three times`)
    assert.deepEqual((await beside({ people: 2 }, source, 'c')).sort(), ['d', 'x3'], source)
    assert.deepEqual(await beside({ people: 2 }, source, 'e'), ['x1'], `${source}: one person is one, however often`)
    assert.deepEqual((await beside({ people: 1 }, source, 'e')).sort(), ['f', 'x1'], source)
  }
})

test('steps of few people lead on to those of others, where more of them are in the sum', async () => {
  const items = ['a', 'k', 'l', 'z', 'y', 'p', 'q', 'r']
  /** Nobody who met `a` met `z`; to `y` lead steps of two people, and from `p` on one person walked alone. */
  const walks = ['ak', 'kz', 'al', 'lz', 'ly', 'pqr'].map((walk) => [...walk].map((item) => items.indexOf(item)))
  const log = {
    users: walks.length,
    items: items.length,
    user: Uint32Array.from(walks.flatMap((walk, user) => walk.map(() => user))),
    item: Uint32Array.from(walks.flat()),
    time: Float64Array.from(walks.flatMap((walk) => walk.map((_, at) => at))),
    weight: null,
  }
  const learn = await Learn.start()
  const workers = new Workers(learn, 1)
  const plan = { window: 2, decay: 1, key: 0.3, target: 0.2, top: 9, back: 0 }
  const listsOf = async (people, onward) => {
    const training = await Training.of(learn, workers, { ...log, people })
    const { start, items: to } = await training.transitions({ ...plan, onward })
    const merged = training.rests.get('transitions').merged === true
    training.drop()
    return { merged, of: (item) => [...to.subarray(start[items.indexOf(item)], start[items.indexOf(item) + 1])].map((j) => items[j]).sort().join('') } // prettier-ignore
  }
  const [three, two, one, direct] = [await listsOf(3, 2), await listsOf(2, 2), await listsOf(1, 2), await listsOf(3, 0)]
  assert.deepEqual([three.of('a'), two.of('a'), one.of('a')], ['z', 'yz', 'klyz'])
  assert.deepEqual([three.of('p'), two.of('p'), one.of('p')], ['', '', 'qr'])
  assert.equal(direct.of('a'), '', 'without a second step nothing is merged')
  assert.deepEqual([three.merged, one.merged, direct.merged], [true, false, false])
  await workers.close()
})

test('what is taken together is counted by people, not by baskets', async () => {
  const baskets = (user_id, n) => Array.from({ length: n }, (_, b) => ['bread', 'butter'].map((item_id) => ({ user_id, item_id, timestamp: 1e9 + b, order: `${user_id}-${b}` }))).flat() // prettier-ignore
  const others = Array.from({ length: 12 }, (_, n) => ['tea', 'milk'].map((item_id) => ({ user_id: `o${n % 4}`, item_id, timestamp: 1e9 + n, order: `o${n}` }))).flat() // prettier-ignore
  const orders = file('single-orders.csv', csv([...baskets('one', 5), ...others]))
  const goes = async (people, item) => {
    const { bytes } = await built({ interactions: orders }, { tune: false, basket: 'order', people })
    return (await Recommender.open(bytes)).similar(item, { source: 'together' }).items.map(({ id }) => id)
  }
  assert.deepEqual(await goes(3, 'bread'), [], 'one person took them together, five times')
  assert.deepEqual(await goes(3, 'tea'), ['milk'])
  assert.deepEqual(await goes(1, 'bread'), ['butter'])
})

test('an item that few met is as one that nobody met: in counts, trends, vectors and what is new', async () => {
  const few = [...rows, { user_id: 'u1', item_id: 'rare', timestamp: 3e9 }, { user_id: 'u2', item_id: 'rare', timestamp: 3e9 }] // prettier-ignore
  const interactions = file('single-rare.csv', csv(few))
  for (const [people, isThere] of [
    [3, false],
    [2, true],
  ]) {
    // prettier-ignore
    const { bytes } = await built({ interactions }, { tune: false, people, dimension: 16, sources: { trending: true, new: true } }) // prettier-ignore
    const rec = await Recommender.open(bytes)
    const none = Object.fromEntries(rec.sources.map((name) => [name, 0]))
    for (const source of ['trending', 'new']) {
      const { items } = rec.recommend({ weights: { ...none, [source]: 1 }, k: 20, explain: true })
      const said = items.filter(({ sources }) => sources.includes(source)).map(({ id }) => id)
      assert.equal(said.includes('rare'), isThere, `${source}, people ${people}`)
    }
    const near = rec.recommend({ history: ['a'], weights: { ...none, als: 1 }, k: 20, explain: true }).items
    assert.equal(near.some(({ id, sources }) => id === 'rare' && sources.includes('als')), isThere, `als, people ${people}`) // prettier-ignore
  }
})

test('check and build say which items few touched, and the bundle does not', async () => {
  const config = file('single.json', JSON.stringify({ ...LISTS }))
  const checked = await cli('check', '--interactions', log)
  assert.equal(checked.code, 0, checked.stderr)
  assert.doesNotMatch(checked.stdout, /met by one or two people/, 'every item here has three')
  const few = file('single-few.csv', csv([...rows, { user_id: 'u1', item_id: 'secret', timestamp: 1 }]))
  const one = await cliJson('check', '--interactions', few, '--json')
  assert.deepEqual(one.rare, { least: 3, items: 1, of: 11, people: 1, ofPeople: 18, examples: ['secret'] })
  assert.match((await cli('check', '--interactions', few)).stdout, /1 of 11 items of the log were met by one or two people, some by 1 of 18 people: "secret"; they stand as if nobody had met them/) // prettier-ignore
  const kept = file('single-kept.json', '{"people":1}')
  assert.match((await cli('check', '--interactions', few, '--config', kept)).stdout, /look: 1 of 11 items.*"people" is 1 in the config/) // prettier-ignore
  const run = await cli('build', '-o', path('single.martello'), '--interactions', few, '--config', config)
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /without what rests on one or two people: 1 of 11 items that somebody met, \d+\.\d % of \d+ pairs of neighbours, \d+\.\d % of \d+ steps from an item to a next; \{"people":1\} in a config keeps them/) // prettier-ignore
  assert.match((await cli('inspect', path('single.martello'))).stdout, /without what rests on one or two people/)
  const { record } = await cliJson('inspect', path('single.martello'), '--json')
  assert.deepEqual([record.config.people, record.left.items, record.account.rare.examples], [3, 1, []])
  assert.deepEqual([record.left.pairs.few > 0, record.left.steps.few > 0], [true, true])
})

test('people 1 leaves nothing out, and says nothing', async () => {
  const run = await cli('build', '-o', path('single-all.martello'), '--interactions', log, '--config', file('single-all.json', JSON.stringify({ ...LISTS, people: 1 }))) // prettier-ignore
  assert.equal(run.code, 0, run.stderr)
  assert.doesNotMatch(run.stderr, /without what rests on/)
  assert.equal((await cliJson('inspect', path('single-all.martello'), '--json')).record.left, null)
})

test('a cluster of usercf says what enough of its members met', async () => {
  const { record, bytes } = await builtShop(
    shop(),
    {},
    { tune: false, people: 60, dimension: 16, sources: { usercf: true } },
  )
  writeFileSync(path('single-clusters.martello'), bytes)
  assert.equal(record.config.people, 60)
  const rec = await Recommender.open(bytes)
  const none = Object.fromEntries(rec.sources.map((name) => [name, 0]))
  const { items } = rec.recommend({ history: ['p0', 'p5'], weights: { ...none, usercf: 1 }, k: 5, explain: true })
  assert.ok(
    items.every(({ sources }) => !sources.includes('usercf')),
    'no cluster has so many',
  )
})

test('rare items are counted by people', () => {
  const log = { userIds: ['u', 'v', 'w'], itemIds: ['x', 'y', 'z'], user: Uint32Array.of(0, 0, 1, 2, 0), item: Uint32Array.of(0, 0, 1, 1, 1) } // prettier-ignore
  assert.deepEqual(rareOf(log, 3), { least: 3, items: 1, of: 2, people: 1, ofPeople: 3, examples: ['x'] })
  assert.equal(rareOf({ ...log, item: Uint32Array.of(1, 1, 1, 1, 1) }, 3), null)
})
