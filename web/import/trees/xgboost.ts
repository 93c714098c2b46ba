/**
 * XGBoost models as `save_model` writes them from 1.0 to 3.4: JSON, or the same in UBJSON. Boosters gbtree and dart; since
 * 3.3 both are named gbtree, and dart is told by its weights.
 *
 * Numbers go left where x < split_condition, both float32; missing values (NaN) take the default direction; categories go
 * right where they are among the split's, everything else left. Margins are float32 sums that begin with
 * base_score, which the file holds as a prediction: the objective's inverse link brings it to a margin.
 */
import { InputError, quote, type Place } from '../../read/errors.js'
import { BitSets, withCategories, type Categories } from './categories.js'
import { treesThatCount } from './rounds.js'
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

/** A share of 0 or 1, as the labels of 3.1 and later may give it, is brought this near to it. */
const EDGE = 1e-6
const logit = (p: number) => Math.fround(-Math.log(Math.fround(1 / Math.min(Math.max(p, EDGE), 1 - EDGE) - 1)))
const log = (p: number) => Math.fround(Math.log(p))
const same = (p: number) => p

/** What a margin becomes, and what margin a base_score is. */
const OBJECTIVES: Record<string, [LinkName, (base: number) => number]> = {
  'reg:squarederror': ['identity', same],
  'reg:linear': ['identity', same],
  'reg:squaredlogerror': ['identity', same],
  'reg:pseudohubererror': ['identity', same],
  'reg:absoluteerror': ['identity', same],
  'reg:quantileerror': ['identity', same],
  'reg:expectileerror': ['identity', same],
  'reg:logistic': ['sigmoid', logit],
  'reg:gamma': ['exp', log],
  'reg:tweedie': ['exp', log],
  'binary:logistic': ['sigmoid', logit],
  'binary:logitraw': ['identity', same],
  'binary:hinge': ['step', same],
  'count:poisson': ['exp', log],
  'survival:cox': ['exp', log],
  'survival:aft': ['exp', log],
  'multi:softmax': ['argmax', same],
  'multi:softprob': ['softmax', same],
  'rank:pairwise': ['identity', same],
  'rank:ndcg': ['identity', same],
  'rank:map': ['identity', same],
}

/** What a row is told of several alphas is not told of each by itself. */
const ALPHAS = ['reg:quantileerror', 'reg:expectileerror']

type Numbers = ArrayLike<number | boolean>

interface XgboostTree {
  left_children: Numbers
  right_children: Numbers
  split_conditions: Numbers
  split_indices: Numbers
  default_left: Numbers
  sum_hessian?: Numbers
  split_type?: Numbers
  categories?: Numbers
  categories_nodes?: Numbers
  categories_segments?: Numbers
  categories_sizes?: Numbers
  tree_param?: { size_leaf_vector?: string | number }
}
interface GbtreeModel {
  trees: XgboostTree[]
  tree_info: Numbers
  gbtree_model_param?: { num_parallel_tree?: string | number }
  iteration_indptr?: Numbers
  weight_drop?: Numbers
  cats?: { enc?: unknown }
}
interface Booster {
  name?: string
  model?: GbtreeModel
  gbtree?: Booster
  weight_drop?: Numbers
}
export interface XgboostModel {
  version?: number[]
  learner: {
    attributes?: Record<string, unknown>
    feature_names?: string[]
    feature_types?: string[]
    gradient_booster: Booster
    learner_model_param: Record<string, unknown>
    objective: { name: string }
  }
}

export function isXgboost(json: unknown): json is XgboostModel {
  return typeof json === 'object' && json !== null && 'learner' in json
}

function isObject(place: Place, found: unknown): void {
  if (Object(found) !== found) throw new InputError(place, quote(found), 'an object, as save_model writes it')
}

export function readXgboost(file: string, model: XgboostModel, options: TreeOptions): Forest {
  const { learner } = model
  isObject({ file, part: 'learner' }, learner)
  isObject({ file, part: 'gradient_booster' }, learner.gradient_booster)
  const objective = learner.objective?.name ?? ''
  const known = Object.hasOwn(OBJECTIVES, objective) ? OBJECTIVES[objective] : undefined
  if (known === undefined)
    throw new InputError({ file, part: 'objective' }, quote(objective), `one of ${Object.keys(OBJECTIVES).join(', ')}`)
  const [link, margin] = known
  const booster = boosterOf(file, learner.gradient_booster)
  const parameters = learner.learner_model_param ?? {}
  const whole = (name: string): number => {
    const value = Number(parameters[name] ?? 0)
    if (!Number.isInteger(value) || value < 0)
      throw new InputError({ file, part: name }, quote(parameters[name]), 'a whole number')
    return value
  }
  if (whole('num_target') > 1 && ALPHAS.includes(objective))
    throw new InputError({ file, part: 'num_target' }, `${objective} of ${whole('num_target')} alphas`, 'one alpha')
  const [outputs, features] = [Math.max(1, whole('num_class'), whole('num_target')), whole('num_feature')]
  checkSize(file, features, outputs)
  const base = baseOf(file, parameters['base_score'], outputs).map((score) => Math.fround(margin(Math.fround(score))))
  if (!base.every(Number.isFinite))
    throw new InputError(
      { file, part: 'base_score' },
      quote(parameters['base_score']),
      `a value that ${objective} can predict`,
    )
  const names = learner.feature_names ?? []
  if (names.length !== 0 && names.length !== features)
    throw new InputError(
      { file, part: 'feature_names' },
      `${names.length ?? 'no'} names`,
      `${features}, as num_feature says`,
    )
  const { trees, tree_info: info } = booster.model
  if (info.length !== trees.length)
    throw new InputError({ file, part: 'tree_info' }, `${info.length} entries`, `${trees.length}, one a tree`)
  const attributes = Object(learner.attributes) as Record<string, unknown>
  const { count, remarks } = treesThatCount(
    { file, ends: roundsOf(booster.model, outputs, attributes), attributes },
    options.rounds,
  )
  const sets = new BitSets()
  const forest = checkForest({
    file,
    origin: `XGBoost ${Array.isArray(model.version) ? model.version.join('.') : ''}`.trim(),
    objective,
    features,
    featureNames: names.length > 0 ? names : Array.from({ length: features }, (_, i) => `f${i}`),
    named: names.length > 0,
    outputs,
    base,
    divisor: 1,
    link,
    scale: 1,
    floatSum: true,
    trees: trees.slice(0, count).map((tree, t) => {
      const weight = booster.weights === null ? null : Number(booster.weights[t] ?? 1)
      return treeOf({ file, part: `tree ${t}` }, tree, Number(info[t]), weight, sets)
    }),
    remarks: [...remarks, ...missingOf(file, attributes)],
  })
  return withCategories(forest, categoriesOf(file, booster.model, features), options.categories)
}

/** How many trees there are up to the end of each round; null where they do not divide into rounds. */
function roundsOf({ trees, ...model }: GbtreeModel, outputs: number, attributes: Record<string, unknown>) {
  const given = Array.from(model.iteration_indptr ?? [], Number)
  if (given.length > 1) {
    const ends = given.slice(1)
    return ends.at(-1) === trees.length && ends.every((end, i) => end >= given[i]!) ? ends : null
  }
  // before 1.4 the number of trees to a round stands in attributes alone
  const { best_iteration: best, best_ntree_limit: limit } = attributes
  const parallel = Number(model.gbtree_model_param?.num_parallel_tree ?? Number(limit ?? NaN) / (Number(best) + 1))
  const size = outputs * (parallel >= 1 ? parallel : 1)
  if (trees.length % size !== 0) return null
  return Array.from({ length: trees.length / size }, (_, i) => size * (i + 1))
}

/** The scikit-learn wrapper's `missing`, which 1.x writes: a number that its rows have where nothing is known. */
function missingOf(file: string, attributes: Record<string, unknown>): string[] {
  const [, value] = /"missing": *([^,}]+)/.exec(String(attributes['scikit_learn'] ?? '')) ?? []
  if (value === undefined || /^(NaN|null|None)$/.test(value.trim())) return []
  return [
    `look: ${file}: it was trained with missing=${value}; only nothing, or NaN, is missing here, and ${value} is a number`,
  ]
}

/** The categories that 3.1 and later keep of a data frame: `enc` has a list for each feature, empty for numbers. */
function categoriesOf(file: string, { cats }: GbtreeModel, features: number): Categories {
  const place = { file, part: 'cats' }
  const encodings = cats?.enc ?? []
  if (!Array.isArray(encodings) || (encodings.length !== 0 && encodings.length !== features))
    throw new InputError(place, quote(encodings), `the categories of ${features} features`)
  const of = new Map<number, readonly unknown[]>()
  encodings.forEach((encoding: { values?: Numbers; offsets?: Numbers } | null, f) => {
    const values = Array.from(encoding?.values ?? [], Number)
    const offsets = encoding?.offsets
    if (offsets !== undefined && offsets.length > 1) of.set(f, textsOf(values, Array.from(offsets, Number)))
    else if (offsets === undefined && values.length > 0) of.set(f, values)
  })
  return { place, of }
}

/** Text i is the bytes from offset i to the next; bytes are signed in the file. */
function textsOf(bytes: number[], offsets: number[]): string[] {
  const data = Uint8Array.from(bytes)
  return offsets.slice(1).map((end, i) => new TextDecoder().decode(data.subarray(offsets[i], end)))
}

/** A dart booster says how much each of its trees counts: around a gbtree, and since 3.3 in it, of the first ones at least. */
function boosterOf(file: string, booster: Booster): { model: GbtreeModel; weights: Numbers | null } {
  const inner = booster.name === 'dart' ? booster.gbtree : booster
  if ((booster.name ?? 'gbtree') !== 'gbtree' && booster.name !== 'dart')
    throw new InputError({ file, part: 'gradient_booster' }, quote(booster.name), '"gbtree" or "dart"')
  const { model } = inner ?? {}
  if (!Array.isArray(model?.trees) || model.tree_info?.length === undefined)
    throw new InputError({ file, part: 'gradient_booster' }, 'no trees', 'a model saved by save_model')
  const weights = model.weight_drop ?? booster.weight_drop ?? null
  if (weights !== null && !(weights.length <= model.trees.length))
    throw new InputError(
      { file, part: 'weight_drop' },
      `${weights.length ?? 'no'} weights`,
      `at most ${model.trees.length}, one a tree`,
    )
  return { model, weights }
}

/** base_score: a number, its text, or a list of one for each output, as text in brackets or as an array. */
function baseOf(file: string, found: unknown, outputs: number): number[] {
  const list = Array.isArray(found)
    ? found.map(Number)
    : String(found ?? '0.5')
        .replace(/^\[|\]$/g, '')
        .split(',')
        .map((part) => (part.trim() === '' ? NaN : Number(part)))
  if (list.some(Number.isNaN) || (list.length !== 1 && list.length !== outputs))
    throw new InputError({ file, part: 'base_score' }, quote(found), `a number, or ${outputs}`)
  return list.length === outputs ? list : new Array<number>(outputs).fill(list[0]!)
}

/** `weight`: of a tree of dart. */
function treeOf(place: Place, tree: XgboostTree, output: number, weight: number | null, made: BitSets): Tree {
  isObject(place, tree)
  const count = tree.left_children?.length ?? 0
  if (Number(tree.tree_param?.size_leaf_vector ?? 0) > 1)
    throw new InputError(place, 'leaves with a vector (multi-target trees)', 'leaves with one value')
  for (const name of ['right_children', 'split_conditions', 'split_indices', 'default_left'] as const)
    if (tree[name]?.length !== count)
      throw new InputError(
        { ...place, part: `${place.part}, ${name}` },
        `${tree[name]?.length ?? 0} values`,
        `${count}`,
      )
  const sets = setsOf(place, tree, made)
  const nodes: TreeNode[] = []
  for (let n = 0; n < count; n++) {
    const left = Number(tree.left_children[n])
    const condition = Math.fround(Number(tree.split_conditions[n]))
    const cover = Number(tree.sum_hessian?.[n] ?? 0)
    const isLeaf = left === -1
    nodes.push({
      split: isLeaf ? null : splitOf({ ...place, part: `${place.part}, node ${n}` }, tree, n, condition, sets),
      left,
      right: Number(tree.right_children[n]),
      value: isLeaf ? (weight === null ? condition : Math.fround(condition * Math.fround(weight))) : 0,
      cover,
    })
  }
  return { output, nodes }
}

function splitOf(place: Place, tree: XgboostTree, n: number, threshold: number, sets: Map<number, Uint32Array>): Split {
  const feature = Number(tree.split_indices[n])
  const missingLeft = Boolean(tree.default_left[n])
  if (Number(tree.split_type?.[n] ?? 0) === 0)
    return { kind: 'number', feature, operator: '<', threshold, missing: 'nan', missingLeft }
  const set = sets.get(n)
  if (set === undefined) throw new InputError(place, 'a categorical split without categories', 'some')
  return { kind: 'category', feature, set, membersLeft: false, missingLeft, cut: false }
}

/** Categories that go right, by node. */
function setsOf(place: Place, tree: XgboostTree, made: BitSets): Map<number, Uint32Array> {
  const categories = Array.from(tree.categories ?? [], Number)
  const nodes = tree.categories_nodes ?? []
  const from = tree.categories_segments ?? []
  const sizes = tree.categories_sizes ?? []
  const sets = new Map<number, Uint32Array>()
  for (let i = 0; i < nodes.length; i++) {
    const [start, size] = [Number(from[i]), Number(sizes[i])]
    const members = categories.slice(start, start + size)
    if (members.length !== size || !members.every((c) => Number.isInteger(c) && c >= 0 && c < 2 ** 24))
      throw new InputError({ ...place, part: `${place.part}, categories` }, 'a damaged list', 'whole numbers from 0')
    sets.set(Number(nodes[i]), made.of({ ...place, part: `${place.part}, node ${nodes[i]}` }, members))
  }
  return sets
}
