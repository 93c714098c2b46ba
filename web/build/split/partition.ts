/**
 * The first passes over a catalogue that does not fit in memory: what is learned from a sample, then each row into a file of rows that
 * will be lists together. Rows are read twice, and lie on the disk once between.
 */
import { createHash } from 'node:crypto'
import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Learn, Pointer } from '../../learn/learn.js'
import { METRIC } from '../../generated/numbers.js'
import type { VectorRows } from '../../read/index.js'
import { VERSION } from '../../recommender/version.js'
import type { Progress } from '../progress.js'
import { random } from '../random.js'
import type { Catalogue } from './columns.js'
import type { SplitPlan } from './plan.js'

/** `digest`: of all that was read, so that files of another catalogue are never taken for those of this one. */
export async function drawn(
  source: Catalogue,
  plan: SplitPlan,
  progress: Progress,
): Promise<{ sample: Float32Array; digest: string }> {
  const { rows, dim, seed } = plan
  const sample = new Float32Array(plan.sample * dim)
  const hash = createHash('sha256').update(
    JSON.stringify({ martello: VERSION, ...plan, columns: source.columns.digest }),
  )
  const named = createHash('sha256') // apart, so that it does not matter how a table comes in pieces
  const draw = random(seed)
  let taken = 0
  for await (const { first, vectors } of source.pieces((done, total) => progress.stage('reading rows', done, total))) {
    hash.update(vectors)
    const count = vectors.length / dim
    let names = ''
    for (let i = 0; i < count; i++) {
      names += `${source.id(first + i)}\n`
      // selection sampling (Knuth, TAOCP 3.4.2, S): exactly as many as wanted, each row as likely
      if (taken < plan.sample && draw() * (rows - first - i) < plan.sample - taken)
        sample.set(vectors.subarray(i * dim, (i + 1) * dim), dim * taken++)
    }
    named.update(names)
  }
  return { sample, digest: hash.update(named.digest()).digest('hex') }
}

/** Which rows lie together. */
export interface Placement {
  /** By cell. */
  readonly fileOf: Uint32Array
  /** The cell and the norm of each of these rows, from row `first` on. */
  assign(vectors: Float32Array, first: number): { cell: Uint32Array; norm: Float32Array }
  drop(): void
}

/** Cells, and in which file the lists of each lie. */
export class Cells implements Placement {
  readonly fileOf: Uint32Array
  private readonly cells: Pointer

  constructor(
    private readonly learn: Learn,
    private readonly plan: SplitPlan,
    sample: Float32Array,
  ) {
    const { dim, metric, cells, files, seed } = plan
    this.cells = learn.with([sample], (at) =>
      learn.make('mt_make_cells', at, sample.length / dim, dim, METRIC[metric], cells, seed),
    )
    const members = new Float64Array(cells)
    for (const cell of this.assign(sample).cell) members[cell]!++
    this.fileOf = balanced(members, files)
  }

  /** The cell and the norm of each row. */
  assign(vectors: Float32Array): { cell: Uint32Array; norm: Float32Array } {
    const { learn, cells } = this
    const count = vectors.length / this.plan.dim
    const out = learn.take(8 * count)
    learn.with([vectors], (at) => learn.run('mt_cells_assign', cells, at, count, out, out + 4 * count))
    const [cell, norm] = [learn.u32(out, count).slice(), learn.f32(out + 4 * count, count).slice()]
    learn.drop(out)
    return { cell, norm }
  }

  drop(): void {
    this.learn.run('mt_drop_cells', this.cells)
  }
}

/** Cells go to the file that has least so far, the largest first. */
function balanced(members: Float64Array, files: number): Uint32Array {
  const load = new Float64Array(files)
  const fileOf = new Uint32Array(members.length)
  for (const cell of Uint32Array.from(members.keys()).sort((a, b) => members[b]! - members[a]! || a - b)) {
    const file = load.indexOf(Math.min(...load))
    fileOf[cell] = file
    load[file]! += members[cell]!
  }
  return fileOf
}

/** Rows that will be lists of one file, in the order in which they came. */
export interface Bucket {
  /** [count × dim] */
  vectors: Float32Array
  /** Of each its row in the catalogue, its cell, and its norm. */
  row: Uint32Array
  cell: Uint32Array
  norm: Float32Array
}

const pathOf = (folder: string, file: number, what: 'vectors' | 'rows') => join(folder, `${file}.${what}`)

/** Writes the rows of the files that are `mine` into buckets, and returns the norms of all rows. */
export async function partition(
  source: VectorRows,
  plan: SplitPlan,
  cells: Placement,
  mine: (file: number) => boolean,
  folder: string,
  progress: Progress,
): Promise<Float32Array> {
  const { rows, dim, files } = plan
  const norms = new Float32Array(rows)
  const out: ({ vectors: FileHandle; rows: FileHandle } | null)[] = []
  try {
    for (let file = 0; file < files; file++)
      out.push(
        mine(file)
          ? {
              vectors: await open(pathOf(folder, file, 'vectors'), 'w'),
              rows: await open(pathOf(folder, file, 'rows'), 'w'),
            }
          : null,
      )
    for await (const { first, vectors } of source.pieces()) {
      const { cell, norm } = cells.assign(vectors, first)
      norms.set(norm, first)
      const members = Array.from({ length: files }, () => [] as number[])
      cell.forEach((one, i) => members[cells.fileOf[one]!]!.push(i))
      for (let file = 0; file < files; file++) {
        const own = members[file]!
        const to = out[file]
        if (to == null || own.length === 0) continue
        const [moved, told] = [new Float32Array(own.length * dim), new Uint32Array(own.length * 2)]
        own.forEach((i, at) => {
          moved.set(vectors.subarray(i * dim, (i + 1) * dim), at * dim)
          told.set([first + i, cell[i]!], 2 * at)
        })
        await to.vectors.appendFile(new Uint8Array(moved.buffer)) // all of it, where `write` may end early
        await to.rows.appendFile(new Uint8Array(told.buffer))
      }
      progress.stage('finding cells', first + cell.length, rows)
    }
  } finally {
    for (const one of out) await Promise.all([one?.vectors.close(), one?.rows.close()])
  }
  await writeFile(join(folder, 'norms'), norms)
  return norms
}

export const normsIn = async (folder: string): Promise<Float32Array> => floats(await readFile(join(folder, 'norms')))

export async function bucketIn(folder: string, file: number, norms: Float32Array): Promise<Bucket> {
  const vectors = floats(await readFile(pathOf(folder, file, 'vectors')))
  const told = new Uint32Array(floats(await readFile(pathOf(folder, file, 'rows'))).buffer)
  const row = Uint32Array.from({ length: told.length / 2 }, (_, i) => told[2 * i]!)
  const cell = Uint32Array.from({ length: told.length / 2 }, (_, i) => told[2 * i + 1]!)
  return { vectors, row, cell, norm: Float32Array.from(row, (one) => norms[one]!) }
}

/** Some of rows[· × dim]. */
export function floatRows(rows: Float32Array, dim: number, places: Uint32Array): Float32Array {
  const out = new Float32Array(places.length * dim)
  places.forEach((place, i) => out.set(rows.subarray(place * dim, (place + 1) * dim), i * dim))
  return out
}

function floats(bytes: Buffer): Float32Array {
  const own = new Uint8Array(bytes.length)
  own.set(bytes)
  return new Float32Array(own.buffer)
}

/** The rows that a root holds itself: by inner product those whose vectors are longest, else an even draw of all. 1: one of them. */
export function headOf({ rows, head, metric }: SplitPlan, norms: Float32Array): Uint8Array {
  const isHead = new Uint8Array(rows)
  if (head === 0) return isHead
  if (metric !== 'ip') {
    for (let i = 0; i < head; i++) isHead[Math.floor((i * rows) / head)] = 1
    return isHead
  }
  const least = norms.toSorted()[rows - head]!
  let left = head
  norms.forEach((norm, row) => norm > least && left-- && (isHead[row] = 1))
  norms.forEach((norm, row) => norm === least && left > 0 && left-- && (isHead[row] = 1))
  return isHead
}
