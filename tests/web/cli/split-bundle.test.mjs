// `martello split BUNDLE`: with all of its lists a root answers as the bundle that it was cut from, and with some of them from what is here.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { builtShop, cli, cliJson, csv, file, path, shop } from '../helpers/shop.mjs'

const ALL = { bytes: 1e9, requests: 1e6, keep: 1e9 }
const made = shop({ items: 1500, users: 700, each: 25, seed: 3 })
const folder = path('cut')
const bundle = path('whole.martello')
const people = new Map()
for (const { user_id, item_id } of made.events) people.set(user_id, [...(people.get(user_id) ?? []), item_id])
const histories = [...people.values()]
let whole, told
before(async () => {
  const { bytes } = await builtShop(made, { name: 'cut' }, { people: 1 })
  writeFileSync(bundle, bytes)
  told = await cliJson('split', bundle, '-o', folder, '--lists', '30')
  whole = await Recommender.open(bytes)
})
const root = () => Recommender.open(join(folder, 'root.martello'))
const scores = (answer) => new Map(answer.items.map(({ id, score }) => [id, score]))

test('with all lists: the same items, scores, attributes and filters as the bundle', async () => {
  assert.equal(told.items, whole.items)
  assert.ok(told.head < whole.items && told.lists > 10, JSON.stringify(told))
  const rec = await root()
  assert.equal(rec.items, told.head)
  assert.deepEqual(rec.sources, whole.sources)
  await rec.sharpen({ history: histories[0], ...ALL })
  assert.equal(rec.items, whole.items)
  for (let n = 0; n < whole.items; n += 13) {
    const here = rec.number(whole.id(n))
    assert.deepEqual(rec.attributes(here), whole.attributes(n))
    for (const space of whole.spaces) assert.deepEqual(rec.vector(here, space), whole.vector(n, space))
  }
  for (const filter of [undefined, { genre: 'Drama', year: { gte: 1990 } }])
    for (let p = 0; p < histories.length; p += 20) {
      const request = { history: histories[p], k: 40, rankCandidates: 0, ...(filter && { filter }) }
      const [one, other] = [whole.recommend(request), rec.recommend(request)].map((answer) => answer.items.map(({ score }) => score)) // prettier-ignore
      // items of one score may stand in another order, and one of them be cut off, for numbers of items are others
      assert.equal(other.length, one.length)
      one.forEach((score, i) => assert.ok(Math.abs(score - other[i]) < 1e-4, `person ${p}, place ${i}: ${score}, ${other[i]}`)) // prettier-ignore
    }
  rec.close()
})

test('the root alone answers, and lists of a history bring what its neighbours are', async () => {
  const rec = await root()
  let [alone, sharp, wanted] = [0, 0, 0]
  for (let p = 1; p < histories.length; p += 20) {
    const history = histories[p].slice(-6)
    const best = scores(whole.recommend({ history, k: 20 }))
    const found = () => [...scores(rec.recommend({ history, k: 20 })).keys()].filter((id) => best.has(id)).length
    await rec.sharpen({ history: [], keep: 0 })
    alone += found()
    const { bytes, requests } = await rec.sharpen({ history, bytes: 60_000, requests: 8, keep: 0 })
    assert.ok(bytes <= 60_000 && requests <= 8, `${bytes} bytes in ${requests} requests`)
    sharp += found()
    wanted += best.size
  }
  assert.ok(sharp > 1.2 * alone && sharp > 0.5 * wanted, `${alone} alone, ${sharp} with lists, of ${wanted}`)
  rec.close()
})

test('twice the same bytes', async () => {
  const again = path('again')
  await cliJson('split', bundle, '-o', again, '--lists', '30')
  for (const name of readdirSync(folder)) assert.deepEqual(readFileSync(join(again, name)), readFileSync(join(folder, name)), name) // prettier-ignore
  assert.deepEqual(readdirSync(again).sort(), readdirSync(folder).sort())
})

test('eval of a holdout: each person as on a first visit', async () => {
  const last = new Map(made.events.map((event) => [event.user_id, event]))
  const past = made.events.filter((event) => last.get(event.user_id) !== event)
  const args = ['--history', file('past.csv', csv(past)), '--holdout', file('last.csv', csv([...last.values()]))]
  const figures = await cliJson('eval', join(folder, 'root.martello'), ...args, '--people', '60')
  assert.ok(figures.users > 0 && figures.users <= 60)
  assert.ok(figures.most.requests <= 8 && figures.most.bytes <= 400_000 && figures.bytes_fetched > 0)
  assert.equal(figures.root.items, told.head)
})

test('what cannot be cut is refused in a sentence', async () => {
  const refused = async (...args) => {
    const { code, stderr } = await cli('split', ...args)
    assert.notEqual(code, 0)
    return stderr
  }
  assert.match(await refused(join(folder, 'root.martello'), '-o', path('no')), /split already/)
  assert.match(await refused(bundle, '-o', path('no'), '--items', 'x.csv'), /--items: found it beside a bundle/)
  assert.match(await refused('-o', path('no')), /BUNDLE or --embeddings is missing/)
})

test('rules, campaigns and what was withdrawn hold in parts, and what is not in them is said', async () => {
  const items = file('ruled-items.csv', csv(made.goods))
  const campaigns = file('ruled-lists.csv', 'item_id,list,weight\np900,editors,2\np20,editors,1\n')
  const policy = file('ruled.json', JSON.stringify({ rules: { pins: [{ id: 'p1400', position: 2 }], deny: [{ ids: ['p3', 'p1200'] }] } })) // prettier-ignore
  const config = file('ruled-config.json', JSON.stringify({ people: 1 }))
  const args = ['--campaigns', campaigns, '--policy', policy, '--config', config, '--quiet']
  const before = path('ruled-before.martello')
  await cliJson('build', '-o', before, '--interactions', file('ruled-log.csv', csv(made.events)), '--items', items, ...args) // prettier-ignore
  const isGone = ({ item_id }) => ['p1200', 'p1300'].includes(item_id)
  const left = file('ruled-left.csv', csv(made.events.filter((event) => !isGone(event))))
  const goods = file('ruled-goods.csv', csv(made.goods.filter((one) => !isGone(one))))
  const ruled = path('ruled.martello')
  const built = await cli('build', '-o', ruled, '--interactions', left, '--items', goods, '--previous', before, ...args) // prettier-ignore
  assert.equal(built.code, 0, built.stderr)
  const { stderr } = await cli('split', ruled, '-o', path('ruled'), '--lists', '30')
  assert.match(stderr, /look: .*ruled\.martello: the index of words is left out/)
  assert.match(stderr, /look: .*2 items that were withdrawn are left out/)
  const [rec, of] = [await Recommender.open(join(path('ruled'), 'root.martello')), await Recommender.open(ruled)]
  assert.equal(rec.number('p1300'), undefined)
  for (const lists of [0, 1]) {
    if (lists) await rec.sharpen({ history: histories[0], ...ALL })
    for (let p = 0; p < histories.length; p += 50) {
      const [one, other] = [of, rec].map((each) => each.recommend({ history: histories[p], k: 30 }).items)
      const ids = other.map(({ id }) => id)
      if (!histories[p].includes('p1400')) assert.equal(ids[1], 'p1400')
      assert.ok(!ids.some((id) => ['p3', 'p1200', 'p1300'].includes(id)), ids.join())
      // the last of a source may be another of its score, which moves a few of the others a little
      if (lists)
        one.forEach(({ score }, i) =>
          assert.ok(Math.abs(score - other[i].score) < 0.03, `${p}, ${i}: ${score}, ${other[i].score}`),
        )
    }
    assert.ok(rec.recommend({ k: 30, weights: { editors: 5 } }).items.some(({ id }) => id === 'p900'))
  }
})
