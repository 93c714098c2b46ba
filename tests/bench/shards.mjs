// A catalogue in 8 shards, each in a process of workerd with the memory of an isolate, and one in front of them: latency, requests a second,
// memory; and what is answered while a shard is killed, slowed by two seconds, or of another catalogue.
//
//     node tests/bench/shards.mjs [W4|W3|W2] [seconds] [shards]
//
// W4 is 10,000,000 items of 64 numbers, drawn like W3 (workload.mjs): 2.6 GB on the disk, and as much while it is written. Requests are
// histories of ten items that lie near to one of the 1,000 query vectors, of which every second was asked before. Server and client share the
// machine's cores. Recall is of the query vectors themselves, against exact search (martello eval).
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { shard, Shards } from 'martello/shards'
import { need, prepareFolder } from '../matrix/prepare.mjs'
import { matrix } from './matrix.mjs'
import { startFront, startShard } from './workerd.mjs'
import { uniforms } from './workload.mjs'

const [name = 'W4', seconds = '20', shardCount = '8'] = process.argv.slice(2)
const SHARDS = Number(shardCount)
const [K, CONNECTIONS, DEADLINE] = [20, 4, 250]
const ASKED = { p50: 15, p99: 40, memory: 128 }
const root = join(import.meta.dirname, '../..')
const folder = join(root, 'build/bench/shards')
const cli = join(root, 'dist/cli.js')
mkdirSync(folder, { recursive: true })
prepareFolder()
const why = need('workerd@1.20261117.1')
if (why) throw new Error(why)

const { table, asking, queries } = matrix(name)
const files = join(folder, name)
const martello = (...args) => JSON.parse(execFileSync('node', [cli, ...args, '--json'], { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 })) // prettier-ignore
const verdict = (met) => (met ? 'met' : 'missed')

// -- the catalogue ---------------------------------------------------------------------------------------------------------

rmSync(files, { recursive: true, force: true })
const built = martello('split', '--embeddings', table, '--shards', String(SHARDS), '-o', files)
console.log(`${built.items} items in ${SHARDS} shards of ${(built.bytes.lists / SHARDS / 1e6).toFixed(1)} MB, a root of ${(built.bytes.root / 1e3).toFixed(0)} KB; built in ${(built.seconds / 60).toFixed(1)} min with ${(built.peak_memory / 1e9).toFixed(2)} GB`) // prettier-ignore
const [told] = martello('eval', join(files, 'root.martello'), '--embeddings', table, '--queries', asking).layers
console.log(
  `recall@100 ${told.recall.toFixed(4)}; in one process, one shard behind the other: p50 ${told.p50_ms.toFixed(1)} ms`,
)

/** What lies near to each query. */
async function pools() {
  const server = shard((file) => join(files, file), { open: SHARDS })
  const shards = Array.from({ length: SHARDS }, () => server)
  const all = await Shards.open(join(files, 'root.martello'), { shards, deadline: 60_000 })
  const near = []
  for (let q = 0; q < queries.rows; q++) {
    const { ids } = await all.nearest(queries.data.subarray(q * queries.columns, (q + 1) * queries.columns), { k: 100 })
    near.push(ids)
  }
  all.close()
  return near
}

const { catalogue } = martello('inspect', join(files, 'root.martello')).record

// -- requests --------------------------------------------------------------------------------------------------------------

const near = await pools()
const draw = uniforms(9)
const below = (n) => Math.floor(n * draw())
const seen = []
/** Every second was asked before, so the front knows its history's rows. */
function history() {
  if (seen.length > 0 && draw() < 0.5) return seen[below(seen.length)]
  const pool = near[below(near.length)]
  const own = Array.from({ length: 10 }, () => pool[below(pool.length)])
  seen.push(own)
  return own
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
function ask(port) {
  const body = JSON.stringify({ history: history(), k: K })
  return new Promise((answered, failed) => {
    const started = performance.now()
    const asking = request({ host: '127.0.0.1', port, path: '/recommend', method: 'POST', agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk))
      response.on('end', () => {
        if (response.statusCode !== 200) return failed(new Error(`${response.statusCode} ${text}`))
        const { items, trace } = JSON.parse(text)
        answered({ ms: performance.now() - started, items: items.length, shards: trace.shards })
      })
    })
    asking.on('error', failed)
    asking.end(body)
  })
}

const at = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] // prettier-ignore
const times = (answers) => {
  const all = answers.map(({ ms }) => ms)
  return `p50 ${at(all, 0.5).toFixed(1)} ms, p99 ${at(all, 0.99).toFixed(1)} ms, most ${Math.max(...all).toFixed(1)} ms`
}

/** So many at a time, for some seconds. */
async function load(port, connections, duration = Number(seconds)) {
  const answers = []
  const until = performance.now() + 1000 * duration
  const line = async () => {
    while (performance.now() < until) answers.push(await ask(port))
  }
  await Promise.all(Array.from({ length: connections }, line))
  return answers
}

/** Milliseconds of processor time that a process has had. */
function processor({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}

/** MB that a process has to itself, without its program, which is mapped. */
const memory = ({ pid }) => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

// -- eight shards and a front ----------------------------------------------------------------------------------------------

const shards = []
const fronts = []
try {
  for (let i = 0; i < SHARDS; i++) shards.push(await startShard(join(folder, `shard${i + 1}`), files))
  const addresses = shards.map(({ port }) => `127.0.0.1:${port}`)
  const idle = shards.map(({ server }) => memory(server))
  const opened = []
  for (const [i, address] of addresses.entries()) {
    const started = performance.now()
    const { bytes } = await (await fetch(`http://${address}/shard-${catalogue}-${i + 1}.martello`)).json()
    opened.push({ ms: performance.now() - started, bytes })
  }
  console.log(`cold: a shard opens ${(opened[0].bytes / 1e6).toFixed(1)} MB in ${at(opened.map(({ ms }) => ms), 0.5).toFixed(0)} ms, with ${(shards.reduce((sum, { server }) => sum + processor(server), 0) / SHARDS).toFixed(0)} ms of the processor since it began`) // prettier-ignore
  fronts.push(await startFront(join(folder, 'front'), files, addresses, { deadline: DEADLINE }))
  const { port } = fronts[0]
  await load(port, 1, 3) // opened, compiled
  const alone = await load(port, 1)
  const [p50, p99] = [0.5, 0.99].map((share) => at(alone.map(({ ms }) => ms), share)) // prettier-ignore
  console.log(`one at a time: ${times(alone)}; asked up to ${ASKED.p50} and ${ASKED.p99}: ${verdict(p50 <= ASKED.p50)}, ${verdict(p99 <= ASKED.p99)}`) // prettier-ignore
  const spent = () => [fronts[0], ...shards].map(({ server }) => processor(server))
  const before = spent()
  const flood = await load(port, CONNECTIONS)
  const [front, ...each] = spent().map((ms, i) => (ms - before[i]) / flood.length)
  console.log(`processor time of a request: ${front.toFixed(2)} ms of the front, ${(each.reduce((sum, ms) => sum + ms, 0) / SHARDS).toFixed(2)} of a shard`) // prettier-ignore
  console.log(`${CONNECTIONS} at a time: ${(flood.length / Number(seconds)).toFixed(0)} requests/s; ${times(flood)}; whole answers: ${flood.filter((one) => one.shards.answered === SHARDS).length} of ${flood.length}`) // prettier-ignore
  const own = shards.map(({ server }) => memory(server))
  console.log(`memory of a shard: V8 lets it have ${ASKED.memory} MB of wasm and objects, in which it holds its file; its process has up to ${Math.max(...own).toFixed(0)} MB of its own, the runtime and its buffers with it, and had ${Math.max(...idle).toFixed(0)} before it held anything`) // prettier-ignore
  console.log(`memory of the front: ${memory(fronts[0].server).toFixed(0)} MB`)
  if (SHARDS >= 6) await faults(addresses)
} finally {
  for (const { server } of [...shards, ...fronts]) server.kill('SIGKILL')
}

// -- faults, under load ----------------------------------------------------------------------------------------------------

/** Passes bytes on; answers come so many milliseconds later. */
async function proxied(target, delay) {
  const proxy = createServer((from) => {
    const to = connect(Number(target.split(':')[1]), '127.0.0.1')
    from.pipe(to)
    to.on('data', (bytes) => setTimeout(() => from.write(bytes), delay.ms))
    for (const one of [from, to]) one.on('error', () => (from.destroy(), to.destroy()))
  })
  await new Promise((listening) => proxy.listen(0, '127.0.0.1', listening))
  proxy.unref()
  return `127.0.0.1:${proxy.address().port}`
}

async function faults(addresses) {
  const empty = join(folder, 'other')
  mkdirSync(empty, { recursive: true })
  const other = await startShard(join(folder, 'shard-other'), empty) // has files of no catalogue
  shards.push(other)
  const delay = { ms: 0 }
  const through = [...addresses]
  through[4] = await proxied(addresses[4], delay)
  through[5] = `127.0.0.1:${other.port}`
  const front = await startFront(join(folder, 'front-faults'), files, through, { deadline: DEADLINE })
  fronts.push(front)
  const told = (what, answers) => {
    const why = new Map()
    for (const { shards } of answers)
      for (const { shard, why: one } of shards.missing)
        why.set(`shard ${shard + 1} ${one}`, (why.get(`shard ${shard + 1} ${one}`) ?? 0) + 1)
    const late = answers.filter(({ ms }) => ms > DEADLINE + 50).length
    console.log(`${what}: ${answers.length} answers, ${times(answers)}; ${late} later than ${DEADLINE} + 50 ms; ${answers.filter(({ items }) => items < K).length} short; ${[...why].map(([one, n]) => `${one} ${n}`).join(', ')}`) // prettier-ignore
  }
  told('shard 6 is of another catalogue', await load(front.port, CONNECTIONS, 8))
  delay.ms = 2000
  told('… and shard 5 is slowed by 2 s', await load(front.port, CONNECTIONS, 8))
  delay.ms = 0
  told('… and shard 5 is as before', await load(front.port, CONNECTIONS, 8))
  const dying = load(front.port, CONNECTIONS, 8)
  setTimeout(() => shards[2].server.kill('SIGKILL'), 1000)
  told('… and shard 3 is killed after a second', await dying)
}
