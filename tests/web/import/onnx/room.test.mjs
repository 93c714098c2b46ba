// Small models that ask for much: for values of any size, for work without end, for orders that nobody writes. Each is compiled,
// or refused by naming the node, before anything is made that is not worth its bytes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile } from '../../../../build/web/import/onnx/compile.js'
import { node, onnxGraph } from '../../helpers/onnx.mjs'

const int = (...values) => ['int', [values.length], values]
const ones = (...shape) => ['float', shape, new Array(shape.reduce((a, b) => a * b)).fill(1)]
const F = ['float', ['batch', 4]]
const model = (nodes, constants = {}, inputs = { x: F }) => ({ inputs, outputs: { y: F }, nodes, constants })

/** Compiles; what it said, and the seconds and bytes of array that it took. */
function tried(made) {
  const since = process.cpuUsage()
  const said = (() => {
    try {
      return compile(onnxGraph(made), { capacity: 32 })
    } catch (error) {
      return error
    }
  })()
  return { said, seconds: process.cpuUsage(since).user / 1e6 }
}

/** `e`, as wide as a constant, summed to what the model returns. */
const summed = [node('ReduceSum', ['e', 'last'], ['r'], { keepdims: 0 }), node('Add', ['x', 'r'], ['y'])]
const last = int(-1)
const LARGE = {
  Expand: model([node('Expand', ['x', 'to'], ['e']), ...summed], { to: int(100_000, 1000, 1, 4), last }),
  Tile: model([node('Tile', ['x', 'to'], ['e']), ...summed], { to: int(1, 2 ** 30), last }),
  ConstantOfShape: model([node('ConstantOfShape', ['to'], ['e']), ...summed], { to: int(2 ** 25, 4), last }),
  Range: model([node('Range', ['from', 'to', 'by'], ['e']), ...summed], {
    ...{ from: ['int', [], [0]], to: ['int', [], [2 ** 45]], by: ['int', [], [1]], last },
  }),
  Pad: model([node('Pad', ['x', 'to'], ['e']), ...summed], { to: int(0, 0, 0, 2 ** 30), last }),
  Gather: model([node('Gather', ['t', 'ids'], ['e']), ...summed], {
    ...{ t: ones(1, 10_000), ids: int(...new Array(30_000).fill(0)), last },
  }),
  OneHot: model([node('OneHot', ['ids', 'to', 'off'], ['e']), ...summed], {
    ...{ ids: int(...new Array(1000).fill(0)), to: ['int', [], [2 ** 20]], off: ones(2), last },
  }),
  Unsqueeze: model([node('Unsqueeze', ['x', 'axes'], ['e']), ...summed], {
    ...{ axes: int(...Array.from({ length: 3000 }, (_, i) => i)), last },
  }),
  MatMul: model([node('Expand', ['c', 'to'], ['d']), node('MatMul', ['d', 'd'], ['e']), ...summed], {
    ...{ c: ones(1, 1), to: int(3000, 3000), last },
  }),
  Einsum: model([node('Expand', ['c', 'to'], ['d']), node('Einsum', ['d', 'd'], ['e'], { equation: 'ab,cd->a' }), ...summed], {
    ...{ c: ones(1, 1), to: int(2000, 2000), last },
  }), // prettier-ignore
  Conv: model([node('Expand', ['c', 'to'], ['d']), node('Conv', ['d', 'w'], ['e']), ...summed], {
    ...{ c: ones(1, 1, 1), to: int(1, 4, 10 ** 6), w: ones(4, 4, 1000), last },
  }),
  TopK: model([node('Pad', ['x', 'pads'], ['p']), node('TopK', ['p', 'k'], ['v', 'e'], { axis: 1 }), ...summed], {
    ...{ pads: int(1 << 20, 1, 0, 1), k: int(2), last },
  }),
  GRU: model([node('Expand', ['c', 'to'], ['d']), node('GRU', ['d', 'w', 'v'], ['', 'e'], { hidden_size: 32 }), ...summed], {
    ...{ c: ones(1, 1, 1), to: int(10 ** 6, 1, 8), w: ones(1, 96, 8), v: ones(1, 96, 32), last },
  }), // prettier-ignore
}

test('a small model that asks for much is refused by its node, at once', () => {
  for (const [op, made] of Object.entries(LARGE)) {
    const { said, seconds } = tried(made)
    assert.equal(said?.name, 'InputError', op)
    assert.match(said.message, new RegExp(`^test\\.onnx, node "[a-z]" \\(${op}\\): found .*, expected .*`), op)
    assert.ok(said.message.length < 400, said.message)
    assert.ok(seconds < 2, `${op}: ${seconds} s`)
  }
})

test('what is large and worth it is compiled: weights transposed, joined and cast in the model', () => {
  const width = 400
  const nodes = [
    node('Transpose', ['w'], ['t'], { perm: [1, 0] }),
    node('Concat', ['t', 't'], ['c'], { axis: 0 }),
    node('Cast', ['c'], ['d'], { to: 1 }),
    node('Concat', ['x', 'x'], ['x2'], { axis: 1 }),
    node('MatMul', ['x2', 'd'], ['y']),
  ]
  const made = model(nodes, { w: ones(width, 4) })
  made.outputs.y = ['float', ['batch', width]]
  assert.equal(tried(made).said.capacity, 32)
})

const chain = (count) =>
  Array.from({ length: count }, (_, i) =>
    node('Relu', [i === 0 ? 'x' : `h${i - 1}`], [i === count - 1 ? 'y' : `h${i}`]),
  )

test('nodes in any order run in the one that works, and a thousand take no time', () => {
  for (const nodes of [chain(2000), chain(2000).reverse()]) {
    const { said, seconds } = tried(model(nodes))
    assert.equal(said.ops, 2000)
    assert.ok(seconds < 2, `${seconds} s`)
  }
  const { said, seconds } = tried(model(chain(40_000).reverse()))
  assert.match(said.message, /node "h16384" \(Relu\): found more than 16384 ops/)
  assert.ok(seconds < 5, `${seconds} s`)
})

test('many branches that shapes decide are decided in one walk', () => {
  const count = 1500
  const branch = (op, from, name) => ({ node: [node(op, [from], [name])], output: [{ name }] })
  const ifs = Array.from({ length: count }, (_, i) => {
    const from = i === 0 ? 'x' : `h${i - 1}`
    const [then_branch, else_branch] = [branch('Neg', from, `a${i}`), branch('Abs', from, `b${i}`)]
    return node('If', ['yes'], [i === count - 1 ? 'y' : `h${i}`], { then_branch, else_branch })
  })
  const nodes = [node('Less', ['one', 'two'], ['yes']), ...ifs]
  const { said, seconds } = tried(model(nodes, { one: ['int', [], [1]], two: ['int', [], [2]] }))
  assert.equal(said.ops, count)
  assert.ok(seconds < 3, `${seconds} s`)
})

test('a power of whole numbers takes no time by its exponent, and wraps around as its type does', async () => {
  const { evaluate } = await import('../../../../build/web/import/onnx/reference/index.js')
  const graph = onnxGraph({
    inputs: { x: ['int32', [2]] },
    outputs: { y: ['int32', [2]] },
    nodes: [node('Pow', ['x', 'n'], ['y'])],
    constants: { n: ['int32', [2], [2 ** 31 - 1, 5]] },
  })
  const { data } = evaluate(graph, new Map([['x', { type: 'int', shape: [2], data: Float64Array.of(3, -7) }]])).get('y')
  const expected = [Number(BigInt.asIntN(32, 3n ** 2n)), (-7) ** 5]
  let power = 1n
  for (let [n, base] = [2n ** 31n - 1n, 3n]; n > 0n; n >>= 1n, base = BigInt.asIntN(32, base * base))
    if (n & 1n) power = BigInt.asIntN(32, power * base)
  expected[0] = Number(power)
  assert.deepEqual([...data], expected)
})

test('the best of several lines along any axis', async () => {
  const { evaluate } = await import('../../../../build/web/import/onnx/reference/index.js')
  const graph = onnxGraph({
    inputs: { x: ['float', [2, 3, 2]] },
    outputs: { y: ['float', [2, 2, 2]], at: ['int', [2, 2, 2]] },
    nodes: [node('TopK', ['x', 'k'], ['y', 'at'], { axis: 1 })],
    constants: { k: int(2) },
  })
  const data = Float64Array.of(1, 6, 5, 2, 3, 4, 9, 7, 8, 12, 10, 11)
  const values = evaluate(graph, new Map([['x', { type: 'float', shape: [2, 3, 2], data }]]))
  assert.deepEqual([...values.get('y').data], [5, 6, 3, 4, 10, 12, 9, 11])
  assert.deepEqual([...values.get('at').data], [1, 0, 2, 2, 2, 1, 0, 2])
})
