/**
 * The imported user tower of a bundle: compiled, its inputs bound, its item table tied to the bundle's vectors, with pairs
 * of inputs and outputs that any device can replay.
 */
import { readFile } from 'node:fs/promises'
import { bindingBytes, goldenBytes, listedNumbers, NO_NUMBERS, spelledNumbers } from '../../import/onnx/binding.js'
import { compile, inputsRead, type Program } from '../../import/onnx/compile.js'
import type { Graph, Node } from '../../import/onnx/model/graph.js'
import type { Weights } from '../../import/onnx/tape/program.js'
import { refuseJoinedRows } from '../../import/onnx/rows.js'
import { shapeText, sizeOf, tensor, type Tensor } from '../../import/onnx/model/tensor.js'
import { fileError, InputError, quoteList } from '../../read/errors.js'
import { readNpz } from '../../read/npz.js'
import type { Embeddings } from '../../read/index.js'
import type { Catalogue } from '../catalogue.js'
import { goldenPairs, parity } from './golden.js'
import { importedTower, withWeights, type Imported } from './imported.js'
import type { Examples } from './rankers.js'
import type { ModelScope } from './scope.js'
import { bindInputs, compileBound, type Bound, type InputConfig, type InputKind } from './bind.js'
import { SECTION } from '../../generated/numbers.js'
import { section, type Section } from '../sections/section.js'

/** How the model of --user-tower is used. */
export interface TowerConfig {
  /** Which output is the user's vector. Default: the first one of the embeddings' width. */
  output?: string
  /** What each input is fed with, by its name. Default: by its type, shape and name. */
  inputs?: Record<string, InputConfig | InputKind>
  /**
   * The tower's number of an item: "ids", the integer that its id spells, or "rows", its row in --embeddings. Default: ids
   * where all are integers inside the tower's item table, else rows; or whichever of the two its table agrees with.
   */
  numbers?: 'ids' | 'rows'
  /**
   * What is added to that. Default 0 for ids, 1 for rows, so that 0 is kept for padding.
   * @integer @minimum -16777216 @maximum 16777216
   */
  offset?: number
  /** Whether an item table that equals the embeddings is left out and decoded from their codes. Default true. */
  tie?: boolean
  /** How weights are kept; int8 has a scale for each row. Default "float32". */
  weights?: Weights
  /**
   * Sizes that the model leaves open besides its batch, by their symbols, such as the length of the history. Default 50.
   * @integer @minimum 1 @maximum 4096
   */
  sizes?: Record<string, number>
  /**
   * Events worth less are not shown to the tower. Default: 0, so that dislikes are not.
   * @minimum -100 @maximum 100
   */
  leastWorth?: number
  /** An .npz with arrays by the names of the inputs and the output: pairs to keep. Default: pairs made at build. */
  golden?: string
}

/** A model that was read, and its golden pairs. */
export interface Tower {
  graph: Graph
  golden: Map<string, Tensor> | null
  /** Of one that was trained here: what its inputs are fed with, and could be. Its number of an item is the bundle's. */
  trained?: {
    inputs: Record<string, InputConfig>
    /** Draws what they could be told of some candidates, for its golden pairs. */
    examples: (draw: () => number) => Examples
  }
}

const OPEN_LENGTH = 50

/** A model that `--user-tower` names, and its golden pairs. Errors: no such file, a file of another kind. */
export async function readTower(path: string, config: TowerConfig = {}): Promise<Tower> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error, 'an ONNX model')
  })
  const { isOnnx, readOnnx } = await import('../../import/onnx/model/onnx.js') // takes long to load
  if (!isOnnx(bytes)) throw new InputError({ file: path }, 'a file of another kind', 'an ONNX model')
  const graph = readOnnx(path, bytes)
  if (config.golden === undefined) return { graph, golden: null }
  const { arrays } = await readNpz(config.golden)
  const golden = new Map<string, Tensor>()
  for (const [name, { shape, data }] of arrays)
    golden.set(name, tensor('float', shape, Float64Array.from(data as ArrayLike<number>, Number)))
  return { graph, golden }
}

export interface TowerPlan {
  sections: Section[]
  /** of the program, and of its output */
  program: number
  output: number
  remarks: string[]
  /** the table that stays outside */
  tied: boolean
  /** The same to be trained on; or, in words, why it cannot be. */
  imported(): Imported | string
  /** The same tower of other weights and vectors, which were learned from it. */
  trained(weights: ReadonlyMap<string, Float32Array>, vectors: Float32Array): Promise<TowerPlan>
}

export interface TowerScope {
  catalogue: Catalogue
  embeddings: Embeddings
  config: TowerConfig
  events: readonly string[]
  fields: readonly string[]
  /** of the program's sections */
  ordinal: number
  seed: number
}

export async function planTower(tower: Tower, scope: TowerScope): Promise<TowerPlan> {
  const { config, embeddings } = scope
  const graph = withOutput(tower.graph, embeddings, config)
  const sizes = openSizes(graph, config)
  refuseJoinedRows(graph, sizes, 'a tower whose rows are people, each for themselves')
  const ids = new Set(tableReads(graph).map((read) => read.ids))
  const key = 'tower.inputs'
  const { catalogue, ...names } = scope
  const binding = {
    file: graph.file,
    key,
    inputs: config.inputs ?? {},
    ids,
    events: names.events,
    fields: names.fields,
    features: [],
    ranks: false,
  }
  const { whole, bound: first, ranges } = compileBound(graph, sizes, binding, tableRows(graph))
  const table = itemTable(graph, whole, first)
  const numbers = numbersOf(scope, table, graph.file)
  const tie = table !== null && numbers.agrees && config.tie !== false && table.only
  const options = {
    sizes,
    ranges,
    weights: config.weights ?? 'float32',
    ...(tie ? { tables: new Set([table.name]) } : {}),
  }
  const program = compile(graph, options)
  const bound = tie ? bindInputs(program.inputs, binding) : first
  const pairs = goldenPairs(graph, whole, first, numbers.known, tower.golden, scope)
  const remarks = [
    `tower ${graph.file}: ONNX opset ${graph.opset}, ${program.ops} ops, ${kilobytes(program.bytes.length)}`,
    ...bound.remarks.map((line) => `tower ${line}`),
    `tower's number of an item: ${numbers.words}`,
    `tower output "${graph.outputs[0].name}" ${shapeText(program.outputs[0].shape)}: the query of the space "embeddings"`,
    ...(table === null ? [] : [tableRemark(table, numbers.agrees, tie, embeddings)]),
    ...(await parity(graph, whole, options, pairs)),
  ]
  const read = { graph, sizes, program: whole, bound: first, table: tie ? table : null, numbers: numbers.of }
  const { ordinal } = scope
  const least = config.leastWorth ?? 0
  const known = table === null && first.feeds.every((each) => each.kind !== 'history') ? NO_NUMBERS : ordinal
  const sections = [
    section(SECTION.program, 'tower', program.bytes, ordinal),
    section(SECTION.binding, 'tower', bindingBytes(bound.feeds, known, least), ordinal),
    section(SECTION.golden, 'tower', goldenBytes(pairs.rows, pairs.inputs, pairs.outputs, 0), ordinal),
    ...(known === NO_NUMBERS ? [] : [section(SECTION.numbers, 'tower', numbers.bytes, ordinal)]),
  ]
  return {
    sections,
    program: ordinal,
    output: 0,
    remarks,
    tied: tie,
    imported: () => importedTower(read, catalogue, embeddings),
    trained: (weights, vectors) =>
      planTower(
        { graph: withWeights(read, weights, vectors), golden: null },
        { ...scope, embeddings: { ...embeddings, vectors }, config: { ...config, golden: undefined } },
      ),
  }
}

export const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`

/** The model as one that makes the user's vector alone. */
function withOutput(graph: Graph, embeddings: Embeddings, config: TowerConfig): Graph {
  const described = () => quoteList(graph.outputs.map((port) => `${port.name} ${shapeText(port.shape)}`))
  const named = graph.outputs.find((port) => port.name === config.output)
  if (config.output !== undefined && named === undefined)
    throw new InputError({ file: graph.file, part: `output "${config.output}"` }, 'no such output', described())
  const widths = new Map(
    compile(graph, { sizes: openSizes(graph, config) }).outputs.map(({ name, shape }) => [name, sizeOf(shape)]),
  )
  const port = named ?? graph.outputs.find(({ name }) => widths.get(name) === embeddings.dim)
  if (port === undefined || widths.get(port.name) !== embeddings.dim)
    throw new InputError(
      { file: graph.file, part: port === undefined ? 'outputs' : `output "${port.name}"` },
      port === undefined ? described() : `${widths.get(port.name)} numbers`,
      `a vector of ${embeddings.dim} numbers, as ${embeddings.path} has`,
    )
  return inputsRead({ ...graph, outputs: [port] })
}

/** Sizes that the model leaves open: the config's, and 50 for what it does not name. */
export function openSizes(graph: Graph, config: Pick<TowerConfig, 'sizes'>): Record<string, number> {
  const open = graph.inputs.flatMap((port) => port.shape.filter((dim): dim is string => typeof dim === 'string'))
  return { ...Object.fromEntries(open.map((symbol) => [symbol, OPEN_LENGTH])), ...config.sizes }
}

export interface TableRead {
  table: string
  ids: string
  node: Node
}

/** Where rows of a constant are looked up by what an input holds. */
export function tableReads(graph: Graph): TableRead[] {
  const inputs = new Set(graph.inputs.map((port) => port.name))
  return graph.nodes.flatMap((node) => {
    const [table, ids] = node.inputs
    const axis = node.attributes.get('axis') ?? 0
    const isTable = node.op === 'Gather' && axis === 0 && graph.constants.get(table)?.shape.length === 2
    return isTable && inputs.has(ids) ? [{ table, ids, node }] : []
  })
}

export interface ItemTable {
  name: string
  values: Tensor
  /** nothing but such lookups reads it */
  only: boolean
}

/** The table that the ids of the history are looked up in. */
export function itemTable(graph: Graph, program: Program, bound: Bound): ItemTable | null {
  const history = new Set(
    program.inputs.filter((_, i) => ['history', 'candidate'].includes(bound.feeds[i].kind)).map((input) => input.name),
  )
  const reads = tableReads(graph).filter((read) => history.has(read.ids))
  if (reads.length === 0) return null
  const name = reads[0].table
  const mine = new Set(reads.filter((read) => read.table === name).map((read) => read.node))
  const only = graph.nodes.every((node) => mine.has(node) || !node.inputs.includes(name))
  return { name, values: graph.constants.get(name)!, only }
}

/** Rows of the table that a model's items are looked up in; of none, as many as there may be numbers. */
export const tableRows =
  (graph: Graph) =>
  (program: Program, bound: Bound): number =>
    itemTable(graph, program, bound)?.values.shape[0] ?? MOST_NUMBERS

const MOST_NUMBERS = 1 << 24

export interface Numbers {
  bytes: Uint8Array
  /** of each row of the embeddings, or of each item; NaN: it has none */
  of: Float64Array
  words: string
  /** numbers that some item has, for golden pairs */
  known: number[]
  /** the table's rows are the embeddings */
  agrees: boolean
}

/** How a model numbers items: as the config says, else by ids or rows, whichever its own table agrees with. */
export function numbersOf(scope: ModelScope, table: ItemTable | null, file: string): Numbers {
  const { catalogue, embeddings, config } = scope
  const bound = table === null ? MOST_NUMBERS : table.values.shape[0]
  const ids = embeddings?.ids ?? catalogue.ids
  const byId = (shift: number) => Float64Array.from(ids, (id) => (/^-?\d{1,10}$/.test(id) ? Number(id) + shift : NaN))
  const byRow = (shift: number) => Float64Array.from({ length: embeddings?.rows ?? 0 }, (_, row) => row + shift)
  const inside = (numbers: Float64Array) =>
    numbers.length > 0 && numbers.every((number) => number >= 0 && number < bound)
  const ways = [
    { kind: 'ids' as const, shift: config.offset ?? 0, make: byId },
    { kind: 'rows' as const, shift: config.offset ?? 1, make: byRow },
  ].filter((way) => config.numbers === undefined || way.kind === config.numbers)
  const tried = ways.map((way) => {
    const numbers = way.make(way.shift)
    const agrees = table !== null && embeddings !== null && equals(table.values, embeddings, numbers)
    return { ...way, numbers, inside: inside(numbers), agrees }
  })
  const chosen = tried.find((way) => way.agrees) ?? tried.find((way) => way.inside)
  if (chosen === undefined)
    throw new InputError(
      { file },
      `${ids.length} items whose ${ways.map((way) => way.kind).join(' and ')} are no rows of its item table ${table === null ? '' : `"${table.name}" `}`.trim(),
      `numbers below ${bound} (config keys "numbers" and "offset" of the model)`,
    )
  const { kind, shift, numbers } = chosen
  const plus = shift === 0 ? '' : shift > 0 ? ` + ${shift}` : ` - ${-shift}`
  const known = [...numbers].filter((number) => number > 0)
  const how = chosen.agrees ? ' (its table agrees)' : ''
  if (kind === 'ids')
    return {
      of: numbers,
      bytes: spelledNumbers(catalogue.ids.length, shift, bound),
      words: `the integer that its id spells${plus}${how}`,
      known,
      agrees: chosen.agrees,
    }
  const listed = Int32Array.from(catalogue.vectorRow, (row) => (row === 0xffffffff ? -1 : row + shift))
  return {
    of: numbers,
    bytes: listedNumbers(listed, bound),
    words: `its row in ${embeddings!.path}${plus}${how}`,
    known,
    agrees: chosen.agrees,
  }
}

/** Whether row numbers[r] of the table is row r of the embeddings, up to the rounding of float32. */
function equals(table: Tensor, embeddings: Embeddings, numbers: Float64Array): boolean {
  const { dim, rows, vectors } = embeddings
  if (table.shape[1] !== dim) return false
  for (let row = 0; row < rows; row++) {
    const number = numbers[row]
    if (!(number >= 0 && number < table.shape[0])) return false
    for (let i = 0; i < dim; i++) {
      const [a, b] = [table.data[number * dim + i], vectors[row * dim + i]]
      if (Math.abs(a - b) > 1e-6 * Math.max(1, Math.abs(a))) return false
    }
  }
  return true
}

function tableRemark(table: ItemTable, agrees: boolean, tied: boolean, embeddings: Embeddings): string {
  const name = `tower's item table "${table.name}" ${shapeText(table.values.shape)}`
  if (tied)
    return `${name} is ${embeddings.path}: tied to its codes, ${kilobytes(4 * table.values.data.length)} not shipped twice`
  if (agrees)
    return `${name} is ${embeddings.path}, but ${table.only ? 'the config keeps it' : 'other ops read it too'}: shipped with the tower`
  return `${name} is not ${embeddings.path}: shipped with the tower`
}
