/** `martello predict` for ONNX: a model and arrays in, one of its outputs out. */
import { InputError, quoteList } from '../../read/errors.js'
import { readNpy, shapeName, type NpyArray } from '../../read/npy.js'
import { readNpz } from '../../read/npz.js'
import { readMatrix } from '../../read/matrix.js'
import { firstBytes } from '../../read/bytes.js'
import { compile, type Program } from './compile.js'
import { batchSymbols } from './model/batch.js'
import type { Graph, Port } from './model/graph.js'
import type { Predicted } from '../trees/predict-trees.js'
import { readOnnx } from './model/onnx.js'
import type { Range } from './tape/ranges.js'
import { outputShape, ProgramRunner, type NumberArray } from './run.js'
import { compileRows } from './rows.js'
import { sizeOf } from './model/tensor.js'

/** Rows that go through the core at a time. */
const CAPACITY = 32

/** `output` names one of several outputs; default the first. */
export async function predictOnnx(
  file: string,
  bytes: Uint8Array,
  inputs: string,
  output?: string,
): Promise<Predicted> {
  const graph = readOnnx(file, bytes)
  const at = output === undefined ? 0 : graph.outputs.findIndex((port) => port.name === output)
  if (at < 0)
    throw new InputError(
      { file, part: `output "${output}"` },
      'no such output',
      quoteList(graph.outputs.map((port) => port.name)),
    )
  const arrays = await arraysFor(graph, inputs)
  const batch = batchSymbols(graph)
  const sizes = sizesOf(graph, batch, inputs, arrays)
  const rows = rowsOf(graph, batch, inputs, arrays)
  const given = graph.inputs.map((port) => spread(port, batch, arrays.get(port.name)!, rows))
  const wanted = { ...graph, outputs: [graph.outputs[at]] }
  const ranges = new Map(
    graph.inputs.flatMap((port, i) => (port.type === 'float' ? [] : [[port.name, rangeOf(given[i].data)]])),
  )
  const options = { sizes, boundBatch: rows, ranges }
  const open = compile(wanted, { ...options, capacity: CAPACITY })
  const isOpen = open.capacity === CAPACITY || rows === 1
  const { program, joined } = isOpen ? { program: open, joined: null } : compileRows(wanted, options, CAPACITY, rows)
  const runner = await ProgramRunner.start(program)
  const [data] = named(inputs, () =>
    runner.outputs(program.inputs.map((input) => given[graph.inputs.findIndex((port) => port.name === input.name)])),
  )
  const remarks = [describe(graph, program)]
  if (joined !== null)
    remarks.push(
      `look: ${joined.part}: rows that know of each other; these ${rows} are one list, as a ranker's candidates are`,
    )
  return { shape: outputShape(program.outputs[0], rows), data, remarks }
}

const describe = (graph: Graph, program: Program): string =>
  `${graph.file}: ONNX opset ${graph.opset}, ${graph.inputs.map((input) => `"${input.name}"`).join(', ')} to ` +
  `"${program.outputs[0].name}", ${program.ops} ops`

/** An index outside of what it picks from is the inputs' fault. */
function named<T>(inputs: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if ((error as Error).name !== 'LearnError') throw error
    throw new InputError({ file: inputs }, (error as Error).message, 'ids within their tables', { cause: error })
  }
}

/** The arrays of an .npz by the names of inputs; a model of one input also takes an .npy or a TSV. */
async function arraysFor(graph: Graph, path: string): Promise<Map<string, NumberArray>> {
  const names = graph.inputs.map((port) => port.name)
  const start = (await firstBytes(path, 6)).toString('latin1')
  const found = new Map<string, NumberArray>()
  if (start.startsWith('PK')) {
    const { arrays, skipped } = await readNpz(path, { only: names })
    for (const port of graph.inputs) {
      const array = arrays.get(port.name)
      const place = { file: path, part: `array "${port.name}"` }
      if (array === undefined) {
        const all = await readNpz(path)
        const what = skipped.get(port.name) ?? `no such array (${quoteList([...all.arrays.keys()])})`
        throw new InputError(place, what, `one for each input: ${quoteList(names)}`)
      }
      found.set(port.name, checked(place, port, plain(array)))
    }
    return found
  }
  if (graph.inputs.length !== 1)
    throw new InputError({ file: path }, 'one array', `an .npz with an array for each input: ${quoteList(names)}`)
  const [port] = graph.inputs
  if (start === '\x93NUMPY') found.set(port.name, checked({ file: path }, port, plain(await readNpy(path))))
  else {
    const width = port.shape
      .slice(1)
      .reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : NaN), 1)
    if (Number.isNaN(width))
      throw new InputError(
        { file: path },
        'a table',
        `an .npz or .npy, since input "${port.name}" leaves its width open`,
      )
    const { rows, data } = await readMatrix(path, width)
    const shape = [rows, ...port.shape.slice(1).map(Number)]
    found.set(port.name, checked({ file: path }, port, { shape, data }))
  }
  return found
}

const plain = ({ shape, data }: NpyArray): NumberArray => ({
  shape,
  data: data instanceof Float32Array ? data : Float64Array.from(data as ArrayLike<number>, Number),
})

/** Numbers as the input declares them: whole ones stay whole, and ids are never a rounded share. */
function checked(place: { file: string; part?: string }, port: Port, array: NumberArray): NumberArray {
  const expected = `shape ${shapeName(port.shape.map(String) as unknown as number[])} of input "${port.name}"`
  const fits =
    array.shape.length === port.shape.length &&
    port.shape.every((dim, axis) => typeof dim === 'string' || dim === array.shape[axis])
  if (!fits) throw new InputError(place, `shape ${shapeName(array.shape as number[])}`, expected)
  if (port.type === 'float') return array
  for (let i = 0; i < array.data.length; i++)
    if (!Number.isInteger(array.data[i]))
      throw new InputError(place, `${array.data[i]}`, `whole numbers, as input "${port.name}" declares`)
  return array
}

/** Sizes that the model leaves open, as the arrays have them. */
function sizesOf(
  graph: Graph,
  batch: ReadonlySet<string>,
  file: string,
  arrays: ReadonlyMap<string, NumberArray>,
): Record<string, number> {
  const sizes: Record<string, number> = {}
  for (const port of graph.inputs)
    port.shape.forEach((dim, axis) => {
      if (typeof dim === 'number' || batch.has(dim)) return
      const size = arrays.get(port.name)!.shape[axis]
      if (sizes[dim] !== undefined && sizes[dim] !== size)
        throw new InputError(
          { file, part: `array "${port.name}"` },
          `${size} for "${dim}"`,
          `${sizes[dim]}, as another array has`,
        )
      sizes[dim] = size
    })
  return sizes
}

/** What an array holds. */
function rangeOf(data: ArrayLike<number>): Range {
  let [least, most] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    least = Math.min(least, data[i])
    most = Math.max(most, data[i])
  }
  return { least, most }
}

const batchAxis = (port: Port, batch: ReadonlySet<string>): number =>
  port.shape.findIndex((dim) => batch.has(String(dim)))

/** The number of rows; an array of one row serves all. */
function rowsOf(
  graph: Graph,
  batch: ReadonlySet<string>,
  file: string,
  arrays: ReadonlyMap<string, NumberArray>,
): number {
  let rows: number | undefined
  for (const port of graph.inputs) {
    const axis = batchAxis(port, batch)
    if (axis < 0) continue
    const count = arrays.get(port.name)!.shape[axis]
    if (rows !== undefined && rows !== count && rows !== 1 && count !== 1)
      throw new InputError({ file, part: `array "${port.name}"` }, `${count} rows`, `${rows}, as another array has`)
    rows = rows === undefined || rows === 1 ? count : rows
  }
  return rows ?? 1
}

/** One row for all rows. */
function spread(port: Port, batch: ReadonlySet<string>, array: NumberArray, rows: number): NumberArray {
  const axis = batchAxis(port, batch)
  if (axis < 0 || array.shape[axis] === rows) return array
  const inner = sizeOf(array.shape.slice(axis + 1))
  const shape = array.shape.map((size, a) => (a === axis ? rows : size))
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, at) => {
    const outer = Math.floor(at / (rows * inner))
    return array.data[outer * inner + (at % inner)]
  })
  return { shape, data }
}
