/**
 * Steps: a program and its item table learn from batches of rows, in the learning core (src/learn/fit.h). A batch is cut into shares
 * of about as much work, whatever the number of threads, and what they say is added up in one order: the same seed gives the same
 * bytes with one thread and with many.
 */
import { compile, type Program } from '../../import/onnx/compile.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { BATCH, type Drawing } from '../models/draw.js'
import type { TowerDrawing } from '../models/towers.js'
import { normals } from '../random.js'
import type { Workers } from '../workers.js'
import { Learned, PARTS } from './learned.js'

export interface StepperPlan {
  items: number
  width: number
  /** The lengths of histories that there are programs for, ascending. All have the same parameters. */
  lengths: readonly number[]
  draw: (length: number) => Learnable
  /** Pairs of a row at most. */
  pairs: (length: number) => number
  /** What a step is compared with, at most: a multiple of 4. */
  negatives: number
  drop: number
  loss: number
  /** Of the loss, as src/learn/fit.h says. */
  terms: readonly [number, number]
  /** Deviation of the item table's start, about `start`: [items][width]; null: about zeros. */
  spread: number
  start: Float32Array | null
  /** Item vectors have length 1. */
  unit: boolean
  rate: number
  decay: number
  /** Of src/learn/align.h. 0: not. */
  align: number
  /** Longest gradient of a step; longer ones are shortened to it. 0: never. */
  clip: number
  /** What items are told by besides (src/learn/side.h); null: each by a row of its own alone. */
  side: ItemSide | null
}

/** What learns, of a tower that was drawn, or imported. */
export interface Learnable extends Pick<TowerDrawing, 'output' | 'vectors'> {
  drawing: Pick<Drawing, 'parameters' | 'dropouts' | 'toLearn'>
  /** What a program from elsewhere is fed with; by default items' rows and the mask of a history that ends on the right. */
  fed?: Fed
}

/** How a program reads histories: by the names of its inputs, where it has them. */
export interface Fed {
  /** The items' table, by its own name; null: it reads none. */
  table: string | null
  ids?: string
  mask?: string
  count?: string
  /** What it calls each item, and no item; the vector of no item, where that is not zeros. */
  number: Float32Array
  pad: number
  padding: Float32Array | null
  side: 'left' | 'right' | 'newest'
}

/** content[items][width of a vector], rows of length 1; `drop` is the share of items that a step knows by it alone. */
export interface ItemSide {
  content: Float32Array
  drop: number
  /** Of own rows, in place of the plan's: they say what content does not, and stay small beside it. */
  decay: number
}

/** A history, the newest last, and which vectors of it should be near which items. */
export interface Row {
  person: number
  history: Uint32Array
  /** Of the row's vectors, counted from the last: 0 for the newest. */
  vector: Uint32Array
  target: Uint32Array
  /** What each pair weighs; without, 1. */
  weight?: Float32Array
  /** What its person met before, each once and not in the history: not recommended either. */
  before?: Uint32Array
}

/** What all pairs of a step are compared with: a multiple of 4 of items, NO_ITEM for none. */
export interface Negatives {
  item: Uint32Array
  /** Log of how likely each was drawn, which is taken off its score (logQ); null: all the same. */
  likely: Float32Array | null
}

/** What a pair's vector has to say, as src/learn/fit.h lists it. */
export const LOSS = { softmax: 0, bpr: 1, ccl: 2, gbce: 3 } as const

/** Places of histories that one share holds: more fill the caches, fewer the time between calls. */
const PLACES = 400
export const NO_ITEM = 0xffffffff
/** Negatives that softmax scores at once: their scores by the pairs of a slot stay in the caches. */
const BLOCK = 512
const NO_PORT = 0xffffffff
const BETA = [0.9, 0.98] as const

/** A slot at one length, with room for its share. */
interface Slot {
  fit: Pointer
  history: Pointer
  vector: Pointer
  target: Pointer
  weight: Pointer
  share: Pointer
  loss: Pointer
}

/** Slots of one length. */
interface Bucket {
  length: number
  vectors: number
  /** Of a slot. */
  rows: number
  pairs: number
  program: Program
  bytes: Pointer
  shape: Pointer
  /** What the shape points to. */
  fed: Pointer[]
  side: Fed['side']
  slots: Slot[]
}

export class Stepper {
  /** Parameters, then the item side's projection; rows of items. */
  readonly learned: Learned
  private readonly buckets: Bucket[]
  private readonly negative: Pointer
  private readonly likely: Pointer
  /** Of the item side: its shape, contents, and the rows that the program reads, with their lengths. */
  private readonly side: { shape: Pointer; content: Pointer; whole: Pointer; length: Pointer } | null

  constructor(
    private readonly learn: Learn,
    private readonly workers: Workers,
    private readonly plan: StepperPlan,
    private readonly seed: number,
  ) {
    const { items, width } = plan
    this.buckets = plan.lengths.map((length) => this.bucket(length))
    const { side } = plan
    const { parameters } = plan.draw(plan.lengths.at(-1)!).drawing
    this.learned = new Learned(learn, parameters, items, width, side === null ? 0 : width * width)
    const room = (count: number): Pointer => learn.take(4 * Math.max(1, count))
    this.negative = room(plan.negatives)
    this.likely = room(plan.negatives)
    this.side = side && {
      shape: learn.take(64),
      content: learn.put(side.content),
      whole: room(items * width),
      length: room(items),
    }
    if (this.side !== null) {
      learn.u32(this.side.shape, 2).set([width, Number(plan.unit)])
      learn.f32(this.side.shape, 3)[2] = side!.drop
    }
    this.begin()
  }

  drop(): void {
    const { learn } = this
    for (const { bytes, shape, fed, slots } of this.buckets) {
      for (const { fit, ...room } of slots) {
        learn.run('mt_drop_fit', fit)
        learn.drop(...Object.values(room))
      }
      learn.drop(bytes, shape, ...fed)
    }
    this.learned.drop()
    learn.drop(this.negative, this.likely, ...Object.values(this.side ?? {}))
  }

  /** What items are to the program, [items][width]: rows of their own, with what their content makes of them. */
  async whole(): Promise<Float32Array> {
    if (this.side === null) return this.learned.table
    await this.refresh(0)
    return this.learn.f32(this.side.whole, this.plan.items * this.plan.width)
  }
  /** Where the program reads items. */
  private get read(): Pointer {
    return this.side === null ? this.learned.rows : this.side.whole
  }
  private get projection(): Pointer {
    return this.learned.values + 4 * this.learned.own
  }

  /** The item side anew, with own rows left out by `seed`. */
  private async refresh(seed: number): Promise<void> {
    if (this.side === null) return
    const { shape, content, whole, length } = this.side
    const { items } = this.plan
    const bounds = Array.from({ length: PARTS + 1 }, (_, part) => Math.floor((items * part) / PARTS))
    await Promise.all(
      bounds
        .slice(1)
        .map((last, part) =>
          this.workers.call(
            'mt_whole_items',
            ...[shape, seed, this.learned.rows, content, this.projection, bounds[part]!, last, whole, length],
          ),
        ),
    )
  }

  private begin(): void {
    const normal = normals(this.seed)
    const { learned } = this
    const { all, own, table: items } = learned
    learned.begin(normal)
    const { width, spread, start, side } = this.plan
    if (side !== null) for (let d = 0; d < width; d++) all[own + d * (width + 1)] = 1
    // an item that has a content is nothing else at first
    const isOwn = (at: number) => side?.content.subarray(at - (at % width)).subarray(0, width).every((one) => one === 0) ?? true // prettier-ignore
    for (let i = 0; i < items.length; i++) items[i] = isOwn(i) ? (start?.[i] ?? 0) + spread * normal() : 0
    if (this.plan.unit && this.side === null)
      for (let at = 0; at < items.length; at += this.plan.width) toUnit(items.subarray(at, at + this.plan.width))
  }

  private bucket(length: number): Bucket {
    const { learn, plan } = this
    const { drawing, output, vectors, fed } = plan.draw(length)
    const wanted = Math.max(1, Math.round(PLACES / length))
    const name = fed === undefined ? 'items' : fed.table
    const table = { name: name ?? '', rows: plan.items, width: plan.width }
    const shape = vectors === 1 ? [BATCH, plan.width] : [BATCH, vectors, plan.width]
    const graph = drawing.toLearn(output, shape, table)
    const program = compile(graph, {
      capacity: wanted,
      training: true,
      ...(name !== null && { tables: new Set([name]) }),
      perRequest: new Set(drawing.parameters.map(({ name }) => name)),
    })
    const port = (name: string | undefined) => {
      const at = program.inputs.findIndex((input) => input.name === name)
      return at < 0 ? NO_PORT : at
    }
    const rows = program.capacity
    const pairs = rows * plan.pairs(length)
    const words = new Uint32Array(24)
    const numbers = new Float32Array(words.buffer)
    words.set([
      length,
      plan.width,
      vectors,
      port(program.inputs.find((input) => input.table !== undefined)?.name),
      port(fed === undefined ? 'mask' : fed.mask),
      program.inputs.length,
      port(drawing.dropouts[0]?.name),
      drawing.dropouts.length,
      port(drawing.parameters[0]?.name),
      drawing.parameters.length,
    ])
    numbers[10] = plan.drop
    const block = plan.loss === LOSS.softmax ? Math.min(BLOCK, plan.negatives) : plan.negatives
    words.set([pairs, plan.negatives, block, plan.loss], 11)
    numbers.set(plan.terms, 15)
    const tables = [fed?.number, fed?.padding].map((table) => (table ? learn.put(table) : 0))
    words.set([port(fed?.ids), port(fed?.count)], 17)
    numbers[19] = fed?.pad ?? 0
    words.set(tables, 20)
    const bytes = learn.put(program.bytes)
    const more = { bytes, shape: learn.put(words), fed: tables.filter((at) => at !== 0), slots: [] }
    return { length, vectors, rows, pairs, program, side: fed?.side ?? 'left', ...more }
  }

  private slot(bucket: Bucket, at: number): Slot {
    const { learn } = this
    const found = bucket.slots[at]
    if (found !== undefined) return found
    const { bytes, program, shape, rows, length, pairs } = bucket
    const slot: Slot = {
      fit: learn.make('mt_make_fit', bytes, program.bytes.length, shape),
      history: learn.take(4 * rows * length),
      vector: learn.take(4 * pairs),
      target: learn.take(4 * pairs),
      weight: learn.take(4 * pairs),
      share: learn.take(64),
      loss: learn.take(8),
    }
    bucket.slots.push(slot)
    return slot
  }

  /** Rows by their length, in shares; each with its slot, filled. `scale`: of what pairs weigh; `among`: the items that are asked for. */
  private shares(
    rows: readonly Row[],
    scale: number,
    seed: number,
    among: Pointer = 0,
  ): { bucket: Bucket; slot: Slot; rows: readonly Row[] }[] {
    const { learn, buckets } = this
    const by = buckets.map((): Row[] => [])
    for (const row of rows) {
      const fits = buckets.findIndex(({ length }) => length >= row.history.length)
      by[fits < 0 ? buckets.length - 1 : fits]!.push(row)
    }
    const shares = buckets.flatMap((bucket, b) =>
      Array.from({ length: Math.ceil(by[b]!.length / bucket.rows) }, (_, s) => ({
        bucket,
        slot: this.slot(bucket, s),
        rows: by[b]!.slice(s * bucket.rows, (s + 1) * bucket.rows),
      })),
    )
    shares.forEach(({ bucket, slot, rows: own }, s) => {
      const { length, vectors } = bucket
      const history = learn.u32(slot.history, own.length * length)
      history.fill(NO_ITEM)
      const [vector, target] = [learn.u32(slot.vector, bucket.pairs), learn.u32(slot.target, bucket.pairs)]
      const weight = learn.f32(slot.weight, bucket.pairs)
      let pairs = 0
      own.forEach((row, r) => {
        const kept = row.history.subarray(Math.max(0, row.history.length - length))
        if (bucket.side === 'left') history.set(kept, (r + 1) * length - kept.length)
        else history.set(bucket.side === 'right' ? kept : kept.toReversed(), r * length)
        row.target.forEach((item, t) => {
          const back = row.vector[t]!
          if (back >= vectors) return
          vector[pairs] = (r + 1) * vectors - 1 - back
          weight[pairs] = scale * (row.weight?.[t] ?? 1)
          target[pairs++] = item
        })
      })
      const own4 = [this.learned.values, own.length, slot.history, pairs, slot.vector, slot.target, slot.weight]
      learn
        .u32(slot.share, 15)
        .set([...own4, 0, this.negative, 0, 0, seed === 0 ? 0 : (seed + 0x9e3779b1 * (s + 1)) >>> 0 || 1, among, 0, 0])
    })
    return shares
  }

  /** A step by a batch. Returns the mean loss of a pair. */
  async step(rows: readonly Row[], negatives: Negatives, seed: number): Promise<number> {
    const { learn, workers, plan, learned } = this
    const pairs = rows.reduce((sum, row) => sum + row.target.length, 0)
    await this.refresh(seed)
    const shares = this.shares(rows, 1 / pairs, seed)
    this.compare(shares, negatives)
    await Promise.all(
      shares.map(({ slot }) => workers.call('mt_train_fit', slot.fit, this.read, slot.share, slot.loss)),
    )
    const slots = learn.put(Uint32Array.from(shares, ({ slot }) => slot.fit))
    const parts = Array.from({ length: PARTS }, (_, part) => part)
    await Promise.all([
      workers.call('mt_gather_dense', slots, shares.length, ...learned.gatheringDense),
      ...parts.map((part) => workers.call('mt_gather_fits', slots, shares.length, ...learned.gathering(part))),
    ])
    learn.drop(slots)
    const aligned = plan.align > 0 ? this.alignItems(rows, negatives) : 0
    if (this.side !== null) {
      const by = learned.gradient + 4 * learned.own
      const { shape, content, whole, length } = this.side
      learn.f32(by, learned.all.length - learned.own).fill(0)
      for (const part of parts) {
        const { at, count } = learned.touchedOf(part)
        learn.run('mt_back_items', shape, seed, at, count, content, whole, length, learned.sum, by)
      }
    }
    const { decay, clip, side } = plan
    const how = { rate: this.rateNow(plan.rate), beta: BETA, decay, clip }
    learned.step(how, { ...how, decay: side === null ? decay : side.decay })
    const isUnit = plan.unit && side === null
    await Promise.all(
      parts.map((part) => {
        const { at, count } = learned.touchedOf(part)
        return workers.call('mt_step_table', ...learned.stepping(at, count, { isUnit }))
      }),
    )
    return shares.reduce((sum, { slot }) => sum + learn.f64(slot.loss, 1)[0]!, aligned)
  }

  /** What came next with what was drawn of all items: adds to the gradients of both, which the clipping does not see. */
  private alignItems(rows: readonly Row[], { item }: Negatives): number {
    const { learn, plan } = this
    const shown = Uint32Array.from(rows.flatMap(({ target }) => [...target]))
    const other = item.filter((one) => one !== NO_ITEM)
    const [at, out] = [learn.take(32), learn.take(8)]
    const lists = [shown, other].map((list) => learn.put(list))
    learn.u32(at, 6).set([plan.width, 0, shown.length, other.length, ...lists])
    learn.f32(at, 2)[1] = plan.align
    learn.call('mt_align_items', at, this.read, this.learned.sum, out)
    const loss = learn.f64(out, 1)[0]!
    learn.drop(at, out, ...lists)
    return loss
  }

  private compare(shares: readonly { slot: Slot }[], { item, likely }: Negatives): void {
    const { learn } = this
    learn.u32(this.negative, item.length).set(item)
    if (likely !== null) learn.f32(this.likely, likely.length).set(likely)
    for (const { slot } of shares)
      learn.u32(slot.share, 10).set([item.length, this.negative, likely === null ? 0 : this.likely], 7)
  }

  /** Warm-up: the first steps are small. */
  warm = 0
  /** What the rate is multiplied by now. */
  pace = 1
  private rateNow(rate: number): number {
    return rate * this.pace * Math.min(1, (this.learned.steps + 1) / Math.max(1, this.warm))
  }

  /** For each row the place of its first target among the items that its history does not hold, from 0. `among`: 1 for each item that
   * counts; null: all do. */
  ranks(rows: readonly Row[], among: Uint8Array | null): Promise<Uint32Array> {
    return this.ask(rows, 1, among, 'mt_ranks_of_fit', [])
  }
  /** For each row, of one target each, the items that are nearest and that it does not hold, best first, NO_ITEM where there are no more: [rows][count]. */
  nearest(rows: readonly Row[], count: number, among: Uint8Array | null): Promise<Uint32Array> {
    return this.ask(rows, count, among, 'mt_nearest_of_fit', [count])
  }

  /** What people of a share met before its histories; to be dropped. */
  private tellBefore(slot: Slot, rows: readonly Row[]): Pointer[] {
    const { learn } = this
    if (rows.every(({ before }) => before === undefined)) return []
    const start = new Uint32Array(rows.length + 1)
    rows.forEach(({ before }, r) => (start[r + 1] = start[r]! + (before?.length ?? 0)))
    const met = new Uint32Array(Math.max(1, start.at(-1)!))
    rows.forEach(({ before }, r) => before && met.set(before, start[r]))
    const lists = [learn.put(start), learn.put(met)]
    learn.u32(slot.share, 15).set(lists, 13)
    return lists
  }

  /** Numbers for each row of one target each, `each` of them, in the order of the rows. */
  private async ask(
    rows: readonly Row[],
    each: number,
    among: Uint8Array | null,
    name: string,
    how: number[],
  ): Promise<Uint32Array> {
    const { learn, workers, plan } = this
    const place = new Map(rows.map((row, r) => [row, r]))
    const out = new Uint32Array(rows.length * each)
    const open = among === null ? 0 : learn.put(among)
    await this.refresh(0)
    for (let at = 0; at < rows.length; at += ASKED) {
      const shares = this.shares(rows.slice(at, at + ASKED), 1, 0, open)
      const found = shares.map(({ rows: own }) => learn.take(4 * each * own.length))
      const before = shares.flatMap(({ slot, rows: own }) => this.tellBefore(slot, own))
      await Promise.all(
        shares.map(({ slot }, s) => workers.call(name, slot.fit, this.read, plan.items, slot.share, ...how, found[s]!)),
      )
      shares.forEach(({ rows: own }, s) => {
        const said = learn.u32(found[s]!, each * own.length)
        own.forEach((row, r) => out.set(said.subarray(r * each, (r + 1) * each), place.get(row)! * each))
      })
      learn.drop(...found, ...before)
    }
    if (open !== 0) learn.drop(open)
    return out
  }
}

/** Rows that are asked at a time. */
const ASKED = 256

export function toUnit(row: Float32Array): void {
  const length = Math.hypot(...row)
  if (length > 0) row.forEach((value, d) => (row[d] = value / length))
}
