// What one person moves: every table of small logs with and without each person, and the noise that hides it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholes } from '../../../../build/web/build/random.js'
import { gaussian, secret } from '../../../../build/web/build/noise/gaussian.js'
import { newestItems, released, rowOf, UNIT } from '../../../../build/web/build/noise/tables.js'
import { random } from '../../helpers/shop.mjs'

const TABLES = ['popularity', 'pairs', 'steps']

// -- noise ---------------------------------------------------------------------------------------------------------------

test('small noise is as likely as it is said to be', () => {
  for (const [below, sigma] of [
    [wholes(1), 2],
    [wholes(2), 1],
    [secret(), 3],
  ]) {
    const draws = 60_000
    const seen = new Map()
    for (let i = 0; i < draws; i++) {
      const x = gaussian(sigma, below)
      assert.ok(Number.isInteger(x))
      seen.set(x, (seen.get(x) ?? 0) + 1)
    }
    const density = (x) => Math.exp((-x * x) / (2 * sigma * sigma))
    let all = 0
    for (let x = -100; x <= 100; x++) all += density(x)
    for (let x = -2 * sigma; x <= 2 * sigma; x++) {
      const expected = (draws * density(x)) / all
      assert.ok(
        Math.abs((seen.get(x) ?? 0) - expected) < 5 * Math.sqrt(expected),
        `${x}: ${seen.get(x)} of ${expected}`,
      )
    }
  }
})

test('large noise has the deviation, the mean and the tails of a Gaussian', () => {
  const [below, sigma, draws] = [wholes(3), 7000, 40_000]
  const x = Array.from({ length: draws }, () => gaussian(sigma, below) / sigma)
  const mean = (of) => x.reduce((sum, one) => sum + of(one), 0) / draws
  assert.ok(Math.abs(mean((one) => one)) < 0.025)
  assert.ok(Math.abs(mean((one) => one ** 2) - 1) < 0.035)
  assert.ok(Math.abs(mean((one) => one ** 4) - 3) < 0.3)
  assert.ok(Math.abs(mean((one) => Number(one > 2)) - 0.02275) < 0.004)
})

test('two draws by what the system has for keys are never the same', () => {
  const [one, other] = [secret(), secret()]
  const draw = (below) => Array.from({ length: 8 }, () => gaussian(1e6, below))
  assert.notDeepEqual(draw(one), draw(other))
})

// -- what one person moves -----------------------------------------------------------------------------------------------

const exactly = (people, items, table, known = null) => {
  const sums = released(people, items, { table, sigma: 1, threshold: -Infinity, known }, drawsNothing())
  return new Map(sums.map(({ from, to, value }) => [`${from} ${to}`, value]))
}
/** Chances that make `gaussian` draw 0: the rest of a Laplace draw is 0, no whole step is taken, and it is kept. */
function drawsNothing() {
  let step = 0
  const script = [0, 1, 0, 0, 0, 1]
  return () => script[step++ % script.length]
}

const logOf = (draw, { users, items, most, timed }) => {
  const events = Array.from({ length: users }, (_, user) =>
    Array.from({ length: draw.below(most) }, () => ({ user, item: draw.below(items), time: draw.below(9) })),
  ).flat()
  events.sort(() => draw() - 0.5)
  return {
    users,
    items,
    user: Uint32Array.from(events, ({ user }) => user),
    item: Uint32Array.from(events, ({ item }) => item),
    time: timed ? Float64Array.from(events, ({ time }) => time) : null,
    weight: null,
  }
}

test('whoever is added or taken away, a table moves by a vector of length 1 at most, and close to that', () => {
  const draw = random(5)
  let furthest = 0
  for (let round = 0; round < 12; round++) {
    const log = logOf(draw, { users: 12, items: 9, most: 14, timed: round % 2 === 0 })
    for (const table of TABLES)
      for (const known of [null, [0, 1, 2, 3, 4, 5, 6, 7, 8]]) {
        const whole = exactly(newestItems(log, 6), 9, table, known)
        for (let user = 0; user < log.users; user++) {
          const hidden = Uint8Array.from(log.user, (one) => Number(one === user))
          const less = exactly(newestItems({ ...log, hidden }, 6), 9, table, known)
          const cells = new Set([...whole.keys(), ...less.keys()])
          const moved = Math.hypot(...[...cells].map((cell) => ((whole.get(cell) ?? 0) - (less.get(cell) ?? 0)) / UNIT))
          assert.ok(moved <= 1, `${table}: ${moved}`)
          furthest = Math.max(furthest, moved)
        }
      }
  }
  assert.ok(furthest > 0.99, `${furthest}`)
})

test('rows have norm 1 at most, however many items somebody has, and each pair once', () => {
  for (const table of TABLES)
    for (const count of [1, 2, 3, 7, 20, 100, 200]) {
      const row = rowOf(table, count)
      const norm = Math.hypot(...row.slice(0, 1e4).map(({ weight }) => weight / UNIT))
      assert.ok(norm <= 1 && (row.length === 0 || row.length > 1e4 || norm > 0.95), `${table} of ${count}: ${norm}`)
      assert.equal(new Set(row.map(({ from, to }) => 1000 * from + to)).size, row.length)
      assert.ok(row.every(({ weight }) => Number.isInteger(weight) && weight > 0))
    }
  assert.equal(rowOf('pairs', 20).length, 190)
  assert.equal(rowOf('steps', 3).length, 3)
  assert.deepEqual(rowOf('pairs', 1), [])
})

test('of a person the newest items count, each once, and only those that may', () => {
  const log = { users: 2, items: 6, user: Uint32Array.of(0, 0, 0, 0, 1, 0), item: Uint32Array.of(0, 1, 2, 1, 5, 3), time: Float64Array.of(1, 2, 3, 4, 1, 0), weight: null } // prettier-ignore
  assert.deepEqual(newestItems(log, 3), [[0, 2, 1], [5]])
  assert.deepEqual(newestItems(log, 9), [[3, 0, 2, 1], [5]])
  assert.deepEqual(newestItems({ ...log, time: null }, 2), [[1, 3], [5]], 'without times the last of the file are')
  assert.deepEqual(newestItems(log, 2, new Set([3, 0])), [[3, 0], []])
  assert.deepEqual(newestItems({ ...log, hidden: Uint8Array.of(0, 0, 0, 0, 1, 0) }, 2)[1], [])
})

test('a sum is what people put there, of pairs without a direction, of steps with one', () => {
  const people = [
    [0, 1],
    [1, 0],
    [0, 1],
  ]
  assert.deepEqual([...exactly(people, 2, 'pairs')], [['0 1', 3 * UNIT]])
  assert.deepEqual(new Map(exactly(people, 2, 'steps')), new Map([['0 1', 2 * UNIT], ['1 0', UNIT]])) // prettier-ignore
  const each = Math.floor(UNIT / Math.SQRT2)
  assert.deepEqual([...exactly(people, 2, 'popularity')], [['0 0', 3 * each], ['1 1', 3 * each]]) // prettier-ignore
})

test('what is known beforehand gets noise though nobody met it; else only what somebody did', () => {
  const how = { sigma: 1000, threshold: -Infinity }
  const of = (table, known) => released([[0, 1]], 4, { table, known, ...how }, wholes(1)).length
  assert.deepEqual(TABLES.map((table) => of(table, [0, 1, 2, 3])), [4, 6, 12]) // prettier-ignore
  assert.deepEqual(TABLES.map((table) => of(table, null)), [2, 1, 1]) // prettier-ignore
})

test('nothing below the threshold is left, and the noise of what is left is as large as it is said', () => {
  const people = Array.from({ length: 500 }, () => [0])
  const value = () => released(people, 1, { table: 'popularity', sigma: 20 * UNIT, threshold: 0, known: null }, below)[0].value / UNIT // prettier-ignore
  const below = wholes(7)
  const drawn = Array.from({ length: 3000 }, value)
  const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length
  const deviation = Math.sqrt(drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / drawn.length)
  assert.ok(Math.abs(mean - 500) < 2 && Math.abs(deviation - 20) < 1, `${mean} ${deviation}`)
  assert.deepEqual(released([[0]], 1, { table: 'popularity', sigma: 1, threshold: 2 * UNIT, known: null }, below), [])
})
