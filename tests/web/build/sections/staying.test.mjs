// Lists of a rebuild: what hardly moved has the bytes that it had, and what is old is bounded and never another item's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { postingsSection } from '../../../../build/web/build/sections/postings.js'
import { KEY } from '../../../../build/web/generated/numbers.js'
import { Learn } from '../../../../build/web/learn/learn.js'
import { uniforms } from '../../../bench/workload.mjs'

const learn = await Learn.start()
const ITEMS = 300
const NONE = new Set()

/** Lists of [item, weight] under each key. */
const listed = (rows) => ({
  keys: rows.length,
  start: Uint32Array.from([0, ...rows.map((_, key) => rows.slice(0, key + 1).flat().length)]),
  items: Uint32Array.from(rows.flat(), ([item]) => item),
  weights: Float32Array.from(rows.flat(), ([, weight]) => weight),
})
const made = (rows, { old, key = KEY.item, bits = 4 } = {}) =>
  postingsSection(learn, 'lists', listed(rows), ITEMS, key, 0, bits, 0, old).bytes
const before = (bytes, more = {}) => ({ bytes, items: ITEMS, withdrawn: NONE, taken: NONE, met: null, ...more })
const read = (bytes) => {
  const { start, items, weights, keys } = learn.with([bytes], (at) =>
    learn.makeLists('mt_make_lists_of', at, bytes.length, ITEMS),
  )
  return Array.from({ length: keys }, (_, key) =>
    Array.from(items.subarray(start[key], start[key + 1]), (item, i) => [item, weights[start[key] + i]]),
  )
}

const draw = uniforms(5)
/** A list of twenty items under each of them. */
const rows = Array.from({ length: ITEMS }, (_, key) =>
  Array.from({ length: 20 }, (_, i) => [(key + 1 + 7 * i) % ITEMS, 0.2 + draw()]).sort(([a], [b]) => a - b),
)
const edited = (edit) => rows.map((list, key) => list.flatMap(([item, weight]) => edit(key, item, weight)))

test('weights that move by less than a step of their code leave the bytes as they are, with a largest one that grows too', () => {
  const old = made(rows)
  const moved = edited((key, item, weight) => [[item, weight * (1 + 0.03 * (draw() - 0.5))]])
  moved[7][0][1] *= 1.02
  assert.deepEqual(made(moved, { old: before(old) }), old)
  assert.notDeepEqual(made(moved), old)
})

test('a weight that moved further is told anew, by a scale that holds it', () => {
  const old = made(rows)
  const bytes = made(
    edited((key, item, weight) => [[item, key === 3 ? 4 * weight : weight]]),
    { old: before(old) },
  )
  const [then, now] = [read(old), read(bytes)]
  for (let key = 0; key < ITEMS; key++)
    now[key].forEach(([item, weight], i) => {
      const factor = weight / then[key][i][1]
      assert.equal(item, then[key][i][0])
      assert.ok(Math.abs(factor - (key === 3 ? 4 : 1)) < (key === 3 ? 0.5 : 1e-5), `${key}: ${factor}`)
    })
})

test('whole lists stay while little of what people meet has moved, those that moved most for what they are met are told anew', () => {
  const old = made(rows)
  const met = Float32Array.from(rows, (_, key) => (key < 10 ? 100 : 1))
  // a fifth of each list is another item, of 300 lists; the ten that are met most are most of what is met
  const today = edited((key, item, weight) => (item % 5 === key % 5 ? [] : [[item, weight]]))
  const now = read(made(today, { old: before(old, { met }) }))
  const then = read(old)
  const stays = now.map((list, key) => list.length === then[key].length)
  const share = (keys) => keys.reduce((sum, key) => sum + met[key], 0) / met.reduce((a, b) => a + b, 0)
  const left = share([...stays.keys()].filter((key) => stays[key]))
  assert.ok(
    left > 0.3 && left < 0.6,
    `${left} of what is met is of the day before, and half may be, of which a fifth moved`,
  )
  assert.ok(stays.slice(0, 10).includes(false))
})

test('a list of which most moved never stays, nor one with an item whose number is now of another, nor that under such an item', () => {
  const old = made(rows)
  const met = new Float32Array(ITEMS) // nobody meets anything: nothing that is old costs
  met[299] = 1
  const taken = new Set([40])
  const today = edited((key, item, weight) => (key === 5 && item % 3 > 0 ? [] : [[item, 0.97 * weight + 0.03]]))
  const now = read(made(today, { old: before(old, { met, taken }) }))
  const then = read(old)
  assert.ok(now[5].length < then[5].length)
  rows.forEach((list, key) => {
    const isAnother = key === 40 || list.some(([item]) => item === 40)
    if (!isAnother && key !== 5) assert.deepEqual(now[key], then[key])
  })
  const without = read(
    made(
      today.map((list) => list.filter(([item]) => item !== 40)),
      { old: before(old, { met, taken }) },
    ),
  )
  assert.ok(without.flat().every(([item]) => item !== 40))
})

test('lists that are not trained keep who is withdrawn, and get what is new', () => {
  const old = made(rows, { key: KEY.term })
  const today = edited((key, item, weight) => (item === 20 ? [] : [[item, weight]]))
  today[0].push([299, 0.5])
  const now = read(made(today, { key: KEY.term, old: before(old, { withdrawn: new Set([20]) }) }))
  assert.deepEqual(now.slice(1), read(old).slice(1))
  assert.ok(now[0].some(([item]) => item === 299))
})
