// Imported ONNX models: every op of the compiler, run by the core, against the plain evaluator and values worked by hand;
// real exports against what PyTorch said of them.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compile, ProgramRunner, readOnnx } from '../../../../dist/build.js'
import { readTensorFile } from '../../../../build/web/import/onnx/model/onnx.js'
import { evaluate } from '../../../../build/web/import/onnx/reference/index.js'
import { readNpy, readNpz } from '../../../../build/web/read/index.js'
import { cli, file, npy, path, random, realData } from '../../helpers/shop.mjs'
import { node, onnxBytes, onnxGraph, relativeError } from '../../helpers/onnx.mjs'

const towers = realData('towers')
const conformance = realData('onnx-ops')

/** Inputs of the graph for `rows` rows, from a seed; ids stay below `below`. */
function inputsFor(graph, rows, seed, below = 3) {
  const draw = random(seed)
  return new Map(
    graph.inputs.map(({ name, type, shape }) => {
      const sizes = shape.map((dim) => (dim === 'batch' ? rows : dim))
      const count = sizes.reduce((a, b) => a * b, 1)
      const value = () => (type === 'int' ? draw.below(below) : type === 'bool' ? draw.below(2) : 4 * draw() - 2)
      return [name, { type, shape: sizes, data: Float64Array.from({ length: count }, value) }]
    }),
  )
}

/** The core's outputs and the evaluator's: row by row, several rows at a time, and as it is compiled for training. */
async function agree(model, { rows = 5, below = 3, tolerance = 2e-6, open = true } = {}) {
  const graph = onnxGraph(model)
  const given = inputsFor(graph, rows, 7, below)
  const expected = evaluate(graph, given)
  for (const how of [{ capacity: 1 }, { capacity: 4 }, { capacity: 4, training: true }]) {
    const { capacity } = how
    const program = compile(graph, how)
    if (capacity > 1 && open) assert.equal(program.capacity, capacity, 'the batch stays open')
    const runner = await ProgramRunner.start(program)
    const found = runner.outputs(program.inputs.map(({ name }) => given.get(name)))
    program.outputs.forEach(({ name }, i) => {
      const error = relativeError(found[i], expected.get(name).data)
      assert.ok(error <= tolerance, `${name}: off by ${error}\n${found[i]}\n${expected.get(name).data}`)
    })
    runner.drop()
  }
}

const B = 'batch'
const one = (op, attributes, dims = [B, 3, 4], extra = {}) => ({
  inputs: { x: ['float', dims] },
  outputs: { y: ['float', dims] },
  nodes: [node(op, ['x', ...Object.keys(extra)], ['y'], attributes)],
  constants: extra,
})
/** A model of one op on x: [batch, 3, 4] with constants behind it. */
const cases = {
  ...Object.fromEntries(
    'Relu LeakyRelu Elu Selu Gelu Erf Sigmoid HardSigmoid HardSwish Tanh Softplus Softsign Exp Neg Abs Reciprocal Floor Ceil Round Sign Mish Identity Dropout Celu ThresholdedRelu'
      .split(' ')
      .map((op) => [op, { ...one(op), opset: op === 'Gelu' ? 20 : 14 }]),
  ),
  'Gelu by tanh': { ...one('Gelu', { approximate: 'tanh' }), opset: 20 },
  'LeakyRelu of .3': one('LeakyRelu', { alpha: 0.3 }),
  PRelu: one('PRelu', {}, [B, 3, 4], { slope: ['float', [3, 1], [0.1, 0.2, -0.3]] }),
  Clip: one('Clip', {}, [B, 3, 4], { low: ['float', [], [-0.5]], high: ['float', [], [1]] }),
  'Pow 2': one('Pow', {}, [B, 3, 4], { p: ['float', [], [2]] }),
  'Pow 3': one('Pow', {}, [B, 3, 4], { p: ['float', [], [3]] }),
  'Add row': one('Add', {}, [B, 3, 4], { c: ['float', [4], [1, 2, 3, 4]] }),
  'Sub column': one('Sub', {}, [B, 3, 4], { c: ['float', [3, 1], [1, 2, 3]] }),
  'Div number': one('Div', {}, [B, 3, 4], { c: ['float', [], [3]] }),
  Mod: one('Mod', { fmod: 1 }, [B, 3, 4], { c: ['float', [], [0.7]] }),
  'Softmax last': one('Softmax', { axis: -1 }),
  'Softmax middle': one('Softmax', { axis: 1 }),
  'Softmax of old': { ...one('Softmax', { axis: 1 }), opset: 11 },
  LogSoftmax: one('LogSoftmax', { axis: -1 }),
  CumSum: one('CumSum', {}, [B, 3, 4], { axis: ['int', [], [1]] }),
  'CumSum back, exclusive': one('CumSum', { reverse: 1, exclusive: 1 }, [B, 3, 4], { axis: ['int', [], [-1]] }),
  LayerNormalization: {
    ...one('LayerNormalization', {}, [B, 3, 4], {
      w: ['float', [4], [1, 2, 3, -1]],
      b: ['float', [4], [0, 1, 0, -1]],
    }),
    opset: 17,
  },
  'LayerNormalization of two axes': {
    ...one('LayerNormalization', { axis: 1 }, [B, 3, 2], { w: ['float', [3, 2], [1, 2, 3, 4, 5, 6]] }),
    opset: 17,
  },
  BatchNormalization: one('BatchNormalization', {}, [B, 3, 4], {
    s: ['float', [3], [1, 2, 3]],
    b: ['float', [3], [0, 1, 2]],
    m: ['float', [3], [0.5, 0, -0.5]],
    v: ['float', [3], [1, 0.5, 2]],
  }),
  LpNormalization: one('LpNormalization', { axis: -1 }),
}

/** Models of which the result has another shape. */
const shaped = (op, attributes, output, extra = {}, type = 'float', dims = [B, 3, 4]) => ({
  ...one(op, attributes, dims, extra),
  outputs: { y: [type, output] },
})
Object.assign(cases, {
  ...Object.fromEntries(
    'Sum Mean Max Min Prod L1 L2 SumSquare LogSumExp'
      .split(' ')
      .map((kind) => [`Reduce${kind}`, shaped(`Reduce${kind}`, { axes: [1], keepdims: 0 }, [B, 4], {})]),
  ),
  'ReduceMean of two axes': shaped('ReduceMean', { axes: [1, 2] }, [B, 1, 1]),
  'ReduceSum, axes given': shaped('ReduceSum', { keepdims: 0 }, [B, 3], { axes: ['int', [1], [-1]] }),
  Transpose: shaped('Transpose', { perm: [0, 2, 1] }, [B, 4, 3]),
  'Transpose the batch away': { ...shaped('Transpose', { perm: [1, 2, 0] }, [3, 4, B]), open: false },
  Flatten: shaped('Flatten', {}, [B, 12]),
  Reshape: shaped('Reshape', {}, [B, 2, 6], { shape: ['int', [3], [0, 2, 6]] }),
  'Reshape into the batch': shaped('Reshape', {}, ['rows', 4], { shape: ['int', [2], [-1, 4]] }),
  Slice: shaped('Slice', {}, [B, 3, 2], {
    s: ['int', [1], [1]],
    e: ['int', [1], [100]],
    a: ['int', [1], [2]],
    p: ['int', [1], [2]],
  }),
  'Slice back': shaped('Slice', {}, [B, 3, 4], {
    s: ['int', [1], [-1]],
    e: ['int', [1], [-100]],
    a: ['int', [1], [1]],
    p: ['int', [1], [-1]],
  }),
  Unsqueeze: shaped('Unsqueeze', {}, [B, 1, 3, 4], { axes: ['int', [1], [1]] }),
  'Gather a column': shaped('Gather', { axis: 2 }, [B, 3], { i: ['int', [], [-1]] }),
  'Gather columns': shaped('Gather', { axis: 2 }, [B, 3, 3], { i: ['int', [3], [3, 0, 1]] }),
  Tile: shaped('Tile', {}, [B, 6, 4], { repeats: ['int', [3], [1, 2, 1]] }),
  Expand: shaped('Expand', {}, [B, 5, 4], { shape: ['int', [3], [1, 5, 4]] }, 'float', [B, 1, 4]),
  Pad: shaped('Pad', {}, [B, 6, 5], { pads: ['int', [6], [0, 1, 0, 0, 2, 1]], v: ['float', [], [0.5]] }),
  Trilu: { ...shaped('Trilu', { upper: 0 }, [B, 3, 4]), opset: 14 },
  ArgMax: shaped('ArgMax', { axis: 2, keepdims: 0 }, [B, 3], {}, 'int'),
  ArgMin: shaped('ArgMin', { axis: 1 }, [B, 1, 4], {}, 'int'),
  Cast: shaped('Cast', { to: 7 }, [B, 3, 4], {}, 'int'),
  Conv: shaped('Conv', { pads: [1, 1] }, [B, 2, 4], {
    w: ['float', [2, 3, 3], [...Array(18).keys()].map((i) => i / 9 - 1)],
    b: ['float', [2], [1, -1]],
  }),
  MaxPool: shaped('MaxPool', { kernel_shape: [2], strides: [2] }, [B, 3, 2]),
})

for (const [name, { open = true, ...model }] of Object.entries(cases)) test(`op ${name}`, () => agree(model, { open }))

const draw = random(3)
const weights = (...dims) => [
  'float',
  dims,
  Float64Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => draw() - 0.5),
]

const models = {
  'two operands of every kind': {
    inputs: { a: ['float', [B, 1, 4]], b: ['float', [B, 3, 1]] },
    outputs: { y: ['float', [B, 3, 4]], w: ['float', [B, 3, 4]] },
    nodes: [
      ...'Add Sub Mul Div Min Max'.split(' ').map((op) => node(op, ['a', 'b'], [op])),
      ...'Equal Greater Less GreaterOrEqual LessOrEqual'.split(' ').map((op) => node(op, ['a', 'b'], [op])),
      node('Or', ['Greater', 'Equal'], ['or']),
      node('And', ['or', 'LessOrEqual'], ['and']),
      node('Not', ['Less'], ['not']),
      node('Xor', ['not', 'and'], ['xor']),
      node('Where', ['xor', 'Mul', 'Sub'], ['w']),
      node('Sum', ['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max'], ['s']),
      node('Where', ['GreaterOrEqual', 's', 'a'], ['y']),
    ],
  },
  'Gemm of all its options': {
    inputs: { x: ['float', [B, 4]] },
    outputs: { y: ['float', [B, 3]] },
    nodes: [node('Gemm', ['x', 'w', 'b'], ['z'], { transB: 1, alpha: 0.5, beta: 2.5 }), node('Relu', ['z'], ['y'])],
    constants: { w: weights(3, 4), b: weights(3) },
  },
  'matrix products: batched, by a vector, from the left': {
    inputs: { x: ['float', [B, 3, 4]], y: ['float', [B, 4, 2]] },
    outputs: { p: ['float', [B, 3, 2]], v: ['float', [B, 3]], l: ['float', [B, 5, 4]] },
    nodes: [node('MatMul', ['x', 'y'], ['p']), node('MatMul', ['x', 'w'], ['v']), node('MatMul', ['m', 'x'], ['l'])],
    constants: { w: weights(4), m: weights(5, 3) },
  },
  'attention with heads, as PyTorch views it': {
    inputs: { x: ['float', [B, 5, 8]] },
    outputs: { y: ['float', [B, 5, 8]] },
    nodes: [
      node('MatMul', ['x', 'w'], ['h']),
      node('Reshape', ['h', 'heads'], ['r']),
      node('Transpose', ['r'], ['q'], { perm: [0, 2, 1, 3] }),
      node('Transpose', ['r'], ['k'], { perm: [0, 2, 3, 1] }),
      node('MatMul', ['q', 'k'], ['s']),
      node('Div', ['s', 'two'], ['d']),
      node('Add', ['d', 'mask'], ['a']),
      node('Softmax', ['a'], ['p'], { axis: -1 }),
      node('MatMul', ['p', 'q'], ['o']),
      node('Transpose', ['o'], ['t'], { perm: [0, 2, 1, 3] }),
      node('Reshape', ['t', 'flat'], ['y']),
    ],
    constants: {
      w: weights(8, 8),
      two: ['float', [], [2]],
      heads: ['int', [4], [0, 5, 2, 4]],
      flat: ['int', [3], [0, 5, 8]],
      mask: ['float', [5, 5], [...Array(25).keys()].map((i) => (i % 5 > Math.floor(i / 5) ? -Infinity : 0))],
    },
  },
  'an embedding, a mask, a mean': {
    inputs: { ids: ['int', [B, 6]] },
    outputs: { y: ['float', [B, 4]] },
    nodes: [
      node('Gather', ['table', 'ids'], ['e']),
      node('Greater', ['ids', 'zero'], ['m']),
      node('Cast', ['m'], ['f'], { to: 1 }),
      node('Unsqueeze', ['f', 'last'], ['u']),
      node('Mul', ['e', 'u'], ['p']),
      node('ReduceSum', ['p', 'middle'], ['s'], { keepdims: 0 }),
      node('ReduceSum', ['u', 'middle'], ['n'], { keepdims: 0 }),
      node('Clip', ['n', 'least'], ['c']),
      node('Div', ['s', 'c'], ['y']),
    ],
    constants: {
      table: weights(3, 4),
      zero: ['int', [], [0]],
      last: ['int', [1], [-1]],
      middle: ['int', [1], [1]],
      least: ['float', [], [1]],
    },
  },
  'lookups in what the inputs made': {
    inputs: { x: ['float', [B, 3, 4]], i: ['int', [B, 1, 4]], j: ['int', [B, 2]] },
    outputs: { a: ['float', [B, 1, 4]], b: ['float', [B, 4]], c: ['float', [B, 2, 4]] },
    nodes: [
      node('GatherElements', ['x', 'i'], ['a'], { axis: 1 }),
      node('GatherND', ['x', 'head'], ['b'], { batch_dims: 1 }),
      node('Slice', ['j', 's', 'e', 's1'], ['head']),
      node('GatherElements', ['x', 'wide'], ['c'], { axis: 1 }),
      node('Unsqueeze', ['j', 'last'], ['column']),
      node('Expand', ['column', 'four'], ['wide']),
    ],
    constants: {
      s: ['int', [1], [0]],
      e: ['int', [1], [1]],
      s1: ['int', [1], [1]],
      last: ['int', [1], [2]],
      four: ['int', [3], [1, 2, 4]],
    },
  },
  'TopK, Split, Concat, OneHot': {
    inputs: { x: ['float', [B, 6]] },
    outputs: { y: ['float', [B, 13]] },
    nodes: [
      node('TopK', ['x', 'k'], ['v', 'p'], { axis: 1 }),
      node('Split', ['x', 'sizes'], ['l', 'r'], { axis: 1 }),
      node('ArgMax', ['x'], ['best'], { axis: 1, keepdims: 0 }),
      node('OneHot', ['best', 'depth', 'values'], ['h']),
      node('Cast', ['p'], ['pf'], { to: 1 }),
      node('Concat', ['r', 'v', 'l', 'pf', 'h'], ['z'], { axis: 1 }),
      node('Identity', ['z'], ['y']),
    ],
    constants: {
      k: ['int', [1], [2]],
      sizes: ['int', [2], [4, 2]],
      depth: ['int', [], [3]],
      values: ['float', [2], [-1, 1]],
    },
  },
  'chains of shapes with the batch open': {
    inputs: { x: ['float', [B, 3, 4]] },
    outputs: { y: ['float', [B, 12]], z: ['float', [B, 2, 4]] },
    nodes: [
      node('Shape', ['x'], ['shape']),
      node('Gather', ['shape', 'first'], ['n'], { axis: 0 }),
      node('Unsqueeze', ['n', 'axis'], ['n1']),
      node('Concat', ['n1', 'rest'], ['flat'], { axis: 0 }),
      node('Reshape', ['x', 'flat'], ['y']),
      node('Concat', ['n1', 'wide'], ['target'], { axis: 0 }),
      node('ConstantOfShape', ['three'], ['ones'], { value: { dims: [1], dataType: 7, int64Data: [1] } }),
      node('Mul', ['ones', 'minus'], ['open']),
      node('Equal', ['target', 'open'], ['is']),
      node('Where', ['is', 'ones', 'target'], ['size']),
      node('Expand', ['row', 'size'], ['spread']),
      node('ReduceMean', ['x'], ['mean'], { axes: [1], keepdims: 1 }),
      node('Add', ['spread', 'mean'], ['z']),
    ],
    constants: {
      first: ['int', [], [0]],
      axis: ['int', [1], [0]],
      rest: ['int', [1], [-1]],
      wide: ['int', [2], [2, 4]],
      three: ['int', [1], [3]],
      minus: ['int', [], [-1]],
      row: weights(1, 2, 4),
    },
  },
  'GRU and LSTM, both ways': {
    inputs: { x: ['float', [B, 5, 3]] },
    outputs: { y: ['float', [B, 4]], z: ['float', [5, 2, B, 4]], c: ['float', [2, B, 4]] },
    open: false,
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('GRU', ['t', 'w', 'r', 'b'], ['', 'h'], { hidden_size: 4, linear_before_reset: 1 }),
      node('Squeeze', ['h', 'axis'], ['y']),
      node('LSTM', ['t', 'w2', 'r2', 'b2'], ['z', '', 'c'], { hidden_size: 4, direction: 'bidirectional' }),
    ],
    constants: {
      w: weights(1, 12, 3),
      r: weights(1, 12, 4),
      b: weights(1, 24),
      w2: weights(2, 16, 3),
      r2: weights(2, 16, 4),
      b2: weights(2, 32),
      axis: ['int', [1], [0]],
    },
  },
  'recurrent ops with weights that are given': {
    inputs: {
      x: ['float', [B, 5, 3]],
      w: ['float', [2, 12, 3]],
      r: ['float', [2, 12, 4]],
      b: ['float', [2, 24]],
      w2: ['float', [1, 16, 3]],
      r2: ['float', [1, 16, 4]],
      b2: ['float', [1, 32]],
    },
    outputs: { y: ['float', [5, 2, B, 4]], z: ['float', [2, B, 4]], c: ['float', [1, B, 4]] },
    open: false,
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('GRU', ['t', 'w', 'r', 'b'], ['y'], {
        hidden_size: 4,
        linear_before_reset: 1,
        direction: 'bidirectional',
      }),
      node('GRU', ['t', 'w', 'r', 'b'], ['', 'z'], { hidden_size: 4, direction: 'bidirectional' }),
      node('LSTM', ['t', 'w2', 'r2', 'b2'], ['', '', 'c'], { hidden_size: 4, direction: 'reverse' }),
    ],
    constants: {},
  },
  'a GRU of rows of different lengths': {
    inputs: { x: ['float', [B, 5, 3]], n: ['int', [B]] },
    outputs: { y: ['float', [2, B, 4]] },
    open: false,
    nodes: [
      node('Transpose', ['x'], ['t'], { perm: [1, 0, 2] }),
      node('Add', ['n', 'one'], ['length']),
      node('GRU', ['t', 'w', 'r', 'b', 'length'], ['', 'y'], { hidden_size: 4, direction: 'bidirectional' }),
    ],
    constants: { w: weights(2, 12, 3), r: weights(2, 12, 4), b: weights(2, 24), one: ['int', [1], [1]] },
  },
  'Einsum: experts and gates, pairs, a trace': {
    inputs: { x: ['float', [B, 4]], f: ['float', [B, 3, 4]] },
    outputs: { y: ['float', [B, 5]], p: ['float', [B, 3, 3]], t: ['float', [B]], s: ['float', [B, 3, 3, 4]] },
    opset: 12,
    nodes: [
      node('Einsum', ['x', 'experts'], ['e'], { equation: 'bi,eio->beo' }),
      node('MatMul', ['x', 'gate'], ['g']),
      node('Softmax', ['g'], ['q'], { axis: 1 }),
      node('Einsum', ['q', 'e'], ['y'], { equation: 'be,beo->bo' }),
      node('Einsum', ['f', 'f'], ['p'], { equation: 'bid,bjd->bij' }),
      node('Einsum', ['p'], ['t'], { equation: 'bii->b' }),
      node('Einsum', ['f', 'f'], ['s'], { equation: 'bhd,bmd->bhmd' }),
    ],
    constants: { experts: weights(2, 4, 5), gate: weights(4, 2) },
  },
  'a branch that shapes decide': {
    inputs: { x: ['float', [B, 1, 4]] },
    outputs: { y: ['float', [B, 4]] },
    nodes: [
      node('Shape', ['x'], ['s']),
      node('Gather', ['s', 'one'], ['n'], { axis: 0 }),
      node('Equal', ['n', 'one'], ['is']),
      node('If', ['is'], ['y'], {
        then_branch: { node: [node('Squeeze', ['x', 'axis'], ['inner'])], output: [{ name: 'inner' }] },
        else_branch: { node: [node('Identity', ['x'], ['other'])], output: [{ name: 'other' }] },
      }),
    ],
    constants: { one: ['int', [], [1]], axis: ['int', [1], [1]] },
  },
}

for (const [name, { open = true, ...model }] of Object.entries(models)) test(name, () => agree(model, { open }))

test('decomposed LayerNorm and Gelu become one op each, and a product takes what follows it', () => {
  const graph = onnxGraph({
    inputs: { x: ['float', [B, 4]] },
    outputs: { y: ['float', [B, 4]] },
    nodes: [
      node('ReduceMean', ['x'], ['m'], { axes: [-1] }),
      node('Sub', ['x', 'm'], ['c']),
      node('Pow', ['c', 'two'], ['p']),
      node('ReduceMean', ['p'], ['v'], { axes: [-1] }),
      node('Add', ['v', 'eps'], ['ve']),
      node('Sqrt', ['ve'], ['sd']),
      node('Div', ['c', 'sd'], ['n']),
      node('Mul', ['n', 'w'], ['nw']),
      node('Add', ['nw', 'b'], ['l']),
      node('Div', ['l', 'root'], ['lr']),
      node('Erf', ['lr'], ['e']),
      node('Add', ['e', 'one'], ['e1']),
      node('Mul', ['l', 'e1'], ['le']),
      node('Mul', ['le', 'half'], ['g']),
      node('MatMul', ['g', 'k'], ['gk']),
      node('Add', ['b', 'gk'], ['gb']),
      node('Relu', ['gb'], ['y']),
    ],
    constants: {
      two: ['float', [], [2]],
      eps: ['float', [], [1e-12]],
      root: ['float', [], [Math.SQRT2]],
      one: ['float', [], [1]],
      half: ['float', [], [0.5]],
      w: weights(4),
      b: weights(4),
      k: weights(4, 4),
    },
  })
  assert.equal(compile(graph).ops, 3)
})

test('what is given once a request is not computed again for each row', async () => {
  const graph = onnxGraph({
    inputs: { history: ['int', [B, 6]], item: ['int', [B]] },
    outputs: { y: ['float', [B]] },
    nodes: [
      node('Gather', ['table', 'history'], ['h']),
      node('ReduceMean', ['h'], ['u'], { axes: [1], keepdims: 0 }),
      node('Gather', ['table', 'item'], ['i']),
      node('Mul', ['u', 'i'], ['p']),
      node('ReduceSum', ['p', 'axis'], ['y'], { keepdims: 0 }),
    ],
    constants: { table: weights(3, 4), axis: ['int', [1], [1]] },
  })
  const program = compile(graph, { capacity: 4, perRequest: new Set(['history']) })
  assert.deepEqual([program.ops, program.requestOps], [5, 2])
  const history = { shape: [1, 6], data: [0, 1, 2, 2, 1, 0] }
  const item = { shape: [7], data: [0, 1, 2, 2, 1, 0, 1] }
  const [found] = (await ProgramRunner.start(program)).outputs([history, item])
  const repeated = {
    type: 'int',
    shape: [7, 6],
    data: Float64Array.from({ length: 42 }, (_, i) => history.data[i % 6]),
  }
  const expected = evaluate(
    graph,
    new Map([
      ['history', repeated],
      ['item', { type: 'int', ...item }],
    ]),
  )
  assert.ok(relativeError(found, expected.get('y').data) < 1e-6)
})

test('weights in halves and bytes stay near, in fewer bytes', async () => {
  const graph = onnxGraph({
    inputs: { ids: ['int', [B, 2]] },
    outputs: { y: ['float', [B, 2, 64]] },
    nodes: [node('Gather', ['table', 'ids'], ['e']), node('MatMul', ['e', 'w'], ['y'])],
    constants: { table: weights(40, 32), w: weights(32, 64) },
  })
  const given = inputsFor(graph, 6, 5, 40)
  const expected = evaluate(graph, given).get('y').data
  const sizes = []
  for (const [kind, most] of [
    ['float32', 1e-6],
    ['float16', 1e-3],
    ['int8', 2e-2],
  ]) {
    const program = compile(graph, { weights: kind })
    const [found] = (await ProgramRunner.start(program)).outputs([given.get('ids')])
    const error = relativeError(found, expected)
    assert.ok(error < most, `${kind}: off by ${error}`)
    sizes.push(program.bytes.length)
  }
  assert.ok(sizes[1] < 0.6 * sizes[0] && sizes[2] < 0.4 * sizes[0], sizes.join())
})

test('values worked by hand', () => {
  const graph = onnxGraph({
    opset: 20,
    inputs: { x: ['float', [4]] },
    outputs: { e: ['float', [4]], g: ['float', [4]], s: ['float', [4]] },
    nodes: [node('Erf', ['x'], ['e']), node('Gelu', ['x'], ['g']), node('Softplus', ['x'], ['s'])],
  })
  const values = evaluate(graph, new Map([['x', { type: 'float', shape: [4], data: Float64Array.of(-2, 0, 0.5, 3) }]]))
  const near = (name, expected) =>
    assert.ok(relativeError(Float32Array.from(values.get(name).data), expected) < 1e-6, name)
  near('e', [-0.9953222650189527, 0, 0.5204998778130465, 0.9999779095030014])
  near('g', [-0.04550026389635842, 0, 0.34573123063700656, 2.99595030905136])
  near('s', [0.1269280110429726, 0.6931471805599453, 0.9740769841801067, 3.048587351573742])
})

test('what cannot be imported is named, with what can', () => {
  const model = (nodes, more = {}) => ({
    inputs: { x: ['float', [B, 3]] },
    outputs: { y: ['float', [B, 3]] },
    nodes,
    ...more,
  })
  const refuses = (given, expected) =>
    assert.throws(() => compile(onnxGraph(given)), { name: 'InputError', message: expected })
  refuses(
    model([node('Det', ['x'], ['y'], {}, 'layer/det')]),
    /^test\.onnx, node "layer\/det": found the op Det, expected one of Abs, Add, /,
  )
  refuses(model([node('NonZero', ['x'], ['y'])]), /node "y": found the op NonZero/)
  refuses(
    model([node('Add', ['x', 'c'], ['y'])], { constants: { c: ['float', [2], [1, 2]] } }),
    /node "y" \(Add\): found shapes \[\d, 3\] and \[2\] that do not broadcast/,
  )
  refuses(model([node('Relu', ['nowhere'], ['y'])]), /node "y" \(Relu\): found input "nowhere"/)
  refuses({ ...model([node('Relu', ['x'], ['y'])]), opset: 99 }, /opset: found version 99, expected 11 to 21/)
  refuses(
    { ...model([node('Relu', ['x'], ['y'])]), inputs: { x: ['float', [B, 'length']] } },
    /input "x": found shape \[batch, length\] with "length" open/,
  )
  assert.throws(() => readOnnx('bad.onnx', Uint8Array.of(8, 7, 0x3a, 99, 1, 2)), /bad\.onnx: found a damaged file/)
})

test('martello predict runs a model on an .npy or a TSV, and names what does not fit', async () => {
  const model = file(
    'model.onnx',
    onnxBytes({
      inputs: { x: ['float', [B, 3]] },
      outputs: { y: ['float', [B, 1]], z: ['float', [B, 3]] },
      nodes: [node('ReduceSum', ['x', 'axis'], ['y'], { keepdims: 1 }), node('Neg', ['x'], ['z'])],
      constants: { axis: ['int', [1], [1]] },
    }),
  )
  const rows = await npy('x.npy', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6))
  const plain = await cli('predict', model, '--inputs', rows)
  assert.deepEqual([plain.code, plain.stdout], [0, '6\n15\n'])
  assert.match(plain.stderr, /ONNX opset 13, "x" to "y", 1 ops/)
  const labelled = await cli(
    'predict',
    model,
    '--inputs',
    file('x.tsv', '9\t1\t2\t3\n9\t4\t5\t6\n'),
    '--output',
    'z',
    '--json',
  )
  assert.deepEqual(JSON.parse(labelled.stdout), { shape: [2, 3], data: [-1, -2, -3, -4, -5, -6] })
  assert.equal((await cli('predict', model, '--inputs', rows, '-o', path('y.npy'))).code, 0)
  const written = await readNpy(path('y.npy'))
  assert.deepEqual(
    [written.shape, [...written.data]],
    [
      [2, 1],
      [6, 15],
    ],
  )
  const wrong = await cli('predict', model, '--inputs', await npy('w.npy', [2, 4], new Float32Array(8)))
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /w\.npy: found shape \(2, 4\), expected shape \(batch, 3\) of input "x"/)
  const other = await cli('predict', model, '--inputs', rows, '--output', 'q')
  assert.match(other.stderr, /output "q": found no such output, expected "y", "z"/)
})

test('the cases of the ONNX project', { skip: conformance.skip }, async () => {
  const folder = `${conformance.real}/`
  for (const name of readdirSync(folder).filter((each) => each.startsWith('test_'))) {
    const graph = readOnnx(name, readFileSync(`${folder}${name}/model.onnx`))
    const read = (file) => readTensorFile(file, readFileSync(`${folder}${name}/test_data_set_0/${file}`))
    const program = compile(graph)
    const given = graph.inputs.map((_, i) => read(`input_${i}.pb`))
    const found = (await ProgramRunner.start(program)).outputs(given)
    found.forEach((data, i) => assert.ok(relativeError(data, read(`output_${i}.pb`).data) < 1e-6, name))
  }
})

for (const name of ['toys_tower', 'youtube_dnn', 'din_ranker', 'deepfm_ranker'])
  test(`${name} says what PyTorch said`, { skip: towers.skip }, async () => {
    const path = `${towers.real}/${name}.onnx`
    const graph = readOnnx(path, readFileSync(path))
    const { arrays } = await readNpz(`${towers.real}/${name}_golden.npz`)
    for (const capacity of [1, 32]) {
      const program = compile(graph, { capacity })
      const given = program.inputs.map((input) => {
        const { shape, data } = arrays.get(input.name)
        return { shape, data: Float64Array.from(data, Number) }
      })
      const found = (await ProgramRunner.start(program)).outputs(given)
      program.outputs.forEach((output, i) => {
        const error = relativeError(found[i], arrays.get(output.name).data)
        assert.ok(error < 1e-5, `${output.name}: off by ${error}`)
      })
    }
  })
