// Rows of JSON that keep their ids inside: under `properties`, as analytics write them, and in lists of items.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInteractions, readItems } from '../../../build/web/read/index.js'
import { file } from '../helpers/files.mjs'
import { checkHere } from '../helpers/shop.mjs'

const lines = (rows) => rows.map((row) => JSON.stringify(row)).join('\n')
const failed = (promise) => promise.then(assert.fail, ({ message }) => message)

const products = ['a', 'b', 'a', 'c']
const segment = products.map((id, n) => ({ anonymousId: `u${n % 2}`, event: 'Product Viewed', properties: { product_id: id, price: 2 }, timestamp: `2024-03-0${n + 1}T10:00:00Z`, context: { library: { name: 'js' } } })) // prettier-ignore
const mixpanel = products.map((id, n) => ({ event: 'View', properties: { time: 1700322255 + n, distinct_id: `u${n % 2}`, product_id: id } })) // prettier-ignore
const amplitude = products.map((id, n) => ({ user_id: `u${n % 2}`, event_type: 'view', event_time: '2024-03-01 10:00:00', event_properties: { sku: id } })) // prettier-ignore

for (const [what, rows, said] of [
  ['Segment', segment, { item_id: 'properties.product_id' }],
  ['Mixpanel', mixpanel, { user_id: 'properties.distinct_id', item_id: 'properties.product_id', timestamp: 'properties.time' }], // prettier-ignore
  ['Amplitude', amplitude, { item_id: 'event_properties.sku' }],
])
  for (const [format, text] of [
    ['jsonl', lines(rows)],
    ['json', JSON.stringify(rows)],
  ])
    test(`${what} (${format}): the error names the columns inside, and they are read`, async () => {
      const path = file(`${what}.${format}`, text)
      const user = what === 'Segment' ? { user_id: 'anonymousId' } : {}
      const message = await failed(readInteractions([path], { columns: user }))
      const { columns } = JSON.parse(/config that names it: (\{.*\})/.exec(message)[1])
      assert.deepEqual(columns.interactions, said)
      const log = await readInteractions([path], { columns: { ...user, ...columns.interactions } })
      assert.deepEqual(log.itemIds, ['a', 'b', 'c'])
      assert.equal(log.rows, 4)
      assert.ok(log.time !== null && !log.time.some(Number.isNaN))
    })

test('lists of items: the error says where ids are, with the line that makes rows of them', async () => {
  const ga4 = [{ user_pseudo_id: '1.2', event_name: 'purchase', event_params: [{ key: 'ga_session_id', value: { int_value: '1' } }], items: [{ item_id: 'SKU_1', price: 2 }] }] // prettier-ignore
  const otto = [{ session: 0, events: [{ aid: 7, ts: 1659304800025, type: 'clicks' }] }]
  const order = [{ customer_id: 1, 'line items': [{ sku: 's' }] }]
  for (const [rows, inside, jq] of [
    [ga4, 'items[].item_id', '. as $row | .items[] | $row + . | del(.items)'],
    [otto, 'events[].aid', '. as $row | .events[] | $row + . | del(.events)'],
    [order, 'line items[].sku', '. as $row | .["line items"][] | $row + . | del(.["line items"])'],
  ]) {
    const message = await failed(readInteractions([file('lists.jsonl', lines([...rows, ...rows]))]))
    assert.ok(message.includes(`such ids seem to be inside, as ${inside} (jq -c '${jq}' makes a row of each)`), message)
  }
})

test('a catalogue whose ids are inside says so', async () => {
  const message = await failed(readItems([file('inside.jsonl', lines([{ detail: { product_id: 1, title: 'a' } }, { detail: { product_id: 2, title: 'b' } }]))])) // prettier-ignore
  assert.ok(message.includes("as detail.product_id (jq -c '. + .detail | del(.detail)' makes columns of them)"), message) // prettier-ignore
})

test('a key that has a dot itself comes first, and one without the object has no cell', async () => {
  const rows = [{ user_id: 'u', 'p.id': 'flat', p: { id: 'deep' } }, { user_id: 'u', p: { id: 'deep' } }, { user_id: 'u', 'p.id': 'flat', p: null }] // prettier-ignore
  const options = { columns: { item_id: 'p.id' } }
  const log = await readInteractions([file('dots.jsonl', lines(rows))], options)
  assert.deepEqual(log.itemIds, ['flat', 'deep'])
  const missing = file('missing.jsonl', lines([...rows, { user_id: 'u', p: [] }]))
  assert.match(
    await failed(readInteractions([missing], options)),
    /row 4, column "p\.id": found nothing, expected an id/,
  )
})

test('what is left out may be inside', async () => {
  const path = file('left.jsonl', lines(segment))
  const log = await readInteractions([path], { columns: { user_id: 'anonymousId', item_id: 'properties.product_id' }, leaveOut: { 'properties.product_id': 'a' } }) // prettier-ignore
  assert.equal(log.rows, 2)
})

test('check says which columns were taken', async () => {
  const config = file('segment-config.json', JSON.stringify({ columns: { interactions: { user_id: 'anonymousId', item_id: 'properties.product_id' } } })) // prettier-ignore
  const { stdout } = await checkHere('--interactions', file('check.jsonl', lines(segment)), '--config', config)
  assert.match(stdout, /properties\.product_id = item_id +id +a, b, c/)
})

test('a usual name outside comes before one inside', async () => {
  const rows = [1, 2].map((n) => ({ customer_id: n, sku: `s${n}`, device: { id: 'd' } }))
  const log = await readInteractions([file('outside.jsonl', lines(rows))])
  assert.deepEqual(log.files[0].columns, { user_id: 'customer_id', item_id: 'sku' })
  const dotted = await readInteractions([file('r.csv', 'user.id,item.id\n1,2\n')]) // as data frames of R have them
  assert.deepEqual(dotted.files[0].columns, { user_id: 'user.id', item_id: 'item.id' })
})
