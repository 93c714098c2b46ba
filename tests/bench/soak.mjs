// Does memory stay flat? Mixed requests, and updates by signed patches between them, in one page (Chromium) and in one isolate (workerd):
//
//     node tests/bench/soak.mjs [requests] [updates] [page|workerd]
//
// 2,000 items; two versions whose difference is a patch each way, every one signed anew as the next version. Requests are drawn: histories of
// 0 to 30 items, filters, explanations, other rules, similar items, searches. In the page `keep` follows, from the origin private file
// system; in workerd each update is a patch applied, every piece compared, another bundle opened and the one before closed. Printed
// along the way, after garbage collection where there is a way to ask for it: wasm memory of all instances that are still alive, JavaScript's
// heap, its buffers, and what the process has to itself.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { need, prepareFolder } from '../matrix/prepare.mjs'
import { CHROMIUM, QUIET } from '../web/helpers/chromium.mjs'
import { builtShop, GENRES, shop } from '../web/helpers/shop.mjs'
import { manifestOf, patchOf, signer } from '../web/helpers/signed.mjs'
import { startWorkerd } from './workerd.mjs'

const REQUESTS = Number(process.argv[2] ?? 1_000_000)
const UPDATES = Number(process.argv[3] ?? 1000)
const ONLY = process.argv[4]
const LINES = 20
const root = join(import.meta.dirname, '../..')
const folder = join(root, 'build/bench/soak')
mkdirSync(folder, { recursive: true })

const KEY = signer()
const bundles = await Promise.all(
  [1, 2].map(
    async (seed) =>
      (await builtShop(shop({ items: 2000 + 20 * seed, users: 1500, each: 15 }), { name: `soak-${seed}` }, { tune: false, dimension: 32 })).bytes, // prettier-ignore
  ),
)
const patches = [await patchOf(bundles[0], bundles[1], '0.patch'), await patchOf(bundles[1], bundles[0], '1.patch')]
const manifest = (version) =>
  manifestOf(bundles[version % 2], KEY, {
    version: version + 1,
    file: `${version % 2}.martello`,
    patches: patches.map(({ entry }) => entry),
  })
console.log(`bundles of ${bundles.map(({ length }) => `${(length / 1e3).toFixed(0)} KB`).join(' and ')}, patches of ${patches.map(({ patch }) => `${(patch.length / 1e3).toFixed(0)} KB`).join(' and ')}`) // prettier-ignore

/** One request of many kinds, by the number of it: runs in a page and in workerd. */
const ASKING = `
  const GENRES = ${JSON.stringify(GENRES)}
  let state = 7
  const below = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
  const item = () => 'p' + below(2000)
  function ask(rec) {
    const kind = below(10)
    if (kind === 0) return rec.similar(item(), { k: 20 }).items.length
    if (kind === 1) return rec.search('thing ' + below(2000), { k: 10 }).items.length
    const history = Array.from({ length: below(31) }, item)
    const filter = kind < 5 ? { genre: GENRES[below(5)] } : undefined
    return rec.recommend({ history, k: 20, seed: below(1e6), explain: kind === 5, ...(filter && { filter }), ...(kind === 6 && { diversity: 0.4 }) }).items.length
  }
  // every instance of the core, as long as it is alive
  const instances = new Set()
  const { instantiate } = WebAssembly
  const noted = (instance) => (instance.exports?.memory && instances.add(new WeakRef(instance.exports.memory)), instance)
  WebAssembly.instantiate = async (...args) => noted(await instantiate(...args))
  const { Instance } = WebAssembly
  WebAssembly.Instance = new Proxy(Instance, { construct: (target, args) => noted(new target(...args)) })
  const wasm = () => {
    for (const one of instances) if (one.deref() === undefined) instances.delete(one)
    const alive = [...instances].flatMap((one) => one.deref()?.buffer.byteLength ?? [])
    return { alive: alive.length, bytes: alive.reduce((sum, one) => sum + one, 0) }
  }
`
const mb = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MB`
const anonymous = (pid) => 1024 * Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1])

/** Batches of requests with an update behind each, and a line of figures now and then. */
async function soak(what, batch, update, figures) {
  const each = Math.ceil(REQUESTS / UPDATES)
  const lines = []
  const began = performance.now()
  for (let n = 1; n <= UPDATES; n++) {
    await batch(each)
    await update(n)
    if (n !== 1 && n % Math.ceil(UPDATES / LINES) !== 0 && n !== UPDATES) continue
    const line = { requests: n * each, updates: n, ...(await figures()) }
    lines.push(line)
    const said = Object.entries(line).map(([name, value]) => `${name} ${name === 'requests' || name === 'updates' || name === 'instances' ? value : mb(value)}`) // prettier-ignore
    console.log(`${what}  ${said.join(', ')}; ${((performance.now() - began) / 1000).toFixed(0)} s`)
  }
  // the second half against the first, without what warms up
  const half = lines.slice(Math.ceil(lines.length / 5))
  const [first, second] = [half.slice(0, half.length >> 1), half.slice(half.length >> 1)]
  const median = (of, name) => of.map((line) => line[name]).sort((a, b) => a - b)[of.length >> 1]
  for (const name of Object.keys(lines[0]).slice(2))
    console.log(`${what}  ${name}: median of the earlier half ${name === 'instances' ? median(first, name) : mb(median(first, name))}, of the later ${name === 'instances' ? median(second, name) : mb(median(second, name))}`) // prettier-ignore
}

// -- one page ------------------------------------------------------------------------------------------------------------

async function inPage() {
  let version = 0
  const script = `
    ${ASKING}
    // A browser that is debugged keeps what pages fetch, 1.4 bytes for each: patches and bundles come over the network once, or its memory
    // would grow by them. What is left of that are manifests, some 3 KB an update.
    const [network, bodies] = [globalThis.fetch, new Map()]
    globalThis.fetch = async (of, init) => {
      const { pathname } = new URL(of.url ?? of, location.href)
      if (!/\\.(patch|martello)$/.test(pathname)) return network(of, init)
      if (!bodies.has(pathname)) bodies.set(pathname, await (await network(pathname)).arrayBuffer())
      return new Response(bodies.get(pathname))
    }
    const [{ Recommender }, { keep }] = await Promise.all([import('/browser.js'), import('/keep.js')])
    const problems = []
    const kept = await keep('/shop.martello', Recommender.open, { key: '${KEY.key}', storage: 'opfs', onProblem: (sentence) => problems.push(sentence) })
    await kept.complete
    const batch = (count) => {
      let items = 0
      for (let i = 0; i < count; i++) items += ask(kept.current)
      return items
    }
    Object.assign(globalThis, { batch, update: () => kept.check(), wasm, problems, kept, ready: true })`
  const scripts = { 'browser.js': 0, 'keep.js': 0, 'signed.js': 0 }
  const server = createServer((request, response) => {
    const name = request.url.slice(1)
    const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body)
    if (name === '') return send('text/html', '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>') // prettier-ignore
    if (name === 'page.js') return send('text/javascript', script)
    if (name in scripts) return send('text/javascript', readFileSync(join(root, 'dist', name)))
    if (name === 'shop.martello.json') return send('application/json', manifest(version))
    const [number, kind] = name.split('.')
    return send('application/octet-stream', kind === 'patch' ? patches[number].patch : bundles[number])
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const browser = await chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false, args: QUIET })
  const page = await browser.newPage()
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await page.waitForFunction(() => globalThis.ready, null, { timeout: 120_000 })
  const cdp = await page.context().newCDPSession(page)
  const all = await browser.newBrowserCDPSession()
  // the renderer that works: the browser keeps others ready
  const busiest = async () =>
    (await all.send('SystemInfo.getProcessInfo')).processInfo
      .filter(({ type }) => type === 'renderer')
      .sort((a, b) => b.cpuTime - a.cpuTime)[0].id
  await soak(
    'page   ',
    (count) => page.evaluate((count) => batch(count), count),
    async () => {
      version++
      const isNew = await page.evaluate(() => update())
      const [found, problems] = await page.evaluate(() => [kept.release.version, globalThis.problems.splice(0)])
      if (!isNew || found !== version + 1 || problems.length > 0) throw new Error(`update ${version}: ${isNew}, ${found}, ${problems}`) // prettier-ignore
    },
    async () => {
      for (let i = 0; i < 3; i++) await cdp.send('HeapProfiler.collectGarbage')
      const { usedSize, backingStorageSize = 0 } = await cdp.send('Runtime.getHeapUsage')
      const { alive, bytes } = await page.evaluate(() => wasm())
      return {
        instances: alive,
        wasm: bytes,
        heap: usedSize,
        buffers: backingStorageSize,
        process: anonymous(await busiest()),
      }
    },
  )
  await browser.close()
  server.close()
}

// -- one isolate of workerd ----------------------------------------------------------------------------------------------

const WORKER = `
  ${ASKING}
  import { Recommender } from '../../../dist/workerd.js'
  import { patched } from '../../web/delta/patch.js'
  import { believed } from '../../web/update/trust.js'
  import { verified } from '../../web/update/pieces.js'
  let [rec, bytes] = []
  const body = async (env, name) => new Uint8Array(await (await env.ASSETS.fetch('https://assets.local/' + name)).arrayBuffer())
  /** The next version, from the bytes of the one before, each piece compared. */
  async function update(env, version, text) {
    if (bytes === undefined) bytes = await body(env, '0.martello')
    const manifest = await believed(text, { key: '${KEY.key}', name: 'shop.martello', where: 'soak', seen: null })
    const chunks = patched(bytes, await body(env, ((version + 1) % 2) + '.patch'))
    const reader = verified({ read: () => chunks.next(), cancel: () => chunks.return() }, manifest, 'soak')
    const parts = []
    for (let part; (part = (await reader.read()).value); ) parts.push(part)
    bytes = new Uint8Array(await new Blob(parts).arrayBuffer())
    const next = await Recommender.open(bytes.slice())
    rec?.close()
    rec = next
    return rec.items
  }
  export default {
    async fetch(request, env) {
      const url = new URL(request.url)
      const n = Number(url.searchParams.get('n'))
      if (url.pathname === '/update') return new Response(String(await update(env, n, await request.text())))
      if (url.pathname === '/memory') return Response.json(wasm())
      rec ??= await Recommender.open(await body(env, '0.martello'))
      let items = 0
      for (let i = 0; i < n; i++) items += ask(rec)
      return new Response(String(items))
    },
  }
`

async function inWorkerd() {
  prepareFolder()
  const why = need('workerd@1.20261117.1')
  if (why) return console.log(`workerd: skipped, ${why}`)
  bundles.forEach((bytes, i) => writeFileSync(join(folder, `${i}.martello`), bytes))
  patches.forEach(({ patch }, i) => writeFileSync(join(folder, `${i}.patch`), patch))
  const stdin = { contents: WORKER, resolveDir: folder }
  await build({ stdin, outfile: join(folder, 'worker.js'), bundle: true, format: 'esm', conditions: ['workerd'], external: ['*/core.wasm'], minify: true, logLevel: 'error' }) // prettier-ignore
  copyFileSync(join(root, 'dist/core.wasm'), join(folder, 'core.wasm'))
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ["--wasm-max-mem-pages=1024", "--max-heap-size=64"],
  services = [ (name = "worker", worker = .worker), (name = "assets", disk = "${folder}"), (name = "internet", network = (allow = [])) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "worker") ] );
const worker :Workerd.Worker = ( compatibilityDate = "2026-04-01",
  modules = [ (name = "worker.js", esModule = embed "worker.js"), (name = "core.wasm", wasm = embed "core.wasm") ],
  bindings = [ (name = "ASSETS", service = "assets") ] );
`,
  )
  const { server, port } = await startWorkerd(folder)
  const call = async (path, init) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return text
  }
  await soak(
    'workerd',
    (count) => call(`/ask?n=${count}`),
    async (n) => {
      const items = Number(await call(`/update?n=${n}`, { method: 'POST', body: manifest(n) }))
      if (items !== [2020, 2040][n % 2]) throw new Error(`update ${n}: ${items} items`)
    },
    async () => {
      const { alive, bytes } = JSON.parse(await call('/memory'))
      return { instances: alive, wasm: bytes, process: anonymous(server.pid) }
    },
  )
  server.kill()
}

if (ONLY !== 'workerd') await inPage()
if (ONLY !== 'page') await inWorkerd()
