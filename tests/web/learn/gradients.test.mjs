// Whole programs, drawn, compiled for training and run by the learning core, against losses and gradients that PyTorch gave for the
// same models: gradients.json, made by gradients.py.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compile } from '../../../dist/build.js'
import { tensor } from '../../../build/web/import/onnx/model/tensor.js'
import { BATCH, Drawing, placesOf } from '../../../build/web/build/models/draw.js'
import { Learn } from '../../../build/web/learn/learn.js'

const known = JSON.parse(readFileSync(join(import.meta.dirname, 'gradients.json'), 'utf8'))

// The same numbers as in gradients.py.
const [ITEMS, WIDTH, LENGTH, ROWS, NONE] = [13, 8, 5, 3, 0xffffffff]
const HISTORY = [NONE, NONE, 3, 7, 2, 0, 5, 5, 12, 9, NONE, NONE, NONE, NONE, 11]
const NEGATIVE = [4, 7, 1, 9, 12, 4, 0, 6]
const LIKELY = [-1.5, -2, -3, -1, -2.5, -1.5, -2, -1.25]
const LOSS = { softmax: 0, bpr: 1 }

function drawn(name, count, scale = 0.5) {
  let state = 0
  for (const letter of new TextEncoder().encode(name)) state = (Math.imul(state, 31) + letter) >>> 0
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state / 2 ** 31 - 1) * scale
  })
}

const START = { value: 0 } // what a parameter begins with is set below
const norm = (d, name, x) => {
  const [weight, bias] = ['weight', 'bias'].map((part) => d.parameter(`${name}.${part}`, [WIDTH], START))
  return d.op('LayerNormalization', [x, weight, bias], { axis: -1, epsilon: 1e-5 })
}

const models = {
  attention(d) {
    const mask = d.input('mask', 'float', LENGTH)
    const scaled = d.mul(d.items('items', d.input('history', 'int', LENGTH)), d.number(Math.sqrt(WIDTH)))
    let x = d.add(scaled, d.parameter('positions', [LENGTH, WIDTH], START))
    const normed = norm(d, 'norm', x)
    const [query, key, value] = ['query', 'key', 'value'].map((name) =>
      d.transpose(d.reshape(d.linear(name, normed, WIDTH, WIDTH), -1, LENGTH, 2, WIDTH / 2), 0, 2, 1, 3),
    )
    const later = Float64Array.from({ length: LENGTH ** 2 }, (_, i) => (i % LENGTH > Math.floor(i / LENGTH) ? -1e9 : 0))
    const absent = d.mul(d.add(d.reshape(mask, -1, 1, 1, LENGTH), d.number(-1)), d.number(1e9))
    const hidden = d.add(absent, d.constant(tensor('float', [1, 1, LENGTH, LENGTH], later)))
    const scores = d.mul(d.matmul(query, d.transpose(key, 0, 1, 3, 2)), d.number(1 / Math.sqrt(WIDTH / 2)))
    const seen = d.transpose(d.matmul(d.softmax(d.add(scores, hidden)), value), 0, 2, 1, 3)
    x = d.add(x, d.linear('out', d.reshape(seen, -1, LENGTH, WIDTH), WIDTH, WIDTH))
    const inner = d.relu(d.linear('inner', norm(d, 'second', x), WIDTH, 16))
    return norm(d, 'last', d.add(x, d.linear('outer', inner, 16, WIDTH)))
  },
  recurrent(d) {
    const steps = d.transpose(d.items('items', d.input('history', 'int', LENGTH)), 1, 0, 2)
    const layer = (name, x, gates, op, attributes) => {
      const shapes = { w: [1, gates * WIDTH, WIDTH], r: [1, gates * WIDTH, WIDTH], b: [1, 2 * gates * WIDTH] }
      const own = Object.entries(shapes).map(([part, shape]) => d.parameter(`${name}.${part}`, shape, START))
      return d.reshape(d.op(op, [x, ...own], { hidden_size: WIDTH, ...attributes }), LENGTH, -1, WIDTH)
    }
    const states = layer('gru', steps, 3, 'GRU', { linear_before_reset: 1 })
    const last = d.slice(layer('lstm', states, 4, 'LSTM', {}), 0, LENGTH - 1, LENGTH)
    return d.linear('out', d.reshape(last, -1, WIDTH), WIDTH, WIDTH)
  },
  pooled(d) {
    const mask = d.input('mask', 'float', LENGTH)
    const sum = d.sum(d.items('items', d.input('history', 'int', LENGTH)), 1)
    const mean = d.op('Div', [sum, d.reshape(d.sum(mask, 1), -1, 1)])
    const inner = d.op('Gelu', [d.linear('inner', mean, WIDTH, 16)])
    const y = d.linear('outer', inner, 16, WIDTH)
    return d.op('Div', [y, d.mul(d.op('ReduceL2', [y, d.whole(-1)], { keepdims: 1 }), d.number(1 / 4))])
  },
}

const asks = {
  attention: {
    loss: 'softmax',
    vectors: LENGTH,
    vector: [2, 3, 4, 5, 6, 7, 8, 9, 14],
    target: [7, 2, 4, 5, 5, 12, 9, 1, 0],
    weight: [1, 0.5, 2, 0.25, 1, 1, 0.5, 1, 0.75],
  },
  recurrent: { loss: 'bpr', vectors: 1, vector: [0, 1, 2, 2], target: [4, 1, 8, 10], weight: [1, 0.5, 2, 0.25] },
  pooled: {
    loss: 'softmax',
    vectors: 1,
    vector: [0, 1, 2, 1],
    target: [4, 1, 8, 7],
    weight: [1, 0.5, 2, 0.25],
    corrected: true,
  },
}

/** Loss, and gradients by name, as the learning core makes them. */
async function gradients(name) {
  const { loss, vectors, vector, target, weight, corrected } = asks[name]
  const drawing = new Drawing(name, true)
  const output = models[name](drawing)
  const shape = vectors === 1 ? [BATCH, WIDTH] : [BATCH, vectors, WIDTH]
  const graph = drawing.toLearn(output, shape, { name: 'items', rows: ITEMS, width: WIDTH })
  const { parameters } = drawing
  const perRequest = new Set(parameters.map((each) => each.name))
  const program = compile(graph, { capacity: ROWS, training: true, tables: new Set(['items']), perRequest })
  assert.equal(program.capacity, ROWS)
  const port = (of) => program.inputs.findIndex(({ name: called }) => called === of) >>> 0
  const learn = await Learn.start()
  const table = program.inputs.findIndex((input) => input.table !== undefined)
  const words = new Uint32Array(24)
  words.set([LENGTH, WIDTH, vectors, table, port('mask'), program.inputs.length, NONE, 0])
  words.set([port(parameters[0].name), parameters.length, 0, vector.length], 8)
  words.set([NEGATIVE.length, NEGATIVE.length, LOSS[loss], 0, 0, NONE, NONE], 12)
  const fit = learn.make('mt_make_fit', learn.put(program.bytes), program.bytes.length, learn.put(words))
  const { at, floats } = placesOf(parameters)
  const sizes = parameters.map((each) => each.shape.reduce((product, size) => product * size, 1))
  const values = new Float32Array(floats)
  parameters.forEach((each, p) => values.set(drawn(each.name, sizes[p]), at[p]))
  const items = learn.put(drawn('table', ITEMS * WIDTH, 1))
  const whole = (list) => learn.put(Uint32Array.from(list))
  const numbers = (list) => learn.put(Float32Array.from(list))
  const share = whole([
    learn.put(values),
    ...[ROWS, whole(HISTORY), vector.length, whole(vector), whole(target), numbers(weight)],
    ...[NEGATIVE.length, whole(NEGATIVE), corrected ? numbers(LIKELY) : 0, 0, 0, 0],
  ])
  const [said, sum, gradient] = [learn.take(8), learn.take(4 * ITEMS * WIDTH), learn.take(4 * floats)]
  learn.call('mt_train_fit', fit, items, share, said)
  const [slots, met] = [whole([fit]), learn.take(16)]
  learn.call('mt_gather_fits', slots, 1, 0, 1, sum, learn.take(ITEMS), learn.take(4 * ITEMS), met)
  learn.call('mt_gather_dense', slots, 1, gradient, met)
  const dense = learn.f32(gradient, floats)
  const all = parameters.map((each, p) => [each.name, dense.slice(at[p], at[p] + sizes[p])])
  return {
    loss: learn.f64(said, 1)[0],
    gradients: { table: learn.f32(sum, ITEMS * WIDTH), ...Object.fromEntries(all) },
  }
}

for (const name of Object.keys(models))
  test(`${name}: the gradients that PyTorch gives`, async (t) => {
    const found = await gradients(name)
    const expected = known[name]
    assert.ok(Math.abs(found.loss / expected.loss - 1) < 1e-5, `a loss of ${found.loss}, expected ${expected.loss}`)
    assert.deepEqual(Object.keys(found.gradients).sort(), Object.keys(expected.gradients).sort())
    let worst = 0
    for (const [part, wanted] of Object.entries(expected.gradients)) {
      const largest = Math.max(...wanted.map(Math.abs))
      wanted.forEach((value, i) => {
        const off = Math.abs(found.gradients[part][i] - value) / Math.max(largest, 1e-3)
        assert.ok(off <= 1e-4, `${part}[${i}]: ${found.gradients[part][i]}, expected ${value}`)
        worst = Math.max(worst, off)
      })
    }
    t.diagnostic(`worst relative error ${worst.toExponential(1)}`)
  })
