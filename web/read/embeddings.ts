/** Embedding tables: one vector per id. */
import { firstBytes, type Progress } from './bytes.js'
import { InputError, quote } from './errors.js'
import { readIds } from './ids.js'
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
}

/**
 * Reads a matrix of float16, float32 or float64 from .npy, or from an .npz that holds one array, as float32.
 * Errors: another type or shape, a file cut short, NaN or infinity (row and column from 0, and the id), a number of
 * ids that is not the number of rows, an id twice.
 */
export async function readEmbeddings(
  path: string,
  options: { ids?: string; onProgress?: Progress } = {},
): Promise<Embeddings> {
  const wish = { dtypes: ['f4', 'f8', 'f2'], dimensions: 2, float32: true }
  const zip = (await firstBytes(path, 2)).toString('latin1') === 'PK'
  const array = (await (zip ? readOnlyArray : readNpy)(path, wish, options.onProgress)) as NpyArray<Float32Array>
  const [rows, dim] = array.shape
  if (dim === 0) throw new InputError({ file: path }, `shape ${shapeName(array.shape)}`, 'at least one column')
  const ids =
    options.ids === undefined ? Array.from({ length: rows }, (_, row) => String(row)) : await readIds(options.ids)
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
  return { path, ids, rows, dim, vectors: array.data }
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
