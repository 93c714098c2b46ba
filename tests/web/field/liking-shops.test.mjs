// What counts in exports whose rows do not stand alone: orders of several rows, yes and no in columns, lines that are no product.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf } from '../../../build/web/build/account.js'
import { logOptions } from '../../../build/web/build/reading.js'
import { weighingOf } from '../../../build/web/build/weighing.js'
import { readInteractions } from '../../../build/web/read/index.js'
import { csv, file, path, random } from '../helpers/shop.mjs'

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
