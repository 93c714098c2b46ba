/** What each event of a log weighs: what its rating says, else its name. Training, tuning and devices weigh alike. */
import type { Learn } from '../learn/learn.js'
import type { Interactions } from '../read/index.js'
import type { Config } from './config.js'
import { eventsOf, type Events } from './events.js'
import { takenBack } from './lastword.js'
import { isCount, ratingsOf, type RatingsAccount } from './ratings.js'
import { gradingFloats, NO_GRADING, type Grading } from './sections/policy.js'

/** What events and ratings weigh, as the log and the config say. */
export interface Weighing {
  events: Events
  /** null: the log has none. */
  ratings: RatingsAccount | null
  /** For devices, too. */
  grading: Grading
  /** Rows that later ones take back; null: there are none. */
  taken: ReadonlySet<number> | null
}

export function weighingOf(log: Interactions | null, config: Config): Weighing {
  const ratings = log === null ? null : ratingsOf(log, config)
  const weighed = {
    events: eventsOf(log?.event ?? null, config),
    ratings,
    grading: ratings?.scale ?? (config.ratings || NO_GRADING),
  }
  return { ...weighed, taken: log && takenBack(log, weighed) }
}

/** The weight of each row; 0 of what a later row takes back. */
export function weightsOf(
  learn: Learn,
  log: Interactions,
  { events, ratings, grading, taken }: Weighing,
): Float32Array {
  const { rows, event } = log
  const slips = new Set(ratings?.slips?.map(({ value }) => value))
  const rating = slips.size === 0 ? log.rating : log.rating!.map((value) => (slips.has(value) ? NaN : value))
  const byName = event?.names.map((name) => events.weights.get(name.toLowerCase()) ?? 1)
  const named = (row: number) => byName?.[event!.code[row]!] ?? 1
  const standing = (weight: number, row: number) => (taken?.has(row) && weight > 0 ? 0 : weight)
  if (rating === null) return Float32Array.from({ length: rows }, (_, row) => standing(named(row), row))
  const graded = learn.with([rating, rating, gradingFloats(grading)], (from, to, by) => {
    learn.run('mt_rating_weights', by, from, rating.length, to)
    return learn.f32(to, rating.length).slice()
  })
  const counts = isCount(grading)
  return graded.map((weight, row) =>
    standing(Number.isNaN(weight) || (counts && weight > 0) ? named(row) : weight, row),
  )
}
