/** Embedding tables: one vector per id. */
import { basename } from 'node:path'
import { firstBytes, isRegular } from './bytes.js'
import { readVectorTable, type TableOptions } from './embedding-table.js'
import { InputError, quote } from './errors.js'
import { columnFacts, keepExample, noteFloats, type ColumnFacts, type FileNote } from './facts.js'
import { readIds } from './ids.js'
import type { Floats } from './intern.js'
import { readNpy, shapeName, type NpyArray } from './npy.js'
import { readOnlyArray } from './npz.js'

/** A table of item vectors. */
export interface Embeddings {
  /** the file, as the person gave it */
  path: string
  /** ids[row]: from the ids file, else the row number from 0 */
  ids: string[]
  rows: number
  dim: number
  /** rows × dim, row by row, all finite */
  vectors: Float32Array
  /** what was made of the numbers, in sentences */
  remarks?: string[]
  /** what was made of the ids */
  notes?: FileNote[]
  /** the ids and the vectors, as columns of a table */
  columns?: ColumnFacts[]
}

/** Where no vector is longer, all are brought to about 1: the core takes what is shorter than 1e-12 for zero. */
const SHORT = 1e-6

/**
 * Reads item vectors as float32: a matrix of float16, float32 or float64 from .npy, or from an .npz that holds one array; or a
 * table of any format with columns of ids and of vectors, in one file or several (see readVectorTable). Where all vectors are very
 * short they are scaled by a power of two, which changes no order of an inner product or a cosine.
 * Errors: another type or shape, no rows or columns, a file cut short, NaN or infinity (of a matrix row and column from 0, and
 * the id), a number of ids that is not the number of rows, ids beside a table, an id twice.
 */
export async function readEmbeddings(path: string, options: TableOptions & { ids?: string } = {}): Promise<Embeddings> {
  const { ids, dim, vectors, notes, columns } = (await isArray(path))
    ? await fromArray(path, options)
    : await fromTable(path, options)
  const lengths = lengthsOf(vectors, dim)
  const remarks = [...scaled(vectors, lengths), ...lengthRemarks(lengths, ids), ...sameRemarks(vectors, dim, ids)]
  return {
    path,
    ids,
    rows: ids.length,
    dim,
    vectors,
    columns: columns(lengths),
    ...(notes && { notes }),
    ...(remarks.length > 0 && { remarks }),
  }
}

/** What of embeddings is known before their lengths are. */
interface Read extends Pick<Embeddings, 'ids' | 'dim' | 'vectors' | 'notes'> {
  columns: (lengths: Float64Array) => ColumnFacts[]
}

async function fromTable(path: string, options: TableOptions & { ids?: string }): Promise<Read> {
  if (options.ids !== undefined)
    throw new InputError(
      { file: path },
      'a table, which names its items itself, beside --ids',
      'no --ids, or a matrix in .npy',
    )
  const { ids, dim, vectors, file, columns } = await readVectorTable(path, options)
  const described = (lengths: Float64Array) => {
    const found = columnsOf(file.columns[columns.id]!.name, ids, `float32 × ${dim}`, lengths)
    found[1]!.name = file.columns[columns.vector]!.name
    return file.columns.map((one, at) => (at === columns.id ? found[0]! : at === columns.vector ? found[1]! : one))
  }
  return { ids, dim, vectors, ...(file.notes && { notes: file.notes }), columns: described }
}

async function fromArray(path: string, options: TableOptions & { ids?: string }): Promise<Read> {
  const wish = { dtypes: ['f4', 'f8', 'f2'], dimensions: 2, float32: true }
  const zip = (await firstBytes(path, 2)).toString('latin1') === 'PK'
  const array = (await (zip ? readOnlyArray : readNpy)(path, wish, options.onProgress)) as NpyArray<Float32Array>
  const [rows, dim] = array.shape
  const shape = `shape ${shapeName(array.shape)}`
  if (dim === 0) throw new InputError({ file: path }, shape, 'at least one column')
  if (rows === 0) throw new InputError({ file: path }, shape, 'at least one vector')
  const about: { notes?: FileNote[] } = {}
  const onFloats = (floats: Floats) => noteFloats(about, basename(options.ids!), floats)
  const { idsAs } = options
  const ids =
    options.ids === undefined
      ? Array.from({ length: rows }, (_, row) => String(row))
      : await readIds(options.ids, { idsAs, onFloats })
  if (ids.length !== rows) {
    throw new InputError({ file: options.ids! }, `${ids.length} ids`, `${rows}, one for each row of ${path}`)
  }
  const bad = firstNotFinite(array.data)
  if (bad >= 0) {
    const row = Math.floor(bad / dim)
    const part = `row ${row}${options.ids === undefined ? '' : ` (id ${quote(ids[row])})`}, column ${bad % dim}`
    const more = notFinite(array.data, dim)
    throw new InputError(
      { file: path, part },
      `${array.data[bad]}${more === 1 ? '' : ` (as in ${more} of ${rows} rows)`}`,
      'finite float32 numbers (rows and columns count from 0)',
    )
  }
  const kind = `${array.dtype.replace(/^f(\d)$/, (_, n) => `float${8 * n}`)} × ${dim}`
  const names = options.ids === undefined ? 'row number' : basename(options.ids)
  return { ids, dim, vectors: array.data, ...about, columns: (lengths) => columnsOf(names, ids, kind, lengths) }
}

/** A vector is missing where it is zero: nothing is near it. */
function columnsOf(name: string, ids: readonly string[], kind: string, lengths: Float64Array): ColumnFacts[] {
  const id = columnFacts(name, 'item_id', 'id')
  id.values = ids.length
  ids.slice(0, 3).forEach((one) => keepExample(id, one))
  const vector = columnFacts('vector', 'vector', kind)
  const sorted = sortedOf(lengths)
  vector.values = sorted.length
  vector.missing = ids.length - sorted.length
  if (sorted.length > 0) {
    const [least, median, most] = [sorted[0]!, medianOf(sorted), sorted.at(-1)!].map((n) => n.toPrecision(2))
    keepExample(vector, least === most ? `length ${least}` : `lengths ${least} to ${most}, median ${median}`)
  }
  return [id, vector]
}

function lengthsOf(vectors: Float32Array, dim: number): Float64Array {
  const lengths = new Float64Array(vectors.length / dim)
  for (let row = 0; row < lengths.length; row++) {
    let sum = 0
    for (let i = row * dim; i < (row + 1) * dim; i++) sum += vectors[i]! ** 2
    lengths[row] = Math.sqrt(sum)
  }
  return lengths
}

const sortedOf = (lengths: Float64Array): Float64Array => lengths.filter((length) => length > 0).sort()
const medianOf = (sorted: Float64Array): number => sorted[sorted.length >> 1]!

/** Scales vectors and their lengths in place where all are very short; what there is to say of that. */
function scaled(vectors: Float32Array, lengths: Float64Array): string[] {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  if (longest === 0 || longest >= SHORT) return []
  const power = -Math.round(Math.log2(longest))
  for (let i = 0; i < vectors.length; i++) vectors[i] = vectors[i]! * 2 ** power
  for (let row = 0; row < lengths.length; row++) lengths[row] = lengths[row]! * 2 ** power
  const length = `the longest vector has a length of ${longest.toPrecision(2)}`
  return [`look: embeddings: ${length}; all are multiplied by 2^${power}, and so are to be the queries of metric "l2"`]
}

/** Lengths this far from the median are of another kind than the others. */
const FAR = 1000

/** Vectors that are zero, or of a length that none of the others has. */
function lengthRemarks(lengths: Float64Array, ids: readonly string[]): string[] {
  const remarks: string[] = []
  const first = (row: number) => `the first is row ${row}, id ${quote(ids[row])}`
  const zeros = lengths.reduce((sum, length) => sum + Number(length === 0), 0)
  const many = (count: number) => `${count} of ${ids.length} vectors ${count === 1 ? 'is' : 'are'}`
  if (zeros > 0)
    remarks.push(`look: embeddings: ${many(zeros)} zero, so that nothing is near them (${first(lengths.indexOf(0))})`)
  const sorted = sortedOf(lengths)
  const median = sorted.length === 0 ? 0 : medianOf(sorted)
  const isFar = (length: number) => length > 0 && (length < median / FAR || length > median * FAR)
  const far = lengths.reduce((sum, length) => sum + Number(isFar(length)), 0)
  if (far > 0)
    remarks.push(
      `look: embeddings: ${many(far)} ${FAR} times as long or as short as most (${first(lengths.findIndex(isFar))}); ` +
        'config "metric": "cosine" sets lengths aside',
    )
  return remarks
}

/** So many vectors are compared with each other, drawn evenly. */
const COMPARED = 10_000
/** From this share on, one vector of many items is no chance. */
const SAME = 0.01

/** Vectors that are one and the same: what a model gives where it knows nothing of an item. */
function sameRemarks(vectors: Float32Array, dim: number, ids: readonly string[]): string[] {
  const bits = new Uint32Array(vectors.buffer, vectors.byteOffset, vectors.length)
  const step = Math.max(1, Math.ceil(ids.length / COMPARED))
  const seen = new Map<number, { row: number; count: number }>()
  let most = { row: 0, count: 1 }
  let compared = 0
  for (let row = 0; row < ids.length; row += step, compared++) {
    let [hash, any] = [0x811c9dc5, 0] // FNV-1a
    for (let i = row * dim; i < (row + 1) * dim; i++) {
      any |= bits[i]! & 0x7fffffff
      hash = Math.imul(hash ^ bits[i]!, 0x01000193)
      hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    }
    if (any === 0) continue
    const group = seen.get(hash) ?? { row, count: 0 }
    group.count++
    seen.set(hash, group)
    if (group.count > most.count) most = group
  }
  if (most.count < 3 || most.count < SAME * compared) return []
  const of = step === 1 ? `${compared} vectors` : `${compared} vectors that were compared`
  return [
    `look: embeddings: ${most.count} of ${of} are one and the same, so that their items are alike ` +
      `(the first is row ${most.row}, id ${quote(ids[most.row])}): a stand-in for items without one?`,
  ]
}

/** How many rows hold a number that is not finite. */
function notFinite(values: Float32Array, dim: number): number {
  let count = 0
  for (let from = 0; from < values.length; from += dim)
    if (firstNotFinite(values.subarray(from, from + dim)) >= 0) count++
  return count
}

/** -1 if all are finite. A plain loop: findIndex with a closure takes several times as long on millions of values. */
function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i
  return -1
}

/** Whether a file is of NumPy, by its name or by how it opens. Errors: missing. */
export async function isArray(path: string): Promise<boolean> {
  if (/\.np[yz]$/i.test(path)) return true
  if (!(await isRegular(path))) return false // a folder or a pattern
  const lead = (await firstBytes(path, 6)).toString('latin1')
  return lead === '\x93NUMPY' || lead.startsWith('PK')
}
