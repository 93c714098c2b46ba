/** martello eval: the quality of a whole bundle on held-out events, or the retrieval of its vectors against exact search. */
import { performance } from 'node:perf_hooks'
import { complement, reportOf } from './complement.js'
import { holdoutRemarks } from './holdout.js'
import { Measures } from './measures.js'
import { openBundle } from './open.js'
import { flag, needed, parse, text, UsageError, whole, type Values } from './options.js'
import { Bar } from './progress.js'
import { p50p99 } from './timing.js'
import { targetsOf, type Targets } from './targets.js'
import { coreOf } from '../build/core.js'
import { readRecord, sectionsOf } from '../build/inspect.js'
import { computedColumns, idsOf, logOptions } from '../build/reading.js'
import { Learn } from '../learn/learn.js'
import { METRIC } from '../generated/numbers.js'
import { InputError, readEmbeddings, readInteractions, type Interactions } from '../read/index.js'
import type { Recommender } from '../entry/node.js'

const USAGE = `martello eval BUNDLE --holdout F --history F [--k 20] [--sources [--people 20000]] [--json]
martello eval BUNDLE --queries Q.npy --embeddings F.npy [--ids F] [--k 100] [--json]

  The first gives each user's history to the bundle and counts how many held-out items come back. Events of weight 0 or
  less are no targets, nor are items of the history; users with nothing left to find are counted apart. --sources also
  says how the sources complement each other: each alone, its unique hits, overlaps, and what is lost without it, for as
  many people as --people says, evenly spread over the file (default 20000, which tell a hit rate of .1 to ± .004).
  The second compares the nearest items by the bundle's codes with the exact answer of the float table.`

export async function evaluate(args: string[]): Promise<void> {
  const {
    values,
    positionals: [path],
  } = parse(
    args,
    {
      holdout: { type: 'string' },
      history: { type: 'string', multiple: true },
      queries: { type: 'string' },
      embeddings: { type: 'string' },
      ids: { type: 'string' },
      k: { type: 'string' },
      space: { type: 'string' },
      sources: { type: 'boolean' },
      people: { type: 'string' },
      json: { type: 'boolean' },
    },
    ['BUNDLE'],
    USAGE,
  )
  if (text(values, 'queries') !== undefined) return evaluateRetrieval(path!, values)
  if (text(values, 'holdout') === undefined) throw new UsageError(`--holdout or --queries is missing\n\n${USAGE}`)
  return evaluateQuality(path!, values)
}

async function evaluateQuality(path: string, values: Values): Promise<void> {
  const historyPaths = values['history'] as string[] | undefined
  if (historyPaths === undefined) throw new UsageError(`--history is missing\n\n${USAGE}`)
  const k = whole(values, 'k', 20, 1, 1000)
  const people = whole(values, 'people', 20_000, 1, 2 ** 31)
  const { rec, bytes } = await openBundle(path)
  const record = await readRecord(path, bytes)
  const options = logOptions(record?.config ?? {})
  const history = await readInteractions(historyPaths, { ...options, allowEmpty: true })
  const dateOrder = history.facts?.dateOrder // few days of a holdout may not tell it
  const holdout = await readInteractions([needed(values, 'holdout', USAGE)], {
    ...options,
    ...(dateOrder && { dateOrder }),
  })
  for (const line of holdoutRemarks(record, history, holdout)) process.stderr.write(`${line}\n`)
  const { asked, counts } = targetsOf(await coreOf(bytes), history, holdout)
  if (asked.length === 0) throw nobodyLeft(needed(values, 'holdout', USAGE), holdout, counts)
  const bar = new Bar(flag(values, 'json'))
  const [sums] = (await Measures.start(k, 1)) as [Measures]
  const recommended = new Set<string>()
  const times: number[] = []
  asked.forEach(({ events, held, now }, done) => {
    const before = performance.now()
    const { items } = rec.recommend({ history: events, k, ...(now !== undefined && { now }) })
    times.push(performance.now() - before)
    const ids = items.map((item) => item.id)
    for (const id of ids) recommended.add(id)
    sums.add(ids, held)
    if (done % 500 === 0) bar.update('evaluating', done, asked.length)
  })
  const sources = flag(values, 'sources')
    ? await complement(bytes, rec.sources, asked, k, people, (done, total) =>
        bar.update('comparing sources', done, total),
      )
    : null
  bar.stop()
  const figures = {
    users: asked.length,
    k,
    ...sums.means(asked.length),
    coverage: recommended.size / Math.max(1, rec.items),
    bundle_bytes: bytes.length,
    ...p50p99(times),
    ...counts,
    ...(sources !== null && { sources }),
  }
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify(figures)}\n`)
  else
    process.stdout.write(
      `${asked.length} users, k = ${k}: recall ${figures.recall.toFixed(4)}, ndcg ${figures.ndcg.toFixed(4)}, hit rate ${figures.hit_rate.toFixed(4)}, mrr ${figures.mrr.toFixed(4)}, coverage ${figures.coverage.toFixed(4)}\n` +
        `${figures.bundle_bytes} bytes; recommend p50 ${figures.p50_ms.toFixed(3)} ms, p99 ${figures.p99_ms.toFixed(3)} ms\n` +
        `${counts.users_without_history} users without history, ${counts.held_out_unknown} held-out items not in the bundle (misses)\n` +
        `left out: ${counts.held_out_disliked} held-out events that weigh 0 or less, ${counts.held_out_already_in_history} of items in the history; ` +
        `${counts.users_without_targets} users with nothing left to find\n${sources === null ? '' : `\n${reportOf(sources)}`}`,
    )
}

/** Means over nobody would read as a bundle that finds nothing. */
const nobodyLeft = (file: string, { rows, userIds }: Interactions, counts: Targets['counts']) =>
  new InputError(
    { file },
    `nothing left to find for any of ${userIds.length} users: of ${rows} held-out events, ` +
      `${counts.held_out_already_in_history} are of items in the history and ${counts.held_out_disliked} weigh 0 or less`,
    'later events than those of --history, some of items that their users had not met',
  )

const DEPTHS = [100, 200, 300]

async function evaluateRetrieval(path: string, values: Values): Promise<void> {
  const k = whole(values, 'k', 100, 1, 1000)
  const { rec, bytes } = await openBundle(path)
  const ids = text(values, 'ids')
  const tablePath = needed(values, 'embeddings', USAGE)
  const { config = {} } = (await readRecord(path, bytes)) ?? {}
  const table = await readEmbeddings(tablePath, {
    ...(ids !== undefined && { ids }),
    columns: computedColumns(config, 'embeddings'),
    ...idsOf(config),
  })
  const queriesPath = needed(values, 'queries', USAGE)
  const queries = await readEmbeddings(queriesPath)
  if (queries.dim !== table.dim)
    throw new InputError({ file: queriesPath }, `${queries.dim} columns`, `${table.dim}, as in ${tablePath}`)
  const space = text(values, 'space') ?? rec.spaces[0]
  if (space === undefined)
    throw new InputError({ file: path }, 'a bundle without vectors', 'one built with --embeddings or --interactions')
  const rowOf = new Uint32Array(rec.items).fill(0xffffffff)
  table.ids.forEach((id, row) => {
    const item = rec.number(id)
    if (item !== undefined) rowOf[item] = row
  })
  const missing = table.ids.find((id) => rec.number(id) === undefined)
  if (missing !== undefined)
    throw new InputError(
      { file: tablePath },
      `id "${missing}"`,
      'ids that are in the bundle (is --ids the same as in the build?)',
    )
  const query = (q: number) => queries.vectors.subarray(q * queries.dim, (q + 1) * queries.dim)
  const sections = (await sectionsOf(bytes)).filter(
    (s) => s.name === space && ['space', 'base', 'layer'].includes(s.kind),
  )
  const exact = await exactAnswers(table.vectors, table.dim, rowOf, queries.rows, query, rec.metricOf(space), k)
  const layers = []
  for (let layer = 0; layer <= rec.layersOf(space); layer++) {
    const used = sections.filter((s) => s.kind !== 'layer' || s.part < layer)
    const figures = measure(rec, space, layer, queries.rows, query, exact, k)
    layers.push({
      name: layer === 0 ? 'base' : `layer ${layer}`,
      bytes_per_item: used.reduce((sum, s) => sum + Math.ceil(s.bytes / 64) * 64, 0) / rec.items,
      ...figures,
    })
  }
  const report = { items: rec.items, dim: table.dim, k, queries: queries.rows, layers }
  if (flag(values, 'json')) process.stdout.write(`${JSON.stringify(report)}\n`)
  else
    for (const l of layers)
      process.stdout.write(
        `${l.name.padEnd(8)} ${l.bytes_per_item.toFixed(2)} bytes/item, recall@${k} ${l.recall.toFixed(4)}, in the first ${DEPTHS.map((d) => `${d}: ${l.recall_at[d]!.toFixed(4)}`).join(', ')}; p50 ${l.p50_ms.toFixed(3)} ms, p99 ${l.p99_ms.toFixed(3)} ms\n`,
      )
}

async function exactAnswers(
  vectors: Float32Array,
  dim: number,
  rowOf: Uint32Array,
  count: number,
  query: (q: number) => Float32Array,
  metric: keyof typeof METRIC,
  k: number,
): Promise<Uint32Array[]> {
  const learn = await Learn.start()
  return learn.with([vectors, rowOf], (rowsAt, rowOfAt) => {
    const rows = learn.make('mt_make_rows', rowsAt, vectors.length / dim, rowOf.length, rowOfAt)
    const items = learn.take(4 * k)
    const scores = learn.take(4 * k)
    const found = learn.take(4)
    return Array.from({ length: count }, (_, q) =>
      learn.with([query(q)], (at) => {
        learn.call('mt_exact_nearest', rows, dim, METRIC[metric], at, k, items, scores, found)
        return learn.u32(items, learn.u32(found, 1)[0]!).slice()
      }),
    )
  })
}

function measure(
  rec: Recommender,
  space: string,
  layers: number,
  count: number,
  query: (q: number) => Float32Array,
  exact: Uint32Array[],
  k: number,
) {
  const times: number[] = []
  let recall = 0
  const at: Record<number, number> = Object.fromEntries(DEPTHS.map((depth) => [depth, 0]))
  for (let q = 0; q < Math.min(count, 50); q++) rec.nearest(query(q), { k, space, layers }) // warm-up
  for (let q = 0; q < count; q++) {
    const wanted = new Set(exact[q])
    const share = (items: Uint32Array) =>
      items.reduce((sum, item) => sum + (wanted.has(item) ? 1 : 0), 0) / Math.max(1, wanted.size)
    const before = performance.now()
    const { items } = rec.nearest(query(q), { k, space, layers })
    times.push(performance.now() - before)
    recall += share(items)
    for (const depth of DEPTHS)
      at[depth]! += share(rec.nearest(query(q), { k: Math.min(1000, depth), space, layers }).items)
  }
  const mean = (sum: number) => sum / Math.max(1, count)
  return {
    recall: mean(recall),
    recall_at: Object.fromEntries(DEPTHS.map((depth) => [depth, mean(at[depth]!)])) as Record<number, number>,
    ...p50p99(times),
  }
}
