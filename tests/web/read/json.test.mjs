// JSON as people have it: a row a line, an array, either of them spread over lines; and what is no table, in one sentence.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInteractions, readItems, readTable } from '../../../build/web/read/index.js'
import { file, refuses } from '../helpers/files.mjs'

const rows = [
  { item_id: 'a', title: 'A "{" q', tags: ['x', 'y'] },
  { item_id: 'b', title: 'B\n}', tags: [] },
]
const pretty = rows.map((row) => JSON.stringify(row, null, 2))

test('an array and rows one after the other are the same table, however spread and whatever they are called', async () => {
  const texts = [
    JSON.stringify(rows),
    JSON.stringify(rows, null, 2),
    `${pretty.join('\n')}\n`,
    pretty.join('\n\n').replaceAll('\n', '\r\n'),
    `${JSON.stringify(rows[0])}\n${pretty[1]}`,
  ]
  for (const ending of ['json', 'jsonl', 'ndjson', 'data'])
    for (const text of texts) {
      const table = await readTable(file(`rows.${ending}`, text))
      assert.deepEqual(table.names, ['item_id', 'title', 'tags'])
      assert.deepEqual(table.columns, [['a', 'b'], rows.map(({ title }) => title), [['x', 'y'], []]])
    }
})

test('a row that is spread over lines is known by its first', async () => {
  const wrong = `${pretty[0]}\n{\n  "item_id": "b",\n  "title": }\n}\n`
  await refuses(
    readTable(file('wrong.json', wrong)),
    /^wrong\.json, row 2 \(line 9\): found .* expected a JSON object$/,
  )
  await refuses(readTable(file('cut.json', `${pretty[0]}\n{\n  "item_id": "b",\n`)), /^cut\.json, row 2 \(line 9\): /)
})

test('one object that is a table itself is told what would do', async () => {
  const rest = 'expected rows: one object a line, or one array of objects'
  const pandas = `${rest} (pandas: to_json(F, orient="records", lines=True))`
  await refuses(
    readTable(file('a.json', '{"item_id":{"0":"a","1":"b"},"title":{"0":"A","1":"B"}}')),
    `a.json: found one object of 2 objects, ${pandas}`,
  )
  await refuses(
    readTable(file('b.json', '{"item_id":["a","b"],"title":["A","B"]}')),
    `b.json: found one object of 2 lists, ${pandas}`,
  )
  const inner = JSON.stringify({ total: 2, products: rows }, null, 2)
  await refuses(
    readItems([file('c.json', inner)]),
    `c.json: found one object, whose "products" is a list of 2 objects, ${rest} (jq -c '.["products"][]' makes them)`,
  )
  const one = await readTable(file('d.json', '{"item_id":"a","tags":["x","y"],"maker":{"name":"m"}}'))
  assert.equal(one.rows, 1)
})

test('rows longer than what is read at a time are no table each', async () => {
  const long = Array.from({ length: 9000 }, (_, i) => ({ text: `a review of this ${i}` }))
  const lines = ['a', 'b', 'c'].map((asin) => JSON.stringify({ asin, title: asin, reviews: long }))
  const table = await readTable(file('long.jsonl', lines.join('\n')))
  assert.equal(table.rows, 3)
  assert.deepEqual([...table.columns[0]], ['a', 'b', 'c'])
})

const own = (count, more) =>
  Array.from({ length: count }, (_, i) => JSON.stringify({ ...more(i), [`k${i}`]: i, [`m${i}`]: 'x' })).join('\n')

test('keys of their own in each row are refused before they fill the memory; a log takes the columns that it needs', async () => {
  const since = process.cpuUsage()
  await refuses(
    readItems([
      file(
        'keys.jsonl',
        own(50_000, (i) => ({ item_id: `i${i}` })),
      ),
    ]),
    /^keys\.jsonl: found \d+ different keys in the first \d+ rows, of which a row has 3, expected columns, which most rows have /,
  )
  await refuses(readItems([file('keys.json', `[${own(50_000, (i) => ({ item_id: `i${i}` })).replaceAll('\n', ',')}]`)]), /^keys\.json: found 100001 different keys/) // prettier-ignore
  const log = await readInteractions([file('log.jsonl', own(20_000, (i) => ({ user_id: `u${i % 9}`, item_id: `i${i % 7}` })))]) // prettier-ignore
  assert.equal(log.rows, 20_000)
  assert.ok(process.cpuUsage(since).user < 8e6)
})
