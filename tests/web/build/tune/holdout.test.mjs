// Holding out: what is hidden of a person is looked for, so it is items that they had not met, as long as enough is left.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holdOut } from '../../../../build/web/build/tune/holdout.js'

const USERS = 5000 // so many that one item of each tells enough

/** Everybody has the same items in the same order, a day each. */
function logOf(items, users = USERS, timed = true) {
  const events = Array.from({ length: users * items.length }, (_, e) => e)
  return {
    users,
    items: 1 + Math.max(...items),
    user: Uint32Array.from(events, (e) => Math.floor(e / items.length)),
    item: Uint32Array.from(events, (e) => items[e % items.length]),
    time: timed ? Float64Array.from(events, (e) => 1e9 + 86_400 * (e % items.length)) : null,
    weight: null,
  }
}

/** What is held out of the first person, and how many of their events are known and trained on. */
function first(items, { users, repeat = false, timed = true } = {}) {
  const { train, people, heldStart, held } = holdOut(logOf(items, users, timed), 1, repeat)
  const trained = train.hidden.subarray(0, items.length).reduce((sum, gone) => sum + 1 - gone, 0)
  return { held: [...held.subarray(0, heldStart[1])], known: people.start[1], trained }
}

const each = [...Array(20).keys()]

test('all items are new: the last one', () => {
  assert.deepEqual(first(each), { held: [19], known: 19, trained: 18 })
})

test('the last events are of known items: back to the last new one', () => {
  const items = [...each.slice(0, 17), 17, 3, 4]
  assert.deepEqual(first(items), { held: [17], known: 17, trained: 16 })
})

test('what is new twice counts once, from where it was met first', () => {
  const items = [...each.slice(0, 17), 17, 17, 4]
  assert.deepEqual(first(items).held, [17, 17])
})

test('nothing new for long: a fifth of the events at most', () => {
  const items = [...each.slice(0, 10), ...each.slice(0, 10)]
  assert.deepEqual(first(items), { held: [], known: 16, trained: 15 })
})

test('few people: more new items of each', () => {
  const items = [...Array(40).keys(), ...each, 40, 1, 41, 2, 42, 3, 43, 4, 5, 44, 6]
  assert.deepEqual(first(items, { users: 1700 }), { held: [42, 43, 44], known: 64, trained: 63 })
})

test('where things are taken again, the last event as it is', () => {
  const items = [...each.slice(0, 17), 17, 3, 4]
  assert.deepEqual(first(items, { repeat: true }), { held: [4], known: 19, trained: 18 })
})

test('without times a fifth, drawn at random', () => {
  const { known, trained } = first([...each.slice(0, 17), 17, 3, 4], { timed: false })
  assert.deepEqual([known, trained], [16, 16])
})
