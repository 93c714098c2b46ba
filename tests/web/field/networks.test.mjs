// Networks as PyTorch and others write them: each says here what it says there, or is refused by the name of the node.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { build, compile, ProgramRunner, readOnnx, readTower } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { isOnnx } from '../../../build/web/import/onnx/model/onnx.js'
import { predictOnnx } from '../../../build/web/import/onnx/predict-onnx.js'
import { evaluate } from '../../../build/web/import/onnx/reference/index.js'
import { readEmbeddings, readNpy, readNpz } from '../../../build/web/read/index.js'
import { npyBytes, zip } from '../helpers/arrays.mjs'
import { fieldData, file, path } from '../helpers/files.mjs'
import { node, onnxBytes, onnxGraph, relativeError } from '../helpers/onnx.mjs'
import { cli, gaussians, npy } from '../helpers/shop.mjs'

const B = 'batch'
const refuses = (promise, message) => assert.rejects(promise, { name: 'InputError', message })
const field = (name, model = 'model.onnx') => {
  const { real, skip } = fieldData(`onnx-${name}`)
  return { skip, real, bytes: () => readFileSync(`${real}/${model}`) }
}

/** What `martello predict` makes of a model and arrays: { name: [dtype, shape, values] }. */
function predict(bytes, arrays, output) {
  const npys = Object.entries(arrays).map(([name, [type, shape, values]]) => [
    `${name}.npy`,
    npyOf(type, shape, values),
  ])
  return predictOnnx('model.onnx', bytes, file('inputs.npz', zip(Object.fromEntries(npys))), output)
}
const npyOf = (type, shape, values) =>
  type === 'int'
    ? npyBytes('<i8', shape, BigInt64Array.from(values, BigInt))
    : type === 'int32'
      ? npyBytes('<i4', shape, Int32Array.from(values))
      : npyBytes('<f4', shape, Float32Array.from(values))

/** A model of one input [batch, n] and one output, `nodes` from x to y. */
const model = (type, width, nodes, constants = {}, more = {}) =>
  onnxBytes({
    inputs: { x: [type, [B, ...[width].flat()]] },
    outputs: { y: ['float', more.output ?? [B, width]] },
    nodes,
    constants,
    ...more.of,
  })

/** y of whole numbers x, cast to float at the end. */
const whole = (values, nodes, constants, { type = 'int', width = 1, output } = {}) =>
  predict(model(type, width, [...nodes, node('Cast', ['z'], ['y'], { to: 1 })], constants, { output }), {
    x: [type, [values.length / width, width], values],
  })
const values = async (promise) => [...(await promise).data]
const int = (...numbers) => ['int', [numbers.length], numbers]
const one = (number, type = 'int') => [type, [], [number]]

// -- whole numbers -------------------------------------------------------------------------------------------------------

const ints = field('int-float32')
test(
  'onnx-int-float32: hours, wrapping products and differences are exact; what reaches 2^48 is refused',
  ints,
  async () => {
    const at = (name) =>
      predictOnnx(`${name}.onnx`, readFileSync(`${ints.real}/${name}/model.onnx`), `${ints.real}/${name}/all.npz`)
    assert.deepEqual(await values(at('hour')), [22, 23, 23, 22, 6])
    assert.deepEqual((await values(at('i32_wrap'))).slice(0, 4), [14, 28, 9, 23])
    assert.ok((await values(at('diff_time'))).every(Number.isFinite))
    await assert.rejects(
      at('mod_big'),
      /mod_big\.onnx, input "x": found whole numbers up to 1\.1e\+15, expected .*2\^48/,
    )
  },
)

const TIMES = [1700001234, 1700001458, 1701388799, 1701388800, 1764364262, 0, 3, 4294967297]

test('hours, days, weekdays and differences of times, in seconds and milliseconds', async () => {
  const floor = (a, b) => Math.floor(a / b)
  for (const [scale, all] of [
    [1, TIMES],
    [1000, TIMES.map((t) => 1000 * t + 7)],
  ]) {
    const hour = [node('Div', ['x', 's'], ['a']), node('Mod', ['a', 'm'], ['z'])]
    assert.deepEqual(
      await values(whole(all, hour, { s: one(3600 * scale), m: one(24) })),
      all.map((t) => floor(t, 3600 * scale) % 24),
    )
    const weekday = [node('Div', ['x', 's'], ['a']), node('Add', ['a', 'four'], ['b']), node('Mod', ['b', 'm'], ['z'])]
    assert.deepEqual(
      await values(whole(all, weekday, { s: one(86400 * scale), four: one(4), m: one(7) })),
      all.map((t) => (floor(t, 86400 * scale) + 4) % 7),
    )
    const ago = [node('Sub', ['now', 'x'], ['z'])]
    assert.deepEqual(
      await values(whole(all.slice(0, 5), ago, { now: one(1764364263 * scale) })),
      all.slice(0, 5).map((t) => Math.fround(1764364263 * scale - t)),
    )
  }
})

test('the newest time of a history, gaps between events, and padding left out', async () => {
  const rows = [TIMES.slice(0, 5), [0, 0, 0, 1700000000, 1700000001]]
  const nodes = [
    node('ReduceMax', ['x'], ['newest'], { axes: [1], keepdims: 1 }),
    node('Sub', ['newest', 'x'], ['gap']),
    node('Equal', ['x', 'none'], ['pad']),
    node('Where', ['pad', 'far', 'gap'], ['kept']),
    node('Clip', ['kept', 'none', 'most'], ['z']),
  ]
  const constants = { none: one(0), far: one(-1), most: one(1e7) }
  assert.deepEqual(
    await values(whole(rows.flat(), nodes, constants, { width: 5 })),
    rows.flatMap((row) => row.map((t) => (t === 0 ? 0 : Math.min(1e7, Math.max(...row) - t)))),
  )
})

/** Chains of whole-number ops on random numbers, against BigInt. */
test('sums, products, quotients, rests, choices and moves of whole numbers are what BigInt says', async () => {
  const big = (n) => BigInt(n)
  const mod = (a, b) => ((a % b) + b) % b
  const cases = [
    ['Add', (a) => a + 12345678901n],
    ['Sub', (a) => a - 12345678901n],
    ['Div', (a) => a / 12345678901n],
    ['Mod', (a) => mod(a, 12345678901n)],
    ['Min', (a) => (a < 12345678901n ? a : 12345678901n)],
    ['Max', (a) => (a > 12345678901n ? a : 12345678901n)],
  ]
  const all = [-140737488355327, -12345678902, -12345678901, -16777217, -1, 0, 1, 16777217, 12345678901, 98765432109876]
  for (const [op, expected] of cases) {
    // the last digits, which float32 would lose
    const nodes = [node(op, ['x', 'c'], ['a']), node('Mod', ['a', 'm'], ['z'])]
    assert.deepEqual(
      await values(whole(all, nodes, { c: one(12345678901), m: one(100003) })),
      all.map((x) => Number(mod(expected(big(x)), 100003n))),
      op,
    )
  }
  const moves = [
    node('Neg', ['x'], ['n']),
    node('Abs', ['n'], ['a']),
    node('Concat', ['a', 'x', 'c'], ['j'], { axis: 1 }),
    node('Transpose', ['j'], ['t'], { perm: [1, 0] }),
    node('Transpose', ['t'], ['b'], { perm: [1, 0] }),
    node('Gather', ['b', 'places'], ['g'], { axis: 1 }),
    node('Mod', ['g', 'm'], ['z']),
  ]
  const row = 98765432109877
  const found = await whole(
    [-row],
    moves,
    { c: ['int', [1, 1], [2 ** 40 + 1]], places: int(2, 0, 1), m: one(1009) },
    { output: [B, 3] },
  )
  assert.deepEqual(
    [...found.data],
    [2 ** 40 + 1, row, -row].map((x) => Number(mod(big(x), 1009n))),
  )
  const less = [node('Greater', ['x', 'c'], ['g']), node('Cast', ['g'], ['z'], { to: 7 })]
  assert.deepEqual(await values(whole([2 ** 30, 2 ** 30 + 1, 2 ** 30 + 2], less, { c: one(2 ** 30 + 1) })), [0, 0, 1])
})

test('int32 wraps around, int64 of the same numbers does not, and ids of a table are picked by large hashes', async () => {
  const hash = [node('Mul', ['x', 'k'], ['a']), node('Mod', ['a', 'm'], ['z'])]
  const ids = [1, 2, 1000, 65535, 65537]
  for (const type of ['int32', 'int']) {
    const expected = ids.map((id) => {
      const product = type === 'int32' ? Math.imul(id, 2654435) : id * 2654435
      return ((product % 97) + 97) % 97
    })
    assert.deepEqual(
      await values(whole(ids, hash, { k: one(2654435, type), m: one(97, type) }, { type })),
      expected,
      type,
    )
  }
  const table = Array.from({ length: 97 }, (_, i) => i * i)
  const bytes = model('int', 1, [...hash, node('Gather', ['t', 'z'], ['y'])], {
    ...{ k: one(2654435761), m: one(97), t: ['float', [97], table] },
  })
  assert.deepEqual(
    await values(predict(bytes, { x: ['int', [5, 1], ids] })),
    ids.map((id) => Number((BigInt(id) * 2654435761n) % 97n) ** 2),
  )
})

test('what cannot be exact is refused by the node, with what to do', async () => {
  const refused = (nodes, constants, expected, all = TIMES.slice(0, 4)) =>
    refuses(whole(all, nodes, constants, { width: 4 }), expected)
  await refused(
    [node('TopK', ['x', 'k'], ['z', ''], { axis: 1 }, 'newest')],
    { k: int(4) },
    /^model\.onnx, node "newest" \(TopK\): found whole numbers up to 1\.8?7?.*, expected numbers up to 16777216 \(2\^24\) in this op: ages, /,
  )
  await refused([node('CumSum', ['x', 'axis'], ['z'], {}, 'sum')], { axis: one(1) }, /node "sum" \(CumSum\)/)
  await refused(
    [node('Mul', ['x', 'k'], ['z'], {}, 'hash')],
    { k: one(1000003) },
    /node "hash" \(Mul\): found whole numbers up to 1\.7e\+15, expected 281474976710656 \(2\^48\) at most/,
  )
  await refused(
    [
      node('Cast', ['x'], ['d'], { to: 11 }, 'wide'),
      node('Div', ['d', 's'], ['q']),
      node('Cast', ['q'], ['z'], { to: 7 }),
    ],
    { s: one(3600, 'double') },
    /node "wide" \(Cast\): found whole numbers up to 1\.7e\+9 as float64, where the core computes in float32/,
  )
  await refused(
    [node('Identity', ['x'], ['z'])],
    {},
    /input "x": found whole numbers up to 1\.7e\+18/,
    TIMES.map((t) => t * 1e9).slice(0, 4),
  )
  // a rest of floats that float32 has no digits for
  await refused(
    [node('Cast', ['x'], ['f'], { to: 1 }), node('Mod', ['f', 'm'], ['z'], { fmod: 1 }, 'rest')],
    { m: one(24, 'float') },
    /node "rest" \(Mod\): found a rest of numbers up to 1\.7e\+9/,
  )
})

// -- times of a tower ----------------------------------------------------------------------------------------------------

const times = field('times-tower', 'ti.onnx')
test(
  'onnx-times-tower: as PyTorch says, alone and in a bundle; golden pairs of another model are an error',
  times,
  async () => {
    const { data } = await predictOnnx('ti.onnx', times.bytes(), `${times.real}/golden.npz`)
    const expected = (await readNpz(`${times.real}/golden.npz`)).arrays.get('user').data
    data.forEach((x, i) => assert.ok(Math.abs(x - expected[i]) < 1e-6))
    const inputs = [
      '--embeddings',
      `${times.real}/emb.npy`,
      '--ids',
      `${times.real}/ids.txt`,
      '--user-tower',
      `${times.real}/ti.onnx`,
    ]
    const config = (golden) => file('config.json', JSON.stringify({ tower: { golden }, threads: 1 }))
    const good = await cli('build', '-o', path('t.martello'), ...inputs, '--config', config(`${times.real}/golden.npz`))
    assert.equal(good.code, 0, good.stderr)
    assert.match(good.stderr, /tower in the core: float32 is \d\.\de-[78] from the pairs/)
    const { arrays } = await readNpz(`${times.real}/golden.npz`)
    const other = Object.entries({ ...Object.fromEntries(arrays) }).map(([name, { shape, data }]) => [
      `${name}.npy`,
      name === 'user'
        ? npyOf(
            'float',
            shape,
            data.map((x) => 2 * x),
          )
        : npyOf('int', shape, [...data].map(Number)),
    ])
    const bad = await cli(
      'build',
      '-o',
      path('u.martello'),
      ...inputs,
      '--config',
      config(file('other.npz', zip(Object.fromEntries(other)))),
    )
    assert.equal(bad.code, 1)
    assert.match(
      bad.stderr,
      /other\.npz, array "user": found numbers that .*ti\.onnx does not give: in the core float32 is 50\.00 % from the pairs/,
    )
  },
)

const ITEMS = 60
const DIM = 8
const vectors = gaussians(ITEMS, DIM, 11)
const LENGTH = 6

/** A bundle of random embeddings with a tower, and what was said. */
async function withTower(bytes, config = {}) {
  writeFileSync(path('tower.onnx'), bytes)
  const list = Array.from({ length: ITEMS }, (_, i) => `${i + 1}`)
  const embeddings = await readEmbeddings(await npy('items.npy', [ITEMS, DIM], vectors), {
    ids: file('ids.txt', `${list.join('\n')}\n`),
  })
  const lines = []
  const tower = await readTower(path('tower.onnx'), config.tower)
  const inputs = { interactions: null, items: null, embeddings, tower }
  const { bytes: bundle } = await build(inputs, { layers: 'f32', threads: 1, ...config }, 1, {
    say: (line) => lines.push(line),
    stage() {},
  })
  return { rec: await Recommender.open(bundle), said: lines.join('\n') }
}

/** Row h of the embeddings for the hour h of the last event; of the items themselves nothing. */
const hourTower = (perHour = 3600) =>
  onnxBytes({
    inputs: { item_ids: ['int', [B, LENGTH]], times: ['int', [B, LENGTH]] },
    outputs: { user: ['float', [B, DIM]] },
    nodes: [
      node('Gather', ['times', 'last'], ['t'], { axis: 1 }),
      node('Div', ['t', 's'], ['h']),
      node('Mod', ['h', 'm'], ['z']),
      node('Gather', ['hours', 'z'], ['e']),
      node('Gather', ['nothing', 'item_ids'], ['n']),
      node('ReduceSum', ['n', 'axis'], ['sum'], { keepdims: 0 }),
      node('Add', ['e', 'sum'], ['user']),
    ],
    constants: {
      ...{ last: one(-1), s: one(perHour), m: one(24), axis: int(1) },
      hours: ['float', [24, DIM], vectors.slice(0, 24 * DIM)],
      nothing: ['float', [ITEMS + 1, DIM], new Float32Array((ITEMS + 1) * DIM)],
    },
  })

test('a device feeds times that a tower reckons with exactly, in seconds and in milliseconds', async () => {
  const best = (row) => {
    const score = (item) =>
      Array.from({ length: DIM }, (_, d) => vectors[row * DIM + d] * vectors[item * DIM + d]).reduce((a, b) => a + b)
    return Array.from({ length: ITEMS }, (_, item) => item)
      .filter((item) => item !== 4)
      .sort((a, b) => score(b) - score(a))[0]
  }
  for (const [perHour, config] of [
    [3600, {}],
    [3600000, { tower: { inputs: { times: { from: 'times', scale: 1000 } } } }],
  ]) {
    const { rec, said } = await withTower(hourTower(perHour), config)
    assert.match(said, /tower in the core: float32 is \d(\.\d)?e[+-]\d+ from the pairs/)
    for (const at of [1701388799, 1701388800, 1764364262.75, 1764364799.999, 1764364800])
      assert.equal(
        rec.recommend({ history: [{ id: '5', at }], k: 1 }).items[0].id,
        `${best(Math.floor(at / 3600) % 24) + 1}`,
        `${perHour} ${at}`,
      )
  }
})

test('times in microseconds are refused by the input, and float32 ones are pointed at', async () => {
  const micro = { tower: { inputs: { times: { from: 'times', scale: 1e6 } } } }
  await refuses(
    withTower(hourTower(3.6e9), micro),
    /tower\.onnx, input "times": found whole numbers up to 8\.6e\+15, expected .*2\^48/,
  )
  const floats = onnxBytes({
    inputs: { item_ids: ['int', [B, LENGTH]], times: ['float', [B, LENGTH]] },
    outputs: { user: ['float', [B, DIM]] },
    nodes: [
      node('Gather', ['table', 'item_ids'], ['e']),
      node('Unsqueeze', ['times', 'last'], ['u']),
      node('Mul', ['e', 'u'], ['p']),
      node('ReduceSum', ['p', 'axis'], ['user'], { keepdims: 0 }),
    ],
    constants: { table: ['float', [ITEMS + 1, DIM], gaussians(ITEMS + 1, DIM, 3)], last: int(-1), axis: int(1) },
  })
  const { said } = await withTower(floats)
  assert.match(said, /look: input "times" is of float32, which steps by 128 seconds at times of today/)
  const { said: ages } = await withTower(floats, { tower: { inputs: { times: 'ages' } } })
  assert.doesNotMatch(ages, /look:/)
})

// -- rows ----------------------------------------------------------------------------------------------------------------

const mixed = field('rows-mixed')
test('onnx-rows-mixed: refused by the node that joins rows', mixed, async () => {
  const at = (name, of = 'model.onnx', inputs = 'all.npz') =>
    predictOnnx(of, readFileSync(`${mixed.real}/${name}/${of}`), `${mixed.real}/${name}/${inputs}`)
  await refuses(at('k10'), /^model\.onnx, node "m" \(ReduceMean\): found rows of the batch that know of each other/)
  await refuses(at('k11'), /node "f" \(Softmax\): found rows of the batch that know of each other/)
  await refuses(at('listwise-ranker', 'listwise.onnx', 'lw.npz'), /node "\/MatMul" \(MatMul\): found rows of the batch/)
})

const X = { x: ['float', [3, 4], Array.from({ length: 12 }, (_, i) => i / 7)] }
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
