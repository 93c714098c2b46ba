/** Ops that move elements without computing with them, and those that make indices. */
import { listOf, need, number, scalarOr, text, type Node } from '../model/graph.js'
import {
  axisOf,
  broadcastShape,
  broadcastStrides,
  OpError,
  scalarOf,
  shapeText,
  sizeOf,
  stridesOf,
  tensor,
  vectorOf,
  walk,
  type Tensor,
} from '../model/tensor.js'
import type { Kernel } from './kernel.js'

/** A view's elements, in C order. */
export function gatherView(x: Tensor, shape: readonly number[], strides: readonly number[], start = 0): Tensor {
  const out = tensor(x.type, shape)
  walk(shape, [strides], (at, [from]) => {
    out.data[at] = x.data[start + from]
  })
  return out
}

const withShape = (x: Tensor, shape: readonly number[]): Tensor => ({ ...x, ...tensor(x.type, shape, x.data) })

/** An index counts from the end where it is negative. */
function indexOf(index: number, size: number): number {
  const at = index < 0 ? index + size : index
  if (!(at >= 0 && at < size)) throw new OpError(`index ${index} into ${size} elements`)
  return at
}

/** The target shape of a Reshape: 0 keeps a size, -1 takes what is left. */
export function reshaped(shape: readonly number[], target: readonly number[], allowZero: boolean): number[] {
  const out = target.map((n, axis) => (n === 0 && !allowZero ? (shape[axis] ?? 0) : n))
  const open = out.indexOf(-1)
  if (open >= 0) out[open] = sizeOf(shape) / sizeOf(out.filter((_, axis) => axis !== open))
  if (!out.every((n) => Number.isInteger(n) && n >= 0) || sizeOf(out) !== sizeOf(shape))
    throw new OpError(`a shape of ${shapeText(shape)} to be made ${shapeText(target)}`)
  return out
}

export function squeezed(shape: readonly number[], axes: readonly number[] | undefined): number[] {
  const dropped = new Set(axes?.map((axis) => axisOf(axis, shape.length)))
  for (const axis of dropped)
    if (shape[axis] !== 1) throw new OpError(`shape ${shapeText(shape)} to be squeezed at axis ${axis}`)
  return shape.filter((n, axis) => (axes === undefined ? n !== 1 : !dropped.has(axis)))
}

export function unsqueezed(shape: readonly number[], axes: readonly number[]): number[] {
  const rank = shape.length + axes.length
  const at = new Set(axes.map((axis) => axisOf(axis, rank)))
  const rest = [...shape]
  return Array.from({ length: rank }, (_, axis) => (at.has(axis) ? 1 : rest.shift()!))
}

/** Where a slice starts along each axis, how far it steps, and the shape that it has. */
export function sliceOf(
  node: Node,
  inputs: readonly (Tensor | undefined)[],
): { start: number[]; step: number[]; shape: number[] } {
  const { shape } = need(inputs, 0)
  const starts = listOf(node, 'starts', inputs[1])
  const ends = listOf(node, 'ends', inputs[2])
  if (starts === undefined || ends === undefined) throw new OpError('no starts or no ends')
  const axes = listOf(node, 'axes', inputs[3]) ?? starts.map((_, axis) => axis)
  const steps = inputs[4] === undefined ? starts.map(() => 1) : Array.from(inputs[4].data)
  const out = { start: shape.map(() => 0), step: shape.map(() => 1), shape: [...shape] }
  axes.forEach((given, i) => {
    const axis = axisOf(given, shape.length)
    const size = shape[axis]
    const step = steps[i]
    const from = (n: number) => (n < 0 ? n + size : n)
    const clamp = (n: number, low: number, high: number) => Math.min(Math.max(n, low), high)
    const start = step > 0 ? clamp(from(starts[i]), 0, size) : clamp(from(starts[i]), 0, size - 1)
    const end = step > 0 ? clamp(from(ends[i]), 0, size) : clamp(from(ends[i]), -1, size - 1)
    out.start[axis] = start
    out.step[axis] = step
    out.shape[axis] = Math.max(0, Math.ceil((end - start) / step))
  })
  return out
}

const slice: Kernel = (node, inputs) => {
  const x = need(inputs, 0)
  const { start, step, shape } = sliceOf(node, inputs)
  const strides = stridesOf(x.shape)
  return [
    gatherView(
      x,
      shape,
      strides.map((stride, axis) => stride * step[axis]),
      start.reduce((sum, n, axis) => sum + n * strides[axis], 0),
    ),
  ]
}

export function transposition(node: Node, rank: number): number[] {
  const perm = node.attributes.get('perm') as number[] | undefined
  return perm ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
}

const gather: Kernel = (node, inputs) => {
  const [x, ids] = [need(inputs, 0), need(inputs, 1)]
  const axis = axisOf(number(node, 'axis', 0), x.shape.length)
  const outer = sizeOf(x.shape.slice(0, axis))
  const inner = sizeOf(x.shape.slice(axis + 1))
  const size = x.shape[axis]
  const out = tensor(x.type, [...x.shape.slice(0, axis), ...ids.shape, ...x.shape.slice(axis + 1)])
  let at = 0
  for (let o = 0; o < outer; o++)
    for (const id of ids.data) {
      const from = (o * size + indexOf(id, size)) * inner
      for (let i = 0; i < inner; i++) out.data[at++] = x.data[from + i]
    }
  return [out]
}

const gatherElements: Kernel = (node, inputs) => {
  const [x, ids] = [need(inputs, 0), need(inputs, 1)]
  const axis = axisOf(number(node, 'axis', 0), x.shape.length)
  const strides = stridesOf(x.shape)
  const others = strides.map((stride, a) => (a === axis ? 0 : stride))
  const out = tensor(x.type, ids.shape)
  walk(ids.shape, [others], (at, [from]) => {
    out.data[at] = x.data[from + indexOf(ids.data[at], x.shape[axis]) * strides[axis]]
  })
  return [out]
}

const gatherNd: Kernel = (node, inputs) => {
  const [x, ids] = [need(inputs, 0), need(inputs, 1)]
  const batch = number(node, 'batch_dims', 0)
  const depth = ids.shape.at(-1)!
  const outer = ids.shape.slice(0, -1)
  const inner = x.shape.slice(batch + depth)
  const block = sizeOf(inner)
  const strides = stridesOf(x.shape)
  const perBatch = sizeOf(ids.shape.slice(batch, -1))
  const batchSize = sizeOf(x.shape.slice(batch))
  const out = tensor(x.type, [...outer, ...inner])
  for (let row = 0; row < sizeOf(outer); row++) {
    let from = Math.floor(row / perBatch) * batchSize
    for (let d = 0; d < depth; d++) from += indexOf(ids.data[row * depth + d], x.shape[batch + d]) * strides[batch + d]
    for (let i = 0; i < block; i++) out.data[row * block + i] = x.data[from + i]
  }
  return [out]
}

const scatterNd: Kernel = (node, inputs) => {
  const [x, ids, updates] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)]
  const how = text(node, 'reduction', 'none')
  const depth = ids.shape.at(-1)!
  const block = sizeOf(x.shape.slice(depth))
  const strides = stridesOf(x.shape)
  const out = tensor(x.type, x.shape, Float64Array.from(x.data))
  for (let row = 0; row < sizeOf(ids.shape.slice(0, -1)); row++) {
    let to = 0
    for (let d = 0; d < depth; d++) to += indexOf(ids.data[row * depth + d], x.shape[d]) * strides[d]
    for (let i = 0; i < block; i++) {
      const update = updates.data[row * block + i]
      out.data[to + i] = how === 'add' ? out.data[to + i] + update : how === 'mul' ? out.data[to + i] * update : update
    }
  }
  return [out]
}

const scatterElements: Kernel = (node, inputs) => {
  const [x, ids, updates] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)]
  if (text(node, 'reduction', 'none') !== 'none') throw new OpError(`reduction "${text(node, 'reduction', '')}"`)
  const axis = axisOf(number(node, 'axis', 0), x.shape.length)
  const strides = stridesOf(x.shape)
  const others = strides.map((stride, a) => (a === axis ? 0 : stride))
  const out = tensor(x.type, x.shape, Float64Array.from(x.data))
  walk(ids.shape, [others], (at, [to]) => {
    out.data[to + indexOf(ids.data[at], x.shape[axis]) * strides[axis]] = updates.data[at]
  })
  return [out]
}

const concat: Kernel = (node, inputs) => {
  const parts = inputs.map((_, i) => need(inputs, i))
  const axis = axisOf(number(node, 'axis', 1), parts[0].shape.length)
  const shape = [...parts[0].shape]
  for (const part of parts)
    if (part.shape.length !== shape.length || part.shape.some((n, a) => a !== axis && n !== shape[a]))
      throw new OpError(`shapes ${parts.map((each) => shapeText(each.shape)).join(', ')} to be joined at axis ${axis}`)
  shape[axis] = parts.reduce((sum, part) => sum + part.shape[axis], 0)
  const out = tensor(parts[0].type, shape)
  const inner = sizeOf(shape.slice(axis + 1))
  let at = 0
  for (let o = 0; o < sizeOf(shape.slice(0, axis)); o++)
    for (const part of parts) {
      const block = part.shape[axis] * inner
      for (let i = 0; i < block; i++) out.data[at++] = part.data[o * block + i]
    }
  return [out]
}

/** The sizes of a Split's parts along its axis. */
export function splitSizes(node: Node, inputs: readonly (Tensor | undefined)[]): { axis: number; sizes: number[] } {
  const x = need(inputs, 0)
  const axis = axisOf(number(node, 'axis', 0), x.shape.length)
  const given = listOf(node, 'split', inputs[1])
  if (given !== undefined) return { axis, sizes: given }
  const parts = node.outputs.length
  const each = Math.ceil(x.shape[axis] / parts)
  return { axis, sizes: node.outputs.map((_, i) => Math.min(each, x.shape[axis] - i * each)) }
}

const split: Kernel = (node, inputs) => {
  const x = need(inputs, 0)
  const { axis, sizes } = splitSizes(node, inputs)
  const strides = stridesOf(x.shape)
  let start = 0
  return sizes.map((size) => {
    const part = gatherView(
      x,
      x.shape.map((n, a) => (a === axis ? size : n)),
      strides,
      start * strides[axis],
    )
    start += size
    return part
  })
}

const expand: Kernel = (_, inputs) => {
  const x = need(inputs, 0)
  const shape = broadcastShape(x.shape, Array.from(need(inputs, 1).data))
  if (shape === null)
    throw new OpError(`shape ${shapeText(x.shape)} to be expanded to ${shapeText([...inputs[1]!.data])}`)
  return [gatherView(x, shape, broadcastStrides(x.shape, shape))]
}

const tile: Kernel = (_, inputs) => {
  const x = need(inputs, 0)
  const repeats = need(inputs, 1).data
  const shape = x.shape.map((n, axis) => n * repeats[axis])
  const strides = stridesOf(x.shape)
  const split = x.shape.flatMap((n, axis) => [repeats[axis], n])
  const out = gatherView(
    x,
    split,
    strides.flatMap((stride) => [0, stride]),
  )
  return [withShape(out, shape)]
}

/** How much a Pad adds before and behind along each axis; negative cuts off. */
export function padsOf(node: Node, inputs: readonly (Tensor | undefined)[]): { before: number[]; behind: number[] } {
  const rank = need(inputs, 0).shape.length
  const given = listOf(node, node.attributes.has('paddings') ? 'paddings' : 'pads', inputs[1])
  if (given === undefined) throw new OpError('no pads')
  const axes = inputs[3] === undefined ? Array.from({ length: rank }, (_, axis) => axis) : Array.from(inputs[3].data)
  const out = { before: new Array<number>(rank).fill(0), behind: new Array<number>(rank).fill(0) }
  axes.forEach((axis, i) => {
    out.before[axisOf(axis, rank)] = given[i]
    out.behind[axisOf(axis, rank)] = given[i + axes.length]
  })
  return out
}

const pad: Kernel = (node, inputs) => {
  const x = need(inputs, 0)
  const mode = text(node, 'mode', 'constant')
  const { before, behind } = padsOf(node, inputs)
  const value = scalarOr(node, 'value', inputs[2], 0)!
  const shape = x.shape.map((n, axis) => n + before[axis] + behind[axis])
  const strides = stridesOf(x.shape)
  const out = tensor(x.type, shape)
  const index = shape.map(() => 0)
  for (let at = 0; at < out.data.length; at++) {
    let from = 0
    let inside = true
    for (let axis = 0; axis < shape.length && inside; axis++) {
      const n = x.shape[axis]
      let i = index[axis] - before[axis]
      if (mode === 'reflect' && n > 1) i = Math.abs(((i % (2 * n - 2)) + 2 * n - 2) % (2 * n - 2))
      if (mode === 'reflect' && i >= n) i = 2 * n - 2 - i
      if (mode === 'edge') i = Math.min(Math.max(i, 0), n - 1)
      inside = i >= 0 && i < n
      from += i * strides[axis]
    }
    out.data[at] = inside ? x.data[from] : value
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0
  }
  return [out]
}

const trilu: Kernel = (node, inputs) => {
  const x = need(inputs, 0)
  const upper = number(node, 'upper', 1) !== 0
  const k = inputs[1]?.data[0] ?? 0
  const [rows, columns] = x.shape.slice(-2)
  const out = tensor(x.type, x.shape)
  for (let at = 0; at < out.data.length; at++) {
    const above = (at % columns) - (Math.floor(at / columns) % rows)
    out.data[at] = (upper ? above >= k : above <= k) ? x.data[at] : 0
  }
  return [out]
}

const shapeOf: Kernel = (node, inputs) => {
  const { shape } = need(inputs, 0)
  const end = node.attributes.has('end') ? number(node, 'end', 0) : shape.length
  return [vectorOf('int', shape.slice(number(node, 'start', 0), end))]
}

const oneHot: Kernel = (node, inputs) => {
  const [ids, depth, values] = [need(inputs, 0), need(inputs, 1).data[0], need(inputs, 2)]
  const axis = axisOf(number(node, 'axis', -1), ids.shape.length + 1)
  const shape = [...ids.shape.slice(0, axis), depth, ...ids.shape.slice(axis)]
  const inner = sizeOf(ids.shape.slice(axis))
  const out = tensor(values.type, shape)
  for (let at = 0; at < out.data.length; at++) {
    const outer = Math.floor(at / (depth * inner))
    const id = ids.data[outer * inner + (at % inner)]
    out.data[at] = values.data[(id < 0 ? id + depth : id) === Math.floor(at / inner) % depth ? 1 : 0]
  }
  return [out]
}

export const MOVEMENT: Record<string, Kernel> = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterND: scatterNd,
  ScatterElements: scatterElements,
  Concat: concat,
  Slice: slice,
  Split: split,
  Expand: expand,
  Tile: tile,
  Pad: pad,
  Trilu: trilu,
  OneHot: oneHot,
  Shape: shapeOf,
  Size: (_, inputs) => [scalarOf('int', sizeOf(need(inputs, 0).shape))],
  Reshape: (node, inputs) => {
    const x = need(inputs, 0)
    const target = listOf(node, 'shape', inputs[1])
    if (target === undefined) throw new OpError('no target shape')
    return [withShape(x, reshaped(x.shape, target, number(node, 'allowzero', 0) !== 0))]
  },
  Flatten: (node, inputs) => {
    const x = need(inputs, 0)
    const axis = number(node, 'axis', 1)
    const at = axis < 0 ? axis + x.shape.length : axis
    return [withShape(x, [sizeOf(x.shape.slice(0, at)), sizeOf(x.shape.slice(at))])]
  },
  Squeeze: (node, inputs) => {
    const x = need(inputs, 0)
    return [withShape(x, squeezed(x.shape, listOf(node, 'axes', inputs[1])))]
  },
  Unsqueeze: (node, inputs) => {
    const x = need(inputs, 0)
    return [withShape(x, unsqueezed(x.shape, listOf(node, 'axes', inputs[1]) ?? []))]
  },
  Transpose: (node, inputs) => {
    const x = need(inputs, 0)
    const perm = transposition(node, x.shape.length)
    const strides = stridesOf(x.shape)
    return [
      gatherView(
        x,
        perm.map((axis) => x.shape[axis]),
        perm.map((axis) => strides[axis]),
      ),
    ]
  },
  ConstantOfShape: (node, inputs) => {
    const value = (node.attributes.get('value') as Tensor | undefined) ?? tensor('float', [1])
    const out = tensor(value.type, Array.from(need(inputs, 0).data))
    return [{ ...out, data: out.data.fill(value.data[0]) }]
  },
  Range: (_, inputs) => {
    const [start, limit, delta] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)].map((each) => each.data[0])
    const count = Math.max(0, Math.ceil((limit - start) / delta))
    const out = tensor(inputs[0]!.type, [count])
    for (let i = 0; i < count; i++) out.data[i] = start + i * delta
    return [out]
  },
}
