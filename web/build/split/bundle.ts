/**
 * Splitting a bundle that has grown too large for a page: a root, which answers at once, and lists of the rest. It is cut in memory and in
 * one go, which takes some seconds.
 *
 *     bundle → vectors → cells → lists → places of all items → files of lists → root
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { SOURCE } from '../../generated/numbers.js'
import { Learn } from '../../learn/learn.js'
import { VERSION } from '../../recommender/version.js'
import { coreOf } from '../core.js'
import { readRecord } from '../inspect.js'
import type { Progress } from '../progress.js'
import { bundle } from '../sections/bundle.js'
import type { Metric } from '../sections/vectors.js'
import { writeAtomically } from '../write.js'
import { cutCell } from './cut.js'
import { writeInTurn, type Filed } from './file.js'
import { writeFind } from './find.js'
import { Cells, floatRows } from './partition.js'
import { BLOCK, FILE_BYTES, planOf, type SplitOptions, type SplitPlan } from './plan.js'
import { rootOf } from './root.js'
import { ROOT, type SplitReport } from './split.js'
import { DIM, directionsOf } from './near.js'
import { Whole } from './whole.js'

/** What `planOf` counts an id as. */
export const ID_BYTES = 7

export async function splitBundle(
  path: string,
  bytes: Uint8Array,
  folder: string,
  options: SplitOptions,
  progress: Progress,
): Promise<SplitReport> {
  const learn = await Learn.start()
  const whole = new Whole(learn, path, bytes)
  const { items, told } = whole.members()
  for (const line of whole.remarks()) progress.say(`look: ${path}: ${line}`)
  progress.stage('reading vectors', 0, 1)
  const { space, dim, metric, vectors } = await vectorsOf(bytes, whole, items)
  const plan = planWith(planOf(items.length, dim, whole.weight - ID_BYTES, { ...options, metric, layers: [] }), told.size) // prettier-ignore
  const catalogue = createHash('sha256').update(JSON.stringify({ martello: VERSION, ...plan })).update(bytes).digest('hex').slice(0, 8) // prettier-ignore
  progress.stage('cutting', 0, 1)
  const isHead = headOf(items, told, plan.head)
  const directions = directionsOf(whole, items, vectors, dim, plan.seed)
  const lists = cut(learn, { ...plan, metric: 'cosine' }, directions, isHead)
  const head = items.filter((_, row) => isHead[row] === 1)
  const placeOf = placesOf(whole.items, head, lists, items)
  const rows = { vectors: vectors ?? directions, dim, norms: normsOf(vectors ?? directions, dim) }
  const filed: Pick<Filed, 'entries' | 'means'>[] = []
  let written = 0
  for (const some of inFiles(lists, whole.weight)) {
    progress.stage('writing lists', written, lists.length)
    const name = `lists-${catalogue}-${filed.length}.bin`
    const bytesOf = (own: Uint32Array) => {
      const of = Uint32Array.from(own, (row) => items[row]!)
      return bundle(learn, of.length, whole.list(of, placeOf[of[0]!]!, placeOf))
    }
    filed.push(await writeInTurn(rows, plan, some, bytesOf, join(folder, name), name))
    written += some.length
  }
  progress.stage('writing the root', 0, 1)
  const entries = filed.flatMap((one) => one.entries)
  const inOrder = Uint32Array.from(lists.flatMap((own) => [...own]))
  const ids = { count: inOrder.length, id: (n: number) => whole.ids[items[inOrder[n]!]!]! }
  const find = await writeFind(ids, lists.map(({ length }) => length), folder, `find-${catalogue}`) // prettier-ignore
  const { config = {}, policy = {} } = (await readRecord(path, bytes)) ?? {}
  const means = Float32Array.from(filed.flatMap((one) => [...one.means]))
  const root = rootOf(learn, plan, head.length, whole.root(head, placeOf), entries, means, catalogue, find, { space, config, policy }) // prettier-ignore
  await writeAtomically(join(folder, ROOT), root)
  return {
    items: items.length,
    head: head.length,
    lists: lists.length,
    files: filed.length,
    bytes: { root: root.length, lists: entries.reduce((sum, one) => sum + one.bytes, 0) },
    whole: true,
  }
}

interface Known {
  space?: string
  dim: number
  metric: Metric
  /** [items × dim]; null: there are none. */
  vectors: Float32Array | null
}

/** Vectors of items, those of the source of vectors that says most. */
export async function vectorsOf(bytes: Uint8Array, { policy }: Whole, items: Uint32Array): Promise<Known> {
  const sources = policy.sources.filter(({ kind }) => kind === SOURCE.vectors)
  const [most] = sources.toSorted((a, b) => b.weight[2] - a.weight[2])
  if (most === undefined) return { dim: DIM, metric: 'cosine', vectors: null }
  const core = await coreOf(bytes)
  const space = most.ordinal
  const dim = core.dim(space)
  const vectors = new Float32Array(items.length * dim)
  items.forEach((item, row) => {
    const vector = core.vector(space, item)
    if (vector) vectors.set(vector, row * dim)
  })
  return { space: core.spaces[space]!, dim, metric: core.metric(space) as Metric, vectors }
}

const normsOf = (vectors: Float32Array, dim: number): Float32Array =>
  Float32Array.from({ length: vectors.length / dim }, (_, row) => Math.hypot(...vectors.subarray(row * dim, (row + 1) * dim))) // prettier-ignore

/** What everybody is told of must fit into the root. */
export function planWith(plan: SplitPlan, told: number): SplitPlan {
  return { ...plan, head: Math.max(plan.head, Math.min(plan.rows, BLOCK * Math.ceil(told / BLOCK))) }
}

/** By row: what everybody is told of, and of the others the first, which most people met. */
export function headOf(items: Uint32Array, told: ReadonlySet<number>, head: number): Uint8Array {
  const isHead = Uint8Array.from(items, (item) => Number(told.has(item)))
  let left = head - isHead.reduce((sum, one) => sum + one, 0)
  for (let row = 0; row < items.length && left > 0; row++)
    if (isHead[row] === 0) {
      isHead[row] = 1
      left--
    }
  return isHead
}

/** Lists of rows: cell by cell, and behind them what no whole block was left of. */
function cut(learn: Learn, plan: SplitPlan, directions: Float32Array, isHead: Uint8Array): Uint32Array[] {
  const { dim, metric, each, sample } = plan
  const drawn = Uint32Array.from({ length: sample }, (_, i) => Math.floor((i * plan.rows) / sample))
  const cells = new Cells(learn, plan, floatRows(directions, dim, drawn))
  const { cell, norm } = cells.assign(directions)
  cells.drop()
  const rows = { vectors: directions, dim, norms: norm }
  const members: number[][] = Array.from({ length: plan.cells }, () => [])
  cell.forEach((one, row) => isHead[row] === 0 && members[one]!.push(row))
  const all = members.map((own) => cutCell(rows, Uint32Array.from(own), each, metric))
  const rest = cutCell(rows, Uint32Array.from(all.flatMap((one) => [...one.rest])), each, metric)
  return [...all, rest].flatMap((one) => one.lists).concat(rest.rest.length > 0 ? [rest.rest] : [])
}

/** Of each item of the bundle; -1: it is in no part. */
function placesOf(count: number, head: Uint32Array, lists: readonly Uint32Array[], items: Uint32Array): Int32Array {
  const placeOf = new Int32Array(count).fill(-1)
  let place = 0
  for (const item of head) placeOf[item] = place++
  for (const own of lists) for (const row of own) placeOf[items[row]!] = place++
  return placeOf
}

function inFiles(lists: readonly Uint32Array[], weight: number): Uint32Array[][] {
  const files: Uint32Array[][] = []
  let left = 0
  for (const own of lists) {
    if (files.length === 0 || own.length * weight > left) {
      files.push([])
      left = FILE_BYTES
    }
    files.at(-1)!.push(own)
    left -= own.length * weight
  }
  return files
}
