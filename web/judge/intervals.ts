/**
 * How sure a figure is whose rows hang together: what one person did counts as one, since rows of the same person are no new
 * evidence. Everything is a formula of sums, so that the same log gives the same interval everywhere.
 */

/** The 95 % quantile of the normal distribution, both sides. */
const Z = 1.959964

/** A figure and its 95 % interval. */
export interface Estimate {
  value: number
  interval: [low: number, high: number]
}

/** That of Student's t: a few people tell less than the normal distribution has it (Cornish and Fisher's expansion). */
function quantile(degrees: number): number {
  if (degrees < 1) return Infinity
  return Z + (Z ** 3 + Z) / (4 * degrees) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * degrees ** 2)
}

/**
 * A mean over rows, of sums by person: Σ sums / Σ counts, with the error of a ratio of two sums of independent people
 * (Cochran, Sampling Techniques, 1977, 6.4).
 */
export function meanOf(sums: Float64Array, counts: Float64Array): Estimate & { error: number } {
  const people = sums.length
  const all = total(counts)
  const value = total(sums) / all
  let squares = 0
  for (let u = 0; u < people; u++) squares += (sums[u]! - value * counts[u]!) ** 2
  const error = Math.sqrt(squares * (people / Math.max(1, people - 1))) / all
  const reach = error === 0 ? 0 : quantile(people - 1) * error
  return { value, error, interval: [value - reach, value + reach] }
}

/**
 * A share of rows, of `hits` and `counts` by person: Wilson's interval (1927), which holds for few rows and near 0 and 1 too,
 * with as many rows as independent ones would be that tell as much. `rows`: how many those are.
 */
export function shareOf(hits: Float64Array, counts: Float64Array): Estimate & { rows: number } {
  const all = total(counts)
  const { value, error } = meanOf(hits, counts)
  const spread = value * (1 - value)
  const rows = error === 0 || spread === 0 ? counts.length : Math.min(all, spread / error ** 2)
  const z = quantile(counts.length - 1)
  if (!Number.isFinite(z)) return { value, rows, interval: [0, 1] }
  const weight = 1 + z ** 2 / rows
  const middle = (value + z ** 2 / (2 * rows)) / weight
  const reach = (z / weight) * Math.sqrt(spread / rows + z ** 2 / (4 * rows ** 2))
  return { value, rows, interval: [middle - reach, middle + reach] }
}

export function total(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
