/** People of a log, to be replayed: what they did, and from where on the bundle has not learned from it. */
import { historyOf, rowsByUser } from '../build/moments.js'
import { InputError, type Interactions } from '../read/index.js'
import type { Person } from './facts.js'

/** So many of the newest events are played where the bundle has learned from all of them. */
const LATEST = 5
/** A request takes no more. */
const MOST = 1024
/** People to choose from where nobody is named, and events of each: they travel with the page. */
const CHOICE = { people: 12, events: 200 }

/** `newest`: time of the newest event that the bundle has learned from. Errors: the log does not have this person. */
export function personOf(log: Interactions, id: string, newest: number | null): Person {
  const user = log.userIds.indexOf(id)
  if (user < 0)
    throw new InputError(
      { file: log.files.map(({ path }) => path).join(', ') },
      `no user "${id}"`,
      `one of its ${log.userIds.length} users, such as ${log.userIds.slice(0, 3).join(', ')}`,
    )
  return personFrom(log, id, rowsByUser(log)(user).slice(-MOST), newest)
}

/**
 * Some of the log, from those who did little to those who did much: of people whose last event is newer than what the bundle has
 * learned from, where there are such. Errors: nobody did two things.
 */
export function peopleOf(log: Interactions, newest: number | null): Person[] {
  const rowsOf = rowsByUser(log)
  const all = log.userIds.map((id, user) => ({ id, rows: rowsOf(user) })).filter(({ rows }) => rows.length > 1)
  const isNew = ({ rows }: { rows: Uint32Array }) => newest !== null && (log.time?.[rows.at(-1)!] ?? NaN) > newest
  const unseen = all.filter(isNew)
  const some = (unseen.length > 0 ? unseen : all).sort((a, b) => a.rows.length - b.rows.length)
  if (some.length === 0)
    throw new InputError(
      { file: log.files.map(({ path }) => path).join(', ') },
      `${log.userIds.length} users of one event each`,
      'users of several, whose next event can be looked for',
    )
  const count = Math.min(CHOICE.people, some.length)
  return Array.from({ length: count }, (_, i) => {
    const { id, rows } = some[Math.floor(((i + 0.5) / count) * some.length)]!
    return personFrom(log, id, rows.slice(-CHOICE.events), newest)
  })
}

function personFrom(log: Interactions, id: string, rows: Uint32Array, newest: number | null): Person {
  const events = historyOf(log, rows)
  const unseen = newest === null ? -1 : events.findIndex(({ at }) => at !== undefined && at > newest)
  const start = unseen >= 0 ? unseen : Math.max(Math.min(1, events.length), events.length - LATEST)
  return { id, events, start, learned: unseen < 0 }
}
