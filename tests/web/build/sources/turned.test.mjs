// Trained vectors are turned to where the day before had them, and left where nothing tells how.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../../build/web/learn/learn.js'
import { spaceSections } from '../../../../build/web/build/sections/vectors.js'
import { turned } from '../../../../build/web/build/sources/turned.js'
import { gaussians } from '../../helpers/shop.mjs'

const learn = await Learn.start()
const DIM = 16

/** What a bundle of these vectors has, coded so finely that they are nearly themselves. */
function before(rows) {
  const plan = { name: 'als', ordinal: 0, metric: 'ip', layers: [8, 8], subspaces: 0, seed: 1 }
  const { sections } = spaceSections(learn, plan, rows, DIM, Uint32Array.from({ length: rows.length / DIM }, (_, i) => i)) // prettier-ignore
  return { spaces: new Map([['als', sections.map(({ bytes }) => bytes)]]) }
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
  const back = turned({ learn, previous: before(old) }, 'als', moved, DIM)
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
  const back = turned({ learn, previous: before(old) }, 'als', moved, DIM)
  assert.ok(apart(back.subarray(20 * DIM, 200 * DIM), old.subarray(20 * DIM)) < 0.01)
  assert.ok(back.subarray(10 * DIM, 20 * DIM).every((x) => x === 0))
})

test('where nothing tells how they turned they stay as they are', () => {
  const rows = gaussians(100, DIM, 5)
  const stays = (previous, name = 'als') => assert.equal(turned({ learn, previous }, name, rows, DIM), rows)
  stays(null)
  stays(before(rows), 'content')
  stays(before(gaussians(7, DIM, 6)))
  stays(before(new Float32Array(100 * DIM)))
})

test('vectors of many numbers are turned, too', () => {
  const dim = 360 // squared more than a call takes arguments
  const old = gaussians(400, dim, 7)
  const plan = { name: 'als', ordinal: 0, metric: 'ip', layers: [], subspaces: 0, seed: 1 }
  const { sections } = spaceSections(
    learn,
    plan,
    old,
    dim,
    Uint32Array.from({ length: 400 }, (_, i) => i),
  )
  const previous = { spaces: new Map([['als', sections.map(({ bytes }) => bytes)]]) }
  const length = (rows) => Math.sqrt(rows.reduce((sum, x) => sum + x * x, 0))
  const back = turned(
    { learn, previous },
    'als',
    old.map((x) => -x),
    dim,
  )
  assert.ok(Math.abs(length(back) / length(old) - 1) < 1e-3)
})
