/**
 * Choosing among ways of doing a thing, each measured on the same held-out people. Figures of two ways differ by chance; since
 * what chance gives a person it gives both ways alike, their difference person by person is far surer than either figure. A
 * way that takes more bytes must be better beyond that doubt; among ways of one size the best is taken.
 */

/** What comes back of what was held out: means over people, at 20. */
export interface Figures {
  recall: number
  ndcg: number
}

/** What was tried and what it brought, for the build record. */
export interface Tried extends Figures {
  what: string
  /** Where ways were compared: recall + ndcg above what was chosen, from and to, with a confidence of 95 %. */
  above?: [from: number, to: number]
}

/** What some sources bring back: on the whole, and recall + ndcg of each person, in order. */
export interface Measured {
  figures: Figures
  each: Float32Array
}

export interface Way<T> extends Measured {
  what: string
  way: T
  bytes: number
}

/** Sizes as near as this, relative, are one. */
export const SAME_SIZE = 0.02
/** Standard errors: 90 % from one side, and 95 % from both. */
export const SURE = 1.28
const BOTH_SIDES = 1.96

/** How much better one is than the other: the mean by person, and its standard error. */
export function difference(one: Float32Array, other: Float32Array): { mean: number; error: number } {
  const n = one.length
  let sum = 0
  let squares = 0
  one.forEach((value, person) => {
    const by = value - other[person]!
    sum += by
    squares += by * by
  })
  const mean = sum / Math.max(1, n)
  return { mean, error: Math.sqrt(Math.max(0, squares / Math.max(1, n) - mean * mean) / Math.max(1, n - 1)) }
}

export function pick<T>(ways: readonly Way<T>[]): { best: Way<T>; tried: Tried[] } {
  const best = [...ways]
    .sort((a, b) => a.bytes - b.bytes)
    .reduce((best, way) => {
      const { mean, error } = difference(way.each, best.each)
      return mean > (way.bytes > best.bytes * (1 + SAME_SIZE) ? SURE * error : 0) ? way : best
    })
  return { best, tried: against(ways, best) }
}

/** What was tried, beside what was taken. */
export function against(ways: readonly (Measured & { what: string })[], best: Measured): Tried[] {
  return ways.map(({ what, figures, each }) => {
    const { mean, error } = difference(each, best.each)
    return { what, ...figures, above: [mean - BOTH_SIDES * error, mean + BOTH_SIDES * error] }
  })
}
