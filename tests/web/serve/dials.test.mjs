// The dials of martello serve's page: which a bundle has, and what they say in a request.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { dialsOf, insidesOf, requestOf } from '../../../build/web/serve/dials.js'
import { siteOf } from '../../../build/web/serve/site.js'
import { BUNDLES, opened, products, RULES } from '../helpers/serve-page.mjs'

const { bytes } = await BUNDLES['ranker and rules']()
const { facts } = await siteOf([await opened('ruled', bytes)])
const [bundle] = facts.bundles
const rec = await Recommender.open(bytes)
const HISTORY = ['p3', 'p8', 'p13']
const idsOf = (request, history = HISTORY) => rec.recommend({ history, k: 20, ...request }).items.map(({ id }) => id)
const dials = [...dialsOf(bundle), ...insidesOf(bundle).weights, ...insidesOf(bundle).switches]
const resting = Object.fromEntries(dials.map(({ name, rest }) => [name, rest]))

test('what was found out of the bundle', () => {
  const kinds = Object.fromEntries(bundle.attributes.map(({ name, kind }) => [name, kind]))
  assert.deepEqual(kinds, {
    title: 'text',
    genre: 'many',
    colour: 'category',
    year: 'number',
    stock: 'category',
    price: 'number',
    stars: 'number',
    reviews: 'number',
    added: 'date',
    photo: 'text',
  })
  const { title, image, corner, score, popularity, date } = bundle.roles
  assert.deepEqual(
    [title, image, corner, score, popularity, date],
    ['title', 'photo', 'price', 'stars', 'reviews', 'added'],
  )
  assert.deepEqual(bundle.rules, RULES)
  assert.ok(bundle.ranks && bundle.searches)
  const [colours] = bundle.attributes.filter(({ name }) => name === 'colour')
  assert.deepEqual(colours.values.map(([value]) => value).sort(), ['blue', 'green', 'red'])
  const added = bundle.attributes.find(({ name }) => name === 'added').quantiles
  const days = products().map(({ added }) => Date.parse(added) / 1000)
  assert.deepEqual([added[0], added[20]], [Math.min(...days), Math.max(...days)])
})

test('at rest they say nothing', () => {
  assert.deepEqual(requestOf(bundle, {}, 0), {})
  assert.deepEqual(requestOf(bundle, resting, 3), {})
  assert.equal(dials.find(({ name }) => name === 'diversity').rest, 4, '.3 of .75')
  assert.equal(dials.find(({ name }) => name === 'calibration').rest, 2)
})

test('each at either end says what the bundle understands, and something comes of it', () => {
  const plain = idsOf({})
  for (const { name, min, max, rest } of dials)
    for (const value of [min, max].filter((one) => one !== rest)) {
      const request = requestOf(bundle, { ...resting, [name]: value }, HISTORY.length)
      assert.notDeepEqual(request, {}, name)
      assert.equal(idsOf(request).length, 20, name)
    }
  const at = (name, value) => idsOf(requestOf(bundle, { ...resting, [name]: value }, HISTORY.length))
  assert.notDeepEqual(at('freshness', 10), plain)
  assert.notDeepEqual(at('diversity', 10), plain)
  assert.notDeepEqual(at('ranker', 0), plain)
  const rows = new Map(products().map((row) => [row.item_id, row]))
  const mean = (ids, of) => ids.reduce((sum, id) => sum + of(rows.get(id)), 0) / ids.length
  const day = ({ added }) => Date.parse(added)
  assert.ok(mean(at('freshness', 10), day) > mean(at('freshness', 0), day))
  // `require` keeps to what is in stock until it is switched off
  const every = (request) => rec.recommend({ k: 120, ...request }).items.length
  const stocked = products().filter(({ stock }) => stock).length
  assert.equal(every(requestOf(bundle, { ...resting, 'rule:caps': 0 }, 0)), stocked)
  assert.equal(every(requestOf(bundle, { ...resting, 'rule:require': 0, 'rule:caps': 0 }, 0)), 120)
})

test('a source that is silent brings nothing', () => {
  const silent = requestOf(bundle, { ...resting, 'weight:popular': 0 }, 3)
  assert.deepEqual(silent.weights, { popular: 0 })
  const loud = requestOf(bundle, { ...resting, 'weight:attributes': 10 }, 3)
  const own = bundle.sources.find(({ name }) => name === 'attributes').weight[1]
  assert.ok(loud.weights.attributes > own)
})
