/**
 * GRU, LSTM and RNN. What comes from the input is one matrix product over all steps; the tape's own op walks through the steps;
 * an RNN's step is one matrix product more, with its activation.
 * Rows of different lengths: a forward pass is right up to each row's end, so later states are cut off and the last one is
 * looked up; a backward pass reads its rows turned round, each within its own length.
 */
import { number, type Node } from '../model/graph.js'
import { initialState, recurrentPlan } from '../reference/recurrent.js'
import { BINARY, UNARY, viewWith } from '../tape/tape.js'
import { OpError, tensor, type Tensor } from '../model/tensor.js'
import { BatchError, type Extent } from '../tape/trace.js'
import { extentFactors, type Factor, type Value } from '../tape/value.js'
import { repeated, type Context, type Lowering } from './context.js'
import { product } from './matrix.js'
import { concatenated, stepsAt } from './movement.js'

const NONE: Factor = { size: 1, step: 0, rows: false }

/** Row d of a constant of directions, as [rest…]. */
function ofDirection(x: Tensor, d: number): Tensor {
  const size = x.data.length / x.shape[0]
  return { type: x.type, shape: x.shape.slice(1), data: x.data.slice(d * size, (d + 1) * size) }
}

/** [rows, columns] constants, turned. */
function turned(x: Tensor): Tensor {
  const [rows, columns] = x.shape
  const out = tensor(x.type, [columns, rows])
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out.data[c * rows + r] = x.data[r * columns + c]
  return out
}

/** Activations of each kind of cell, by its number of gates; an RNN may have others. */
const DEFAULTS = { 1: ['Tanh'], 3: ['Sigmoid', 'Tanh'], 4: ['Sigmoid', 'Tanh', 'Tanh'] } as const
const RNN_ACTIVATIONS = ['Tanh', 'Relu', 'Sigmoid']

const recurrent =
  (gates: 1 | 3 | 4): Lowering =>
  (context, node) => {
    const isLstm = gates === 4
    const x = context.input(node, 0)
    const defaults = DEFAULTS[gates]
    const plan = recurrentPlan(node, context.likeness(node, 0), gates, context.likeness(node, 2), defaults)
    const { directions, hidden, steps } = plan
    plan.activations.forEach((name, i) => {
      const allowed = gates === 1 ? RNN_ACTIVATIONS : [defaults[i % defaults.length]]
      if (!allowed.some((each) => each.toLowerCase() === name.toLowerCase()))
        throw new OpError(
          `the activation "${name}"`,
          gates === 1 ? `one of ${allowed.join(', ')}` : defaults.join(', '),
        )
    })
    if (number(node, 'layout', 0) !== 0) throw new OpError('layout 1, expected steps before rows')
    if (isLstm && node.inputs[7]) throw new OpError('peephole weights')
    const linear = !isLstm && number(node, 'linear_before_reset', 0) !== 0
    const [step, batch] = context.shapeOf(node, 0)
    if (step.rows) throw new BatchError('steps along the batch')
    const lengths = context.optional(node, 4)
    const stateAt = (at: number): Value | undefined => {
      const constant = context.constant(node, at)
      if (constant === undefined || constant.shape[1] <= 1) return context.optional(node, at)
      const one = context.tape.constant(initialState(constant, 1, 1)!, node.inputs[at])
      return repeated(one, [{ size: directions, rows: false }, batch, { size: hidden, rows: false }])
    }
    const [h0, c0] = [stateAt(5), isLstm ? stateAt(6) : undefined]
    const all: Value[] = []
    const last: Value[] = []
    const cells: Value[] = []
    /** The states of direction d, all and the last, within each row's length. */
    const keep = (whole: Value, d: number, backwards: boolean): void => {
      const end = lengths === undefined ? null : lengths
      last.push(end === null ? at(whole, backwards ? 0 : steps - 1) : lastOf(context, whole, end))
      const ordered = end !== null && plan.reversed[d] ? inLength(context, whole, end, steps) : whole
      all.push(end === null ? whole : withinLength(context, ordered, end, steps))
    }
    for (let d = 0; d < directions; d++) {
      const name = `${node.name}.${d}`
      const [wd, rd] = [weights(context, node, 1, d, `${name}.w`), weights(context, node, 2, d, `${name}.r`)]
      const { input: bias, state } = biases(context, node, d, gates, hidden, linear)
      const ahead = plan.reversed[d] && lengths !== undefined ? inLength(context, x, lengths, steps) : x
      const g = product(context, ahead, wd, { scale: 1, bias, numbers: {} })
      const rows: Factor[] = extentFactors(batch).map((factor) => ({ ...factor, step: 1 }))
      const own: Factor[] = hidden === 1 ? [] : [{ size: hidden, step: 1, rows: false }]
      const sequence: Factor[] = steps === 1 ? [] : [{ size: steps, step: 1, rows: false }]
      const perRow = g.perRow || (h0?.perRow ?? false) || (c0?.perRow ?? false)
      const gate = everywhere(context, g)
      const initial = (value: Value | undefined): Value =>
        value === undefined
          ? repeated(context.tape.scalar(0), [batch, { size: hidden, rows: false }])
          : { ...value, offset: value.offset + d * (value.axes[0][0]?.step ?? 0), axes: value.axes.slice(1) }
      const backwards = plan.reversed[d] && lengths === undefined
      if (gates === 1) {
        const kind = UNARY[plan.activations[d].toLowerCase()]
        const states = unrolled(context, gate, rd, h0 && initial(h0), steps, backwards, kind)
        keep(states, d, backwards)
        continue
      }
      const whole = context.tape.fresh([sequence, rows, own], 'float', perRow, true)
      const scratch = context.tape.fresh([rows, [{ size: 4 * hidden, step: 1, rows: false }]], 'float', perRow, true)
      const walk = (value: Value) => {
        const step = value.axes[0][0] ?? NONE
        const dims = [
          { size: steps, step: backwards ? -step.step : step.step, rows: false },
          dimOf(value, 1),
          dimOf(value, 2),
        ]
        const view = viewWith(value, dims)
        if (backwards) view.offset += step.step * (steps - 1)
        return view
      }
      const flat = (value: Value) => viewWith(value, [dimOf(value, 0), dimOf(value, 1)])
      const rView = { ...flat(rd), codedAlong: 1 }
      const start = flat(settle(context, initial(h0)))
      if (isLstm) {
        const memory = context.tape.fresh([rows, own], 'float', perRow, true)
        context.tape.copyInto(memory, settle(context, initial(c0)), perRow)
        const views = [walk(whole), walk(gate), rView, flat(memory), start, flat(scratch)]
        context.tape.emit('lstm', views, perRow, {}, [memory.buffer, scratch.buffer])
        cells.push(memory)
      } else {
        const stateBias = state === undefined ? null : viewWith(state, [dimOf(state, 0)])
        const views = [walk(whole), walk(gate), rView, stateBias, start, flat(scratch)]
        context.tape.emit('gru', views, perRow, { kind: linear ? 1 : 0 }, [scratch.buffer])
      }
      if (lengths !== undefined && isLstm && context.isRead(node.outputs[2] ?? ''))
        throw new OpError('cell states of rows of different lengths')
      keep(whole, d, backwards)
    }
    const join = (parts: readonly Value[], axis: number): Value => {
      const laid = parts.map((part) => ({ ...part, axes: [...part.axes.slice(0, axis), [], ...part.axes.slice(axis)] }))
      if (laid.length === 1) return laid[0]
      const shape = context.traced(node.outputs[axis === 1 ? 0 : node.outputs[1] ? 1 : 2]).shape
      const one = shape.map((extent, a) => (a === axis ? { size: 1, rows: false } : extent))
      return concatenated(
        context,
        laid,
        laid.map(() => one),
        axis,
        shape,
      )
    }
    const wanted = (i: number) =>
      node.outputs[i] !== undefined && node.outputs[i] !== '' && context.isRead(node.outputs[i])
    const y = wanted(0) ? join(all, 1) : all[0]
    const yH = wanted(1) ? join(last, 0) : last[0]
    return isLstm ? [y, yH, wanted(2) ? join(cells, 0) : cells[0]] : [y, yH]
  }

/** Each step as a product of its own: h ← f(g + h Rᵀ). */
function unrolled(
  context: Context,
  g: Value,
  r: Value,
  initial: Value | undefined,
  steps: number,
  backwards: boolean,
  kind: number,
): Value {
  const states = new Array<Value>(steps)
  let state = initial
  for (let i = 0; i < steps; i++) {
    const t = backwards ? steps - 1 - i : i
    const given = at(g, t)
    state =
      state === undefined
        ? context.elementwise('unary', [given], 'float', { kind })
        : product(context, state, r, { scale: 1, bias: given, numbers: { kind } })
    states[t] = state
  }
  if (steps === 1) return { ...states[0], axes: [[], ...states[0].axes] }
  const [rows, own] = [g.axes[1], g.axes[2]].map((axis): Extent => extentOf(axis))
  const step: Extent[] = [{ size: 1, rows: false }, rows, own]
  return concatenated(
    context,
    states.map((each) => ({ ...each, axes: [[], ...each.axes] })),
    states.map(() => step),
    0,
    [{ size: steps, rows: false }, rows, own],
  )
}

const extentOf = (axis: readonly Factor[]): Extent => ({
  size: axis.reduce((product, factor) => product * factor.size, 1),
  rows: axis.some((factor) => factor.rows),
})

const dimOf = (value: Value, axis: number): Factor => {
  const factors = value.axes[axis]
  if (factors.length > 1) {
    const [outer, inner] = factors
    if (factors.length === 2 && outer.rows && outer.step === inner.step * inner.size)
      return { size: inner.size, step: inner.step, rows: true }
    throw new OpError('states whose rows lie apart')
  }
  return factors[0] ?? NONE
}

/** A value whose repeats have memory where the op wants some: steps and rows as they are, but in one piece each. */
function everywhere(context: Context, value: Value): Value {
  return value.axes.some((axis) => axis.length > 1 && !axis[0].rows) ? context.tape.copy(value) : value
}
const settle = everywhere

/** The weights of direction d, [from, gates]: constants turned, or as a view of what is given. */
function weights(context: Context, node: Node, input: number, d: number, name: string): Value {
  const constant = context.constant(node, input)
  if (constant !== undefined) return context.tape.constant(turned(ofDirection(constant, d)), name)
  const given = at(context.input(node, input), d)
  if (given.perRow) throw new OpError('weights that differ between rows')
  return { ...given, axes: [given.axes[1], given.axes[0]] }
}

/** Biases as the op takes them: summed, but the recurrent one of a GRU's last gate apart where it comes before the reset. */
function biases(
  context: Context,
  node: Node,
  d: number,
  gates: number,
  hidden: number,
  linear: boolean,
): { input: Value; state?: Value } {
  const total = gates * hidden
  const summed = linear ? 2 * hidden : total
  const name = `${node.name}.${d}`
  if (context.optionalIsDynamic(node, 3)) {
    const given = at(context.input(node, 3), d)
    const some = (from: number, size: number) => within(given, from, size)
    const input = context.elementwise('binary', [some(0, summed), some(total, summed)], 'float', {
      kind: BINARY['add'],
    })
    if (!linear) return { input }
    const parts = [input, some(summed, hidden)]
    const sizes = [summed, hidden].map((size) => [{ size, rows: false }])
    const all = concatenated(context, parts, sizes, 0, [{ size: total, rows: false }])
    return { input: all, state: some(total + summed, hidden) }
  }
  const b = context.constant(node, 3)
  const input = tensor('float', [total])
  const state = tensor('float', [hidden])
  for (let i = 0; b !== undefined && i < total; i++) {
    const recurrent = b.data[d * 2 * total + total + i]
    input.data[i] = b.data[d * 2 * total + i] + (i >= summed ? 0 : recurrent)
    if (i >= summed) state.data[i - summed] = recurrent
  }
  const all = context.tape.constant(input, `${name}.b`)
  return linear ? { input: all, state: context.tape.constant(state, `${name}.rb`) } : { input: all }
}

/** Elements [from, from + size) of a vector. */
function within(value: Value, from: number, size: number): Value {
  const { step } = value.axes[0][0]
  return { ...value, offset: value.offset + from * step, axes: [size === 1 ? [] : [{ size, step, rows: false }]] }
}

/** States of one step: [rows, hidden]. */
const at = (value: Value, step: number): Value => ({
  ...value,
  offset: value.offset + step * (value.axes[0][0]?.step ?? 0),
  axes: value.axes.slice(1),
})

const constantSteps = (context: Context, steps: number): Value => {
  const places = tensor(
    'int',
    [steps],
    Float64Array.from({ length: steps }, (_, i) => i),
  )
  const value = context.tape.constant(places, 'steps')
  return { ...value, axes: [value.axes[0], [], []] }
}
const asColumn = (lengths: Value): Value => ({ ...lengths, axes: [[], lengths.axes[0], []] })

/** States beyond a row's length are zero. */
function withinLength(context: Context, value: Value, lengths: Value, steps: number): Value {
  const alive = context.elementwise('binary', [constantSteps(context, steps), asColumn(lengths)], 'bool', {
    kind: BINARY['less'],
  })
  return context.elementwise('where', [alive, value, context.tape.scalar(0)], 'float')
}

/** Step t of each row becomes step length - 1 - t; beyond the length whatever the first step holds. */
function inLength(context: Context, value: Value, lengths: Value, steps: number): Value {
  const last = context.elementwise('unary', [asColumn(lengths)], 'int', { kind: UNARY['affine'], alpha: 1, beta: -1 })
  const back = context.elementwise('binary', [last, constantSteps(context, steps)], 'int', { kind: BINARY['sub'] })
  const places = context.elementwise('unary', [back], 'int', { kind: UNARY['clip'], alpha: 0, beta: steps - 1 })
  return stepsAt(context, value, places)
}

/** The state at each row's last step. */
function lastOf(context: Context, value: Value, lengths: Value): Value {
  const last = context.elementwise('unary', [asColumn(lengths)], 'int', { kind: UNARY['affine'], alpha: 1, beta: -1 })
  const place = context.elementwise('unary', [last], 'int', { kind: UNARY['clip'], alpha: 0, beta: 3.4e38 })
  const found = stepsAt(context, value, place)
  return { ...found, axes: found.axes.slice(1) }
}

export const RECURRENT: Record<string, Lowering> = { RNN: recurrent(1), GRU: recurrent(3), LSTM: recurrent(4) }
