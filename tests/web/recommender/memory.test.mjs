// Memory: requests never make it grow, and serving a catalogue of 41,000 items takes its bundle and 4 MB at most.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rounds } from '../helpers/long.mjs'
import { built, builtShop, COLOURS, csv, file, GENRES, openBytes, random, shop } from '../helpers/shop.mjs'

const REQUESTS = rounds(100_000, 8000)
test(`${REQUESTS} mixed requests do not grow memory by a byte`, async () => {
  const { bytes } = await builtShop(
    shop({ items: 2000, users: 300, each: 20 }),
    {},
    {
      tune: false,
      dimension: 32,
      layers: [4],
      sources: { als: true, i2i: true, next: true, content: true, attributes: true, popular: true },
    },
  )
  const { rec, memory } = await openBytes(bytes)
  const before = memory.buffer.byteLength
  const draw = random(1)
  const id = () => (draw() < 0.02 ? 'nobody' : `p${draw.below(2000)}`)
  const some = (most) => Array.from({ length: draw.below(most) }, id)
  const filters = [
    () => ({ genre: draw.of(GENRES) }),
    () => ({ colour: { not: draw.of(COLOURS) } }),
    () => ({ year: { gte: 1980 + draw.below(40) } }),
    () => ({ stock: true, genre: GENRES.slice(0, 2) }),
  ]
  for (let round = 0; round < REQUESTS; round++) {
    const what = round % 8
    if (what < 3)
      rec.nearest(rec.vector(draw.below(rec.items), 'content'), {
        k: 1 + draw.below(100),
        space: 'content',
        layers: draw.below(2),
      })
    else if (what === 3) rec.similar(`p${draw.below(100)}`, { k: 10, filter: draw.of(filters)() })
    else if (what === 4) rec.recommend({ history: some(8), k: 10, filter: draw.of(filters)(), explain: true })
    else if (what === 5)
      rec.recommend({
        history: some(round % 800 === 5 ? 1500 : 30),
        k: round % 800 === 5 ? 1000 : 10,
        exclude: some(10),
      })
    else if (what === 6) rec.recommend({ history: some(4), k: 5, allow: some(200) })
    else rec.attributes(draw.below(rec.items))
  }
  assert.equal(memory.buffer.byteLength - before, 0)
})

test('serving 41,000 items takes the bundle and at most 4 MB', async (t) => {
  const draw = random(2)
  const items = 41_000
  const rows = []
  for (let user = 0; user < 6000; user++)
    for (let e = 0; e < 25; e++) rows.push(`u${user},${Math.floor(items * draw() ** 1.5)}\n`)
  for (let item = 0; item < items; item++) rows.push(`u${item % 6000},${item}\n`)
  const { bytes } = await built(
    { interactions: file('large.csv', `user_id,item_id\n${rows.join('')}`) },
    {
      tune: false,
      threads: 2,
      sources: { als: true, i2i: true, popular: true },
    },
  )
  const { rec, memory } = await openBytes(bytes)
  assert.equal(rec.items, items)
  for (let round = 0; round < 50; round++)
    rec.recommend({ history: Array.from({ length: 40 }, () => String(draw.below(items))), k: 1000, explain: true })
  const besides = memory.buffer.byteLength - bytes.length
  t.diagnostic(`bundle ${(bytes.length / 1e6).toFixed(2)} MB, memory besides ${(besides / 1e6).toFixed(2)} MB`)
  assert.ok(besides <= 4 * 2 ** 20, `${besides} bytes besides the bundle`)
})
