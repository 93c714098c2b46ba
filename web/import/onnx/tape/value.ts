/**
 * Values at run time: views on buffers, with every axis taken apart into factors.
 *
 * An axis of a model's tensor may be made of several runs of memory: [L, N·H, d] seen from a buffer [L, N, H·d], or what a
 * reshape makes of a transposed tensor. Each axis is therefore a list of factors, outermost first, each with its own step.
 * Reshaping, transposing, slicing and expanding rearrange factors and move nothing; an op that wants one run where there are
 * several gets a copy. An axis of size 1 has no factors. A step of 0 repeats.
 *
 * The batch is a factor of its own, `rows`, whose size is open; it is never merged into another one here.
 */
import type { ElementType } from '../model/tensor.js'
import { BatchError, type Extent } from './trace.js'

export interface Factor {
  /** 1 for rows */
  size: number
  /** in elements of the buffer */
  step: number
  rows: boolean
}

/** Memory of the program: scratch, or a constant's elements. */
export interface Buffer {
  /** constants only */
  data?: Float32Array | Float64Array
  /** floats for one row less factor: see Tape */
  floats: number
  /** what a constant is for, which decides how it may be coded */
  name: string
}

export interface Value {
  buffer: Buffer
  offset: number
  axes: Factor[][]
  type: ElementType
  /** depends on an input that differs between rows */
  perRow: boolean
}

export const factorsOf = (value: Value): Factor[] => value.axes.flat()

/** Steps of C order for factors laid out at `capacity` rows; returns the floats that they take. */
export function layOut(factors: readonly Factor[], capacity: number): { factors: Factor[]; floats: number } {
  const out = factors.map((factor) => ({ ...factor }))
  let step = 1
  for (let i = out.length - 1; i >= 0; i--) {
    out[i].step = step
    step *= out[i].rows ? capacity : out[i].size
  }
  return { factors: out, floats: step }
}

/** Factors of a contiguous tensor's axis; the batch comes before what it is multiplied by. */
export function extentFactors(extent: Extent): Factor[] {
  const factors: Factor[] = []
  if (extent.rows) factors.push({ size: 1, step: 0, rows: true })
  if (extent.size !== 1) factors.push({ size: extent.size, step: 0, rows: false })
  return factors
}

/** An axis that only repeats: it can be taken apart in any way. */
export const repeats = (axis: readonly Factor[]): boolean => axis.every((factor) => factor.step === 0)

const split = (factor: Factor, inner: number): [Factor, Factor] => [
  { size: factor.size / inner, step: factor.step * inner, rows: false },
  { size: inner, step: factor.step, rows: false },
]

/** Neighbours that form one run. Rows stay apart: their number is open. */
export function merged(factors: readonly Factor[]): Factor[] {
  const out: Factor[] = []
  for (const factor of factors) {
    const before = out.at(-1)
    if (before !== undefined && !before.rows && !factor.rows && before.step === factor.step * factor.size)
      out[out.length - 1] = { size: before.size * factor.size, step: factor.step, rows: false }
    else out.push(factor)
  }
  return out
}

/**
 * Regroups the factors of a value into axes of other sizes. null where a run would have to be cut across; then a copy
 * helps. Errors: the batch would be mixed into other sizes.
 */
export function regroup(axes: readonly Factor[][], shape: readonly Extent[]): Factor[][] | null {
  const left = merged(axes.flat())
  const out: Factor[][] = []
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const wanted = { ...shape[axis] }
    const taken: Factor[] = []
    while (wanted.size > 1 || wanted.rows) {
      const factor = left.pop()
      if (factor === undefined) return null
      if (factor.rows) {
        if (!wanted.rows) throw new BatchError('a reshape mixes the batch with other sizes')
        wanted.rows = false
        taken.unshift(factor)
      } else if (wanted.size % factor.size === 0) {
        wanted.size /= factor.size
        taken.unshift(factor)
      } else if (factor.size % wanted.size === 0) {
        const [outer, inner] = split(factor, wanted.size)
        left.push(outer)
        taken.unshift(inner)
        wanted.size = 1
      } else return null
    }
    out.unshift(taken)
  }
  return left.every((factor) => factor.size === 1 && !factor.rows) ? out : null
}

/** The same axis of several tensors, cut so that all have the same sizes; null where they cannot be. */
export function aligned(lists: readonly (readonly Factor[])[]): Factor[][] | null {
  const rest = lists.map((list) => (repeats(list) ? null : [...list]))
  const fixed = rest.filter((list) => list !== null)
  if (fixed.length === 0) {
    const widest = lists.reduce((a, b) => (b.length > a.length ? b : a), lists[0])
    return lists.map(() => widest.map((factor) => ({ ...factor, step: 0 })))
  }
  const out: Factor[][] = rest.map(() => [])
  while (fixed.some((list) => list.length > 0)) {
    if (fixed.some((list) => list.length === 0)) return null
    const heads = fixed.map((list) => list.at(-1)!)
    if (heads.some((head) => head.rows !== heads[0].rows)) return null
    const size = Math.min(...heads.map((head) => head.size))
    if (heads.some((head) => head.size % size !== 0)) return null
    rest.forEach((list, i) => {
      if (list === null) {
        out[i].unshift({ size, step: 0, rows: heads[0].rows })
        return
      }
      const head = list.pop()!
      if (head.size === size) out[i].unshift(head)
      else {
        const [outer, inner] = split(head, size)
        list.push(outer)
        out[i].unshift(inner)
      }
    })
  }
  return out
}
