// `martello split --items`: what is here of a split catalogue has the text and attributes that a bundle of all of it has, and is filtered so.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { columnsFor } from '../../../build/web/build/split/columns.js'
import { split as splitRows } from '../../../build/web/build/split/split.js'
import { Learn } from '../../../build/web/learn/learn.js'
import { openRows, readItems } from '../../../build/web/read/index.js'
import { Recommender } from '../../../dist/node.js'
import { cli, cliJson, file, gaussians, npy, path, random, SILENT } from '../helpers/shop.mjs'

const [ROWS, DIM] = [5011, 16]
const ALL = { bytes: 1e9, requests: 1e6, keep: 1e9 }
const rows = gaussians(ROWS, DIM, 7)
const row = (r) => rows.subarray(r * DIM, (r + 1) * DIM)
const id = (r) => `item ${r}`
const draw = random(9)
const below = (n) => Math.floor(n * draw())

/** Of each row in its turn; some have none, and some rows have no vector. */
const COLOURS = ['red', 'blue', 'grün', '赤', 'Rot, hell', '🟥']
const items = Array.from({ length: ROWS + 3 }, (_, r) => ({
  item_id: r < ROWS ? id(r) : `nowhere ${r}`,
  title: r % 11 === 0 ? null : `Thing ${r}, „${COLOURS[r % 6]}“ ${'and more '.repeat(below(4))}`,
  colour: r % 13 === 0 ? null : COLOURS[below(3) + (r % 4)],
  brand: `brand ${below(900)}`, // most lists have some that no other has
  tags: COLOURS.filter(() => below(3) === 0),
  stocked: r % 5 === 0 ? 'no' : 'yes',
  price: r % 17 === 0 ? null : below(10_000) / 100,
  exact: 1 / (1 + r), // needs eight bytes, in most rows
  released: `20${10 + below(15)}-0${1 + below(9)}-1${below(10)}`,
  seen: r === 77 ? '2020-05-05T05:05:05Z' : '2020-05-05',
})).filter((_, r) => r % 100 !== 50)

let table, ids, catalogue, plain
before(async () => {
  table = await npy('rows.npy', [ROWS, DIM], rows)
  ids = file('ids.txt', Array.from({ length: ROWS }, (_, r) => `${id(r)}\n`).join(''))
  catalogue = file('items.jsonl', items.map((one) => `${JSON.stringify(one)}\n`).join(''))
  await cli('build', '--embeddings', table, '--ids', ids, '--items', catalogue, '-o', path('plain.martello'), '--config', file('build.json', '{"sources":{"content":false,"attributes":false}}'), '--quiet') // prettier-ignore
  plain = await Recommender.open(path('plain.martello'))
})

const rowsAnd = async (of) => {
  const source = await openRows(table, { ids })
  return [source, columnsFor(await Learn.start(), await readItems([of]), source, {}, () => {})]
}
const args = (name) => ['split', '--embeddings', table, '--ids', ids, '--items', catalogue, '-o', path(name)]
const split = (name, ...more) => cliJson(...args(name), '--lists', '40', ...more)
const root = (name) => Recommender.open(join(path(name), 'root.martello'))
const sums = (name) =>
  readdirSync(path(name))
    .sort()
    .map((one) => [one, createHash('sha256').update(readFileSync(join(path(name), one))).digest('hex')]) // prettier-ignore

for (const metric of ['ip', 'l2'])
  test(`each item has what a bundle of all has of it: ${metric}`, async () => {
    const config = file(`${metric}.json`, JSON.stringify({ metric }))
    const told = await split(metric, '--config', config)
    const rec = await root(metric)
    const same = () => {
      for (let n = 0; n < rec.items; n++)
        assert.deepEqual(rec.attributes(n), plain.attributes(plain.number(rec.id(n))), rec.id(n))
    }
    same() // the root alone
    await rec.sharpen({ vector: row(1), bytes: 20_000 })
    assert.ok(rec.items > told.head && rec.items < ROWS)
    same()
    await rec.sharpen({ vector: row(2), ...ALL })
    assert.equal(rec.items, ROWS)
    same()
    await rec.sharpen({ vector: row(3), bytes: 20_000, keep: 20_000 }) // most went
    assert.ok(rec.items < ROWS)
    same()
    rec.close()
  })

const any = (value, ...values) => [value ?? []].flat().some((one) => values.includes(one))
const FILTERS = [
  [{ colour: 'grün' }, ({ colour }) => any(colour, 'grün')],
  [{ colour: ['赤', '🟥'] }, ({ colour }) => any(colour, '赤', '🟥')],
  [{ colour: { not: 'red' } }, ({ colour }) => !any(colour, 'red')],
  [{ tags: 'Rot, hell' }, ({ tags }) => any(tags, 'Rot, hell')],
  [{ tags: { not: ['red', 'blue'] } }, ({ tags }) => !any(tags, 'red', 'blue')],
  [{ brand: ['brand 7', 'brand 700', 'brand 888'] }, ({ brand }) => any(brand, 'brand 7', 'brand 700', 'brand 888')],
  [{ stocked: true }, ({ stocked }) => stocked === 'true'],
  [{ stocked: false, price: { lt: 50 } }, ({ stocked, price }) => stocked === 'false' && price < 50],
  [{ price: { gte: 20, lt: 21 } }, ({ price }) => price >= 20 && price < 21],
  [{ exact: { gt: 0.001 } }, ({ exact }) => exact > 0.001],
  [{ released: { gte: '2015-01-01', lt: '2018-01-01' } }, ({ released: at }) => at >= '2015-01-01' && at < '2018-01-01'], // prettier-ignore
  [{ seen: { gt: '2020-05-05' } }, ({ seen }) => seen > '2020-05-05T00:00:01'],
  [{ brand: 'none' }, () => false],
]

test('filters keep of what is here what they keep of all', async () => {
  const rec = await root('l2')
  const all = Array.from({ length: plain.items }, (_, n) => plain.id(n)).filter((one) => /^item/.test(one))
  for (const wish of [{ bytes: 0 }, { bytes: 30_000 }, ALL]) {
    await rec.sharpen({ vector: row(5), ...wish })
    const here = Array.from({ length: rec.items }, (_, n) => rec.id(n))
    for (const [filter, passes] of FILTERS) {
      const passing = (of) => Array.from(of.nearest(row(9), { k: 1000, filter }).items, (n) => of.id(n))
      const known = new Set(all.filter((one) => passes(plain.attributes(plain.number(one)))))
      const expected = here.filter((one) => known.has(one))
      assert.equal(passing(plain).length, Math.min(1000, known.size), JSON.stringify(filter))
      const found = passing(rec)
      assert.equal(found.length, Math.min(1000, expected.length), JSON.stringify(filter))
      assert.ok(found.every((one) => known.has(one)), JSON.stringify(filter)) // prettier-ignore
      const { items } = rec.recommend({ history: [here[3]], filter, k: 20 })
      for (const { id, attributes } of items) {
        assert.ok(known.has(id), `${id} passes ${JSON.stringify(filter)}`)
        assert.deepEqual(attributes, plain.attributes(plain.number(id)))
      }
      assert.equal(items.length, Math.min(20, expected.filter((one) => one !== here[3]).length), JSON.stringify(filter))
    }
  }
  rec.close()
})

test('what meets nothing is told, and how columns were read, as by a build', async () => {
  const { code, stderr } = await cli(...args('told'))
  assert.equal(code, 0, stderr)
  assert.match(stderr, /items\.jsonl: 4964 rows, item_id, title/)
  assert.match(stderr, /seen: date/)
  assert.match(stderr, /look: .*rows\.npy: 50 of 5011 items are not in .*items\.jsonl, for example "item 50", "item 150", "item 250"; they have no text and no attributes/) // prettier-ignore
  assert.match(stderr, /look: .*items\.jsonl: 3 of 4964 items have no vector in .*rows\.npy, for example "nowhere 5011", "nowhere 5012", "nowhere 5013"; they are left out/) // prettier-ignore
})

test('keys of a config say how the catalogue is read', async () => {
  const config = file('kept.json', JSON.stringify({ columns: { items: { title: 'brand' } }, keep: ['price', 'released'], kinds: { released: 'category' }, people: 3 })) // prettier-ignore
  const { code, stderr } = await cli(...args('kept'), '--config', config)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /look: config: split does not ask for "people"\n/)
  const rec = await root('kept')
  const one = items.find(({ item_id: item }) => item === rec.id(0))
  assert.deepEqual(Object.keys(rec.attributes(0)).sort(), ['price', 'released', 'title'])
  assert.deepEqual([rec.attributes(0).title, rec.attributes(0).released], [one.brand, one.released])
  rec.close()
})

test('the same bytes from one run and from shares; another catalogue is another', async () => {
  const run = async (name, of, share) => {
    const [source, columns] = await rowsAnd(of)
    mkdirSync(path(name), { recursive: true })
    return splitRows(source, path(name), { lists: 40, files: 3 }, SILENT, share, columns)
  }
  await run('whole', catalogue)
  for (const job of [1, 0, 2]) assert.equal((await run('shares', catalogue, { job, of: 3 })).whole, job === 2)
  assert.deepEqual(sums('shares'), sums('whole'))
  await run('other', file('other.jsonl', readFileSync(catalogue, 'utf8').replace('Thing 4,', 'Thong 4,')))
  const lists = (name) => sums(name).filter(([one]) => one.endsWith('.bin'))
  assert.equal(lists('other').length, lists('whole').length)
  for (const [name] of lists('other')) assert.ok(!lists('whole').some(([one]) => one === name), name)
})

test('shards have the attributes of their items', async () => {
  await cliJson(...args('shards'), '--shards', '3')
  let seen = 0
  for (const name of readdirSync(path('shards'))) {
    const rec = await Recommender.open(join(path('shards'), name))
    for (let n = 0; n < rec.items; n++, seen++)
      assert.deepEqual(rec.attributes(n), plain.attributes(plain.number(rec.id(n))))
    rec.close()
  }
  assert.equal(seen, ROWS)
})

test('a catalogue without any of the items is refused, as are odd cells', async () => {
  const refused = async (text, message) => {
    const { code, stderr } = await cli('split', '--embeddings', table, '--ids', ids, '--items', file('no.csv', text), '-o', path('no')) // prettier-ignore
    assert.equal(code, 1)
    assert.match(stderr, message)
  }
  await refused('item_id,title\n1,a\n2,b\n', /no\.csv: found none of its 2 items in .*rows\.npy, for example "1"/)
  await refused('item_id,title\nitem 1,a\nitem 1,b\n', /no\.csv, row 2 .*, column "item_id": found "item 1" again, expected each id once/) // prettier-ignore
})
