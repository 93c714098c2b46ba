// Whole numbers in networks: hours of times, differences, rests and hashes are exact, or refused by the name of the node.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compile, ProgramRunner } from '../../../dist/build.js'
import { predictOnnx } from '../../../build/web/import/onnx/predict-onnx.js'
import { readNpz } from '../../../build/web/read/index.js'
import { zip } from '../helpers/arrays.mjs'
import { file, path } from '../helpers/files.mjs'
import {
  B,
  DIM,
  ITEMS,
  LENGTH,
  field,
  int,
  model,
  npyOf,
  one,
  predict,
  refuses,
  values,
  vectors,
  withTower,
} from '../helpers/networks.mjs'
import { DATA_TYPE, node, onnxBytes, onnxGraph } from '../helpers/onnx.mjs'
import { cli, gaussians, npy } from '../helpers/shop.mjs'

/** y of whole numbers x, cast to float at the end. */
const whole = (values, nodes, constants, { type = 'int', width = 1, output } = {}) =>
  predict(model(type, width, [...nodes, node('Cast', ['z'], ['y'], { to: 1 })], constants, { output }), {
    x: [type, [values.length / width, width], values],
  })

const mod = (a, b) => ((a % b) + b) % b

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

test('floor division as PyTorch 2 writes it, of whole numbers on both sides of 0', async () => {
  const nodes = [
    node('Div', ['x', 's'], ['div']),
    node('Less', ['x', 'zero'], ['below']),
    node('Less', ['s', 'zero'], ['turned']),
    node('Xor', ['below', 'turned'], ['apart']),
    node('Mul', ['div', 's'], ['back']),
    node('Sub', ['x', 'back'], ['rest']),
    node('Equal', ['rest', 'zero'], ['even']),
    node('Not', ['even'], ['odd']),
    node('And', ['apart', 'odd'], ['fix']),
    node('Sub', ['div', 'one'], ['less']),
    node('Where', ['fix', 'less', 'div'], ['z']),
  ]
  const all = [...TIMES, ...TIMES.map((t) => -t)]
  assert.deepEqual(
    await values(whole(all, nodes, { s: one(86400), zero: one(0), one: one(1) })),
    all.map((t) => 0 + Math.floor(t / 86400)),
  )
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

test('a ranker reckons with the times of a request once, and with its candidates in lots', async () => {
  const graph = onnxGraph({
    inputs: { times: ['int', [B, 3]], item: ['int', [B, 1]] },
    outputs: { y: ['float', [B, 1]] },
    nodes: [
      node('ReduceMax', ['times'], ['newest'], { axes: [1], keepdims: 1 }),
      node('Mul', ['item', 'k'], ['hash']),
      node('Add', ['newest', 'hash'], ['sum']),
      node('Mod', ['sum', 'm'], ['z']),
      node('Cast', ['z'], ['y'], { to: 1 }),
    ],
    constants: { k: one(1000003), m: one(9973) },
  })
  const ranges = new Map([
    ['times', { least: 0, most: 2 ** 33 }],
    ['item', { least: 0, most: 99 }],
  ])
  const items = Array.from({ length: 75 }, (_, i) => (7 * i) % 100)
  const given = {
    times: { shape: [1, 3], data: [1701388799, 1764364262, 0] },
    item: { shape: [75, 1], data: items },
  }
  for (const capacity of [1, 32]) {
    const program = compile(graph, { capacity, ranges, perRequest: new Set(['times']) })
    assert.equal(program.capacity, capacity)
    assert.ok(program.requestOps > 1)
    const [found] = (await ProgramRunner.start(program)).outputs(program.inputs.map(({ name }) => given[name]))
    assert.deepEqual(
      [...found],
      items.map((item) => (1764364262 + item * 1000003) % 9973),
    )
  }
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

test('ops that make large numbers of small ones are exact', async () => {
  const rest = node('Mod', ['a', 'm'], ['z'])
  const lastOf = (numbers, made, constants = {}, output = [B, 1]) =>
    values(whole(numbers, [made, rest], { m: one(1000), ...constants }, { width: numbers.length, output }))
  const reduced = (op, numbers) => lastOf(numbers, node(op, ['x'], ['a'], { axes: [1] }))
  assert.deepEqual(await reduced('ReduceProd', [1001, 1003, 1007]), [21])
  assert.deepEqual(await reduced('ReduceProd', [1001, -1003, 1007, 2]), [Number(mod(-2n * 1011022021n, 1000n))])
  assert.deepEqual(await reduced('ReduceSumSquare', [5001, -5003, 4097]), [(5001 ** 2 + 5003 ** 2 + 4097 ** 2) % 1000])
  assert.deepEqual(await reduced('ReduceL1', [9e9 + 7, -16777217, 5]), [(9e9 + 7 + 16777217 + 5) % 1000])
  for (const exponent of [1, 2, 3, 4, 5, 6]) {
    const made = node('Pow', ['x', 'e'], ['a'])
    assert.deepEqual(
      await lastOf([201, -199, 2, -1], made, { e: one(exponent) }, [B, 4]),
      [201n, -199n, 2n, -1n].map((x) => Number(mod(x ** BigInt(exponent), 1000n))),
      `to the power of ${exponent}`,
    )
  }
  assert.deepEqual(await lastOf([5001], node('Pow', ['x', 'e'], ['a']), { e: one(2) }), [1])
})

test('whole numbers that no pair holds, or that nothing bounds, are refused by the node', async () => {
  const refused = (numbers, made, expected, constants = {}) =>
    refuses(whole(numbers, [made], constants, { width: numbers.length, output: [B, 1] }), expected)
  const size = /found whole numbers of any size, expected sums and products of what is bounded, powers by a constant/
  const narrow = /found whole numbers up to 7\.\de\+7, expected numbers up to 16777216 \(2\^24\) in this op/
  const three = [5001, 5003, 4097]
  await refused(three, node('Einsum', ['x', 'x'], ['z'], { equation: 'bi,bi->b' }, 'n'), narrow)
  await refused(
    [1e5, 1e5, 1e5],
    node('ReduceProd', ['x'], ['z'], { axes: [1] }, 'n'),
    /up to 1\.0e\+15, expected .*2\^48/,
  )
  await refused([2, 3], node('Pow', ['x', 'x'], ['z'], {}, 'n'), size)
  await refused([2, 3], node('Pow', ['x', 'e'], ['z'], {}, 'n'), size, { e: one(-1) })
  await refused([2, 3], node('Pow', ['x', 'e'], ['z'], {}, 'n'), size, { e: one(0.5, 'float') })
  await refused([2, 3], node('ReduceMean', ['x'], ['z'], { axes: [1] }, 'n'), size)
  await refused([2, 3], node('ReduceL2', ['x'], ['z'], { axes: [1] }, 'node'), /node "node" \(ReduceL2\): found/)
  // small ones are one float each
  const products = node('Einsum', ['x', 'x'], ['z'], { equation: 'bi,bi->b' })
  assert.deepEqual(await values(whole([1001, 1003], [products], {}, { width: 2, output: [B] })), [
    1001 ** 2 + 1003 ** 2,
  ])
})

test('a root of numbers that may be below 0 has no range, which hides nothing after it', async () => {
  const nodes = [
    node('Cast', ['x'], ['f'], { to: 1 }),
    node('Mul', ['f', 'f'], ['square']), // by its range alone from -1e6 on
    node('Pow', ['square', 'half'], ['root']),
    node('Cast', ['root'], ['w'], { to: DATA_TYPE.int }),
    node('Mul', ['w', 'k'], ['a']),
    node('Mod', ['a', 'm'], ['z']),
  ]
  assert.deepEqual(
    await values(whole([-999, 0, 998], nodes, { half: one(0.5, 'float'), k: one(1000003), m: one(1000) })),
    [(999 * 1000003) % 1000, 0, (998 * 1000003) % 1000],
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

/** Row h of the embeddings for the hour h of the last of `times`; of the items themselves nothing. */
const hourTower = (perHour = 3600, width = LENGTH, type = 'int') =>
  onnxBytes({
    inputs: { item_ids: ['int', [B, LENGTH]], times: [type, [B, width]] },
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
      ...{ last: one(-1), s: one(perHour, type), m: one(24, type), axis: int(1) },
      hours: ['float', [24, DIM], vectors.slice(0, 24 * DIM)],
      nothing: ['float', [ITEMS + 1, DIM], new Float32Array((ITEMS + 1) * DIM)],
    },
  })

/** The item that is nearest to a row of the embeddings, after item 5. */
function best(row) {
  const score = (item) =>
    Array.from({ length: DIM }, (_, d) => vectors[row * DIM + d] * vectors[item * DIM + d]).reduce((a, b) => a + b)
  return Array.from({ length: ITEMS }, (_, item) => item)
    .filter((item) => item !== 4)
    .sort((a, b) => score(b) - score(a))[0]
}

test('a time in the context of a request is as exact as those of events; one that is too large is refused', async () => {
  const now = { from: 'context', fields: ['now'] }
  const context = { hour: 'number', now: 'number' }
  for (const [type, perHour, scale] of [
    ['int', 3600, 1],
    ['int32', 3600, 1],
    ['int', 3600000, 1000],
  ]) {
    const config = { context, tower: { inputs: { times: { ...now, scale } } } }
    const { rec } = await withTower(hourTower(perHour, 1, type), config)
    const ask = (at) => rec.recommend({ history: ['5'], context: { now: at }, k: 1 }).items[0].id
    for (const at of [0, 3, 1700006399, 1700006400, 1764364799, 1764364799.75, 2147483647])
      assert.equal(ask(at), `${best(Math.floor(at / 3600) % 24) + 1}`, `${type} ${at}`)
    assert.throws(() => ask(1700006399000), {
      message:
        /^context\.now: found more than 8589934592 \(2\^33\), expected less, as seconds are; "scale" of its input in the config/,
    })
  }
})

test('a device feeds times that a tower reckons with exactly, in seconds and in milliseconds', async () => {
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
