/**
 * What people disliked: events that weigh nothing or less. Logs are without them, since most models learn of what was met alone; for
 * factors that are told what an event weighs (`svdpp`, `nmf`) they tell the disliked from the unknown.
 */
import type { Lists } from '../../learn/learn.js'
import type { TrainConfig } from './config.js'

/** Row n of every array is one event, in file order. */
export interface Disliked {
  user: Uint32Array
  item: Uint32Array
  time: Float64Array | null
  /** 0 and less. */
  weight: Float32Array
}

/** What of a log tells when a person's hidden events begin. */
interface Told {
  users: number
  user: Uint32Array
  time: Float64Array | null
  hidden?: Uint8Array
  disliked?: Disliked
}

/** Whether something that the config asks for learns of it. */
export const wantsDisliked = (train: TrainConfig | undefined): boolean =>
  [train?.factors ?? []].flat().some((name) => name === 'svdpp' || name === 'nmf')

/**
 * By person, each item as it was disliked most; without what the person met all the same, and of people with hidden events only
 * what was before these. `sequences`: what everybody met.
 */
export function dislikedIn(
  { users, user, time, hidden, disliked }: Told,
  sequences: { start: Uint32Array; item: Uint32Array },
): Lists | null {
  if (disliked === undefined) return null
  const until = new Float64Array(users).fill(Infinity)
  if (time !== null && hidden !== undefined)
    for (let e = 0; e < user.length; e++) if (hidden[e] === 1 && time[e]! < until[user[e]!]!) until[user[e]!] = time[e]!
  const weights = Array.from({ length: users }, () => new Map<number, number>())
  disliked.weight.forEach((weight, e) => {
    const [person, item] = [disliked.user[e]!, disliked.item[e]!]
    if (disliked.time !== null && disliked.time[e]! >= until[person]!) return
    weights[person]!.set(item, Math.min(weight, weights[person]!.get(item) ?? 0))
  })
  weights.forEach((of, person) => {
    for (let e = sequences.start[person]!; e < sequences.start[person + 1]!; e++) of.delete(sequences.item[e]!)
  })
  const start = new Uint32Array(users + 1)
  weights.forEach((of, person) => (start[person + 1] = start[person]! + of.size))
  return {
    keys: users,
    start,
    items: Uint32Array.from(weights.flatMap((of) => [...of.keys()])),
    weights: Float32Array.from(weights.flatMap((of) => [...of.values()])),
  }
}
