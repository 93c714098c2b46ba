/**
 * martello eval of the root of a catalogue in shards, which this process holds, one behind the other, so that times are those of one core and
 * no network: with --queries how near all of them together come to the exact answer, with --holdout what people find.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { InputError, type VectorRows } from '../read/index.js'
import { shard } from '../shards/shard.js'
import { Shards, type ShardsTrace } from '../shards/shards.js'
import type { Answer } from '../recommender/types.js'
import { Sample } from './figures/sample.js'
import { FIGURES, Measures, named } from './measures.js'
import { exactByBlocks, type Queries } from './reach.js'
import type { Asked } from './targets.js'
import { p50p99 } from './timing.js'

/** The shards that lie beside a root, in this process. */
function shardsBeside(path: string, shards: number): Promise<Shards> {
  const beside = (file: string) => join(dirname(path), file)
  const server = shard((file) => (existsSync(beside(file)) ? beside(file) : null), { open: shards, maxBytes: 2 ** 31 })
  const all = Array.from({ length: shards }, () => server)
  return Shards.open(path, { shards: all, deadline: 600_000, hedge: 600_000, warm: 600_000 })
}

/** Errors: shards that had no part in an answer. */
function allAnswered(path: string, { missing }: ShardsTrace): void {
  for (const { shard: one, detail } of missing)
    throw new InputError({ file: path, part: `shard ${one + 1}` }, detail.replace(/^found /, ''), 'all files of martello split') // prettier-ignore
}

export async function evaluateShards(path: string, shards: number, table: VectorRows, queries: Queries, k: number) {
  const all = await shardsBeside(path, shards)
  const space = all.root.spaces[0]!
  const exact = await exactByBlocks(table, queries, all.root.metricOf(space), k)
  const times: number[] = []
  let [found, wanted, rows] = [0, 0, 0]
  for (const [q, best] of exact.entries()) {
    const vector = queries.vectors.subarray(q * queries.dim, (q + 1) * queries.dim)
    const before = performance.now()
    const near = await all.nearest(vector, { k })
    times.push(performance.now() - before)
    allAnswered(path, near.shards)
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

/** What people of a holdout find: from the root alone, and with all shards. */
export async function evaluateSharded(
  path: string,
  shards: number,
  asked: readonly Asked[],
  k: number,
  progress: (done: number, total: number) => void,
) {
  const all = await shardsBeside(path, shards)
  const [measures] = (await Measures.start(k, 1)) as [Measures]
  const [first, then] = [new Sample(FIGURES.length, 'hits'), new Sample(FIGURES.length, 'hits')]
  const times: number[] = []
  let rows = 0
  for (const [done, { user, events, held, now }] of asked.entries()) {
    if (done % 100 === 0) progress(done, asked.length)
    const request = { history: events, k, ...(now !== undefined && { now }) }
    const figures = (answer: Answer) => measures.of(answer.items.map(({ id }) => id), held).slice() // prettier-ignore
    first.add(user, figures(all.root.recommend(request)))
    const before = performance.now()
    const answer = await all.recommend(request)
    times.push(performance.now() - before)
    allAnswered(path, answer.trace.shards)
    rows += answer.trace.shards.rows
    then.add(user, figures(answer))
  }
  const root = { ...named(first.means()), items: all.root.items }
  all.close()
  return {
    users: asked.length,
    k,
    shards,
    ...named(then.means()),
    intervals: named(then.intervals()),
    rows: rows / Math.max(1, asked.length),
    ...p50p99(times),
    root,
  }
}
