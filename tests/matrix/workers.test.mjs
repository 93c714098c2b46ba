// The packed package in Cloudflare's runtime, as its `workerd` condition: the core is a module of the program and nothing is
// compiled from bytes. Once as workerd itself loads modules, once through miniflare, once bundled by wrangler.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { app, expected, folder, need } from './prepare.mjs'
import { BUNDLE } from './requests.mjs'

const dist = join(folder, 'node_modules/martello/dist')
const WORKERD = 'workerd@1.20261117.1'
const MINIFLARE = 'miniflare@4.20260426.0'
const WRANGLER = 'wrangler@4.86.0'
const DATE = '2026-04-01'

const WORKER = `import { init, Recommender } from 'martello'
import { answersOf, BUNDLE, whole } from './requests.mjs'

let opening
export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname === '/bytes')
      return new Response(await init({ bytes: new Uint8Array(8) }).catch((error) => error.message))
    opening ??= env.ASSETS.fetch('http://assets/' + BUNDLE).then((response) => whole(Recommender.open(response)))
    return Response.json(answersOf(await opening))
  },
}
`
writeFileSync(join(app, 'worker.mjs'), WORKER)

/** What the worker answers at `base`. */
async function check(fetch, base) {
  assert.ok((await (await fetch(`${base}/`)).text()) === expected(), 'answers otherwise than Node')
  assert.match(
    await (await fetch(`${base}/bytes`)).text(),
    /^init: found \["bytes"\], expected \{ module \}: this runtime/,
  )
}

/** Starts workerd on a configuration in app/ and gives its address once it listens. */
async function serve(config) {
  const workerd = spawn(join(folder, 'node_modules/.bin/workerd'), ['serve', '--control-fd=3', config], {
    cwd: app,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  after(() => workerd.kill())
  let stderr = ''
  workerd.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const port = await new Promise((resolve, reject) => {
    workerd.stdio[3].setEncoding('utf8').on('data', (text) => {
      for (const line of text.trim().split('\n')) {
        const { event, port } = JSON.parse(line)
        if (event === 'listen') resolve(port)
      }
    })
    workerd.on('exit', () => reject(new Error(stderr)))
  })
  return `http://127.0.0.1:${port}`
}

test('workerd', async (t) => {
  const why = need(WORKERD)
  if (why) return t.skip(why)
  for (const name of ['workerd.js', 'core.wasm']) copyFileSync(join(dist, name), join(app, name))
  writeFileSync(
    join(app, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [ (name = "worker", worker = .worker), (name = "assets", disk = "${app}"), (name = "internet", network = (allow = [])) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "worker") ] );
const worker :Workerd.Worker = ( compatibilityDate = "${DATE}",
  modules = [ (name = "worker.mjs", esModule = embed "worker.mjs"), (name = "requests.mjs", esModule = embed "requests.mjs"),
    (name = "martello", esModule = embed "workerd.js"), (name = "core.wasm", wasm = embed "core.wasm") ],
  bindings = [ (name = "ASSETS", service = "assets") ] );
`,
  )
  await check(fetch, await serve('config.capnp'))
})

test('miniflare, with modules as esbuild bundles them under the condition workerd', async (t) => {
  const why = need(MINIFLARE)
  if (why) return t.skip(why)
  const out = join(app, 'out-workerd')
  await build({
    entryPoints: [join(app, 'worker.mjs')],
    outdir: out,
    bundle: true,
    format: 'esm',
    conditions: ['workerd', 'worker'],
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
    logLevel: 'silent',
  })
  const { Miniflare } = await import(join(folder, 'node_modules/miniflare/dist/src/index.js'))
  const miniflare = new Miniflare({
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    compatibilityDate: DATE,
    modulesRoot: out,
    modules: [
      { type: 'ESModule', path: join(out, 'worker.js') },
      { type: 'CompiledWasm', path: join(out, 'core.wasm') },
    ],
    serviceBindings: { ASSETS: () => new Response(readFileSync(join(app, BUNDLE))) },
  })
  after(() => miniflare.dispose())
  await miniflare.ready
  await check((url) => miniflare.dispatchFetch(url), 'http://worker')
})

test('wrangler bundles it for deployment', async (t) => {
  const why = need(WRANGLER)
  if (why) return t.skip(why)
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(app, 'wrangler.toml'), `name = "shop"\nmain = "worker.mjs"\ncompatibility_date = "${DATE}"\n`)
  await promisify(execFile)(
    join(folder, 'node_modules/.bin/wrangler'),
    ['deploy', '--dry-run', '--outdir', 'out-wrangler'],
    {
      cwd: app,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        XDG_CONFIG_HOME: home,
        CI: '1',
        NO_COLOR: '1',
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_SEND_ERROR_REPORTS: 'false',
        WRANGLER_HIDE_BANNER: 'true',
        WRANGLER_WRITE_LOGS: 'false',
        WRANGLER_LOG: 'warn',
        CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      },
    },
  )
  const [, wasm] = /from "\.\/(\w+-core\.wasm)"/.exec(readFileSync(join(app, 'out-wrangler/worker.js'), 'utf8'))
  assert.ok(WebAssembly.validate(readFileSync(join(app, 'out-wrangler', wasm))))
})

test("Vercel's edge runtime, the core handed over as a compiled module", async (t) => {
  const why = need('edge-runtime@4.0.1')
  if (why) return t.skip(why)
  // what Vercel's bundler does with ?module: the file is compiled at deployment and lies in the global scope
  const {
    outputFiles: [program],
  } = await build({
    stdin: {
      contents: `import { Recommender } from 'martello'
import { answersOf, BUNDLE, whole } from './requests.mjs'
addEventListener('fetch', (event) => event.respondWith((async () => {
  const rec = await whole(Recommender.open(new URL(BUNDLE, event.request.url)))
  return new Response(JSON.stringify(answersOf(rec)))
})()))`,
      resolveDir: app,
    },
    bundle: true,
    format: 'iife',
    conditions: ['edge-light'],
    write: false,
    plugins: [
      {
        name: 'module',
        setup(hooks) {
          hooks.onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: 'module' }))
          hooks.onLoad({ filter: /.*/, namespace: 'module' }, () => ({
            contents: 'export default globalThis.wasm_core',
          }))
        },
      },
    ],
  })
  const { EdgeRuntime } = await import(join(folder, 'node_modules/edge-runtime/dist/index.js'))
  const module = new WebAssembly.Module(readFileSync(join(dist, 'core.wasm')))
  const runtime = new EdgeRuntime({
    initialCode: program.text,
    extend: (context) => Object.assign(context, { wasm_core: module }),
  })
  const assets = createServer((_, response) => response.end(readFileSync(join(app, BUNDLE))))
  await new Promise((listening) => assets.listen(0, '127.0.0.1', listening))
  after(() => assets.close())
  const answer = await runtime.dispatchFetch(`http://127.0.0.1:${assets.address().port}/`)
  assert.ok((await answer.text()) === expected(), 'answers otherwise than Node')
})
