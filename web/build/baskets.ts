/**
 * Baskets: which events of a log were one taking. A column says it (an order, a visit; the same text of another person is
 * another basket), or a break: what one person did without a longer one is one basket.
 */
import { NO_BASKET } from '../read/index.js'
import { rowsByCode } from './popularity.js'

/** Basket n of a log holds the events e with of[e] === n. */
export interface Baskets {
  count: number
  /** [events], NO_BASKET for none. */
  of: Uint32Array
}

/** A text is hardly ever another person's too, so that whoever has it first needs no key to find their basket by. */
export function basketsByColumn(user: Uint32Array, users: number, column: Uint32Array): Baskets {
  const texts = column.reduce((most, text) => (text === NO_BASKET ? most : Math.max(most, text + 1)), 0)
  const [owner, first] = [new Uint32Array(texts), new Uint32Array(texts).fill(NO_BASKET)]
  const others = new Map<number, number>() // by text and person
  let count = 0
  const of = column.map((text, e) => {
    if (text === NO_BASKET) return NO_BASKET
    const one = user[e]!
    if (first[text] === NO_BASKET) {
      owner[text] = one
      first[text] = count++
    }
    if (owner[text] === one) return first[text]!
    const key = text * users + one
    return others.get(key) ?? (others.set(key, count), count++)
  })
  return { count, of }
}

/** `gap`: the longest time between two events of one basket, in seconds as `time`. */
export function basketsByGap(user: Uint32Array, users: number, time: Float64Array, gap: number): Baskets {
  const { start, rows } = rowsByCode(user, users)
  const of = new Uint32Array(user.length)
  let basket = -1
  for (let one = 0; one < users; one++) {
    const own = rows.subarray(start[one], start[one + 1]).sort((a, b) => time[a]! - time[b]! || a - b)
    for (let i = 0; i < own.length; i++) {
      if (i === 0 || time[own[i]!]! - time[own[i - 1]!]! > gap) basket++
      of[own[i]!] = basket
    }
  }
  return { count: basket + 1, of }
}
