/**
 * Convolutions and pooling: windows are a view whose steps overlap, so a convolution is a product over the window's axes
 * and pooling a reduction over them. A convolution of width 1, as SASRec's feed-forward has it, moves nothing at all.
 */
import { number } from '../model/graph.js'
import { windowPlan, type WindowPlan } from '../reference/pooling.js'
import { OpError } from '../model/tensor.js'
import { BatchError, type Extent } from '../tape/trace.js'
import type { Factor, Value } from '../tape/value.js'
import { repeated, type Context, type Lowering } from './context.js'
import { contract } from './matrix.js'
import { concatenated, sliced } from './movement.js'
import { reduced } from './reduce.js'

/** [rows, channels, windows…, elements of a window…], the sides padded with `fill`. */
function windows(context: Context, given: Value, extents: readonly Extent[], plan: WindowPlan, fill: number): Value {
  if (extents.slice(2).some((extent) => extent.rows)) throw new BatchError('windows along the batch')
  let value = given
  let sizes = [...extents]
  plan.kernel.forEach((_, i) => {
    const axis = 2 + i
    const side = (n: number): [Value, Extent[]] => {
      const shape = sizes.map((extent, a) => (a === axis ? { size: n, rows: false } : extent))
      return [repeated(context.tape.scalar(fill), shape), shape]
    }
    const parts: [Value, Extent[]][] = [[value, sizes]]
    if (plan.before[i] > 0) parts.unshift(side(plan.before[i]))
    if (plan.behind[i] > 0) parts.push(side(plan.behind[i]))
    if (parts.length === 1) return
    const total = parts.reduce((sum, [, shape]) => sum + shape[axis].size, 0)
    sizes = sizes.map((extent, a) => (a === axis ? { size: total, rows: false } : extent))
    value = concatenated(
      context,
      parts.map(([each]) => each),
      parts.map(([, shape]) => shape),
      axis,
      sizes,
    )
  })
  plan.kernel.forEach((_, i) => {
    value = context.tape.single(value, 2 + i)
  })
  const along = (counts: readonly number[], steps: readonly number[]): Factor[][] =>
    counts.map((size, i) => {
      const step = value.axes[2 + i][0]?.step ?? 0
      return size === 1 ? [] : [{ size, step: step * steps[i], rows: false }]
    })
  return {
    ...value,
    axes: [value.axes[0], value.axes[1], ...along(plan.out, plan.strides), ...along(plan.kernel, plan.dilations)],
  }
}

const conv: Lowering = (context, node) => {
  const extents = context.shapeOf(node, 0)
  const weights = context.shapeOf(node, 1).map(({ size }) => size)
  const shape = extents.map(({ size }) => size)
  const plan = windowPlan(node, shape, weights.slice(2))
  const group = number(node, 'group', 1)
  const [dims, each, outputs] = [plan.kernel.length, weights[1], weights[0] / group]
  const seen = windows(context, context.input(node, 0), extents, plan, 0)
  const w = context.input(node, 1)
  const given = context.optional(node, 2)
  const parts: Value[] = []
  const result = context.result(node).shape
  const one = result.map((extent, a) => (a === 1 ? { size: outputs, rows: false } : extent))
  for (let g = 0; g < group; g++) {
    const x = group === 1 ? seen : sliced(context, seen, 1, g * each, 1, { size: extents[1].size, rows: false }, each)
    const of = (value: Value) =>
      group === 1 ? value : sliced(context, value, 0, g * outputs, 1, { size: weights[0], rows: false }, outputs)
    const bias =
      given === undefined
        ? undefined
        : { ...of(given), axes: [[], of(given).axes[0], ...plan.out.map((): Factor[] => [])] }
    const axes: [number | null, number | null][] = [
      [0, null],
      [null, 0],
    ]
    plan.out.forEach((_, i) => axes.push([2 + i, null]))
    const summed: [number, number][] = [[1, 1]]
    plan.kernel.forEach((_, i) => summed.push([2 + dims + i, 2 + i]))
    parts.push(contract(context, [x, of(w)], axes, summed, { scale: 1, bias, numbers: {} }))
  }
  if (group === 1) return parts
  return [
    concatenated(
      context,
      parts,
      parts.map(() => one),
      1,
      result,
    ),
  ]
}

const pool =
  (kind: 'max' | 'mean', all: boolean): Lowering =>
  (context, node) => {
    const extents = context.shapeOf(node, 0)
    const shape = extents.map(({ size }) => size)
    const plan = windowPlan(node, shape, all ? shape.slice(2) : undefined)
    const isPadded = [...plan.before, ...plan.behind].some((n) => n > 0)
    if (kind === 'mean' && isPadded && number(node, 'count_include_pad', 0) === 0)
      throw new OpError('means over windows that reach beyond the edge')
    if (node.outputs.length > 1 && context.isRead(node.outputs[1])) throw new OpError('indices of the largest')
    const seen = windows(context, context.input(node, 0), extents, plan, kind === 'max' ? -3.4e38 : 0)
    const first = 2 + plan.kernel.length
    const sum = reduced(
      context,
      seen,
      plan.kernel.map((_, i) => first + i),
      kind,
    )
    return [{ ...sum, axes: sum.axes.slice(0, first) }]
  }

export const POOLING: Record<string, Lowering> = {
  Conv: conv,
  MaxPool: pool('max', false),
  AveragePool: pool('mean', false),
  GlobalMaxPool: pool('max', true),
  GlobalAveragePool: pool('mean', true),
}
