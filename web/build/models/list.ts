/**
 * Listwise rankers: models whose candidates know of each other, by attention among them, a softmax over them or a mean that is
 * taken away. All candidates are then the rows of one run, as many as there are, and nothing is padded.
 */
import type { Program } from '../../import/onnx/compile.js'
import { batchSymbols } from '../../import/onnx/model/batch.js'
import type { Graph, Port } from '../../import/onnx/model/graph.js'
import type { Joined } from '../../import/onnx/rows.js'
import { sizeOf } from '../../import/onnx/model/tensor.js'
import { ProgramRunner } from '../../import/onnx/run.js'
import { LearnError } from '../../learn/learn.js'
import { InputError, quoteList } from '../../read/errors.js'
import { own } from '../../read/own.js'
import type { RankerConfig } from '../config.js'
import { distance, MOST_ERROR, MOST_GOLDEN, percent, turned, type Pairs } from './golden.js'
import { kilobytes } from './tower.js'

/** What a list of lists becomes: one list, whose axis is the batch. */
const LIST = 'batch'

/** The model with its candidates as its batch, where they lie along another axis: [batch, list, features]. */
export function alongList(graph: Graph, config: RankerConfig, features: readonly string[]): Graph {
  const symbol = config.list ?? listOf(graph, config, features)
  if (symbol === undefined) return graph
  const lists = batchSymbols(graph)
  const open = new Set(graph.inputs.flatMap((port) => port.shape.filter((dim) => typeof dim === 'string')))
  if (!open.has(symbol))
    throw new InputError(
      { file: 'config', part: 'key "ranker.list"' },
      `"${symbol}"`,
      `a size that the inputs of ${graph.file} leave open: ${quoteList([...open])}`,
    )
  if (lists.has(symbol)) return graph
  const turned = (port: Port): Port => ({
    ...port,
    shape: port.shape.map((dim) => (dim === symbol ? LIST : typeof dim === 'string' && lists.has(dim) ? 1 : dim)),
  })
  return { ...graph, inputs: graph.inputs.map(turned), outputs: graph.outputs.map(turned) }
}

/** The axis before that of the features, where a model has lists of candidates and not candidates alone. */
function listOf(graph: Graph, config: RankerConfig, features: readonly string[]): string | undefined {
  const batch = batchSymbols(graph)
  for (const { name, shape } of graph.inputs) {
    const given = own(config.inputs, name)
    const from = typeof given === 'string' ? given : given?.from
    const isFeatures =
      from === 'features' || (from === undefined && /feature|dense/i.test(name) && shape[2] === features.length)
    const [, along] = shape
    if (from === undefined) refuseFixed(graph.file, name, shape, features.length)
    const isList = isFeatures && shape.length === 3 && typeof along === 'string'
    if (isList && !batch.has(along) && own(config.sizes, along) === undefined) return along
  }
  return undefined
}

/** Errors: features of so many candidates, no more and no fewer. */
function refuseFixed(file: string, name: string, shape: Port['shape'], features: number): void {
  const axis = shape.length - 2
  const size = shape[axis]
  if (!/feature|dense/i.test(name) || shape.at(-1) !== features || typeof size !== 'number' || size < 2) return
  throw new InputError(
    { file, part: `input "${name}" [${shape.join(', ')}]` },
    `a list of ${size} candidates, however many there are`,
    `an axis of open size, as torch.onnx.export(…, dynamic_axes={'${name}': {${axis}: 'list'}}) leaves it`,
  )
}

/** What people are told of such a ranker. */
export const listWords = ({ part }: Joined, program: Program): string =>
  `ranker sees all candidates at once (${part}), ${program.capacity} at most, in ${kilobytes(4 * program.scratch)} of memory`

/** Lengths of lists that a ranker is measured with, besides the longest. */
const LENGTHS = [1, 2, 3, MOST_GOLDEN]

/** How far programs are from double precision on lists of several lengths. Errors: numbers that the model does not give. */
export async function listParity(
  file: string,
  whole: Program,
  pairs: Pairs,
  longest: number,
  ofLength: (rows: number) => Pairs,
  programs: { float32: Program; coded: Program | null; weights: string },
): Promise<string[]> {
  const lengths = [...new Set([...LENGTHS, longest])].filter((rows) => rows <= longest)
  const lists = [pairs, ...lengths.map(ofLength)]
  const error = await errorOn(lists, whole, programs.float32, file)
  const words = `float32 is ${percent(error)} from the pairs (of the largest output), on lists of ${lengths.join(', ')}`
  if (!(error <= MOST_ERROR))
    throw new InputError(
      { file: pairs.file ?? file },
      `numbers that ${file} does not give: in the core ${words}`,
      `at most ${percent(MOST_ERROR)}`,
    )
  if (programs.coded === null) return [`ranker in the core: ${words}`]
  const coded = percent(await errorOn(lists, whole, programs.coded, file))
  return [`ranker in the core: ${words}`, `ranker with ${programs.weights} weights: ${coded} from the pairs`]
}

async function errorOn(lists: readonly Pairs[], whole: Program, program: Program, file: string): Promise<number> {
  const runner = await startOnList(program, file)
  const errors = lists.map((list) => {
    const inputs = program.inputs.map((input, i) => {
      const { shape, data } = list.given.get(input.name)!
      return input.rows
        ? turned(whole.inputs[i], { shape, data }, list.rows)
        : { shape: input.shape, data: data.slice(0, sizeOf(input.shape)) }
    })
    return distance(runner.outputs(inputs)[0], list.outputs)
  })
  runner.drop()
  return Math.max(...errors)
}

/** Errors: a list that takes more memory or work than a device has. */
async function startOnList(program: Program, file: string): Promise<ProgramRunner> {
  try {
    return await ProgramRunner.start(program)
  } catch (error) {
    if (!(error instanceof LearnError)) throw error
    throw new InputError(
      { file },
      `a list of ${program.capacity} candidates that is too much for a device (${error.message})`,
      'fewer of them: config key "ranker.candidates"',
      { cause: error },
    )
  }
}
