/**
 * How sure a mean over people is: the bootstrap draws as many people anew, a thousand times, and says between which means
 * 95 % of the draws lie. Figures of people are far from normal (most find nothing, a few find all), so the ends are moved as
 * the draws lean: Efron's BCa, whose acceleration is known for a mean. Seeded: the same people give the same interval.
 *
 * Efron (1987), Better Bootstrap Confidence Intervals, JASA 82; DiCiccio and Efron (1996), Bootstrap Confidence Intervals.
 */
import { random } from '../../build/random.js'

/** From and to. */
export type Interval = [from: number, to: number]

const DRAWS = 1000
/** Of two ends. */
const OUTSIDE = 0.05
/** More people than these are put together into so many groups of one size, at random as to what they find: drawing groups says the same. */
const MOST = 2000
/** Fewer people, or fewer who differ from what most have, tell no interval. */
const LEAST = { people: 30, differ: 10 }

/** Values of people, `width` numbers each, and whose they are. */
export class Sample {
  private values: Float64Array
  readonly people: number[] = []

  constructor(readonly width: number) {
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
    const { width, people } = this
    if (people.length < LEAST.people) return new Array<null>(width).fill(null)
    const drawn = this.draw()
    const means = this.means()
    return means.map((mean, f) => {
      const values = Float64Array.from(people, (_, n) => this.values[n * width + f]!)
      return differing(values) < LEAST.differ ? null : ends(drawn[f]!.sort(), mean, acceleration(values, mean))
    })
  }

  /** Means of people drawn with replacement, by figure: all figures of the same people. */
  private draw(): Float64Array[] {
    const { width, people } = this
    const groups = Math.min(people.length, MOST)
    const sums = new Float64Array(groups * width)
    const sizes = new Float64Array(groups)
    for (let n = 0; n < people.length; n++) {
      const to = n % groups
      sizes[to]!++
      for (let f = 0; f < width; f++) sums[to * width + f]! += this.values[n * width + f]!
    }
    const draw = random(people.length)
    const drawn = Array.from({ length: width }, () => new Float64Array(DRAWS))
    const sum = new Float64Array(width)
    for (let d = 0; d < DRAWS; d++) {
      let size = 0
      sum.fill(0)
      for (let g = 0; g < groups; g++) {
        const one = Math.floor(draw() * groups)
        size += sizes[one]!
        for (let f = 0; f < width; f++) sum[f]! += sums[one * width + f]!
      }
      for (let f = 0; f < width; f++) drawn[f]![d] = sum[f]! / size
    }
    return drawn
  }
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

/** How fast the standard error of a mean changes with it: a sixth of the skewness of its error. */
function acceleration(values: Float64Array, mean: number): number {
  let [squares, cubes] = [0, 0]
  for (const value of values) {
    squares += (value - mean) ** 2
    cubes += (value - mean) ** 3
  }
  return cubes / (6 * squares ** 1.5)
}

/** The ends of an interval, where `draws` rise. */
function ends(draws: Float64Array, mean: number, a: number): Interval {
  const below = draws.reduce((sum, draw) => sum + (draw < mean ? 1 : draw === mean ? 0.5 : 0), 0)
  const bias = normalQuantile(Math.min(Math.max(below, 1), draws.length - 1) / draws.length)
  const end = (share: number) => {
    const z = bias + normalQuantile(share)
    const at = normalShare(bias + z / (1 - a * z)) * (draws.length - 1)
    const low = Math.floor(at)
    return draws[low]! + (at - low) * ((draws[low + 1] ?? draws[low]!) - draws[low]!)
  }
  return [end(OUTSIDE / 2), end(1 - OUTSIDE / 2)]
}

/** The share of a normal distribution below z: Abramowitz and Stegun 26.2.17, to 8e-8. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly
  return z > 0 ? 1 - above : above
}

/** Its inverse, by halving. */
function normalQuantile(share: number): number {
  let [low, high] = [-8, 8]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (normalShare(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}
