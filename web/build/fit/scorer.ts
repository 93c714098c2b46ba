/**
 * Steps of a ranker: a program and its table learn from moments, in the learning core (src/learn/ranking.h). A batch of moments is
 * cut into shares of so many, whatever the number of threads, and what they say is added up in one order: the same seed gives the
 * same bytes with one thread and with many.
 */
import { compile } from '../../import/onnx/compile.js'
import { sizeOf } from '../../import/onnx/model/tensor.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { BATCH, placesOf, type Parameter } from '../models/draw.js'
import { INPUT, TABLE, type RankerDrawing } from '../models/rankers.js'
import { normals } from '../random.js'
import type { Workers } from '../workers.js'

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
/** Parts in which rows of the table step. */
const PARTS = 4
const BETA = [0.9, 0.999] as const
const EPSILON = 1e-8
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
  private readonly parameters: readonly Parameter[]
  private readonly places: { at: number[]; floats: number }
  private readonly bytes: { at: Pointer; length: number }
  private readonly shape: Pointer
  private readonly values: Pointer
  private readonly moments: [Pointer, Pointer]
  private readonly gradient: Pointer
  private readonly table: Pointer
  /** Means of the newest steps' values and table: what it is asked with, and keeps. */
  private readonly means: { values: Pointer; table: Pointer }
  private readonly tableMoments: [Pointer, Pointer]
  private readonly sum: Pointer
  private readonly seen: Pointer
  private readonly touched: Pointer[]
  private readonly met: Pointer
  private readonly adam: Pointer
  private readonly slots: Slot[] = []
  private steps = 0

  constructor(
    private readonly learn: Learn,
    private readonly workers: Workers,
    private readonly plan: ScorerPlan,
    private readonly scenes: Pick<Scenes, 'features' | 'fields' | 'length'>,
    seed: number,
  ) {
    const { rows, width } = plan
    this.parameters = plan.drawing.drawing.parameters
    this.places = placesOf(this.parameters)
    const program = this.compiled()
    this.bytes = { at: learn.put(program.bytes), length: program.bytes.length }
    this.shape = learn.put(program.shape)
    const room = (count: number): Pointer => learn.take(4 * Math.max(1, count))
    const { floats } = this.places
    this.values = room(floats)
    this.moments = [room(floats), room(floats)]
    this.gradient = room(floats)
    this.table = room(rows * width)
    this.tableMoments = [room(rows * width), room(rows * width)]
    this.means = { values: room(floats), table: room(rows * width) }
    this.sum = room(rows * width)
    this.seen = learn.take(Math.max(1, rows))
    this.touched = Array.from({ length: PARTS }, () => room(Math.ceil(rows / PARTS)))
    this.met = learn.take(16 * PARTS)
    this.adam = learn.take(64)
    this.begin(seed)
  }

  drop(): void {
    const { learn } = this
    for (const { ranking, moment, share, out } of this.slots) {
      learn.run('mt_drop_ranking', ranking)
      learn.drop(moment, share, out)
    }
    learn.drop(this.bytes.at, this.shape, this.values, ...this.moments, this.gradient, this.table, ...this.tableMoments)
    learn.drop(this.sum, this.seen, ...this.touched, this.met, this.adam, this.means.values, this.means.table)
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
    const { width } = this.plan
    met.forEach((is, row) => is === 0 && this.rows().fill(0, row * width, (row + 1) * width))
  }

  /** All that is learned. */
  state(): { values: Float32Array; table: Float32Array } {
    return { values: this.all(this.means.values).slice(), table: this.rows(this.means.table).slice() }
  }
  private all(at = this.values): Float32Array {
    return this.learn.f32(at, this.places.floats)
  }
  private rows(at = this.table): Float32Array {
    return this.learn.f32(at, this.plan.rows * this.plan.width)
  }
  /** Parameters of a state, by name. */
  named({ values }: { values: Float32Array }): Map<string, Float32Array> {
    const own = ({ name, shape }: Parameter, p: number): [string, Float32Array] => {
      const at = this.places.at[p]!
      return [name, values.slice(at, at + sizeOf(shape))]
    }
    return new Map(this.parameters.map(own))
  }

  private begin(seed: number): void {
    const normal = normals(seed)
    this.parameters.forEach(({ shape, start }, p) => {
      const own = this.all().subarray(this.places.at[p]!, this.places.at[p]! + sizeOf(shape))
      if ('values' in start) own.set(start.values)
      else if ('value' in start) own.fill(start.value)
      else for (let i = 0; i < own.length; i++) own[i] = start.deviation * normal()
    })
    const rows = this.rows()
    for (let i = 0; i < rows.length; i++) rows[i] = SPREAD * normal()
    if (this.plan.known !== null) rows.set(this.plan.known, rows.length - this.plan.known.length)
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
    learn.u32(slot.share, 4).set([scenes.at, moments.length, slot.moment, seed === 0 ? this.means.values : this.values])
    learn.f32(slot.share, 5)[4] = weight
    learn.u32(slot.share, 6)[5] = seed
    return slot
  }

  /** A step by a batch. Returns the mean loss of a moment. */
  async step(scenes: Staged, moments: Uint32Array, seed: number): Promise<number> {
    const { learn, workers } = this
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
      shares.map(({ ranking, share, out }) => workers.call('mt_train_ranking', ranking, this.table, share, out)),
    )
    const slots = learn.put(Uint32Array.from(shares, ({ ranking }) => ranking))
    let squares = this.gradientOf(slots, shares.length)
    for (let part = 0; part < PARTS; part++) {
      const at = [this.sum, this.seen, this.touched[part]!, this.met + 16 * part]
      learn.call('mt_gather_rankings', slots, shares.length, part, PARTS, ...at)
      squares += learn.f64(this.met + 16 * part, 2)[1]!
    }
    learn.drop(slots)
    this.stepBy(Math.sqrt(squares))
    return shares.reduce((sum, { out }) => sum + learn.f64(out, 1)[0]!, 0)
  }

  private gradientOf(slots: Pointer, count: number): number {
    this.learn.call('mt_gradient_of_rankings', slots, count, this.gradient, this.met)
    return this.learn.f64(this.met, 1)[0]!
  }

  private stepBy(size: number): void {
    const { learn, plan } = this
    const { rate, decay, clip, width } = plan
    learn.f32(this.adam, 5).set([rate, ...BETA, EPSILON, decay])
    learn.u32(this.adam, 6)[5] = ++this.steps
    learn.f32(this.adam, 7)[6] = size > clip ? clip / size : 1
    learn.run('mt_step_dense', this.adam, this.places.floats, this.gradient, this.values, ...this.moments)
    for (let part = 0; part < PARTS; part++) {
      const count = learn.f64(this.met + 16 * part, 1)[0]!
      const at = [this.touched[part]!, count, this.sum, this.seen, this.table, ...this.tableMoments]
      learn.call('mt_step_table', this.adam, width, 0, ...at)
    }
    this.average(this.all(this.means.values), this.all())
    this.average(this.rows(this.means.table), this.rows())
  }

  /** The mean follows: of the first steps all count alike, later ones by how new they are. */
  private average(mean: Float32Array, now: Float32Array): void {
    const share = Math.max(1 - this.plan.memory, 1 / this.steps)
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
