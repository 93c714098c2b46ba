/**
 * Steps of a ranker: a program and its table learn from moments, in the learning core (src/learn/ranking.h). A batch of moments is
 * cut into shares of so many, whatever the number of threads, and what they say is added up in one order: the same seed gives the
 * same bytes with one thread and with many.
 */
import { compile } from '../../import/onnx/compile.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { BATCH } from '../models/draw.js'
import { INPUT, TABLE, type RankerDrawing } from '../models/rankers.js'
import { normals } from '../random.js'
import type { Workers } from '../workers.js'
import { Learned, PARTS, type LearnedState } from './learned.js'

export interface ScorerPlan {
  drawing: RankerDrawing
  /** Of a row of the table, and how many there are. */
  width: number
  rows: number
  /** The last rows of the table, which stay as they are; null: all are learned. */
  known: Float32Array | null
  /** Rows of the longest moment that is learned from. */
  longest: number
  drop: number
  rate: number
  decay: number
  /** What a mean of steps keeps of itself at each. */
  memory: number
  /** Longest gradient of a step; longer ones are shortened to it. */
  clip: number
}

/** Moments as a scorer sees them: ids are rows of its table. */
export interface Scenes {
  start: Uint32Array
  label: Float32Array
  /** [rows][features], [rows][fields], [rows], [moments][length] */
  features: number
  x: Float32Array
  fields: number
  field: Uint32Array
  item: Uint32Array
  length: number
  history: Uint32Array
}

/** Scenes in the core's memory. */
export interface Staged {
  at: Pointer
  arrays: Pointer[]
  start: Uint32Array
  moments: number
}

/** Moments of a share, and of a share that is scored alone. */
const EACH = 4
const EACH_SCORED = 32
const NO_ROW = 0xffffffff
const BETA = [0.9, 0.999] as const
/** Deviation of the table's start. */
const SPREAD = 0.02

/** A program with its memory, and a share that it is given. */
interface Slot {
  ranking: Pointer
  moment: Pointer
  share: Pointer
  out: Pointer
}

export class Scorer {
  private readonly learned: Learned
  private readonly bytes: { at: Pointer; length: number }
  private readonly shape: Pointer
  /** Means of the newest steps' values and table: what it is asked with, and keeps. */
  private readonly means: { values: Pointer; table: Pointer }
  private readonly slots: Slot[] = []

  constructor(
    private readonly learn: Learn,
    private readonly workers: Workers,
    private readonly plan: ScorerPlan,
    private readonly scenes: Pick<Scenes, 'features' | 'fields' | 'length'>,
    seed: number,
  ) {
    this.learned = new Learned(learn, plan.drawing.drawing.parameters, plan.rows, plan.width)
    const program = this.compiled()
    this.bytes = { at: learn.put(program.bytes), length: program.bytes.length }
    this.shape = learn.put(program.shape)
    const { all, table } = this.learned
    this.means = { values: learn.take(all.byteLength), table: learn.take(table.byteLength) }
    this.begin(seed)
  }

  drop(): void {
    const { learn } = this
    for (const { ranking, moment, share, out } of this.slots) {
      learn.run('mt_drop_ranking', ranking)
      learn.drop(moment, share, out)
    }
    this.learned.drop()
    learn.drop(this.bytes.at, this.shape, this.means.values, this.means.table)
  }

  /** Puts scenes into the core's memory; give them back with unstage(). */
  stage({ start, label, features, x, fields, field, item, length, history }: Scenes): Staged {
    const { learn } = this
    const arrays = [start, x, field, item, history, label].map((array) => learn.put(array))
    const [starts, xs, field_, items, histories, labels] = arrays as [number, number, number, number, number, number]
    const moments = start.length - 1
    const at = learn.put(
      Uint32Array.of(moments, starts, features, xs, fields, field_, items, length, histories, labels),
    )
    return { at, arrays, start, moments }
  }
  unstage({ at, arrays }: Staged): void {
    this.learn.drop(at, ...arrays)
  }

  /** Rows of the table that nothing will teach are zeros. */
  silence(met: Uint8Array): void {
    this.learned.silence(met)
  }

  /** All that is learned: the means. */
  state(): LearnedState {
    const { values, table } = this.meansNow
    return { values: values.slice(), table: table.slice() }
  }
  private get meansNow(): LearnedState {
    const { learn, means, learned } = this
    return { values: learn.f32(means.values, learned.all.length), table: learn.f32(means.table, learned.table.length) }
  }
  /** Parameters of a state, by name. */
  named({ values }: LearnedState): Map<string, Float32Array> {
    return this.learned.named(values)
  }

  private begin(seed: number): void {
    const normal = normals(seed)
    this.learned.begin(normal)
    const { table } = this.learned
    for (let i = 0; i < table.length; i++) table[i] = SPREAD * normal()
    if (this.plan.known !== null) table.set(this.plan.known, table.length - this.plan.known.length)
  }

  private compiled(): { bytes: Uint8Array; shape: Uint32Array } {
    const { drawing, score } = this.plan.drawing
    const { rows, width, longest, drop, known } = this.plan
    const frozen = known === null ? NO_ROW : rows - known.length / width
    const { features, fields, length } = this.scenes
    const tables = [TABLE.categories, TABLE.items]
    const graph = drawing.toLearn(score, [BATCH, 1], ...tables.map((name) => ({ name, rows, width })))
    const { bytes, inputs } = compile(graph, {
      capacity: longest,
      training: true,
      tables: new Set(tables),
      perRequest: new Set([INPUT.history, INPUT.mask, ...drawing.parameters.map(({ name }) => name)]),
    })
    const port = (name: string | undefined) => inputs.findIndex((input) => input.name === name) >>> 0
    /** Of the rows that ids look up. */
    const looked = (ids: string) =>
      inputs.findIndex(({ table }) => table !== undefined && inputs[table.ids]!.name === ids) >>> 0
    const words = new Uint32Array(18)
    words.set([width, port(INPUT.numbers), port(INPUT.known), looked(INPUT.categories), looked(INPUT.item)])
    words.set([looked(INPUT.history), port(INPUT.mask), inputs.length], 5)
    words.set([port(drawing.dropouts[0]?.name), drawing.dropouts.length], 8)
    words.set([port(drawing.parameters[0]?.name), drawing.parameters.length], 10)
    new Float32Array(words.buffer)[12] = drop
    words.set([frozen, features, fields, length, EACH], 13)
    return { bytes, shape: words }
  }

  private slot(at: number): Slot {
    const { learn } = this
    this.slots[at] ??= {
      ranking: learn.make('mt_make_ranking', this.bytes.at, this.bytes.length, this.shape),
      moment: learn.take(4 * EACH_SCORED),
      share: learn.take(64),
      out: learn.take(8),
    }
    return this.slots[at]
  }

  /** A slot with its share of a batch. */
  private filled(at: number, scenes: Staged, moments: Uint32Array, weight: number, seed: number): Slot {
    const { learn } = this
    const slot = this.slot(at)
    learn.u32(slot.moment, moments.length).set(moments)
    learn
      .u32(slot.share, 4)
      .set([scenes.at, moments.length, slot.moment, seed === 0 ? this.means.values : this.learned.values])
    learn.f32(slot.share, 5)[4] = weight
    learn.u32(slot.share, 6)[5] = seed
    return slot
  }

  /** A step by a batch. Returns the mean loss of a moment. */
  async step(scenes: Staged, moments: Uint32Array, seed: number): Promise<number> {
    const { learn, workers, learned } = this
    const shares = Array.from({ length: Math.ceil(moments.length / EACH) }, (_, s) =>
      this.filled(
        s,
        scenes,
        moments.subarray(EACH * s, EACH * (s + 1)),
        1 / moments.length,
        (seed + 0x9e3779b1 * (s + 1)) >>> 0 || 1,
      ),
    )
    await Promise.all(
      shares.map(({ ranking, share, out }) => workers.call('mt_train_ranking', ranking, learned.rows, share, out)),
    )
    const slots = learn.put(Uint32Array.from(shares, ({ ranking }) => ranking))
    learn.call('mt_gradient_of_rankings', slots, shares.length, ...learned.gatheringDense)
    for (let part = 0; part < PARTS; part++)
      learn.call('mt_gather_rankings', slots, shares.length, ...learned.gathering(part))
    learn.drop(slots)
    const { rate, decay, clip } = this.plan
    learned.step({ rate, beta: BETA, decay, clip })
    for (let part = 0; part < PARTS; part++) {
      const { at, count } = learned.touchedOf(part)
      learn.call('mt_step_table', ...learned.stepping(at, count))
    }
    const { values, table } = this.meansNow
    this.average(values, learned.all)
    this.average(table, learned.table)
    return shares.reduce((sum, { out }) => sum + learn.f64(out, 1)[0]!, 0)
  }

  /** The mean follows: of the first steps all count alike, later ones by how new they are. */
  private average(mean: Float32Array, now: Float32Array): void {
    const share = Math.max(1 - this.plan.memory, 1 / this.learned.steps)
    for (let i = 0; i < mean.length; i++) mean[i]! += share * (now[i]! - mean[i]!)
  }

  /** What each row scores. */
  async scores(scenes: Staged): Promise<Float64Array> {
    const { learn, workers } = this
    const { start, moments } = scenes
    const scores = learn.take(8 * Math.max(1, start[moments]!))
    const all = Uint32Array.from({ length: moments }, (_, moment) => moment)
    const at = (share: number) => EACH_SCORED * share
    const count = Math.ceil(moments / EACH_SCORED)
    for (let first = 0; first < count; first += SCORED_AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(SCORED_AT_ONCE, count - first) }, (_, s) => {
          const own = all.subarray(at(first + s), at(first + s + 1))
          const { ranking, share } = this.filled(s, scenes, own, 0, 0)
          return workers.call('mt_scores_of_ranking', ranking, this.means.table, share, scores + 8 * start[own[0]!]!)
        }),
      )
    const found = learn.f64(scores, start[moments]!).slice()
    learn.drop(scores)
    return found
  }
}

const SCORED_AT_ONCE = 8
