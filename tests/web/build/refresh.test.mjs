// Yesterday's bundle with today's catalogue: what was trained stays as it is, and what the catalogue says is today's.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import {
  build,
  readEmbeddings,
  readInteractions,
  readItems,
  readPrevious,
  refresh,
  sectionsOf,
} from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { cli, cliJson, csv, file, gaussians, npy, path, random, shop, SILENT } from '../helpers/shop.mjs'

const { goods: raw, events } = shop({ items: 150, users: 160, each: 14 })
/** A price, and words that some have in common. */
const goods = raw.map((one, i) => ({ ...one, title: `${one.title} ${['tent', 'lamp', 'stove'][i % 3]}`, price: 5 + i }))

const itemsOf = async (name, goods) => readItems([file(`${name}.csv`, csv(goods))])
const written = (name, { bytes, record }) => {
  writeFileSync(path(`${name}.martello`), bytes)
  return { bytes, record, path: path(`${name}.martello`) }
}

/** A build with a log, and what it said. */
async function trained(name, { items = goods, log = events, config = {}, previous = null, ...more } = {}) {
  const said = []
  const inputs = {
    interactions: log && (await readInteractions([file(`${name}-log.csv`, csv(log))])),
    items: items && (await itemsOf(`${name}-items`, items)),
    embeddings: null,
    previous: previous && (await readPrevious(previous.path)),
    ...more,
  }
  const built = await build(inputs, { threads: 1, ...config }, 1, { say: (line) => said.push(line), stage() {} })
  return { ...written(name, built), said }
}

/** A refresh, and what it said. */
async function refreshed(name, old, items, options = {}) {
  const said = []
  const progress = { say: (line) => said.push(line), stage() {} }
  const read = Array.isArray(items) ? await itemsOf(`${name}-items`, items) : items
  const made = await refresh(read, await readPrevious(old.path), progress, options)
  return { ...written(name, made), said, about: said.find((line) => line.startsWith("today's catalogue")) }
}

/** Sections by kind, name, ordinal and part. */
async function parts({ bytes }) {
  const all = await sectionsOf(bytes)
  return new Map(all.map(({ kind, name, ordinal, part, offset, bytes: size }) => [`${kind} ${name} ${ordinal} ${part}`, Buffer.from(bytes.subarray(offset, offset + size))])) // prettier-ignore
}
const OWN =
  /^(attribute|record|ids|places|withdrawn|terms|policy|rules) |^postings (terms|attributes|new) |^\w+ content /

const everything = { k: 1000, repeat: true }
const ids = ({ items }) => items.map(({ id }) => id)

const config = { allow: 'catalogue', sources: { usercf: true, item2vec: true }, repeat: true }
/** Of the first items alone. */
const log = events.filter(({ item_id: id }) => Number(id.slice(1)) < 140)
let monday
before(async () => (monday = await trained('monday', { items: goods.slice(0, 140), log, config })))

test('where prices alone changed, everything but they stays byte for byte', async () => {
  const cheaper = goods.slice(0, 140).map((one, i) => ({ ...one, price: i % 10 === 0 ? one.price / 2 : one.price }))
  const tuesday = await refreshed('prices', monday, cheaper)
  assert.match(tuesday.about, /: 0 new, 0 gone, 14 changed, 126 as they were$/)
  const [then, now] = [await parts(monday), await parts(tuesday)]
  assert.deepEqual([...now.keys()].sort(), [...then.keys()].sort())
  const others = [...now].filter(([name, bytes]) => !bytes.equals(then.get(name))).map(([name]) => name)
  assert.deepEqual(others.sort(), ['attribute price 5 0', 'record record 0 0'])
  const rec = await Recommender.open(tuesday.bytes)
  assert.equal(rec.attributes(rec.number('p20')).price, 12.5)
})

test('new items are found by words, by filters and by what the catalogue says, and by no list; what is gone is not recommended', async () => {
  const today = goods
    .slice(3)
    .map((one, i) => (i === 7 ? { ...one, genre: 'Horror', title: 'Quite another name' } : one))
  const tuesday = await refreshed('tuesday', monday, [...today, { ...goods[0], item_id: 'x1', title: 'Zeppelin', genre: 'Opera' }]) // prettier-ignore
  assert.match(tuesday.about, /: 11 new, 3 gone, 1 changed, 136 as they were$/)
  assert.match(tuesday.said.at(-1), /^trained as .*monday\.martello was: by a log up to 2020-/)
  const [old, rec] = await Promise.all([monday, tuesday].map(({ bytes }) => Recommender.open(bytes)))
  for (const { item_id: id } of goods.slice(0, 140)) assert.equal(rec.number(id), old.number(id), id)
  assert.deepEqual(ids(rec.search('Zeppelin')), ['x1'])
  assert.equal(ids(rec.search('another name'))[0], 'p10')
  assert.deepEqual(ids(rec.recommend({ k: 5, filter: { genre: 'Opera' } })), ['x1'])
  const kinds = ids(rec.recommend({ ...everything, filter: { genre: 'Horror' } }))
  assert.deepEqual(kinds.sort(), today.filter((one) => one.genre.includes('Horror')).map((one) => one.item_id).sort()) // prettier-ignore
  const fresh = ['x1', ...goods.slice(140).map((one) => one.item_id)]
  const only = (name) => Object.fromEntries(rec.sources.map((source) => [source, source === name ? 1 : 0]))
  const history = goods.slice(3, 9).map((one) => one.item_id)
  for (const name of rec.sources) {
    const { items } = rec.recommend({ ...everything, history, weights: only(name), explain: true })
    const found = ids({ items: items.filter(({ sources }) => sources.length > 0) })
    assert.ok(found.length > 0, name)
    assert.equal(found.some((id) => fresh.includes(id)), ['attributes', 'new', 'content'].includes(name), name) // prettier-ignore
  }
  const gone = goods.slice(0, 3).map((one) => one.item_id)
  for (const found of [
    rec.recommend(everything),
    rec.recommend({ ...everything, history }),
    rec.similar('p9', { k: 1000 }),
    rec.search('Thing', { k: 1000 }),
  ])
    assert.ok(ids(found).length > 0 && !ids(found).some((id) => gone.includes(id)))
  assert.equal(rec.attributes(rec.number('p0')).title, goods[0].title, 'a history may still name it')
})

test('a chain of refreshes: numbers are kept or taken, and what is taken has nothing of the item that had it', async () => {
  const items = (n, draw) => goods.slice(0, 140).filter((one, i) => !gone.has(i)).map((one) => (draw() < 0.05 ? { ...one, price: n } : one)) // prettier-ignore
  const gone = new Set()
  const draw = random(3)
  let made = monday
  const fresh = []
  for (let n = 1; n <= 12; n++) {
    for (let i = 0; i < 2; i++) gone.add(draw.below(140))
    for (let i = 0; i < 2; i++) fresh.push({ ...goods[draw.below(140)], item_id: `new-${n}-${i}`, genre: i === 0 ? `genre ${n}` : 'Drama' }) // prettier-ignore
    made = await refreshed(`chain-${n}`, made, [...items(n, draw), ...fresh], { config })
    assert.equal(made.record.refreshed.times, n)
  }
  const [old, rec] = await Promise.all([monday, made].map(({ bytes }) => Recommender.open(bytes)))
  const taken = fresh.filter(({ item_id: id }) => rec.number(id) < 140)
  assert.ok(taken.length > 5, `${taken.length} of ${fresh.length} new items took a number, ${rec.items} items`)
  for (const [i, { item_id: id }] of goods.slice(0, 140).entries())
    if (!gone.has(i)) assert.equal(rec.number(id), old.number(id))
  for (const { item_id: id, genre } of fresh) {
    assert.deepEqual(rec.attributes(rec.number(id)).genre, genre.split('|'))
    if (genre.startsWith('genre')) assert.deepEqual(ids(rec.recommend({ filter: { genre } })), [id])
  }
  // by each source, all that a history of one item brings
  for (const name of rec.sources) {
    if (['attributes', 'content', 'popular', 'new', 'trending'].includes(name)) continue
    const sources = Object.fromEntries(rec.sources.map((source) => [source, Number(source === name)]))
    const by = (one, history) => one.recommend({ ...everything, history, weights: sources, explain: true }).items.filter((item) => item.sources.length > 0) // prettier-ignore
    for (const { item_id: id } of taken) assert.deepEqual(by(rec, [id]), [], `${name} of ${id}`)
    for (const { item_id: id } of goods.slice(0, 140)) {
      const stays = (item) => item !== undefined && !gone.has(Number(item.slice(1)))
      if (!stays(id)) continue
      const [then, now] = [old, rec].map((one) => ids({ items: by(one, [id]) }).filter(stays))
      assert.deepEqual(now.sort(), then.sort(), `${name} of ${id}`) // a list without its best is rounded a little otherwise
    }
  }
})

test('a rebuild with a log goes on from a refresh as from any bundle', async () => {
  const today = [...goods.slice(2, 140), { ...goods[0], item_id: 'x1' }]
  const tuesday = await refreshed('rebuilt', monday, today)
  const more = events.filter(({ item_id: id }) => Number(id.slice(1)) < 140).map((one, i) => (i % 97 === 0 ? { ...one, item_id: 'x1' } : one)) // prettier-ignore
  const wednesday = await trained('wednesday', { items: today, log: more, config, previous: tuesday })
  assert.match(
    wednesday.said.find((line) => line.startsWith('trained and weighed')),
    /taken over 0 times since$/,
  )
  assert.deepEqual([wednesday.record.chosen.age, wednesday.record.refreshed], [1, null])
  const [before, rec] = await Promise.all([tuesday, wednesday].map(({ bytes }) => Recommender.open(bytes)))
  for (const { item_id: id } of today) assert.equal(rec.number(id), before.number(id), id)
  assert.ok(ids(rec.similar('x1', { k: 10 })).length > 0)
})

test('what people decide, and how the catalogue is read, may be another each day; what is trained may not', async () => {
  const today = goods.slice(0, 140)
  const policy = { shelf: 7, sources: { popular: { weight: 3 } }, rules: { deny: [{ where: { genre: 'Horror' } }] } }
  const ruled = await refreshed('ruled', monday, today, { policy })
  const rec = await Recommender.open(ruled.bytes)
  assert.equal(rec.recommend().items.length, 7)
  assert.ok(
    rec.recommend({ k: 100 }).items.every((one) => !rec.attributes(rec.number(one.id)).genre.includes('Horror')),
  )
  const again = await refreshed('ruled-again', ruled, today)
  assert.deepEqual([...(await parts(again)).get('rules rules 0 0')], [...(await parts(ruled)).get('rules rules 0 0')])
  const unruled = await refreshed('unruled', ruled, today, { policy: {} })
  const [then, now] = [await parts(monday), await parts(unruled)]
  assert.deepEqual([now.get('policy policy 0 0'), now.has('rules rules 0 0')], [then.get('policy policy 0 0'), false])
  const nobody = refreshed('nobody', monday, today, {
    policy: { rules: { require: { genre: 'Operetta' } } },
  })
  await assert.rejects(nobody, /Operetta/)
  const other = (more) => refreshed('other', monday, today, { config: { ...config, ...more } })
  await assert.rejects(other({ neighbours: 20 }), /^InputError: config, key "neighbours": found 20, expected none, as .*monday\.martello was built with; without --refresh a build takes another$/) // prettier-ignore
  assert.deepEqual((await other({ missing: { colour: ['green'] } })).record.config.missing, { colour: ['green'] })
})

test('martello build --refresh attributes: what does not go with it is refused in a sentence, and nothing is written', async () => {
  const [items, log] = [file('r-items.csv', csv(goods.slice(0, 140))), file('r-log.csv', csv(events))]
  const none = path('r-none.martello')
  const run = (...args) => cli('build', '-o', none, ...args)
  const usual = ['--previous', monday.path, '--items', items, '--refresh', 'attributes']
  for (const [code, message, ...args] of [
    [
      2,
      /^--interactions beside --refresh attributes, which leaves all that was trained as it is; leave out --interactions, or train anew without --refresh$/m,
      ...usual,
      '--interactions',
      log,
    ],
    [2, /^--embeddings beside --refresh attributes/m, ...usual, '--embeddings', log],
    [2, /^--seed beside --refresh attributes/m, ...usual, '--seed', '2'],
    [
      2,
      /^--refresh attributes needs --previous, the bundle whose training stays$/m,
      '--items',
      items,
      '--refresh',
      'attributes',
    ],
    [
      2,
      /^--refresh attributes needs --items, today's catalogue$/m,
      '--previous',
      monday.path,
      '--refresh',
      'attributes',
    ],
    [
      2,
      /^--refresh: found "prices", expected attributes$/m,
      '--previous',
      monday.path,
      '--items',
      items,
      '--refresh',
      'prices',
    ],
    [
      1,
      /^martello: .*r-log\.csv: found .*, expected a bundle that is whole$/m,
      '--previous',
      log,
      '--items',
      items,
      '--refresh',
      'attributes',
    ],
    [
      1,
      /r-half\.csv: found a catalogue without 70 of the 140 items of .*monday\.martello, expected most of them; if so many are gone, a build without --refresh numbers the others anew$/m,
      '--previous',
      monday.path,
      '--items',
      file('r-half.csv', csv(goods.slice(70, 140))),
      '--refresh',
      'attributes',
    ],
    [
      1,
      /r-plain\.csv, column "genre": found no such column, expected one, as .*monday\.martello has; without --refresh a build goes without it$/m,
      '--previous',
      monday.path,
      '--items',
      file('r-plain.csv', csv(goods.slice(0, 140), ['item_id', 'title', 'colour', 'year', 'stock', 'price'])),
      '--refresh',
      'attributes',
    ],
  ]) {
    const { code: found, stderr } = await run(...args)
    assert.match(stderr, message)
    assert.equal(found, code)
    assert.equal(existsSync(none), false)
  }
  const { record } = await refreshed('odd-record', monday, goods.slice(0, 140))
  for (const [change, message] of [
    [
      { martello: '0.0.1' },
      /was built by martello 0\.0\.1, and this is .*, expected one that this version built; without --refresh a build makes one$/,
    ],
    [{ recipe: {} }, /does not say how it was built/],
    [{ config: { allow: 5 } }, /key "allow": found 5/],
  ]) {
    const previous = { ...(await readPrevious(monday.path)), record: { ...record, ...change } }
    await assert.rejects(refresh(await itemsOf('odd', goods), previous, SILENT), message)
  }
})

test('martello build --refresh attributes: columns keep their kinds, whatever the cells of a day look like', async () => {
  const zip = (i) => ({ ...goods[i], zip: `${i % 7 === 0 ? 'A' : ''}${1000 + (i % 12)}` })
  const old = await trained('zip', { items: goods.slice(0, 140).map((_, i) => zip(i)), log: null })
  const today = goods.slice(0, 140).map((_, i) => ({ ...zip(i), zip: 1000 + (i % 12) }))
  const args = ['--previous', old.path, '--items', file('zip.csv', csv(today)), '--refresh', 'attributes', '-o', path('zip-2.martello')] // prettier-ignore
  const record = await cliJson('build', ...args, '--quiet')
  assert.deepEqual([record.items, record.refreshed.times, record.inputs.map(({ kind }) => kind)], [140, 1, ['items']])
  const rec = await Recommender.open(readFileSync(path('zip-2.martello')))
  assert.equal(rec.recommend({ k: 100, filter: { zip: '1003' } }).items.length, 12)
  const { stdout } = await cli('inspect', path('zip-2.martello'))
  assert.match(stdout, /^trained: without a log, of which only the catalogue was made anew since, once$/m)
})

test('networks, trees and rankers answer as they did, and a number that was taken is nothing to them', async () => {
  const draw = random(5)
  const [rings, ring] = [6, 20]
  const id = (n) => `r${n}`
  const things = Array.from({ length: rings * ring }, (_, n) => ({ item_id: id(n), title: `Ring ${Math.floor(n / ring)}`, ring: `ring ${Math.floor(n / ring)}` })) // prettier-ignore
  const walks = Array.from({ length: 300 }, (_, user) => {
    const [own, at] = [draw.below(rings), draw.below(ring)]
    return Array.from({ length: 8 }, (_, n) => ({ user_id: `u${user}`, item_id: id(own * ring + ((at + n) % ring)), timestamp: 1e9 + 86_400 * n })) // prettier-ignore
  }).flat()
  const config = {
    threads: 2,
    sources: { als: false, tower: true, tdm: true },
    train: {
      tower: { kind: 'sasrec', width: 16, length: 8, hidden: 16 },
      retriever: 'tdm',
      ranker: 'logistic',
      minutes: 2,
    },
    ranker: { keep: true },
  }
  let made = await trained('rings', { items: things, log: walks, config })
  const names = made.record.sources.map(({ name }) => name)
  assert.ok(names.includes('tower') && names.includes('tdm'), `${names}`)
  const then = await Recommender.open(made.bytes)
  const same = await refreshed(
    'rings-same',
    made,
    things.map((one) => ({ ...one, title: `${one.title}!` })),
  )
  const fresh = Array.from({ length: 9 }, (_, n) => ({ ...(things[n * ring] ?? things[0]), item_id: `x${n}` }))
  made = await refreshed('rings-more', made, [...things.slice(10), ...fresh])
  const [like, more] = await Promise.all([same, made].map(({ bytes }) => Recommender.open(bytes)))
  const taken = fresh.filter(({ item_id }) => more.number(item_id) < things.length).map(({ item_id }) => item_id)
  assert.ok(taken.length > 0 && more.items > rings * ring)
  for (const name of ['tower', 'tdm']) {
    const weights = (rec) => Object.fromEntries(rec.sources.map((source) => [source, Number(source === name)]))
    for (const history of [
      [id(30), id(31), id(32)],
      [id(5), id(50), id(51)],
      [id(119), id(100)],
    ]) {
      const [a, b, c] = [then, like, more].map((rec) => rec.recommend({ history, k: 10, weights: weights(rec), rankCandidates: 0 }).items) // prettier-ignore
      assert.deepEqual(
        b,
        a.map((item, i) => ({ ...item, ...(item.attributes && { attributes: b[i].attributes }) })),
        name,
      )
      if (history.includes(id(5))) continue
      assert.deepEqual(ids({ items: c }).slice(0, 5), ids({ items: a }).slice(0, 5), `${name} of ${history}`)
      const all = more.recommend({ history, k: 200, weights: weights(more), rankCandidates: 0, explain: true }).items
      assert.ok(!all.some((item) => item.sources.length > 0 && item.id.startsWith('x')), name)
    }
    const by = (one) => {
      const { items } = more.recommend({ history: [one], k: 200, weights: weights(more), explain: true })
      return ids({ items: items.filter((item) => item.sources.length > 0) })
    }
    const nothing = by(fresh.at(-1).item_id) // its number is nobody else's
    for (const one of taken) assert.deepEqual(by(one), nothing, `${name} of ${one}`)
  }
  const { code, stderr } = await cli('verify', made.path)
  assert.deepEqual([code, stderr], [0, ''])
})
