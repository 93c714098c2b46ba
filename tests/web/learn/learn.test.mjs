// The learning core's memory: what 32 bits cannot address is refused in a sentence, and not taken modulo 2^32.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../build/web/learn/learn.js'

test('more bytes than can be addressed', async () => {
  const learn = await Learn.start()
  for (const bytes of [2 ** 32 - 1, 2 ** 32 + 64, 2 ** 40])
    assert.throws(() => learn.take(bytes), { name: 'LearnError', message: `learn: no memory for ${bytes} bytes` })
})
