/**
 * Binding: what each input of an imported model is fed with. The config says it by the input's name; what it leaves out is
 * chosen by the input's type, shape and name. Every choice is a line for people, and what cannot be chosen is an error that
 * names the input.
 */
import { compile, type Program, type ProgramInput } from '../../import/onnx/compile.js'
import type { Graph } from '../../import/onnx/model/graph.js'
import { feed, type Feed } from '../../import/onnx/binding.js'
import { shapeText } from '../../import/onnx/model/tensor.js'
import { EXACT, type Range } from '../../import/onnx/tape/ranges.js'
import { MOST_FIELD } from '../../generated/numbers.js'
import { InputError, quoteList } from '../../read/errors.js'

/** What an input of a model is fed with. */
export type InputKind =
  | 'history'
  | 'worths'
  | 'types'
  | 'times'
  | 'ages'
  | 'length'
  | 'mask'
  | 'context'
  | 'constant'
  | 'candidate'
  | 'features'

/** One input, as the config binds it. */
export interface InputConfig {
  /**
   * history: ids of the last events; worths, types, times, ages (seconds before now), mask: of the same events; length: how
   * many there are; context: fields of the request; candidate, features: of each candidate (rankers).
   */
  from: InputKind
  /**
   * Where padding stands: left of the events, right of them, or right with the newest event first. Default left, or right
   * where an input has the length.
   */
  padding?: 'left' | 'right' | 'newest'
  /** What stands where there is no event. Default 0. */
  pad?: number
  /** What stands for what is not known. Default 0. */
  unknown?: number
  /** Multiplies times, ages, fields and features. Default 1. */
  scale?: number
  /** Is added to them then. Default 0. */
  shift?: number
  /**
   * Event types: the model's number of each event name.
   * @integer @minimum 0 @maximum 16777216
   */
  values?: Record<string, number>
  /**
   * context: names of config key `context`; features: names of the bundle's features; one for each element.
   * @maxItems 256
   */
  fields?: string[]
  /** constant: the number. */
  value?: number
}

export interface BindingScope {
  /** the model's file */
  file: string
  /** the config key under which inputs are named: `tower.inputs` */
  key: string
  inputs: Readonly<Record<string, InputConfig | InputKind>>
  /** inputs that an embedding table is asked with directly */
  ids: ReadonlySet<string>
  /** event names of the policy, in its order; context fields and features of the bundle, in theirs */
  events: readonly string[]
  fields: readonly string[]
  features: readonly string[]
  /** a ranker has candidates */
  ranks: boolean
}

/**
 * A model compiled for what it is fed with: what that is says how far its whole numbers reach. `tableRows`: of the table that
 * items are looked up in.
 */
export function compileBound(
  graph: Graph,
  sizes: Record<string, number>,
  scope: BindingScope,
  tableRows: (program: Program, bound: Bound) => number,
): { whole: Program; bound: Bound; ranges: Map<string, Range> } {
  const plain = compile(graph, { sizes })
  const first = bindInputs(plain.inputs, scope)
  const rows = tableRows(plain, first)
  const ranges = new Map(
    plain.inputs.flatMap(({ name, element }, i): [string, Range][] =>
      element === 'float' ? [] : [[name, rangeOf(first.feeds[i], rows)]],
    ),
  )
  const whole = compile(graph, { sizes, ranges })
  return { whole, bound: bindInputs(whole.inputs, scope), ranges }
}

export interface Bound {
  feeds: Feed[]
  remarks: string[]
}

const SIDES = {
  left: 'padded on the left',
  right: 'padded on the right',
  newest: 'newest first, then padding',
} as const

export function bindInputs(inputs: readonly ProgramInput[], scope: BindingScope): Bound {
  for (const name of Object.keys(scope.inputs))
    if (!inputs.some((input) => input.name === name))
      throw new InputError(
        { file: 'config', part: `key "${scope.key}.${name}"` },
        'no such input',
        `one that ${scope.file} reads: ${quoteList(inputs.filter((input) => input.table === undefined).map((input) => input.name))}`,
      )
  const isPlain = (input: ProgramInput) => input.table === undefined && input.restOf === undefined
  const plain = inputs.filter(isPlain)
  const chosen = new Map(plain.map((input) => [input.name, given(input, plain, scope)]))
  const hasLength = [...chosen.values()].some((config) => config.from === 'length')
  const history = [...chosen.values()].find((config) => config.from === 'history')
  const side = history?.padding ?? (hasLength ? 'right' : 'left')
  const positions = plain.find((input) => chosen.get(input.name)!.from === 'history')?.shape.at(-1) ?? 0
  const remarks: string[] = []
  const feeds = inputs.map((input): Feed => {
    if (!isPlain(input)) return feed('constant') // filled in below, once what it goes with is bound
    const config = chosen.get(input.name)!
    const [made, words] = feedFor(input, config, config.padding ?? side, positions, scope)
    remarks.push(`input "${input.name}" ${shapeText(input.shape)}: ${words}`)
    remarks.push(...coarse(input, made))
    return SCALED.has(made.kind) && input.element === 'int' ? { ...made, part: 'whole' } : made
  })
  inputs.forEach((input, i) => {
    if (input.restOf !== undefined) feeds[i] = restOf(feeds[input.restOf])
    if (input.table === undefined) return
    const ids = feeds[input.table.ids]
    const kind = ids.kind === 'candidate' ? 'candidateTable' : 'table'
    feeds[i] = feed(kind, { side: ids.side })
  })
  return { feeds, remarks }
}

/** Feeds of numbers that are scaled, and need not be whole. */
const SCALED: ReadonlySet<Feed['kind']> = new Set(['times', 'ages', 'context', 'features'])

const rest = (value: number): number => value - Math.fround(value)

/** The feed of what float32 rounds away of another one's numbers. */
const restOf = (of: Feed): Feed => ({ ...of, part: 'rest', pad: rest(of.pad), unknown: rest(of.unknown) })

/** The farthest time that is reckoned with, in seconds since 1970: the year 2242. A context of more is refused when it is told. */
const FARTHEST = MOST_FIELD
/** The beginning of the times that pairs are made of. */
export const TODAY = 1.7e9

/** How far the whole numbers reach that a feed writes into an input of a table of `bound` rows, or of none. */
export function rangeOf(each: Feed, bound: number): Range {
  const scaled = (least: number, most: number) => [each.scale * least + each.shift, each.scale * most + each.shift]
  const values = {
    times: () => scaled(0, FARTHEST),
    ages: () => scaled(0, FARTHEST),
    worths: () => [-EXACT, EXACT],
    context: () => scaled(-FARTHEST, FARTHEST),
    features: () => scaled(-FARTHEST, FARTHEST),
    types: () => each.list,
    history: () => [0, bound - 1],
    candidate: () => [0, bound - 1],
    length: () => [0, each.positions || EXACT],
  }
  const some = each.kind in values ? values[each.kind as keyof typeof values]() : []
  const all = [...some, each.pad, each.unknown].map(Math.trunc)
  return { least: Math.min(...all), most: Math.max(...all) }
}

/** Times as float32 lose their seconds. */
function coarse(input: ProgramInput, made: Feed): string[] {
  const now = Math.abs(made.scale * TODAY + made.shift)
  if (made.kind !== 'times' || input.element !== 'float' || now < EXACT) return []
  const step = 2 ** (Math.floor(Math.log2(now)) - 23)
  return [
    `look: input "${input.name}" is of float32, which steps by ${step / Math.abs(made.scale)} seconds at times of today, in Python as ` +
      'here; "from": "ages" keeps each second',
  ]
}

const full = (config: InputConfig | InputKind): InputConfig => (typeof config === 'string' ? { from: config } : config)

/** What the config says of an input, or what its type, shape and name suggest. */
function given(input: ProgramInput, all: readonly ProgramInput[], scope: BindingScope): InputConfig {
  const config = scope.inputs[input.name]
  if (config !== undefined) return full(config)
  const found = guess(input, all, scope)
  if (found !== undefined) return { from: found }
  throw new InputError(
    { file: scope.file, part: `input "${input.name}" (${input.element}, ${shapeText(input.shape)})` },
    'nothing to feed it with',
    `config key "${scope.key}.${input.name}", such as { "from": ${input.element === 'int' ? '"history"' : '"context", "fields": ["hour"]'} }`,
  )
}

function guess(input: ProgramInput, all: readonly ProgramInput[], scope: BindingScope): InputKind | undefined {
  const { name, element, shape } = input
  const elements = shape.reduce((product, size) => product * size, 1)
  const isSequence = shape.length === 2 && shape[1] > 1
  const says = (pattern: RegExp) => pattern.test(name)
  if (scope.ranks && elements === 1 && element === 'int' && (says(/item|candidate|target/i) || scope.ids.has(name)))
    return 'candidate'
  if (says(/len|count|^n$/i) && elements === 1) return 'length'
  if (isSequence && says(/mask/i)) return 'mask'
  if (isSequence && element === 'int') {
    if (says(/type|event|behaviou?r|action/i)) return 'types'
    if (says(/age|gap|delta/i)) return 'ages'
    if (says(/time|stamp/i)) return 'times'
    const others = all.filter((each) => each.element === 'int' && each.shape.length === 2 && each.shape[1] > 1)
    if (says(/item|hist|seq|session|click|ids?$/i) || (others.length === 1 && scope.ids.has(name))) return 'history'
    return undefined
  }
  if (isSequence && element === 'float') {
    if (says(/age|gap|delta/i)) return 'ages'
    if (says(/time|stamp/i)) return 'times'
    if (says(/worth|weight|rating/i)) return 'worths'
  }
  if (says(/context/i) && elements === scope.fields.length) return 'context'
  if (scope.ranks && element === 'float' && says(/feature|dense/i) && elements === scope.features.length)
    return 'features'
  return undefined
}

function feedFor(
  input: ProgramInput,
  config: InputConfig,
  side: 'left' | 'right' | 'newest',
  positions: number,
  scope: BindingScope,
): [Feed, string] {
  const { pad = 0, unknown = 0, scale = 1, shift = 0 } = config
  const elements = input.shape.reduce((product, size) => product * size, 1)
  const at = `, ${SIDES[side]} with ${pad}`
  const scaled = scale === 1 && shift === 0 ? '' : ` × ${scale} + ${shift}`
  const where = { file: scope.file, part: `input "${input.name}" (${input.element}, ${shapeText(input.shape)})` }
  switch (config.from) {
    case 'history':
      return [feed('history', { side, pad }), `ids of the last ${elements} events${at}`]
    case 'worths':
      return [feed('worths', { side, pad }), `what the last ${elements} events are worth${at}`]
    case 'mask':
      return [
        feed('types', { side, pad, unknown: 1, list: scope.events.map(() => 1) }),
        `1 for each of the last ${elements} events${at}`,
      ]
    case 'types':
      return [
        feed('types', { side, pad, unknown, list: typeNumbers(config.values, unknown, scope, input.name) }),
        `types of the last ${elements} events, ${
          Object.entries(config.values ?? {})
            .map(([name, number]) => `${name} ${number}`)
            .join(', ') || 'none named'
        }, others ${unknown}${at}`,
      ]
    case 'times':
    case 'ages':
      return [
        feed(config.from, { side, pad, unknown, scale, shift }),
        `${config.from} of the last ${elements} events in seconds${scaled}${at}`,
      ]
    case 'length':
      return [
        feed('length', { positions }),
        `how many events there are${positions > 0 ? `, at most ${positions}` : ''}`,
      ]
    case 'constant':
      return [feed('constant', { pad: config.value ?? 0 }), `the constant ${config.value ?? 0}`]
    case 'context':
    case 'features': {
      const known = config.from === 'context' ? scope.fields : scope.features
      const what = config.from === 'context' ? 'context fields' : 'features'
      const names = config.fields ?? (known.length === elements ? known : [])
      if (names.length !== elements)
        throw new InputError(where, `${names.length} ${what} (${quoteList(names)})`, `${elements}, one for each number`)
      const list = names.map((name) => known.indexOf(name))
      const missing = names.find((_, i) => list[i] < 0)
      if (missing !== undefined)
        throw new InputError(where, `${what.slice(0, -1)} "${missing}"`, `one of the bundle's: ${quoteList(known)}`)
      return [
        feed(config.from, { unknown, scale, shift, list }),
        `${what} ${names.join(', ')}${scaled}, unknown is ${unknown}`,
      ]
    }
    case 'candidate':
      if (!scope.ranks)
        throw new InputError(where, 'a candidate', 'something of the history: a tower has no candidates')
      return [feed('candidate', { unknown }), `the candidate's id, ${unknown} where the model does not know it`]
  }
}

/** The model's number of each event name of the policy. */
function typeNumbers(
  values: Record<string, number> | undefined,
  unknown: number,
  scope: BindingScope,
  name: string,
): number[] {
  const numbers = new Map(Object.entries(values ?? {}).map(([event, number]) => [event.toLowerCase(), number]))
  for (const event of numbers.keys())
    if (!scope.events.includes(event))
      throw new InputError(
        { file: 'config', part: `key "${scope.key}.${name}.values"` },
        `event "${event}"`,
        `one of config key "events": ${quoteList(scope.events)}`,
      )
  return scope.events.map((event) => numbers.get(event) ?? unknown)
}
