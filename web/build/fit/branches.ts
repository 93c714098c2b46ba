/**
 * Steps of a scorer of a tree's nodes, in the learning core (src/learn/branches.h). As in stepper.ts a batch is cut into shares whatever
 * the number of threads, and what they say is added up in one order.
 */
import { compile, type Program } from '../../import/onnx/compile.js'
import { sizeOf } from '../../import/onnx/model/tensor.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { BATCH, placesOf, type Parameter } from '../models/draw.js'
import { tdm, type ScorerShape } from '../models/tdm.js'
import { random } from '../random.js'
import type { Workers } from '../workers.js'
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
/** Parts in which rows of the table step. */
const PARTS = 4
const BETA = [0.9, 0.98] as const
const EPSILON = 1e-8
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
  readonly parameters: readonly Parameter[]
  private readonly program: Program
  private readonly places: { at: number[]; floats: number }
  private readonly bytes: Pointer
  private readonly shapeAt: Pointer
  private readonly slots: Slot[] = []
  /** Values, moments and gradient of the parameters; of the table. */
  private readonly values: Pointer
  private readonly moments: [Pointer, Pointer]
  private readonly gradient: Pointer
  private readonly rows: Pointer
  private readonly rowMoments: [Pointer, Pointer]
  private readonly sum: Pointer
  private readonly seen: Pointer
  private readonly touched: Pointer[]
  private readonly met: Pointer
  private readonly adam: Pointer
  private readonly parentsAt: Pointer
  private readonly tableAt: Pointer
  private readonly ends: Pointer
  private steps = 0
  /** What the rate is multiplied by now. */
  pace = 1

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
    this.parameters = drawing.parameters
    this.places = placesOf(this.parameters)
    this.program = compile(drawing.toLearn(score, [BATCH, shape.nodes]), {
      capacity: ROWS,
      training: true,
      perRequest: new Set(drawing.parameters.map(({ name }) => name)),
    })
    const port = (name: string) => this.program.inputs.findIndex((input) => input.name === name)
    const room = (floats: number): Pointer => learn.take(4 * Math.max(1, floats))
    const [floats, cells] = [this.places.floats, tree.rows * shape.width]
    this.bytes = learn.put(this.program.bytes)
    this.shapeAt = learn.put(
      Uint32Array.of(
        ...[shape.length, shape.width, shape.nodes, port('history'), port('mask'), port('asked')],
        ...[this.program.inputs.length, port(drawing.dropouts[0]!.name), drawing.dropouts.length],
        ...[port(this.parameters[0]!.name), this.parameters.length, 0],
      ),
    )
    learn.f32(this.shapeAt, 12)[11] = drop
    this.values = room(floats)
    this.moments = [room(floats), room(floats)]
    this.gradient = room(floats)
    this.rows = room(cells)
    this.rowMoments = [room(cells), room(cells)]
    this.sum = room(cells)
    this.seen = learn.take(tree.rows)
    this.touched = Array.from({ length: PARTS }, () => room(Math.ceil(tree.rows / PARTS)))
    this.met = learn.take(16 * (PARTS + 1))
    this.adam = learn.take(128)
    this.parentsAt = learn.put(tree.parents())
    this.tableAt = learn.put(Uint32Array.of(this.rows, this.parentsAt))
    this.ends = learn.put(Uint32Array.from(levels))
    const normal = normals(seed)
    this.parameters.forEach(({ shape: own, start }, p) => {
      const at = this.all.subarray(this.places.at[p]!, this.places.at[p]! + sizeOf(own))
      if ('values' in start) at.set(start.values)
      else for (let i = 0; i < at.length; i++) at[i] = 'value' in start ? start.value : start.deviation * normal()
    })
    const table = this.table
    for (let i = 0; i < table.length; i++) table[i] = SPREAD * normal()
  }

  drop(): void {
    const { learn } = this
    for (const { branches, ...room } of this.slots) {
      learn.run('mt_drop_branches', branches)
      learn.drop(...Object.values(room))
    }
    learn.drop(this.bytes, this.shapeAt, this.values, ...this.moments, this.gradient, this.rows, ...this.rowMoments)
    learn.drop(this.sum, this.seen, ...this.touched, this.met, this.adam, this.parentsAt, this.tableAt, this.ends)
  }

  /** [rows][width]: each row's own. */
  get table(): Float32Array {
    return this.learn.f32(this.rows, this.tree.rows * this.shape.width)
  }
  private get all(): Float32Array {
    return this.learn.f32(this.values, this.places.floats)
  }
  private get parents(): Uint32Array {
    return this.learn.u32(this.parentsAt, this.tree.rows)
  }

  /** Copies of the parameters, by name. */
  get learned(): Map<string, Float32Array> {
    return new Map(
      this.parameters.map(({ name, shape }, p) => {
        const at = this.places.at[p]!
        return [name, this.all.slice(at, at + sizeOf(shape))]
      }),
    )
  }

  /** A copy of what was learned so far, to return to, with the tree of that time. */
  state(): [Float32Array, Float32Array] {
    return [this.table.slice(), this.all.slice()]
  }
  return([table, all]: [Float32Array, Float32Array], tree: ItemTree): void {
    const { learn, parents } = this
    const went = !(this.table.every(Number.isFinite) && this.all.every(Number.isFinite))
    this.table.set(table)
    this.all.set(all)
    parents.set(tree.parents())
    if (!went) return
    // where numbers have gone to infinity, so have their means
    for (const at of this.moments) learn.f32(at, all.length).fill(0)
    for (const at of this.rowMoments) learn.f32(at, table.length).fill(0)
  }

  /** What each node's vector is: its row with those above it. [rows][width] */
  whole(): Float32Array {
    const { width } = this.shape
    const [whole, { parents }] = [this.table.slice(), this]
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
    const { learn, parents, table } = this
    parents.set(tree.parents())
    table.set(whole)
    for (let row = 0; row < this.tree.rows; row++) {
      const above = parents[row]!
      if (above === NO_NODE) continue
      for (let d = 0; d < width; d++) table[row * width + d]! -= whole[above * width + d]!
    }
    for (const at of this.rowMoments) learn.f32(at, table.length).fill(0)
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
        .set([this.values, own.length, slot.history, slot.asked, slot.wanted, this.levels.length, this.ends])
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

  /** Brings rows that have one above them to the front, in their order; returns how many they are. */
  private belowFirst(rows: Uint32Array): number {
    const { parents } = this
    const below = rows.filter((row) => parents[row] !== NO_NODE)
    const others = rows.filter((row) => parents[row] === NO_NODE)
    rows.set(below)
    rows.set(others, below.length)
    return below.length
  }

  /** A step by a batch. Returns the mean loss of a row. */
  async step(rows: readonly Lesson[]): Promise<number> {
    const { learn, workers, tableAt } = this
    const { width } = this.shape
    const shares = this.shares(rows, 1 / rows.length, this.seed + this.steps + 1)
    await Promise.all(
      shares.map(({ slot }) => workers.call('mt_branches_slot', slot.branches, tableAt, slot.share, slot.out)),
    )
    const slots = learn.put(Uint32Array.from(shares, ({ slot }) => slot.branches))
    const parts = Array.from({ length: PARTS }, (_, part) => part)
    await Promise.all([
      workers.call('mt_branches_dense', slots, shares.length, this.gradient, this.met + 16 * PARTS),
      ...parts.map((part) =>
        workers.call(
          'mt_branches_gather',
          ...[
            slots,
            shares.length,
            tableAt,
            part,
            PARTS,
            this.sum,
            this.seen,
            this.touched[part]!,
            this.met + 16 * part,
          ],
        ),
      ),
    ])
    learn.drop(slots)
    const met = learn.f64(this.met, 2 * (PARTS + 1))
    const squares = parts.reduce((sum, part) => sum + met[2 * part + 1]!, met[2 * PARTS]!)
    const size = Math.sqrt(squares)
    const rate = this.rate * this.pace * Math.min(1, (this.steps + 1) / WARM)
    learn.f32(this.adam, 5).set([rate, ...BETA, EPSILON, 0])
    learn.u32(this.adam, 6)[5] = ++this.steps
    learn.f32(this.adam, 7)[6] = size > CLIP ? CLIP / size : 1
    learn.run('mt_step_dense', this.adam, this.places.floats, this.gradient, this.values, ...this.moments)
    const held = this.adam + 64
    learn.u8(held, 32).set(learn.u8(this.adam, 32))
    learn.f32(held, 5)[4] = this.decay
    const step = (adam: Pointer, rows: Pointer, count: number) =>
      workers.call(
        'mt_step_table',
        ...[adam, width, 0, rows, count, this.sum, this.seen, this.rows, ...this.rowMoments],
      )
    await Promise.all(
      parts.flatMap((part) => {
        const [at, count] = [this.touched[part]!, met[2 * part]!]
        const below = this.belowFirst(learn.u32(at, count))
        return [step(held, at, below), step(this.adam, at + 4 * below, count - below)]
      }),
    )
    return shares.reduce((sum, { slot }) => sum + learn.f64(slot.out, 1)[0]!, 0)
  }
}

/** Of what rows start from. */
const SPREAD = 0.1
/** Rows that are asked at a time. */
const ASKED = 256

/** Roughly normal numbers: the sum of twelve uniforms. */
function normals(seed: number): () => number {
  const draw = random(seed)
  return () => {
    let sum = -6
    for (let i = 0; i < 12; i++) sum += draw()
    return sum
  }
}
