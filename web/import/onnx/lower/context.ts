/** What lowering one node to tape ops works with. */
import type { Node } from '../model/graph.js'
import { gatherView } from '../reference/movement.js'
import { asOut, Tape, UNARY, viewOf, type OpCode, type OpNumbers } from '../tape/tape.js'
import type { Ranges } from '../tape/ranges.js'
import { OpError, type ElementType, type Tensor } from '../model/tensor.js'
import { BatchError, type Extent, type Traced, type TracedGraph } from '../tape/trace.js'
import { aligned, extentFactors, repeats, type Buffer, type Factor, type Value } from '../tape/value.js'

export type Lowering = (context: Context, node: Node) => Value[]

export class Context {
  readonly graph: TracedGraph
  readonly tape: Tape
  readonly values = new Map<string, Value>()
  /** What whole numbers have besides, where one float does not hold them: see whole.ts. */
  readonly low = new Map<string, Value>()
  /** How far whole numbers reach; null: all are taken to stay below 2^24. */
  readonly ranges: Ranges | null
  /** Buffers that are outputs already. */
  readonly outputs = new Set<Buffer>()
  private readonly laid = new Map<string, Buffer>()
  private readonly read: Set<string>

  constructor(graph: TracedGraph, tape: Tape, ranges: Ranges | null = null) {
    this.graph = graph
    this.ranges = ranges
    this.tape = tape
    this.read = new Set([...graph.nodes.flatMap((node) => node.inputs), ...graph.outputs.map((port) => port.name)])
  }

  /** An input of a node as a value; a constant becomes memory when it is first asked for. */
  input(node: Node, at: number): Value {
    const found = this.optional(node, at)
    if (found === undefined) throw new OpError(`${node.inputs.length} inputs, expected input ${at} too`)
    return found
  }

  optional(node: Node, at: number): Value | undefined {
    const name = node.inputs[at]
    if (name === undefined || name === '') return undefined
    const known = this.values.get(name)
    if (known !== undefined) return known
    const value = this.ofList(name) ?? this.plain(node, at)
    this.values.set(name, value)
    return value
  }

  private plain(node: Node, at: number): Value {
    const [name, constant] = [node.inputs[at], this.constant(node, at)]
    if (constant === undefined) throw new OpError(`input "${name}" before anything made it`)
    return repeated(this.tape.constant(constant, name), this.graph.values.get(name)!.shape)
  }

  /** What a list of any length makes of a constant that differs with its length. */
  private ofList(name: string): Value | undefined {
    const found = this.graph.ofList.get(name)
    if (found === undefined) return undefined
    const { type, shape } = this.graph.values.get(name)!
    if ('rows' in found) return this.tape.perRow(found.rows, shape, name)
    const count = this.tape.count()
    const line = { kind: UNARY['affine'], alpha: found.slope, beta: found.start }
    const value = this.elementwise('unary', [count], type, line)
    const turned = found.under ? this.elementwise('unary', [value], type, { kind: UNARY['reciprocal'] }) : value
    return { ...turned, axes: shape.map(() => []) }
  }

  /** An input's value where it is a constant. */
  constant(node: Node, at: number): Tensor | undefined {
    const name = node.inputs[at]
    if (name === undefined || name === '') return undefined
    if (this.graph.ofList.has(name)) return undefined
    const varying = this.graph.varying.get(name)
    if (varying !== undefined) throw new BatchError(varying)
    return this.graph.constants.get(name)
  }

  /** An input that must be a constant, such as axes. */
  fixed(node: Node, at: number, what: string): Tensor {
    const found = this.constant(node, at)
    if (found === undefined) throw new OpError(`${what} that depend on the inputs`)
    return found
  }

  /** Whether an optional input is there and no constant. */
  optionalIsDynamic(node: Node, at: number): boolean {
    const name = node.inputs[at]
    return name !== undefined && name !== '' && !this.graph.constants.has(name)
  }

  /** Whether anything reads a value. */
  isRead(name: string): boolean {
    return this.read.has(name)
  }

  /** A constant's elements in the order of `dims`, as memory of its own. */
  moved(value: Value, dims: readonly Factor[]): Buffer {
    const key = `${value.buffer.name}@${value.offset}:${dims.map(({ size, step }) => `${size}x${step}`).join()}`
    let found = this.laid.get(key)
    if (found === undefined) {
      const size = dims.reduce((product, dim) => product * dim.size, 1)
      const data = new Float32Array(size)
      const from = { type: value.type, shape: [value.buffer.data!.length], data: value.buffer.data! }
      const view = gatherView(
        from,
        dims.map((dim) => dim.size),
        dims.map((dim) => dim.step),
        value.offset,
      )
      data.set(view.data)
      found = { data, floats: size, name: value.buffer.name }
      this.laid.set(key, found)
    }
    return found
  }

  traced(name: string): Traced {
    return this.graph.values.get(name)!
  }

  /** The shape of input `at`, sizes of the batch counted as for one row. */
  shapeOf(node: Node, at: number): Extent[] {
    return this.traced(node.inputs[at]).shape
  }

  /** Output `at`'s type and shape. */
  result(node: Node, at = 0): Traced {
    return this.traced(node.outputs[at])
  }

  /** A tensor of the shape alone, for the functions that the plain evaluator shares with this. */
  likeness(node: Node, at: number): Tensor {
    const traced = this.traced(node.inputs[at])
    return { type: traced.type, shape: traced.shape.map(({ size }) => size), data: new Float64Array(0) }
  }

  /** Runs an op whose operands are all as its result, and returns the result. */
  elementwise(code: OpCode, operands: readonly Value[], type: ElementType, numbers: OpNumbers = {}): Value {
    const inputs = this.together(operands)
    const out = this.tape.fresh(
      walked(inputs),
      type,
      inputs.some((each) => each.perRow),
    )
    this.asOut(code, out, inputs, numbers)
    return out
  }

  /** Emits an op over operands that are already together with `out`; what repeats in all of them is done once. */
  asOut(code: OpCode, out: Value, inputs: readonly Value[], numbers: OpNumbers = {}): void {
    const all = [out, ...inputs]
    const flat = all.map((each) => viewOf(each).dims)
    const used = flat[0].map((_, d) => d).filter((d) => flat.some((dims) => dims[d].step !== 0))
    const views = all.map((each, i) => ({ ...viewOf(each), dims: used.map((d) => flat[i][d]) }))
    this.tape.emit(code, asOut(views), out.perRow, numbers)
  }

  /** Operands of broadcasting, given the same axes cut the same way. */
  together(operands: readonly Value[]): Value[] {
    const rank = Math.max(...operands.map((each) => each.axes.length))
    let values = operands.map((each) => padded(each, rank))
    for (let attempt = 0; attempt < 2; attempt++) {
      const axes = Array.from({ length: rank }, (_, axis) => aligned(values.map((each) => each.axes[axis])))
      if (axes.every((axis) => axis !== null))
        return values.map((each, i) => ({ ...each, axes: axes.map((axis) => axis[i]) }))
      values = values.map((each) => (fragmented(each) ? this.tape.copy(each) : each))
      values = values.map((each) => ({ ...each, axes: each.axes.map(mergedRun) }))
    }
    throw new BatchError('operands hold the batch in different places')
  }
}

const mergedRun = (axis: readonly Factor[]): Factor[] => {
  const rows = axis.filter((factor) => factor.rows)
  const rest = axis.filter((factor) => !factor.rows)
  if (rest.length <= 1) return [...axis]
  const size = rest.reduce((product, factor) => product * factor.size, 1)
  const contiguous = rest.every((factor, i) => i === 0 || rest[i - 1].step === factor.step * factor.size)
  return contiguous && rows.length === 0 ? [{ size, step: rest.at(-1)!.step, rows: false }] : [...axis]
}

const fragmented = (value: Value): boolean => value.axes.some((axis) => axis.length > 1 && !repeats(axis))

/** Axes of size 1 in front, up to `rank` axes. */
export const padded = (value: Value, rank: number): Value => ({
  ...value,
  axes: [...Array.from({ length: rank - value.axes.length }, (): Factor[] => []), ...value.axes],
})

/** The axes that a result has: a factor that repeats in every operand repeats in the result. */
export function walked(inputs: readonly Value[]): Factor[][] {
  return inputs[0].axes.map((axis, a) =>
    axis.map((factor, f) => ({ ...factor, step: inputs.some((each) => each.axes[a][f].step !== 0) ? 1 : 0 })),
  )
}

/** A value of fewer elements, repeated up to `shape`; this is all that Expand does. */
export function repeated(value: Value, shape: readonly Extent[]): Value {
  const full = padded(value, shape.length)
  return {
    ...full,
    axes: full.axes.map((axis, a) => (axis.length === 0 ? extentFactors(shape[a]) : axis)),
  }
}
