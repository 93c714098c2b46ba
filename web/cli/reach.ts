/**
 * martello eval --queries of the root of a split catalogue: how near it comes to the exact answer, and what of the lists is fetched for that.
 * Each query is cold, as the first of a visit: nothing but the root is here. Then it is asked again, with its lists here.
 */
import { performance } from 'node:perf_hooks'
import { p50p99 } from './timing.js'
import { Recommender } from '../entry/node.js'
import { METRIC } from '../generated/numbers.js'
import { Learn } from '../learn/learn.js'
import { InputError, type VectorRows } from '../read/index.js'

/** Rows that exact answers are found among at a time. */
const BLOCK = 262_144
const DEPTHS = [100, 200, 300]

export interface Queries {
  rows: number
  dim: number
  vectors: Float32Array
}

export async function evaluateRoot(path: string, table: VectorRows, queries: Queries, k: number, layerBytes: number[]) {
  const rec = await Recommender.open(path)
  const head = rec.items
  const space = rec.spaces[0]!
  const query = (q: number) => queries.vectors.subarray(q * queries.dim, (q + 1) * queries.dim)
  const exact = await exactByBlocks(table, queries, rec.metricOf(space), k)
  const wanted = exact.map((rows) => new Set(Array.from(rows, (row) => table.id(row))))
  const depth = rec.layersOf(space)
  const rows = Array.from({ length: depth + 1 }, () => figures())
  const [root, cold, warm]: number[][] = [[], [], []]
  let [rootRecall, bytes, requests] = [0, 0, 0]
  let most = { bytes: 0, requests: 0 }
  await rec.sharpen({ vector: query(0) }) // code is compiled, connections are open
  for (let q = 0; q < queries.rows; q++) {
    const share = (items: Uint32Array) =>
      items.reduce((sum, item) => sum + Number(wanted[q]!.has(rec.id(item)!)), 0) / Math.max(1, wanted[q]!.size)
    await rec.sharpen({ vector: query(q), bytes: 0, keep: 0 })
    let before = performance.now()
    const first = rec.nearest(query(q), { k }).items
    root!.push(performance.now() - before)
    rootRecall += share(first)
    before = performance.now()
    const fetched = await rec.sharpen({ vector: query(q) })
    rec.nearest(query(q), { k })
    cold!.push(performance.now() - before)
    before = performance.now()
    await rec.sharpen({ vector: query(q) })
    rec.nearest(query(q), { k })
    warm!.push(performance.now() - before)
    bytes += fetched.bytes
    requests += fetched.requests
    most = { bytes: Math.max(most.bytes, fetched.bytes), requests: Math.max(most.requests, fetched.requests) }
    rows.forEach((row, layers) => {
      before = performance.now()
      const { items } = rec.nearest(query(q), { k, layers })
      row.times.push(performance.now() - before)
      row.recall += share(items)
      for (const at of DEPTHS) row.at[at]! += share(rec.nearest(query(q), { k: at, layers }).items)
    })
  }
  rec.close()
  const mean = (sum: number) => sum / Math.max(1, queries.rows)
  return {
    items: table.rows,
    dim: table.dim,
    k,
    queries: queries.rows,
    layers: rows.map(({ recall, at, times }, layer) => ({
      name: layer === 0 ? 'base' : `layer ${layer}`,
      bytes_per_item: layerBytes.slice(0, layer + 1).reduce((sum, one) => sum + one, 0) / head,
      recall: mean(recall),
      recall_at: Object.fromEntries(DEPTHS.map((one) => [one, mean(at[one]!)])),
      ...p50p99(times),
    })),
    bytes_fetched: mean(bytes),
    requests: mean(requests),
    most,
    root: { items: head, recall: mean(rootRecall), ...p50p99(root!) },
    cold: p50p99(cold!),
    warm: p50p99(warm!),
  }
}

const figures = () => ({
  recall: 0,
  at: Object.fromEntries(DEPTHS.map((one) => [one, 0])) as Record<number, number>,
  times: [] as number[],
})

/** Rows of the table, best first, for each query: found block by block, so that the table need not be in memory. */
export async function exactByBlocks(
  table: VectorRows,
  queries: Queries,
  metric: keyof typeof METRIC,
  k: number,
): Promise<Uint32Array[]> {
  const { dim } = table
  if (queries.dim !== dim)
    throw new InputError({ file: 'queries' }, `${queries.dim} columns`, `${dim}, as in ${table.path}`)
  const learn = await Learn.start()
  const best = Array.from({ length: queries.rows }, () => ({ rows: [] as number[], scores: [] as number[] }))
  const block = new Float32Array(BLOCK * dim)
  let [held, first] = [0, 0]
  const flush = () => {
    if (held === 0) return
    learn.with(
      [block.subarray(0, held * dim), queries.vectors, new Uint32Array(2 * k + 1)],
      (rowsAt, queriesAt, out) => {
        const rows = learn.make('mt_make_rows', rowsAt, held, held, 0)
        best.forEach((one, q) => {
          learn.call(
            'mt_exact_nearest',
            rows,
            dim,
            METRIC[metric],
            queriesAt + 4 * q * dim,
            k,
            out,
            out + 4 * k,
            out + 8 * k,
          )
          const found = learn.u32(out + 8 * k, 1)[0]!
          const [items, scores] = [learn.u32(out, found), learn.f32(out + 4 * k, found)]
          best[q] = merged(
            one,
            Array.from(items, (item) => first + item),
            Array.from(scores),
            k,
          )
        })
        learn.drop(rows)
      },
    )
    first += held
    held = 0
  }
  for await (const { vectors } of table.pieces()) {
    for (let at = 0; at < vectors.length;) {
      const take = Math.min(vectors.length - at, (BLOCK - held) * dim)
      block.set(vectors.subarray(at, at + take), held * dim)
      held += take / dim
      at += take
      if (held === BLOCK) flush()
    }
  }
  flush()
  return best.map(({ rows }) => Uint32Array.from(rows))
}

/** Of two lists, best first, the k best; of a tie the earlier row. */
function merged(a: { rows: number[]; scores: number[] }, rows: number[], scores: number[], k: number) {
  const out = { rows: [] as number[], scores: [] as number[] }
  for (let [i, j] = [0, 0]; out.rows.length < k && (i < a.rows.length || j < rows.length);) {
    const own = j >= rows.length || (i < a.rows.length && a.scores[i]! >= scores[j]!)
    out.rows.push(own ? a.rows[i]! : rows[j]!)
    out.scores.push(own ? a.scores[i++]! : scores[j++]!)
  }
  return out
}
