/**
 * Pages alike: of each the pages of its language whose words have the highest cosine with its own, exactly, through the
 * lists of pages under each word; then by how near they are for the two of them. A changelog speaks of everything, and is
 * near to every page of a site: beside what it is to others it is near to none (hubs, Schnitzer et al. 2012; scaled as there
 * and in Jégou et al. 2007: cosine(a, b) / √(r(a) · r(b)), r the mean cosine of a page with its nearest).
 */
import type { Terms } from './terms.js'

export interface Neighbour {
  page: number
  /** The more, the more alike; of one list, whatever its unit. */
  strength: number
}

export interface Alike extends Neighbour {
  cosine: number
}

/** Less is chance. */
export const LEAST = 0.03
/** Nearest pages that say how near a page usually is: ten, as in Schnitzer et al. */
const USUAL = 10
/** What is nearest for the two is looked for among so many times what is wanted. */
const AMONG = 2

/** The `most` nearest of each page, nearest first, equals in their order. `group`: of each page what it must share. */
export function alike(terms: Terms, group: readonly string[], most: number): Alike[][] {
  const near = nearest(terms, group, AMONG * most)
  const usual = near.map((list) => {
    const some = list.slice(0, USUAL)
    return some.reduce((sum, { cosine }) => sum + cosine, 0) / some.length
  })
  return near.map((list, page) =>
    list
      .map((one) => ({ ...one, strength: one.cosine / Math.sqrt(usual[page]! * usual[one.page]!) }))
      .sort((a, b) => b.strength - a.strength || a.page - b.page)
      .slice(0, most),
  )
}

/** How well the words of two pages agree, whether or not one is among the nearest of the other. */
export function cosineOf({ start, words, weights }: Terms, one: number, other: number): number {
  let sum = 0
  for (let a = start[one]!, b = start[other]!; a < start[one + 1]! && b < start[other + 1]!;) {
    if (words[a] === words[b]) sum += weights[a]! * weights[b]!
    if (words[a]! <= words[b]!) a++
    else b++
  }
  return sum
}

function nearest(terms: Terms, group: readonly string[], most: number): { page: number; cosine: number }[][] {
  const { width, start, words, weights } = terms
  const count = start.length - 1
  const under = new Uint32Array(width + 1)
  for (const word of words) under[word + 1]!++
  for (let word = 0; word < width; word++) under[word + 1]! += under[word]!
  const place = under.slice()
  const pages = new Uint32Array(words.length)
  const says = new Float32Array(words.length)
  for (let page = 0; page < count; page++)
    for (let e = start[page]!; e < start[page + 1]!; e++) {
      const at = place[words[e]!]!++
      pages[at] = page
      says[at] = weights[e]!
    }
  const scores = new Float64Array(count)
  return Array.from({ length: count }, (_, page) => {
    const met: number[] = []
    for (let e = start[page]!; e < start[page + 1]!; e++) {
      const word = words[e]!
      const weight = weights[e]!
      for (let at = under[word]!; at < under[word + 1]!; at++) {
        const other = pages[at]!
        if (scores[other] === 0) met.push(other)
        scores[other]! += weight * says[at]!
      }
    }
    const found: { page: number; cosine: number }[] = []
    for (const other of met) {
      const cosine = scores[other]!
      scores[other] = 0
      if (cosine >= LEAST && other !== page && group[other] === group[page]) found.push({ page: other, cosine })
    }
    return found.sort((a, b) => b.cosine - a.cosine || a.page - b.page).slice(0, most)
  })
}
