// Tables of every format: what is read, and what a broken file is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { readTable } from '../../../build/web/read/index.js'
import { scanTable } from '../../../build/web/read/table.js'
import { file, path, refuses } from '../helpers/files.mjs'

const parquet = (columnData, options = {}) => Buffer.from(parquetWriteBuffer({ columnData, ...options }))

test('the same table comes out of every format', async () => {
  const csv = 'id,title\n007,"Bond, James"\n8,Eight\n'
  const files = [
    file('a.csv', csv),
    file('a.csv.gz', gzipSync(csv)),
    file('bom-crlf.csv', `\ufeff${csv.replaceAll('\n', '\r\n')}`),
    file('mac.csv', csv.replaceAll('\n', '\r')),
    file('no-last-newline.csv', csv.trimEnd()),
    file('blank-lines.csv', `\n${csv.replaceAll('\n', '\n\n')}`),
    file('semicolon.csv', 'id;title\n007;Bond, James\n8;Eight\n'),
    file('a.tsv', 'id\ttitle\n007\tBond, James\n8\tEight\n'),
    file('tabs-without-extension', 'id\ttitle\n007\tBond, James\n8\tEight\n'),
    file('a.jsonl', '{"id":"007","title":"Bond, James"}\n\n{"title":"Eight","id":"8"}'),
    file('a.ndjson.gz', gzipSync('{"id":"007","title":"Bond, James"}\r\n{"title":"Eight","id":"8"}\r\n')),
    file('lines.json', '{"id":"007","title":"Bond, James"}\n{"id":"8","title":"Eight"}\n'),
    file('array.json', ' [{"id":"007","title":"Bond, James"},{"id":"8","title":"Eight"}]'),
    file(
      'a.parquet',
      parquet([
        { name: 'id', data: ['007', '8'] },
        { name: 'title', data: ['Bond, James', 'Eight'] },
      ]),
    ),
    file(
      'parquet-without-extension',
      parquet([
        { name: 'id', data: ['007', '8'] },
        { name: 'title', data: ['Bond, James', 'Eight'] },
      ]),
    ),
  ]
  for (const one of files) {
    const table = await readTable(one)
    assert.deepEqual(
      table,
      {
        names: ['id', 'title'],
        columns: [
          ['007', '8'],
          ['Bond, James', 'Eight'],
        ],
        rows: 2,
      },
      one,
    )
  }
})

test('named columns only, in the order asked for', async () => {
  const csv = file('three.csv', 'a,b,c\n1,2,3\n')
  assert.deepEqual((await readTable(csv, { columns: ['c', 'a'] })).columns, [['3'], ['1']])
  await refuses(
    readTable(csv, { columns: ['c', 'd'] }),
    'three.csv: found the columns "a", "b", "c", expected a column "d"',
  )
  const pq = file(
    'three.parquet',
    parquet([
      { name: 'a', data: [1] },
      { name: 'b', data: [2] },
    ]),
  )
  assert.deepEqual((await readTable(pq, { columns: ['b'] })).columns, [[2]])
  await refuses(readTable(pq, { columns: ['x'] }), 'three.parquet: found the columns "a", "b", expected a column "x"')
})

test('quoted fields hold delimiters, quotes and newlines, over the borders of pieces too', async () => {
  const long = 'x'.repeat(50_000)
  const rows = Array.from({ length: 40 }, (_, i) => [`${i}`, `a "quoted", ${long}\nsecond line, and é`, `${i}`])
  const csv = `id,text,again\n${rows.map(([a, b, c]) => `${a},"${b.replaceAll('"', '""')}",${c}\n`).join('')}`
  for (const path of [file('long.csv', csv), file('long.csv.gz', gzipSync(csv.replaceAll('\n', '\r\n')))]) {
    const table = await readTable(path)
    assert.equal(table.rows, 40)
    assert.deepEqual(
      table.columns[0],
      rows.map((row) => row[0]),
    )
    assert.deepEqual(
      table.columns[1],
      rows.map((row) => row[1]),
    )
    const lines = []
    for await (const batch of scanTable(path, { select: () => [0] })) lines.push(...batch.lines)
    assert.deepEqual(
      lines,
      rows.map((_, i) => 2 + 2 * i),
    )
  }
})

test('keys that JSON Lines brings late are columns; early rows lack them', async () => {
  const filler = Array.from({ length: 30_000 }, () => '{"id":"1"}\n').join('')
  const table = await readTable(file('late.jsonl', `{"id":"0"}\n${filler}{"id":"2","constructor":"Ford"}\n`))
  assert.deepEqual(table.names, ['id', 'constructor'])
  assert.equal(table.rows, 30_002)
  assert.equal(table.columns[1].length, 30_002)
  assert.equal(table.columns[1][0], undefined)
  assert.equal(table.columns[1].at(-1), 'Ford')
})

test('whole numbers of JSON that JavaScript would round are their digits, and all else is what it was', async () => {
  const long = '2053013555631882655'
  const odd = '"a \\"9007199254740993\\\\","b":0.12345678901234567890,"c":1e300,"d":9007199254740991'
  const row = `{"id":${long},"list":[-${long},1],"${long}":{"in":${long}},"text":${odd}}`
  const row0 = { id: long, list: [`-${long}`, 1], [long]: { in: long }, ...JSON.parse(`{"text":${odd}}`) }
  for (const [name, content] of [
    ['long.jsonl', `${row}\n${row}\n`],
    ['long.json', `[${row},${row}]`],
  ]) {
    const { names, columns } = await readTable(file(name, content))
    for (const at of [0, 1]) assert.deepEqual(Object.fromEntries(names.map((key, c) => [key, columns[c][at]])), row0)
  }
  await refuses(readTable(file('key.jsonl', `{${long}:1}`)), /^key\.jsonl, row 1: found "\{2053013555631882655:1\}"/)
})

test('Parquet over several row groups, with nulls, lists, big integers and dates', async () => {
  const n = 2500
  const columnData = [
    { name: 'n', data: BigInt64Array.from({ length: n }, (_, i) => BigInt(i)), type: 'INT64' },
    { name: 's', data: Array.from({ length: n }, (_, i) => (i % 3 === 0 ? null : `value ${i % 7}`)), type: 'STRING' },
    { name: 't', data: Array.from({ length: n }, (_, i) => new Date(i * 1000)), type: 'TIMESTAMP' },
  ]
  const table = await readTable(file('groups.parquet', parquet(columnData, { rowGroupSize: 1000 })))
  assert.equal(table.rows, n)
  assert.equal(table.columns[0][2499], 2499n)
  assert.equal(table.columns[1][1499], 'value 1')
  assert.equal(table.columns[1][0] ?? null, null)
  assert.equal(table.columns[2][2400].getTime(), 2_400_000)
})

test('progress ends at the size of the file and never goes back', async () => {
  const csv = file('progress.csv', `a\n${'12345678\n'.repeat(100_000)}`)
  const seen = []
  await readTable(csv, { onProgress: (done, total) => seen.push([done, total]) })
  assert.ok(seen.length > 1)
  assert.deepEqual(seen.at(-1), [900_002, 900_002])
  assert.ok(seen.every(([done], i) => i === 0 || done > seen[i - 1][0]))
  const pq = file('progress.parquet', parquet([{ name: 'a', data: Array(3000).fill(1) }], { rowGroupSize: 1000 }))
  let last
  await readTable(pq, {
    onProgress: (done, total) => {
      last = [done, total]
    },
  })
  assert.equal(last[0], last[1])
})

test('a header alone is a table without rows', async () => {
  assert.deepEqual(await readTable(file('header.csv', 'a,b\n')), { names: ['a', 'b'], columns: [[], []], rows: 0 })
})

test('what is wrong with a file is said in one sentence', async (t) => {
  const whole = gzipSync('a,b\n' + '1,2\n'.repeat(10_000))
  const pq = parquet([{ name: 'a', data: ['x', 'y'] }])
  const damagedPq = Buffer.from(pq)
  damagedPq.fill(0xff, 4, 24)
  const damagedGz = Buffer.from(whole)
  damagedGz.fill(0xff, 20, 40)
  const cases = [
    ['missing', path('none.csv'), 'none.csv: found no such file or folder, expected a file that can be read'],
    ['a folder of tables', path(''), /: found files of several formats: .*, expected parts of one table, as "/],
    ['empty', file('empty.csv', ''), 'empty.csv: found an empty file, expected a header line with column names'],
    ['blank', file('blank.csv', '\n\n'), 'blank.csv: found an empty file, expected a header line with column names'],
    [
      'empty JSON Lines',
      file('empty.jsonl', '\n'),
      'empty.jsonl: found an empty file, expected one JSON object a line',
    ],
    [
      'a name twice',
      file('twice.csv', 'a,b,a\n1,2,3\n'),
      'twice.csv: found the column name "a" twice (columns 1 and 3), expected a header line with distinct names',
    ],
    [
      'too few fields',
      file('few.csv', 'a,b,c\n1,2,3\n"4\n4",5,6\n7,8\n'),
      'few.csv, row 3 (line 5): found 2 fields, expected 3 as in the header',
    ],
    [
      'too many fields',
      file('many.csv', 'a,b\n1,2,3\n'),
      'many.csv, row 1 (line 2): found 3 fields, expected 2 as in the header',
    ],
    [
      'an open quote',
      file('open.csv', 'a,b\n1,2\n3,"4\n5,6\n'),
      'open.csv, row 2 (line 3): found a field that opens with "\\"" and is not closed, expected a closing quote (config "quote": false reads quotes as they stand)',
    ],
    [
      'a stray quote',
      file('stray.csv', 'a,b\n1,"2" x\n3,4\n'),
      'stray.csv, row 1 (line 2): found a quote inside a quoted field, expected it doubled ("") or the field closed before a delimiter (config "quote": false reads quotes as they stand)',
    ],
    [
      'truncated gzip',
      file('short.csv.gz', whole.subarray(0, 60)),
      /^short\.csv\.gz: found a gzip file cut short after \d+ unpacked bytes, expected a whole gzip file$/,
    ],
    [
      'damaged gzip',
      file('damaged.csv.gz', damagedGz),
      /^damaged\.csv\.gz: found damaged gzip data after \d+ unpacked bytes \(.*\), expected a whole gzip file$/,
    ],
    [
      'binary',
      file('binary.csv', Buffer.from([1, 2, 0, 200, 10])),
      'binary.csv: found a binary file (it has zero bytes), expected UTF-8 text',
    ],
    [
      'not UTF-8',
      file('latin1.csv', Buffer.from('id,title\n1,a\n2,caf\xe9\n', 'latin1')),
      /^latin1\.csv, line 3: found bytes that are not UTF-8 \(in Windows-1252 they say .*\), expected UTF-8 text/,
    ],
    [
      'cut within a character',
      file('cut.csv', Buffer.from('id\n1\n2é').subarray(0, -1)),
      /^cut\.csv, line 3: found bytes that are not UTF-8.*, expected UTF-8 text/,
    ],
    [
      'a spreadsheet',
      file('sheet.csv', Buffer.from('PK\x03\x04\x14\x00')),
      'sheet.csv: found a zip archive (a spreadsheet, perhaps), expected UTF-8 text',
    ],
    [
      'an array',
      file('array.csv', Buffer.from('\x93NUMPY\x01\x00', 'latin1')),
      'array.csv: found a NumPy array, expected UTF-8 text',
    ],
    [
      'broken JSON line',
      file('broken.jsonl', '{"a":1}\n\n{"a":'),
      /^broken\.jsonl, row 2 \(line 3\): found "\{\\"a\\":" \(.*\), expected a JSON object$/,
    ],
    ['no object', file('list.jsonl', '{"a":1}\n[1]\n'), 'list.jsonl, row 2: found an array, expected a JSON object'],
    [
      'broken JSON',
      file('broken.json', '[{"a":1},'),
      /^broken\.json: found broken JSON \(.*\), expected an array of objects$/,
    ],
    ['no object in a list', file('mixed.json', '[{"a":1},3]'), 'mixed.json, row 2: found 3, expected an object'],
    [
      'not Parquet',
      file('text.parquet', 'a,b\n'),
      'text.parquet: found no Parquet signature "PAR1" at its start, expected a Parquet file',
    ],
    [
      'truncated Parquet',
      file('short.parquet', pq.subarray(0, pq.length - 20)),
      /^short\.parquet: found no readable footer \(.*\), expected a whole Parquet file$/,
    ],
    [
      'damaged Parquet',
      file('damaged.parquet', damagedPq),
      /^damaged\.parquet, column "a": found .* row group 1.*, expected /,
    ],
  ]
  for (const [name, one, message] of cases) await t.test(name, () => refuses(readTable(one), message))
})
