/**
 * A neural ranker: an ONNX model that scores candidates, many in one run, or all of them where they know of each other (list.ts).
 * What it reads of the request (history, context) is fed once and its part of the tape runs once; candidates' ids and features are
 * fed for each row.
 */
import { bindingBytes, goldenBytes, NO_NUMBERS } from '../../import/onnx/binding.js'
import { inputsRead } from '../../import/onnx/compile.js'
import type { Graph } from '../../import/onnx/model/graph.js'
import { compileRows } from '../../import/onnx/rows.js'
import { shapeText, sizeOf } from '../../import/onnx/model/tensor.js'
import type { Weights } from '../../import/onnx/tape/program.js'
import { InputError, quoteList } from '../../read/errors.js'
import { compileBound } from './bind.js'
import type { RankerConfig } from '../config.js'
import { random } from '../random.js'
import type { Learn } from '../../learn/learn.js'
import { CANDIDATES, rankerSection, type RankerPlan } from './ranker.js'
import type { ModelScope } from './scope.js'
import { RANKER, SECTION } from '../../generated/numbers.js'
import { section, type Section } from '../sections/section.js'
import { goldenPairs, MOST_GOLDEN, parity } from './golden.js'
import { alongList, listParity, listWords } from './list.js'
import { itemTable, kilobytes, numbersOf, openSizes, tableReads, tableRows, type Tower } from './tower.js'

/** Candidates of one run. */
const CAPACITY = 32
/** Events worth no more than nothing teach no ranker, so one that was trained here is not shown any. */
const LEAST_WORTH = 1e-6

export interface NeuralScope extends ModelScope {
  config: RankerConfig
  events: readonly string[]
  fields: readonly string[]
  features: readonly string[]
  /** of the program's sections */
  ordinal: number
}

export async function neuralSections(learn: Learn, ranker: Tower, scope: NeuralScope): Promise<RankerPlan> {
  const { ordinal } = scope
  const { trained } = ranker
  const config = trained === undefined ? scope.config : { ...ownKeys(scope.config), ...trained }
  const { file } = ranker.graph
  const graph = alongList(withOutput(ranker.graph, config), config, scope.features)
  const sizes = openSizes(graph, config)
  const { events, fields, features } = scope
  const ids = new Set(tableReads(graph).map((read) => read.ids))
  const binding = {
    file,
    key: 'ranker.inputs',
    inputs: config.inputs ?? {},
    ids,
    events,
    fields,
    features,
    ranks: true,
  }
  const { whole, bound, ranges } = compileBound(graph, sizes, binding, tableRows(graph))
  const isRow = (i: number) => bound.feeds[i].kind === 'candidate' || bound.feeds[i].kind === 'features'
  const rowInputs = whole.inputs.filter((_, i) => isRow(i))
  if (rowInputs.length === 0)
    throw new InputError({ file, part: 'inputs' }, 'none that is fed with candidates or their features', 'at least one')
  const single = rowInputs.find((input) => !input.rows)
  if (single !== undefined)
    throw new InputError(
      { file, part: `input "${single.name}"` },
      `shape ${shapeText(single.shape)} without a batch`,
      'a row for each candidate',
    )
  const table = itemTable(graph, whole, bound)
  const numbered = bound.feeds.some((each) => each.kind === 'history' || each.kind === 'candidate')
  const numbers = numbered && trained === undefined ? numbersOf(scope, table, file) : null
  const perRequest = new Set(whole.inputs.filter((_, i) => !isRow(i)).map((input) => input.name))
  const weights = config.weights ?? 'float32'
  const known = numbers?.known ?? [...scope.catalogue.ids.keys()]
  const longest = config.candidates ?? CANDIDATES
  const compiled = (weights: Weights) => compileRows(graph, { sizes, ranges, perRequest, weights }, CAPACITY, longest)
  const { program, joined } = compiled(weights)
  const listOf = (rows: number) => (joined === null ? undefined : { longest, shared: perRequest, rows })
  const ofLength = (rows: number) => goldenPairs(graph, whole, bound, known, null, scope, listOf(rows))
  const kept = listOf(Math.min(MOST_GOLDEN, longest))
  const pairs = goldenPairs(
    graph,
    whole,
    bound,
    known,
    ranker.golden,
    scope,
    kept,
    trained?.examples(random(scope.seed)),
  )
  const measure = () => {
    if (joined === null) return parity(graph, whole, { sizes, ranges, weights }, pairs, 'ranker')
    const coded = weights === 'float32' ? null : program
    const float32 = coded === null ? program : compiled('float32').program
    return listParity(file, whole, pairs, longest, ofLength, { float32, coded, weights })
  }
  const element = elementOf(file, sizeOf(program.outputs[0].shape), config)
  const { bytes, words } = rankerSection(learn, RANKER.program, ordinal, 0, element, features, config)
  return {
    sections: [
      section(SECTION.program, 'ranker', program.bytes, ordinal),
      section(
        SECTION.binding,
        'ranker',
        bindingBytes(bound.feeds, numbers === null ? NO_NUMBERS : ordinal, config.leastWorth ?? 0),
        ordinal,
      ),
      section(SECTION.golden, 'ranker', goldenBytes(pairs.rows, pairs.inputs, pairs.outputs, 0), ordinal),
      ...(numbers === null ? [] : [section(SECTION.numbers, 'ranker', numbers.bytes, ordinal)]),
    ]
      .map((each): Section => (each.kind === SECTION.golden ? each : { ...each, stage: 'ranker' }))
      .concat(bytes),
    remarks: [
      `ranker ${file}: ${trained === undefined ? `ONNX opset ${graph.opset}` : 'trained here'}, ${program.ops} ops, ${program.requestOps} of them once a request, ${program.capacity} candidates a run, ${kilobytes(program.bytes.length)}`,
      ...(joined === null ? [] : [listWords(joined, program)]),
      ...bound.remarks.map((line) => `ranker ${line}`),
      ...(numbers === null ? [] : [`ranker's number of an item: ${numbers.words}`]),
      ...(await measure()),
      words,
    ],
  }
}

/** Of the config of a ranker, what is about one that was trained here. */
const ownKeys = ({ candidates, prerank, blend, weights }: RankerConfig): RankerConfig => ({
  candidates,
  prerank,
  blend,
  weights,
  leastWorth: LEAST_WORTH,
})

/** The model as one that makes the score alone: the output that the config names, else the first. */
function withOutput(graph: Graph, config: RankerConfig): Graph {
  const port = config.output === undefined ? graph.outputs[0] : graph.outputs.find(({ name }) => name === config.output)
  if (port === undefined)
    throw new InputError(
      { file: graph.file, part: `output "${config.output}"` },
      'no such output',
      quoteList(graph.outputs.map(({ name }) => name)),
    )
  return inputsRead({ ...graph, outputs: [port] })
}

/** Which number of the output is the score: the only one, or the class that the config names. */
function elementOf(file: string, width: number, config: RankerConfig): number {
  const chosen = config.class ?? (width === 1 ? 0 : -1)
  if (chosen >= 0 && chosen < width) return chosen
  throw new InputError(
    { file, part: 'output' },
    `${width} numbers for each candidate`,
    `config key "ranker.class", 0 to ${width - 1}`,
  )
}
