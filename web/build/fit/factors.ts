/**
 * Factors by stochastic steps (src/learn/factors.h), epoch by epoch: threads visit the parts of a batch of people, this one
 * takes the step. Only item vectors are trained, since a device makes its query of the history.
 */
import type { Learn, Pointer } from '../../learn/learn.js'
import type { Workers } from '../workers.js'

/** What is to stand before what; numbers as in src/learn/factors.h. */
export const LOSS = { bpr: 0, ccl: 1, softmax: 2 } as const

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
  shown: number
  temperature: number
  margin: number
  weight: number
}

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
    private readonly items: number,
    private readonly factors: Pointer,
  ) {}

  /** `byUser`: what each person met, in the core's memory, where it stays. Throws LearnError where nobody met two items. */
  static of(
    learn: Learn,
    workers: Workers,
    byUser: Pointer,
    items: number,
    plan: FactorsPlan,
    seed: number,
  ): FactorsInTraining {
    const { loss, dims, batch, negatives, among, rate, shown, temperature, margin, weight } = plan
    const [whole, numbers] = [
      Uint32Array.of(dims, LOSS[loss], batch, negatives, among),
      Float32Array.of(rate, shown, temperature, margin, weight),
    ]
    const factors = learn.with([whole, numbers], (...at) => learn.make('mt_make_factors', byUser, ...at, seed))
    return new FactorsInTraining(learn, workers, plan, items, factors)
  }

  /** How many epochs there were. */
  get done(): number {
    return this.epochs
  }

  /** Visits everybody once. The mean loss of what was wanted, before each step. */
  async epoch(): Promise<number> {
    const { learn, workers, factors } = this
    learn.run('mt_begin_factors', factors, ++this.epochs)
    const batches = learn.u32(factors + 12, 1)[0]!
    for (let batch = 0; batch < batches; batch++) {
      const parts = learn.run('mt_draw_factors', factors, batch)
      if (parts === 1) learn.call('mt_visit_factors', factors, 0)
      else
        await Promise.all(Array.from({ length: parts }, (_, part) => workers.call('mt_visit_factors', factors, part)))
      learn.call('mt_step_factors', factors)
    }
    return learn.f64(factors, 1)[0]!
  }

  /** As they are now. */
  get vectors(): ItemVectors {
    const { learn, plan, items, factors } = this
    const stride = Math.ceil(plan.dims / 4) * 4
    const at = learn.u32(factors + 8, 1)[0]!
    return { dims: plan.dims, stride, items: learn.f32(at, items * stride).slice() }
  }

  drop(): void {
    this.learn.run('mt_drop_factors', this.factors)
  }
}
