// Builds that cannot be: what is said, with which exit code, and that nothing is left behind.
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, existsSync, writeFileSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readConfig } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { built, cli, csv, file, gaussians, npy, path, shop } from '../helpers/shop.mjs'

const log = file('log.csv', csv(shop({ items: 20, users: 6 }).events))
const rejects = (promise, message) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.name, 'InputError', error.stack)
    assert.match(error.message, message)
    return true
  })

/** The command must end with this exit code and message, and leave the output folder empty. */
async function fails(args, code, message) {
  const folder = path(`out-${Math.random()}`)
  mkdirSync(folder)
  const run = await cli('build', '-o', `${folder}/x.martello`, ...args)
  assert.equal(run.code, code, run.stderr)
  assert.match(run.stderr, message)
  assert.doesNotMatch(run.stderr, /\n\s+at /, 'no stack')
  assert.equal(run.stdout, '')
  assert.deepEqual(readdirSync(folder), [], 'nothing left behind')
}

const config = (value) => file('config.json', typeof value === 'string' ? value : JSON.stringify(value))
const withConfig = (value, message) => fails(['--interactions', log, '--config', config(value)], 1, message)
/** What the command says of a config alone, without the command. */
const refused = (value, message) => rejects(readConfig(config(value)), message)

test('config: the key, what was found, what was expected', async () => {
  await withConfig('{"dimension": ', /config\.json: found .*expected JSON/)
  await refused(
    { dimensions: 64 },
    /config\.json.*the top level: found key "dimensions", expected one of .*neighbours, .*columns, .*kinds, sources/,
  )
  await refused(
    { dimension: 'big' },
    /config\.json, key "dimension": found "big", expected an integer from 16 to 512, a multiple of 16$/,
  )
  await refused({ dimension: 20 }, /"dimension": found 20, expected an integer from 16 to 512, a multiple of 16$/)
  await refused({ dimension: 1024 }, /"dimension": found 1024, expected an integer from 16 to 512, a multiple of 16$/)
  await refused(
    { sources: { i3i: true } },
    /"sources": found key "i3i", expected one of embeddings, als, content, item2vec, .*tower, tdm, i2i, ease, next/,
  )
  await refused(
    { kinds: { zip: 'code' } },
    /"kinds\.zip": found "code", expected one of text, category, multi, number, date, skip/,
  )
  await refused({ bytes: '12 MB' }, /"bytes": found "12 MB", expected an integer from 1000 to 2147483647$/)
  await refused({ layers: [4, 5] }, /"layers\.1": found 5, expected one of 2, 4, 8/)
  await refused(
    { layers: 'f64' },
    /"layers": found "f64", expected a list of at most 4, each one of 2, 4, 8, or "f32"$/,
  )
  await refused({ metric: 'dot' }, /"metric": found "dot", expected one of ip, cosine, l2/)
  await refused(
    { ratings: { zero: 3 } },
    /"ratings": found \{"zero":3\}, expected false, or an object of zero, one, none, least/,
  )
  await withConfig(
    { ratings: { zero: 3, one: 3 } },
    /config\.json, key "ratings": found \{"zero":3,"one":3\}, expected two different ratings/,
  )
  await refused({ events: { buy: 'much' } }, /"events\.buy": found "much", expected a number from -100 to 100$/)
  await refused({ events: { buy: 1000 } }, /"events\.buy": found 1000, expected a number from -100 to 100$/)
  await refused({ basket: '' }, /"basket": found "", expected at least 1 characters$/)
  await refused(
    { layers: [2, 2, 2, 2, 2] },
    /"layers": found .*, expected a list of at most 4, each one of 2, 4, 8, or "f32"$/,
  )
  await refused({ train: { minutes: 0 } }, /"train\.minutes": found 0, expected a number from 0\.1 to 100000$/)
  await refused(
    { train: { targets: { buy: -1 } } },
    /"train\.targets\.buy": found -1, expected a number from 0 to 1000000$/,
  )
  await refused({ train: { factors: 'svd' } }, /"train\.factors": found "svd", expected .*"?bpr"?/)
  await refused([], /config\.json.*found \[\], expected an object of .*neighbours/)
  await fails(
    ['--interactions', log, '--config', path('no-config.json')],
    1,
    /no-config\.json: found no such file or folder, expected a JSON file/,
  )
  await fails(['--interactions', log, '--config', path('.')], 1, /: found a directory, expected a JSON file/)
})

test('config: columns, kinds and popularity that the files do not have', async () => {
  const items = file('items.csv', csv(shop({ items: 20 }).goods))
  await fails(
    ['--items', items, '--config', config({ columns: { item_id: 'sku' } })],
    1,
    /config\.json, key "columns\.item_id": found the column "sku", which no file has, expected one of "item_id", /,
  )
  await fails(['--items', items, '--config', config({ kinds: { price: 'number' } })], 1, /items\.csv.*"price"/)
  await fails(
    ['--items', items, '--config', config({ kinds: { pric: 'skip' } })],
    1,
    /items\.csv: found the attributes "genre", "colour", "year", "stock", expected "pric", which is to be left out/,
  )
  await withConfig({ kinds: { genre: 'multi' } }, /config\.json, key "kinds": found no --items, expected a catalogue/)
  await fails(
    ['--items', items, '--config', config({ popularity: 'price' })],
    1,
    /items\.csv.*"price": found no such column, expected the number column that config key "popularity" names/,
  )
})

test('a policy that does not fit the bundle names its file', async () => {
  const policy = file('my-policy.json', '{"sources":{"embeddings":{"weight":1}}}')
  await fails(
    ['--interactions', log, '--policy', policy],
    1,
    /my-policy\.json, key "sources": found source "embeddings", expected one that this bundle has: /,
  )
})

test('names that do not fit in a policy: many or long event names', async () => {
  const many = Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`event-${i}`, 1]))
  await rejects(built({ interactions: log }, { events: many }), /"events": found 67 .*expected at most 64/)
  const most = Object.fromEntries(Array.from({ length: 61 }, (_, i) => [`event-${i}`, i / 10]))
  const rec = await Recommender.open((await built({ interactions: log }, { events: most })).bytes)
  assert.ok(rec.recommend({ history: [{ id: rec.id(0), event: 'event-60' }] }).items.length > 0)
  await rejects(
    built({ interactions: log }, { events: { [`a name of 57 bytes${'.'.repeat(39)}`]: 2 } }),
    /"events": found "a name of 57 bytes.*" of 57 bytes, expected at most 56/,
  )
})

test('embeddings: ids that do not match, numbers that are none, sizes beyond the format', async () => {
  const vectors = await npy('v.npy', [4, 8], gaussians(4, 8, 1))
  await fails(
    ['--embeddings', vectors, '--ids', file('three.txt', 'a\nb\nc\n')],
    1,
    /three\.txt: found 3 ids, expected 4, one for each row of .*v\.npy/,
  )
  await fails(['--embeddings', vectors, '--ids', path('none.txt')], 1, /none\.txt: found no such file/)
  const bad = gaussians(4, 8, 1)
  bad[19] = NaN
  await fails(
    ['--embeddings', await npy('nan.npy', [4, 8], bad)],
    1,
    /nan\.npy.*row 2, column 3: found NaN, expected finite/,
  )
  await fails(['--embeddings', await npy('cube.npy', [2, 2, 8], gaussians(4, 8, 1))], 1, /cube\.npy.*\(2, 2, 8\)/)
  await fails(['--embeddings', await npy('slim.npy', [4, 3], gaussians(4, 3, 1))], 1, /found .*3.*expected .*4 to 4096/)
  const huge = gaussians(4, 8, 1)
  huge[16] = 3e38
  await fails(['--embeddings', await npy('huge.npy', [4, 8], huge)], 1, /row 2 .*infinite or too large/)
})

test('ids, values, texts and names that are too long say which', async () => {
  const long = 'x'.repeat(5000)
  await rejects(
    built({ items: file('long-id.csv', `item_id\n${long}\n`) }),
    /found an id of 5000 bytes \("x{40}…"\), expected at most 4096/,
  )
  await rejects(
    built({ interactions: file('long-log.csv', `user_id,item_id\nu,${'ä'.repeat(2049)}\n`) }),
    /found an id of 4098 bytes/,
  )
  await rejects(
    built({ items: file('long-value.csv', `item_id,tag\na,short\nb,${long}|other\n`) }, { kinds: { tag: 'multi' } }),
    /long-value\.csv, row 2.*"tag": found .*expected a value of at most 4096 bytes, not 5000/,
  )
  const most = await Recommender.open(
    (await built({ items: file('most.csv', `item_id,title\n${'i'.repeat(4096)},${'t'.repeat(4096)}\n`) })).bytes,
  )
  assert.equal(most.id(0).length, 4096)
  assert.equal(most.recommend().items[0].attributes.title.length, 4096)
})

test('a bundle takes 64 attributes', async () => {
  const items = Array.from({ length: 5 }, (_, i) => ({
    item_id: `i${i}`,
    ...Object.fromEntries(Array.from({ length: 64 }, (_, a) => [`a${a}`, a + i])),
  }))
  const rec = await Recommender.open((await built({ items: file('wide.csv', csv(items)) })).bytes)
  assert.equal(Object.keys(rec.recommend().items[0].attributes).length, 64)
  assert.equal(rec.recommend({ filter: { a63: 65 }, k: 5 }).items.length, 1)
})

test('what the core refuses in a worker thread is told in its words', async () => {
  const bought = file(
    'bought.csv',
    csv(
      shop({ items: 17, users: 5 }).events.map((event) => ({ ...event, event: 'buy' })),
      ['user_id', 'item_id', 'event'],
    ),
  )
  // beyond what the config's schema lets pass
  await assert.rejects(built({ interactions: bought }, { events: { buy: 1e38 }, tune: false }), {
    name: 'LearnError',
    message: /^als: row \d+: /,
  })
})

test('inputs that cannot be read', async () => {
  await fails(['--interactions', path('none.csv')], 1, /none\.csv: found no such file/)
  await fails(
    ['--interactions', file('header.csv', 'user_id,item_id\n')],
    1,
    /header\.csv: found no rows below the header, expected at least one interaction/,
  )
  await fails(
    ['--interactions', file('column.csv', 'user_id,thing\nu,1\n')],
    1,
    /column\.csv: found no column for item_id/,
  )
  await fails(
    ['--interactions', file('time.csv', 'user_id,item_id,timestamp\nu,a,1\nu,b,noon\n')],
    1,
    /time\.csv, row 2.*"timestamp": found "noon"/,
  )
  await fails(['--items', file('twice.csv', 'item_id,title\na,1\na,2\n')], 1, /twice\.csv, row 2.*"a" again/)
  await fails(['--interactions', file('cut.csv.gz', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]))], 1, /cut\.csv\.gz/)
})

test('an output that cannot be written is refused, and before the work is done', async () => {
  const nowhere = await cli('build', '-o', path('no/such/folder/x.martello'), '--interactions', log)
  assert.equal(nowhere.code, 1)
  assert.match(nowhere.stderr, /x\.martello: found no folder .*such\/folder, expected a place that can be written/)
  assert.doesNotMatch(nowhere.stderr, /rows,|alone/, 'before anything is read')
  assert.ok(!existsSync(path('no')))
  mkdirSync(path('taken'))
  const taken = await cli('build', '-o', path('taken'), '--interactions', log)
  assert.equal(taken.code, 1)
  assert.match(taken.stderr, /taken: found a folder, expected a place that can be written/)
  assert.deepEqual(readdirSync(path('taken')), [])
  assert.deepEqual(
    readdirSync(path('.')).filter((name) => name.endsWith('.part')),
    [],
  )
})

test('a build that fails leaves the bundle that was there', async () => {
  const old = path('old.martello')
  writeFileSync(old, 'the old one')
  assert.equal((await cli('build', '-o', old, '--interactions', path('none.csv'))).code, 1)
  assert.equal(readFileSync(old, 'utf8'), 'the old one')
  assert.equal((await cli('build', '-o', old, '--interactions', log, '--quiet')).code, 0)
  assert.equal((await Recommender.open(old)).items > 0, true)
})
