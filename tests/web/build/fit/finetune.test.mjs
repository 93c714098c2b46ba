// Towers from elsewhere that are trained on here: from their own weights, kept where held-out events say so, the same network on a device.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { build, readTower } from '../../../../dist/build.js'
import { Recommender } from '../../../../dist/node.js'
import { readEmbeddings, readInteractions } from '../../../../build/web/read/index.js'
import { cli, csv, file, gaussians, npy, path, random, realData } from '../../helpers/shop.mjs'
import { node, onnxBytes } from '../../helpers/onnx.mjs'

const ITEMS = 40
const DIM = 8
const LENGTH = 6
const vectors = gaussians(ITEMS, DIM, 11)
/** Others, that know of the two kinds below. */
const own = gaussians(ITEMS, DIM, 77).map((value, i) => (i % DIM > 0 ? value : 2 * i < ITEMS * DIM ? 1.5 : -1.5))
const withNobody = (rows) => Float32Array.from({ length: (ITEMS + 1) * DIM }, (_, i) => (i < DIM ? 0 : rows[i - DIM]))
const small = (count, seed) => gaussians(count, 1, seed).map((value) => 0.1 * value)

/** x + tanh(x W + b), x the mean of a history's rows of `table`, as `looked` looks them up. */
const tower = (table, { ids = 'item_ids', table: name = 'table', looked, ...more } = {}) =>
  onnxBytes({
    inputs: { [ids]: ['int', ['batch', LENGTH]], ...more.inputs },
    outputs: { user: ['float', ['batch', DIM]] },
    nodes: more.nodes ?? [
      ...(looked ?? [node('Gather', [name, ids], ['rows'])]),
      node('Greater', [ids, 'zero'], ['is']),
      node('Cast', ['is'], ['mask'], { to: 1 }),
      node('ReduceSum', ['mask', 'axis'], ['count'], { keepdims: 1 }),
      node('ReduceSum', ['rows', 'axis'], ['sum'], { keepdims: 0 }),
      node('Div', ['sum', 'count'], ['mean']),
      node('Transpose', ['weight'], ['turned'], { perm: [1, 0] }),
      node('MatMul', ['mean', 'turned'], ['product']),
      node('Add', ['product', 'bias'], ['inner']),
      node('Tanh', ['inner'], ['bent']),
      node('Add', ['mean', 'bent'], ['user']),
    ],
    constants: {
      [name]: ['float', [ITEMS + 1, DIM], table],
      zero: ['int', [], [0]],
      axis: ['int', [1], [1]],
      weight: ['float', [DIM, DIM], small(DIM * DIM, 5)],
      bias: ['float', [DIM], small(DIM, 6)],
      ...more.constants,
    },
  })

/** Goods of two kinds; everybody keeps to one. Their vectors know nothing of it. */
function events(people, seed = 3) {
  const draw = random(seed)
  return Array.from({ length: people }, (_, user) =>
    Array.from({ length: 8 }, (_, n) => ({
      user_id: `u${user}`,
      item_id: `${(user % 2) * (ITEMS / 2) + draw.below(ITEMS / 2) + 1}`,
      timestamp: 1_600_000_000 + 86_400 * n + user,
    })),
  ).flat()
}

/** Sources that would make it hard to see what the tower says. */
const ALONE = Object.fromEntries(
  ['als', 'item2vec', 'i2i', 'ease', 'next', 'repeat', 'popular', 'trending', 'new'].map((name) => [name, false]),
)

async function tuned(bytes, { train = { tower: 'finetune' }, people = 400, ids = null, ...config } = {}) {
  writeFileSync(path('given.onnx'), bytes)
  const list = ids ?? Array.from({ length: ITEMS }, (_, i) => `${i + 1}`)
  const table = await npy('given.npy', [ITEMS, DIM], vectors)
  const embeddings = await readEmbeddings(table, { ids: file('given-ids.txt', `${list.join('\n')}\n`) })
  const interactions = people > 0 ? await readInteractions([file('given.csv', csv(events(people)))]) : null
  const lines = []
  const { bytes: bundle, record } = await build(
    { interactions, items: null, embeddings, tower: await readTower(path('given.onnx'), config.tower) },
    { layers: 'f32', threads: 1, sources: ALONE, ...config, train },
    1,
    { say: (line) => lines.push(line), stage() {} },
  )
  return { bundle, record, said: lines.join('\n'), rec: await Recommender.open(bundle) }
}

const rate = (more) => ({ tower: { kind: 'finetune', rate: 0.01, batch: 32, negatives: 16, ...more } })

/** Of ten recommended, how many are of the kind of the history. */
const alike = (rec) =>
  rec.recommend({ history: ['1', '2', '3'], k: 10 }).items.filter(({ id }) => Number(id) <= ITEMS / 2).length

for (const [what, table] of [
  ['whose table is the embeddings', withNobody(vectors)],
  ['that has a table of its own', withNobody(own)],
])
  test(`a tower ${what} learns from its own weights what people meet together`, async () => {
    const { rec, said, record, bundle } = await tuned(tower(table), { train: rate() })
    assert.match(
      said,
      /the tower is trained on, \d+ passes over the log: held-out ndcg@10 among all items 0\.\d{4} after 0\.\d{4}/,
    )
    assert.ok(record.recipe.tuned.passes.length > 0)
    assert.equal(record.recipe.tower, null)
    assert.deepEqual(rec.sources, ['embeddings'])
    assert.ok(alike(rec) >= 9, `${alike(rec)} of 10`)
    const { stdout } = await cli('verify', file('given.martello', bundle))
    const [, error] = /model 0: ([\d.e-]+) from its 4 golden pairs/.exec(stdout)
    assert.ok(Number(error) < 1e-5, stdout)
  })

test('half of the people say when to stop, the others how good it is then', async () => {
  const { said } = await tuned(tower(withNobody(vectors)), { train: rate() })
  assert.match(said, /and to recall \+ ndcg of 200 other people it adds \+0\.\d{4}/)
})

test('a table of its own stays as it came, in a tower that is trained on', async () => {
  const table = withNobody(own)
  const { bundle, said } = await tuned(tower(table), { train: rate() })
  assert.match(said, /the tower is trained on, \d+ passes/)
  assert.ok(Buffer.from(bundle).includes(Buffer.from(table.buffer, 4 * DIM, 4 * DIM * ITEMS)))
})

test('a table that is looked up twice is learned as one that is looked up once', async () => {
  const before = async (looked) => {
    const { said } = await tuned(tower(withNobody(vectors), { looked, constants: { half: ['float', [], [0.5]] } }), {
      train: rate(),
    })
    return /after 0\.\d{4}/.exec(said)[0]
  }
  const often = [
    node('Gather', ['table', 'item_ids'], ['some']),
    node('Gather', ['table', 'item_ids'], ['again']),
    node('Add', ['some', 'again'], ['both']),
    node('Mul', ['both', 'half'], ['rows']),
  ]
  assert.equal(await before(often), await before(undefined))
})

for (const [what, names, table] of [
  ['an input', { ids: 'items' }, vectors],
  ['a table that is the embeddings', { table: 'items' }, vectors],
  ['a table of its own', { table: 'items' }, own],
])
  test(`${what} may be called "items"`, async () => {
    const { said, rec } = await tuned(tower(withNobody(table), names), { train: rate() })
    assert.match(said, /the tower is trained on, \d+ passes/)
    assert.ok(alike(rec) >= 9, `${alike(rec)} of 10`)
  })

test('what a tower is made of cannot be asked of one that is given', async () => {
  for (const key of ['width', 'length', 'blocks', 'heads', 'hidden', 'drop', 'filter'])
    await assert.rejects(
      tuned(tower(withNobody(vectors)), { train: rate({ [key]: key === 'drop' ? 0.5 : 16 }) }),
      new RegExp(`key "train\\.tower\\.${key}": found .* of "finetune", expected no such key`),
    )
})

test('steps that lead nowhere leave the tower and its vectors as they came', async () => {
  const { rec, said, record } = await tuned(tower(withNobody(vectors)), { train: rate({ rate: 1e-6 }) })
  assert.match(said, /look: the tower stays as it came: /)
  assert.equal(record.recipe.tuned, null)
  const came = await tuned(tower(withNobody(vectors)), { train: {} })
  const asked = { history: ['3', '9'], k: 10 }
  assert.deepEqual(rec.recommend(asked).items, came.rec.recommend(asked).items)
})

test('masks, lengths and histories that begin on the left are fed as on a device, and what is the same for everybody', async () => {
  const nodes = [
    node('Gather', ['table', 'item_ids'], ['rows']),
    node('Unsqueeze', ['mask', 'last'], ['wide']),
    node('Mul', ['rows', 'wide'], ['kept']),
    node('ReduceSum', ['kept', 'axis'], ['sum'], { keepdims: 0 }),
    node('Cast', ['n'], ['count'], { to: 1 }),
    node('Div', ['sum', 'count'], ['mean']),
    node('MatMul', ['mean', 'weight'], ['product']),
    node('Mul', ['product', 'scale'], ['scaled']),
    node('Add', ['scaled', 'mean'], ['user']),
  ]
  const inputs = { mask: ['float', ['batch', LENGTH]], n: ['int', ['batch', 1]], scale: ['float', ['batch', 1]] }
  const constants = { last: ['int', [1], [2]] }
  const { rec, said } = await tuned(tower(withNobody(vectors), { inputs, nodes, constants }), {
    train: rate(),
    tower: { inputs: { scale: { from: 'constant', value: 0.5 }, n: 'length' } },
  })
  assert.match(said, /padded on the right/)
  assert.match(said, /the tower is trained on, \d+ passes/)
  assert.ok(alike(rec) >= 9)
})

test('a recurrent tower learns through its steps', async () => {
  const nodes = [
    node('Gather', ['table', 'item_ids'], ['rows']),
    node('Transpose', ['rows'], ['steps'], { perm: [1, 0, 2] }),
    node('GRU', ['steps', 'inward', 'onward'], ['', 'state'], { hidden_size: DIM }),
    node('Squeeze', ['state', 'first'], ['user']),
  ]
  const constants = {
    inward: ['float', [1, 3 * DIM, DIM], small(3 * DIM * DIM, 8)],
    onward: ['float', [1, 3 * DIM, DIM], small(3 * DIM * DIM, 9)],
    first: ['int', [1], [0]],
  }
  const { rec, said } = await tuned(tower(withNobody(vectors), { nodes, constants }), { train: rate() })
  assert.match(said, /the tower is trained on, \d+ passes/)
  assert.ok(alike(rec) >= 9)
})

test('what cannot be trained on stays as it came, and why is said', async () => {
  const stays = async (words, bytes, config) =>
    assert.match((await tuned(bytes, config)).said, new RegExp(`look: the tower stays as it came: ${words}`))
  const add = (name, kind) => ({
    inputs: { [name]: [kind, ['batch', LENGTH]] },
    nodes: [
      node('Gather', ['table', 'item_ids'], ['rows']),
      node('Cast', [name], ['x'], { to: 1 }),
      node('Unsqueeze', ['x', 'last'], ['wide']),
      node('Mul', ['rows', 'wide'], ['kept']),
      node('ReduceMean', ['kept'], ['user'], { axes: [1], keepdims: 0 }),
    ],
    constants: { last: ['int', [1], [2]] },
  })
  const given = withNobody(vectors)
  await stays('input "ages" is fed with ages, which it is not told while it learns', tower(given, add('ages', 'float')))
  await stays('it learns of a log \\(--interactions\\)', tower(given), { people: 0 })
  await stays('only held-out events say when it has learned enough', tower(given), { tune: false })
  await stays('its vectors are compared by cosines, and their lengths differ', tower(given), { metric: 'cosine' })
  await assert.rejects(
    build(
      { interactions: await readInteractions([file('alone.csv', csv(events(30)))]), items: null, embeddings: null },
      { train: { tower: 'finetune' } },
      1,
      { say() {}, stage() {} },
    ),
    /key "train\.tower": found "finetune" and no tower, expected --user-tower, with the --embeddings that it is compared with/,
  )
})

const [given, vectorsOf, log] = ['towers/toys_tower.onnx', 'embeddings/toys_items.npy', 'toys/train.csv.gz'].map(
  realData,
)
test(
  'a transformer of PyTorch steps on from its own weights',
  { skip: given.skip || vectorsOf.skip || log.skip },
  async () => {
    const table = await readEmbeddings(vectorsOf.real, {
      ids: file('toys-ids.txt', Array.from({ length: 11924 }, (_, i) => `${i + 1}\n`).join('')),
    })
    const rows = gunzipSync(readFileSync(log.real)).toString().trim().split('\n') // prettier-ignore
    const some = rows.filter((row, at) => at === 0 || Number(row.split(',')[0]) <= 40)
    const lines = []
    await build(
      {
        interactions: await readInteractions([file('some-toys.csv', `${some.join('\n')}\n`)]),
        items: null,
        embeddings: table,
        tower: await readTower(given.real),
      },
      { train: { tower: 'finetune', minutes: 1 }, threads: 2, layers: 'f32', sources: ALONE },
      1,
      { say: (line) => lines.push(line), stage() {} },
    )
    // it knows these people's held-out events from its own training, so what it says of them before a step is far beyond chance
    const [, before] = /(?:after|better than it does \(ndcg@10) (0\.\d{4})/.exec(lines.join('\n')) ?? []
    assert.ok(Number(before) > 0.03, lines.join('\n'))
  },
)
