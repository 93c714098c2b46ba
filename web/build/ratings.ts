/**
 * What a rating says. A column that plainly is a scale of liking (a few even steps up to a usual top, or to just below one, of which
 * people give low and high ones) is graded: half of the top says nothing, four fifths of it and more is liking (2.5 and 4 of five stars,
 * 5 and 8 of ten), and less is not learned from. Nor does less speak against what is like it: on films, which people rate
 * because they chose to see them, that lost hits. MovieLens, each person's last fifth held out (tests/bench/liking.mjs): .518
 * find something that they later rated 4 and more in their first ten, .509 where all ratings count alike; 47 instead of 72 of
 * the items were later rated 2 and less. A column that counts (plays, pieces, a price) is no scale, and then every event counts 1,
 * whatever it says. The config decides over both.
 */
import type { Interactions } from '../read/index.js'
import type { Config } from './config.js'
import type { Grading } from './sections/policy.js'

/** The ratings of a log, and what they are taken for. */
export interface RatingsAccount {
  column: string
  from: number
  to: number
  /** The commonest values and how often each comes, the smallest first. */
  values: RatingCount[]
  distinct: number
  /** What says nothing, and what counts 1; null: every event counts 1, whatever its rating says. */
  scale: (Grading & { by: 'config' | 'default' }) | null
  /** Why the values are taken for a scale of liking, or are not. */
  why: string
  /** Ratings that count as liking, as less than that, and that stand for none, of all. */
  liked: number
  disliked: number
  unrated: number
  of: number
}

/** A rating, and how often it comes. */
export interface RatingCount {
  value: number
  count: number
}

const BY_CONFIG = 'the config says so'
/** Values that are listed. */
const LISTED = 12
/** A scale has no more steps than this, but for one of a hundred points. */
const MOST_STEPS = 21
/** Steps of real scales; the values of a scale are multiples of one of them. */
const STEPS = [10, 5, 1, 0.5, 0.25, 0.1]
/** Tops of real scales. A log may lack the highest values of one, but not more than a fifth of it. */
const TOPS = [1, 3, 4, 5, 6, 7, 10, 20, 100]
const LACKING = 0.8
/** Of a scale, people give the upper half at least so often; of what counts, hardly. */
const UPPER_SHARE = 0.1
/** Names of columns that rate, whatever the values look like. */
const RATES = /rat(e|ed|ing|ings)$|scores?$|stars?$|grades?$|overall|liking|review/i
/** Names of columns that count, which no values make a scale. */
const COUNTS =
  /count|plays?$|listen|quantit|qty|units$|pieces$|price|amount|revenue|spent|cost|duration|seconds|minutes|hours|views|clicks|visits|times$/i

/** null: no rating at all. */
export function ratingsOf({ rating, files }: Interactions, { ratings }: Config): RatingsAccount | null {
  const counts = new Map<number, number>()
  for (const value of rating ?? []) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size === 0) return null
  const values = Array.from(counts, ([value, count]) => ({ value, count })).sort((a, b) => a.value - b.value)
  const column = files.map((file) => file.columns.rating).find((name) => name !== undefined) ?? 'rating'
  const { grading, why } =
    ratings === undefined ? scaleOf(column, values) : { grading: ratings || null, why: BY_CONFIG }
  const common = values.toSorted((a, b) => b.count - a.count).slice(0, LISTED)
  const sum = (are: (value: number) => boolean) =>
    values.reduce((total, { value, count }) => total + (are(value) ? count : 0), 0)
  const weight = (value: number) =>
    grading === null ? 1 : value === grading.none ? NaN : (value - grading.zero) / (grading.one - grading.zero)
  return {
    column,
    from: values[0]!.value,
    to: values.at(-1)!.value,
    values: common.sort((a, b) => a.value - b.value),
    distinct: values.length,
    scale: grading && { ...grading, by: ratings === undefined ? 'default' : 'config' },
    why,
    liked: sum((value) => weight(value) > 0),
    disliked: sum((value) => weight(value) < 0),
    unrated: sum((value) => Number.isNaN(weight(value))),
    of: sum(() => true),
  }
}

/** A scale of liking and its grading, or why it is none. */
export function scaleOf(column: string, all: readonly RatingCount[]): { grading: Grading | null; why: string } {
  const no = (why: string) => ({ grading: null, why })
  if (COUNTS.test(column)) return no('a column of that name counts')
  const none = unratedOf(all)
  const values = all.filter(({ value }) => value !== none)
  if (values.length < 2) return no('there are not two values')
  const [from, to] = [values[0]!.value, values.at(-1)!.value]
  if (from >= -1 && to === 1 && values.every(({ value }) => Number.isInteger(value)))
    return { grading: { zero: 0, one: 1 }, why: from < 0 ? 'thumbs down and up' : 'no and yes' }
  const top = from < 0 ? to : TOPS.find((usual) => to <= usual && to >= LACKING * usual)
  if (top === undefined) return no(`${short(to)} is no usual top of a scale`)
  const graded = (zero: number, one: number, why: string) => ({
    grading: { zero, one, ...(none !== undefined && { none }), ...(from >= 0 && { least: 0 }) },
    why: top === to ? why : `${why}, up to ${top}, which nobody gives`,
  })
  const step = STEPS.find((size) => values.every(({ value }) => isMultiple(value, size)))
  const steps = step === undefined ? Infinity : Math.round((top - Math.min(from, step)) / step) + 1
  if (!(steps <= MOST_STEPS || (top === 100 && Number.isInteger(step))))
    return no('the values are not a few even steps')
  const rows = values.reduce((sum, value) => sum + value.count, 0)
  const upper = values.reduce((sum, { value, count }) => sum + (value > (from + to) / 2 ? count : 0), 0)
  if (upper < UPPER_SHARE * rows) return no('people hardly give the upper half of them, as where something is counted')
  if (!RATES.test(column) && fallsFromOne(values))
    return no(
      `the more, the fewer, from 1 on, as where something is counted, and no "${column}" is a usual name of ratings`,
    )
  if (from < 0) return graded(0, rounded(0.6 * top), 'even steps below and above 0')
  if (from > top / 2) return no('nobody gives the lower half of them')
  return graded(top / 2, rounded(0.8 * top), 'a few even steps of which people give low and high ones')
}

/** Whole numbers from 1 on, of which each comes no more often than the one before. */
const fallsFromOne = (values: readonly RatingCount[]) =>
  values[0]!.value === 1 &&
  values.every(({ value, count }, i) => Number.isInteger(value) && (i === 0 || count <= values[i - 1]!.count)) &&
  values.at(-1)!.count < values[0]!.count

/**
 * A value that stands for "met, not rated": a -1 below a scale that begins at 0 or above, and a 0 that comes more often than
 * the whole rest of the lower half. undefined: there is none.
 */
function unratedOf(values: readonly RatingCount[]): number | undefined {
  const to = values.at(-1)?.value ?? 0
  if (to < 3) return undefined
  if (values[0]!.value === -1 && values[1]!.value >= 0) return -1
  if (values[0]!.value !== 0) return undefined
  const lower = values.reduce((sum, { value, count }) => sum + (value > 0 && value <= to / 2 ? count : 0), 0)
  return values[0]!.count > lower ? 0 : undefined
}

/** float32 holds 0.1 to seven digits. */
const isMultiple = (value: number, step: number) => Math.abs(value / step - Math.round(value / step)) < 1e-4
const rounded = (value: number) => Math.round(100 * value) / 100

const short = (value: number) => String(+value.toFixed(2))

export function ratingsLine(ratings: RatingsAccount): string {
  const { column, from, to, scale, why, liked, disliked, of } = ratings
  const range = `ratings: ${short(from)} to ${short(to)}`
  if (scale === null) return `${range}; each counts 1, whatever it says (${why})`
  const { zero, one, least = -1 } = scale
  const below = least < 0 ? 'less is dislike' : 'less is not learned from'
  const because = scale.by === 'config' ? why : `"${column}" is taken for a scale: ${why}`
  const counts = `${liked} of ${of} are liking, ${disliked} less`
  return `${range}; ${short(zero)} says nothing, ${short(one)} counts 1, ${below}: ${counts} (${because})`
}

/** How to say otherwise, and what should be looked at. */
export function ratingRemarks(ratings: RatingsAccount | null): string[] {
  if (ratings === null || ratings.scale?.by === 'config' || ratings.why === BY_CONFIG) return []
  const { to, scale, unrated } = ratings
  const config = (value: unknown) => JSON.stringify({ ratings: value })
  if (scale === null)
    return [
      `to grade ratings: ${config({ zero: 0, one: to })} in a config, where 0 says nothing and ${short(to)} counts 1`,
    ]
  const { by: _, ...grading } = scale
  const { none, ...rated } = grading
  const otherwise = `to grade ratings otherwise, change ${config(grading)} in a config; ${config(false)} lets each count 1`
  if (none === undefined) return [otherwise]
  const taken = `look: the rating ${none} in ${unrated} rows is taken for "not rated"`
  return [
    otherwise,
    `${taken}, so that they count as events without a rating; if it is one, say ${config(rated)} in a config`,
  ]
}
