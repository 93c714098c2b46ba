/** martello split: from a bundle or a table of vectors to a root and lists, for a static host. */
import { performance } from 'node:perf_hooks'
import { mkdir } from 'node:fs/promises'
import { megabytes, peakMemory } from './memory.js'
import { few } from './inputs.js'
import { openBundle } from './open.js'
import { flag, many, needed, parse, text, UsageError, whole, type Options, type Values } from './options.js'
import { Bar } from './progress.js'
import { readConfig, type Config } from '../build/config.js'
import { computedColumns, idsOf, itemOptions } from '../build/reading.js'
import type { Progress } from '../build/progress.js'
import { splitBundle } from '../build/split/bundle.js'
import { columnsFor, NO_COLUMNS, type Columns } from '../build/split/columns.js'
import type { SplitOptions } from '../build/split/plan.js'
import { shardBundle } from '../build/split/shards.js'
import { ROOT, split, type Share } from '../build/split/split.js'
import { Learn } from '../learn/learn.js'
import { InputError, openRows, quoteList, readItems, together, type VectorRows } from '../read/index.js'
import { writeError } from '../read/whole.js'

const USAGE = `martello split BUNDLE -o DIR [--lists N | --shards N] [--seed N] [--quiet] [--json]
martello split --embeddings F [--ids F] [--items F…] -o DIR [--lists N | --shards N] [--jobs I/N] [--config F.json] [--seed N] [--quiet] [--json]

  The first cuts a bundle that is too large for a page, with all that it knows of its items. The second takes a table of any length.

  --embeddings   item vectors, as martello build takes them; .npy and tables may be larger than memory
  --ids          ids of a matrix's rows, one a line (default: the row number from 0)
  --items        text and attributes of the items, as martello build takes them; they are fetched with them
  -o, --output   a folder, for any static host that answers ranges: ${ROOT}, which pages open, and files of lists
  --lists        about so many lists (default: of some 31 KB each)
  --shards       so many shards instead: bundles that servers hold, and that are asked together (martello/shards)
  --jobs         I/N: only share I, from 1, of the files, so that N machines make one catalogue in one folder; the last one to end
                 writes ${ROOT}
  --config       JSON: "metric", "layers", "subspaces", "columns", and how --items is read: "kinds", "keep" and so on
  --json         items, lists, files, bytes, seconds and peak_memory, on stdout

A run of the second that was stopped goes on where it was when it is started again.`

const ALL: Share = { job: 0, of: 1 }
/** Of the config. */
const USED = ['metric', 'layers', 'subspaces', 'columns', 'ids']
const OF_ITEMS = ['kinds', 'separators', 'keep', 'decimals', 'dates', 'missing', 'quote', 'html', 'skip']

const OPTIONS: Options = {
  embeddings: { type: 'string' },
  ids: { type: 'string' },
  items: { type: 'string', multiple: true },
  output: { type: 'string', short: 'o' },
  lists: { type: 'string' },
  shards: { type: 'string' },
  jobs: { type: 'string' },
  config: { type: 'string' },
  seed: { type: 'string' },
  quiet: { type: 'boolean' },
  json: { type: 'boolean' },
}
/** What says how a table is read and cut. */
const OF_TABLES = ['ids', 'items', 'jobs', 'config']

export async function splitCommand(args: string[]): Promise<void> {
  const isTable = args.some((arg) => /^--embeddings(=|$)/.test(arg))
  const { values, positionals } = parse(args, OPTIONS, isTable ? [] : ['[BUNDLE]'], USAGE)
  const [path] = positionals
  if (!isTable && path === undefined) throw new UsageError(`BUNDLE or --embeddings is missing\n\n${USAGE}`)
  const folder = needed(values, 'output', USAGE)
  const lists = text(values, 'lists') === undefined ? undefined : whole(values, 'lists', 1, 1, 10_000_000)
  const seed = whole(values, 'seed', 1, 0, 0xffffffff)
  const options = { seed, ...(lists !== undefined && { lists }) }
  const bar = new Bar(flag(values, 'quiet'))
  const progress: Progress = {
    say: (line) => bar.say(line),
    stage: (name, done, total) => bar.update(name, done, total),
  }
  const started = performance.now()
  try {
    const making = path === undefined ? ofTable(values, folder, options, bar, progress) : ofBundle(path, values, folder, options, progress) // prettier-ignore
    const {
      share = ALL,
      shards = 0,
      ...report
    } = await making.catch((error: unknown) => {
      throw writeError(folder, error) // a disk that is full, say
    })
    const seconds = (performance.now() - started) / 1000
    const peak = peakMemory()
    const { root, lists } = report.bytes
    const others = shards === 0 ? `${report.lists} lists (${megabytes(lists)} in ${report.files} files)` : `${report.files} shards of ${megabytes(lists / report.files)}` // prettier-ignore
    bar.say(
      report.whole
        ? `${folder}/${ROOT}: ${report.items} items, ${report.head} of them in the root of ${megabytes(root)}, the others in ${others}; ${seconds.toFixed(1)} s with ${megabytes(peak)} of memory`
        : `${folder}: share ${share.job + 1} of ${share.of} is done; ${ROOT} is written by the job that ends last`,
    )
    if (flag(values, 'json')) process.stdout.write(`${JSON.stringify({ ...report, seconds, peak_memory: peak })}\n`)
  } finally {
    bar.stop()
  }
}

async function ofBundle(path: string, values: Values, folder: string, options: SplitOptions, progress: Progress) {
  const unused = OF_TABLES.find((name) => values[name] !== undefined)
  if (unused !== undefined)
    throw new UsageError(`--${unused}: found it beside a bundle, expected it beside --embeddings: a bundle has its ids, items and choices`) // prettier-ignore
  const shards = shardsIn(values, options)
  const { bytes } = await openBundle(path)
  await folderFor(folder)
  if (shards !== undefined)
    return { ...(await shardBundle(path, bytes, folder, { ...options, shards }, progress)), share: ALL, shards }
  return { ...(await splitBundle(path, bytes, folder, options, progress)), share: ALL, shards: 0 }
}

async function ofTable(values: Values, folder: string, options: SplitOptions, bar: Bar, progress: Progress) {
  const path = needed(values, 'embeddings', USAGE)
  const shards = shardsIn(values, options)
  const share = shareOf(text(values, 'jobs'))
  const configPath = text(values, 'config')
  const config = configPath === undefined ? {} : await readConfig(configPath)
  const { metric, layers, subspaces } = config
  const ids = text(values, 'ids')
  const source = await openRows(path, {
    ...(ids !== undefined && { ids }),
    columns: computedColumns(config, 'embeddings'),
    ...idsOf(config),
  })
  const catalogues = many(values, 'items')
  const used = catalogues.length === 0 ? USED : [...USED, ...OF_ITEMS]
  const unused = Object.keys(config).filter((key) => !used.includes(key))
  if (unused.length > 0) bar.say(`look: config: split does not ask for ${quoteList(unused)}`)
  source.remarks.forEach((line) => bar.say(line))
  await folderFor(folder)
  const columns = catalogues.length === 0 ? NO_COLUMNS : await readColumns(catalogues, source, config, bar)
  const report = await split(
    source,
    folder,
    {
      ...options,
      ...(shards !== undefined && { shards }),
      ...(metric && { metric }),
      ...(layers !== undefined && { layers: layers === 'f32' ? [32] : layers }),
      ...(subspaces && { subspaces }),
    },
    progress,
    share,
    columns,
  )
  return { ...report, share, shards: shards ?? 0 }
}

function shardsIn(values: Values, { lists }: SplitOptions): number | undefined {
  const shards = text(values, 'shards') === undefined ? undefined : whole(values, 'shards', 1, 1, 1000)
  if (lists !== undefined && shards !== undefined)
    throw new UsageError(
      '--lists, --shards: found both, expected one: lists are fetched by pages, shards answer from servers',
    )
  return shards
}

const folderFor = (folder: string) =>
  mkdir(folder, { recursive: true }).catch((error: Error) => {
    throw new InputError({ file: folder }, error.message, 'a folder, or a place for one')
  })

async function readColumns(paths: string[], source: VectorRows, config: Config, bar: Bar): Promise<Columns> {
  const errors: InputError[] = []
  const onProgress = (done: number, total: number, rows?: number) => bar.update(`reading ${paths[0]}`, done, total, rows) // prettier-ignore
  const items = await readItems(paths, { ...itemOptions(config), onError: few(errors), onProgress })
  if (errors.length > 0) throw together(errors)
  return columnsFor(await Learn.start(), items, source, config, (line) => bar.say(line))
}

function shareOf(said: string | undefined): Share {
  if (said === undefined) return ALL
  const [, job, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(said) ?? []
  if (job === undefined || +job < 1 || +job > +of!)
    throw new UsageError(`--jobs: found "${said}", expected I/N, such as 1/4, I from 1 to N`)
  return { job: +job - 1, of: +of! }
}
