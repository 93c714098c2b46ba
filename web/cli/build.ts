/** martello build: from files to a bundle. */
import { performance } from 'node:perf_hooks'
import { Bar } from './progress.js'
import { flag, many, moment, needed, parse, text, UsageError, whole } from './options.js'
import { build } from '../build/build.js'
import { logColumns, readConfig } from '../build/config.js'
import { withValues } from '../build/sections/features.js'
import { before } from '../build/log.js'
import { readPolicy } from '../build/policy.js'
import { readRanker } from '../build/models/ranker.js'
import { readTower } from '../build/models/tower.js'
import { checkWritable, writeAtomically } from '../build/write.js'
import { InputError, readCampaigns, readEmbeddings, readGraph, readInteractions, readItems } from '../read/index.js'

const USAGE = `martello build -o OUT [--interactions F]… [--items F]… [--embeddings F.npy [--ids F]] [--user-tower F.onnx]
               [--graph F]… [--campaigns F]… [--ranker MODEL] [--policy F.json] [--config F.json] [--until TIME] [--seed N]
               [--quiet] [--json]

  -o, --output       the bundle to write; it appears whole or not at all
  --interactions     a log: user_id, item_id, optional rating, event, timestamp; may be given several times
  --items            a catalogue: item_id, optional title; other columns are attributes, | separates many values
  --embeddings       item vectors, one a row; --ids names the rows, one id a line (default: the row number from 0)
  --graph            a knowledge graph: head, relation, tail; heads and tails that are item ids are items, others entities
  --campaigns        lists that people make, each a source: item_id, optional list, weight or position, start, end
  --ranker           orders the best candidates: a LightGBM or XGBoost model of the bundle's features (martello features), or
                     an ONNX model of candidates, features and histories
  --user-tower       an ONNX model that makes a query of the embeddings' space from a history; see config key "tower"
  --policy           JSON: weights, quotas, fading and merging of sources as you decide; dist/policy.schema.json
  --config           JSON: how to read and train; dist/config.schema.json
  --until            only events before this time (seconds, or a date): the rest is kept for martello features --since
  --seed             default 1; the same inputs and seed give the same bytes
  --json             the build record on stdout`

export async function buildCommand(args: string[]): Promise<void> {
  const { values } = parse(
    args,
    {
      output: { type: 'string', short: 'o' },
      interactions: { type: 'string', multiple: true },
      items: { type: 'string', multiple: true },
      embeddings: { type: 'string' },
      ids: { type: 'string' },
      graph: { type: 'string', multiple: true },
      campaigns: { type: 'string', multiple: true },
      'user-tower': { type: 'string' },
      ranker: { type: 'string' },
      policy: { type: 'string' },
      config: { type: 'string' },
      seed: { type: 'string' },
      until: { type: 'string' },
      quiet: { type: 'boolean' },
      json: { type: 'boolean' },
    },
    [],
    USAGE,
  )
  const output = needed(values, 'output', USAGE)
  const logs = many(values, 'interactions')
  const catalogues = many(values, 'items')
  const vectors = text(values, 'embeddings')
  const ids = text(values, 'ids')
  if (logs.length + catalogues.length === 0 && vectors === undefined)
    throw new UsageError(`One of --interactions, --items or --embeddings is needed\n\n${USAGE}`)
  if (ids !== undefined && vectors === undefined) throw new UsageError(`--ids needs --embeddings\n\n${USAGE}`)
  await checkWritable(output)
  const seed = whole(values, 'seed', 1, 0, 0xffffffff)
  const policyPath = text(values, 'policy')
  const policy = policyPath === undefined ? {} : await readPolicy(policyPath)
  const configPath = text(values, 'config')
  const config = configPath === undefined ? {} : await readConfig(configPath)
  const until = moment(values, 'until')
  const rankerPath = text(values, 'ranker')
  const ranker = rankerPath === undefined ? null : await readRanker(rankerPath, config.ranker)
  const towerPath = text(values, 'user-tower')
  if (towerPath !== undefined && vectors === undefined)
    throw new UsageError(`--user-tower needs --embeddings, the space that it asks\n\n${USAGE}`)
  const tower = towerPath === undefined ? null : await readTower(towerPath, config.tower)
  const started = performance.now()
  const bar = new Bar(flag(values, 'quiet'))
  try {
    if (config.kinds !== undefined && catalogues.length === 0)
      throw new InputError({ file: configPath!, part: 'key "kinds"' }, 'no --items', 'a catalogue with these columns')
    const reading = (path: string) => (done: number, total: number) => bar.update(`reading ${path}`, done, total)
    const pick = <K extends 'columns' | 'kinds'>(key: K) => (config[key] === undefined ? {} : { [key]: config[key] })
    const log =
      logs.length === 0
        ? null
        : await readInteractions(logs, { columns: logColumns(config), onProgress: reading(logs[0]!) })
    const interactions = log === null || until === undefined ? log : before(log, until)
    if (config.context !== undefined) config.context = await withValues(config.context, logs)
    const items =
      catalogues.length === 0
        ? null
        : await readItems(catalogues, { ...pick('columns'), ...pick('kinds'), onProgress: reading(catalogues[0]!) })
    const embeddings =
      vectors === undefined
        ? null
        : await readEmbeddings(vectors, { ...(ids === undefined ? {} : { ids }), onProgress: reading(vectors) })
    const graphs = many(values, 'graph')
    const graph = graphs.length === 0 ? null : await readGraph(graphs, { onProgress: reading(graphs[0]!) })
    const lists = many(values, 'campaigns')
    const campaigns = lists.length === 0 ? null : await readCampaigns(lists, pick('columns'))
    for (const file of [...(interactions?.files ?? []), ...(items?.files ?? [])])
      bar.say(
        `${file.path}: ${file.rows} rows, ${Object.entries(file.columns)
          .map(([part, column]) => (part === column ? part : `${part} = "${column}"`))
          .join(', ')}`,
      )
    const built = await build(
      { interactions, items, embeddings, campaigns, graph, tower, ranker },
      config,
      seed,
      { say: (line) => bar.say(line), stage: (name, done, total) => bar.update(name, done, total) },
      policy,
    ).catch((error: unknown) => {
      throw named(error, { config: configPath, policy: policyPath })
    })
    await writeAtomically(output, built.bytes).catch((error: NodeJS.ErrnoException) => {
      throw new InputError({ file: output }, error.code ?? error.message, 'a place that can be written')
    })
    const seconds = (performance.now() - started) / 1000
    bar.say(
      `${output}: ${built.record.items} items, ${megabytes(built.bytes.length)}, built in ${seconds.toFixed(1)} s`,
    )
    if (flag(values, 'json'))
      process.stdout.write(`${JSON.stringify({ ...built.record, bytes: built.bytes.length, seconds })}\n`)
  } finally {
    bar.stop()
  }
}

/** The builder does not know where its config and policy came from; people do. */
function named(error: unknown, paths: Readonly<Record<string, string | undefined>>): unknown {
  if (!(error instanceof InputError)) return error
  const path = paths[error.place.file]
  return path === undefined ? error : new InputError({ ...error.place, file: path }, error.found, error.expected)
}

export const megabytes = (bytes: number) =>
  bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} KB` : `${(bytes / 1e6).toFixed(2)} MB`
