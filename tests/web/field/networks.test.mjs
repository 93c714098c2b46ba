// Networks as PyTorch and others write them: each says here what it says there, or is refused by the name of the node.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compile, ProgramRunner, readOnnx } from '../../../dist/build.js'
import { isOnnx } from '../../../build/web/import/onnx/model/onnx.js'
import { predictOnnx } from '../../../build/web/import/onnx/predict-onnx.js'
import { evaluate } from '../../../build/web/import/onnx/reference/index.js'
import { readNpy, readNpz } from '../../../build/web/read/index.js'
import { file, path } from '../helpers/files.mjs'
import { B, field, int, model, one, predict, refuses, values } from '../helpers/networks.mjs'
import { node, onnxBytes, onnxGraph, relativeError } from '../helpers/onnx.mjs'
import { cli, gaussians, npy, random } from '../helpers/shop.mjs'

const X = { x: ['float', [3, 4], Array.from({ length: 12 }, (_, i) => i / 7)] }

// -- ops -----------------------------------------------------------------------------------------------------------------

const oneHot = field('onehot-negative')
test('onnx-onehot-negative: -1 is the last place, -5 the first, 5 none', oneHot, async () => {
  const { data } = await predictOnnx('model.onnx', oneHot.bytes(), `${oneHot.real}/all.npz`)
  const ids = [...(await readNpz(`${oneHot.real}/all.npz`)).arrays.get('x').data].map(Number)
  assert.deepEqual(
    [...data],
    ids.flatMap((id) => Array.from({ length: 5 }, (_, i) => Number((id < 0 ? id + 5 : id) === i))),
  )
})

test('one-hot of places from the end, along another axis, with values of its own, of numbers from 2^24 on', async () => {
  const bytes = onnxBytes({
    inputs: { x: ['int', [B, 2]] },
    outputs: { y: ['float', [B, 3, 2]] },
    nodes: [node('OneHot', ['x', 'depth', 'values'], ['y'], { axis: 1 })],
    constants: { depth: one(3), values: ['float', [2], [0.5, 2]] },
  })
  const rows = [
    [-1, 0],
    [2, -3],
    [-4, 3],
    [1, 2 ** 30 + 1],
  ]
  assert.deepEqual(
    await values(predict(bytes, { x: ['int', [4, 2], rows.flat()] })),
    rows.flatMap((row) => [0, 1, 2].flatMap((i) => row.map((id) => ((id < 0 ? id + 3 : id) === i ? 2 : 0.5)))),
  )
})

const constant = field('constant-output')
test('onnx-constant-output: 7 7, and 2 4 6 once a request', constant, async () => {
  const [plain, request] = ['', '/per-request'].map((at) => `${constant.real}${at}`)
  assert.deepEqual(await values(predictOnnx('m', readFileSync(`${plain}/model.onnx`), `${plain}/all.npz`)), [7, 7])
  assert.deepEqual(
    await values(predictOnnx('m', readFileSync(`${request}/model.onnx`), `${request}/all.npz`, 'a')),
    [2, 4, 6],
  )
})

test('outputs of constants, for each row or once, beside one of the rows', async () => {
  const bytes = onnxBytes({
    inputs: { x: ['float', [B, 3]] },
    outputs: { once: ['float', [2]], each: ['float', [B, 2]], y: ['float', [B, 3]] },
    nodes: [
      node('Add', ['c', 'c'], ['once']),
      node('Shape', ['x'], ['shape']),
      node('Gather', ['shape', 'zero'], ['n'], { axis: 0 }),
      node('Concat', ['n', 'two'], ['size'], { axis: 0 }),
      node('Expand', ['c', 'size'], ['each']),
      node('Relu', ['x'], ['y']),
    ],
    constants: { c: ['float', [2], [1, 2]], zero: int(0), two: int(2) },
  })
  const x = { x: ['float', [40, 3], Array.from({ length: 120 }, (_, i) => i - 60)] }
  const found = async (name) => [(await predict(bytes, x, name)).shape, await values(predict(bytes, x, name))]
  assert.deepEqual(await found('once'), [[2], [2, 4]])
  assert.deepEqual(await found('each'), [[40, 2], Array.from({ length: 80 }, (_, i) => 1 + (i % 2))])
  assert.deepEqual(
    (await found('y'))[1],
    x.x[2].map((value) => Math.max(0, value)),
  )
  const graph = readOnnx('m', bytes)
  for (const capacity of [1, 7]) {
    const [once, each] = (await ProgramRunner.start(compile(graph, { capacity }))).outputs([
      { shape: [40, 3], data: x.x[2] },
    ])
    assert.deepEqual([[...once], [...each].slice(0, 4), each.length], [[2, 4], [1, 2, 1, 2], 80])
  }
})

const dropout = field('dropout-mask')
test('onnx-dropout-mask: the input passes on', dropout, async () => {
  const x = (await readNpz(`${dropout.real}/all.npz`)).arrays.get('x').data
  assert.deepEqual(await values(predictOnnx('m', dropout.bytes(), `${dropout.real}/all.npz`)), [...x])
})

test('a mask that something reads is of ones; training mode is named, but where nothing is dropped', async () => {
  const read = model('float', 4, [
    node('Dropout', ['x'], ['d', 'm']),
    node('Cast', ['m'], ['f'], { to: 1 }),
    node('Add', ['d', 'f'], ['y']),
  ])
  assert.deepEqual(
    await values(predict(read, X)),
    X.x[2].map((x) => Math.fround(Math.fround(x) + 1)),
  )
  const training = (ratio) =>
    model('float', 4, [node('Dropout', ['x', 'ratio', 'training'], ['y', 'm'], {}, 'drop')], {
      ...{ ratio: one(ratio, 'float'), training: ['bool', [], [1]] },
    })
  await refuses(
    predict(training(0.5), X),
    /node "drop" \(Dropout\): found training mode, expected a model exported for inference \(PyTorch: model\.eval\(\)/,
  )
  assert.equal((await predict(training(0), X)).data.length, 12)
  const statistics = Object.fromEntries([...'sbmv'].map((name) => [name, ['float', [4], [1, 1, 1, 1]]]))
  const norm = model(
    'float',
    4,
    [node('BatchNormalization', ['x', ...'sbmv'], ['y'], { training_mode: 1 }, 'bn')],
    statistics,
    { of: { opset: 15 } },
  )
  await refuses(predict(norm, X), /node "bn" \(BatchNormalization\): found training mode/)
})

const loop = field('loop-message')
test('onnx-loop-message: the op is named, not its body', loop, () =>
  refuses(
    predictOnnx('model.onnx', loop.bytes(), `${loop.real}/all.npz`),
    /^model\.onnx, node "\/e\.0\/Loop": found the op Loop \(loops are not run: PyTorch writes one for EmbeddingBag/,
  ),
)

test('a Scan, and a loop that reads what is made outside of it, are named too', async () => {
  const body = {
    node: [node('Add', ['step', 'outside'], ['made'])],
    input: [{ name: 'step' }],
    output: [{ name: 'made' }],
  }
  const scan = (op) =>
    model('float', 4, [node('Neg', ['x'], ['outside']), node(op, ['x'], ['y'], { body, num_scan_inputs: 1 }, 'again')])
  await refuses(predict(scan('Scan'), X), /node "again": found the op Scan \(loops are not run/)
  await refuses(predict(scan('Loop'), X), /node "again": found the op Loop/)
})

const listed = field('listed-ops')
test('onnx-listed-ops: nan_to_num, sines of ages and an RNN run', listed, async () => {
  const at = async (name) => {
    const folder = `${listed.real}/${name}`
    const graph = readOnnx('m', readFileSync(`${folder}/model.onnx`))
    const source = name === '' ? `${listed.real}/all.npz` : `${folder}/all.npz`
    const { arrays } = await readNpz(source)
    const given = new Map(
      graph.inputs.map((port) => {
        const { shape, data } = arrays.get(port.name)
        return [port.name, { type: port.type, shape, data: Float64Array.from(data, Number) }]
      }),
    )
    const { data } = await predictOnnx('m', readFileSync(`${folder}/model.onnx`), source)
    return relativeError(data, evaluate(graph, given).get(graph.outputs[0].name).data)
  }
  for (const name of ['', 'sin', 'cos', 'time2vec', 'rnn']) assert.ok((await at(name)) < 1e-6, name)
})

test('infinite numbers by their sign, and sines far from 0', async () => {
  const inf = (attributes) =>
    model('float', 4, [node('IsInf', ['x'], ['b'], attributes), node('Cast', ['b'], ['y'], { to: 1 })])
  const x = { x: ['float', [1, 4], [Infinity, -Infinity, NaN, 3e38]] }
  assert.deepEqual(await values(predict(inf({}), x)), [1, 1, 0, 0])
  assert.deepEqual(await values(predict(inf({ detect_negative: 0 }), x)), [1, 0, 0, 0])
  assert.deepEqual(await values(predict(inf({ detect_positive: 0 }), x)), [0, 1, 0, 0])
  assert.deepEqual(await values(predict(inf({ detect_positive: 0, detect_negative: 0 }), x)), [0, 0, 0, 0])
  const far = { x: ['float', [2, 4], [1e-3, -2, 355, 86400, 31536000, -1e6, 123456.7, 0]] }
  for (const op of ['Sin', 'Cos']) {
    const found = await values(predict(model('float', 4, [node(op, ['x'], ['y'])]), far))
    found.forEach((y, i) =>
      assert.ok(Math.abs(y - Math[op.toLowerCase()](Math.fround(far.x[2][i]))) < 2e-7, `${op} ${i}`),
    )
  }
})

test('an RNN of both directions, of rows of different lengths, of another activation', async () => {
  const rnn = (attributes, inputs = []) =>
    onnxGraph({
      inputs: { x: ['float', [5, B, 3]], n: ['int', [B]] },
      outputs: { y: ['float', [5, 2, B, 4]], h: ['float', [2, B, 4]] },
      nodes: [
        node('Add', ['n', 'one'], ['length']),
        node('RNN', ['x', 'w', 'r', 'b', ...inputs], ['y', 'h'], {
          hidden_size: 4,
          direction: 'bidirectional',
          ...attributes,
        }),
      ],
      constants: {
        ...{ w: ['float', [2, 4, 3], gaussians(8, 3, 1)], r: ['float', [2, 4, 4], gaussians(8, 4, 2)] },
        ...{ b: ['float', [2, 8], gaussians(2, 8, 3)], one: int(1), h0: ['float', [2, 1, 4], gaussians(2, 4, 4)] },
      },
    })
  const x = { type: 'float', shape: [5, 3, 3], data: Float64Array.from(gaussians(15, 3, 5)) }
  const n = { type: 'int', shape: [3], data: Float64Array.of(4, 0, 2) }
  for (const graph of [rnn({}), rnn({ activations: ['Relu', 'Sigmoid'] }), rnn({}, ['length']), rnn({}, ['', 'h0'])]) {
    const expected = evaluate(
      graph,
      new Map([
        ['x', x],
        ['n', n],
      ]),
    )
    const program = compile(graph)
    const found = (await ProgramRunner.start(program)).outputs(program.inputs.map(({ name }) => ({ x, n })[name]))
    program.outputs.forEach(({ name }, i) => assert.ok(relativeError(found[i], expected.get(name).data) < 2e-6, name))
  }
})

test('what only shapes decide is refused on the inputs, with the ops that run', () =>
  refuses(
    predict(model('int', 1, [node('ConstantOfShape', ['x'], ['y'])]), { x: ['int', [1, 1], [3]] }),
    /node "y": found the op ConstantOfShape on values that depend on the inputs, expected one of Abs, Add/,
  ))

// -- files ---------------------------------------------------------------------------------------------------------------

const docstring = field('docstring')
test('onnx-docstring: a model without a producer is read', docstring, async () =>
  assert.ok((await values(predictOnnx('m', docstring.bytes(), `${docstring.real}/all.npz`))).every((x) => x >= 0)),
)

test('a model is known by its fields, whichever of them come first; other files are not', async () => {
  const bytes = model('float', 4, [node('Relu', ['x'], ['y'])])
  const plain = Buffer.concat([bytes.subarray(0, 2), bytes.subarray(2 + 2 + 'martello tests'.length)]) // no producer
  const text = (tag, value) => Buffer.concat([Buffer.of(tag, value.length), Buffer.from(value)])
  const pair = Buffer.concat([text(0x0a, 'key'), text(0x12, 'value')])
  const starts = {
    doc_string: text(0x32, 'A model.'),
    domain: text(0x22, 'org'),
    metadata: text(0x72, pair.toString('latin1')),
  }
  for (const [name, start] of Object.entries(starts)) {
    for (const whole of [
      Buffer.concat([plain.subarray(0, 2), start, plain.subarray(2)]),
      Buffer.concat([start, plain]),
      Buffer.concat([plain, start]),
    ]) {
      assert.ok(isOnnx(whole), name)
      assert.deepEqual((await predict(whole, X)).shape, [3, 4], name)
    }
  }
  const others = [
    'tree\nversion=v4\n',
    '{"learner":{}}',
    '{L\0\0\0\0',
    'PK\x03\x04',
    '\x93NUMPY\x01\0',
    'PAR1',
    'user,item\n1,2\n',
    '',
  ]
  for (const other of others) assert.ok(!isOnnx(Buffer.from(other, 'latin1')), other)
})

test('readNpy of what predict writes is what it printed', async () => {
  const at = file('m.onnx', model('float', 4, [node('Neg', ['x'], ['y'])]))
  const x = await npy('x.npy', [3, 4], Float32Array.from(X.x[2]))
  assert.equal((await cli('predict', at, '--inputs', x, '-o', path('y.npy'))).code, 0)
  assert.deepEqual(
    [...(await readNpy(path('y.npy'))).data],
    X.x[2].map((value) => 0 - Math.fround(value)),
  )
})

test('models with bytes changed are read, or refused in a sentence', async () => {
  const draw = random(41)
  const models = [
    model('float', 4, [node('Softmax', ['x'], ['s'], { axis: 1 }), node('ReduceMean', ['s'], ['y'], { axes: [1] })]),
    model(
      'int',
      4,
      [node('OneHot', ['x', 'depth', 'values'], ['h']), node('Transpose', ['h'], ['y'], { perm: [0, 2, 1] })],
      {
        ...{ depth: one(5), values: ['float', [2], [0, 1]] },
      },
    ),
  ]
  for (let trial = 0; trial < 400; trial++) {
    const bytes = Buffer.from(models[trial % 2])
    for (let change = 0; change <= draw.below(3); change++) bytes[draw.below(bytes.length)] ^= 1 << draw.below(8)
    try {
      const graph = readOnnx('m.onnx', bytes)
      const open = graph.inputs.flatMap(({ shape }) => shape.filter((dim) => typeof dim === 'string'))
      const sizes = Object.fromEntries(open.map((dim) => [dim, 3]))
      compile(graph, { sizes, capacity: 1 + (trial % 3), ranges: new Map([['x', { least: 0, most: 2 ** 33 }]]) })
    } catch (error) {
      assert.equal(error.name, 'InputError', error.stack)
    }
  }
})
