/**
 * Splitting a catalogue that is too large for one file: a root, which answers at once, and lists of the rest, which a device fetches when
 * they are near to what somebody likes.
 *
 *     rows → sample → cells, codes → rows by file → files of lists → root
 *
 * Files appear whole, in any order, and are the same bytes whoever makes them: a run that was killed goes on where it was, and several
 * machines may each make a share of them (`jobs`).
 */
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Learn } from '../../learn/learn.js'
import type { VectorRows } from '../../read/index.js'
import type { Progress } from '../progress.js'
import { fileOf } from '../../shards/place.js'
import { spaceSizes } from '../sections/vectors.js'
import { writeAtomically } from '../write.js'
import type { Buckets } from '../../lists/find.js'
import { Codes } from './codes.js'
import { NO_COLUMNS, type Catalogue } from './columns.js'
import { cutCell } from './cut.js'
import { writeFind } from './find.js'
import { filedIn, keepFiled, writeFileOfLists, writeLists, type Filed } from './file.js'
import { byId, writeShard } from './shard.js'
import { bucketIn, Cells, drawn, headOf, normsIn, partition } from './partition.js'
import { layersFor, planOf, type SplitOptions, type SplitPlan } from './plan.js'
import { recordOf, rootOf, vectorBundle } from './root.js'

export const ROOT = 'root.martello'
/** What is needed until the root is written. */
const WORK = '.split'

/** A share of the files: every `of`-th from `job` on, from 0. */
export interface Share {
  job: number
  of: number
}

export interface SplitReport {
  items: number
  /** How many the root holds itself. */
  head: number
  lists: number
  files: number
  bytes: { root: number; lists: number }
  /** False where another job's files are still to come: the last one writes the root. */
  whole: boolean
}

const SIZED = 65_536

export async function split(
  given: VectorRows,
  folder: string,
  options: SplitOptions,
  progress: Progress,
  share: Share = { job: 0, of: 1 },
  columns = NO_COLUMNS,
): Promise<SplitReport> {
  const source: Catalogue = { ...given, columns }
  const learn = await Learn.start()
  const { layers = layersFor(source.rows, options.shards), subspaces = 0 } = options
  const [, ...parts] = spaceSizes(learn, { layers, subspaces }, source.dim, SIZED)
  const plan = planOf(
    source.rows,
    source.dim,
    parts.reduce((sum, bytes) => sum + bytes, 0) / SIZED + columns.weight,
    options,
  )
  const { sample, digest } = await drawn(source, plan, progress)
  const catalogue = digest.slice(0, 8)
  const name = (file: number | string) =>
    plan.shards > 0 ? fileOf(catalogue, Number(file)) : `lists-${catalogue}-${file}.bin`
  const before = share.of > 1 ? await finished(folder, plan, catalogue, name) : null
  if (before !== null) return before
  const work = join(folder, WORK, digest.slice(0, 16))
  await mkdir(work, { recursive: true })
  progress.stage('learning cells and codes', 0, 1)
  const codes = new Codes(learn, plan, sample)
  await makeFiles(learn, source, plan, codes, sample, share, folder, work, name, progress)
  const filed: Filed[] = []
  for (let file = 0; file < plan.files; file++) {
    const one = await filedIn(work, file, plan.dim)
    if (one === null) return report(plan, filed, 0, false)
    filed.push(one)
  }
  progress.stage('writing the root', 0, 1)
  const rest = await writeRest(learn, source, plan, codes, filed, folder, name('rest'))
  const entries = [...filed, rest].flatMap((one) => one.entries)
  const means = concat([...filed, rest].map((one) => one.means))
  const find = plan.shards > 0 ? undefined : await finding(source, [...filed, rest], folder, `find-${catalogue}`)
  const head = headItems(source, plan, filed)
  const root = rootOf(learn, plan, head.ids.length, vectorBundle(learn, codes, head), entries, means, catalogue, find)
  codes.drop()
  await writeAtomically(join(folder, ROOT), root)
  await rm(join(folder, WORK), { recursive: true, force: true })
  return report(plan, [...filed, rest as Filed], root.length, true)
}

/** Makes those files of the share that are not there yet. */
async function makeFiles(
  learn: Learn,
  source: Catalogue,
  plan: SplitPlan,
  codes: Codes,
  sample: Float32Array,
  { job, of }: Share,
  folder: string,
  work: string,
  name: (file: number) => string,
  progress: Progress,
): Promise<void> {
  const missing: number[] = []
  for (let file = job; file < plan.files; file += of)
    if ((await filedIn(work, file, plan.dim)) === null) missing.push(file)
  if (missing.length === 0) return
  const buckets = join(work, `rows-${job}-of-${of}`)
  const done = join(buckets, 'done')
  await mkdir(buckets, { recursive: true })
  if ((await readFile(done).catch(() => null)) === null) {
    const cells = plan.shards > 0 ? byId(source, plan) : new Cells(learn, plan, sample)
    await partition(source, plan, cells, (file) => file % of === job, buckets, progress)
    cells.drop()
    await writeAtomically(done, '')
  }
  const norms = await normsIn(buckets)
  const isHead = headOf(plan, norms)
  const zeros = norms.reduce((sum, norm) => sum + Number(norm === 0), 0)
  if (zeros > 0 && source.remarks.length === 0)
    progress.say(`look: ${zeros} of ${plan.rows} vectors are zero, so that nothing is near them`)
  for (const [i, file] of missing.entries()) {
    progress.stage('writing lists', i, missing.length)
    const bucket = await bucketIn(buckets, file, norms)
    const path = join(folder, name(file))
    const write = plan.shards > 0 ? writeShard : writeFileOfLists
    await keepFiled(work, file, await write(learn, source, plan, codes, bucket, isHead, path, name(file)))
  }
}

/** What no whole block was left of in any cell, in lists of its own; the last of them alone may end within a block. */
async function writeRest(
  learn: Learn,
  source: Catalogue,
  plan: SplitPlan,
  codes: Codes,
  filed: readonly Filed[],
  folder: string,
  name: string,
): Promise<Pick<Filed, 'entries' | 'means' | 'rows'>> {
  const { dim, metric, each } = plan
  const row = Uint32Array.from(filed.flatMap((one) => [...one.rest]))
  if (row.length === 0) return { entries: [], means: new Float32Array(), rows: new Uint32Array() }
  const vectors = concat(filed.map((one) => one.vectors.subarray(one.head.length * dim)))
  const norms = Float32Array.from(row, (_, i) => Math.hypot(...vectors.subarray(i * dim, (i + 1) * dim)))
  const rows = { vectors, dim, norms }
  const { lists, rest } = cutCell(rows, Uint32Array.from(row.keys()), each, metric)
  return writeLists(learn, source, plan, codes, rows, row, rest.length === 0 ? lists : [...lists, rest], join(folder, name), name) // prettier-ignore
}

/** Where an id that is in no root lies. */
function finding(
  source: Catalogue,
  filed: readonly Pick<Filed, 'entries' | 'rows'>[],
  folder: string,
  name: string,
): Promise<Buckets> {
  const rows = new Uint32Array(filed.reduce((sum, one) => sum + one.rows.length, 0))
  let at = 0
  for (const one of filed) {
    rows.set(one.rows, at)
    at += one.rows.length
  }
  const items = filed.flatMap((one) => one.entries.map((entry) => entry.items))
  return writeFind({ count: rows.length, id: (n) => source.id(rows[n]!) }, items, folder, name)
}

/** By falling norm, as a bundle of vectors has its items. */
function headItems(source: Catalogue, { dim }: SplitPlan, filed: readonly Filed[]) {
  const rows = filed.flatMap((one) => [...one.head])
  const all = concat(filed.map((one) => one.vectors.subarray(0, one.head.length * dim)))
  const norms = rows.map((_, i) => Math.hypot(...all.subarray(i * dim, (i + 1) * dim)))
  const order = Uint32Array.from(rows.keys()).sort((a, b) => norms[b]! - norms[a]! || rows[a]! - rows[b]!)
  const vectors = new Float32Array(all.length)
  order.forEach((from, to) => vectors.set(all.subarray(from * dim, (from + 1) * dim), to * dim))
  const inOrder = Uint32Array.from(order, (one) => rows[one]!)
  const ids = Array.from(inOrder, (row) => source.id(row))
  return { ids, vectors, attributes: source.columns.sections(inOrder) }
}

/** Of a catalogue that others finished: a share that comes late has nothing to do. null: it is not whole. */
async function finished(
  folder: string,
  plan: SplitPlan,
  catalogue: string,
  name: (file: number | string) => string,
): Promise<SplitReport | null> {
  const root = await readFile(join(folder, ROOT)).catch(() => null)
  const record = root && recordOf(root)
  if (record?.catalogue !== catalogue) return null
  const sizeOf = (file: number | string) =>
    stat(join(folder, name(file))).then(
      ({ size }) => size,
      () => null,
    )
  const sizes = await Promise.all([...Array(plan.files).keys()].map(sizeOf))
  if (sizes.includes(null)) return null
  const rest = plan.shards > 0 ? null : await sizeOf('rest')
  const lists = [...sizes, rest].reduce<number>((sum, size) => sum + (size ?? 0), 0)
  return {
    items: plan.rows,
    head: plan.head,
    lists: record.lists,
    files: plan.files + Number(rest !== null),
    bytes: { root: root!.length, lists },
    whole: true,
  }
}

function report(plan: SplitPlan, filed: readonly Pick<Filed, 'entries'>[], root: number, whole: boolean): SplitReport {
  const entries = filed.flatMap((one) => one.entries)
  return {
    items: plan.rows,
    head: plan.head,
    lists: plan.shards > 0 ? 0 : entries.length,
    files: new Set(entries.map(({ file }) => file)).size,
    bytes: { root, lists: entries.reduce((sum, { bytes }) => sum + bytes, 0) },
    whole,
  }
}

function concat(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
