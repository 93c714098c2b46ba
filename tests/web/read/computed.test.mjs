// Tables that were computed elsewhere: vectors, neighbours and popularity, as engines and exporters write them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEmbeddings, readNeighbours, readPopularity, readTable } from '../../../build/web/read/index.js'
import { mkdirSync } from 'node:fs'
import { file, path, refuses } from '../helpers/files.mjs'
import { vectorsParquet as vectors } from '../helpers/parquet.mjs'

const numbered = (rows, value) => Array.from({ length: rows }, (_, i) => [`i${i}`, Array.from({ length: 4 }, (_, d) => value(i, d))]) // prettier-ignore

test('lists of numbers in every type, encoding and codec, over row groups and pages, are the numbers that hyparquet reads', async () => {
  const quarters = (i, d) => ((i % 3) + d) / 4
  const whole = (i, d) => (i % 5) - d
  for (const [type, encoding, value] of [
    ['FLOAT', undefined, quarters],
    ['DOUBLE', undefined, quarters],
    ['FLOAT', 'BYTE_STREAM_SPLIT', quarters],
    ['DOUBLE', 'BYTE_STREAM_SPLIT', quarters],
    ['FLOAT', 'PLAIN', quarters],
    ['INT32', undefined, whole],
    ['INT32', 'DELTA_BINARY_PACKED', whole],
    ['INT64', undefined, (i, d) => BigInt(whole(i, d))],
  ])
    for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI'])
      for (const pageSize of [100, 1 << 20]) {
        const rows = numbered(50, value)
        const one = file('lists.parquet', vectors(rows, { type, encoding, codec, pageSize, rowGroupSize: 20 }))
        const read = await readEmbeddings(one)
        const expected = rows.flatMap(([, list]) => list).map(Number)
        assert.deepEqual([...read.vectors], expected, `${type}, ${encoding}, ${codec}, pages of ${pageSize}`)
        assert.deepEqual((await readTable(one)).columns[1].flat().map(Number), expected)
        assert.deepEqual([read.rows, read.dim, read.ids[49]], [50, 4, 'i49'])
      }
})

test("Spark's item factors, and columns under other usual names or named by a config", async () => {
  const rows = numbered(3, (i, d) => i + d)
  const als = await readEmbeddings(file('als.parquet', vectors(rows, { id: 'id', vector: 'features' })))
  assert.deepEqual([als.ids, als.dim], [['i0', 'i1', 'i2'], 4])
  assert.deepEqual(
    als.columns.map(({ name, role, kind }) => [name, role, kind]),
    [
      ['id', 'item_id', 'id'],
      ['features', 'vector', 'float32 × 4'],
    ],
  )
  for (const [id, vector] of [
    ['product_id', 'embedding'],
    ['sku', 'item_factors'],
    ['movieId', 'vec'],
  ])
    // prettier-ignore
    assert.equal((await readEmbeddings(file('names.parquet', vectors(rows, { id, vector })))).rows, 3)
  const odd = file('odd.parquet', vectors(rows, { id: 'thing', vector: 'h1' }))
  await refuses(readEmbeddings(odd), /^odd\.parquet: found no column for item_id among "thing", "h1", expected .*\{"columns":\{"embeddings":/) // prettier-ignore
  await refuses(
    readEmbeddings(odd, { columns: { item_id: 'thing' } }),
    'odd.parquet: found no column for vector among "thing", "h1", expected a header with vector (or embedding, features …), a ' +
      'list of numbers in each row, or a config that names it: {"columns":{"embeddings":{"vector":"h1"}}}',
  )
  assert.equal((await readEmbeddings(odd, { columns: { item_id: 'thing', vector: 'h1' } })).rows, 3)
})

test('vectors in text formats: JSON, NumPy, PostgreSQL, numbers alone, and structs of Spark', async () => {
  const expected = [0.5, -1, 2e-3, 4]
  const texts = {
    json: '"[0.5, -1.0, 0.002, 4]"',
    numpy: '[ 0.5   -1.  2.e-03 4. ]',
    array: '"array([0.5, -1. , 0.002, 4.], dtype=float32)"',
    postgres: '"{0.5,-1,2e-3,4}"',
    alone: '0.5 -1 .002 4',
    bars: '0.5|-1|0.002|4',
    spark: '"{""type"":1,""values"":[0.5,-1,0.002,4]}"',
    sparse: '"{""type"":0,""size"":4,""indices"":[0,1,2,3],""values"":[0.5,-1,0.002,4]}"',
  }
  for (const [kind, text] of Object.entries(texts)) {
    const { vectors, ids } = await readEmbeddings(file(`${kind}.csv`, `item_id,vector\n007,${text}\n8,${text}\n`))
    assert.deepEqual([ids, vectors], [['007', '8'], Float32Array.from([...expected, ...expected])], kind)
  }
  const lines = [{ item_id: 1, vector: expected }, { item_id: 2, vector: { type: 0, size: 4, indices: [3], values: [7] } }] // prettier-ignore
  const jsonl = await readEmbeddings(file('lines.jsonl', lines.map((line) => JSON.stringify(line)).join('\n')))
  assert.deepEqual([...jsonl.vectors].slice(4), [0, 0, 0, 7])
})

test('what is wrong with a vector: file, row, column, found, expected, and how many more', async () => {
  const good = [0, 1, 2, 3]
  const say = (rows, message) => refuses(readEmbeddings(file('v.parquet', vectors(rows))), message)
  await say([['a', good], ['b', [1, 2, 3]], ['c', [1]]], 'v.parquet, row 2, column "vector": found a vector of 3 numbers (2 of 3 rows are not as expected), expected 4, as in v.parquet, row 1') // prettier-ignore
  await say([['a', good], ['b', null]], /^v\.parquet, row 2, column "vector": found nothing, expected a vector: a list of numbers, such as \[0\.1, 0\.2, 0\.3\]; rows without one/) // prettier-ignore
  await say(
    [
      ['a', good],
      ['b', []],
    ],
    /row 2, column "vector": found (nothing|a vector of no numbers), expected a vector/,
  )
  await say([['a', good], ['b', [1, NaN, 3, 4]]], 'v.parquet, row 2, column "vector": found NaN in place 2 of its 4, expected finite float32 numbers') // prettier-ignore
  await say(
    [
      ['a', good],
      ['b', [1, 2, Infinity, 4]],
    ],
    /found Infinity in place 3 of its 4/,
  )
  await say(
    [
      ['a', good],
      ['b', [1, 2, null, 4]],
    ],
    /found no number in place 3 of its 4/,
  )
  await say([['a', good], ['b', good], ['a', good]], /^v\.parquet, row 3, column "item_id": found the id "a" again, expected each id once \(it is also in v\.parquet, row 1\)/) // prettier-ignore
  await say(
    [
      ['a', good],
      [null, good],
    ],
    /^v\.parquet, row 2, column "item_id": found nothing, expected an id/,
  )
  await refuses(readEmbeddings(file('cut.csv', 'item_id,vector\na,[0.1 0.2 ... 0.9]\n')), /^cut\.csv, row 1 \(line 2\), column "vector": found NaN in place 3 of its 4/) // prettier-ignore
  await refuses(readEmbeddings(file('word.csv', 'item_id,vector\na,none of it\n')), /row 1 \(line 2\), column "vector": found "none of it", expected a vector/) // prettier-ignore
  await refuses(readEmbeddings(file('empty.csv', 'item_id,vector\n')), 'empty.csv: found no rows, expected at least one vector') // prettier-ignore
  await refuses(readEmbeddings(path('none.parquet')), /^none\.parquet: found no such file/)
  const ids = file('ids.txt', 'a\n')
  await refuses(readEmbeddings(file('v.parquet', vectors([['a', good]])), { ids }), /^v\.parquet: found a table, which names its items itself, beside --ids/) // prettier-ignore
})

test('a damaged page of lists is one sentence', async () => {
  const bytes = vectors(numbered(200, (i, d) => i * d), { codec: 'SNAPPY' }) // prettier-ignore
  for (let at = 60; at < bytes.length - 300; at += 97) {
    const bad = Buffer.from(bytes)
    bad[at] ^= 0x55
    await readEmbeddings(file('bad.parquet', bad)).catch((error) => assert.equal(error.name, 'InputError', error.stack))
  }
})

const duckdb = await import('@duckdb/node-api').catch(() => null)
const skip = duckdb === null && 'no DuckDB for this machine: npm has no binary of it here'

test(
  'vectors as DuckDB writes them: each type, codec and version of the format, many rows and missing values',
  { skip },
  async () => {
    const database = await (await duckdb.DuckDBInstance.create(':memory:')).connect()
    const out = path('duck-vectors.parquet')
    for (const type of ['FLOAT[]', 'DOUBLE[]', 'FLOAT[8]', 'INTEGER[]', 'BIGINT[]', 'SMALLINT[]', 'DECIMAL(9,2)[]'])
      for (const options of [
        'COMPRESSION zstd',
        'COMPRESSION lz4_raw',
        'COMPRESSION snappy, PARQUET_VERSION V2',
        'COMPRESSION uncompressed, PARQUET_VERSION V2, ROW_GROUP_SIZE 2048',
      ]) {
        // prettier-ignore
        await database.run(`COPY (SELECT i AS item_id, list_transform(range(8), lambda d: (i * 7 + d * 3) % 101)::${type} AS vector FROM range(5000) t(i)) TO '${out}' (FORMAT parquet, ${options})`) // prettier-ignore
        const { vectors, ids } = await readEmbeddings(out)
        assert.equal(ids[4999], '4999')
        const wrong = vectors.findIndex((value, at) => value !== ((at >> 3) * 7 + (at & 7) * 3) % 101)
        assert.equal(wrong, -1, `${type}, ${options}: ${vectors[wrong]} at ${wrong}`)
      }
    await database.run(`COPY (SELECT i AS item_id, CASE WHEN i % 9 = 4 THEN NULL ELSE [i, 1.5, i / 2] END AS vector FROM range(5000) t(i)) TO '${out}'`) // prettier-ignore
    await refuses(readEmbeddings(out), /^duck-vectors\.parquet, row 5, column "vector": found nothing \(556 of 5000 rows are not as expected\), expected a vector/) // prettier-ignore
    await database.run(`COPY (SELECT i AS item_id, [i, CASE WHEN i = 77 THEN NULL ELSE 1 END] AS vector FROM range(500) t(i)) TO '${out}'`) // prettier-ignore
    await refuses(readEmbeddings(out), /^duck-vectors\.parquet, row 78, column "vector": found no number in place 2 of its 2, /) // prettier-ignore
    database.closeSync()
  },
)

// -- neighbours and popularity ---------------------------------------------------------------------------------------------

const pairsOf = ({ itemIds, sources }) =>
  Object.fromEntries([...sources].map(([name, { key, target, weight }]) => [name, Array.from(key, (k, p) => `${itemIds[k]} ${itemIds[target[p]]} ${weight[p]}`)])) // prettier-ignore

test('neighbours: each source its pairs, in whatever usual names', async () => {
  const csv = 'source,key,target,weight\ni2i,1,2,0.5\nnext,2,1,3\ni2i,2,7.0,0.25\n'
  const expected = { i2i: ['1 2 0.5', '2 7 0.25'], next: ['2 1 3'] }
  const one = await readNeighbours([file('n.csv', csv)])
  assert.deepEqual(pairsOf(one), expected)
  assert.equal(one.files[0].notes[0].note, 'floats')
  for (const header of [
    'source_name,item_id,neighbor_id,score',
    'kind,item_a,item_b,similarity',
    'type,from,to,w',
    'list,item_id_x,item_id_y,count',
  ])
    // prettier-ignore
    assert.deepEqual(pairsOf(await readNeighbours([file('m.csv', csv.replace(/.*/, header))])), expected, header)
  const columns = { source: 'a', key: 'b', target: 'c', weight: 'd' }
  assert.deepEqual(pairsOf(await readNeighbours([file('m.csv', csv.replace(/.*/, 'a,b,c,d'))], { columns })), expected)
  const parts = [file('p1.csv', csv), file('p2.csv', 'source,key,target,weight\ni2i,9,1,1\n')]
  assert.deepEqual(pairsOf(await readNeighbours(parts)).i2i, [...expected.i2i, '9 1 1'])
})

test('neighbours without a source are one, edges have a key, and what says nothing is left out and counted', async () => {
  assert.deepEqual(pairsOf(await readNeighbours([file('k.csv', 'item,target,weight\n1,2,1\n')])), {
    neighbours: ['1 2 1'],
  })
  const edges = await readNeighbours([file('edges.csv', 'source,target,weight\n1,2,1\n')])
  assert.deepEqual(pairsOf(edges), { neighbours: ['1 2 1'] })
  assert.deepEqual(edges.files[0].columns.map(({ role }) => role), ['key', 'target', 'weight']) // prettier-ignore
  const some = await readNeighbours([file('some.csv', 'key,target,weight\n1,2,-1\n1,1,5\n2,1,0\n2,3,1e-60\n1,3,2\n')])
  assert.deepEqual(pairsOf(some), { neighbours: ['1 3 2'] })
  assert.deepEqual(some.files[0].left, [
    { rows: 1, why: 'weight below 0', row: 1 },
    { rows: 1, why: 'an item as its own neighbour', row: 2 },
    { rows: 2, why: 'weight 0', row: 3 },
  ])
})

test('what is wrong with neighbours and popularity', async () => {
  const neighbours = (csv, message) => refuses(readNeighbours([file('n.csv', csv)]), message)
  await neighbours('key,weight\n1,2\n', /^n\.csv: found no column for target among "key", "weight", expected a header with key and target/) // prettier-ignore
  await neighbours('key,target\n1,2\n', /^n\.csv: found no column for weight among "key", "target", expected a header with weight/) // prettier-ignore
  await neighbours('key,target,weight\n1,2,many\n', 'n.csv, row 1 (line 2), column "weight": found "many", expected a finite number') // prettier-ignore
  await neighbours('key,target,weight\n1,2,\n', /found nothing, expected a finite number/)
  await neighbours('key,target,weight\n1,2,1e300\n', /found "1e300", expected a finite number/)
  await neighbours('key,target,weight\n1,,1\n', /column "target": found nothing, expected an id/)
  await neighbours('key,target,weight\n1,1,1\n', 'n.csv: found nothing but rows of an item as its own neighbour, expected at least a pair of items with a weight above 0') // prettier-ignore
  await neighbours('key,target,score,value\n1,2,1,1\n', /found 2 columns that could be weight: "score", "value", expected one of them named weight, or .*\{"columns":\{"neighbours":\{"weight":"score"\}\}\}/) // prettier-ignore
  const popularity = (csv, message) => refuses(readPopularity([file('p.csv', csv)]), message)
  await popularity('item_id,weight\na,1\nb,2\na,3\n', 'p.csv, row 3 (line 4), column "item_id": found the id "a" again, expected each item once, with the sum of its rows (it is also in p.csv, row 1 (line 2))') // prettier-ignore
  await popularity('item_id,weight\na,-1\n', 'p.csv, row 1 (line 2), column "weight": found "-1", expected a number that is not below 0') // prettier-ignore
  await popularity('item_id,weight\na,nan\n', /column "weight": found "nan", expected a finite number/)
  const { itemIds, weight } = await readPopularity([file('p.csv', 'movieId,plays\n7,3\n8,0\n')])
  assert.deepEqual(
    [itemIds, [...weight]],
    [
      ['7', '8'],
      [3, 0],
    ],
  )
})

// -- parts -----------------------------------------------------------------------------------------------------------------

test('a folder of parts is one table, and what is wrong names the part and the row in it', async () => {
  mkdirSync(path('factors'))
  const rows = numbered(50, (i, d) => i * d)
  const options = { id: 'id', vector: 'features' }
  file('factors/part-00000-7f.snappy.parquet', vectors(rows.slice(0, 20), options))
  file('factors/part-00001-7f.snappy.parquet', vectors(rows.slice(20), options))
  for (const name of ['_SUCCESS', '._SUCCESS.crc', '.part-00000-7f.snappy.parquet.crc']) file(`factors/${name}`, 'x')
  const { ids, rows: count, vectors: read } = await readEmbeddings(path('factors'))
  assert.deepEqual([ids.length, ids[49], count], [50, 'i49', 50])
  assert.deepEqual([...read], rows.flatMap(([, list]) => list)) // prettier-ignore
  assert.equal((await readEmbeddings(path('factors/*.parquet'))).rows, 50)
  file('factors/part-00002-7f.snappy.parquet', vectors([['i90', [1, 2, 3, 4]], ['i3', [1, 2, 3, 4]]], options)) // prettier-ignore
  await refuses(readEmbeddings(path('factors')), 'factors/part-00002-7f.snappy.parquet, row 2, column "id": found the id "i3" again, expected each id once (it is also in factors/part-00000-7f.snappy.parquet, row 4); one row of each is to be kept') // prettier-ignore
  file(
    'factors/part-00002-7f.snappy.parquet',
    vectors(
      [
        ['i90', [1, 2, 3, 4]],
        ['i91', [1, 2, 3]],
      ],
      options,
    ),
  )
  await refuses(readEmbeddings(path('factors')), 'factors/part-00002-7f.snappy.parquet, row 2, column "features": found a vector of 3 numbers, expected 4, as in factors/part-00000-7f.snappy.parquet, row 1') // prettier-ignore
})

test('neighbours parted by their source, as Spark does with partitionBy, and popularity in parts', async () => {
  for (const source of ['i2i', 'next']) mkdirSync(path(`lists/source=${source}`), { recursive: true })
  file('lists/source=i2i/part-0.csv', 'key,target,weight\n1,2,3\n')
  file('lists/source=i2i/part-1.csv', 'key,target,weight\n2,1,-3\n2,3,1\n')
  file('lists/source=next/part-0.csv', 'key,target,weight\n1,3,2\n')
  const read = await readNeighbours([path('lists')])
  assert.deepEqual(pairsOf(read), { i2i: ['1 2 3', '2 3 1'], next: ['1 3 2'] })
  assert.deepEqual(read.files.length, 1)
  mkdirSync(path('counts'))
  file('counts/part-0.csv', 'item_id,weight\na,1\n')
  file('counts/part-1.csv', 'item_id,weight\nb,2\na,5\n')
  await refuses(readPopularity([path('counts')]), /^counts\/part-1\.csv, row 2 \(line 3\), column "item_id": found the id "a" again, .*counts\/part-0\.csv, row 1 \(line 2\)/) // prettier-ignore
})
