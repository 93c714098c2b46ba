/**
 * Fusion: what exporters take apart is put together again, since the tape has it as one op.
 *
 *   (x - mean) / sqrt(mean of squares + ε) · w + b        LayerNormalization
 *   x · (1 + erf(x / √2)) / 2, in any order               Gelu
 *   x · sigmoid(x)                                        Silu
 *   a · b, · or / one number, + bias, activation          Linear
 *
 * A pattern is taken where its inner values have no other reader and are no outputs. Nodes keep the place of the last one
 * of them, so that all they read is made by then.
 */
import { dropDead, makersOf, numbers, readersOf, type Node } from './model/graph.js'
import { activationOf } from './lower/elementwise.js'
import type { Extent, TracedGraph } from './tape/trace.js'

export function fuse(graph: TracedGraph): TracedGraph {
  return [layerNorms, gelus, silus, linears].reduce((now, pass) => dropDead(pass(now)) as TracedGraph, graph)
}

/** What the patterns ask of a graph. */
class Finder {
  readonly graph: TracedGraph
  private readonly makers: Map<string, Node>
  private readonly readers: Map<string, Node[]>
  private readonly outputs: Set<string>

  constructor(graph: TracedGraph) {
    this.graph = graph
    this.makers = makersOf(graph)
    this.readers = readersOf(graph)
    this.outputs = new Set(graph.outputs.map((port) => port.name))
  }

  /** The node of one of these ops that makes a value. */
  maker(name: string | undefined, ...ops: string[]): Node | undefined {
    const node = name === undefined ? undefined : this.makers.get(name)
    return node !== undefined && ops.includes(node.op) ? node : undefined
  }

  /** The only reader of a value, if it is one of these ops, or of any. */
  only(name: string, ...ops: string[]): Node | undefined {
    const readers = this.readers.get(name) ?? []
    if (readers.length !== 1 || this.outputs.has(name)) return undefined
    return ops.length === 0 || ops.includes(readers[0].op) ? readers[0] : undefined
  }

  readersOf(name: string): readonly Node[] {
    return this.readers.get(name) ?? []
  }

  /** The one number that a constant holds. */
  scalar(name: string | undefined): number | undefined {
    const constant = name === undefined ? undefined : this.graph.constants.get(name)
    return constant !== undefined && constant.data.length === 1 ? constant.data[0] : undefined
  }

  shape(name: string): Extent[] {
    return this.graph.values.get(name)!.shape
  }

  sameShape(a: string, b: string): boolean {
    const [x, y] = [this.shape(a), this.shape(b)]
    return x.length === y.length && x.every((extent, i) => extent.size === y[i].size && extent.rows === y[i].rows)
  }

  /** The input of a node that is not `name`; undefined if it has that one not at all. */
  other(node: Node, name: string): string | undefined {
    if (node.inputs[0] === name) return node.inputs[1]
    return node.inputs[1] === name ? node.inputs[0] : undefined
  }

  /** Whether a mean runs over the last axis alone and keeps it. */
  isLastMean(node: Node | undefined): node is Node {
    if (node === undefined || node.attributes.get('keepdims') === 0) return false
    const axes = node.inputs[1] ? [...(this.graph.constants.get(node.inputs[1])?.data ?? [])] : numbers(node, 'axes')
    const rank = this.shape(node.inputs[0]).length
    return axes?.length === 1 && (axes[0] === -1 || axes[0] === rank - 1)
  }
}

const near = (a: number | undefined, b: number): boolean => a !== undefined && Math.abs(a - b) <= 1e-5 * Math.abs(b)

/** Nodes with some replaced: `by` maps the last node of a pattern to what stands for all of it. */
const replaced = (graph: TracedGraph, by: ReadonlyMap<Node, Node>): TracedGraph => ({
  ...graph,
  nodes: graph.nodes.map((node) => by.get(node) ?? node),
})

function layerNorms(graph: TracedGraph): TracedGraph {
  const find = new Finder(graph)
  const by = new Map<Node, Node>()
  for (const node of graph.nodes) {
    const found = node.op === 'Div' ? centredOverDeviation(find, node) : undefined
    if (found === undefined) continue
    let last = node
    const width = find.shape(found.x).at(-1)!.size
    /** A constant as wide as the last axis, or one number, that the only reader of `last` applies. */
    const step = (op: string): string | undefined => {
      const next = find.only(last.outputs[0], op)
      const constant = next && find.other(next, last.outputs[0])
      const data = constant === undefined ? undefined : graph.constants.get(constant)
      const fits =
        data !== undefined && (data.data.length === 1 || (data.data.length === width && data.shape.at(-1) === width))
      if (next === undefined || !fits || !find.sameShape(next.outputs[0], found.x)) return undefined
      last = next
      return constant
    }
    const weight = step('Mul')
    const bias = step('Add')
    by.set(last, {
      name: node.name,
      op: 'LayerNormalization',
      inputs: [found.x, weight ?? '', bias ?? ''],
      outputs: [last.outputs[0]],
      attributes: new Map([['epsilon', found.epsilon]]),
    })
  }
  return replaced(graph, by)
}

/** Div(x - mean, sqrt(mean((x - mean)²) + ε)) over the last axis. */
function centredOverDeviation(find: Finder, div: Node): { x: string; epsilon: number } | undefined {
  const centred = find.maker(div.inputs[0], 'Sub')
  const root = find.maker(div.inputs[1], 'Sqrt')
  const sum = find.maker(root?.inputs[0], 'Add')
  if (centred === undefined || sum === undefined) return undefined
  const x = centred.inputs[0]
  const isCentred = (name: string): boolean => {
    const sub = find.maker(name, 'Sub')
    const mean = find.maker(sub?.inputs[1], 'ReduceMean')
    return sub?.inputs[0] === x && find.isLastMean(mean) && mean.inputs[0] === x
  }
  const epsilon = find.scalar(sum.inputs[1]) ?? find.scalar(sum.inputs[0])
  const variance = find.maker(sum.inputs[0], 'ReduceMean') ?? find.maker(sum.inputs[1], 'ReduceMean')
  const square = find.maker(variance?.inputs[0], 'Pow', 'Mul')
  if (epsilon === undefined || !find.isLastMean(variance) || square === undefined) return undefined
  const squares = square.op === 'Pow' ? find.scalar(square.inputs[1]) === 2 : square.inputs[0] === square.inputs[1]
  return squares && isCentred(div.inputs[0]) && isCentred(square.inputs[0]) ? { x, epsilon } : undefined
}

function gelus(graph: TracedGraph): TracedGraph {
  const find = new Finder(graph)
  const by = new Map<Node, Node>()
  for (const erf of graph.nodes) {
    if (erf.op !== 'Erf') continue
    const scaled = find.maker(erf.inputs[0], 'Div', 'Mul')
    const constant = find.scalar(scaled?.inputs[1]) ?? find.scalar(scaled?.inputs[0])
    if (scaled === undefined || !near(constant, scaled.op === 'Div' ? Math.SQRT2 : Math.SQRT1_2)) continue
    const x = find.scalar(scaled.inputs[1]) !== undefined ? scaled.inputs[0] : scaled.inputs[1]
    const plus = find.only(erf.outputs[0], 'Add')
    const one = plus && find.scalar(find.other(plus, erf.outputs[0]))
    const product = plus && find.only(plus.outputs[0], 'Mul')
    const factor = product && find.other(product, plus.outputs[0])
    if (!near(one, 1) || product === undefined || factor === undefined) continue
    const last = halved(find, product, factor, x)
    if (last !== undefined && find.sameShape(last.outputs[0], x))
      by.set(last, { name: erf.name, op: 'Gelu', inputs: [x], outputs: [last.outputs[0]], attributes: new Map() })
  }
  return replaced(graph, by)
}

/** The last node of x · (1 + erf) · ½, wherever the half stands: before, on x, or on 1 + erf. */
function halved(find: Finder, product: Node, factor: string, x: string): Node | undefined {
  const half = (node: Node | undefined, name: string): boolean => {
    if (node === undefined) return false
    const number = find.scalar(find.other(node, name))
    return node.op === 'Mul' ? near(number, 0.5) : node.inputs[0] === name && near(number, 2)
  }
  const before = find.maker(factor, 'Mul', 'Div')
  if (before !== undefined && half(before, x)) return product // x / 2 · (1 + erf)
  if (factor === x) {
    const after = find.only(product.outputs[0], 'Mul', 'Div')
    return half(after, product.outputs[0]) ? after : undefined // (x · (1 + erf)) / 2
  }
  if (!near(find.scalar(factor), 0.5)) return undefined
  const after = find.only(product.outputs[0], 'Mul') // ((1 + erf) / 2) · x
  return after !== undefined && find.other(after, product.outputs[0]) === x ? after : undefined
}

function silus(graph: TracedGraph): TracedGraph {
  const find = new Finder(graph)
  const by = new Map<Node, Node>()
  for (const node of graph.nodes) {
    if (node.op !== 'Mul') continue
    for (const [gate, x] of [node.inputs, [...node.inputs].reverse()]) {
      const sigmoid = find.maker(gate, 'Sigmoid')
      if (sigmoid === undefined || sigmoid.inputs[0] !== x || find.only(gate) !== node) continue
      by.set(node, { name: node.name, op: 'Silu', inputs: [x], outputs: node.outputs, attributes: new Map() })
      break
    }
  }
  return replaced(graph, by)
}

/** MatMul with what follows it, and Gemm with an activation. */
function linears(graph: TracedGraph): TracedGraph {
  const find = new Finder(graph)
  const by = new Map<Node, Node>()
  const place = new Map(graph.nodes.map((node, i) => [node, i]))
  for (const node of graph.nodes) {
    if (node.op !== 'MatMul' && node.op !== 'Gemm') continue
    if (graph.values.get(node.outputs[0])!.type !== 'float') continue // whole numbers are divided to the next one
    let last = node
    const out = node.outputs[0]
    const attributes = new Map(node.attributes)
    const inputs = [...node.inputs]
    const next = (...ops: string[]): Node | undefined => {
      const found = find.only(last.outputs[0], ...ops)
      return found !== undefined && !by.has(found) && find.sameShape(found.outputs[0], out) ? found : undefined
    }
    if (node.op === 'MatMul') {
      const scale = next('Mul', 'Div')
      const by = scale && find.scalar(find.other(scale, last.outputs[0]))
      if (scale !== undefined && by !== undefined && (scale.op === 'Mul' || scale.inputs[0] === last.outputs[0])) {
        attributes.set('scale', scale.op === 'Mul' ? by : 1 / by)
        last = scale
      }
      const add = next('Add')
      const bias = add && find.other(add, last.outputs[0])
      if (add !== undefined && bias !== undefined && bias !== last.outputs[0]) {
        inputs[2] = bias
        last = add
      }
    }
    const act = next()
    const numbers = act && activationOf(act)
    if (act !== undefined && numbers !== undefined && act.inputs.length === 1) {
      attributes.set('fused', numbers.kind!)
      attributes.set('fusedAlpha', numbers.alpha ?? 0)
      attributes.set('fusedBeta', numbers.beta ?? 0)
      last = act
    }
    if (last === node || place.get(last)! < place.get(node)!) continue
    const op = node.op === 'MatMul' ? 'Linear' : 'Gemm'
    by.set(last, { name: node.name, op, inputs, outputs: [last.outputs[0]], attributes })
  }
  return replaced(graph, by)
}
