// Networks of whole numbers in types of 8 to 32 bits: what goes beyond the type wraps around, as it does in Python.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '../../../build/web/import/onnx/reference/index.js'
import { B, model, one, predict, refuses, values } from '../helpers/networks.mjs'
import { DATA_TYPE, node, onnxBytes, onnxGraph } from '../helpers/onnx.mjs'

/** The tape and the plain evaluator, both. */
async function both(type, numbers, nodes, constants = {}) {
  const graph = {
    inputs: { x: ['int', [B, 1]] },
    outputs: { y: ['float', [B, 1]] },
    nodes: [node('Cast', ['x'], ['t'], { to: DATA_TYPE[type] }), ...nodes, node('Cast', ['z'], ['y'], { to: 1 })],
    constants,
  }
  const shape = [numbers.length, 1]
  const tape = await values(predict(onnxBytes(graph), { x: ['int', shape, numbers] }))
  const given = new Map([['x', { type: 'int', shape, data: Float64Array.from(numbers) }]])
  const plain = [...evaluate(onnxGraph(graph), given).get('y').data].map((x) => 0 + Math.fround(x))
  assert.deepEqual(tape, plain)
  return tape
}

test('types of 8 to 32 bits wrap around, in the core as in the plain evaluator', async () => {
  const cast = [node('Identity', ['t'], ['z'])]
  assert.deepEqual(await both('uint8', [300, 256, 513, -1, 7], cast), [44, 0, 1, 255, 7])
  assert.deepEqual(await both('uint8', [3], [node('Sub', ['t', 'five'], ['z'])], { five: one(5, 'uint8') }), [254])
  const numbers = [0, 1, -1, 3, 100, 127, 128, 200, 255, 300, 32767, 40000, 65535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5]
  const big = numbers.map(BigInt)
  for (const [type, bits, signed] of [
    ['uint8', 8, false],
    ['int8', 8, true],
    ['uint16', 16, false],
    ['int16', 16, true],
    ['int32', 32, true],
    ['uint32', 32, false],
  ]) {
    const as = (x) => (signed ? BigInt.asIntN : BigInt.asUintN)(bits, x)
    const c = BigInt(signed ? 2 ** (bits - 1) - 3 : 2 ** bits - 3)
    for (const [op, made, of, attributes] of [
      ['Identity', ['t'], (x) => x],
      ['Add', ['t', 'c'], (x) => x + c],
      ['Sub', ['t', 'c'], (x) => x - c],
      ['Mul', ['t', 'c'], (x) => x * c],
      ['Mul', ['t', 't'], (x) => x * x],
      ['Neg', ['t'], (x) => -x],
      ['Abs', ['t'], (x) => (x < 0n ? -x : x)],
      ['Pow', ['t', 'three'], (x) => x ** 3n],
      ['ReduceProd', ['t'], (x) => x, { axes: [1], keepdims: 1 }],
      ['ReduceSumSquare', ['t'], (x) => x * x, { axes: [1], keepdims: 1 }],
    ])
      assert.deepEqual(
        await both(type, numbers, [node(op, made, ['z'], attributes)], {
          c: one(Number(c), type),
          three: one(3, type),
        }),
        big.map((x) => Math.fround(Number(as(of(as(x)))))),
        `${type} ${op}`,
      )
  }
})

test('floats are cast to narrow types as numbers are; below 0 uint64 is refused', async () => {
  const bytes = model('float', 1, [
    node('Cast', ['x'], ['t'], { to: DATA_TYPE.uint8 }),
    node('Cast', ['t'], ['y'], { to: 1 }),
  ])
  assert.deepEqual(await values(predict(bytes, { x: ['float', [4, 1], [0, 3.7, 255, 300.5]] })), [0, 3, 255, 44])
  await refuses(
    both('uint64', [3], [node('Sub', ['t', 'c'], ['z'], {}, 'less')], { c: one(5, 'uint64') }),
    /node "less" \(Sub\): found whole numbers below 0 in uint64, .*expected int64/,
  )
})
