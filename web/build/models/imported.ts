/**
 * An imported tower to be trained on: a graph whose weights become what is learned, as a drawing's parameters are (draw.ts), from the
 * numbers that they have. Where its item table is the embeddings, both are the one table that is learned; a table of its own stays as
 * it is.
 */
import type { Feed } from '../../import/onnx/binding.js'
import { shapesFor, type Program } from '../../import/onnx/compile.js'
import { batchSymbols } from '../../import/onnx/model/batch.js'
import { dropDead, readersOf, type Graph, type Node, type Port } from '../../import/onnx/model/graph.js'
import { scalarOf, sizeOf, tensor, type Tensor } from '../../import/onnx/model/tensor.js'
import { BatchError, trace } from '../../import/onnx/tape/trace.js'
import type { Embeddings } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import type { Fed, Learnable } from '../fit/stepper.js'
import { NO_ROW } from '../sections/vectors.js'
import type { Bound } from './bind.js'
import type { Parameter } from './draw.js'

/** A tower as the importer read it. */
export interface Read {
  graph: Graph
  sizes: Record<string, number>
  program: Program
  bound: Bound
  /** the item table that is the embeddings; null: it has none, or another */
  table: { name: string; values: Tensor } | null
  /** its number of each row of the embeddings */
  numbers: Float64Array
}

export interface Imported {
  /** Of its histories, and of its vectors. */
  length: number
  width: number
  /** Whether all item vectors have length 1, as those that are compared by cosines. */
  unit: boolean
  /** Items' vectors as they are, [items][width]; has[item]: 1 where there is one. */
  start: Float32Array
  has: Uint8Array
  /** What learns, its output divided by `temperature`. */
  learnable(temperature: number): Learnable
  /** Vectors of the embeddings' rows, by those of items. */
  rows(items: Float32Array): Float32Array
}

/** Farther from 1 than float32 rounds. */
const NOT_UNIT = 1e-3

/** In words, why it cannot be, where it cannot. */
export function importedTower(read: Read, catalogue: Catalogue, embeddings: Embeddings): Imported | string {
  const { graph, table, numbers } = read
  const { vectorRow } = catalogue
  const { dim: width, vectors } = embeddings
  if (width % 4 !== 0) return `vectors of ${width} numbers are no multiple of 4`
  const how = fedBy(read)
  if (typeof how === 'string') return how
  const weighed = foldedWeights(read)
  const folded = table === null ? weighed : lookedUpOnce(weighed, table.name)
  const parameters = parametersOf(folded, new Set([table?.name ?? '', ...tablesOf(folded, how.ids!)]))
  if (parameters.length === 0 && table === null) return 'it holds no weights of floats beside tables of items'
  const has = Uint8Array.from(vectorRow, (row) => Number(row !== NO_ROW && numbers[row]! >= 0))
  const start = new Float32Array(vectorRow.length * width)
  const number = new Float32Array(vectorRow.length)
  vectorRow.forEach((row, item) => {
    if (has[item] === 0) return
    start.set(vectors.subarray(row * width, (row + 1) * width), item * width)
    number[item] = numbers[row]!
  })
  const padding = table === null ? null : rowOf(table.values, how.pad)
  const { length, inputs, constants, ...ports } = how
  const fed: Fed = { ...ports, table: table?.name ?? null, number, padding }
  return {
    length,
    width,
    unit: isUnit(vectors, width),
    start,
    has,
    learnable: (temperature) => {
      const output = temperature === 1 ? graph.outputs[0]!.name : 'scaled output'
      const scaled: Node = { name: output, op: 'Mul', inputs: [graph.outputs[0]!.name, 'one over temperature'], outputs: [output], attributes: new Map() } // prettier-ignore
      const nodes = temperature === 1 ? folded.nodes : [...folded.nodes, scaled]
      const known = new Map([...folded.constants, ...constants, ['one over temperature', scalarOf('float', 1 / temperature)] as const]) // prettier-ignore
      for (const { name } of parameters) known.delete(name)
      return {
        drawing: {
          parameters,
          dropouts: [],
          toLearn: (name, shape, { rows }) => {
            if (table !== null) known.set(table.name, tensor('float', [rows, width], new Float32Array(rows * width)))
            const ports = parameters.map(({ name, shape }): Port => ({ name, type: 'float', shape }))
            return dropDead({
              ...graph,
              inputs: [...inputs, ...ports],
              outputs: [{ name, type: 'float', shape }],
              nodes,
              constants: known,
            })
          },
        },
        output,
        vectors: 1,
        fed,
      }
    },
    rows: (items) => {
      const made = vectors.slice()
      vectorRow.forEach((row, item) => {
        if (has[item] === 1) made.set(items.subarray(item * width, (item + 1) * width), row * width)
      })
      return made
    },
  }
}

/** The graph with what was learned in place of its weights. `vectors`: of the embeddings' rows. */
export function withWeights(read: Read, weights: ReadonlyMap<string, Float32Array>, vectors: Float32Array): Graph {
  const folded = foldedWeights(read)
  const constants = new Map(folded.constants)
  for (const [name, values] of weights) constants.set(name, { ...constants.get(name)!, data: values })
  if (read.table !== null) {
    const { name, values } = read.table
    const data = Float32Array.from(values.data)
    const width = values.shape[1]!
    read.numbers.forEach((number, row) => {
      if (number >= 0) data.set(vectors.subarray(row * width, (row + 1) * width), number * width)
    })
    constants.set(name, { ...values, data })
  }
  return { ...folded, constants }
}

type How = Pick<Fed, 'ids' | 'mask' | 'count' | 'pad' | 'side'> & {
  length: number
  /** What is fed, sizes fixed; and what is the same for everybody. */
  inputs: Port[]
  constants: [string, Tensor][]
}

/** What its inputs are fed with while it learns; in words, what they ask for that a log does not tell then. */
function fedBy({ graph, sizes, program, bound }: Read): How | string {
  const how: How = { length: 0, pad: 0, side: 'left', inputs: [], constants: [] }
  for (const [at, input] of program.inputs.entries()) {
    const { kind, pad, side } = bound.feeds[at]!
    const { name, type, shape } = graph.inputs.find((port) => port.name === input.name) ?? graph.inputs[0]!
    const fixed = shape.map((dim) => (typeof dim === 'string' ? (sizes[dim] ?? dim) : dim))
    const batch = batchSymbols(graph)
    if (kind === 'constant') {
      const one = shape.map((dim, axis) => (batch.has(String(dim)) ? 1 : Number(fixed[axis])))
      how.constants.push([name, tensor(type, one, new Float64Array(sizeOf(one)).fill(pad))])
      continue
    }
    const key = (['ids', 'mask', 'count'] as const)[['history', 'types', 'length'].indexOf(kind)]
    if (key === undefined || (key === 'mask' && !isMask(bound.feeds[at]!)))
      return `input "${name}" is fed with ${kind}, which it is not told while it learns`
    if (how[key] !== undefined) return `inputs "${how[key]}" and "${name}" are both fed with ${kind}`
    how[key] = name
    if (key === 'ids') Object.assign(how, { pad, side, length: sizeOf(input.shape) })
    how.inputs.push({ name, type, shape: shape.map((dim, axis) => (batch.has(String(dim)) ? dim : fixed[axis]!)) })
  }
  return how.ids === undefined ? 'it is fed with no history' : how
}

/** 1 for each event, 0 for none. */
const isMask = ({ unknown, pad, list }: Feed) => unknown === 1 && pad === 0 && list.every((one) => one === 1)

/** The graph with what its constants alone make in place of the nodes that make it: a transposed weight is one. */
function foldedWeights({ graph, sizes }: Read): Graph {
  const batch = batchSymbols(graph)
  const shapes = (rows: number) => shapesFor(graph, { sizes }, batch, rows)
  const { constants, values } = tracedOf(graph, shapes)
  const same = new Map([...constants].filter(([name]) => values.get(name)!.shape.every(({ rows }) => !rows)))
  const isFolded = (node: Node) => node.outputs.every((name) => name === '' || same.has(name))
  const nodes = graph.nodes.filter((node) => !isFolded(node))
  return dropDead({ ...graph, nodes, constants: new Map([...graph.constants, ...same]) })
}

function tracedOf(graph: Graph, shapes: (rows: number) => Map<string, number[]>) {
  try {
    return trace(graph, shapes, 'open')
  } catch (error) {
    if (!(error instanceof BatchError)) throw error
    return trace(graph, shapes, 'one')
  }
}

/** The graph with one look-up of the table in place of several: all are of the one history that it is fed with. */
function lookedUpOnce(graph: Graph, table: string): Graph {
  const [first, ...others] = graph.nodes.filter(({ op, inputs }) => op === 'Gather' && inputs[0] === table)
  if (first === undefined || others.length === 0) return graph
  const same = new Map(others.map(({ outputs }) => [outputs[0]!, first.outputs[0]!]))
  const nodes = graph.nodes.flatMap((node) =>
    same.has(node.outputs[0]!) ? [] : [{ ...node, inputs: node.inputs.map((name) => same.get(name) ?? name) }],
  )
  return { ...graph, nodes }
}

/** Ops whose results are the model's numbers of items still. A comparison makes none: of what is there positions are counted. */
const CARRIES = ['Identity', 'Cast', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Slice', 'Concat', 'Expand', 'Add', 'Sub', 'Mul', 'Mod', 'Clip', 'Min', 'Max', 'Where', 'Relu'] // prettier-ignore

/** Tables that are looked up by the history. They stay: a log teaches the rows of what was met alone, and the network reads all of them. */
function tablesOf({ nodes }: Graph, ids: string): string[] {
  const carried = new Set([ids])
  return nodes.flatMap(({ op, inputs, outputs }) => {
    const read = op === 'Gather' ? inputs.slice(0, 1) : CARRIES.includes(op) ? inputs : []
    if (read.some((name) => carried.has(name))) carried.add(outputs[0]!)
    return op === 'Gather' && carried.has(inputs[1]!) ? [inputs[0]!] : []
  })
}

/** By op, which inputs are weights. */
const WEIGHTS: Record<string, readonly number[]> = {
  MatMul: [0, 1],
  Gemm: [0, 1, 2],
  Add: [0, 1],
  Sub: [0, 1],
  Mul: [0, 1],
  Div: [0, 1],
  Gather: [0],
  LayerNormalization: [1, 2],
  GRU: [1, 2, 3],
  LSTM: [1, 2, 3],
  PRelu: [1],
}
const ELEMENTWISE = ['Add', 'Sub', 'Mul', 'Div']

/** Constants of several floats that are weights to whoever reads them. A mask that is added or multiplied stays what it is. */
function parametersOf(graph: Graph, tables: ReadonlySet<string>): Parameter[] {
  const readers = readersOf(graph)
  const made = graph.outputs[0]!.name
  return [...graph.constants].flatMap(([name, { type, shape, data }]) => {
    const reads = readers.get(name) ?? []
    if (type !== 'float' || data.length < 2 || tables.has(name) || name === made) return []
    const isWeight = (node: Node) =>
      node.inputs.every((input, at) => input !== name || WEIGHTS[node.op]?.includes(at) === true) &&
      !(ELEMENTWISE.includes(node.op) && isMaskOf(shape, data))
    if (reads.length === 0 || !reads.every(isWeight)) return []
    return [{ name, shape: [...shape], start: { values: Float32Array.from(data) } }]
  })
}

/** Of several axes, and nothing but 0, 1 and what is as good as infinite. */
const isMaskOf = (shape: readonly number[], data: Tensor['data']) =>
  shape.filter((size) => size > 1).length > 1 &&
  data.every((value) => value === 0 || value === 1 || !(Math.abs(value) < 1000))

function rowOf({ shape, data }: Tensor, at: number): Float32Array | null {
  const [rows, width] = shape as [number, number]
  return at >= 0 && at < rows ? Float32Array.from(data.slice(at * width, (at + 1) * width)) : null
}

function isUnit(vectors: Float32Array, width: number): boolean {
  for (let at = 0; at < vectors.length; at += width) {
    const length = Math.hypot(...vectors.subarray(at, at + width))
    if (length !== 0 && Math.abs(length - 1) > NOT_UNIT) return false
  }
  return true
}
