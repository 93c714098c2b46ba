/**
 * Whether the rows of a batch know of each other. A tower is asked for one person and most rankers for some candidates at a
 * time, so a model that takes a mean over its batch, or lets its rows attend to each other, would say something else here than
 * where it was trained: it is a list, which runs in one piece, or refused. Shapes alone do not always tell: the plain evaluator
 * does, by changing one row and looking at the others.
 */
import { InputError } from '../../read/errors.js'
import { compile, shapesFor, type CompileOptions, type Program } from './compile.js'
import { batchSymbols } from './model/batch.js'
import { makersOf, nodeName, type Graph } from './model/graph.js'
import { OpError, tensor, type Tensor } from './model/tensor.js'
import { evaluate } from './reference/index.js'

const ROWS = 3

type Values = ReadonlyMap<string, Tensor>

/** Where rows come to know of each other, as messages say it. */
export interface Joined {
  part: string
  found: string
}

/** Throws InputError with the node that joins rows. `instead` says what would do. */
export function refuseJoinedRows(graph: Graph, sizes: Readonly<Record<string, number>>, instead: string): void {
  const joined = joinedRows(graph, sizes)
  if (joined !== null) throw new InputError({ file: graph.file, part: joined.part }, joined.found, instead)
}

/** The node that joins rows, if there is one. A model that cannot be evaluated for several rows is left to the compiler. */
function joinedRows(graph: Graph, sizes: Readonly<Record<string, number>>): Joined | null {
  const batch = batchSymbols(graph)
  if (batch.size === 0) return null
  const inputs = (rows: number, changed?: number, first = 0): Map<string, Tensor> => {
    const shapes = shapesFor(graph, { sizes }, batch, rows)
    return new Map(
      graph.inputs.map((port, i) => {
        const axis = port.shape.findIndex((dim) => batch.has(String(dim)))
        return [port.name, sample(tensor(port.type, shapes.get(port.name)!), axis, changed, i, first)]
      }),
    )
  }
  let base: Values, changes: [row: number, values: Values][], alone: Values | undefined
  try {
    base = evaluate(graph, inputs(ROWS))
    changes = [0, ROWS - 1, ROWS, 2 * ROWS - 1].map((at) => [at % ROWS, evaluate(graph, inputs(ROWS, at))])
  } catch (error) {
    if (error instanceof InputError || error instanceof OpError) return null
    throw error
  }
  try {
    alone = evaluate(graph, inputs(1, undefined, ROWS - 1))
  } catch (error) {
    if (!(error instanceof InputError || error instanceof OpError)) throw error
  }
  const joins = (name: string): boolean =>
    changes.some(([row, values]) => !isOfRow(base.get(name)!, values.get(name)!, row))
  for (const { name } of graph.outputs) {
    if (joins(name)) {
      const node = graph.nodes.find((each) =>
        each.outputs.some((output) => output !== '' && base.has(output) && joins(output)),
      )
      const part = node === undefined ? `output "${name}"` : nodeName(node)
      return { part, found: 'rows of the batch that know of each other: the result of one changes with the others' }
    }
    if (alone !== undefined && !isAlike(base.get(name)!, alone.get(name)!)) {
      const node = makersOf(graph).get(name)
      const part = node === undefined ? `output "${name}"` : nodeName(node)
      return { part, found: 'a result that depends on how many rows the batch has, or on their places' }
    }
  }
  return null
}

/** Rows that an op goes along, though no change of one was seen to matter to another. */
const BY_OPS: Joined = { part: 'its ops', found: 'rows of the batch that are joined' }

/** Rows each for themselves in runs of `capacity`; what knows of other rows in one run, of `longest` at most. */
export function compileRows(
  graph: Graph,
  options: CompileOptions,
  capacity: number,
  longest: number,
): { program: Program; joined: Joined | null } {
  const open = compile(graph, { ...options, capacity })
  const joined = joinedRows(graph, options.sizes ?? {})
  if (joined === null && open.capacity > 1) return { program: open, joined }
  try {
    const list = compileList(graph, joined ?? BY_OPS, { ...options, capacity: longest })
    return { program: list, joined: joined ?? BY_OPS }
  } catch (error) {
    if (joined !== null || !(error instanceof InputError)) throw error
    return { program: open, joined }
  }
}

/** A program that runs all rows at once. Errors: what joins them, and why that cannot be for any number of them. */
function compileList(graph: Graph, joined: Joined, options: CompileOptions): Program {
  try {
    return compile(graph, { ...options, list: true })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(
      { file: graph.file, part: joined.part },
      joined.found,
      `rows each for themselves, or a ranker that can run on a list of any length (here ${because(error)})`,
      { cause: error },
    )
  }
}

const because = ({ place, found }: InputError): string =>
  place.part === undefined ? found : `${place.part} has ${found}`

/**
 * The same numbers for the same rows from `first` on, whatever their number; a row that is `changed` differs everywhere, and not by
 * what a norm takes away. Counted on beyond the rows it is changed in another way.
 */
function sample(x: Tensor, axis: number, changed: number | undefined, seed: number, first: number): Tensor {
  const inner = x.shape.slice(axis + 1).reduce((product, n) => product * n, 1)
  const size = axis < 0 ? 1 : x.shape[axis]
  for (let at = 0; at < x.data.length; at++) {
    const row = axis < 0 ? -1 : first + (Math.floor(at / inner) % size)
    const place = Math.floor(at / (inner * size)) * inner + (at % inner)
    const draw = hashed(seed, row, place)
    const isChanged = row >= 0 && changed !== undefined && row === changed % ROWS
    if (x.type === 'float')
      x.data[at] = isChanged ? (row === 0 ? 3 : 0) + 2 * hashed(seed + 1009, changed, place) : 2 + draw
    else if (x.type === 'int') x.data[at] = draw < 0.5 === isChanged ? 2 : 1
    else x.data[at] = Number(draw < 0.5 === isChanged)
  }
  return x
}

/** A number of [0, 1) for each three of numbers. */
function hashed(a: number, b: number, c: number): number {
  let h = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 7, 0x85ebca77) ^ Math.imul(c + 13, 0xc2b2ae3d)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32
}

const equal = (a: number, b: number): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))

/** Whether all that differs belongs to one row, on whichever axis the rows are: outermost in it, or innermost. */
function isOfRow(a: Tensor, b: Tensor, row: number): boolean {
  const different: number[] = []
  for (let at = 0; at < a.data.length; at++) if (!equal(a.data[at], b.data[at])) different.push(at)
  let inner = 1
  for (let axis = a.shape.length - 1; axis >= 0; axis--) {
    const [step, size] = [inner, a.shape[axis]]
    inner *= size
    if (size % ROWS !== 0) continue
    const places = different.map((at) => Math.floor(at / step) % size)
    if (places.every((i) => Math.floor(i / (size / ROWS)) === row) || places.every((i) => i % ROWS === row)) return true
  }
  return different.length === 0
}

/** Whether the last row of several is what it is alone; where no axis has the rows, whether both are the same. */
function isAlike(several: Tensor, alone: Tensor): boolean {
  if (several.shape.length !== alone.shape.length) return false
  const axis = several.shape.findIndex((size, a) => size !== alone.shape[a])
  const inner = several.shape.slice(axis + 1).reduce((product, n) => product * n, 1)
  const [wide, narrow] = axis < 0 ? [inner, inner] : [several.shape[axis] * inner, alone.shape[axis] * inner]
  const last = wide - narrow
  return alone.data.every((value, at) =>
    equal(value, several.data[Math.floor(at / narrow) * wide + last + (at % narrow)]),
  )
}
