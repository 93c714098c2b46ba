// Prices on cards: in the currency that a column names or the catalogue wrote, else as they stand.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extraOf } from '../../../build/web/serve/extra.js'
import { money } from '../../../build/web/serve/money.js'
import { noChromium as skip } from '../helpers/browsers.mjs'
import { builtIn, pageAt, servedBundles } from '../helpers/serve-page.mjs'
import { csv, file } from '../helpers/shop.mjs'
import { readItems } from '../../../build/web/read/index.js'

/** Forty things; `more`: what their rows have besides. */
const rows = (more) =>
  Array.from({ length: 40 }, (_, i) => ({ item_id: `p${i}`, title: `Thing number ${i}`, category: 'abc'[i % 3], ...more(i) })) // prettier-ignore
const price = (i) => `${12 + i}.5`
const german = (i) => `"${12 + i},50 €"`

/** What stands in the corners of the page's HTML, before any script ran, and what the bundle's attributes play. */
async function cornersOf(more, looks = {}) {
  const { url, facts } = await servedBundles({ shop: (await builtIn(rows(more))).bytes }, { looks })
  const html = await (await fetch(url)).text()
  const corners = [...html.matchAll(/<span class="corner">([^<]*)<\/span>/g)].map(([, text]) => text).filter(Boolean) // the template of a card has none
  assert.equal(corners.length, 12)
  return { url, roles: facts.bundles[0].roles, corners: new Set(corners), facts }
}

test('amounts of money are written as their currencies are', () => {
  const said = [
    [1299.5, 'EUR', '€1,299.50'],
    [12, '€', '€12.00'],
    [-3.5, '$', '-$3.50'],
    [1200, 'JPY', '¥1,200'],
    [12.5, 'kr', '12.50 kr'],
    [9.99, 'CHF', 'CHF\u00a09.99'],
  ]
  for (const [value, currency, expected] of said) assert.equal(money(value, currency), expected)
})

test('prices as a catalogue writes them have its currency, and a column of currencies says each by itself', async () => {
  const written = await cornersOf((i) => ({ price: german(i) }))
  for (const corner of written.corners) assert.match(corner, /^€\d\d\.50$/)
  assert.equal(written.facts.bundles[0].attributes.find(({ name }) => name === 'price').unit, '€')

  const { roles, corners } = await cornersOf((i) => ({ price: price(i), currency: i % 2 ? 'USD' : 'EUR' }))
  assert.equal(roles.currency, 'currency')
  assert.ok(!roles.about.includes('currency') && roles.colour === 'category')
  assert.deepEqual(new Set([...corners].map((corner) => corner.replace(/[\d.]/g, ''))), new Set(['€', '$']))
})

test('without a currency a price is a number, and other units and other numbers are no money', async () => {
  for (const corner of (await cornersOf((i) => ({ price: price(i) }))).corners) assert.match(corner, /^price \d\d\.50$/)
  const weights = await cornersOf((i) => ({ cost: `${10 + i}.5 kg`, currency: 'x' }))
  for (const corner of weights.corners) assert.match(corner, /^cost \d\d\.50$/)
  const years = await cornersOf((i) => ({ year: 1990 + i, currency: i % 2 ? 'USD' : 'EUR' }))
  assert.equal(years.roles.currency, null)
  for (const corner of years.corners) assert.match(corner, /^\d{4}$/)
})

test('looks name the currency, or none', async () => {
  const more = (i) => ({ price: price(i), currency: 'EUR', market: i % 2 ? 'USD' : 'GBP' })
  const named = await cornersOf(more, { attributes: { currency: 'market' } })
  assert.deepEqual(new Set([...named.corners].map((corner) => corner[0])), new Set(['$', '£']))
  for (const corner of (await cornersOf(more, { attributes: { currency: null } })).corners)
    assert.match(corner, /^price/)
})

test('the page writes them as its HTML did, and so of a catalogue beside the bundle', { skip }, async () => {
  const { url, corners } = await cornersOf((i) => ({ price: german(i) }))
  const { page, errors } = await pageAt(url)
  assert.deepEqual(new Set(await page.locator('#shelf .corner').allInnerTexts()), corners)
  const extra = extraOf(await readItems([file('beside.csv', csv(rows((i) => ({ price: german(i) }))))]))
  const bare = await servedBundles({ bare: (await builtIn(rows(() => ({})))).bytes }, { extra })
  const beside = await pageAt(bare.url)
  await beside.page.locator('#shelf .corner', { hasText: '€' }).first().waitFor()
  assert.match(await beside.page.locator('#shelf .corner').first().innerText(), /^€\d\d\.50$/)
  assert.deepEqual([...errors, ...beside.errors], [])
})
