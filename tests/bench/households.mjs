// A log of households that buy kinds of goods, drawn by a seed: few items, heavy heads, and everybody meets nearly all of what
// is popular, so that little but popularity seems to tell. What else tells is faint: tastes of eight dimensions that a whole
// history shows and no single item does, what a household buys again, and seasons.
//
// Goods have popularity 1 / (rank + HEAD), and a household weighs each by its taste. A visit is of some goods, of which AGAIN are
// what it bought before. A fifth of the goods has a season of some weeks and is rare outside it.
import { uniforms } from './workload.mjs'

const TASTES = 8
const TASTE = 0.9 / Math.sqrt(TASTES)
const HEAD = 10
const AGAIN = 0.55
const SEASONAL = 0.2
const OUT_OF_SEASON = 0.15
const DAYS = 710
const DAY = 86_400
const BEGIN = 1_600_000_000

/** CSV of user_id, item_id, timestamp; each household's rows in the order of time. */
export function households({ households = 2000, goods = 1700, goodsAVisit = 7, seed = 1 } = {}) {
  const draw = uniforms(seed)
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
  const taste = () => Array.from({ length: TASTES }, normal)
  const tasteOf = Array.from({ length: goods }, taste)
  const season = Array.from({ length: goods }, () => (draw() < SEASONAL ? draw() * 52 : null))
  const inSeason = (item, week) =>
    season[item] === null || Math.abs(((((week - season[item]) % 52) + 78) % 52) - 26) > 22
  const rows = ['user_id,item_id,timestamp']
  for (let h = 0; h < households; h++) {
    const own = taste()
    let sum = 0
    const upTo = tasteOf.map(
      (other, item) => (sum += Math.exp(TASTE * own.reduce((dot, x, k) => dot + x * other[k], 0)) / (item + HEAD)),
    )
    const bought = []
    for (const day of days()) {
      const basket = new Set()
      for (let size = 1 + Math.floor(-goodsAVisit * Math.log(1 - draw())); size > 0; size--) {
        const again = bought.length > 0 && draw() < AGAIN
        let item = again ? bought[Math.floor(draw() * bought.length)] : firstAbove(upTo, draw() * sum)
        while (!again && !inSeason(item, day / 7) && draw() >= OUT_OF_SEASON) item = firstAbove(upTo, draw() * sum)
        if (basket.has(item)) continue
        basket.add(item)
        bought.push(item)
        rows.push(`h${h},g${item},${BEGIN + day * DAY}`)
      }
    }
  }
  return `${rows.join('\n')}\n`

  /** When a household shops: some seldom, some every other day. */
  function days() {
    const visits = Math.min(300, 10 + Math.floor(Math.exp(3.2 + 0.7 * normal())))
    return Array.from({ length: visits }, () => Math.floor(draw() * DAYS)).sort((a, b) => a - b)
  }
}

/** The first place whose running sum is above `sum`. */
function firstAbove(upTo, sum) {
  let [first, last] = [0, upTo.length - 1]
  while (first < last) {
    const middle = (first + last) >> 1
    if (upTo[middle] > sum) last = middle
    else first = middle + 1
  }
  return first
}
