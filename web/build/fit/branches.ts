/**
 * Steps of a scorer of a tree's nodes, in the learning core (src/learn/branches.h). As in stepper.ts a batch is cut into shares whatever
 * the number of threads, and what they say is added up in one order.
 */
import { compile, type Program } from '../../import/onnx/compile.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { BATCH } from '../models/draw.js'
import { tdm, type ScorerShape } from '../models/tdm.js'
import { normals } from '../random.js'
import type { Workers } from '../workers.js'
import { Learned, PARTS } from './learned.js'
import type { ItemTree } from './tree.js'

/** A person, the newest item last, and nodes of each level. */
export interface Question {
  history: Uint32Array
  /** [nodes] those of a level together; NO_NODE where there is none. */
  asked: Uint32Array
}

/** … and how likely each should be among those of its level. */
export interface Lesson extends Question {
  wanted: Float32Array
}

export const NO_NODE = 0xffffffff

/** Rows of a share. */
const ROWS = 8
const BETA = [0.9, 0.98] as const
const CLIP = 5
const WARM = 100

interface Slot {
  branches: Pointer
  history: Pointer
  asked: Pointer
  wanted: Pointer
  share: Pointer
  out: Pointer
}

export class Branches {
  readonly learned: Learned
  private readonly program: Program
  private readonly bytes: Pointer
  private readonly shapeAt: Pointer
  private readonly slots: Slot[] = []
  private readonly parentsAt: Pointer
  private readonly tableAt: Pointer
  private readonly ends: Pointer
  /** What the rate is multiplied by now. */
  pace = 1
  /** Nodes above the items learn, and nothing else does. */
  private isSettled = false

  /** `ends`: where each level's nodes end among those that a row is asked about. */
  constructor(
    private readonly learn: Learn,
    private readonly workers: Workers,
    private readonly tree: ItemTree,
    private readonly shape: ScorerShape,
    private readonly levels: readonly number[],
    private readonly rate: number,
    drop: number,
    private readonly decay: number,
    private readonly seed: number,
  ) {
    const { drawing, score } = tdm(shape, true)
    const { parameters } = drawing
    this.learned = new Learned(learn, parameters, tree.rows, shape.width)
    this.program = compile(drawing.toLearn(score, [BATCH, shape.nodes]), {
      capacity: ROWS,
      training: true,
      perRequest: new Set(parameters.map(({ name }) => name)),
    })
    const port = (name: string) => this.program.inputs.findIndex((input) => input.name === name)
    this.bytes = learn.put(this.program.bytes)
    this.shapeAt = learn.put(
      Uint32Array.of(
        ...[shape.length, shape.width, shape.nodes, port('history'), port('mask'), port('asked')],
        ...[this.program.inputs.length, port(drawing.dropouts[0]!.name), drawing.dropouts.length],
        ...[port(parameters[0]!.name), parameters.length, 0],
      ),
    )
    learn.f32(this.shapeAt, 12)[11] = drop
    this.parentsAt = learn.put(tree.parents())
    this.tableAt = learn.put(Uint32Array.of(this.learned.rows, this.parentsAt))
    this.ends = learn.put(Uint32Array.from(levels))
    const normal = normals(seed)
    this.learned.begin(normal)
    const { table } = this.learned
    for (let i = 0; i < table.length; i++) table[i] = SPREAD * normal()
  }

  drop(): void {
    const { learn } = this
    for (const { branches, ...room } of this.slots) {
      learn.run('mt_drop_branches', branches)
      learn.drop(...Object.values(room))
    }
    this.learned.drop()
    learn.drop(this.bytes, this.shapeAt, this.parentsAt, this.tableAt, this.ends)
  }

  private get parents(): Uint32Array {
    return this.learn.u32(this.parentsAt, this.tree.rows)
  }

  /** Of each row the one above it is as in this tree. */
  follow(tree: ItemTree): void {
    this.parents.set(tree.parents())
  }

  /** What each node's vector is: its row with those above it. [rows][width] */
  whole(): Float32Array {
    const { width } = this.shape
    const [whole, { parents }] = [this.learned.table.slice(), this]
    for (let row = this.tree.rows - 1; row >= 0; row--) {
      const above = parents[row]!
      if (above === NO_NODE) continue
      for (let d = 0; d < width; d++) whole[row * width + d]! += whole[above * width + d]!
    }
    return whole
  }

  /** Other vectors for all nodes, and perhaps another order of the leaves. */
  become(whole: Float32Array, tree: ItemTree): void {
    const { width } = this.shape
    const { parents } = this
    const { table } = this.learned
    this.follow(tree)
    table.set(whole)
    for (let row = 0; row < this.tree.rows; row++) {
      const above = parents[row]!
      if (above === NO_NODE) continue
      for (let d = 0; d < width; d++) table[row * width + d]! -= whole[above * width + d]!
    }
    this.learned.forget()
  }

  /** From now on nodes above the items learn alone, each by a vector of its own. */
  settle(): void {
    this.learned.table.set(this.whole())
    this.parents.fill(NO_NODE)
    this.learned.forget()
    this.isSettled = true
  }

  private shares(rows: readonly Question[], weight: number, seed: number): { slot: Slot; rows: readonly Question[] }[] {
    const { learn, shape } = this
    const { length, nodes } = shape
    const count = Math.ceil(rows.length / ROWS)
    while (this.slots.length < count)
      this.slots.push({
        branches: learn.make('mt_make_branches', this.bytes, this.program.bytes.length, this.shapeAt),
        history: learn.take(4 * ROWS * length),
        asked: learn.take(4 * ROWS * nodes),
        wanted: learn.take(4 * ROWS * nodes),
        share: learn.take(64),
        out: learn.take(4 * ROWS * nodes),
      })
    return Array.from({ length: count }, (_, s) => {
      const [slot, own] = [this.slots[s]!, rows.slice(s * ROWS, (s + 1) * ROWS)]
      const history = learn.u32(slot.history, own.length * length).fill(NO_NODE)
      const [asked, wanted] = [learn.u32(slot.asked, own.length * nodes), learn.f32(slot.wanted, own.length * nodes)]
      own.forEach((row, r) => {
        const kept = row.history.subarray(Math.max(0, row.history.length - length))
        history.set(kept, (r + 1) * length - kept.length)
        asked.set(row.asked, r * nodes)
        if ('wanted' in row) wanted.set((row as Lesson).wanted, r * nodes)
      })
      learn
        .u32(slot.share, 7)
        .set([this.learned.values, own.length, slot.history, slot.asked, slot.wanted, this.levels.length, this.ends])
      learn.f32(slot.share, 8)[7] = weight
      learn.u32(slot.share, 9)[8] = seed === 0 ? 0 : (seed + 0x9e3779b1 * (s + 1)) >>> 0 || 1
      return { slot, rows: own }
    })
  }

  /** What each node of each row scores. */
  async scores(rows: readonly Question[]): Promise<Float32Array> {
    const { learn, workers, tableAt } = this
    const { nodes } = this.shape
    const out = new Float32Array(rows.length * nodes)
    for (let at = 0; at < rows.length; at += ASKED) {
      const shares = this.shares(rows.slice(at, at + ASKED), 1, 0)
      await Promise.all(
        shares.map(({ slot }) => workers.call('mt_branches_scores', slot.branches, tableAt, slot.share, slot.out)),
      )
      shares.forEach(({ slot, rows: own }, s) =>
        out.set(learn.f32(slot.out, own.length * nodes), (at + s * ROWS) * nodes),
      )
    }
    return out
  }

  /** Brings rows that do not step as parameters do to the front, in their order; returns how many they are. */
  private ownFirst(rows: Uint32Array): number {
    const { parents, tree } = this
    const isOwn = this.isSettled ? (row: number) => row >= tree.items : (row: number) => parents[row] !== NO_NODE
    const own = rows.filter(isOwn)
    const others = rows.filter((row) => !isOwn(row))
    rows.set(own)
    rows.set(others, own.length)
    return own.length
  }

  /** A step by a batch. Returns the mean loss of a row. */
  async step(rows: readonly Lesson[]): Promise<number> {
    const { learn, workers, tableAt, learned } = this
    const shares = this.shares(rows, 1 / rows.length, this.isSettled ? 0 : this.seed + learned.steps + 1)
    await Promise.all(
      shares.map(({ slot }) => workers.call('mt_branches_slot', slot.branches, tableAt, slot.share, slot.out)),
    )
    const slots = learn.put(Uint32Array.from(shares, ({ slot }) => slot.branches))
    const parts = Array.from({ length: PARTS }, (_, part) => part)
    await Promise.all([
      workers.call('mt_branches_dense', slots, shares.length, ...learned.gatheringDense),
      ...parts.map((part) =>
        workers.call('mt_branches_gather', slots, shares.length, tableAt, ...learned.gathering(part)),
      ),
    ])
    learn.drop(slots)
    const rate = this.rate * this.pace * Math.min(1, (learned.steps + 1) / WARM)
    const how = { rate, beta: BETA, decay: 0, clip: CLIP }
    if (this.isSettled) learned.step({ ...how, rate: 0 }, how)
    else learned.step(how, { ...how, decay: this.decay })
    const step = (rows: Pointer, count: number, asParameters: boolean) =>
      workers.call('mt_step_table', ...learned.stepping(rows, count, { asParameters }))
    await Promise.all(
      parts.flatMap((part) => {
        const { at, count } = learned.touchedOf(part)
        const own = this.ownFirst(learn.u32(at, count))
        return [step(at, own, false), step(at + 4 * own, count - own, true)]
      }),
    )
    return shares.reduce((sum, { slot }) => sum + learn.f64(slot.out, 1)[0]!, 0)
  }
}

/** Of what rows start from. */
const SPREAD = 0.1
/** Rows that are asked at a time. */
const ASKED = 256
