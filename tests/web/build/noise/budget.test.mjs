// What noise costs: the conversions beside published figures and what bounds them, and thresholds beside the chances themselves.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deltaOf, epsilonOf, hidingThreshold, quietThreshold, rhoOf } from '../../../../build/web/build/noise/budget.js'
import { MOST_SIGMA } from '../../../../build/web/build/noise/gaussian.js'
import { UNIT } from '../../../../build/web/build/noise/tables.js'

test('what the US Census Bureau published of its redistricting data, to the digits that it gave', () => {
  // persons: rho 2.56, epsilon 17.14; housing units: rho 0.07, epsilon 2.47; delta 1e-10
  const within = (from, to, epsilon) => assert.ok(epsilonOf(from, 1e-10) <= epsilon && epsilonOf(to, 1e-10) >= epsilon)
  within(2.545, 2.565, 17.14)
  within(0.065, 0.075, 2.47)
})

/** Of one draw of a continuous Gaussian the delta is known exactly (Balle & Wang 2018); zCDP knows less of it. */
const exact = (rho, epsilon) => {
  const mu = Math.sqrt(2 * rho)
  const normal = (x) => {
    // Φ by Simpson's rule from far below
    const [from, steps] = [-40, 80_000]
    const h = (x - from) / steps
    let sum = 0
    for (let i = 0; i <= steps; i++)
      sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-((from + i * h) ** 2) / 2)
    return (sum * h) / 3 / Math.sqrt(2 * Math.PI)
  }
  return normal(mu / 2 - epsilon / mu) - Math.exp(epsilon) * normal(-mu / 2 - epsilon / mu)
}

test('epsilon is no less than what holds, and no more than the simpler bound', () => {
  for (const rho of [0.01, 0.3, 3])
    for (const delta of [1e-5, 5e-7]) {
      const epsilon = epsilonOf(rho, delta)
      assert.ok(exact(rho, epsilon) <= delta, `rho ${rho}: ${exact(rho, epsilon)} of ${delta}`)
      assert.ok(exact(rho, 0.85 * epsilon) > delta, `rho ${rho}: not far from it either`)
      assert.ok(epsilon < rho + 2 * Math.sqrt(rho * Math.log(1 / delta)), 'Bun & Steinke 2016')
      assert.ok(Math.abs(rhoOf(epsilon, delta) / rho - 1) < 1e-6, 'there and back')
      assert.ok(Math.abs(deltaOf(rho, epsilon) / delta - 1) < 1e-6)
    }
})

test('two bundles cost less than twice the epsilon: rho adds up', () => {
  const rho = rhoOf(1, 5e-7)
  const twice = epsilonOf(2 * rho, 1e-6)
  assert.ok(twice > 1.3 && twice < 1.5, `${twice}`)
})

test('the most noise that a config can ask for is drawn exactly', () => {
  const schema = JSON.parse(readFileSync(new URL('../../../../dist/config.schema.json', import.meta.url), 'utf8'))
  const { epsilon, delta } = schema.properties.noise.properties
  assert.ok(epsilon.minimum > 0 && delta.minimum > 0)
  const sigma = UNIT / Math.sqrt(2 * rhoOf(epsilon.minimum, delta.minimum / 2) * 0.25)
  assert.ok(sigma < MOST_SIGMA, `${sigma}`)
})

/** P(x ≥ least) of the discrete Gaussian, from its definition. */
const chance = (least, sigma) => {
  let [above, all] = [0, 0]
  for (let x = -60 * sigma; x <= 60 * sigma; x++) {
    const density = Math.exp((-x * x) / (2 * sigma * sigma))
    all += density
    if (x >= least) above += density
  }
  return above / all
}

test('a person alone is over the threshold no oftener than delta says, and hardly less often', () => {
  for (const sigma of [20, 300]) {
    const rows = [[100], [70, 70], Array(30).fill(18)]
    const least = hidingThreshold(rows, sigma, 1e-5)
    const of = (row, at) => row.reduce((sum, own) => sum + chance(at - own, sigma), 0)
    const worst = (at) => Math.max(...rows.map((row) => of(row, at)))
    assert.ok(worst(least) <= 1e-5, `sigma ${sigma}: ${worst(least)}`)
    assert.ok(worst(Math.floor(0.9 * least)) > 1e-5, 'and no much lower one would do')
  }
})

test('of many sums of nobody about one is over the other threshold, of few one in a hundred', () => {
  const expected = 5000 * chance(quietThreshold(5000, 100), 100)
  assert.ok(expected > 0.5 && expected <= 1, `${expected}`)
  const few = chance(quietThreshold(3, 100), 100)
  assert.ok(few > 0.005 && few <= 0.01, `${few}`)
})
