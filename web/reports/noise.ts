/**
 * A report: which one of a list of clusters a person wants, as one bit for each of them, after noise.
 *
 *     their own bit is 1 with the chance 1/2, every other one with the chance 1 / (e^epsilon + 1)
 *
 * That is optimised unary encoding (Wang, Blocki, Li & Jha, Locally Differentially Private Protocols for Frequency Estimation, USENIX
 * Security 2017), after RAPPOR (Erlingsson, Pihur & Korolova, CCS 2014): whatever somebody wants, these bits are e^epsilon times as likely
 * as if they wanted something else, at most. So a report says next to nothing of a person, and ten thousand of them say what people want.
 */
import { sha256 } from '../delta/format.js'
import { whole } from '../recommender/errors.js'

export const FORMAT = 'martello report'
export const VERSION = 1
/** Clusters of a list, and epsilons, that a report may have. */
export const CLUSTERS = [2, 1024] as const
export const EPSILONS = [0.1, 10] as const

/** What is sent. It names no person, no device and no time. */
export interface Report {
  format: string
  version: number
  /** The list of clusters that its bits are of, and its round: the first 16 hexadecimal digits of a SHA-256. */
  clusters: string
  /** How many clusters the list has. */
  count: number
  /** What the report says at most of whoever sent it. */
  epsilon: number
  /** A bit for each cluster, the first ones in the lowest bits of the first byte, in base64. */
  bits: string
}

/** The 32 bits of a draw, as a number of chances. */
const CHANCES = 2 ** 32

/** How likely the bit of another cluster is 1: rounded up to a number of chances, so that epsilon is no less than what holds. */
export const likelyOther = (epsilon: number): number => Math.ceil(CHANCES / (Math.exp(epsilon) + 1)) / CHANCES
/** … and the own one. */
export const LIKELY_OWN = 0.5

/** Fresh bits of somebody who wants `cluster`, a number below `count`. */
export function noisy(cluster: number, count: number, epsilon: number): string {
  whole('cluster', cluster, 0, count - 1)
  const other = likelyOther(epsilon) * CHANCES
  const bytes = new Uint8Array(Math.ceil(count / 8))
  for (const [i, draw] of crypto.getRandomValues(new Uint32Array(count)).entries())
    if (draw < (i === cluster ? LIKELY_OWN * CHANCES : other)) bytes[i >> 3]! |= 1 << (i & 7)
  return btoa(String.fromCharCode(...bytes))
}

/** What tells lists of clusters, and rounds, apart. */
export const digestOf = async (clusters: readonly string[], round: string): Promise<string> =>
  (await sha256(new TextEncoder().encode(JSON.stringify([round, ...clusters])))).slice(0, 16)
