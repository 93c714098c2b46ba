// Imported user towers: bound, tied to the bundle's vectors, recommended by, and replayed from their golden pairs.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { build, readTower } from '../../../../dist/build.js'
import { Recommender } from '../../../../dist/node.js'
import { readEmbeddings } from '../../../../build/web/read/index.js'
import { cli, file, gaussians, npy, path, realData } from '../../helpers/shop.mjs'
import { node, onnxBytes } from '../../helpers/onnx.mjs'

const ITEMS = 60
const DIM = 8
const LENGTH = 6
const vectors = gaussians(ITEMS, DIM, 11)
const table = Float32Array.from({ length: (ITEMS + 1) * DIM }, (_, i) => (i < DIM ? 0 : vectors[i - DIM]))

/** The mean of a history's vectors, padding left out; `extra` nodes may change it. */
const meanTower = (more = {}) =>
  onnxBytes({
    inputs: { item_ids: ['int', ['batch', LENGTH]], ...more.inputs },
    outputs: { user_vector: ['float', ['batch', more.width ?? DIM]] },
    nodes: [
      node('Gather', ['table', 'item_ids'], ['e']),
      node('Greater', ['item_ids', 'zero'], ['m']),
      node('Cast', ['m'], ['f'], { to: 1 }),
      node('ReduceSum', ['f', 'axis'], ['n'], { keepdims: 1 }),
      node('ReduceSum', ['e', 'axis'], ['s'], { keepdims: 0 }),
      node('Div', ['s', 'n'], [more.nodes ? 'mean' : 'user_vector']),
      ...(more.nodes ?? []),
    ],
    constants: {
      table: ['float', [ITEMS + 1, DIM], table],
      zero: ['int', [], [0]],
      axis: ['int', [1], [1]],
      ...more.constants,
    },
  })

const SILENT = { say() {}, stage() {} }

/** A bundle of the embeddings with this tower, and what was said while building it. */
async function built(bytes, { ids, config = {} } = {}) {
  writeFileSync(path('tower.onnx'), bytes)
  const table_ = await npy('items.npy', [ITEMS, DIM], vectors)
  const list = ids ?? Array.from({ length: ITEMS }, (_, i) => `${i + 1}`)
  const embeddings = await readEmbeddings(table_, { ids: file('ids.txt', `${list.join('\n')}\n`) })
  const tower = await readTower(path('tower.onnx'), config.tower)
  const lines = []
  const progress = { ...SILENT, say: (line) => lines.push(line) }
  const { bytes: bundle } = await build(
    { interactions: null, items: null, embeddings, tower },
    { layers: 'f32', threads: 1, ...config },
    1,
    progress,
  )
  return { bundle, said: lines.join('\n'), rec: await Recommender.open(bundle), list }
}

/** Rows of the embeddings by their score with the mean of the history's, the history left out. */
function expectedFor(rows) {
  const query = Float64Array.from({ length: DIM }, (_, d) => rows.reduce((sum, row) => sum + vectors[row * DIM + d], 0))
  const score = (row) => query.reduce((sum, q, d) => sum + (q / rows.length) * vectors[row * DIM + d], 0)
  return Array.from({ length: ITEMS }, (_, row) => row)
    .filter((row) => !rows.includes(row))
    .sort((a, b) => score(b) - score(a))
}

test('a tower decides the ranking, its table tied to the embeddings', async () => {
  const { rec, said, list } = await built(meanTower())
  assert.match(said, /input "item_ids" \[1, 6\]: ids of the last 6 events, padded on the left with 0/)
  assert.match(said, /tower's number of an item: the integer that its id spells \(its table agrees\)/)
  assert.match(said, /item table "table" \[61, 8\] is .*items\.npy: tied to its codes/)
  for (const rows of [[3], [5, 9, 30], [1, 2, 3, 4, 5, 6]]) {
    const { items } = rec.recommend({ history: rows.map((row) => list[row]), k: 10 })
    assert.deepEqual(
      items.map((item) => item.id),
      expectedFor(rows)
        .slice(0, 10)
        .map((row) => list[row]),
    )
  }
})

test('of a history that is too long the newest events count, and disliked ones do not', async () => {
  const { rec, list } = await built(meanTower())
  const ids = (request) => rec.recommend({ k: 5, ...request }).items.map((item) => item.id)
  const long = [50, 51, 52, 1, 2, 3, 4, 5, 6].map((row) => list[row])
  const short = long.slice(3)
  assert.deepEqual(ids({ history: long }), ids({ history: short, exclude: long.slice(0, 3) }))
  const liked = [{ id: list[9] }, { id: list[20], event: 'dislike' }]
  assert.deepEqual(ids({ history: liked }), ids({ history: [list[9]], exclude: [list[20]] }))
})

test('ids that are no integers are numbered by their rows, 0 kept for padding', async () => {
  const ids = Array.from({ length: ITEMS }, (_, i) => `item-${ITEMS - i}`)
  const { rec, said } = await built(meanTower(), { ids })
  assert.match(said, /number of an item: its row in .*items\.npy \+ 1 \(its table agrees\)/)
  const { items } = rec.recommend({ history: [ids[3], ids[7]], k: 5 })
  assert.deepEqual(
    items.map((item) => item.id),
    expectedFor([3, 7])
      .slice(0, 5)
      .map((row) => ids[row]),
  )
})

test('with codes instead of floats the loss of tying is said, and verify holds to it', async () => {
  const { bundle, said } = await built(meanTower(), { config: { layers: [4] } })
  assert.match(said, /tower in this bundle: [\d.e-]+( %)? from its 4 golden pairs/)
  const at = file('tied.martello', bundle)
  const { code, stdout } = await cli('verify', at)
  assert.equal(code, 0)
  assert.match(stdout, /model 0: .* from its 4 golden pairs/)
})

test('a table may be kept, and weights may be halves or bytes', async () => {
  const own = { tie: false }
  const sizes = []
  for (const weights of ['float32', 'float16']) {
    const { bundle, said } = await built(meanTower(), { config: { tower: { ...own, weights } } })
    assert.match(said, /item table .* is .*, but the config keeps it: shipped with the tower/)
    if (weights !== 'float32') assert.match(said, /tower with float16 weights: .* from the pairs/)
    sizes.push(bundle.length)
  }
  const { bundle } = await built(meanTower())
  assert.ok(bundle.length < sizes[0])
})

test('lengths, masks, types, ages, context and constants are fed as the config says', async () => {
  const tower = meanTower({
    inputs: {
      length: ['int', ['batch']],
      seq_mask: ['float', ['batch', LENGTH]],
      types: ['int', ['batch', LENGTH]],
      ages: ['float', ['batch', LENGTH]],
      who: ['float', ['batch', 2]],
      temperature: ['float', ['batch', 1]],
    },
    nodes: [
      node('Cast', ['length'], ['lf'], { to: 1 }),
      node('Unsqueeze', ['lf', 'axis'], ['l1']),
      node('Cast', ['types'], ['tf'], { to: 1 }),
      node('Concat', ['l1', 'seq_mask', 'tf', 'ages', 'who', 'temperature'], ['all'], { axis: 1 }),
      node('MatMul', ['all', 'w'], ['push']),
      node('Add', ['mean', 'push'], ['user_vector']),
    ],
    // each number moves one direction of the query, so that all of them can be read off the scores
    constants: { w: ['float', [22, DIM], Float32Array.from({ length: 22 * DIM }, (_, i) => Math.sin(i * i))] },
  })
  const inputs = {
    types: { from: 'types', values: { view: 1, buy: 2 }, unknown: 3 },
    who: { from: 'context', fields: ['hour', 'age'], scale: 0.5, unknown: -1 },
    temperature: { from: 'constant', value: 4 },
  }
  const config = { tower: { inputs }, context: { age: 'number', hour: 'number' } }
  const { rec, said, list } = await built(tower, { config })
  assert.match(said, /input "item_ids" .* padded on the right with 0/)
  assert.match(said, /input "length" \[1\]: how many events there are, at most 6/)
  assert.match(said, /input "seq_mask" \[1, 6\]: 1 for each of the last 6 events/)
  assert.match(said, /input "types" \[1, 6\]: types of the last 6 events, view 1, buy 2, others 3/)
  assert.match(said, /input "ages" \[1, 6\]: ages of the last 6 events in seconds/)
  assert.match(said, /input "who" \[1, 2\]: context fields hour, age × 0.5 \+ 0, unknown is -1/)
  const rows = [4, 8, 15]
  const history = rows.map((row, i) => ({ id: list[row], event: ['buy', 'view', 'share'][i], at: 1000 + i }))
  const { items } = rec.recommend({ history, context: { hour: 20 }, now: 1003, k: 12 })
  const all = [3, 1, 1, 1, 0, 0, 0, 2, 1, 3, 0, 0, 0, 3, 2, 1, 0, 0, 0, 10, -1, 4]
  const query = Array.from({ length: DIM }, (_, d) => {
    const mean = rows.reduce((sum, row) => sum + vectors[row * DIM + d], 0) / rows.length
    return all.reduce((sum, x, i) => sum + x * Math.fround(Math.sin((i * DIM + d) ** 2)), mean)
  })
  const score = (row) => query.reduce((sum, q, d) => sum + q * vectors[row * DIM + d], 0)
  const best = Array.from({ length: ITEMS }, (_, row) => row).filter((row) => !rows.includes(row))
  best.sort((a, b) => score(b) - score(a))
  assert.deepEqual(
    items.map((item) => item.id),
    best.slice(0, 12).map((row) => list[row]),
  )
})

test('what does not fit is named', async () => {
  const refuses = (promise, message) => assert.rejects(promise, { name: 'InputError', message })
  await refuses(
    built(
      meanTower({
        inputs: { other: ['float', ['batch', 3]] },
        nodes: [
          node('ReduceSum', ['other', 'axis'], ['o'], { keepdims: 1 }),
          node('Add', ['mean', 'o'], ['user_vector']),
        ],
      }),
    ),
    /tower\.onnx, input "other" \(float, \[1, 3\]\): found nothing to feed it with, expected config key "tower\.inputs\.other"/,
  )
  await refuses(
    built(meanTower(), { config: { tower: { inputs: { nothing: 'history' } } } }),
    /key "tower\.inputs\.nothing": found no such input, expected one that .*tower\.onnx reads: "item_ids"/,
  )
  await refuses(
    built(meanTower(), { config: { tower: { output: 'nothing' } } }),
    /output "nothing": found no such output, expected "user_vector \[batch, 8\]"/,
  )
  const wide = { width: 1, nodes: [node('ReduceSum', ['mean', 'axis'], ['user_vector'], { keepdims: 1 })] }
  await refuses(
    built(meanTower(wide)),
    /tower\.onnx, outputs: found .*, expected a vector of 8 numbers, as .*items\.npy has/,
  )
  await refuses(readTower(file('not.onnx', 'tree')), /not\.onnx: found a file of another kind, expected an ONNX model/)
  const { code, stderr } = await cli(
    'build',
    '-o',
    path('x.martello'),
    '--user-tower',
    path('tower.onnx'),
    '--items',
    file('i.csv', 'item_id\n1\n'),
  )
  assert.equal(code, 2)
  assert.match(stderr, /--user-tower needs --embeddings/)
})

const toys = realData('towers/toys_tower.onnx')
test("the toys tower with the toys items replays PyTorch's own pairs", { skip: toys.skip }, async () => {
  const real = (name) => realData(name).real
  const ids = file('toys-ids.txt', Array.from({ length: 11924 }, (_, i) => `${i + 1}\n`).join(''))
  const config = file(
    'toys.json',
    JSON.stringify({ layers: 'f32', tower: { golden: real('towers/toys_tower_golden.npz') } }),
  )
  const embeddings = ['--embeddings', real('embeddings/toys_items.npy'), '--ids', ids]
  const out = path('toys.martello')
  const { code, stderr } = await cli('build', '-o', out, ...embeddings, '--user-tower', toys.real, '--config', config)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /tied to its codes/)
  const { stdout } = await cli('verify', out)
  const [, error] = /model 0: ([\d.e-]+) from its 8 golden pairs/.exec(stdout)
  assert.ok(Number(error) < 1e-5, stdout)
  const rec = await Recommender.open(readFileSync(out))
  const history = Array.from({ length: 50 }, (_, i) => `${i * 37 + 1}`)
  assert.equal(rec.recommend({ history, k: 10 }).items.length, 10)
})
