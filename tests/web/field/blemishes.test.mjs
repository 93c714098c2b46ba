// What values show that nobody meant: spellings that differ in letters, lost letters, paths, rows that are no items.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInteractions, readItems } from '../../../build/web/read/index.js'
import { file } from '../helpers/files.mjs'
import { checkHere } from '../helpers/shop.mjs'

const csv = (header, rows) => [header, ...rows].map((row) => row.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join()).join('\n') // prettier-ignore
const repeat = (values, times) => Array.from({ length: times }, () => values).flat()
/** What is said of a catalogue of one column beside the ids, and the column. */
async function said(name, values, options) {
  const { columns, facts } = await readItems([file('values.csv', csv(['item_id', name], values.map((value, i) => [`i${i}`, value])))], options) // prettier-ignore
  return { remarks: facts.remarks, column: columns[0] }
}

test('a value in other letters is pointed at, with how many items have which', async () => {
  const brands = [...repeat(['Nike'], 3), ...repeat(['NIKE', 'nike', 'Adidas'], 2)]
  const { remarks, column } = await said('brand', brands)
  assert.deepEqual(column.names, ['Nike', 'NIKE', 'nike', 'Adidas'])
  assert.deepEqual(remarks, ['look: brand: one value in other letters ("Nike" of 3 items, "NIKE" of 2 items, "nike" of 2 items); a filter on one finds none of the others, and nothing makes them one but the file']) // prettier-ignore
  const tags = await said('tags', repeat(['new|SALE', 'sale|New', 'sale|new'], 4))
  assert.match(tags.remarks.join(), /^look: tags: one value in other letters \("new" of 8 items, "New" of 4 items, and 1 more such values\)/) // prettier-ignore
  assert.deepEqual((await said('brand', repeat(['Nike', 'Puma'], 4))).remarks, [])
})

test('letters that were decoded wrongly, or lost, are pointed at', async () => {
  for (const [right, wrong] of ['Café', 'Köln', 'Señor’s', '21 °C'].map((text) => [
    text,
    new TextDecoder('windows-1252').decode(Buffer.from(text)),
  ])) {
    // prettier-ignore
    assert.match((await said('title', repeat([wrong], 3))).remarks.join(), /^look: title: 3 of 3 cells hold letters as UTF-8 becomes where it is read as Windows-1252 \("/) // prettier-ignore
    assert.deepEqual((await said('title', repeat([right], 3))).remarks, [])
  }
  assert.match((await said('title', ['K\ufffdln', 'Bonn'])).remarks.join(), /^look: title: 1 of 2 cells have lost letters \(U\+FFFD, in "K\ufffdln"\)/) // prettier-ignore
  for (const title of ['NÃO', 'ÂNCORA', 'SÃO PAULO']) assert.deepEqual((await said('title', [title])).remarks, [], title) // prettier-ignore
})

test('paths are one value each, and the config that is said makes values of their steps', async () => {
  for (const sign of [' > ', '>', ' › ', ' » ']) {
    const values = repeat([['Home', 'Kitchen', 'Mugs'].join(sign), ['Home', 'Garden'].join(sign)], 4)
    const { remarks, column } = await said('category', values)
    assert.equal(column.kind, 'category')
    const [, separators] = /taken for one value each; ("separators": \{.*\}) makes each step a value$/.exec(remarks.join()) // prettier-ignore
    const parted = await said('category', values, JSON.parse(`{${separators}}`))
    assert.deepEqual([...parted.column.names].sort(), ['Garden', 'Home', 'Kitchen', 'Mugs'])
  }
  assert.deepEqual((await said('size', repeat(['> 5', '< 5', '5 ->'], 4))).remarks, [])
})

test('what catalogues and logs call titles and ratings besides', async () => {
  for (const name of ['prod_name', 'track_name', 'MovieName', 'Display Name']) {
    const { columns } = await readItems([file('named.csv', csv(['item_id', name], [['a', 'Strap top']]))])
    assert.deepEqual([columns[0].name, columns[0].kind], ['title', 'text'], name)
  }
  const both = await readItems([file('both.csv', csv(['item_id', 'prod_name', 'name'], [['a', 'Top', 'Strap top']]))])
  assert.deepEqual(both.columns[0].values, ['Strap top'])
  const log = file('bx.csv', csv(['User-ID', 'ISBN', 'Book-Rating'], [['1', 'x', '8']]))
  assert.deepEqual([...(await readInteractions([log])).rating], [8])
})

// -- rows that are none ---------------------------------------------------------------------------------------------------

test('a header that comes again, as where exports were put one behind the other, is left out and counted', async () => {
  const items = file(
    'twice.csv',
    'item_id,title,price\na,Mug,3\nitem_id, title ,price\nb,Cup,4.5\nitem_id,title,price\n',
  )
  const { columns, facts, itemIds } = await readItems([items])
  assert.deepEqual([itemIds, columns.map(({ kind }) => kind), facts.remarks], [['a', 'b'], ['text', 'number'], []])
  assert.deepEqual(facts.files[0].left, [{ rows: 2, why: 'the header again', row: 2 }])
  const log = file('twice.tsv', 'user_id\titem_id\nu\ta\nuser_id\titem_id\nuser_id\ta\n')
  const read = await readInteractions([log])
  assert.deepEqual([read.userIds, read.itemIds, read.rows], [['u', 'user_id'], ['a'], 2])
  assert.match(
    (await checkHere('--interactions', log)).stdout,
    /1 rows left out: the header again \(the first is row 2\)/,
  )
})

test('rows that add up the others are pointed at', async () => {
  const rows = Array.from({ length: 24 }, (_, i) => [`u${i % 6}`, `a${i % 5}`, 1])
  for (const word of ['Total', 'Grand total', 'Gesamtsumme', 'ИТОГО', '合计']) {
    const log = file('sums.csv', csv(['user_id', 'item_id', 'n'], [...rows, [word, word, 24]]))
    const { stdout } = await checkHere('--interactions', log)
    assert.ok(stdout.includes(`look: "${word}" in "user_id" of 1 of 25 rows of the log; if these add up the others, {"leaveOut":{"user_id":["${word}"]}} in a config leaves them out`), stdout) // prettier-ignore
    const config = file('sums.json', JSON.stringify({ leaveOut: { user_id: [word] } }))
    assert.doesNotMatch((await checkHere('--interactions', log, '--config', config)).stdout, /add up/)
    const items = file('sum.csv', csv(['item_id', 'title'], [['a', 'Mug'], [word, '1 item']])) // prettier-ignore
    assert.match((await checkHere('--items', items)).stdout, /look: .*sum\.csv: an item is called ".*"; if its row adds up the others, take it out of the file/) // prettier-ignore
  }
  const named = file(
    'named.csv',
    csv(
      ['item_id', 'title'],
      [
        ['Total Recall', 'a'],
        ['totals-1', 'b'],
      ],
    ),
  )
  assert.doesNotMatch((await checkHere('--items', named)).stdout, /add/)
})

// -- amounts and days ----------------------------------------------------------------------------------------------------

test('dates as they are written in other languages', async () => {
  const first = ({ kind, values }) => [kind, new Date(values[0] * 1000).toISOString().slice(0, 10)]
  for (const [spelled, day] of [
    ['2023年11月23日', '2023-11-23'],
    ['2023년 3월 4일', '2023-03-04'],
    ['2024. 4. 22.', '2024-04-22'],
    ['7. März 2023', '2023-03-07'],
    ['1. Dez. 2023', '2023-12-01'],
    ['18 de agosto de 2020', '2020-08-18'],
    ['5 de março de 2020', '2020-03-05'],
    ['1er juillet 2021', '2021-07-01'],
    ['3 juin 2021', '2021-06-03'],
    ['14 février 2020', '2020-02-14'],
    ['2 settembre 2020', '2020-09-02'],
  ]) {
    assert.deepEqual(first((await said('released', repeat([spelled], 4))).column), ['date', day], spelled)
    const log = file('days.csv', csv(['user_id', 'item_id', 'timestamp'], [['u', 'a', spelled]]))
    assert.deepEqual([...(await readInteractions([log])).time], [Date.parse(day) / 1000])
  }
  assert.equal((await said('released', repeat(['31. Februar 2020'], 4))).column.kind, 'category')
})

test('amounts that are no numbers are pointed at, and more currencies are units', async () => {
  for (const values of [
    ['ab 55,99 €', 'ab 9,00 €'],
    ['From $44.00', 'From $19.00'],
    ['$33.00 - $99.00', '$3 - $9'],
    ['82,99 € inkl. MwSt.'],
    ['¥4,846（税込）', '¥990（税込）'],
  ]) {
    // prettier-ignore
    const { remarks, column } = await said('price', repeat(values, 6))
    assert.notEqual(column.kind, 'number')
    assert.ok(remarks.includes(`look: price: ${column.kind}, for the amounts in ${values.length * 6} of ${values.length * 6} cells have more around them than a currency ("${values[0]}"); a column of the amounts alone would be numbers`), remarks.join('\n')) // prettier-ignore
  }
  for (const [written, number] of [['2,739円', 2739], ['8.340,50 Rp', 8340.5], ['12,000원', 12000], ['Rp 1.250.000', 1250000]]) assert.equal((await said('price', repeat([written], 4))).column.values[0], number, written) // prettier-ignore
  assert.match((await said('price', repeat(['٤٢', '٩٩'], 6))).remarks.join(), /^look: price: category, for 12 of 12 cells are of other digits than 0 to 9 \("٤٢"\)/) // prettier-ignore
  assert.deepEqual((await said('name', repeat(['Mug', 'Cup', '5 $'], 6))).remarks.filter((line) => /amounts/.test(line)), []) // prettier-ignore
})

test('numbers of which each is a day are pointed at, and the config that is said reads them', async () => {
  const { remarks, column } = await said('released', [20100215, 20110315, '', 20120415])
  assert.equal(column.kind, 'number')
  const [, kinds] = /^look: released: number, and each is a day \(20100215\); ("kinds": \{.*\}) reads them so, as 2010-02-15$/.exec(remarks.join()) // prettier-ignore
  const read = await said('released', [20100215, 20110315, '', 20120415], JSON.parse(`{${kinds}}`))
  assert.deepEqual([read.column.kind, read.column.values[0], read.remarks], ['date', Date.UTC(2010, 1, 15) / 1000, []])
  for (const values of [[20100215, 20111315, 20120415], [20100215], [2010, 2011, 2012]]) assert.deepEqual((await said('n', values)).remarks, []) // prettier-ignore
})
