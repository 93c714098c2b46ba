/**
 * Trained vectors mean the same when all of them turn, and every training turns them another way. With the bundle of the day before they
 * are turned to where they were: by the rotation that brings items of both nearest to their old vectors (orthogonal Procrustes,
 * Schönemann 1966). The rotation is the orthogonal factor of XᵀY, which Newton-Schulz steps approach (Higham 2008, ch. 8).
 */
import { decodedSpace } from '../sections/vectors.js'
import type { Materials } from './source.js'

/** Items that tell it; of more, so many evenly spread. */
const MOST_ITEMS = 20_000
const STEPS = 60
/** How far from a rotation, each number, what comes out may be. */
const NEAR = 1e-5

/** rows[items][dim] turned; themselves where there is nothing to turn to. */
export function turned(
  { learn, previous }: Pick<Materials, 'learn' | 'previous'>,
  name: string,
  rows: Float32Array,
  dim: number,
): Float32Array {
  // prettier-ignore
  const space = previous?.spaces.get(name)
  if (space === undefined) return rows
  const old = decodedSpace(learn, space)
  if (old.dim !== dim) return rows
  const rotation = nearestRotation(crossed(rows, old.rows, dim), dim)
  return rotation === null ? rows : product(rows, rotation, dim)
}

/** XᵀY over the rows of both, each at norm 1, so that no item counts for many. */
function crossed(x: Float32Array, y: Float32Array, dim: number): Float64Array {
  const sum = new Float64Array(dim * dim)
  const both = Math.min(x.length, y.length) / dim
  const stride = Math.max(1, Math.ceil(both / MOST_ITEMS))
  const norm = (of: Float32Array, row: number) => lengthOf(of.subarray(row * dim, (row + 1) * dim))
  for (let row = 0; row < both; row += stride) {
    const size = norm(x, row) * norm(y, row)
    if (!(size > 0)) continue
    for (let i = 0; i < dim; i++) {
      const own = x[row * dim + i]! / size
      for (let j = 0; j < dim; j++) sum[i * dim + j]! += own * y[row * dim + j]!
    }
  }
  return sum
}

/** null: nothing tells how some direction turned. */
function nearestRotation(matrix: Float64Array, dim: number): Float64Array | null {
  const size = lengthOf(matrix)
  if (!(size > 0)) return null
  let near: Float64Array = matrix.map((value) => value / size)
  for (let step = 0; step <= STEPS; step++) {
    const square = multiplied(transposed(near, dim), near, dim)
    if (square.every((value, at) => Math.abs(value - Number(at % (dim + 1) === 0)) < NEAR)) return near
    const along = multiplied(near, square, dim)
    near = near.map((value, at) => 1.5 * value - 0.5 * along[at]!)
  }
  return null
}

/** Of however many numbers: as arguments of a call they may be too many. */
function lengthOf(numbers: Float32Array | Float64Array): number {
  let sum = 0
  for (const value of numbers) sum += value * value
  return Math.sqrt(sum)
}

function multiplied(a: ArrayLike<number>, b: ArrayLike<number>, dim: number): Float64Array {
  const out = new Float64Array((a.length / dim) * dim)
  for (let row = 0; row < a.length; row += dim)
    for (let k = 0; k < dim; k++) {
      const value = a[row + k]!
      if (value !== 0) for (let j = 0; j < dim; j++) out[row + j]! += value * b[k * dim + j]!
    }
  return out
}

const product = (rows: Float32Array, rotation: Float64Array, dim: number) => Float32Array.from(multiplied(rows, rotation, dim)) // prettier-ignore

const transposed = (matrix: Float64Array, dim: number) =>
  matrix.map((_, at) => matrix[(at % dim) * dim + Math.floor(at / dim)]!)
