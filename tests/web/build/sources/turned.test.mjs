// Trained vectors are turned to where the day before had them, and left where nothing tells how; an item's old vector is its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../../build/web/learn/learn.js'
import { decodedSpace, spaceSections, towerSection } from '../../../../build/web/build/sections/vectors.js'
import { vectorsBefore } from '../../../../build/web/build/sources/before.js'
import { codedSpace } from '../../../../build/web/build/sources/space.js'
import { turned } from '../../../../build/web/build/sources/turned.js'
import { gaussians } from '../../helpers/shop.mjs'

const learn = await Learn.start()
const DIM = 16

const named = (count) => Array.from({ length: count }, (_, i) => `i${i}`)
const numbers = (count) => Uint32Array.from({ length: count }, (_, i) => i)

/** What a rebuild has of a bundle of these vectors, coded so finely that they are nearly themselves; of as many items today, or of those. */
function from(rows, { dim = DIM, layers = [8, 8], ids = named(rows.length / dim), gone = [] } = {}) {
  const plan = { name: 'als', ordinal: 0, metric: 'ip', layers, subspaces: 0, seed: 1 }
  const { sections } = spaceSections(learn, plan, rows, dim, numbers(rows.length / dim))
  const before = named(rows.length / dim)
  const spaces = new Map([['als', sections.map(({ bytes }) => bytes)]])
  return { learn, catalogue: { ids, gone: new Set(gone) }, previous: { ids: before, spaces, towers: new Map() } }
}

/** Rows turned by a rotation that nothing else knows: rotations of two coordinates, one after the other. */
function spun(rows, angle) {
  const out = rows.slice()
  for (let row = 0; row < out.length; row += DIM)
    for (let d = 0; d < DIM; d++) {
      const [i, j] = [row + d, row + ((d + 5) % DIM)]
      const [x, y] = [out[i], out[j]]
      out[i] = Math.cos(angle) * x - Math.sin(angle) * y
      out[j] = Math.sin(angle) * x + Math.cos(angle) * y
    }
  return out
}
const apart = (a, b) => Math.hypot(...a.map((x, i) => x - b[i])) / Math.hypot(...b)

test('vectors that turned, and changed a little, come back to where they were; products stay', () => {
  const old = gaussians(300, DIM, 1)
  const noise = gaussians(300, DIM, 2)
  const moved = spun(old, 2).map((x, i) => x + 0.02 * noise[i])
  assert.ok(apart(moved, old) > 1)
  const back = turned(from(old), 'als', moved, DIM)
  assert.ok(apart(back, old) < 0.03, `${apart(back, old)}`)
  const dot = (rows, a, b) =>
    rows.subarray(a * DIM, (a + 1) * DIM).reduce((sum, x, d) => sum + x * rows[b * DIM + d], 0)
  for (let a = 0; a < 300; a += 7) assert.ok(Math.abs(dot(back, a, 299 - a) - dot(moved, a, 299 - a)) < 1e-3)
})

test('items that one of both does not have do not say how', () => {
  const old = gaussians(200, DIM, 3)
  const moved = new Float32Array(250 * DIM)
  moved.set(spun(old, 1))
  moved.set(gaussians(50, DIM, 4), 200 * DIM)
  moved.fill(0, 10 * DIM, 20 * DIM)
  const back = turned(from(old, { ids: named(250) }), 'als', moved, DIM)
  assert.ok(apart(back.subarray(20 * DIM, 200 * DIM), old.subarray(20 * DIM)) < 0.01)
  assert.ok(back.subarray(10 * DIM, 20 * DIM).every((x) => x === 0))
})

test('where nothing tells how they turned they stay as they are', () => {
  const rows = gaussians(100, DIM, 5)
  const stays = (of, name = 'als') => assert.equal(turned(of, name, rows, DIM), rows)
  stays({ ...from(rows), previous: null })
  stays(from(rows), 'content')
  stays(from(gaussians(100, 2 * DIM, 6), { dim: 2 * DIM }))
  stays(from(new Float32Array(100 * DIM)))
})

test('vectors of many numbers are turned, too', () => {
  const dim = 360 // squared more than a call takes arguments
  const old = gaussians(400, dim, 7)
  const length = (rows) => Math.sqrt(rows.reduce((sum, x) => sum + x * x, 0))
  const back = turned(
    from(old, { dim, layers: [] }),
    'als',
    old.map((x) => -x),
    dim,
  )
  assert.ok(Math.abs(length(back) / length(old) - 1) < 1e-3)
})

test('a number whose item is another today has no old vector, nor old codes', () => {
  const old = gaussians(200, DIM, 8)
  const ids = [...named(5), 'other', ...named(200).slice(6), 'newest']
  const of = { ...from(old, { ids, gone: [7] }), config: {}, seed: 1, progress: { stage() {} } }
  const rows = vectorsBefore(of, 'als', DIM)
  assert.equal(rows.length, 201 * DIM)
  for (const item of [5, 7, 200]) assert.ok(rows.subarray(item * DIM, (item + 1) * DIM).every((x) => x === 0), `${item}`) // prettier-ignore
  assert.ok(apart(rows.subarray(8 * DIM, 200 * DIM), old.subarray(8 * DIM)) < 0.01)

  // today's vectors: the other item's lies near the one whose number it took, and stays coded as itself
  const today = new Float32Array(201 * DIM)
  today.set(old)
  for (let d = 0; d < DIM; d++) [today[5 * DIM + d], today[7 * DIM + d], today[200 * DIM + d]] = [1.001 * old[5 * DIM + d], 0, old[d]] // prettier-ignore
  const space = { name: 'als', metric: 'ip', layers: [8, 8], rows: today, dim: DIM, rowOf: numbers(201), tower: { kind: 'pooled' } } // prettier-ignore
  const [own, base, ...layers] = codedSpace(of, space, 0).map(({ bytes }) => bytes)
  const decoded = decodedSpace(learn, [own, base, ...layers.slice(0, 2)]).rows
  const item = (rows, at) => rows.subarray(at * DIM, (at + 1) * DIM)
  const before = decodedSpace(learn, of.previous.spaces.get('als')).rows
  assert.ok(apart(item(decoded, 5), item(today, 5)) < 1e-4)
  assert.deepEqual(item(decoded, 7), item(before, 7), 'that of an item that is gone stays where it was')
  assert.deepEqual(item(decoded, 8), item(before, 8))
  assert.ok(apart(item(decoded, 200), item(today, 200)) < 1e-4)
})

test('the Gram matrix of a tower stays where the new one is about the same', () => {
  const gram = gaussians(DIM, DIM, 9)
  const plan = (gram, items = 100) => ({ kind: 'als', unobserved: 0.01, reg: 0.01, nu: 1, items, gram })
  const tower = (gram, before, items) => towerSection(learn, 'als', 0, DIM, plan(gram, items), before).bytes
  const before = tower(gram)
  const moved = (by) => gram.map((value, at) => value + by * gaussians(DIM, DIM, 10)[at])
  assert.deepEqual(tower(moved(0.05), before), before)
  assert.notDeepEqual(tower(moved(0.05), before, 200), before, 'but what it says of the catalogue is of today')
  assert.deepEqual(tower(moved(0.05), before, 200).subarray(64), before.subarray(64))
  assert.deepEqual(tower(moved(0.5), before), tower(moved(0.5)))
  assert.deepEqual(towerSection(learn, 'als', 0, 2 * DIM, plan(gram), before).bytes.length, 64 + 16 * DIM * DIM)
  const pooled = towerSection(learn, 'als', 0, DIM, { kind: 'pooled' }).bytes
  assert.deepEqual(towerSection(learn, 'als', 0, DIM, { kind: 'pooled' }, pooled).bytes, pooled)
})
