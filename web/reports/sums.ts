/**
 * What people want, from many reports (noise.ts): the noise is taken out of sums, never of one of them.
 *
 *     x = how many reports have the bit, n reports in all, c = how many tell the cluster
 *     E[x] = c own + (n - c) other        so  c = (x - n other) / (own - other), which is right on average
 *
 * Reports of several epsilons are people beside each other: their counts add up, and so do the variances. An interval holds each c that
 * does not make what was found unlikely, with the spread and the skewness that sums of such a c have (Wilson's way around). It is of
 * those who reported: what others want, no report says.
 */
import { LIKELY_OWN, likelyOther, type Report } from './noise.js'

/** A cluster, and how many of the reports tell it. */
export interface Cell {
  /** Its place in the list, from 0. */
  cluster: number
  count: number
  /** 95 % of such intervals hold the truth. */
  interval: [low: number, high: number]
  /** 95 % of all reports have the truth in the intervals of all clusters at once (Šidák 1967): what ranks rest on. */
  together: [low: number, high: number]
  /** The ranks that it can have, by `together`: 1 is wanted most. */
  rank: [best: number, worst: number]
}

/** Sums of reports of one list. */
interface Group {
  reports: number
  ones: Float64Array
}

export class Sums {
  /** By epsilon. */
  private readonly byEpsilon = new Map<number, Group>()
  reports = 0

  constructor(readonly count: number) {}

  /** How many epsilons there are. */
  get groups(): number {
    return this.byEpsilon.size
  }

  get epsilons(): number[] {
    return [...this.byEpsilon.keys()].sort((a, b) => a - b)
  }

  add(epsilon: number, bits: Uint8Array): void {
    let group = this.byEpsilon.get(epsilon)
    if (group === undefined) this.byEpsilon.set(epsilon, (group = { reports: 0, ones: new Float64Array(this.count) }))
    group.reports++
    this.reports++
    for (let i = 0; i < this.count; i++) group.ones[i]! += (bits[i >> 3]! >> (i & 7)) & 1
  }

  /** By count, the most wanted first. */
  cells(): Cell[] {
    const z = quantile(-Math.expm1(Math.log(0.95) / this.count))
    const cells = Array.from({ length: this.count }, (_, cluster) => {
      const count = this.estimate(cluster)
      return { cluster, count, interval: this.within(count, quantile(0.05)), together: this.within(count, z) }
    })
    // how many have certainly more than a count, or fewer
    const lows = cells.map(({ together: [low] }) => low).sort((a, b) => a - b)
    const highs = cells.map(({ together: [, high] }) => high).sort((a, b) => a - b)
    return cells
      .map((cell): Cell => {
        const [low, high] = cell.together
        return { ...cell, rank: [1 + lows.filter((one) => one > high).length, this.count - highs.filter((one) => one < low).length] } // prettier-ignore
      })
      .sort((a, b) => b.count - a.count || a.cluster - b.cluster)
  }

  private estimate(cluster: number): number {
    let count = 0
    for (const [epsilon, { reports, ones }] of this.byEpsilon) {
      const other = likelyOther(epsilon)
      count += (ones[cluster]! - reports * other) / (LIKELY_OWN - other)
    }
    return count
  }

  /** All counts that do not make what was found too unlikely, on either side. */
  private within(found: number, z: number): [number, number] {
    const step = 0.5 / (LIKELY_OWN - likelyOther(this.epsilons.at(-1)!)) // counts of ones are whole numbers
    // as many spreads as the quantile is away from the middle, and more on the side to which this leans (Cornish and Fisher's expansion)
    const away = (count: number, sign: 1 | -1) => {
      const { spread, lean } = this.spreadOf(count)
      return sign * spread * (z + Math.max(0, (sign * lean * (z * z - 1)) / 6))
    }
    const low = (count: number) => found - step - count <= away(count, 1)
    const high = (count: number) => found + step - count < away(count, -1)
    return [firstOf(low, this.reports), firstOf(high, this.reports)]
  }

  /** How far estimates of a true count are from it, and their skewness. Each epsilon has its share of the count. */
  private spreadOf(count: number): { spread: number; lean: number } {
    let [square, cube] = [0, 0]
    for (const [epsilon, { reports }] of this.byEpsilon) {
      const other = likelyOther(epsilon)
      const own = (count * reports) / this.reports
      const scale = LIKELY_OWN - other
      square += (own * squareOf(LIKELY_OWN) + (reports - own) * squareOf(other)) / scale ** 2
      cube += (own * cubeOf(LIKELY_OWN) + (reports - own) * cubeOf(other)) / scale ** 3
    }
    return { spread: Math.sqrt(square), lean: cube / square ** 1.5 }
  }
}

/** Central moments of a bit. */
const squareOf = (chance: number): number => chance * (1 - chance)
const cubeOf = (chance: number): number => squareOf(chance) * (1 - 2 * chance)

/** Where in 0 to `most` what becomes true does. */
function firstOf(isSo: (value: number) => boolean, most: number): number {
  if (isSo(0)) return 0
  let [before, after] = [0, most]
  for (let halving = 0; halving < 40; halving++) {
    const middle = (before + after) / 2
    if (isSo(middle)) after = middle
    else before = middle
  }
  return after
}

/** Beyond it, on both sides together, a normal variable is with this chance (Abramowitz & Stegun, 26.2.23: right to .00045). */
function quantile(chance: number): number {
  const t = Math.sqrt(-2 * Math.log(chance / 2))
  return t - (2.515517 + 0.802853 * t + 0.010328 * t ** 2) / (1 + 1.432788 * t + 0.189269 * t ** 2 + 0.001308 * t ** 3)
}

/** Bits of a report, or null where they are not as many as its clusters. */
export function bitsOf({ bits, count }: Pick<Report, 'bits' | 'count'>): Uint8Array | null {
  const bytes = Buffer.from(bits, 'base64')
  const isWhole = bytes.toString('base64') === bits && bytes.length === Math.ceil(count / 8)
  const spare = bytes.length * 8 - count
  return isWhole && bytes.at(-1)! >> (8 - spare) === 0 ? bytes : null
}
