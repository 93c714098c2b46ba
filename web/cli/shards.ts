/**
 * martello eval --queries of the root of a catalogue in shards: how near all of them together come to the exact answer. They are held by this
 * process, one behind the other, so times are those of one core and no network.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { InputError, type VectorRows } from '../read/index.js'
import { shard } from '../shards/shard.js'
import { Shards } from '../shards/shards.js'
import { exactByBlocks, type Queries } from './reach.js'
import { p50p99 } from './timing.js'

export async function evaluateShards(path: string, shards: number, table: VectorRows, queries: Queries, k: number) {
  const beside = (file: string) => join(dirname(path), file)
  const server = shard((file) => (existsSync(beside(file)) ? beside(file) : null), { open: shards, maxBytes: 2 ** 31 })
  const all = await Shards.open(path, {
    shards: Array.from({ length: shards }, () => server),
    deadline: 600_000,
    hedge: 600_000,
    warm: 600_000,
  })
  const space = all.root.spaces[0]!
  const exact = await exactByBlocks(table, queries, all.root.metricOf(space), k)
  const times: number[] = []
  let [found, wanted, rows] = [0, 0, 0]
  for (const [q, best] of exact.entries()) {
    const vector = queries.vectors.subarray(q * queries.dim, (q + 1) * queries.dim)
    const before = performance.now()
    const near = await all.nearest(vector, { k })
    times.push(performance.now() - before)
    for (const { shard: one, detail } of near.shards.missing)
      throw new InputError(
        { file: path, part: `shard ${one + 1}` },
        detail.replace(/^found /, ''),
        'all files of martello split',
      )
    const ids = new Set(near.ids)
    for (const row of best) found += Number(ids.has(table.id(row)))
    wanted += best.length
    rows += near.shards.rows
  }
  all.close()
  return {
    items: table.rows,
    dim: table.dim,
    k,
    queries: queries.rows,
    shards,
    layers: [{ name: 'shards', recall: found / Math.max(1, wanted), ...p50p99(times) }] as const,
    rows: rows / Math.max(1, queries.rows),
  }
}
