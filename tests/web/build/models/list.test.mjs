// Listwise rankers: candidates that know of each other are all in one run, as many as there are.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { build, readRanker } from '../../../../dist/build.js'
import { Recommender } from '../../../../dist/node.js'
import { readEmbeddings } from '../../../../build/web/read/index.js'
import { readOnnx } from '../../../../build/web/import/onnx/model/onnx.js'
import { evaluate } from '../../../../build/web/import/onnx/reference/index.js'
import { zip } from '../../helpers/arrays.mjs'
import { npyOf, predict, refuses, values } from '../../helpers/networks.mjs'
import { node, onnxBytes, tensorProto } from '../../helpers/onnx.mjs'
import { cli, file, gaussians, npy, path } from '../../helpers/shop.mjs'

const ITEMS = 80
const DIM = 8
const WIDE = 4
const vectors = gaussians(ITEMS, DIM, 5)
const table = ['float', [ITEMS + 1, WIDE], gaussians(ITEMS + 1, WIDE, 6)]
const weights = (rows, columns, seed) => ['float', [rows, columns], gaussians(rows, columns, seed)]
const ints = (...values) => ['int', [values.length], values]

/** A ranker of candidates' ids: c [batch, 4] are their rows; `nodes` make the score. */
const onIds = (nodes, constants = {}, more = {}) =>
  onnxBytes({
    inputs: { candidate: ['int', ['batch']], ...more.inputs },
    outputs: { score: ['float', more.output ?? ['batch', 1]] },
    nodes: [node('Gather', ['table', 'candidate'], ['c']), ...nodes],
    constants: { table, w: weights(WIDE, 1, 7), ...constants },
    ...more.of,
  })

/** Attention of two heads, as PyTorch writes it out: [n, 4] -> [2, n, 2]. */
const attention = onIds(
  [
    ...['q', 'k', 'v'].flatMap((name) => [
      node('MatMul', ['c', `w${name}`], [`${name}0`]),
      node('Reshape', [`${name}0`, 'heads'], [`${name}1`]),
      node('Transpose', [`${name}1`], [name], { perm: [1, 0, 2] }),
    ]),
    node('Transpose', ['k'], ['kt'], { perm: [0, 2, 1] }),
    node('MatMul', ['q', 'kt'], ['s'], {}, 'see'),
    node('Mul', ['s', 'scale'], ['scaled']),
    node('Softmax', ['scaled'], ['p'], { axis: -1 }),
    node('MatMul', ['p', 'v'], ['o']),
    node('Transpose', ['o'], ['back'], { perm: [1, 0, 2] }),
    node('Reshape', ['back', 'flat'], ['mixed']),
    node('Add', ['mixed', 'c'], ['sum']),
    node('ReduceMean', ['sum'], ['m'], { axes: [-1] }),
    node('Sub', ['sum', 'm'], ['centred']),
    node('Mul', ['centred', 'centred'], ['squares']),
    node('ReduceMean', ['squares'], ['variance'], { axes: [-1] }),
    node('Add', ['variance', 'epsilon'], ['more']),
    node('Sqrt', ['more'], ['deviation']),
    node('Div', ['centred', 'deviation'], ['normed']),
    node('MatMul', ['normed', 'w'], ['score']),
  ],
  {
    ...{ wq: weights(WIDE, WIDE, 1), wk: weights(WIDE, WIDE, 2), wv: weights(WIDE, WIDE, 3) },
    ...{ heads: ints(-1, 2, 2), flat: ints(-1, 4), scale: ['float', [], [0.7]], epsilon: ['float', [], [1e-5]] },
  },
)

const own = node('MatMul', ['c', 'w'], ['own'])
const away = [node('ReduceMean', ['own'], ['mean'], { axes: [0] }, 'mean'), node('Sub', ['own', 'mean'], ['apart'])]
const RANKERS = {
  'attention among candidates': [attention, 'see" (MatMul)'],
  'a softmax over the list': [
    onIds([own, node('Softmax', ['own'], ['score'], { axis: 0 }, 'odds')]),
    'odds" (Softmax)',
  ],
  'the mean of the list taken away': [onIds([own, ...away, node('Tanh', ['apart'], ['score'])]), 'mean" (ReduceMean)'],
  'a variance over the number of candidates less one': [
    onIds(
      [
        own,
        ...away,
        node('Mul', ['apart', 'apart'], ['squares']),
        node('ReduceSum', ['squares', 'zero'], ['sum']),
        node('Shape', ['own'], ['shape']),
        node('Gather', ['shape', 'first'], ['n']),
        node('Sub', ['n', 'one'], ['fewer']),
        node('Cast', ['fewer'], ['count'], { to: 1 }),
        node('Div', ['sum', 'count'], ['variance']),
        node('Sqrt', ['variance'], ['deviation']),
        node('Div', ['apart', 'deviation'], ['score']),
      ],
      { zero: ints(0), first: ['int', [], [0]], one: ['int', [], [1]] },
    ),
    'mean" (ReduceMean)',
  ],
  'places in the list, which are learned': [
    onIds(
      [
        own,
        node('Shape', ['own'], ['shape']),
        node('Slice', ['shape', 'zero', 'one'], ['n']),
        node('Slice', ['places', 'zero', 'n', 'zero'], ['place']),
        node('Add', ['own', 'place'], ['placed']),
        node('Softmax', ['placed'], ['score'], { axis: 0 }, 'odds'),
      ],
      { zero: ints(0), one: ints(1), places: weights(400, 1, 9) },
    ),
    'odds" (Softmax)',
  ],
  'places alone': [
    onIds(
      [
        own,
        node('Shape', ['own'], ['shape']),
        node('Gather', ['shape', 'first'], ['n']),
        node('Range', ['first', 'n', 'next'], ['at']),
        node('Gather', ['places', 'at'], ['place']),
        node('Add', ['own', 'place'], ['score'], {}, 'placed'),
      ],
      { first: ['int', [], [0]], next: ['int', [], [1]], places: weights(400, 1, 9) },
    ),
    'placed" (Add)',
  ],
  'who comes before, by a mask': [
    onIds(
      [
        own,
        node('Transpose', ['own'], ['turned'], { perm: [1, 0] }),
        node('Sub', ['own', 'turned'], ['apart'], {}, 'pairs'),
        node('Shape', ['apart'], ['shape']),
        node('ConstantOfShape', ['shape'], ['ones'], { value: tensorProto('', 'float', [1], [1]) }),
        node('Trilu', ['ones'], ['before'], { upper: 0 }),
        node('Mul', ['apart', 'before'], ['seen']),
        node('ReduceSum', ['seen', 'last'], ['score'], { keepdims: 1 }),
      ],
      { last: ints(1) },
    ),
    'pairs" (Sub)',
  ],
  'a softmax of before opset 13': [
    onIds([own, node('Softmax', ['own'], ['score'], { axis: 0 }, 'odds')], {}, { of: { opset: 11 } }),
    'odds" (Softmax)',
  ],
  'scores in a row, by their mean and deviation': [
    onIds(
      [
        own,
        node('Squeeze', ['own', 'last'], ['line']),
        node('ReduceMean', ['line'], ['m'], { axes: [-1] }, 'mean'),
        node('Sub', ['line', 'm'], ['centred']),
        node('Mul', ['centred', 'centred'], ['squares']),
        node('ReduceMean', ['squares'], ['variance'], { axes: [-1] }),
        node('Add', ['variance', 'epsilon'], ['more']),
        node('Sqrt', ['more'], ['deviation']),
        node('Div', ['centred', 'deviation'], ['score']),
      ],
      { last: ints(1), epsilon: ['float', [], [1e-5]] },
      { output: ['batch'] },
    ),
    'mean" (ReduceMean)',
  ],
  'an encoder of one batch, with shapes worked out as PyTorch does': [
    onIds(
      [
        node('Unsqueeze', ['c', 'zero'], ['x']),
        node('Transpose', ['x'], ['steps'], { perm: [1, 0, 2] }),
        node('MatMul', ['steps', 'wqkv'], ['qkv']),
        node('Shape', ['qkv'], ['shape']),
        node('Gather', ['shape', 'first'], ['n']),
        node('Unsqueeze', ['n', 'zero'], ['n1']),
        node('Concat', ['n1', 'one', 'three', 'four'], ['parts'], { axis: 0 }),
        node('Reshape', ['qkv', 'parts'], ['apart']),
        ...[0, 1, 2].flatMap((part) => [
          node('Gather', ['apart', `at${part}`], [`g${part}`], { axis: 2 }),
          node('Concat', ['n1', 'two', 'two'], [`s${part}`], { axis: 0 }),
          node('Reshape', [`g${part}`, `s${part}`], [`r${part}`]),
          node('Transpose', [`r${part}`], [`h${part}`], { perm: part === 1 ? [1, 2, 0] : [1, 0, 2] }),
        ]),
        node('MatMul', ['h0', 'h1'], ['pairs'], {}, 'see'),
        node('Softmax', ['pairs'], ['p'], { axis: -1 }),
        node('MatMul', ['p', 'h2'], ['seen']),
        node('Transpose', ['seen'], ['back'], { perm: [1, 0, 2] }),
        node('Concat', ['n1', 'four'], ['flat'], { axis: 0 }),
        node('Reshape', ['back', 'flat'], ['all']),
        node('Gemm', ['all', 'wo', 'bo'], ['o']),
        node('Concat', ['n1', 'one', 'four'], ['whole'], { axis: 0 }),
        node('Reshape', ['o', 'whole'], ['o3']),
        node('Transpose', ['o3'], ['first_batch'], { perm: [1, 0, 2] }),
        node('Add', ['x', 'first_batch'], ['sum']),
        node('ReduceMean', ['sum'], ['pooled'], { axes: [1] }),
        node('Concat', ['sum', 'sum'], ['double'], { axis: 2 }),
        node('MatMul', ['double', 'wd'], ['y']),
        node('MatMul', ['pooled', 'w'], ['common']),
        node('Mul', ['y', 'common'], ['product']),
        node('Squeeze', ['product', 'outer'], ['score']),
      ],
      {
        ...{
          zero: ints(0),
          one: ints(1),
          two: ints(2),
          three: ints(3),
          four: ints(4),
          first: ['int', [], [0]],
          outer: ints(0),
        },
        ...{ at0: ['int', [], [0]], at1: ['int', [], [1]], at2: ['int', [], [2]] },
        ...{ wqkv: weights(WIDE, 12, 1), wo: weights(WIDE, WIDE, 2), bo: weights(1, WIDE, 3), wd: weights(8, 1, 4) },
      },
    ),
    'see" (MatMul)',
  ],
  'compared with the best of all': [
    onIds([own, node('ReduceMax', ['own'], ['best'], { axes: [0] }, 'best'), node('Sub', ['own', 'best'], ['score'])]),
    'best" (ReduceMax)',
  ],
  'compared with the first': [
    onIds(
      [own, node('Gather', ['own', 'first'], ['top'], { axis: 0 }, 'top'), node('Sub', ['own', 'top'], ['score'])],
      { first: ['int', [], [0]] },
    ),
    'top" (Gather)',
  ],
}

async function built(bytes, config = {}) {
  writeFileSync(path('ranker.onnx'), bytes)
  const ids = file('ids.txt', Array.from({ length: ITEMS }, (_, i) => `${i + 1}\n`).join(''))
  const embeddings = await readEmbeddings(await npy('items.npy', [ITEMS, DIM], vectors), { ids })
  const ranker = await readRanker(path('ranker.onnx'), config.ranker)
  const lines = []
  const progress = { say: (line) => lines.push(line), stage() {} }
  const inputs = { interactions: null, items: null, embeddings, ranker }
  const { bytes: bundle } = await build(inputs, { layers: 'f32', threads: 1, ...config }, 1, progress)
  return { bundle, said: lines.join('\n'), rec: await Recommender.open(bundle) }
}

const rowsOf = ({ items }) => items.map((item) => Number(item.id))
/** What the model says of a list, by its definition. */
const scoresOf = (bytes, rows, more = {}) => {
  const inputs = { candidate: { type: 'int', shape: [rows.length], data: Float64Array.from(rows) }, ...more }
  return [...evaluate(readOnnx('m.onnx', bytes), new Map(Object.entries(inputs))).get('score').data]
}
/** The slate is the list by the model's scores. */
function assertRanks(found, list, scores) {
  const by = new Map(list.map((row, i) => [row, scores[i]]))
  assert.deepEqual(new Set(rowsOf(found)), new Set(list))
  const scale = Math.max(1, ...scores.map(Math.abs))
  for (const { id, score } of found.items)
    assert.ok(Math.abs(score - by.get(Number(id))) <= 2e-5 * scale, `${id}: ${score}`)
  const order = found.items.map(({ score }) => score)
  assert.deepEqual(
    order,
    order.toSorted((a, b) => b - a),
  )
}

const ask = { history: ['4', '8'], k: 60 }
for (const [name, [bytes, joins]] of Object.entries(RANKERS))
  test(`all candidates at once: ${name}`, async () => {
    const { rec, said, bundle } = await built(bytes)
    assert.match(said, /ranker sees all candidates at once \(node ".*, 300 at most, in [\d.]+ [KM]B of memory/)
    assert.ok(said.includes(joins))
    for (const length of [60, 17, 2]) {
      const list = rowsOf(rec.recommend({ ...ask, k: length, rankCandidates: 0 }))
      const found = rec.recommend({ ...ask, k: length, rankCandidates: length })
      assert.equal(found.trace.ranked, length)
      assertRanks(found, list, scoresOf(bytes, list))
    }
    const { code, stdout } = await cli('verify', file('list.martello', bundle))
    assert.equal(code, 0)
    assert.match(stdout, /model 0: [\d.e-]+ from its 8 golden pairs/)
  })

test('one candidate, and no more than the list that was compiled', async () => {
  const { rec, said } = await built(attention, { ranker: { candidates: 12 } })
  assert.match(said, /12 at most/)
  const one = rec.recommend({ ...ask, allow: ['9'] })
  assertRanks(one, [9], scoresOf(attention, [9]))
  const list = rowsOf(rec.recommend({ ...ask, rankCandidates: 0, k: 12 }))
  const found = rec.recommend({ ...ask, rankCandidates: 500, k: 12 })
  assert.equal(found.trace.ranked, 12)
  assertRanks(found, list, scoresOf(attention, list))
})

test('candidates in another order have the same scores where the model does not see their places', async () => {
  const list = Array.from({ length: ITEMS }, (_, i) => i + 1)
  const turned = list.toSorted((a, b) => ((a * 37) % 81) - ((b * 37) % 81))
  const said = async (rows) => values(predict(attention, { candidate: ['int', [rows.length], rows] }))
  const [first, second] = [await said(list), await said(turned)]
  turned.forEach((row, i) => assert.ok(Math.abs(second[i] - first[row - 1]) < 1e-5))
})

/** Lists of candidates, [batch, list, features], that attend to each other where a mask lets them, and to the history. */
const lists = onnxBytes({
  inputs: {
    dense: ['float', ['batch', 'slate', 2]],
    mask: ['bool', ['batch', 'slate']],
    history: ['int', ['batch', 5]],
  },
  outputs: { score: ['float', ['batch', 'slate']] },
  nodes: [
    node('Gather', ['table', 'history'], ['h']),
    node('ReduceMean', ['h'], ['u'], { axes: [1], keepdims: 1 }),
    node('MatMul', ['dense', 'up'], ['d']),
    node('Add', ['d', 'u'], ['x']),
    node('Transpose', ['x'], ['t'], { perm: [0, 2, 1] }),
    node('MatMul', ['x', 't'], ['s'], {}, 'see'),
    node('Unsqueeze', ['mask', 'one'], ['keys']),
    node('Where', ['keys', 's', 'never'], ['seen']),
    node('Softmax', ['seen'], ['p'], { axis: -1 }),
    node('MatMul', ['p', 'x'], ['o']),
    node('Sub', ['x', 'o'], ['apart']),
    node('MatMul', ['apart', 'w'], ['y']),
    node('Squeeze', ['y', 'last'], ['score']),
  ],
  constants: {
    ...{ table, up: weights(2, WIDE, 4), w: weights(WIDE, 1, 7), never: ['float', [], [-1e9]] },
    ...{ one: ints(1), last: ints(-1) },
  },
})
const features = ['similarity.embeddings.max5', 'fused.score']
const mask = { from: 'constant', value: 1 }

test('lists along the second axis, with a mask and the history that all share', async () => {
  const { rec, said } = await built(lists, { features, ranker: { inputs: { mask } } })
  assert.match(said, /input "dense" \[1, 1, 2\]: features similarity\.embeddings\.max5, fused\.score/)
  assert.match(said, /sees all candidates at once/)
  const plain = rec.recommend({ ...ask, k: 40, rankCandidates: 0 })
  const found = rec.recommend({ ...ask, k: 40, rankCandidates: 40 })
  const norm = (row) => Math.hypot(...vectors.subarray(row * DIM, row * DIM + DIM))
  const cosine = (a, b) =>
    Array.from({ length: DIM }, (_, d) => vectors[a * DIM + d] * vectors[b * DIM + d]).reduce((x, y) => x + y) /
    norm(a) /
    norm(b)
  const dense = plain.items.flatMap(({ id, score }) => [Math.max(...[3, 7].map((row) => cosine(id - 1, row))), score])
  const given = {
    dense: { type: 'float', shape: [1, 40, 2], data: Float64Array.from(dense) },
    mask: { type: 'bool', shape: [1, 40], data: new Float64Array(40).fill(1) },
    history: { type: 'int', shape: [1, 5], data: Float64Array.of(0, 0, 0, 4, 8) },
  }
  assertRanks(found, rowsOf(plain), scoresOf(lists, [], given))
})

test('the axis of the list is told where features do not say it', async () => {
  const byId = onnxBytes({
    inputs: { candidate: ['int', ['batch', 'slate']] },
    outputs: { score: ['float', ['batch', 'slate', 1]] },
    nodes: [
      node('Gather', ['table', 'candidate'], ['c']),
      node('MatMul', ['c', 'w'], ['own']),
      node('Softmax', ['own'], ['score'], { axis: 1 }),
    ],
    constants: { table, w: weights(WIDE, 1, 7) },
  })
  const { rec } = await built(byId, { ranker: { list: 'slate' } })
  const list = rowsOf(rec.recommend({ ...ask, rankCandidates: 0 }))
  const candidate = { type: 'int', shape: [1, list.length], data: Float64Array.from(list) }
  assertRanks(rec.recommend({ ...ask, rankCandidates: 60 }), list, scoresOf(byId, list, { candidate }))
  await refuses(
    built(byId, { ranker: { list: 'candidates' } }),
    /key "ranker\.list": found "candidates", expected a size that .* leave open: "batch", "slate"/,
  )
})

test('a list of one length is asked to be open', async () => {
  for (const shape of [[100], [1, 100], ['batch', 100]])
    await refuses(
      built(
        onnxBytes({
          inputs: { features: ['float', [...shape, 2]] },
          outputs: { score: ['float', [...shape, 1]] },
          nodes: [node('MatMul', ['features', 'w'], ['score'])],
          constants: { w: weights(2, 1, 7) },
        }),
        { features },
      ),
      new RegExp(
        `input "features" .*: found a list of 100 candidates, .*dynamic_axes=\\{'features': \\{${shape.length - 1}: 'list'`,
      ),
    )
})

test('coded weights and golden pairs of a list', async () => {
  const wide = onIds(
    [
      node('MatMul', ['c', 'up'], ['hidden']),
      node('Relu', ['hidden'], ['h']),
      node('ReduceMean', ['h'], ['mean'], { axes: [0] }, 'mean'),
      node('Sub', ['h', 'mean'], ['apart']),
      node('MatMul', ['apart', 'down'], ['score']),
    ],
    { up: weights(WIDE, 200, 1), down: weights(200, 1, 2) },
  )
  const list = Array.from({ length: 11 }, (_, i) => 2 * i + 1)
  const pairs = (scores) => {
    const arrays = { candidate: npyOf('int', [11], list), score: npyOf('float', [11, 1], scores) }
    return file(
      'pairs.npz',
      zip(Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]))),
    )
  }
  const golden = pairs(scoresOf(wide, list))
  const { said, bundle } = await built(wide, { ranker: { weights: 'int8', golden } })
  assert.match(said, /with int8 weights: [\d.]+ % from the pairs/)
  assert.match((await cli('verify', file('coded.martello', bundle))).stdout, /from its 11 golden pairs/)
  await refuses(
    built(wide, { ranker: { golden, candidates: 10 } }),
    /pairs\.npz: found a list of 11 candidates, expected 10 at most \(config key "ranker\.candidates"\)/,
  )
  await refuses(
    built(wide, { ranker: { golden: pairs(list) } }),
    /pairs\.npz: found numbers that .*ranker\.onnx does not give/,
  )
})

test('what cannot run on a list of any length is refused by the node that joins rows, and why', async () => {
  const cases = {
    'node "joins" \\(Slice\\) has a slice of the batch': [
      [own, node('Slice', ['own', 'zero', 'one'], ['top'], {}, 'joins'), node('Sub', ['own', 'top'], ['score'])],
      { zero: ints(0), one: ints(1) },
    ],
    'node "joins" \\(GRU\\) has steps along the batch': [
      [
        node('Unsqueeze', ['c', 'one'], ['x']),
        node('GRU', ['x', 'gw', 'gr'], ['y', ''], { hidden_size: 3 }, 'joins'),
        node('Squeeze', ['y', 'middle'], ['all']),
        node('MatMul', ['all', 'out'], ['score']),
      ],
      {
        one: ints(1),
        middle: ints(1, 2),
        gw: ['float', [1, 9, WIDE], gaussians(9, WIDE, 1)],
        gr: ['float', [1, 9, 3], gaussians(9, 3, 2)],
        out: weights(3, 1, 3),
      },
    ],
    'node "joins" \\(GlobalAveragePool\\) has windows along the batch': [
      [
        node('Transpose', ['c'], ['t'], { perm: [1, 0] }),
        node('Unsqueeze', ['t', 'zero'], ['x']),
        node('GlobalAveragePool', ['x'], ['y'], {}, 'joins'),
        node('Squeeze', ['y', 'outer'], ['mean']),
        node('Sub', ['c', 'mean'], ['apart']),
        node('MatMul', ['apart', 'w'], ['score']),
      ],
      { zero: ints(0), outer: ints(0, 2) },
    ],
    'axis 0 of "longer" is 4 for a batch of 3, 6 for 5': [
      [
        node('Concat', ['start', 'c'], ['longer'], { axis: 0 }, 'joins'),
        node('ReduceMean', ['longer'], ['mean'], { axes: [0] }, 'mean'),
        node('Sub', ['c', 'mean'], ['apart']),
        node('MatMul', ['apart', 'w'], ['score']),
      ],
      { start: weights(1, WIDE, 4) },
    ],
  }
  for (const [reason, [nodes, constants]] of Object.entries(cases))
    await refuses(
      built(onIds(nodes, constants)),
      new RegExp(
        `ranker\\.onnx, node ".*found rows of the batch that know of each other.*a ranker that can run on a list of any length \\(here ${reason}\\)`,
      ),
    )
  await refuses(
    built(attention, { ranker: { candidates: 1500 } }),
    /found a list of 1500 candidates that is too much for a device \(program: .*\), expected fewer of them: config key "ranker\.candidates"/,
  )
})
