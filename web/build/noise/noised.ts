/**
 * The tables of a log that a bundle is built of where there is to be noise (config key `noise`), what each of them costs, and as lists of
 * neighbours: all that is made of noised sums is free.
 */
import type { Neighbours, Pairs, Popularity } from '../../read/index.js'
import type { Config } from '../config.js'
import type { Recipe } from '../recipe.js'
import { leastPeople } from '../single.js'
import type { Log } from '../training.js'
import { epsilonOf, hidingThreshold, quietThreshold, rhoOf } from './budget.js'
import { DELTA, ITEMS, type Noise, type NoisedTable, type TableName } from './config.js'
import type { Below } from './gaussian.js'
import { newestItems, released, rowOf, UNIT, type Release, type Sum } from './tables.js'

/** How what is spent is divided; without a table the others have its part. What is popular is what small logs can tell. */
const SHARES: Record<TableName, number> = { popularity: 0.5, pairs: 0.25, steps: 0.25 }
/** Items whose pairs are known beforehand: more have too many to draw noise for each. */
const MOST_KNOWN = 2000
/** The items of the person that noise is shown by. */
export const SHOWN = 20

export interface NoisePlan {
  epsilon: number
  delta: number
  items: number
  tables: readonly TableName[]
  /** Sums that fewer people made are not in, by more than noise. */
  people: number
  /** Whether it is known beforehand which items there are: those of the catalogue. */
  isKnown: boolean
}

/** `isTimed`: whether the log says what comes after what. */
export function planFor(config: Config, isTimed: boolean, isKnown: boolean): NoisePlan {
  const { epsilon, delta = DELTA, items = ITEMS } = config.noise!
  const { i2i, next } = config.sources ?? {}
  const tables: TableName[] = ['popularity', ...(i2i === false ? [] : ['pairs' as const]), ...(next === false || !isTimed ? [] : ['steps' as const])] // prettier-ignore
  return { epsilon, delta, items, tables, people: leastPeople(config), isKnown }
}

/** The tables of a log. `ids`: of its items. */
export interface Noised {
  popularity: Popularity
  /** `i2i` and `next`, as far as there is to be such a table; one may be empty. */
  neighbours: Neighbours
  tables: NoisedTable[]
}

export function tablesOf(log: Log, ids: readonly string[], plan: NoisePlan, recipe: Recipe, below: Below): Noised {
  const { epsilon, delta, items, people, isKnown } = plan
  const rho = rhoOf(epsilon, delta / 2)
  const whole = plan.tables.reduce((sum, name) => sum + SHARES[name], 0)
  const tables: NoisedTable[] = []
  const sums = new Map<TableName, Sum[]>()
  let among: number[] | null = null // the items that are in
  for (const table of plan.tables) {
    const share = SHARES[table] / whole
    const sigma = Math.ceil(UNIT / Math.sqrt(2 * rho * share))
    const isFew: boolean = among === null ? isKnown : among.length <= MOST_KNOWN
    const known: number[] | null = isFew ? (among ?? Array.from({ length: log.items }, (_, item) => item)) : null
    const of = known && cellsAmong(known.length, table)
    const rows = () => Array.from({ length: items }, (_, n) => rowOf(table, n + 1).map(({ weight }) => weight))
    const enough = of === null ? hidingThreshold(rows(), sigma, delta / 2 / plan.tables.length) : quietThreshold(of, sigma) // prettier-ignore
    const release: Release = { table, sigma, threshold: Math.max(enough, people * UNIT), known }
    const made = released(newestItems(log, items, among === null ? undefined : new Set(among)), log.items, release, below) // prettier-ignore
    sums.set(table, made)
    among ??= made.map(({ from }) => from)
    const own = Math.max(...rowOf(table, Math.min(SHOWN, items)).map(({ weight }) => weight))
    const inPeople = { sigma: rounded(sigma / own), threshold: rounded(release.threshold / own) }
    tables.push({ name: table, share, sigma: sigma / UNIT, threshold: release.threshold / UNIT, people: inPeople, kept: made.length, of }) // prettier-ignore
  }
  return { ...byId(log.items, ids, sums, recipe), tables }
}

const cellsAmong = (items: number, table: TableName) =>
  table === 'popularity' ? items : (items * (items - 1)) / (table === 'pairs' ? 2 : 1)

const rounded = (x: number) => Math.round(10 * x) / 10

/** Tables as files would have them, in an order that tells nothing: that of the ids. Neighbours are held back by how popular they are. */
function byId(
  items: number,
  ids: readonly string[],
  sums: ReadonlyMap<TableName, Sum[]>,
  recipe: Recipe,
): Omit<Noised, 'tables'> {
  const met = new Float64Array(items)
  for (const { from, value } of sums.get('popularity')!) met[from] = value / UNIT
  const order = [...met.keys()].filter((item) => met[item]! > 0).sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1))
  const place = new Map(order.map((item, at) => [item, at]))
  const itemIds = order.map((item) => ids[item]!)
  const pairs = (list: readonly Sum[], { key, target }: { key: number; target: number }): Pairs => ({
    key: Uint32Array.from(list, ({ from }) => place.get(from)!),
    target: Uint32Array.from(list, ({ to }) => place.get(to)!),
    weight: Float32Array.from(list, ({ from, to, value }) => (value / UNIT) * met[from]! ** -key * met[to]! ** -target),
  })
  const both = sums.get('pairs')?.flatMap((sum) => [sum, { ...sum, from: sum.to, to: sum.from }])
  const steps = sums.get('steps')
  const sources = new Map<string, Pairs>()
  if (both !== undefined) sources.set('i2i', pairs(both, recipe.neighbours))
  if (steps !== undefined) sources.set('next', pairs(steps, recipe.transitions))
  return {
    popularity: { itemIds, weight: Float64Array.from(order, (item) => met[item]!), files: [] },
    neighbours: { itemIds, sources, files: [] },
  }
}

/** What a bundle of these tables tells. `before`: what the bundle tells that it goes on from. */
export function noiseOf({ epsilon, delta, items }: NoisePlan, tables: NoisedTable[], before?: Noise | null): Noise {
  const rho = rhoOf(epsilon, delta / 2)
  if (!before) return { epsilon, delta, items, rho, tables, altogether: { bundles: 1, rho, delta, epsilon } }
  const { bundles, rho: spent, delta: its } = before.altogether
  const [both, most] = [rho + spent, delta + its]
  const altogether = { bundles: bundles + 1, rho: both, delta: most, epsilon: epsilonOf(both, most / 2) }
  return { epsilon, delta, items, rho, tables, altogether }
}
