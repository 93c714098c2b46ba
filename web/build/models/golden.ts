/**
 * Golden pairs: inputs of a model with the outputs that it must give, made or read at build, measured in the
 * finished bundle, and replayed by `martello verify`.
 */
import { withTolerance, type Feed } from '../../import/onnx/binding.js'
import { compile, type Program } from '../../import/onnx/compile.js'
import type { Graph } from '../../import/onnx/model/graph.js'
import type { Weights } from '../../import/onnx/tape/program.js'
import { evaluate } from '../../import/onnx/reference/index.js'
import { ProgramRunner, restsOf } from '../../import/onnx/run.js'
import type { Range } from '../../import/onnx/tape/ranges.js'
import { shapeText, sizeOf, tensor, type Tensor } from '../../import/onnx/model/tensor.js'
import { InputError } from '../../read/errors.js'
import { TODAY, type Bound } from './bind.js'
import { random } from '../random.js'
import type { Learn } from '../../learn/learn.js'
import { bundle } from '../sections/bundle.js'
import { SECTION } from '../../generated/numbers.js'
import type { Section } from '../sections/section.js'
import type { Examples } from './rankers.js'
import type { ModelScope } from './scope.js'

const GOLDEN_ROWS = 4
export const MOST_GOLDEN = 8

/** Arithmetic alone is about 1e-6; more than this is another model, or one that its rounding turns. */
export const MOST_ERROR = 0.01

export interface Pairs {
  /** where they are from; null: made here */
  file: string | null
  rows: number
  /** by name, for `rows` rows */
  given: Map<string, Tensor>
  expected: Tensor
  /** [rows][floats of all inputs], [rows][floats of the output] */
  inputs: Float32Array
  outputs: Float32Array
}

/** A listwise ranker's candidates: the longest list, the inputs that all of them share, and how many pairs are made of one list. */
export interface ListScope {
  longest: number
  shared: ReadonlySet<string>
  rows: number
}

/**
 * Pairs from the config's file, or made here: random histories, examples of what else is fed where there are some, and what the plain
 * evaluator says in double precision. Of a listwise ranker they are the candidates of one list.
 */
export function goldenPairs(
  graph: Graph,
  program: Program,
  bound: Bound,
  known: readonly number[],
  golden: ReadonlyMap<string, Tensor> | null,
  { seed, config = {} }: Pick<ModelScope, 'seed'> & Partial<ModelScope>,
  list?: ListScope,
  examples?: Examples,
): Pairs {
  const made = list?.rows ?? examples?.rows ?? GOLDEN_ROWS
  const rows = golden === null ? made : givenRows(graph, program, golden, config, list)
  const given = new Map<string, Tensor>()
  const draw = random(seed)
  const lengths = Array.from({ length: rows }, (_, row) => (row + 1) / rows)
  program.inputs.forEach((input, i) => {
    if (input.restOf !== undefined) {
      const { type, shape, data } = given.get(program.inputs[input.restOf].name)!
      given.set(input.name, tensor(type, shape, restsOf({ shape, data }).data as Float64Array))
      return
    }
    const shape = input.rows ? [rows, ...input.shape.slice(1)] : input.shape
    const found = golden?.get(input.name)
    const drawn = () => examples?.inputs.get(input.name) ?? sampleInput(program, bound, i, rows, lengths, known, draw)
    const data = found?.data.slice(0, sizeOf(shape)) ?? drawn()
    given.set(input.name, tensor(input.element, shape, Float64Array.from(data)))
    if (list?.shared.has(input.name)) shareFirst(given.get(input.name)!, sizeOf(input.shape))
  })
  const name = graph.outputs[0].name
  const width = sizeOf(program.outputs[0].shape)
  const told = golden?.get(name)
  const evaluated = list === undefined ? evaluateRows : evaluateList
  const expected =
    told === undefined
      ? evaluated(graph, program, given, rows)
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
  return {
    file: golden === null ? null : config.golden!,
    rows,
    given,
    expected,
    inputs: Float32Array.from(flat.flat()),
    outputs: Float32Array.from(expected.data),
  }
}

/** All candidates of a list have one history. */
function shareFirst({ data }: Tensor, size: number): void {
  for (let at = size; at < data.length; at++) data[at] = data[at % size]
}

/** All rows at once. */
function evaluateList(graph: Graph, program: Program, given: ReadonlyMap<string, Tensor>, rows: number): Tensor {
  const whole = new Map(
    program.inputs.map((input): [string, Tensor] => {
      const { shape, data } = turned(input, given.get(input.name)!, rows)
      return [input.name, tensor(input.element, shape, Float64Array.from(data))]
    }),
  )
  const width = sizeOf(program.outputs[0].shape)
  return tensor('float', [rows, width], evaluate(graph, whole).get(graph.outputs[0].name)!.data)
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

function givenRows(
  graph: Graph,
  program: Program,
  golden: ReadonlyMap<string, Tensor>,
  config: ModelScope['config'],
  list: ListScope | undefined,
): number {
  const file = config.golden!
  let rows = list === undefined ? MOST_GOLDEN : Infinity
  for (const port of [...program.inputs.filter((input) => input.restOf === undefined), ...program.outputs]) {
    const found = golden.get(port.name)
    const part = `array "${port.name}"`
    if (found === undefined)
      throw new InputError({ file, part }, 'no such array', `one for each input and the output of ${graph.file}`)
    const size = sizeOf(port.shape)
    if (found.data.length === 0 || found.data.length % size !== 0)
      throw new InputError({ file, part }, `shape ${shapeText(found.shape)}`, `rows of ${shapeText(port.shape)}`)
    if (port.rows) rows = Math.min(rows, found.data.length / size)
  }
  if (list !== undefined && rows > list.longest)
    throw new InputError(
      { file },
      `a list of ${rows} candidates`,
      `${list.longest} at most (config key "ranker.candidates")`,
    )
  return rows
}

type Draw = () => number

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
  const isTime = each.kind === 'times' || each.kind === 'ages'
  const value = (): number => {
    if (each.kind === 'history' || each.kind === 'candidate') return known[Math.floor(draw() * known.length)] ?? 1
    if (each.kind === 'types') return each.list[Math.floor(draw() * each.list.length)] ?? each.unknown
    if (each.kind === 'constant') return each.pad
    if (each.kind === 'worths') return 1
    const number = each.scale * (2 * draw() - 1) + each.shift
    return input.element === 'int' ? Math.trunc(number) : Math.fround(number)
  }
  return Array.from({ length: input.rows ? rows : 1 }, (_, row) => {
    const events = Math.max(1, Math.round(lengths[row] * (isHistory ? size : each.positions || 1)))
    const isEvent = (p: number) => (each.side === 'left' ? p >= size - events : p < events)
    const times = isTime ? eventTimes(each, size, input.element === 'int', draw) : []
    return Array.from({ length: size }, (_, p) => {
      if (each.kind === 'length') return events
      if (isTime && isEvent(p)) return times[p]
      return isHistory && !isEvent(p) ? each.pad : value()
    })
  }).flat()
}

/** Times of events as people make them, minutes to months apart, the last of them some day after `TODAY`. */
function eventTimes(each: Feed, size: number, isInt: boolean, draw: Draw): number[] {
  const now = TODAY + 1e8 * draw()
  let age = 60 * Math.exp(10 * draw())
  const newestFirst = Array.from({ length: size }, () => {
    const number = each.scale * (each.kind === 'ages' ? age : now - age) + each.shift
    age += 60 * Math.exp(10 * draw())
    return isInt ? Math.trunc(number) : Math.fround(number)
  })
  return each.side === 'newest' ? newestFirst : newestFirst.reverse()
}

/** How far the core is from double precision, in float32 and with the weights as they are kept. */
export async function parity(
  graph: Graph,
  whole: Program,
  options: { sizes: Record<string, number>; ranges: ReadonlyMap<string, Range>; weights: Weights },
  pairs: Pairs,
  role = 'tower',
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
  const error = await measured(whole)
  const words = `float32 is ${percent(error)} from the pairs (of the largest output)`
  if (pairs.file !== null && !(error <= MOST_ERROR))
    throw new InputError(
      { file: pairs.file, part: `array "${graph.outputs[0].name}"` },
      `numbers that ${graph.file} does not give: in the core ${words}`,
      `at most ${percent(MOST_ERROR)}: pairs of this very model, exported as it predicts (PyTorch: model.eval())`,
    )
  const lines = [`${error <= MOST_ERROR ? '' : 'look: '}${role} in the core: ${words}`]
  if (options.weights !== 'float32') {
    const { sizes, ranges, weights } = options
    const coded = compile(graph, { sizes, ranges, weights })
    lines.push(`${role} with ${options.weights} weights: ${percent(await measured(coded))} from the pairs`)
  }
  return lines
}

/** Golden rows stand one after the other; the runner takes arrays as the model declares them. */
export function turned(
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

export function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [worst, scale] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(found[i]) && Number.isNaN(expected[i])) continue
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
    const replay = each.kind === SECTION.golden ? replays[each.ordinal] : undefined
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

/** A share, as people read it. */
export const percent = (share: number): string =>
  share < 1e-4 ? share.toExponential(1) : `${(100 * share).toFixed(2)} %`
