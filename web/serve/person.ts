/** Somebody of a log, to be replayed: what they did, and from where on the bundle has not learned from it. */
import { historyOf, rowsByUser } from '../build/moments.js'
import { InputError, type Interactions } from '../read/index.js'
import type { Person } from './facts.js'

/** So many of the newest events are played where the bundle has learned from all of them. */
const LATEST = 5
/** A request takes no more. */
const MOST = 1024

/** `newest`: time of the newest event that the bundle has learned from. Errors: the log does not have this person. */
export function personOf(log: Interactions, id: string, newest: number | null): Person {
  const user = log.userIds.indexOf(id)
  if (user < 0)
    throw new InputError(
      { file: log.files.map(({ path }) => path).join(', ') },
      `no user "${id}"`,
      `one of its ${log.userIds.length} users, such as ${log.userIds.slice(0, 3).join(', ')}`,
    )
  const events = historyOf(log, rowsByUser(log)(user)).slice(-MOST)
  const unseen = newest === null ? -1 : events.findIndex(({ at }) => at !== undefined && at > newest)
  const start = unseen >= 0 ? unseen : Math.max(Math.min(1, events.length), events.length - LATEST)
  return { id, events, start, learned: unseen < 0 }
}
