/**
 * What of a log may be known outside: three tables of sums over people, each with noise.
 *
 *   popularity   (a, a): who met item a
 *   pairs        (a, b), a < b: who met both
 *   steps        (a, b): who met b after a, the sooner the more
 *
 * Of each person only the newest items count, and what somebody puts into a table depends on nothing but how many these are: a row of weights whose
 * squares add up to 1 at most. That is what bounds how far anybody moves a table, whoever else is in the log. Items that are in the bundle
 * are those whose popularity is there after noise, and of each person the newest of these are what the other tables take.
 */
import { rowsByCode } from '../popularity.js'
import type { Log } from '../training.js'
import type { TableName } from './config.js'
import { gaussian, type Below } from './gaussian.js'

/** The grid of all sums: a weight of 1 is so many units. */
export const UNIT = 2 ** 12

/** What somebody who met some items puts where, by the items' places among theirs, the oldest being 0. */
export interface Cell {
  from: number
  to: number
  /** In units. */
  weight: number
}

/** Steps further apart than this say nothing, and the further the less (as in recipe.ts). */
const WINDOW = 20
const FADING = 0.7

/** What a table takes of two items, `apart` places from each other, before it is made a row of norm 1. */
const TAKES: Record<TableName, (apart: number) => number> = {
  popularity: (apart) => Number(apart === 0),
  pairs: (apart) => Number(apart > 0),
  steps: (apart) => (apart > 0 && apart <= WINDOW ? apart ** -FADING : 0),
}

/** All that a person of `count` items puts into a table. Weights are rounded down, so that no row is longer than 1. */
export function rowOf(table: TableName, count: number): Cell[] {
  const cells = Array.from({ length: count }, (_, from) =>
    Array.from({ length: count - from }, (_, apart) => ({ from, to: from + apart, weight: TAKES[table](apart) })),
  )
    .flat()
    .filter(({ weight }) => weight > 0)
  const norm = Math.sqrt(cells.reduce((sum, { weight }) => sum + weight ** 2, 0))
  return cells.map((cell) => ({ ...cell, weight: Math.floor((UNIT * cell.weight) / norm) }))
}

/** Somebody's items, the oldest first, each once. */
export type Items = readonly number[]

/** Of each person the newest items, `most` of them at most; of those in `among` alone, where it says. */
export function newestItems(
  { users, user, item, time, hidden }: Log,
  most: number,
  among?: ReadonlySet<number>,
): Items[] {
  const { start, rows } = rowsByCode(user, users)
  return Array.from({ length: users }, (_, one) => {
    const mine = Array.from(rows.subarray(start[one], start[one + 1])).filter(
      (row) => !hidden?.[row] && among?.has(item[row]!) !== false,
    )
    if (time !== null) mine.sort((a, b) => time[a]! - time[b]! || a - b)
    const items = new Set<number>()
    for (let i = mine.length - 1; i >= 0 && items.size < most; i--) items.add(item[mine[i]!]!)
    return [...items].reverse()
  })
}

/** A sum that is in the bundle, in units. */
export interface Sum {
  from: number
  to: number
  value: number
}

/** How a table is to be. */
export interface Release {
  table: TableName
  /** In units, whole. */
  sigma: number
  threshold: number
  /** Items that are known beforehand, in rising order: all sums of these get noise, those too that nobody's events are in. null: only those that
   * somebody's are. */
  known: readonly number[] | null
}

/** The sums of a table that are at least its threshold after noise. Row after row of the table, so that no more than one is in memory. */
export function released(
  people: readonly Items[],
  items: number,
  { table, sigma, threshold, known }: Release,
  below: Below,
): Sum[] {
  const rows = new Map<number, Cell[][]>() // by how many items, of each place the cells that it is in
  const rowsAt = (count: number) => {
    const made = rows.get(count)
    if (made !== undefined) return made
    const at: Cell[][] = Array.from({ length: count }, () => [])
    for (const cell of rowOf(table, count)) {
      at[cell.from]!.push(cell)
      if (table === 'pairs') at[cell.to]!.push({ from: cell.to, to: cell.from, weight: cell.weight })
    }
    rows.set(count, at)
    return at
  }
  const { start, person, place } = placesOf(people, items)
  const [sum, isIn] = [new Float64Array(items), new Uint8Array(items)]
  const sums: Sum[] = []
  for (const from of known ?? Array.from({ length: items }, (_, item) => item)) {
    const met = known === null ? [] : cellsOf(table, from, known)
    for (const to of met) isIn[to] = 1
    for (let i = start[from]!; i < start[from + 1]!; i++) {
      const own = people[person[i]!]!
      for (const cell of rowsAt(own.length)[place[i]!]!) {
        const to = own[cell.to]!
        if (table === 'pairs' && to < from) continue // it is in the row of `to`
        if (isIn[to] === 0) met.push(to)
        isIn[to] = 1
        sum[to]! += cell.weight
      }
    }
    for (const to of met) {
      const value = sum[to]! + gaussian(sigma, below)
      if (value >= threshold) sums.push({ from, to, value })
      sum[to] = isIn[to] = 0
    }
  }
  return sums
}

/** What may be in the row of an item; a pair is in that of its smaller one. */
const cellsOf = (table: TableName, from: number, known: readonly number[]): number[] =>
  table === 'popularity' ? [from] : known.filter((to) => (table === 'pairs' ? from < to : from !== to))

/** By item, whose it is and at which place among theirs. */
function placesOf(people: readonly Items[], items: number) {
  const all = people.reduce((sum, own) => sum + own.length, 0)
  const [item, who, where] = [new Uint32Array(all), new Uint32Array(all), new Uint16Array(all)]
  let at = 0
  people.forEach((own, person) =>
    own.forEach((one, place) => {
      item[at] = one
      who[at] = person
      where[at++] = place
    }),
  )
  const { start, rows } = rowsByCode(item, items)
  return { start, person: rows.map((row) => who[row]!), place: Uint16Array.from(rows, (row) => where[row]!) }
}
