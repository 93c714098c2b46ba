// Features: the file of training rows holds what serving computes, bit for bit, and nothing of the future; several kinds
// are computed again here, from the catalogue and the history alone.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { readTable } from '../../../build/web/read/index.js'
import { builtShop, cli, cliJson, csv, file, path, random, shop } from '../helpers/shop.mjs'

const draw = random(7)
const shopped = shop({ items: 150, users: 60, each: 14 })
const COUNTRIES = ['at', 'de', 'fr']
for (const event of shopped.events)
  Object.assign(event, {
    event: draw() < 0.15 ? 'dislike' : 'view',
    country: draw() < 0.1 ? '' : draw.of(COUNTRIES),
    hour: draw() < 0.1 ? '' : draw.below(24),
  })
const good = new Map(shopped.goods.map((item) => [item.item_id, item]))
const LIST = [
  'auto',
  'attribute.genre=Drama',
  'history.genre.seconds_ago',
  'history.year.mean',
  'history.year.distance',
  'history.gap',
  'similarity.als.max3',
  'similarity.content.mean2',
  'clock.hour',
  'clock.weekday',
  'context.country=de',
  'product(popularity,fused.score)',
  'difference(fused.rank,popularity.rank)',
  'ratio(fused.score,history.gap)',
  'cross(context.country,attribute.colour,50)',
  'cross(cross(context.country,attribute.colour,50),history.gap)',
]
const CONFIG = {
  features: LIST,
  context: { hour: 'number', country: COUNTRIES },
  tune: false,
  dimension: 16,
  sources: { als: true, content: true, attributes: true },
}
const bundle = path('features.martello')
const log = file('features-log.csv', csv(shopped.events))
let rec
let names
before(async () => {
  const { bytes, record } = await builtShop(shopped, { name: 'features' }, CONFIG)
  writeFileSync(bundle, bytes)
  rec = await Recommender.open(bytes)
  names = record.features
})

const bits = (row) => [...new Uint32Array(Float32Array.from(row).buffer)]
/** Each person's events in time order, ties by the order of the file. */
const byUser = new Map()
for (const event of shopped.events) byUser.set(event.user_id, [...(byUser.get(event.user_id) ?? []), event])
for (const events of byUser.values()) events.sort((a, b) => a.timestamp - b.timestamp)
const told = (event) => ({ id: event.item_id, event: event.event, at: event.timestamp })
const contextOf = (event) => ({
  ...(event.hour === '' ? {} : { hour: event.hour }),
  ...(event.country === '' ? {} : { country: event.country }),
})
/** What serving says at event e of a person's. */
const asked = (events, e, more = {}) =>
  rec.features({
    history: events.slice(0, e).map(told),
    now: events[e].timestamp,
    context: contextOf(events[e]),
    ...more,
  })

async function tableOf(output, ...options) {
  const figures = await cliJson('features', bundle, '--events', log, '-o', output, ...options)
  const table = await readTable(output)
  assert.deepEqual(table.names, ['group', 'user_id', 'item_id', 'label', 'at', ...names])
  const groups = []
  for (let row = 0; row < table.rows; row++) {
    const [group, user, item, label, at, ...features] = table.columns.map((column) => column[row])
    ;(groups[+group] ??= { user, at: +at, rows: [] }).rows.push({ item, label: +label, features })
  }
  assert.equal(table.rows, figures.rows)
  assert.equal(groups.length, figures.moments)
  return { groups, figures }
}

test('every row of the file is what serving computes, bit for bit', async () => {
  const { groups, figures } = await tableOf(path('all.parquet'), '--candidates', 0)
  assert.ok(groups.length > 400, `${groups.length} moments`)
  assert.equal(figures.events, shopped.events.length)
  const seen = new Set()
  for (const group of groups) {
    const events = byUser.get(group.user)
    const e = events.findIndex(
      (event, i) => event.timestamp === group.at && !seen.has(`${group.user} ${i}`) && met(events, i),
    )
    seen.add(`${group.user} ${e}`)
    const { ids, rows, names: served } = asked(events, e)
    assert.deepEqual(served, names)
    assert.deepEqual(
      group.rows.map((row) => row.item),
      ids.slice(0, 300),
    )
    group.rows.forEach((row, i) => {
      assert.deepEqual(bits(row.features), bits(rows[i]))
      assert.equal(row.label, +(row.item === events[e].item_id))
    })
  }
})

/** An event that has rows: a liking of something new that recall brought. */
const met = (events, e) =>
  events[e].event !== 'dislike' &&
  !events.slice(0, e).some((event) => event.item_id === events[e].item_id) &&
  asked(events, e).ids.includes(events[e].item_id)

test('CSV holds the same numbers, and nothing where nothing is known', async () => {
  const options = ['--users', 6, '--last', 4, '--candidates', 9, '--seed', 5]
  const parquet = await tableOf(path('some.parquet'), ...options)
  const text = await tableOf(path('some.csv'), ...options)
  assert.ok(parquet.groups.length > 5)
  assert.deepEqual(text.figures, parquet.figures)
  text.groups.forEach((group, g) =>
    group.rows.forEach((row, i) => {
      const other = parquet.groups[g].rows[i]
      assert.deepEqual([row.item, row.label], [other.item, other.label])
      const numbers = row.features.map((cell) => (cell === '' ? NaN : Number(cell)))
      assert.deepEqual(bits(numbers), bits(other.features))
    }),
  )
  for (const group of parquet.groups) {
    assert.equal(group.rows.length, 9)
    assert.equal(group.rows.filter((row) => row.label === 1).length, 1)
  }
})

test('what comes later changes nothing', async () => {
  const middle = shopped.events.map((event) => event.timestamp).sort((a, b) => a - b)[shopped.events.length / 2]
  const other = random(3)
  const changed = shopped.events.map((event) =>
    event.timestamp < middle
      ? event
      : { ...event, item_id: other.of(shopped.goods).item_id, event: other.of(['view', 'dislike']) },
  )
  const later = file('features-later.csv', csv([...changed, { ...changed[0], timestamp: middle + 1e6, item_id: 'p9' }]))
  const early = ['--until', middle, '--ahead', 5]
  const { groups } = await tableOf(path('before.parquet'), ...early)
  await cliJson('features', bundle, '--events', later, '-o', path('after.parquet'), ...early)
  const [a, b] = [await readTable(path('before.parquet')), await readTable(path('after.parquet'))]
  assert.ok(groups.length > 200)
  assert.deepEqual(
    a.columns.map((column) => column.map((cell) => (typeof cell === 'number' ? bits([cell])[0] : cell))),
    b.columns.map((column) => column.map((cell) => (typeof cell === 'number' ? bits([cell])[0] : cell))),
  )
})

test('history of its own, moments since a time, missed items, items met soon after', async () => {
  const middle = shopped.events.map((event) => event.timestamp).sort((a, b) => a - b)[shopped.events.length / 2]
  const [past, present] = [true, false].map((early) =>
    file(`features-${early}.csv`, csv(shopped.events.filter((event) => event.timestamp < middle === early))),
  )
  const since = await tableOf(path('since.parquet'), '--since', middle)
  const apart = path('apart.parquet')
  await cliJson('features', bundle, '--history', past, '--events', present, '-o', apart)
  const [a, b] = [await readTable(path('since.parquet')), await readTable(apart)]
  assert.deepEqual(a.columns[2], b.columns[2])
  assert.deepEqual(a.columns[10], b.columns[10])
  const narrow = await tableOf(path('narrow.parquet'), '--within', 5)
  const added = await tableOf(path('missed.parquet'), '--within', 5, '--missed')
  assert.ok(narrow.figures.missed > 100)
  assert.equal(added.figures.missed, 0)
  assert.equal(added.groups.length, narrow.groups.length + narrow.figures.missed)
  const events = byUser.get(added.groups[20].user)
  for (const group of added.groups.filter((one) => one.user === added.groups[20].user)) {
    const wanted = group.rows.find((row) => row.label === 1)
    const e = events.findIndex((event) => event.timestamp === group.at && event.item_id === wanted.item)
    const { ids, rows } = asked(events, e, { want: wanted.item })
    assert.deepEqual(bits(rows[ids.indexOf(wanted.item)]), bits(wanted.features))
  }
  const ahead = await tableOf(path('ahead.parquet'), '--ahead', 6)
  assert.ok(ahead.groups.some((group) => group.rows.filter((row) => row.label === 1).length > 2))
  assert.ok(since.groups.every((group) => group.at >= middle))
})

const close = (found, expected, what) =>
  Number.isNaN(expected)
    ? assert.ok(Number.isNaN(found), `${what}: ${found}, expected NaN`)
    : assert.ok(
        Math.abs(found - expected) <= 1e-4 * Math.max(1, Math.abs(expected)),
        `${what}: ${found}, expected ${expected}`,
      )

const sum = (list) => list.reduce((a, b) => a + b, 0)
const FADING = 0.8
/** By hand: what the history says of an item's values. */
function byHand(id, history, now, column) {
  const valuesOf = (one) =>
    String(good.get(one)[column])
      .split('|')
      .filter((value) => value !== '')
  const values = [...new Set(valuesOf(id))]
  if (values.length === 0)
    return Object.fromEntries(['share', 'faded', 'count', 'worth', 'events_ago', 'seconds_ago'].map((k) => [k, NaN]))
  const newestFirst = [...history].reverse()
  const worth = (event) => (event.event === 'dislike' ? -1 : 1)
  const having = (value) =>
    newestFirst.map((event, age) => ({ event, age })).filter(({ event }) => valuesOf(event.id).includes(value))
  const all = values.flatMap(having)
  const faded = newestFirst.map((_, age) => FADING ** age)
  const newest = Math.min(...all.map(({ age }) => age))
  return {
    share: history.length === 0 ? NaN : sum(all.map(({ event }) => worth(event))) / values.length / history.length,
    faded:
      history.length === 0
        ? NaN
        : sum(all.map(({ event, age }) => worth(event) * faded[age])) / values.length / sum(faded),
    count: Math.max(...values.map((value) => having(value).length)),
    worth: all.length === 0 ? NaN : sum(all.map(({ event }) => worth(event))) / all.length,
    events_ago: all.length === 0 ? NaN : newest,
    seconds_ago: all.length === 0 ? NaN : now - newestFirst[newest].at,
  }
}

function cosine(a, b) {
  if (a === null || b === null) return NaN
  return sum([...a].map((x, i) => x * b[i])) / Math.sqrt(sum([...a].map((x) => x * x)) * sum([...b].map((x) => x * x)))
}

test('kinds of features, computed again by hand', () => {
  for (const user of ['u3', 'u17', 'u41'])
    for (const e of [0, 1, 6, 13]) {
      const events = byUser.get(user)
      const history = events.slice(0, e).map(told)
      const now = events[e].timestamp
      const context = contextOf(events[e])
      const { ids, rows } = asked(events, e)
      const { items } = rec.recommend({ history, now, context, k: 1000, explain: true })
      const place = new Map(items.map((item, i) => [item.id, i]))
      const liked = history.filter((event) => event.event !== 'dislike').reverse()
      const years = liked.map((event) => good.get(event.id).year).filter((year) => year !== '')
      ids.forEach((id, r) => {
        const feature = Object.fromEntries(names.map((name, f) => [name, rows[r][f]]))
        const expect = (name, value) => close(feature[name], value === '' ? NaN : value, `${user} ${e} ${id} ${name}`)
        const item = good.get(id)
        const { explain, score } = items[place.get(id)]
        expect('fused.rank', r + 1)
        expect('fused.score', score)
        expect('sources', Object.values(explain).filter((source) => source.rank > 0).length)
        for (const [name, source] of Object.entries(explain)) {
          if (!names.includes(`source.${name}.rank`)) continue
          expect(`source.${name}.rank`, source.rank || NaN)
          if (!Number.isNaN(feature[`source.${name}.score`])) expect(`source.${name}.score`, source.score)
        }
        expect('popularity.rank', rec.number(id) + 1)
        expect('attribute.year', item.year)
        expect('attribute.genre.count', new Set(item.genre.split('|')).size)
        expect('attribute.genre=Drama', +item.genre.split('|').includes('Drama'))
        expect('age.year', item.year === '' ? NaN : now / 31556952 + 1970 - item.year)
        expect('history.length', e)
        expect('history.liked', liked.length)
        expect('history.gap', e === 0 ? NaN : now - history.at(-1).at)
        expect('clock.hour', (now / 3600) % 24)
        expect('clock.weekday', (new Date(now * 1000).getUTCDay() + 6) % 7)
        expect('context.hour', context.hour ?? NaN)
        expect('context.country', context.country === undefined ? NaN : COUNTRIES.indexOf(context.country))
        expect('context.country=de', context.country === undefined ? NaN : +(context.country === 'de'))
        for (const column of ['genre', 'colour'])
          for (const [how, value] of Object.entries(byHand(id, history, now, column)))
            if (names.includes(`history.${column}.${how}`)) expect(`history.${column}.${how}`, value)
        const mean = years.length === 0 ? NaN : sum(years) / years.length
        expect('history.year.mean', mean)
        expect('history.year.difference', item.year === '' ? NaN : item.year - mean)
        expect('history.year.distance', item.year === '' ? NaN : Math.abs(item.year - mean))
        for (const [space, how, last] of [
          ['als', 'max', 3],
          ['als', 'max', 1],
          ['als', 'mean', 5],
          ['content', 'mean', 2],
        ]) {
          const recent = liked
            .map((event) => rec.vector(rec.number(event.id), space))
            .filter((vector) => vector !== null)
          const cosines = recent.slice(0, last).map((vector) => cosine(rec.vector(rec.number(id), space), vector))
          const value =
            cosines.length === 0 ? NaN : how === 'max' ? Math.max(...cosines) : sum(cosines) / cosines.length
          expect(`similarity.${space}.${how}${last}`, value)
        }
        expect('product(popularity,fused.score)', feature.popularity * feature['fused.score'])
        expect('difference(fused.rank,popularity.rank)', r + 1 - feature['popularity.rank'])
        expect(
          'ratio(fused.score,history.gap)',
          feature['history.gap'] ? feature['fused.score'] / feature['history.gap'] : NaN,
        )
        const bucket = feature['cross(context.country,attribute.colour,50)']
        assert.ok(Number.isInteger(bucket) && bucket >= 0 && bucket < 50)
      })
    }
})

test('the context is checked by name and kind, and an unknown value is not said', () => {
  const value = (context) => {
    const { rows } = rec.features({ history: ['p1'], context })
    return rows[0][names.indexOf('context.country')]
  }
  assert.equal(value({ country: 'fr' }), 2)
  assert.ok(Number.isNaN(value({ country: 'us' })))
  assert.ok(Number.isNaN(value({})))
  const says = (context, message) => assert.throws(() => rec.recommend({ context }), { message })
  says({ hours: 3 }, 'context: found "hours", expected a field of the bundle: hour, country')
  says({ hour: '3' }, 'context.hour: found "3", expected a number')
  says({ country: null }, 'context.country: found null, expected a value')
  says(3, 'context: found 3, expected an object such as {"hour": 20}')
})

test('features that a bundle cannot have are refused by name', async () => {
  const refused = async (feature, message) =>
    assert.rejects(builtShop(shopped, { name: 'refused' }, { ...CONFIG, features: [feature] }), { message })
  const says = (found, feature, expected) =>
    `config, key "features": found ${found} in "${feature}", expected ${expected}`
  await refused('nonsense', /found no feature in "nonsense", expected attribute\.NAME, age\.NAME/)
  await refused('source.i3i.rank', /found no source in "source\.i3i\.rank", expected one of .*i2i/)
  await refused(
    'attribute.price',
    says('no attribute of the bundle', 'attribute.price', 'one of genre, colour, year, stock'),
  )
  await refused('attribute.title', /a column of kind text in "attribute\.title"/)
  await refused(
    'history.genre.sum',
    says('.sum', 'history.genre.sum', '.share, .faded, .count, .worth, .events_ago, .seconds_ago'),
  )
  await refused('similarity.als.max99', /expected query, or max or mean and a number of events up to 16/)
  await refused('context.city', says('no field or value', 'context.city', 'one of hour, country'))
  await refused('product(fused.score)', says('1 operands', 'product(fused.score)', 'two features'))
  await refused('age.stock', /found column stock, which holds no moments,/)
})

test('a bundle without features says so; wrong times and endings are refused', async () => {
  const bare = path('bare.martello')
  writeFileSync(bare, (await builtShop(shopped, { name: 'bare' }, { tune: false, features: false })).bytes)
  const fails = async (code, message, ...args) => {
    const run = await cli('features', ...args)
    assert.equal(run.code, code, run.stderr)
    assert.match(run.stderr, message)
  }
  await fails(
    1,
    /bare\.martello: found no features, expected a bundle built with them/,
    bare,
    '--events',
    log,
    '-o',
    path('x.csv'),
  )
  await fails(1, /x\.txt: found this ending, expected \.parquet or \.csv/, bundle, '--events', log, '-o', path('x.txt'))
  await fails(
    2,
    /--since: found "soon", expected a date such as 2016-01-31, or a Unix time/,
    bundle,
    '--events',
    log,
    '-o',
    path('x.csv'),
    '--since',
    'soon',
  )
  await fails(2, /^--events is missing/, bundle, '-o', path('x.csv'))
})

test('build --until learns nothing of what comes later, and features says where a bundle knows too much', async () => {
  const middle = shopped.events.map((event) => event.timestamp).sort((a, b) => a - b)[shopped.events.length / 2]
  const config = file(
    'until.json',
    JSON.stringify({ ...CONFIG, threads: 1, context: { hour: 'number', country: 'category' } }),
  )
  const early = path('early.martello')
  const items = file('until-items.csv', csv(shopped.goods))
  const record = await cliJson(
    'build',
    '-o',
    early,
    '--interactions',
    log,
    '--items',
    items,
    '--config',
    config,
    '--until',
    middle,
  )
  assert.ok(record.newest < middle)
  assert.deepEqual([...record.config.context.country].sort(), COUNTRIES)
  const quiet = await cli('features', early, '--events', log, '-o', path('x.parquet'), '--since', middle)
  assert.deepEqual([quiet.code, quiet.stderr], [0, ''])
  assert.match(quiet.stdout, /x\.parquet: \d+ rows of \d+ features, \d+ moments\nof \d+ events/)
  const loud = await cli('features', early, '--events', log, '-o', path('x.parquet'))
  assert.match(loud.stderr, /\d+ of the events to replay are no newer than what the bundle was built from/)
})
