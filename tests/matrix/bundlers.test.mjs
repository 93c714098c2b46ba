// An app that imports the packed package, with the core inside and with core.wasm as a file, built by each bundler as its
// users would, and run in Chromium under a strict policy.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { found, noChromium } from '../web/helpers/browsers.mjs'
import { ask, HTML, POLICY, serve } from './page.mjs'
import { app, expected, folder, need } from './prepare.mjs'

const run = promisify(execFile)
const source = join(app, 'page')
const dist = join(folder, 'node_modules/martello/dist')
const bin = (name) => join(folder, 'node_modules/.bin', name)
const load = (name) => import(createRequire(join(folder, 'package.json')).resolve(name))
const page = "import { ask } from './ask.js'\nask().then((found) => (globalThis.found = found))\n"

before(() => {
  mkdirSync(source, { recursive: true })
  writeFileSync(join(source, 'index.html'), HTML)
  writeFileSync(join(source, 'page.js'), page)
  writeFileSync(join(source, 'ask.js'), ask())
  copyFileSync(join(app, 'requests.mjs'), join(source, 'requests.mjs'))
})

/** An empty folder for what a bundler writes. */
function output(name) {
  const out = join(app, `out-${name}`)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out)
  return out
}

async function check(url) {
  const answers = await found(url)
  assert.ok(answers === expected(), `answers otherwise: ${answers.slice(0, 300)}`)
}

/** esbuild and Rollup know no files but modules: the page's HTML, core.wasm and the worker are copied beside the result. */
function copy(out) {
  writeFileSync(join(out, 'index.html'), HTML)
  for (const file of ['core.wasm', 'page-worker.js']) copyFileSync(join(dist, file), join(out, file))
}

const bundlers = [
  {
    name: 'esbuild',
    needs: ['esbuild@0.28.2'],
    async build(out) {
      const { build } = await load('esbuild')
      await build({ entryPoints: [join(source, 'page.js')], outdir: out, bundle: true, format: 'esm', minify: true })
      copy(out)
    },
  },
  {
    name: 'Rollup',
    needs: ['rollup@4.68.7', '@rollup/plugin-node-resolve@16.0.3'],
    async build(out) {
      const { rollup } = await load('rollup')
      const { nodeResolve } = await load('@rollup/plugin-node-resolve')
      const bundle = await rollup({ input: join(source, 'page.js'), plugins: [nodeResolve({ browser: true })] })
      await bundle.write({ dir: out, format: 'es' })
      copy(out)
    },
  },
  {
    name: 'Vite',
    needs: ['vite@8.3.8'],
    async build(out) {
      const { build } = await load('vite')
      await build({ root: source, base: './', build: { outDir: out }, logLevel: 'warn' })
    },
  },
  {
    name: 'webpack',
    needs: ['webpack@5.112.2', 'webpack-cli@7.3.1'],
    async build(out) {
      const args = [
        '--mode',
        'production',
        '--entry',
        './page.js',
        '--output-path',
        out,
        '--output-filename',
        'page.js',
      ]
      await run(bin('webpack'), args, { cwd: source })
      writeFileSync(join(out, 'index.html'), HTML)
    },
  },
  {
    name: 'Rspack',
    needs: ['@rspack/core@2.3.2'],
    async build(out) {
      const { rspack } = await load('@rspack/core')
      const output = { path: out, filename: 'page.js' }
      const compiler = rspack({ mode: 'production', context: source, entry: './page.js', output })
      const stats = await promisify(compiler.run.bind(compiler))()
      assert.equal(stats.hasErrors(), false, stats.toString())
      writeFileSync(join(out, 'index.html'), HTML)
    },
  },
  {
    name: 'Parcel',
    needs: ['parcel@2.16.4'],
    // it reads no `exports`: the main entry is found by `module`, the others by their files' names
    entries: ['martello/dist/slim.js', 'martello/dist/client.js'],
    async build(out) {
      const args = ['build', 'index.html', '--dist-dir', out, '--no-cache', '--no-source-maps']
      await run(bin('parcel'), args, { cwd: source, env: { ...process.env, PARCEL_WORKERS: '0' } })
    },
    // its inline import map would need its hash in the policy
    policy: POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'"),
  },
]

for (const { name, needs, build, policy, entries = [] } of bundlers)
  test(name, { skip: noChromium, timeout: 180_000 }, async (t) => {
    const why = need(...needs)
    if (why) return t.skip(why)
    const out = output(name)
    writeFileSync(join(source, 'ask.js'), ask('martello', ...entries))
    await build(out)
    await check(`${await serve([out, app], { policy })}/index.html`)
  })

test('Vite, while developing', { skip: noChromium, timeout: 180_000 }, async (t) => {
  const why = need('vite@8.3.8')
  if (why) return t.skip(why)
  writeFileSync(join(source, 'ask.js'), ask())
  const { createServer } = await load('vite')
  const server = await createServer({
    root: source,
    publicDir: app,
    cacheDir: join(output('vite-dev'), 'cache'),
    server: { host: '127.0.0.1', port: 0 },
    logLevel: 'error',
  })
  t.after(() => server.close())
  await server.listen()
  await check(server.resolvedUrls.local[0])
  await check(server.resolvedUrls.local[0]) // and from its cache of prepared dependencies
})
