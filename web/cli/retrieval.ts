/** martello eval --queries: the nearest items by a bundle's codes against the exact answer of the float table. */
import { performance } from 'node:perf_hooks'
import { openBundle } from './open.js'
import { flag, needed, text, whole, type Values } from './options.js'
import { evaluateRoot } from './reach.js'
import { evaluateShards } from './shards.js'
import { p50p99 } from './timing.js'
import { readRecord, sectionsOf } from '../build/inspect.js'
import { computedColumns, idsOf } from '../build/reading.js'
import { Learn } from '../learn/learn.js'
import { METRIC } from '../generated/numbers.js'
import { InputError, openRows, readEmbeddings } from '../read/index.js'
import { MartelloError, Recommender } from '../entry/node.js'

const DEPTHS = [100, 200, 300]

export async function evaluateRetrieval(path: string, values: Values, usage: string): Promise<void> {
  const k = whole(values, 'k', 100, 1, 1000)
  const ids = text(values, 'ids')
  const tablePath = needed(values, 'embeddings', usage)
  const root = /^https?:/.test(path) ? await rootAt(path) : null
  const { rec, bytes } = root ?? (await openBundle(path))
  const record = (await readRecord(path, bytes)) ?? {}
  const { config = {} } = record
  const reading = {
    ...(ids !== undefined && { ids }),
    columns: computedColumns(config, 'embeddings'),
    ...idsOf(config),
  }
  const all = await sectionsOf(bytes)
  if (all.some(({ kind }) => kind === 'lists')) {
    const queries = await readEmbeddings(needed(values, 'queries', usage))
    const size = (...kinds: string[]) => all.filter(({ kind }) => kinds.includes(kind)).map((one) => Math.ceil(one.bytes / 64) * 64) // prettier-ignore
    const layerBytes = [size('space', 'base').reduce((sum, one) => sum + one, 0), ...size('layer')]
    const report = await evaluateRoot(path, await openRows(tablePath, reading), queries, k, layerBytes)
    return void process.stdout.write(flag(values, 'json') ? `${JSON.stringify(report)}\n` : rootLines(report))
  }
  const { shards = 0 } = (record as { split?: { shards?: number } }).split ?? {}
  if (shards > 0) {
    const queries = await readEmbeddings(needed(values, 'queries', usage))
    const report = await evaluateShards(path, shards, await openRows(tablePath, reading), queries, k)
    const [{ recall, p50_ms, p99_ms }] = report.layers
    return void process.stdout.write(
      flag(values, 'json')
        ? `${JSON.stringify(report)}\n`
        : `${report.items} items in ${shards} shards: recall@${k} ${recall.toFixed(4)}; all of them one behind the other p50 ${p50_ms.toFixed(1)} ms, p99 ${p99_ms.toFixed(1)} ms\n`,
    )
  }
  const table = await readEmbeddings(tablePath, reading)
  const queriesPath = needed(values, 'queries', usage)
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
  const sections = all.filter((s) => s.name === space && ['space', 'base', 'layer'].includes(s.kind))
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

/** The root of a split catalogue on a static host. */
async function rootAt(url: string): Promise<{ rec: Recommender; bytes: Uint8Array }> {
  const rec = await Recommender.open(url)
  const response = await fetch(url)
  if (!response.ok) throw new MartelloError(`${url} answered ${response.status}, expected a bundle`)
  return { rec, bytes: new Uint8Array(await response.arrayBuffer()) }
}

function rootLines({
  k,
  items,
  layers,
  root,
  cold,
  warm,
  ...fetched
}: Awaited<ReturnType<typeof evaluateRoot>>): string {
  const { recall } = layers.at(-1)!
  const ms = (times: { p50_ms: number; p99_ms: number }) => `p50 ${times.p50_ms.toFixed(1)} ms, p99 ${times.p99_ms.toFixed(1)} ms` // prettier-ignore
  return (
    `${items} items; the root alone: recall@${k} ${root.recall.toFixed(4)}, ${ms(root)}\n` +
    `with lists: recall@${k} ${recall.toFixed(4)}; a cold query fetches ${(fetched.bytes_fetched / 1e3).toFixed(0)} KB in ${fetched.requests.toFixed(1)} requests (at most ${(fetched.most.bytes / 1e3).toFixed(0)} KB in ${fetched.most.requests})\n` +
    `cold ${ms(cold)}; with its lists here ${ms(warm)}\n`
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
