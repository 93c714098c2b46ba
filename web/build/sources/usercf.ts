/**
 * User-CF on a device: the people of the log in clusters of like taste, and what each cluster met. A bundle holds no
 * person, and of a cluster only what enough of its members met (config key `people`, two at least).
 *
 * A person is the direction of the sum of the factors of what they met; clusters are spherical k-means (Dhillon & Modha
 * 2001) over these. Both kinds of lists count a person's events by 1/√(their number), so that no one speaks for a cluster:
 *   item -> cluster    the share of the item's people that the cluster has, the MEMBERSHIPS largest
 *   cluster -> item    how much the cluster met the item, held back by the item's people, the LISTED best, of norm 1
 */
import type { Lists } from '../../learn/learn.js'
import { KEY } from '../../generated/numbers.js'
import { postingsSection } from '../sections/postings.js'
import type { Factors, Log } from '../training.js'
import type { Source } from './source.js'

const CLUSTERS = 64
const MEMBERSHIPS = 8
const LISTED = 300
const HELD_BACK = 0.3
const ROUNDS = 12
/** People that clusters are found from; all are assigned. */
const SAMPLED = 20_000

export const usercf: Source<'usercf'> = {
  name: 'usercf',
  kind: 'clusters',
  role: 'alike',
  onRequest: true,
  possible: ({ training }) => training !== null,
  async sections({ learn, catalogue, training, factors, recipe, seed, progress }, ordinal) {
    progress.stage('training clusters of people', 0, 1)
    const { count, members, met } = clustersOf(training!.log, await factors(), seed)
    const { weightBits } = recipe
    return [
      postingsSection(learn, 'usercf-members', members, count, KEY.item, 0, weightBits, ordinal),
      postingsSection(learn, 'usercf', met, catalogue.ids.length, KEY.cluster, 0, weightBits, ordinal + 1),
    ]
  },
}

export interface Clusters {
  count: number
  members: Lists
  met: Lists
}

export function clustersOf(log: Log, factors: Factors, seed: number): Clusters {
  const people = directions(log, factors)
  const count = Math.max(1, Math.min(CLUSTERS, log.items, Math.floor(log.users / 8)))
  const { assigned } = kMeans(people, log.users, factors.dims, count, seed)
  const events = new Uint32Array(log.users)
  log.user.forEach((user, e) => {
    if (!log.hidden?.[e]) events[user]! += 1
  })
  const met = Array.from({ length: count }, () => new Map<number, number>())
  const least = Math.max(2, log.people ?? 1)
  const common = Array.from({ length: count }, () => new Map<number, Set<number>>()) // item -> some of the cluster who met it
  const all = new Float64Array(log.items)
  log.user.forEach((user, e) => {
    if (log.hidden?.[e]) return
    const item = log.item[e]!
    const share = 1 / Math.sqrt(events[user]!)
    const number = assigned[user]!
    const cluster = met[number]!
    const some = common[number]!.get(item) ?? new Set()
    if (some.size < least) common[number]!.set(item, some.add(user))
    cluster.set(item, (cluster.get(item) ?? 0) + share)
    all[item]! += share
  })
  const members: [number, number][][] = Array.from({ length: log.items }, () => [])
  met.forEach((items, cluster) => {
    for (const [item, sum] of items)
      if (common[cluster]!.get(item)!.size >= least) members[item]!.push([cluster, sum / all[item]!])
      else items.delete(item)
  })
  const lists = met.map((items) => {
    const best = heaviest(
      Array.from(items, ([item, sum]): [number, number] => [item, sum / all[item]! ** HELD_BACK]),
      LISTED,
    )
    const norm = Math.hypot(...best.map(([, weight]) => weight)) || 1
    return best.map(([item, weight]): [number, number] => [item, weight / norm])
  })
  return { count, members: toLists(members.map((list) => heaviest(list, MEMBERSHIPS))), met: toLists(lists) }
}

const heaviest = (list: [number, number][], most: number) =>
  list.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most)

function toLists(lists: readonly (readonly [number, number])[][]): Lists {
  const start = new Uint32Array(lists.length + 1)
  lists.forEach((list, key) => {
    start[key + 1] = start[key]! + list.length
  })
  const flat = lists.flat()
  return {
    keys: lists.length,
    start,
    items: Uint32Array.from(flat, ([item]) => item),
    weights: Float32Array.from(flat, ([, weight]) => weight),
  }
}

/** users × dims, each of norm 1, or 0. */
function directions(log: Log, { dims, stride, items }: Factors): Float32Array {
  const norms = Float64Array.from({ length: log.items }, (_, item) =>
    Math.hypot(...items.subarray(item * stride, item * stride + dims)),
  )
  const people = new Float32Array(log.users * dims)
  log.user.forEach((user, e) => {
    if (log.hidden?.[e]) return
    const item = log.item[e]!
    const norm = norms[item]! || 1
    for (let d = 0; d < dims; d++) people[user * dims + d]! += items[item * stride + d]! / norm
  })
  normalise(people, dims)
  return people
}

function normalise(rows: Float32Array, dims: number): void {
  for (let at = 0; at < rows.length; at += dims) {
    const norm = Math.hypot(...rows.subarray(at, at + dims))
    if (norm > 0) for (let d = 0; d < dims; d++) rows[at + d]! /= norm
  }
}

/** Spherical k-means from `count` people evenly spread. An empty cluster keeps its centre. */
function kMeans(
  people: Float32Array,
  users: number,
  dims: number,
  count: number,
  seed: number,
): { assigned: Uint32Array } {
  const assigned = new Uint32Array(users)
  const centres = new Float32Array(count * dims)
  for (let c = 0; c < count; c++) {
    const user = (seed + Math.floor((c * users) / count)) % users
    centres.set(people.subarray(user * dims, (user + 1) * dims), c * dims)
  }
  const step = Math.max(1, Math.ceil(users / SAMPLED))
  for (let round = 0; round <= ROUNDS; round++) {
    const every = round === ROUNDS ? 1 : step
    for (let user = 0; user < users; user += every) assigned[user] = nearest(people, user * dims, centres, dims)
    if (round === ROUNDS) break
    const sums = new Float32Array(count * dims)
    for (let user = 0; user < users; user += every)
      for (let d = 0; d < dims; d++) sums[assigned[user]! * dims + d]! += people[user * dims + d]!
    normalise(sums, dims)
    for (let c = 0; c < count; c++) {
      const sum = sums.subarray(c * dims, (c + 1) * dims)
      if (sum.some((x) => x !== 0)) centres.set(sum, c * dims)
    }
  }
  return { assigned }
}

function nearest(people: Float32Array, at: number, centres: Float32Array, dims: number): number {
  let best = 0
  let most = -Infinity
  for (let c = 0; c * dims < centres.length; c++) {
    let product = 0
    for (let d = 0; d < dims; d++) product += people[at + d]! * centres[c * dims + d]!
    if (product > most) {
      most = product
      best = c
    }
  }
  return best
}
