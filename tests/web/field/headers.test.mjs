// Files without a header, and reports with lines above it: what is said of them, and that no row is lost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInteractions, readItems } from '../../../build/web/read/index.js'
import { file, path, refuses } from '../helpers/files.mjs'
import { cli, cliJson } from '../helpers/shop.mjs'

const headless = [
  ['Steam', 'steam.csv', '151603712,"Fallout, 4",purchase,1.0,0\n151603712,"Fallout, 4",play,87.0,0\n59945701,Portal,purchase,1.0,0\n', { user_id: 1, item_id: 2, event: 3 }, ['Fallout, 4', 'Portal']], // prettier-ignore
  ['Taobao', 'taobao.csv', '1,2268318,2520377,pv,1511544070\n1,2333346,2520771,pv,1511561733\n2,2268318,2520377,buy,1511572885\n', { user_id: 1, item_id: 2, event: 4, timestamp: 5 }, ['2268318', '2333346']], // prettier-ignore
  ['MovieLens 100K', 'u.data', '196\t242\t3\t881250949\n186\t302\t3\t891717742\n196\t302\t1\t878887116\n', { user_id: 1, item_id: 2, rating: 3, timestamp: 4 }, ['242', '302']], // prettier-ignore
  ['MovieLens 1M', 'ratings.dat', '1::7::1::978300760\n1::26::2::978300860\n2::7::5::978300960\n', { user_id: 1, item_id: 2, rating: 3, timestamp: 4 }, ['7', '26']], // prettier-ignore
  ['Last.fm', 'lastfm.tsv', 'user_1\t2009-05-04T23:08:57Z\tf1b1cf71-bd35-4e99-8624-24a6e15f133a\tDeep Dish\t\tQuasi Una Fantasia\nuser_2\t2009-05-04T13:54:10Z\tf1b1cf71-bd35-4e99-8624-24a6e15f133a\tDeep Dish\t\tSergio\n', { user_id: 1, item_id: 3, timestamp: 2 }, ['f1b1cf71-bd35-4e99-8624-24a6e15f133a']], // prettier-ignore
  ['Yoochoose', 'clicks.dat', '1,2014-04-07T10:51:09.277Z,214536502,0\n1,2014-04-07T10:54:09.868Z,214536500,0\n2,2014-04-07T13:56:37.614Z,214536502,0\n', { user_id: 1, item_id: 3, timestamp: 2 }, ['214536502', '214536500']], // prettier-ignore
]

for (const [what, name, content, places, ids] of headless)
  test(`${what} has no header: the error names columns by place, and they read every row`, async () => {
    const path = file(name, content)
    const config = JSON.stringify({ columns: { interactions: places } })
    const sorted = Object.entries(places).sort()
    await assert.rejects(readInteractions([path]), ({ message }) => {
      assert.match(message, /there seems to be no header/)
      const said = JSON.parse(/config (\{.*\}\}\})/.exec(message)[1])
      assert.deepEqual(Object.entries(said.columns.interactions).sort(), sorted)
      return true
    })
    const log = await readInteractions([path], { columns: places })
    assert.equal(log.rows, content.trim().split('\n').length, config)
    assert.deepEqual(log.itemIds, ids)
    assert.equal(log.time?.some(Number.isNaN) ?? false, false)
    assert.deepEqual(log.files[0].columns.user_id, 'column 1')
  })

test('by place, a line that names the parts is a header all the same', async () => {
  const rows = 'u1,a,5\nu2,b,4\n'
  const columns = { user_id: 1, item_id: 2 }
  const [plain, headed] = [file('plain.csv', rows), file('headed.csv', `userId,movieId,stars\n${rows}`)]
  const log = await readInteractions([plain, headed], { columns })
  assert.deepEqual(log.itemIds, ['a', 'b'])
  assert.equal(log.rows, 4)
  assert.deepEqual(log.files[1].columns, { user_id: 'userId', item_id: 'movieId', rating: 'stars' })
})

test('a place beyond the columns is refused', async () => {
  const path = file('short.csv', 'u1,a\nu2,b\n')
  await refuses(readInteractions([path], { columns: { user_id: 1, item_id: 7 } }), 'short.csv: found the columns "column 1", "column 2", expected "column 7", named as item_id') // prettier-ignore
})

test('columns by place are left out and kept by what they are called', async () => {
  const path = file('events.csv', '1,a,pv\n1,b,buy\n2,a,buy\n')
  const log = await readInteractions([path], { columns: { user_id: 1, item_id: 2 }, leaveOut: { 'column 3': 'pv' } })
  assert.equal(log.rows, 2)
  const items = await readItems([file('movies.dat', "1::Toy Story (1995)::Animation|Children's|Comedy|Drama\n2::Heat, The (1995)::Action|Crime\n")], { columns: { item_id: 1, title: 2 } }) // prettier-ignore
  assert.deepEqual(items.itemIds, ['1', '2'])
  assert.deepEqual(items.columns.map(({ name, kind }) => [name, kind]), [['title', 'text'], ['column 3', 'multi']]) // prettier-ignore
})

test('a first row that is named as if it were a header is pointed at', async () => {
  const path = file('eaten.csv', '1,2268318,pv,1511544070\n1,2333346,pv,1511561733\n2,5,buy,1511572885\n')
  const { facts } = await readInteractions([path], { columns: { user_id: '1', item_id: '2268318' } })
  const note = facts.files[0].notes.find(({ note }) => note === 'headless')
  assert.deepEqual(JSON.parse(note.config).columns.interactions, { user_id: 1, item_id: 2, event: 3, timestamp: 4 })
  const pandas = await readInteractions([file('pandas.csv', '0,1,2\nu1,a,5\nu2,b,4\n')], { columns: { user_id: '0', item_id: '1' } }) // prettier-ignore
  assert.equal(pandas.facts.files[0].notes, undefined)
})

const reports = [
  ['comments', '# Google Ads report\n# 2024-01-01 - 2024-02-01\n', 2],
  ['a title and its days', 'Product report\n"January 1, 2024 - January 31, 2024"\n', 2],
  ['a frame and a blank line', '# ------\n# Shop\n# ------\n\n', 4],
  ['what a spreadsheet fills up', 'Products of June,,,\n,,,\n', 2],
]
for (const [what, above, lines] of reports)
  test(`a report: ${what} above the header`, async () => {
    const path = file(
      'report.csv',
      `${above}item_id,title,price,brand\n1,One,1.5,Acme\n2,Two,2.5,Zeta\n3,Three,2.5,Zeta\n`,
    )
    const items = await readItems([path])
    assert.deepEqual(items.itemIds, ['1', '2', '3'])
    const note = items.facts.files[0].notes.find(({ note }) => note === 'above')
    assert.equal(note.lines, lines)
    const log = file(
      'report-log.csv',
      `${above}user,sku,date,qty\nu1,a,2024-01-05,1\nu2,b,2024-01-06,1\nu2,a,2024-01-07,1\n`,
    )
    assert.equal((await readInteractions([log])).rows, 3)
  })

test('a report whose header says nothing: the error is of that line, and a config finds it', async () => {
  const path = file('bericht.csv', 'Bericht\nJuni 2024\nPosten;Bezeichnung;Preis\n1;Eins;2\n2;Zwei;3\n')
  await refuses(readItems([path]), /no column for item_id among "Posten", "Bezeichnung", "Preis"/)
  const items = await readItems([path], { columns: { item_id: 'Posten' } })
  assert.deepEqual(items.itemIds, ['1', '2'])
})

test('a row is no header for a word in it, nor is a line above one that is as wide', async () => {
  await refuses(readItems([file('words.csv', 'code,type\n1,movie\n2,book\n')]), /among "code", "type"/)
  await refuses(readItems([file('ragged.csv', 'item_id,title\n1,a\n2,b,c\n')]), /row 2 \(line 3\): found 3 fields, expected 2 as in the header/) // prettier-ignore
})

test('a line is still where an editor shows it', async () => {
  const path = file('below.csv', '# Report\n# June\nuser_id,item_id,rating\nu,i,5\nu,j,many\n')
  await refuses(readInteractions([path]), /below.csv, row 2 \(line 5\), column "rating"/)
})

test('build, eval and features read files without a header alike', async () => {
  const row = (u, i, t) => `u${u}\ti${i}\t${1e9 + t}\t${t % 2 === 0 ? 'web' : 'app'}`
  const rows = Array.from({ length: 400 }, (_, n) => row(n % 20, (n * 7 + (n >> 3)) % 61, 100 * n))
  const log = file('log.tsv', `${rows.slice(0, 360).join('\n')}\n`)
  const held = file('held.tsv', `${rows.slice(360).join('\n')}\n`)
  const config = file('places.json', JSON.stringify({ columns: { interactions: { user_id: 1, item_id: 2, timestamp: 3 } }, context: { 'column 4': 'category' }, tune: false })) // prettier-ignore
  const bundle = file('places.martello', '')
  const { code, stderr } = await cli('build', '-o', bundle, '--interactions', log, '--config', config)
  assert.equal(code, 0, stderr)
  const figures = await cliJson('eval', bundle, '--holdout', held, '--history', log)
  assert.equal(figures.users + figures.users_without_targets + figures.users_without_history, 20)
  const features = await cli('features', bundle, '--events', log, '-o', path('features.csv'))
  assert.equal(features.code, 0, features.stderr)
})
