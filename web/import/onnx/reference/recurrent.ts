/** GRU, LSTM and RNN as ONNX defines them, in both directions, with sequence lengths and initial states. */
import { need, number, numbers, text, type Node } from '../model/graph.js'
import { OpError, shapeText, sizeOf, tensor, type Tensor } from '../model/tensor.js'
import { activation } from './elementwise.js'
import type { Cost, Kernel } from './kernel.js'

type Activation = (x: number) => number

export interface RecurrentPlan {
  directions: number
  /** of direction d: from the last step to the first */
  reversed: boolean[]
  hidden: number
  steps: number
  batch: number
  width: number
  /** activations' names, `perDirection` of them for each direction */
  activations: string[]
}

/** What the three cells share. `layout` 1 puts the batch first. */
export function recurrentPlan(
  node: Node,
  x: Tensor,
  gates: number,
  r: Tensor,
  defaults: readonly string[],
): RecurrentPlan {
  const direction = text(node, 'direction', 'forward')
  const directions = direction === 'bidirectional' ? 2 : 1
  const hidden = r.shape[2]
  if (x.shape.length !== 3 || r.shape.length !== 3 || r.shape[1] !== gates * hidden)
    throw new OpError(`shapes ${shapeText(x.shape)} and ${shapeText(r.shape)}`)
  if (node.attributes.has('clip')) throw new OpError('the attribute "clip"')
  const [first, second, width] = x.shape
  const batchFirst = number(node, 'layout', 0) !== 0
  const given = text(node, 'activations', '')
  const activations = given === '' ? new Array(directions).fill(defaults).flat() : given.split(',')
  return {
    directions,
    reversed: directions === 2 ? [false, true] : [direction === 'reverse'],
    hidden,
    steps: batchFirst ? second : first,
    batch: batchFirst ? first : second,
    width,
    activations,
  }
}

/**
 * An initial state for `batch` rows. PyTorch may leave one in the model for as many rows as the example had that it was
 * exported with; where all its rows are the same it serves any number.
 */
export function initialState(state: Tensor | undefined, axis: number, batch: number): Tensor | undefined {
  if (state === undefined || state.shape[axis] === batch) return state
  const sizes = [...state.shape]
  const inner = sizes[2]
  const [rows, after] = [sizes[axis], axis === 0 ? sizes[1] * inner : inner]
  sizes[axis] = batch
  const out = tensor(state.type, sizes)
  for (let at = 0; at < out.data.length; at++)
    out.data[at] = state.data[Math.floor(at / (batch * after)) * rows * after + (at % after)]
  const differs = state.data.some(
    (value, at) => value !== state.data[Math.floor(at / (rows * after)) * rows * after + (at % after)],
  )
  if (differs) throw new OpError(`an initial state of shape ${shapeText(state.shape)} for ${batch} rows`)
  return out
}

/** One step of one cell: sums of the gates from the input and from the state, the state before; the state after. */
type Cell = (input: Float64Array, state: Float64Array, hidden: Float64Array, memory: Float64Array) => void

function run(
  node: Node,
  inputs: readonly (Tensor | undefined)[],
  gates: number,
  defaults: readonly string[],
  hasMemory: boolean,
  cellOf: (
    bias: (gate: number, i: number, recurrent: boolean) => number,
    f: Activation[],
    d: number,
    plan: RecurrentPlan,
  ) => Cell,
): Tensor[] {
  const [x, w, r] = [need(inputs, 0), need(inputs, 1), need(inputs, 2)]
  const plan = recurrentPlan(node, x, gates, r, defaults)
  const { directions, hidden, steps, batch, width } = plan
  const batchFirst = number(node, 'layout', 0) !== 0
  const [b, lengths] = [inputs[3], inputs[4]]
  const [initialH, initialC] = [inputs[5], inputs[6]].map((state) => initialState(state, batchFirst ? 0 : 1, batch))
  const y = tensor('float', batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden])
  const yH = tensor('float', batchFirst ? [batch, directions, hidden] : [directions, batch, hidden])
  const yC = tensor('float', yH.shape)
  const alpha = numbers(node, 'activation_alpha')
  const beta = numbers(node, 'activation_beta')
  const total = gates * hidden
  const stateAt = (d: number, row: number) => (batchFirst ? row * directions + d : d * batch + row) * hidden
  for (let d = 0; d < directions; d++) {
    const f = defaults.map((_, i) => {
      const at = d * defaults.length + i
      const found = activation(plan.activations[at], alpha?.[at], beta?.[at])
      if (found === undefined) throw new OpError(`the activation "${plan.activations[at]}"`)
      return found
    })
    const bias = (gate: number, i: number, recurrent: boolean) =>
      b?.data[d * 2 * total + (recurrent ? total : 0) + gate * hidden + i] ?? 0
    const cell = cellOf(bias, f, d, plan)
    for (let row = 0; row < batch; row++) {
      const at = stateAt(d, row)
      const h = Float64Array.from({ length: hidden }, (_, i) => initialH?.data[at + i] ?? 0)
      const c = Float64Array.from({ length: hidden }, (_, i) => (hasMemory ? (initialC?.data[at + i] ?? 0) : 0))
      const length = lengths === undefined ? steps : lengths.data[row]
      if (!(length >= 0 && length <= steps)) throw new OpError(`a sequence of ${length} of ${steps} steps`)
      const fromInput = new Float64Array(total)
      const fromState = new Float64Array(total)
      for (let step = 0; step < length; step++) {
        const t = plan.reversed[d] ? length - 1 - step : step
        const from = (batchFirst ? row * steps + t : t * batch + row) * width
        for (let g = 0; g < total; g++) {
          let sum = 0
          for (let i = 0; i < width; i++) sum += w.data[(d * total + g) * width + i] * x.data[from + i]
          fromInput[g] = sum
          sum = 0
          for (let i = 0; i < hidden; i++) sum += r.data[(d * total + g) * hidden + i] * h[i]
          fromState[g] = sum
        }
        cell(fromInput, fromState, h, c)
        const to = (batchFirst ? (row * steps + t) * directions + d : (t * directions + d) * batch + row) * hidden
        y.data.set(h, to)
      }
      yH.data.set(h, at)
      yC.data.set(c, at)
    }
  }
  return hasMemory ? [y, yH, yC] : [y, yH]
}

/** Gates in the order z, r, h. With linear_before_reset the reset gate scales the product, else the state itself. */
const gru: Kernel = (node, inputs) => {
  const linear = number(node, 'linear_before_reset', 0) !== 0
  const r = need(inputs, 2)
  return run(node, inputs, 3, ['Sigmoid', 'Tanh'], false, (bias, [f, g], d, { hidden }) => {
    const z = new Float64Array(hidden)
    const reset = new Float64Array(hidden)
    return (x, s, h) => {
      for (let i = 0; i < hidden; i++) {
        z[i] = f(x[i] + s[i] + bias(0, i, false) + bias(0, i, true))
        reset[i] = f(x[hidden + i] + s[hidden + i] + bias(1, i, false) + bias(1, i, true))
      }
      const next = Float64Array.from(h, (before, i) => {
        let state = s[2 * hidden + i]
        if (!linear) {
          state = 0
          const at = ((d * 3 + 2) * hidden + i) * hidden
          for (let j = 0; j < hidden; j++) state += r.data[at + j] * reset[j] * h[j]
        }
        const inner = linear ? reset[i] * (state + bias(2, i, true)) : state + bias(2, i, true)
        return (1 - z[i]) * g(x[2 * hidden + i] + inner + bias(2, i, false)) + z[i] * before
      })
      h.set(next)
    }
  })
}

/** Gates in the order i, o, f, c. */
const lstm: Kernel = (node, inputs) => {
  if (inputs[7] !== undefined) throw new OpError('peephole weights')
  if (number(node, 'input_forget', 0) !== 0) throw new OpError('the attribute "input_forget"')
  return run(node, inputs, 4, ['Sigmoid', 'Tanh', 'Tanh'], true, (bias, [f, g, out], _, { hidden }) => (x, s, h, c) => {
    const gate = (k: number, i: number) => x[k * hidden + i] + s[k * hidden + i] + bias(k, i, false) + bias(k, i, true)
    for (let i = 0; i < hidden; i++) {
      c[i] = f(gate(2, i)) * c[i] + f(gate(0, i)) * g(gate(3, i))
      h[i] = f(gate(1, i)) * out(c[i])
    }
  })
}

const rnn: Kernel = (node, inputs) =>
  run(node, inputs, 1, ['Tanh'], false, (bias, [f], _, { hidden }) => (x, s, h) => {
    for (let i = 0; i < hidden; i++) h[i] = f(x[i] + s[i] + bias(0, i, false) + bias(0, i, true))
  })

export const RECURRENT: Record<string, Kernel> = { GRU: gru, LSTM: lstm, RNN: rnn }

/** Every step of every row multiplies by all the weights, eight in the time of one step of a walk. */
const recurrentCost: Cost = (_, inputs) => {
  const [x, w, r] = [0, 1, 2].map((at) => need(inputs, at).shape)
  return (x[0] * x[1] * (sizeOf(w) + sizeOf(r))) / 8
}

export const RECURRENT_COSTS: Record<string, Cost> = { GRU: recurrentCost, LSTM: recurrentCost, RNN: recurrentCost }
