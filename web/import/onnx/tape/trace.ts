/**
 * Tracing: which values are constants, and the shape of every other one with the batch left open.
 *
 * The graph is evaluated plainly with batches of two sizes. What chains of Shape, Gather, Concat and the like compute is
 * then a constant like any other, whatever the exporter made of it, and a size that differs between the two is a multiple
 * of the batch. A model whose values cannot be told apart so is compiled for a batch of one.
 */
import { InputError } from '../../../read/errors.js'
import { dropDead, nodeName, type Branch, type Graph, type Node } from '../model/graph.js'
import { evaluateNode, isSupported, unsupported } from '../reference/index.js'
import { MOST_NUMBERS, tensor, type ElementType, type Tensor } from '../model/tensor.js'

/** A size: `size`, or `size` times the batch. */
export interface Extent {
  size: number
  rows: boolean
}

export interface Traced {
  type: ElementType
  shape: Extent[]
}

export interface TracedGraph extends Graph {
  /** every value that a node left over reads or makes */
  values: Map<string, Traced>
  /** Constants that differ with the size of the batch, and how: no op can use them but for a shape that is known anyway. */
  varying: Map<string, string>
}

/** Values differ between batches in a way that is no repetition of rows. */
export class BatchError extends Error {}

/** Sizes that no model has by accident. */
const BATCHES = [3, 5] as const

/** Sizes of the inputs for a batch of `rows`. */
export type ShapesFor = (rows: number) => Map<string, number[]>

interface Sample {
  values: Map<string, Tensor>
  constant: Set<string>
}

/**
 * Evaluates with inputs of zeros. A node whose inputs are constants, or that asks for a shape alone, makes constants.
 */
function sample(graph: Graph, shapes: Map<string, number[]>): Sample {
  const values = new Map(graph.constants)
  const constant = new Set(graph.constants.keys())
  for (const port of graph.inputs) values.set(port.name, tensor(port.type, shapes.get(port.name)!))
  let room = MOST_NUMBERS // for all of them: each of many may be as large as one may be
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)))
    const fixed =
      node.op === 'Shape' || node.op === 'Size' || node.inputs.every((name) => name === '' || constant.has(name))
    const made = evaluateNode(graph.file, node, inputs, graph.opset)
    for (const { data } of made) room -= data.length
    if (room < 0)
      throw new InputError({ file: graph.file, part: nodeName(node) }, 'values too large together', `${MOST_NUMBERS} numbers at most`) // prettier-ignore
    node.outputs.forEach((name, i) => {
      if (name === '') return
      if (made[i] === undefined)
        throw new InputError({ file: graph.file, part: nodeName(node) }, `output "${name}"`, `${made.length} at most`)
      values.set(name, made[i])
      if (fixed) constant.add(name)
    })
  }
  return { values, constant }
}

export function trace(given: Graph, shapesFor: ShapesFor, batch: 'open' | 'one'): TracedGraph {
  const graph = decided(given, shapesFor(BATCHES[0]))
  refuseUnknown(graph)
  const sizes = batch === 'one' ? [1, 1] : BATCHES
  const first = sample(graph, shapesFor(sizes[0]))
  const second = batch === 'one' ? first : sample(graph, shapesFor(sizes[1]))
  const values = new Map<string, Traced>()
  const constants = new Map<string, Tensor>()
  const varying = new Map<string, string>()
  const nodes = graph.nodes.filter((node) => node.outputs.some((name) => name !== '' && !first.constant.has(name)))
  for (const name of namesOf(graph, nodes)) {
    const [a, b] = [first.values.get(name), second.values.get(name)]
    if (a === undefined || b === undefined)
      throw new InputError({ file: graph.file, part: `value "${name}"` }, 'no node that makes it', 'one')
    const shape = extents(name, a.shape, b.shape, sizes)
    const traced: Traced = { type: a.type, shape }
    if (first.constant.has(name)) {
      const constant = batch === 'one' ? a : oneRow(name, a, b, shape)
      if (typeof constant === 'string') varying.set(name, constant)
      else constants.set(name, constant)
    }
    values.set(name, traced)
  }
  return { ...dropDead({ ...graph, nodes, constants }), values, varying }
}

/**
 * Takes the branch of each If whose condition shapes decide. PyTorch writes one for `squeeze(1)`, which leaves an axis alone
 * that is not of size 1. Errors: a condition that depends on the inputs.
 */
function decided(given: Graph, shapes: Map<string, number[]>): Graph {
  let graph = given
  for (;;) {
    const at = graph.nodes.findIndex((node) => node.op === 'If')
    if (at < 0) return graph
    const node = graph.nodes[at]
    const before = { ...graph, nodes: graph.nodes.slice(0, at) }
    refuseUnknown(before)
    const { values, constant } = sample(before, shapes)
    const part = nodeName(node)
    if (!constant.has(node.inputs[0]))
      throw new InputError(
        { file: graph.file, part },
        'a condition that depends on the inputs',
        'one that shapes decide',
      )
    const taken = values.get(node.inputs[0])!.data[0] !== 0 ? 'then_branch' : 'else_branch'
    const branch = node.attributes.get(taken) as Branch | undefined
    if (branch?.outputs?.length !== node.outputs.length)
      throw new InputError({ file: graph.file, part }, `no ${taken} of ${node.outputs.length} outputs`, 'one')
    const results = branch.outputs.map((name, i): Node => ({
      name: `${node.name}.${i}`,
      op: 'Identity',
      inputs: [name],
      outputs: [node.outputs[i]],
      attributes: new Map(),
    }))
    const nodes = [...before.nodes, ...branch.nodes, ...results, ...graph.nodes.slice(at + 1)]
    graph = { ...graph, nodes, constants: new Map([...graph.constants, ...branch.constants]) }
  }
}

function refuseUnknown(graph: Graph): void {
  for (const node of graph.nodes) {
    if (!isSupported(node.op)) throw unsupported(graph.file, node)
    for (const [name, value] of node.attributes)
      if (typeof value === 'object' && 'graph' in value)
        throw new InputError(
          { file: graph.file, part: nodeName(node) },
          `a graph in attribute "${name}"`,
          'plain values',
        )
  }
}

function namesOf(graph: Graph, nodes: readonly Node[]): Set<string> {
  const names = new Set<string>(graph.inputs.map((port) => port.name))
  for (const node of nodes) for (const name of [...node.inputs, ...node.outputs]) if (name !== '') names.add(name)
  for (const port of graph.outputs) names.add(port.name)
  return names
}

function extents(name: string, a: readonly number[], b: readonly number[], sizes: readonly number[]): Extent[] {
  if (a.length !== b.length) throw new BatchError(`the rank of "${name}" depends on the batch`)
  return a.map((size, axis) => {
    if (size === b[axis]) return { size, rows: false }
    if (size % sizes[0] !== 0 || b[axis] !== (size / sizes[0]) * sizes[1])
      throw new BatchError(
        `axis ${axis} of "${name}" is ${size} for a batch of ${sizes[0]}, ${b[axis]} for ${sizes[1]}`,
      )
    return { size: size / sizes[0], rows: true }
  })
}

/** A constant that is repeated over the batch, as one row of it; or why there is no such row. */
function oneRow(name: string, a: Tensor, b: Tensor, shape: readonly Extent[]): Tensor | string {
  const [one, other] = [cut(a, shape), cut(b, shape)]
  if (one === null || other === null) return `rows of the constant "${name}" differ`
  const differ = one.data.some(
    (value, i) => value !== other.data[i] && !(Number.isNaN(value) && Number.isNaN(other.data[i])),
  )
  return differ ? `the constant "${name}" depends on the size of the batch` : one
}

/** The axes of the batch cut to one element; null where not all are equal along them. */
function cut(x: Tensor, shape: readonly Extent[]): Tensor | null {
  let { data } = x
  let inner = 1
  const sizes = [...x.shape]
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    if (shape[axis].rows) {
      const size = sizes[axis]
      const kept = new Float64Array(data.length / size)
      for (let at = 0; at < data.length; at++) {
        const block = Math.floor(at / (size * inner))
        const to = block * inner + (at % inner)
        if (Math.floor(at / inner) % size === 0) kept[to] = data[at]
        else if (data[at] !== kept[to]) return null
      }
      data = kept
      sizes[axis] = 1
    }
    inner *= sizes[axis]
  }
  return { type: x.type, shape: sizes, data }
}
