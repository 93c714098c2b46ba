/** Lists that are cut and put together outside the core (src/learn/lists.h draws them). */
import type { Lists } from './learn.js'

/** Lists of ranges of keys, one after the other, as those of all. */
export function concatenate(parts: readonly Lists[]): Lists {
  const keys = parts.reduce((sum, part) => sum + part.keys, 0)
  const entries = parts.reduce((sum, part) => sum + part.items.length, 0)
  const whole: Lists = {
    keys,
    start: new Uint32Array(keys + 1),
    items: new Uint32Array(entries),
    weights: new Float32Array(entries),
  }
  let key = 0
  let entry = 0
  for (const part of parts) {
    for (let i = 0; i < part.keys; i++) whole.start[key + i + 1] = entry + part.start[i + 1]!
    whole.items.set(part.items, entry)
    whole.weights.set(part.weights, entry)
    key += part.keys
    entry += part.items.length
  }
  return whole
}

/** Of `lists` these entries, list after list; `start`: where each begins among them. */
const withEntries = ({ keys, items, weights }: Lists, start: Uint32Array, entries: readonly number[]): Lists => ({
  keys,
  start,
  items: Uint32Array.from(entries, (e) => items[e]!),
  weights: Float32Array.from(entries, (e) => weights[e]!),
})

/** Those entries that `keeps` wants, which is asked for each key. */
export function filtered(lists: Lists, keeps: (key: number) => (item: number, weight: number) => boolean): Lists {
  const start = new Uint32Array(lists.keys + 1)
  const kept: number[] = []
  for (let key = 0; key < lists.keys; key++) {
    const keep = keeps(key)
    for (let e = lists.start[key]!; e < lists.start[key + 1]!; e++)
      if (keep(lists.items[e]!, lists.weights[e]!)) kept.push(e)
    start[key + 1] = kept.length
  }
  return withEntries(lists, start, kept)
}

/** Of each list the `top` heaviest, whichever their sign, as trainings keep them. */
export function heaviest(long: Lists, top: number): Lists {
  const start = new Uint32Array(long.keys + 1)
  const chosen: number[] = []
  for (let key = 0; key < long.keys; key++) {
    const entries = Array.from({ length: long.start[key + 1]! - long.start[key]! }, (_, e) => long.start[key]! + e)
    const heavy = (entry: number) => Math.abs(long.weights[entry]!)
    entries.sort((a, b) => heavy(b) - heavy(a) || long.items[a]! - long.items[b]!)
    for (const entry of entries.slice(0, top)) chosen.push(entry)
    start[key + 1] = chosen.length
  }
  return withEntries(long, start, chosen)
}
