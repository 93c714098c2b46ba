/** The inputs of a build as a command line names them: read once, the same way for `build` and for `check`. */
import { many, moment, text, UsageError, type Options, type Values } from './options.js'
import type { Bar } from './progress.js'
import { readConfig, type Config } from '../build/config.js'
import type { Inputs } from '../build/inputs.js'
import { before } from '../build/log.js'
import { readPolicy, type Policy } from '../build/policy.js'
import { readPrevious } from '../build/previous.js'
import { columnsOf, computedColumns, idsOf, itemOptions, logOptions } from '../build/reading.js'
import { withValues } from '../build/sections/features.js'
import { isRegular } from '../read/bytes.js'
import { NoLines, orderExportOf, type OrderExport } from '../read/shops.js'
import {
  InputError,
  InputErrors,
  noteWhatMeets,
  readCampaigns,
  readEmbeddings,
  readGraph,
  readInteractions,
  readItemsOf,
  readNeighbours,
  readPopularity,
  together,
  type Fault,
} from '../read/index.js'

/** What both commands take. */
export const INPUTS: Options = {
  interactions: { type: 'string', multiple: true },
  items: { type: 'string', multiple: true },
  embeddings: { type: 'string' },
  ids: { type: 'string' },
  neighbours: { type: 'string', multiple: true },
  popularity: { type: 'string', multiple: true },
  graph: { type: 'string', multiple: true },
  campaigns: { type: 'string', multiple: true },
  'user-tower': { type: 'string' },
  ranker: { type: 'string' },
  policy: { type: 'string' },
  config: { type: 'string' },
  previous: { type: 'string' },
  until: { type: 'string' },
}

export interface ReadInputs {
  inputs: Inputs
  config: Config
  policy: Policy
  /** What is wrong with files, as far as reading could go on. */
  errors: InputError[]
}

/** Errors: usage. What is wrong with a file is collected, and its input is as good as not given. */
export async function readInputs(values: Values, bar: Bar, usage: string): Promise<ReadInputs> {
  const logs = many(values, 'interactions')
  const catalogues = many(values, 'items')
  const vectors = text(values, 'embeddings')
  const ids = text(values, 'ids')
  const [tables, counts] = [many(values, 'neighbours'), many(values, 'popularity')]
  if (logs.length + catalogues.length + tables.length + counts.length === 0 && vectors === undefined)
    throw new UsageError(
      `One of --interactions, --items, --embeddings, --neighbours or --popularity is needed\n\n${usage}`,
    )
  if (ids !== undefined && vectors === undefined) throw new UsageError(`--ids needs --embeddings\n\n${usage}`)
  const towerPath = text(values, 'user-tower')
  if (towerPath !== undefined && vectors === undefined)
    throw new UsageError(`--user-tower needs --embeddings, the space that it asks\n\n${usage}`)
  const until = moment(values, 'until')

  const errors: InputError[] = []
  const attempt = async <T>(path: string | undefined, read: (path: string) => Promise<T>): Promise<T | null> => {
    if (path === undefined) return null
    try {
      return await read(path)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      errors.push(...(error instanceof InputErrors ? error.errors : [error]))
      return null
    }
  }
  const reading = (path: string) => ({
    onProgress: (done: number, total: number, rows?: number) => bar.update(`reading ${path}`, done, total, rows),
  })

  const policy = (await attempt(text(values, 'policy'), readPolicy)) ?? {}
  const configPath = text(values, 'config')
  const config = (await attempt(configPath, readConfig)) ?? {}
  const { dates } = config
  const onError = few(errors)
  const ofItems = (['kinds', 'separators', 'keep', 'decimals', 'missing', 'html'] as const).find(
    (key) => config[key] !== undefined,
  )
  if (ofItems !== undefined && catalogues.length === 0)
    errors.push(
      new InputError({ file: configPath!, part: `key "${ofItems}"` }, 'no --items', 'a catalogue with these columns'),
    )
  // models are seldom there, and their readers take long to load
  const ranker = await attempt(text(values, 'ranker'), async (path) =>
    (await import('../build/models/ranker.js')).readRanker(path, config.ranker),
  )
  const tower = await attempt(towerPath, async (path) =>
    (await import('../build/models/tower.js')).readTower(path, config.tower),
  )
  if (logs[0] !== undefined && (await isRegular(logs[0]))) {
    const shop = await orderExportOf(logs[0]).catch((error: unknown) => {
      if (error instanceof NoLines) errors.push(error)
      if (error instanceof InputError) return null // which else the log's reader says
      throw error
    })
    if (shop !== null) takeOrders(config, shop, (line) => bar.say(`${logs[0]}: ${line}`))
  }
  const interactions = await attempt(logs[0], async (path) => {
    const log = await readInteractions(logs, { ...logOptions(config), onError, ...reading(path) })
    return until === undefined ? log : before(log, until)
  })
  if (config.context !== undefined && interactions !== null && config.noise === undefined)
    await attempt(logs[0], async () => (config.context = await withValues(config.context!, interactions.files)))
  const items = await attempt(catalogues[0], (path) =>
    readItemsOf(interactions, catalogues, {
      ...itemOptions(config),
      onError,
      ...reading(path),
    }),
  )
  if (interactions !== null && items !== null) await noteWhatMeets(interactions, items, idsOf(config))
  const embeddings = await attempt(vectors, (path) =>
    readEmbeddings(path, {
      ...(ids !== undefined && { ids }),
      columns: computedColumns(config, 'embeddings'),
      ...idsOf(config),
      ...reading(path),
    }),
  )
  const neighbours = await attempt(tables[0], (path) =>
    readNeighbours(tables, { columns: computedColumns(config, 'neighbours'), ...idsOf(config), ...reading(path) }),
  )
  const popularity = await attempt(counts[0], (path) =>
    readPopularity(counts, { columns: computedColumns(config, 'popularity'), ...idsOf(config), ...reading(path) }),
  )
  const graphs = many(values, 'graph')
  const graph = await attempt(graphs[0], (path) => readGraph(graphs, { ...idsOf(config), ...reading(path) }))
  const lists = many(values, 'campaigns')
  const campaigns = await attempt(lists[0], () =>
    readCampaigns(lists, { columns: columnsOf(config, 'campaigns'), ...idsOf(config), ...(dates && { dates }) }),
  )
  const previous = await attempt(text(values, 'previous'), readPrevious)
  const inputs = { interactions, items, embeddings, neighbours, popularity, campaigns, graph, tower, ranker, previous }
  return { inputs, config, policy, errors }
}

/** What a config does not say of an order export. */
function takeOrders(config: Config, { basket, numbered, ...found }: OrderExport, say: (line: string) => void): void {
  const said = columnsOf(config, 'interactions')
  const open = Object.fromEntries(
    Object.entries(found).filter(([part]) => said[part as keyof typeof said] === undefined),
  )
  config.columns = { ...config.columns, interactions: { ...open, ...config.columns?.interactions } }
  config.basket ??= basket
  config.guests ??= true
  config.skip ??= 'rows without ids'
  const taken = Object.entries({ ...open, basket: config.basket }).map(([part, name]) => `${part} "${name}"`)
  say(
    `the orders of a shop, read by their lines: ${taken.join(', ')}; "columns" and "basket" in a config say otherwise`,
  )
  if (numbered !== undefined && config.leaveOut === undefined && said.event === undefined)
    say(
      `"${numbered}" numbers how orders ended, and all count; {"leaveOut":{"${numbered}":[6,7,8]}} in a config leaves out what a PrestaShop as installed calls cancelled, refunded and not paid`,
    )
}

const FEW = 3

/** Takes down the first few errors of each column of each file; the last of them says that there are more. */
export function few(errors: InputError[]): Fault {
  const seen = new Map<string, number>()
  return (error) => {
    const { file, field } = error.place
    const count = (seen.get(`${file} ${field}`) ?? 0) + 1
    seen.set(`${file} ${field}`, count)
    if (count <= FEW) errors.push(error)
    const column = { file, ...(field !== undefined && { field }) }
    if (count === FEW + 1) errors.push(new InputError(column, 'more such cells', error.expected))
  }
}

/** The builder does not know where its config and policy came from; people do. */
export function named(error: InputError, values: Values): InputError {
  if (error instanceof InputErrors) return together(error.errors.map((one) => named(one, values)))
  const { file } = error.place
  const path = file === 'config' || file === 'policy' ? text(values, file) : undefined
  return path === undefined ? error : new InputError({ ...error.place, file: path }, error.found, error.expected)
}
