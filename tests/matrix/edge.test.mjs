// The edge demo from the packed package: in workerd with the bundle in R2, KV and static assets as miniflare simulates them,
// and its servers in Node 20, 22, 24, Deno and Bun. Each gives the answers of the handler called in this process.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { build } from 'esbuild'
import { app, folder, need, root } from './prepare.mjs'
import { BUNDLE } from './requests.mjs'
import { runtimes } from './runtimes.mjs'

const edge = join(app, 'edge')
const out = join(app, 'out-edge')
const bundle = readFileSync(join(app, BUNDLE))
const PATHS = [
  '/health',
  '/recommend?k=5&now=1600000000',
  '/recommend?history=p1,p6,p11&k=20&explain&now=1600000000',
  '/recommend?history=p3&k=10&filter={"genre":"Drama","year":{"gte":1990}}&exclude=p8&now=1600000000',
  '/similar?id=p5&k=12&now=1600000000',
  '/similar?id=nobody',
  '/recommend?k=none',
  '/none',
]

let expected
before(async () => {
  cpSync(join(root, 'demo/edge'), edge, { recursive: true })
  const { recommending } = await import(join(edge, 'handler.mjs'))
  const here = recommending(() => bundle)
  expected = await answers((path) => here.fetch(new Request(`http://edge${path}`)))
  await build({
    entryPoints: [join(edge, 'worker.mjs')],
    outdir: out,
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
    logLevel: 'error',
  })
})

async function answers(fetch) {
  const all = []
  for (const path of PATHS) {
    const response = await fetch(path)
    const headers = ['content-type', 'cache-control', 'access-control-allow-origin'].map((name) =>
      response.headers.get(name),
    )
    all.push({ path, status: response.status, headers, body: await response.json() })
  }
  return all
}

/** The Worker with `bindings`, while `use` runs. */
async function working(bindings, use) {
  const { Miniflare } = await import(join(folder, 'node_modules/miniflare/dist/src/index.js'))
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    compatibilityDate: '2026-04-01',
    modulesRoot: out,
    modules: [
      { type: 'ESModule', path: join(out, 'worker.js') },
      { type: 'CompiledWasm', path: join(out, 'core.wasm') },
    ],
    handleRuntimeStdio() {},
    bindings: { BUNDLE },
    ...bindings,
  })
  try {
    await use(miniflare, String(await miniflare.ready))
  } finally {
    await miniflare.dispose()
  }
}

const NEEDS = ['miniflare@4.20260426.0']
const ask = (base) => (path) => fetch(new URL(path, base))

test('workerd, bundle in R2: not there yet is 503, then it is', async (t) => {
  const why = need(...NEEDS)
  if (why) return t.skip(why)
  await working({ r2Buckets: ['BUCKET'] }, async (miniflare, base) => {
    const early = await Promise.all([1, 2, 3].map(() => ask(base)('/recommend')))
    for (const response of early) {
      assert.equal(response.status, 503)
      assert.equal((await response.json()).detail, `the bucket has no ${BUNDLE}`)
    }
    await (await miniflare.getR2Bucket('BUCKET')).put(BUNDLE, new Uint8Array(bundle).buffer)
    assert.deepEqual(await answers(ask(base)), expected)
  })
})

test('workerd, bundle in KV', async (t) => {
  const why = need(...NEEDS)
  if (why) return t.skip(why)
  await working({ kvNamespaces: ['KV'] }, async (miniflare, base) => {
    await (await miniflare.getKVNamespace('KV')).put(BUNDLE, new Uint8Array(bundle).buffer)
    assert.deepEqual(await answers(ask(base)), expected)
  })
})

test('workerd, bundle among static assets', async (t) => {
  const why = need(...NEEDS)
  if (why) return t.skip(why)
  const directory = join(app, 'public')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, BUNDLE), bundle)
  const assets = { directory, binding: 'ASSETS', routerConfig: { has_user_worker: true } }
  await working({ assets }, async (_, base) => {
    assert.deepEqual(await answers(ask(base)), expected)
    const asset = await fetch(new URL(BUNDLE, base)) // a page may download the same file
    assert.equal((await asset.arrayBuffer()).byteLength, bundle.length)
  })
})

test('workerd, first requests at once: one opening, though the one that began it goes away', async (t) => {
  const why = need(...NEEDS)
  if (why) return t.skip(why)
  let fetched = 0
  let began
  const beginning = new Promise((fetching) => (began = fetching))
  const { Response } = await import(join(folder, 'node_modules/miniflare/dist/src/index.js'))
  const ASSETS = async () => {
    fetched++
    began()
    await new Promise((next) => setTimeout(next, 400))
    return new Response(bundle)
  }
  await working({ serviceBindings: { ASSETS } }, async (_, base) => {
    const first = httpRequest(new URL('/recommend?history=p1', base))
    first.on('error', () => {})
    first.end()
    await beginning
    const others = Array.from({ length: 20 }, () => ask(base)('/recommend?history=p1&now=1600000000&k=5'))
    await new Promise((next) => setTimeout(next, 50))
    first.destroy()
    const texts = await Promise.all(others.map(async (response) => (await response).text()))
    assert.equal(JSON.parse(texts[0]).items.length, 5)
    assert.equal(new Set(texts).size, 1)
    assert.equal(fetched, 1)
  })
})

const adapters = { Deno: 'deno.mjs', Bun: 'bun.mjs' }
for (const { name, needs, command } of runtimes)
  test(`the same handler in ${name}`, async (t) => {
    const why = need(...needs)
    if (why) return t.skip(why)
    const program = join(edge, adapters[name] ?? 'node.mjs')
    const server = spawn(command[0], [...command.slice(1), program, join(app, BUNDLE), '0'], {
      cwd: app,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => server.kill('SIGKILL'))
    const base = await new Promise((listening, failed) => {
      server.stdout.once('data', (line) => listening(String(line).trim()))
      server.once('exit', () => failed(new Error(`${name} ended`)))
    })
    assert.deepEqual(await answers(ask(base)), expected)
    const posted = await fetch(`${base}/recommend`, { method: 'POST', body: '{"history":["p1"],"k":3}' })
    assert.equal((await posted.json()).items.length, 3)
  })
