// Order exports of shops: known by their columns, and read by `build` and `check` without a config.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderExportOf } from '../../../build/web/read/shops.js'
import { logOptions } from '../../../build/web/build/reading.js'
import { readInteractions } from '../../../build/web/read/index.js'
import { Recommender } from '../../../dist/node.js'
import { cli, cliJson, csv, file, path } from '../helpers/shop.mjs'

/** Orders of two lines each: a kettle goes with tea, a pan with oil. */
const ORDERS = Array.from({ length: 60 }, (_, o) => ({
  order: 1001 + o,
  lines: o % 2 ? ['pan', 'oil'] : ['kettle', 'tea'],
}))

const shopify = ({ sku = (item) => item.toUpperCase() } = {}) =>
  csv(
    ORDERS.flatMap(({ order, lines }) =>
      lines.map((item, line) => ({
        Name: `#${order}`,
        Email: `c${order % 17}@example.com`,
        'Financial Status': line === 0 ? 'paid' : '',
        'Paid at': line === 0 ? '2024-01-03 10:00:11 +0100' : '',
        Total: line === 0 ? '23.00' : '',
        'Created at': `2024-01-${String(1 + (order % 28)).padStart(2, '0')} 10:00:11 +0100`,
        'Lineitem quantity': 1,
        'Lineitem name': `The ${item}`,
        'Lineitem price': '9.90',
        'Lineitem sku': sku(item),
        'Billing Name': line === 0 ? 'Ann' : '',
        Vendor: 'Acme',
        Id: line === 0 ? order * 100 : '',
      })),
    ),
  )

const woo = (more = {}) =>
  csv(
    ORDERS.flatMap(({ order, lines }) =>
      lines.map((item, line) => ({
        'Order Number': order,
        'Order Status': 'Completed',
        'Order Date': `2024-01-${String(1 + (order % 28)).padStart(2, '0')} 10:00`,
        'Email (Billing)': `c${order % 17}@example.com`,
        'Order Total Amount': '23.00',
        SKU: item,
        'Item #': line + 1,
        'Item Name': `The ${item}`,
        Quantity: 1,
        ...more,
      })),
    ),
  )

/** WooCommerce's own: a row for each order, whose lines stand in one cell. */
const analytics = () =>
  csv(
    ORDERS.map(({ order, lines }) => ({
      Date: `2024-01-${String(1 + (order % 28)).padStart(2, '0')} 10:00:11`,
      'Order #': order,
      'N. Revenue (formatted)': '$23.00',
      Status: 'completed',
      Customer: `Ann ${order % 17}`,
      'Product(s)': `"${lines.map((item) => `2× The ${item}, large`).join(', ')}"`,
      'Items sold': 4,
    })),
  )

test('exports of Shopify and WooCommerce are known by their columns, others are not', async () => {
  const of = (text) => orderExportOf(file('export.csv', text))
  const ofShopify = { user_id: 'Email', item_id: 'Lineitem sku', timestamp: 'Created at', event: 'Financial Status', basket: 'Name' } // prettier-ignore
  assert.deepEqual(await of(shopify()), ofShopify)
  assert.deepEqual(
    await of(shopify({ sku: () => '' })),
    { ...ofShopify, item_id: 'Lineitem name' },
    'a shop without SKUs',
  )
  assert.equal((await of(shopify({ sku: (item) => (item === 'tea' ? '' : item) }))).item_id, 'Lineitem name', 'a quarter has none') // prettier-ignore
  const ofWoo = { user_id: 'Email (Billing)', item_id: 'SKU', timestamp: 'Order Date', event: 'Order Status', basket: 'Order Number' } // prettier-ignore
  assert.deepEqual(await of(woo()), ofWoo)
  assert.deepEqual(await of(woo({ 'Customer ID': 0 })), ofWoo, 'guests have no number, but an address')
  assert.equal((await of(woo({ 'Customer ID': 7, 'Email (Billing)': '' }))).user_id, 'Customer ID')
  const ofLines = ORDERS.flatMap(
    ({ order, lines }, o) =>
    lines.map((item, line) => ({ order_id: order, billing_email: `c${o}@example.com`, item_id: 2 * o + line, item_product_id: item, item_sku: '' })), // prettier-ignore
  )
  assert.equal((await of(csv(ofLines))).item_id, 'item_product_id', 'an ID of the line is none of the item')
  const { timestamp: _, ...ofAnalytics } = { ...ofWoo, user_id: 'Customer', item_id: 'Product(s)', event: 'Status', basket: 'Order #' } // prettier-ignore
  assert.deepEqual(await of(analytics()), ofAnalytics)
  assert.equal(await of('user_id,item_id,order_id\na,b,c\n'), null)
  assert.equal(await of('Name,Email,City\na,b,c\n'), null)
})

for (const [name, text, cart, goes] of [
  ['shopify', shopify(), 'PAN', 'OIL'],
  ['woo', woo(), 'pan', 'oil'],
  ['analytics', analytics(), 'The pan, large', 'The oil, large'],
])
  test(`an export of ${name} is built without a config, and says what goes with a cart`, async () => {
    const log = file(`${name}.csv`, text)
    const said = await cli('check', '--interactions', log)
    assert.equal(said.code, 0, said.stderr)
    assert.match(
      said.stderr,
      /: the orders of a shop, read by their lines: user_id ".*", .* basket ".*"; "columns" and "basket"/,
    )
    const bundle = path(`${name}.martello`)
    const { config } = await cliJson('build', '-o', bundle, '--interactions', log)
    assert.equal(config.basket, { shopify: 'Name', woo: 'Order Number', analytics: 'Order #' }[name])
    const rec = await Recommender.open(bundle)
    const { items, trace } = rec.recommend({ cart: [cart, 'unheard of'], k: 1 })
    assert.equal(trace.unknown, 1)
    assert.deepEqual([items[0].id, items[0].sources], [goes, ['together']])
  })

test('guests are somebody each, orders that came back count 0, and lines without an item are left out', async () => {
  const rows = ORDERS.flatMap(({ order, lines }, o) =>
    lines.map((item, line) => ({
      Name: `#${order}`,
      Email: o % 6 === 0 ? '' : `c${o}@example.com`,
      'Financial Status': line > 0 ? '' : o % 10 === 1 ? 'refunded' : 'paid',
      'Lineitem name': item,
      'Lineitem sku': o === 5 && line === 1 ? '' : item,
    })),
  )
  const log = file('guests.csv', csv(rows))
  const account = JSON.parse((await cli('check', '--interactions', log, '--json')).stdout)
  assert.deepEqual([account.errors, account.inputs[0].rows], [[], 119])
  const { rows: read, userIds, event, user } = await readInteractions([log], logOptions({ columns: { interactions: { user_id: 'Email', item_id: 'Lineitem sku', event: 'Financial Status' } }, basket: 'Name', guests: true, skip: 'rows without ids' })) // prettier-ignore
  assert.deepEqual([read, userIds.length], [119, 60])
  assert.ok(userIds.includes('guest of #1001'))
  assert.equal(user[0], user[1], 'both lines of a guest are of one')
  assert.equal(event.code.filter((code) => event.names[code] === 'refunded').length, 12)
  const refused = await cli(
    'check',
    '--interactions',
    log,
    '--config',
    file('no.json', '{ "guests": false, "skip": [] }'),
  )
  assert.equal(refused.code, 1)
  assert.match(refused.stdout, /column "Email": found nothing \(as in 21 of/)
})

test('what a config says of an export holds', async () => {
  const config = file('shop.json', JSON.stringify({ columns: { item_id: 'Item Name' }, basket: 86400 }))
  const run = await cli('check', '--interactions', file('said.csv', woo()), '--config', config, '--json')
  const account = JSON.parse(run.stdout)
  const roles = Object.fromEntries(account.inputs[0].columns.map(({ name, role }) => [name, role]))
  assert.deepEqual([roles['Item Name'], roles['SKU'], roles['Order Number']], ['item_id', null, null])
})

test('an export of Squarespace is known, whose orders have a number in place of a name', async () => {
  const rows = ORDERS.flatMap(({ order, lines }) =>
    lines.map((item, line) => ({
      'Order ID': `0${order}`,
      Email: line === 0 ? `c${order % 17}@example.com` : '',
      'Financial Status': line === 0 ? 'PAID' : '',
      'Created at': `2024-01-${String(1 + (order % 28)).padStart(2, '0')} 10:00:11`,
      'Lineitem quantity': 1,
      'Lineitem name': `The ${item}`,
      'Lineitem sku': item,
    })),
  )
  const log = file('squarespace.csv', csv(rows))
  assert.deepEqual(await orderExportOf(log), { user_id: 'Email', item_id: 'Lineitem sku', basket: 'Order ID', timestamp: 'Created at', event: 'Financial Status' }) // prettier-ignore
  const run = await cli('check', '--interactions', log)
  assert.equal(run.code, 0, run.stdout + run.stderr)
  assert.match(run.stdout + run.stderr, /120 rows of interactions/)
})

test('orders of several rows that nobody calls baskets are pointed at, single ones are not', async () => {
  const rows = (orderOf) => ORDERS.flatMap(({ order, lines }) => lines.map((item, line) => ({ who: `c${order % 17}`, what: item, order_no: orderOf(order, line) }))) // prettier-ignore
  const columns = { interactions: { user_id: 'who', item_id: 'what' } }
  const said = async (orderOf, config) => {
    const args = ['--interactions', file('orders.csv', csv(rows(orderOf))), '--config', file('orders.json', JSON.stringify({ columns, ...config }))] // prettier-ignore
    const { stdout, stderr } = await cli('check', ...args)
    return (stdout + stderr).includes('"order_no", which is not used, looks like orders of several rows; {"basket":"order_no"} in a config') // prettier-ignore
  }
  assert.equal(await said((order) => order), true)
  assert.equal(await said((order) => order, { basket: 'order_no' }), false)
  assert.equal(await said((order, line) => 2 * order + line), false)
})
