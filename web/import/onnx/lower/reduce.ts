/** Ops along axes. The tape works along the last dimensions of a view, so the axes in question are moved there. */
import { number, scalarOr } from '../model/graph.js'
import { reducedAxes } from '../reference/reduce.js'
import { asOut, BINARY, REDUCE as KIND, UNARY, viewWith, type OpCode, type OpNumbers } from '../tape/tape.js'
import { axisOf, OpError, tensor } from '../model/tensor.js'
import { BatchError } from '../tape/trace.js'
import { extentFactors, merged, type Factor, type Value } from '../tape/value.js'
import type { Context, Lowering } from './context.js'
import { reshape } from './movement.js'

const KINDS: Record<string, string> = {
  ReduceSum: 'sum',
  ReduceMean: 'mean',
  ReduceMax: 'max',
  ReduceMin: 'min',
  ReduceProd: 'prod',
  ReduceL1: 'l1',
  ReduceL2: 'l2',
  ReduceSumSquare: 'squares',
  ReduceLogSumExp: 'logsumexp',
  ReduceLogSum: 'sum',
}

/** Sums and their like over `axes`, which become axes of size 1. */
export function reduced(context: Context, value: Value, axes: readonly number[], kind: string): Value {
  const over = axes.flatMap((axis) => value.axes[axis])
  context.tape.join([over], 'a sum over the batch')
  if (over.length === 0 && ['sum', 'mean', 'max', 'min', 'prod'].includes(kind)) return value
  const kept = value.axes.map((axis, a) => (axes.includes(a) ? [] : axis))
  const perRow = value.perRow || over.some((factor) => factor.rows)
  const out = context.tape.fresh(kept, value.type, perRow)
  const used = kept.flat().map((factor) => factor.step !== 0)
  const moving = (factors: Factor[]) => factors.filter((_, f) => used[f])
  const [outView, inView] = asOut([viewWith(out, moving(out.axes.flat())), viewWith(value, moving(kept.flat()))])
  const last = over.length === 0 ? [{ size: 1, step: 0, rows: false }] : merged(over)
  inView.dims = [...inView.dims, ...last]
  context.tape.emit('reduce', [outView, inView], perRow, { kind: KIND[kind], m: last.length })
  return out
}

const reduce: Lowering = (context, node) => {
  const axes = reducedAxes(node, [context.likeness(node, 0), context.constant(node, 1)])
  if (context.optionalIsDynamic(node, 1)) throw new OpError('axes that depend on the inputs')
  const kind = KINDS[node.op]
  let out = reduced(context, context.input(node, 0), axes, kind)
  if (node.op === 'ReduceLogSum') out = context.elementwise('unary', [out], 'float', { kind: UNARY['log'] })
  return [reshape(context, out, context.result(node).shape)]
}

/** An op along one axis, as out: the axis goes last, in one run. */
function along(context: Context, code: OpCode, given: Value, axis: number, numbers: OpNumbers, reverse = false): Value {
  const value = context.tape.single(given, axis)
  if (reverse && value.axes[axis].some((factor) => factor.rows))
    throw new BatchError(`${code} from the end of the batch`)
  context.tape.join([value.axes[axis]], `${code} along the batch`)
  const others = value.axes.map((each, a) =>
    a === axis ? each.map((factor) => ({ ...factor, step: factor.step || 1 })) : each,
  )
  const out = context.tape.fresh(others, value.type, value.perRow)
  const views = [out, value].map((each) => {
    const run = each.axes[axis][0] ?? { size: 1, step: 0, rows: false }
    const rest = each.axes.filter((_, a) => a !== axis).flat()
    const used = others.filter((_, a) => a !== axis).flat()
    const view = viewWith(each, [
      ...rest.filter((_, f) => used[f].step !== 0),
      reverse ? { ...run, step: -run.step } : run,
    ])
    if (reverse) view.offset += run.step * (run.size - 1)
    return view
  })
  const count = views[0].dims.length - 1
  context.tape.emit(code, asOut(views, count), value.perRow, numbers)
  return out
}

/** Before opset 13 softmax ran over all axes from one on. */
const softmax =
  (kind: number): Lowering =>
  (context, node) => {
    const value = context.input(node, 0)
    const { shape } = context.result(node)
    const axis = axisOf(number(node, 'axis', context.graph.opset < 13 ? 1 : -1), shape.length)
    if (context.graph.opset >= 13 || axis === shape.length - 1)
      return [along(context, 'softmax', value, axis, { kind })]
    const inner = shape.slice(axis)
    const list = inner.findIndex((extent) => extent.rows)
    if (list >= 0 && inner.every((extent) => extent.size === 1))
      return [along(context, 'softmax', value, axis + list, { kind })]
    if (list >= 0) throw new BatchError('softmax along the batch')
    const flat = [
      ...shape.slice(0, axis),
      { size: inner.reduce((product, { size }) => product * size, 1), rows: false },
    ]
    return [reshape(context, along(context, 'softmax', reshape(context, value, flat), axis, { kind }), shape)]
  }

const layerNormalization: Lowering = (context, node) => {
  const { shape } = context.result(node)
  const axis = axisOf(number(node, 'axis', -1), shape.length)
  const inner = shape.slice(axis)
  const isAlone = context.tape.isList && inner.length === 1
  if (!isAlone && inner.some((extent) => extent.rows)) throw new BatchError('a normalisation along the batch')
  const width = { size: inner.reduce((product, { size }) => product * size, 1), rows: inner[0].rows }
  const flat = [...shape.slice(0, axis), width]
  const value = context.tape.single(reshape(context, context.input(node, 0), flat), axis)
  const laid = (at: number): Value | null => {
    const found = context.optional(node, at)
    if (found === undefined) return null
    const one = found.axes.every((each) => each.length === 0)
    const whole = one ? found : reshape(context, { ...found, axes: found.axes.slice(-inner.length) }, [width])
    const last: Factor[] = one ? extentFactors(width) : context.tape.single(whole, 0).axes[0]
    return { ...whole, axes: [...flat.slice(0, -1).map((): Factor[] => []), last] }
  }
  const out = context.tape.fresh(
    value.axes.map((each, a) => (a === axis ? whole(each) : each)),
    'float',
    value.perRow,
  )
  const views = [out, value, laid(1), laid(2)].map((each, i) => {
    if (each === null) return null
    const rest = value.axes.slice(0, axis).flat()
    const own = i < 2 ? each.axes.slice(0, axis).flat() : rest.map((factor) => ({ ...factor, step: 0 }))
    const run = each.axes[axis][0] ?? { size: 1, step: 0, rows: false }
    return viewWith(each, [...own.filter((_, f) => rest[f].step !== 0), run])
  })
  const present = views.filter((view) => view !== null)
  const compact = asOut(present, present[0].dims.length - 1)
  const placed = views.map((view) => (view === null ? null : compact.shift()!))
  context.tape.emit('norm', placed, value.perRow, {
    kind: number(node, 'rms', 0),
    alpha: number(node, 'epsilon', 1e-5),
  })
  return [reshape(context, out, shape)]
}

/** A factor that repeats gets memory of its own. */
const whole = (axis: readonly Factor[]): Factor[] => axis.map((factor) => ({ ...factor, step: factor.step || 1 }))

/** Inference: x · s + t for each channel, s and t known. */
const batchNormalization: Lowering = (context, node) => {
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((at) => context.fixed(node, at, 'statistics'))
  const epsilon = number(node, 'epsilon', 1e-5)
  const factor = tensor('float', scale.shape)
  const shift = tensor('float', scale.shape)
  for (let c = 0; c < factor.data.length; c++) {
    factor.data[c] = scale.data[c] / Math.sqrt(variance.data[c] + epsilon)
    shift.data[c] = bias.data[c] - mean.data[c] * factor.data[c]
  }
  const x = context.input(node, 0)
  const laid = (what: typeof factor, name: string): Value => {
    const value = context.tape.constant(what, `${node.name}.${name}`)
    return { ...value, axes: [...value.axes, ...Array.from({ length: x.axes.length - 2 }, (): Factor[] => [])] }
  }
  const scaled = context.elementwise('binary', [x, laid(factor, 'scale')], 'float', { kind: BINARY['mul'] })
  return [context.elementwise('binary', [scaled, laid(shift, 'shift')], 'float', { kind: BINARY['add'] })]
}

const lpNormalization: Lowering = (context, node) => {
  const x = context.input(node, 0)
  const axis = axisOf(number(node, 'axis', -1), x.axes.length)
  const norm = reduced(context, x, [axis], number(node, 'p', 2) === 1 ? 'l1' : 'l2')
  const floor = context.elementwise('unary', [norm], 'float', { kind: UNARY['clip'], alpha: 1e-30, beta: 3.4e38 })
  return [context.elementwise('binary', [x, floor], 'float', { kind: BINARY['div'] })]
}

const cumSum: Lowering = (context, node) => {
  const x = context.input(node, 0)
  const axis = axisOf(context.fixed(node, 1, 'axes').data[0], x.axes.length)
  const kind = number(node, 'exclusive', 0)
  return [along(context, 'cumsum', x, axis, { kind }, number(node, 'reverse', 0) !== 0)]
}

/** The largest or smallest k along an axis: values, places or both. */
function best(
  context: Context,
  given: Value,
  axis: number,
  k: number,
  kind: number,
  wanted: [boolean, boolean],
): [Value | null, Value | null] {
  const value = context.tape.single(given, axis)
  if (k > 1 && value.axes[axis].some((factor) => factor.rows)) throw new BatchError(`the best ${k} of the batch`)
  context.tape.join([value.axes[axis]], 'the largest of the batch')
  const axes = value.axes.map((each, a): Factor[] =>
    a === axis ? (k === 1 ? [] : [{ size: k, step: 1, rows: false }]) : each,
  )
  const perRow = value.perRow || value.axes[axis].some((factor) => factor.rows)
  const values = wanted[0] ? context.tape.fresh(axes, value.type, perRow) : null
  const places = wanted[1] ? context.tape.fresh(axes, 'int', perRow) : null
  const rest = value.axes.filter((_, a) => a !== axis).flat()
  const views = [values, value, places].map((each, i) => {
    if (each === null) return null
    const run = each.axes[axis][0] ?? { size: i === 1 ? 1 : k, step: 0, rows: false }
    const own = each.axes.filter((_, a) => a !== axis).flat()
    return viewWith(each, [...own.filter((_, f) => rest[f].step !== 0), run])
  })
  const present = views.filter((view) => view !== null)
  const compact = asOut(present, present[0].dims.length - 1)
  const placed = views.map((view) => (view === null ? null : compact.shift()!))
  const also = places === null ? [] : [places.buffer]
  context.tape.emit('topk', placed, perRow, { kind }, also)
  return [values, places]
}

const topK: Lowering = (context, node) => {
  const x = context.input(node, 0)
  const k = scalarOr(
    node,
    'k',
    context.optionalIsDynamic(node, 1) ? context.fixed(node, 1, 'k') : context.constant(node, 1),
    undefined,
  )
  if (k === undefined) throw new OpError('no k')
  const axis = axisOf(number(node, 'axis', -1), x.axes.length)
  const read = (at: number) =>
    node.outputs[at] !== undefined && node.outputs[at] !== '' && context.isRead(node.outputs[at])
  const kind = number(node, 'largest', 1) !== 0 ? 0 : 1
  const wanted: [boolean, boolean] = [read(0) || !read(1), read(1)]
  const [values, places] = best(context, x, axis, k, kind, wanted)
  return [values ?? places!, places ?? values!]
}

const argBest =
  (kind: number): Lowering =>
  (context, node) => {
    if (number(node, 'select_last_index', 0) !== 0) throw new OpError('the last of equals, expected the first')
    const x = context.input(node, 0)
    const axis = axisOf(number(node, 'axis', 0), x.axes.length)
    const [, places] = best(context, x, axis, 1, kind, [false, true])
    return [reshape(context, places!, context.result(node).shape)]
  }

export const REDUCTION: Record<string, Lowering> = {
  ...Object.fromEntries(Object.keys(KINDS).map((op) => [op, reduce])),
  Softmax: softmax(0),
  LogSoftmax: softmax(1),
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
  LpNormalization: lpNormalization,
  CumSum: cumSum,
  TopK: topK,
  ArgMax: argBest(0),
  ArgMin: argBest(1),
}
