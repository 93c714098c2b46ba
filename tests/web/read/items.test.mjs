// Catalogues: titles, attributes and their kinds.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { readIds, readItems } from '../../../build/web/read/index.js'
import { file, realData, refuses } from '../helpers/files.mjs'

const read = (name, content, options) => readItems([file(name, content)], options)
const column = (items, name) => items.columns.find((one) => one.name === name)
const words = (multi, i) => [...multi.values.slice(multi.offsets[i], multi.offsets[i + 1])].map((v) => multi.names[v])

test('kinds are told from the values', async () => {
  const items = await read(
    'kinds.csv',
    [
      'item_id,year,name,genre,tags,zip,price,empty,',
      '1,1999,Toy Story,Comedy,a|b| a ,01234,1.50,,0',
      '2,NaN,Heat,Crime,,02345,2,,1',
      '3,1995,,Comedy,b,03456,.5,,2',
    ].join('\n'),
  )
  assert.deepEqual(items.itemIds, ['1', '2', '3'])
  assert.deepEqual(
    items.columns.map((one) => [one.name, one.kind]),
    [
      ['title', 'text'],
      ['year', 'number'],
      ['genre', 'category'],
      ['tags', 'multi'],
      ['zip', 'category'],
      ['price', 'number'],
      ['empty', 'category'],
    ],
  )
  assert.deepEqual(column(items, 'title').values, ['Toy Story', 'Heat', null])
  assert.deepEqual([...column(items, 'year').values], [1999, NaN, 1995])
  assert.deepEqual(column(items, 'genre').names, ['Comedy', 'Crime'])
  assert.deepEqual([...column(items, 'genre').values], [0, 1, 0])
  assert.deepEqual(
    [0, 1, 2].map((i) => words(column(items, 'tags'), i)),
    [['a', 'b'], [], ['b']],
  )
  assert.deepEqual([...column(items, 'price').values], [1.5, 2, 0.5])
  assert.deepEqual([...column(items, 'empty').values], [-1, -1, -1])
  assert.deepEqual(items.files[0].columns, { item_id: 'item_id', title: 'name' })
})

test('values that hardly repeat, and prose, are text', async () => {
  const rows = Array.from({ length: 100 }, (_, i) => `${i},d${i},${'so it goes '.repeat(20)},c${i % 30}`)
  const items = await read('text.csv', `item_id,director,plot,class\n${rows.join('\n')}`)
  assert.deepEqual(
    items.columns.map((one) => one.kind),
    ['text', 'text', 'category'],
  )
})

test('kinds can be chosen, and columns left out', async () => {
  const csv = 'item_id,year,notes,code\n1,1999,a|b,7\n2,2000,c,8\n'
  const items = await read('chosen.csv', csv, { kinds: { year: 'category', notes: 'skip', code: 'text' } })
  assert.deepEqual(
    items.columns.map((one) => [one.name, one.kind]),
    [
      ['year', 'category'],
      ['code', 'text'],
    ],
  )
  await refuses(
    read('chosen.csv', csv, { kinds: { notes: 'number' } }),
    'chosen.csv, row 1 (line 2), column "notes": found "a|b", expected a number',
  )
  await refuses(
    read('chosen.csv', csv, { kinds: { colour: 'category' } }),
    'chosen.csv: found the attributes "year", "notes", "code", expected "colour", which is to be of kind category',
  )
})

test('JSON Lines: lists are several values, null and absent are missing', async () => {
  const items = await read(
    'a.jsonl',
    [
      '{"item_id":1,"title":"One","tags":["a","b"],"stock":true,"year":1999}',
      '{"item_id":2,"title":null,"tags":[],"stock":false}',
      '{"item_id":3,"tags":null,"year":null,"late":"x"}',
      '{"item_id":"four","tags":"a|c","late":"y"}',
    ].join('\n'),
  )
  assert.deepEqual(items.itemIds, ['1', '2', '3', 'four'])
  assert.deepEqual(column(items, 'title').values, ['One', null, null, null])
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => words(column(items, 'tags'), i)),
    [['a', 'b'], [], [], ['a', 'c']],
  )
  assert.deepEqual(column(items, 'stock').names, ['true', 'false'])
  assert.deepEqual([...column(items, 'year').values], [1999, NaN, NaN, NaN])
  assert.deepEqual([...column(items, 'late').values], [-1, -1, 0, 1])
})

test('several files are one catalogue', async () => {
  const items = await readItems([file('one.csv', 'item_id,a\n1,x\n2,y\n'), file('two.csv', 'sku,title,b\n3,Three,9\n')])
  assert.deepEqual(items.itemIds, ['1', '2', '3'])
  assert.deepEqual(column(items, 'title').values, [null, null, 'Three'])
  assert.deepEqual([...column(items, 'a').values], [0, 1, -1])
  assert.deepEqual([...column(items, 'b').values], [NaN, NaN, 9])
})

test('Parquet: booleans, big integers and dates', async () => {
  const columnData = [
    { name: 'id', data: [5n, 6n], type: 'INT64' },
    { name: 'sold', data: [100n, 200n], type: 'INT64' },
    { name: 'new', data: [true, false], type: 'BOOLEAN' },
    { name: 'since', data: [new Date('2020-01-02'), new Date('2020-01-02T03:04:05Z')], type: 'TIMESTAMP' },
  ]
  const items = await read('a.parquet', Buffer.from(parquetWriteBuffer({ columnData })))
  assert.deepEqual(items.itemIds, ['5', '6'])
  assert.deepEqual([...column(items, 'sold').values], [100, 200])
  assert.deepEqual(column(items, 'new').names, ['true', 'false'])
  const midnight = Date.UTC(2020, 0, 2) / 1000
  assert.deepEqual([...column(items, 'since').values], [midnight, midnight + 3 * 3600 + 4 * 60 + 5])
})

test('the id column may also be the title', async () => {
  const items = await read('self.csv', 'Title,Year\nHeat,1995\n', { columns: { item_id: 'Title' } })
  assert.deepEqual([items.itemIds, column(items, 'title').values], [['Heat'], ['Heat']])
})

test('a header without rows is an empty catalogue', async () => {
  const items = await read('none.csv', 'item_id,title,genre\n')
  assert.deepEqual([items.rows, items.itemIds, items.columns.map((one) => one.name)], [0, [], ['title', 'genre']])
})

test('what is wrong with a catalogue is said in one sentence', async (t) => {
  const cases = [
    [
      'x.csv',
      'title\nOne\n',
      /^x\.csv: found no column for item_id among "title", expected a header line with item_id/,
    ],
    [
      'x.csv',
      'item_id,t\n1,a\n2,b\n\n1,c\n',
      'x.csv, row 3 (line 5), column "item_id": found "1" again, expected each id once (it is also in x.csv, row 1 (line 2); config "skip": "repeated ids" takes the first)',
    ],
    ['x.csv', 'item_id,t\n1,a\n,b\n', /^x\.csv, row 2 \(line 3\), column "item_id": found nothing, expected an id/],
  ]
  for (const [name, content, message] of cases)
    await t.test(String(message), () => refuses(read(name, content), message))
  await refuses(
    read('x.jsonl', '{"item_id":1}\n{"item_id":2,"details":{"a":1}}\n', { kinds: { details: 'text' } }),
    'x.jsonl, row 2, column "details": found {"a":1}, expected text, a number or a list of those, not an object (kinds: {"details": "skip"} leaves the column out)',
  )
  await refuses(
    read('x.jsonl', '{"item_id":1,"tags":[{"a":1}]}\n', { kinds: { tags: 'multi' } }),
    /^x\.jsonl, row 1, column "tags": found \[\{"a":1\}\], expected text/,
  )
  await refuses(
    readItems([file('one.csv', 'item_id\na\nb\n'), file('two.csv', 'item_id\nc\nb\n')]),
    /^two\.csv, row 2 \(line 3\), column "item_id": found "b" again, expected each id once \(it is also in one\.csv, row 2 \(line 3\); config /,
  )
})

test('id lists: a line each, without what stands around it', async () => {
  assert.deepEqual(await readIds(file('ids.txt', '\ufeff007\r\n a b ,\r\n🇸🇰\r\n\r\n')), ['007', 'a b ,', '🇸🇰'])
  assert.deepEqual(await readIds(file('floats.txt', '12.0\n7.0\n')), ['12', '7'])
  await refuses(readIds(file('null.txt', 'a\nNULL\n')), /^null\.txt, line 2: found "NULL", expected an id/)
  assert.deepEqual(await readIds(file('no-ids.txt', '')), [])
  await refuses(
    readIds(file('twice.txt', 'a\nb\na\n')),
    'twice.txt, line 3: found the id "a" again, expected each id once (it is also in line 1)',
  )
  await refuses(readIds(file('gap.txt', 'a\n\n\nb\n')), 'gap.txt, line 2: found a blank line, expected an id')
})

const movies = realData('movielens-small/movies.csv')
test('movielens-small: titles and genres', { skip: movies.skip }, async () => {
  const items = await readItems([movies.real])
  assert.equal(items.rows, 9742)
  assert.equal(column(items, 'title').values[0], 'Toy Story (1995)')
  assert.deepEqual(words(column(items, 'genres'), 0), ['Adventure', 'Animation', 'Children', 'Comedy', 'Fantasy'])
})

const toys = realData('toys/items.csv.gz')
test('toys: anonymous attributes', { skip: toys.skip }, async () => {
  const items = await readItems([toys.real])
  assert.deepEqual(
    [items.rows, items.columns.map((one) => [one.name, one.kind, one.names.length])],
    [11_924, [['attributes', 'multi', 1027]]],
  )
})
