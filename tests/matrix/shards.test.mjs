// A catalogue in shards in workerd, each shard an isolate with the memory that Cloudflare's have: the answers of this process.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { shard, Shards } from 'martello/shards'
import { startFront } from '../bench/workerd.mjs'
import { gaussians, npy, path } from '../web/helpers/shop.mjs'
import { need, prepareFolder, root } from './prepare.mjs'

prepareFolder()
const why = need('workerd@1.20261117.1')

test('8 shards and a front in workerd', { skip: why }, async () => {
  const files = path('matrix-shards')
  const table = await npy('rows.npy', [20_000, 16], gaussians(20_000, 16, 1))
  execFileSync(process.execPath, [join(root, 'dist/cli.js'), 'split', '--embeddings', table, '--shards', '8', '-o', files, '--quiet']) // prettier-ignore
  const server = shard((file) => join(files, file), { open: 8 })
  const here = await Shards.open(join(files, 'root.martello'), { shards: Array.from({ length: 8 }, () => server), deadline: 60_000 }) // prettier-ignore
  const asked = async (port, history) =>
    (await fetch(`http://127.0.0.1:${port}/recommend?history=${history.join()}&k=20`)).json()
  const first = await startFront(path('matrix-front'), files, 8, { deadline: 60_000 })
  try {
    for (let i = 0; i < 20; i++) {
      const history = [0, 1, 2]
        .map((n) => String(997 * i + 5000 * n + 1).slice(0, 5))
        .filter((id) => Number(id) < 20_000)
      const [there, expected] = [await asked(first.port, history), await here.recommend({ history, k: 20 })]
      assert.deepEqual(there.items, expected.items)
      assert.equal(there.trace.shards.answered, 8)
    }
  } finally {
    first.server.kill()
  }
  const [gone] = readdirSync(files).filter((name) => name.endsWith('-5.martello'))
  renameSync(join(files, gone), path('gone'))
  const second = await startFront(path('matrix-front'), files, 8)
  try {
    const { trace } = await asked(second.port, ['7', '8'])
    assert.deepEqual(trace.shards.missing.map(({ shard, why }) => [shard, why]), [[4, 'version']]) // prettier-ignore
  } finally {
    second.server.kill()
  }
  here.close()
})
