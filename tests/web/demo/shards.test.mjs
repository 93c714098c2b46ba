// demo/edge/shards.mjs: a front and shards as processes of Node, over HTTP, until the front is stopped; then none is left.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { cliJson, gaussians, npy, path } from '../helpers/shop.mjs'

const root = join(import.meta.dirname, '../../..')
const folder = path('demo-shards')
const servers = []
after(() => servers.forEach((server) => server.kill()))

/** Processes of this system that were started with this in their words. */
const running = (word) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word)
    } catch {
      return false // it ended meanwhile
    }
  }).length

test('a front in Node asks three processes, and says which is missing', async () => {
  const table = await npy('rows.npy', [3000, 8], gaussians(3000, 8, 1))
  await cliJson('split', '--embeddings', table, '--shards', '3', '-o', folder)
  const start = async () => {
    const server = spawn(process.execPath, ['shards.mjs', folder, '0', '3'], { cwd: join(root, 'demo/edge'), env: { ...process.env, DEADLINE: '60000' }, stdio: ['ignore', 'pipe', 'inherit'] }) // prettier-ignore
    servers.push(server)
    const [line] = await once(server.stdout.setEncoding('utf8'), 'data')
    return { server, ask: async (query) => (await fetch(`${line.trim()}${query}`)).json() }
  }
  const first = await start()
  const { items, trace } = await first.ask('/recommend?history=5,2999,1234&k=7')
  assert.equal(items.length, 7)
  assert.deepEqual([trace.history, trace.shards.of, trace.shards.answered], [3, 3, 3])
  assert.equal(items.filter(({ id }) => ['5', '2999', '1234'].includes(id)).length, 0)
  assert.deepEqual((await first.ask('/health')).items, 3000)
  assert.equal((await first.ask('/similar?id=nobody')).status, 400)
  assert.equal(running(folder), 4)
  first.server.kill()
  await once(first.server, 'exit')

  const [file] = readdirSync(folder).filter((name) => name.endsWith('-2.martello'))
  renameSync(join(folder, file), join(folder, 'gone'))
  const second = await start()
  const { trace: without } = await second.ask('/recommend?history=5,2999,1234&k=7')
  assert.deepEqual([without.shards.answered, without.shards.missing[0].shard, without.shards.missing[0].why], [2, 1, 'version']) // prettier-ignore
  second.server.kill()
  await once(second.server, 'exit')
  for (let i = 0; i < 100 && running(folder) > 0; i++) await new Promise((next) => setTimeout(next, 50))
  assert.equal(running(folder), 0)
})
