/**
 * Tracing: which values are constants, and the shape of every other one with the batch left open.
 *
 * The graph is evaluated plainly with batches of two sizes. What chains of Shape, Gather, Concat and the like compute is
 * then a constant like any other, whatever the exporter made of it, and a size that differs between the two is a multiple
 * of the batch. A model whose values cannot be told apart so is compiled for a batch of one.
 */
import { InputError } from '../../../read/errors.js'
import { dropDead, nodeName, readsOf, type Branch, type Graph, type Node } from '../model/graph.js'
import { costOf, evaluateNode, isSupported, unsupported } from '../reference/index.js'
import {
  reachOf,
  shapeText,
  sizeOf,
  tensor,
  withRoom,
  type ElementType,
  type Room,
  type Tensor,
} from '../model/tensor.js'
import { listed, type OfList } from './list.js'

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
  /** What an op of a list can make of them nevertheless. */
  ofList: Map<string, OfList>
}

/** How the batch is traced: left open, rows being each for themselves; as a list of this length at most; or as one row. */
export type Batch = 'open' | { longest: number } | 'one'

/** Values differ between batches in a way that is no repetition of rows. */
export class BatchError extends Error {}

/** Sizes that no model has by accident. */
const BATCHES = [3, 5] as const

/** Sizes of the inputs for a batch of `rows`. */
export type ShapesFor = (rows: number) => Map<string, number[]>

/** What values may take that nodes make, as a few bytes of a file can name any size: as much as a device has room for … */
const ROOM = 2 ** 24
/** … and, where its weights are transposed, joined or cast, so often what the file holds. */
const TIMES_HELD = 4
/** The same for time, in numbers looked at. */
const WORK = 2 ** 26
const WORK_HELD = 2 ** 8

/**
 * The graph evaluated with inputs of zeros, node by node. A node whose inputs are constants, or that asks for a shape alone,
 * makes constants; of other values the shape is kept, and the numbers as long as a node is still to read them.
 */
class Sample {
  readonly values: Map<string, Tensor>
  readonly constant: Set<string>
  private readonly graph: Graph
  private readonly last = new Map<string, Node>()
  /** how many values share the numbers */
  private readonly held = new Map<Tensor['data'], number>()
  private readonly room: Room
  private work: number

  constructor(graph: Graph, shapes: Map<string, number[]>) {
    this.graph = graph
    this.values = new Map(graph.constants)
    this.constant = new Set(graph.constants.keys())
    for (const node of graph.nodes) for (const name of readsOf(node)) this.last.set(name, node)
    let own = 0
    for (const { data } of graph.constants.values()) own += data.length
    const numbers = ROOM + TIMES_HELD * own
    this.room = { numbers, of: `values of ${numbers} numbers together at most, for a file of ${own}` }
    this.work = WORK + WORK_HELD * own
    for (const { name, type } of graph.inputs) {
      const shape = shapes.get(name)!
      if (!(sizeOf(shape) <= this.room.numbers))
        throw new InputError({ file: graph.file, part: `input "${name}"` }, `shape ${shapeText(shape)}`, this.room.of)
      const value = tensor(type, shape)
      this.values.set(name, value)
      this.hold(value.data)
    }
  }

  /** Evaluates one more node. Errors: what the op says; more room or time than a model is given. */
  take(node: Node): void {
    const { graph, values, constant, room } = this
    const part = nodeName(node)
    const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)))
    const fixed =
      node.op === 'Shape' || node.op === 'Size' || node.inputs.every((name) => name === '' || constant.has(name))
    this.spend(part, costOf(graph.file, node, inputs))
    const before = room.numbers
    const made = withRoom(room, () => evaluateNode(graph.file, node, inputs, graph.opset))
    room.numbers = before // what the op needed on its way is free again
    node.outputs.forEach((name, i) => {
      if (name === '') return
      if (made[i] === undefined)
        throw new InputError({ file: graph.file, part }, `output "${name}"`, `${made.length} at most`)
      values.set(name, made[i])
      this.hold(made[i].data)
      this.spend(part, reachOf(made[i].shape))
      if (fixed) constant.add(name)
      if (!this.last.has(name)) this.free(name)
    })
    for (const name of new Set(readsOf(node))) if (this.last.get(name) === node) this.free(name)
  }

  /** These nodes and constants stand where `node` stood, the If whose branch they are. */
  branch(node: Node, nodes: readonly Node[], constants: ReadonlyMap<string, Tensor>): void {
    for (const [name, value] of constants) {
      this.values.set(name, value)
      this.constant.add(name)
    }
    const own = new Set(nodes)
    for (const inner of nodes)
      for (const name of readsOf(inner)) {
        const last = this.last.get(name)
        if (last === undefined || last === node || own.has(last)) this.last.set(name, inner)
      }
  }

  private spend(part: string, numbers: number): void {
    if (!((this.work -= numbers) >= 0))
      throw new InputError({ file: this.graph.file, part }, 'more to work out than its file is given time for', 'a smaller model, or shorter sequences') // prettier-ignore
  }

  private hold(data: Tensor['data']): void {
    const count = this.held.get(data) ?? 0
    if (count === 0) this.room.numbers -= data.length
    this.held.set(data, count + 1)
  }

  private free(name: string): void {
    const value = this.values.get(name)
    if (value === undefined || this.constant.has(name)) return
    const count = this.held.get(value.data) ?? 0
    this.values.set(name, { ...value, data: NOTHING })
    if (count > 1) this.held.set(value.data, count - 1)
    else if (this.held.delete(value.data)) this.room.numbers += value.data.length
  }
}

const NOTHING = new Float64Array(0)

function sample(graph: Graph, shapes: Map<string, number[]>): Sample {
  const found = new Sample(graph, shapes)
  for (const node of graph.nodes) found.take(node)
  return found
}

export function trace(given: Graph, shapesFor: ShapesFor, batch: Batch): TracedGraph {
  const graph = decided(given, shapesFor(BATCHES[0]))
  for (const node of graph.nodes) refuseUnknown(graph.file, node)
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
  const ofList = new Map<string, OfList>()
  if (typeof batch === 'object' && varying.size > 0) {
    const each = [first, second, sample(graph, shapesFor(batch.longest))].map((known) => known.values)
    for (const name of varying.keys()) {
      const lists = each.map((known) => known.get(name)!)
      const found = listed(lists, values.get(name)!.shape, [...BATCHES, batch.longest])
      if (found !== null) ofList.set(name, found)
    }
  }
  return { ...dropDead({ ...graph, nodes, constants }), values, varying, ofList }
}

/**
 * Takes the branch of each If whose condition shapes decide. PyTorch writes one for `squeeze(1)`, which leaves an axis alone
 * that is not of size 1. Errors: a condition that depends on the inputs.
 */
function decided(given: Graph, shapes: Map<string, number[]>): Graph {
  const left = [...given.nodes].reverse()
  let open = left.filter((node) => node.op === 'If').length
  if (open === 0) return given
  const constants = new Map(given.constants)
  const found = new Sample(given, shapes)
  const nodes: Node[] = []
  while (open > 0) {
    const node = left.pop()!
    if (node.op !== 'If') {
      refuseUnknown(given.file, node)
      found.take(node)
      nodes.push(node)
      continue
    }
    const part = nodeName(node)
    if (!found.constant.has(node.inputs[0]))
      throw new InputError(
        { file: given.file, part },
        'a condition that depends on the inputs',
        'one that shapes decide',
      )
    const taken = found.values.get(node.inputs[0])!.data[0] !== 0 ? 'then_branch' : 'else_branch'
    const branch = node.attributes.get(taken) as Branch | undefined
    if (branch?.outputs?.length !== node.outputs.length)
      throw new InputError({ file: given.file, part }, `no ${taken} of ${node.outputs.length} outputs`, 'one')
    const results = branch.outputs.map((name, i): Node => ({
      name: `${node.name}.${i}`,
      op: 'Identity',
      inputs: [name],
      outputs: [node.outputs[i]],
      attributes: new Map(),
    }))
    const inner = [...branch.nodes, ...results]
    found.branch(node, inner, branch.constants)
    for (const [name, value] of branch.constants) constants.set(name, value)
    for (let i = inner.length - 1; i >= 0; i--) left.push(inner[i])
    open += inner.filter(({ op }) => op === 'If').length - 1
  }
  for (let i = left.length - 1; i >= 0; i--) nodes.push(left[i])
  return { ...given, nodes, constants }
}

function refuseUnknown(file: string, node: Node): void {
  if (!isSupported(node.op)) throw unsupported(file, node)
  for (const [name, value] of node.attributes)
    if (typeof value === 'object' && 'graph' in value)
      throw new InputError({ file, part: nodeName(node) }, `a graph in attribute "${name}"`, 'plain values')
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
