// Lists: random models whose rows know of each other, against the plain evaluator, on lists of several lengths.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile } from '../../../../build/web/import/onnx/compile.js'
import { evaluate } from '../../../../build/web/import/onnx/reference/index.js'
import { compileRows } from '../../../../build/web/import/onnx/rows.js'
import { ProgramRunner } from '../../../../build/web/import/onnx/run.js'
import { node, onnxGraph } from '../../helpers/onnx.mjs'
import { gaussians, random } from '../../helpers/shop.mjs'

/** The size of an axis of rows. */
const ROWS = -1
const LONGEST = 9

/** A score for each of x [rows, 4], by ops drawn one after the other from what there is. */
function drawn(draw) {
  const below = (n) => Math.floor(draw() * n)
  const [nodes, constants, values] = [[], {}, [['x', [ROWS, 4]]]]
  const constant = (type, shape, data) => {
    const name = `c${Object.keys(constants).length}`
    constants[name] = [type, shape, data]
    return name
  }
  const ints = (...list) => constant('int', [list.length], list)
  const add = (op, inputs, shape, attributes = {}) => {
    const name = `v${nodes.length}`
    nodes.push(node(op, inputs, [name], attributes, name))
    values.push([name, shape])
  }
  const lately = (fits) => {
    const found = values.filter(([, shape]) => fits(shape)).slice(-5)
    return found[below(found.length)]
  }
  const without = (shape, axis) => shape.filter((_, i) => i !== axis)
  for (let step = 6 + below(14); step > 0; step--) {
    const [a, shape] = lately(() => true)
    const rank = shape.length
    if (rank === 0) continue
    const [axis, other] = [below(rank), below(rank)]
    const steps = [
      () => {
        if (shape.at(-1) === ROWS) return
        const wide = 1 + below(5)
        const weights = constant('float', [shape.at(-1), wide], gaussians(shape.at(-1), wide, below(99)))
        add('MatMul', [a, weights], [...shape.slice(0, -1), wide])
      },
      () => {
        const perm = [...shape.keys()]
        ;[perm[axis], perm[other]] = [perm[other], perm[axis]]
        add('Transpose', [a], perm.map((at) => shape[at]), { perm }) // prettier-ignore
      },
      () => add('Softmax', [a], shape, { axis }),
      () => {
        const op = ['Mean', 'Max', 'Min', 'L2', 'LogSumExp'][below(5)]
        add(`Reduce${op}`, [a], shape.with(axis, 1), { axes: [axis], keepdims: 1 })
      },
      () => add('ArgMax', [a], shape.with(axis, 1), { axis, keepdims: 1 }),
      () => {
        const [b, more] = lately((of) => of.length === rank && of.every((n, i) => n === shape[i] || n === 1 || shape[i] === 1)) // prettier-ignore
        add(['Add', 'Sub', 'Mul'][below(3)], [a, b], shape.map((n, i) => (n === 1 ? more[i] : n))) // prettier-ignore
      },
      () => {
        const found = rank >= 2 && lately((of) => of.length === 2 && of[0] === shape.at(-1))
        if (found) add('MatMul', [a, found[0]], [...shape.slice(0, -1), found[1][1]])
      },
      () => add(['Tanh', 'Sigmoid', 'Relu'][below(3)], [a], shape),
      () => rank < 4 && add('Unsqueeze', [a, ints(axis)], shape.toSpliced(axis, 0, 1)),
      () => shape[axis] === 1 && add('Squeeze', [a, ints(axis)], without(shape, axis)),
      () => shape[axis] !== ROWS && add('Concat', [a, a], shape.with(axis, 2 * shape[axis]), { axis }),
      () => add('Gather', [a, constant('int', [], [-below(2)])], without(shape, axis), { axis }),
      () => add('CumSum', [a, constant('int', [], [axis])], shape, { exclusive: below(2) }),
    ]
    const ops = nodes.length
    steps[below(steps.length)]()
    if (nodes[ops]?.opType === 'ArgMax') add('Cast', [`v${ops}`], values.at(-1)[1], { to: 1 })
  }
  const [last, shape] = values.at(-1)
  const over = [...shape.keys()].filter((axis) => axis !== shape.indexOf(ROWS))
  const line = over.length === 0 ? last : 'line'
  if (over.length > 0) nodes.push(node('ReduceSum', [last, ints(...over)], ['line'], { keepdims: 0 }, 'line'))
  nodes.push(node('ReduceMean', ['x'], ['mean'], { axes: [1], keepdims: 0 }), node('Add', ['mean', line], ['score']))
  return onnxGraph({
    inputs: { x: ['float', ['batch', 4]] },
    outputs: { score: ['float', ['batch']] },
    nodes,
    constants,
  })
}

test('random models on lists of any length', async () => {
  const draw = random(3)
  let lists = 0
  for (let trial = 0; trial < 300; trial++) {
    const graph = drawn(draw)
    const said = () => graph.nodes.map(({ op, inputs, name }) => `${name} = ${op}(${inputs})`).join('; ')
    const { program, joined } = compileRows(graph, {}, LONGEST, LONGEST)
    const plain = compile(graph, { capacity: LONGEST })
    assert.ok(joined === null || plain.capacity === 1, `rows that join are open in ${said()}`)
    if (joined !== null) lists++
    const runner = await ProgramRunner.start(program)
    for (const rows of [LONGEST, 4, 2, 1, 7]) {
      const data = gaussians(rows, 4, trial + rows)
      const expected = evaluate(graph, new Map([['x', { type: 'float', shape: [rows, 4], data }]])).get('score').data
      const [found] = runner.outputs([{ shape: [rows, 4], data }])
      const scale = Math.max(1, ...expected.map(Math.abs))
      const isNear = (value, at) => Math.abs(found[at] - value) <= 1e-4 * scale
      assert.ok(expected.every(isNear), `${rows} rows of ${said()}: ${found}, expected ${expected}`)
    }
    runner.drop()
  }
  assert.ok(lists > 100)
})
