// What single cells say: yes and no in many words, nothing, dates and numbers as people write them; and filters by those words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { readInteractions, readItems } from '../../../build/web/read/index.js'
import { file, path, refuses } from '../helpers/files.mjs'
import { buildHere, checkHere, cli } from '../helpers/shop.mjs'

const repeat = (values, times) => Array.from({ length: times }, () => values).flat()
const csv = (header, rows) => [header, ...rows].map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join()).join('\n') // prettier-ignore
/** A catalogue of one column beside the ids. */
const cells = (name, values, options) =>
  readItems([file('cells.csv', csv(['item_id', name], values.map((value, i) => [`i${i}`, value])))], options) // prettier-ignore

const only = ({ columns }) => columns[0]
const remarksOf = ({ facts }) => facts.remarks
const day = (seconds) => (Number.isNaN(seconds) ? null : new Date(seconds * 1000).toISOString().slice(0, 10))

const bytesOf = async (items, policy) =>
  (await build({ interactions: null, items, embeddings: null }, { threads: 1 }, 1, { say() {}, stage() {} }, policy))
    .bytes
const kept = (rec, filter) => rec.recommend({ filter, k: 1000 }).items.map(({ id }) => id).sort() // prettier-ignore

// -- yes and no --------------------------------------------------------------------------------------------------------

for (const [yes, no] of [
  ['Yes', 'No'],
  ['Y', 'N'],
  ['TRUE', 'FALSE'],
  ['Ja', 'Nein'],
  ['ja', 'nej'],
  ['oui', 'non'],
  ['sí', 'no'],
  ['Да', 'Нет'],
  ['WAHR', 'FALSCH'],
  ['VRAI', 'FAUX'],
  ['はい', 'いいえ'],
  ['tak', 'nie'],
  ['checked', 'unchecked'],
  ['✓', '✗'],
  ['✅', '❌'],
])
  test(`${yes} and ${no}: a filter takes the column's own words, true and false, and any others that mean them`, async () => {
    const items = await cells('in_stock', [no, yes, no, yes, '', yes])
    assert.deepEqual([...only(items).names].sort(), ['false', 'true'])
    const rec = await Recommender.open(await bytesOf(items))
    for (const said of [true, 'true', yes, yes.toLowerCase(), 'yes', 1, '1']) assert.deepEqual(kept(rec, { in_stock: said }), ['i1', 'i3', 'i5'], said) // prettier-ignore
    for (const said of [false, 'false', no, 'No', 0]) assert.deepEqual(kept(rec, { in_stock: said }), ['i0', 'i2'], said) // prettier-ignore
    assert.deepEqual(kept(rec, { in_stock: { not: yes } }), ['i0', 'i2', 'i4'])
    assert.deepEqual(kept(rec, { in_stock: [yes, no] }).length, 5)
    const rules = { require: { in_stock: yes } }
    const ruled = await Recommender.open(await bytesOf(items, { rules }))
    assert.deepEqual(kept(ruled), ['i1', 'i3', 'i5'])
  })

test('a column that has the word itself keeps to it', async () => {
  const items = await cells('answer', repeat(['yes', 'no', 'maybe'], 4))
  assert.match(remarksOf(items).join(), /^look: answer: category, for 4 of 12 cells are neither yes nor no \("maybe"\); a filter takes its words as they stand, not true and false$/) // prettier-ignore
  const rec = await Recommender.open(await bytesOf(items))
  assert.equal(kept(rec, { answer: 'yes' }).length, 4)
  assert.equal(kept(rec, { answer: true }).length, 0)
  const rules = { require: { answer: true } }
  await assert.rejects(bytesOf(items, { rules }), /found "true", expected a value that an item has/)
})

test('ticks: where all others are empty, these say no', async () => {
  for (const tick of ['x', 'X', '✓', '✔️', '☑', 'checked', 'Yes', 'Ja', 'Y']) {
    const items = await cells('organic', repeat([tick, '', '-'], 3))
    assert.deepEqual(remarksOf(items), [`organic: category, "${tick}" being "true" and nothing being "false"`])
    const rec = await Recommender.open(await bytesOf(items))
    assert.deepEqual([kept(rec, { organic: tick }).length, kept(rec, { organic: false }).length], [3, 6])
  }
  assert.deepEqual(
    only(await cells('axis', repeat(['x', 'y', ''], 3))).names,
    ['x', 'y'],
    'of two words neither is one',
  )
  assert.deepEqual(only(await cells('size', repeat(['X', 'X'], 3))).names, ['X'], 'of every item it is no tick')
})

test('what is not known is neither yes nor no, and said', async () => {
  const items = await cells('new', repeat(['Yes', 'No', 'unknown', 'N/A'], 3))
  assert.deepEqual(remarksOf(items), ['new: category, "Yes" being "true" and "No" being "false" and "unknown" being nothing']) // prettier-ignore
  const rec = await Recommender.open(await bytesOf(items))
  assert.deepEqual([kept(rec, { new: true }).length, kept(rec, { new: false }).length], [3, 3])
  const mixed = await cells('new', repeat(['Yes', 'No', 'TRUE', 'n', '1'], 3))
  assert.deepEqual(only(mixed).names, ['true', 'false'])
  assert.deepEqual(only(await cells('country', repeat(['NO', 'SI', 'SE'], 3))).names, ['NO', 'SI', 'SE'])
  assert.equal(only(await cells('flag', repeat(['1', '0'], 5))).kind, 'number', 'numbers stay numbers')
})

test('the command line says which value of a filter no item has, and the nearest', async () => {
  const rows = repeat([['Drama', 1990, 'Ja'], ['Science Fiction', 2001, 'Nein']], 4).map((row, i) => [`i${i}`, `Film ${i}`, ...row]) // prettier-ignore
  const items = file('films.csv', csv(['item_id', 'title', 'genre', 'year', 'new'], rows))
  const bundle = path('films.martello')
  assert.equal((await buildHere('-o', bundle, '--items', items)).code, 0)
  const said = async (filter, command = ['recommend', bundle]) => {
    const run = await cli(...command, '--filter', JSON.stringify(filter), '--json')
    assert.equal(run.code, 0, run.stderr)
    return run.stderr
  }
  assert.equal(await said({ genre: 'drama' }), 'no item has "drama" in "genre"; the nearest is "Drama"\n')
  assert.equal(await said({ genre: ['Drama', 'Sciense fiction'] }), 'no item has "Sciense fiction" in "genre"; the nearest is "Science Fiction"\n') // prettier-ignore
  assert.equal(await said({ genre: { not: 'Horror' } }), 'no item has "Horror" in "genre"; it has "Drama", "Science Fiction"\n') // prettier-ignore
  assert.equal(await said({ year: 1991 }, ['similar', bundle, 'i0']), 'no item has 1991 in "year"; the nearest is 1990\n') // prettier-ignore
  assert.match(await said({ new: 'perhaps' }, ['search', bundle, 'film']), /no item has "perhaps" in "new"/)
  assert.equal(
    await said({ year: { gte: 2100 } }),
    'no item has "year" within {"gte":2100}; it goes from 1990 to 2001\n',
  )
  assert.equal(await said({ year: { gt: 1995, lt: 1992 } }), 'no item has "year" within {"gt":1995,"lt":1992}; it goes from 1990 to 2001\n') // prettier-ignore
  assert.equal(await said({ genre: 'Drama', year: 2001 }), 'nothing that may be shown fits the filter\n')
  for (const filter of [{ genre: 'Drama' }, { new: 'ja' }, { new: true }, { year: [1990, 2001] }, { year: { gte: 1900 } }]) assert.equal(await said(filter), '') // prettier-ignore
})

test('what the catalogue says in one word alone: the hint takes it as a filter does', async () => {
  const items = file(
    'all.csv',
    csv(
      ['item_id', 'title', 'organic'],
      rows((i) => [`i${i}`, `Tea ${i}`, 'Yes']),
    ),
  )
  const bundle = path('all.martello')
  assert.equal((await buildHere('-o', bundle, '--items', items)).code, 0)
  for (const value of [true, 'YES']) {
    const { stdout, stderr } = await cli('recommend', bundle, '--filter', JSON.stringify({ organic: value }))
    assert.equal(stdout, '')
    assert.match(stderr, /^no item has .* in "organic"; (it has|the nearest is) "Yes"\n$/)
  }
})

test('of dates a filter takes no number that is a year or eight digits, and its example is taken', async () => {
  const items = await cells('released', repeat(['1971-05-01', '2019-12-31', '2020-01-31', '2021-02-03'], 3))
  const rec = await Recommender.open(await bytesOf(items))
  for (const said of [2020, 20200131, 1999]) for (const condition of [said, [said], { gte: said }, { not: said }]) assert.throws(() => kept(rec, { released: condition }), /expected a date, .* as "2020-01-31"$/) // prettier-ignore
  for (const said of ['2020', '2020-01', '2020-13-01']) assert.throws(() => kept(rec, { released: { gte: said } }), /as "2020-01-31"$/) // prettier-ignore
  assert.equal(kept(rec, { released: { gte: '2020-01-31' } }).length, 6)
  assert.equal(kept(rec, { released: { gte: Date.UTC(2020, 0, 31) / 1000 } }).length, 6)
  assert.equal(kept(rec, { released: '1971-05-01' }).length, 3, 'a date of 1971 is less than 10^8 seconds')
  assert.equal(kept(rec, { released: { gte: 0 } }).length, 12)
})

// -- nothing -----------------------------------------------------------------------------------------------------------

const NOTHING = ['NULL', 'NaN', 'NaT', '#N/A', '#N/A N/A', '#NULL!', 'undefined', '<NA>', '(null)', '\\N', '#NV', '#DIV/0!'] // prettier-ignore
const HARDLY = ['N/A', 'n/a', '-', '--', '—']
const PERHAPS = ['None', 'NA', 'nil']

for (const word of [...NOTHING, ...HARDLY, ...PERHAPS])
  test(`${word} is no id, no number and no date`, async () => {
    const log = file('log.csv', csv(['user_id', 'item_id', 'rating', 'timestamp'], [...repeat([['u1', 'a', '4', '2023-01-01'], ['u2', 'b', '3', '2023-01-02']], 3), ['u1', 'b', word, word], [word, 'a', '3', '2023-01-03'], ['u2', word, '3', '2023-01-03']])) // prettier-ignore
    await refuses(readInteractions([log]), /config "skip": "rows without ids"/)
    const { rows, time, rating, itemIds } = await readInteractions([log], { skip: ['rows without ids'] })
    assert.deepEqual([rows, itemIds], [7, ['a', 'b']])
    assert.deepEqual([time[6], rating[6]], [NaN, NaN])
    assert.deepEqual([...only(await cells('price', ['1', word, '2'])).values], [1, NaN, 2])
    assert.deepEqual([...only(await cells('out', ['2023-01-01', '2023-01-02', word])).values].map(day), ['2023-01-01', '2023-01-02', null]) // prettier-ignore
  })

for (const word of NOTHING)
  test(`${word} is no category`, async () => {
    const items = await cells('brand', repeat(['A', 'B', word], 3))
    assert.deepEqual([only(items).names, remarksOf(items)], [['A', 'B'], []])
  })

test('what may be a value is counted, and the config decides', async () => {
  const hardly = await cells('brand', repeat(['A', 'N/A', 'B', '-', 'N/A'], 3))
  assert.deepEqual(only(hardly).names, ['A', 'B'])
  assert.deepEqual(remarksOf(hardly), ['brand: "N/A" (6) and "-" (3) beside 6 values is taken for nothing; "missing": {"brand":[]} takes it for a value']) // prettier-ignore
  const perhaps = await cells('country', repeat(['NA', 'DE', 'None'], 3))
  assert.deepEqual(only(perhaps).names, ['NA', 'DE', 'None'])
  assert.deepEqual(remarksOf(perhaps), ['look: country: "NA" (3) and "None" (3) of 9 values is taken for one; "missing": {"country":["NA","None"]} takes it for nothing']) // prettier-ignore
  const read = (missing) => cells('country', repeat(['NA', 'DE', '-', 'TBD'], 3), { missing: { country: missing } })
  assert.deepEqual(only(await read([])).names, ['NA', 'DE', '-', 'TBD'])
  assert.deepEqual(only(await read(['NA', '-', 'TBD'])).names, ['DE'])
  assert.deepEqual(remarksOf(await read(['NA'])), [])
  assert.deepEqual(only(await cells('title', ['None', 'A', 'N/A'], { missing: { title: [] } })).values, ['None', 'A', 'N/A']) // prettier-ignore
  await refuses(cells('country', ['NA'], { missing: { county: [] } }), /"county", which is named in config key "missing"/) // prettier-ignore
  const items = file('countries.csv', csv(['item_id', 'country'], repeat([['NA'], ['DE']], 3).map(([c], i) => [i, c]))) // prettier-ignore
  const config = file('missing.json', '{"missing":{"country":["NA"]}}')
  const { stdout } = await checkHere('--items', items, '--config', config)
  assert.match(stdout, /country +category +3 missing +DE\n/)
})

// -- dates -------------------------------------------------------------------------------------------------------------

const DATES = Array.from({ length: 60 }, (_, i) => `2023-${String(1 + (i % 12)).padStart(2, '0')}-10`)

test('dirty cells among dates are left out, and said', async () => {
  for (const [dirty, remarks] of [
    ['soon', 1],
    ['2023-02-31', 1],
    ['12', 1],
    ['TBA', 1],
    ['0000-00-00', 0],
    ['0000-00-00 00:00:00', 0],
  ]) {
    const items = await cells('released', DATES.with(7, dirty))
    assert.deepEqual([only(items).kind, only(items).values[7]], ['date', NaN], dirty)
    const looks = remarksOf(items).filter((line) => line.startsWith('look: released: date, but 1 of 60 cells does not fit and is left out (row 8')) // prettier-ignore
    assert.equal(looks.length, remarks, dirty)
  }
  const swapped = await cells('released', [...repeat(['13/04/2021', '03/05/2021'], 15), '04/13/2021'])
  assert.deepEqual([...only(swapped).values].slice(-3).map(day), ['2021-04-13', '2021-05-03', null])
  assert.match(remarksOf(swapped)[0], /^look: released: date, but 1 of 31 cells .*"04\/13\/2021"/)
  const month = await cells('released', [...repeat(['04/13/2021', '03/05/2021'], 15), '13/04/2021'])
  assert.deepEqual([...only(month).values].slice(-3).map(day), ['2021-04-13', '2021-03-05', null])
  const many = await cells('released', repeat(['2023-01-10', '2023-02-10', 'soon'], 9))
  assert.match(remarksOf(many)[0], /^look: released: category, for 9 of 27 cells are no dates as the others are \("soon"\); "kinds": \{"released":"date"\} refuses them$/) // prettier-ignore
})

test('months and years alone are their first day, where a catalogue has them', async () => {
  const dates = async (values) => {
    const items = await cells('released', repeat(values, 5))
    return [only(items).kind, [...only(items).values].slice(0, values.length).map(day), remarksOf(items).join()]
  }
  for (const [values, expected] of [
    [['2023-10', '2004-02'], ['2023-10-01', '2004-02-01']], // prettier-ignore
    [['Oct 2023', 'May 2004', 'February, 2010'], ['2023-10-01', '2004-05-01', '2010-02-01']], // prettier-ignore
    [['2023-10-05', '2004', '2011-07'], ['2023-10-05', '2004-01-01', '2011-07-01']], // prettier-ignore
  ]) {
    const [kind, found, said] = await dates(values)
    assert.deepEqual([kind, found], ['date', expected])
    assert.match(said, /cells naming no day \(".*" being its first\)/)
  }
  assert.equal(only(await cells('year', repeat(['2004', '2011'], 5))).kind, 'number', 'years alone are numbers')
  assert.equal(only(await cells('season', repeat(['2010-11', '2011-12', '2012-13', '2013-14'], 5))).kind, 'category')
})

// -- numbers -----------------------------------------------------------------------------------------------------------

for (const [written, numbers] of [
  [['(1.50)', '2.50', '(3)'], [-1.5, 2.5, -3]], // prettier-ignore
  [['($1,200.50)', '$(3.00)', '$4.00'], [-1200.5, -3, 4]], // prettier-ignore
  [['90 min', '120 mins', '1 min.'], [90, 120, 1]], // prettier-ignore
  [['5kg', '2.5 kg', '10 kg'], [5, 2.5, 10]], // prettier-ignore
  [['1 day', '14 days', '3 Days'], [1, 14, 3]], // prettier-ignore
  [['₹1,20,100', '₹99', '₹12,34,56,789'], [120100, 99, 123456789]], // prettier-ignore
  [['Rs. 1,200', 'Rs 99', 'Rs. 5'], [1200, 99, 5]], // prettier-ignore
  [['12,- €', '1.200,50 €', '3,– €'], [12, 1200.5, 3]], // prettier-ignore
  [['12.00 USD', '1,250.00 USD', '3 USD'], [12, 1250, 3]], // prettier-ignore
])
  test(`numbers with what stands around them: ${written.join(' ')}`, async () => {
    const items = await cells('amount', repeat(written, 4))
    assert.deepEqual([only(items).kind, [...only(items).values].slice(0, 3)], ['number', numbers])
    assert.match(remarksOf(items).join(), /amount: number, ".*" being -?[\d.]+; "(kinds|decimals)": \{"amount":/)
  })

test('numbers of several units or currencies are left alone, and that is said', async () => {
  for (const [values, units] of [
    [['$1', '€1', '$2'], '"$" in 10, "€" in 5 of 15 cells'], // prettier-ignore
    [['90 min', '1 Season', '2 Seasons'], '"min" in 5, "season" in 10 of 15 cells'], // prettier-ignore
    [['12.00 USD', '10.00 EUR'], '"USD" in 5, "EUR" in 5 of 10 cells'], // prettier-ignore
    [['500 g', '1 kg'], '"g" in 5, "kg" in 5 of 10 cells'], // prettier-ignore
  ]) {
    const items = await cells('amount', repeat(values, 5))
    assert.equal(only(items).kind, 'category')
    assert.ok(remarksOf(items).includes(`look: amount: category, for its numbers are of several units, ${units}; a column of each would be numbers`), remarksOf(items).join('\n')) // prettier-ignore
  }
})

test('durations are numbers of minutes, or of seconds where some are said, and which', async () => {
  for (const [written, numbers, of] of [
    [['1h 30m', '2h', '45m'], [90, 120, 45], 'minutes'], // prettier-ignore
    [['1 hr 30 min', '2 hrs', '45 min'], [90, 120, 45], 'minutes'], // prettier-ignore
    [['PT1H30M', 'PT2H', 'P1D'], [90, 120, 1440], 'minutes'], // prettier-ignore
    [['PT4M13S', 'PT1H', 'PT45S'], [253, 3600, 45], 'seconds'], // prettier-ignore
    [['90 min', '2 hours'], [90, 120], 'minutes'], // prettier-ignore
    [['1:30:00', '0:45:10', '100:00:01'], [5400, 2710, 360001], 'seconds'], // prettier-ignore
  ]) {
    const items = await cells('runtime', repeat(written, 4))
    assert.deepEqual([only(items).kind, [...only(items).values].slice(0, numbers.length)], ['number', numbers])
    assert.match(remarksOf(items)[0], new RegExp(`^runtime: number, "${written[0]}" being ${numbers[0]} ${of}; "kinds"`)) // prettier-ignore
  }
  for (const values of [['10M', '5M'], ['P', 'T'], ['5 m', '3 km'], ['12:05', '1:30'], ['1:75:00', '2:00:61']]) assert.equal(only(await cells('size', repeat(values, 4))).kind, 'category') // prettier-ignore
})

test('words for nothing make no numbers of a few values', async () => {
  const allergens = await cells('allergens', [...repeat(['None'], 60), 'milk', 'nuts'])
  assert.deepEqual([only(allergens).kind, only(allergens).names], ['category', ['None', 'milk', 'nuts']])
  assert.deepEqual(remarksOf(allergens).length, 1)
})

test('a value in round brackets is a list where it has a comma', async () => {
  const items = await cells('tags', repeat(['(1,)', '(1, 2)', '()'], 4))
  assert.deepEqual([only(items).kind, only(items).names], ['multi', ['1', '2']])
})

// -- ids ---------------------------------------------------------------------------------------------------------------

const LOG = repeat(['u1', 'U1', 'u3'], 5).map((user, i) => [user, i % 5 ? `ab-${i % 5}` : 'AB-0', 1_600_000_000 + i])
const SKUS = Array.from({ length: 5 }, (_, i) => [`AB-${i}`, `Film ${i}`])

test('ids that differ in case are counted, and the config makes them one', async () => {
  const log = file('orders.csv', csv(['user_id', 'item_id', 'timestamp'], LOG))
  const items = file('skus.csv', csv(['item_id', 'title'], SKUS))
  const check = async (...more) => JSON.parse((await checkHere('--json', '--interactions', log, '--items', items, ...more)).stdout) // prettier-ignore
  const { remarks, errors } = await check()
  assert.deepEqual(errors, [])
  assert.ok(remarks.some((line) => /^look: .*orders\.csv: 4 of its items are in .*skus\.csv in other letters \("ab-1" is "AB-1" there\); config "ids": "lower case" makes them one$/.test(line)), remarks.join('\n')) // prettier-ignore
  const config = file('lower.json', '{"ids":"lower case"}')
  const lower = await check('--config', config)
  assert.deepEqual([lower.joins[0].matched, lower.joins[0].of, lower.remarks.filter((line) => /letters/.test(line))], [5, 5, []]) // prettier-ignore
  const out = path('lower.martello')
  const built = await buildHere('-o', out, '--interactions', log, '--items', items, '--config', config)
  assert.equal(built.code, 0, built.stderr)
  const { userIds } = await readInteractions([log], { idsAs: 'lower case' })
  assert.deepEqual(userIds, ['u1', 'U1', 'u3'], 'people are as they are written')
  const similar = await cli('similar', out, 'AB-1', '--json')
  assert.equal(similar.code, 0, similar.stderr)
  const header = file('nobody.csv', 'user_id,item_id,timestamp\n')
  const asked = await cli('eval', out, '--history', header, '--holdout', log, '--json')
  assert.equal(JSON.parse(asked.stdout).held_out_unknown, 0, 'the record says how ids are read')
})

test('nothing but case keeps two files apart: the error has the config line', async () => {
  const log = file('orders.csv', csv(['user_id', 'item_id'], LOG.map(([user, item]) => [user, item.toLowerCase()]))) // prettier-ignore
  const { code, stdout } = await checkHere('--interactions', log, '--items', file('skus.csv', csv(['item_id', 'title'], SKUS))) // prettier-ignore
  assert.equal(code, 1)
  assert.match(stdout, /none of its 5 items in .*expected ids that both files have \(config "ids": "lower case" makes 5 of them one\)/) // prettier-ignore
})

test('under "exact" the command line does not make 2 of 2.0', async () => {
  const items = file('releases.csv', csv(['item_id', 'title'], [['2', 'Two'], ['3', 'Three'], ['3.0', 'Three again']])) // prettier-ignore
  const out = path('releases.martello')
  assert.equal((await buildHere('-o', out, '--items', items, '--config', file('exact.json', '{"ids":"exact"}'))).code, 0) // prettier-ignore
  const two = await cli('similar', out, '2.0')
  assert.equal(two.code, 1)
  assert.match(two.stderr, /2\.0/)
  assert.equal((await cli('similar', out, '3.0')).code, 0)
})

// -- the account -------------------------------------------------------------------------------------------------------

test('cells of several lines stand in one line of the table', async () => {
  const items = file('lines.csv', csv(['item_id', 'title', 'the\nnotes'], [['1', 'two\nlines', 'a\r\nb\tc'], ['2', 'escape \u001b[31m', 'long '.repeat(50)]])) // prettier-ignore
  const { code, stdout } = await checkHere('--items', items)
  assert.equal(code, 0)
  assert.match(stdout, /\n {2}title +text +two lines, escape {2}\[31m\n/)
  assert.match(stdout, /\n {2}the notes +\S+ +a b c, (long ?){8}…\n/)
})

// -- exports -----------------------------------------------------------------------------------------------------------

/** Name by name, what the columns of an export are. */
const kindsOf = async (name, content, options) => {
  const { columns, facts } = await readItems([file(name, content)], options)
  return [Object.fromEntries(columns.map(({ name, kind }) => [name, kind])), facts]
}
const rows = (row) => Array.from({ length: 24 }, (_, i) => row(i))

test('a feed for Google Merchant Center', async () => {
  const header = ['id', 'title', 'availability', 'price', 'identifier_exists', 'shipping_weight', 'availability_date']
  const [kinds] = await kindsOf('merchant.tsv', [header, ...rows((i) => [`SKU${i}`, `Lamp ${i}`, i % 3 ? 'in_stock' : 'out_of_stock', `${12 + i}.00 USD`, i % 2 ? 'yes' : 'no', `${i % 5}.5 kg`, i % 4 ? '' : '2023-11-25T13:00-0800'])].map((row) => row.join('\t')).join('\n')) // prettier-ignore
  assert.deepEqual(kinds, { title: 'text', availability: 'category', price: 'number', identifier_exists: 'category', shipping_weight: 'number', availability_date: 'date' }) // prettier-ignore
})

test('products of Shopify, with a row for each variant', async () => {
  const header = ['Handle', 'Title', 'Body (HTML)', 'Vendor', 'Tags', 'Published', 'Variant Price', 'Variant Compare At Price'] // prettier-ignore
  const content = csv(header, rows((i) => [`shirt-${i >> 1}`, i % 2 ? '' : `Shirt ${i}`, i % 2 ? '' : '<p>soft,\n<b>warm</b></p>', i % 4 ? 'Acme' : 'Nord', i % 6 ? 'cotton, summer' : 'summer', i % 5 ? 'true' : 'false', '19.00', ''])) // prettier-ignore
  await refuses(readItems([file('products.csv', content)]), /no column for item_id among "Handle"/)
  const [kinds, facts] = await kindsOf('products.csv', content, { columns: { item_id: 'Handle' }, skip: ['repeated ids'] }) // prettier-ignore
  assert.deepEqual([kinds.title, kinds.Vendor, kinds.Published, kinds['Variant Price'], facts.files[0].left[0].rows], ['text', 'category', 'category', 'number', 12]) // prettier-ignore
})

test('a base of Airtable and a sheet of Excel in German', async () => {
  const airtable = csv(['Record ID', 'Name', 'Tags', 'Price', 'In Stock', 'Launch Date'], rows((i) => [`rec${i}`, `Item ${i}`, i % 2 ? 'new,sale' : i % 4 ? 'sale,new' : 'new', `$${1000 + i}.00`, i % 3 ? 'checked' : '', `${1 + (i % 12)}/${1 + i}/2023`])) // prettier-ignore
  const [kinds] = await kindsOf('airtable.csv', airtable, { columns: { item_id: 'Record ID' } })
  assert.deepEqual(kinds, { title: 'text', Tags: 'multi', Price: 'number', 'In Stock': 'category', 'Launch Date': 'date' }) // prettier-ignore
  const sheet = [
    'Artikelnr;Bezeichnung;Preis;UVP;Lagernd;Verfügbar ab;Gewicht;Neu',
    ...rows((i) => `${String(i).padStart(5, '0')};Tisch ${i};1.${100 + i},50 €;${i},5;${i % 2 ? 'Ja' : 'Nein'};${i % 8 ? `${1 + i}.12.2023` : '#NV'};${i},25 kg;${i % 2 ? 'WAHR' : 'FALSCH'}`), // prettier-ignore
  ].join('\r\n')
  const [german, facts] = await kindsOf('sheet.csv', `\ufeff${sheet}`, { columns: { item_id: 'Artikelnr' } })
  assert.deepEqual(german, { title: 'text', Preis: 'number', UVP: 'number', Lagernd: 'category', 'Verfügbar ab': 'date', Gewicht: 'number', Neu: 'category' }) // prettier-ignore
  const prices = facts.files[0].columns.find(({ name }) => name === 'Preis')
  assert.deepEqual(prices.examples, ['1100.5', '1101.5', '1102.5'])
})

test('a frame of pandas', async () => {
  const header = ['', 'item_id', 'title', 'genres', 'year', 'in_stock', 'released', 'score']
  const frame = csv(header, rows((i) => [i, `${100 + i}.0`, `Film ${i}`, i % 2 ? "['Drama', 'Comedy']" : "['Drama']", i % 5 ? `${1990 + i}.0` : '', i % 2 ? 'True' : 'False', i % 6 ? '2020-01-02 00:00:00' : 'NaT', i % 4 ? i : '<NA>'])) // prettier-ignore
  const [kinds] = await kindsOf('frame.csv', frame)
  assert.deepEqual(kinds, { title: 'text', genres: 'multi', year: 'number', in_stock: 'category', released: 'date', score: 'number' }) // prettier-ignore
})
