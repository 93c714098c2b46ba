// Whether the source that is best alone is taken alone: where others add nothing that is sure, and surely not much.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAlone, isInDoubt, saidOfLeader, triedLeader } from '../../../../build/web/build/tune/leader.js'
import { random } from '../../helpers/shop.mjs'

/** People of whom a third finds something, and what a change does to so many of them: up or down by one place. */
function measured(people, up = 0, down = 0) {
  const draw = random(1)
  const each = Float32Array.from({ length: people }, () => (draw() < 1 / 3 ? 0.5 + draw() : 0))
  const changed = each.map((value, p) => value + (p < up ? 0.2 : p < up + down ? -0.2 : 0))
  const mean = (values) => values.reduce((sum, value) => sum + value) / people
  const of = (values) => ({ figures: { recall: 0.6 * mean(values), ndcg: 0.4 * mean(values) }, each: values })
  return { leader: of(each), together: of(changed) }
}

for (const [what, people, up, down, alone] of [
  ['others change nothing', 2000, 0, 0, true],
  ['as many lose as win', 2000, 100, 100, true],
  ['more lose than win', 2000, 100, 150, true],
  ['a little more win than lose, by chance', 2000, 110, 100, true],
  ['many win', 2000, 300, 50, false],
  ['some win, which of so many people is sure', 20_000, 600, 300, false],
  ['as many lose as win, of too few people to tell', 60, 10, 10, false],
])
  test(`${what}: ${alone ? 'alone' : 'together'}`, () => {
    const { leader, together } = measured(people, up, down)
    assert.equal(isAlone(together, leader), alone)
  })

test('what a search gains beyond chance on its own people needs no second look', () => {
  const doubt = (...how) => {
    const { leader, together } = measured(2000, ...how)
    return isInDoubt(together.each, leader.each)
  }
  assert.deepEqual([doubt(0, 0), doubt(100, 60), doubt(300, 50)], [true, true, false])
})

test('what is said and recorded has the figures', () => {
  const { leader, together } = measured(2000, 100, 120)
  assert.match(
    saidOfLeader('ease', together, leader),
    /^ease is taken alone: .*, -0\.0020 ± 0\.00\d\d, is no more than chance gives$/,
  )
  const [alone, all] = triedLeader('ease', together, leader)
  assert.deepEqual(alone.above, [0, 0])
  assert.equal(alone.recall, leader.figures.recall)
  assert.ok(all.above[0] < -0.002 && all.above[1] > -0.002)
})
