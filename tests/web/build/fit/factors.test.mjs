// Factors that are trained by steps: what is met by the same people comes together, whatever the number of threads; and a source
// where the config asks for it, kept where it adds to the others, with figures in the record.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FACTORS } from '../../../../build/web/build/fit/config.js'
import { dislikedIn } from '../../../../build/web/build/fit/disliked.js'
import { STEPPED } from '../../../../build/web/build/recipe.js'
import { bpr, weighed } from '../../../../build/web/build/sources/stepped.js'
import { Training } from '../../../../build/web/build/training.js'
import { Workers } from '../../../../build/web/build/workers.js'
import { Learn } from '../../../../build/web/learn/learn.js'
import { Recommender } from '../../../../dist/node.js'
import { build } from '../../../../dist/build.js'
import { readInteractions } from '../../../../build/web/read/index.js'
import { csv, file, random, shop } from '../../helpers/shop.mjs'

/** Items 0 to 19 are met together, and 20 to 39; nobody meets 40. Each person meets six of one company. */
const SIZE = 20

function log(people = 300) {
  const draw = random(3)
  const rows = Array.from({ length: people }, (_, user) => {
    const all = Array.from({ length: SIZE }, (_, n) => (user % 2) * SIZE + n)
    return Array.from({ length: 6 }, () => ({ user, item: all.splice(draw.below(all.length), 1)[0] }))
  }).flat()
  const column = (name) => Uint32Array.from(rows, (row) => row[name])
  return { users: people, items: 2 * SIZE + 1, user: column('user'), item: column('item'), time: null, weight: null }
}

async function vectors(name, threads, epochs = 20) {
  const learn = await Learn.start()
  const workers = new Workers(learn, threads)
  const training = await Training.of(learn, workers, log())
  const factors = await training.factorsBySteps({ ...STEPPED[name], dims: 10, batch: 100, negatives: 30 }, 1)
  const losses = []
  while (factors.done < epochs) losses.push(await factors.epoch())
  const made = factors.vectors
  factors.drop()
  training.drop()
  await workers.close()
  return { ...made, losses }
}

for (const name of FACTORS)
  test(`${name}: one company is near, another far, and the same bytes by 1, 2 and 4 threads`, async () => {
    const { items, stride, losses } = await vectors(name, 1)
    assert.equal(stride, 12)
    assert.ok(items.every((value) => Number.isFinite(value) && (name !== 'nmf' || value >= 0)))
    assert.ok(losses.at(-1) < losses[0] && losses.every((loss) => loss > 0), losses.join(' '))
    const product = (a, b) => {
      let sum = 0
      for (let d = 0; d < stride; d++) sum += items[a * stride + d] * items[b * stride + d]
      return sum
    }
    const cosine = (a, b) => product(a, b) / Math.sqrt(product(a, a) * product(b, b))
    let [within, across] = [0, 0]
    for (let a = 0; a < SIZE; a++)
      for (let b = 0; b < SIZE; b++) {
        within += cosine(a, b) / SIZE ** 2
        across += cosine(a, SIZE + b) / SIZE ** 2
      }
    assert.ok(within > across + 0.1, `${within} within, ${across} across`)
    for (const threads of [2, 4]) assert.deepEqual((await vectors(name, threads)).items, items)
  })

/** Builds from rows, with what was said on the way. */
async function told(rows, config, seed = 1) {
  const said = []
  const progress = { say: (line) => said.push(line), stage: () => {} }
  const inputs = { items: null, embeddings: null, interactions: await readInteractions([file('log.csv', csv(rows))]) }
  return { ...(await build(inputs, config, seed, progress)), said: said.join('\n') }
}

const events = shop().events
const train = { factors: [...FACTORS] }

test('asked for, each is tried beside the others, and the record says what it brought', async () => {
  const { record, said } = await told(events, { train })
  for (const name of FACTORS) {
    const alone = record.tried.find(({ what }) => what.startsWith(`${name} of `))
    assert.match(alone.what, /, \d+ epochs, alone$/)
    assert.ok(alone.recall > 0.05, alone.what)
    const [without, beside] = [`without ${name}, beside`, `${name}, beside`].map((what) =>
      record.tried.find((one) => one.what.startsWith(what)),
    )
    assert.ok(without.above[1] === 0 || beside.above[1] === 0)
    assert.match(
      said,
      new RegExp(
        `${name} is (kept|left out): to recall \\+ ndcg of a person it adds [+-]\\d\\.\\d+ ± \\d\\.\\d+ beside als`,
      ),
    )
    assert.equal(name in record.recipe.stepped, said.includes(`${name} is kept`))
  }
})

test('a source that the config keeps is in the bundle, the same by any number of threads', async () => {
  const sources = Object.fromEntries(FACTORS.map((name) => [name, true]))
  const [one, two] = [
    await told(events, { train, sources, threads: 1 }),
    await told(events, { train, sources, threads: 2 }),
  ]
  assert.deepEqual(one.bytes, two.bytes)
  const rec = await Recommender.open(one.bytes)
  for (const name of FACTORS) {
    assert.ok(rec.sources.includes(name))
    assert.ok(one.record.recipe.stepped[name].epochs >= 1)
  }
  const { items } = rec.recommend({ history: ['p0', 'p5', 'p10'], k: 10, weights: { bpr: 1 } })
  assert.equal(items.length, 10)
  assert.ok(items.every(({ score }) => Number.isFinite(score)))
})

test('not asked for, or told not to, none is made', async () => {
  assert.deepEqual((await told(events, {})).record.recipe.stepped, {})
  const { record, said } = await told(events, { train: { factors: 'bpr' }, sources: { bpr: false } })
  assert.deepEqual(record.recipe.stepped, {})
  assert.doesNotMatch(said, /bpr/)
})

test('logs that cannot teach: one item, one person, ten events, nobody with two items; it is said, and there is a bundle', async () => {
  const row = (user, item) => ({ user_id: `u${user}`, item_id: `i${item}` })
  const many = (count, of) => Array.from({ length: count }, (_, n) => of(n))
  const logs = {
    'one item': many(60, (n) => row(n % 20, 0)),
    'one person': many(60, (n) => row(0, n)),
    'ten events': many(10, (n) => row(n % 3, n % 4)),
    'one item each': many(200, (n) => row(n % 40, n % 40)),
    'all disliked': many(200, (n) => ({ ...row(n % 40, n % 9), event: 'dislike' })),
  }
  for (const [what, rows] of Object.entries(logs)) {
    const { bytes, said } = await told(rows, { train: { factors: 'bpr' }, sources: { bpr: true } })
    assert.match(said, /bpr is left out: /, what)
    assert.ok(!(await Recommender.open(bytes)).sources.includes('bpr'), what)
  }
})

test('within bytes that are wanted, and in the dimensions and layers that the config says', async () => {
  const train = { factors: 'bpr' }
  const { bytes, record } = await told(events, { train, bytes: 40_000, sources: { bpr: true } })
  assert.ok(bytes.length <= 40_000, `${bytes.length} bytes`)
  assert.ok((await Recommender.open(bytes)).sources.includes('bpr'))
  const { stepped } = record.recipe
  assert.equal(stepped.bpr.dims, 128)
  const { record: other } = await told(events, { train, dimension: 32, layers: 'f32', sources: { bpr: true } })
  assert.equal(other.recipe.stepped.bpr.dims, 32)
  assert.deepEqual(other.recipe.stepped.bpr.layers, [32])
})

test('of what people disliked: the worst of it, not what they met all the same, and nothing from their hidden events on', () => {
  const disliked = (...rows) => ({
    user: Uint32Array.from(rows, ([user]) => user),
    item: Uint32Array.from(rows, ([, item]) => item),
    time: Float64Array.from(rows, ([, , time]) => time),
    weight: Float32Array.from(rows, ([, , , weight]) => weight),
  })
  const log = {
    ...{ users: 3, items: 9, user: Uint32Array.of(0, 0, 1), item: Uint32Array.of(1, 2, 3) },
    ...{ time: Float64Array.of(1, 5, 1), weight: null, hidden: Uint8Array.of(0, 1, 0) },
    disliked: disliked([0, 4, 2, -0.5], [0, 4, 3, -1], [0, 1, 3, -1], [0, 6, 5, -1], [2, 7, 9, 0]),
  }
  const met = { start: Uint32Array.of(0, 1, 2, 2), item: Uint32Array.of(1, 3) }
  const { start, items, weights } = dislikedIn(log, met)
  assert.deepEqual(
    [[...start], [...items], [...weights]],
    [
      [0, 1, 1, 2],
      [4, 7],
      [-1, 0],
    ],
  )
  assert.equal(dislikedIn({ ...log, disliked: undefined }, met), null)
})

/** What one half likes best, many of the other half dislike; the rest is met by all alike. */
test('svdpp tells the disliked from the unknown', async () => {
  const draw = random(5)
  const rows = Array.from({ length: 240 }, (_, user) => {
    const taste = user % 2
    const all = Array.from({ length: 12 }, (_, n) => `c${n}`)
    const liked = Array.from({ length: 5 }, () => all.splice(draw.below(all.length), 1)[0])
    const row = (item_id, rating) => ({ user_id: `u${user}`, item_id, rating })
    return [
      ...liked.map((item) => row(item, 4 + draw.below(2))),
      row(`t${taste}`, 5),
      ...(draw.below(2) ? [row(`t${1 - taste}`, 1)] : []),
    ]
  }).flat()
  const { bytes } = await told(rows, { train: { factors: 'svdpp' }, sources: { svdpp: true } })
  const rec = await Recommender.open(bytes)
  const weights = Object.fromEntries([...rec.sources].map((name) => [name, Number(name === 'svdpp')]))
  const { items } = rec.recommend({ history: ['t0', 'c0', 'c1'], k: 20, weights })
  assert.equal(items.at(-1).id, 't1')
})

test('where the time is over before everything is learned from, what was weighed is taken, which is said', async () => {
  const learn = await Learn.start()
  const workers = new Workers(learn, 1)
  const training = await Training.of(learn, workers, log())
  const how = { ...STEPPED.bpr, dims: 8, batch: 100, negatives: 30, epochs: 3, layers: [] }
  const stride = 8
  weighed.set(how, { dims: 8, stride, items: Float32Array.from({ length: 41 * stride }, (_, at) => Math.sin(at)) })
  const [said, stages] = [[], []]
  const progress = { say: (line) => said.push(line), stage: (...stage) => stages.push(stage) }
  const from = { learn, recipe: { stepped: { bpr: how } }, training, config: {}, seed: 1, progress }
  const cut = await bpr.sections({ ...from, minutes: { left: () => -1 } }, 0)
  assert.match(said.join(), /^look: the time was over before bpr had learned from everything.*raise "minutes"/)
  assert.equal(stages.filter(([what]) => what === 'training bpr').length, 1)
  const whole = await bpr.sections({ ...from, minutes: { left: () => 1 } }, 0)
  assert.equal(said.length, 1)
  assert.notDeepEqual(cut, whole)
  training.drop()
  await workers.close()
})

test('a few seconds are enough for something', async () => {
  const { said, record } = await told(events, { train: { factors: 'bpr', minutes: 0.1 }, sources: { bpr: true } })
  assert.ok(record.recipe.stepped.bpr.epochs >= 1)
  assert.doesNotMatch(said, /NaN/)
})
