/** What each event of a log weighs: what its rating says, else its name. Training, tuning and devices weigh alike. */
import type { Learn } from '../learn/learn.js'
import type { Interactions } from '../read/index.js'
import type { Config } from './config.js'
import { eventsOf, type Events } from './events.js'
import { ratingsOf, type RatingsAccount } from './ratings.js'
import { gradingFloats, NO_GRADING, type Grading } from './sections/policy.js'

/** What events and ratings weigh, as the log and the config say. */
export interface Weighing {
  events: Events
  /** null: the log has none. */
  ratings: RatingsAccount | null
  /** For devices, too. */
  grading: Grading
}

export function weighingOf(log: Interactions | null, config: Config): Weighing {
  const ratings = log === null ? null : ratingsOf(log, config)
  return {
    events: eventsOf(log?.event ?? null, config),
    ratings,
    grading: ratings?.scale ?? (config.ratings || NO_GRADING),
  }
}

/** The weight of each row. */
export function weightsOf(learn: Learn, log: Interactions, { events, grading }: Weighing): Float32Array {
  const { rows, rating, event } = log
  const byName = event?.names.map((name) => events.weights.get(name.toLowerCase()) ?? 1)
  const named = (row: number) => byName?.[event!.code[row]!] ?? 1
  if (rating === null) return Float32Array.from({ length: rows }, (_, row) => named(row))
  const graded = learn.with([rating, rating, gradingFloats(grading)], (from, to, by) => {
    learn.run('mt_rating_weights', by, from, rating.length, to)
    return learn.f32(to, rating.length).slice()
  })
  return graded.map((weight, row) => (Number.isNaN(weight) ? named(row) : weight))
}
