// How each runtime comes by the core: the loaders of dist/, `init` and what it refuses, and no script made from text.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { build } from 'esbuild'
import { newPage, noChromium, serveFiles } from '../helpers/browsers.mjs'
import { builtShop, path, shop } from '../helpers/shop.mjs'
import { until } from '../helpers/until.mjs'

const dist = new URL('../../../dist/', import.meta.url)
const core = readFileSync(new URL('core.wasm', dist))
const { bytes: bundle } = await builtShop(shop())
const request = { history: ['p1', 'p6'], k: 5 }
const idsOf = (rec) => rec.recommend(request).items.map((item) => item.id)

let copies = 0
/** A loader as it is right after import: what `init` said to one copy, the next has not heard. */
const fresh = (name) => import(new URL(`${name}?${copies++}`, dist))
const expected = idsOf(await (await fresh('node.js')).Recommender.open(bundle))
const refused = (text) => ({ name: 'MartelloError', message: text })

/** A loader whose runtime takes the core as a module of the program, which Node 20 cannot import. */
async function asModule(name) {
  const outfile = path(`${name}.mjs`)
  await build({
    entryPoints: [new URL(`${name}.js`, dist).pathname],
    outfile,
    bundle: true,
    format: 'esm',
    plugins: [
      {
        name: 'module',
        setup(hooks) {
          const beside = new URL('core.wasm', dist).href
          hooks.onResolve({ filter: /core\.wasm/ }, ({ path }) => ({ path, namespace: 'module' }))
          hooks.onLoad({ filter: /./, namespace: 'module' }, () => ({
            contents: `import { readFileSync } from 'node:fs'
export default new WebAssembly.Module(readFileSync(new URL('${beside}')))`,
          }))
        },
      },
    ],
    platform: 'node',
  })
  return import(outfile)
}

for (const name of ['workerd', 'edge-light'])
  test(`${name}: the core is a module of the program; nothing is compiled from bytes`, async (t) => {
    const { init, Recommender } = await asModule(name)
    const compile = t.mock.method(WebAssembly, 'compile')
    const instantiate = t.mock.method(WebAssembly, 'instantiate')
    assert.deepEqual(idsOf(await Recommender.open(bundle)), expected)
    await init({ module: new WebAssembly.Module(core) })
    assert.deepEqual(idsOf(await Recommender.open(bundle)), expected)
    const only = /^init: found \["(bytes|url)"\], expected \{ module \}: this runtime compiles only what was deployed/
    await assert.rejects(init({ bytes: core }), refused(only))
    await assert.rejects(init({ url: 'http://localhost/core.wasm' }), refused(only))
    assert.equal(compile.mock.callCount(), 0)
    for (const { arguments: given } of instantiate.mock.calls) assert.ok(given[0] instanceof WebAssembly.Module)
    assert.match(
      readFileSync(new URL(`${name}.js`, dist), 'utf8'),
      name === 'workerd' ? /from\s*"\.\/core\.wasm"/ : /from\s*"\.\/core\.wasm\?module"/,
    )
  })

test('init: a module, bytes, or a URL that is compiled while it arrives if it is called wasm', async (t) => {
  const base = await serveFiles({
    '/core.wasm': { type: 'application/wasm', body: core, piece: 4096 },
    '/unnamed': { type: 'application/octet-stream', body: core },
  })
  const streaming = t.mock.method(WebAssembly, 'compileStreaming')
  const { init, Recommender } = await fresh('slim.js')
  for (const source of [
    { module: new WebAssembly.Module(core) },
    { bytes: core },
    { bytes: Uint8Array.from(core).buffer },
    { url: `${base}/core.wasm` },
    { url: new URL(`${base}/unnamed`) },
  ]) {
    await init(source)
    assert.deepEqual(idsOf(await Recommender.open(bundle)), expected)
  }
  assert.equal(streaming.mock.callCount(), 1)
  await (await fresh('node.js')).init() // the package's own, ahead of time
})

test('init: what is no core is refused in a sentence, and the next call tries anew', async () => {
  const files = { '/soon': { type: 'text/plain', body: 'not yet' } }
  const base = await serveFiles(files)
  const { init, Recommender } = await fresh('slim.js')
  const none = /^init: found .*, expected \{ module \}, \{ url \} or \{ bytes \} of martello's core\.wasm$/
  for (const source of [null, {}, 7, 'core.wasm', { module: {} }, { bytes: 'AGFzbQ' }])
    await assert.rejects(init(source), refused(none))
  await assert.rejects(init({ url: `${base}/none` }), refused(/^init: http.* answered 404, expected martello's core/))
  await assert.rejects(init({ url: 'http://127.0.0.1:1/' }), refused(/^init: .* cannot be fetched \(.*\)$/))
  const other = Buffer.from(core)
  const section = other.lastIndexOf('martello') + 'martello'.length
  assert.ok(section > 8)
  const ours = / expected core\.wasm [0-9a-f]{12} of the same package; in a checkout, make all$/
  for (const [bytes, found] of [
    [new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), /^init: found another module,/],
    [other.fill('0', section, section + 12), /^init: found core\.wasm 0{12},/],
  ]) {
    await assert.rejects(init({ bytes }), refused(found))
    await assert.rejects(Recommender.open(bundle), refused(ours))
  }
  await assert.rejects(init({ url: `${base}/soon` }), refused(/^open: WebAssembly cannot start here/))
  files['/soon'] = { type: 'application/wasm', body: core }
  assert.deepEqual(idsOf(await Recommender.open(bundle)), expected)
})

test('a build for pages keeps core.wasm a file, under a strict policy', { skip: noChromium }, async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { init, Recommender } from 'martello/slim'
globalThis.opening = Recommender.open('/shop.martello').then(async (rec) => (await rec.complete, rec)).then((rec) => rec.recommend(${JSON.stringify(request)}).items.map((item) => item.id))`,
      resolveDir: new URL('../../..', import.meta.url).pathname,
    },
    bundle: true,
    format: 'esm',
    write: false,
  })
  const page = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/assets/page.js"></script>'
  const base = await serveFiles({
    '/': {
      type: 'text/html',
      body: page,
      headers: {
        'content-security-policy':
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:",
      },
    },
    '/assets/page.js': { type: 'text/javascript', body: outputFiles[0].contents },
    '/assets/core.wasm': { type: 'application/wasm', body: core },
    '/shop.martello': { type: 'application/octet-stream', body: bundle },
  })
  const { page: opened, errors, requests } = await newPage()
  await opened.goto(base)
  await until(
    () => opened.evaluate(() => 'opening' in globalThis),
    () => `the page's module did not load: ${errors}`,
  )
  assert.deepEqual(await opened.evaluate(() => globalThis.opening), expected)
  assert.deepEqual(errors, [])
  assert.deepEqual(
    requests.map((url) => new URL(url).pathname),
    ['/', '/assets/page.js', '/assets/core.wasm', '/shop.martello'],
  )
})

test('a server bundled into one file needs nothing beside it', async () => {
  const outfile = path('server.mjs')
  await build({
    stdin: {
      contents: `import { Recommender } from 'martello'
export const open = (bytes) => Recommender.open(bytes)`,
      resolveDir: new URL('../../..', import.meta.url).pathname,
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
  })
  const { open } = await import(outfile)
  assert.deepEqual(idsOf(await open(bundle)), expected)
})

test('no script is made from text', () => {
  for (const name of ['browser.js', 'slim.js', 'workerd.js', 'edge-light.js', 'node.js'])
    assert.doesNotMatch(
      readFileSync(new URL(name, dist), 'utf8'),
      /\beval\s*\(|\bFunction\s*\(|setTimeout\s*\(\s*["'`]/,
    )
})
