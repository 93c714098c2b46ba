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

const day = (order) => `2024-01-${String(1 + (order % 28)).padStart(2, '0')} 10:00:11`
const number = { pan: 7, oil: 8, kettle: 9, tea: 10 }

/** WebToffee's, a row for each order and a column for each of its lines; who has no account has an address on the bill alone. */
const webtoffee = ({ sku = (item) => item.toUpperCase(), line = null } = {}) => {
  const said = (item) =>
    `"name:The ${item}, large|small: both|product_id:${number[item]}|sku:${sku(item)}|quantity:2|total:20.00|sub_total:20.00|tax:3.2"`
  return csv(
    ORDERS.map(({ order, lines: [first, second] }) => ({
      order_id: order,
      order_number: order,
      order_date: day(order),
      status: order % 10 === 1 ? 'refunded' : 'completed',
      customer_id: order % 3 ? order % 17 : 0,
      customer_email: order % 3 ? `c${order % 17}@example.com` : '',
      billing_email: `c${order % 17}@example.com`,
      shipping_items: '"items:The kettle × 1|method_id:flat_rate"',
      line_item_1: (line ?? said)(first),
      line_item_2: order % 7 === 0 ? '' : (line ?? said)(second),
    })),
  )
}

test('an export of WebToffee, which has a column for each line, is read line by line', async () => {
  const log = file('webtoffee.csv', webtoffee())
  const expected = { user_id: 'billing_email', item_id: 'line_item.sku', timestamp: 'order_date', event: 'status', basket: 'order_id' } // prettier-ignore
  assert.deepEqual(await orderExportOf(log), expected)
  const noSku = file('nosku.csv', webtoffee({ sku: () => '' }))
  assert.equal((await orderExportOf(noSku)).item_id, 'line_item.product_id')
  const plain = await readInteractions([file('plain.csv', webtoffee({ line: (item) => item }))], { columns: { user_id: 'billing_email', item_id: 'line_item.name' } }) // prettier-ignore
  assert.deepEqual(plain.itemIds, ['kettle', 'pan', 'oil', 'tea'], 'cells that are only names')

  const { rows, itemIds, files } = await readInteractions([log], logOptions({ columns: { interactions: { user_id: 'billing_email', item_id: 'line_item.name' } }, basket: 'order_id' })) // prettier-ignore
  const short = ORDERS.filter(({ order }) => order % 7 === 0).length
  assert.equal(rows, 120 - short)
  assert.equal(files[0].rows, rows)
  assert.ok(itemIds.includes('The tea, large|small: both'), itemIds.join('; '))

  const bundle = path('webtoffee.martello')
  const { config } = await cliJson('build', '-o', bundle, '--interactions', log)
  assert.equal(config.basket, 'order_id')
  const rec = await Recommender.open(bundle)
  const { items } = rec.recommend({ cart: ['PAN'], k: 1 })
  assert.deepEqual([items[0].id, items[0].sources], ['OIL', ['together']])
  rec.close()
})

test('orders of WebToffee that have no lines are left out and counted, rows line by line', async () => {
  const text = webtoffee().replace(/^1005,.*$/m, (row) => row.replace(/,"name:.*$/, ',,'))
  const log = file('bare.csv', text)
  const account = JSON.parse((await cli('check', '--interactions', log, '--json')).stdout)
  const short = ORDERS.filter(({ order }) => order % 7 === 0).length
  assert.equal(account.inputs[0].rows, 118 - short)
  const { code, stdout } = await cli('check', '--interactions', log, '--config', file('strict.json', '{ "skip": [] }'))
  assert.equal(code, 1)
  assert.match(stdout, /bare\.csv, row 8 \(line 6\), column "line_item\.sku": found nothing \(as in 1 of 110 rows\)/)
})

/** PrestaShop's SQL Manager: what a query asks for, such as orders with their lines. */
const prestashop = (more = () => ({})) =>
  csv(
    ORDERS.flatMap(({ order, lines }) =>
      lines.map((item) => ({
        id_order: order,
        id_customer: 1 + (order % 17),
        date_add: day(order),
        product_id: number[item],
        product_name: `The ${item}`,
        ...more(order, item),
      })),
    ),
  ).replaceAll(',', ';')

test('orders of PrestaShop are known without an e-mail address, and states that are numbers are pointed at', async () => {
  const of = (more) => orderExportOf(file('prestashop.csv', prestashop(more)))
  const expected = { user_id: 'id_customer', item_id: 'product_id', timestamp: 'date_add', basket: 'id_order' }
  assert.deepEqual(await of(), expected)
  assert.deepEqual(await of((_, item) => ({ product_reference: item })), { ...expected, item_id: 'product_reference' })
  assert.deepEqual(await of(() => ({ osname: 'Delivered' })), { ...expected, event: 'osname' })
  const log = file(
    'states.csv',
    prestashop((order) => ({ current_state: order % 10 === 1 ? 7 : 5 })),
  )
  const run = await cli('check', '--interactions', log)
  assert.equal(run.code, 0, run.stdout)
  const [, config] = /"current_state" numbers how orders ended, and all count; (\{.*?\}) in a config/.exec(run.stderr)
  const kept = JSON.parse((await cli('check', '--interactions', log, '--config', file('states.json', config), '--json')).stdout) // prettier-ignore
  assert.deepEqual([kept.errors, kept.inputs[0].rows], [[], 108])
  assert.doesNotMatch(
    (await cli('check', '--interactions', log, '--config', path('states.json'))).stderr,
    /numbers how/,
  )
})

test('orders that do not say who bought, or what, say what is missing, and what they suggest works', async () => {
  const lines = file('lines.csv', prestashop().replace(/^(.*?);.*?;.*?;/gm, '$1;'))
  const refused = await cli('check', '--interactions', lines)
  assert.equal(refused.code, 1)
  const [, config] = /config that names it: (\{.*\}), by which every order is somebody else's/.exec(refused.stdout)
  const bundle = path('lines.martello')
  await cliJson('build', '-o', bundle, '--interactions', lines, '--config', file('lines.json', config))
  const rec = await Recommender.open(bundle)
  assert.equal(rec.recommend({ cart: ['7'], k: 1 }).items[0].id, '8')
  rec.close()

  const page = csv(ORDERS.map(({ order }) => ({ ID: order, Reference: `XKB${order}`, 'New client': 1, Delivery: 'France', Customer: 'A. Doe', Total: '€23.00', Payment: 'Wire', Status: 'Delivered', Date: day(order) }))) // prettier-ignore
  const { code, stdout } = await cli('check', '--interactions', file('page.csv', page.replaceAll(',', ';')))
  assert.equal(code, 1)
  assert.match(
    stdout,
    /page\.csv: found orders by "ID", .*, which do not say what was bought, expected a row for each product/,
  )
})
