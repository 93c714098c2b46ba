// One table in several files: which of a folder or a pattern are its parts, in which order, and what they become together.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { partsOf, readGraph, readInteractions, readItems, readTable } from '../../../build/web/read/index.js'
import { parquet } from '../helpers/parquet.mjs'
import { path, refuses } from '../helpers/files.mjs'

/** Writes files into a folder, and returns its path. */
function folder(name, files) {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path(name), file)), { recursive: true })
    writeFileSync(join(path(name), file), content)
  }
  mkdirSync(path(name), { recursive: true })
  return path(name)
}

const named = async (input, root) => (await partsOf(input)).map((part) => part.slice(root.length + 1))
const CSV = 'user_id,item_id,timestamp\n'

test('what programs leave beside the parts is none, and numbers in names compare by their values', async () => {
  const spark = folder('spark', {
    _SUCCESS: '',
    '._SUCCESS.crc': 'crc',
    '.part-00000-a.csv.crc': 'crc',
    'part-00000-a.csv': '',
    'part-00002-a.csv': `${CSV}2,a,1600000002\n`,
    'part-00010-a.csv': `${CSV}10,a,1600000010\n`,
    _committed_7: '{}',
    '_temporary/0/part-00003.csv': CSV,
  })
  assert.deepEqual(await named(spark, spark), ['part-00002-a.csv', 'part-00010-a.csv'])
  const duck = folder('duck', { 'data_10.csv': CSV, 'data_2.csv': CSV, 'data_1.csv.crc': '1', 'data_0.csv': CSV })
  assert.deepEqual(await named(duck, duck), ['data_0.csv', 'data_2.csv', 'data_10.csv'])
  const snow = folder('snow', { 'data_0_0_0.csv.gz': gzipSync(CSV), 'data_0_1_0.csv.gz': gzipSync('') })
  assert.deepEqual(await named(snow, snow), ['data_0_0_0.csv.gz'], 'a packed file of nothing is none')
})

test('patterns name files and folders, at one depth or at any', async () => {
  const root = folder('globs', {
    'day=2024-01-02/part-0.csv': CSV,
    'day=2024-01-01/part-0.csv': CSV,
    'day=2024-01-01/hour=7/part-1.csv': CSV,
    'day=2024-01-01/notes.txt': 'x',
    'all[1].csv': CSV,
  })
  assert.deepEqual(await named(`${root}/*.csv`, root), ['all[1].csv'])
  assert.deepEqual(await named(`${root}/all[1].csv`, root), ['all[1].csv'], 'a file of that name is that file')
  assert.deepEqual(await named(`${root}/day=*/*.csv`, root), ['day=2024-01-01/part-0.csv', 'day=2024-01-02/part-0.csv'])
  assert.deepEqual(await named(`${root}/day=2024-01-0[2-9]`, root), ['day=2024-01-02/part-0.csv'])
  assert.deepEqual(await named(`${root}/**/part-{0,1}.csv`, root), [
    'day=2024-01-01/part-0.csv',
    'day=2024-01-01/hour=7/part-1.csv',
    'day=2024-01-02/part-0.csv',
  ])
  assert.deepEqual(await named(`${root}/day=????-01-02/`, root), ['day=2024-01-02/part-0.csv'])
})

test('what is no table says so, with the pattern that names one', async () => {
  await refuses(partsOf(path('nowhere')), 'nowhere: found no such file or folder, expected a file that can be read')
  const wanted = 'expected parts of a table, such as part-00000.parquet or part-00000.csv'
  await refuses(partsOf(folder('none', {})), `none: found no files, ${wanted}`)
  await refuses(
    partsOf(folder('empty', { 'a.csv': '', 'b.csv': '' })),
    `empty: found no content in any of its 2 files, ${wanted}`,
  )
  await refuses(partsOf(path('none/*.csv')), `none/*.csv: found no files, ${wanted}`)
  const mixed = folder('mixed', { 'a.csv': CSV, 'b.csv': CSV, 'README.md': 'x' })
  await refuses(
    partsOf(mixed),
    'mixed: found files of several formats: 2 .csv (a.csv), 1 .md (README.md), expected parts of one table, as "mixed/**/*.csv" names them',
  )
  assert.deepEqual(await named(`${mixed}/**/*.csv`, mixed), ['a.csv', 'b.csv'])
  const delta = folder('delta', {
    'part-0.csv': CSV,
    '_delta_log/00000000000000000000.json': '{}',
    '_delta_log/00000000000000000001.json': '{}',
  })
  await refuses(partsOf(delta), /^delta: found a Delta Lake table that was changed/)
})

test('Parquet is told by its content, and parts without an ending are read by theirs', async () => {
  const whole = [{ name: 'user_id', data: ['u', 'v'] }, { name: 'item_id', data: ['a', 'b'] }] // prettier-ignore
  const bytes = parquet(whole)
  const hive = folder('hive', { '000000_0': bytes, '000001_0': bytes })
  assert.equal((await readInteractions([hive])).rows, 4)
  const text = folder('text', { 'part-00000': `${CSV}u,a,1600000000\n`, 'part-00001': `${CSV}v,a,1600000001\n` })
  assert.deepEqual((await readInteractions([text])).userIds, ['u', 'v'])
})

test('parts are one table: one entry of facts, columns by their names, units and dates told by all of it', async () => {
  const root = folder('log', {
    'part-0.csv': 'user_id,item_id,date\nu,a,03/04/2021\n',
    'part-1.csv': 'date,item_id,user_id,rating\n13/04/2021,b,v,5\n',
    'part-2.csv': 'user_id,item_id,date,rating\n',
    'part-3.csv': 'user_id,item_id,date,rating\nw,a,14/04/2021,\n',
  })
  const log = await readInteractions([root], { columns: { timestamp: 'date' } })
  assert.deepEqual(log.userIds, ['u', 'v', 'w'])
  assert.deepEqual(Array.from(log.time, (t) => new Date(t * 1000).toISOString().slice(0, 10)), ['2021-04-03', '2021-04-13', '2021-04-14']) // prettier-ignore
  assert.deepEqual([...log.rating], [NaN, 5, NaN])
  assert.deepEqual(log.files.map(({ path: one, rows }) => [one, rows]), [[root, 3]]) // prettier-ignore
  assert.deepEqual(log.facts.files[0].columns.map(({ name, missing }) => [name, missing]), [
    ['user_id', 0],
    ['item_id', 0],
    ['date', 0],
    ['rating', 1],
  ]) // prettier-ignore
})

test('what folders are called is a column, unless the files have it', async () => {
  const root = folder('days', {
    'day=2024-01-01/country=__HIVE_DEFAULT_PARTITION__/part-0.csv': 'user_id,item_id\nu,a\n',
    'day=2024-01-02/country=C%C3%B4te/part-0.csv': 'user_id,item_id\nv,a\nv,b\n',
  })
  const table = await readTable(`${root}/`)
  assert.deepEqual(table.names, ['user_id', 'item_id', 'day', 'country'])
  assert.deepEqual(table.columns.slice(2), [
    ['2024-01-01', '2024-01-02', '2024-01-02'],
    [null, 'Côte', 'Côte'],
  ])
  const log = await readInteractions([`${root}/day=*`], { columns: { timestamp: 'day' } })
  assert.deepEqual([...log.time], [1704067200, 1704153600, 1704153600])
  const alone = await readTable(`${root}/day=2024-01-02`)
  assert.deepEqual(alone.names, ['user_id', 'item_id', 'country'], 'what is above the input says nothing')
  const bare = folder('bare', { 'day=2024-01-01/0.csv': '1,2\n1,3\n', 'day=2024-01-02/0.csv': '2,3\n2,2\n' })
  const headless = await readInteractions([bare], { columns: { user_id: 1, item_id: 2, timestamp: 'day' } })
  assert.deepEqual([headless.rows, headless.itemIds, headless.time[2]], [4, ['2', '3'], 1704153600])
})

test('what is wrong is named by the part and its row there', async () => {
  const root = folder('wrong', {
    'part-0.csv': 'user_id,item_id\nu,a\nv,a\n',
    'part-1.csv': 'user_id,item_id\nu,b\n,b\n',
  })
  await refuses(readInteractions([root]), /^wrong\/part-1\.csv, row 2 \(line 3\), column "user_id": found nothing/)
  const items = folder('twice', { 'a.csv': 'item_id,title\n1,x\n2,y\n', 'b.csv': 'item_id,title\n3,z\n\n2,y\n' })
  await refuses(
    readItems([items]),
    /^twice\/b\.csv, row 2 \(line 4\), column "item_id": found "2" again, expected each id once \(it is also in twice\/a\.csv, row 2 \(line 3\)/,
  )
  const left = (await readInteractions([root], { skip: ['rows without ids'] })).facts.files[0].left
  assert.deepEqual(left, [{ rows: 1, why: 'no user_id', row: 4 }])
  const lacking = folder('lacking', { 'a.csv': 'user_id,item_id\nu,a\n', 'b.csv': 'user_id,sku\nu,a\n' })
  await refuses(readInteractions([lacking]), /^lacking\/b\.csv, row 1 \(line 2\), column "item_id": found nothing/)
})

test('catalogues, graphs and rows of JSON come in parts as well', async () => {
  const json = folder('json', {
    'part-0.json': '{"item_id":"a","price":1}\n',
    'part-1.ndjson': '{"item_id":"b","title":"B","tags":["x"]}\n',
  })
  const items = await readItems([json])
  assert.deepEqual(items.columns.map(({ name }) => name), ['title', 'price', 'tags']) // prettier-ignore
  assert.deepEqual([...items.columns[1].values], [1, NaN])
  const graph = folder('graph', {
    'a.tsv': 'head\trelation\ttail\na\tby\tX\n',
    'b.tsv': 'tail\trelation\thead\nX\tby\tb\n',
  })
  assert.deepEqual((await readGraph([graph])).nodes, ['a', 'X', 'b'])
})
