// `martello split`: every item is in one place and comes back as it was coded, whoever makes the lists and however often they are stopped;
// and what a device fetches of them.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { split as splitRows } from '../../../build/web/build/split/split.js'
import { filedIn, keepFiled } from '../../../build/web/build/split/file.js'
import { openRows } from '../../../build/web/read/rows.js'
import { vectorsParquet } from '../helpers/parquet.mjs'
import { cli, cliJson, file, gaussians, npy, path, SILENT } from '../helpers/shop.mjs'

const CLI = new URL('../../../dist/cli.js', import.meta.url).pathname
const [ROWS, DIM] = [6011, 16] // no multiple of a block
const ALL = { bytes: 1e9, requests: 1e6, keep: 1e9 }

/** Around twenty centres, some long, so that lists tell something. */
const rows = (() => {
  const [centres, around, lengths] = [gaussians(20, DIM, 1), gaussians(ROWS, DIM, 2), gaussians(ROWS, 1, 3)]
  return around.map(
    (x, i) =>
      (2 * centres[(Math.floor(i / DIM) % 20) * DIM + (i % DIM)] + x) * Math.exp(lengths[Math.floor(i / DIM)] / 2),
  )
})()
const row = (r) => rows.subarray(r * DIM, (r + 1) * DIM)
const id = (r) => `item ${r * 7}`
const dot = (a, b) => a.reduce((sum, x, d) => sum + x * b[d], 0)

let table, ids
before(async () => {
  table = await npy('rows.npy', [ROWS, DIM], rows)
  ids = file('ids.txt', Array.from({ length: ROWS }, (_, r) => `${id(r)}\n`).join(''))
})

const config = (of) => file(`${JSON.stringify(of).replace(/\W/g, '')}.json`, JSON.stringify(of))
const folder = (name) => path(name)
const split = (name, ...args) =>
  cliJson('split', '--embeddings', table, '--ids', ids, '--lists', '40', '-o', folder(name), ...args)
const sums = (name) =>
  readdirSync(folder(name))
    .sort()
    .map((one) => [
      one,
      createHash('sha256')
        .update(readFileSync(join(folder(name), one)))
        .digest('hex'),
    ])

for (const metric of ['ip', 'cosine', 'l2'])
  test(`every item is in the root or in one list, with its id and its vector: ${metric}`, async () => {
    const told = await split(metric, '--config', config({ metric }))
    assert.equal(told.items, ROWS)
    assert.ok(told.lists > 30 && told.lists < 60, `${told.lists} lists`)
    assert.ok(!existsSync(join(folder(metric), '.split')), 'nothing is left of the work')
    const rec = await Recommender.open(join(folder(metric), 'root.martello'))
    assert.equal(rec.items, told.head)
    const { lists } = await rec.sharpen({ vector: row(0), ...ALL })
    assert.equal(lists, told.lists)
    assert.equal(rec.items, ROWS)
    const seen = new Set(Array.from({ length: ROWS }, (_, n) => rec.id(n)))
    assert.equal(seen.size, ROWS)
    for (let r = 0; r < ROWS; r++) {
      const number = rec.number(id(r))
      assert.equal(rec.id(number), id(r))
      const [own, x] = [rec.vector(number), row(r)]
      const alike = dot(own, x) / Math.sqrt(dot(own, own) * dot(x, x))
      assert.ok(alike > 0.95, `${id(r)}: ${alike}`)
    }
    rec.close()
  })

test('what is fetched is nearest: little of the catalogue brings most of the best', async () => {
  const rec = await Recommender.open(join(folder('l2'), 'root.martello'))
  let [root, sharp, bytes] = [0, 0, 0]
  for (let q = 0; q < 50; q++) {
    const vector = row(100 * q + 7)
    const scores = Array.from({ length: ROWS }, (_, r) => [2 * dot(row(r), vector) - dot(row(r), row(r)), id(r)]).sort(
      (a, b) => b[0] - a[0],
    )
    const best = new Set(scores.slice(0, 20).map(([, one]) => one))
    const found = () => Array.from(rec.nearest(vector, { k: 20 }).items).filter((n) => best.has(rec.id(n))).length
    await rec.sharpen({ vector, bytes: 0, keep: 0 })
    root += found()
    const fetched = await rec.sharpen({ vector, bytes: 20_000, requests: 4 })
    assert.ok(fetched.bytes <= 20_000 && fetched.requests <= 4, JSON.stringify(fetched))
    bytes += fetched.bytes
    sharp += found()
    const again = await rec.sharpen({ vector, bytes: 20_000, requests: 4 })
    assert.deepEqual([again.bytes, again.requests, again.held], [0, 0, fetched.lists])
  }
  assert.ok(bytes > 0)
  assert.ok(sharp > 800 && root < 400, `${root} without lists, ${sharp} of 1000 with them`)
  rec.close()
})

test('a history is answered from lists, too; what was wanted longest ago goes', async () => {
  const rec = await Recommender.open(join(folder('l2'), 'root.martello'))
  const [head, known] = [rec.items, rec.id(3)]
  const before = rec.recommend({ history: [known], k: 10 }).items.map((one) => one.id)
  await rec.sharpen({ history: [known, 'nobody'], bytes: 30_000 })
  const after = rec.recommend({ history: [known], k: 10 }).items.map((one) => one.id)
  const held = rec.items
  assert.ok(held > head)
  assert.ok(!after.includes(known))
  assert.notDeepEqual(after, before)
  assert.deepEqual(await rec.sharpen({ history: ['nobody'], find: 0 }), { lists: 0, held: 0, bytes: 0, requests: 0 })
  await rec.sharpen({ vector: row(9), bytes: 9000, keep: 9000 })
  assert.ok(rec.items < held && rec.items > head, `${rec.items} of ${held}`)
  await rec.sharpen({ vector: row(9), bytes: 0, keep: 0 })
  assert.deepEqual(
    rec.recommend({ history: [known], k: 10 }).items.map((one) => one.id),
    before,
  )
  await assert.rejects(rec.sharpen({}), { message: 'sharpen: expected one of history and vector' })
  await assert.rejects(rec.sharpen({ vector: row(1), requests: -1 }), /sharpen: requests: found -1, expected a whole number from 0/) // prettier-ignore
  rec.close()
})

test('items of a history that are not here are looked for, and the lists that they lie in come first', async () => {
  const rec = await Recommender.open(join(folder('l2'), 'root.martello'))
  const outside = Array.from({ length: ROWS }, (_, r) => id(r)).filter((one) => rec.number(one) === undefined)
  for (const [i, one] of outside.entries()) {
    if (i % 97 !== 0) continue
    await rec.sharpen({ history: [], keep: 0 })
    const { lists, held, bytes, requests } = await rec.sharpen({ history: [one], bytes: 20_000, requests: 4 })
    assert.notEqual(rec.number(one), undefined, one)
    assert.ok(lists > 1 && held < lists && bytes <= 20_000 && requests <= 4, JSON.stringify({ lists, bytes, requests }))
    assert.equal(rec.recommend({ history: [one] }).trace.unknown, 0)
  }
  const wish = { history: [outside[3], 'nobody', outside[700], outside[1400], rec.id(0)], bytes: 40_000, requests: 30 }
  await rec.sharpen({ history: [], keep: 0 })
  await rec.sharpen(wish)
  const found = (one) => rec.number(one) !== undefined
  assert.deepEqual(
    [1400, 700].map((n) => found(outside[n])),
    [true, true],
    'the newest two',
  )
  await rec.sharpen(wish) // by the vectors themselves, no longer by those of their lists
  const again = await rec.sharpen(wish)
  assert.deepEqual([again.bytes, again.requests, again.held], [0, 0, again.lists])
  // made-up buckets beside, and none where the host is not to know
  const covered = await Recommender.open(join(folder('l2'), 'root.martello'))
  const own = await covered.sharpen({ ...wish, find: 0 })
  assert.ok(!covered.number(outside[1400]) || own.lists > 0)
  await assert.rejects(
    covered.sharpen({ ...wish, find: -1 }),
    /sharpen: find: found -1, expected a whole number from 0/,
  )
  assert.deepEqual(await covered.sharpen({ history: ['nobody'], requests: 0 }), {
    lists: 0,
    held: 0,
    bytes: 0,
    requests: 0,
  })
  const nobody = await covered.sharpen({ history: ['nobody'], cover: 3 })
  assert.ok(nobody.lists === 0 && nobody.requests >= 1 && nobody.requests <= 4 && nobody.bytes < 4 * 16_384)
  assert.equal((await covered.sharpen({ history: ['nobody'] })).bytes, 0, 'it is not asked for again')
  rec.close()
  covered.close()
})

test('the same bytes from one run, from shares in any order, and from a run that was stopped', async () => {
  const source = await openRows(table, { ids })
  const run = (name, share) => splitRows(source, folder(name), { lists: 40, files: 4 }, SILENT, share)
  for (const name of ['whole', 'shares', 'stopped']) mkdirSync(folder(name))
  const { files, bytes } = await run('whole')
  assert.equal(files, 5) // the last of what no whole block was left of
  assert.ok(bytes.root > 0 && bytes.lists > 0)
  for (const job of [2, 0]) assert.equal((await run('shares', { job, of: 3 })).whole, false)
  assert.ok(!existsSync(join(folder('shares'), 'root.martello')))
  cpSync(folder('shares'), folder('stopped'), { recursive: true })
  assert.equal((await run('shares', { job: 1, of: 3 })).whole, true)
  assert.deepEqual(sums('shares'), sums('whole'))
  // a run that was killed has left some files; those it was at are made anew
  const made = readdirSync(folder('stopped')).filter((one) => one.endsWith('.bin'))
  writeFileSync(join(folder('stopped'), `${made[0]}.1@elsewhere.part`), 'half')
  assert.equal((await run('stopped')).whole, true)
  rmSync(join(folder('stopped'), `${made[0]}.1@elsewhere.part`))
  assert.deepEqual(sums('stopped'), sums('whole'))
})

test('a table in parts of Parquet, streamed or read whole, gives the bytes that a matrix does', async () => {
  mkdirSync(path('parts'))
  const part = (from, to, options) =>
    vectorsParquet(Array.from({ length: to - from }, (_, i) => [id(from + i), Array.from(row(from + i))]), { rowGroupSize: 700, ...options }) // prettier-ignore
  const write = (name, bytes) => writeFileSync(join(path('parts'), name), bytes)
  write('part-0.parquet', part(0, 3000))
  write('part-1.parquet', part(3000, 3000))
  write('part-2.parquet', part(3000, ROWS))
  for (const [name, whole] of [
    ['streamed', 0],
    ['at once', 1e9],
  ]) {
    // prettier-ignore
    mkdirSync(folder(name))
    const source = await openRows(path('parts'), { whole })
    assert.deepEqual([source.rows, source.dim, source.id(ROWS - 1)], [ROWS, DIM, id(ROWS - 1)])
    const told = await splitRows(source, folder(name), { lists: 40, files: 4 }, SILENT)
    assert.equal(told.items, ROWS)
    assert.deepEqual(sums(name), sums('whole'))
  }
  const streamed = (options) => openRows(path('parts'), { whole: 0, ...options })
  const read = async (source) => {
    for await (const { first, vectors } of source.pieces())
      assert.deepEqual(vectors, rows.subarray(first * DIM, first * DIM + vectors.length))
  }
  const source = await streamed()
  await read(source)
  write('part-2.parquet', part(3000, ROWS - 1))
  await assert.rejects(read(source), /parts: found another table than before, expected one that stays as it is while it is read/) // prettier-ignore
  write('part-2.parquet', part(3001, ROWS, { vector: 'wrong' }))
  await assert.rejects(streamed({ columns: { vector: 'vector' } }), { name: 'InputError' })
  write('part-2.parquet', part(2999, ROWS))
  await assert.rejects(streamed(), /found the id "item 20993" again, expected each id once/)
})

test('a share that comes late finds all done; one whose work another job tidies up says that this one ends', async () => {
  const source = await openRows(table, { ids })
  const run = (share, to) => splitRows(source, folder('shares'), { lists: 40, files: 4 }, SILENT, share, to)
  const told = await splitRows(source, folder('whole'), { lists: 40, files: 4 }, SILENT)
  for (const job of [1, 6]) assert.deepEqual(await run({ job, of: 7 }), told)
  assert.ok(!existsSync(join(folder('shares'), '.split')))
  assert.deepEqual(sums('shares'), sums('whole'))
  writeFileSync(join(folder('shares'), 'root.martello'), 'torn')
  assert.equal((await run({ job: 6, of: 7 })).whole, false) // it has no files; another one makes the root
  rmSync(join(folder('shares'), 'root.martello'))
  for (let job = 0; job < 7; job++) await run({ job, of: 7 })
  assert.deepEqual(sums('shares'), sums('whole'))

  const filed = { entries: [], means: new Float32Array(), head: new Uint32Array(), rest: new Uint32Array(), vectors: new Float32Array(), rows: new Uint32Array() } // prettier-ignore
  await keepFiled(folder('shares'), 1, filed)
  assert.deepEqual(await filedIn(folder('shares'), 1, DIM), filed)
  rmSync(join(folder('shares'), '1.left'))
  assert.equal(await filedIn(folder('shares'), 1, DIM), null)
})

test('with a cover as many made-up wishes are fetched beside what was wanted', async () => {
  const open = () => Recommender.open(join(folder('l2'), 'root.martello'))
  const [plain, covered] = [await open(), await open()]
  const wish = { vector: row(77), bytes: 9000, requests: 2 }
  const own = await plain.sharpen(wish)
  const all = await covered.sharpen({ ...wish, cover: 3 })
  assert.deepEqual([all.lists, all.held], [own.lists, own.held])
  assert.ok(all.bytes > own.bytes && all.bytes <= 4 * 9000, `${all.bytes} bytes for ${own.bytes}`)
  assert.ok(all.requests > own.requests && all.requests <= 8)
  for (let n = 0; n < plain.items; n++) assert.notEqual(covered.number(plain.id(n)), undefined, 'all of it is here')
  assert.deepEqual(await covered.sharpen({ ...wish, cover: 3 }), {
    lists: own.lists,
    held: own.lists,
    bytes: 0,
    requests: 0,
  })
})

test('eval measures a root as any bundle, and what a cold query fetches', async () => {
  const queries = await npy('queries.npy', [20, DIM], rows.slice(0, 20 * DIM))
  const told = await cliJson('eval', join(folder('l2'), 'root.martello'), '--queries', queries, '--embeddings', table, '--ids', ids, '--k', '50') // prettier-ignore
  assert.deepEqual([told.items, told.dim, told.k, told.queries], [ROWS, DIM, 50, 20])
  assert.deepEqual(
    told.layers.map(({ name }) => name),
    ['base', 'layer 1'],
  )
  const [, { recall, recall_at: at }] = told.layers
  assert.ok(recall > 0.9 && at[300] > recall, JSON.stringify(told.layers))
  assert.ok(told.bytes_fetched > 0 && told.bytes_fetched <= 400_000 && told.requests >= 1 && told.requests <= 8)
  assert.ok(told.root.recall < recall)
})

// -- a host -----------------------------------------------------------------------------------------------------------------

const asked = []
let answer = null
const server = createServer((request, response) => {
  const name = request.url.slice(1)
  asked.push(name)
  if (!existsSync(join(folder('l2'), name))) return response.writeHead(404).end()
  let bytes = readFileSync(join(folder('l2'), name))
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  if (from === undefined) return response.writeHead(200).end(bytes)
  bytes = bytes.subarray(+from, +to + 1)
  if (answer !== null) return answer(response, bytes, from, to)
  response.writeHead(206, { 'content-range': `bytes ${from}-${to}/*` }).end(bytes)
})
before(() => new Promise((listening) => server.listen(0, '127.0.0.1', listening)))
after(() => server.close())

test('over HTTP: ranges of files beside the root; a host that does not answer them, and what is damaged, are named', async () => {
  const rec = await Recommender.open(`http://127.0.0.1:${server.address().port}/root.martello`)
  const vector = row(40)
  const found = () => Array.from(rec.nearest(vector, { k: 5 }).items, (n) => rec.id(n))
  const before = found()
  asked.length = 0
  const refused = async (how, message) => {
    answer = how
    await assert.rejects(rec.sharpen({ vector, bytes: 9000, requests: 1 }), (error) => {
      assert.match(error.message, message)
      assert.equal(error.name, 'MartelloError')
      return true
    })
    answer = null
    assert.deepEqual(found(), before)
  }
  await refused((response, bytes) => response.writeHead(200).end(bytes), /lists-\w+-0\.bin answered 200, expected 206 with bytes=\d+-\d+: a host that answers ranges/) // prettier-ignore
  await refused((response) => response.writeHead(404).end(), /answered 404, expected 206/)
  await refused((response, bytes, from, to) => response.writeHead(206, { 'content-range': `bytes ${+from + 64}-${to}/*` }).end(bytes), /answered 206 with bytes \d+-\d+\/\*, expected 206/) // prettier-ignore
  await refused((response, bytes, from, to) => response.writeHead(206, { 'content-range': `bytes ${from}-${to}/*` }).end(bytes.subarray(1)), /answered \d+ bytes, expected \d+/) // prettier-ignore
  await refused((response, bytes, from, to) => {
    const other = Uint8Array.from(bytes)
    other[other.length - 200] ^= 1
    response.writeHead(206, { 'content-range': `bytes ${from}-${to}/*` }).end(other)
  }, /sharpen: list \d+ in lists-\w+-0\.bin at \d+: bundle: .*checksum/)
  const stopped = AbortSignal.abort()
  await assert.rejects(rec.sharpen({ vector, signal: stopped }), { name: 'AbortError' })
  asked.length = 0
  const { requests } = await rec.sharpen({ vector, bytes: 9000, requests: 1 })
  assert.equal(asked.length, requests)
  assert.notDeepEqual(found(), before)
  rec.close()
  await assert.rejects(rec.sharpen({ vector }), /it was closed/)
})

test('a bundle that is no root, and one without an address, say so', async () => {
  const plain = path('plain.martello')
  await cli('build', '--embeddings', table, '-o', plain, '--quiet')
  const rec = await Recommender.open(plain)
  await assert.rejects(rec.sharpen({ vector: row(0) }), {
    message: 'sharpen: found a bundle without lists, expected the root of martello split',
  })
  const bytes = await Recommender.open(readFileSync(join(folder('l2'), 'root.martello')))
  await assert.rejects(bytes.sharpen({ vector: row(0) }), /found a bundle without an address, expected one that was opened from a URL/) // prettier-ignore
})

test('a disk without room is said in a sentence, and the next run ends what this one began', async () => {
  const into = ['split', '--embeddings', table, '--ids', ids, '--lists', '40', '-o', folder('full')]
  const limited = ['-c', 'ulimit -f 40; "$@"', 'sh', process.execPath, CLI, ...into]
  const { status, stderr } = spawnSync('sh', limited, { encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /^martello: .*: found a limit on the size of files \(ulimit -f\), expected room for the file$/m)
  assert.doesNotMatch(stderr, /\n\s+at /, 'no stack')
  assert.equal(existsSync(join(folder('full'), 'root.martello')), false)
  await split('full')
  await split('roomy')
  assert.deepEqual(sums('full'), sums('roomy'))
})

test('wrong inputs are refused in a sentence', async () => {
  const refused = async (args, message, code = 1) => {
    const told = await cli('split', ...args)
    assert.match(told.stderr, message)
    assert.equal(told.code, code)
  }
  writeFileSync(path('twice.txt'), Array.from({ length: ROWS }, (_, r) => `${r % 5000}\n`).join(''))
  await refused(
    ['--embeddings', table, '--ids', path('twice.txt'), '-o', folder('no')],
    /twice\.txt, line 5001: found the id "0" again, expected each id once/,
  )
  const hole = rows.slice()
  hole[33 * DIM + 4] = NaN
  await refused(['--embeddings', await npy('hole.npy', [ROWS, DIM], hole), '-o', folder('no')], /hole\.npy, row 33, column 4: found NaN, expected finite/) // prettier-ignore
  await refused(['--embeddings', table, '-o', folder('no'), '--jobs', '4/3'], /--jobs: found "4\/3", expected I\/N/, 2)
  await refused(['--embeddings', table], /--output is missing/, 2)
  await refused(['--embeddings', table, '-o', table], /rows\.npy: found .*, expected a folder/)
  await refused(['--embeddings', table, '-o', folder('no'), '--config', config({ layers: 'f32' })], /key "layers": found "f32", expected layers of 2, 4 or 8 bits/) // prettier-ignore
  const zeros = await npy('zeros.npy', [64, DIM], rows.slice(0, 64 * DIM).fill(0, DIM, 3 * DIM))
  const { code, stderr } = await cli(
    'split',
    '--embeddings',
    zeros,
    '-o',
    folder('few'),
    '--config',
    config({ people: 1 }),
  )
  assert.equal(code, 0, stderr)
  assert.match(stderr, /look: config: split does not ask for "people"/)
  assert.match(stderr, /look: 2 of 64 vectors are zero, so that nothing is near them/)
  assert.equal((await Recommender.open(join(folder('few'), 'root.martello'))).items, 32)
  rmSync(folder('no'), { recursive: true, force: true })
})
