/**
 * Compiling: a graph in, a PROGRAM section out.
 *
 * A model's batch stays open where its ops allow it, so that a ranker takes many candidates in one run; a model that
 * mixes its batch with other sizes in ways that views cannot show is compiled for one row and run row by row, which is the
 * same since rows of a batch do not know of each other.
 */
import { InputError } from '../../read/errors.js'
import { own } from '../../read/own.js'
import { fuse } from './fuse.js'
import { dropDead, readsOf, type Graph, type Port } from './model/graph.js'
import { Context, repeated } from './lower/context.js'
import { LOWERINGS } from './lower/index.js'
import { lowerWhole } from './lower/whole.js'
import { ofNode } from './reference/index.js'
import { plan } from './tape/memory.js'
import { beyond, Ranges, reach, WIDEST, type Range } from './tape/ranges.js'
import { writeProgram, type ProgramPort, type Weights } from './tape/program.js'
import { Tape } from './tape/tape.js'
import { MOST_NUMBERS, OpError, shapeText, sizeOf } from './model/tensor.js'
import { batchSymbols } from './model/batch.js'
import { BatchError, trace, type Batch, type Extent, type TracedGraph } from './tape/trace.js'
import { extentFactors, factorsOf, layOut, type Factor, type Value } from './tape/value.js'

/** How a model is compiled. */
export interface CompileOptions {
  /** Rows of one run: 1 for towers; for rankers as many as are worth doing together. Default 1. */
  capacity?: number
  /** Rows know of each other: all are in one run, of `capacity` at most. Refused where that cannot be. */
  list?: boolean
  /** Sizes that the model leaves open besides its batch, by symbol. */
  sizes?: Readonly<Record<string, number>>
  /** Inputs that are one for a whole request, without a batch of their own. */
  perRequest?: ReadonlySet<string>
  weights?: Weights
  /**
   * How far inputs reach, by name. Given at all, whole numbers that one float does not hold are computed with as two, or
   * refused; without it all are taken to stay below 2^24.
   */
  ranges?: ReadonlyMap<string, Range>
  /** Embedding tables that stay outside, by the name of the constant. */
  tables?: ReadonlySet<string>
  /**
   * The batch to compile for where the model turns out to be bound to one: PyTorch leaves the size of the example that it
   * was exported with in some recurrent models.
   */
  boundBatch?: number
  /** For training (src/learn/backward.h): nothing that was computed is overwritten, and activations are ops of their own. */
  training?: boolean
}

/** An input or output of a program. */
export interface ProgramInput {
  name: string
  element: 'float' | 'int' | 'bool'
  /** of one row, the batch's axis first; as the model declares it otherwise */
  shape: number[]
  rows: boolean
  /** where the model has its batch */
  batchAxis: number
  /** the input holds rows of this table, for the ids of input number `ids` */
  table?: { name: string; ids: number; rows: number; width: number }
  /** the input holds what float32 rounds away of the whole numbers of this other one, by its place */
  restOf?: number
}

/** A model as a tape of ops: what a bundle holds. */
export interface Program {
  bytes: Uint8Array
  capacity: number
  inputs: ProgramInput[]
  outputs: ProgramInput[]
  /** rows know of each other: all are in one run */
  isList: boolean
  /** ops on the tape, and how many of them run once a request */
  ops: number
  requestOps: number
  scratch: number
}

/** Compiles a model. Throws InputError with the node that cannot be. */
export function compile(graph: Graph, options: CompileOptions = {}): Program {
  const capacity = options.capacity ?? 1
  const batch = batchSymbols(graph)
  if (options.list === true) return compileList(graph, options, batch, capacity)
  if (capacity > 1 && batch.size > 0) {
    try {
      return compileWith(graph, options, batch, 'open', capacity)
    } catch (error) {
      if (!(error instanceof BatchError || error instanceof InputError)) throw error
    }
  }
  try {
    return compileWith(graph, options, batch, 'one', 1)
  } catch (caught) {
    const error =
      caught instanceof BatchError || caught instanceof OpError
        ? new InputError({ file: graph.file }, caught.message, 'a model whose rows are each for themselves', {
            cause: caught,
          })
        : caught
    if (!(error instanceof InputError) || batch.size === 0 || options.boundBatch === undefined) throw error
    const sizes = { ...options.sizes, ...Object.fromEntries([...batch].map((symbol) => [symbol, options.boundBatch!])) }
    try {
      return compileWith(graph, { ...options, sizes }, new Set(), 'one', 1)
    } catch {
      throw error
    }
  }
}

function compileList(graph: Graph, options: CompileOptions, batch: ReadonlySet<string>, capacity: number): Program {
  try {
    return compileWith(graph, options, batch, { longest: capacity }, capacity)
  } catch (error) {
    if (!(error instanceof BatchError)) throw error
    const expected = 'a form that runs on a list of any length'
    throw new InputError({ file: graph.file }, error.message, expected, { cause: error })
  }
}

/** Shapes of the inputs for a batch of `rows`. Errors: a size that is open and that nobody gave. */
export function shapesFor(
  graph: Graph,
  options: Pick<CompileOptions, 'sizes'>,
  batch: ReadonlySet<string>,
  rows: number,
): Map<string, number[]> {
  return new Map(
    graph.inputs.map((port) => {
      const shape = port.shape.map((dim) => {
        if (typeof dim === 'number') return dim
        if (batch.has(dim)) return rows
        const given = own(options.sizes, dim)
        if (given !== undefined) return given
        throw new InputError(
          { file: graph.file, part: `input "${port.name}"` },
          `shape ${shapeText(port.shape)} with "${dim}" open`,
          'a size for it (config key "sizes" of the model)',
        )
      })
      if (!(sizeOf(shape) <= MOST_NUMBERS))
        throw new InputError(
          { file: graph.file, part: `input "${port.name}"` },
          `shape ${shapeText(port.shape)}`,
          `${MOST_NUMBERS} numbers at most`,
        )
      return [port.name, shape]
    }),
  )
}

function compileWith(
  graph: Graph,
  options: CompileOptions,
  batch: ReadonlySet<string>,
  mode: Batch,
  capacity: number,
): Program {
  const traced = fuse(trace(graph, (rows) => shapesFor(graph, options, batch, rows), mode))
  const ranges =
    options.ranges === undefined ? null : new Ranges(traced, options.ranges, typeof mode === 'object' ? capacity : 1)
  const context = new Context(traced, new Tape(capacity, typeof mode === 'object', options.training), ranges)
  const open = (port: Port) => openInput(context, port, batch, mode, options.perRequest?.has(port.name) ?? false)
  const ports = traced.inputs.map(open)
  traced.inputs.forEach((port, i) => {
    if (ranges?.isWide(port.name)) ports.push(openRest(context, port, i, open))
  })
  lower(context, ports, options)
  const outputs = traced.outputs.map((port) => closeOutput(context, port, batch, mode, ports))
  const { ops: written } = context.tape
  const ops = [...written.filter((op) => !op.perRow), ...written.filter((op) => op.perRow)]
  const requestOps = ops.filter((op) => !op.perRow).length
  const memory = plan(
    ops,
    ports.map(({ buffer }) => buffer),
    outputs.map(({ buffer }) => buffer),
    requestOps,
    options.training,
  )
  const weights = options.weights ?? 'float32'
  const bytes = writeProgram({
    capacity,
    scratch: memory.floats,
    requestOps,
    inputs: ports,
    outputs,
    ops,
    offset: memory.offset,
    weights,
  })
  const describe = (port: ProgramPort, from: readonly Port[]): ProgramInput => {
    const declared = from.find((each) => each.name === port.name)
    return {
      name: port.name,
      element: port.element,
      shape: port.shape,
      rows: port.rows,
      batchAxis: Math.max(0, declared?.shape.findIndex((dim) => batch.has(String(dim))) ?? 0),
    }
  }
  return {
    bytes,
    capacity,
    isList: typeof mode === 'object',
    inputs: ports.map((port) => {
      const input = describe(port, graph.inputs)
      if (port.restOf !== undefined)
        Object.assign(input, { restOf: port.restOf, batchAxis: describe(ports[port.restOf], graph.inputs).batchAxis })
      if (port.table)
        input.table = { name: port.tableName!, ids: port.table.ids, rows: port.table.rows, width: port.shape.at(-1)! }
      return input
    }),
    outputs: outputs.map((port) => ({
      ...describe(port, graph.outputs),
      batchAxis: outputAxis(graph, port.name, batch),
    })),
    ops: ops.length,
    requestOps,
    scratch: memory.floats,
  }
}

const outputAxis = (graph: Graph, name: string, batch: ReadonlySet<string>): number =>
  Math.max(0, graph.outputs.find((port) => port.name === name)?.shape.findIndex((dim) => batch.has(String(dim))) ?? 0)

type InputPort = ProgramPort & { tableName?: string; restOf?: number }

/** A batch that is not the first axis is put there: for one row that is the same memory. */
const rowsFirst = (shape: readonly number[], axis: number): number[] =>
  axis <= 0 ? [...shape] : [shape[axis], ...shape.slice(0, axis), ...shape.slice(axis + 1)]

function openInput(context: Context, port: Port, batch: ReadonlySet<string>, mode: Batch, once: boolean): InputPort {
  const { shape, type } = context.traced(port.name)
  const axis = port.shape.findIndex((dim) => batch.has(String(dim)))
  const open = axis >= 0 && !once
  if (mode !== 'one' && open) refuseInner(shape)
  const axes = shape.map((extent) =>
    extentFactors(once ? { ...extent, rows: false } : extent).map((f) => ({ ...f, step: 1 })),
  )
  const held = context.tape.fresh(axes, type, open, true)
  const value = once ? repeatedRows(held, shape) : held
  context.values.set(port.name, value)
  const sizes = rowsFirst(
    shape.map(({ size }) => size),
    axis,
  )
  return { name: port.name, element: type, shape: sizes, rows: open, buffer: held.buffer }
}

/** A second input beside one of whole numbers beyond 2^24. Errors: numbers that two floats do not hold either. */
function openRest(context: Context, port: Port, at: number, open: (port: Port) => InputPort): InputPort {
  const range = context.ranges!.of(port.name)!
  if (beyond(range, WIDEST))
    throw new InputError(
      { file: context.graph.file, part: `input "${port.name}"` },
      `whole numbers ${reach(range)}`,
      `${WIDEST} (2^48) at most, which is what stays exact: times in seconds or milliseconds, ids as rows of a table`,
    )
  const high = context.values.get(port.name)!
  const rest = { ...open(port), name: `${port.name}.rest`, restOf: at }
  context.low.set(port.name, context.values.get(port.name)!)
  context.values.set(port.name, high)
  return rest
}

/** Rows lie one after the other: an axis before theirs has one element. */
function refuseInner(shape: readonly Extent[]): void {
  const at = shape.findIndex((extent) => extent.rows)
  if (at < 0) return
  if (shape.slice(0, at).some((extent) => extent.size > 1)) throw new BatchError('a batch that is not the first axis')
  if (shape.slice(at + 1).some((extent) => extent.rows)) throw new BatchError('a number for each two of the batch')
}

/** What is given once, seen as if every row had it. */
function repeatedRows(value: Value, shape: readonly Extent[]): Value {
  const axes = value.axes.map((axis, a): Factor[] =>
    shape[a].rows ? [{ size: 1, step: 0, rows: true }, ...axis] : axis,
  )
  return { ...value, axes }
}

function lower(context: Context, ports: InputPort[], options: CompileOptions): void {
  const { graph } = context
  for (const node of graph.nodes) {
    const lowering = LOWERINGS[node.op]
    if (lowering === undefined)
      throw new InputError(
        { file: graph.file, part: `node "${node.name}"` },
        `the op ${node.op} on values that depend on the inputs`,
        `one of ${Object.keys(LOWERINGS).sort().join(', ')}`,
      )
    try {
      const table = tableInput(context, node, ports, options)
      const wide = context.ranges?.touches(node) ?? false
      const values = table ?? (wide ? lowerWhole(context, node, lowering) : lowering(context, node))
      node.outputs.forEach((name, i) => {
        if (name !== '' && values[i] !== undefined) context.values.set(name, values[i])
      })
    } catch (error) {
      if (error instanceof BatchError && context.tape.capacity > 1 && !context.tape.isList) throw error
      const said = error instanceof BatchError ? new OpError(error.message) : error
      throw ofNode(graph.file, node, said, 'a form that can be compiled')
    }
  }
}

/** A Gather from a table that stays outside becomes an input: the rows, fed by whoever feeds the ids. */
function tableInput(
  context: Context,
  node: TracedGraph['nodes'][number],
  ports: InputPort[],
  options: CompileOptions,
): Value[] | undefined {
  const [tableName, idsName] = node.inputs
  if (node.op !== 'Gather' || options.tables === undefined || !options.tables.has(tableName)) return undefined
  const ids = ports.findIndex((port) => port.name === idsName)
  const table = context.constant(node, 0)
  if (ids < 0 || table === undefined)
    throw new OpError(`ids that are no input, into the table "${tableName}" that stays outside`)
  const { shape, type } = context.result(node)
  const once = !ports[ids].rows
  const axes = shape.map((extent) =>
    extentFactors(once ? { ...extent, rows: false } : extent).map((f) => ({ ...f, step: 1 })),
  )
  const held = context.tape.fresh(axes, type, ports[ids].rows, true)
  const [rows, width] = table.shape
  ports.push({
    name: `${idsName}.rows${ports.length}`,
    element: 'float',
    shape: [...ports[ids].shape, width],
    rows: ports[ids].rows,
    buffer: held.buffer,
    table: { ids, padding: Float32Array.from(table.data.slice(0, width)), rows },
    tableName,
  })
  return [once ? repeatedRows(held, shape) : held]
}

/** An output lies in memory of its own, in C order, with the batch first. */
function closeOutput(
  context: Context,
  port: Port,
  batch: ReadonlySet<string>,
  mode: Batch,
  inputs: readonly InputPort[],
): ProgramPort {
  const { shape, type } = context.traced(port.name)
  const constant = context.graph.constants.get(port.name)
  const found =
    context.values.get(port.name) ??
    (constant === undefined ? undefined : repeated(context.tape.constant(constant, port.name), shape))
  if (found === undefined)
    throw new InputError({ file: context.graph.file, part: `output "${port.name}"` }, 'nothing', 'a value')
  if (mode !== 'one') refuseInner(shape)
  const sizes = shape.map(({ size }) => size)
  const wanted = layOut(factorsOf({ ...found, axes: found.axes }), context.tape.capacity).factors
  const own = factorsOf(found)
  const inPlace =
    found.buffer.data === undefined &&
    found.offset === 0 &&
    !inputs.some((input) => input.buffer === found.buffer) &&
    !context.outputs.has(found.buffer) &&
    own.every((factor, f) => factor.step === wanted[f].step)
  if (mode !== 'one' && own.some((factor, f) => factor.rows && f > 0))
    throw new BatchError('a batch within the first axis')
  const value = inPlace ? found : context.tape.copy(found)
  context.outputs.add(value.buffer)
  const place = shape.findIndex((extent) => extent.rows)
  const rows = mode === 'one' ? isPerRow(port, context, batch) : place >= 0
  return {
    name: port.name,
    element: type,
    shape: rowsFirst(sizes, mode === 'one' ? outputBatchAxis(port, batch) : place),
    rows,
    buffer: value.buffer,
  }
}

/** For one row nothing in the sizes tells; the model's own symbols do, or else that it depends on rows at all. */
function isPerRow(port: Port, context: Context, batch: ReadonlySet<string>): boolean {
  if (batch.size === 0 || port.shape.length === 0) return false
  return outputBatchAxis(port, batch) >= 0 || (context.values.get(port.name)?.perRow ?? false)
}

const outputBatchAxis = (port: Port, batch: ReadonlySet<string>): number =>
  port.shape.findIndex((dim) => batch.has(String(dim)))

/** The graph without the inputs that nothing reads. */
export function inputsRead(graph: Graph): Graph {
  const kept = dropDead(graph)
  const read = new Set([...kept.nodes.flatMap(readsOf), ...kept.outputs.map((port) => port.name)])
  return { ...kept, inputs: kept.inputs.filter((port) => read.has(port.name)) }
}
