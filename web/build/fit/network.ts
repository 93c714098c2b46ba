/**
 * A ranker of vectors, from rows of moments: which features it is told as numbers and which as categories, how it is trained, and
 * what it is when it has learned: a graph like one that an ONNX file brings, with what its inputs are fed with.
 */
import type { InputConfig } from '../models/bind.js'
import { deepfm } from '../models/deepfm.js'
import { din } from '../models/din.js'
import { fm } from '../models/fm.js'
import { logistic } from '../models/logistic.js'
import { BATCH } from '../models/draw.js'
import { examples, INPUT, TABLE, type RankerDrawing, type RankerShape } from '../models/rankers.js'
import type { Tower } from '../models/tower.js'
import { random } from '../random.js'
import type { FeaturePlan } from '../sections/features.js'
import { LearnError, type Learn } from '../../learn/learn.js'
import { tensor } from '../../import/onnx/model/tensor.js'
import type { Workers } from '../workers.js'
import type { RankerName } from './config.js'
import type { Replayed } from './replayed.js'
import { shuffle } from './rows.js'
import { Scorer, type Scenes, type Staged } from './scorer.js'

/** One that is drawn. */
export type NetworkName = Exclude<RankerName, 'lambdamart'>

/** How one is trained; in the build record. */
export interface NetworkPlan {
  width: number
  /** Of the layers between. */
  hidden: number
  /** Edges of a number's bins are so many and one. */
  bins: number
  /** Newest events that it looks at; 0: none. */
  length: number
  drop: number
  /** Moments of a step. */
  batch: number
  rate: number
  decay: number
  /** What the mean of steps, which ranks, keeps of itself at each. */
  memory: number
}

interface Network {
  draw: (shape: RankerShape, learning: boolean) => RankerDrawing
  /** Of the table's rows. */
  table: (width: number) => number
  usual: NetworkPlan
}

const USUAL: NetworkPlan = { width: 8, hidden: 32, bins: 8, length: 0, drop: 0, batch: 32, rate: 0.003, decay: 0, memory: 0.99 } // prettier-ignore
export const NETWORKS: Record<NetworkName, Network> = {
  logistic: { draw: logistic, table: () => 1, usual: { ...USUAL, width: 1, rate: 0.01 } },
  fm: { draw: fm, table: (width) => 1 + width, usual: USUAL },
  deepfm: { draw: deepfm, table: (width) => 1 + width, usual: USUAL },
  din: { draw: din, table: (width) => width, usual: { ...USUAL, width: 16, length: 32 } },
}

const CLIP = 5
const NO_ITEM = 0xffffffff
/** Categories of all features that have a row each: more are a cross of too many buckets, and would be most of a bundle. */
const MOST_VALUES = 1 << 18

/** What a network is told of a bundle's features. */
export interface Told {
  /** Features that are numbers, and those that are categories, by their place among all. */
  numbers: number[]
  categories: number[]
  shape: RankerShape
}

/** By what the features are, and how the numbers of these rows lie. */
export function toldOf(
  plan: FeaturePlan,
  isCategory: Uint8Array,
  rows: Replayed,
  items: number,
  how: NetworkPlan,
): Told {
  // prettier-ignore
  const places = plan.features.map((_, f) => f)
  const [numbers, categories] = [places.filter((f) => !isCategory[f]), places.filter((f) => isCategory[f])]
  const shape = {
    numbers: numbers.map((f) => edgesOf(columnOf(rows, f), how.bins)),
    categories: categories.map((f) => 2 + columnOf(rows, f).reduce((most, value) => Math.max(most, value), 0)),
    items,
    width: how.width,
    length: how.length,
    hidden: how.hidden,
  }
  return { numbers, categories, shape }
}

/** What is known of a feature. */
const columnOf = ({ x, features, label }: Replayed, f: number): Float32Array =>
  Float32Array.from(label, (_, row) => x[row * features + f]!).filter((value) => Number.isFinite(value))

/** Edges between which equally many of the values lie. */
export function edgesOf(values: Float32Array, bins: number): number[] {
  const sorted = values.slice().sort()
  return Array.from({ length: bins + 1 }, (_, edge) => sorted[Math.round((edge / bins) * (sorted.length - 1))] ?? 0)
}

export class NetworkRanker {
  private readonly scorer: Scorer
  private readonly scenes: Staged
  private readonly order: Uint32Array
  private readonly draw: () => number
  private kept: ReturnType<Scorer['state']>
  private step = 0

  constructor(
    learn: Learn,
    workers: Workers,
    private readonly kind: NetworkName,
    private readonly told: Told,
    private readonly how: NetworkPlan,
    rows: Replayed,
    /** Of items, [items][width], which stay as they are; null: they are learned. */
    vectors: Float32Array | null,
    seed: number,
  ) {
    const { draw, table } = NETWORKS[kind]
    const { categories, items } = told.shape
    const scenes = this.scenesOf(rows)
    const [width, valued] = [table(how.width), categories.reduce((sum, size) => sum + size, 0)]
    if (valued > MOST_VALUES)
      throw new LearnError(
        `features of ${valued} categories in all, where ${MOST_VALUES} can be learned; give crosses fewer buckets`,
      )
    const longest = rows.start.reduce((most, at, i) => Math.max(most, at - (rows.start[i - 1] ?? 0)), 1)
    const { drop, rate, decay } = how
    const passSteps = Math.ceil((rows.start.length - 1) / how.batch)
    const memory = Math.min(how.memory, Math.max(0, 1 - 2 / passSteps)) // half a pass at most
    const plan = {
      width,
      known: how.length > 0 ? vectors : null,
      rows: valued + (how.length > 0 ? items : 0),
      longest,
      drop,
      rate,
      decay,
      memory,
      clip: CLIP,
    }
    this.scorer = new Scorer(learn, workers, { ...plan, drawing: draw(told.shape, true) }, scenes, seed)
    const met = metIn(scenes, plan.rows)
    if (plan.known !== null) met.fill(1, valued)
    this.scorer.silence(met)
    this.scenes = this.scorer.stage(scenes)
    this.order = Uint32Array.from({ length: rows.start.length - 1 }, (_, moment) => moment)
    this.draw = random(seed ^ 0x3c6ef372)
    this.kept = this.scorer.state()
  }

  drop(): void {
    this.scorer.unstage(this.scenes)
    this.scorer.drop()
  }

  /** A pass over all moments, while there is time; false where it was over before, or numbers went to infinity. */
  async pass(isTime: () => boolean, told: (part: number) => void): Promise<boolean> {
    const { order, how } = this
    shuffle(order, this.draw)
    for (let at = 0; at < order.length; at += how.batch) {
      if (!isTime()) return false
      const loss = await this.scorer.step(this.scenes, order.slice(at, at + how.batch), ++this.step)
      if (!Number.isFinite(loss)) return false
      told(at / order.length)
    }
    return true
  }

  /** What each row of other moments scores. */
  async scores(rows: Replayed): Promise<Float64Array> {
    const staged = this.scorer.stage(this.scenesOf(rows))
    try {
      return await this.scorer.scores(staged)
    } finally {
      this.scorer.unstage(staged)
    }
  }

  /** From here on, model() is of what it has learned by now. */
  keep(): void {
    this.kept = this.scorer.state()
  }

  /** As if it were imported. `names`: of all features. */
  model(names: readonly string[]): Tower {
    const { told, kind, kept, scorer } = this
    const { drawing, score } = NETWORKS[kind].draw(told.shape, false)
    const width = NETWORKS[kind].table(this.how.width)
    const rows = told.shape.categories.reduce((sum, size) => sum + size, 0)
    const part = (from: number, to: number) =>
      tensor('float', [to - from, width], kept.table.slice(from * width, to * width))
    const graph = drawing.learned(
      score,
      [BATCH, 1],
      scorer.named(kept),
      { name: TABLE.categories, values: part(0, rows) },
      { name: TABLE.items, values: part(rows, kept.table.length / width) },
    )
    const named = (places: readonly number[]) => places.map((f) => names[f]!)
    const numbers = { from: 'features', fields: named(told.numbers) } as const
    const feeds: Record<string, InputConfig> = {
      [INPUT.numbers]: numbers,
      [INPUT.known]: { ...numbers, scale: 0, shift: 1 },
      [INPUT.categories]: { from: 'features', fields: named(told.categories), shift: 1 },
      [INPUT.item]: { from: 'candidate' },
      [INPUT.history]: { from: 'history' },
      [INPUT.mask]: { from: 'mask' },
    }
    const inputs = Object.fromEntries(graph.inputs.map(({ name }) => [name, feeds[name]!]))
    return { graph, golden: null, trained: { inputs, examples: (draw) => examples(told.shape, draw) } }
  }

  private scenesOf(rows: Replayed): Scenes {
    const { told, how } = this
    const { numbers, categories, shape } = told
    const { x, features, start, label } = rows
    let first = 0
    const firsts = shape.categories.map((size) => (first += size) - size)
    const at = (row: number, f: number) => x[row * features + f]!
    const table = <T extends Float32Array | Uint32Array>(
      out: T,
      places: readonly number[],
      of: (value: number, i: number) => number,
    ): T => {
      // prettier-ignore
      for (let row = 0, to = 0; row < label.length; row++)
        for (let i = 0; i < places.length; i++) out[to++] = of(at(row, places[i]!), i)
      return out
    }
    const history = new Uint32Array(rows.history.length * how.length).fill(NO_ITEM)
    rows.history.forEach((own, moment) => {
      const newest = own.subarray(Math.max(0, own.length - how.length))
      history.set(newest.map((item) => first + item), (moment + 1) * how.length - newest.length) // prettier-ignore
    })
    /** Of a category's rows the first is of what is not known, as is a value that these rows were not told of. */
    const place = (value: number, i: number) => firsts[i]! + (value + 1 < shape.categories[i]! ? value + 1 : 0)
    return {
      start,
      label,
      features: numbers.length,
      x: table(new Float32Array(label.length * numbers.length), numbers, (value) => value),
      fields: categories.length,
      field: table(new Uint32Array(label.length * categories.length), categories, place),
      item: rows.item.map((item) => first + item),
      length: how.length,
      history,
    }
  }
}

/** 1: a row of the table that these scenes speak of. */
function metIn({ field, item, history, length }: Scenes, rows: number): Uint8Array {
  const met = new Uint8Array(rows)
  for (const row of field) met[row] = 1
  if (length === 0) return met
  for (const row of item) met[row] = 1
  for (const row of history) if (row !== NO_ITEM) met[row] = 1
  return met
}
