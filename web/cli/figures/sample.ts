/**
 * How sure a mean over people is: 95 % intervals by formulas, so that the same people give the same interval everywhere.
 *
 *     hits         figures from 0 to 1 that most people have at 0, as recall. Their error grows with their mean, so that a sample with
 *                  few hits knows too little of its own error. As Agresti and Coull (1998) do for shares, people are added before
 *                  the mean and its error are taken: two who found nothing and two who found what a hit is worth, which is 1 for shares.
 *     differences  of two bundles, which most people have at 0: likewise, as Agresti and Min (2005) do for shares of the same
 *                  people, one who gains and one who loses what those do who differ
 *     others       what slates are like: Student's t
 *
 * tests/bench/intervals.mjs measures how often the intervals hold the truth; those of the bootstrap (percentiles, BCa) did in .81
 * to .96 of logs of 100 people.
 *
 * Agresti and Coull (1998), Approximate is better than "exact" for interval estimation of binomial proportions, The American
 * Statistician 52. Agresti and Min (2005), Simple improved confidence intervals for comparing matched proportions, Statistics in
 * Medicine 24.
 */
import { quantile } from '../../judge/intervals.js'

/** From and to. */
export type Interval = [from: number, to: number]

/** Fewer people tell no interval; nor do fewer of others who differ from what most have, or differences that are all 0. */
export const LEAST = { people: 30, differ: 10 }
/** Fewer people who found something, or who differ, and the interval is told, but holds the truth less surely. */
export const FEW = 20
/** A whole hit counts so much in what one is worth, so that a few small ones do not say for sure that all are small. */
const WHOLE = 0.5

/** Values of people, `width` numbers each, and whose they are. */
export class Sample {
  private values: Float64Array
  readonly people: number[] = []

  constructor(
    readonly width: number,
    private readonly kind: 'hits' | 'differences' | 'others',
  ) {
    this.values = new Float64Array(64 * width)
  }

  add(person: number, values: ArrayLike<number>): void {
    const at = this.people.length * this.width
    if (at === this.values.length) {
      const longer = new Float64Array(2 * this.values.length)
      longer.set(this.values)
      this.values = longer
    }
    this.values.set(values, at)
    this.people.push(person)
  }

  /** Those of the n-th person that was added: a view. */
  of(n: number): Float64Array {
    return this.values.subarray(n * this.width, (n + 1) * this.width)
  }

  means(): number[] {
    const { width, values, people } = this
    const sums = new Array<number>(width).fill(0)
    for (let n = 0; n < people.length; n++) for (let f = 0; f < width; f++) sums[f]! += values[n * width + f]!
    return sums.map((sum) => sum / Math.max(1, people.length))
  }

  /** Of each mean; null where too few people tell. */
  intervals(): (Interval | null)[] {
    const { width, people, kind } = this
    if (people.length < LEAST.people) return new Array<null>(width).fill(null)
    return Array.from({ length: width }, (_, f) => {
      const values = Float64Array.from(people, (_, n) => this.values[n * width + f]!)
      if (kind === 'hits') return ofHits(values)
      if (kind === 'differences') return values.every((value) => value === 0) ? null : ofDifferences(values)
      return differing(values) < LEAST.differ ? null : around(values)
    })
  }
}

function ofHits(values: Float64Array): Interval {
  const hit = worthOf(values)
  const [from, to] = around(Float64Array.from([...values, hit, hit, 0, 0]))
  return [Math.max(0, from), Math.min(1, to)]
}

function ofDifferences(values: Float64Array): Interval {
  const worth = worthOf(values)
  const [from, to] = around(Float64Array.from([...values, worth, -worth]))
  return [Math.max(-1, from), Math.min(1, to)]
}

/** How large values are that are not 0, in the mean by their size. */
function worthOf(values: Float64Array): number {
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += Math.abs(value)
    squares += value * value
  }
  return (squares + WHOLE) / (sum + WHOLE)
}

/** Student's: around the mean. */
function around(values: Float64Array): Interval {
  const count = values.length
  let mean = 0
  for (const value of values) mean += value / count
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  const reach = quantile(count - 1) * Math.sqrt(squares / (count - 1) / count)
  return [mean - reach, mean + reach]
}

/** How many have another value than the commonest. */
function differing(values: Float64Array): number {
  const sorted = values.slice().sort()
  let most = 0
  for (let from = 0, n = 1; n <= sorted.length; n++)
    if (sorted[n] !== sorted[from]) {
      most = Math.max(most, n - from)
      from = n
    }
  return values.length - most
}
