// Catalogues as shops and data frames export them: what each column is, what was guessed, and what is said of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { readEmbeddings, readInteractions, readItems, readTable } from '../../../build/web/read/index.js'
import { file, refuses } from '../helpers/files.mjs'
import { checkHere, cli, gaussians, npy } from '../helpers/shop.mjs'

const read = (name, content, options) => readItems([file(name, content)], options)
const table = (header, rows, separator = ',') => [header, ...rows].map((row) => row.join(separator)).join('\n')
/** A catalogue of one column beside the ids, its cells quoted. */
const cells = (name, values, options, separator = ',') =>
  read('items.csv', table(['item_id', name], values.map((value, i) => [`i${i}`, `"${value.replaceAll('"', '""')}"`]), separator), options) // prettier-ignore
const repeat = (values, times) => Array.from({ length: times }, () => values).flat()

const only = ({ columns }) => columns[0]
const remarksOf = ({ facts }) => facts.remarks
const valuesAt = (column, row) =>
  column.kind === 'multi'
    ? [...column.values.slice(column.offsets[row], column.offsets[row + 1])].map((at) => column.names[at])
    : column.kind === 'category'
      ? (column.names[column.values[row]] ?? null)
      : column.values[row]

/** What a bundle of these items says, and a recommender that answers about it. */
async function built(items, config = {}) {
  const said = []
  const inputs = { interactions: null, items, embeddings: null }
  const { bytes } = await build(inputs, { threads: 1, ...config }, 1, { say: (line) => said.push(line), stage() {} })
  return { rec: await Recommender.open(bytes), said }
}
const kept = (rec, filter) => rec.recommend({ filter, k: 1000 }).items.map(({ id }) => id).sort() // prettier-ignore

// -- what a column leaves open ---------------------------------------------------------------------------------------

test('points before three digits may be thousands: both readings are said, and the config decides', async () => {
  const prices = repeat(['1.299', '2.450', '12.000', '899'], 5)
  const open = await cells('price', prices)
  assert.equal(valuesAt(only(open), 0), 1.299)
  assert.deepEqual(remarksOf(open), ['look: price: number, "1.299" being 1.299; "decimals": {"price":","} makes it 1299, "decimals": {"price":"."} says so']) // prettier-ignore
  const [comma, point] = [await cells('price', prices, { decimals: { price: ',' } }), await cells('price', prices, { decimals: { price: '.' } })] // prettier-ignore
  assert.deepEqual([[...only(comma).values].slice(0, 4), remarksOf(comma)], [[1299, 2450, 12000, 899], []])
  assert.deepEqual([[...only(point).values].slice(0, 4), remarksOf(point)], [[1.299, 2.45, 12, 899], []])
  assert.match(
    remarksOf(
      await cells(
        'price',
        prices.map((text) => `${text} €`),
      ),
    ).join(),
    /^look: .*makes it 1299/,
  )
  assert.match(remarksOf(await cells('price', prices.map((text) => text.replace('.', ',')))).join(), /^look: price: number, "1,299" being 1299; "decimals": \{"price":","\} makes it 1\.299/) // prettier-ignore
  // one cell that tells, either way
  for (const [told, first] of [
    ['1.299.000', 1299],
    ['0.125', 1.299],
    ['3.5', 1.299],
    ['1.299,50', 1299],
  ]) {
    // prettier-ignore
    const items = await cells('price', [...prices, told])
    assert.equal(valuesAt(only(items), 0), first, told)
    assert.doesNotMatch(remarksOf(items).join(), /decimals/)
  }
  const typed = Array.from({ length: 20 }, (_, i) => JSON.stringify({ item_id: `i${i}`, price: 1.125 + i }))
  assert.deepEqual(remarksOf(await read('items.jsonl', typed.join('\n'))), [])
  await refuses(
    cells('price', prices, { decimals: { prize: ',' } }),
    /"prize", which is named in config key "decimals"/,
  )
})

test('dates that leave open which is the day are told, and the config decides', async () => {
  const dates = repeat(['08/10/2015', '03/04/2016', '11/12/2017', '01/02/2018'], 5)
  for (const released of [dates, dates.map((text, i) => text.replace(/\d{4}/, 1990 + i))]) {
    const open = await cells('released', released)
    assert.ok(only(open).kind !== 'date')
    assert.match(remarksOf(open).join(), /^look: released: (text|category), but 20 of 20 cells are dates that leave open which is the day \("08\/10\/\d+"\); "dates": \{"released":"day first"\} reads \d+-10-08, "dates": \{"released":"month first"\} reads \d+-08-10$/) // prettier-ignore
  }
  const first = async (order, options = {}) => {
    const items = await cells('released', dates, { dates: { released: order }, ...options })
    assert.deepEqual([only(items).kind, remarksOf(items)], ['date', []])
    return new Date(valuesAt(only(items), 0) * 1000).toISOString().slice(0, 10)
  }
  assert.equal(await first('day first'), '2015-10-08')
  assert.equal(await first('month first', { kinds: { released: 'date' } }), '2015-08-10')
  await refuses(cells('released', dates, { kinds: { released: 'date' } }), /config "dates": \{"released": "day first"\} says it, or "month first"/) // prettier-ignore
  const log = file('days.csv', `user_id,item_id,date\n${dates.map((date, i) => `u${i % 4},i${i},${date}\n`).join('')}`)
  await refuses(readInteractions([log]), /config "dates": \{"date": "day first"\}/)
  const { time } = await readInteractions([log], { dates: { date: 'month first' } })
  assert.equal(time[0], Date.UTC(2015, 7, 10) / 1000)
  const config = file('days.json', '{"dates":{"date":"day first"}}')
  assert.equal((await checkHere('--interactions', log, '--config', config)).code, 0)
  const wrong = await checkHere('--interactions', log, '--config', file('days.json', '{"dates":{"day":"day first","date":"day first"}}')) // prettier-ignore
  assert.match(wrong.stdout + wrong.stderr, /key "dates\.day": found the column "day", which no file has/)
})

// -- lists -----------------------------------------------------------------------------------------------------------

const FILMS = repeat(['Drama, Comedy', 'Drama', 'Action', 'Comedy'], 10)

for (const [what, films] of [
  ['comma and space', FILMS],
  ['comma', FILMS.map((text) => text.replace(', ', ','))],
  ['semicolon', FILMS.map((text) => text.replace(', ', ';'))],
  ['slash', FILMS.map((text) => text.replace(', ', '/'))],
  ['bar', FILMS.map((text) => text.replace(', ', '|'))],
  ['ideographic comma', FILMS.map((text) => text.replace(', ', '、'))],
])
  test(`lists by ${what}: every part is a value`, async () => {
    const items = await cells('genres', films)
    assert.deepEqual([only(items).kind, only(items).names], ['multi', ['Drama', 'Comedy', 'Action']])
    const { rec } = await built(items)
    assert.equal(kept(rec, { genres: 'Comedy' }).length, 20)
  })

test('a guess about lists is said, with numbers and the way to change it', async () => {
  assert.deepEqual(remarksOf(await cells('genres', FILMS)), [
    'genres: lists, parted by "," in 10 of 40 cells ("Drama, Comedy"), 3 distinct values; "separators": {"genres":false} takes a cell for one value',
  ])
  assert.deepEqual(remarksOf(await cells('genres', FILMS.map((text) => text.replace(', ', '|')))), []) // prettier-ignore
})

for (const [what, spelled] of [
  ['Python', ["['Drama', 'Comedy']", "['Drama']", '[]']],
  ['a Python tuple', ["('Drama', 'Comedy')", "('Drama',)", '()']],
  ['a Python set', ["{'Drama', 'Comedy'}", "{'Drama'}", 'set()']],
  ['JSON', ['["Drama", "Comedy"]', '["Drama"]', '[]']],
  ['NumPy', ["['Drama' 'Comedy']", "['Drama']", '[]']],
  ['NumPy, in full', ["array(['Drama', 'Comedy'], dtype=object)", "array(['Drama'], dtype='<U5')", 'array([])']],
  ['PostgreSQL', ['{Drama,Comedy}', '{"Drama"}', '{}']],
  ['Java', ['[Drama, Comedy]', '[Drama]', '[]']],
  ['records, as TMDB has them', [`[{'id': 18, 'name': 'Drama'}, {'id': 35, 'name': 'Comedy'}]`, '[{"id": 18, "name": "Drama"}]', '[]']], // prettier-ignore
])
  test(`lists as ${what} prints them`, async () => {
    const column = only(await cells('genres', repeat(spelled, 4)))
    assert.equal(column.kind, 'multi')
    assert.deepEqual(
      [0, 1, 2].map((row) => valuesAt(column, row)),
      [['Drama', 'Comedy'], ['Drama'], []],
    )
  })

test('lists of programs: quotes within, other scripts, numbers, nothing', async () => {
  const column = only(
    await cells('tags', [
      `["Schindler's List", 'a "b"']`,
      "['l\\'été', '\\u00e9', None]",
      '[1 2 3]',
      '["x, y"]',
      "[u'old']",
    ]),
  )
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((row) => valuesAt(column, row)),
    [["Schindler's List", 'a "b"'], ["l'été", 'é'], ['1', '2', '3'], ['x, y'], ['old']],
  )
})

test('one value with a comma is no list', async () => {
  for (const [name, values] of [
    ['city', repeat(['Berlin, Germany', 'Hamburg, Germany', 'Paris, France', 'Lyon, France'], 10)],
    ['author', repeat(['Austen, Jane', 'Orwell, George', 'Woolf, Virginia'], 10)],
    ['address', repeat(['5 Main St, Springfield, IL', '7 Oak Ave, Portland, OR'], 10)],
  ]) {
    const items = await cells(name, values)
    assert.equal(only(items).kind, 'category', name)
    assert.match(remarksOf(items)[0], new RegExp(`^look: ${name}: \\d+ of \\d+ cells look like lists \\(.*"separators": \\{"${name}":","\\} parts them`)) // prettier-ignore
  }
  const prose = Array.from({ length: 40 }, (_, i) => `A robot ${i}, alone, finds love number ${i}, and a plant`)
  const plot = await cells('plot', prose)
  assert.deepEqual([only(plot).kind, remarksOf(plot)], ['text', []])
  const dates = await cells('made', repeat(['1/2/2020', '2/1/2020', '3/2/2021'], 5))
  assert.equal(only(dates).kind, 'category')
  const pipes = Array.from({ length: 100 }, (_, i) => (i === 7 ? 'Song 7 | official video' : `Song ${i}`))
  assert.equal(only(await cells('name2', pipes)).kind, 'text', 'one bar in a hundred texts parts nothing')
})

test('separators: a column is parted as the config says, or not at all', async () => {
  const one = await cells('genres', FILMS, { separators: { genres: false } })
  assert.deepEqual([only(one).names, remarksOf(one)], [['Drama, Comedy', 'Drama', 'Action', 'Comedy'], []])
  const unlikely = await cells('cast', ['Ann Lee & Bo Ray', 'Cy Oz'], { separators: { cast: '&' } })
  assert.deepEqual(only(unlikely).names, ['Ann Lee', 'Bo Ray', 'Cy Oz'])
  const asked = await cells('cast', ['Ann Lee, Bo Ray', 'Cy Oz'], { kinds: { cast: 'multi' } })
  assert.deepEqual(only(asked).names, ['Ann Lee', 'Bo Ray', 'Cy Oz'])
  await refuses(cells('genres', FILMS, { separators: { genre: ',' } }), 'items.csv: found the attributes "genres", expected "genre", which is to be parted by config key "separators"') // prettier-ignore
})

// -- true and false --------------------------------------------------------------------------------------------------

for (const [yes, no] of [
  ['True', 'False'],
  ['TRUE', 'FALSE'],
  ['true', 'false'],
  ['yes', 'no'],
  ['Y', 'N'],
  ['t', 'f'],
  ['1', '0'],
])
  // prettier-ignore
  test(`{ in_stock: true } where cells say ${yes} and ${no}`, async () => {
    const { rec } = await built(await cells('in_stock', [no, yes, no, yes, '', yes]))
    assert.deepEqual(kept(rec, { in_stock: true }), ['i1', 'i3', 'i5'])
    assert.deepEqual(kept(rec, { in_stock: false }), ['i0', 'i2'])
    assert.deepEqual(kept(rec, { in_stock: { not: true } }), ['i0', 'i2', 'i4'])
  })

test('two letters alone are no booleans: NO is Norway, T a size', async () => {
  assert.deepEqual(only(await cells('country', ['NO', 'NO', 'SE'])).names, ['NO', 'SE'])
  assert.deepEqual(only(await cells('country', ['NO', 'NO'])).names, ['NO'])
  assert.deepEqual(only(await cells('size', ['T', 'T'])).names, ['T'])
  assert.deepEqual(remarksOf(await cells('new', ['Yes', 'No'])), ['new: category, "Yes" being "true" and "No" being "false"']) // prettier-ignore
})

// -- numbers ---------------------------------------------------------------------------------------------------------

const PRICES = Array.from({ length: 100 }, (_, i) => (5 + i / 4).toFixed(2))

for (const odd of ['TBA', 'free', '?', 'call us', '1.2.3'])
  test(`a price "${odd}" among a hundred is left out, and said`, async () => {
    const items = await cells('price', PRICES.with(7, odd))
    assert.equal(only(items).kind, 'number')
    assert.ok(Number.isNaN(only(items).values[7]))
    assert.equal(remarksOf(items).length, 1)
    assert.ok(remarksOf(items)[0].startsWith(`look: price: number, but 1 of 100 cells does not fit and is left out (row 8 (line 9): "${odd}"); "kinds": {"price":"number"} refuses`)) // prettier-ignore
    assert.deepEqual(items.facts.files[0].columns[1].exceptions, [
      { row: 8, found: `"${odd}"`, count: 1, others: '99 of 100 are numbers' },
    ])
    const { rec, said } = await built(items)
    assert.equal(kept(rec, { price: { lt: 10 } }).length, 19)
    assert.ok(said.includes(remarksOf(items)[0]), 'the build says it')
    await refuses(cells('price', PRICES.with(7, odd), { kinds: { price: 'number' } }), `items.csv, row 8 (line 9), column "price": found "${odd}", expected a number`) // prettier-ignore
  })

test('half of the cells being numbers, the column is none, and that is said', async () => {
  const sizes = repeat(['38', '40', 'S', 'M', '42', '36'], 10)
  const items = await cells('size', sizes)
  assert.equal(only(items).kind, 'category')
  assert.deepEqual(remarksOf(items), [
    'look: size: category, for 20 of 60 cells are no numbers ("S"); "kinds": {"size":"number"} refuses them',
  ])
  const unknown = await cells('year', repeat(['1999', '2001', 'unknown', '1987'], 10))
  assert.equal(only(unknown).kind, 'number', 'a placeholder makes no text of a number')
  assert.match(remarksOf(unknown)[0], /^look: year: number, but 10 of 40 cells do not fit and are left out \(row 3 /)
})

for (const [written, numbers] of [
  [
    ['$1,299.00', '$12.50', '$0'],
    [1299, 12.5, 0],
  ],
  [
    ['1.299,00 €', '12,50 €', '5 €'],
    [1299, 12.5, 5],
  ],
  [
    ['EUR 12', 'EUR 1.50', 'EUR 3'],
    [12, 1.5, 3],
  ],
  [
    ['12,5', '3', '0,75'],
    [12.5, 3, 0.75],
  ],
  [
    ['1,299', '12', '1,000,000'],
    [1299, 12, 1e6],
  ],
  [
    ['1 299,5', '12', '7'],
    [1299.5, 12, 7],
  ],
  [
    ['85%', '7.5 %', '100%'],
    [85, 7.5, 100],
  ],
  [
    ['-$5', '$1', '$2'],
    [-5, 1, 2],
  ],
])
  test(`numbers as people write them: ${written.join(', ')}`, async () => {
    const items = await cells('price', written)
    assert.equal(only(items).kind, 'number')
    assert.deepEqual([...only(items).values], numbers)
    assert.match(remarksOf(items)[0], /price: number, ".*" being .*; "kinds": \{"price":"text"\} keeps the column as it stands/) // prettier-ignore
    assert.deepEqual([...only(await cells('price', written, { kinds: { price: 'number' } })).values], numbers)
  })

test('no quantities: two currencies, leading zeros, more digits than a number holds', async () => {
  assert.equal(only(await cells('price', ['$5', '€5', '$6'])).kind, 'category')
  assert.equal(only(await cells('zip', ['01234', '02345'])).kind, 'category')
  const long = ['2053013555631882655', '2053013555631882656', '2053013555631882655']
  assert.deepEqual(only(await cells('category_id', long)).names, long.slice(0, 2))
})

// -- codes -----------------------------------------------------------------------------------------------------------

for (const name of ['aisle_id', 'brandCode', 'category', 'product_type_no', 'Department ID', 'categoryid'])
  test(`${name}: numbers that are names`, async () => {
    const items = await cells(name, repeat(['1', '2', '7'], 10))
    assert.deepEqual([only(items).kind, only(items).names], ['category', ['1', '2', '7']])
    assert.match(remarksOf(items)[0], /its 3 numbers being codes; "kinds": \{".*":"number"\} makes them quantities/)
    const { rec } = await built(items)
    assert.equal(kept(rec, { [name]: [1, 2] }).length, 20)
    assert.equal(kept(rec, { [name]: 7 }).length, 10)
  })

test('codes of pandas, gaps and unique numbers', async () => {
  assert.deepEqual(only(await cells('brand_id', ['7.0', '', '8.0', '7.0'])).names, ['7', '8'])
  const unique = Array.from({ length: 100 }, (_, i) => String(1000 + i))
  assert.equal(only(await cells('parent_id', unique)).kind, 'number')
  assert.equal(only(await cells('paid', ['1', '2', '1'])).kind, 'number', 'a word that happens to end so')
  const ids = repeat(['28,12', '12', '28,12,878', '878'], 5)
  assert.deepEqual(only(await cells('genre_ids', ids)).names, ['28', '12', '878'])
})

test('a filter on numbers takes lists', async () => {
  const { rec } = await built(await cells('year', ['1990', '1994', '1994.5', '1999', '', '2001']))
  assert.deepEqual(kept(rec, { year: [1990, 1999, 1994] }), ['i0', 'i1', 'i3'])
  assert.deepEqual(kept(rec, { year: [2001, 2001] }), ['i5'])
  assert.deepEqual(kept(rec, { year: { not: [1990, 1999] } }), ['i1', 'i2', 'i4', 'i5'])
  assert.deepEqual(kept(rec, { year: [] }), [])
  assert.throws(() => rec.recommend({ filter: { year: ['1990'] } }), /expected a number, a list of numbers or/)
})

// -- headers with types ----------------------------------------------------------------------------------------------

test("RecBole's header gives names and kinds", async () => {
  const rows = Array.from({ length: 20 }, (_, i) => [i, `Film ${i}`, 1990 + i, i % 2 ? 'Action Comedy' : 'Comedy', i / 2, '.1 .2']) // prettier-ignore
  const header = ['item_id:token', 'movie_title:token_seq', 'release_year:token', 'class:token_seq', 'length:float', 'v:float_seq'] // prettier-ignore
  const items = await read('ml.item', table(header, rows, '\t'))
  assert.deepEqual(
    items.columns.map(({ name, kind }) => [name, kind]),
    [['title', 'text'], ['release_year', 'category'], ['class', 'multi'], ['length', 'number']], // prettier-ignore
  )
  const { rec, said } = await built(items)
  assert.equal(kept(rec, { class: 'Comedy' }).length, 20)
  assert.deepEqual(kept(rec, { release_year: '1995' }), ['5'])
  assert.ok(said.includes('class: multi, as the header says'))
  assert.ok(said.includes('v: left out, a list of numbers as the header says'))
})

test('an ordinary header may have a colon', async () => {
  const items = await read('x.csv', 'item_id,size:token\n1,a b\n2,c d\n')
  assert.deepEqual([only(items).name, only(items).names], ['size:token', ['a b', 'c d']])
})

// -- limits ----------------------------------------------------------------------------------------------------------

const LONG = 'Größe und Güte. '.repeat(400) + 'zuletzt'

test('what does not fit is left out or cut, all in one build, and said', async () => {
  const rows = Array.from({ length: 5 }, (_, i) => ({ item_id: i, title: `Toy ${i}`, images: [{ thumb: 'x' }], details: { Brand: 'B' }, description: i === 3 ? LONG : 'short text' })) // prettier-ignore
  const path = file('meta.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'))
  const { rec, said } = await built(await readItems([path]))
  assert.ok(said.includes('look: objects are no attributes; left out: "images", "details"; "kinds": {"images":"skip","details":"skip"} says so')) // prettier-ignore
  assert.ok(said.some((line) => /^description: 1 of 5 texts is longer than 4096 bytes \(.*meta\.jsonl, row 4: 7607\) and shown up to there; search knows all of them$/.test(line)), said.join('\n')) // prettier-ignore
  const shown = rec.attributes(rec.number('3')).description
  assert.ok(LONG.startsWith(shown) && Buffer.byteLength(shown) <= 4096 && Buffer.byteLength(shown) > 4092)
  assert.equal(rec.search('zuletzt').items[0].id, '3', 'searched whole')
})

test('lists of paragraphs are a text', async () => {
  const paragraphs = ['Lorem ipsum dolor sit amet. '.repeat(4), 'And so on, and so forth. '.repeat(5)]
  const rows = Array.from({ length: 4 }, (_, i) => JSON.stringify({ item_id: i, description: paragraphs }))
  const items = await read('p.jsonl', rows.join('\n'))
  assert.deepEqual(
    [only(items).kind, only(items).values[0]],
    ['text', paragraphs.map((text) => text.trim()).join('\n')],
  )
})

test('more columns than a bundle takes: the least useful are left out, and the config to change that is there', async () => {
  const names = Array.from({ length: 80 }, (_, i) => `a${i}`)
  const row = (i) => [`i${i}`, ...names.map((_, a) => (a === 3 ? '' : a === 5 ? 'same' : (a + i) % 2))]
  const wide = file('wide.csv', table(['item_id', ...names], [0, 1, 2, 3].map(row)))
  const { rec, said } = await built(await readItems([wide]))
  const look = said.find((line) => line.startsWith('look: 80 attributes'))
  assert.match(
    look,
    /^look: 80 attributes, of which a bundle takes 64; left out: "a3", "a5", "a66", .*"a79"; "keep": \["a0","a1","a2","a4"/,
  )
  assert.equal(Object.keys(rec.recommend().items[0].attributes).length, 64)
  const keep = JSON.parse(/"keep": (\[.*\])/.exec(look)[1])
  const again = await built(await readItems([wide], { keep: [...keep.slice(1), 'a79'] }))
  assert.deepEqual(again.said.filter((line) => line.startsWith('look')), []) // prettier-ignore
  assert.deepEqual(kept(again.rec, { a79: 0 }), ['i1', 'i3'])
  await refuses(readItems([wide], { keep: ['a80'] }), /^wide\.csv: found the attributes .*, expected "a80", which is to be kept$/) // prettier-ignore
})

test('the command line takes separators and keep', async () => {
  const items = file('cli.csv', table(['item_id', 'tags', 'other', 'notes'], [['a', '"x; y"', 1, 'n'], ['b', 'x', 2, 'n']])) // prettier-ignore
  const config = file('config.json', JSON.stringify({ separators: { tags: ';' }, keep: ['tags', 'other'] }))
  const bundle = file('cli.martello', '')
  assert.equal((await cli('build', '-o', bundle, '--items', items, '--config', config)).code, 0)
  const rec = await Recommender.open(bundle)
  assert.deepEqual(rec.attributes(rec.number('a')), { tags: ['x', 'y'], other: 1 })
})

// -- text files ------------------------------------------------------------------------------------------------------

const PLAYS = 'user_id\tartist_id\tname\tplays\nu1\ta1\t"Weird Al" Yankovic\t12\nu1\ta2\tBeck\t3\nu2\ta1\t"\t1\n'

test('a tab-separated file without quoting is read as it stands, and said', async () => {
  const log = await readInteractions([file('plays.tsv', PLAYS)])
  assert.deepEqual([log.rows, log.userIds, log.itemIds], [3, ['u1', 'u2'], ['a1', 'a2']])
  assert.deepEqual(log.facts.files[0].notes, [{ note: 'quotes', row: 1, stand: true }])
  const { columns } = await readTable(file('plays.txt', PLAYS))
  assert.deepEqual(columns[2], ['"Weird Al" Yankovic', 'Beck', '"'])
  const titles = 'item_id\ttitle\n1\t"Rome"\n2\t"Weird" Al\n3\tx "y"\n4\t"open\n5\t"a"b"\n6\tclosed"\n'
  const items = await readItems([file('titles.tsv', titles)])
  assert.deepEqual(only(items).values, ['"Rome"', '"Weird" Al', 'x "y"', '"open', '"a"b"', 'closed"'])
})

test('a tab-separated file with quoting is unquoted: quotes, tabs and line ends within', async () => {
  const quoted = 'item_id\ttitle\n1\t"a ""b"""\n2\t"tab\there"\n3\t"two\nlines"\n4\tplain\n'
  for (const content of [quoted, quoted.replaceAll('\n', '\r\n')]) {
    const items = await readItems([file('quoted.tsv', content)])
    assert.deepEqual(only(items).values, ['a "b"', 'tab\there', 'two\nlines', 'plain'])
    assert.equal(items.facts.files[0].notes, undefined)
  }
  const simple = await readItems([file('simple.tsv', 'item_id\ttitle\n1\t"a"\n2\t"b"\n')])
  assert.deepEqual(only(simple).values, ['a', 'b'])
  assert.deepEqual(simple.facts.files[0].notes, [{ note: 'quotes', row: 1, stand: false }], 'they may be the title’s')
  const style = await readItems([file('style.tsv', '"item_id"\t"title"\n"1"\t"a"\n"2"\t"b"\n')])
  assert.deepEqual([only(style).values, style.facts.files[0].notes], [['a', 'b'], undefined])
  const ends = await readItems([file('ends.tsv', 'item_id\ttitle\n1\t"open\t\t\n2\tb\n')])
  assert.deepEqual(only(ends).values, ['"open', 'b'], 'empty fields at the end are none')
})

test('config "quote" decides for any file', async () => {
  const content = 'item_id,title\n1,"Weird Al" Yankovic\n2,"b"\n'
  await refuses(readItems([file('q.csv', content)]), /^q\.csv, row 1 \(line 2\): found a quote inside a quoted field, expected .*\(config "quote": false reads quotes as they stand\)$/) // prettier-ignore
  assert.deepEqual(only(await readItems([file('q.csv', content)], { quote: false })).values, ['"Weird Al" Yankovic', '"b"']) // prettier-ignore
  const tsv = file('q.tsv', PLAYS.replace('"Weird Al"', 'Al'))
  await refuses(readInteractions([tsv], { quote: true }), /^q\.tsv, row 3 \(line 4\): found a field that opens with .* and is not closed/) // prettier-ignore
  const config = file('quote.json', JSON.stringify({ quote: false }))
  assert.equal((await checkHere('--items', file('q.csv', content), '--config', config)).code, 0)
})

test('files of spreadsheets: semicolons, sep=, UTF-16, CRLF, empty fields at the end', async () => {
  const content = 'item_id;title;price\r\n1;Käse;1,50\r\n2;"a;b";12,25\r\n'
  const wide = Buffer.from(`\ufeff${content}`, 'utf16le')
  for (const [name, bytes] of [
    ['plain', content],
    ['sep', `sep=;\r\n${content}`],
    ['mark', `\ufeff${content}`],
    ['little', wide],
    ['big', Buffer.from(wide).swap16()],
    ['ends', content.replaceAll('50\r', '50;;\r')],
    ['bars', 'item_id|title|price\n1|Käse|1,50\n2|a;b|12,25\n'],
  ]) {
    const items = await readItems([file(`${name}.csv`, bytes)])
    assert.deepEqual([items.itemIds, only(items).values, [...items.columns[1].values]], [['1', '2'], ['Käse', 'a;b'], [1.5, 12.25]], name) // prettier-ignore
  }
  await refuses(
    readItems([file('old.csv', Buffer.from('item_id,title\n1,Brie\n2,Käse\n', 'latin1'))]),
    'old.csv, line 3: found bytes that are not UTF-8 (in Windows-1252 they say "2,Käse"), expected UTF-8 text (iconv -f WINDOWS-1252 -t UTF-8 makes it, if that is what it is)',
  )
  await refuses(readItems([file('ragged.csv', 'item_id,title\n1,a\n2,b,c\n')]), 'ragged.csv, row 2 (line 3): found 3 fields, expected 2 as in the header') // prettier-ignore
})

// -- embeddings ------------------------------------------------------------------------------------------------------

async function embedded(name, rows, dim, data, config = {}) {
  const embeddings = await readEmbeddings(await npy(name, [rows, dim], data))
  const said = []
  const progress = { say: (line) => said.push(line), stage() {} }
  const { bytes } = await build({ interactions: null, items: null, embeddings }, { threads: 1, ...config }, 1, progress)
  return { rec: await Recommender.open(bytes), said }
}
/** Of 40 vectors, pairs that lie close to each other. */
const pairs = (dim) => {
  const data = gaussians(40, dim, 3)
  for (let row = 1; row < 40; row += 2)
    for (let i = 0; i < dim; i++) data[row * dim + i] = data[(row - 1) * dim + i] + 0.3 * data[row * dim + i]
  return data
}

for (const dim of [1536, 3072, 4096])
  for (const metric of ['ip', 'cosine', 'l2'])
    test(`embeddings of ${dim} dimensions, ${metric}: each one's nearest is its twin`, async () => {
      const { rec } = await embedded('wide.npy', 40, dim, pairs(dim), { metric })
      for (let row = 0; row < 40; row++) {
        const [first] = rec.similar(String(row), { k: 1 }).items
        assert.equal(first.id, String(row ^ 1))
      }
      assert.equal(rec.vector(rec.number('7')).length, dim)
    })

test('very short vectors answer as long ones do, and zeros are said', async () => {
  const data = pairs(16)
  const answers = ({ rec }) => rec.similar('0', { k: 10 }).items.map(({ id }) => id)
  const one = answers(await embedded('one.npy', 40, 16, data))
  for (const size of [1e-15, 1e-30, 1e-9]) {
    const short = await embedded('short.npy', 40, 16, data.map((x) => x * size)) // prettier-ignore
    assert.deepEqual(answers(short), one)
    assert.ok(short.said.some((line) => /^look: embeddings: the longest vector has a length of .*; all are multiplied by 2\^\d+/.test(line))) // prettier-ignore
  }
  const holes = data.map((x, i) => (i >= 16 * 5 && i < 16 * 7 ? 0 : x))
  const { said } = await embedded('holes.npy', 40, 16, holes)
  assert.ok(said.includes('look: embeddings: 2 of 40 vectors are zero, so that nothing is near them (the first is row 5, id "5")')) // prettier-ignore
})

test('embeddings without rows, or of a width that no bundle takes, are refused by file', async () => {
  const take = (name, rows, dim) => embedded(name, rows, dim, gaussians(rows, dim, 1))
  await refuses(take('none.npy', 0, 16), 'none.npy: found shape (0, 16), expected at least one vector')
  for (const dim of [3, 4097])
    await assert.rejects(take('odd.npy', 2, dim), new RegExp(`odd\\.npy: found 2 vectors of ${dim} dimensions, expected 4 to 4096 \\(vectors of a model`)) // prettier-ignore
})

// -- the parts of columns, where the names do not tell -----------------------------------------------------------------

for (const [what, header, line] of [
  ['an export of a shop', 'Name,Email,Paid,Created at,Lineitem quantity,Lineitem sku', { user_id: 'Email' }],
  ['orders by mail', 'amazon-order-id,purchase-date,sku,buyer-email', { user_id: 'buyer-email' }],
  ['names in German', 'Kundennr,Artikelnr,Artikelname,Datum', { user_id: 'Kundennr', item_id: 'Artikelnr' }],
  ['an id of nothing usual', 'user_id,hotel_id,price', { item_id: 'hotel_id' }],
  ['only names', 'customer_name,product_title_long,product_label', { user_id: 'customer_name', item_id: '…' }],
  ['nothing', 'a,b,c', { user_id: '…', item_id: '…' }],
])
  test(`columns that nobody can know are asked for with the config line: ${what}`, async () => {
    const log = file('ask.csv', `${header}\n${header.replace(/[^,]+/g, '1')}\n`)
    const config = JSON.stringify({ columns: { interactions: line } })
    await refuses(readInteractions([log]), new RegExp(`or a config that names it: ${RegExp.escape?.(config) ?? config.replace(/[{}.]/g, '\\$&')}$`)) // prettier-ignore
  })

test('the line names the kind of file, and works', async () => {
  const asked = /or a config that names it: \{"columns":\{"items":\{"item_id":"product_code"\}\}\}$/
  await refuses(read('own.csv', 'product_code,label\nw1,Red\n', {}), asked)
  const log = file('line.csv', 'Email,Lineitem code\na@b,1\nc@d,2\n')
  const { rows } = await readInteractions([log], { columns: { user_id: 'Email', item_id: 'Lineitem code' } })
  assert.equal(rows, 2)
})

for (const [what, content, columns] of [
  ['Google Analytics', 'event_date,event_timestamp,event_name,user_pseudo_id,items.item_id\n20240131,1700051810000123,view,1.5,P2\n', { user_id: 'user_pseudo_id', item_id: 'items.item_id', event: 'event_name', timestamp: 'event_timestamp' }], // prettier-ignore
  ['Online Retail', 'InvoiceNo,StockCode,InvoiceDate,CustomerID\n5,85A,11/15/2023 12:36,178\n', { user_id: 'CustomerID', item_id: 'StockCode', timestamp: 'InvoiceDate' }], // prettier-ignore
  ['WooCommerce', 'Order ID,Customer ID,Product ID,SKU2,Order Date\n0,1,2,S,2023-11-01\n', { user_id: 'Customer ID', item_id: 'Product ID', timestamp: 'Order Date' }], // prettier-ignore
  ['a shop', 'customer_id,product_id,date_created\n1,2,2023-11-01T10:00:00\n', { user_id: 'customer_id', item_id: 'product_id', timestamp: 'date_created' }], // prettier-ignore
  ['two days: when it was taken counts', 'user,tconst,created,purchase-date\n1,2,2020-01-01,2021-01-01\n', { user_id: 'user', item_id: 'tconst', timestamp: 'purchase-date' }], // prettier-ignore
])
  test(`columns by their usual names: ${what}`, async () => {
    assert.deepEqual((await readInteractions([file('usual.csv', content)])).files[0].columns, columns)
  })

test('columns may be called as JavaScript calls its own', async () => {
  const rows = [0, 1, 2].map((n) => `${JSON.stringify({ item_id: `p${n}` }).slice(0, -1)},"__proto__":"a ${n % 2}","constructor":"${n}","valueOf":${n}}`) // prettier-ignore
  const wishes = { kinds: { valueOf: 'category' }, missing: { valueOf: ['2'] }, separators: {}, decimals: {}, dates: {} } // prettier-ignore
  const { columns } = await read('own-names.jsonl', `${rows.join('\n')}\n`, wishes)
  const kinds = Object.fromEntries(columns.map(({ name, kind }) => [name === '__proto__' ? 'proto' : name, kind]))
  assert.deepEqual(kinds, { proto: 'category', constructor: 'number', valueOf: 'category' })
})
