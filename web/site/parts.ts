/**
 * Pages in parts of about one size, each of pages that are alike, so that who reads about a few things needs a few parts:
 * halves again and again, by two means over directions (bisecting k-means, Steinbach et al. 2000), cut where the halves are
 * even.
 */

import type { Neighbour } from './alike.js'

/** Numbers of pages, ascending in each part. `vectors`: [pages][dim]; a part has `most` pages at most. */
export function partsOf(
  vectors: Float32Array,
  dim: number,
  near: readonly (readonly Neighbour[])[],
  most: number,
): number[][] {
  const all = Array.from({ length: vectors.length / dim }, (_, page) => page)
  const unit = unitRows(vectors, dim)
  const split = (pages: number[], wanted: number): number[][] => {
    if (wanted <= 1) return [pages.sort((a, b) => a - b)]
    const first = Math.floor(wanted / 2)
    const [left, right] = halves(unit, dim, pages, first / wanted)
    return [...split(left, first), ...split(right, wanted - first)]
  }
  return settled(split(all, Math.ceil(all.length / most)), near, most)
}

const ROUNDS = 12

/** Two groups, the first with this share of the pages. */
function halves(unit: Float32Array, dim: number, pages: readonly number[], share: number): [number[], number[]] {
  const mean = meanOf(unit, dim, pages)
  // the ends of a long line through them: what is farthest from the mean, and what is farthest from that
  const farthest = (from: Float32Array) =>
    pages.reduce((best, page) => (dot(unit, dim, page, from) < dot(unit, dim, best, from) ? page : best), pages[0]!)
  const row = (page: number) => unit.slice(page * dim, (page + 1) * dim)
  let left: Float32Array = row(farthest(mean))
  let right: Float32Array = row(farthest(left))
  const cut = Math.round(share * pages.length)
  let sorted: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const lean = new Map(pages.map((page) => [page, dot(unit, dim, page, left) - dot(unit, dim, page, right)]))
    sorted = [...pages].sort((a, b) => lean.get(b)! - lean.get(a)! || a - b)
    left = meanOf(unit, dim, sorted.slice(0, cut))
    right = meanOf(unit, dim, sorted.slice(cut))
  }
  return [sorted.slice(0, cut), sorted.slice(cut)]
}

function dot(rows: Float32Array, dim: number, row: number, vector: Float32Array): number {
  let sum = 0
  for (let d = 0; d < dim; d++) sum += rows[row * dim + d]! * vector[d]!
  return sum
}

/** The mean's direction. */
function meanOf(rows: Float32Array, dim: number, pages: readonly number[]): Float32Array {
  const mean = new Float32Array(dim)
  for (const page of pages) for (let d = 0; d < dim; d++) mean[d]! += rows[page * dim + d]!
  return unitRows(mean, dim)
}

function unitRows(rows: Float32Array, dim: number): Float32Array {
  const unit = rows.slice()
  for (let at = 0; at < rows.length; at += dim) {
    const row = unit.subarray(at, at + dim)
    const length = Math.hypot(...row)
    if (length > 0) row.forEach((x, d) => (row[d] = x / length))
  }
  return unit
}

const SETTLING = 20
/** How much larger a part may become than it was meant to be. */
const SLACK = 1.1

/**
 * Each page goes, again and again, to where most of the pages like it are and there is room (label propagation with a bound,
 * Ugander & Backstrom 2013): vectors of few dimensions leave pages of one narrow topic on both sides of a cut.
 */
function settled(parts: readonly number[][], near: readonly (readonly Neighbour[])[], most: number): number[][] {
  const partOf = new Uint32Array(near.length)
  parts.forEach((pages, part) => pages.forEach((page) => (partOf[page] = part)))
  const sizes = parts.map((pages) => pages.length)
  const room = Math.ceil(SLACK * most)
  // both ways: who is near to me, and to whom I am near
  const links: [number, number][][] = near.map(() => [])
  near.forEach((list, page) =>
    list.forEach(({ page: other, strength }) => {
      links[page]!.push([other, strength])
      links[other]!.push([page, strength])
    }),
  )
  for (let round = 0; round < SETTLING; round++) {
    let moved = 0
    links.forEach((list, page) => {
      const pull = new Map<number, number>()
      for (const [other, strength] of list) pull.set(partOf[other]!, (pull.get(partOf[other]!) ?? 0) + strength)
      const own = partOf[page]!
      let best = own
      for (const [part, strength] of pull)
        if (strength > (pull.get(best) ?? 0) && (part === own || sizes[part]! < room)) best = part
      if (best === own) return
      sizes[own]!--
      sizes[best]!++
      partOf[page] = best
      moved++
    })
    if (moved === 0) break
  }
  const groups: number[][] = parts.map(() => [])
  partOf.forEach((part, page) => groups[part]!.push(page))
  return groups.filter((pages) => pages.length > 0)
}
