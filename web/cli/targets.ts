/**
 * What a holdout file asks: each person's history, and the items that it holds out for them. An event that weighs 0 or less
 * says what was not liked, so it is no target; nor is an item of the history, unless the bundle recommends what people take
 * again. Whoever has nothing left to find is not asked. Events weigh what they weigh in the bundle, as they did when it was built.
 */
import { historyOf, rowsByUser, servedWeights } from '../build/moments.js'
import type { Interactions } from '../read/index.js'
import type { Core } from '../recommender/core.js'
import type { HistoryEvent } from '../recommender/history.js'
import { NOT_FOUND } from '../recommender/slate.js'

export interface Asked {
  /** Their number in the holdout. */
  user: number
  events: HistoryEvent[]
  /** At least one; an item counts once, and as a miss where the bundle does not know it. */
  held: ReadonlySet<string>
  /** When each of these was first taken, in their order: Unix seconds, NaN where that is not known. */
  times: readonly number[]
  /** Whether it is time to take something again depends on when a person is asked: when they first met what is held out. */
  now?: number
}

export interface Targets {
  asked: Asked[]
  counts: {
    users_without_history: number
    /** Not among those asked: nothing is left to find. */
    users_without_targets: number
    held_out_unknown: number
    /** Events left out. */
    held_out_already_in_history: number
    held_out_disliked: number
  }
}

export function targetsOf(core: Core, history: Interactions, holdout: Interactions): Targets {
  const past = rowsById(history)
  const weight = servedWeights(core, holdout)
  const asked: Asked[] = []
  const counts = {
    users_without_history: 0,
    users_without_targets: 0,
    held_out_unknown: 0,
    held_out_already_in_history: 0,
    held_out_disliked: 0,
  }
  const rowsOf = rowsByUser(holdout)
  holdout.userIds.forEach((id, user) => {
    const rows = rowsOf(user)
    const events = historyOf(history, past.get(id) ?? new Uint32Array())
    const met = new Set(events.map(({ id }) => id))
    const held = new Map<string, number>()
    for (const row of rows) {
      const id = holdout.itemIds[holdout.item[row]!]!
      if (weight[row]! <= 0) counts.held_out_disliked++
      else if (met.has(id) && !core.repeats) counts.held_out_already_in_history++
      else if (!held.has(id)) held.set(id, holdout.time?.[row] ?? NaN)
    }
    if (held.size === 0) {
      counts.users_without_targets++
      return
    }
    if (events.length === 0) counts.users_without_history++
    for (const id of held.keys()) if (core.find(id) === NOT_FOUND) counts.held_out_unknown++
    const now = holdout.time?.[rows[0]!] ?? NaN
    asked.push({
      user,
      events,
      held: new Set(held.keys()),
      times: [...held.values()],
      ...(core.repeats && !Number.isNaN(now) && { now }),
    })
  })
  return { asked, counts }
}

/** A log by user id: row numbers in time order. */
function rowsById(log: Interactions): Map<string, Uint32Array> {
  const rowsOf = rowsByUser(log)
  return new Map(log.userIds.map((id, user) => [id, rowsOf(user)]))
}
