/**
 * What noise costs: how much it must be that a bundle keeps to its epsilon and delta, whoever is in the log or not.
 *
 * Tables get Gaussian noise, which is accounted for as zero-concentrated differential privacy (Bun & Steinke 2016): a table of which a person
 * moves the sums by a vector of length 1 at most costs rho = 1 / (2 sigma²), and what several tables cost adds up. What rho and a delta are as
 * epsilon is as Canonne, Kamath & Steinke (2020) have it, who also show that discrete noise costs no more. Half of delta goes there.
 *
 * The other half hides which sums there are at all: only those that somebody's events are in get noise, so that one that no one else is in
 * says that the person was there. It is in the bundle where it is at least a threshold after noise, which all that one person alone put there
 * together reaches with a chance of no more than that half (as partition selection: Korolova et al. 2009).
 */

const ROUNDS = 80

/** Between two places, of which `of` is above `most` at the first and falls towards the second: the first at which it is not. */
function whereAtMost(most: number, of: (x: number) => number, first: number, second: number): number {
  let [above, within] = [first, second]
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (above + within) / 2
    if (of(middle) > most) above = middle
    else within = middle
  }
  return within
}

/** The delta at which what costs rho keeps to epsilon. */
export function deltaOf(rho: number, epsilon: number): number {
  const slope = (alpha: number) => (2 * alpha - 1) * rho - epsilon + Math.log1p(-1 / alpha)
  const alpha = whereAtMost(0, (x) => -slope(x), 1 + 1e-6, (epsilon + 1) / (2 * rho) + 2)
  const log = (alpha - 1) * (alpha * rho - epsilon) + alpha * Math.log1p(-1 / alpha) - Math.log(alpha - 1)
  return Math.min(1, Math.exp(log))
}

/** The epsilon that rho is, with delta. */
export const epsilonOf = (rho: number, delta: number): number =>
  whereAtMost(delta, (epsilon) => deltaOf(rho, epsilon), 0, rho + 2 * Math.sqrt(rho * Math.log(1 / delta)))

/** What may be spent. */
export const rhoOf = (epsilon: number, delta: number): number =>
  whereAtMost(delta, (rho) => deltaOf(rho, epsilon), epsilon + 1, 0)

/** More than the chance of a discrete Gaussian number to be `least` or more: of a normal one to be 1 less, by Mills' ratio. */
function tail(least: number, sigma: number): number {
  const z = (least - 1) / sigma
  return z < 1 ? 1 : Math.exp((-z * z) / 2) / (z * Math.sqrt(2 * Math.PI))
}

/**
 * The least whole number that sums of one person alone, who puts `rows[n]` there, after noise reach with a chance of `delta` at most, whichever
 * of the rows theirs is. All in the units of the grid.
 */
export function hidingThreshold(rows: readonly (readonly number[])[], sigma: number, delta: number): number {
  const chance = (least: number) =>
    rows.reduce(
      (most, row) =>
        Math.max(
          most,
          row.reduce((sum, own) => sum + tail(least - own, sigma), 0),
        ),
      0,
    )
  const highest = rows.reduce((most, row) => row.reduce((so, own) => Math.max(so, own), most), 0)
  return Math.ceil(whereAtMost(delta, chance, highest, highest + 100 * sigma))
}

/** Of sums of nobody, no more than one, and no more than this share, is to be in a bundle by noise alone. */
const QUIET = 0.01

/** The least whole number that of so many sums of nobody about so few reach after noise. */
export const quietThreshold = (sums: number, sigma: number): number =>
  Math.ceil(whereAtMost(Math.min(QUIET, 1 / sums), (least) => tail(least, sigma), 0, 100 * sigma))
