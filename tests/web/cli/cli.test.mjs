// The command line: exit codes, what goes to stdout and what to stderr, every command, every input format. Each command is a process
// once at least; further calls share one.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { Recommender } from '../../../dist/node.js'
import { builtShop, cli, cliJson, csv, file, gaussians, npy, path, shop, spawned } from '../helpers/shop.mjs'

const shopped = shop()
const bundle = path('shop.martello')
before(async () => {
  writeFileSync(
    bundle,
    (
      await builtShop(
        shopped,
        {},
        { dimension: 16, layers: [4], sources: { als: true, i2i: true, next: true, content: true, attributes: true } },
      )
    ).bytes,
  )
})

/** The command must end with this exit code, with the message on stderr and nothing on stdout. */
async function fails(args, code, message, started = cli) {
  const run = await started(...args)
  assert.equal(run.code, code, `${args.join(' ')}: ${run.stderr}`)
  assert.match(run.stderr, message)
  assert.doesNotMatch(run.stderr, /\n\s+at /, 'no stack')
  assert.equal(run.stdout, '')
}

test('help and version are results', async () => {
  for (const args of [[], ['--help'], ['help']]) {
    const run = await spawned(...args)
    assert.deepEqual([run.code, run.stderr], [0, ''])
    for (const command of ['build', 'recommend', 'similar', 'eval', 'inspect', 'verify', 'bench'])
      assert.match(run.stdout, new RegExp(`martello ${command} `))
  }
  const version = await spawned('--version')
  assert.equal(
    version.stdout,
    `${JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url))).version}\n`,
  )
  for (const command of ['build', 'recommend', 'similar', 'eval', 'inspect', 'verify', 'bench']) {
    const run = await spawned(command, '--help')
    assert.deepEqual([run.code, run.stderr], [0, ''], command)
    assert.match(run.stdout, new RegExp(`^martello ${command} `, 'm'))
  }
})

test('usage: exit 2 and how it goes', async () => {
  await fails(['bild'], 2, /^Unknown command "bild"\n\nmartello /, spawned)
  await fails(['build'], 2, /^--output is missing\n\nmartello build -o OUT/)
  await fails(
    ['build', '-o', path('x')],
    2,
    /^One of --interactions, --items, --embeddings, --neighbours or --popularity is needed\n\nmartello build/,
  )
  await fails(['build', '-o', path('x'), '--interactions', 'a.csv', '--ids', 'b'], 2, /^--ids needs --embeddings\n/)
  await fails(
    ['build', '-o', path('x'), '--interactions', 'a.csv', '--seed', 'x'],
    2,
    /^--seed: found "x", expected a whole number from 0 to 4294967295/,
  )
  await fails(
    ['build', '-o', path('x'), '--interaction', 'a.csv'],
    2,
    /^Unknown option '--interaction'\n\nmartello build/,
  )
  await fails(['build', '-o', path('x'), 'stray.csv'], 2, /^Unexpected argument "stray.csv"\n/)
  await fails(['build', '-o'], 2, /'-o, --output <value>' argument missing/)
  await fails(['recommend'], 2, /^BUNDLE is missing\n\nmartello recommend/)
  await fails(['recommend', bundle, '--k', '0'], 2, /^--k: found "0", expected a whole number from 1 to 1000/)
  await fails(['recommend', bundle, '--k', '1e9'], 2, /^--k: found "1e9"/)
  await fails(['recommend', bundle, '--filter', '{genre'], 2, /^--filter: found \{genre, expected JSON such as/)
  await fails(['similar', bundle], 2, /^ID is missing\n/)
  await fails(['eval', bundle], 2, /^--holdout or --queries is missing\n/)
  await fails(['eval', bundle, '--holdout', 'x.csv'], 2, /^--history is missing\n/)
  await fails(['eval', bundle, '--queries', 'q.npy'], 2, /^--embeddings is missing\n/)
  await fails(['inspect'], 2, /^BUNDLE is missing\n/)
  await fails(['verify', bundle, '--json'], 2, /^Unknown option '--json'/)
  await fails(['bench'], 2, /^BUNDLE is missing\n/)
})

test('wrong input: exit 1 and one sentence', async () => {
  const none = path('none.martello')
  for (const args of [
    ['recommend', none],
    ['similar', none, 'x'],
    ['inspect', none],
    ['verify', none],
    ['bench', none],
    ['eval', none, '--holdout', 'x', '--history', 'y'],
    ['eval', none, '--queries', 'x', '--embeddings', 'y'],
  ])
    await fails(args, 1, /^martello: .*none\.martello.*\n$/)
  const text = file('text.martello', 'this is not a bundle, but it is longer than a header would be, by a little')
  const table = await npy('notabundle.npy', [4, 8], gaussians(4, 8, 1))
  for (const wrong of [text, table, file('empty.martello', '')])
    for (const [command, ...rest] of [
      ['recommend'],
      ['similar', 'p1'],
      ['inspect'],
      ['verify'],
      ['bench'],
      ['eval', '--holdout', 'x', '--history', 'y'],
      ['eval', '--queries', 'x', '--embeddings', 'y'],
    ]) {
      const run = await cli(command, wrong, ...rest)
      assert.deepEqual([run.code, run.stdout], [1, ''], command)
      assert.ok(run.stderr.startsWith(`martello: ${wrong}: `), run.stderr)
      assert.match(run.stderr, /^[^\n]*found[^\n]*\n$/)
    }
  await fails(['recommend', path('.')], 1, /: found a directory, expected a bundle\n$/, spawned)
  await fails(
    ['similar', bundle, 'nobody'],
    1,
    /^martello: similar: found "nobody", expected the id of an item in the bundle\n$/,
  )
  await fails(
    ['recommend', bundle, '--filter', '{"price":1}'],
    1,
    /^martello: filter "price": found "price", expected one of/,
  )
  await fails(['recommend', bundle, '--filter', '[]'], 1, /^martello: filter: found \[\]/)
  await fails(
    ['eval', bundle, '--holdout', path('no.csv'), '--history', path('no.csv')],
    1,
    /no\.csv: found no such file/,
  )
  await fails(
    ['eval', bundle, '--queries', path('no.npy'), '--embeddings', path('no.npy')],
    1,
    /no\.npy: found no such file/,
  )
})

test('recommend and similar: titles for people, one object with --json', async () => {
  const run = await spawned('recommend', bundle, '--history', 'p1,p6,nobody', '--k', 5)
  assert.equal(run.code, 0)
  assert.match(run.stderr, /^1 id of the history is not in the bundle and was ignored\n$/)
  const lines = run.stdout.trimEnd().split('\n')
  assert.equal(lines.length, 5)
  lines.forEach((line, i) => assert.match(line, new RegExp(`^ *${i + 1}  Thing number \\d+ \\(p\\d+\\)`)))
  assert.match(run.stdout, /… because of Thing number [16] \(p[16]\)/)
  const answer = await cliJson('recommend', bundle, '--history', 'p1,p6', '--k', 5)
  const rec = await Recommender.open(bundle)
  assert.deepEqual(
    answer.items.map((item) => item.id),
    rec.recommend({ history: ['p1', 'p6'], k: 5 }).items.map((item) => item.id),
  )
  assert.equal(answer.trace.history, 2)
  const explained = await cli('recommend', bundle, '--history', 'p1', '--k', 2, '--explain')
  assert.match(explained.stdout, /score -?\d.*rank \d+/)
  assert.match(explained.stdout, /1 events; recalled .*candidates/)
  const twice = await cliJson('recommend', bundle, '--history', 'p1', '--history', 'p6', '--k', 5)
  assert.deepEqual(twice.items, answer.items)
  for (const item of [...answer.items, ...(await cliJson('similar', bundle, 'p1')).items]) {
    assert.equal(item.explain, undefined, 'only where it is asked for')
    assert.deepEqual(item.because, [])
  }
  const why = await cliJson('recommend', bundle, '--history', 'p1', '--k', 5, '--explain')
  assert.ok(why.items.some((item) => item.because.includes('p1') && item.explain.i2i !== undefined))
  const cold = await cliJson('recommend', bundle)
  assert.equal(cold.items.length, 20)
  const filtered = await cliJson('similar', bundle, 'p1', '--filter', '{"colour":"red","year":{"gte":2000}}', '--k', 3)
  for (const item of filtered.items) assert.ok(item.attributes.colour === 'red' && item.attributes.year >= 2000)
})

test('ids with commas in them', async () => {
  const out = path('commas.martello')
  const items = file('commas.csv', 'item_id,tag\n"a,b",red\n"c,d",red\na,blue\nb,blue\n')
  assert.equal((await cli('build', '-o', out, '--items', items, '--quiet')).code, 0)
  const split = await cliJson('recommend', out, '--history', 'a,b')
  assert.deepEqual([split.trace.history, split.trace.unknown], [2, 0])
  const whole = await cliJson('recommend', out, '--history-id', 'a,b')
  assert.equal(whole.trace.history, 1)
  assert.equal(whole.items[0].id, 'c,d')
  const all = await cliJson('recommend', out, '--history-id', 'a,b', '--history-id', 'c,d', '--history', 'a')
  assert.deepEqual([all.trace.history, all.items.map((item) => item.id)], [3, ['b']])
  assert.match((await cli('recommend', '--help')).stdout, /--history-id +one id as it is, commas and all/)
})

test('inspect shows every section, the sources and the build record', async () => {
  const summary = await cliJson('inspect', bundle)
  assert.equal(summary.items, 120)
  assert.equal(summary.bytes, readFileSync(bundle).length)
  const kinds = new Set(summary.sections.map((s) => s.kind))
  for (const kind of ['policy', 'ids', 'postings', 'tower', 'space', 'base', 'layer', 'attribute', 'record'])
    assert.ok(kinds.has(kind), kind)
  assert.deepEqual(
    summary.sections.filter((s) => s.kind === 'attribute').map((s) => s.name),
    ['genre', 'colour', 'year', 'stock', 'title'], // what is only shown comes last
  )
  assert.ok(![...kinds].some((kind) => kind.startsWith('kind ')), `all kinds have names: ${[...kinds]}`)
  let end = 0
  for (const s of summary.sections) {
    assert.ok(s.offset % 64 === 0 && s.offset >= end)
    end = s.offset + s.bytes
  }
  assert.equal(64 * Math.ceil(end / 64), summary.bytes, 'nothing but sections up to the end')
  assert.equal(summary.record.seed, 1)
  assert.deepEqual(
    summary.record.inputs.map((input) => [input.kind, input.rows]),
    [
      ['interactions', shopped.events.length],
      ['items', 120],
    ],
  )
  assert.deepEqual(
    summary.record.sources.map((source) => source.name),
    summary.sources,
  )
  const run = await spawned('inspect', bundle)
  for (const s of summary.sections) assert.match(run.stdout, new RegExp(`${s.bytes} .*${s.kind} ${s.name}`))
})

test('verify finds a flipped byte in every section', async () => {
  const whole = await spawned('verify', bundle)
  assert.deepEqual([whole.code, whole.stderr], [0, ''])
  assert.match(whole.stdout, /shop\.martello: whole, 120 items, \d+ sections, every checksum matches\n$/)
  const { sections } = await cliJson('inspect', bundle)
  const bytes = readFileSync(bundle)
  for (const s of sections.filter((one, i) => i % 4 === 0 || one.kind === 'record')) {
    const bad = Buffer.from(bytes)
    bad[s.offset + (s.bytes >> 1)] ^= 0x10
    await fails(['verify', file('flipped.martello', bad)], 1, /^martello: .*(checksum|found).*\n$/)
  }
  await fails(
    ['verify', file('cut.martello', bytes.subarray(0, bytes.length - 64))],
    1,
    /^martello: .*found.*expected.*\n$/,
  )
})

test('bench prints its figures', async () => {
  const figures = await cliJson('bench', bundle)
  for (const key of ['items', 'bundle_bytes', 'open_ms', 'requests', 'p50_ms', 'p99_ms'])
    assert.equal(typeof figures[key], 'number', key)
  assert.match(
    (await spawned('bench', bundle)).stdout,
    /^120 items: open .* ms; recommend p50 .* ms, p99 .* ms over \d+ requests\n$/,
  )
})

test('build: what it found and chose on stderr, the record alone on stdout', async () => {
  const out = path('told.martello')
  const run = await spawned(
    'build',
    '-o',
    out,
    '--interactions',
    file('told.csv', csv(shopped.events)),
    '--items',
    file('told-items.csv', csv(shopped.goods)),
    '--seed',
    7,
  )
  assert.deepEqual([run.code, run.stdout], [0, ''])
  assert.match(run.stderr, /told\.csv: 960 rows, user_id, item_id, timestamp\n/)
  assert.match(run.stderr, /choosing by \d+ held-out events of 80 people\n/)
  assert.match(run.stderr, /alone: recall/)
  assert.match(run.stderr, /told\.martello: 120 items, .*, built in .* s with [\d.]+ MB of memory\n$/)
  const quiet = await spawned('build', '-o', out, '--interactions', path('told.csv'), '--quiet', '--json', '--seed', 7)
  assert.equal(quiet.stderr, '')
  const record = JSON.parse(quiet.stdout)
  assert.deepEqual([record.seed, record.bytes], [7, readFileSync(out).length])
  assert.ok(record.peak_memory > 3e7 && record.peak_memory < 3e9, `${record.peak_memory} bytes`)
  const stages = record.stages.map(({ name }) => name)
  for (const stage of ['looking through the log', 'asking held-out people', 'weighing sources', 'writing the bundle'])
    assert.ok(stages.includes(stage), `${stage} in ${stages.join(', ')}`)
  const [sum, all] = [record.stages.reduce((sum, { seconds }) => sum + seconds, 0), record.seconds]
  assert.ok(sum > 0 && sum <= all, `stages of ${sum} s in ${all} s`)
  assert.ok(!readFileSync(out).includes('peak_memory'), 'the same inputs give the same bytes')
})

test('every format says the same', async () => {
  const { goods, events } = shopped
  const tsv = (rows) => csv(rows).replaceAll(',', '\t')
  const jsonl = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
  const parquet = (rows) =>
    Buffer.from(
      parquetWriteBuffer({
        columnData: Object.keys(rows[0]).map((name) => ({
          name,
          data: rows.map((row) => String(row[name])),
          type: 'STRING',
        })),
      }),
    )
  const formats = {
    csv: csv,
    'csv.gz': (rows) => gzipSync(csv(rows)),
    tsv: tsv,
    'tsv.gz': (rows) => gzipSync(tsv(rows)),
    jsonl: jsonl,
    'jsonl.gz': (rows) => gzipSync(jsonl(rows)),
    parquet: parquet,
  }
  const wanted = (await Recommender.open(bundle)).recommend({ history: ['p1'], k: 10 }).items.length
  let first
  for (const [extension, write] of Object.entries(formats)) {
    const out = path(`of-${extension}.martello`)
    const run = await cli(
      'build',
      '-o',
      out,
      '--quiet',
      '--interactions',
      file(`e.${extension}`, write(events)),
      '--items',
      file(`g.${extension}`, write(goods)),
      '--config',
      file('flat.json', '{"tune":false,"dimension":16}'),
    )
    assert.equal(run.code, 0, `${extension}: ${run.stderr}`)
    const rec = await Recommender.open(out)
    const { items } = rec.recommend({ history: ['p1', 'p6'], k: 10, filter: { year: { gte: 1990 } } })
    assert.equal(items.length, wanted)
    first ??= items
    assert.deepEqual(items, first, extension)
  }
})

test('embeddings through the command line', async () => {
  const table = await npy('e.npy', [30, 8], gaussians(30, 8, 1))
  const ids = file('e.txt', Array.from({ length: 30 }, (_, i) => `n${i}\n`).join(''))
  const named = path('named.martello')
  assert.equal((await cli('build', '-o', named, '--embeddings', table, '--ids', ids, '--quiet')).code, 0)
  assert.equal((await cliJson('similar', named, 'n3', '--k', 4)).items.length, 4)
  const plain = path('plain.martello')
  assert.equal((await cli('build', '-o', plain, '--embeddings', table, '--quiet')).code, 0)
  assert.equal((await cliJson('similar', plain, '3', '--k', 4)).items.length, 4)
  assert.deepEqual((await cliJson('inspect', plain)).record.inputs, [{ kind: 'embeddings', path: 'e.npy', rows: 30 }])
})
