// What npm would publish, unpacked in an empty folder: five lines run in Node, the command line works, types hold.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { dependenciesOf, installedSizes } from './helpers/installed.mjs'
import { builtShop, path, shop } from './helpers/shop.mjs'

const run = promisify(execFile)
const root = new URL('../..', import.meta.url).pathname
const app = path('app') // a folder of somebody else's
const installed = join(app, 'node_modules/martello')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

before(async () => {
  mkdirSync(installed, { recursive: true })
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', app], {
    cwd: root,
  })
  const [packed] = JSON.parse(stdout)
  await run('tar', ['xzf', join(app, packed.filename), '-C', installed, '--strip-components=1'])
  // npm would fetch these; here they are linked. Development dependencies are not.
  for (const name of dependenciesOf(Object.keys(manifest.dependencies))) {
    mkdirSync(dirname(join(app, 'node_modules', name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name))
  }
  writeFileSync(join(app, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(app, 'shop.martello'), (await builtShop(shop())).bytes)
  writeFileSync(join(app, 'items.csv'), 'item_id,title,colour\na,One thing,red\nb,Another thing,red\nc,A third,blue\n')
})

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

async function script(name, source) {
  writeFileSync(join(app, name), source)
  return (await run(process.execPath, [name], { cwd: app })).stdout
}

test('five lines recommend', async () => {
  const stdout = await script(
    'five.js',
    `
    import { Recommender } from 'martello'
    const rec = await Recommender.open('shop.martello')
    const { items } = rec.recommend({ history: ['p1', 'p6', 'p11'], k: 5, explain: true })
    for (const { id, attributes, because } of items) console.log(id, attributes.title, because.join())
    rec.close()`,
  )
  assert.match(stdout, /^(p\d+ Thing number \d+ [p\d,]*\n){5}$/)
})

test('the browser entry is one file that needs nothing beside it, but where a key is given or lists are fetched', async () => {
  assert.equal(
    await script(
      'browser.js',
      `
    import { readFileSync } from 'node:fs'
    import { Recommender } from './node_modules/martello/dist/browser.js'
    const rec = await Recommender.open(readFileSync('shop.martello'))
    console.log(rec.recommend({ history: ['p1'], k: 3 }).items.length)`,
    ),
    '3\n',
  )
  const code = readFileSync(join(installed, 'dist/browser.js'), 'utf8')
  const left = ['signed', 'lists'].reduce((rest, name) => {
    const parts = rest.split(
      `import(/*webpackIgnore:true*//*@vite-ignore*/new URL("./${name}.js",import.meta.url).href)`,
    )
    assert.equal(parts.length, 2, name)
    return parts.join('')
  }, code)
  assert.doesNotMatch(left, /\bfrom\s*["']|\bimport\s*\(/)
})

test('martello/build builds, from the readers to a file', async () => {
  assert.equal(
    await script(
      'build.js',
      `
    import { build, readItems, writeAtomically } from 'martello/build'
    import { Recommender } from 'martello'
    const items = await readItems(['items.csv'])
    const { bytes, record } = await build({ interactions: null, items, embeddings: null }, {}, 1, { say() {}, stage() {} })
    await writeAtomically('made.martello', bytes)
    console.log(record.items, (await Recommender.open('made.martello')).items)`,
    ),
    '3 3\n',
  )
})

test('the command line builds and recommends', async () => {
  const martello = (...args) => run(process.execPath, [join(installed, manifest.bin.martello), ...args], { cwd: app })
  await martello('build', '-o', 'cli.martello', '--items', 'items.csv', '--quiet')
  const { stdout } = await martello('recommend', 'cli.martello', '--history', 'a', '--k', '1')
  assert.match(stdout, /^ *1 +Another thing \(b\)/)
  assert.match(readFileSync(join(installed, manifest.bin.martello), 'utf8'), /^#!\/usr\/bin\/env node\n/)
})

test('every export, the wasm core and the guides are in the package, and nothing that is not for users', async () => {
  const targets = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(targets))
  for (const target of targets(manifest.exports)) assert.ok(existsSync(join(installed, target)), target)
  assert.deepEqual(readdirSync(installed).sort(), [
    ...['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.md'],
    ...['demo', 'dist', 'package.json', 'src', 'web'],
  ])
  // beside dist/: guides, pictures, and the edge handler that is there to be copied
  for (const name of ['demo', 'src', 'web'].flatMap((folder) => filesIn(join(installed, folder))))
    assert.match(name, /\.(md|svg)$|\/edge\//)
  const [chunks, files] = [true, false].map((isChunk) =>
    readdirSync(join(installed, 'dist')).filter((name) => /^cli-\w+\.js$/.test(name) === isChunk),
  )
  assert.ok(chunks.length > 0, 'chunks of cli.js')
  assert.deepEqual(files.sort(), [
    'browser.js',
    'build.js',
    'cli.js',
    'client.js',
    'config.schema.json',
    'core-inline.js',
    'core.wasm',
    'edge-light.js',
    'element.js',
    'interleave.js',
    'keep.js',
    'learn.wasm',
    'lists.js',
    'looks.schema.json',
    'node.js',
    'offline.js',
    'page-worker.js',
    'policy.schema.json',
    'profile.js',
    'react.js',
    'report.js',
    'serve',
    'shards.js',
    'signed.js',
    'site',
    'slim.js',
    'types',
    'worker.js',
    'workerd.js',
  ])
  assert.equal(
    await script(
      'exports.js',
      `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    console.log(require('martello/config.schema.json').title, WebAssembly.validate(require('fs').readFileSync(require.resolve('martello/core.wasm'))))`,
    ),
    'martello build configuration true\n',
  )
})

test('installed with all that it needs it takes 40 MB at most', (t) => {
  const { own, packages, total, by } = installedSizes()
  t.diagnostic(`${total} bytes, ${own} of its own, ${packages} packages besides: ${JSON.stringify(by)}`)
  assert.ok(total <= 40e6, `${total} bytes`)
  assert.deepEqual(Object.keys(by).sort(), Object.keys(manifest.dependencies).sort())
})

test('conditions stand in the order in which they must be tried', () => {
  for (const [entry, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue
    const conditions = Object.keys(target)
    const all = ['types', 'workerd', 'edge-light', 'deno', 'bun', 'node', 'browser', 'default']
    assert.deepEqual(
      conditions,
      all.filter((condition) => conditions.includes(condition)),
      entry,
    )
    assert.ok(conditions.includes('types') && conditions.includes('default'), entry)
    if (['.', './slim'].includes(entry)) assert.deepEqual(conditions, all)
  }
})

test('nothing says where it was built, and what others wrote comes with their names', async () => {
  for (const name of filesIn(installed))
    assert.ok(!readFileSync(name).includes(root.slice(0, -1)), `${name} names ${root}`)
  const { metafile } = await build({
    entryPoints: [
      'entry/browser',
      'page/client',
      'page/worker',
      'page/keep',
      'page/profile',
      'page/offline',
      'page/element',
    ].map((name) => join(root, `web/${name}.ts`)),
    bundle: true,
    format: 'esm',
    write: false,
    metafile: true,
    outdir: app,
    loader: { '.wasm': 'empty' },
  })
  const others = Object.keys(metafile.inputs).flatMap(
    (name) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? [],
  )
  assert.ok(others.includes('idb'))
  const notices = readFileSync(join(installed, 'THIRD-PARTY-NOTICES.md'), 'utf8')
  for (const name of new Set(others))
    assert.ok(notices.includes(readFileSync(join(root, 'node_modules', name, 'LICENSE'), 'utf8').trim()), name)
})

test('a page pays for what it imports', async () => {
  const sizeOf = async (contents) => {
    const options = { bundle: true, format: 'esm', minify: true, write: false, conditions: ['browser'] }
    const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: app } })
    return outputFiles[0].contents.length
  }
  const core = readFileSync(join(installed, 'dist/core.wasm')).length
  assert.ok((await sizeOf("import { Profile } from 'martello/profile'; Profile.open()")) < 12_000)
  assert.ok((await sizeOf("import { Recommender } from 'martello/slim'; Recommender.open('/b')")) < core / 2)
  assert.ok((await sizeOf("import { Recommender } from 'martello'; Recommender.open('/b')")) > core)
  // importing without using costs nothing; the worker's file is all effect
  const unused = ['martello', 'martello/client', 'martello/keep', 'martello/profile', 'martello/element']
  assert.equal(await sizeOf(unused.map((name, i) => `import * as m${i} from '${name}'`).join('\n')), 0)
  assert.ok((await sizeOf("import 'martello/page-worker.js'")) > core)
})

test('publint has nothing to warn of', async () => {
  const { messages } = await publint({ pkgDir: installed, pack: false, level: 'warning', strict: true })
  assert.deepEqual(
    messages.map((message) => formatMessage(message, manifest)),
    [],
  )
})

test('types are found in Node and for a browser, and say no to what is wrong', async () => {
  writeFileSync(
    join(app, 'typed.ts'),
    `
    import { Recommender, type RecommendedItem } from 'martello'
    import { newest, RecommenderClient } from 'martello/client'
    import { keep } from 'martello/keep'
    import { Profile } from 'martello/profile'
    import { offline, register } from 'martello/offline'
    import { Reports, type Ledger } from 'martello/report'
    import { useRecommendations } from 'martello/react'
    import { defineShelf } from 'martello/element'
    const rec = await Recommender.open(new Uint8Array(), { onProgress: (loaded: number, total: number) => {} })
    const items: RecommendedItem[] = rec.recommend({ history: [{ id: 'p1', event: 'like', at: 1 }, 'p2'], filter: { genre: 'Drama', year: { gte: 1990 } } }).items
    const scores: Float32Array = rec.nearest([1, 2]).scores
    const profile = await Profile.open()
    const signal = AbortSignal.timeout(9)
    const reports = await Reports.open({ clusters: ['a', 'b'], send: async (report) => report.bits })
    const ledger: Ledger = await reports.optIn().then(() => reports.tell('a')).then(() => reports.ledger())
    const client = await RecommenderClient.open('/shop.martello', { keep: true, onProblem: (sentence: string) => {}, signal })
    const later: RecommendedItem[] = (await client.recommend({ profile, history: ['p1'], signal })).items
    const kept = await keep('/shop.martello', Recommender.open, { onUpdate: (newer) => newer.recommend({ profile }) })
    const fast = newest((signal, k: number) => client.recommend({ k, signal }))
    const shown: readonly RecommendedItem[] = useRecommendations(client, { profile }).items
    const same = useRecommendations(kept.current).error?.message
    defineShelf(RecommenderClient.open)
    defineShelf(Recommender.open, 'my-shelf')
    offline({ version: '1', files: ['/'] })
    register('/sw.js').then(async () => (await fast(3))?.items)
    // @ts-expect-error: a misspelt option
    rec.recommend({ histroy: [] })
    // @ts-expect-error: an id is a string
    rec.similar(318)
    export { items, later, ledger, same, scores, shown }`,
  )
  const types = { strict: true, noEmit: true, target: 'es2023', types: [] }
  const kinds = {
    browser: {
      ...types,
      module: 'esnext',
      moduleResolution: 'bundler',
      lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    },
    node: { ...types, module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2023', 'dom'] },
  }
  for (const [kind, compilerOptions] of Object.entries(kinds)) {
    writeFileSync(join(app, `tsconfig.${kind}.json`), JSON.stringify({ compilerOptions, files: ['typed.ts'] }))
    await run(process.execPath, [join(root, 'node_modules/typescript-native/bin/tsc'), '-p', `tsconfig.${kind}.json`], {
      cwd: app,
    }).catch((error) => assert.fail(`${kind}: ${error.stdout}`))
  }
})
