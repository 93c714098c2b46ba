// Logs: exact ids, times, ratings, events, and the columns they are found in.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { NO_BASKET, readInteractions } from '../../../build/web/read/index.js'
import { file, realData, refuses } from '../helpers/files.mjs'

const read = (name, content, options) => readInteractions([file(name, content)], options)

test('ids are strings without what stands around them, numbered in order of first appearance', async () => {
  const log = await read('ids.csv', 'user_id,item_id\nu,007\nv,7\nu, 7\nu,007\n')
  assert.deepEqual(log.userIds, ['u', 'v'])
  assert.deepEqual(log.itemIds, ['007', '7'])
  assert.deepEqual([...log.user], [0, 1, 0, 0])
  assert.deepEqual([...log.item], [0, 1, 1, 0])
  assert.equal(log.rows, 4)
  assert.equal(log.time, null)
  assert.equal(log.rating, null)
  assert.equal(log.event, null)
})

test('many ids keep their numbers, however they are written and in however many files', async () => {
  const ids = Array.from({ length: 30_000 }, (_, n) => `id ${Math.imul(n, 0x9e3779b1) >>> 0}`)
  const rows = ids.flatMap((id, n) => [`${id},i`, `${ids[n >> 1]} ,i`])
  const files = [rows, ids.map((id) => `${id},i`)].map((all, f) =>
    file(`many-${f}.csv`, `user_id,item_id\n${all.join('\n')}\n`),
  )
  const log = await readInteractions(files)
  assert.deepEqual(log.userIds, ids)
  assert.deepEqual([...log.user], [...ids.flatMap((_, n) => [n, n >> 1]), ...ids.keys()])
})

test('in lower case a word for missing is none, whatever other letters make of it', async () => {
  const log = await read('nones.csv', 'user_id,item_id\nu,NoNe\nu,A\nu,none\nu,a\n', {
    idsAs: 'lower case',
    skip: ['rows without ids'],
  })
  assert.deepEqual([log.itemIds, [...log.item], [...log.left]], [['none', 'a'], [0, 1, 1], [2]])
})

test('ids of Parquet and JSON numbers are the strings a person would write', async () => {
  const columnData = [
    { name: 'user_id', data: [1n, 9007199254740993n, 1n], type: 'INT64' },
    { name: 'item_id', data: [1, 2, 1], type: 'DOUBLE' },
    { name: 'timestamp', data: [new Date(1000), new Date(2500), new Date(0)], type: 'TIMESTAMP' },
  ]
  const log = await read('ids.parquet', Buffer.from(parquetWriteBuffer({ columnData })))
  assert.deepEqual(log.userIds, ['1', '9007199254740993'])
  assert.deepEqual(log.itemIds, ['1', '2'])
  assert.deepEqual([...log.time], [1, 2.5, 0])
  const both = await readInteractions([file('n.jsonl', '{"user_id":1,"item_id":"1"}\n{"user_id":"1","item_id":1}\n')])
  assert.deepEqual([both.userIds, both.itemIds], [['1'], ['1']])
})

test('times: numbers and dates as Unix seconds in UTC, nothing as NaN', async () => {
  const times = [
    '964982703',
    '1e9',
    '',
    '2021-03-04',
    '2021-03-04T05:06:07Z',
    '2021-03-04 05:06:07.5',
    'NULL',
    '2021-03-04T05:06:07+02:00',
    '2019-10-01 00:00:00 UTC',
    '2021-03-04T05:06',
  ]
  const log = await read('times.csv', `user_id,item_id,timestamp\n${times.map((t) => `u,i,${t}\n`).join('')}`)
  const day = Date.UTC(2021, 2, 4) / 1000
  const clock = 5 * 3600 + 6 * 60 + 7
  assert.deepEqual(
    [...log.time],
    [
      964982703,
      1e9,
      NaN,
      day,
      day + clock,
      day + clock + 0.5,
      NaN,
      day + clock - 7200,
      Date.UTC(2019, 9, 1) / 1000,
      day + clock - 7,
    ],
  )
})

test('baskets: equal texts are one, an empty cell is none, and none is read that was not named', async () => {
  const text = 'user_id,item_id,basket,order\nu,a,1,77\nu,b,1,77\nv,a,,\nv,b,2,NULL\nv,c,2,0077\n'
  assert.equal((await read('baskets.csv', text)).basket, null)
  const log = await read('baskets.csv', text, { columns: { basket: 'order' } })
  assert.deepEqual([...log.basket], [0, 0, NO_BASKET, NO_BASKET, 1])
  assert.equal(log.files[0].columns.basket, 'order')
  const without = file('no-baskets.csv', 'user_id,item_id,order\nu,a,\n')
  const two = await readInteractions([file('baskets.csv', text), without], { columns: { basket: 'order' } })
  assert.deepEqual([...two.basket], [0, 0, NO_BASKET, NO_BASKET, 1, NO_BASKET])
  await refuses(read('baskets.csv', text, { columns: { basket: 'cart' } }), /expected "cart", named as basket/)
})

test('ratings and events; an empty cell is NaN and the event without a name', async () => {
  const log = await read('events.csv', 'user_id,item_id,rating,event\nu,a,4.5,view\nu,b,,buy\nu,c,-1,\nu,d,nan,view\n')
  assert.deepEqual([...log.rating], [4.5, NaN, -1, NaN])
  assert.deepEqual(log.event.names, ['view', 'buy', ''])
  assert.deepEqual([...log.event.code], [0, 1, 2, 0])
  assert.ok(log.event.code instanceof Uint8Array)
  const many = Array.from({ length: 300 }, (_, i) => `u,i,e${i}\n`).join('')
  const wide = await read('many-events.csv', `user_id,item_id,event\n${many}`)
  assert.ok(wide.event.code instanceof Uint16Array)
  assert.equal(wide.event.names[wide.event.code[299]], 'e299')
})

test('several files are one log; a column that one of them lacks is missing there', async () => {
  const log = await readInteractions([
    file('one.csv', 'user_id,item_id\nu,a\n'),
    file('two.jsonl', '{"userId":"u","itemId":"b","rating":3,"event":"like","ts":"1970-01-02"}\n'),
  ])
  assert.deepEqual(log.itemIds, ['a', 'b'])
  assert.deepEqual([...log.rating], [NaN, 3])
  assert.deepEqual([...log.time], [NaN, 86400])
  assert.deepEqual(
    [...log.event.code].map((code) => log.event.names[code]),
    ['', 'like'],
  )
  assert.deepEqual(
    log.files.map((one) => [one.rows, one.columns]),
    [
      [1, { user_id: 'user_id', item_id: 'item_id' }],
      [1, { user_id: 'userId', item_id: 'itemId', rating: 'rating', event: 'event', timestamp: 'ts' }],
    ],
  )
})

test('the usual names of the wild', async (t) => {
  const headers = {
    'userId,movieId,rating,timestamp': ['userId', 'movieId', 'rating', 'timestamp'],
    'USER ID,Item-ID,Stars,Date': ['USER ID', 'Item-ID', 'Stars', 'Date'],
    'reviewerID,asin,overall,unixReviewTime': ['reviewerID', 'asin', 'overall', 'unixReviewTime'],
    'user_id,parent_asin,asin,timestamp': ['user_id', 'parent_asin', undefined, 'timestamp'],
    'event_time,event_type,product_id,user_id,user_session': ['user_id', 'product_id', undefined, 'event_time'],
    'timestamp,visitorid,event,itemid,transactionid': ['visitorid', 'itemid', undefined, 'timestamp'],
    'user_id:token,item_id:token,rating:float,timestamp:float': [
      'user_id:token',
      'item_id:token',
      'rating:float',
      'timestamp:float',
    ],
    'user,user_id,item_id,item': ['user_id', 'item_id', undefined, undefined],
  }
  for (const [header, expected] of Object.entries(headers)) {
    await t.test(header, async () => {
      const log = await read(
        'alias.csv',
        `${header}\n${header
          .split(',')
          .map(() => '1')
          .join(',')}\n`,
      )
      const { user_id, item_id, rating, timestamp } = log.files[0].columns
      assert.deepEqual([user_id, item_id, rating, timestamp], expected)
    })
  }
})

test('columns can be chosen, and switched off', async () => {
  const csv = 'who,sku,what,rating\nu,s,w,x\n'
  const log = await read('chosen.csv', csv, { columns: { user_id: 'who', item_id: 'what', rating: null } })
  assert.deepEqual([log.userIds, log.itemIds, log.rating], [['u'], ['w'], null])
  await refuses(
    read('chosen.csv', csv, { columns: { user_id: 'whom' } }),
    'chosen.csv: found the columns "who", "sku", "what", "rating", expected "whom", named as user_id',
  )
})

test('no rows is an error, unless they are not needed', async () => {
  await refuses(
    read('none.csv', 'user_id,item_id\n'),
    'none.csv: found no rows below the header, expected at least one interaction',
  )
  assert.equal((await read('none.csv', 'user_id,item_id\n', { allowEmpty: true })).rows, 0)
})

test('ratings with a comma before their decimals are numbers', async () => {
  const semicolons = await read('r.csv', 'user_id;item_id;rating\n1;2;4,5\n1;3;3\n2;2;-0,25\n')
  assert.deepEqual([...semicolons.rating], [4.5, 3, -0.25])
  assert.deepEqual([...(await read('q.csv', 'user_id,item_id,rating\n1,2,"4,5"\n1,3,2.5\n')).rating], [4.5, 2.5])
})

test('ratings with the same words behind all of them are numbers, and it is noted', async () => {
  for (const [cells, values] of [
    ['3/5 0/5 4.5/5', [3, 0, 4.5]],
    ['4_of_5_stars 1_of_5_star', [4, 1]],
    ['4.0_out_of_5_stars 5.0_out_of_5_stars', [4, 5]],
    ['5_stars 1_star', [5, 1]],
    ['80_% 100%', [80, 100]],
    ['4★ NULL 3,5_★', [4, NaN, 3.5]],
  ]) {
    const texts = cells.split(' ').map((cell) => cell.replaceAll('_', ' '))
    const log = await read(
      'words.tsv',
      `user_id\titem_id\trating\n${texts.map((text, i) => `u\t${i}\t${text}\n`).join('')}`,
    )
    assert.deepEqual([...log.rating], values, cells)
    assert.deepEqual(log.facts.files[0].notes, [{ note: 'words', column: 'rating', example: texts[0] }])
  }
})

test('what is wrong with a log is said in one sentence', async (t) => {
  const header = 'user_id,item_id,rating,timestamp\n'
  const exact = 'expected an id: text, or a number that is exact (up to 9007199254740991)'
  const none = 'expected an id (config "skip": "rows without ids" leaves such rows out)'
  const number = 'expected a number (config "columns": {"interactions": {"rating": null}} leaves ratings out)'
  const alike = 'expected ratings written alike, as those before it'
  const date =
    'expected a Unix time (seconds, or milliseconds, microseconds or nanoseconds) or a date such as 2024-01-31T12:00:00Z'
  const cases = [
    [
      'x.csv',
      'a,b\n1,2\n',
      /^x\.csv: found no column for user_id among "a", "b", expected a header line with user_id \(or /,
    ],
    [
      'x.csv',
      'user_id,b\n1,2\n',
      /^x\.csv: found no column for item_id among "user_id", "b", expected a header line with item_id \(or /,
    ],
    [
      'x.csv',
      'user_id,item,product_id\n1,2,3\n',
      'x.csv: found 2 columns that could be item_id: "item", "product_id", expected one of them named item_id, or a config that chooses: {"columns":{"interactions":{"item_id":"item"}}}',
    ],
    ['x.csv', `${header}1,2,3,4\n1,,3,4\n`, `x.csv, row 2 (line 3), column "item_id": found nothing, ${none}`],
    ['x.csv', `${header}1,2,good,4\n`, `x.csv, row 1 (line 2), column "rating": found "good", ${number}`],
    ['x.csv', `${header}1,2,five,4\n`, `x.csv, row 1 (line 2), column "rating": found "five", ${number}`],
    [
      'x.csv',
      `${header}1,2,4,4\n1,3,4/5,4\n`,
      `x.csv, row 2 (line 3), column "rating": found "4/5", ${alike} without words`,
    ],
    [
      'x.csv',
      `${header}1,2,4/5,4\n1,3,8/10,4\n`,
      `x.csv, row 2 (line 3), column "rating": found "8/10", ${alike} with "/5"`,
    ],
    ['x.csv', `${header}1,2,1e999,4\n`, `x.csv, row 1 (line 2), column "rating": found "1e999", ${number}`],
    [
      'x.csv',
      `${header}\n1,2,3,4\n\n1,2,3,yesterday\n`,
      `x.csv, row 2 (line 5), column "timestamp": found "yesterday", ${date}`,
    ],
    ['x.csv', `${header}1,2,3,2021-02-30\n`, `x.csv, row 1 (line 2), column "timestamp": found "2021-02-30", ${date}`],
    [
      'x.csv',
      `${header}1,2,3,03/04/2021\n`,
      `x.csv, row 1 (line 2), column "timestamp": found "03/04/2021", expected dates as year-month-day: which of the two is the day, no date of this column tells (config "dates": {"timestamp": "day first"} says it, or "month first")`,
    ],
    ['x.jsonl', '{"user":1,"item":{"id":2}}\n', `x.jsonl, row 1, column "item": found {"id":2}, ${exact}`],
    ['x.jsonl', '{"user":"u","item":"i"}\n{"user":"u"}\n', `x.jsonl, row 2, column "item": found nothing, ${none}`],
    [
      'x.jsonl',
      '{"user":"u","item":"i","event":{}}\n',
      'x.jsonl, row 1, column "event": found {}, expected an event\'s name',
    ],
  ]
  for (const [name, content, message] of cases)
    await t.test(String(message), () => refuses(read(name, content), message))

  const columnData = [
    { name: 'user_id', data: ['u', 'v', null] },
    { name: 'item_id', data: ['i', 'j', 'k'] },
  ]
  await refuses(
    read('x.parquet', Buffer.from(parquetWriteBuffer({ columnData }))),
    `x.parquet, row 3, column "user_id": found nothing, ${none}`,
  )
  await refuses(
    read('y.parquet', Buffer.from(parquetWriteBuffer({ columnData: columnData.slice(0, 1) }))),
    /^y\.parquet: found no column for item_id among "user_id", expected /,
  )
})

test('a row keeps its number after many pieces', async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => `${i},${i % 100},${i}\n`)
  rows[150_000] = '1,2,never\n'
  await refuses(
    read('deep.csv', `user_id,item_id,timestamp\n${rows.join('')}`),
    /^deep\.csv, row 150001 \(line 150002\), column "timestamp": found "never"/,
  )
})

const gowalla = realData('gowalla/train.csv.gz')
test('gowalla: 810,128 rows', { skip: gowalla.skip }, async () => {
  const log = await readInteractions([gowalla.real])
  assert.deepEqual([log.rows, log.userIds.length, log.itemIds.length], [810_128, 29_858, 40_981])
})

const movielens = realData('movielens-small/ratings.csv')
test('movielens-small: other names, ratings and times', { skip: movielens.skip }, async () => {
  const log = await readInteractions([movielens.real])
  assert.deepEqual([log.rows, log.userIds.length, log.itemIds.length], [100_836, 610, 9_724])
  assert.deepEqual([log.rating[0], log.time[0]], [4, 964982703])
})
