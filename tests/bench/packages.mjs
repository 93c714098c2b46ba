// What a page loads of the npm packages that web/ALTERNATIVES.md names, and what they do with filters, deletions and updates.
//
//   node tests/bench/packages.mjs
//
// They are installed into build/packages, never into this package, and bundled as a page would have them. hnswlib-wasm
// runs where it thinks itself in a browser; of one it uses nothing here.
import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = join(import.meta.dirname, '../../build/packages')
const dependencies = { 'hnswlib-wasm': '0.8.2', '@orama/orama': '3.1.18' }
const entries = {
  'hnswlib-wasm': `export { loadHnswlib } from 'hnswlib-wasm'`,
  '@orama/orama': `export { create, insertMultiple, remove, update, search, searchVector, load } from '@orama/orama'`,
}

if (Object.keys(dependencies).some((name) => !existsSync(join(folder, 'node_modules', name)))) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', ['install', ...quiet], { cwd: folder, stdio: 'inherit' })
}

/** Bundles what is imported of a package; the address of the result. */
async function loaded(name) {
  const { metafile } = await build({
    stdin: { contents: entries[name], resolveDir: folder },
    ...{ bundle: true, splitting: true, minify: true, format: 'esm', platform: 'browser', metafile: true },
    ...{ external: ['fs', 'path', 'module'], outdir: join(folder, 'out', name), logLevel: 'error' },
  })
  const files = Object.keys(metafile.outputs)
  const bytes = files.reduce((sum, file) => sum + execFileSync('gzip', ['-9c', file]).length, 0)
  console.log(`${name} ${dependencies[name]}: ${bytes} bytes in ${files.length} files, gzip -9`)
  return import(pathToFileURL(files.find((file) => file.endsWith('stdin.js'))))
}

const { create, insertMultiple, remove, update, search, searchVector } = await loaded('@orama/orama')
const ids = async (found) => (await found).hits.map(({ id }) => id).join(' ')
const db = create({ schema: { title: 'string', year: 'number', of: 'vector[2]' } })
const film = (id, title, year, of) => ({ id, title, year, of })
await insertMultiple(db, [film('1', 'The Matrix', 1999, [1, 0]), film('2', 'Alien', 1979, [0.9, 0.1])])
const like = (where) => ids(searchVector(db, { vector: { value: [1, 0], property: 'of' }, similarity: 0.5, where }))
console.log('  a slip:', await ids(search(db, { term: 'Matrx', tolerance: 1 })), '· near:', await like())
console.log('  near before 1990:', await like({ year: { lt: 1990 } }))
await remove(db, '2')
await update(db, '1', film('3', 'Heat', 1995, [1, 0]))
console.log('  with one removed and one updated:', await like())

globalThis.window = globalThis
globalThis.document = { currentScript: null }
console.error = () => {} // it misses indexedDB, where it would keep an index
const { loadHnswlib } = await loaded('hnswlib-wasm')
const index = new (await loadHnswlib()).HierarchicalNSW('l2', 2, '')
index.initIndex(4, 16, 200, 100)
const near = (filter) => index.searchKnn([1, 0], 2, filter).neighbors.join(' ')
const points = [1, 0.9, 0].map((x) => [x, 1 - x])
const [first] = index.addItems(points, true)
console.log(
  '  near:',
  near(),
  '· those that a function lets through:',
  near((label) => label === 2),
)
index.markDelete(first)
console.log('  with the first deleted:', near())
process.exit() // what it keeps open
