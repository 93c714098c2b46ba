/** Cutting a cell into lists of a length: what the best answers are in must lie together. */
import type { Metric } from '../sections/vectors.js'
import { BLOCK } from './plan.js'

export interface Rows {
  /** [count × dim] */
  vectors: Float32Array
  dim: number
  norms: Float32Array
}

/**
 * Rows of one cell, by place, in lists of whole blocks, `each` at most; what is left over, less than a block, comes apart.
 *
 * By inner product long vectors win whatever the query, so lists go by falling norm, and a query wants the first of most cells. Else a
 * cell is halved where it is widest, and its halves again (Friedman, Bentley and Finkel, 1977).
 */
export function cutCell(
  rows: Rows,
  places: Uint32Array,
  each: number,
  metric: Metric,
): { lists: Uint32Array[]; rest: Uint32Array } {
  const { norms } = rows
  if (metric === 'ip') places = places.toSorted((a, b) => norms[b]! - norms[a]! || a - b)
  const whole = BLOCK * Math.floor(places.length / BLOCK)
  const kept = places.subarray(0, whole)
  return { lists: metric === 'ip' ? inTurn(kept, each) : halved(rows, kept, each), rest: places.subarray(whole) }
}

function inTurn(places: Uint32Array, each: number): Uint32Array[] {
  const lists: Uint32Array[] = []
  for (let at = 0; at < places.length; at += each) lists.push(places.subarray(at, at + each))
  return lists
}

function halved(rows: Rows, places: Uint32Array, each: number): Uint32Array[] {
  if (places.length === 0) return []
  if (places.length <= each) return [places]
  const { vectors, dim } = rows
  const axis = widest(rows, places)
  const at = (place: number) => vectors[place * dim + axis]!
  const sorted = places.toSorted((a, b) => at(a) - at(b) || a - b)
  const lists = Math.ceil(places.length / each)
  const middle = each * (lists >> 1)
  return [...halved(rows, sorted.subarray(0, middle), each), ...halved(rows, sorted.subarray(middle), each)]
}

/** The dimension in which they vary most. */
function widest({ vectors, dim }: Rows, places: Uint32Array): number {
  const [sums, squares] = [new Float64Array(dim), new Float64Array(dim)]
  for (const place of places)
    for (let d = 0; d < dim; d++) {
      const value = vectors[place * dim + d]!
      sums[d]! += value
      squares[d]! += value * value
    }
  const variance = sums.map((sum, d) => squares[d]! - (sum * sum) / places.length)
  return variance.indexOf(Math.max(...variance))
}

/** Their mean, [dim], and how far they lie from it in a dimension. */
export function middleOf(
  { vectors, dim, norms }: Rows,
  places: Uint32Array,
  metric: Metric,
): { mean: Float32Array; spread: number } {
  const scale = (place: number) => (metric === 'cosine' ? 1 / (norms[place]! || 1) : 1)
  const mean = new Float64Array(dim)
  for (const place of places)
    for (let d = 0; d < dim; d++) mean[d]! += (scale(place) * vectors[place * dim + d]!) / places.length
  let square = 0
  for (const place of places)
    for (let d = 0; d < dim; d++) square += (scale(place) * vectors[place * dim + d]! - mean[d]!) ** 2
  return { mean: Float32Array.from(mean), spread: Math.sqrt(square / places.length / dim) }
}
