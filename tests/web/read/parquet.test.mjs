// Parquet of writers other than the one of these tests, in every encoding and codec: the same cells, or one sentence.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInteractions, readItems, readTable } from '../../../build/web/read/index.js'
import { file, refuses } from '../helpers/files.mjs'
import { DUCKDB, DUCKDB_INTERVAL, ENCODED, parquet, sparkTimes } from '../helpers/parquet.mjs'

test("DuckDB's files: runs that are filled up, dictionaries, Zstandard, lists", async () => {
  const { names, columns, rows } = await readTable(file('duck.parquet', DUCKDB))
  assert.deepEqual([names, rows], [['item_id', 'tags'], 40])
  for (let i = 0; i < rows; i++) {
    assert.equal(columns[0][i], `i${i % 3}`)
    assert.deepEqual(columns[1][i], [`t${i % 2}`, 'u'])
  }
})

test('every encoding in every codec, over several row groups and pages', async () => {
  for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI'])
    for (const pageSize of [500, 1 << 20]) {
      const bytes = parquet(ENCODED, { codec, rowGroupSize: 130, pageSize })
      const { columns } = await readTable(file('encoded.parquet', bytes))
      ENCODED.forEach(({ name, data }, c) =>
        assert.deepEqual(
          columns[c].map((cell) => cell ?? null),
          data.map((cell) => cell ?? null),
          `${name}, ${codec}, pages of ${pageSize}`,
        ),
      )
    }
})

test('a column of structs is read, whose chunks are unpacked in no certain order', async () => {
  const data = Array.from({ length: 500 }, (_, i) => ({ a: i, b: `b${i % 9}` }))
  const schema = [
    { name: 'root', num_children: 1 },
    { name: 'info', num_children: 2, repetition_type: 'OPTIONAL' },
    { name: 'a', type: 'INT32', repetition_type: 'OPTIONAL' },
    { name: 'b', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
  ]
  const bytes = parquet([{ name: 'info', data }], { schema, codec: 'GZIP', pageSize: 300 })
  assert.deepEqual((await readTable(file('structs.parquet', bytes))).columns[0], data)
})

test("Spark's times of 96 bits are times of the log", async () => {
  const times = Array.from({ length: 30 }, (_, i) => 1.6e12 + i * 7_000_500)
  const people = { name: 'user_id', data: times.map((_, i) => `u${i % 4}`) }
  const things = { name: 'item_id', data: times.map((_, i) => `i${i % 7}`) }
  const log = await readInteractions([file('spark.parquet', sparkTimes('timestamp', times, [people, things]))])
  assert.deepEqual([...log.time], times.map((ms) => Math.floor(ms) / 1000)) // prettier-ignore
})

test('what is not read is refused by its column and type, and may be left out', async () => {
  const path = file('interval.parquet', DUCKDB_INTERVAL)
  await refuses(
    readItems([path]),
    'interval.parquet, column "open": found values of type interval, which is not read, expected numbers, texts, times or lists ' +
      '(config "kinds": {"open": "skip"} leaves a column of a catalogue out)',
  )
  const { columns } = await readTable(path, { columns: ['item_id'] })
  assert.deepEqual(columns, [['i0', 'i1', 'i2', 'i0']])
  const secret = Buffer.from(DUCKDB)
  secret.write('PARE')
  await refuses(
    readTable(file('secret.parquet', secret)),
    'secret.parquet: found an encrypted Parquet file, expected one without encryption',
  )
})

test('sizes of deltas and split bytes are held against their page', async () => {
  const texts = (encoding) => [{ name: 'a', data: ENCODED[0].data, type: 'STRING', encoding, nullable: false }]
  for (const encoding of ['DELTA_BYTE_ARRAY', 'DELTA_LENGTH_BYTE_ARRAY']) {
    const good = parquet(texts(encoding), { codec: 'UNCOMPRESSED' })
    const at = good.indexOf(Buffer.from([0x80, 0x01, 0x04])) // blocks of 128 deltas in 4 parts
    assert.ok(at > 0)
    const bad = Buffer.from(good)
    bad[at + 2] = 0
    await refuses(readTable(file('deltas.parquet', bad)), /row group 1 \(a block of 128 deltas in 0 parts\)/)
    bad[at + 1] = 0x7f
    bad[at] = 0xff
    await refuses(readTable(file('deltas.parquet', bad)), /row group 1 \(a block of/)
  }
})
