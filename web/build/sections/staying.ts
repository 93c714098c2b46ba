/**
 * Lists that are like those of the bundle before, so that a patch from one to the other is small.
 *
 * A weight that moved by less than a step of its code stays, in any list. Whole lists that training told may stay as they were: what that
 * costs is how much of a list's weight moved, as often as its key is met. They are told anew from those that cost most for their bytes on,
 * until at most LEFT of all weight that people meet is not today's. All is held against today's lists each day, so what is old never adds up.
 * Other lists keep items that are withdrawn, since without them all behind would move; nobody sees them.
 */
import type { Learn, Lists } from '../../learn/learn.js'
import { KEY, POSTING_MAX } from '../../generated/numbers.js'

/** A section of the bundle before. */
export interface OldLists {
  bytes: Uint8Array
  /** How many items its bundle has; of their numbers those that are withdrawn, and those that are now of another item. */
  items: number
  withdrawn: ReadonlySet<number>
  taken: ReadonlySet<number>
  /** How often each key is met, where whole lists may stay. */
  met: ArrayLike<number> | null
}

/**
 * Of all weight, as often as people meet it, how much may be of earlier days; and of one list. Twice as much hardly shows on the next day, and
 * costs 3 % of NDCG@10 after thirty.
 */
const LEFT = 0.1
const MOST = 0.5
/** Scales of lists are powers of 2^(1/8) below that of their section (src/bundle/postings.h); a little more is above what is rounded. */
const ROUNDED = 1 + 2 ** -20
/** How far a section's scale is above its largest weight, which costs nothing, so that tomorrow's, which may be a little larger, need no other. Whole
 * steps of a list's scale: so codes are what they are without it. */
const ROOM = 2 ** (3 / 8) * ROUNDED

/** What an entry says beside its weight. */
export type Marked = Lists & { marks?: Uint8Array }

/** `lists`, where they may as they were, and the scale that they are coded by; `old`: the section before. */
export function staying(
  learn: Learn,
  old: OldLists | undefined,
  lists: Marked,
  key: number,
  bits: number,
): { lists: Marked; scale: number } {
  const largest = lists.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  if (bits === 32) return { lists, scale: 0 }
  return (
    (old && likeOld(learn, old, lists, key, bits, largest)) ?? { lists, scale: Math.min(ROOM * largest, POSTING_MAX) }
  )
}

/** null: it is of other keys, or coded otherwise. */
function likeOld(
  learn: Learn,
  { bytes, items, withdrawn, taken, met }: OldLists,
  lists: Marked,
  key: number,
  bits: number,
  largest: number,
): { lists: Marked; scale: number } | null {
  const head = new DataView(bytes.buffer, bytes.byteOffset, 32)
  const [oldKey, oldBits, scale] = [head.getUint32(4, true), head.getUint32(12, true), head.getFloat32(16, true)]
  if (oldKey !== key || oldBits !== bits || scale === 0) return null
  const read = learn.with([bytes], (at) => learn.makeLists('mt_make_lists_of', at, bytes.length, items))
  // a mark is a sign, or says where a word stands
  const before = key === KEY.term ? { ...read, weights: read.weights.map(Math.abs) } : read
  const { held, moved } = compared(before, lists, taken, 2 ** bits)
  const today = { ...lists, weights: held }
  const like = scaleFrom(scale, largest)
  if (met === null) return { lists: withWithdrawn(before, today, withdrawn), scale: like }
  const isOther = (of: number) => of >= before.keys || (key === KEY.item && taken.has(of))
  const stays = stayingOf(
    Array.from(moved, (share, of) => (isOther(of) ? Infinity : share)),
    lists,
    met,
  )
  return { lists: joined(before, today, stays), scale: like }
}

/** One that holds `largest`, and under which codes of lists are what they were. */
const scaleFrom = (old: number, largest: number) =>
  largest <= old ? old : Math.min(old * 2 ** Math.ceil(Math.log2(largest / old)) * ROUNDED, POSTING_MAX)

/**
 * `held`: the weights, those that moved by less than a step as they were; `moved`: of each list's weight the share that did, more than all of
 * it where an item that it had is now another.
 */
function compared(before: Lists, lists: Lists, taken: ReadonlySet<number>, steps: number) {
  const held = lists.weights.slice()
  const moved = new Float64Array(lists.keys)
  const was = new Float32Array(1 + Math.max(largestOf(before.items), largestOf(lists.items)))
  for (let key = 0; key < lists.keys; key++) {
    let [most, change, whole] = [0, 0, 0]
    const [first, last] = key < before.keys ? [before.start[key]!, before.start[key + 1]!] : [0, 0]
    for (let e = first; e < last; e++) {
      const item = before.items[e]!
      if (taken.has(item)) change = Infinity
      else was[item] = before.weights[e]!
      most = Math.max(most, Math.abs(before.weights[e]!))
    }
    for (let e = lists.start[key]!; e < lists.start[key + 1]!; e++) {
      const [item, weight] = [lists.items[e]!, lists.weights[e]!]
      const by = Math.abs(weight - was[item]!)
      if (was[item] !== 0 && by <= most / steps) held[e] = was[item]!
      change += by
      whole += Math.abs(weight)
      was[item] = 0
    }
    for (let e = first; e < last; e++) {
      change += Math.abs(was[before.items[e]!]!)
      was[before.items[e]!] = 0
    }
    moved[key] = change === 0 ? 0 : change / whole
  }
  return { held, moved }
}

const largestOf = (numbers: Uint32Array) => numbers.reduce((most, number) => Math.max(most, number), 0)

/** Which lists stay. */
function stayingOf(moved: readonly number[], lists: Lists, met: ArrayLike<number>): boolean[] {
  const cost = moved.map((share, key) => Math.min(share, 2) * (met[key] ?? 0))
  const entries = (key: number) => 1 + lists.start[key + 1]! - lists.start[key]!
  const most = LEFT * moved.reduce((sum, _, key) => sum + (met[key] ?? 0), 0)
  const stays = moved.map((share) => share <= MOST)
  let left = cost.reduce((sum, one, key) => sum + (stays[key] ? one : 0), 0)
  const order = [...moved.keys()].filter((key) => stays[key] && cost[key]! > 0)
  order.sort((a, b) => cost[b]! / entries(b) - cost[a]! / entries(a) || a - b)
  for (const key of order) {
    if (left <= most) break
    stays[key] = false
    left -= cost[key]!
  }
  return stays
}

/**
 * With those entries of `before` whose items are withdrawn; a list that has some ascends by item. What they said besides is not known any
 * more, and nobody asks.
 */
function withWithdrawn(before: Lists, lists: Marked, withdrawn: ReadonlySet<number>): Marked {
  if (withdrawn.size === 0) return lists
  const start = new Uint32Array(lists.keys + 1)
  const room = lists.items.length + before.items.reduce((sum, item) => sum + Number(withdrawn.has(item)), 0)
  const [items, weights, marks] = [new Uint32Array(room), new Float32Array(room), new Uint8Array(room)]
  let count = 0
  const add = (item: number, weight: number, mark: number) => {
    items[count] = item
    weights[count] = weight
    marks[count++] = mark
  }
  for (let key = 0; key < lists.keys; key++) {
    const [first, last] = [lists.start[key]!, lists.start[key + 1]!]
    const own = lists.items.subarray(first, last)
    const [old, oldLast] = key < before.keys ? [before.start[key]!, before.start[key + 1]!] : [0, 0]
    const stay = Array.from({ length: oldLast - old }, (_, i) => old + i).filter((e) => withdrawn.has(before.items[e]!))
    const order = [...own.keys()]
    if (stay.length > 0) order.sort((a, b) => own[a]! - own[b]!)
    let next = 0
    for (const i of order) {
      for (; next < stay.length && before.items[stay[next]!]! <= own[i]!; next++)
        if (before.items[stay[next]!]! < own[i]!) add(before.items[stay[next]!]!, before.weights[stay[next]!]!, 0)
      add(own[i]!, lists.weights[first + i]!, lists.marks?.[first + i] ?? 0)
    }
    for (const e of stay.slice(next)) add(before.items[e]!, before.weights[e]!, 0)
    start[key + 1] = count
  }
  const cut = <T extends Uint8Array | Uint32Array | Float32Array>(of: T) => of.subarray(0, count) as T
  return {
    keys: lists.keys,
    start,
    items: cut(items),
    weights: cut(weights),
    ...(lists.marks && { marks: cut(marks) }),
  }
}

/** Those that stay of `before`, the others of `lists`. */
function joined(before: Lists, lists: Lists, stays: readonly boolean[]): Lists {
  const start = new Uint32Array(lists.keys + 1)
  const room = lists.items.length + before.items.length
  const [items, weights] = [new Uint32Array(room), new Float32Array(room)]
  let count = 0
  for (let key = 0; key < lists.keys; key++) {
    const of = stays[key] ? before : lists
    const [first, last] = [of.start[key]!, of.start[key + 1]!]
    items.set(of.items.subarray(first, last), count)
    weights.set(of.weights.subarray(first, last), count)
    start[key + 1] = count += last - first
  }
  return { keys: lists.keys, start, items: items.slice(0, count), weights: weights.slice(0, count) }
}
