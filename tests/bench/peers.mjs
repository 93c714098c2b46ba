// What people would pick instead, in one run on one thread: nearest with k = 100 by martello, by a JavaScript loop, by
// onnxruntime-web (q × Xᵀ, then TopK) and by hnswlib-wasm (on the exact reduction of inner product to L2).
//
//   node tests/bench/peers.mjs [W0 W1 W2 W3]
//
// With MARTELLO_FAISS, the path of a compiled faiss.cpp, native FAISS, too: the best index of its grid, and the best below
// 100 bytes an item.
//
// The packages are installed into build/peers, never into this package. Each contender has a process of its own, so
// none is slowed down by what another taught the compiler.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loopIndex, openIndex, queriesOf, recallOf, timed } from './index.mjs'
import { workload } from './workload.mjs'

const K = 100
const packages = { 'onnxruntime-web': '1.30.0', 'hnswlib-wasm': '0.8.2' }
const folder = join(import.meta.dirname, '../../build/peers')

function install() {
  if (Object.keys(packages).every((name) => existsSync(join(folder, 'node_modules', name)))) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: packages }))
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  })
}

// -- an ONNX model, byte by byte: scores = query [1, dim] × items [dim, n]; TopK ----------------------------------------
const varint = (n) => {
  const bytes = []
  for (let rest = BigInt(n); ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)])
    bytes.push(Number(rest & 127n) | 128)
  }
}
const field = (number, value) => {
  if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)])
  const body = typeof value === 'string' ? Buffer.from(value) : Array.isArray(value) ? Buffer.concat(value) : value
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body])
}
const FLOAT = 1,
  INT64 = 7
const tensor = (name, type, shape, bytes) => [
  ...shape.map((n) => field(1, n)),
  field(2, type),
  field(8, name),
  field(9, bytes),
]
const node = (op, inputs, outputs) => [
  ...inputs.map((name) => field(1, name)),
  ...outputs.map((name) => field(2, name)),
  field(4, op),
]
const value = (name, type, shape) => [
  field(1, name),
  field(2, [
    field(1, [
      field(1, type),
      field(
        2,
        shape.map((n) => field(1, [field(1, n)])),
      ),
    ]),
  ]),
]

function onnxModel({ rows, count, dim }) {
  const transposed = new Float32Array(rows.length)
  for (let i = 0; i < count; i++) for (let d = 0; d < dim; d++) transposed[d * count + i] = rows[i * dim + d]
  const graph = [
    field(1, node('MatMul', ['query', 'items'], ['scores'])),
    field(1, node('TopK', ['scores', 'k'], ['best', 'numbers'])),
    field(2, 'nearest'),
    field(5, tensor('items', FLOAT, [dim, count], Buffer.from(transposed.buffer))),
    field(5, tensor('k', INT64, [1], Buffer.from(BigInt64Array.of(BigInt(K)).buffer))),
    field(11, value('query', FLOAT, [1, dim])),
    field(12, value('best', FLOAT, [1, K])),
    field(12, value('numbers', INT64, [1, K])),
  ]
  return Buffer.concat([field(1, 8), field(7, graph), field(8, [field(2, 13)])])
}

// -- contenders: each gives { nearest(query) → item numbers, bytes } ----------------------------------------------------
const contenders = {
  async martello(work) {
    const index = await openIndex(work)
    return { nearest: (query) => index.nearest(query, K), bytes: index.bytes / work.count }
  },
  async loop(work) {
    const index = loopIndex(work)
    return { nearest: (query) => index.nearest(query, K), bytes: work.dim * 4 }
  },
  async 'onnxruntime-web'(work) {
    const ort = await import(join(folder, 'node_modules/onnxruntime-web/dist/ort.node.min.mjs'))
    ort.env.wasm.numThreads = 1
    const session = await ort.InferenceSession.create(onnxModel(work), { executionProviders: ['wasm'] })
    const nearest = async (query) =>
      (await session.run({ query: new ort.Tensor('float32', query, [1, work.dim]) })).numbers.data
    return { nearest: async (query) => Array.from(await nearest(query), Number), time: nearest, bytes: work.dim * 4 }
  },
  async 'hnswlib-wasm'(work) {
    globalThis.window = globalThis // it checks for a browser and uses nothing of it
    globalThis.document = { currentScript: null }
    const { default: factory } = await import(join(folder, 'node_modules/hnswlib-wasm/dist/hnswlib-317962d7.js'))
    const library = await factory()
    const M = 16,
      index = new library.HierarchicalNSW('l2', work.dim + 1, '')
    index.initIndex(work.count, M, 200, 100)
    const { rows, count, dim } = work
    let largest = 0
    const squares = Float64Array.from({ length: count }, (_, i) =>
      rows.subarray(i * dim, i * dim + dim).reduce((sum, x) => sum + x * x, 0),
    )
    for (const square of squares) largest = Math.max(largest, square)
    const point = new Float32Array(dim + 1)
    for (let i = 0; i < count; i++) {
      point.set(rows.subarray(i * dim, i * dim + dim))
      point[dim] = Math.sqrt(largest - squares[i])
      index.addPoint(point, i, false)
    }
    const asked = new Float32Array(dim + 1)
    const nearest = (query) => {
      asked.set(query)
      return index.searchKnn(asked, K, undefined).neighbors
    }
    // the smallest search width that reaches recall .95
    const judge = loopIndex(work),
      queries = queriesOf(work)
        .slice(0, 200)
        .map((query) => [query, judge.nearest(query, K)])
    for (const width of [100, 120, 150, 200, 300, 400, 600, 1000]) {
      index.setEfSearch(width)
      if (queries.reduce((sum, [query, exact]) => sum + recallOf(nearest(query), exact), 0) / queries.length >= 0.95)
        break
    }
    return { nearest, bytes: dim * 4 + 4 + 2 * M * 4 + 12 }
  },
}

async function measure(name, contender) {
  const work = workload(name),
    large = work.count > 200_000
  const index = await contenders[contender](work)
  const all = queriesOf(work),
    judge = loopIndex(work)
  let recall = 0
  const judged = all.slice(0, large ? 30 : 200)
  for (const query of judged)
    recall += recallOf(Array.from(await index.nearest(query)), judge.nearest(query, K)) / judged.length
  const run = index.time ?? index.nearest
  const slow = contender === 'loop' || contender === 'onnxruntime-web'
  const queries = large && slow ? all.slice(0, 60) : all
  const rounds = []
  for (let round = 0; round < 3; round++) rounds.push(await timed(run, queries, round === 0 ? undefined : 5))
  const best = rounds.sort((a, b) => a.p50 - b.p50)[1]
  console.log(JSON.stringify({ name, contender, recall, bytes: index.bytes, ...best }))
}

// FAISS as a program of its own: what `measure` prints, of the best index and of the best small one.
function measureFaiss(name) {
  const work = workload(name),
    loop = loopIndex(work),
    judged = work.count > 200_000 ? 200 : 1000
  const gold = Uint32Array.from(
    queriesOf(work)
      .slice(0, judged)
      .flatMap((query) => Array.from(loop.nearest(query, K))),
  )
  const folder = mkdtempSync(join(tmpdir(), 'martello-faiss-'))
  const paths = [work.rows, work.queries, gold].map((numbers, i) => {
    const path = join(folder, String(i))
    writeFileSync(path, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
    return path
  })
  const printed = execFileSync(process.env.MARTELLO_FAISS, [...paths, String(work.dim), String(K)], {
    encoding: 'utf8',
  })
  rmSync(folder, { recursive: true })
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ what }) => what !== '')
    .map((best) => ({ name, contender: 'FAISS', ...best }))
}

if (process.argv[2] === '--one') {
  await measure(process.argv[3], process.argv[4])
} else {
  install()
  const asked = process.argv.slice(2).filter((name) => /^W[0-3]$/.test(name))
  console.log('workload  contender         recall  B/item    p50 ms    p99 ms   martello is faster by')
  for (const name of asked.length > 0 ? asked : ['W0', 'W1', 'W2', 'W3']) {
    const results = Object.keys(contenders)
      .filter((contender) => name !== 'W3' || contender !== 'hnswlib-wasm')
      .map((contender) => {
        const args = ['--max-old-space-size=6000', import.meta.filename, '--one', name, contender]
        return JSON.parse(
          execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
            .trim()
            .split('\n')
            .at(-1),
        )
      })
    if (process.env.MARTELLO_FAISS) results.push(...measureFaiss(name))
    for (const { contender, recall, bytes, p50, p99, what = '' } of results)
      console.log(
        [
          name.padEnd(9),
          contender.padEnd(16),
          recall.toFixed(4).padStart(7),
          bytes.toFixed(1).padStart(7),
          p50.toFixed(3).padStart(9),
          p99.toFixed(3).padStart(9),
          contender === 'martello' ? '' : (p50 / results[0].p50).toFixed(2).padStart(9),
          what,
        ].join(' '),
      )
  }
}
