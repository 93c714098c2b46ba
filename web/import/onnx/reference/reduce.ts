/** Ops along axes: sums and their like, softmax, normalisations, running sums, the largest k. */
import { listOf, need, number, scalarOr, type Node } from '../model/graph.js'
import { axisOf, OpError, sizeOf, stridesOf, tensor, walk, type Tensor } from '../model/tensor.js'
import { wrapsAround } from '../model/types.js'
import type { Cost, Kernel } from './kernel.js'

interface Fold {
  start: number
  step: (sum: number, x: number) => number
  end?: (sum: number, count: number) => number
}

const FOLDS: Record<string, Fold> = {
  ReduceSum: { start: 0, step: (s, x) => s + x },
  ReduceMean: { start: 0, step: (s, x) => s + x, end: (s, n) => s / n },
  ReduceMax: { start: -Infinity, step: (s, x) => Math.max(s, x) },
  ReduceMin: { start: Infinity, step: (s, x) => Math.min(s, x) },
  ReduceProd: { start: 1, step: (s, x) => s * x },
  ReduceL1: { start: 0, step: (s, x) => s + Math.abs(x) },
  ReduceL2: { start: 0, step: (s, x) => s + x * x, end: Math.sqrt },
  ReduceSumSquare: { start: 0, step: (s, x) => s + x * x },
  ReduceLogSum: { start: 0, step: (s, x) => s + x, end: Math.log },
}

/** The axes that a reduction runs over; none given means all, or with noop_with_empty_axes none. */
export function reducedAxes(node: Node, inputs: readonly (Tensor | undefined)[]): number[] {
  const rank = need(inputs, 0).shape.length
  const given = listOf(node, 'axes', inputs[1])
  if (given === undefined || given.length === 0)
    return number(node, 'noop_with_empty_axes', 0) !== 0 ? [] : Array.from({ length: rank }, (_, axis) => axis)
  return given.map((axis) => axisOf(axis, rank))
}

function reduceBy(fold: Fold, x: Tensor, axes: readonly number[], keep: boolean): Tensor {
  const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
  const steps = stridesOf(kept).map((stride, axis) => (axes.includes(axis) ? 0 : stride))
  const out = tensor(x.type, kept)
  out.data.fill(fold.start)
  walk(x.shape, [steps], (at, [to]) => {
    out.data[to] = fold.step(out.data[to], x.data[at])
  })
  const count = sizeOf(x.shape) / Math.max(1, out.data.length)
  if (fold.end) for (let i = 0; i < out.data.length; i++) out.data[i] = fold.end(out.data[i], count)
  return keep ? out : { ...out, shape: x.shape.filter((_, axis) => !axes.includes(axis)) }
}

/** Products in types that wrap around, which may be beyond what a double holds: their last 32 bits. */
const WRAPPING: Record<string, Fold> = {
  ReduceProd: { start: 1, step: Math.imul },
  ReduceSumSquare: { start: 0, step: (s, x) => s + Math.imul(x, x) },
}

const reduce =
  (fold: Fold, op: string): Kernel =>
  (node, inputs) => {
    const x = need(inputs, 0)
    const own = (x.type === 'int' && wrapsAround(node.dataType) ? WRAPPING[op] : undefined) ?? fold
    return [reduceBy(own, x, reducedAxes(node, inputs), number(node, 'keepdims', 1) !== 0)]
  }

const logSumExp: Kernel = (node, inputs) => {
  const x = need(inputs, 0)
  const axes = reducedAxes(node, inputs)
  let top = -Infinity
  for (const v of x.data) top = Math.max(top, v)
  const shifted = { ...x, data: Float64Array.from(x.data, (v) => Math.exp(v - top)) }
  const sum = reduceBy(FOLDS['ReduceSum'], shifted, axes, number(node, 'keepdims', 1) !== 0)
  return [{ ...sum, data: Float64Array.from(sum.data, (v) => Math.log(v) + top) }]
}

/** Calls `line` with the start and step of every run of elements along `axis`. */
export function eachLine(shape: readonly number[], axis: number, line: (start: number, step: number) => void): void {
  const inner = sizeOf(shape.slice(axis + 1))
  const outer = sizeOf(shape.slice(0, axis))
  for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) line(o * shape[axis] * inner + i, inner)
}

/** Before opset 13 softmax ran over everything from `axis` on; then along one axis. Both as shape and axis. */
export function softmaxLine(node: Node, shape: readonly number[], opset: number): { shape: number[]; axis: number } {
  const axis = axisOf(number(node, 'axis', opset < 13 ? 1 : -1), shape.length)
  if (opset >= 13) return { shape: [...shape], axis }
  return { shape: [...shape.slice(0, axis), sizeOf(shape.slice(axis))], axis }
}

const softmax =
  (logarithm: boolean): Kernel =>
  (node, inputs, opset) => {
    const x = need(inputs, 0)
    const { shape, axis } = softmaxLine(node, x.shape, opset)
    const out = tensor('float', x.shape)
    eachLine(shape, axis, (start, step) => {
      let top = -Infinity
      let sum = 0
      for (let i = 0; i < shape[axis]; i++) top = Math.max(top, x.data[start + i * step])
      for (let i = 0; i < shape[axis]; i++) sum += Math.exp(x.data[start + i * step] - top)
      for (let i = 0; i < shape[axis]; i++) {
        const v = x.data[start + i * step] - top
        out.data[start + i * step] = logarithm ? v - Math.log(sum) : Math.exp(v) / sum
      }
    })
    return [out]
  }

const layerNormalization: Kernel = (node, inputs) => {
  const [x, scale, bias] = [need(inputs, 0), need(inputs, 1), inputs[2]]
  const axis = axisOf(number(node, 'axis', -1), x.shape.length)
  const epsilon = number(node, 'epsilon', 1e-5)
  const width = sizeOf(x.shape.slice(axis))
  const out = tensor('float', x.shape)
  for (let from = 0; from < x.data.length; from += width) {
    let mean = 0
    let variance = 0
    for (let i = 0; i < width; i++) mean += x.data[from + i] / width
    for (let i = 0; i < width; i++) variance += (x.data[from + i] - mean) ** 2 / width
    const by = 1 / Math.sqrt(variance + epsilon)
    for (let i = 0; i < width; i++)
      out.data[from + i] = (x.data[from + i] - mean) * by * scale.data[i % scale.data.length] + (bias?.data[i] ?? 0)
  }
  return [out]
}

const batchNormalization: Kernel = (node, inputs) => {
  if (number(node, 'training_mode', 0) !== 0)
    throw new OpError('training mode', 'a model exported for inference (PyTorch: model.eval() before the export)')
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((at) => need(inputs, at))
  if (number(node, 'training_mode', 0) !== 0)
    throw new OpError('training mode, expected a model exported for inference')
  const epsilon = number(node, 'epsilon', 1e-5)
  const inner = sizeOf(x.shape.slice(2))
  const channels = x.shape[1]
  const out = tensor('float', x.shape)
  for (let at = 0; at < out.data.length; at++) {
    const c = Math.floor(at / inner) % channels
    out.data[at] = ((x.data[at] - mean.data[c]) / Math.sqrt(variance.data[c] + epsilon)) * scale.data[c] + bias.data[c]
  }
  return [out]
}

const lpNormalization: Kernel = (node, inputs) => {
  const x = need(inputs, 0)
  const axis = axisOf(number(node, 'axis', -1), x.shape.length)
  const p = number(node, 'p', 2)
  const out = tensor('float', x.shape)
  eachLine(x.shape, axis, (start, step) => {
    let sum = 0
    for (let i = 0; i < x.shape[axis]; i++) sum += Math.abs(x.data[start + i * step]) ** p
    const norm = sum ** (1 / p)
    for (let i = 0; i < x.shape[axis]; i++)
      out.data[start + i * step] = norm === 0 ? 0 : x.data[start + i * step] / norm
  })
  return [out]
}

const cumSum: Kernel = (node, inputs) => {
  const x = need(inputs, 0)
  const axis = axisOf(need(inputs, 1).data[0], x.shape.length)
  const exclusive = number(node, 'exclusive', 0) !== 0
  const reverse = number(node, 'reverse', 0) !== 0
  const out = tensor(x.type, x.shape)
  const n = x.shape[axis]
  eachLine(x.shape, axis, (start, step) => {
    let sum = 0
    for (let i = 0; i < n; i++) {
      const at = start + (reverse ? n - 1 - i : i) * step
      if (exclusive) out.data[at] = sum
      sum += x.data[at]
      if (!exclusive) out.data[at] = sum
    }
  })
  return [out]
}

/** Values and indices; equal values in the order of their indices. */
const topK: Kernel = (node, inputs) => {
  const x = need(inputs, 0)
  const k = scalarOr(node, 'k', inputs[1], undefined)
  if (k === undefined) throw new OpError('no k')
  const axis = axisOf(number(node, 'axis', -1), x.shape.length)
  const sign = number(node, 'largest', 1) !== 0 ? 1 : -1
  const shape = x.shape.map((n, a) => (a === axis ? k : n))
  if (k > x.shape[axis]) throw new OpError(`k ${k} of ${x.shape[axis]} elements`)
  const values = tensor(x.type, shape)
  const indices = tensor('int', shape)
  if (k === 0) return [values, indices]
  const step = sizeOf(shape.slice(axis + 1))
  eachLine(shape, axis, (to, toStep) => {
    const start = (to % step) + Math.floor(to / (k * step)) * x.shape[axis] * step
    const order = Array.from({ length: x.shape[axis] }, (_, i) => i)
    order.sort((a, b) => sign * (x.data[start + b * step] - x.data[start + a * step]) || a - b)
    for (let i = 0; i < k; i++) {
      values.data[to + i * toStep] = x.data[start + order[i] * step]
      indices.data[to + i * toStep] = order[i]
    }
  })
  return [values, indices]
}

const argBest =
  (sign: number): Kernel =>
  (node, inputs) => {
    const x = need(inputs, 0)
    const axis = axisOf(number(node, 'axis', 0), x.shape.length)
    const last = number(node, 'select_last_index', 0) !== 0
    const kept = x.shape.map((n, a) => (a === axis ? 1 : n))
    const out = tensor('int', kept)
    let at = 0
    eachLine(x.shape, axis, (start, step) => {
      let best = 0
      for (let i = 1; i < x.shape[axis]; i++) {
        const ahead = sign * (x.data[start + i * step] - x.data[start + best * step])
        if (ahead > 0 || (last && ahead === 0)) best = i
      }
      out.data[at++] = best
    })
    return [number(node, 'keepdims', 1) !== 0 ? out : { ...out, shape: x.shape.filter((_, a) => a !== axis) }]
  }

export const REDUCE: Record<string, Kernel> = {
  ...Object.fromEntries(Object.entries(FOLDS).map(([op, fold]) => [op, reduce(fold, op)])),
  ReduceLogSumExp: logSumExp,
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
  LpNormalization: lpNormalization,
  CumSum: cumSum,
  TopK: topK,
  ArgMax: argBest(1),
  ArgMin: argBest(-1),
}

/** Every line is sorted: steps of a walk for one element of it. */
const SORTED = 48

export const REDUCE_COSTS: Record<string, Cost> = { TopK: (_, inputs) => SORTED * sizeOf(need(inputs, 0).shape) }
