// Workloads for the vector benchmarks: recommender item vectors with the spectrum and the norms of trained ones.
//
//   W0  12,103 items, flat norms (a sequence model's item table)
//   W1  40,981 items: gowalla_items.npy where the shared data is at hand, else generated with a like spectrum
//   W2  100,000, W3 1,000,000 and W4 10,000,000 items drawn from W1: two random rows mixed (.5 to .95), noise of W1's covariance (.35),
//       the first row's norm kept within 10 %
//
// Rows come in no order of use, as a data team's table would; openIndex lays them out as the builder does. All seeded.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const DIM = 64
export const sizes = { W0: 12_103, W1: 40_981, W2: 100_000, W3: 1_000_000, W4: 10_000_000 }

// mulberry32: a seeded generator of uniforms in [0, 1).
export function uniforms(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export function normals(random) {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Draws rows of `dim` numbers, each around one of so many centres. */
export function aroundCentres(random, dim, centres) {
  const normal = normals(random)
  const centre = Float32Array.from({ length: centres * dim }, normal)
  return () => {
    const c = Math.floor(centres * random())
    return Float32Array.from({ length: dim }, (_, d) => centre[c * dim + d] + 0.6 * normal())
  }
}

export function readNpy(path) {
  const file = readFileSync(path)
  const start = 10 + file.readUInt16LE(8)
  const shape = /'shape': \((\d+), (\d+)\)/.exec(file.toString('latin1', 10, start))
  if (!shape) throw new Error(`${path}: expected a matrix`)
  const [rows, columns] = [Number(shape[1]), Number(shape[2])]
  return {
    rows,
    columns,
    data: new Float32Array(file.buffer.slice(file.byteOffset + start, file.byteOffset + start + rows * columns * 4)),
  }
}

export const dataFolder = process.env.MARTELLO_DATA ?? join(import.meta.dirname ?? '.', '../../../shared/data')

// Rows of a decaying spectrum with log-normal norms, and queries like them: what implicit ALS gives.
function generated(count, queryCount) {
  const random = uniforms(11),
    normal = normals(random)
  const draw = (n) => {
    const rows = new Float32Array(n * DIM)
    for (let i = 0; i < n; i++) {
      const norm = Math.exp(0.6 * normal())
      let square = 0
      for (let d = 0; d < DIM; d++) {
        rows[i * DIM + d] = normal() / Math.sqrt(1 + d / 8)
        square += rows[i * DIM + d] ** 2
      }
      for (let d = 0; d < DIM; d++) rows[i * DIM + d] *= norm / Math.sqrt(square)
    }
    return rows
  }
  return { items: draw(count), queries: draw(queryCount), from: 'generated' }
}

function base() {
  const path = join(dataFolder, 'embeddings/gowalla_items.npy')
  if (!existsSync(path)) return generated(sizes.W1, 1000)
  return { items: readNpy(path).data, queries: readNpy(path.replace('_items', '_queries')).data, from: 'gowalla' }
}

const normOf = (rows, i) => Math.hypot(...rows.subarray(i * DIM, i * DIM + DIM))

// `count` rows drawn from `rows`; `flat` gives them one norm within 10 % instead of the first row's.
function drawn(rows, count, seed, flat) {
  const random = uniforms(seed),
    normal = normals(random)
  const n = rows.length / DIM
  const norms = Float64Array.from({ length: n }, (_, i) => normOf(rows, i))
  const out = new Float32Array(count * DIM)
  const mixed = new Float64Array(DIM),
    noise = new Float64Array(DIM)
  for (let i = 0; i < count; i++) {
    const a = Math.floor(random() * n),
      b = Math.floor(random() * n),
      share = 0.5 + 0.45 * random()
    noise.fill(0)
    for (let j = 0; j < 6; j++) {
      // a random sum of directions has their covariance
      const c = Math.floor(random() * n),
        weight = normal() / norms[c]
      for (let d = 0; d < DIM; d++) noise[d] += weight * rows[c * DIM + d]
    }
    let mixedSquare = 0,
      noiseSquare = 0
    for (let d = 0; d < DIM; d++) {
      mixed[d] = share * rows[a * DIM + d] + (1 - share) * rows[b * DIM + d]
      mixedSquare += mixed[d] ** 2
      noiseSquare += noise[d] ** 2
    }
    const scale = 0.35 * Math.sqrt(mixedSquare / noiseSquare)
    let square = 0
    for (let d = 0; d < DIM; d++) square += (mixed[d] += scale * noise[d]) ** 2
    const norm = (flat ? 2 : norms[a]) * (0.9 + 0.2 * random())
    for (let d = 0; d < DIM; d++) out[i * DIM + d] = (mixed[d] * norm) / Math.sqrt(square)
  }
  return out
}

// The row numbers by falling norm, the order in which the builder lays out a bundle of embeddings.
export function byFallingNorm({ rows, count, dim }) {
  const squares = new Float32Array(count)
  for (let i = 0; i < count; i++) for (let d = 0; d < dim; d++) squares[i] += rows[i * dim + d] ** 2
  return Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => squares[b] - squares[a] || a - b)
}

// { name, count, dim, rows, queries, queryCount, from }
export function workload(name) {
  const { items, queries, from } = base()
  const rows = name === 'W1' ? items : drawn(items, sizes[name], 100 + Number(name[1]), name === 'W0')
  return { name, count: sizes[name], dim: DIM, rows, queries, queryCount: queries.length / DIM, from }
}
