/** What a person did, one event at a time: what requests take as a history and profiles keep. */
import { MartelloError, refuse, shown, typed } from './errors.js'

/** Something the person met. A plain string is an item id. */
export interface HistoryEvent {
  id: string
  /** A name that the bundle's policy knows ('like', 'dislike' …), in any case; unknown and missing names count as 1. */
  event?: string
  /**
   * A rating on the scale of the log that the bundle was built from; it counts before the event's name. Where the build
   * graded no ratings, since the log's column was no scale or its config said so, the name alone counts.
   */
  rating?: number
  /** Unix time in seconds. It matters only where the bundle's policy gives a source a half-life. */
  at?: number
}

const EVENT_KEYS = ['id', 'event', 'rating', 'at']
export const EVENT = 'an id or { id, event, rating, at }'

/** Past it a time is one in milliseconds, as of `Date.now()`: seconds will not count so far for three thousand years. */
const LATEST = 1e11

/** A Unix time in seconds, as it stands. */
export function seconds(field: string, time: number): number {
  return typed(field, time, 'number', 'a number of seconds') > LATEST
    ? refuse(field, time, 'seconds since 1970, not milliseconds')
    : time
}

/** The entry as an event, every field of the right type. */
export function historyEvent(field: string, entry: string | HistoryEvent): HistoryEvent {
  const event: HistoryEvent = typeof entry === 'string' ? { id: entry } : entry
  if (typeof event?.id !== 'string') refuse(field, entry, EVENT)
  const unknownKey = Object.keys(event).find((key) => !EVENT_KEYS.includes(key))
  if (unknownKey !== undefined)
    throw new MartelloError(`${field}: found key ${shown(unknownKey)}, expected ${EVENT_KEYS.join(', ')}`)
  if (event.at !== undefined) seconds(`${field}.at`, event.at)
  if (event.rating !== undefined) typed(`${field}.rating`, event.rating, 'number', 'a number')
  if (event.event !== undefined) typed(`${field}.event`, event.event, 'string', 'a name')
  return event
}
