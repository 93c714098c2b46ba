// A slow line in a real browser: the first recommendation comes from less than half of the bytes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noChromium } from '../helpers/browsers.mjs'
import { built, gaussians, npy } from '../helpers/shop.mjs'
import { firstAnswer } from '../helpers/streaming.mjs'

const CHUNKS = 2 * 65_536 // what a browser may hand over beyond the section that was waited for

test('at 10 Mbit/s the first personal answer comes from 40 % of the bytes', { skip: noChromium }, async () => {
  const embeddings = await npy('slow.npy', [30_000, 64], gaussians(30_000, 64, 1))
  const { bytes } = await built({ embeddings })
  const { items, personal, at, whole, errors } = await firstAnswer(Buffer.from(bytes), ['3', '17', '40'])
  assert.deepEqual([items, personal, errors], [20, true, []])
  assert.equal(at.total, bytes.length)
  assert.ok(at.loaded <= 0.4 * at.total, `from ${at.loaded} of ${at.total} bytes`)
  assert.ok(at.received <= 0.4 * at.total + CHUNKS, `when ${at.received} of ${at.total} bytes had come`)
  assert.equal(whole.loaded, at.total)
})
