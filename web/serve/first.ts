/**
 * The shelf that the page begins with, made when it is served, so that it stands before the bundle has come: what a new person
 * gets, or whoever is replayed at the moment that the replay begins at. It is the same answer that the page's own recommender gives.
 */
import type { Recommender } from '../entry/node.js'
import type { First, Person } from './facts.js'

/** So many items are on the shelf, until somebody asks for more. */
export const SHELF = 12
/** Events around the moment of a replay that are listed, before it and after. */
export const LISTED = 6

export function firstOf(rec: Recommender, person: Person | null): First {
  const { events = [], start = 0 } = person ?? {}
  const history = events.slice(0, start)
  const shelf = rec.recommend({ k: SHELF, explain: true, history }).items
  const more = rec.recommend({ k: 2 * SHELF, history }).items
  const listed = events.slice(Math.max(0, start - LISTED), start + LISTED)
  const named = [...shelf.flatMap(({ because }) => because.slice(0, 1)), ...listed.map(({ id }) => id)]
  const told = [...more, ...shelf].map(({ id, attributes }) => [id, attributes] as const)
  for (const id of new Set(named)) {
    const n = rec.number(id)
    if (n !== undefined) told.push([id, rec.attributes(n)])
  }
  return { shelf: shelf.map(({ attributes, ...item }) => item), attributes: Object.fromEntries(told) }
}
