/**
 * Off-policy evaluation: what a policy would have earned, from slates that another one showed, whose exploration says how likely each
 * item was at its place, given the items before it.
 *
 * A slate tells what the policy would have earned as far as it began as the policy's own does. Each place weighs
 *
 *     w(j) = Π over places i up to j of [the policy shows this item there] / propensity(i)
 *
 * which makes up for the slates that began otherwise: the mean of w(j) is 1. So what is clicked at a place may depend on all that
 * stands before it, and on nothing behind it (McInerney et al., Counterfactual Evaluation of Slate Recommendations with Sequential
 * Reward Interactions, KDD 2020). Per place, and summed over places:
 *
 *     IPS     mean of w r                       right on average, the widest
 *     SNIPS   Σ w r / Σ w                       (Swaminathan & Joachims, NIPS 2015)
 *     DR      mean of q(policy's) + w (r - q(shown's))   doubly robust (Dudík, Langford & Li, ICML 2011)
 *
 * q is a model of the reward: a line through place and relevance, as the policy's own ranking gives it, fitted to the slates of
 * the other half of the people. However wrong q is, DR stays right; the better it is, the narrower.
 *
 * What the policy shows in few requests and exploration hardly ever has a weight so large that most logs are without it, and the
 * weights of such a log look too even. But where the likeliest item was shown and is not the policy's, it is known that the policy's has
 * such a weight: so the squares of the weights are looked at one place ahead, and intervals are as wide as these say.
 */
import { meanOf, total, type Estimate } from './intervals.js'

/** A place of a slate that was shown. */
export interface JudgedPlace {
  /** How likely the item was there, given those before it. */
  propensity: number
  reward: number
  /** The policy would show this item there. */
  agrees: boolean
  /** How the policy's ranking finds the item, and the one that it would show there: 0 to 1; null: it does not know it, shows none. */
  shown: number | null
  wanted: number | null
}

/** What the log tells of one place. */
export interface PlaceReport {
  /** Slates that have so many places. */
  slates: number
  /** Share of them that began as the policy's slate does, to here. */
  agree: number
  /** Effective sample size: so many slates of the policy's own would tell as much. */
  ess: number
  /** Intervals are so many times as wide as the weights of the log alone have it, for large ones that it happens to be without. */
  widened: number
  /** The mean weight, which is 1 but for chance where the log has what the policy shows, and its standard error. */
  weight: number
  error: number
}

export interface OffPolicyReport {
  slates: number
  users: number
  places: PlaceReport[]
  /** The log tells of so many places, from the first on; the figures are sums over these, by slate. */
  told: number
  /** What stands in the way of telling more. null: nothing. */
  obstacle: 'unseen' | 'few' | 'propensities' | null
  /** What was shown earned, and what the policy would have, by each estimator. */
  shown: Estimate
  ips: Estimate
  snips: Estimate
  dr: Estimate
  /** DR less what was shown. */
  gain: Estimate
}

/** Slates of the policy's own that a place needs, for the intervals to hold. */
const LEAST = 100
/** Standard errors by which the mean weight may be off. */
const OFF = 3

interface Slate {
  user: number
  places: readonly JudgedPlace[]
}

export class OffPolicy {
  private readonly slates: Slate[] = []
  private readonly numbers = new Map<string, number>()

  add(user: string, places: readonly JudgedPlace[]): void {
    if (!this.numbers.has(user)) this.numbers.set(user, this.numbers.size)
    this.slates.push({ user: this.numbers.get(user)!, places })
  }

  report(): OffPolicyReport {
    const { slates } = this
    const users = this.numbers.size
    const counts = new Float64Array(users)
    for (const { user } of slates) counts[user]!++
    const weights = slates.map(weightsOf)
    const depth = slates.reduce((most, { places }) => Math.max(most, places.length), 0)
    const places = Array.from({ length: depth }, (_, j) => this.placeReport(weights, counts, j))
    const first = places.findIndex((place) => obstacleOf(place) !== null)
    const told = first < 0 ? depth : first
    const widened = told === 0 ? 1 : places[told - 1]!.widened
    const models = [0, 1].map(
      (half) =>
        new Model(
          slates.filter(({ user }) => user % 2 !== half),
          told,
        ),
    )
    const sum = (of: (slate: Slate, weights: Float64Array) => number): Float64Array => {
      const sums = new Float64Array(users)
      slates.forEach((slate, s) => (sums[slate.user]! += of(slate, weights[s]!)))
      return sums
    }
    const over = ({ places }: Slate, at: (place: JudgedPlace, j: number) => number): number => {
      let all = 0
      for (let j = 0; j < Math.min(told, places.length); j++) all += at(places[j]!, j)
      return all
    }
    const shown = sum((slate) => over(slate, ({ reward }) => reward))
    const ips = sum((slate, w) => over(slate, ({ reward }, j) => w[j]! * reward))
    const dr = sum((slate, w) => {
      const q = models[slate.user % 2]!
      return over(slate, (p, j) => (p.wanted === null ? 0 : q.of(j, p.wanted)) + w[j]! * (p.reward - q.of(j, p.shown)))
    })
    return {
      slates: slates.length,
      users,
      places,
      told,
      obstacle: first < 0 ? null : obstacleOf(places[first]!),
      shown: wider(meanOf(shown, counts), 1),
      ips: wider(meanOf(ips, counts), widened),
      snips: wider(this.snips(weights, counts, told, sum, over), widened),
      dr: wider(meanOf(dr, counts), widened),
      gain: wider(
        meanOf(
          dr.map((value, u) => value - shown[u]!),
          counts,
        ),
        widened,
      ),
    }
  }

  private placeReport(weights: readonly Float64Array[], counts: Float64Array, j: number): PlaceReport {
    const sums = new Float64Array(counts.length)
    const there = new Float64Array(counts.length)
    const least = this.slates.reduce((least, { places }) => Math.min(least, places[j]?.propensity ?? 1), 1)
    let [squares, ahead, agree] = [0, 0, 0]
    this.slates.forEach(({ user, places }, s) => {
      if (j >= places.length) return
      const w = weights[s]![j]!
      there[user]!++
      sums[user]! += w
      squares += w * w
      agree += Number(w > 0)
      const { propensity, agrees } = places[j]!
      const before = j === 0 ? 1 : weights[s]![j - 1]!
      if (propensity > 0.5) ahead += before ** 2 / propensity / (agrees ? propensity : least) // nothing else is as likely
    })
    const { value, error } = meanOf(sums, there)
    const slates = total(there)
    const all = Math.max(squares, ahead)
    return {
      slates,
      agree: agree / slates,
      ess: all === 0 ? 0 : total(sums) ** 2 / all,
      widened: squares === 0 ? 1 : Math.sqrt(all / squares),
      weight: value,
      error,
    }
  }

  /** A sum of ratios: its error is that of its linear part. */
  private snips(
    weights: readonly Float64Array[],
    counts: Float64Array,
    told: number,
    sum: (of: (slate: Slate, weights: Float64Array) => number) => Float64Array,
    over: (slate: Slate, at: (place: JudgedPlace, j: number) => number) => number,
  ): Estimate {
    const all = this.slates.length
    const [mean, value] = [new Float64Array(told), new Float64Array(told)]
    this.slates.forEach((slate, s) =>
      over(slate, ({ reward }, j) => {
        mean[j]! += weights[s]![j]! / all
        value[j]! += (weights[s]![j]! * reward) / all
        return 0
      }),
    )
    value.forEach((sum, j) => (value[j] = mean[j] === 0 ? 0 : sum / mean[j]!))
    // slates that are shorter than j earn nothing there, whoever shows them
    const share = Float64Array.from(
      { length: told },
      (_, j) => this.slates.filter(({ places }) => places.length > j).length / all,
    )
    const off = sum((slate, w) =>
      over(slate, ({ reward }, j) => (mean[j] === 0 ? 0 : (share[j]! * w[j]! * (reward - value[j]!)) / mean[j]!)),
    )
    const { interval } = meanOf(off, counts) // around 0
    const center = value.reduce((sum, one, j) => sum + one * share[j]!, 0)
    return { value: center, interval: [center + interval[0], center + interval[1]] }
  }
}

const wider = ({ value, interval: [low, high] }: Estimate, times: number): Estimate => ({
  value,
  interval: [value - times * (value - low), value + times * (high - value)],
})

/** w of each place. */
function weightsOf({ places }: Slate): Float64Array {
  let weight = 1
  return Float64Array.from(places, ({ agrees, propensity }) => (weight = agrees ? weight / propensity : 0))
}

/** Why the log does not tell of a place: what the policy shows there was hardly ever shown, or too seldom to say; or weights are too large. */
function obstacleOf({ ess, weight, error }: PlaceReport): OffPolicyReport['obstacle'] {
  if (weight - OFF * error > 1 + 1e-9) return 'propensities'
  if (weight + OFF * error < 1 - 1e-9) return 'unseen'
  return ess < LEAST ? 'few' : null
}

/** The reward by place and relevance: 1, d, s, s d and whether the item is known; d = 1 / log2(place + 1). By least squares. */
class Model {
  private readonly weights: Float64Array

  constructor(slates: readonly Slate[], told: number) {
    const n = 5
    const [products, rewards] = [new Float64Array(n * n), new Float64Array(n)]
    for (const { places } of slates)
      for (let j = 0; j < Math.min(told, places.length); j++) {
        const row = rowOf(j, places[j]!.shown)
        for (let a = 0; a < n; a++) {
          rewards[a]! += row[a]! * places[j]!.reward
          for (let b = 0; b < n; b++) products[a * n + b]! += row[a]! * row[b]!
        }
      }
    for (let a = 0; a < n; a++) products[a * n + a]! += 1e-6 * (1 + products[0]!)
    this.weights = solved(products, rewards)
  }

  of(j: number, relevance: number | null): number {
    const row = rowOf(j, relevance)
    return this.weights.reduce((sum, weight, a) => sum + weight * row[a]!, 0)
  }
}

function rowOf(j: number, relevance: number | null): [number, number, number, number, number] {
  const d = 1 / Math.log2(j + 2)
  const s = relevance ?? 0
  return [1, d, s, s * d, Number(relevance !== null)]
}

/** x of A x = b for a positive definite A, by elimination; both are used up. */
function solved(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length
  for (let i = 0; i < n; i++)
    for (let r = i + 1; r < n; r++) {
      const f = a[r * n + i]! / a[i * n + i]!
      for (let c = i; c < n; c++) a[r * n + c]! -= f * a[i * n + c]!
      b[r]! -= f * b[i]!
    }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = i + 1; c < n; c++) b[i]! -= a[i * n + c]! * b[c]!
    b[i]! /= a[i * n + i]!
  }
  return b
}
