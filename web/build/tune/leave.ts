/**
 * Which sources are left out, since held-out people do not surely miss them: backward elimination, one source at a time, first
 * the one that takes most bytes. A search of weights leaves a small one to a source that says next to nothing new, because that
 * suits the people it searched on, and all its lists would be shipped for it. So weights are searched on one half of the
 * people and measured on the other, and the other way round. Whatever is left out is held against all sources together, not
 * against the step before, so that small losses do not add up unseen.
 */
import { against, difference, SURE, type Measured, type Tried } from './ways.js'

/** Of what all sources bring back. Where people are too few to be sure that no more than this is missed, a source stays. */
const LITTLE = 0.02

export interface Member {
  name: string
  /** What is freed without it; 0: it stays, whatever held-out people say. */
  spare: number
  /** Whether it tells people apart, and whether it says what is alike: where there are such sources, one of each stays. */
  isPersonal: boolean
  isAlike: boolean
}

/** Sources together: each half of the people by weights that were searched on the other. */
export interface Crossed extends Measured {
  /** By the half that they were searched on. */
  byHalf: number[][]
}

export interface Leaving {
  left: Member[]
  /** Places of those that stay. */
  kept: number[]
  rest: Crossed
  tried: Tried[]
}

/** `all`: all members together. `cross`: measures some of them, by weights that are searched `from` those of each half. */
export async function leaveOut(
  members: readonly Member[],
  all: Crossed,
  cross: (from: readonly (readonly number[])[], way: readonly number[]) => Promise<Crossed>,
): Promise<Leaving> {
  let kept = [...members.keys()]
  let rest = all
  const left: Member[] = []
  const ways = [{ what: 'together, each half of the people by weights of the other', ...all }]
  const spare = kept.filter((place) => members[place]!.spare > 0)
  for (const place of spare.sort((a, b) => members[b]!.spare - members[a]!.spare)) {
    const one = members[place]!
    const others = kept.filter((other) => other !== place)
    const heard = others.filter((other) => rest.byHalf.some((weights) => weights[other]! > 0)).map((o) => members[o]!)
    if (!heard.some(({ isPersonal, isAlike }) => isPersonal && (isAlike || !one.isAlike))) continue
    const without = await cross(
      rest.byHalf.map((weights) => weights.with(place, 0)),
      others,
    )
    ways.push({ what: `… without ${namesOf([...left, one])}`, ...without })
    if (isMissed(all, without)) continue
    left.push(one)
    ;[kept, rest] = [others, without]
  }
  return { left, kept, rest, tried: against(ways, rest) }
}

/** Whether what was left out is missed for sure, or may be missed much. */
export function isMissed(all: Measured, without: Measured): boolean {
  const { mean, error } = difference(all.each, without.each)
  const { recall, ndcg } = all.figures
  return mean > SURE * error || mean + SURE * error > LITTLE * (recall + ndcg)
}

export function saidOfLeft({ left, rest }: Pick<Leaving, 'left' | 'rest'>, all: Measured): string {
  const { mean, error } = difference(all.each, rest.each)
  const added = `${mean < 0 ? '' : '+'}${mean.toFixed(4)} ± ${(2 * error).toFixed(4)}`
  const bytes = left.reduce((sum, { spare }) => sum + spare, 0)
  const keep = JSON.stringify({ sources: Object.fromEntries(left.map(({ name }) => [name, true])) })
  return (
    `${namesOf(left)} left out, about ${bytes} bytes: what ${left.length === 1 ? 'it adds' : 'they add'} to recall + ndcg of a person, ${added}, ` +
    `is no more than chance gives; ${keep} in a config keeps ${left.length === 1 ? 'it' : 'them'}`
  )
}

/** Of what people take again, which was asked for and weighs nothing. */
export function saidOfUnrepeated({ all, without }: { all: Measured; without: Measured }): string {
  const { mean, error } = difference(all.each, without.each)
  return (
    `repeat is left out: to recall + ndcg of a person it adds ${mean < 0 ? '' : '+'}${mean.toFixed(4)} ± ${(2 * error).toFixed(4)} beside the others; ` +
    '{"sources":{"repeat":true}} in a config keeps it'
  )
}

const namesOf = (members: readonly Member[]) => members.map(({ name }) => name).join(', ')
