// A bundle that is like the one of the day before: numbers and choices stay, and where they cannot it is said why.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { catalogueOf } from '../../../build/web/build/catalogue.js'
import { build, readEmbeddings, readInteractions, readItems, readPrevious } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { makePatch } from '../../../build/web/delta/diff.js'
import { cli, csv, file, gaussians, npy, path, shop, SILENT } from '../helpers/shop.mjs'

// -- numbers ---------------------------------------------------------------------------------------------------------------

/** A catalogue of these items, the first the most popular, where there was one of `before`. */
const numbered = (ids, before) =>
  catalogueOf(
    {
      interactions: null,
      items: null,
      embeddings: null,
      popularity: { itemIds: ids, weight: Float32Array.from(ids, (_, i) => 1000 - i), files: [] },
      previous: before && { ids: before },
    },
    null,
  )
const many = (from, to) => Array.from({ length: to - from }, (_, i) => `i${from + i}`)

test('items keep their numbers, and new ones follow behind them', () => {
  const then = many(0, 100)
  const { ids, withdrawn, taken, numberOf } = numbered(
    ['new', ...many(1, 50).reverse(), 'newer', ...many(50, 100)],
    then,
  )
  assert.deepEqual(ids, [...then, 'new', 'newer'])
  assert.deepEqual([[...withdrawn], taken.size], [[0], 0])
  assert.equal(numberOf.get('i7'), 7)
})

test('of many numbers that wait new items take some, and with too many all are given anew', () => {
  const then = many(0, 100)
  const few = numbered(['new', 'newer', 'newest', ...many(7, 100)], then) // five may wait
  assert.deepEqual(few.ids, ['new', 'newer', ...many(2, 100), 'newest'])
  assert.deepEqual([[...few.withdrawn], [...few.taken]], [[2, 3, 4, 5, 6], [0, 1]]) // prettier-ignore
  const back = numbered(many(0, 100), few.ids)
  assert.deepEqual(back.ids.slice(2, 100), then.slice(2), 'who comes back has its number, if nobody took it')
  const [most, many11] = [numbered(many(10, 100), then), numbered(many(11, 100).reverse(), then)]
  assert.deepEqual([most.withdrawn.size, most.stays], [10, true])
  assert.deepEqual([many11.ids, many11.withdrawn.size, many11.stays], [many(11, 100).reverse(), 0, false])
})

// -- choices ---------------------------------------------------------------------------------------------------------------

const { goods, events } = shop({ items: 120, users: 150, each: 14 })
events.sort((a, b) => a.timestamp - b.timestamp)
const cut = Math.floor(0.98 * events.length)

/** A build and what it said. */
async function day(name, { log = events, items = goods, config = {}, previous = null, edit } = {}) {
  const said = []
  const inputs = {
    interactions: log && (await readInteractions([file(`${name}.csv`, csv(log))])),
    items: await readItems([file(`${name}-items.csv`, csv(items))]),
    embeddings: null,
    previous: previous && (await readPrevious(previous)),
  }
  edit?.(inputs.previous)
  const { bytes, record } = await build(inputs, { threads: 1, ...config }, 1, { say: (line) => said.push(line), stage() {} }) // prettier-ignore
  writeFileSync(path(`${name}.martello`), bytes)
  const about = said.find((line) => /^trained and weighed as|chosen anew/.test(line))
  const weighed = said.find((line) => line.startsWith('weighing sources again'))
  return { bytes, record, path: path(`${name}.martello`), about, weighed, chose: said.some((line) => line.startsWith('choosing by')) } // prettier-ignore
}
let monday
before(async () => (monday = await day('monday', { log: events.slice(0, cut), items: goods.slice(1) })))

test('the next day is trained and weighed as the day before, on all events, and is a smaller patch away', async () => {
  const tuesday = await day('tuesday', { items: goods.slice(0, -1), previous: monday.path })
  assert.equal(tuesday.chose, false)
  assert.match(tuesday.about, /monday\.martello was: chosen by a log of \d+ events, and taken over 0 times since$/)
  const { recipe, sources, tried, quality, chosen } = tuesday.record
  assert.deepEqual([recipe, sources, tried, quality], ['recipe', 'sources', 'tried', 'quality'].map((key) => monday.record[key])) // prettier-ignore
  assert.deepEqual(chosen, { ...monday.record.chosen, age: 1 })
  const [old, rec, fresh] = await Promise.all([monday, tuesday, await day('fresh')].map(({ bytes }) => Recommender.open(bytes))) // prettier-ignore
  for (const { item_id: id } of goods.slice(1)) assert.equal(rec.number(id), old.number(id), id)
  const [mine, its] = [rec, fresh].map((one) => one.recommend({ history: [goods[3].item_id], k: 20 }).items.map(({ id }) => id)) // prettier-ignore
  assert.ok(mine.filter((id) => its.includes(id)).length >= 12, `${mine} and ${its}`)
  const wednesday = await day('wednesday', { previous: tuesday.path })
  assert.match(wednesday.about, /taken over 1 time since$/)
  const [taken, anew] = [await makePatch(monday.bytes, tuesday.bytes), await makePatch(monday.bytes, (await day('fresh')).bytes)] // prettier-ignore
  assert.ok(taken.length < anew.length, `${taken.length} and ${anew.length} bytes`)
})

test('the same day again is the same bundle, but for what says so', async () => {
  const again = await day('monday-again', { log: events.slice(0, cut), items: goods.slice(1), previous: monday.path })
  const patch = await makePatch(monday.bytes, again.bytes)
  assert.ok(patch.length < 0.2 * again.bytes.length, `${patch.length} of ${again.bytes.length} bytes`)
})

test('sources are weighed again when the log has grown by a twentieth, and by nothing that was hidden', async () => {
  const log = events.slice(0, Math.floor(0.9 * cut))
  const earlier = await day('tenth-less', { log, items: goods.slice(1) })
  const { record, weighed } = await day('tenth-more', { items: goods.slice(1), previous: earlier.path, log: events.slice(0, cut) }) // prettier-ignore
  assert.match(weighed, /^weighing sources again by \d+ held-out events of \d+ people$/)
  assert.deepEqual(record.chosen, { events: log.length, weighed: cut, age: 1 })
  assert.deepEqual(record.recipe, earlier.record.recipe)
  // the day before has learned from what is hidden now: had it been asked, it would have brought back nearly all
  const { recall } = (await day('fresh-monday', { log: events.slice(0, cut), items: goods.slice(1) })).record.quality
  assert.ok(record.quality.recall < recall + 0.1, `${record.quality.recall}, and of a fresh build ${recall}`)
  const next = await day('tenth-next', { items: goods.slice(1), previous: path('tenth-more.martello'), log: events.slice(0, cut) }) // prettier-ignore
  assert.equal(next.weighed, undefined)
  assert.deepEqual(next.record.sources, record.sources)
})

test('an item that is gone is not recommended, by nothing and to nobody', async () => {
  const log = events.slice(0, cut)
  const gone = { ...goods[0], item_id: 'gone', title: 'Gone' }
  const earlier = await day('with-gone', { log, items: [...goods, gone] })
  const { bytes } = await day('without-gone', { log, items: goods, previous: earlier.path })
  const rec = await Recommender.open(bytes)
  const all = { k: goods.length + 1 }
  assert.ok((await Recommender.open(earlier.bytes)).search('Gone', all).items.some(({ id }) => id === 'gone'))
  for (const { items } of [
    rec.recommend(all),
    rec.recommend({ ...all, history: [goods[0].item_id] }),
    rec.similar(goods[0].item_id, all),
    rec.search('Gone', all),
  ])
    // prettier-ignore
    assert.ok(items.every(({ id }) => id !== 'gone'))
})

test('after days of rebuilding, ids, filters and searches say what they say of a bundle that is built at once', async () => {
  const config = { allow: 'catalogue' }
  const kinds = ['tent', 'lamp', 'stove', 'Zelt', 'étui']
  const shelf = (day) =>
    goods.slice(2 * day, 90 + 9 * day).map((one, i) => {
      const other = i % 17 === day ? `${kinds[(i + day) % 5]}-${day}` : kinds[i % 5]
      return { item_id: one.item_id, title: `${one.title} ${other}`, kind: other }
    })
  let made = await day('shelf-0', { log: null, items: shelf(0), config })
  for (let n = 1; n < 4; n++)
    made = await day(`shelf-${n}`, { log: null, items: shelf(n), config, previous: made.path })
  const fresh = await day('shelf-fresh', { log: null, items: shelf(3), config })
  const [rec, anew] = await Promise.all([made, fresh].map(({ bytes }) => Recommender.open(bytes)))
  const all = { k: goods.length }
  const found = (one, filter) => one.recommend({ ...all, filter }).items.map(({ id }) => id).sort() // prettier-ignore
  for (const { item_id: id, kind } of shelf(3)) {
    assert.equal(rec.id(rec.number(id)), id)
    assert.deepEqual(rec.attributes(rec.number(id)), anew.attributes(anew.number(id)))
    assert.deepEqual(found(rec, { kind }), found(anew, { kind }))
    const searched = (one) => new Set(one.search(kind, all).items.map((item) => item.id))
    assert.deepEqual(searched(rec), searched(anew), kind)
  }
})

test('what was left out stays out', async () => {
  const names = ({ record }) => record.sources.map(({ name }) => name)
  const config = { people: 1 }
  const earlier = await day('left', { log: events.slice(0, cut), config })
  const edit = ({ record }) =>
    record.sources.splice(
      record.sources.findIndex(({ name }) => name === 'i2i'),
      1,
    )
  assert.ok(names(earlier).includes('i2i'))
  const after = await day('left-too', { previous: earlier.path, edit, config })
  assert.deepEqual(names(after), names(earlier).filter((name) => name !== 'i2i')) // prettier-ignore
})

test('without a log items and texts alone are taken over', async () => {
  const earlier = await day('no-log', { log: null, items: goods.slice(1) })
  const after = await day('no-log-too', { log: null, previous: earlier.path })
  assert.match(after.about, /no-log\.martello was: there was no log to choose by$/)
  const [old, rec] = await Promise.all([earlier, after].map(({ bytes }) => Recommender.open(bytes)))
  for (const { item_id: id } of goods.slice(1)) assert.equal(rec.number(id), old.number(id), id)
})

// -- vectors ---------------------------------------------------------------------------------------------------------------

test('of given vectors those that did not change keep their codes, and those that did are coded as well as ever', async () => {
  const [count, dim] = [2000, 16]
  const vectors = gaussians(count, dim, 5)
  const ids = Array.from({ length: count }, (_, i) => `v${i}`)
  const bundle = async (name, rows, previous = null) => {
    await npy(`${name}.npy`, [rows.length / dim, dim], rows)
    const own = file(`${name}.txt`, `${ids.slice(0, rows.length / dim).join('\n')}\n`)
    const embeddings = await readEmbeddings(path(`${name}.npy`), { ids: own })
    const inputs = { interactions: null, items: null, embeddings, previous: previous && (await readPrevious(previous)) }
    const { bytes } = await build(inputs, { threads: 1 }, 1, SILENT)
    writeFileSync(path(`${name}.martello`), bytes)
    return bytes
  }
  const old = await bundle('v-old', vectors.subarray(0, 1980 * dim))
  const moved = vectors.slice()
  moved.set(gaussians(20, dim, 6), 100 * dim)
  const [fresh, like] = [await bundle('v-fresh', moved), await bundle('v-like', moved, path('v-old.martello'))]
  const [anew, patch] = [await makePatch(old, fresh), await makePatch(old, like)]
  assert.ok(patch.length < 0.25 * anew.length, `${patch.length} and ${anew.length} bytes`)
  const nearest = async (bytes) => {
    const rec = await Recommender.open(bytes)
    return ids.filter((_, i) => i % 10 === 0 || (i >= 100 && i < 120)).map((id) => rec.similar(id, { k: 10 }).items.map((one) => one.id)) // prettier-ignore
  }
  const [a, b] = [await nearest(fresh), await nearest(like)]
  const shared = a.map((list, i) => list.filter((id) => b[i].includes(id)).length)
  assert.ok(
    shared.reduce((sum, n) => sum + n, 0) > 9 * a.length,
    `${shared.reduce((sum, n) => sum + n, 0) / a.length} of 10 neighbours`,
  )
})

test('spaces of the day before without vectors, or with tables of nothing, are made anew', async () => {
  const silent = Array.from({ length: 40 }, (_, i) => ({ item_id: `i${i}`, title: `word${i}` })) // each says what no other says
  const before = await day('silent', { log: null, items: silent.slice(1) })
  const after = await day('silent-too', { log: null, items: silent, previous: before.path })
  assert.equal((await Recommender.open(after.bytes)).items, 40)
  const speaking = silent.map((one) => ({ ...one, title: `${one.title} of a shop` }))
  const spoken = await Recommender.open(
    (await day('speaking', { log: null, items: speaking, previous: after.path })).bytes,
  )
  assert.ok(spoken.similar('i3', { k: 5 }).items.length === 5)

  const four = Float32Array.from({ length: 40 * 8 }, (_, at) => (at % 8 === Math.floor(at / 8) % 4 ? 1 : 0)) // which codes lose nothing of
  await npy('four.npy', [40, 8], four)
  const ids = file('four.txt', silent.map(({ item_id: id }) => `${id}\n`).join(''))
  const inputs = async (previous) => ({ interactions: null, items: null, embeddings: await readEmbeddings(path('four.npy'), { ids }), previous }) // prettier-ignore
  const first = await build(await inputs(null), { threads: 1, layers: [4] }, 1, SILENT)
  writeFileSync(path('four.martello'), first.bytes)
  const second = await build(
    await inputs(await readPrevious(path('four.martello'))),
    { threads: 1, layers: [4] },
    1,
    SILENT,
  )
  assert.equal((await makePatch(first.bytes, second.bytes)).length < 600, true)
})

test('where choices may have changed they are made anew, and it is said why', async () => {
  const anew = async (reason, name, how) => {
    const { about, chose, record } = await day(name, { previous: monday.path, ...how })
    assert.match(about, reason)
    assert.equal(chose, true)
    assert.equal(record.chosen.age, 0)
  }
  await anew(/monday\.martello was built with another config$/, 'other-config', { config: { neighbours: 20 } })
  await anew(/the log has \d+ events, and .*monday\.martello chose by \d+$/, 'half', { log: events.slice(0, cut / 2) })
  await anew(/was built by martello 0\.0\.1, and this is \d/, 'other-version', { edit: ({ record }) => (record.martello = '0.0.1') }) // prettier-ignore
  await anew(/does not say how it was built$/, 'no-record', { edit: (previous) => (previous.record = null) })
  const broken = (name, change) => anew(/does not say how it was built$/, name, { edit: ({ record }) => Object.assign(record, change) }) // prettier-ignore
  await broken('no-recipe', { recipe: {} })
  await broken('no-sources', { sources: [{}] })
  await broken('no-events', { chosen: null })
})

test('a bundle that is wanted smaller than the one before chooses anew, and keeps to it', async () => {
  const wanted = { bytes: monday.bytes.length - 4000 }
  const earlier = await day('small', { log: events.slice(0, cut), items: goods.slice(1), config: wanted })
  const after = await day('small-too', { previous: earlier.path, config: wanted })
  assert.ok(after.bytes.length <= wanted.bytes, `${after.bytes.length} of ${wanted.bytes}`)
})

test('martello build --previous: what is no bundle is said, and nothing is written', async () => {
  const log = file('p-log.csv', csv(events))
  const none = path('p-none.martello')
  const run = (previous) => cli('build', '--interactions', log, '--previous', previous, '-o', none)
  for (const [previous, message] of [
    ['nowhere.martello', /^martello: nowhere\.martello: found no such file or folder, expected a bundle\n$/m],
    [log, /p-log\.csv: found .*, expected a bundle that is whole\n$/m],
  ]) {
    const { code, stderr } = await run(previous)
    assert.equal(code, 1)
    assert.match(stderr, message)
  }
})
