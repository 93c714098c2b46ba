/**
 * Whole numbers that float32 cannot hold (tape/ranges.ts says which): two values each, what float32 makes of the number and
 * what that rounded away. Both are moved, picked and chosen like any other; the tape's op `whole` reckons with the pair, and
 * what fits into one float again, an hour or a difference in days, goes on as one.
 *
 * The first of the two alone is the number cast to float32, and is enough wherever only a number below 2^24 has an effect.
 */
import { number, readersOf, scalarOr, type Node } from '../model/graph.js'
import { OpError, tensor } from '../model/tensor.js'
import { boundsOf, DATA_TYPE } from '../model/types.js'
import { reducedAxes } from '../reference/reduce.js'
import { asOut, viewOf, WHOLE, type View } from '../tape/tape.js'
import {
  beyond,
  EXACT,
  movedInputs,
  MOVED,
  power,
  reach,
  refuseBeyond,
  wholeExponent,
  WIDEST,
  type Ranges,
} from '../tape/ranges.js'
import { BatchError, type Extent } from '../tape/trace.js'
import type { Value } from '../tape/value.js'
import { repeated, walked, type Context, type Lowering } from './context.js'
import { castTo } from './elementwise.js'
import { reshape, sliced } from './movement.js'

/** A whole number: what float32 makes of it, and the rest where there may be one. */
export interface Whole {
  high: Value
  low: Value | undefined
}

/** What was rounded away of a constant. */
const restOf = (data: ArrayLike<number>): Float64Array => Float64Array.from(data, (value) => value - Math.fround(value))

/** An input as a whole number. */
function whole(context: Context, node: Node, at: number): Whole {
  const range = context.ranges!.of(node.inputs[at])
  if (range !== undefined && context.graph.constants.has(node.inputs[at]) && beyond(range, WIDEST))
    throw new OpError(`a constant of ${reach(range)}`, `${WIDEST} (2^48) at most, which is what stays exact`)
  return { high: context.input(node, at), low: lowOf(context, node.inputs[at]) }
}

function lowOf(context: Context, name: string): Value | undefined {
  const known = context.low.get(name)
  const constant = context.graph.constants.get(name)
  if (known !== undefined || constant === undefined || !context.ranges!.isWide(name)) return known
  const rest = tensor('int', constant.shape, restOf(constant.data))
  const low = repeated(context.tape.constant(rest, `${name}.rest`), context.traced(name).shape)
  context.low.set(name, low)
  return low
}

const constantOf = (context: Context, value: number): Whole => {
  const [rest] = restOf([value])
  return { high: context.tape.scalar(value, 'int'), low: rest === 0 ? undefined : context.tape.scalar(rest, 'int') }
}

/** out = kind(a, b), exact or, where it `wraps`, its last 32 bits; the rest of it is kept where `wide`. */
function reckoned(context: Context, kind: string, a: Whole, b: Whole, wide: boolean, wraps = false): Whole {
  const operands = [a.high, a.low, b.high, b.low]
  const laid = context.together(operands.filter((each) => each !== undefined))
  const perRow = laid.some((each) => each.perRow)
  const isTruth = ['equal', 'less', 'less_equal'].includes(kind)
  const fresh = (): Value => context.tape.fresh(walked(laid), isTruth ? 'bool' : 'int', perRow)
  const [high, low] = [fresh(), wide ? fresh() : undefined]
  const flat = [high, ...(low === undefined ? [] : [low]), ...laid]
  const dims = flat.map((each) => viewOf(each).dims)
  const used = dims[0].map((_, d) => d).filter((d) => dims.some((each) => each[d].step !== 0))
  const views = asOut(flat.map((each, i) => ({ ...viewOf(each), dims: used.map((d) => dims[i][d]) })))
  const out = views.shift()!
  const rest = low === undefined ? null : views.shift()!
  const inputs = operands.map((each): View | null => (each === undefined ? null : views.shift()!))
  const also = low === undefined ? [] : [low.buffer]
  context.tape.emit('whole', [out, ...inputs, rest], perRow, { kind: WHOLE[kind], alpha: wraps ? 1 : 0 }, also)
  return { high, low }
}

const KINDS: Readonly<Record<string, string>> = {
  Add: 'add',
  Sub: 'sub',
  Mul: 'mul',
  Div: 'div',
  Min: 'min',
  Max: 'max',
  Sum: 'add',
  ReduceSum: 'add',
  ReduceMax: 'max',
  ReduceMin: 'min',
  ReduceProd: 'mul',
  ReduceL1: 'add',
  ReduceSumSquare: 'add',
}
const COMPARED: Readonly<Record<string, [kind: string, swapped: boolean]>> = {
  Equal: ['equal', false],
  Less: ['less', false],
  LessOrEqual: ['less_equal', false],
  Greater: ['less', true],
  GreaterOrEqual: ['less_equal', true],
}

/** Ops on which a number from 2^24 on has the same effect however it is rounded. */
const ROUNDED = new Set(['Sign', 'OneHot'])

/** Lowers a node that reads or makes such numbers. Returns the first of each pair; the rests are in `context.low`. */
export function lowerWhole(context: Context, node: Node, lowering: Lowering): Value[] {
  const ranges = context.ranges!
  const wraps = ranges.wraps(node)
  const range = ranges.madeBy(node)
  if (range !== undefined && !wraps) refuseBeyond(node, range)
  if (MOVED[node.op] !== undefined) return moved(context, node, lowering)
  const narrows = wraps && node.dataType !== DATA_TYPE.int32
  const wide = ranges.isWide(node.outputs[0])
  const pair = pairOf(context, node, ranges, wide || narrows)
  if (pair === undefined) return lowering(context, node)
  const made = narrows ? narrowed(context, node, pair, wide) : pair
  if (made.low !== undefined) context.low.set(node.outputs[0], made.low)
  return [made.high]
}

/** A whole number as a type other than int32 holds it. */
function narrowed(context: Context, node: Node, x: Whole, wide: boolean): Whole {
  const [least, most] = boundsOf(node.dataType)
  const size = constantOf(context, most - least + 1)
  if (least === 0) return reckoned(context, 'mod', x, size, wide)
  const offset = constantOf(context, least)
  const above = reckoned(context, 'mod', reckoned(context, 'sub', x, offset, true), size, true)
  return reckoned(context, 'add', above, offset, wide)
}

/** The pair that a node makes; undefined where the first of each pair is all it needs. */
function pairOf(context: Context, node: Node, ranges: Ranges, wide: boolean): Whole | undefined {
  const one = (kind: string, a: Whole, b: Whole): Whole => reckoned(context, kind, a, b, wide, ranges.wraps(node))
  const compared = COMPARED[node.op]
  if (compared !== undefined) {
    const [kind, swapped] = compared
    const [a, b] = [whole(context, node, 0), whole(context, node, 1)]
    return swapped ? one(kind, b, a) : one(kind, a, b)
  }
  switch (node.op) {
    case 'Add':
    case 'Sub':
    case 'Mul':
    case 'Div':
    case 'Min':
    case 'Max':
    case 'Sum': {
      const parts = node.inputs.map((_, at) => whole(context, node, at))
      return parts.reduce((a, b) =>
        reckoned(context, KINDS[node.op], a, b, wide || parts.length > 2, ranges.wraps(node)),
      )
    }
    case 'Mod':
      return one(number(node, 'fmod', 0) !== 0 ? 'fmod' : 'mod', whole(context, node, 0), whole(context, node, 1))
    case 'Neg':
      return one('sub', constantOf(context, 0), whole(context, node, 0))
    case 'Abs':
      return absolute(context, whole(context, node, 0), wide, ranges.wraps(node))
    case 'Relu':
      return one('max', whole(context, node, 0), constantOf(context, 0))
    case 'Pow': {
      const exponent = wholeExponent(context.graph, node)
      const x = whole(context, node, 0)
      if (exponent === undefined) break
      const { high, low } = power(x, exponent, (a, b) => reckoned(context, 'mul', a, b, true, ranges.wraps(node)))
      return { high, low: wide ? low : undefined }
    }
    case 'Clip':
      return clipped(context, node, wide)
    case 'ReduceSum':
    case 'ReduceMax':
    case 'ReduceMin':
    case 'ReduceProd':
    case 'ReduceL1':
    case 'ReduceSumSquare':
      return folded(context, node, wide)
    case 'Cast':
    case 'CastLike':
      return cast(context, node, wide)
  }
  if (ROUNDED.has(node.op)) return undefined
  const read = node.inputs.find((name) => ranges.isWide(name))
  const range = read === undefined ? ranges.madeBy(node)! : ranges.of(read)!
  throw new OpError(
    `whole numbers ${reach(range)}`,
    `numbers up to ${EXACT} (2^24) in this op: ages, days or hours instead of times`,
  )
}

const absolute = (context: Context, x: Whole, wide: boolean, wraps: boolean): Whole =>
  reckoned(context, 'max', x, reckoned(context, 'sub', constantOf(context, 0), x, true), wide, wraps)

/** Both of the pair go where the one would. */
function moved(context: Context, node: Node, lowering: Lowering): Value[] {
  const highs = lowering(context, node)
  const wide = node.outputs.some((name) => context.ranges!.isWide(name))
  if (!wide) return highs
  const names = [...new Set(movedInputs(node))]
  const before = names.map((name) => context.values.get(name))
  for (const name of names) {
    const nothing = () => repeated(context.tape.scalar(0, 'int'), context.traced(name).shape)
    context.values.set(name, lowOf(context, name) ?? nothing())
  }
  const lows = lowering(context, node)
  names.forEach((name, i) => {
    if (before[i] === undefined) context.values.delete(name)
    else context.values.set(name, before[i])
  })
  node.outputs.forEach((name, i) => {
    if (name !== '' && lows[i] !== undefined) context.low.set(name, lows[i])
  })
  return highs
}

function cast(context: Context, node: Node, wide: boolean): Whole {
  const { type } = context.result(node)
  const x = whole(context, node, 0)
  if (context.ranges!.wraps(node)) return reckoned(context, 'add', x, constantOf(context, 0), wide, true)
  const rounds = (reader: Node) => reader.op === 'Cast' && [DATA_TYPE.float, 10].includes(number(reader, 'to', 1))
  if (node.dataType === DATA_TYPE.double && x.low !== undefined)
    if (!(readersOf(context.graph).get(node.outputs[0]) ?? []).every(rounds))
      throw new OpError(
        `whole numbers ${reach(context.ranges!.of(node.inputs[0])!)} as float64, where the core computes in float32`,
        'differences, days or hours of them as whole numbers, and then a cast',
      )
  return { high: castTo(context, x.high, type), low: type === 'int' ? x.low : undefined }
}

function clipped(context: Context, node: Node, wide: boolean): Whole {
  let x = whole(context, node, 0)
  const limits: [at: number, name: string, kind: string][] = [
    [1, 'min', 'max'],
    [2, 'max', 'min'],
  ]
  limits.forEach(([at, name, kind]) => {
    const constant = node.inputs[at] ? context.constant(node, at) : undefined
    const dynamic = node.inputs[at] ? constant === undefined : false
    const limit = dynamic ? undefined : scalarOr(node, name, constant, undefined)
    if (!dynamic && (limit === undefined || Math.abs(limit) > WIDEST)) return // as good as none
    const bound = dynamic ? whole(context, node, at) : constantOf(context, limit!)
    x = reckoned(context, kind, x, bound, wide || at === 1)
  })
  return x
}

/** Sums, products, largest and smallest, by halves of each axis. */
function folded(context: Context, node: Node, wide: boolean): Whole {
  if (context.optionalIsDynamic(node, 1)) throw new OpError('axes that depend on the inputs')
  const axes = reducedAxes(node, [context.likeness(node, 0), context.constant(node, 1)])
  const extents: Extent[] = context.shapeOf(node, 0).map((extent) => ({ ...extent }))
  const part = (value: Value | undefined, axis: number, start: number, size: number): Value | undefined =>
    value && sliced(context, value, axis, start, 1, extents[axis], size)
  const wraps = context.ranges!.wraps(node)
  let x = whole(context, node, 0)
  if (node.op === 'ReduceL1') x = absolute(context, x, true, wraps)
  if (node.op === 'ReduceSumSquare') x = reckoned(context, 'mul', x, x, true, wraps)
  const spare: Whole[] = []
  const together = (a: Whole, b: Whole) => reckoned(context, KINDS[node.op], a, b, true, wraps)
  for (const axis of axes) {
    if (extents[axis].rows) throw new BatchError('a sum over the batch')
    while (extents[axis].size > 1) {
      const half = extents[axis].size >> 1
      const cut = (start: number, size: number): Whole => ({
        high: part(x.high, axis, start, size)!,
        low: part(x.low, axis, start, size),
      })
      const odd = extents[axis].size % 2 === 1 ? [cut(2 * half, 1)] : []
      x = together(cut(0, half), cut(half, half))
      extents[axis] = { size: half, rows: false }
      spare.push(...odd)
    }
    x = spare.splice(0).reduce(together, x)
  }
  const { shape } = context.result(node)
  const settled = (value: Value | undefined) => value && reshape(context, value, shape)
  return { high: settled(x.high)!, low: wide ? settled(x.low) : undefined }
}
