// Intervals of means: the same for the same people, around the mean, as wide as they should be, and none where too few tell.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sample } from '../../../../build/web/cli/figures/bootstrap.js'
import { random } from '../../helpers/shop.mjs'

function sampleOf(values) {
  const sample = new Sample(1)
  values.forEach((value, person) => sample.add(person, [value]))
  return sample
}
const draws = (count, of, seed = 1) => {
  const draw = random(seed)
  return Array.from({ length: count }, () => of(draw))
}

test('means and intervals are those of the values, and the same again', () => {
  const sample = new Sample(2)
  const values = draws(300, (draw) => [draw(), Number(draw() < 0.2)])
  values.forEach((pair, person) => sample.add(person, pair))
  const mean = (f) => values.reduce((sum, pair) => sum + pair[f], 0) / values.length
  assert.deepEqual(sample.means(), [mean(0), mean(1)])
  assert.deepEqual([...sample.of(7)], values[7])
  const intervals = sample.intervals()
  assert.deepEqual(sample.intervals(), intervals)
  intervals.forEach(([from, to], f) => {
    const error = Math.sqrt(values.reduce((sum, pair) => sum + (pair[f] - mean(f)) ** 2, 0) / values.length ** 2)
    assert.ok(from < mean(f) && mean(f) < to)
    const width = (to - from) / (2 * 1.96 * error) // of the normal interval, which is right for so many
    assert.ok(width > 0.9 && width < 1.1, `figure ${f}: ${width}`)
  })
})

test('a few large values lean the interval to their side', () => {
  const values = Array.from({ length: 100 }, (_, n) => (n < 90 ? 0 : 1 + (n % 7)))
  const [[from, to]] = sampleOf(values).intervals()
  const [mean] = sampleOf(values).means()
  assert.ok(to - mean > 1.2 * (mean - from), `${from} to ${to} around ${mean}`)
})

test('more people than are drawn one by one', () => {
  const values = draws(12_345, (draw) => Number(draw() < 0.1))
  const [[from, to]] = sampleOf(values).intervals()
  const [mean] = sampleOf(values).means()
  const width = (to - from) / (2 * 1.96 * Math.sqrt((mean * (1 - mean)) / values.length))
  assert.ok(width > 0.9 && width < 1.1, `${width}`)
})

test('too few people, or too few who differ, tell none', () => {
  const ones = (hits, people) => Array.from({ length: people }, (_, n) => Number(n < hits))
  assert.deepEqual(sampleOf(ones(12, 29)).intervals(), [null])
  assert.notDeepEqual(sampleOf(ones(12, 30)).intervals(), [null])
  assert.deepEqual(sampleOf(ones(9, 500)).intervals(), [null])
  assert.notDeepEqual(sampleOf(ones(10, 500)).intervals(), [null])
  assert.deepEqual(sampleOf(ones(491, 500)).intervals(), [null])
  assert.deepEqual(new Sample(3).intervals(), [null, null, null])
  assert.deepEqual(new Sample(1).means(), [0])
})

test('of many draws of people most intervals hold the truth', () => {
  const share = 0.15
  const held = draws(200, (draw) => {
    const [interval] = sampleOf(Array.from({ length: 150 }, () => Number(draw() < share))).intervals()
    return interval !== null && interval[0] <= share && share <= interval[1]
  }).filter(Boolean).length
  assert.ok(held >= 180 && held <= 198, `${held} of 200`) // tests/bench/intervals.mjs measures it
})
