/**
 * Noise: whole numbers of a discrete Gaussian, drawn exactly (Canonne, Kamath & Steinke, The Discrete Gaussian for Differential Privacy,
 * NeurIPS 2020, algorithms 1 to 3).
 *
 *     P(x) ∝ exp(-x² / (2 sigma²)), x = …, -1, 0, 1, …
 *
 * Sums that noise is added to are whole numbers as well, so nothing is rounded on the way: the low bits of floating-point noise would
 * tell sums apart (Mironov, On Significance of the Least Significant Bits for Differential Privacy, CCS 2012). Chances are fractions of
 * whole numbers below 2^53, and no logarithm is drawn from. How long a draw takes is not hidden.
 */

/** A whole number from 0 up to before n ≤ 2^53, all of them equally likely. */
export type Below = (n: number) => number

const ALL = 2 ** 53
/** Of 32 bits, as many as are drawn at a time. */
const DRAWN = 1 << 14

/** By what the system has for keys: who knows a seed takes noise out again. */
export function secret(): Below {
  const words = new Uint32Array(DRAWN)
  let used = DRAWN
  const word = () => {
    if (used === DRAWN) {
      crypto.getRandomValues(words)
      used = 0
    }
    return words[used++]!
  }
  return (n) => {
    const most = ALL - (ALL % n) // above it some numbers would be likelier
    for (;;) {
      const drawn = (word() >>> 11) * 2 ** 32 + word()
      if (drawn < most) return drawn % n
    }
  }
}

/** Larger sigmas than this would need larger numbers than are exact. */
export const MOST_SIGMA = 2 ** 20
/** Nothing so far from 0 is drawn: not for any sigma once in the age of the universe. */
const FARTHEST = 2 ** 26

/** `sigma`: a whole number from 1. */
export function gaussian(sigma: number, below: Below): number {
  for (;;) {
    const drawn = laplace(sigma, below)
    const beside = Math.abs(drawn) - sigma
    if (Math.abs(drawn) < FARTHEST && happens(beside * beside, 2 * sigma * sigma, below)) return drawn
  }
}

/** P(x) ∝ exp(-|x| / scale). */
function laplace(scale: number, below: Below): number {
  for (;;) {
    const rest = below(scale)
    if (!happens(rest, scale, below)) continue
    let whole = 0
    while (happens(1, 1, below)) whole++
    const size = rest + scale * whole
    const isBelow = below(2) === 1
    if (!(isBelow && size === 0)) return isBelow ? -size : size
  }
}

/** With the chance exp(-x / y). */
function happens(x: number, y: number, below: Below): boolean {
  for (let whole = Math.floor(x / y); whole > 0; whole--) if (!happensWithin(1, 1, below)) return false
  return happensWithin(x % y, y, below)
}

/** The same where x ≤ y: the series of exp, drawn term by term. */
function happensWithin(x: number, y: number, below: Below): boolean {
  let terms = 1
  while (below(y * terms) < x) terms++
  return terms % 2 === 1
}
