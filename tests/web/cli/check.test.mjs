// martello check: what was understood of the inputs, as people and as programs read it, in the record and in inspect.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cli, csv, file, path, shop } from '../helpers/shop.mjs'

const { events, goods } = shop({ items: 30, users: 20 })
const rows = events.map((event, n) => ({ ...event, rating: 1 + (n % 5), event: n % 4 === 0 ? 'buy' : 'view', page: n }))
const log = file('check-log.csv', csv([...rows, rows[0], rows[0]]))
const items = file('check-items.csv', csv(goods))
const config = file('check.json', JSON.stringify({ events: { buy: 3, by: 2 }, metric: 'ip' }))
const inputs = ['--interactions', log, '--items', items, '--config', config]

test('--json: files, columns, times, ratings, events, joins, repeated rows and remarks', async () => {
  const run = await cli('check', ...inputs, '--json')
  assert.deepEqual([run.code, run.stderr], [0, ''])
  const account = JSON.parse(run.stdout)
  assert.deepEqual(
    account.inputs.map(({ path, role, rows }) => [path, role, rows]),
    [
      [log, 'interactions', rows.length + 2],
      [items, 'items', 30],
    ],
  )
  const columns = Object.fromEntries(account.inputs[0].columns.map((column) => [column.name, column]))
  assert.equal(columns.page.role, null, 'not used')
  assert.equal(columns.item_id.kind, 'id')
  assert.equal(columns.timestamp.role, 'timestamp')
  const colour = account.inputs[1].columns.find(({ name }) => name === 'colour')
  assert.deepEqual([colour.role, colour.kind, colour.values, colour.missing], ['attribute', 'category', 25, 5])
  assert.ok(colour.examples.length > 0)
  const times = rows.map(({ timestamp }) => timestamp)
  assert.deepEqual([account.times.from, account.times.to], [Math.min(...times), Math.max(...times)])
  assert.deepEqual([account.ratings.from, account.ratings.to, account.ratings.of], [1, 5, rows.length + 2])
  const buys = rows.filter(({ event }) => event === 'buy').length + 2
  assert.deepEqual(account.events, [
    { name: 'view', count: rows.length + 2 - buys, weight: 1, by: 'default' },
    { name: 'buy', count: buys, weight: 3, by: 'config' },
    { name: 'by', count: 0, weight: 2, by: 'config' },
  ])
  const met = new Set(rows.map(({ item_id }) => item_id)).size
  const [there, back] = account.joins
  assert.deepEqual([there.from, there.to, there.matched, there.of], [log, items, met, met])
  assert.deepEqual([back.from, back.to, back.matched, back.of], [items, log, met, 30])
  assert.equal(back.examples.length, Math.min(3, 30 - met))
  const plain = new Set(rows.map((row) => JSON.stringify([row.user_id, row.item_id, row.event, row.timestamp]))).size
  assert.equal(account.repeated, rows.length + 2 - plain)
  assert.deepEqual(account.errors, [])
  const said = account.remarks.join('\n')
  assert.match(said, /^look: config key "events" names "by", which the log does not have \(it has "view", "buy"\)$/m)
  assert.match(said, /^config key "metric" has no effect: there are no --embeddings$/m)
})

test('in a terminal: a table for each file, and what plays no part', async () => {
  const run = await cli('check', ...inputs)
  assert.deepEqual([run.code, run.stderr], [0, ''])
  const lines = run.stdout.split('\n')
  const at = (start) => lines.find((line) => line.startsWith(start))
  assert.match(at(`${log}:`), /: 242 rows of interactions$/)
  assert.match(at('  not used:'), /: page$/)
  assert.match(at('  colour '), /category +5 missing +\w+, /)
  assert.match(at('  check-log.csv in check-items.csv'), /\d+ of \d+$/)
  const [id, title] = [at('  item_id '), at('  title ')].map((line) => line.search(/(?<= {2})(id|text) /))
  assert.ok(id > 0 && title > 0)
  assert.ok(lines.every((line) => line === line.trimEnd()))
})

test('all errors at once, exit code 1; build refuses with the same', async () => {
  const bad = file('bad-log.csv', `${csv(rows)}u1,,1,x,view,1\nu1,p1,never,good,view,1\n`)
  const twice = file('bad-items.csv', `${csv(goods)}p1,again,,,,\n`)
  const both = ['--interactions', bad, '--items', twice, '--config', file('bad.json', '{"allow":"all"}')]
  const run = await cli('check', ...both, '--json')
  assert.equal(run.code, 1)
  const { errors } = JSON.parse(run.stdout)
  assert.equal(errors.length, 5)
  for (const wrong of [/bad\.json, key "allow"/, /bad-log.*"item_id"/, /bad-log.*"rating": found "good"/, /bad-log.*"timestamp"/, /bad-items.*"p1" again/]) assert.ok(errors.some((error) => wrong.test(error)), String(wrong)) // prettier-ignore
  const built = await cli('build', '-o', path('bad.martello'), ...both)
  assert.equal(built.code, 1)
  for (const error of errors) assert.ok(built.stderr.includes(error), error)
  assert.equal((await cli('check')).code, 2)
})

test('build says the same in short, its record keeps it, and inspect shows it', async () => {
  const out = path('checked.martello')
  const built = await cli('build', '-o', out, ...inputs)
  assert.equal(built.code, 0, built.stderr)
  assert.match(built.stderr, /check-log\.csv: 242 rows, user_id, item_id, /)
  assert.match(built.stderr, /look: config key "events" names "by"/)
  const record = JSON.parse((await cli('inspect', out, '--json')).stdout).record
  const account = JSON.parse((await cli('check', ...inputs, '--json')).stdout)
  const { inputs: files, joins, events } = record.account
  assert.deepEqual(files.map((one) => one.path), ['check-log.csv', 'check-items.csv'], 'no folders') // prettier-ignore
  assert.deepEqual(files[1].columns, account.inputs[1].columns)
  assert.deepEqual(events, account.events)
  assert.deepEqual([joins[0].from, joins[0].matched], ['check-log.csv', account.joins[0].matched])
  const shown = (await cli('inspect', out)).stdout
  assert.match(shown, /what was understood:\n\ncheck-log\.csv: 242 rows of interactions\n/)
})
