// A split catalogue on a static host, 50 ms away: what a cold query fetches, how long it takes, and how near it comes to exact search.
//
//     node tests/bench/lists.mjs [W4|W3|W2] [layers, such as 4,4] [queries]
//
// W4 is 10,000,000 items drawn like W3 (workload.mjs), 2.6 GB on the disk and as much while it is written; queries are the 1,000 of the
// shared data, or like them. Each query is cold: nothing but the root is here.
import { execFile, execFileSync } from 'node:child_process'
import { createReadStream, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { matrix } from './matrix.mjs'

const [name = 'W4', layers = '4', queries = '1000'] = process.argv.slice(2)
const LATENCY = 50 // ms
const ASKED = { root: 3e6, bytes: 400e3, requests: 8, cold: 200, warm: 10, recall: 0.95, minutes: 30, memory: 4e9 }
const root = join(import.meta.dirname, '../..')
const cli = join(root, 'dist/cli.js')
const { folder, table, asking } = matrix(name, Number(queries))
const out = join(folder, name)
rmSync(out, { recursive: true, force: true })
const config = join(folder, 'config.json')
writeSync(openSync(config, 'w'), JSON.stringify({ layers: layers.split(',').map(Number) }))
const built = JSON.parse(execFileSync('node', [cli, 'split', '--embeddings', table, '-o', out, '--config', config, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })) // prettier-ignore

const server = createServer((request, response) => {
  const path = join(out, request.url.slice(1))
  setTimeout(() => {
    if (!existsSync(path)) return response.writeHead(404).end()
    const size = statSync(path).size
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (from === undefined) return createReadStream(path).pipe(response.writeHead(200, { 'content-length': size }))
    response.writeHead(206, { 'content-range': `bytes ${from}-${to}/${size}`, 'content-length': to - from + 1 })
    createReadStream(path, { start: Number(from), end: Number(to) }).pipe(response)
  }, LATENCY)
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const url = `http://127.0.0.1:${server.address().port}/root.martello`
const told = await new Promise(
  (resolve, reject) =>
  execFile('node', [cli, 'eval', url, '--queries', asking, '--embeddings', table, '--json'], { maxBuffer: 1 << 26 }, (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout)))), // prettier-ignore
)
server.close()

const verdict = (value, most, least = false) => ((least ? value >= most : value <= most) ? 'met' : 'missed')
const line = (what, value, most, shown = value, least) => console.log(`${what.padEnd(42)} ${String(shown).padEnd(12)} asked ${least ? 'from' : 'up to'} ${most}: ${verdict(value, most, least)}`) // prettier-ignore
const recall = told.layers.at(-1).recall
console.log(`${built.items} items in ${built.lists} lists, ${(built.bytes.lists / 1e6).toFixed(0)} MB in ${built.files} files; layers ${layers}; ${told.queries} queries`) // prettier-ignore
line('build, minutes', built.seconds / 60, ASKED.minutes, (built.seconds / 60).toFixed(1))
line('build, memory', built.peak_memory, ASKED.memory)
line('root, bytes', built.bytes.root, ASKED.root)
line('recall@100', recall, ASKED.recall, recall.toFixed(4), true)
line('bytes of a cold query', told.bytes_fetched, ASKED.bytes, Math.round(told.bytes_fetched))
line('requests of a cold query', told.requests, ASKED.requests, told.requests.toFixed(2))
line('cold, p50 in ms', told.cold.p50_ms, ASKED.cold, told.cold.p50_ms.toFixed(1))
line('with its lists here, p50 in ms', told.warm.p50_ms, ASKED.warm, told.warm.p50_ms.toFixed(2))
console.log(`cold p99 ${told.cold.p99_ms.toFixed(1)} ms; at most ${told.most.bytes} bytes in ${told.most.requests} requests; the root alone: recall@100 ${told.root.recall.toFixed(4)}, p50 ${told.root.p50_ms.toFixed(2)} ms`) // prettier-ignore
