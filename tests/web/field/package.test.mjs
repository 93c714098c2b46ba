// The package where it is used: under Jest with jsdom, with few permissions, without DOM, in a bundle, on a CDN, in a shell.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, cpSync, createReadStream, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:http'
import { dirname, join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import { MartelloError, Recommender } from '../../../dist/node.js'
import { newPage, noChromium, openPage, serveFiles } from '../helpers/browsers.mjs'
import { builtShop, cli, file, path, shop } from '../helpers/shop.mjs'

const run = promisify(execFile)
const root = new URL('../../..', import.meta.url).pathname
const dist = (name) => readFileSync(join(root, 'dist', name))
const app = path('app') // a folder of somebody else's
const installed = join(app, 'node_modules/martello')

let bytes
let bundle
before(async () => {
  bytes = new Uint8Array((await builtShop(shop())).bytes)
  bundle = file('shop.martello', bytes)
  mkdirSync(installed, { recursive: true })
  cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(installed, 'package.json'))
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }')
})

async function works(source) {
  const rec = await Recommender.open(source)
  await rec.complete
  assert.equal(rec.recommend({ history: ['p1'], k: 3 }).items.length, 3)
  rec.close()
}

const refuses = (promise, message, code) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof MartelloError, error.stack)
    assert.match(error.message, message)
    if (code !== undefined) assert.equal(error.cause.code, code)
    return true
  })

// -- bytes and streams ---------------------------------------------------------------------------------------------------

test('bytes of another realm, shared bytes, a Blob and a File', async () => {
  const foreign = runInNewContext('new ArrayBuffer(size)', { size: bytes.length })
  assert.ok(!(foreign instanceof ArrayBuffer))
  new Uint8Array(foreign).set(bytes)
  await works(foreign)
  await works(runInNewContext('new Uint8Array(buffer)', { buffer: foreign }))
  await works(runInNewContext('new DataView(buffer)', { buffer: foreign }))
  const shared = new SharedArrayBuffer(bytes.length + 8)
  new Uint8Array(shared, 8).set(bytes)
  await works(new Uint8Array(shared, 8))
  await works(shared.slice(8))
  await works(new Blob([bytes.subarray(0, 100), bytes.subarray(100)]))
  if (globalThis.File) await works(new File([bytes], 'shop.martello'))
  await refuses(Recommender.open(runInNewContext('new ArrayBuffer(64)')), /found 64 bytes|found .*expected/)
  await refuses(Recommender.open(runInNewContext('({})')), /^open: found \[object Object\], expected bytes, a path/)
  await refuses(Recommender.open(null), /^open: found null, expected bytes/)
})

test('streams as Node has them, and anything that is iterated over', async () => {
  await works(createReadStream(bundle))
  await works(createReadStream(bundle, { highWaterMark: 7 }))
  await works(Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]))
  await works(Readable.toWeb(createReadStream(bundle)))
  await works(new PassThrough().end(bytes))
  await works(
    (async function* () {
      yield bytes.subarray(0, 64)
      yield runInNewContext('new Uint8Array(part)', { part: bytes.slice(64) })
    })(),
  )
  const server = createServer((_, response) => response.end(bytes))
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  await works(await new Promise((answered) => get({ port: server.address().port, host: '127.0.0.1' }, answered)))
  server.close()
  await refuses(Recommender.open(createReadStream(path('none'))), /^open: the bundle broke off after 0 bytes/, 'ENOENT')
  await refuses(Recommender.open(Readable.from(['text'])), /^open: the stream: found "text", expected bytes$/)
  const stopped = AbortSignal.abort()
  const error = await Recommender.open(createReadStream(bundle, { signal: stopped })).catch((thrown) => thrown)
  assert.equal(error.name, 'AbortError', 'whoever aborted knows')
})

test('the import needs nothing of a page; with an encoder bytes open', async () => {
  const lacks = [
    'TextEncoder',
    'TextDecoder',
    'ReadableStream',
    'Response',
    'Request',
    'fetch',
    'Worker',
    'Blob',
    'URL',
  ]
  for (const entry of ['browser', 'node', 'slim', 'client', 'keep', 'profile', 'offline', 'element']) {
    const script = `
      const { TextEncoder, TextDecoder } = globalThis
      for (const name of ${JSON.stringify(lacks)}) delete globalThis[name]
      const { Recommender } = await import(${JSON.stringify(join(root, 'dist', `${entry}.js`))})
      if (['browser', 'node'].includes(${JSON.stringify(entry)})) {
        const { readFileSync } = await import('node:fs')
        Object.assign(globalThis, { TextEncoder, TextDecoder })
        console.log((await Recommender.open(readFileSync(${JSON.stringify(bundle)}))).items > 0)
        console.log(await Recommender.open(3).catch(({ name, message }) => name + ' ' + message))
      }`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
    if (stdout !== '') assert.match(stdout, /^true\nMartelloError open: found 3, expected bytes/, entry)
  }
})

// -- permissions ---------------------------------------------------------------------------------------------------------

const opening = (source) => `
  import { createReadStream } from 'node:fs'
  import { Recommender } from ${JSON.stringify(join(root, 'dist/node.js'))}
  ${process.getuid?.() === 0 ? 'process.setgid(65534), process.setuid(65534)' : ''}
  console.log(await Recommender.open(${source}).then(() => 'opened', (e) => [e.name, e.message, e.cause?.code].join(' | ')))`

test('a file that may not be read is no missing file', { skip: process.platform === 'win32' }, async () => {
  const locked = file('locked.martello', bytes)
  chmodSync(dirname(locked), 0o755)
  chmodSync(locked, 0)
  const said = async (source) => (await run(process.execPath, ['--input-type=module', '-e', opening(source)])).stdout
  const quoted = JSON.stringify(locked)
  assert.match(await said(quoted), /^MartelloError \| open: .*locked.martello may not be read here.* \| EACCES\n$/)
  assert.match(
    await said(`createReadStream(${quoted})`),
    /^MartelloError \| open: the bundle broke off .* \| EACCES\n$/,
  )
  assert.match(await said(JSON.stringify(path('none'))), /^MartelloError \| open: found no file .* \| ENOENT\n$/)
  assert.match(await said(JSON.stringify(`${bundle}/in`)), /^MartelloError \| open: found no file .* \| ENOTDIR\n$/)
  assert.match(
    await said(JSON.stringify('n'.repeat(3000))),
    /^MartelloError \| open: n+ cannot be read .* \| ENAMETOOLONG\n$/,
  )
})

test("Node's own permissions", async (t) => {
  const flag = ['--permission', '--experimental-permission'].find((name) =>
    process.allowedNodeEnvironmentFlags.has(name),
  )
  if (flag === undefined) return t.skip('this Node has none')
  const script = file('open.mjs', opening(JSON.stringify(bundle)).replace(/process\.set.*/, ''))
  const allowed = [`--allow-fs-read=${root}*`, `--allow-fs-read=${script}`]
  const { stdout } = await run(process.execPath, [flag, ...allowed, script])
  assert.match(stdout, /^MartelloError \| open: .*shop.martello may not be read here.* \| ERR_ACCESS_DENIED\n$/)
})

// -- types ---------------------------------------------------------------------------------------------------------------

const USE = `
import { init, Recommender, type BundleSource } from 'martello'
import { Recommender as Slim } from 'martello/slim'
import { RecommenderClient } from 'martello/client'
import { keep } from 'martello/keep'
import { Profile } from 'martello/profile'
import { offline, register } from 'martello/offline'
import { defineShelf } from 'martello/element'
export const sources: BundleSource[] = ['a', new Uint8Array(1), new ArrayBuffer(1), new SharedArrayBuffer(1)]
export const opened: Promise<Recommender>[] = sources.map((source) => Recommender.open(source, { layers: 'base' }))
export const client: Promise<RecommenderClient> = RecommenderClient.open('/a', { worker: '/page-worker.js' })
export const kept = keep('/a', Recommender.open)
await init({ bytes: new ArrayBuffer(1) })
export { Slim, Profile, offline, register, defineShelf }
// @ts-expect-error a number is no bundle
void Recommender.open(3)
`
const NODE = `
import { createReadStream } from 'node:fs'
import { build, readItems } from 'martello/build'
export { build, readItems }
export const streamed = [Recommender.open(createReadStream('a')), Recommender.open(new URL('file:///a'))]
`
const WEB = `
export const fetched = [Recommender.open(await fetch('/a')), Recommender.open(new Request('/a')), Recommender.open(new URL('/a'))]
`
const PAGE = `
export const started = RecommenderClient.open(new Blob([]), { worker: () => new Worker('/page-worker.js') })
await init({ module: await WebAssembly.compile(new Uint8Array(1)) })
`

test('the published types hold with and without DOM, by Node and by bundlers', async () => {
  mkdirSync(join(app, 'node_modules/@types'), { recursive: true })
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name))
  const cases = [
    ['nodenext', ['es2022'], ['node'], USE + NODE],
    ['bundler', ['es2022'], ['node'], USE + NODE],
    ['nodenext', ['es2022', 'dom'], ['node'], USE + NODE + WEB + PAGE],
    ['bundler', ['es2022', 'dom', 'dom.iterable'], [], USE + WEB + PAGE],
    ['bundler', ['es2022', 'webworker'], [], USE + WEB + PAGE],
    ['bundler', ['es2022'], [], USE],
  ]
  for (const [i, [resolution, lib, types, source]] of cases.entries()) {
    writeFileSync(join(app, `use${i}.mts`), source)
    const options = {
      lib,
      types,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2022',
      module: resolution === 'bundler' ? 'esnext' : resolution,
      moduleResolution: resolution,
    }
    writeFileSync(join(app, `tsconfig${i}.json`), JSON.stringify({ compilerOptions: options, files: [`use${i}.mts`] }))
  }
  const found = await Promise.all(
    cases.map(([resolution, lib], i) =>
      run(process.execPath, [join(root, 'node_modules/typescript-native/bin/tsc'), '-p', `tsconfig${i}.json`], {
        cwd: app,
      }).then(
        () => '',
        ({ stdout }) => `${resolution}, ${lib}: ${stdout}`,
      ),
    ),
  )
  assert.deepEqual(found.join(''), '')
})

// -- a bundle of somebody else's, a CDN, a shell -----------------------------------------------------------------------------

test('martello/build in a bundle: what needs its files says to leave it outside, the rest runs', async () => {
  for (const name of Object.keys(JSON.parse(readFileSync(join(root, 'package.json'))).dependencies)) {
    mkdirSync(dirname(join(app, 'node_modules', name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name))
  }
  const table = file('log.csv', 'user_id,item_id,timestamp\nu,a,1\nu,b,2\nv,a,3\nv,b,4\n')
  const archive = file('vectors.npz', 'PK\x03\x04')
  writeFileSync(
    join(app, 'app.mjs'),
    `import { build, readEmbeddings, readInteractions } from 'martello/build'
     async function main() {
       const interactions = await readInteractions([${JSON.stringify(table)}])
       console.log(interactions.rows)
       const say = ({ message }) => console.log(message)
       await build({ interactions, items: null, embeddings: null }).catch(say)
       await readEmbeddings(${JSON.stringify(archive)}).catch(say)
     }
     main()`,
  )
  for (const format of ['cjs', 'esm']) {
    const outfile = path(`elsewhere/app.${format === 'cjs' ? 'cjs' : 'mjs'}`)
    const entryPoints = [join(app, 'app.mjs')]
    await build({ entryPoints, outfile, format, bundle: true, platform: 'node', logLevel: 'silent' })
    const { stdout } = await run(process.execPath, [outfile])
    const [rows, learn, zip] = stdout.split('\n')
    assert.equal(rows, '4')
    assert.match(
      learn,
      /^learn\.wasm: found nothing .*: leave martello\/build out of your bundle, .* --external:martello/,
    )
    // yauzl asks for Node's modules in a way that ES modules of esbuild have not
    assert.match(zip, format === 'esm' ? /^yauzl: .* leave martello\/build out/ : /vectors\.npz/)
  }
})

test('a client from another origin starts its worker', { skip: noChromium }, async () => {
  const open = { headers: { 'access-control-allow-origin': '*' } }
  const script = (body) => ({ type: 'text/javascript', body, ...open })
  const cdn = await serveFiles({
    '/dist/client.js': script(dist('client.js')),
    '/dist/client.js?v=1': script(dist('client.js')),
    '/dist/page-worker.js': script(dist('page-worker.js')),
    '/dist/page-worker.js?v=1': script(dist('page-worker.js')),
    '/chunk.js': script(dist('client.js')),
  })
  const html = '<!doctype html><link rel="icon" href="data:,"><script type="module">globalThis.ready = true</script>'
  const url = await serveFiles({
    '/': { type: 'text/html', body: html },
    '/page-worker.js': script(dist('page-worker.js')),
    '/client.js': script(dist('client.js')),
    '/shop.martello': { type: 'application/octet-stream', body: bytes },
  })
  const { page } = await openPage(`${url}/`, await newPage())
  const shelf = (from, worker) =>
    page.evaluate(
      async ([from, worker]) => {
        const { RecommenderClient } = await import(from)
        try {
          const rec = await RecommenderClient.open('/shop.martello', worker ? { worker } : {})
          return (await rec.recommend({ k: 5 })).items.length
        } catch (error) {
          return error.message
        }
      },
      [from, worker],
    )
  await page.evaluate(() => {
    globalThis.addresses = []
    const { createObjectURL, revokeObjectURL } = URL
    URL.createObjectURL = (blob) => {
      const address = createObjectURL.call(URL, blob)
      globalThis.addresses.push(address)
      return address
    }
    URL.revokeObjectURL = (address) => {
      globalThis.addresses = globalThis.addresses.filter((one) => one !== address)
      revokeObjectURL.call(URL, address)
    }
  })
  assert.equal(await shelf(`${cdn}/dist/client.js`), 5)
  assert.equal(await shelf(`${cdn}/dist/client.js?v=1`), 5)
  assert.equal(await shelf(`${cdn}/chunk.js`, `${cdn}/dist/page-worker.js`), 5)
  assert.equal(await shelf(`${cdn}/chunk.js`, '/page-worker.js'), 5)
  assert.equal(await shelf(`${url}/client.js`), 5)
  assert.match(
    await shelf(`${cdn}/chunk.js`),
    /^client: .*; from another origin give the address of page-worker\.js as option worker$/,
  )
  assert.deepEqual(await page.evaluate(() => globalThis.addresses), [], 'what workers were started by is given back')
})

test('ids that begin with a dash, on the command line', async () => {
  const log = ['user_id,item_id,timestamp']
  for (let u = 0; u < 6; u++) log.push(`u${u},-5,${u}`, `u${u},b,${u + 10}`, `u${u},--c,${u + 20}`)
  const made = path('dashes.martello')
  const built = await cli('build', '-o', made, '--interactions', file('dashes.csv', `${log.join('\n')}\n`))
  assert.equal(built.code, 0, built.stderr)
  for (const args of [
    ['similar', made, '--', '-5'],
    ['similar', '--k', '2', '--', made, '--c'],
    ['recommend', made, '--history=-5,b'],
    ['recommend', made, '--history-id=--c'],
  ]) {
    const { code, stdout, stderr } = await cli(...args)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^ +1 /, args.join(' '))
  }
  for (const [args, message] of [
    [['similar', made, '-5'], /^Unknown option -5; an argument that begins with - stands behind --: … -- -5\n/],
    [['similar', made, '-abc'], /^Unknown option -abc; .* … -- -abc\n/],
    [['recommend', made, '--history', '-5,b'], /^--history: a value that begins with - is written --history=-5,b\n/],
    [['recommend', made, '--k', '-1'], /^--k: a value that begins with - is written --k=-1\n/],
    [['recommend', made, '--histry', 'b'], /^Unknown option '--histry'\n/],
  ]) {
    const { code, stderr } = await cli(...args)
    assert.equal(code, 2)
    assert.match(stderr, message)
  }
})
