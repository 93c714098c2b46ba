/**
 * Which lists a query wants: those whose mean it scores highest with, and a little for how far their items lie around it, since the best
 * of a wide list are better than its mean.
 */
import { MartelloError, shown } from '../recommender/errors.js'
import type { Recommender } from '../recommender/recommender.js'

/** A list, and where it lies. */
export interface Listed {
  number: number
  file: string
  at: number
  bytes: number
  items: number
  spread: number
}

export interface Limits {
  /** Most bytes of all lists that a query wants, those that are here among them, and most requests for those that are not. */
  bytes: number
  requests: number
}

/** Lists that lie side by side in a file. */
export interface Stretch {
  file: string
  at: number
  bytes: number
  lists: Listed[]
}

/** Offsets are kept in units (web/build/split/root.ts). */
const UNIT = 64
/** No list is longer. */
const MOST_BYTES = 1 << 24
/** Lists that are looked at, by their means. */
const LOOKED_AT = 400
/** How much of their spread counts, in standard deviations: what a best of some hundreds lies above a mean. Chosen on held-out rows. */
const DEVIATIONS = 3
/** A request asks for no more at a time, so that all come about as soon. */
const STRETCH_BYTES = 100_000

/** The lists, what a query wants most first. */
export function ranked(directory: Recommender, vector: ArrayLike<number>): Listed[] {
  if (directory.items === 0) return [] // of a small catalogue the root holds all
  const { items, scores } = directory.nearest(vector, { k: Math.min(LOOKED_AT, directory.items) })
  const norm = Math.sqrt(Array.prototype.reduce.call(vector, (sum: unknown, x: number) => (sum as number) + x * x, 0) as number) // prettier-ignore
  const isDistance = directory.metricOf(directory.spaces[0]!) === 'l2'
  const found = Array.from(items, (number, i) => {
    const list = listed(number, directory.attributes(number))
    return { list, score: scores[i]! + (isDistance ? 0 : DEVIATIONS * norm * list.spread) }
  })
  return found.sort((a, b) => b.score - a.score).map(({ list }) => list)
}

/** Of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009). */
const RANK = 5

/** Lists that lie near, and those that others want, as one ranking. `weight`: of what lies near. */
export function fused(
  near: readonly Listed[],
  weight: number,
  wanted: readonly { weight: number; lists: readonly number[] }[],
  listOf: (number: number) => Listed,
): Listed[] {
  const known = new Map(near.map((list) => [list.number, list]))
  const sums = new Map<number, number>()
  const add = (numbers: readonly number[], by: number) =>
    numbers.forEach((number, rank) => sums.set(number, (sums.get(number) ?? 0) + by / (RANK + rank)))
  add(near.map(({ number }) => number), weight) // prettier-ignore
  for (const one of wanted) add(one.lists, one.weight)
  const best = [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, LOOKED_AT)
  return best.map(([number]) => known.get(number) ?? listOf(number))
}

/** What the directory says of a list, which whoever wrote the root may have made up. */
export function listed(number: number, { file, at, bytes, items, spread }: Record<string, unknown>): Listed {
  const list = { number, file, at: UNIT * Number(at), bytes, items, spread } as Listed
  const isPlace = [list.at, list.bytes, list.items].every((one) => Number.isSafeInteger(one) && one >= 0)
  if (typeof file === 'string' && /^[\w-][\w.-]*$/.test(file) && isPlace && list.bytes <= MOST_BYTES) return list
  throw new MartelloError(
    `sharpen: list ${number} lies in ${shown(file)} at ${list.at}, ${list.bytes} bytes, expected a file beside the root and at most ${MOST_BYTES} bytes`,
  )
}

/** The lists that are wanted, and stretches of those that are not held. */
export function chosen(
  lists: readonly Listed[],
  isHeld: (list: Listed) => boolean,
  limits: Limits,
): { wanted: Listed[]; stretches: Stretch[] } {
  const wanted: Listed[] = []
  let stretches: Stretch[] = []
  let bytes = 0
  for (const list of lists) {
    if (bytes + list.bytes > limits.bytes) break
    if (!isHeld(list)) {
      const next = stretchesOf([...stretches.flatMap((one) => one.lists), list])
      if (next.length > limits.requests) continue // one beside those that are fetched may still come
      stretches = next
    }
    wanted.push(list)
    bytes += list.bytes
  }
  return { wanted, stretches }
}

function stretchesOf(lists: readonly Listed[]): Stretch[] {
  const stretches: Stretch[] = []
  for (const list of [...lists].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.at - b.at))) {
    const last = stretches.at(-1)
    const follows = last?.file === list.file && last.at + last.bytes === list.at
    if (follows && last.bytes + list.bytes <= STRETCH_BYTES) {
      last.bytes += list.bytes
      last.lists.push(list)
    } else stretches.push({ file: list.file, at: list.at, bytes: list.bytes, lists: [list] })
  }
  return stretches
}
