/** What a person takes again, and how regularly: why something that the history holds comes back. */
import type { Core } from './core.js'
import { historyEvent, type HistoryEvent } from './history.js'
import type { Again, Answer } from './request.js'

/** By id, of what was not disliked. */
export function takenBefore(core: Core, history: readonly (string | HistoryEvent)[]): Map<string, Again> {
  const at = new Map<string, (number | undefined)[]>()
  for (const entry of history) {
    const event = historyEvent('history', entry)
    const name = event.event?.toLowerCase() ?? ''
    if (core.weigh(event.rating ?? NaN, name) > 0) at.set(event.id, [...(at.get(event.id) ?? []), event.at])
  }
  return new Map(Array.from(at, ([id, times]) => [id, againOf(times)]))
}

/** Gives the items of an answer what is known of them. */
export function sayAgain({ items }: Answer, before: ReadonlyMap<string, Again>): void {
  for (const item of items) {
    const again = before.get(item.id)
    if (again !== undefined) item.again = again
  }
}

function againOf(at: readonly (number | undefined)[]): Again {
  const known = [...new Set(at.filter((time) => time !== undefined))].sort((a, b) => a - b)
  const times = known.length + at.filter((time) => time === undefined).length
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return { times }
  return { times, last, ...(known.length > 1 && { every: (last - first) / (known.length - 1) }) }
}
