// Rankers that are drawn and trained here: each learns what decides, is what it was in training where it is served, and is the same
// with any number of threads.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../../build/web/learn/learn.js'
import { edgesOf, NetworkRanker, NETWORKS, toldOf } from '../../../../build/web/build/fit/network.js'
import { SECTION } from '../../../../build/web/generated/numbers.js'
import { neuralSections } from '../../../../build/web/build/models/neural.js'
import { Workers } from '../../../../build/web/build/workers.js'
import { evaluate } from '../../../../build/web/import/onnx/reference/index.js'
import { tensor } from '../../../../build/web/import/onnx/model/tensor.js'
import { Recommender } from '../../../../dist/node.js'
import { built, csv, file, random } from '../../helpers/shop.mjs'

const KINDS = ['logistic', 'fm', 'deepfm', 'din']

// -- moments that are made here ----------------------------------------------------------------------------------------------

const ITEMS = 12
const KIND = 3

/**
 * Of each moment's candidates one was met: that whose number is nearest to 5; where the kind decides, one of the moment's kind; or
 * the one that the history is full of. A number in seven is not known, and one feature is always the same.
 */
function moments(count, decides, seed = 1) {
  const draw = random(seed)
  const rows = { features: 5, x: [], start: [0], label: [], item: [], history: [] }
  for (let m = 0; m < count; m++) {
    const place = draw.below(KIND)
    const about = Array.from({ length: 8 }, () => ({
      number: 10 * draw(),
      kind: draw.below(KIND),
      item: draw.below(ITEMS),
    }))
    const liked = draw.of(about)
    const worth = ({ number, kind, item }) =>
      decides === 'number' ? -Math.abs(number - 5) : decides === 'kind' ? +(kind === place) : +(item === liked.item)
    const best = Math.max(...about.map(worth))
    for (const one of about) {
      rows.x.push(draw() < 1 / 7 ? NaN : one.number, 1e30, draw(), draw.below(9) === 0 ? NaN : one.kind, place)
      rows.label.push(+(worth(one) === best))
      rows.item.push(one.item)
    }
    rows.start.push(rows.label.length)
    rows.history.push(Uint32Array.from({ length: decides === 'item' ? 3 : draw.below(4) }, () => (decides === 'item' ? liked.item : draw.below(ITEMS)))) // prettier-ignore
  }
  return {
    ...rows,
    x: Float32Array.from(rows.x),
    start: Uint32Array.from(rows.start),
    label: Float32Array.from(rows.label),
    item: Uint32Array.from(rows.item),
  }
}

const NAMES = ['number', 'same', 'noise', 'kind', 'place']
const PLAN = { features: NAMES.map((name) => ({ name })), fields: [] }
const CATEGORIES = Uint8Array.of(0, 0, 0, 1, 1)

async function trained(kind, rows, { threads = 2, passes = 12, how = {}, use }) {
  const learn = await Learn.start()
  const workers = new Workers(learn, threads)
  const plan = { ...NETWORKS[kind].usual, rate: 0.02, ...how }
  const told = toldOf(PLAN, CATEGORIES, rows, ITEMS, plan)
  const one = new NetworkRanker(learn, workers, kind, told, plan, rows, null, 1)
  let all = true
  for (let pass = 0; pass < passes && all; pass++)
    all = await one.pass(
      () => true,
      () => {},
    )
  if (all) one.keep()
  const made = await use(one, all)
  one.drop()
  await workers.close()
  return made
}

/** The share of moments whose best row by these scores is one that was met. */
function right({ start, label }, scores) {
  const firsts = [...start.subarray(0, -1)].map((first, m) => {
    const own = [...scores.subarray(first, start[m + 1])]
    return label[first + own.indexOf(Math.max(...own))]
  })
  return firsts.reduce((sum, one) => sum + one, 0) / firsts.length
}

const learns = (kind, decides, least) =>
  test(`${kind} learns ${decides}`, async () => {
    const decided = { 'a number in the middle': 'number', 'what two categories decide together': 'kind', 'what is in the history': 'item' }[decides] // prettier-ignore
    const later = moments(200, decided, 2)
    const share = await trained(kind, moments(500, decided), { use: async (one) => right(later, await one.scores(later)) }) // prettier-ignore
    assert.ok(share > least, `${share}`)
  })
for (const kind of KINDS) learns(kind, 'a number in the middle', 0.6)
for (const kind of ['fm', 'deepfm', 'din']) learns(kind, 'what two categories decide together', 0.7)
learns('din', 'what is in the history', 0.8)

test('what a logistic ranker cannot tell, since it is not of one field, it does not pretend to', async () => {
  const rows = moments(300, 'kind')
  const share = await trained('logistic', rows, { passes: 5, use: async (one) => right(rows, await one.scores(rows)) })
  assert.ok(share < 0.6, `${share}`)
})

for (const kind of KINDS)
  test(`${kind} says of a candidate where it is served what it said in training`, async () => {
    const rows = moments(60, 'kind', 3)
    const [scores, model] = await trained(kind, rows, {
      passes: 3,
      use: async (one) => [await one.scores(rows), one.model(NAMES)],
    })
    const { inputs } = model.trained
    const { length } = NETWORKS[kind].usual
    /** As the core feeds it: src/tower/program.c. */
    const fed = (name, row, moment) => {
      const { from, fields = [], scale = 1, shift = 0 } = inputs[name]
      if (from === 'candidate') return [rows.item[row]]
      const own = rows.history[moment]
      const pad = Array(Math.max(0, length - own.length)).fill(0)
      if (from === 'history') return [...pad, ...own]
      if (from === 'mask') return [...pad, ...own.map(() => 1)]
      return fields.map((field) => {
        const value = scale * rows.x[row * NAMES.length + NAMES.indexOf(field)] + shift
        return Number.isFinite(value) ? value : 0
      })
    }
    const isLong = (port) => port.shape.length === 2
    for (let moment = 0; moment < 60; moment += 7)
      for (let row = rows.start[moment]; row < rows.start[moment + 1]; row++) {
        const given = new Map(
          model.graph.inputs.map((port) => {
            const values = fed(port.name, row, moment)
            return [port.name, tensor(port.type, isLong(port) ? [1, values.length] : [1], Float64Array.from(values))]
          }),
        )
        const [said] = evaluate(model.graph, given).get(model.graph.outputs[0].name).data
        assert.ok(Math.abs(said - scores[row]) < 1e-4 * Math.max(1, Math.abs(said)), `${said} ${scores[row]}`)
      }
  })

test('a category that was not learned is as one that is not known', async () => {
  const rows = moments(100, 'kind')
  const model = await trained('fm', rows, { passes: 2, use: (one) => one.model(NAMES) })
  const score = (kind) =>
    evaluate(
      model.graph,
      new Map([
        ['numbers', tensor('float', [1, 3], Float64Array.of(5, 1e30, 0.5))],
        ['known', tensor('float', [1, 3], Float64Array.of(1, 1, 1))],
        ['categories', tensor('float', [1, 2], Float64Array.of(kind, 1))],
      ]),
    ).get(model.graph.outputs[0].name).data[0]
  assert.equal(score(KIND + 1), score(0))
  assert.equal(score(1e6), score(0))
  assert.notEqual(score(1), score(0))
})

test('golden pairs notice any bin that is wrong, and what is said of values that are not known', async () => {
  const rows = moments(200, 'kind', 3)
  const model = await trained('fm', rows, { passes: 2, use: (one) => one.model(NAMES) })
  const learn = await Learn.start()
  const scope = { catalogue: { ids: Array(ITEMS) }, embeddings: null, config: {}, seed: 1, events: [], fields: [], features: NAMES, ordinal: 0 } // prettier-ignore
  const { sections } = await neuralSections(learn, model, scope)
  const { bytes } = sections.find(({ kind }) => kind === SECTION.golden)
  const [pairs, floats] = new Uint32Array(bytes.buffer, 0, 2)
  const numbers = new Float32Array(bytes.buffer, 64)
  const said = numbers.subarray(pairs * floats)
  const { graph } = model
  /** What a model says of these pairs. */
  const of = (constants) =>
    Array.from({ length: pairs }, (_, row) => {
      let at = row * floats
      const given = graph.inputs.map(({ name, shape: [, count] }) => [
        name,
        tensor('float', [1, count], Float64Array.from(numbers.subarray(at, (at += count)))),
      ])
      return evaluate({ ...graph, constants }, new Map(given)).get(graph.outputs[0].name).data[0]
    })
  const apart = (constants) => Math.max(...of(constants).map((score, row) => Math.abs(score - said[row])))
  assert.ok(apart(graph.constants) < 1e-5)
  const wrong = (name, at) => {
    const { type, shape, data } = graph.constants.get(name)
    return apart(new Map([...graph.constants, [name, tensor(type, shape, data.map((value, i) => value + +(i === at)))]])) // prettier-ignore
  }
  const { shape } = graph.constants.get('numbers.vectors')
  const [, bins, width] = shape
  for (const number of [0, 2])
    for (let bin = 0; bin < bins; bin++)
      assert.ok(wrong('numbers.vectors', (number * bins + bin) * width) > 0.01, `bin ${bin} of ${NAMES[number]}`)
  const values = graph.constants.get('values')
  for (let row = 0; row < values.shape[0]; row++) assert.ok(wrong('values', row * width) > 0.01, `value ${row}`)
  const edges = [...graph.constants].filter(([, { shape }]) => shape.join() === `3,${bins - 1}`)
  assert.equal(edges.length, 2)
  for (const [name] of edges)
    for (let bin = 0; bin < bins - 1; bin++) assert.ok(wrong(name, bin) > 1e-4, `edge ${bin} of ${NAMES[0]}`)
})

for (const kind of ['fm', 'din'])
  test(`${kind}: the same seed gives the same bytes with 1, 2 and 4 threads`, async () => {
    const rows = moments(120, 'item')
    const bytes = []
    for (const threads of [1, 2, 4])
      bytes.push(await trained(kind, rows, { threads, passes: 2, how: { drop: 0.2 }, use: async (one) => Buffer.from((await one.scores(rows)).buffer) })) // prettier-ignore
    assert.ok(bytes[0].equals(bytes[1]) && bytes[0].equals(bytes[2]))
  })

test('numbers that go to infinity are noticed, and what was kept before stays finite', async () => {
  const rows = moments(60, 'number')
  const [all, model] = await trained('deepfm', rows, { how: { rate: 1e30 }, use: async (one, all) => [all, one.model(NAMES)] }) // prettier-ignore
  assert.equal(all, false)
  const floats = [...model.graph.constants.values()].filter(({ type }) => type === 'float')
  assert.ok(floats.length > 3)
  for (const { data } of floats) assert.ok(data.every(Number.isFinite))
})

test('features of more categories than can be learned are said, before any memory is taken', async () => {
  const rows = moments(60, 'number')
  const told = toldOf(PLAN, CATEGORIES, rows, ITEMS, NETWORKS.fm.usual)
  told.shape.categories.push(1 << 24)
  const learn = await Learn.start()
  const workers = new Workers(learn, 1)
  assert.throws(
    () => new NetworkRanker(learn, workers, 'fm', told, NETWORKS.fm.usual, rows, 1),
    /^LearnError: features of 167\d+ categories in all, where 262144 can be learned; give crosses fewer buckets$/,
  )
  await workers.close()
})

test('edges hold equally many values each, of whatever there is', () => {
  assert.deepEqual(edgesOf(Float32Array.of(4, 1, 3, 2, 0), 4), [0, 1, 2, 3, 4])
  assert.deepEqual(edgesOf(new Float32Array(0), 2), [0, 0, 0])
  assert.deepEqual(edgesOf(Float32Array.of(7), 3), [7, 7, 7, 7])
})

// -- in a build --------------------------------------------------------------------------------------------------------------

/** People who keep to a price of their own, of goods that have nothing else in common: the merge hardly knows, a feature does. */
function market({ items = 80, people = 120, each = 10 } = {}) {
  const draw = random(5)
  const goods = Array.from({ length: items }, (_, i) => ({
    item_id: `p${i}`,
    price: Math.round(1000 * draw()) / 10,
    colour: 'abc'[i % 3],
  }))
  const events = []
  for (let user = 0; user < people; user++) {
    const price = 100 * draw()
    const own = goods.filter((good) => Math.abs(good.price - price) < 10)
    for (let e = 0; e < each; e++)
      events.push({ user_id: `u${user}`, item_id: draw.of(own).item_id, timestamp: 1e9 + 1000 * (user % 40) + 5e4 * e })
  }
  return { goods, events }
}
const files = ({ goods, events }, name) => ({
  interactions: file(`${name}-log.csv`, csv(events)),
  items: file(`${name}-items.csv`, csv(goods)),
})
const config = (ranker, more = {}) => ({
  tune: false,
  sources: { als: false, content: false, i2i: false, next: false },
  search: false,
  ranker: { candidates: 60 },
  train: { ranker, ...more },
})

for (const kind of KINDS)
  test(`${kind} is trained, kept and served in a build`, async () => {
    const { bytes, record } = await built(files(market(), 'drawn'), config(kind))
    const { ranker, without, moments, rounds, ndcg, above, gains } = record.trainedRanker
    assert.deepEqual({ ranker, without, gains }, { ranker: kind, without: null, gains: [] })
    assert.ok(rounds > 0 && moments.learned > 100 && moments.held > 50, JSON.stringify(moments))
    assert.ok(ndcg.ranked > 1.3 * ndcg.merged && above[0] > 0, JSON.stringify({ ndcg, above }))
    assert.match(record.ranker[0], new RegExp(`^ranker ${kind}: trained here, \\d+ ops`))
    const rec = await Recommender.open(bytes)
    const { items, trace } = rec.recommend({ history: ['p3', 'p7'], k: 10 })
    assert.ok(trace.ranked > 0 && items.every(({ score }) => Number.isFinite(score)))
    assert.equal(rec.recommend({ history: ['p3'], k: 5, rankCandidates: 0 }).trace.ranked, 0)
  })

test('where the time is over, the record says so', async () => {
  const { bytes, record } = await built(files(market(), 'drawn'), config('deepfm', { minutes: 1e-6 }))
  assert.match(
    record.trainedRanker.without,
    /^the time was over before a round was; to give it more, raise "minutes" of "train" in the config$/,
  )
  assert.equal((await Recommender.open(bytes)).recommend({ history: ['p3'], k: 5 }).trace.ranked, 0)
})

test('too small a log, and one item for everybody, train none', async () => {
  const { goods, events } = market()
  const small = await built(files({ goods, events: events.slice(0, 90) }, 'drawn-small'), config('din'))
  assert.match(small.record.trainedRanker.without, /moments to learn from|recall brought what was met at 0 moments/)
  const same = events.map((event) => ({ ...event, item_id: 'p1' }))
  const one = await built(files({ goods, events: same }, 'drawn-same'), config('fm'))
  assert.match(one.record.trainedRanker.without, /moments to learn from|recall brought what was met at 0 moments/)
  assert.ok(!JSON.stringify(one.record).includes('NaN'))
})
