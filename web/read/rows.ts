/**
 * Vectors of a table that need not fit in memory: row after row in pieces, as often as they are asked for. A matrix of NumPy streams from
 * its file, a table of any other format from its parts once it is large; what is smaller is read whole, once.
 */
import { firstBytes, isRegular, type Progress } from './bytes.js'
import { openVectorTable, type TableOptions } from './embedding-table.js'
import { isArray, readEmbeddings } from './embeddings.js'
import { InputError, quote } from './errors.js'
import { readIds } from './ids.js'
import { npyBlocks, npyShape } from './npy.js'
import { totalSize } from './parts.js'

export interface VectorRows {
  path: string
  rows: number
  dim: number
  /** What was made of the table, in sentences, as far as it was read. */
  remarks: readonly string[]
  /** The id of a row. */
  id(row: number): string
  /** Rows in their order, some thousands at a time: vectors[rows × dim], from row `first` on. All finite. */
  pieces(onProgress?: Progress): AsyncGenerator<{ first: number; vectors: Float32Array }>
}

/** Numbers in a piece. */
const PIECE = 1 << 20

/** Tables of so many bytes are read once, and stay in memory. */
const WHOLE = 1 << 28

/** Errors: those of readEmbeddings. `whole`: tables of at most so many bytes stay in memory. */
export async function openRows(
  path: string,
  options: TableOptions & { ids?: string; whole?: number } = {},
): Promise<VectorRows> {
  const isLarge = async () => (await totalSize([path])) > (options.whole ?? WHOLE)
  if (options.ids === undefined && !(await isArray(path)) && (await isLarge())) return inParts(path, options)
  const shape = (await isPlainMatrix(path)) ? await npyShape(path) : null
  if (shape === null || shape.fortran) return inMemory(path, options)
  const { rows, dim } = shape
  if (rows === 0 || dim === 0) throw new InputError({ file: path }, `${rows} rows of ${dim} numbers`, 'at least one')
  const ids = options.ids === undefined ? null : await readIds(options.ids, options)
  if (ids !== null && ids.length !== rows)
    throw new InputError({ file: options.ids! }, `${ids.length} ids`, `${rows}, one for each row of ${path}`)
  const each = dim * Math.max(1, Math.floor(PIECE / dim))
  return {
    path,
    rows,
    dim,
    remarks: [],
    id: (row) => (ids === null ? String(row) : ids[row]!),
    async *pieces(onProgress) {
      let first = 0
      for await (const vectors of npyBlocks(path, each, onProgress)) {
        checkFinite(path, vectors, dim, first, ids)
        yield { first, vectors }
        first += vectors.length / dim
      }
    },
  }
}

async function isPlainMatrix(path: string): Promise<boolean> {
  return (await isRegular(path)) && (await firstBytes(path, 6)).toString('latin1') === '\x93NUMPY'
}

async function inMemory(path: string, options: TableOptions & { ids?: string }): Promise<VectorRows> {
  const { rows, dim, ids, vectors, remarks = [] } = await readEmbeddings(path, options)
  const each = Math.max(1, Math.floor(PIECE / dim))
  return {
    path,
    rows,
    dim,
    remarks,
    id: (row) => ids[row]!,
    async *pieces(onProgress) {
      for (let first = 0; first < rows; first += each) {
        onProgress?.(first, rows)
        yield { first, vectors: vectors.slice(first * dim, Math.min(rows, first + each) * dim) }
      }
    },
  }
}

async function inParts(path: string, options: TableOptions): Promise<VectorRows> {
  const { ids, dim, again } = await openVectorTable(path, options)
  const each = dim * Math.max(1, Math.floor(PIECE / dim))
  return {
    path,
    rows: ids.length,
    dim,
    remarks: [],
    id: (row) => ids[row]!,
    async *pieces(onProgress) {
      let first = 0
      for await (const values of again(onProgress))
        for (let at = 0; at < values.length; at += each) {
          const vectors = values.slice(at, at + each)
          yield { first, vectors }
          first += vectors.length / dim
        }
    },
  }
}

function checkFinite(path: string, vectors: Float32Array, dim: number, first: number, ids: readonly string[] | null) {
  for (let i = 0; i < vectors.length; i++) {
    if (Number.isFinite(vectors[i])) continue
    const row = first + Math.floor(i / dim)
    const named = ids === null ? '' : ` (id ${quote(ids[row]!)})`
    throw new InputError(
      { file: path, part: `row ${row}${named}, column ${i % dim}` },
      String(vectors[i]),
      'finite float32 numbers (rows and columns count from 0)',
    )
  }
}
