/**
 * What a rating says. A column that plainly is a scale of liking (a few even steps up to a usual top, or to just below one, of which
 * people give low and high ones) is graded: half of the top says nothing, four fifths of it and more is liking (2.5 and 4 of five stars,
 * 5 and 8 of ten), and less is not learned from. Nor does less speak against what is like it: on films, which people rate
 * because they chose to see them, that lost hits. MovieLens, each person's last fifth held out (tests/bench/liking.mjs): .518
 * find something that they later rated 4 and more in their first ten, .509 where all ratings count alike; 47 instead of 72 of
 * the items were later rated 2 and less. A column that counts (plays, pieces, a price) is no scale, and then every event counts 1,
 * whatever it says; where it goes below 0, as pieces that came back do, that is no liking. A few values far off a scale are slips,
 * and taken for missing. The config decides over all of it.
 */
import { quote, type Interactions } from '../read/index.js'
import type { Config } from './config.js'
import type { Grading } from './sections/policy.js'
import { COUNTS } from './telling.js'

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
  /** Values far off the scale, which are taken for missing and no part of the other figures. */
  slips?: RatingCount[]
}

/** A rating, and how often it comes. */
export interface RatingCount {
  value: number
  count: number
}

const BY_CONFIG = 'the config says so'
/** Values that are listed. */
const LISTED = 12
/** A scale has no more steps than this, but for one of a hundred points; where the name says that it rates, no more than these. */
const MOST_STEPS = 21
const MOST_STEPS_RATED = 201
/** Steps of real scales; the values of a scale are multiples of one of them. */
const STEPS = [10, 5, 1, 0.5, 0.25, 0.1]
/** Tops of real scales. A log may lack the highest values of one, but not more than a fifth of it. */
const TOPS = [1, 3, 4, 5, 6, 7, 10, 20, 100]
const LACKING = 0.8
/** Tops that are seldom meant, so that nobody may have given the next one. */
const DOUBTED: Record<number, number> = { 4: 5, 6: 7 }
/** Slips are one value, or so few of all: at most so many that adjoin the scale, or so many that stand apart, beyond its double. */
const SLIPS = { beside: 0.001, apart: 0.05 }
const FEWEST = 20
/** Marks of a missing rating, far above any scale that they stand beside. */
const MARKS = [99, 999, 9999]
/** Of a scale, people give the upper half at least so often; of what counts, hardly. */
const UPPER_SHARE = 0.1
/** Names of columns that rate, whatever the values look like. */
const RATES = /rat(e|ed|ing|ings)$|scores?$|stars?$|grades?$|overall|liking|review/i
/** null: no rating at all. */
export function ratingsOf({ rating, files }: Interactions, { ratings }: Config): RatingsAccount | null {
  const counts = new Map<number, number>()
  for (const value of rating ?? []) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (counts.size === 0) return null
  const all = Array.from(counts, ([value, count]) => ({ value, count })).sort((a, b) => a.value - b.value)
  const column = files.map((file) => file.columns.rating).find((name) => name !== undefined) ?? 'rating'
  const { grading, why, slips } =
    ratings === undefined ? scaleOf(column, all) : { grading: ratings || null, why: BY_CONFIG, slips: undefined }
  const values = without(all, slips ?? [])
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
    ...(slips && { slips }),
  }
}

interface Scale {
  grading: Grading | null
  why: string
  slips?: RatingCount[]
}

/** A scale of liking and its grading, or why it is none. */
export function scaleOf(column: string, all: readonly RatingCount[]): Scale {
  if (COUNTS.test(column)) return countOf(all, 'a column of that name counts')
  const slips = slipsOf(all)
  const cut = slips.length === 0 ? null : wholeScaleOf(column, without(all, slips))
  if (cut !== null && cut.grading !== null) return { ...cut, slips }
  const whole = wholeScaleOf(column, all)
  return whole.grading === null && all[0]!.value < -1 ? countOf(all, whole.why) : whole
}

/** What counts each time, but for what is below 0, which was taken back: from the least on that is above. */
function countOf(all: readonly RatingCount[], why: string): Scale {
  const least = all.find(({ value }) => value > 0)?.value
  if (least === undefined || all[0]!.value >= 0) return { grading: null, why }
  return { grading: { zero: 0, one: least, least: 0 }, why: `${why}, and what is not above 0 is none` }
}

/** Few values above a usual top that others reach, or below 0 where the others begin above. */
function slipsOf(all: readonly RatingCount[]): RatingCount[] {
  const rows = rowsOf(all)
  if (rows < FEWEST) return []
  const isFew = (some: readonly RatingCount[], share: number) =>
    some.length > 0 && rowsOf(some) <= Math.max(1, share * rows)
  const below = all.filter(({ value }) => value < 0 && value !== -1)
  const low = isFew(below, SLIPS.beside) ? below : []
  const high = TOPS.map((top) => {
    const above = all.filter(({ value }) => value > top)
    const reached = all.find(({ value }) => value === top)?.count ?? 0
    const isApart = (above[0]?.value ?? 0) > 2 * top
    return reached > rowsOf(above) && isFew(above, isApart ? SLIPS.apart : SLIPS.beside) ? above : []
  }).find((above) => above.length > 0)
  return [...low, ...(high ?? [])]
}

function without(all: readonly RatingCount[], some: readonly RatingCount[]): RatingCount[] {
  const out = new Set(some)
  return all.filter((one) => !out.has(one))
}

const rowsOf = (values: readonly RatingCount[]) => values.reduce((sum, { count }) => sum + count, 0)

function wholeScaleOf(column: string, all: readonly RatingCount[]): Scale {
  const no = (why: string) => ({ grading: null, why })
  const none = unratedOf(all)
  const values = all.filter(({ value }) => value !== none)
  if (values.length < 2) return no('there are not two values')
  const [from, to] = [values[0]!.value, values.at(-1)!.value]
  if (from >= -1 && to === 1 && values.every(({ value }) => Number.isInteger(value)))
    return { grading: { zero: 0, one: 1 }, why: from < 0 ? 'thumbs down and up' : 'no and yes' }
  const isEven = from < 0 && -from >= LACKING * to && -from <= to / LACKING
  const farthest = isEven ? Math.max(to, -from) : to
  const usualTop = TOPS.find((usual) => farthest <= usual && farthest >= LACKING * usual)
  const top = from < 0 ? (usualTop ?? to) : usualTop
  if (top === undefined) return no(`${short(to)} is no usual top of a scale`)
  const graded = (zero: number, one: number, why: string) => ({
    grading: { zero, one, ...(none !== undefined && { none }), ...(from >= 0 && { least: 0 }) },
    why: top === to ? why : `${why}, up to ${top}, which nobody gives`,
  })
  const step = STEPS.find((size) => values.every(({ value }) => isMultiple(value, size)))
  const steps = step === undefined ? Infinity : Math.round((top - Math.min(from, step)) / step) + 1
  const most = RATES.test(column) ? MOST_STEPS_RATED : MOST_STEPS
  if (!(steps <= most || (top === 100 && Number.isInteger(step)) || (isEven && RATES.test(column))))
    return no('the values are not a few even steps')
  const rows = rowsOf(values)
  const upper = values.reduce((sum, { value, count }) => sum + (value > (from + to) / 2 ? count : 0), 0)
  if (upper < UPPER_SHARE * rows) return no('people hardly give the upper half of them, as where something is counted')
  if (!RATES.test(column) && fallsFromOne(values))
    return no(
      `the more, the fewer, from 1 on, as where something is counted, and no "${column}" is a usual name of ratings`,
    )
  if (from < 0)
    return graded(
      0,
      rounded(0.6 * top),
      step === undefined ? 'as far below 0 as above' : 'even steps below and above 0',
    )
  if (from > top / 2) return no('nobody gives the lower half of them')
  return graded(top / 2, rounded(0.8 * top), 'a few even steps of which people give low and high ones')
}

/** Whole numbers from 1 on, of which each comes no more often than the one before. */
const fallsFromOne = (values: readonly RatingCount[]) =>
  values[0]!.value === 1 &&
  values.every(({ value, count }, i) => Number.isInteger(value) && (i === 0 || count <= values[i - 1]!.count)) &&
  values.at(-1)!.count < values[0]!.count

/**
 * A value that stands for "met, not rated": a 99 far above all others, a -1 below a scale that begins at 0 or above, and a 0 that comes more often than
 * the whole rest of the lower half. undefined: there is none.
 */
function unratedOf(values: readonly RatingCount[]): number | undefined {
  const to = values.at(-1)?.value ?? 0
  if (MARKS.includes(to) && values.length > 2 && values.at(-2)!.value <= to / 4) return to
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
  const because = scale.by === 'config' || isCount(scale) ? why : `"${column}" is taken for a scale: ${why}`
  if (isCount(scale)) return `${range}; above 0 counts 1, else 0: ${liked} of ${of} are above (${because})`
  const counts = `${liked} of ${of} are liking, ${disliked} less`
  return `${range}; ${short(zero)} says nothing, ${short(one)} counts 1, ${below}: ${counts} (${because})`
}

/** How to say otherwise, and what should be looked at. */
export function ratingRemarks(ratings: RatingsAccount | null): string[] {
  if (ratings === null || ratings.scale?.by === 'config' || ratings.why === BY_CONFIG) return []
  const { column, from, to, distinct, scale, why, liked, unrated, of, slips = [] } = ratings
  const config = (value: unknown) => JSON.stringify({ ratings: value })
  if (scale === null) {
    const rates = RATES.test(column) && !COUNTS.test(column) && distinct > 1
    const look = rates ? `look: ratings are not graded: ${why}; ` : ''
    const half = { zero: rounded(to / 2), one: rounded(0.8 * to), least: 0 }
    const fits = rates && from >= 0 && to <= TOPS.at(-1)!
    const grading = fits ? half : { zero: 0, one: rounded(to) }
    return [
      `${look}to grade ratings: ${config(grading)} in a config, where ${grading.zero} says nothing and ${grading.one} counts 1`,
    ]
  }
  const { by: _, ...grading } = scale
  const { none, ...rated } = grading
  const lines = [
    `to grade ratings otherwise, change ${config(grading)} in a config; ${config(false)} lets each count 1`,
  ]
  if (isCount(grading))
    lines.push(
      `look: ${of - liked} of ${of} rows have a ${quote(column)} that is not above 0: they count 0, and take back what the same person took of the item before`,
    )
  if (DOUBTED[to] !== undefined && grading.zero === to / 2) {
    const top = DOUBTED[to]
    const higher = { ...grading, zero: rounded(top / 2), one: rounded(0.8 * top) }
    lines.push(
      `look: nobody gives more than ${to}, which is taken for the top of the scale; if it is ${top}, say ${config(higher)} in a config`,
    )
  }
  if (none !== undefined)
    lines.push(
      `look: the rating ${none} in ${unrated} rows is taken for "not rated", so that they count as events without a rating; if it is one, say ${config(rated)} in a config`,
    )
  if (slips.length > 0) {
    const said = slips.slice(0, LISTED).map(({ value, count }) => `${short(value)} in ${count}`)
    const more = slips.length > LISTED ? [`others in ${rowsOf(slips.slice(LISTED))}`] : []
    const found = [...said, ...more].join(', ')
    lines.push(
      `look: ratings far off the scale up to ${short(to)} are taken for missing: ${found} of ${of + rowsOf(slips)} rows`,
    )
  }
  return lines
}

/** As a bundle keeps them: any number of values may be slips. */
export const withFewSlips = (ratings: RatingsAccount): RatingsAccount =>
  ratings.slips === undefined ? ratings : { ...ratings, slips: ratings.slips.slice(0, LISTED) }

/** No scale of liking: above 0 or not. */
export const isCount = ({ zero, least }: Grading): boolean => zero === 0 && least === 0
