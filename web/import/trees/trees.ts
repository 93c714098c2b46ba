/**
 * Trees as martello understands them, whoever trained them, and what the device gets of them.
 *
 * A reader (lightgbm.ts, xgboost.ts) turns a model file into a `Forest`, which says what the file says. `treesBytes`
 * brings every split to the one form that src/bundle/trees.h draws, and lets the core write the bytes.
 */
import { LINK } from '../../generated/numbers.js'
import { Learn } from '../../learn/learn.js'
import { InputError, quote } from '../../read/errors.js'

export type LinkName = keyof typeof LINK

/** What a file of trees leaves open. */
export interface TreeOptions {
  /** How many boosting rounds count: "best", up to the best one of early stopping; "all"; or so many. */
  rounds?: 'best' | 'all' | number
  /** What a feature of categories carries: the data frame's values (default), or the trainer's codes from 0. */
  categories?: 'values' | 'codes'
}

/** Where a split sends what: numbers by comparison, categories by a set. Missing is NaN; null: as the rest says. */
export type Split =
  | {
      kind: 'number'
      feature: number
      /** Left where x <= threshold ('<=') or x < threshold ('<'), in double precision. */
      operator: '<=' | '<'
      threshold: number
      /** What counts as missing: nothing (NaN is 0), zeros and NaN, or NaN. */
      missing: 'none' | 'zero' | 'nan'
      missingLeft: boolean
    }
  | {
      kind: 'category'
      feature: number
      /** Bit c % 32 of word c / 32: category c. */
      set: Uint32Array
      /** Members go left; the others right, or the other way round. */
      membersLeft: boolean
      missingLeft: boolean
      /** Numbers are cut to whole ones first, so that -0.5 is category 0; else no negative number is in a set. */
      cut: boolean
    }

/** Nodes by number, the root 0. `split` null: a leaf. */
export interface Tree {
  /** Which output it adds to. */
  output: number
  nodes: TreeNode[]
}
export interface TreeNode {
  split: Split | null
  left: number
  right: number
  /** Of a leaf: what it adds. */
  value: number
  /** How much of the training data came here; 0 where it is not known. */
  cover: number
}

/** A model of trees, whoever trained it. */
export interface Forest {
  file: string
  /** "LightGBM" or "XGBoost", with its version if the file has it. */
  origin: string
  objective: string
  features: number
  /** As the model names them; generated ones (Column_0, f0) where it does not. */
  featureNames: string[]
  /** Whether somebody gave these names. */
  named: boolean
  outputs: number
  /** Where margins start, one an output. */
  base: number[]
  /** Averaged forests: the number of trees an output. */
  divisor: number
  link: LinkName
  /** Margins are multiplied by it before the link. */
  scale: number
  /** Margins are sums of float32, rounded after each tree. */
  floatSum: boolean
  trees: Tree[]
  /** What people should know about how the file was read, in sentences. */
  remarks: string[]
}

/** LightGBM's kZeroThreshold, a float. */
export const ZERO = Math.fround(1e-35)

const HOW = { number: 0, negated: 1, zeroMissing: 2, set: 4, outside: 8, missing: 16, cut: 32 }

const bits = new DataView(new ArrayBuffer(4))

/** The next float32 above a float32; of -0 and 0 the smallest above 0. */
function above(x: number): number {
  if (x === Infinity || Number.isNaN(x)) return x
  if (x === 0) return 2 ** -149
  bits.setFloat32(0, x)
  bits.setInt32(0, bits.getInt32(0) + (x > 0 ? 1 : -1))
  return bits.getFloat32(0)
}

/**
 * The float32 from which on x goes right, for float32 x: the smallest above the threshold for '<=', at or above it for
 * '<'. NaN where nothing does.
 */
export function edgeOf(operator: '<=' | '<', threshold: number): number {
  const near = Math.fround(threshold)
  if (operator === '<') return near >= threshold ? near : above(near)
  if (threshold === Infinity) return NaN
  return near > threshold ? near : above(near)
}

/** What a row must be brought to for a split, and the edge at which it goes to the second child. */
interface Form {
  feature: number
  how: number
  set: Uint32Array
  edge: number
  /** The second child is the left one. */
  swapped: boolean
}

const NO_SET = new Uint32Array(0)

function formOf(split: Split): Form {
  if (split.kind === 'category') {
    const how =
      HOW.set |
      (split.membersLeft ? HOW.outside : 0) |
      (split.missingLeft ? 0 : HOW.missing) |
      (split.cut ? HOW.cut : 0)
    return { feature: split.feature, how, set: split.set, edge: 1, swapped: false }
  }
  const edge = edgeOf(split.operator, split.threshold)
  const zero = split.missing === 'zero' ? HOW.zeroMissing : 0
  // where NaN counts as 0 it goes where 0 goes
  const missingLeft = split.missing === 'none' ? !(0 >= edge) : split.missingLeft
  if (missingLeft) return { feature: split.feature, how: zero, set: NO_SET, edge, swapped: false }
  // left where x < edge, that is -x > -edge; an edge of NaN: every number goes left
  const negated = Number.isNaN(edge) ? -Infinity : edge === -Infinity ? NaN : above(-edge)
  return { feature: split.feature, how: zero | HOW.negated, set: NO_SET, edge: negated, swapped: true }
}

/** The mean of what is below each node, weighted by cover; plain where covers say nothing. */
export function meansOf(tree: Tree): Float64Array {
  const means = new Float64Array(tree.nodes.length)
  for (const n of depthFirst(tree).reverse()) {
    const node = tree.nodes[n]!
    if (node.split === null) means[n] = node.value
    else {
      const [l, r] = [tree.nodes[node.left]!.cover, tree.nodes[node.right]!.cover]
      const share = l >= 0 && r >= 0 && l + r > 0 ? l / (l + r) : 0.5
      means[n] = share * means[node.left]! + (1 - share) * means[node.right]!
    }
  }
  return means
}

/** Nodes that can be reached, parents before children. */
function depthFirst(tree: Tree): number[] {
  const [order, stack] = [[] as number[], [0]]
  while (stack.length > 0) {
    const n = stack.pop()!
    order.push(n)
    const node = tree.nodes[n]!
    if (node.split !== null) stack.push(node.right, node.left)
  }
  return order
}

/** Checked first: lists are made of that many. */
export function checkSize(file: string, features: number, outputs: number): void {
  if (features < 1 || features > 65536) throw new InputError({ file }, `${features} features`, '1 to 65536')
  if (outputs < 1 || outputs > 1024) throw new InputError({ file }, `${outputs} outputs`, '1 to 1024')
}

/** Checks what both readers promise: a tree is a tree, its features exist, its leaves are numbers. */
export function checkForest(forest: Forest): Forest {
  const place = (tree: number, node: number) => ({ file: forest.file, part: `tree ${tree}, node ${node}` })
  const unnamed = forest.featureNames.find((name) => typeof name !== 'string')
  if (unnamed !== undefined) throw new InputError({ file: forest.file, part: 'feature_names' }, quote(unnamed), 'names')
  forest.trees.forEach((tree, t) => {
    const seen = new Uint8Array(tree.nodes.length)
    if (!(Number.isInteger(tree.output) && tree.output >= 0 && tree.output < forest.outputs))
      throw new InputError(place(t, 0), `class ${tree.output}`, `one of ${forest.outputs}`)
    const stack = [0]
    while (stack.length > 0) {
      const n = stack.pop()!
      const node = tree.nodes[n]
      if (node === undefined) throw new InputError(place(t, n), 'no such node', `one of ${tree.nodes.length}`)
      if (seen[n] === 1) throw new InputError(place(t, n), 'a node with two parents', 'a tree')
      seen[n] = 1
      if (node.split === null) {
        if (!(Math.abs(node.value) <= 1e30)) throw new InputError(place(t, n), `the value ${node.value}`, 'a number')
        continue
      }
      const { feature } = node.split
      if (!(Number.isInteger(feature) && feature >= 0 && feature < forest.features))
        throw new InputError(place(t, n), `feature ${quote(feature)}`, `one of ${forest.features}`)
      if (node.split.kind === 'number' && Number.isNaN(node.split.threshold))
        throw new InputError(place(t, n), 'no threshold', 'a number')
      stack.push(node.left, node.right)
    }
  })
  return forest
}

/** Each way of reading a feature once; ways of one feature beside each other, since the core reads it once for its sets. */
class Columns {
  private readonly known = new Map<string, Form>()

  add(form: Form): string {
    const key = `${form.feature} ${form.how} ${form.set.join(' ')}`
    if (!this.known.has(key)) this.known.set(key, form)
    return key
  }

  /** The table that the core gets, its words, and where each key's column is. */
  finish(): { table: number[]; words: number[]; place: Map<string, number> } {
    const ordered = [...this.known].sort(([, a], [, b]) => a.feature - b.feature || a.how - b.how)
    const words: number[] = []
    const table = ordered.flatMap(([, { feature, how, set }]) => {
      const row = [feature, how, words.length, set.length]
      for (const word of set) words.push(word)
      return row
    })
    return { table, words, place: new Map(ordered.map(([key], i) => [key, i])) }
  }
}

const isFloat = (x: number) => Object.is(Math.fround(x), x)

/** The bytes that the device walks: src/bundle/trees.h. */
export function treesBytes(learn: Learn, forest: Forest): Uint8Array {
  const columns = new Columns()
  const starts: number[] = []
  const [edge, child, value]: [number[], number[], number[]] = [[], [], []]
  const keys: string[] = []
  let doubles = false
  const leafColumn = columns.add({ feature: 0, how: HOW.number, set: NO_SET, edge: NaN, swapped: false })
  for (const tree of forest.trees) {
    const first = edge.length
    const means = meansOf(tree)
    const order = [0]
    starts.push(first, tree.output)
    for (let i = 0; i < order.length; i++) {
      const node = tree.nodes[order[i]!]!
      value.push(means[order[i]!]!)
      if (node.split === null) {
        doubles ||= !isFloat(node.value)
        edge.push(NaN)
        child.push(i)
        keys.push(leafColumn)
        continue
      }
      const form = formOf(node.split)
      edge.push(form.edge)
      child.push(order.length)
      keys.push(columns.add(form))
      order.push(...(form.swapped ? [node.right, node.left] : [node.left, node.right]))
    }
  }
  starts.push(edge.length, 0)
  const { table, words, place } = columns.finish()
  const [trees, columnCount] = [forest.trees.length, place.size]
  const head = Uint32Array.of(
    forest.features,
    forest.outputs,
    trees,
    edge.length,
    columnCount,
    words.length,
    Math.max(1, Math.ceil(Math.log2(columnCount))),
    LINK[forest.link],
    (doubles ? 1 : 0) | (forest.floatSum ? 2 : 0),
  )
  return learn.with(
    [
      head,
      Float64Array.of(forest.scale, forest.divisor, ...forest.base),
      Uint32Array.from(starts),
      Float32Array.from(edge),
      Uint32Array.from(child),
      Uint32Array.from(keys, (key) => place.get(key)!),
      Uint32Array.from(table),
      Float64Array.from(value),
      Uint32Array.from(words),
    ],
    (...parts) => {
      const size = learn.run('mt_write_trees', ...parts, 0)
      if (size === 0)
        throw new InputError(
          { file: forest.file },
          `${edge.length} nodes that read ${columnCount} columns`,
          'trees whose nodes times columns stay below 2^32',
        )
      const out = learn.take(size)
      learn.run('mt_write_trees', ...parts, out)
      const written = learn.u8(out, size).slice()
      learn.drop(out)
      return written
    },
  )
}
