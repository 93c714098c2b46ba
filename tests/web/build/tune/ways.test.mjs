// Which of several ways is taken: the best of one size, and a larger one only where it is better beyond chance.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { difference, pick } from '../../../../build/web/build/tune/ways.js'
import { random } from '../../../../build/web/build/random.js'

const PEOPLE = 400
const draw = random(3)
/** Merit by person: what chance gives all ways alike, and what one way adds to it, which differs by person as well. */
const luck = Float32Array.from({ length: PEOPLE }, () => Number(draw() < 0.3))
const way = (what, bytes, gain, spread) => {
  const each = luck.map((value) => value + gain + spread * (draw() - 0.5))
  const mean = each.reduce((sum, value) => sum + value) / PEOPLE
  return { what, way: what, bytes, each, figures: { recall: mean / 2, ndcg: mean / 2 } }
}

test('a larger way must be better beyond chance, however much luck both share', () => {
  const small = way('small', 1000, 0, 0)
  assert.equal(pick([way('large', 2000, 0.004, 0.2), small]).best.what, 'small')
  assert.equal(pick([way('large', 2000, 0.03, 0.2), small]).best.what, 'large')
  assert.equal(pick([way('large', 1010, 0.02, 0.2), small]).best.what, 'large', 'as large as makes no difference')
  assert.equal(pick([way('large', 2000, 0.02, 0), small]).best.what, 'large', 'far below what luck spreads')
  assert.equal(pick([way('large', 2000, -0.02, 0.2), small]).best.what, 'small')
})

test('the record says how far above the one that was taken the others are, from and to', () => {
  const ways = [way('small', 1000, 0, 0), way('large', 2000, 0.03, 0.2)]
  const [small, large] = pick(ways).tried
  assert.deepEqual(large.above, [0, 0])
  assert.ok(small.above[0] < small.above[1] && small.above[1] < 0)
  const { mean, error } = difference(ways[0].each, ways[1].each)
  assert.ok(Math.abs((small.above[0] + small.above[1]) / 2 - mean) < 1e-12)
  const by = ways[0].each.map((value, person) => value - ways[1].each[person])
  const variance = by.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (PEOPLE - 1)
  assert.ok(Math.abs(error - Math.sqrt(variance / PEOPLE)) < 1e-9)
})
