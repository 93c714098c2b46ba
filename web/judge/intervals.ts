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

/** The 95 % quantile of Student's t: a few people tell less than the normal distribution has it (Cornish and Fisher's expansion). */
export function quantile(degrees: number): number {
  if (degrees < 1) return Infinity
  return Z + (Z ** 3 + Z) / (4 * degrees) + (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / (96 * degrees ** 2)
}

/**
 * A mean over rows, of sums by person: Σ sums / Σ counts, with the error of a ratio of two sums of independent people
 * (Cochran, Sampling Techniques, 1977, 6.4). The interval leans as the people do: a few large sums, such as large weights make, mean that
 * a log without them is likely, and says too little.
 */
export function meanOf(sums: Float64Array, counts: Float64Array): Estimate & { error: number } {
  const people = sums.length
  const all = total(counts)
  const value = total(sums) / all
  let [squares, cubes] = [0, 0]
  for (let u = 0; u < people; u++) {
    const off = sums[u]! - value * counts[u]!
    squares += off ** 2
    cubes += off ** 3
  }
  const error = Math.sqrt(squares * (people / Math.max(1, people - 1))) / all
  if (error === 0) return { value, error, interval: [value, value] }
  const z = quantile(people - 1)
  const lean = cubes / squares ** 1.5
  return { value, error, interval: [value - error * leaning(z, lean), value - error * leaning(-z, lean)] }
}

/**
 * The quantile of a mean of what is skewed, `lean` its skewness / √n, where that of an even distribution is z: Hall's transformation, a
 * cubic that takes the skewness out of Student's t and can be turned around (On the Removal of Skewness by Transformation, JRSS B, 1992).
 */
function leaning(z: number, lean: number): number {
  if (Math.abs(lean) < 1e-6 || !Number.isFinite(z)) return z
  return (3 / lean) * (Math.cbrt(1 + lean * (z - lean / 6)) - 1)
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
  return { value, rows, interval: [Math.max(0, middle - reach), Math.min(1, middle + reach)] } // but for rounding it ends there
}

export function total(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum
}
