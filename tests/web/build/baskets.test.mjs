// Baskets: by a column within each person, by a break in time, and what is said where the config cannot have its way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_BASKET } from '../../../build/web/read/index.js'
import { basketsByColumn, basketsByGap } from '../../../build/web/build/baskets.js'
import { cli, csv, file, path, random } from '../helpers/shop.mjs'

test('a column is read within each person, and an empty cell is no basket', () => {
  const { count, of } = basketsByColumn(Uint32Array.of(0, 1, 1, 1, 0), 2, Uint32Array.of(5, 5, NO_BASKET, 5, 6))
  assert.equal(count, 3)
  assert.deepEqual([...of], [0, 1, NO_BASKET, 1, 2])
})

test('a break longer than the gap begins a basket, whatever the order of the rows', () => {
  const draw = random(4)
  const events = Array.from({ length: 400 }, () => ({ user: draw.below(9), time: draw.below(5000) }))
  const gap = 40
  const { count, of } = basketsByGap(
    Uint32Array.from(events, (event) => event.user),
    9,
    Float64Array.from(events, (event) => event.time),
    gap,
  )
  assert.equal(new Set(of).size, count)
  for (const [i, a] of events.entries())
    for (const [j, b] of events.entries()) {
      // reachable by steps of at most `gap` through events of the same person
      const [first, last] = [a.time, b.time].sort((x, y) => x - y)
      const between = events.filter((one) => one.user === a.user && one.time >= first && one.time <= last)
      const times = between.map((one) => one.time).sort((x, y) => x - y)
      const joined = a.user === b.user && times.every((time, at) => at === 0 || time - times[at - 1] <= gap)
      assert.equal(of[i] === of[j], joined, `${i}, ${j}`)
    }
})

test('a column that is not there, a gap without times, and a config without a log are said', async () => {
  const rows = [0, 1, 2].map((n) => ({ user_id: `u${n}`, item_id: `p${n}` }))
  const log = file('untimed.csv', csv(rows))
  const bundle = path('untimed.martello')
  const build = (basket, ...inputs) =>
    cli('build', '-o', bundle, ...inputs, '--config', file('basket.json', JSON.stringify({ basket })))
  const lost = await build('cart', '--interactions', log)
  assert.equal(lost.code, 1)
  assert.match(
    lost.stderr,
    /basket\.json, key "basket": found the column "cart", which no file has, expected one of "user_id", "item_id"/,
  )
  assert.match(
    (await build(3600, '--interactions', log)).stderr,
    /config key "basket" has no effect: the log has no times/,
  )
  assert.match((await build(3600, '--items', log)).stderr, /config key "basket" has no effect: there is no log/)
  assert.equal((await build(-1, '--interactions', log)).code, 1)
})
