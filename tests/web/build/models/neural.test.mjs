// Neural rankers: an ONNX model that scores candidates, its history read once a request, its candidates many in a run.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { build, readRanker } from '../../../../dist/build.js'
import { Recommender } from '../../../../dist/node.js'
import { readEmbeddings } from '../../../../build/web/read/index.js'
import { cli, file, gaussians, npy, path } from '../../helpers/shop.mjs'
import { node, onnxBytes } from '../../helpers/onnx.mjs'

const ITEMS = 80
const DIM = 8
const vectors = gaussians(ITEMS, DIM, 5)
const table = gaussians(ITEMS + 1, 4, 6)
const SILENT = { say() {}, stage() {} }

/** -<mean of the history's rows, the candidate's row>, plus the first of `features` inputs times `weight`. */
const rankerBytes = (weight = 0) =>
  onnxBytes({
    inputs: {
      history: ['int', ['batch', 5]],
      candidate: ['int', ['batch']],
      ...(weight === 0 ? {} : { features: ['float', ['batch', 1]] }),
    },
    outputs: { score: ['float', ['batch', 2]] },
    nodes: [
      node('Gather', ['table', 'history'], ['h']),
      node('ReduceMean', ['h'], ['u'], { axes: [1], keepdims: 0 }),
      node('Gather', ['table', 'candidate'], ['c']),
      node('Mul', ['u', 'c'], ['p']),
      node('ReduceSum', ['p', 'axis'], ['s'], { keepdims: 1 }),
      node('Neg', ['s'], ['n']),
      ...(weight === 0
        ? [node('Identity', ['n'], ['all'])]
        : [node('Mul', ['features', 'w'], ['f']), node('Add', ['n', 'f'], ['all'])]),
      node('Concat', ['s', 'all'], ['score'], { axis: 1 }),
    ],
    constants: { table: ['float', [ITEMS + 1, 4], table], axis: ['int', [1], [1]], w: ['float', [], [weight]] },
  })

async function built(bytes, config) {
  writeFileSync(path('ranker.onnx'), bytes)
  const ids = file('ids.txt', Array.from({ length: ITEMS }, (_, i) => `${i + 1}\n`).join(''))
  const embeddings = await readEmbeddings(await npy('items.npy', [ITEMS, DIM], vectors), { ids })
  const ranker = await readRanker(path('ranker.onnx'), config.ranker)
  const lines = []
  const progress = { ...SILENT, say: (line) => lines.push(line) }
  const inputs = { interactions: null, items: null, embeddings, ranker }
  const { bytes: bundle } = await build(inputs, { layers: 'f32', threads: 1, ...config }, 1, progress)
  return { bundle, said: lines.join('\n'), rec: await Recommender.open(bundle) }
}

/** Candidates by the model, worked plainly: rows are 0 to 79, the table's rows are one more. */
function ranked(history, among, weight = 0, feature = () => 0) {
  const own = [...new Array(5 - history.length).fill(0), ...history.map((row) => row + 1)]
  const mean = Array.from({ length: 4 }, (_, d) => own.reduce((sum, at) => sum + table[at * 4 + d] / 5, 0))
  const score = (row) => -mean.reduce((sum, m, d) => sum + m * table[(row + 1) * 4 + d], 0) + weight * feature(row)
  return among.sort((a, b) => score(b) - score(a))
}

const others = (history) => Array.from({ length: ITEMS }, (_, row) => row).filter((row) => !history.includes(row))
const rowsOf = ({ items }) => items.map((item) => Number(item.id) - 1)

test('a neural ranker orders the candidates', async () => {
  const { rec, said, bundle } = await built(rankerBytes(), { ranker: { class: 1 } })
  assert.match(said, /ranker .*ranker\.onnx: ONNX opset 13, \d+ ops, 2 of them once a request, 32 candidates a run/)
  assert.match(said, /ranker input "history" \[1, 5\]: ids of the last 5 events, padded on the left with 0/)
  assert.match(said, /ranker input "candidate" \[1\]: the candidate's id/)
  for (const history of [[3], [7, 20, 41]]) {
    const found = rec.recommend({ history: history.map((row) => `${row + 1}`), k: 20 })
    assert.deepEqual(rowsOf(found), ranked(history, others(history)).slice(0, 20))
  }
  const { code, stdout } = await cli('verify', file('neural.martello', bundle))
  assert.equal(code, 0)
  assert.match(stdout, /model 0: [\d.e-]+ from its 4 golden pairs/)
})

test('its features are the bundle’s, and a context is told once', async () => {
  const { rec, said } = await built(rankerBytes(0.5), {
    context: { hour: 'number' },
    features: ['similarity.embeddings.max5', 'context.hour'],
    ranker: { class: 1, inputs: { features: { from: 'features', fields: ['similarity.embeddings.max5'] } } },
  })
  assert.match(said, /ranker input "features" \[1, 1\]: features similarity\.embeddings\.max5, unknown is 0/)
  const history = [11]
  const norm = (row) => Math.hypot(...vectors.subarray(row * DIM, row * DIM + DIM))
  const cosine = (row) =>
    Array.from({ length: DIM }, (_, d) => vectors[row * DIM + d] * vectors[11 * DIM + d]).reduce((a, b) => a + b) /
    norm(row) /
    norm(11)
  const found = rec.recommend({ history: ['12'], k: 10 })
  assert.deepEqual(rowsOf(found), ranked(history, others(history), 0.5, cosine).slice(0, 10))
})

test('what does not fit is named', async () => {
  const refuses = (promise, message) => assert.rejects(promise, { name: 'InputError', message })
  await refuses(
    built(rankerBytes(), {}),
    /ranker\.onnx, output: found 2 numbers for each candidate, expected config key "ranker\.class"/,
  )
  await refuses(
    built(rankerBytes(1), { ranker: { class: 1 } }),
    /ranker\.onnx, input "features" \(float, \[1, 1\]\): found nothing to feed it with/,
  )
  await refuses(
    built(rankerBytes(1), { ranker: { class: 1, inputs: { features: { from: 'features', fields: ['nothing'] } } } }),
    /input "features" .*: found feature "nothing", expected one of the bundle's/,
  )
})
