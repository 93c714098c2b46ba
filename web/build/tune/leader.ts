/**
 * Whether the source that is best alone, the leader, is taken alone. A search of weights finds some that suit the people it
 * searched on by chance, and the more so the fewer they are; where all that people meet is met much, what the other sources add
 * is less than that. Then the smaller bundle is taken, and it brings back no less.
 */
import { against, difference, SURE, type Measured, type Tried } from './ways.js'

/** What a search gains on the people it searched on may be chance up to so many standard errors (popular.ts). */
const BY_CHANCE = 5
/** Of what the leader brings back. What might be worth more than this beside it is shipped without being sure of it: where people
 * are too few to tell, sources together are the better guess. */
const MUCH = 0.03

/** Whether all together, with weights searched on these very people, are so little better than the leader that others must tell. */
export function isInDoubt(together: Float32Array, leader: Float32Array): boolean {
  const { mean, error } = difference(together, leader)
  return mean <= BY_CHANCE * error
}

/** Whether it is taken alone. Together: with weights that were searched on other people. */
export function isAlone(together: Measured, leader: Measured): boolean {
  const { mean, error } = difference(together.each, leader.each)
  const { recall, ndcg } = leader.figures
  return mean <= SURE * error && mean + SURE * error <= MUCH * (recall + ndcg)
}

export function saidOfLeader(name: string, together: Measured, leader: Measured): string {
  const { mean, error } = difference(together.each, leader.each)
  const added = `${mean < 0 ? '' : '+'}${mean.toFixed(4)} ± ${(2 * error).toFixed(4)}`
  return `${name} is taken alone: what the other sources add to recall + ndcg of a person, ${added}, is no more than chance gives`
}

/** For the record. */
export function triedLeader(name: string, together: Measured, leader: Measured): Tried[] {
  const ways = [
    { what: `${name} alone, of all people`, way: null, bytes: 0, ...leader },
    { what: 'together, each half of the people by weights of the other', way: null, bytes: 0, ...together },
  ]
  return against(ways, ways[0]!)
}
