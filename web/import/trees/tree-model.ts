/** A tree model by itself: recognised by its content, run by the core on a matrix of features. */
import { Learn, type Pointer } from '../../learn/learn.js'
import { InputError, quote } from '../../read/errors.js'
import { parseJson } from '../../read/json.js'
import { isLightgbmJson, isLightgbmText, readLightgbmJson, readLightgbmText } from './lightgbm.js'
import { refuseOtherJson, refuseOthers } from './others.js'
import { treesBytes, ZERO, type Forest, type Split, type TreeOptions } from './trees.js'
import { isUbjson, readUbjson } from './ubjson.js'
import { isXgboost, readXgboost } from './xgboost.js'

/**
 * The forest in a model file's bytes; null where they look like no model at all. Errors: a model that is wrong, or of
 * another kind.
 */
export function readForest(file: string, bytes: Uint8Array, options: TreeOptions = {}): Forest | null {
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart()
  if (isLightgbmText(start)) return readLightgbmText(file, new TextDecoder().decode(bytes), options)
  if (isUbjson(bytes)) return forestOf(file, readUbjson(file, bytes), options)
  if (start.startsWith('{') || start.startsWith('['))
    return forestOf(file, jsonOf(file, new TextDecoder().decode(bytes)), options)
  refuseOthers(file, bytes)
  return null
}

function forestOf(file: string, json: unknown, options: TreeOptions): Forest {
  if (isLightgbmJson(json)) return readLightgbmJson(file, json, options)
  if (isXgboost(json)) return readXgboost(file, json, options)
  refuseOtherJson(file, json)
  const keys = Object.keys((json ?? {}) as object).join(', ')
  throw new InputError({ file }, `JSON with the keys ${quote(keys)}`, '"tree_info" of LightGBM or "learner" of XGBoost')
}

/** JSON, and the NaN and Infinity that C++ writers put into it. */
function jsonOf(file: string, text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    try {
      return parseJson(text.replace(/([[,:]\s*)(-?Infinity|-?NaN|-?inf|-?nan)(?=\s*[,\]}])/g, '$1"$2"'))
    } catch {
      throw new InputError(
        { file },
        `damaged JSON (${(error as Error).message.replace(/\s+/g, ' ')})`,
        'a whole model',
        { cause: error },
      )
    }
  }
}

/** What trees say of rows. */
export interface TreePredictions {
  /** [rows][outputs], before the link. */
  margins: Float64Array
  /** [rows][width]. */
  predictions: Float32Array
  width: number
}

/** Rows that go through the core at a time. */
const BLOCK = 1024

/** Trees at work by themselves, in the core. `drop` gives its memory back. */
export class TreeRunner {
  private readonly trees: Pointer
  private readonly width: number

  constructor(
    private readonly learn: Learn,
    private readonly forest: Forest,
    section: Uint8Array = treesBytes(learn, forest),
  ) {
    this.trees = learn.make('mt_make_trees', learn.put(section), section.length)
    this.width = learn.run('mt_predictions_of_trees', this.trees)
  }

  /** An instance of the core with the trees in it. */
  static async start(forest: Forest): Promise<TreeRunner> {
    return new TreeRunner(await Learn.start(), forest)
  }

  /** `rows` [count][features]. */
  predict(rows: Float32Array, count: number): TreePredictions {
    const { learn, trees, width } = this
    const { features, outputs } = this.forest
    const margins = new Float64Array(count * outputs)
    const predictions = new Float32Array(count * width)
    const room = learn.take(learn.run('mt_room_of_trees', trees))
    const marginsAt = learn.take(8 * BLOCK * outputs)
    const predictionAt = learn.take(4 * width)
    for (let from = 0; from < count; from += BLOCK) {
      const n = Math.min(BLOCK, count - from)
      learn.with([rows.subarray(from * features, (from + n) * features)], (at) =>
        learn.run('mt_trees_margins', trees, at, features, n, room, marginsAt),
      )
      margins.set(learn.f64(marginsAt, n * outputs), from * outputs)
      for (let i = 0; i < n; i++) {
        learn.run('mt_trees_link', trees, marginsAt + 8 * i * outputs, predictionAt)
        predictions.set(learn.f32(predictionAt, width), (from + i) * width)
      }
    }
    learn.drop(room, marginsAt, predictionAt)
    return { margins, predictions, width }
  }

  /** What each feature of one row added to the margin of an output, and where that margin would be without them. */
  contribute(row: Float32Array, output = 0): { bias: number; contributions: Float64Array } {
    const { learn, trees } = this
    const { features } = this.forest
    const room = learn.take(learn.run('mt_room_of_trees', trees))
    const out = learn.take(8 * features + 8)
    learn.with([row], (at) => learn.run('mt_contributions_of_trees', trees, at, output, room, out))
    const [bias, ...contributions] = learn.f64(out, features + 1)
    learn.drop(room, out)
    return { bias: bias!, contributions: Float64Array.from(contributions) }
  }
}

/**
 * How many rows of doubles might take another path once rounded to float32. XGBoost rounds its inputs itself, so there
 * are none.
 */
export function roundedApart(forest: Forest, rows: Float64Array, count: number): number {
  if (forest.floatSum) return 0
  const splits = Array.from({ length: forest.features }, () => [] as Split[])
  for (const tree of forest.trees)
    for (const { split } of tree.nodes) if (split !== null) splits[split.feature]!.push(split)
  const thresholds = splits.map((list) => {
    const found = list.flatMap((split) => (split.kind === 'number' ? [split.threshold] : []))
    if (list.some((split) => split.kind === 'number' && split.missing === 'zero')) found.push(ZERO, below(-ZERO))
    return Float64Array.from(found).sort()
  })
  const categories = splits.map((list) => list.some((split) => split.kind === 'category'))
  let apart = 0
  for (let r = 0; r < count; r++) {
    for (let f = 0; f < forest.features; f++) {
      const x = rows[r * forest.features + f]!
      const near = Math.fround(x)
      if (near === x || Number.isNaN(x)) continue
      if (!crosses(thresholds[f]!, x, near) && !(categories[f] && Math.trunc(x) !== Math.trunc(near))) continue
      apart++
      break
    }
  }
  return apart
}

/** The double just below a negative one: x >= -ZERO is not x <= it. */
const below = (x: number) => x * (1 + Number.EPSILON)

/** Whether x <= t and near <= t differ for one of the thresholds, ascending. */
function crosses(thresholds: Float64Array, x: number, near: number): boolean {
  const [low, high] = x < near ? [x, near] : [near, x]
  let [from, to] = [0, thresholds.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (thresholds[middle]! < low) from = middle + 1
    else to = middle
  }
  return from < thresholds.length && thresholds[from]! < high
}
