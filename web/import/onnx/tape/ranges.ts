/**
 * Ranges of whole numbers: how far each value of a graph can reach, from what its inputs hold.
 *
 * Scratch is float32, which holds whole numbers up to 2^24. What stays below is one float; what may go beyond, such as times
 * in seconds, is two (see lower/whole.ts), exact up to 2^48; what may go beyond that is refused, by its node. int32 wraps
 * around. A whole number made of a float that nothing is known of is taken to be below 2^24, as an id or a place is.
 */
import { number, scalarOr, type Node } from '../model/graph.js'
import { boundsOf, DATA_TYPE } from '../model/types.js'
import { axisOf, OpError } from '../model/tensor.js'
import { ofNode } from '../reference/index.js'
import { reducedAxes } from '../reference/reduce.js'
import type { TracedGraph } from './trace.js'

export interface Range {
  least: number
  most: number
}

/** What one float holds. */
export const EXACT = 2 ** 24
/** What two floats hold. */
export const WIDEST = 2 ** 48

const UNKNOWN: Range = { least: -EXACT, most: EXACT }

export const beyond = ({ least, most }: Range, limit: number): boolean => least < -limit || most > limit
const spanned = (values: readonly number[]): Range => ({ least: Math.min(...values), most: Math.max(...values) })
export const united = (ranges: readonly Range[]): Range => spanned(ranges.flatMap(({ least, most }) => [least, most]))
/** `up to 1.7e9`, as messages say a range */
export const reach = ({ least, most }: Range): string => `up to ${Math.max(-least, most).toPrecision(2)}`

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

/** The ranges of a graph's values, worked out from the inputs on. */
export class Ranges {
  private readonly graph: TracedGraph
  private readonly found = new Map<string, Range | undefined>()

  /** `given`: what the inputs hold; those left out are taken to stay below 2^24. */
  constructor(graph: TracedGraph, given: ReadonlyMap<string, Range>) {
    this.graph = graph
    for (const port of graph.inputs)
      this.found.set(port.name, given.get(port.name) ?? (port.type === 'float' ? undefined : UNKNOWN))
    for (const node of graph.nodes)
      try {
        this.infer(node)
      } catch (error) {
        throw ofNode(graph.file, node, error, 'what ONNX defines for this op')
      }
  }

  /** undefined: nothing is known. */
  of(name: string): Range | undefined {
    const constant = this.graph.constants.get(name)
    if (!this.found.has(name) && constant !== undefined) {
      let [least, most] = [Infinity, -Infinity]
      for (const value of constant.data) {
        least = Math.min(least, value)
        most = Math.max(most, value)
      }
      this.found.set(name, Number.isFinite(least + most) ? { least, most } : undefined)
    }
    return this.found.get(name)
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
    return read.some((name) => this.isWide(name)) || node.outputs.some((name) => this.isWide(name))
  }

  /** Whether an int32 result wraps around. */
  wraps(node: Node): boolean {
    if (node.dataType !== DATA_TYPE.int32) return false
    const range = this.resultOf(node)
    return range !== undefined && beyond(range, 2 ** 31 - 1)
  }

  private infer(node: Node): void {
    const first = node.outputs.find((name) => name !== '')!
    const range = this.resultOf(node)
    node.outputs.forEach((name, i) => {
      if (name === '') return
      if (node.op === 'TopK' && i === 1) this.found.set(name, UNKNOWN)
      else this.found.set(name, range)
    })
    if (range === undefined || !this.isInt(first)) return
    const [least, most] = boundsOf(node.dataType)
    if (range.least < least || range.most > most)
      this.found.set(first, node.dataType === DATA_TYPE.int32 ? { least, most } : range)
  }

  /** What a node's result may be, before its type bounds it. */
  private resultOf(node: Node): Range | undefined {
    const { type } = this.graph.values.get(node.outputs.find((name) => name !== '')!)!
    if (type === 'bool') return { least: 0, most: 1 }
    const known = type === 'int' ? UNKNOWN : undefined
    const at = (i: number): Range | undefined => (node.inputs[i] ? this.of(node.inputs[i]) : undefined)
    const size = (input: number, axis: number): number => {
      const shape = this.graph.values.get(node.inputs[input])!.shape
      return shape[axisOf(axis, shape.length)].size
    }
    const all = (ranges: readonly (Range | undefined)[]): Range | undefined => {
      const there = ranges.filter((each) => each !== undefined)
      return there.length === ranges.length && there.length > 0 ? united(there) : known
    }
    // tables of floats are not looked through
    if (MOVED[node.op] !== undefined)
      return type === 'float' ? undefined : all(movedInputs(node).map((each) => this.of(each)))
    const [a, b] = [at(0), at(1)]
    const combine = ARITHMETIC[node.op]
    if (combine !== undefined) {
      const ranges = node.inputs.map((_, i) => at(i))
      return ranges.every((each) => each !== undefined) ? ranges.reduce(combine) : known
    }
    if (node.op === 'Sum')
      return node.inputs.every((_, i) => at(i)) ? node.inputs.map((_, i) => at(i)!).reduce(ARITHMETIC['Add']) : known
    if (a === undefined) return known
    switch (node.op) {
      case 'Cast':
      case 'CastLike':
      case 'Floor':
      case 'Ceil':
      case 'Round':
      case 'ReduceMax':
      case 'ReduceMin':
      case 'ReduceMean':
      case 'TopK':
        return a
      case 'Div':
        return b === undefined
          ? known
          : type === 'int'
            ? quotient(a, b)
            : b.least > 0
              ? corners((x, y) => x / y)(a, b)
              : known
      case 'Mod':
        return b === undefined || type !== 'int' ? known : remainder(a, b, number(node, 'fmod', 0) !== 0)
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
      case 'OneHot':
        return at(2)
      case 'ArgMax':
      case 'ArgMin':
        return { least: 0, most: size(0, number(node, 'axis', 0)) }
      case 'ReduceSum':
        return this.times(a, this.counted(node))
      case 'CumSum':
        return this.times(a, size(0, this.graph.constants.get(node.inputs[1])?.data[0] ?? 0))
      case 'MatMul':
        return b === undefined || type !== 'int' ? known : this.times(ARITHMETIC['Mul'](a, b), size(0, -1))
      case 'Pow': {
        const exponent = b?.least === b?.most ? b?.most : undefined
        return exponent === undefined || exponent < 0 ? known : spanned([0, a.least ** exponent, a.most ** exponent])
      }
      default:
        return known
    }
  }

  private times(range: Range, count: number): Range {
    return spanned([range.least, range.most, range.least * count, range.most * count])
  }

  /** Elements that a reduction takes together. */
  private counted(node: Node): number {
    const { shape } = this.graph.values.get(node.inputs[0])!
    const sizes = shape.map((extent) => extent.size)
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

/** Errors: numbers that nothing here holds, or a narrow type that would wrap around. */
export function refuseBeyond(node: Node, range: Range): void {
  const [least, most] = boundsOf(node.dataType)
  if (node.dataType !== DATA_TYPE.int32 && (range.least < least || range.most > most))
    throw new OpError(
      `whole numbers ${reach(range)} in a type that ends at ${most}`,
      'int64, or int32 where they are to wrap around',
    )
  if (beyond(range, WIDEST))
    throw new OpError(
      `whole numbers ${reach(range)}`,
      `${WIDEST} (2^48) at most, which is what stays exact: times in seconds, ids below 2^24, smaller factors`,
    )
}
