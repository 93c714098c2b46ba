/**
 * LightGBM models: the text that `save_model` writes (versions v2 to v4) and the JSON of `dump_model`.
 *
 * Semantics are those of LightGBM's tree.h: numbers go left where x <= threshold, in double precision; NaN counts as 0
 * unless the split's missing type is NaN; with missing type Zero, zeros and NaN take the default direction; categories go
 * left where their bit is set, and everything that is no category goes right.
 */
import { InputError, quote, type Place } from '../../read/errors.js'
import { parseJson } from '../../read/json.js'
import { BitSets, withCategories, type Categories } from './categories.js'
import {
  checkForest,
  checkSize,
  type Forest,
  type LinkName,
  type Split,
  type Tree,
  type TreeNode,
  type TreeOptions,
} from './trees.js'

const VERSIONS = ['v2', 'v3', 'v4']
const MISSING = ['none', 'zero', 'nan'] as const

/** Objectives, by the names that LightGBM writes, and what they make of a margin. */
const LINKS: Record<string, LinkName> = {
  regression: 'identity',
  regression_l2: 'identity',
  regression_l1: 'identity',
  huber: 'identity',
  fair: 'identity',
  quantile: 'identity',
  mape: 'identity',
  poisson: 'exp',
  gamma: 'exp',
  tweedie: 'exp',
  binary: 'sigmoid',
  cross_entropy: 'sigmoid',
  xentropy: 'sigmoid',
  cross_entropy_lambda: 'log1pExp',
  xentlambda: 'log1pExp',
  multiclass: 'softmax',
  multiclassova: 'sigmoid',
  lambdarank: 'identity',
  rank_xendcg: 'identity',
  custom: 'identity',
}

export function isLightgbmText(text: string): boolean {
  return /^tree\r?\n/.test(text)
}

export function isLightgbmJson(json: unknown): json is LightgbmDump {
  return typeof json === 'object' && json !== null && Array.isArray((json as { tree_info?: unknown }).tree_info)
}

interface LightgbmDump {
  version?: string
  num_class: number
  num_tree_per_iteration: number
  max_feature_idx: number
  objective?: string
  average_output?: boolean
  feature_names: string[]
  feature_infos?: Record<string, { values?: number[] }>
  tree_info: { num_leaves: number; tree_structure: DumpNode }[]
  pandas_categorical?: unknown
}
interface DumpNode {
  split_feature?: number
  threshold?: number | string
  decision_type?: string
  default_left?: boolean
  missing_type?: string
  internal_count?: number
  left_child?: DumpNode
  right_child?: DumpNode
  leaf_value?: number
  leaf_count?: number
  leaf_coeff?: unknown
  leaf_const?: unknown
}

interface Head {
  version: string
  objective: string
  features: number
  names: string[]
  outputs: number
  average: boolean
  /** Of each feature: the codes of categories that the training saw; null of one that has none. */
  codes: (readonly number[] | null)[]
  /** The lists of categories of a data frame's columns, as the file has them. */
  pandas: unknown
}

/** What both forms say in the same words. */
function forestOf(file: string, head: Head, all: Tree[], options: TreeOptions): Forest {
  const [rounds, asked] = [all.length / head.outputs, typeof options.rounds === 'number' ? options.rounds : Infinity]
  if (asked !== Infinity && asked > rounds)
    throw new InputError({ file, part: 'rounds' }, `${asked} asked for`, `at most the ${rounds} of the model`)
  const trees = all.slice(0, asked * head.outputs)
  if (!VERSIONS.includes(head.version))
    throw new InputError({ file, part: 'version' }, quote(head.version), VERSIONS.join(', '))
  const [name = '', ...parts] = head.objective.split(' ')
  let link = name === '' ? 'identity' : Object.hasOwn(LINKS, name) ? LINKS[name] : undefined
  if (link === undefined)
    throw new InputError({ file, part: 'objective' }, quote(name), `one of ${Object.keys(LINKS).join(', ')}`)
  if (parts.includes('sqrt')) link = 'square'
  const sigmoid = parts.find((part) => part.startsWith('sigmoid:'))
  const scale = link === 'sigmoid' && sigmoid !== undefined ? Number(sigmoid.slice(8)) : 1
  if (!(scale > 0)) throw new InputError({ file, part: 'objective' }, quote(sigmoid), 'a sigmoid above 0')
  if (head.average && head.version === 'v2' && link !== 'identity' && converted(link, trees)) link = 'identity'
  const forest = checkForest({
    file,
    origin: `LightGBM ${head.version}`,
    objective: head.objective === '' ? 'none' : head.objective,
    features: head.features,
    featureNames: head.names,
    named: !head.names.every((column, i) => column === `Column_${i}`),
    outputs: head.outputs,
    base: new Array<number>(head.outputs).fill(0),
    divisor: head.average ? Math.max(1, trees.length / head.outputs) : 1,
    link,
    scale,
    floatSum: false,
    trees,
    remarks: trees.length < all.length ? [`${file}: ${asked} of ${rounds} rounds count, as asked`] : [],
  })
  return withCategories(forest, pandasCategories(file, head, trees), options.categories)
}

/**
 * pandas_categorical: a list for each category column of the frame, in their order, and no names. They are those features
 * whose splits hold codes; columns of one category are not split and may be missing there, so that lists of one go first
 * where the numbers differ. Columns of ordered categories have a list as well, though their splits are of numbers.
 */
function pandasCategories(file: string, head: Head, trees: readonly Tree[]): Categories {
  const place = { file, part: 'pandas_categorical' }
  const none = { place, of: new Map<number, readonly unknown[]>() }
  if (head.pandas === undefined || head.pandas === null) return none
  if (!Array.isArray(head.pandas) || !head.pandas.every(Array.isArray))
    throw new InputError(place, quote(head.pandas), 'a list of categories for each column that has them')
  const codes = head.codes.slice()
  for (const tree of trees)
    for (const { split } of tree.nodes) if (split?.kind === 'category') codes[split.feature] ??= []
  const features = codes.flatMap((seen, feature) => (seen === null ? [] : [feature]))
  const all = head.pandas as unknown[][]
  const lists = all.length === features.length ? all : all.filter((list) => list.length > 1)
  if (lists.every((list) => list.every((category, code) => category === code))) return none
  if (lists.length !== features.length)
    throw new InputError(
      place,
      `categories of ${all.length} columns where ${features.length} features have codes`,
      `as many; train on codes (frame.COLUMN.cat.codes) of columns that are ordered, or delete pandas_categorical from ` +
        'the file to let every feature carry codes from 0',
    )
  features.forEach((feature, i) => {
    const most = codes[feature]!.reduce((largest, code) => Math.max(largest, code), -1)
    if (most >= lists[i]!.length)
      throw new InputError(
        place,
        `${lists[i]!.length} categories of feature ${quote(head.names[feature])}, whose codes reach ${most}`,
        'one for each code',
      )
  })
  return { place, of: new Map(features.map((feature, i) => [feature, lists[i]!])) }
}

/**
 * Random forests of LightGBM before 2.2.3 have leaves that are predictions already, and no link behind them. Only their
 * values tell: probabilities, or numbers above 0.
 */
function converted(link: LinkName, trees: readonly Tree[]): boolean {
  const most = link === 'exp' || link === 'log1pExp' ? Infinity : 1
  return trees.every((tree) =>
    tree.nodes.every((node) => node.split !== null || (node.value >= 0 && node.value <= most)),
  )
}

function wholeOf(place: Place, value: unknown, name: string): number {
  const number = Number(value)
  if (value === undefined || value === '' || !Number.isInteger(number))
    throw new InputError({ ...place, part: name }, quote(value), 'a whole number')
  return number
}

const numeric = (feature: number, threshold: number, missing: number, missingLeft: boolean): Split => ({
  kind: 'number',
  feature,
  operator: '<=',
  threshold,
  missing: MISSING[missing]!,
  missingLeft,
})
const categorical = (feature: number, set: Uint32Array): Split => ({
  kind: 'category',
  feature,
  set,
  membersLeft: true,
  missingLeft: false,
  cut: true,
})

// -- the text ----------------------------------------------------------------------------------------------------------

/** `key=value` lines of one block. */
type Block = Map<string, string>

/** The head and one block a tree; what follows `end of trees` says nothing about predictions. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [new Map()]
  for (const line of text.split(/\r?\n/)) {
    if (line === 'end of trees') break
    if (line.startsWith('Tree=')) blocks.push(new Map())
    const at = line.indexOf('=')
    blocks.at(-1)!.set(at < 0 ? line : line.slice(0, at), at < 0 ? '' : line.slice(at + 1))
  }
  return blocks
}

export function readLightgbmText(file: string, text: string, options: TreeOptions): Forest {
  const [head, ...blocks] = blocksOf(text) as [Block, ...Block[]]
  const place = { file }
  if (!/\r?\nend of trees\r?\n?/.test(text) && head.get('version') !== 'v2')
    throw new InputError(place, 'a text without "end of trees"', 'a whole LightGBM model')
  const features = 1 + wholeOf(place, head.get('max_feature_idx'), 'max_feature_idx')
  const outputs = wholeOf(place, head.get('num_tree_per_iteration') ?? head.get('num_class'), 'num_tree_per_iteration')
  checkSize(file, features, outputs)
  const names = (head.get('feature_names') ?? '').split(' ').filter((name) => name !== '')
  if (names.length !== features)
    throw new InputError(
      { file, part: 'feature_names' },
      `${names.length} names`,
      `${features}, as max_feature_idx says`,
    )
  const sizes = (head.get('tree_sizes') ?? '').split(' ').filter((size) => size !== '').length
  if (sizes !== 0 && sizes !== blocks.length)
    throw new InputError(place, `${blocks.length} trees`, `the ${sizes} of tree_sizes: the file is cut short`)
  const trees = blocks.map((block, t) => textTree({ file, part: `tree ${t}` }, block, t % outputs))
  const average = head.has('average_output')
  const version = head.get('version') ?? ''
  const objective = head.get('objective') ?? ''
  const infos = (head.get('feature_infos') ?? '').split(' ')
  const codes = names.map((_, f) => (/^-?\d+(:-?\d+)*$/.test(infos[f] ?? '') ? infos[f]!.split(':').map(Number) : null))
  const pandas = pandasLine(file, text)
  return forestOf(file, { version, objective, features, names, outputs, average, codes, pandas }, trees, options)
}

/** The line that the Python package adds to the end, JSON. */
function pandasLine(file: string, text: string): unknown {
  const [, line] = /^pandas_categorical:(.*)$/m.exec(text) ?? []
  if (line === undefined) return null
  try {
    return parseJson(line)
  } catch (cause) {
    throw new InputError({ file, part: 'pandas_categorical' }, quote(line), 'JSON, as LightGBM writes it', { cause })
  }
}

function textTree(place: Place, block: Block, output: number): Tree {
  if ((block.get('is_linear') ?? '0') !== '0')
    throw new InputError(place, 'a linear tree (linear_tree=true)', 'trees with constant leaves')
  const leaves = wholeOf(place, block.get('num_leaves'), `${place.part}, num_leaves`)
  const list = (name: string, count: number, needed = true): number[] => {
    const text = block.get(name)
    if (text === undefined && !needed) return new Array<number>(count).fill(0)
    const values = (text ?? '').split(' ').filter((value) => value !== '')
    if (values.length !== count)
      throw new InputError({ ...place, part: `${place.part}, ${name}` }, `${values.length} values`, `${count}`)
    return values.map((value) => {
      const number = value === 'inf' ? Infinity : value === '-inf' ? -Infinity : Number(value)
      if (Number.isNaN(number))
        throw new InputError({ ...place, part: `${place.part}, ${name}` }, quote(value), 'a number')
      return number
    })
  }
  const splits = leaves - 1
  const values = list('leaf_value', leaves)
  // a tree of one leaf has no split that counted its rows: the list stands there and is empty
  const leafCounts = leaves > 1 ? list('leaf_count', leaves, block.has('leaf_count')) : [0]
  if (splits <= 0) return { output, nodes: [leaf(values[0]!, leafCounts[0]!)] }
  const [feature, threshold, decision] = [
    list('split_feature', splits),
    list('threshold', splits),
    list('decision_type', splits),
  ]
  const [left, right] = [list('left_child', splits), list('right_child', splits)]
  const counts = list('internal_count', splits, false)
  const sets = setsOf(place, block, list)
  const nodeOf = (child: number) => (child >= 0 ? child : splits + ~child)
  const nodes: TreeNode[] = feature.map((f, i) => ({
    split: textSplit({ ...place, part: `${place.part}, node ${i}` }, f, threshold[i]!, decision[i]!, sets),
    left: nodeOf(left[i]!),
    right: nodeOf(right[i]!),
    value: 0,
    cover: counts[i]!,
  }))
  values.forEach((value, i) => nodes.push(leaf(value, leafCounts[i]!)))
  return { output, nodes }
}

const leaf = (value: number, cover: number): TreeNode => ({ split: null, left: 0, right: 0, value, cover })

/** Bit sets of the tree's categorical splits. */
function setsOf(place: Place, block: Block, list: (name: string, count: number) => number[]): Uint32Array[] {
  const count = Number(block.get('num_cat') ?? 0)
  if (!(count > 0)) return []
  const bounds = list('cat_boundaries', count + 1)
  const words = list('cat_threshold', bounds.at(-1)!)
  if (bounds.some((bound, i) => !(bound >= (bounds[i - 1] ?? 0))))
    throw new InputError(place, 'bounds of category sets that go back', 'each at least the one before')
  return bounds.slice(0, -1).map((from, i) => Uint32Array.from(words.slice(from, bounds[i + 1])))
}

/** decision_type: bit 0 categorical, bit 1 missing values go left, bits 2 and 3 the missing type. */
function textSplit(
  place: Place,
  feature: number,
  threshold: number,
  decision: number,
  sets: readonly Uint32Array[],
): Split {
  const missing = (decision >> 2) & 3
  if (!Number.isInteger(decision) || decision < 0 || decision > 11 || missing === 3)
    throw new InputError(place, `the decision type ${decision}`, '0 to 11')
  if ((decision & 1) === 0) return numeric(feature, threshold, missing, (decision & 2) !== 0)
  const set = sets[threshold]
  if (set === undefined) throw new InputError(place, `category set ${threshold}`, `one of ${sets.length}`)
  return categorical(feature, set)
}

// -- the JSON ------------------------------------------------------------------------------------------------------------

export function readLightgbmJson(file: string, dump: LightgbmDump, options: TreeOptions): Forest {
  const place = { file }
  const features = 1 + wholeOf(place, dump.max_feature_idx, 'max_feature_idx')
  const outputs = wholeOf(place, dump.num_tree_per_iteration ?? dump.num_class, 'num_tree_per_iteration')
  checkSize(file, features, outputs)
  const names = Array.isArray(dump.feature_names) ? dump.feature_names : []
  if (names.length !== features)
    throw new InputError(
      { file, part: 'feature_names' },
      `${names.length} names`,
      `${features}, as max_feature_idx says`,
    )
  const sets = new BitSets()
  const trees = dump.tree_info.map((tree, t) =>
    dumpTree({ file, part: `tree ${t}` }, tree?.tree_structure, t % outputs, sets),
  )
  const head = {
    version: dump.version ?? '',
    objective: String(dump.objective ?? ''),
    features,
    names,
    outputs,
    average: dump.average_output === true,
    codes: names.map((name) => codesOf(dump.feature_infos?.[name]?.values)),
    pandas: dump.pandas_categorical,
  }
  return forestOf(file, head, trees, options)
}

const codesOf = (values: unknown) => (Array.isArray(values) && values.length > 0 ? values.map(Number) : null)

function dumpTree(place: Place, root: DumpNode, output: number, sets: BitSets): Tree {
  const nodes: TreeNode[] = []
  const queue: DumpNode[] = [root]
  for (let n = 0; n < queue.length; n++) {
    const node = queue[n]!
    const here = { ...place, part: `${place.part}, node ${n}` }
    if (typeof node !== 'object' || node === null) throw new InputError(here, quote(node), 'a node')
    if (node.leaf_coeff !== undefined || node.leaf_const !== undefined)
      throw new InputError(here, 'a linear tree (linear_tree=true)', 'trees with constant leaves')
    if (node.split_feature === undefined) {
      nodes.push(leaf(Number(node.leaf_value ?? NaN), node.leaf_count ?? 0))
      continue
    }
    nodes.push({
      split: dumpSplit(here, node, sets),
      left: queue.length,
      right: queue.length + 1,
      value: 0,
      cover: node.internal_count ?? 0,
    })
    queue.push(node.left_child!, node.right_child!)
  }
  return { output, nodes }
}

function dumpSplit(place: Place, node: DumpNode, sets: BitSets): Split {
  const feature = node.split_feature!
  if (node.decision_type === '==') return categorical(feature, bitsOf(place, String(node.threshold), sets))
  if (node.decision_type !== '<=')
    throw new InputError(place, `the decision ${quote(node.decision_type)}`, '"<=" or "=="')
  const missing = ['None', 'Zero', 'NaN'].indexOf(node.missing_type ?? 'None')
  if (missing < 0)
    throw new InputError(place, `the missing type ${quote(node.missing_type)}`, '"None", "Zero" or "NaN"')
  return numeric(feature, Number(node.threshold), missing, node.default_left === true)
}

/** "0||3||5" as bits. */
function bitsOf(place: Place, text: string, sets: BitSets): Uint32Array {
  const members = text.split('||').map(Number)
  if (!members.every((c) => Number.isInteger(c) && c >= 0 && c < 2 ** 24))
    throw new InputError(place, `the categories ${quote(text)}`, 'numbers from 0 as in "0||3"')
  return sets.of(place, members)
}
