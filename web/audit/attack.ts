/**
 * A membership test: from what a bundle tells of a person, whether the person was in its log (LiRA: Carlini et al. 2022, Membership
 * Inference Attacks From First Principles).
 *
 * Each shadow is the bundle under attack in turn, the others say what is to be expected of each person: their tell is taken for normal
 * around one mean where the person was in the log and another where not, and the likelihoods' ratio is the guess. A few shadows say
 * little of one person alone, so spread and difference are drawn towards what they are of all people (empirical Bayes).
 */
import { random } from '../build/random.js'

/** tell[shadow][person], isIn[shadow][person]. */
export interface Observed {
  tell: readonly Float64Array[]
  isIn: readonly Uint8Array[]
}

/** Guesses and truths, shadow by shadow: of person p at shadow s at s · people + p. */
export interface Guesses {
  people: number
  guess: Float64Array
  isIn: Uint8Array
}

/** The spread of all people counts like so many observations of one. */
const PRIOR = 4

/** Logarithms of likelihood ratios: how sure a guess is that the person is in. */
export function guessesOf({ tell, isIn }: Observed): Guesses {
  const [shadows, people] = [tell.length, tell[0]!.length]
  const guess = new Float64Array(shadows * people)
  for (let target = 0; target < shadows; target++) {
    const others = tell.map((_, s) => s).filter((s) => s !== target)
    const each = Array.from({ length: people }, (_, p) => groupsOf(others, tell, isIn, p))
    const usual = each.reduce((sum, one) => sum + one.squares, 0) / Math.max(1, each.reduce((sum, one) => sum + one.free, 0)) // prettier-ignore
    if (usual === 0 && each.every(({ difference }) => difference === 0 || Number.isNaN(difference))) continue // it tells nothing
    const tiny = 1e-12 * each.reduce((sum, one) => sum + one.mean ** 2, 0) / people + 1e-30 // prettier-ignore
    const spread = each.map(({ squares, free }) => Math.sqrt(tiny + (squares + PRIOR * usual) / (free + PRIOR)))
    const shift = shrunk(each.map(({ difference }, p) => difference / spread[p]!), each.map(({ noise }) => noise)) // prettier-ignore
    each.forEach((_, p) => {
      const middle = others.reduce((sum, s) => sum + tell[s]![p]! - (isIn[s]![p]! - 0.5) * shift[p]! * spread[p]!, 0) / others.length // prettier-ignore
      guess[target * people + p] = (shift[p]! * (tell[target]![p]! - middle)) / spread[p]!
    })
  }
  const flat = new Uint8Array(shadows * people)
  isIn.forEach((one, s) => flat.set(one, s * people))
  return { people, guess, isIn: flat }
}

/** Of one person: the sum of squares within the two groups and its degrees of freedom, how much higher the tell is where the person
 * is in (NaN: not known), and the variance of that in units of the spread's. */
function groupsOf(others: readonly number[], tell: Observed['tell'], isIn: Observed['isIn'], p: number) {
  const sums = [0, 0]
  const counts = [0, 0]
  for (const s of others) {
    sums[isIn[s]![p]!]! += tell[s]![p]!
    counts[isIn[s]![p]!]!++
  }
  const means = sums.map((sum, group) => sum / counts[group]!)
  const squares = others.reduce((sum, s) => sum + (tell[s]![p]! - means[isIn[s]![p]!]!) ** 2, 0)
  const groups = counts.filter((count) => count > 0).length
  return {
    squares,
    free: others.length - groups,
    mean: (sums[0]! + sums[1]!) / others.length,
    difference: means[1]! - means[0]!,
    noise: 1 / counts[0]! + 1 / counts[1]!,
  }
}

/** Differences drawn towards their mean by how noisy each is; unknown ones are the mean. */
function shrunk(differences: readonly number[], noise: readonly number[]): number[] {
  const known = differences.map((one, p) => ({ one, own: noise[p]! })).filter(({ one }) => !Number.isNaN(one))
  const mean = known.reduce((sum, { one }) => sum + one, 0) / Math.max(1, known.length)
  const variance = known.reduce((sum, { one, own }) => sum + (one - mean) ** 2 - own, 0) / Math.max(1, known.length)
  const between = Math.max(0, variance)
  return differences.map((one, p) =>
    Number.isNaN(one) ? mean : mean + (between / (between + noise[p]! || 1)) * (one - mean),
  )
}

/** Several tells at once, as if each were independent of the others. */
export function together(all: readonly Guesses[]): Guesses {
  const [first] = all as [Guesses]
  const guess = first.guess.map((_, i) => all.reduce((sum, one) => sum + one.guess[i]!, 0))
  return { ...first, guess }
}

/** How well guesses tell who is in. */
export interface Told {
  /** The chance that who is in is guessed to be so more surely than who is not; .5: nothing is told. */
  auc: number
  interval: [from: number, to: number]
  /** Of those who are in, how many are found while at most 1 % of the others are taken for in. */
  tprAt1: number
}

const ROUNDS = 300

/** The interval is of 95 %, by drawing people anew (bootstrap). */
export function toldBy({ people, guess, isIn }: Guesses, seed: number): Told {
  const order = Array.from(guess.keys()).sort((a, b) => guess[b]! - guess[a]!)
  const draw = random(seed)
  const even = new Float64Array(people).fill(1)
  const aucs = Float64Array.from({ length: ROUNDS }, () => {
    const times = new Float64Array(people)
    for (let n = 0; n < people; n++) times[Math.floor(draw() * people)]!++
    return aucOf(order, guess, isIn, times)
  }).sort()
  const at = (share: number) => aucs[Math.min(ROUNDS - 1, Math.floor(share * ROUNDS))]!
  return { auc: aucOf(order, guess, isIn, even), interval: [at(0.025), at(0.975)], tprAt1: foundAt(order, guess, isIn) }
}

/** `order`: from the surest; `times`: how often each person counts. Equal guesses count half. */
function aucOf(order: readonly number[], guess: Float64Array, isIn: Uint8Array, times: Float64Array): number {
  let [before, won, members, others] = [0, 0, 0, 0]
  for (let from = 0, to = 0; from < order.length; from = to) {
    let [tiedIn, tiedOut] = [0, 0]
    for (; to < order.length && guess[order[to]!] === guess[order[from]!]; to++) {
      const weight = times[order[to]! % times.length]!
      if (isIn[order[to]!] === 1) tiedIn += weight
      else tiedOut += weight
    }
    won += tiedOut * (before + tiedIn / 2)
    before += tiedIn
    members += tiedIn
    others += tiedOut
  }
  return members === 0 || others === 0 ? 0.5 : won / (members * others)
}

const FALSE = 0.01

function foundAt(order: readonly number[], guess: Float64Array, isIn: Uint8Array): number {
  const members = isIn.reduce((sum, one) => sum + one, 0)
  const most = FALSE * (isIn.length - members)
  let [found, wrong, best] = [0, 0, 0]
  for (let from = 0, to = 0; from < order.length; from = to) {
    for (; to < order.length && guess[order[to]!] === guess[order[from]!]; to++)
      if (isIn[order[to]!] === 1) found++
      else wrong++
    if (wrong > most) break
    best = found
  }
  return members === 0 ? 0 : best / members
}
