// Threads of the builder: one that ends in the midst of its work ends the build with what it ended with, and nobody waits for it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Workers } from '../../../build/web/build/workers.js'
import { Learn } from '../../../build/web/learn/learn.js'

test('after a thread has ended nothing is asked of the heap that it may hold', async () => {
  const learn = await Learn.start()
  const workers = new Workers(learn, 2)
  const at = learn.take(64)
  const reason = await workers.call('mt_nothing_of_the_kind').catch((error) => error)
  assert.match(reason.message, /not a function/)
  for (const use of [
    () => learn.take(64),
    () => learn.drop(at),
    () => learn.put(Uint8Array.of(1)),
    () => learn.run('mt_take', 1),
  ])
    assert.throws(use, (error) => error === reason)
  await assert.rejects(workers.make('mt_make_fusion', 1, 20), (error) => error === reason, 'in a thread')
  await workers.close()
})

test('what the core refuses ends no thread', async () => {
  const learn = await Learn.start()
  const workers = new Workers(learn, 2)
  await assert.rejects(workers.make('mt_make_fusion', 0, 20), { name: 'LearnError', message: /found 0 sources/ })
  const fusion = await workers.make('mt_make_fusion', 1, 20)
  learn.run('mt_drop_fusion', fusion)
  await workers.close()
})
