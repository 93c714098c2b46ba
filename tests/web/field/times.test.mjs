// Times as files write them: any unit and spelling becomes the same seconds once, one that is wrong moves nothing, and
// dates of a catalogue are dates.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { Recommender } from '../../../dist/node.js'
import { sectionsOf } from '../../../build/web/build/inspect.js'
import { timeRemarks } from '../../../build/web/build/times.js'
import { readInteractions, readItems } from '../../../build/web/read/index.js'
import { file, path, refuses } from '../helpers/files.mjs'
import { built, checkHere, cli, cliJson, csv, random } from '../helpers/shop.mjs'

const read = (name, content) => readInteractions([file(name, content)])
const said = (log) => timeRemarks(log.facts.times)
const DAY = 86400

/** A log of one column beside the ids. */
const column = (times, name = 'timestamp') =>
  `user_id;item_id;${name}\n${times.map((time, i) => `u${i % 5};i${i};${time}\n`).join('')}`.replaceAll(';', '\t')

// -- one log, however its times are written -------------------------------------------------------------------------------

const draw = random(3)
const GOODS = Array.from({ length: 30 }, (_, i) => ({ item_id: `p${i}`, title: `Thing ${i}`, genre: `g${i % 4}` }))
const EVENTS = Array.from({ length: 360 }, (_, e) => ({
  user_id: `u${e % 30}`,
  item_id: `p${Math.floor(30 * draw() ** 2)}`,
  // to the microsecond, so that a unit that rounds would be found out
  micros: 1_600_000_000_123_456n + BigInt(e) * 3_611_000_777n,
}))
const SECONDS = ({ micros }) => `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, '0')}`
const ISO = (event) =>
  `${new Date(Number(event.micros / 1000n)).toISOString().slice(0, 19)}.${SECONDS(event).slice(-6)}`
const SPELLINGS = {
  seconds: SECONDS,
  milliseconds: ({ micros }) => `${micros / 1000n}.${String(micros % 1000n).padStart(3, '0')}`,
  microseconds: ({ micros }) => String(micros),
  nanoseconds: ({ micros }) => `${micros}000`,
  iso: (event) => `${ISO(event)}Z`,
  'iso without a zone': ISO,
  'another zone': (event) => `${ISO({ micros: event.micros + 7_200_000_000n }).replace('T', ' ')}+02:00`,
}
const table = (spell) => csv(EVENTS.map((event) => ({ user_id: event.user_id, item_id: event.item_id, timestamp: spell(event) }))) // prettier-ignore
/** A Parquet file: columns by name, those of `types` of these types of the format. */
function parquet(name, columns, types) {
  const element = {
    date: { type: 'INT32', converted_type: 'DATE' },
    millis: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
    micros: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
    nanos: { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'NANOS' } },
    text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
    int64: { type: 'INT64' },
  }
  const schema = [
    { name: 'root', num_children: Object.keys(columns).length },
    ...Object.keys(columns).map((one) => ({
      name: one,
      repetition_type: 'OPTIONAL',
      ...element[types[one] ?? 'text'],
    })),
  ]
  const columnData = Object.entries(columns).map(([one, data]) => ({ name: one, data }))
  return file(name, Buffer.from(parquetWriteBuffer({ columnData, schema })))
}
const logOf = (name, type, data) =>
  parquet(name, { user_id: EVENTS.map((event) => event.user_id), item_id: EVENTS.map((event) => event.item_id), timestamp: EVENTS.map(data) }, { timestamp: type }) // prettier-ignore
const files = () => [
  ...Object.entries(SPELLINGS).map(([name, spell]) => file(`same ${name}.csv`, table(spell))),
  logOf('same int64.parquet', 'int64', ({ micros }) => micros * 1000n),
  logOf('same micros.parquet', 'micros', ({ micros }) => micros),
  logOf('same nanos.parquet', 'nanos', ({ micros }) => micros * 1000n),
]
const CONFIG = { features: ['auto', 'clock.hour', 'history.gap', 'history.genre.seconds_ago'], dimension: 8 }

/** What a bundle is made of but its record, and the record without the names of files. */
async function parts({ bytes, record }) {
  const sections = (await sectionsOf(bytes)).filter((section) => section.kind !== 'record')
  const names = (text) => text.replaceAll(/same [^"\\]*\.(csv|parquet)/g, 'the log')
  return {
    sections: sections.map(({ offset, ...section }) => ({ ...section, bytes: Buffer.from(bytes.subarray(offset, offset + section.bytes)) })), // prettier-ignore
    record: names(JSON.stringify(record)),
  }
}

test('the same log in any unit and spelling is the same bundle, evaluation and features', async () => {
  const items = file('same items.csv', csv(GOODS))
  const holdout = file('same holdout.csv', csv(GOODS.map((item, i) => ({ user_id: `u${i}`, item_id: item.item_id }))))
  let expected
  const bundle = path('same.martello')
  for (const interactions of files()) {
    const made = await built({ interactions, items }, CONFIG)
    const found = { ...(await parts(made)), ...(await asked(interactions, made)) }
    expected ??= found
    assert.deepEqual(found, expected, interactions)
  }
  /** The first bundle, asked about this spelling of its log. */
  async function asked(interactions, made) {
    if (expected === undefined) writeFileSync(bundle, made.bytes)
    const figures = await cliJson('eval', bundle, '--history', interactions, '--holdout', holdout)
    const out = path('same features.csv')
    const run = await cli('features', bundle, '--events', interactions, '--since', '2020-09-25', '-o', out)
    assert.equal(run.code, 0, run.stderr)
    const timeless = JSON.stringify(figures, (key, value) => (/^p\d+_ms$/.test(key) ? 0 : value))
    return { figures: JSON.parse(timeless), features: readFileSync(out, 'utf8') }
  }
  assert.match(expected.features, /^group,user_id,.*clock\.hour/)
})

test('--until and --since are moments too, in any unit', async () => {
  const log = file('until.csv', table(SPELLINGS.milliseconds))
  const counts = []
  for (const until of ['2020-09-20', '1600560000', '1600560000000', '2020-09-20T02:00:00+02:00', '20200920']) {
    const out = path('until.martello')
    const run = await cli('build', '-o', out, '--interactions', log, '--until', until, '--quiet', '--json')
    assert.equal(run.code, 0, run.stderr)
    counts.push(JSON.parse(run.stdout).newest)
  }
  const newest = EVENTS.map((event) => Number(event.micros) / 1e6)
    .filter((time) => time < 1_600_560_000)
    .at(-1)
  assert.deepEqual(
    counts,
    counts.map(() => newest),
  )
})

// -- units and spellings ----------------------------------------------------------------------------------------------------

const NOON = Date.UTC(2021, 2, 4, 12) / 1000

test('a moment is one in every spelling that can mean one only', async () => {
  const spelled = [
    '2021-03-04T12:00:00Z', '2021-03-04 12:00:00', '2021/03/04 12:00', '2021-03-04T13:00:00.000+01:00', '2021-03-04 12:00:00 UTC',
    '2021-03-04 12:00:00+00', '2021-03-04 12:00:00 +0000 UTC', '20210304T120000Z', '20210304120000', '4 Mar 2021 12:00', '04-MAR-2021 12:00:00',
    'March 4, 2021 12:00 PM', 'Thu, 04 Mar 2021 12:00:00 GMT', 'Thu Mar 04 12:00:00 +0000 2021', 'Thu Mar 04 2021 13:00:00 GMT+0100 (CET)',
    '04.03.2021 12:00', '04.03.21 12:00', '04-MAR-21 12:00:00', "4 Mar '21 12:00", String(NOON), `${NOON}000`, `${NOON}000000`, `${NOON}000000000`, `${NOON}.0`,
  ] // prettier-ignore
  for (const time of spelled) assert.equal((await read('one.tsv', column([time]))).time[0], NOON, `${time} is ${NOON}`)
  const [day] = (await read('day.tsv', column(['20210304']))).time
  assert.equal(day, NOON - DAY / 2)
  for (const [time, year] of [
    ['31.12.68', 2068],
    ['31-DEC-69', 1969],
  ])
    assert.equal((await read('short.tsv', column([time]))).time[0], Date.UTC(year, 11, 31) / 1000, time)
  // of two digits between slashes, or of versions, nobody knows
  for (const time of ['30 Feb 2021', '2021-13-01', '03/04/21', '4.3.21', '32.01.32', '2021-03-04T25:00', 'May 2021', 'noon', '12:30'])
    await refuses(read('no.tsv', column([time])), /^no\.tsv, row 1 \(line 2\), column "timestamp": found ".*", expected a Unix time/) // prettier-ignore
})

test('day and month are told apart by the column, or not at all', async () => {
  const day = (year, month, date) => Date.UTC(year, month - 1, date) / 1000
  assert.deepEqual([...(await read('d.tsv', column(['03/04/2021', '25/04/2021']))).time], [day(2021, 4, 3), day(2021, 4, 25)]) // prettier-ignore
  assert.deepEqual([...(await read('m.tsv', column(['03/04/2021', '04/25/2021']))).time], [day(2021, 3, 4), day(2021, 4, 25)]) // prettier-ignore
  await refuses(read('either.tsv', column(['2021-01-01', '03/04/2021'])), 'either.tsv, row 2 (line 3), column "timestamp": found "03/04/2021", expected dates as year-month-day: which of the two is the day, no date of this column tells (config "dates": {"timestamp": "day first"} says it, or "month first")') // prettier-ignore
  await refuses(read('both.tsv', column(['25/04/2021', '04/25/2021'])), 'both.tsv, row 2 (line 3), column "timestamp": found "04/25/2021", expected dates in one order: others of this column have the day first') // prettier-ignore
})

test('Parquet keeps times by its own types', async () => {
  const ids = { user_id: ['a', 'b', 'c'], item_id: ['a', 'b', 'c'] }
  const of = (type, data) =>
    readInteractions([parquet(`${type}.parquet`, { ...ids, timestamp: data }, { timestamp: type })])
  const day = Math.floor(1_600_000_000 / DAY) * DAY
  assert.deepEqual([...(await of('date', [day / DAY, day / DAY + 1, null])).time], [day, day + DAY, NaN])
  assert.deepEqual([...(await of('millis', [1_600_000_000_250n, 1_600_000_000_000n, null])).time], [1_600_000_000.25, 1_600_000_000, NaN]) // prettier-ignore
  assert.equal((await of('millis', [1_600_000_000_250n, null, null])).facts.times.unit, 'date')
})

test('mixed units are read as what each is, and said', async () => {
  const times = Array.from({ length: 100 }, (_, i) => 1_700_000_000 + i * 3600)
  const mixed = times.map((time, i) =>
    i === 40 ? `${time}000` : i === 50 ? new Date(time * 1000).toISOString() : time,
  )
  const log = await read('mixed.tsv', column(mixed))
  assert.deepEqual([...log.time], times)
  assert.deepEqual(said(log).toSorted().toReversed(), [
    `look: 1 of 100 times is written as milliseconds among seconds (${times[40]}000): each was read as what it is`,
    `look: 1 of 100 times is written as dates among seconds (${mixed[50]}): each was read as what it is`,
  ])
  const reversed = await read('reversed.tsv', column(times.map((time, i) => (i === 40 ? time : `${time}000`))))
  assert.deepEqual([...reversed.time], times)
  // films before 1973 in milliseconds are no years to come
  const old = ['-284000000000', '31536000000', ...times.map((time) => `${time}000`)]
  assert.deepEqual([...(await read('old.tsv', column(old))).time.slice(0, 2)], [-284_000_000, 31_536_000])
})

test('files that each keep to a unit of their own are said, file by file; numbers beside dates are pointed at', async () => {
  const times = Array.from({ length: 50 }, (_, i) => 1_700_000_000 + i * 3600)
  const [seconds, millis, dates, steps] = [
    file('unit-s.tsv', column(times)),
    file('unit-ms.tsv', column(times.map((time) => `${time}000`))),
    file('unit-date.tsv', column(times.map((time) => new Date(time * 1000).toISOString()))),
    file('unit-steps.tsv', column(times.map((_, i) => i))),
  ]
  const all = await readInteractions([seconds, millis, dates])
  assert.deepEqual([...all.time], [...times, ...times, ...times])
  assert.deepEqual(said(all), [])
  const check = async (...logs) => (await checkHere(...logs.flatMap((log) => ['--interactions', log]))).stdout
  assert.match(
    await check(seconds, millis, dates),
    /^times: seconds in .*unit-s\.tsv, milliseconds in .*unit-ms\.tsv, dates in .*unit-date\.tsv, 2023-11-14/m,
  )
  assert.match(await check(millis), /^times: milliseconds, 2023-11-14/m)
  assert.match(
    said(await readInteractions([seconds, steps])).join('\n'),
    /look: times of .*unit-steps\.tsv.* are no Unix times/,
  )
  const mixed = file('unit-mixed.tsv', column(times.map((time, i) => (i === 9 ? `${time}000` : time))))
  assert.match(
    said(await readInteractions([dates, mixed])).join('\n'),
    /^look: .*unit-mixed\.tsv: 1 of 50 times is written as milliseconds among seconds/,
  )
})

test('numbers that are no Unix times order events, and are said', async () => {
  const steps = await read('steps.tsv', column(Array.from({ length: 40 }, (_, i) => i + 1)))
  assert.equal(steps.time[39], 40)
  const order = 'are no Unix times and no dates: they order events, but say no hour and no age'
  assert.deepEqual(said(steps), [`times from 1 to 40 ${order}`], 'numbers of an order are no mistake')
  for (const [first, step] of [
    [0.5, 1], // no whole numbers
    [2015, 1], // years
    [300, 7],
  ])
    assert.deepEqual(said(await read('odd.tsv', column(Array.from({ length: 5 }, (_, i) => first + step * i)))), [
      `look: times from ${first} to ${first + 4 * step} ${order}`,
    ])
  const excel = await read('excel.tsv', column(Array.from({ length: 40 }, (_, i) => 45_292.5 + i)))
  assert.match(
    said(excel)[0],
    /from 45292\.5 to 45331\.5 are no Unix times .*days as Excel counts them\? Save them as dates/,
  )
})

// -- one bad time ------------------------------------------------------------------------------------------------------------

/** Sixty people meet HOT in the last two days of three months; the rest meets i1, i2 and so on, more of the first. */
function trendOf(more) {
  const draw = random(11)
  const rows = []
  for (let user = 0; user < 300; user++) {
    const start = 1_700_000_000 + draw.below(80 * DAY)
    for (let e = 0; e < 6; e++) rows.push([`u${user}`, `i${1 + Math.floor(30 * draw() ** 3)}`, start + 3600 * e])
  }
  for (let user = 0; user < 60; user++) rows.push([`h${user}`, 'HOT', 1_700_000_000 + 84 * DAY + draw.below(2 * DAY)])
  return `user_id,item_id,timestamp\n${[...rows, ...more].map((row) => `${row.join()}\n`).join('')}`
}
const LEAN = { tune: false, dimension: 8, sources: { als: false, content: false } }

async function trending(name, content) {
  const interactions = file(name, content)
  const rec = await Recommender.open((await built({ interactions }, LEAN)).bytes)
  const weights = Object.fromEntries(rec.sources.map((source) => [source, source === 'trending' ? 1 : 0]))
  const { items } = rec.recommend({ weights, k: 20, explain: true })
  return items.map((item) => [item.id, item.explain.trending.score])
}

test('one time that is far from all others moves nothing, and is said', async () => {
  const expected = await trending('ok.csv', trendOf([]))
  assert.equal(expected[0][0], 'HOT')
  const bad = {
    0: '1970-01-01',
    '1970-01-01': '1970-01-01',
    '-1': '1969-12-31',
    '1999-12-31T23:59:59Z': '1999-12-31',
    '9999-12-31': '9999-12-31',
    '2262-04-11 23:47:16': '2262-04-11',
    4102444800: '2100-01-01',
  }
  for (const [time, day] of Object.entries(bad)) {
    const content = trendOf([['u3', 'i3', time]])
    const log = await read('bad.csv', content)
    assert.ok(said(log).includes(`look: 1 of 1861 times is far from all others (${day}): it is taken for missing`), `${time}: ${said(log)}`) // prettier-ignore
    assert.ok(Number.isNaN(log.time.at(-1)))
    const found = await trending('bad.csv', content)
    assert.equal(found[0][0], 'HOT', time)
    assert.ok(Math.abs(found[0][1] - expected[0][1]) < 0.5, `${time}: ${found[0]}`)
  }
  // milliseconds among seconds are a time like the others
  assert.equal((await trending('ms.csv', trendOf([['u3', 'i3', '1702000000000']])))[0][0], 'HOT')
})

test('who has no time is not the newest, however the log is sorted, and the count is said', async () => {
  const rows = trendOf([]).trimEnd().split('\n').slice(1)
  rows.sort((a, b) => b.split(',')[2] - a.split(',')[2])
  const none = Array.from({ length: 15 }, (_, i) => `n${i},NOTIME,`)
  const far = ['h3,FAR,9999-12-31', 'f1,NOTIME,0']
  const content = ['user_id,item_id,timestamp', ...rows, ...none, ...far, ''].join('\n')
  const found = await trending('newest.csv', content)
  assert.equal(found[0][0], 'HOT')
  assert.ok(!found.slice(0, 10).some(([item]) => item === 'NOTIME'), JSON.stringify(found))
  const { bytes, record } = await built({ interactions: path('newest.csv') }, LEAN)
  assert.ok(record.account.remarks.includes("look: 17 of 1877 rows have no time, and get one: 1 that of the same person's row before or after, 16 the log's oldest, since their people have none")) // prettier-ignore
  const rec = await Recommender.open(bytes)
  const weights = Object.fromEntries(rec.sources.map((source) => [source, source === 'new' ? 1 : 0]))
  assert.notEqual(rec.recommend({ weights, k: 40 }).items[0].id, 'NOTIME')
})

test('what --until leaves out is counted, and what is kept is said of what is kept', async () => {
  const events = Array.from({ length: 40 }, (_, i) => `u${i % 5},i${i % 8},${1_700_000_000 + i * DAY}`)
  const logs = [events.slice(0, 30), [...events.slice(30), 'u1,i1,']].map((rows, n) =>
    file(`cut${n}.csv`, ['user_id,item_id,timestamp', ...rows, ''].join('\n')),
  )
  const files = logs.flatMap((log) => ['--interactions', log])
  const until = 1_700_000_000 + 20 * DAY
  const out = path('cut.martello')
  const run = await cli('build', '-o', out, ...files, '--until', String(until), '--json')
  assert.equal(run.code, 0, run.stderr)
  const { inputs, account } = JSON.parse(run.stdout)
  assert.deepEqual(inputs.map(({ rows }) => rows), [20, 0]) // prettier-ignore
  assert.deepEqual(account.inputs.map(({ rows, left }) => [rows, left]), [
    [20, [{ rows: 10, why: 'not before --until', row: 21 }]],
    [0, [{ rows: 10, why: 'not before --until', row: 1 }, { rows: 1, why: 'no time', row: 11 }]],
  ]) // prettier-ignore
  assert.deepEqual([account.times.count, account.times.to], [20, until - DAY])
  assert.match(run.stderr, /cut0\.csv: 20 rows, .*; 10 rows left out: not before --until \(the first is row 21\)/)
})

test('a time in the future is said; a log that spans years has none that is far', async () => {
  const soon = Math.floor(Date.now() / 1000) + 5 * DAY
  const log = await read('soon.csv', trendOf([]).replaceAll(/\d{10}/g, (time) => String(Number(time) - 1_707_430_000 + soon))) // prettier-ignore
  assert.match(said(log).join(), /^look: \d+ of 1860 times are in the future \(up to 20\d\d-\d\d-\d\d\)$/)
  const years = Array.from({ length: 400 }, (_, i) => 1_000_000_000 + ((i * 7919 * DAY) % (20 * 365 * DAY)))
  assert.deepEqual(said(await read('years.tsv', column(years))), [])
  // most of it in one day, the rest over the years before: an import, no mistake
  const burst = years.map((time, i) => (i < 380 ? 1_600_000_000 + i : time))
  assert.deepEqual(said(await read('burst.tsv', column(burst))), [])
})

// -- one person --------------------------------------------------------------------------------------------------------------

test('one person makes no trend, however often and late', async () => {
  const crowd = Array.from({ length: 560 }, (_, e) => [`u${e % 100}`, `i${e % 10}`, 1_700_000_000 + 2 * e])
  const log = (more) => `user_id,item_id,timestamp\n${[...crowd, ...more].map((row) => `${row.join()}\n`).join('')}`
  const again = Array.from({ length: 2000 }, (_, e) => ['bot', 'X', 1_700_000_000 + e])
  assert.notEqual((await trending('again.csv', log(again)))[0][0], 'X')
  const late = again.map(([user, item], e) => [user, item, 1_700_002_000 + 60 * e])
  assert.notEqual((await trending('late.csv', log(late)))[0][0], 'X')
  const two = ['a', 'b', 'c'].flatMap((user) => [0, 1].map((e) => [user, 'Y', 1_700_001_119 - e])) // three people, twice each
  const found = Object.fromEntries(await trending('two.csv', log(two)))
  assert.ok(found['Y'] > 2.9 && found['Y'] <= 3, `Y: ${found['Y']}`)
})

// -- dates of a catalogue ----------------------------------------------------------------------------------------------------

const FILMS = Array.from({ length: 60 }, (_, i) => ({
  item_id: `f${i}`,
  title: `Film ${i}`,
  year: 1990 + (i % 30),
  released: new Date(Date.UTC(1990 + (i % 30), i % 12, 1 + (i % 28))).toISOString().slice(0, 10),
  added: i === 7 ? '' : new Date(Date.UTC(2020, 0, 1, 5, 6, 7) + i * 864e5).toISOString().replace('.000', ''),
}))
const filtered = (rec, filter) =>
  rec.recommend({ k: 100, filter }).items.map((item) => item.id).sort() // prettier-ignore
const since = (name, from) => FILMS.filter((film) => film[name] >= from).map((film) => film.item_id).sort() // prettier-ignore

test('a column of dates is one by itself: filtered by range, shown as it was, aged', async () => {
  const items = file('films.csv', csv(FILMS))
  assert.deepEqual((await readItems([items])).columns.map((one) => [one.name, one.kind]), [['title', 'text'], ['year', 'number'], ['released', 'date'], ['added', 'date']]) // prettier-ignore
  const rec = await Recommender.open((await built({ items }, {})).bytes)
  for (const from of ['2015-01-01', '2015-01-01T00:00:00Z', Date.UTC(2015, 0, 1) / 1000])
    assert.deepEqual(filtered(rec, { released: { gte: from } }), since('released', '2015-01-01'))
  assert.deepEqual(filtered(rec, { added: { gt: '2020-02-01T05:06:07Z' } }), since('added', '2020-02-01T05:06:08'))
  assert.deepEqual(filtered(rec, { released: FILMS[3].released }), ['f3'])
  assert.equal(filtered(rec, { released: { not: FILMS[3].released } }).length, 59)
  assert.deepEqual(filtered(rec, { added: { gte: '1900-01-01' } }).length, 59) // one is not known
  const shown = rec.attributes(rec.number('f5'))
  assert.deepEqual([shown.released, shown.added, shown.year], [FILMS[5].released, FILMS[5].added, 1995])
  assert.ok(!('added' in rec.attributes(rec.number('f7'))))
  assert.throws(() => filtered(rec, { released: { gte: 'soon' } }), /filter "released": found .*, expected a date, a list of dates/) // prettier-ignore
})

test('a filter reads ISO 8601 as columns do', async () => {
  const forms = ['2021-03-04T05:06:07Z', '2021-03-04T07:06:07+0200', '2021-03-04 07:06:07+02', '2021-03-04T05:06:07,5Z', '2021-03-04t05:06z', '2021-03-04T05:06:07.123456 utc', ' 2021-03-04 '] // prettier-ignore
  const films = forms.map((at, i) => ({ item_id: `f${i}`, at: `"${at}"` }))
  const items = file('forms.csv', `item_id,at\n${films.map(({ item_id, at }) => `${item_id},${at}\n`).join('')}`)
  const { bytes } = await built({ items }, { kinds: { at: 'date' } })
  const rec = await Recommender.open(bytes)
  const moments = forms.map((text) => filtered(rec, { at: { gte: text, lte: text } }))
  assert.deepEqual(moments, [['f0', 'f1', 'f2'], ['f0', 'f1', 'f2'], ['f0', 'f1', 'f2'], ['f3'], ['f4'], ['f5'], ['f6']]) // prettier-ignore
  for (const text of ['2021/03/04', '4 March 2021']) assert.throws(() => filtered(rec, { at: text }), /expected a date/)
})

test('other spellings and units of dates, by themselves or where the config says so', async () => {
  const kind = async (cells, kinds) => {
    const items = file('kind.jsonl', cells.map((when, i) => `${JSON.stringify({ id: `f${i}`, when })}\n`).join(''))
    return (await readItems([items], { ...(kinds && { kinds: { when: 'date' } }) })).columns[0]
  }
  const [a, b] = [Date.UTC(2015, 0, 31) / 1000, Date.UTC(1969, 6, 20) / 1000]
  for (const cells of [
    ['2015-01-31', '1969-07-20'],
    ['January 31, 2015', 'July 20, 1969'],
    ['31/01/2015', '20/07/1969'],
    ['2015/01/31', '1969/07/20'],
    ['2015-01-31T00:00:00Z', '1969-07-20 00:00:00'],
  ])
    // prettier-ignore
    assert.deepEqual(await kind([...cells, null]), { name: 'when', kind: 'date', values: Float64Array.from([a, b, NaN]) })
  assert.equal((await kind([2015, 1969])).kind, 'number')
  assert.equal((await kind([a, b])).kind, 'number')
  assert.equal((await kind(['2015', '1969'])).kind, 'number')
  assert.equal((await kind(['2015-01-31', 'soon'])).kind, 'category')
  // one dirty cell, or a mark for what is not known, makes no text of the others
  const dirty = await kind([...Array.from({ length: 30 }, () => '2015-01-31'), 'TBA', 'soon'])
  assert.deepEqual([dirty.kind, dirty.values[0], dirty.values[30], dirty.values[31]], ['date', a, NaN, NaN])
  for (const cells of [
    [a, b],
    [a * 1000, b * 1000],
    ['2015-01-31', a],
    [a / DAY, 16_000],
  ])
    // prettier-ignore
    assert.deepEqual((await kind(cells, true)).values[0], a)
  assert.deepEqual([...(await kind([b, b / 2], true)).values], [b, b / 2])
  assert.deepEqual(
    [...(await kind([2015, 1969], true)).values],
    [Date.UTC(2015, 0, 1) / 1000, Date.UTC(1969, 0, 1) / 1000],
  )
  await refuses(kind([45_292, 45_293], true), /^kind\.jsonl, row 1, column "when": found 45292, expected .*\(Excel's day numbers: save them as dates\)$/) // prettier-ignore
  await refuses(
    kind(['2015-01-31', 'soon'], true),
    /^kind\.jsonl, row 2, column "when": found "soon", expected a Unix time/,
  )
})

test('Parquet dates are dates, freshness and features take them', async () => {
  const columns = {
    item_id: FILMS.map((film) => film.item_id),
    released: FILMS.map((film) => Date.parse(film.released) / 864e5),
    added: FILMS.map((film) => (film.added === '' ? null : BigInt(Date.parse(film.added)))),
  }
  const items = parquet('films.parquet', columns, { released: 'date', added: 'millis' })
  const log = file('films-log.csv', csv(Array.from({ length: 120 }, (_, e) => ({ user_id: `u${e % 20}`, item_id: `f${(e * 7) % 60}`, timestamp: 1_600_000_000 + e })))) // prettier-ignore
  const { bytes, record } = await built({ interactions: log, items }, { tune: false, people: 1, dimension: 8, features: ['auto', 'age.added'] }) // prettier-ignore
  assert.ok(record.features.includes('age.released') && record.features.includes('history.released.difference'))
  const rec = await Recommender.open(bytes)
  assert.deepEqual(filtered(rec, { released: { gte: '2015-01-01' } }), since('released', '2015-01-01'))
  for (const unit of [undefined, 'days'])
    assert.equal(first(rec, { attribute: 'released', halfLife: 30 * DAY, ...(unit && { unit }) }), 2019)
  function first(one, freshness) {
    const { items } = one.recommend({ k: 5, now: Date.UTC(2020, 0, 1) / 1000, policy: { freshness } })
    return Number(items[0].attributes.released.slice(0, 4))
  }
  await assert.rejects(built({ items }, { features: ['age.released.days'] }), /age\.released\.days/)
})

for (const [what, column, cell] of [
  ['dates', 'wann', (n) => `2023-11-${10 + (n % 20)}T10:00:00`],
  ['days', 'tag', (n) => `${10 + (n % 20)}.11.2023`],
  ['numbers whose name says time', 'server_time', (n) => 1_700_000_000 + n],
])
  test(`a log without times points at the column that has them: ${what}`, async () => {
    const rows = Array.from({ length: 40 }, (_, n) => `u${n % 4},i${n % 10},${n % 3},${cell(n)}`)
    const log = file('idle.csv', `user_id,item_id,pages,${column}\n${rows.join('\n')}\n`)
    const remarks = JSON.parse((await checkHere('--json', '--interactions', log)).stdout).remarks.join('\n')
    assert.ok(remarks.includes(`no times; "${column}" looks like dates: {"columns":{"interactions":{"timestamp":"${column}"}}}`), remarks) // prettier-ignore
    assert.match(remarks, /says? again what an earlier row says: the same person and item$/m)
    const config = file('idle.json', JSON.stringify({ columns: { interactions: { timestamp: column } } }))
    const dated = JSON.parse((await checkHere('--json', '--interactions', log, '--config', config)).stdout)
    assert.doesNotMatch(dated.remarks.join('\n'), /looks like dates|no times/)
    assert.equal(dated.times.count, 40)
  })

test('numbers and words of a log without times are not taken for dates', async () => {
  const log = file('none.csv', 'user_id,item_id,phone,note\n1,2,1700000000,May\n2,3,1700000001,June\n')
  assert.doesNotMatch((await checkHere('--json', '--interactions', log)).stdout, /looks like dates/)
})
