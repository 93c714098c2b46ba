/**
 * Ranges of whole numbers: how far each value of a graph can reach, from what its inputs hold.
 *
 * Scratch is float32, which holds whole numbers up to 2^24. What stays below is one float; what may go beyond, such as times
 * in seconds, is two (see lower/whole.ts), exact up to 2^48; what may go beyond that is refused, by its node, and so is an op
 * on whole numbers that has no range here. Types of 8 to 32 bits wrap around. A whole number cast from a float that nothing is
 * known of is taken to be below 2^24, as an id or a place is.
 */
import { number, scalarOr, type Node, type Port } from '../model/graph.js'
import { boundsOf, DATA_TYPE, wrapsAround } from '../model/types.js'
import { axisOf, OpError } from '../model/tensor.js'
import { ofNode } from '../reference/index.js'
import { einsumPlan } from '../reference/matrix.js'
import { reducedAxes } from '../reference/reduce.js'
import { numbersOf } from './list.js'
import type { Extent, TracedGraph } from './trace.js'

/** Whole numbers from `least` to `most`. */
export interface Range {
  least: number
  most: number
}

/** What one float holds. */
export const EXACT = 2 ** 24
/** What two floats hold. */
export const WIDEST = 2 ** 48

/** What is taken of an input or of a float that nothing is known of. */
const UNKNOWN: Range = { least: -EXACT, most: EXACT }
/** What is known of the result of an op that has no range: nothing, so that it is refused. */
const UNBOUNDED: Range = { least: -Infinity, most: Infinity }

export const beyond = ({ least, most }: Range, limit: number): boolean => least < -limit || most > limit
const spanned = (values: readonly number[]): Range => ({ least: Math.min(...values), most: Math.max(...values) })
export const united = (ranges: readonly Range[]): Range => spanned(ranges.flatMap(({ least, most }) => [least, most]))
const isBounded = ({ least, most }: Range): boolean => Number.isFinite(least) && Number.isFinite(most)
/** The largest magnitude, but at least 1: what no partial product goes beyond. */
const magnitude = ({ least, most }: Range): number => Math.max(1, -least, most)
/** Numbers of at most this magnitude, of one sign where all they are made of are. */
const within = (most: number, ...of: readonly Range[]): Range => ({
  least: of.every(({ least }) => least >= 0) ? 0 : -most,
  most,
})
/** `up to 1.7e9`, as messages say a range */
export const reach = (range: Range): string =>
  isBounded(range) ? `up to ${Math.max(-range.least, range.most).toPrecision(2)}` : 'of any size'

/** Ops that only move elements, and which of their inputs these are. */
export const MOVED: Readonly<Record<string, 'all' | readonly number[]>> = {
  ...Object.fromEntries(
    'Identity Reshape Flatten Squeeze Unsqueeze Transpose Slice Split Expand Tile Gather GatherElements GatherND'
      .split(' ')
      .map((op) => [op, [0]]),
  ),
  Concat: 'all',
  Where: [1, 2],
}
export const movedInputs = (node: Node): string[] => {
  const moved = MOVED[node.op]
  return moved === undefined ? [] : moved === 'all' ? node.inputs : moved.map((at) => node.inputs[at])
}

type Combine = (a: Range, b: Range) => Range
const corners =
  (f: (x: number, y: number) => number): Combine =>
  (a, b) =>
    spanned([f(a.least, b.least), f(a.least, b.most), f(a.most, b.least), f(a.most, b.most)])

const ARITHMETIC: Readonly<Record<string, Combine>> = {
  Add: corners((x, y) => x + y),
  Sub: corners((x, y) => x - y),
  Mul: corners((x, y) => x * y),
  Min: corners(Math.min),
  Max: corners(Math.max),
}

/** By the ends of the divisor and by those of its whole numbers that are next to 0. */
function quotient(a: Range, b: Range): Range {
  const divisors = [b.least, b.most, -1, 1].filter((d) => d !== 0 && d >= b.least && d <= b.most)
  return spanned([0, ...divisors.flatMap((d) => [Math.trunc(a.least / d), Math.trunc(a.most / d)])])
}

function remainder(a: Range, b: Range, fmod: boolean): Range {
  const most = Math.max(-b.least, b.most) - 1
  if (a.least >= 0 && a.most < b.least) return a
  return fmod
    ? { least: Math.max(Math.min(a.least, 0), -most), most: Math.min(Math.max(a.most, 0), most) }
    : { least: b.least < 0 ? -most : 0, most: b.most > 0 ? most : 0 }
}

const ZERO: Range = { least: 0, most: 0 }
const ONE: Range = { least: 1, most: 1 }
const TRUTH: Range = { least: 0, most: 1 }

/** What an input's type holds of a range; where that is not known, what stays below 2^24. */
function held({ type, dataType }: Port, range = type === 'bool' ? TRUTH : UNKNOWN): Range {
  const [least, most] = boundsOf(dataType)
  const clamp = (value: number) => Math.min(Math.max(value, least), most)
  return { least: clamp(range.least), most: clamp(range.most) }
}

/** The exponent of a power of whole numbers that is multiplied out: one constant, 1 or more. */
export function wholeExponent(graph: TracedGraph, node: Node): number | undefined {
  const data = graph.constants.get(node.inputs[1])?.data
  const sameRank = graph.values.get(node.inputs[0])!.shape.length === graph.values.get(node.outputs[0])!.shape.length
  return data?.length === 1 && Number.isInteger(data[0]) && data[0] >= 1 && sameRank ? data[0] : undefined
}

/** x^exponent by squares and products; none of them goes beyond the result. */
export function power<T>(x: T, exponent: number, times: (a: T, b: T) => T): T {
  if (exponent === 1) return x
  const half = power(x, Math.floor(exponent / 2), times)
  const square = times(half, half)
  return exponent % 2 === 0 ? square : times(square, x)
}

/** The ranges of a graph's values, worked out from the inputs on. */
export class Ranges {
  private readonly graph: TracedGraph
  /** that an op may join */
  private readonly rows: number
  private readonly found = new Map<string, Range | undefined>()
  /** What the nodes' ops make, before their types bound it. */
  private readonly made = new Map<Node, Range>()

  /** `given`: what the inputs hold; those left out are taken to stay below 2^24. `rows`: of the longest list. */
  constructor(graph: TracedGraph, given: ReadonlyMap<string, Range>, rows = 1) {
    this.graph = graph
    this.rows = rows
    for (const port of graph.inputs)
      this.found.set(port.name, port.type === 'float' ? given.get(port.name) : held(port, given.get(port.name)))
    for (const node of graph.nodes)
      try {
        this.infer(node)
      } catch (error) {
        throw ofNode(graph.file, node, error, 'what ONNX defines for this op')
      }
  }

  /** undefined: nothing is known. */
  of(name: string): Range | undefined {
    const ofList = this.graph.ofList.get(name)
    const numbers = ofList === undefined ? this.graph.constants.get(name)?.data : numbersOf(ofList, this.rows)
    if (!this.found.has(name) && numbers !== undefined) {
      let [least, most] = [Infinity, -Infinity]
      for (const value of numbers) {
        least = Math.min(least, value)
        most = Math.max(most, value)
      }
      this.found.set(name, Number.isFinite(least + most) ? { least, most } : undefined)
    }
    return this.found.get(name)
  }

  private longest({ size, rows }: Extent): number {
    return rows ? size * this.rows : size
  }

  private isInt(name: string): boolean {
    return (this.graph.values.get(name)?.type ?? this.graph.constants.get(name)?.type) === 'int'
  }

  /** Whether a value is of whole numbers that one float cannot hold. */
  isWide(name: string): boolean {
    const range = name !== '' && this.isInt(name) ? this.of(name) : undefined
    return range !== undefined && beyond(range, EXACT)
  }

  /** Whether a node reads or makes such. */
  touches(node: Node): boolean {
    const read = MOVED[node.op] === undefined ? node.inputs : movedInputs(node)
    return [...read, ...node.outputs].some((name) => this.isWide(name)) || this.overflows(node)
  }

  /** What a node makes before its type bounds it; undefined: no whole numbers. */
  madeBy(node: Node): Range | undefined {
    return this.made.get(node)
  }

  /** Whether a result goes beyond its type. */
  private overflows(node: Node): boolean {
    const range = this.made.get(node)
    const [least, most] = boundsOf(node.dataType)
    return range !== undefined && (range.least < least || range.most > most)
  }

  /** Whether a result wraps around. */
  wraps(node: Node): boolean {
    return wrapsAround(node.dataType) && this.overflows(node)
  }

  private infer(node: Node): void {
    const isInt = this.isInt(node.outputs.find((name) => name !== '')!)
    const known = this.resultOf(node)
    const range = known !== undefined && isBounded(known) ? known : isInt ? UNBOUNDED : undefined
    if (range !== undefined && isInt) this.made.set(node, range)
    const [least, most] = boundsOf(node.dataType)
    const settled = this.wraps(node) ? { least, most } : range
    node.outputs.forEach((name, i) => {
      if (name !== '') this.found.set(name, node.op === 'TopK' && i === 1 ? UNKNOWN : settled)
    })
  }

  /** What a node's result may be, before its type bounds it; undefined: nothing is known. */
  private resultOf(node: Node): Range | undefined {
    const { type } = this.graph.values.get(node.outputs.find((name) => name !== '')!)!
    if (type === 'bool') return TRUTH
    const at = (i: number): Range | undefined => (node.inputs[i] ? this.of(node.inputs[i]) : undefined)
    const size = (input: number, axis: number): number => {
      const shape = this.graph.values.get(node.inputs[input])!.shape
      return this.longest(shape[axisOf(axis, shape.length)])
    }
    const all = (ranges: readonly (Range | undefined)[]): Range | undefined => {
      const there = ranges.filter((each) => each !== undefined)
      return there.length === ranges.length && there.length > 0 ? united(there) : undefined
    }
    // tables of floats are not looked through
    if (MOVED[node.op] !== undefined)
      return type === 'float' ? undefined : all(movedInputs(node).map((each) => this.of(each)))
    const [a, b] = [at(0), at(1)]
    const combine = ARITHMETIC[node.op]
    if (combine !== undefined) {
      const ranges = node.inputs.map((_, i) => at(i))
      return ranges.every((each) => each !== undefined) ? ranges.reduce(combine) : undefined
    }
    if (node.op === 'Sum')
      return node.inputs.every((_, i) => at(i))
        ? node.inputs.map((_, i) => at(i)!).reduce(ARITHMETIC['Add'])
        : undefined
    if (node.op === 'ArgMax' || node.op === 'ArgMin') return { least: 0, most: size(0, number(node, 'axis', 0)) }
    if (node.op === 'OneHot') return at(2)
    if (node.op === 'TopK') return node.outputs[0] === '' ? UNKNOWN : a
    if (a === undefined) {
      if (type !== 'int' || !node.op.startsWith('Cast')) return undefined
      return node.dataType === DATA_TYPE.uint64 ? { ...UNKNOWN, least: 0 } : UNKNOWN
    }
    switch (node.op) {
      case 'Cast':
      case 'CastLike':
      case 'Floor':
      case 'Ceil':
      case 'Round':
      case 'ReduceMax':
      case 'ReduceMin':
      case 'MaxPool':
        return a
      case 'ReduceMean':
        return type === 'int' ? undefined : a
      case 'Relu':
        return { least: Math.max(0, a.least), most: Math.max(0, a.most) }
      case 'Div':
        return b === undefined
          ? undefined
          : type === 'int'
            ? quotient(a, b)
            : b.least > 0
              ? corners((x, y) => x / y)(a, b)
              : undefined
      case 'Mod':
        return b === undefined || type !== 'int' ? undefined : remainder(a, b, number(node, 'fmod', 0) !== 0)
      case 'Neg':
        return { least: -a.most, most: -a.least }
      case 'Abs':
        return { least: Math.max(0, a.least, -a.most), most: Math.max(a.most, -a.least) }
      case 'Sign':
        return { least: -1, most: 1 }
      case 'Clip':
        return this.clipped(node, a)
      case 'Pad':
      case 'Trilu':
        return united([a, { least: 0, most: 0 }, ...(node.op === 'Pad' && node.inputs[2] ? [at(2) ?? UNKNOWN] : [])])
      case 'ScatterND':
      case 'ScatterElements':
        return all([a, at(2)])
      case 'ReduceSum':
        return this.times(a, this.counted(node))
      case 'ReduceL1':
        return within(magnitude(a) * this.counted(node))
      case 'ReduceSumSquare':
        return within(magnitude(a) ** 2 * this.counted(node))
      case 'ReduceProd':
        return within(magnitude(a) ** this.counted(node), a)
      case 'CumSum':
        return this.times(a, size(0, this.graph.constants.get(node.inputs[1])?.data[0] ?? 0))
      case 'MatMul':
        return b === undefined || type !== 'int' ? undefined : this.times(ARITHMETIC['Mul'](a, b), size(0, -1))
      case 'Gemm':
        return type === 'int' ? this.gemm(node, size(0, number(node, 'transA', 0) !== 0 ? 0 : 1)) : undefined
      case 'Einsum':
        return this.einsum(node)
      case 'Pow': {
        if (type === 'int') {
          const exponent = wholeExponent(this.graph, node)
          return exponent === undefined ? undefined : within(magnitude(a) ** exponent, exponent % 2 === 0 ? ONE : a)
        }
        const exponent = b?.least === b?.most ? b?.most : undefined
        return exponent === undefined || exponent < 0
          ? undefined
          : spanned([0, a.least ** exponent, a.most ** exponent])
      }
      default:
        return undefined
    }
  }

  /** Sums of up to `count`, and of none. */
  private times(range: Range, count: number): Range {
    return spanned([0, range.least, range.most, range.least * count, range.most * count])
  }

  private gemm(node: Node, inner: number): Range | undefined {
    const [a, b, c] = [0, 1, 2].map((i) => (node.inputs[i] ? this.of(node.inputs[i]) : ZERO))
    const factors = [number(node, 'alpha', 1), number(node, 'beta', 1)]
    if (a === undefined || b === undefined || c === undefined || !factors.every(Number.isInteger)) return undefined
    const most = magnitude(a) * magnitude(b) * inner
    return within(Math.abs(factors[0]) * most + Math.abs(factors[1]) * magnitude(c))
  }

  private einsum(node: Node): Range | undefined {
    const ranges = node.inputs.map((name) => this.of(name))
    const shapes = node.inputs.map((name) => this.graph.values.get(name)!.shape.map((each) => this.longest(each)))
    const { output, sizes } = einsumPlan(node, shapes)
    const summed = [...sizes].reduce((count, [letter, size]) => (output.includes(letter) ? count : count * size), 1)
    if (!ranges.every((each) => each !== undefined)) return undefined
    return within(
      ranges.map(magnitude).reduce((product, each) => product * each, summed),
      ...ranges,
    )
  }

  /** Elements that a reduction takes together. */
  private counted(node: Node): number {
    const { shape } = this.graph.values.get(node.inputs[0])!
    const sizes = shape.map((extent) => this.longest(extent))
    const constant = node.inputs[1] ? this.graph.constants.get(node.inputs[1]) : undefined
    const likeness = { type: 'int' as const, shape: sizes, data: new Float64Array(0) }
    return reducedAxes(node, [likeness, constant]).reduce((product, axis) => product * sizes[axis], 1)
  }

  private clipped(node: Node, a: Range): Range {
    const limit = (at: number, name: string, fallback: number): Range => {
      if (node.inputs[at]) return this.of(node.inputs[at]) ?? { least: fallback, most: fallback }
      const value = scalarOr(node, name, undefined, fallback)!
      return { least: value, most: value }
    }
    const [low, high] = [limit(1, 'min', -Infinity), limit(2, 'max', Infinity)]
    return {
      least: Math.min(Math.max(a.least, low.least), high.least),
      most: Math.min(Math.max(a.most, low.most), high.most),
    }
  }
}

/** Errors: numbers that nothing here holds. */
export function refuseBeyond(node: Node, range: Range): void {
  if (!isBounded(range))
    throw new OpError(
      `whole numbers ${reach(range)}`,
      'sums and products of what is bounded, powers by a constant, or floats (a cast before it)',
    )
  if (node.dataType === DATA_TYPE.uint64 && range.least < 0)
    throw new OpError('whole numbers below 0 in uint64, where they are beyond 2^63', 'int64')
  if (beyond(range, WIDEST))
    throw new OpError(
      `whole numbers ${reach(range)}`,
      `${WIDEST} (2^48) at most, which is what stays exact: times in seconds, ids below 2^24, smaller factors`,
    )
}
