/**
 * Factors by stochastic steps (src/learn/factors.h), epoch by epoch: threads visit the parts of a batch of people, this one
 * takes the step. Only item vectors are trained, since a device makes its query of the history.
 */
import type { Learn, Lists, Pointer } from '../../learn/learn.js'
import { evenRanges, type Workers } from '../workers.js'

/** What is to stand before what; numbers as in src/learn/factors.h. */
export const LOSS = { bpr: 0, ccl: 1, softmax: 2, squared: 3 } as const

/** src/learn/factors.h */
export interface FactorsPlan {
  loss: keyof typeof LOSS
  dims: number
  /** People of a batch, and what they share that is to stand behind what they want. */
  batch: number
  negatives: number
  /** bpr: what stands behind an item that is wanted is the nearest of so many of them. */
  among: number
  rate: number
  /** Epochs over which steps become a tenth as long; then there are no more. */
  span: number
  shown: number
  temperature: number
  margin: number
  weight: number
  /** Where the order is known: how many events are wanted after a moment, and what one weighs of the one after it. */
  ahead: number
  fading: number
  /** Items that a walk over people and items meets; 0: no walks. */
  walk: number
  /** Whether no number of a vector goes below 0. */
  positive: boolean
  /** Through the graph, as src/learn/spread.h says: what comes through it, 0 for nothing, and batches between two trips. */
  strength: number
  batches: number
}

/** Who met what, in the core's memory, where it stays. */
export interface Matrix {
  byUser: Pointer
  byItem: Pointer
  /** In order; 0: it is not known. */
  inOrder: Pointer
}

/** How long the last steps are, of the first. */
const SHORTEST = 0.1
const FORWARDS = 0
const BACKWARDS = 1
/** Ranges of rows for each thread. */
const EACH = 2

/** Item vectors: items × stride, stride = dims rounded up to 4. */
export interface ItemVectors {
  dims: number
  stride: number
  items: Float32Array
}

/** Factors in training. Give back with drop(). */
export class FactorsInTraining {
  private epochs = 0

  private constructor(
    private readonly learn: Learn,
    private readonly workers: Workers,
    private readonly plan: FactorsPlan,
    private readonly log: Matrix,
    private readonly factors: Pointer,
    /** 0: they are not told of it. */
    private readonly disliked: Pointer,
    /** 0: they do not go through the graph. */
    private readonly spread: Pointer,
  ) {}

  /** Throws LearnError where nobody met two items. */
  static async of(
    learn: Learn,
    workers: Workers,
    log: Matrix,
    disliked: Lists | null,
    plan: FactorsPlan,
    seed: number,
  ): Promise<FactorsInTraining> {
    const { loss, dims, batch, negatives, among, rate, shown, temperature, margin, weight } = plan
    const { ahead, fading, walk, positive, strength } = plan
    const [whole, numbers] = [
      Uint32Array.of(dims, LOSS[loss], batch, negatives, among, ahead, walk, +positive),
      Float32Array.of(rate, shown, temperature, margin, weight, fading),
    ]
    let [out, factors, spread] = [0, 0, 0]
    try {
      if (disliked !== null) out = learn.putLists(disliked, learn.startsOf(log.byItem).length - 1)
      factors = learn.with([whole, numbers], (...at) =>
        learn.make('mt_make_factors', log.byUser, log.byItem, log.inOrder, out, ...at, seed),
      )
      if (strength !== 0) spread = learn.make('mt_make_spread', factors, log.byItem, strength)
    } catch (error) {
      if (factors !== 0) learn.run('mt_drop_factors', factors)
      if (out !== 0) learn.run('mt_drop_lists', out)
      throw error
    }
    const training = new FactorsInTraining(learn, workers, { ...plan }, log, factors, out, spread)
    if (spread !== 0) await training.trip(FORWARDS)
    return training
  }

  /** Where there is no time for so many epochs as are planned; steps become shorter the sooner. */
  hasten(span: number): void {
    this.plan.span = span
  }

  /** How many epochs there were. */
  get done(): number {
    return this.epochs
  }

  /** Visits everybody once. The mean loss of what was wanted, before each step. */
  async epoch(): Promise<number> {
    const { learn, workers, plan, factors, spread } = this
    const pace = 1 - ((1 - SHORTEST) * this.epochs) / plan.span
    learn.run('mt_begin_factors', factors, ++this.epochs, Math.max(SHORTEST, pace))
    const batches = learn.u32(factors + 12, 1)[0]!
    for (let batch = 0; batch < batches; batch++) {
      const parts = learn.run('mt_draw_factors', factors, batch)
      if (parts === 1) learn.call('mt_visit_factors', factors, 0)
      else
        await Promise.all(Array.from({ length: parts }, (_, part) => workers.call('mt_visit_factors', factors, part)))
      learn.call('mt_step_factors', factors)
      if (spread !== 0 && (batch % plan.batches === plan.batches - 1 || batch === batches - 1)) {
        learn.run('mt_turn_spread', spread)
        await this.trip(BACKWARDS)
        await this.trip(FORWARDS)
      }
    }
    return learn.f64(factors, 1)[0]!
  }

  /** From items to people and back to items, rows divided among threads. */
  private async trip(way: number): Promise<void> {
    const { learn, workers, log, spread } = this
    for (const [pass, lists] of [
      ['mt_spread_people', log.byUser],
      ['mt_spread_items', log.byItem],
    ] as const) {
      const bounds = evenRanges(learn.startsOf(lists), EACH * workers.count)
      await Promise.all(bounds.slice(1).map((last, i) => workers.call(pass, spread, way, bounds[i]!, last)))
    }
  }

  /** As they are now. */
  get vectors(): ItemVectors {
    const { learn, plan, log, factors } = this
    const items = learn.startsOf(log.byItem).length - 1
    const stride = Math.ceil(plan.dims / 4) * 4
    const at = learn.u32(factors + 8, 1)[0]!
    return { dims: plan.dims, stride, items: learn.f32(at, items * stride).slice() }
  }

  drop(): void {
    if (this.spread !== 0) this.learn.run('mt_drop_spread', this.spread)
    this.learn.run('mt_drop_factors', this.factors)
    if (this.disliked !== 0) this.learn.run('mt_drop_lists', this.disliked)
  }
}
