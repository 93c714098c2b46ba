// The batch of a network: which axis it is, and whether its rows are each for themselves or one list.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compile, readOnnx } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { evaluate } from '../../../build/web/import/onnx/reference/index.js'
import { predictOnnx } from '../../../build/web/import/onnx/predict-onnx.js'
import { readNpz } from '../../../build/web/read/npz.js'
import { file, path } from '../helpers/files.mjs'
import {
  B,
  DIM,
  ITEMS,
  LENGTH,
  field,
  int,
  model,
  one,
  predict,
  refuses,
  values,
  withTower,
} from '../helpers/networks.mjs'
import { node, onnxBytes, relativeError } from '../helpers/onnx.mjs'
import { cli, gaussians } from '../helpers/shop.mjs'

const X = { x: ['float', [3, 4], Array.from({ length: 12 }, (_, i) => (i % 5) / 7 + i / 9)] }

/** Rows that know of each other are one list; what is said of it is what the plain evaluator says. */
async function isList(bytes, inputs, joins) {
  const found = await predict(bytes, inputs)
  const given = new Map(
    Object.entries(inputs).map(([name, [type, shape, data]]) => [name, { type, shape, data: Float64Array.from(data) }]),
  )
  const graph = readOnnx('model.onnx', bytes)
  const expected = evaluate(graph, given).get(graph.outputs[0].name)
  assert.deepEqual(found.shape, expected.shape)
  assert.ok(relativeError(found.data, expected.data) < 1e-6)
  assert.match(found.remarks[1], joins)
}

const mixed = field('rows-mixed')
test('onnx-rows-mixed: rows that know of each other are one list', mixed, async () => {
  const file = (name, of = 'model.onnx') => readFileSync(`${mixed.real}/${name}/${of}`)
  const read = async (name, of, array) => {
    const { shape, data } = (await readNpz(`${mixed.real}/${name}/${of}`)).arrays.get(array)
    return { [array]: ['float', shape, data] }
  }
  await isList(file('k10'), await read('k10', 'all.npz', 'x'), /^look: node "m" \(ReduceMean\): rows that know of each/)
  await isList(file('k11'), await read('k11', 'all.npz', 'x'), /node "f" \(Softmax\): rows that know of each other/)
  const list = await read('listwise-ranker', 'lw.npz', 'features')
  await isList(file('listwise-ranker', 'listwise.onnx'), list, /node "\/MatMul" .*: .*; these 8 are one list/)
})

const constants = { zero: one(0), zeros: int(0), three: int(3), end: int(-1), before: int(-100), back: int(-1) }
const joined = {
  'a sum over the batch': [node('CumSum', ['x', 'zero'], ['y'], {}, 'joins')],
  'the largest of the batch taken away': [
    node('ReduceMax', ['x'], ['m'], { axes: [0], keepdims: 1 }, 'joins'),
    node('Sub', ['x', 'm'], ['y']),
  ],
  'attention among rows': [
    node('Transpose', ['x'], ['t'], { perm: [1, 0] }),
    node('MatMul', ['x', 't'], ['s'], {}, 'joins'),
    node('Softmax', ['s'], ['p'], { axis: -1 }),
    node('MatMul', ['p', 'x'], ['y']),
  ],
  'attention behind a norm, which takes away what all of a row have in common': [
    node('ReduceMean', ['x'], ['m'], { axes: [1], keepdims: 1 }),
    node('Sub', ['x', 'm'], ['c']),
    node('Transpose', ['c'], ['t'], { perm: [1, 0] }),
    node('MatMul', ['c', 't'], ['s'], {}, 'joins'),
    node('Softmax', ['s'], ['p'], { axis: -1 }),
    node('MatMul', ['p', 'c'], ['y']),
  ],
}
for (const [name, nodes] of Object.entries(joined))
  test(`rows that know of each other: ${name}`, () => isList(model('float', 4, nodes, constants), X, /node "joins"/))

const unlisted = {
  'rows sorted': [node('TopK', ['x', 'three'], ['y', ''], { axis: 0 }, 'joins')],
  'rows turned round': [node('Slice', ['x', 'end', 'before', 'zeros', 'back'], ['y'], {}, 'joins')],
}
for (const [name, nodes] of Object.entries(unlisted))
  test(`rows that know of each other, and make no list of any length: ${name}`, () =>
    refuses(
      predict(model('float', 4, nodes, constants), X),
      /node "joins" \(\w+\): found rows of the batch that know of each other.* a list of any length \(here /,
    ))

test('pairwise similarities of a batch, and an encoder that takes the batch for its steps', async () => {
  const pairs = onnxBytes({
    inputs: { x: ['float', [B, 4]] },
    outputs: { y: ['float', [B, 'others']] },
    nodes: [node('Transpose', ['x'], ['t'], { perm: [1, 0] }), node('MatMul', ['x', 't'], ['y'], {}, 'pairs')],
  })
  await refuses(predict(pairs, X), /node "pairs" \(MatMul\): found rows .* \(here a number for each two of the batch\)/)
  const encoder = model(
    'float',
    [5, 4],
    [
      node('Transpose', ['x'], ['q'], { perm: [1, 0, 2] }),
      node('Transpose', ['x'], ['k'], { perm: [1, 2, 0] }),
      node('MatMul', ['q', 'k'], ['s'], {}, 'attention'),
      node('Softmax', ['s'], ['p'], { axis: -1 }),
      node('MatMul', ['p', 'q'], ['o']),
      node('Transpose', ['o'], ['y'], { perm: [1, 0, 2] }),
    ],
  )
  const x = ['float', [2, 5, 4], Array.from({ length: 40 }, (_, i) => (i % 9) / 5)]
  await isList(encoder, { x }, /node "attention" \(MatMul\): rows that know of each other; these 2 are one list/)
})

test('rows that lie on a later axis, or are turned there and back, are each for themselves', async () => {
  const turned = model(
    'float',
    [5, 4],
    [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('GRU', ['t', 'w', 'r'], ['', 'h'], { hidden_size: 3 }),
      node('Squeeze', ['h', 'axis'], ['y']),
    ],
    {
      ...{ w: ['float', [1, 9, 4], gaussians(9, 4, 1)], r: ['float', [1, 9, 3], gaussians(9, 3, 2)], axis: int(0) },
    },
    { output: [B, 3] },
  )
  const x = Array.from({ length: 40 }, (_, i) => (i % 9) / 5)
  const both = await values(predict(turned, { x: ['float', [2, 5, 4], x] }))
  const second = await values(predict(turned, { x: ['float', [1, 5, 4], x.slice(20)] }))
  assert.ok(relativeError(Float32Array.from(both.slice(3)), second) < 1e-6)
})

test('a tower whose people know of each other is refused when it is built', async () => {
  const tower = onnxBytes({
    inputs: { item_ids: ['int', [B, LENGTH]] },
    outputs: { user: ['float', [B, DIM]] },
    nodes: [
      node('Gather', ['table', 'item_ids'], ['e']),
      node('ReduceMean', ['e'], ['u'], { axes: [1], keepdims: 0 }),
      node('ReduceMean', ['u'], ['all'], { axes: [0], keepdims: 1 }, 'centre'),
      node('Sub', ['u', 'all'], ['user']),
    ],
    constants: { table: ['float', [ITEMS + 1, DIM], gaussians(ITEMS + 1, DIM, 3)] },
  })
  await refuses(
    withTower(tower),
    /tower\.onnx, node "centre" \(ReduceMean\): found rows of the batch .*, expected a tower whose rows are people, each for themselves/,
  )
})

const listwise = field('rows-mixed', 'listwise-ranker/listwise.onnx')
test('a listwise ranker runs on all candidates at once', listwise, async () => {
  const some = gaussians(600, 1, 8).map((x) => Math.floor(50 * Math.abs(x)) % 50)
  const log = file('log.csv', `user,item,rating\n${Array.from(some, (item, i) => `u${i % 40},i${item},5\n`).join('')}`)
  const config = file(
    'listwise.json',
    JSON.stringify({ ranker: { inputs: { features: { from: 'features', fields: Array(50).fill('fused.score') } } } }),
  )
  const model = `${listwise.real}/listwise-ranker/listwise.onnx`
  const bundle = path('l.martello')
  const { code, stderr } = await cli(
    'build',
    '-o',
    bundle,
    '--interactions',
    log,
    '--ranker',
    model,
    '--config',
    config,
  )
  assert.equal(code, 0)
  assert.match(
    stderr,
    /ranker sees all candidates at once \(node "\/MatMul" \(MatMul\)\), 300 at most, in \d+ KB of memory/,
  )
  assert.match((await cli('inspect', bundle)).stdout, /ranker sees all candidates at once/)
  const rec = await Recommender.open(bundle)
  for (const k of [25, 7, 1]) {
    const ask = { history: [], k }
    const plain = rec.recommend({ ...ask, rankCandidates: 0 }).items
    const features = {
      type: 'float',
      shape: [k, 50],
      data: Float64Array.from(plain.flatMap(({ score }) => Array(50).fill(score))),
    }
    const expected = evaluate(readOnnx('l.onnx', listwise.bytes()), new Map([['features', features]])).get('score').data
    const { items, trace } = rec.recommend({ ...ask, rankCandidates: k })
    assert.equal(trace.ranked, k)
    const found = new Map(items.map(({ id, score }) => [id, score]))
    const said = plain.map(({ id }) => found.get(id))
    assert.ok(
      said.every((score, i) => Math.abs(score - expected[i]) < 1e-5),
      `${said} ${expected}`,
    )
  }
})

// -- one batch -----------------------------------------------------------------------------------------------------------

const names = field('two-batch-names')
test('onnx-two-batch-names: seven events of three people are summed, and [B, N] is a tower', names, async () => {
  const { shape, data } = await predictOnnx('model.onnx', names.bytes(), `${names.real}/all.npz`)
  assert.deepEqual(shape, [3, 4])
  assert.ok(relativeError(data.slice(0, 4), [3.848, 3.424, 3.9, 2.909]) < 1e-3)
  const tower = readOnnx('tower-B-N.onnx', readFileSync(`${names.real}/tower-B-N.onnx`))
  assert.deepEqual(compile(tower, { sizes: { N: 50 } }).inputs[0].shape, [1, 50])
})

for (const [batch, length] of [
  'batch n',
  'B N',
  'b batch_seq',
  'n batch_len',
  'users n',
  'unk__5 unk__6',
  'batch_size sequence_length',
].map((each) => each.split(' ')))
  test(`of [${batch}, ${length}] the first is the batch`, async () => {
    const bytes = onnxBytes({
      inputs: { x: ['float', [batch, length]] },
      outputs: { y: ['float', [batch]] },
      nodes: [node('ReduceSum', ['x', 'axis'], ['y'], { keepdims: 0 })],
      constants: { axis: int(1) },
    })
    const { shape, data } = await predict(bytes, { x: ['float', [2, 3], [1, 2, 3, 4, 5, 6]] })
    assert.deepEqual([shape, [...data]], [[2], [6, 15]])
  })

test('steps before the batch, a mask of the steps alone, and two names of one batch', async () => {
  const bytes = onnxBytes({
    inputs: { x: ['float', ['steps', 'batch', 2]], mask: ['float', ['steps', 1, 1]], y0: ['float', ['rows', 2]] },
    outputs: { y: ['float', ['batch', 2]] },
    nodes: [
      node('Mul', ['x', 'mask'], ['m']),
      node('ReduceSum', ['m', 'axis'], ['s'], { keepdims: 0 }),
      node('Add', ['s', 'y0'], ['y']),
    ],
    constants: { axis: int(0) },
  })
  const { shape, data } = await predict(bytes, {
    x: ['float', [2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    mask: ['float', [2, 1, 1], [1, 10]],
    y0: ['float', [3, 2], [0, 0, 100, 100, 200, 200]],
  })
  assert.deepEqual(
    [shape, [...data]],
    [
      [3, 2],
      [71, 82, 193, 204, 315, 326],
    ],
  )
})
