// What counts in exports whose rows do not stand alone: orders of several rows, yes and no in columns, lines that are no product.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf } from '../../../build/web/build/account.js'
import { meaningOf } from '../../../build/web/build/names.js'
import { logOptions } from '../../../build/web/build/reading.js'
import { weighingOf } from '../../../build/web/build/weighing.js'
import { readInteractions } from '../../../build/web/read/index.js'
import { buildHere, cli, csv, file, path, random } from '../helpers/shop.mjs'

/** A log as a build reads it. */
const read = (rows, config = {}) => readInteractions([file('shop.csv', csv(rows))], logOptions(config))

/** What a build says of it, to look at. */
async function looks(rows, config = {}) {
  const { account } = accountOf({ interactions: await read(rows, config), items: null, embeddings: null }, config)
  return account.remarks.filter((line) => line.startsWith('look: ')).map((line) => line.replaceAll(path(''), ''))
}

/** The last config that a sentence names. */
const configIn = (line) => JSON.parse(/.*?(\{.*\})/.exec(line)[1])

// -- orders of several rows -----------------------------------------------------------------------------------------------

/** Three rows an order; `head` stands on the first alone. */
const threeRows = (orderOf, head, all) =>
  Array.from({ length: 240 }, (_, i) => {
    const order = Math.floor(i / 3)
    const first = head(order)
    const rest = Object.fromEntries(Object.keys(first).map((name) => [name, '']))
    return { ...orderOf(order), ...(i % 3 === 0 ? first : rest), ...all(order), sku: `p${i % 3}-${order % 9}` }
  })

test('the state of an order holds for all of its rows', async () => {
  const exports = {
    Shopify: [
      { Name: '#', 'Lineitem quantity': 1 },
      { 'Financial Status': 'paid' },
      { 'Financial Status': 'refunded' },
      'Financial Status',
    ],
    WooCommerce: [{ 'Order Number': '' }, { status: 'wc-completed' }, { status: 'wc-cancelled' }, 'status'],
    German: [{ Bestellnummer: 'B' }, { Vorgang: 'Kauf' }, { Vorgang: 'Storno' }, 'Vorgang'],
  }
  for (const [shop, [order, good, bad, event]] of Object.entries(exports)) {
    const config = { columns: { interactions: { event, user_id: 'email' } } }
    const [by] = Object.keys(order)
    const rows = threeRows(
      (o) => ({ ...order, [by]: `${order[by]}${o}` }),
      (o) => (o % 4 === 0 ? bad : good),
      (o) => ({ email: `u${o}@shop.de` }),
    )
    const { event: read1 } = await read(rows, config)
    const counts = read1.names.map((_, code) => read1.code.filter((one) => one === code).length)
    assert.deepEqual([...counts].sort(), [180, 60], `${shop}: ${read1.names}`)
    const [line] = await looks(rows, config)
    assert.ok(line.includes(`shop.csv: "${event}" stands on the first row of an order alone, as "${by}" tells them apart, and holds for the 160 rows`), line) // prettier-ignore
    const { rows: alone } = await read(rows, { ...config, ...configIn(line) })
    assert.equal(alone, 80, 'whoever leaves the others out has said what they mean')
  }
})

test('a whole order is left out by what stands on its first row', async () => {
  const config = { columns: { interactions: { user_id: 'email' } }, leaveOut: { 'Cancelled at': true } }
  const rows = threeRows(
    (o) => ({ Name: `#${o}`, 'Lineitem name': 'Shirt' }),
    (o) => ({ 'Cancelled at': o % 4 === 0 ? '2024-03-01' : '', email: o % 5 === 0 ? '' : `u${o}@shop.de` }),
    () => ({}),
  )
  const log = await read(rows, { ...config, skip: 'rows without ids' })
  assert.equal(log.rows, 3 * 48, 'neither the cancelled ones nor those of nobody')
  assert.equal(log.userIds.length, 48)
})

test('what stands on any row of an order is of that row', async () => {
  const rows = threeRows(
    (o) => ({ order_id: o, user_id: `u${o}` }),
    () => ({}),
    () => ({}),
  ).map((row, i) => ({ ...row, returned: i % 7 === 0 ? 'yes' : '', event: i % 5 === 0 ? 'refund' : '' }))
  const { rows: kept, facts, event } = await read(rows, { leaveOut: { returned: true } })
  assert.equal(kept, 240 - 35)
  assert.equal(facts.files[0].notes, undefined)
  const none = event.code.filter((code) => event.names[code] === '').length
  const line = (await looks(rows)).find((one) => one.includes('have no "event"'))
  assert.match(line, /shop\.csv: 192 of 240 rows have no "event", and count 1; \{"leaveOut":\{"event":""\}\}/)
  assert.equal((await read(rows, { leaveOut: { returned: true, ...configIn(line).leaveOut } })).rows, kept - none)
})

test('orders that are apart are two, and one without a number is none', async () => {
  const head = (order, status) => ({ order_id: order, user_id: 'u1', status })
  const rows = [head('1', 'paid'), head('2', 'refunded'), head('1', ''), head('', 'refunded'), head('', '')]
  const config = { columns: { interactions: { event: 'status' } } }
  const log = await read(rows.map((row, i) => ({ ...row, sku: `p${i}` })), config) // prettier-ignore
  assert.deepEqual(Array.from(log.event.code, (code) => log.event.names[code]), ['paid', 'refunded', '', 'refunded', '']) // prettier-ignore
})

// -- yes and no -----------------------------------------------------------------------------------------------------------

const logs = (cells, n = 400) => {
  const draw = random(7)
  return Array.from({ length: n }, (_, i) => ({
    user_id: `u${draw.below(40)}`,
    item_id: `p${draw.below(30)}`,
    ...cells(i, draw),
  }))
}

test('a column that says whether something was done is pointed at, and its config leaves out where it was not', async () => {
  for (const [column, yes, no] of [
    ['click', '1', '0'],
    ['is_like', '1.0', '0.0'],
    ['long_view', 'True', 'False'],
    ['label', 'yes', ''],
    ['gekauft', 'ja', 'nein'],
    ['购买', '1', '0'],
    ['skipped', 'false', 'true'],
    ['isDisliked', '0', '1'],
  ]) {
    const rows = logs((i) => ({ [column]: i % 4 === 0 ? yes : no }))
    const [line, ...others] = await looks(rows)
    assert.equal(others.length, 0, others.join())
    assert.ok(line.includes(`"${column}", which is not used, says `) && line.includes('300 of 400 rows'), line)
    assert.equal((await read(rows, configIn(line))).rows, 100, column)
  }
})

test('what says more than yes and no, or nothing of what was done, is left alone', async () => {
  for (const cell of [
    (i) => ({ comment: `text ${i}` }),
    (i) => ({ is_mobile: i % 2 }),
    () => ({ click: 1 }),
    (i) => ({ not_clicked: i % 2 }),
    (i) => ({ watch: 20 + i }),
  ])
    assert.deepEqual(await looks(logs(cell)), [])
})

// -- what is no product ---------------------------------------------------------------------------------------------------

test('what nearly everybody has, and what is called like a line of costs, is pointed at', async () => {
  for (const [id, share] of [
    ['SHIPPING', 0.9],
    ['Versandkosten DE', 0.2],
    ['gift-card', 0.2],
    ['送料', 0.2],
    ['000999', 0.95],
  ]) {
    const people = Array.from({ length: 100 }, (_, i) => ({ user_id: `u${i}`, item_id: id })).slice(0, 100 * share)
    const rows = [...logs((i) => ({ user_id: `u${i % 100}` })), ...people]
    const [line] = await looks(rows)
    assert.ok(line.includes(`"${id}" is with ${100 * share} % of all 100 people`), line)
    assert.equal((await read(rows, configIn(line))).rows, 400)
  }
  const few = logs((i) => ({ item_id: i % 2 ? 'Freighter' : `p${i % 20}`, user_id: `u${i % 100}` }))
  assert.deepEqual(await looks(few), [], 'half of the people may well have one thing')
})

test('a log of one item or of one person, and ids that a spreadsheet cut short, are pointed at', async () => {
  const [one] = await looks(logs(() => ({ item_id: 'web', shoe_id: 's' })))
  assert.match(one, /all 400 rows are of one item, "web" of "item_id".*"item_id":"shoe_id"/)
  const [person] = await looks(logs(() => ({ user_id: 'me' })))
  assert.match(person, /all 400 rows are of one person, "me"/)
  for (const id of ['4.00638E+12', '4.0e+12', '4E+12']) {
    const line = (await looks(logs((i) => ({ item_id: i % 2 ? id : `p${i % 30}` })))).find((l) =>
      l.includes('cuts them short'),
    )
    assert.ok(line?.includes(`1 of 16 ids of "item_id" are numbers as a spreadsheet cuts them short, such as "${id}"`), line) // prettier-ignore
  }
})

// -- the last word --------------------------------------------------------------------------------------------------------

test('rows of one day are in the order of the file, and from its end where it begins with the newest', async () => {
  const days = Array.from({ length: 20 }, (_, d) => [
    { user_id: `u${d % 2}`, item_id: `p${d}`, event: 'buy', date: `2024-03-${10 + d}` },
    { user_id: `u${d % 2}`, item_id: `p${d}`, event: 'refund', date: `2024-03-${10 + d}` },
  ]).flat()
  const byPerson = (rows) => ['u0', 'u1'].flatMap((user) => rows.filter((row) => row.user_id === user))
  for (const rows of [days, [...days].reverse(), byPerson(days), byPerson([...days].reverse())])
    assert.equal(weighingOf(await read(rows), {}).taken?.size, 20)
  const bought = days.map((row, i) => ({ ...row, event: i % 2 ? 'buy' : 'refund' }))
  for (const rows of [bought, [...bought].reverse()]) assert.equal(weighingOf(await read(rows), {}).taken, null)
})

// -- what is held out -----------------------------------------------------------------------------------------------------

test('eval says what of a holdout the bundle does not weigh, and what is older than the history', async () => {
  const day = (i) => `2024-03-${10 + (i % 18)}`
  const built = logs((i) => ({ event: 'purchase', date: day(i) }))
  const bundle = path('held.mrt')
  const made = await buildHere('-o', bundle, '--interactions', file('built.csv', csv(built)), '--quiet')
  assert.equal(made.code, 0, made.stderr)
  const said = async (cells) => {
    const held = Array.from({ length: 40 }, (_, i) => ({ user_id: `u${i}`, item_id: i ? `q${i}` : 'p0', ...cells(i) }))
    const run = await cli('eval', bundle, '--history', path('built.csv'), '--holdout', file('held.csv', csv(held)), '--json') // prettier-ignore
    assert.equal(run.code, 0, run.stderr)
    return run.stderr.split('\n').filter((line) => line.startsWith('look: '))
  }
  assert.deepEqual(await said(() => ({ event: 'purchase', date: '2024-04-01' })), [])
  for (const [word, weight] of [
    ['refunded', 0],
    ['CANCELED BY CUSTOMER', 0],
    ['thumbs-down', -1],
  ]) {
    const [line, ...others] = await said((i) => ({ event: i % 4 ? 'purchase' : word, date: '2024-04-01' }))
    assert.equal(others.length, 0)
    assert.ok(line.includes(`"${word}" in 10 of 40 rows`), line)
    assert.deepEqual(JSON.parse(/\{.*\}\}/.exec(line)[0]), { events: { [word]: weight } })
  }
  const [nameless] = await said(() => ({ date: '2024-04-01' }))
  assert.match(nameless, /40 of 40 rows have no event, and count 1; the bundle was built of "purchase"/)
  const [older] = await said(() => ({ event: 'purchase', date: '2023-01-01' }))
  assert.match(older, /40 of 40 held-out events are older/)
})

// -- less than nothing ----------------------------------------------------------------------------------------------------

test('pieces and sums below 0 are seen under more names, and as shops write them', async () => {
  const names = 'Uds., Stk., pcs, الكمية, จำนวน, Số lượng, ποσότητα, Menge, qty_eur, Preis, سعر'.split(', ')
  const pairs = [
    ...names.map((name) => [name, '-1', '1']),
    ...['-$9.50', '(9.50)', '-9.50 €', '-1.00 EUR', '−9.50', '$-9.50', 'EUR -3', '($9.50)'].map((cell) => ['amount', cell, '9.50']), // prettier-ignore
  ]
  for (const [column, below, above] of pairs) {
    const rows = logs((i) => ({ [column]: i % 8 ? above : below }))
    const [line, ...others] = await looks(rows)
    assert.equal(others.length, 0)
    assert.ok(line?.includes(`"${column}", which is not used, is below 0 in 50 of 400 rows (as ${below})`), `${column} ${below}: ${line}`) // prettier-ignore
    const config = configIn(line)
    const kept = config.leaveOut ? (await read(rows, config)).rows : 350
    assert.equal(kept, 350, `${column} ${below}`)
    const { taken } = weighingOf(await read(rows, config), config)
    assert.ok(config.leaveOut || taken !== null || config.columns.interactions.rating === column)
  }
  for (const column of ['latitude', 'delta', 'description']) assert.deepEqual(await looks(logs((i) => ({ [column]: i % 8 ? '9' : '-9' }))), []) // prettier-ignore
  for (const word of ['مسترجع', 'avbruten', 'लौटाया'])
    assert.deepEqual(meaningOf(word), { weight: 0, back: true }, word)
})
