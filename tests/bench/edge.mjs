// The edge demo under load, in workerd on loopback: 100,000 items, 100,000 requests, one core for the server.
//
//     node tests/bench/edge.mjs [requests]
//
// Requests differ: histories of 0 to 30 items, filters, explanations, similar items. First as many as it takes on 4
// connections, with the process' memory along the way; then 500 a second, sent by the clock whatever comes back. V8 may take
// 64 MB for objects and 64 MB for wasm memory, together what an isolate has.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { build } from 'esbuild'
import { need, prepareFolder } from '../matrix/prepare.mjs'
import { startWorkerd } from './workerd.mjs'
import { uniforms } from './workload.mjs'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'build/bench/edge')
const BUNDLE = 'bundle.martello'
const ITEMS = 100_000
const USERS = 30_000
const REQUESTS = Number(process.argv[2] ?? 100_000)
const CONNECTIONS = 4
const RATE = 500
const SECONDS = 20
const STRETCH = 1000
const GENRES = Array.from({ length: 25 }, (_, i) => `genre${i}`)

/** A log in which people keep to a few genres and popular items, and a catalogue of it, as files; built by the command line. */
function makeBundle() {
  const out = join(folder, BUNDLE)
  const builder = join(root, 'dist/cli.js')
  if (existsSync(out) && statSync(out).mtimeMs > statSync(builder).mtimeMs) return
  const random = uniforms(5)
  const rows = ['user_id,item_id,timestamp']
  for (let user = 0; user < USERS; user++) {
    const tastes = [Math.floor(25 * random()), Math.floor(25 * random())]
    for (let e = 0, n = 8 + Math.floor(18 * random()); e < n; e++) {
      const item = Math.floor(ITEMS * random() ** 2.5)
      const liked = random() < 0.8 ? item - (item % 25) + tastes[e % 2] : item
      rows.push(`u${user},i${Math.min(ITEMS - 1, liked)},${1_600_000_000 + 86_400 * e + Math.floor(3e6 * random())}`)
    }
  }
  writeFileSync(join(folder, 'log.csv'), rows.join('\n'))
  const goods = Array.from(
    { length: ITEMS },
    (_, i) => `i${i},Item number ${i},${GENRES[i % 25]},${1980 + Math.floor(45 * random())}`,
  )
  writeFileSync(join(folder, 'items.csv'), `item_id,title,genre,year\n${goods.join('\n')}\n`)
  const named = { i2i: true, next: true, als: true, attributes: true, popular: true }
  const sources = { ...named, content: false, trending: false, new: false }
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ tune: false, sources, dimension: 64, layers: [4] }))
  const files = ['--interactions', 'log.csv', '--items', 'items.csv', '--config', 'config.json']
  execFileSync(process.execPath, [builder, 'build', '-o', BUNDLE, ...files, '--quiet'], {
    cwd: folder,
    stdio: 'inherit',
  })
}

/** The demo's worker, and one route more that says how large the core's memory is. */
const MEASURED = `
let memory
const { instantiate } = WebAssembly
WebAssembly.instantiate = async (module) => {
  const instance = await instantiate(module)
  memory = instance.exports.memory
  return instance
}
import worker from './worker.mjs'
export default {
  fetch: (request, env, context) =>
    request.url.endsWith('/memory') ? new Response(String(memory.buffer.byteLength)) : worker.fetch(request, env, context),
}
`

async function start() {
  const why = need('workerd@1.20261117.1')
  if (why) throw new Error(why)
  await build({
    stdin: { contents: MEASURED, resolveDir: join(root, 'demo/edge') },
    outfile: join(folder, 'worker.js'),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    external: ['*/core.wasm'],
    minify: true,
  })
  copyFileSync(join(root, 'dist/core.wasm'), join(folder, 'core.wasm'))
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ["--wasm-max-mem-pages=1024", "--max-heap-size=64", "--max-semi-space-size=4"],
  services = [ (name = "worker", worker = .worker), (name = "assets", disk = "${folder}"), (name = "internet", network = (allow = [])) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "worker") ] );
const worker :Workerd.Worker = ( compatibilityDate = "2026-04-01",
  modules = [ (name = "worker.js", esModule = embed "worker.js"), (name = "core.wasm", wasm = embed "core.wasm") ],
  bindings = [ (name = "ASSETS", service = "assets") ] );
`,
  )
  return startWorkerd(folder, ['taskset', '-c', '1'])
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
function ask(port, path) {
  return new Promise((answered, failed) => {
    get({ host: '127.0.0.1', port, path, agent }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk) => (body += chunk))
      response.on('end', () =>
        response.statusCode === 200 ? answered(body) : failed(new Error(`${path}: ${response.statusCode} ${body}`)),
      )
    }).on('error', failed)
  })
}

const draw = uniforms(9)
const below = (n) => Math.floor(n * draw())
const item = () => `i${Math.floor(ITEMS * draw() ** 2)}`
function path() {
  const kind = below(10)
  if (kind === 0) return `/similar?id=${item()}&k=20`
  const history = Array.from({ length: below(31) }, item).join()
  const filter = kind < 3 ? `&filter=${encodeURIComponent(JSON.stringify({ genre: GENRES[below(25)] }))}` : ''
  return `/recommend?history=${history}&k=20${filter}${kind === 3 ? '&explain' : ''}`
}

/** What the process has to itself: objects, wasm memory and the runtime, but not its program, which is mapped. */
function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return `${(Number(/RssAnon:\s+(\d+)/.exec(status)[1]) / 1024).toFixed(1)} MB`
}
const seconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
const sorted = (values) => [...values].sort((a, b) => a - b)
const at = (ascending, share) => ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))]
function percentiles(times) {
  const ascending = sorted(times)
  const ms = (share) => at(ascending, share).toFixed(2)
  return `p50 ${ms(0.5)} ms, p99 ${ms(0.99)} ms, p99.9 ${ms(0.999)} ms`
}

/** Others work on this machine, too: the same figure for every stretch of requests, from the quietest to the loudest. */
function stretches(count, times, figure) {
  const figures = []
  for (let from = 0; from + count <= times.length; from += count) figures.push(figure(times.slice(from, from + count)))
  const ascending = sorted(figures)
  const [low, middle, high] = [0, 0.5, 1].map((share) => at(ascending, share).toFixed(1))
  return `${low} to ${high}, half of them up to ${middle}`
}
const p99 = (times) => at(sorted(times), 0.99)

async function timed(port, times) {
  const started = performance.now()
  await ask(port, path())
  times.push(performance.now() - started)
}

async function flood(port, pid) {
  const times = []
  const ends = []
  const [from, cpu] = [performance.now(), seconds(pid)]
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (times.length < REQUESTS) {
        await timed(port, times)
        ends.push(performance.now())
        if (times.length % Math.ceil(REQUESTS / 10) === 0)
          console.log(`${String(times.length).padStart(8)} requests  memory ${memory(pid)}`)
      }
    }),
  )
  const took = (performance.now() - from) / 1000
  const busy = seconds(pid) - cpu
  console.log(
    `${CONNECTIONS} connections: ${(times.length / took).toFixed(0)} requests/s; ${((1000 * busy) / times.length).toFixed(2)} ms of processor each; ${percentiles(times)}`,
  )
  console.log(`  by stretches of ${STRETCH}: requests/s ${stretches(STRETCH, ends, (some) => (1000 * (STRETCH - 1)) / (some.at(-1) - some[0]))}`) // prettier-ignore
  console.log(`  p99 in ms ${stretches(STRETCH, times, p99)}`)
}

/** A second at a time, each to its end, so that what a stretch of other work delays is its own second's. */
async function steady(port) {
  const times = []
  for (let second = 0; second < SECONDS; second++) {
    const pending = []
    for (const from = performance.now(); pending.length < RATE; await new Promise((next) => setTimeout(next, 1)))
      while (pending.length < Math.min(RATE, ((performance.now() - from) / 1000) * RATE))
        pending.push(timed(port, times))
    await Promise.all(pending)
  }
  console.log(`${RATE} requests/s by the clock for ${SECONDS} s: ${percentiles(times)}`)
  console.log(`  by seconds: p99 in ms ${stretches(RATE, times, p99)}`)
}

mkdirSync(folder, { recursive: true })
prepareFolder()
makeBundle()
const { server, port } = await start()
try {
  const opening = performance.now()
  const { items, bytes, sources } = JSON.parse(await ask(port, '/health'))
  const opened = performance.now() - opening
  console.log(
    `${items} items, ${(bytes / 1e6).toFixed(1)} MB, sources ${sources.join(', ')}; first answer after ${opened.toFixed(0)} ms`,
  )
  for (let i = 0; i < 300; i++) await ask(port, path())
  console.log(`   warmed up           memory ${memory(server.pid)}`)
  await flood(port, server.pid)
  await steady(port)
  console.log(`wasm memory ${(Number(await ask(port, '/memory')) / 1e6).toFixed(1)} MB, memory ${memory(server.pid)}`)
} finally {
  server.kill('SIGKILL')
  agent.destroy()
}
