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

/** Whether how much dislikes count is open: names of the log say dislike by themselves, and neither the config nor ratings say how much. */
export const areDislikesOpen = ({ events, ratings }: Weighing): boolean =>
  ratings === null && events.list.some(({ weight, by, count }) => weight < 0 && by === 'name' && count > 0)

/** The weight of each row; 0 of what a later row takes back. */
export function weightsOf(
  learn: Learn,
  log: Interactions,
  { events, ratings, grading, taken }: Weighing,
): Float32Array {
  const { rows, event } = log
  const slips = new Set(ratings?.slips?.map(({ value }) => value))
  const rating = slips.size === 0 ? log.rating : log.rating!.map((value) => (slips.has(value) ? NaN : value))
  const byName = event === null ? [] : event.names.map((name) => events.weights.get(name.toLowerCase()) ?? 1)
  const weights = new Float32Array(rows).fill(1)
  if (event !== null) for (let row = 0; row < rows; row++) weights[row] = byName[event.code[row]!]!
  if (rating !== null) {
    const counts = isCount(grading)
    learn.with([rating, rating, gradingFloats(grading)], (from, to, by) => {
      learn.run('mt_rating_weights', by, from, rows, to)
      const graded = learn.f32(to, rows)
      for (let row = 0; row < rows; row++) {
        const weight = graded[row]!
        if (!Number.isNaN(weight) && !(counts && weight > 0)) weights[row] = weight
      }
    })
  }
  for (const row of taken ?? []) if (weights[row]! > 0) weights[row] = 0
  return weights
}
