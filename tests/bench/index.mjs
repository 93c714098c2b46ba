// The index under test and the JavaScript loop it is measured against: one function each, the same answer.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { build, sectionsOf } from '../../dist/build.js'
import { Recommender } from '../../dist/node.js'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'build/bench')
const sources = ['base', 'bundle', 'vector']
  .flatMap((name) => readdirSync(join(root, 'src', name)).map((file) => `src/${name}/${file}`))
  .concat(
    ['codes', 'candidates'].flatMap((name) => [`src/learn/${name}.c`, `src/learn/${name}.h`]),
    'tests/bench/vector_bench.c',
  )
  .filter((file) => !/src\/bundle\/(?!vectors|check)/.test(file))
const flags = ['-std=gnu11', '-O3', '-ffp-contract=off', '-Isrc']
const exported = ['alloc', 'free', 'message', 'bytes', 'build', 'nearest', 'exact', 'scan_prepare', 'scan_run'].map(
  (name) => `_bench_${name}`,
)

// Compiles sources, paths from the root, if one of them is newer than the result.
export function compiled(name, command, args, from = sources) {
  const out = join(folder, name)
  const newest = Math.max(...from.map((file) => statSync(join(root, file)).mtimeMs))
  if (existsSync(out) && statSync(out).mtimeMs > newest) return out
  mkdirSync(folder, { recursive: true })
  const files = from.filter((file) => file.endsWith('.c'))
  execFileSync(command, [...flags, ...args, ...files, '-lm', '-o', out], { cwd: root, stdio: 'inherit' })
  return out
}

// The exports of sources as a wasm module, those that are named.
export async function load(name = 'vector.wasm', from = sources, names = exported) {
  const args = [
    '-msimd128',
    '--no-entry',
    '-sSTANDALONE_WASM=1',
    '-sALLOW_MEMORY_GROWTH=1',
    '-sMAXIMUM_MEMORY=4GB',
    '-sFILESYSTEM=0',
    ...(process.env.NAMES ? ['--profiling-funcs'] : []),
    '-sMALLOC=emmalloc',
    `-sEXPORTED_FUNCTIONS=${names.join(',')}`,
  ]
  const path = compiled(name, 'emcc', args, from)
  const nothing = () => 0
  const imports = {
    env: new Proxy({}, { get: () => nothing }),
    wasi_snapshot_preview1: new Proxy({}, { get: () => nothing }),
  }
  const { instance } = await WebAssembly.instantiate(readFileSync(path), imports)
  instance.exports._initialize?.()
  return instance.exports
}

// The package as published: a bundle of base + one 4-bit layer, opened by the Recommender.
// { nearest(query, k, options) → row numbers, bytes of the vector sections, buildMs }
export async function openIndex({ rows, count, dim }) {
  const started = performance.now()
  const ids = Array.from({ length: count }, (_, row) => String(row))
  const { bytes } = await build(
    { interactions: null, items: null, embeddings: { path: 'rows', ids, rows: count, dim, vectors: rows } },
    {},
    1,
    { say() {}, stage() {} },
  )
  const buildMs = performance.now() - started
  const rec = await Recommender.open(bytes)
  const rowOf = Uint32Array.from({ length: count }, (_, item) => Number(rec.id(item)))
  const sections = (await sectionsOf(bytes)).filter(({ kind }) => ['space', 'base', 'layer'].includes(kind))
  return {
    buildMs,
    bytes: sections.reduce((sum, section) => sum + Math.ceil(section.bytes / 64) * 64, 0),
    nearest: (query, k, options = {}) => rec.nearest(query, { k, ...options }).items.map((item) => rowOf[item]),
  }
}

// What a careful page would write by hand: a Float32Array, four accumulators, a binary heap of the k best.
export function loopIndex({ rows, count, dim }) {
  const heapScores = new Float64Array(2000),
    heapItems = new Uint32Array(2000)
  const sift = (at, size, score, item) => {
    for (let child; (child = 2 * at + 1) < size; at = child) {
      if (child + 1 < size && heapScores[child + 1] < heapScores[child]) child++
      if (heapScores[child] >= score) break
      heapScores[at] = heapScores[child]
      heapItems[at] = heapItems[child]
    }
    heapScores[at] = score
    heapItems[at] = item
  }
  return {
    nearest(query, k) {
      heapScores.fill(-Infinity, 0, k)
      for (let i = 0, at = 0; i < count; i++) {
        let a = 0,
          b = 0,
          c = 0,
          e = 0
        for (let d = 0; d < dim; d += 4, at += 4) {
          a += query[d] * rows[at]
          b += query[d + 1] * rows[at + 1]
          c += query[d + 2] * rows[at + 2]
          e += query[d + 3] * rows[at + 3]
        }
        const score = a + b + (c + e)
        if (score > heapScores[0]) sift(0, k, score, i)
      }
      const size = Math.min(k, count)
      return Uint32Array.from(
        heapItems
          .subarray(0, size)
          .slice()
          .sort((x, y) => x - y),
      )
    },
  }
}

// Median, 99th percentile and quartiles of `run(query)`, or of the promise it gives, in ms over `queries`, after a warm-up.
export async function timed(run, queries, warmUp = Math.min(queries.length, 50)) {
  const times = []
  for (let i = -warmUp; i < queries.length; i++) {
    const query = queries.at(i),
      started = performance.now()
    const answer = run(query)
    if (answer instanceof Promise) await answer
    if (i >= 0) times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))]
  return { p50: at(0.5), p99: at(0.99), p25: at(0.25), p75: at(0.75) }
}

export const queriesOf = ({ queries, dim, queryCount }) =>
  Array.from({ length: queryCount }, (_, i) => queries.slice(i * dim, (i + 1) * dim))

export function recallOf(found, exact) {
  const set = new Set(exact)
  return found.reduce((hits, item) => hits + set.has(item), 0) / exact.length
}
