/** Embedding tables: one vector per id. */
import { basename } from 'node:path'
import { firstBytes, type Progress } from './bytes.js'
import type { IdReading } from './cells.js'
import { InputError, quote } from './errors.js'
import { noteFloats, type FileNote } from './facts.js'
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
}

/** Where no vector is longer, all are brought to about 1: the core takes what is shorter than 1e-12 for zero. */
const SHORT = 1e-6

/**
 * Reads a matrix of float16, float32 or float64 from .npy, or from an .npz that holds one array, as float32.
 * Where all vectors
 * are very short they are scaled by a power of two, which changes no order of an inner product or a cosine.
 * Errors: another type or shape, no rows or columns, a file cut short, NaN or infinity (row and column
 * from 0, and the id), a number of ids that is not the number of rows, an id twice.
 */
export async function readEmbeddings(
  path: string,
  options: IdReading & { ids?: string; onProgress?: Progress } = {},
): Promise<Embeddings> {
  const wish = { dtypes: ['f4', 'f8', 'f2'], dimensions: 2, float32: true }
  const zip = (await firstBytes(path, 2)).toString('latin1') === 'PK'
  const array = (await (zip ? readOnlyArray : readNpy)(path, wish, options.onProgress)) as NpyArray<Float32Array>
  const [rows, dim] = array.shape
  const shape = `shape ${shapeName(array.shape)}`
  if (dim === 0) throw new InputError({ file: path }, shape, 'at least one column')
  if (rows === 0) throw new InputError({ file: path }, shape, 'at least one vector')
  const about: { notes?: FileNote[] } = {}
  const onFloats = (floats: Floats) => noteFloats(about, basename(options.ids!), floats)
  const { exactIds = false } = options
  const ids =
    options.ids === undefined
      ? Array.from({ length: rows }, (_, row) => String(row))
      : await readIds(options.ids, { exactIds, onFloats })
  if (ids.length !== rows) {
    throw new InputError({ file: options.ids! }, `${ids.length} ids`, `${rows}, one for each row of ${path}`)
  }
  const bad = firstNotFinite(array.data)
  if (bad >= 0) {
    const row = Math.floor(bad / dim)
    const part = `row ${row}${options.ids === undefined ? '' : ` (id ${quote(ids[row])})`}, column ${bad % dim}`
    throw new InputError(
      { file: path, part },
      String(array.data[bad]),
      'finite float32 numbers (rows and columns count from 0)',
    )
  }
  const remarks = scaled(array.data, dim, ids)
  return { path, ids, rows, dim, vectors: array.data, ...about, ...(remarks.length > 0 && { remarks }) }
}

/** Scales vectors in place where all are very short; what there is to say of that, and of zeros. */
function scaled(vectors: Float32Array, dim: number, ids: readonly string[]): string[] {
  const remarks: string[] = []
  const zeros: number[] = []
  let longest = 0
  for (let row = 0; row < ids.length; row++) {
    let norm = 0
    for (let i = row * dim; i < (row + 1) * dim; i++) norm += vectors[i]! ** 2
    norm = Math.sqrt(norm)
    if (norm === 0) zeros.push(row)
    if (norm > longest) longest = norm
  }
  if (longest > 0 && longest < SHORT) {
    const power = -Math.round(Math.log2(longest))
    for (let i = 0; i < vectors.length; i++) vectors[i] = vectors[i]! * 2 ** power
    const length = `the longest vector has a length of ${longest.toPrecision(2)}`
    remarks.push(
      `look: embeddings: ${length}; all are multiplied by 2^${power}, and so are to be the queries of metric "l2"`,
    )
  }
  if (zeros.length > 0) {
    const are = `${zeros.length} of ${ids.length} vectors ${zeros.length === 1 ? 'is' : 'are'} zero`
    const first = `row ${zeros[0]}, id ${quote(ids[zeros[0]!])}`
    remarks.push(`look: embeddings: ${are}, so that nothing is near them (the first is ${first})`)
  }
  return remarks
}

/** -1 if all are finite. A plain loop: findIndex with a closure takes several times as long on millions of values. */
function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i
  return -1
}

/** Whether a file opens as .npy or .npz does. Errors: missing, a directory. */
export async function isNumPy(path: string): Promise<boolean> {
  const lead = (await firstBytes(path, 6)).toString('latin1')
  return lead === '\x93NUMPY' || lead.startsWith('PK')
}
