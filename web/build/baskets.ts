/**
 * Baskets: which events of a log were one taking. A column says it (an order, a visit; the same text of another person is
 * another basket), or a break: what one person did without a longer one is one basket.
 */
import { NO_BASKET } from '../read/index.js'

/** Basket n of a log holds the events e with of[e] === n. */
export interface Baskets {
  count: number
  /** [events], NO_BASKET for none. */
  of: Uint32Array
}

export function basketsByColumn(user: Uint32Array, column: Uint32Array): Baskets {
  const numbers = new Map<string, number>()
  const of = Uint32Array.from(column, (text, e) => {
    if (text === NO_BASKET) return NO_BASKET
    const key = `${user[e]} ${text}`
    return numbers.get(key) ?? (numbers.set(key, numbers.size), numbers.size - 1)
  })
  return { count: numbers.size, of }
}

/** `gap`: the longest time between two events of one basket, in seconds as `time`. */
export function basketsByGap(user: Uint32Array, time: Float64Array, gap: number): Baskets {
  const order = Uint32Array.from(user.keys()).sort((a, b) => user[a]! - user[b]! || time[a]! - time[b]! || a - b)
  const of = new Uint32Array(user.length)
  let basket = -1
  order.forEach((e, place) => {
    const before = order[place - 1]
    if (before === undefined || user[before] !== user[e] || time[e]! - time[before]! > gap) basket++
    of[e] = basket
  })
  return { count: basket + 1, of }
}
