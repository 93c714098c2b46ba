/**
 * make demo-shards: a catalogue in shards, as it runs at Cloudflare: in workerd, 8 Workers that each hold a share, and one in front of them that
 * asks all. Then the same where a shard has nothing of this catalogue. Items are made up: 100,000 around 50 tastes, whose names say which.
 *
 * It ends by itself; with SERVE=1 it goes on until it is stopped.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeNpy } from '../build/web/read/write-npy.js'
import { startFront } from '../tests/bench/workerd.mjs'
import { normals, uniforms } from '../tests/bench/workload.mjs'
import { need, prepareFolder } from '../tests/matrix/prepare.mjs'

const [ITEMS, DIM, SHARDS, TASTES, ASKED] = [100_000, 32, 8, 50, 500]
const root = join(import.meta.dirname, '..')
const folder = join(root, 'build/demo/shards')
const say = (line = '') => process.stdout.write(`${line}\n`)
const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1]

async function catalogue() {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const normal = normals(uniforms(1))
  const centres = Float32Array.from({ length: TASTES * DIM }, normal)
  const rows = Float32Array.from(
    { length: ITEMS * DIM },
    (_, i) => centres[(Math.floor(i / DIM) % TASTES) * DIM + (i % DIM)] + 0.7 * normal(),
  )
  const [table, names] = [join(folder, 'items.npy'), join(folder, 'names.txt')]
  await writeNpy(table, [ITEMS, DIM], rows)
  writeFileSync(
    names,
    Array.from({ length: ITEMS }, (_, i) => `taste${i % TASTES}-${Math.floor(i / TASTES)}\n`).join(''),
  )
  const args = ['split', '--embeddings', table, '--ids', names, '--shards', String(SHARDS), '-o', join(folder, 'files')]
  say('  $ npx martello split --embeddings items.npy --ids names.txt --shards 8 -o files')
  const { status } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...args, '--quiet'], { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
  return join(folder, 'files')
}

async function shelf(port, history, k = 5) {
  const response = await fetch(`http://127.0.0.1:${port}/recommend?history=${history.join()}&k=${k}`)
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}

function show({ items, trace: { shards } }) {
  const missing = shards.missing.map(({ shard, why, detail }) => `shard ${shard + 1} is missing: ${why}, ${detail}`)
  say(`  ${items.map(({ id }) => id).join(', ')}`)
  say(`  ${[`${shards.answered} of ${shards.of} shards, ${shards.rows} rows`, ...missing].join('; ')}`)
}

prepareFolder()
const why = need('workerd@1.20261117.1')
if (why) throw new Error(why)
say('A catalogue in 8 shards')
const files = await catalogue()
const { server, port } = await startFront(join(folder, 'front'), files, SHARDS)
try {
  const history = ['taste7-0', 'taste7-12', 'taste7-400']
  say(`  $ curl 'http://127.0.0.1:${port}/recommend?history=${history.join()}&k=5'`)
  show(await shelf(port, history))
  const times = []
  for (let i = 0; i < ASKED; i++) {
    const started = performance.now()
    await shelf(port, [`taste${i % TASTES}-${i}`, `taste${i % TASTES}-${i + 1}`])
    times.push(performance.now() - started)
  }
  say(`  ${ASKED} requests, one after the other: ${median(times).toFixed(1)} ms each in the median, over HTTP`)
  if (process.env.SERVE) {
    say(`  http://127.0.0.1:${port}, until it is stopped`)
    await new Promise((stopped) => process.once('SIGINT', stopped))
  }
} finally {
  server.kill()
}

say('The same, where the file of shard 3 is gone')
const { catalogue: name } = JSON.parse(
  spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'inspect', join(files, 'root.martello'), '--json'], {
    encoding: 'utf8',
  }).stdout,
).record
renameSync(join(files, `shard-${name}-3.martello`), join(folder, 'gone'))
const second = await startFront(join(folder, 'front'), files, SHARDS)
try {
  show(await shelf(second.port, ['taste7-0', 'taste7-12', 'taste7-400']))
} finally {
  second.server.kill()
}
