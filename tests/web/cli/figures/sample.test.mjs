// Intervals of means: the same for the same people, around the mean, as wide as they should be, and none where too few tell.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sample } from '../../../../build/web/cli/figures/sample.js'
import { random } from '../../helpers/shop.mjs'

function sampleOf(values, kind = 'hits') {
  const sample = new Sample(1, kind)
  values.forEach((value, person) => sample.add(person, [value]))
  return sample
}
const draws = (count, of, seed = 1) => {
  const draw = random(seed)
  return Array.from({ length: count }, () => of(draw))
}
const ones = (hits, people) => Array.from({ length: people }, (_, n) => Number(n < hits))
const near = (found, expected) =>
  found.forEach((end, n) => assert.ok(Math.abs(end - expected[n]) < 1e-5, `${found}, expected ${expected}`))

for (const kind of ['hits', 'others'])
  test(`means and intervals of many are those of the normal distribution: ${kind}`, () => {
    const sample = new Sample(2, kind)
    const values = draws(3000, (draw) => [draw(), Number(draw() < 0.2)])
    values.forEach((pair, person) => sample.add(person, pair))
    const mean = (f) => values.reduce((sum, pair) => sum + pair[f], 0) / values.length
    assert.deepEqual(sample.means(), [mean(0), mean(1)])
    assert.deepEqual([...sample.of(7)], values[7])
    sample.intervals().forEach(([from, to], f) => {
      const error = Math.sqrt(values.reduce((sum, pair) => sum + (pair[f] - mean(f)) ** 2, 0) / values.length ** 2)
      assert.ok(from < mean(f) && mean(f) < to)
      const width = (to - from) / (2 * 1.96 * error)
      assert.ok(width > 0.99 && width < 1.01, `figure ${f}: ${width}`)
    })
  })

test('of hits: that of Agresti and Coull for shares, within 0 and 1, and told where nobody found anything', () => {
  // 12 of 100 and 2 of 4 more: 14 / 104, with Student's quantile for 103 degrees
  const share = 14 / 104
  const reach = 1.983264 * Math.sqrt((share * (1 - share)) / 103)
  near(sampleOf(ones(12, 100)).intervals()[0], [share - reach, share + reach])
  for (const hits of [0, 1, 50, 99, 100]) {
    const [[from, to]] = sampleOf(ones(hits, 100)).intervals()
    assert.ok(from >= 0 && from <= hits / 100 && hits / 100 <= to && to <= 1, `${hits}: ${from} to ${to}`)
    assert.ok(to - from > 0.03, `${hits}: ${from} to ${to}`)
  }
})

test('of hits that are small the interval is that of small hits', () => {
  const width = (of) => (([[from, to]]) => to - from)(sampleOf(of).intervals())
  const fifths = ones(40, 200).map((one) => one / 5)
  assert.ok(width(fifths) < width(ones(40, 200)) / 4)
  assert.ok(width(fifths.slice(35, 135)) < width(ones(5, 100)), 'five small hits')
})

test('of differences: that of Agresti and Min for shares, told of few who differ as of many, and of nobody not', () => {
  const differ = (gain, lose, people) =>
    Array.from({ length: people }, (_, n) => (n < gain ? 1 : n < gain + lose ? -1 : 0))
  // 5 gain and 2 lose of 100, and one more of either: the mean of 102 is 3 / 102
  const mean = 3 / 102
  const reach = 1.983731 * Math.sqrt((9 - 102 * mean ** 2) / 101 / 102)
  near(sampleOf(differ(5, 2, 100), 'differences').intervals()[0], [mean - reach, mean + reach])
  const [[from, to]] = sampleOf(differ(1, 0, 100), 'differences').intervals()
  assert.ok(from < 0 && to > 0.01, `${from} to ${to}: one of a hundred says little`)
  assert.deepEqual(sampleOf(differ(0, 0, 100), 'differences').intervals(), [null])
})

test('of others: that of Student', () => {
  const values = draws(40, (draw) => draw() - 0.5)
  const mean = values.reduce((a, b) => a + b) / 40
  const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 39 / 40)
  near(sampleOf(values, 'others').intervals()[0], [mean - 2.022691 * error, mean + 2.022691 * error])
})

test('too few people, or of a difference too few who differ, tell none', () => {
  assert.deepEqual(sampleOf(ones(12, 29)).intervals(), [null])
  assert.notDeepEqual(sampleOf(ones(12, 30)).intervals(), [null])
  assert.deepEqual(sampleOf(ones(9, 500), 'others').intervals(), [null])
  assert.notDeepEqual(sampleOf(ones(10, 500), 'others').intervals(), [null])
  assert.deepEqual(sampleOf(ones(491, 500), 'others').intervals(), [null])
  assert.deepEqual(new Sample(3, 'hits').intervals(), [null, null, null])
  assert.deepEqual(new Sample(1, 'hits').means(), [0])
})

test('of many draws of people most intervals hold the truth', () => {
  const held = draws(400, (draw) => {
    const [[from, to]] = sampleOf(Array.from({ length: 100 }, () => Number(draw() < 0.1))).intervals()
    return from <= 0.1 && 0.1 <= to
  }).filter(Boolean).length
  assert.ok(held >= 366 && held <= 396, `${held} of 400`) // tests/bench/intervals.mjs measures it
})
