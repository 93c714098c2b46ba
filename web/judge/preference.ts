/**
 * Which of two people prefer, from the clicks on interleaved slates (page/interleave.ts): a slate goes to whoever owns more of what
 * was clicked on it, and of the slates that went to one of them the share of the second tells who is better. The draft puts
 * both equally high, so that neither places nor people favour one.
 */
import { quantile, shareOf, type Estimate } from './intervals.js'

/** Clicks, column by column, by numbers. */
export interface Clicks {
  /** The two owners: as they are called. */
  owners: readonly [string, string]
  /** 0 or 1: whose item was clicked. */
  owner: Uint8Array
  slate: Uint32Array
  user: Uint32Array
}

/** Who won. */
export interface Preference {
  owners: readonly [string, string]
  clicks: number
  slates: number
  users: number
  /** Slates on which the one was clicked more, the other was, and both as often. */
  won: [number, number]
  even: number
  /** The second's share of the slates that one of them won. */
  share: Estimate
  /** null: a tie, as far as these clicks tell. */
  winner: string | null
  /** How many clicks would tell a difference as large as this one four times out of five; null where there is none. */
  needed: number | null
}

/** The 80 % quantile of the normal distribution: of 100 tests so many find what is there. */
const POWER = 0.841621

export function preferenceOf({ owners, owner, slate, user }: Clicks): Preference {
  const lead = new Map<number, { by: number; user: number }>()
  const numbers = new Map<number, number>()
  owner.forEach((of, click) => {
    const one = lead.get(slate[click]!) ?? { by: 0, user: user[click]! }
    one.by += of === 1 ? 1 : -1
    lead.set(slate[click]!, one)
    if (!numbers.has(user[click]!)) numbers.set(user[click]!, numbers.size)
  })
  const [hits, counts] = [new Float64Array(numbers.size), new Float64Array(numbers.size)]
  const won: [number, number] = [0, 0]
  for (const { by, user } of lead.values()) {
    if (by === 0) continue
    const second = Number(by > 0)
    won[second]!++
    hits[numbers.get(user)!]! += second
    counts[numbers.get(user)!]!++
  }
  const decided = won[0] + won[1]
  const deciders = counts.map((_, u) => u).filter((u) => counts[u]! > 0)
  const share = shareOf(
    Float64Array.from(deciders, (u) => hits[u]!),
    Float64Array.from(deciders, (u) => counts[u]!),
  )
  const [low, high] = share.interval
  const rows = rowsToTell(share.value, deciders.length / share.rows)
  return {
    owners,
    clicks: owner.length,
    slates: lead.size,
    users: numbers.size,
    won,
    even: lead.size - decided,
    share: { value: share.value, interval: share.interval },
    winner: low > 0.5 ? owners[1] : high < 0.5 ? owners[0] : null,
    needed: rows === null ? null : Math.ceil(rows * (owner.length / share.rows)),
  }
}

/**
 * As many independent rows as put one half outside of the interval of a share in four of five logs (Fleiss, Statistical Methods for Rates and
 * Proportions, 2.4), with the quantile of as many people as these would be of: a few people are too few for any share.
 */
function rowsToTell(share: number, peopleByRow: number): number | null {
  const apart = Math.abs(share - 0.5)
  if (!(apart > 0)) return null // nobody won a slate, or both as many
  const wanted = (z: number) => ((z / 2 + POWER * Math.sqrt(share * (1 - share))) / apart) ** 2
  let rows = wanted(quantile(Infinity))
  while (rows < wanted(quantile(rows * peopleByRow - 1))) rows++
  return rows
}
