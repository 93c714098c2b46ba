/**
 * A matrix of features for a ranker that is run by itself: .npz (`features` or its only matrix), .npy, or a TSV without a
 * header, where a surplus first column is a label and `nan` and nothing are missing values.
 */
import { firstBytes } from './bytes.js'
import { InputError, quote, quoteList } from './errors.js'
import { readNpy, shapeName, type NpyArray } from './npy.js'
import { readNpz } from './npz.js'
import { readLines } from './text.js'

export interface Matrix {
  rows: number
  /** [rows][features], missing values NaN. */
  data: Float64Array
}

/** Errors: no matrix or several, another number of columns, text that is no number (with row and column). */
export async function readMatrix(path: string, features: number): Promise<Matrix> {
  const start = (await firstBytes(path, 6)).toString('latin1')
  if (start.startsWith('PK')) return matrixOf(path, await onlyMatrix(path), features)
  if (start === '\x93NUMPY') return matrixOf(path, await readNpy(path), features)
  return readTsv(path, features)
}

async function onlyMatrix(path: string): Promise<NpyArray> {
  const { arrays } = await readNpz(path)
  const named = arrays.get('features')
  if (named !== undefined) return named
  const matrices = [...arrays].filter(([, array]) => array.shape.length === 2)
  if (matrices.length !== 1)
    throw new InputError(
      { file: path },
      `${matrices.length} matrices (${quoteList(matrices.map(([name]) => name))})`,
      'an array "features", or exactly one matrix',
    )
  return matrices[0]![1]
}

function matrixOf(path: string, { shape, data }: NpyArray, features: number): Matrix {
  const [rows, width] = shape.length === 1 ? [1, shape[0]!] : [shape[0] ?? 0, shape[1]]
  if (shape.length < 1 || shape.length > 2 || width !== features)
    throw new InputError(
      { file: path },
      `an array of shape ${shapeName(shape)}`,
      `(rows, ${features}), as the model has features`,
    )
  return { rows, data: Float64Array.from(data as ArrayLike<number>, Number) }
}

async function readTsv(path: string, features: number): Promise<Matrix> {
  const values: number[] = []
  let [rows, width] = [0, 0]
  for await (const lines of readLines(path))
    for (const line of lines) {
      const place = { file: path, line: ++rows }
      const cells = line.split(line.includes('\t') ? '\t' : features > 1 && line.includes(',') ? ',' : '\t')
      if (rows === 1) width = cells.length === features + 1 ? features + 1 : features
      if (cells.length !== width)
        throw new InputError(place, `${cells.length} columns`, `${features}, or a label and ${features}, in every line`)
      for (let c = width - features; c < width; c++) values.push(cellOf(place, cells[c]!.trim(), c))
    }
  return { rows, data: Float64Array.from(values) }
}

function cellOf(place: { file: string; line: number }, text: string, column: number): number {
  if (text === '' || /^[+-]?nan$/i.test(text) || text === 'NA' || text === 'null') return NaN
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text)
  const number = infinite === null ? Number(text) : infinite[1] === '-' ? -Infinity : Infinity
  if (Number.isNaN(number))
    throw new InputError({ ...place, part: `column ${column + 1}` }, quote(text), 'a number, nan or nothing')
  return number
}
