/**
 * What steps learn, in the learning core's memory (src/learn/fit.h): parameters of a program and rows of a table, with their gradients
 * and the moments of Adam (Kingma & Ba 2015). Rows step in parts, so that threads can do it together, and the same bytes come of it
 * whatever their number.
 */
import { sizeOf } from '../../import/onnx/model/tensor.js'
import type { Learn, Pointer } from '../../learn/learn.js'
import { placesOf, type Parameter } from '../models/draw.js'

/** Copies of all that was learned. */
export interface LearnedState {
  values: Float32Array
  table: Float32Array
}

/** How a step is made. */
export interface Adam {
  rate: number
  beta: readonly [number, number]
  decay: number
  /** Longest gradient; longer ones are shortened to it. 0: never. */
  clip: number
}

const EPSILON = 1e-8
/** Parts in which rows step. */
export const PARTS = 4
/** Bytes of a part's, or of the parameters', count and sum of squares. */
const MET = 16
/** … and of how a step is made: of the parameters, then of rows. */
const ADAM = 32

export class Learned {
  readonly values: Pointer
  readonly gradient: Pointer
  readonly rows: Pointer
  /** Gradients of rows. */
  readonly sum: Pointer
  /** Floats of the parameters that the program has; what else is learned follows them. */
  readonly own: number
  steps = 0
  private readonly at: number[]
  private readonly moments: [Pointer, Pointer]
  private readonly rowMoments: [Pointer, Pointer]
  private readonly seen: Pointer
  private readonly touched: Pointer[]
  private readonly met: Pointer
  private readonly adam: Pointer

  constructor(
    private readonly learn: Learn,
    readonly parameters: readonly Parameter[],
    private readonly count: number,
    readonly width: number,
    private readonly more = 0,
  ) {
    const { at, floats } = placesOf(parameters)
    ;[this.at, this.own] = [at, floats]
    const room = (floats: number): Pointer => learn.take(4 * Math.max(1, floats))
    const [values, cells] = [floats + more, count * width]
    this.values = room(values)
    this.moments = [room(values), room(values)]
    this.gradient = room(values)
    this.rows = room(cells)
    this.rowMoments = [room(cells), room(cells)]
    this.sum = room(cells)
    this.seen = learn.take(Math.max(1, count))
    this.touched = Array.from({ length: PARTS }, () => room(Math.ceil(count / PARTS)))
    this.met = learn.take(MET * (PARTS + 1))
    this.adam = learn.take(2 * ADAM)
  }

  drop(): void {
    const { learn } = this
    learn.drop(this.values, ...this.moments, this.gradient, this.rows, ...this.rowMoments)
    learn.drop(this.sum, this.seen, ...this.touched, this.met, this.adam)
  }

  /** All parameters, as they lie. */
  get all(): Float32Array {
    return this.learn.f32(this.values, this.own + this.more)
  }
  /** [rows][width] */
  get table(): Float32Array {
    return this.learn.f32(this.rows, this.count * this.width)
  }

  /** Parameters as they are drawn. */
  begin(normal: () => number): void {
    this.parameters.forEach(({ shape, start }, p) => {
      const own = this.all.subarray(this.at[p]!, this.at[p]! + sizeOf(shape))
      if ('values' in start) own.set(start.values)
      else if ('value' in start) own.fill(start.value)
      else for (let i = 0; i < own.length; i++) own[i] = start.deviation * normal()
    })
  }

  /** Copies of parameters, by name. */
  named(values = this.all): Map<string, Float32Array> {
    const own = ({ name, shape }: Parameter, p: number): [string, Float32Array] => {
      const at = this.at[p]!
      return [name, values.slice(at, at + sizeOf(shape))]
    }
    return new Map(this.parameters.map(own))
  }

  /** Rows that nothing will teach are zeros. */
  silence(met: Uint8Array): void {
    const { width, table } = this
    met.forEach((is, row) => is === 0 && table.fill(0, row * width, (row + 1) * width))
  }

  /** A copy of what was learned so far, to return to. */
  state(): LearnedState {
    return { values: this.all.slice(), table: this.table.slice() }
  }
  return({ values, table }: LearnedState): void {
    const went = !(this.table.every(Number.isFinite) && this.all.every(Number.isFinite))
    this.all.set(values)
    this.table.set(table)
    if (!went) return
    // where numbers have gone to infinity, so have their means
    for (const at of this.moments) this.learn.f32(at, values.length).fill(0)
    this.forget()
  }
  /** Rows step as if they had not before. */
  forget(): void {
    for (const at of this.rowMoments) this.learn.f32(at, this.count * this.width).fill(0)
  }

  /** What the core gathers the gradients of rows ≡ part with, and those of the parameters. */
  gathering(part: number): Pointer[] {
    return [part, PARTS, this.sum, this.seen, this.touched[part]!, this.met + MET * part]
  }
  get gatheringDense(): Pointer[] {
    return [this.gradient, this.met + MET * PARTS]
  }
  /** Rows that were met of a part. */
  touchedOf(part: number): { at: Pointer; count: number } {
    return { at: this.touched[part]!, count: this.learn.f64(this.met + MET * part, 1)[0]! }
  }

  /** Parameters step by what was gathered; `rows`: how rows do. */
  step(how: Adam, rows = how): void {
    const { learn } = this
    const met = learn.f64(this.met, 2 * (PARTS + 1))
    let squares = met[2 * PARTS]!
    for (let part = 0; part < PARTS; part++) squares += met[2 * part + 1]!
    const size = Math.sqrt(squares)
    this.steps++
    ;[how, rows].forEach(({ rate, beta, decay, clip }, n) => {
      const at = this.adam + ADAM * n
      learn.f32(at, 5).set([rate, ...beta, EPSILON, decay])
      learn.u32(at, 6)[5] = this.steps
      learn.f32(at, 7)[6] = clip > 0 && size > clip ? clip / size : 1
    })
    learn.run('mt_step_dense', this.adam, this.own + this.more, this.gradient, this.values, ...this.moments)
  }

  /** … and what the core steps rows that were met with, in the same step; or those that step as parameters do. */
  stepping(at: Pointer, count: number, { asParameters = false, isUnit = false } = {}): Pointer[] {
    const { adam, width, sum, seen, rows, rowMoments } = this
    return [adam + (asParameters ? 0 : ADAM), width, Number(isUnit), at, count, sum, seen, rows, ...rowMoments]
  }
}
