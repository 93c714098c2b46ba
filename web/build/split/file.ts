/**
 * A file of lists, one behind the other. A list is a bundle without a policy: ids, base, layers and attributes of its items, coded as the root says;
 * its sections are those of src/bundle, so that a device joins them to the root's.
 */
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Learn } from '../../learn/learn.js'
import { SECTION } from '../../generated/numbers.js'
import { appear, discard, placeOf, writeError } from '../../read/whole.js'
import { bundle } from '../sections/bundle.js'
import { idsSections } from '../sections/ids.js'
import { writeAtomically } from '../write.js'
import type { Codes } from './codes.js'
import type { Catalogue } from './columns.js'
import { cutCell, middleOf, type Rows } from './cut.js'
import type { Bucket } from './partition.js'
import type { SplitPlan } from './plan.js'

/** Where a list lies, and what a root tells of it. */
export interface Entry {
  file: string
  at: number
  bytes: number
  items: number
  /** How far its vectors lie from their mean in a dimension. */
  spread: number
}

/** What a file of lists leaves for the root: its lists with their means, and rows that are in none of them. */
export interface Filed {
  entries: Entry[]
  /** [entries × dim] */
  means: Float32Array
  /** Of the root itself, and what no whole block was left of. */
  head: Uint32Array
  rest: Uint32Array
  /** [(head + rest) × dim] */
  vectors: Float32Array
  /** Of the lists, one behind the other. */
  rows: Uint32Array
}

/** src/bundle/vectors.h */
const SPACE_HEAD = 64

type Source = Pick<Catalogue, 'id' | 'columns'>

/** A file's lists, from the rows that fell to it. */
export async function writeFileOfLists(
  learn: Learn,
  source: Source,
  plan: SplitPlan,
  codes: Codes,
  bucket: Bucket,
  isHead: Uint8Array,
  path: string,
  name: string,
): Promise<Filed> {
  const { dim, metric, each } = plan
  const rows: Rows = { vectors: bucket.vectors, dim, norms: bucket.norm }
  const members = new Map<number, number[]>()
  const head: number[] = []
  bucket.row.forEach((row, place) => {
    if (isHead[row] === 1) head.push(place)
    else
      (members.get(bucket.cell[place]!) ?? members.set(bucket.cell[place]!, []).get(bucket.cell[place]!)!).push(place)
  })
  const cut = [...members.keys()]
    .toSorted((a, b) => a - b)
    .map((cell) => cutCell(rows, Uint32Array.from(members.get(cell)!), each, metric))
  const rest = cut.flatMap((one) => [...one.rest])
  const lists = await writeLists(learn, source, plan, codes, rows, bucket.row, cut.flatMap((one) => one.lists), path, name) // prettier-ignore
  const left = [...head, ...rest]
  const vectors = new Float32Array(left.length * dim)
  left.forEach((place, i) => vectors.set(rows.vectors.subarray(place * dim, (place + 1) * dim), i * dim))
  const rowsOf = (places: number[]) => Uint32Array.from(places, (place) => bucket.row[place]!)
  return { ...lists, head: rowsOf(head), rest: rowsOf(rest), vectors }
}

/** Writes lists of places into a file; `rowOf`: the catalogue's row of each place. */
export async function writeLists(
  learn: Learn,
  source: Source,
  { dim, metric }: Pick<SplitPlan, 'dim' | 'metric'>,
  codes: Codes,
  rows: Rows,
  rowOf: Uint32Array,
  lists: readonly Uint32Array[],
  path: string,
  name: string,
): Promise<Pick<Filed, 'entries' | 'means' | 'rows'>> {
  const vectors = learn.put(rows.vectors)
  try {
    const bytesOf = (places: Uint32Array) => listOf(learn, source, codes, vectors, rowOf, places)
    const written = await writeInTurn(rows, { dim, metric }, lists, bytesOf, path, name)
    return {
      ...written,
      rows: Uint32Array.from(
        lists.flatMap((places) => [...places]),
        (one) => rowOf[one]!,
      ),
    }
  } finally {
    learn.drop(vectors)
  }
}

/** Writes lists of rows one behind the other into a file, which appears whole. */
export async function writeInTurn(
  rows: Rows,
  { dim, metric }: Pick<SplitPlan, 'dim' | 'metric'>,
  lists: readonly Uint32Array[],
  bytesOf: (places: Uint32Array) => Uint8Array,
  path: string,
  name: string,
): Promise<Pick<Filed, 'entries' | 'means'>> {
  const entries: Entry[] = []
  const means = new Float32Array(lists.length * dim)
  const place = placeOf(path)
  try {
    const out = await open(place.part, 'w')
    try {
      let at = 0
      for (const places of lists) {
        const bytes = bytesOf(places)
        await out.appendFile(bytes)
        const { mean, spread } = middleOf(rows, places, metric)
        means.set(mean, entries.length * dim)
        entries.push({ file: name, at, bytes: bytes.length, items: places.length, spread })
        at += bytes.length
      }
      await out.sync()
    } finally {
      await out.close()
    }
    appear(place)
  } catch (error) {
    discard(place)
    throw writeError(path, error)
  }
  return { entries, means }
}

function listOf(
  learn: Learn,
  source: Source,
  codes: Codes,
  vectors: number,
  rowOf: Uint32Array,
  places: Uint32Array,
): Uint8Array {
  const rows = Uint32Array.from(places, (one) => rowOf[one]!)
  const names = Array.from(rows, (row) => source.id(row))
  const [ids] = idsSections(learn, names) // where each id stands follows from them
  // the tables stand in the root; of the space's section only its head is of these items
  const coded = codes
    .sections(vectors, rowOf.length, places)
    .map((one) => (one.kind === SECTION.space ? { ...one, bytes: one.bytes.subarray(0, SPACE_HEAD) } : one))
  return bundle(learn, places.length, [ids!, ...coded, ...source.columns.sections(rows)])
}

const pathsOf = (folder: string, file: number) => [join(folder, `${file}.json`), join(folder, `${file}.left`)] as const

/** Keeps what a file left, the last thing that is written of it. */
export async function keepFiled(folder: string, file: number, filed: Filed): Promise<void> {
  const [json, left] = pathsOf(folder, file)
  const { entries, means, head, rest, vectors, rows } = filed
  const all = new Float32Array(means.length + vectors.length + rows.length)
  all.set(means)
  all.set(vectors, means.length)
  new Uint32Array(all.buffer).set(rows, means.length + vectors.length)
  await writeAtomically(left, new Uint8Array(all.buffer))
  await writeAtomically(json, JSON.stringify({ entries, head: [...head], rest: [...rest] }))
}

/** null: it is not done, or another job that has all of them tidies up. */
export async function filedIn(folder: string, file: number, dim: number): Promise<Filed | null> {
  const [json, left] = pathsOf(folder, file)
  const text = await readFile(json, 'utf8').catch(() => null)
  if (text === null) return null
  const { entries, head, rest } = JSON.parse(text) as { entries: Entry[]; head: number[]; rest: number[] }
  const bytes = await readFile(left).catch(() => null)
  if (bytes === null) return null
  const all = new Float32Array(Uint8Array.from(bytes).buffer)
  const means = entries.length * dim
  const vectors = means + (head.length + rest.length) * dim
  return {
    entries,
    means: all.slice(0, means),
    head: Uint32Array.from(head),
    rest: Uint32Array.from(rest),
    vectors: all.slice(means, vectors),
    rows: new Uint32Array(all.buffer.slice(4 * vectors)),
  }
}
