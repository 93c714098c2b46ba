// Ids as exporters write them, and files that do not meet: joined and said, or refused with the line to copy.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { Recommender } from '../../../dist/node.js'
import { file, path } from '../helpers/files.mjs'
import { buildHere, checkHere, cli, random } from '../helpers/shop.mjs'

/** Rows of a log of 60 people who meet ten of 40 items each; `id` writes item n. */
function log(header, id, row = (user, item, at) => `${user},${item},${at}`) {
  const draw = random(7)
  const rows = Array.from({ length: 600 }, (_, n) => row(n % 60, id(draw.below(40)), 1_600_000_000 + 100 * n))
  return `${header}\n${rows.join('\n')}\n`
}

const catalogue = (header, row) => `${header}\n${Array.from({ length: 40 }, (_, n) => row(n)).join('\n')}\n`
const plain = catalogue('item_id,title', (n) => `${100 + n},Film ${n}`)

/** `martello check --json` of a log, a catalogue and a config, any of which may be missing. */
async function check({ log, items, config, ...more }) {
  const named = (name, content) =>
    typeof content === 'string' && !content.includes('\n') ? content : file(name, content)
  const run = await checkHere(
    '--json',
    ...(log ? ['--interactions', named('log.csv', log)] : []),
    ...(items ? ['--items', named('items.csv', items)] : []),
    ...(config ? ['--config', file('config.json', JSON.stringify(config))] : []),
    ...Object.entries(more).flatMap(([name, value]) => [`--${name}`, value]),
  )
  assert.ok(run.code === 0 || run.code === 1, run.stderr)
  const account = JSON.parse(run.stdout)
  assert.equal(run.code, account.errors.length === 0 ? 0 : 1)
  return account
}

/** A log of the same columns without rows: nobody has a history, so that everything is to be found. */
const headerOf = (log) => file('header.csv', `${readFileSync(log, 'utf8').split('\n', 1)[0]}\n`)

const joinOf = (account, from, to) => account.joins.find((join) => join.from.endsWith(from) && join.to.endsWith(to))

/** All 40 items are in the catalogue, and nothing is wrong. */
function joined(account) {
  assert.deepEqual(account.errors, [])
  const { matched, of } = joinOf(account, 'log.csv', 'items.csv')
  assert.deepEqual([matched, of], [40, 40])
}

test('whole numbers written as floats meet the same numbers, in a log, a catalogue, an id list and Parquet', async () => {
  const floats = await check({ log: log('user_id,item_id,timestamp', (n) => `${100 + n}.0`), items: plain })
  joined(floats)
  assert.match(floats.remarks.join('\n'), /^[^:]*log\.csv: 40 of 40 ids of "item_id" are whole numbers written as 1\.0, and read as 1; config "ids": "exact" keeps/m) // prettier-ignore
  joined(
    await check({
      log: log('user_id,item_id,timestamp', (n) => 100 + n),
      items: catalogue('item_id,title', (n) => `${100 + n}.0,Film ${n}`),
    }),
  )
  const columnData = [
    { name: 'item_id', data: Array.from({ length: 40 }, (_, n) => 100 + n), type: 'DOUBLE' },
    { name: 'title', data: Array.from({ length: 40 }, (_, n) => `Film ${n}`), type: 'STRING' },
  ]
  const parquet = file('items.csv', Buffer.from(parquetWriteBuffer({ columnData })))
  joined(await check({ log: log('user_id,item_id,timestamp', (n) => `${100 + n}.0`), items: parquet }))
})

test('an id is the same in every file, whatever stands beside it there', async () => {
  const half = (n) => (n < 20 ? `${n + 1}.0` : `${n}.5`) // 1.0, 2.0 … 20.5, 21.5
  const out = path('halves.martello')
  const events = file('halves.csv', log('user_id,item_id,timestamp', half))
  const built = await buildHere('-o', out, '--interactions', events)
  assert.equal(built.code, 0, built.stderr)
  assert.match(built.stderr, /look: .*halves\.csv: 20 of 40 ids of "item_id" are whole numbers written as 1\.0/)
  const rows = (ids, name) =>
    file(name, `user_id,item_id,timestamp\n${ids.map(([u, i], n) => `${u},${i},${1_700_000_000 + n}`).join('\n')}\n`)
  const whole = rows([['7.0', '2.0'], ['8.0', '3.0']], 'whole.csv') // prettier-ignore
  const mixed = rows([['7.0', '20.5'], ['8.0', '21.5'], ['guest', '22.5']], 'mixed.csv') // prettier-ignore
  const asked = JSON.parse((await cli('eval', out, '--history', mixed, '--holdout', whole, '--json')).stdout)
  assert.deepEqual([asked.held_out_unknown, asked.users_without_history], [0, 0])
  const one = await check({ log: log('user_id,item_id,timestamp', (n) => `${n}${n % 3 ? '' : '.0'}`), items: catalogue('item_id,title', (n) => `${n}.0,Film ${n}`) }) // prettier-ignore
  joined(one)
  const twice = await check({ items: `${plain}101.0,Film again\n` })
  assert.match(twice.errors[0], /found "101" again, .*"ids": "exact" tells "101\.0" from "101"/)
})

test('names that end in .0 stay as they are where the config says so, in eval and features too', async () => {
  const out = path('versions.martello')
  const events = file(
    'versions.csv',
    log('user_id,item_id,timestamp', (n) => (n % 2 ? `${n}.0` : `${n - 1}`)),
  )
  const items = file('versions-items.csv', catalogue('item_id,title', (n) => `${n % 2 ? `${n}.0` : n - 1},Release ${n}`)) // prettier-ignore
  const config = file('exact.json', '{"ids":"exact"}')
  const built = await buildHere('-o', out, '--interactions', events, '--items', items, '--config', config)
  assert.equal(built.code, 0, built.stderr)
  assert.doesNotMatch(built.stderr, /whole numbers/)
  const rec = await Recommender.open(out)
  assert.equal(rec.items, 40)
  assert.notEqual(rec.number('3.0'), rec.number('3'))
  const asked = JSON.parse(
    (await cli('eval', out, '--history', headerOf(events), '--holdout', events, '--json')).stdout,
  )
  assert.equal(asked.held_out_unknown, 0)
  const written = path('versions-rows.csv')
  const features = await cli('features', out, '--events', events, '-o', written)
  assert.equal(features.code, 0, features.stderr)
  assert.match(readFileSync(written, 'utf8'), /,3\.0,/)
})

test('what stands around an id and nobody sees is no part of it, and accents are one whichever way they are written', async () => {
  for (const [before, after] of [
    [' ', ''],
    ['', '\u00a0 '],
    ['\ufeff', ''],
    ['\u200b', '\u200b'],
  ])
    joined(await check({ log: log('user_id,item_id,timestamp', (n) => `${before}${100 + n}${after}`), items: plain }))
  joined(
    await check({
      log: log('user_id,item_id,timestamp', (n) => `caf\u00e9-${n}`),
      items: catalogue('item_id,title', (n) => `cafe\u0301-${n},Film ${n}`),
    }),
  )
})

test('a bundle of such a log answers to either spelling on the command line', async () => {
  const out = path('floats.martello')
  const events = file(
    'floats.csv',
    log('user_id,item_id,timestamp', (n) => `${100 + n}.0`),
  )
  const build = await buildHere('-o', out, '--interactions', events, '--items', file('floats-items.csv', plain))
  assert.equal(build.code, 0, build.stderr)
  const rec = await Recommender.open(out)
  assert.equal(rec.items, 40)
  const ask = async (...args) => JSON.parse((await cli(...args, '--json')).stdout)
  const exact = await ask('recommend', out, '--history', '101,102')
  assert.ok(exact.items.every(({ attributes }) => /^Film /.test(attributes.title)))
  const typed = await ask('recommend', out, '--history', '101.0, 102')
  assert.deepEqual([typed.trace.unknown, typed.items], [0, exact.items])
  const figures = await ask('eval', out, '--history', headerOf(events), '--holdout', events)
  assert.equal(figures.held_out_unknown, 0)
})

test('a catalogue whose usual column meets nothing is joined by the one that does, and it is said', async () => {
  const woo = await check({
    log: log('user_id,product_id,timestamp', (n) => 100 + n),
    items: catalogue('ID,Type,SKU,Name', (n) => `${100 + n},simple,woo-${n},Film ${n}`),
  })
  joined(woo)
  assert.match(woo.remarks[0], /^look: .*items\.csv: "ID" is taken as item_id, since 40 of its 40 values .* where "SKU" has none/) // prettier-ignore
  const shopify = await check({
    log: log('user_id,sku,timestamp', (n) => `S-${n}`),
    items: catalogue('Handle,Title,Variant SKU', (n) => `film-${n},Film ${n},S-${n}`),
  })
  joined(shopify)
  assert.match(shopify.remarks[0], /"Variant SKU" is taken as item_id, since 40 of its 40/)
  const repeated = await check({
    log: log('user_id,item_id,timestamp', (n) => `film-${n % 20}`),
    items: catalogue('Handle,Title,Variant SKU', (n) => `film-${n % 20},Film,S-${n}`),
  })
  assert.match(repeated.errors[0], /no column for item_id .*20 of 20 values of "Handle" are items of the log/)
})

test('nothing joins: an error with examples of both sides, and the column that would', async () => {
  const none = await check({
    log: log('user_id,item_id,timestamp', (n) => `x${n}`),
    items: catalogue('item_id,title', (n) => `${100 + n},Film ${n}`),
  })
  assert.equal(none.errors.length, 1)
  assert.match(
    none.errors[0],
    /log\.csv: found none of its 40 items in .*items\.csv, for example "x\d+" \(.*items\.csv has "100"/,
  )
  const other = await check({
    log: log(
      'user_id,product_id,code',
      (n) => `x${n}`,
      (user, item) => `${user},${item},${100 + Number(item.slice(1))}`,
    ),
    items: plain,
  })
  assert.match(other.errors[0], /config "columns": \{"interactions": \{"item_id": "code"\}\}/)
  const cased = await check({
    log: log('user_id,item_id,timestamp', (n) => `sku-${n}`),
    items: catalogue('item_id,title', (n) => `gid://shop/SKU-${n},Film ${n}`),
  })
  const { examples, beside } = joinOf(cased, 'log.csv', 'items.csv')
  assert.deepEqual(beside, examples.map((id) => `gid://shop/${id.toUpperCase()}`), 'what each may have meant') // prettier-ignore
  const run = await buildHere('-o', path('none.martello'), '--interactions', path('log.csv'), '--items', path('items.csv')) // prettier-ignore
  assert.equal(run.code, 1)
  assert.match(run.stderr, /none of its 40 items/)
})

test('words for missing are no ids: refused with their number, or left out and counted', async () => {
  const rows = ['NULL', 'NaN', '\\N', 'None', 'NA', '<NA>', 'NaT', 'null', '', 'n/a']
  const text = `user_id,item_id\n${rows.map((id, n) => `${id},i${n}`).join('\n')}\n1,b\n2,b\n`
  const refused = await check({ log: text })
  assert.equal(refused.errors.length, 1)
  assert.match(refused.errors[0], /row 1 .*"user_id": found "NULL" \(as in 10 of 12 rows\), expected an id \(config "skip": "rows without ids"/) // prettier-ignore
  const left = await check({ log: text, config: { skip: 'rows without ids' } })
  assert.deepEqual(left.errors, [])
  assert.deepEqual(left.inputs[0].left, [{ rows: 10, why: 'no user_id', row: 1 }])
  assert.equal(left.inputs[0].rows, 2)
  // names that only look like it are names
  const names = await check({ log: 'user_id,item_id\nNana,Nullarbor\nNan,nada\n' })
  assert.deepEqual([names.errors, names.inputs[0].rows], [[], 2])
})

test('rows of a log without an item, as GA4 and Segment write them, are left out of build, eval and features', async () => {
  const event = (user, item, at) => `${at},${at % 300 === 0 ? 'session_start' : 'view_item'},${user},${at % 300 === 0 ? '' : item}` // prettier-ignore
  const events = file(
    'ga.csv',
    log('event_timestamp,event_name,user_id,item_id', (n) => `p${n}`, event),
  )
  const out = path('ga.martello')
  const refused = await buildHere('-o', out, '--interactions', events)
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /"item_id": found nothing \(as in 200 of 600 rows\), expected an id \(config "skip"/)
  const config = file('skip.json', '{"skip":"rows without ids"}')
  const build = await buildHere('-o', out, '--interactions', events, '--config', config)
  assert.equal(build.code, 0, build.stderr)
  assert.match(build.stderr, /ga\.csv: 400 rows, .*; 200 rows left out: no item_id/)
  const evaluated = await cli('eval', out, '--history', headerOf(events), '--holdout', events, '--json')
  assert.equal(evaluated.code, 0, evaluated.stderr)
  const features = await cli('features', out, '--events', events, '-o', path('ga-rows.csv'), '--json')
  assert.equal(features.code, 0, features.stderr)
  assert.equal(JSON.parse(features.stdout).events, 400)
})

test('a catalogue that names an item twice is refused, or takes the first', async () => {
  const items = `${plain}107,Film again\n`
  const events = log('user_id,item_id,timestamp', (n) => 100 + n)
  const refused = await check({ log: events, items })
  assert.match(refused.errors[0], /row 41 .*found "107" again, .* config "skip": "repeated ids" takes the first/)
  const taken = await check({ log: events, items, config: { skip: ['repeated ids'] } })
  joined(taken)
  assert.deepEqual(taken.inputs[1].left, [{ rows: 1, why: 'an id that was there before', row: 41 }])
})

test('items that the catalogue lacks are counted, and recommended only where that is wanted', async () => {
  const events = file(
    'out-log.csv',
    log('user_id,item_id,timestamp', (n) => `i${n}`),
  )
  const titled = `item_id,title\n${Array.from({ length: 20 }, (_, n) => `i${2 * n},Film ${2 * n}`).join('\n')}\n`
  const items = file('out-items.csv', titled)
  const inputs = ['--interactions', events, '--items', items]
  const all = await buildHere('-o', path('all.martello'), ...inputs)
  assert.match(all.stderr, /look: .*20 of 40 items are not in .*out-items\.csv, for example "i\d+", .*config "allow": "catalogue"/) // prettier-ignore
  const config = file('allow.json', '{"allow":"catalogue"}')
  const some = await buildHere('-o', path('some.martello'), ...inputs, '--config', config)
  assert.match(some.stderr, /20 of 40 items are not in .*; they teach, and are not recommended/)
  const rec = await Recommender.open(path('some.martello'))
  const outside = (items) => items.filter(({ id }) => Number(id.slice(1)) % 2 === 1)
  const odd = { history: ['i1', 'i3', 'i5'], k: 40 }
  const answers = [
    rec.recommend({ k: 40 }),
    rec.recommend(odd),
    rec.similar('i3', { k: 40 }),
    rec.search('film', { k: 40 }),
  ]
  for (const { items } of answers) assert.deepEqual([outside(items), items.length > 15], [[], true])
  assert.equal(rec.recommend(odd).trace.unknown, 0, 'they count in a history')
  for (const name of rec.sources) assert.deepEqual(outside(rec.similar('i3', { k: 40, source: name }).items), [], name)
  const both = await Recommender.open(path('all.martello'))
  assert.ok(outside(both.recommend({ k: 40 }).items).length > 0)
  const alone = await check({ log: log('user_id,item_id,timestamp', (n) => `i${n}`), config: { allow: 'catalogue' } })
  assert.match(alone.errors[0], /key "allow": found no --items/)
})

test('in a log "id" numbers the rows where another column is named like an id', async () => {
  for (const name of ['hotel_id', 'venueId', 'job-id', 'episodeid']) {
    const numbered = log(
      `id,user_id,${name},rating`,
      (n) => n,
      (user, item, at) => `${at},${user},${item},3`,
    )
    const refused = await check({ log: numbered })
    assert.equal(refused.errors.length, 1)
    assert.ok(refused.errors[0].includes(`beside "${name}"`), refused.errors[0])
    assert.ok(refused.errors[0].includes(`config "columns": {"interactions": {"item_id": "${name}"}}`))
    const told = await check({ log: numbered, config: { columns: { interactions: { item_id: name } } } })
    assert.deepEqual([told.errors, told.inputs[0].columns[2].role], [[], 'item_id'])
  }
  const fine = await check({ log: log('user_id,id,valid', (n) => n) })
  assert.deepEqual(fine.errors, [], 'id is the item where no other column is')
})

test('a log in which no item comes twice is refused where another id column is there, and else a remark', async () => {
  let row = 0
  const once = log(
    'user_id,item_id,listing_ref_id',
    (n) => n,
    (user, item) => `${user},${row++},${item}`,
  )
  assert.match((await check({ log: once })).errors[0], /600 rows in which no item comes twice, beside "listing_ref_id"/)
  const meant = await check({ log: once, config: { columns: { item_id: 'item_id' } } })
  assert.deepEqual(meant.errors, [])
  const lonely = await check({
    log: log(
      'user_id,item_id,note',
      (n) => n,
      (user) => `${user},${row++},x`,
    ),
  })
  assert.deepEqual(lonely.errors, [])
  assert.match(lonely.remarks[0], /^look: no item comes twice in the 600 rows/)
})

test('a mapping serves files that have its column, by kind of file where it must, and eval and features know it', async () => {
  const events = file(
    'map-log.csv',
    log('CustomerID,StockCode,Date', (n) => `S${n}`),
  )
  const own = (n) => `S${n},Film ${n}`
  const named = { columns: { item_id: 'StockCode' } }
  const mixed = await check({ log: events, items: catalogue('id,title', own), config: named })
  assert.deepEqual(mixed.errors, [])
  assert.match(mixed.remarks[0], /items\.csv: no column "StockCode", which the config names as item_id; "id" is taken/)
  const kinds = { columns: { interactions: { item_id: 'StockCode' }, items: { item_id: 'key' } } }
  assert.deepEqual((await check({ log: events, items: catalogue('key,title', own), config: kinds })).errors, [])
  const lost = await check({ log: events, config: { columns: { item_id: 'StockCode', user_id: 'Customer' } } })
  assert.match(lost.errors[0], /config\.json, key "columns\.user_id": found the column "Customer", which no file has, expected one of "CustomerID"/) // prettier-ignore
  const wrong = await check({
    log: events,
    items: plain,
    config: { columns: { interactions: { item_id: 'StockCode' }, items: { item_id: 'StockCode' } } },
  })
  assert.match(wrong.errors[0], /key "columns\.items\.item_id": found the column "StockCode"/)

  const out = path('mapped.martello')
  const config = file('map.json', JSON.stringify(named))
  const build = await buildHere('-o', out, '--interactions', events, '--config', config)
  assert.equal(build.code, 0, build.stderr)
  const evaluated = await cli('eval', out, '--history', headerOf(events), '--holdout', events, '--json')
  assert.equal(evaluated.code, 0, evaluated.stderr)
  const features = await cli('features', out, '--events', events, '-o', path('mapped.csv'))
  assert.equal(features.code, 0, features.stderr)
})

test('numbers beyond 2^53 in JSON Lines are ids and values by their digits', async () => {
  const long = (n) => `20530135556318826${55 + n}`
  const lines = (row) => Array.from({ length: 600 }, (_, n) => row(n)).join('\n') + '\n'
  const events = file('long-log.jsonl', lines((n) => `{"user_id":${n % 60},"item_id":${long((7 * n) % 40)},"timestamp":${1_600_000_000 + n}}`)) // prettier-ignore
  const items = file('long-items.jsonl', Array.from({ length: 40 }, (_, n) => `{"item_id":"${long(n)}","title":"Film ${n}","upc":${long(n)}}`).join('\n')) // prettier-ignore
  const run = await checkHere('--json', '--interactions', events, '--items', items)
  const account = JSON.parse(run.stdout)
  assert.deepEqual(account.errors, [])
  const { matched, of } = joinOf(account, 'long-log.jsonl', 'long-items.jsonl')
  assert.deepEqual([matched, of], [40, 40])
  const upc = account.inputs.find(({ role }) => role === 'items').columns.find(({ name }) => name === 'upc')
  assert.deepEqual(upc.examples, [long(0), long(1), long(2)])
})

test('a log of which every row was refused is not said to be empty', async () => {
  const account = await check({ log: `user_id,item_id\n${'u,\n'.repeat(30)}` })
  assert.match(account.errors.join('\n'), /found nothing \(as in 30 of 30 rows\)/)
  assert.doesNotMatch(account.errors.join('\n'), /no rows below the header/)
})

test('of columns with unusual names, those are suggested that may tell items and people', async () => {
  const suggested = async (header) =>
    JSON.parse(/names it: (\{.*\})$/.exec((await check({ log: `${header}\n` })).errors[0])[1]).columns.interactions
  for (const [header, columns] of [
    ['anonymousId,messageId,type,userId', { item_id: '…' }],
    ['app_id,event,event_id,domain_userid', { user_id: 'domain_userid', item_id: '…' }],
    ['app,amplitude_id,event_type,user_id,device_id', { item_id: '…' }],
    ['user_id,impression_id,category_id,hotel_id', { item_id: 'hotel_id' }],
    ['endTime,artistName,trackName,msPlayed', { user_id: '…', item_id: 'trackName' }],
    ['username,album_artist_name,spotify_track_uri', { item_id: 'spotify_track_uri' }],
    ['anonymousId,venueId', { user_id: 'anonymousId', item_id: 'venueId' }],
  ])
    assert.deepEqual(await suggested(header), columns, header)
})

test('an app is an item where nothing else is one and there are no events', async () => {
  const steam = await check({ log: log('user_id,app_id,timestamp', (n) => 100 + n) })
  assert.deepEqual(steam.errors, [])
  const both = await check({ log: log('user_id,sku,timestamp,app_id', (n) => 100 + n, (u, i, t) => `${u},${i},${t},web`) }) // prettier-ignore
  assert.equal(both.inputs[0].columns.find(({ role }) => role === 'item_id').name, 'sku')
})

test('where half of the rows name no person, the column that names all of them is pointed at', async () => {
  for (const [column, header] of [
    ['anonymousId', 'user_id,item_id,timestamp,anonymousId'],
    ['domain_userid', 'userId,product_id,timestamp,domain_userid'],
    ['email', 'customer_id,sku,timestamp,email'],
  ])
    for (const config of [{}, { skip: 'rows without ids' }]) {
      const half = (user, item, at) => `${user % 2 ? user : ''},${item},${at},d${user}`
      const text = log(header, (n) => 100 + n, half)
      const { remarks, errors } = await check({ log: text, config })
      assert.equal(errors.length, config.skip ? 0 : 1)
      const line = remarks.find((one) => one.includes('name no person'))
      assert.ok(
        line.includes(`300 of 600 rows name no person, while "${column}", which is not used, does in 600`),
        line,
      )
      const after = await check({ log: text, config: JSON.parse(/\{.*\}/.exec(line)[0]) })
      assert.deepEqual([after.errors, after.inputs[0].rows], [[], 600])
    }
})
