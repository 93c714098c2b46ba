/**
 * The tape while it is being written: ops over views, in the order in which they will run. src/bundle/ops.h lists
 * them and says what each means.
 */
import * as numbers from '../../../generated/numbers.js'
import { OpError, type ElementType, type Tensor } from '../model/tensor.js'
import { BatchError, type Extent } from './trace.js'
import { extentFactors, factorsOf, layOut, merged, type Buffer, type Factor, type Value } from './value.js'

export type OpCode = keyof typeof numbers.OP

/** What a node of ONNX becomes is looked up by name, and may be none of these. */
export const UNARY: Readonly<Record<string, number>> = numbers.UNARY
export const BINARY: Readonly<Record<string, number>> = numbers.BINARY
export const WHOLE: Readonly<Record<string, number>> = numbers.WHOLE
export const REDUCE: Readonly<Record<string, number>> = numbers.REDUCE

/** Dimensions of a view are factors; one with `rows` has `size` times the rows. */
export interface View {
  buffer: Buffer
  offset: number
  dims: Factor[]
  /** A constant that the op can read in a coded form, each slice along this dimension with a scale of its own. */
  codedAlong?: number
}

export interface TapeOp {
  code: OpCode
  kind: number
  m: number
  n: number
  alpha: number
  beta: number
  scale: number
  views: (View | null)[]
  /** Buffers that it writes: views[0], and for some ops others. */
  writes: Buffer[]
  perRow: boolean
}

export type OpNumbers = Partial<Pick<TapeOp, 'kind' | 'm' | 'n' | 'alpha' | 'beta' | 'scale'>>

export const MAX_RANK = 6
/** Ops of a program: memory is planned by looking at each buffer beside each. */
const MOST_OPS = 1 << 14

export class Tape {
  readonly ops: TapeOp[] = []
  private readonly constants = new Map<Tensor, Buffer>()
  readonly capacity: number
  /** Rows may know of each other: all of them are in one run. */
  readonly isList: boolean

  /** Activations of products are ops of their own, since a gradient needs what they were given. */
  private readonly apart: boolean

  /** `capacity`: rows of one run; memory is laid out for so many. */
  constructor(capacity: number, isList = false, apart = false) {
    this.capacity = capacity
    this.isList = isList
    this.apart = apart
  }

  /** Errors: an op goes along the rows, `what`, though they are each for themselves. */
  join(axes: readonly (readonly Factor[])[], what: string): void {
    if (!this.isList && axes.flat().some((factor) => factor.rows)) throw new BatchError(what)
  }

  /** How many rows there are. */
  count(): Value {
    const out = this.fresh([], 'int', true)
    const one: View = { ...viewOf(this.scalar(1, 'int')), dims: [{ size: 1, step: 0, rows: true }] }
    this.emit('reduce', [viewOf(out), one], true, { kind: REDUCE['sum'], m: 1 })
    return out
  }

  /** A constant that differs between rows, as it is for all that one run takes. */
  perRow(value: Tensor, shape: readonly Extent[], name: string): Value {
    const { buffer, type } = this.constant(value, name)
    const axes = shape.map(extentFactors)
    const laid = layOut(axes.flat(), this.capacity).factors
    return { buffer, offset: 0, axes: axes.map((axis) => axis.map(() => laid.shift()!)), type, perRow: true }
  }

  constant(value: Tensor, name: string): Value {
    let buffer = this.constants.get(value)
    if (buffer === undefined) {
      buffer = { data: value.data, floats: value.data.length, name }
      this.constants.set(value, buffer)
    }
    const axes = value.shape.map((size): Factor[] => (size === 1 ? [] : [{ size, step: 0, rows: false }]))
    const laid = layOut(axes.flat(), 1).factors
    return {
      buffer,
      offset: 0,
      axes: axes.map((axis) => axis.map(() => laid.shift()!)),
      type: value.type,
      perRow: false,
    }
  }

  scalar(value: number, type: ElementType = 'float'): Value {
    return this.constant({ type, shape: [], data: Float64Array.of(value) }, 'scalar')
  }

  /**
   * New scratch memory with axes like `axes`, in C order. Factors that repeat stay repeated, so that an op on them is done
   * once; `whole` gives them memory of their own.
   */
  fresh(axes: readonly (readonly Factor[])[], type: ElementType, perRow: boolean, whole = false): Value {
    const held = axes.flat().filter((factor) => whole || factor.step !== 0)
    const { factors, floats } = layOut(held, this.capacity)
    const laid = axes.map((axis) =>
      axis.map((factor): Factor => (whole || factor.step !== 0 ? factors.shift()! : { ...factor })),
    )
    const isPerRow = perRow || held.some((factor) => factor.rows)
    return { buffer: { floats, name: '' }, offset: 0, axes: laid, type, perRow: isPerRow }
  }

  emit(
    code: OpCode,
    views: (View | null)[],
    perRow: boolean,
    numbers: OpNumbers = {},
    alsoWrites: Buffer[] = [],
  ): void {
    if (this.ops.length === MOST_OPS) throw new OpError(`more than ${MOST_OPS} ops`, 'a smaller model')
    for (const view of views)
      if (view !== null && view.dims.length > MAX_RANK)
        throw new OpError(`${view.dims.length} dimensions that cannot be merged (expected at most ${MAX_RANK})`)
    if (!this.isList && views.some((view) => view !== null && view.dims.filter((dim) => dim.rows).length > 1))
      throw new BatchError('rows against rows')
    const byRow = perRow || views.some((view) => view !== null && view.dims.some((dim) => dim.rows))
    if (this.apart && code === 'matmul' && numbers.kind !== undefined && numbers.kind !== 0) {
      const { scale, ...activation } = numbers
      const [out, ...read] = views
      const product: View = { ...out!, buffer: { floats: out!.buffer.floats, name: '' } }
      this.emit('matmul', [product, ...read], perRow, { scale })
      this.emit('unary', [out!, product], perRow, activation)
      return
    }
    const writes = [...(views[0] === null ? [] : [views[0].buffer]), ...alsoWrites]
    this.ops.push({ code, kind: 0, m: 0, n: 0, alpha: 0, beta: 0, scale: 0, ...numbers, views, writes, perRow: byRow })
  }

  /** A copy in C order, with memory for what repeats. */
  copy(value: Value): Value {
    const out = this.fresh(value.axes, value.type, value.perRow, true)
    this.copyInto(out, value)
    return out
  }

  /** Copies `value` into memory of the same axes. */
  copyInto(out: Value, value: Value, perRow = value.perRow): void {
    this.emit('copy', asOut([viewOf(out), viewOf(value)]), perRow)
  }

  /** The value with `axis` as one run of memory at most; copied if need be. */
  single(value: Value, axis: number): Value {
    const run = merged(value.axes[axis])
    if (run.length <= 1) return { ...value, axes: value.axes.map((each, i) => (i === axis ? run : each)) }
    const copy = this.copy(value)
    return { ...copy, axes: copy.axes.map((each, i) => (i === axis ? merged(each) : each)) }
  }
}

export const viewOf = (value: Value): View => ({
  buffer: value.buffer,
  offset: value.offset,
  dims: factorsOf(value),
})

/** A view with its dimensions given one by one. */
export const viewWith = (value: Value, dims: Factor[]): View => ({ buffer: value.buffer, offset: value.offset, dims })

/**
 * Views of the same dimensions, with neighbours merged where all of them allow it: fewer dimensions, longer runs. Only the
 * first `count` dimensions are looked at; the rest stay.
 */
export function asOut(views: View[], count = views[0].dims.length): View[] {
  const kept: number[] = [] // the innermost dimension of each run that stays
  for (let d = 0; d < count; d++) {
    const before = kept.at(-1)
    const together =
      before !== undefined &&
      views.every(({ dims }) => {
        const [outer, inner] = [dims[before], dims[d]]
        return !inner.rows && outer.step === inner.step * inner.size
      })
    if (!together) {
      kept.push(d)
      continue
    }
    for (const view of views) {
      const [outer, inner] = [view.dims[before], view.dims[d]]
      view.dims = view.dims.map((dim, i) =>
        i === d ? { size: outer.size * inner.size, step: inner.step, rows: outer.rows } : dim,
      )
    }
    kept[kept.length - 1] = d
  }
  return views.map((view) => ({ ...view, dims: view.dims.filter((_, d) => d >= count || kept.includes(d)) }))
}
