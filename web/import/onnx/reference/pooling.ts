/** Ops over windows: convolutions and pooling along any number of axes. */
import { need, number, numbers, text, type Node } from '../model/graph.js'
import { OpError, sizeOf, stridesOf, tensor, walk } from '../model/tensor.js'
import type { Cost, Kernel } from './kernel.js'

/** Windows over the axes from 2 on. */
export interface WindowPlan {
  kernel: number[]
  strides: number[]
  dilations: number[]
  before: number[]
  behind: number[]
  /** how many windows fit */
  out: number[]
}

/** `kernel` is the weights' for a convolution, else the attribute. */
export function windowPlan(node: Node, shape: readonly number[], given?: readonly number[]): WindowPlan {
  const kernel = [...(given ?? numbers(node, 'kernel_shape') ?? shape.slice(2))]
  const ones = kernel.map(() => 1)
  const strides = numbers(node, 'strides') ?? ones
  const dilations = numbers(node, 'dilations') ?? ones
  const reach = kernel.map((k, i) => (k - 1) * dilations[i] + 1)
  const pads = numbers(node, 'pads') ?? [...kernel, ...kernel].map(() => 0)
  let before = pads.slice(0, kernel.length)
  let behind = pads.slice(kernel.length)
  const mode = text(node, 'auto_pad', 'NOTSET')
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
    const total = kernel.map((_, i) =>
      Math.max(0, (Math.ceil(shape[2 + i] / strides[i]) - 1) * strides[i] + reach[i] - shape[2 + i]),
    )
    const half = total.map((n) => Math.floor(n / 2))
    before = mode === 'SAME_UPPER' ? half : total.map((n, i) => n - half[i])
    behind = total.map((n, i) => n - before[i])
  } else if (mode === 'VALID') {
    before = kernel.map(() => 0)
    behind = before
  }
  if (number(node, 'ceil_mode', 0) !== 0) throw new OpError('the attribute "ceil_mode"')
  const out = kernel.map((_, i) => Math.floor((shape[2 + i] + before[i] + behind[i] - reach[i]) / strides[i]) + 1)
  if (out.some((n) => !(n > 0)))
    throw new OpError(`windows of ${kernel.join(' by ')} over ${shape.slice(2).join(' by ')}`)
  return { kernel, strides, dilations, before, behind, out }
}

/** Calls `visit` with every window's place and every element that it holds, -1 for padding. */
function eachWindow(
  plan: WindowPlan,
  sizes: readonly number[],
  visit: (window: number, element: number, at: number) => void,
): void {
  const steps = stridesOf(sizes)
  const [windows, elements] = [stridesOf(plan.out), stridesOf(plan.kernel)]
  walk(plan.out, [], (window) =>
    walk(plan.kernel, [], (element) => {
      let at = 0
      for (let i = 0; i < sizes.length && at >= 0; i++) {
        const w = Math.floor(window / windows[i]) % plan.out[i]
        const e = Math.floor(element / elements[i]) % plan.kernel[i]
        const place = w * plan.strides[i] + e * plan.dilations[i] - plan.before[i]
        at = place >= 0 && place < sizes[i] ? at + place * steps[i] : -1
      }
      visit(window, element, at)
    }),
  )
}

const conv: Kernel = (node, inputs) => {
  const [x, w, bias] = [need(inputs, 0), need(inputs, 1), inputs[2]]
  const group = number(node, 'group', 1)
  const plan = windowPlan(node, x.shape, w.shape.slice(2))
  const [batch, channels] = x.shape
  const [outputs, each] = w.shape
  const [inner, windows, kernel] = [sizeOf(x.shape.slice(2)), sizeOf(plan.out), sizeOf(plan.kernel)]
  if (channels !== each * group) throw new OpError(`${channels} channels for weights of ${each} in ${group} groups`)
  const out = tensor('float', [batch, outputs, ...plan.out])
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < outputs; o++) {
      const first = Math.floor(o / (outputs / group)) * each
      const to = (b * outputs + o) * windows
      out.data.fill(bias?.data[o] ?? 0, to, to + windows)
      for (let c = 0; c < each; c++) {
        const from = (b * channels + first + c) * inner
        eachWindow(plan, x.shape.slice(2), (window, element, at) => {
          if (at >= 0) out.data[to + window] += x.data[from + at] * w.data[(o * each + c) * kernel + element]
        })
      }
    }
  return [out]
}

const pool =
  (mean: boolean, all: boolean): Kernel =>
  (node, inputs) => {
    const x = need(inputs, 0)
    const plan = windowPlan(node, x.shape, all ? x.shape.slice(2) : undefined)
    const counts = number(node, 'count_include_pad', 0) !== 0
    const [inner, windows] = [sizeOf(x.shape.slice(2)), sizeOf(plan.out)]
    const out = tensor(x.type, [...x.shape.slice(0, 2), ...plan.out])
    for (let line = 0; line < x.shape[0] * x.shape[1]; line++) {
      const held = out.data.subarray(line * windows, (line + 1) * windows).fill(mean ? 0 : -Infinity)
      const elements = new Uint32Array(windows)
      eachWindow(plan, x.shape.slice(2), (window, _, at) => {
        if (at < 0 && !counts) return
        elements[window]++
        const value = at < 0 ? 0 : x.data[line * inner + at]
        if (mean) held[window] += value
        else if (at >= 0) held[window] = Math.max(held[window], value)
      })
      if (mean) elements.forEach((count, window) => (held[window] /= count))
    }
    return [out]
  }

export const POOLING: Record<string, Kernel> = {
  Conv: conv,
  MaxPool: pool(false, false),
  AveragePool: pool(true, false),
  GlobalMaxPool: pool(false, true),
  GlobalAveragePool: pool(true, true),
}

/** Steps of a walk for one element of one window. */
const WINDOWED = 4

const poolCost =
  (all: boolean): Cost =>
  (node, inputs) => {
    const { shape } = need(inputs, 0)
    const plan = windowPlan(node, shape, all ? shape.slice(2) : undefined)
    return WINDOWED * sizeOf(shape.slice(0, 2)) * sizeOf(plan.out) * sizeOf(plan.kernel)
  }

export const POOLING_COSTS: Record<string, Cost> = {
  Conv: (node, inputs) => {
    const [{ shape }, w] = [need(inputs, 0), need(inputs, 1)]
    return WINDOWED * shape[0] * sizeOf(w.shape) * sizeOf(windowPlan(node, shape, w.shape.slice(2)).out)
  },
  MaxPool: poolCost(false),
  AveragePool: poolCost(false),
  GlobalMaxPool: poolCost(true),
  GlobalAveragePool: poolCost(true),
}
