// The house rules of DESIGN and README that a compiler does not see: who may include whom, what libmartello.a may
// contain, and that the export lists, the wasm modules and their TypeScript readers agree.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path) => readFileSync(join(root, path), 'utf8')
const lines = (path) =>
  read(path)
    .split('\n')
    .filter((line) => line !== '')
const filesOf = (folder, pattern) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => pattern.test(path) && statSync(join(root, path)).isFile())
    .sort()

// -- who may include whom: a file its own folder and the folders before it ------------------------------------------------

const ORDER = ['base', 'bundle', 'nn', 'vector', 'tower', 'recall', 'rank', 'rerank', '.', 'funnel', 'learn']

test('src/ includes only downwards', () => {
  const sources = filesOf('src', /\.[ch]$/)
  assert.ok(sources.length > 40)
  for (const path of sources) {
    const folder = relative('src', dirname(path)) || '.'
    assert.ok(ORDER.includes(folder), `${path}: found folder "${folder}", expected ${ORDER.join(', ')}`)
    for (const [, name] of read(path).matchAll(/^#include "(.*)"$/gm)) {
      assert.ok(sources.includes(join('src', name)), `${path} includes "${name}", expected a path from src/`)
      const place = ORDER.indexOf(dirname(name))
      assert.ok(place <= ORDER.indexOf(folder), `${path} includes "${name}", expected nothing later than ${folder}/`)
    }
  }
})

/** A path along `next` that comes back to where it began, or null. */
function circle(next) {
  const done = new Set()
  const path = []
  const walk = (node) => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return null
    path.push(node)
    for (const other of next.get(node) ?? []) {
      const found = walk(other)
      if (found !== null) return found
    }
    path.pop()
    done.add(node)
    return null
  }
  for (const node of next.keys()) {
    const found = walk(node)
    if (found !== null) return found
  }
  return null
}

test('a circle is found', () => {
  assert.equal(circle(new Map([['a', ['b', 'c']], ['b', ['c']]])), null) // prettier-ignore
  assert.deepEqual(circle(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]])), ['b', 'c', 'b']) // prettier-ignore
})

test('no files of src/ include each other in a circle, and none of src/funnel/ is included by nine', () => {
  const sources = filesOf('src', /\.[ch]$/)
  const includes = new Map(
    sources.map((path) => [path, [...read(path).matchAll(/^#include "(.*)"$/gm)].map(([, name]) => join('src', name))]),
  )
  assert.equal(circle(includes)?.join(' → '), undefined)
  for (const header of filesOf('src/funnel', /\.h$/)) {
    const readers = sources.filter((path) => includes.get(path).includes(header))
    assert.ok(readers.length < 9, `${header} is included by ${readers.join(', ')}`)
  }
})

test('what the core takes from the system is listed here', () => {
  const everywhere = ['math.h', 'stdbool.h', 'stddef.h', 'stdint.h', 'string.h']
  const alone = {
    'stdlib.h': /^src\/learn\//, // malloc
    'simde/wasm/simd128.h': /^src\/base\/simd\.h$/,
    'wasm_simd128.h': /^src\/base\/simd\.h$/,
    'xxhash.h': /^src\/bundle\/checksum\.c$/,
  }
  for (const path of filesOf('src', /\.[ch]$/))
    for (const [, name] of read(path).matchAll(/^#include <(.*)>$/gm))
      assert.ok(everywhere.includes(name) || alone[name]?.test(path), `${path} includes <${name}>`)
})

test('wasm/ includes src/ and its own keep.h, and nothing includes wasm/', () => {
  for (const path of filesOf('wasm', /\.c$/))
    for (const [, name] of read(path).matchAll(/^#include "(.*)"$/gm))
      assert.ok(name === 'keep.h' || statSync(join(root, 'src', name)).isFile(), `${path} includes "${name}"`)
})

// -- who may import whom: a file its own folder and the folders before it, and no file itself in a circle -----------------

/** Folders of web/, each with those below it that are not listed themselves. */
const WEB_ORDER = [
  'generated',
  'read',
  'recommender',
  'lists',
  'delta',
  'update',
  'entry',
  'shards',
  'page',
  'learn',
  'import/trees',
  'import/onnx/model',
  'import/onnx/reference',
  'import/onnx/tape',
  'import/onnx/lower',
  'import/onnx',
  'build',
  'audit',
  'serve',
  'judge',
  'reports',
  'site',
  'cli',
]
const layerOf = (path) => WEB_ORDER.findIndex((folder) => path.startsWith(`web/${folder}/`))

/** By file of web/: the files of web/ that it imports, for their types too. */
const IMPORTS = new Map(
  filesOf('web', /\.ts$/).map((path) => [
    path,
    [...read(path).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)\.js'/g)].map(([, name]) =>
      join(dirname(path), `${name}.ts`),
    ),
  ]),
)

test('web/ imports only downwards', () => {
  assert.ok(IMPORTS.size > 100)
  for (const [path, imported] of IMPORTS) {
    assert.ok(layerOf(path) >= 0, `${path}: expected in one of ${WEB_ORDER.join(', ')}`)
    for (const name of imported) {
      assert.ok(IMPORTS.has(name), `${path} imports ${name}, which is not there`)
      assert.ok(
        layerOf(name) <= layerOf(path),
        `${path} imports ${name}, expected nothing later than ${WEB_ORDER[layerOf(path)]}/`,
      )
    }
  }
})

test('no files of web/ import each other in a circle', () => {
  const done = new Set()
  const follow = (path, way) => {
    assert.ok(!way.includes(path), [...way.slice(way.indexOf(path)), path].join(' → '))
    if (done.has(path)) return
    for (const name of IMPORTS.get(path) ?? []) follow(name, [...way, path])
    done.add(path)
  }
  for (const path of IMPORTS.keys()) follow(path, [])
})

test('nobody but the core seen from JavaScript knows exports of core.wasm', () => {
  const ours = ['exports', 'memory', 'core', 'tuning'].map((name) => `web/recommender/${name}.ts`)
  for (const path of IMPORTS.keys()) {
    const code = read(path).replace(/\/\*[^]*?\*\/|\/\/ .*/g, '')
    // by name, in quotes, `learn` is asked: what it exports is compared below
    if (!ours.includes(path)) assert.doesNotMatch(code.replace(/'mt_\w+'/g, ''), /\bmt_\w/, path)
  }
})

// -- messages: mt_fail takes what its format names, which no compiler compares -------------------------------------------

/** The arguments of each call of `name` in a C source. */
function callsOf(name, source) {
  const found = []
  for (const { index } of source.matchAll(new RegExp(`(?<!define )\\b${name}\\(`, 'g'))) {
    const args = ['']
    const tokens = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^]/gy
    tokens.lastIndex = index + name.length + 1
    for (let depth = 0; ;) {
      const [token] = tokens.exec(source)
      if (token === ')' && depth === 0) break
      depth +=
        token === '(' || token === '[' || token === '{' ? 1 : token === ')' || token === ']' || token === '}' ? -1 : 0
      if (token === ',' && depth === 0) args.push('')
      else args[args.length - 1] += token
    }
    found.push(args.map((arg) => arg.trim()))
  }
  return found
}

test('every message of mt_fail has the arguments that its format names', () => {
  let count = 0
  for (const path of [...filesOf('src', /\.[ch]$/), ...filesOf('wasm', /\.c$/)])
    for (const [error, , format, ...args] of callsOf('mt_fail', read(path).replace(/\/\*[^]*?\*\//g, ''))) {
      if (error === '...') continue // its definition
      count++
      const where = `${path}: ${format}`
      const directives = [...format.matchAll(/%(.)/g)].map(([, directive]) => directive)
      assert.ok(args.length <= 5, `${where}: at most five arguments`)
      assert.equal(args.length, directives.length, where)
      args.forEach((arg, i) => {
        const expected = arg.startsWith('mt_text(') ? 's' : arg.startsWith('mt_signed(') ? 'd' : 'u'
        assert.equal(directives[i], expected, `${where}: ${arg}`)
      })
    }
  assert.ok(count > 80)
})

// -- what the library holds ------------------------------------------------------------------------------------------

/** Symbols by object: [{ object, kind, name }]. */
function symbols(...files) {
  return execFileSync('nm', ['-A', ...files], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .flatMap((line) => {
      const match = /^(\S+):[0-9a-f ]*\s([A-Za-z]) (\S+)$/.exec(line)
      return match === null ? [] : [{ object: match[1], kind: match[2], name: match[3] }]
    })
}

test('every symbol of libmartello.a begins with mt_', () => {
  const found = symbols('build/libmartello.a')
  assert.ok(found.length > 500)
  for (const { object, kind, name } of found)
    if (/[A-Z]/.test(kind) && kind !== 'U') assert.match(name, /^mt_/, `${object}: ${kind} ${name}`)
})

test('there is no writable data', () => {
  // .data.rel.ro, tables of pointers, is read-only as soon as the loader has filled in addresses.
  const headers = execFileSync('objdump', ['-h', 'build/libmartello.a'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  const sections = [...headers.matchAll(/^\s+\d+ (\.(?:t?data|t?bss)\S*)\s+([0-9a-f]+)/gm)]
  assert.ok(sections.length > 100)
  for (const [, name, size] of sections) if (!name.startsWith('.data.rel.ro')) assert.equal(size, '00000000', name)
  for (const { object, kind, name } of symbols('build/libmartello.a')) assert.notEqual(kind, 'C', `${object}: ${name}`)
})

test('the files of src/funnel/ call one way', () => {
  const files = filesOf('src/funnel', /\.c$/).map((path) => path.replace(/^src(.*)c$/, 'build/native$1o'))
  const all = symbols(...files)
  const owner = new Map(all.filter(({ kind }) => kind === 'T').map(({ object, name }) => [name, object]))
  const calls = new Map(files.map((file) => [file, []]))
  for (const { object, kind, name } of all) if (kind === 'U' && owner.has(name)) calls.get(object).push(owner.get(name))
  assert.ok(calls.get('build/native/funnel/open.o').includes('build/native/funnel/reserve.o'))
  assert.equal(circle(calls)?.join(' → '), undefined)
})

test('the serving half takes nothing from the system but memory functions and mathematics', () => {
  const objects = filesOf('src', /\.c$/)
    .filter((path) => !path.startsWith('src/learn/'))
    .map((path) => path.replace(/^src(.*)c$/, 'build/native$1o'))
  const allowed = /^(memcpy|memmove|memset|memcmp|memchr|strlen|sqrtf|expf|logf|floorf|_GLOBAL_OFFSET_TABLE_)$/
  for (const { object, kind, name } of symbols(...objects))
    if (kind === 'U' && !name.startsWith('mt_')) assert.match(name, allowed, `${object} needs ${name}`)
})

// -- exports: one list, the linker, and both readers --------------------------------------------------------------------

const moduleOf = (name) => new WebAssembly.Module(readFileSync(join(root, 'dist', name)))
/** What the linker adds by itself to a module without a main. */
const LEFTOVERS = [
  'memory',
  '_initialize',
  '__indirect_function_table',
  '__errno_location',
  'stackSave',
  'stackRestore',
  'stackAlloc',
]
const exportsOf = (name) =>
  WebAssembly.Module.exports(moduleOf(name))
    .map((entry) => entry.name)
    .filter((entry) => !LEFTOVERS.includes(entry))
    .sort()

test('core.wasm exports what web/recommender/exports.ts types: martello.h, and the little that only wasm needs', () => {
  const listed = lines('build/serve.exports')
  assert.deepEqual(exportsOf('core.wasm'), listed)
  const body = /interface CoreExports \{([^]*?)\n\}/.exec(read('web/recommender/exports.ts'))[1]
  assert.deepEqual([...body.matchAll(/^ {2}(mt_\w+)\(/gm)].map((match) => match[1]).sort(), listed)
  const header = [...read('src/martello.h').matchAll(/^(?!typedef)[a-z_0-9 ]+\*?(mt_\w+)\(/gm)].map((match) => match[1])
  assert.deepEqual(listed, [...header, 'mt_heap', 'mt_bundle_length', 'mt_directory_checksum'].sort())
})

test('types of CoreExports take as many arguments as the core', () => {
  const instance = new WebAssembly.Instance(moduleOf('core.wasm'))
  for (const [, name, args] of read('web/recommender/exports.ts').matchAll(
    /^ {2}(mt_\w+)\((.*)\): (?:number|void);$/gm,
  ))
    assert.equal(args === '' ? 0 : args.split(',').length, instance.exports[name].length, name)
})

test('learn.wasm exports what web/ calls by name, and every function of learn.c is called', () => {
  const called = filesOf('web', /\.ts$/).flatMap((path) =>
    [...read(path).matchAll(/'(mt_\w+)'/g)].map((match) => match[1]),
  )
  const listed = lines('build/learn.exports')
  assert.deepEqual([...new Set(called)].sort(), listed)
  assert.deepEqual(exportsOf('learn.wasm'), listed)
  const defined = [
    ...`${read('wasm/learn.c')}${read('wasm/ranking.c')}${read('wasm/spaces.c')}`.matchAll(
      /^(?!static)\w[\w ]*\*?\b(mt_\w+)\(/gm,
    ),
  ].map((match) => match[1])
  for (const name of defined) assert.ok(listed.includes(name), `nobody calls ${name}`)
})

test('modules import nothing that a runtime would have to provide', () => {
  assert.deepEqual(WebAssembly.Module.imports(moduleOf('core.wasm')), [])
  // memory growth is announced by this toolchain's allocator: web/learn/learn.ts hands it an empty function, and the memory, which
  // the builder's threads share
  assert.deepEqual(
    WebAssembly.Module.imports(moduleOf('learn.wasm')).map((entry) => entry.name),
    ['emscripten_notify_memory_growth', 'memory'],
  )
})

// -- files ---------------------------------------------------------------------------------------------------------------

const OURS = ['src', 'wasm', 'web', 'tests', 'demo'].flatMap((folder) =>
  filesOf(folder, /\.([ch]|ts|mjs|js|json|css|html)$/).filter((path) => !path.startsWith('web/generated/')),
)

test('tests/web mirrors web/', () => {
  const others = ['.', 'demo', 'docs', 'field']
  for (const path of filesOf('tests/web', /\.test\.mjs$/)) {
    const folder = relative('tests/web', dirname(path)) || '.'
    if (!others.includes(folder)) assert.ok(existsSync(join(root, 'web', folder)), `${path}: found no web/${folder}`)
  }
})

test('no file is longer than 600 lines', () => {
  for (const path of OURS)
    assert.ok(read(path).split('\n').length <= 601, `${path} has ${read(path).split('\n').length} lines`)
})

test('nothing is left for later', () => {
  const words = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|'))
  for (const path of OURS) assert.doesNotMatch(read(path), words, path)
})

test('every C file says what it is about before its code, or its header does', () => {
  for (const path of filesOf('src', /\.h$/)) assert.match(read(path), /^\/\* \w/, path)
  for (const path of filesOf('src', /\.c$/)) assert.match(read(path), /^(\/\* \w|#include ")/, path)
})

test('identifiers in headers begin with mt_ or MT_', () => {
  for (const path of filesOf('src', /\.h$/)) {
    const text = read(path).replace(/\/\*[^]*?\*\//g, '')
    for (const [, name] of text.matchAll(/^#define (\w+)/gm))
      assert.match(name, /^(MT_|mt_fail$|MARTELLO_H$|SIMDE_)/, `${path}: ${name}`)
    for (const [, name] of text.matchAll(/^(?:static inline )?(?:const )?\w+ \*?(\w+)\(/gm))
      assert.match(name, /^mt_/, `${path}: ${name}`)
    for (const [, name] of text.matchAll(/^\} (\w+);/gm)) assert.match(name, /^mt_/, `${path}: ${name}`)
  }
})
