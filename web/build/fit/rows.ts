/** Rows that a tower learns from: histories, and what came next. */
import type { Asking } from '../tune/answer.js'
import type { Row } from './stepper.js'

/** Person u met item[start[u]] .. item[start[u + 1] - 1], oldest first. */
export interface Sequences {
  start: Uint32Array
  item: Uint32Array
  /** What each event weighs where it is to be found; null: 1. */
  weight: Float32Array | null
}

const targetWeight = (weight: Float32Array | null) => (weight === null ? {} : { weight })

/** Each place of a history should be near what came next. Long histories are cut from their end into windows of `length`. */
export function windows({ start, item, weight }: Sequences, length: number): Row[] {
  const rows: Row[] = []
  for (let person = 0; person + 1 < start.length; person++) {
    const own = item.slice(start[person], start[person + 1])
    const weights = weight && weight.slice(start[person], start[person + 1])
    for (let end = own.length - 1; end > 0; end -= length) {
      const from = Math.max(0, end - length)
      const places = end - from
      rows.push({
        person,
        history: own.subarray(from, end),
        vector: Uint32Array.from({ length: places }, (_, place) => places - 1 - place),
        target: own.subarray(from + 1, end + 1),
        ...targetWeight(weights && weights.subarray(from + 1, end + 1)),
      })
    }
  }
  return rows
}

/** What of a person's items is to be found from the rest at a time, and at most. */
const SHARE = 0.2
export const MOST_TARGETS = 16

/**
 * What a person met, from other events of theirs: `ordered`, from those before; else each once, in parts drawn anew at each call, from
 * those that are not in its part.
 */
export function parts({ start, item, weight }: Sequences, length: number, ordered: boolean, draw: () => number): Row[] {
  const rows: Row[] = []
  for (let person = 0; person + 1 < start.length; person++) {
    const events = Uint32Array.from({ length: start[person + 1]! - start[person]! }, (_, n) => start[person]! + n)
    if (events.length < 2) continue
    if (!ordered) shuffle(events, draw)
    const own = events.map((event) => item[event]!)
    const weights = weight && Float32Array.from(events, (event) => weight[event]!)
    const each = Math.max(1, Math.min(MOST_TARGETS, Math.floor(SHARE * own.length)))
    for (let from = ordered ? 1 + Math.floor(draw() * each) : 0; from < own.length; from += each) {
      const target = own.subarray(from, from + each)
      const before = own.subarray(0, from)
      const history = ordered
        ? before.subarray(-length)
        : joined(before.subarray(-length), own.subarray(from + each), length)
      const weighed = targetWeight(weights && weights.subarray(from, from + each))
      rows.push({ person, history, vector: new Uint32Array(target.length), target, ...weighed })
    }
  }
  return rows
}

/** Of each person's rows, which follow each other, any one: a pass over people, where one over all rows takes long. */
export function oneEach(rows: readonly Row[], draw: () => number): Row[] {
  const kept: Row[] = []
  let from = 0
  rows.forEach(({ person }, at) => {
    if (rows[at + 1]?.person === person) return
    kept.push(rows[from + Math.floor(draw() * (at + 1 - from))]!)
    from = at + 1
  })
  return kept
}

/** What people met of the items that are to be known: has[item] is 1. */
export function among({ start, item, weight }: Sequences, has: Uint8Array): Sequences {
  const kept = new Uint32Array(start.length)
  for (let person = 0; person + 1 < start.length; person++) {
    let count = kept[person]!
    for (let at = start[person]!; at < start[person + 1]!; at++) count += has[item[at]!]!
    kept[person + 1] = count
  }
  const isKnown = (one: number) => has[one] === 1
  return { start: kept, item: item.filter(isKnown), weight: weight && weight.filter((_, at) => isKnown(item[at]!)) }
}

/** The last `length` of both: no more is copied, since a person of a hundred thousand events has as many rows. */
function joined(one: Uint32Array, other: Uint32Array, length: number): Uint32Array {
  const second = other.subarray(-length)
  const first =
    second.length < length ? one.subarray(Math.max(0, one.length - (length - second.length))) : one.subarray(0, 0)
  const both = new Uint32Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

export function shuffle<T>(list: { length: number; [at: number]: T }, draw: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1))
    const kept = list[i]!
    list[i] = list[j]!
    list[j] = kept
  }
}

/** What is not in the history, each once. */
function besides(history: Uint32Array, before: Uint32Array): Uint32Array {
  const known = new Set(history)
  return Uint32Array.from(new Set(before)).filter((item) => !known.has(item))
}

/** At most `most` of the people who are asked, evenly drawn, each with the first of what they met that is to be found, which counts `worth`. */
export function personRows(
  { people, who, heldStart, held }: Asking,
  worth: Float64Array | null,
  most: number,
  length: number,
): Row[] {
  const able = who.filter(
    (person) => heldStart[person + 1]! > heldStart[person]! && people.start[person + 1]! > people.start[person]!,
  )
  const step = Math.max(1, able.length / most)
  return Array.from({ length: Math.min(most, able.length) }, (_, n) => able[Math.floor(n * step)]!).map((person) => {
    const target = held.slice(heldStart[person], heldStart[person]! + 1)
    const from = Math.max(people.start[person]!, people.start[person + 1]! - length)
    const history = people.item.slice(from, people.start[person + 1])
    return {
      person,
      history,
      before: besides(history, people.item.subarray(people.start[person], from)),
      vector: Uint32Array.of(0),
      target,
      ...targetWeight(worth && Float32Array.of(worth[target[0]!]!)),
    }
  })
}
