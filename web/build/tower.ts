/**
 * The imported user tower of a bundle: compiled, its inputs bound, its item table tied to the bundle's vectors, with pairs
 * of inputs and outputs that any device can replay.
 */
import { readFile } from 'node:fs/promises'
import {
  bindingBytes,
  goldenBytes,
  listedNumbers,
  NO_NUMBERS,
  spelledNumbers,
  withTolerance,
} from '../import/binding.js'
import { compile, inputsRead, type Program } from '../import/compile.js'
import type { Graph, Node } from '../import/graph.js'
import { isOnnx, readOnnx } from '../import/onnx.js'
import type { Weights } from '../import/program.js'
import { evaluate } from '../import/reference/index.js'
import { ProgramRunner } from '../import/run.js'
import { shapeText, sizeOf, tensor, type Tensor } from '../import/tensor.js'
import { fileError, InputError, quoteList } from '../read/errors.js'
import { readNpz } from '../read/npz.js'
import type { Embeddings } from '../read/index.js'
import type { Catalogue } from './catalogue.js'
import { bindInputs, type Bound, type InputConfig, type InputKind } from './bind.js'
import type { Learn } from './learn.js'
import { bundle, KIND, section, type Section } from './sections.js'

/** How the model of --user-tower is used. */
export interface TowerConfig {
  /** Which output is the user's vector. Default: the first one of the embeddings' width. */
  output?: string
  /** What each input is fed with, by its name. */
  inputs?: Record<string, InputConfig | InputKind>
  /**
   * The tower's number of an item: "ids", the integer that its id spells, or "rows", its row in --embeddings; and what is
   * added to it (default 0 for ids, 1 for rows). Default: ids where all are integers inside the tower's item table, else
   * rows; or whichever of the two its table agrees with.
   */
  numbers?: 'ids' | 'rows'
  offset?: number
  /** Whether an item table that equals the embeddings is left out and decoded from their codes. Default true. */
  tie?: boolean
  /** How weights are kept. Default "float32". */
  weights?: Weights
  /** Sizes that the model leaves open besides its batch, such as the length of the history. Default 50. */
  sizes?: Record<string, number>
  /** Events worth less are not shown to the tower. Default: 0, so that dislikes are not. */
  leastWorth?: number
  /** An .npz with arrays by the names of inputs and the output: pairs to keep. Default: pairs made at build. */
  golden?: string
}

export interface Tower {
  graph: Graph
  golden: Map<string, Tensor> | null
}

const OPEN_LENGTH = 50
const GOLDEN_ROWS = 4
const MOST_GOLDEN = 8

/** A model that `--user-tower` names, and its golden pairs. Errors: no such file, a file of another kind. */
export async function readTower(path: string, config: TowerConfig = {}): Promise<Tower> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw fileError(path, error, 'an ONNX model')
  })
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
  const whole = compile(graph, { sizes })
  const ids = new Set(tableReads(graph).map((read) => read.ids))
  const key = 'tower.inputs'
  const { catalogue: _, ...names } = scope
  const binding = {
    file: graph.file,
    key,
    inputs: config.inputs ?? {},
    ids,
    events: names.events,
    fields: names.fields,
  }
  const first = bindInputs(whole.inputs, { ...binding, features: [], ranks: false })
  const table = itemTable(graph, whole, first)
  const numbers = numbersOf(scope, table)
  const tie = table !== null && numbers.agrees && config.tie !== false && table.only
  const options = { sizes, weights: config.weights ?? 'float32', ...(tie ? { tables: new Set([table.name]) } : {}) }
  const program = compile(graph, options)
  const bound = tie ? bindInputs(program.inputs, { ...binding, features: [], ranks: false }) : first
  const pairs = goldenPairs(graph, whole, first, numbers.known, tower.golden, scope)
  const remarks = [
    `tower ${graph.file}: ONNX opset ${graph.opset}, ${program.ops} ops, ${kilobytes(program.bytes.length)}`,
    ...bound.remarks.map((line) => `tower ${line}`),
    `tower's number of an item: ${numbers.words}`,
    `tower output "${graph.outputs[0].name}" ${shapeText(program.outputs[0].shape)}: the query of the space "embeddings"`,
    ...(table === null ? [] : [tableRemark(table, numbers.agrees, tie, embeddings)]),
    ...(await parity(graph, whole, options, pairs)),
  ]
  const { ordinal } = scope
  const least = config.leastWorth ?? 0
  const known = table === null && first.feeds.every((each) => each.kind !== 'history') ? NO_NUMBERS : ordinal
  const sections = [
    section(KIND.program, 'tower', program.bytes, ordinal),
    section(KIND.binding, 'tower', bindingBytes(bound.feeds, known, least), ordinal),
    section(KIND.golden, 'tower', goldenBytes(pairs.rows, pairs.inputs, pairs.outputs, 0), ordinal),
    ...(known === NO_NUMBERS ? [] : [section(KIND.numbers, 'tower', numbers.bytes, ordinal)]),
  ]
  return { sections, program: ordinal, output: 0, remarks, tied: tie }
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(0)} KB`

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
function openSizes(graph: Graph, config: TowerConfig): Record<string, number> {
  const open = graph.inputs.flatMap((port) => port.shape.filter((dim): dim is string => typeof dim === 'string'))
  return { ...Object.fromEntries(open.map((symbol) => [symbol, OPEN_LENGTH])), ...config.sizes }
}

interface TableRead {
  table: string
  ids: string
  node: Node
}

/** Where rows of a constant are looked up by what an input holds. */
function tableReads(graph: Graph): TableRead[] {
  const inputs = new Set(graph.inputs.map((port) => port.name))
  return graph.nodes.flatMap((node) => {
    const [table, ids] = node.inputs
    const axis = node.attributes.get('axis') ?? 0
    const isTable = node.op === 'Gather' && axis === 0 && graph.constants.get(table)?.shape.length === 2
    return isTable && inputs.has(ids) ? [{ table, ids, node }] : []
  })
}

interface ItemTable {
  name: string
  values: Tensor
  /** nothing but such lookups reads it */
  only: boolean
}

/** The table that the ids of the history are looked up in. */
function itemTable(graph: Graph, program: Program, bound: Bound): ItemTable | null {
  const history = new Set(program.inputs.filter((_, i) => bound.feeds[i].kind === 'history').map((input) => input.name))
  const reads = tableReads(graph).filter((read) => history.has(read.ids))
  if (reads.length === 0) return null
  const name = reads[0].table
  const mine = new Set(reads.filter((read) => read.table === name).map((read) => read.node))
  const only = graph.nodes.every((node) => mine.has(node) || !node.inputs.includes(name))
  return { name, values: graph.constants.get(name)!, only }
}

interface Numbers {
  bytes: Uint8Array
  words: string
  /** numbers that some item has, for golden pairs */
  known: number[]
  /** the table's rows are the embeddings */
  agrees: boolean
}

/** How the tower numbers items: as the config says, else by ids or rows, whichever its own table agrees with. */
function numbersOf(scope: TowerScope, table: ItemTable | null): Numbers {
  const { catalogue, embeddings, config } = scope
  const bound = table === null ? 1 << 24 : table.values.shape[0]
  const byId = (shift: number) =>
    Float64Array.from(embeddings.ids, (id) => (/^-?\d{1,10}$/.test(id) ? Number(id) + shift : NaN))
  const byRow = (shift: number) => Float64Array.from({ length: embeddings.rows }, (_, row) => row + shift)
  const inside = (numbers: Float64Array) => numbers.every((number) => number >= 0 && number < bound)
  const ways = [
    { kind: 'ids' as const, shift: config.offset ?? 0, make: byId },
    { kind: 'rows' as const, shift: config.offset ?? 1, make: byRow },
  ].filter((way) => config.numbers === undefined || way.kind === config.numbers)
  const tried = ways.map((way) => {
    const numbers = way.make(way.shift)
    return {
      ...way,
      numbers,
      inside: inside(numbers),
      agrees: table !== null && equals(table.values, embeddings, numbers),
    }
  })
  const chosen = tried.find((way) => way.agrees) ?? tried.find((way) => way.inside)
  if (chosen === undefined)
    throw new InputError(
      { file: embeddings.path },
      `${embeddings.rows} items`,
      `numbers below ${bound}, the rows of the tower's item table "${table?.name}" (config keys "tower.numbers", "tower.offset")`,
    )
  const { kind, shift, numbers } = chosen
  const plus = shift === 0 ? '' : shift > 0 ? ` + ${shift}` : ` - ${-shift}`
  const known = [...numbers].filter((number) => number > 0)
  const how = chosen.agrees ? ' (its table agrees)' : ''
  if (kind === 'ids')
    return {
      bytes: spelledNumbers(catalogue.ids.length, shift, bound),
      words: `the integer that its id spells${plus}${how}`,
      known,
      agrees: chosen.agrees,
    }
  const listed = Int32Array.from(catalogue.vectorRow, (row) => (row === 0xffffffff ? -1 : row + shift))
  return {
    bytes: listedNumbers(listed, bound),
    words: `its row in ${embeddings.path}${plus}${how}`,
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

interface Pairs {
  rows: number
  /** by name, for `rows` rows */
  given: Map<string, Tensor>
  expected: Tensor
  /** [rows][floats of all inputs], [rows][floats of the output] */
  inputs: Float32Array
  outputs: Float32Array
}

/** Pairs from the config's file, or made here: random histories, and what the plain evaluator says in double precision. */
function goldenPairs(
  graph: Graph,
  program: Program,
  bound: Bound,
  known: readonly number[],
  golden: ReadonlyMap<string, Tensor> | null,
  scope: TowerScope,
): Pairs {
  const rows = golden === null ? GOLDEN_ROWS : givenRows(graph, program, golden, scope.config)
  const given = new Map<string, Tensor>()
  const draw = random(scope.seed)
  const lengths = Array.from({ length: rows }, (_, row) => (row + 1) / rows)
  program.inputs.forEach((input, i) => {
    const shape = input.rows ? [rows, ...input.shape.slice(1)] : input.shape
    const found = golden?.get(input.name)
    const data = found?.data.slice(0, sizeOf(shape)) ?? sampleInput(program, bound, i, rows, lengths, known, draw)
    given.set(input.name, tensor(input.element, shape, Float64Array.from(data)))
  })
  const name = graph.outputs[0].name
  const width = sizeOf(program.outputs[0].shape)
  const told = golden?.get(name)
  const expected =
    told === undefined
      ? evaluateRows(graph, program, given, rows)
      : tensor('float', [rows, width], told.data.slice(0, rows * width))
  const inputs = program.inputs.map((input) => ({
    size: sizeOf(input.shape),
    data: given.get(input.name)!.data,
    rows: input.rows,
  }))
  const flat = Array.from({ length: rows }, (_, row) =>
    inputs.flatMap(({ size, data, rows: own }) =>
      Array.from(data.subarray(own ? row * size : 0, own ? (row + 1) * size : size)),
    ),
  )
  return { rows, given, expected, inputs: Float32Array.from(flat.flat()), outputs: Float32Array.from(expected.data) }
}

/** Row by row, as the program was compiled. */
function evaluateRows(graph: Graph, program: Program, given: ReadonlyMap<string, Tensor>, rows: number): Tensor {
  const width = sizeOf(program.outputs[0].shape)
  const out = tensor('float', [rows, width])
  for (let row = 0; row < rows; row++) {
    const one = new Map(
      program.inputs.map((input): [string, Tensor] => {
        const whole = given.get(input.name)!
        const size = sizeOf(input.shape)
        const rest = input.shape.slice(1)
        const shape = input.rows ? rest.toSpliced(input.batchAxis, 0, input.shape[0]) : input.shape
        const data = input.rows ? whole.data.slice(row * size, (row + 1) * size) : whole.data
        return [input.name, tensor(input.element, shape, data)]
      }),
    )
    out.data.set(evaluate(graph, one).get(graph.outputs[0].name)!.data, row * width)
  }
  return out
}

function givenRows(graph: Graph, program: Program, golden: ReadonlyMap<string, Tensor>, config: TowerConfig): number {
  const file = config.golden!
  let rows = MOST_GOLDEN
  for (const port of [...program.inputs, ...program.outputs]) {
    const found = golden.get(port.name)
    const part = `array "${port.name}"`
    if (found === undefined)
      throw new InputError({ file, part }, 'no such array', `one for each input and the output of ${graph.file}`)
    const size = sizeOf(port.shape)
    if (found.data.length === 0 || found.data.length % size !== 0)
      throw new InputError({ file, part }, `shape ${shapeText(found.shape)}`, `rows of ${shapeText(port.shape)}`)
    if (port.rows) rows = Math.min(rows, found.data.length / size)
  }
  return rows
}

type Draw = () => number

/** mulberry32: the same pairs for the same seed. */
function random(seed: number): Draw {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What a device could feed: histories of several lengths, padded as the binding says. */
function sampleInput(
  program: Program,
  bound: Bound,
  at: number,
  rows: number,
  lengths: readonly number[],
  known: readonly number[],
  draw: Draw,
): number[] {
  const input = program.inputs[at]
  const each = bound.feeds[at]
  const size = sizeOf(input.shape)
  const isHistory = ['history', 'worths', 'types', 'times', 'ages'].includes(each.kind)
  const value = (): number => {
    if (each.kind === 'history') return known[Math.floor(draw() * known.length)] ?? 1
    if (each.kind === 'types') return each.list[Math.floor(draw() * each.list.length)] ?? each.unknown
    if (each.kind === 'constant') return each.pad
    if (each.kind === 'worths') return 1
    const number =
      each.scale * (each.kind === 'ages' || each.kind === 'times' ? 1e6 * draw() : 2 * draw() - 1) + each.shift
    return input.element === 'int' ? Math.trunc(number) : Math.fround(number)
  }
  return Array.from({ length: input.rows ? rows : 1 }, (_, row) => {
    const events = Math.max(1, Math.round(lengths[row] * (isHistory ? size : each.positions || 1)))
    return Array.from({ length: size }, (_, p) => {
      if (each.kind === 'length') return events
      const isEvent = each.side === 'left' ? p >= size - events : p < events
      return isHistory && !isEvent ? each.pad : value()
    })
  }).flat()
}

/** How far the core is from double precision, in float32 and with the weights as they are kept. */
async function parity(
  graph: Graph,
  whole: Program,
  options: { sizes: Record<string, number>; weights: Weights },
  pairs: Pairs,
): Promise<string[]> {
  const measured = async (program: Program): Promise<number> => {
    const runner = await ProgramRunner.start(program)
    const inputs = program.inputs.map((input) => {
      const { shape, data } = pairs.given.get(input.name)!
      return { shape: input.rows && input.batchAxis > 0 ? [pairs.rows] : shape, data }
    })
    const [found] = runner.outputs(inputs.map((each, i) => turned(whole.inputs[i], each, pairs.rows)))
    runner.drop()
    return distance(found, pairs.outputs)
  }
  const lines = [
    `tower in the core: float32 is ${percent(await measured(whole))} from the pairs (of the largest output)`,
  ]
  if (options.weights !== 'float32') {
    const coded = compile(graph, { sizes: options.sizes, weights: options.weights })
    lines.push(`tower with ${options.weights} weights: ${percent(await measured(coded))} from the pairs`)
  }
  return lines
}

/** Golden rows stand one after the other; the runner takes arrays as the model declares them. */
function turned(
  input: Program['inputs'][number],
  array: { shape: readonly number[]; data: ArrayLike<number> },
  rows: number,
): { shape: readonly number[]; data: ArrayLike<number> } {
  if (!input.rows || input.batchAxis === 0) return array
  const rest = input.shape.slice(1)
  const inner = sizeOf(rest.slice(input.batchAxis))
  const outer = sizeOf(rest.slice(0, input.batchAxis))
  const data = new Float64Array(rows * outer * inner)
  for (let row = 0; row < rows; row++)
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) data[(o * rows + row) * inner + i] = array.data[(row * outer + o) * inner + i]
  return { shape: rest.toSpliced(input.batchAxis, 0, rows), data }
}

function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, scale] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(found[i] - expected[i]))
    scale = Math.max(scale, Math.abs(expected[i]))
  }
  return scale > 0 ? worst / scale : worst
}

/**
 * Replays the pairs in the finished bundle, tied table and coded weights and all, and keeps what they were off by as the
 * tolerance that `martello verify` holds any device to.
 */
export function settleGolden(
  learn: Learn,
  items: number,
  sections: readonly Section[],
  progress: { say(line: string): void },
): Section[] {
  const replays = replayGolden(learn, bundle(learn, items, sections))
  return sections.map((each) => {
    const replay = each.kind === KIND.golden ? replays[each.ordinal] : undefined
    if (replay === undefined) return each
    progress.say(`${each.name} in this bundle: ${percent(replay.error)} from its ${replay.pairs} golden pairs`)
    return { ...each, bytes: withTolerance(each.bytes, replay.error * 1.01 + 1e-6) }
  })
}

export interface Replay {
  pairs: number
  /** largest difference, in shares of the largest output */
  error: number
  tolerance: number
}

/** What each program of a bundle says of its golden pairs. */
export function replayGolden(learn: Learn, bytes: Uint8Array): Replay[] {
  const replays: Replay[] = []
  const out = learn.take(16)
  const at = learn.put(bytes)
  for (let model = 0, models = 1; model < models; model++) {
    learn.call('mt_replay_bundle', at, bytes.length, model, out, out + 4)
    models = learn.u32(out, 1)[0]
    if (model < models) {
      const [error, tolerance] = learn.f32(out + 8, 2)
      replays.push({ pairs: learn.u32(out + 4, 1)[0], error, tolerance })
    }
  }
  learn.drop(out, at)
  return replays
}

export const percent = (share: number): string =>
  share < 1e-4 ? share.toExponential(1) : `${(100 * share).toFixed(2)} %`
