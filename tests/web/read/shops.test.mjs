// Order exports of shops: known by their columns, and read by `build` and `check` without a config.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderExportOf } from '../../../build/web/read/shops.js'
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

test('exports of Shopify and WooCommerce are known by their columns, others are not', async () => {
  const of = (text) => orderExportOf(file('export.csv', text))
  const ofShopify = { user_id: 'Email', item_id: 'Lineitem sku', timestamp: 'Created at', basket: 'Name' }
  assert.deepEqual(await of(shopify()), ofShopify)
  assert.deepEqual(
    await of(shopify({ sku: () => '' })),
    { ...ofShopify, item_id: 'Lineitem name' },
    'a shop without SKUs',
  )
  const ofWoo = { user_id: 'Email (Billing)', item_id: 'SKU', timestamp: 'Order Date', basket: 'Order Number' }
  assert.deepEqual(await of(woo()), ofWoo)
  assert.deepEqual(await of(woo({ 'Customer ID': 0 })), ofWoo, 'guests have no number, but an address')
  assert.equal((await of(woo({ 'Customer ID': 7, 'Email (Billing)': '' }))).user_id, 'Customer ID')
  assert.equal(await of('user_id,item_id,order_id\na,b,c\n'), null)
  assert.equal(await of('Name,Email,City\na,b,c\n'), null)
})

for (const [name, text, cart, goes] of [
  ['shopify', shopify(), 'PAN', 'OIL'],
  ['woo', woo(), 'pan', 'oil'],
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
    assert.equal(config.basket, name === 'woo' ? 'Order Number' : 'Name')
    const { items } = await cliJson('recommend', bundle, '--cart', cart, '--k', 1)
    assert.deepEqual([items[0].id, items[0].sources], [goes, ['together']])
  })

test('what a config says of an export holds', async () => {
  const config = file('shop.json', JSON.stringify({ columns: { item_id: 'Item Name' }, basket: 86400 }))
  const run = await cli('check', '--interactions', file('said.csv', woo()), '--config', config, '--json')
  const account = JSON.parse(run.stdout)
  const roles = Object.fromEntries(account.inputs[0].columns.map(({ name, role }) => [name, role]))
  assert.deepEqual([roles['Item Name'], roles['SKU'], roles['Order Number']], ['item_id', null, null])
})
