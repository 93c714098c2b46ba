// The batch of a network: which axis it is, and that its rows are each for themselves.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compile, readOnnx } from '../../../dist/build.js'
import { predictOnnx } from '../../../build/web/import/onnx/predict-onnx.js'
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

const X = { x: ['float', [3, 4], Array.from({ length: 12 }, (_, i) => i / 7)] }

const mixed = field('rows-mixed')
test('onnx-rows-mixed: refused by the node that joins rows', mixed, async () => {
  const at = (name, of = 'model.onnx', inputs = 'all.npz') =>
    predictOnnx(of, readFileSync(`${mixed.real}/${name}/${of}`), `${mixed.real}/${name}/${inputs}`)
  await refuses(at('k10'), /^model\.onnx, node "m" \(ReduceMean\): found rows of the batch that know of each other/)
  await refuses(at('k11'), /node "f" \(Softmax\): found rows of the batch that know of each other/)
  await refuses(at('listwise-ranker', 'listwise.onnx', 'lw.npz'), /node "\/MatMul" \(MatMul\): found rows of the batch/)
})

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
  'rows sorted': [node('TopK', ['x', 'three'], ['y', ''], { axis: 0 }, 'joins')],
  'rows turned round': [node('Slice', ['x', 'end', 'before', 'zeros', 'back'], ['y'], {}, 'joins')],
}
for (const [name, nodes] of Object.entries(joined))
  test(`rows that know of each other: ${name}`, () =>
    refuses(
      predict(
        model('float', 4, nodes, {
          ...{ zero: one(0), zeros: int(0), three: int(3), end: int(-1), before: int(-100), back: int(-1) },
        }),
        X,
      ),
      /node "joins" \(\w+\): found rows of the batch that know of each other/,
    ))

test('pairwise similarities of a batch, and an encoder that takes the batch for its steps', async () => {
  const pairs = onnxBytes({
    inputs: { x: ['float', [B, 4]] },
    outputs: { y: ['float', [B, 'others']] },
    nodes: [node('Transpose', ['x'], ['t'], { perm: [1, 0] }), node('MatMul', ['x', 't'], ['y'], {}, 'pairs')],
  })
  await refuses(predict(pairs, X), /node "pairs" \(MatMul\): found rows of the batch that know of each other/)
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
  await refuses(predict(encoder, { x }), /node "attention" \(MatMul\): found rows of the batch that know of each other/)
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
test('a listwise ranker is refused when it is built', listwise, async () => {
  const lines = ['user,item,rating', ...Array.from({ length: 600 }, (_, i) => `u${i % 40},i${(i * 7) % 50},5`)]
  const log = file('log.csv', `${lines.join('\n')}\n`)
  const config = file(
    'listwise.json',
    JSON.stringify({ ranker: { inputs: { features: { from: 'features', fields: Array(50).fill('fused.score') } } } }),
  )
  const { code, stderr } = await cli(
    'build',
    '-o',
    path('l.martello'),
    '--interactions',
    log,
    '--ranker',
    `${listwise.real}/listwise-ranker/listwise.onnx`,
    '--config',
    config,
  )
  assert.equal(code, 1)
  assert.match(
    stderr,
    /node "\/MatMul" \(MatMul\): found rows of the batch .*, expected a ranker that scores each candidate by itself/,
  )
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
