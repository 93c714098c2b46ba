// Dates that leave open which is the day, beside files that tell; and cells that programs print, which nothing parts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readInteractions, readItems } from '../../../build/web/read/index.js'
import { file, path, refuses } from '../helpers/files.mjs'
import { cli, cliJson } from '../helpers/shop.mjs'

const log = (name, dates) => file(name, ['user,item,date', ...dates.map((date, n) => `u${n % 5},i${n % 7},${date}`)].join('\n')) // prettier-ignore
const day = (seconds) => new Date(1000 * seconds).toISOString().slice(0, 10)

for (const [what, told, read] of [
  ['day first', '25/04/2021', '2021-05-03'],
  ['month first', '04/25/2021', '2021-03-05'],
])
  test(`one file of a log tells another that it is ${what}, whichever comes first`, async () => {
    const files = [log('open.csv', ['03/05/2021']), log('told.csv', [told])]
    assert.equal(day((await readInteractions(files)).time[0]), read)
    assert.equal(day((await readInteractions(files.toReversed())).time[1]), read)
  })

test('files that tell different things tell others nothing', async () => {
  const files = [log('open.csv', ['03/05/2021']), log('day.csv', ['25/04/2021']), log('month.csv', ['04/25/2021'])]
  await refuses(readInteractions(files), /open\.csv, row 1 \(line 2\), column "date": found "03\/05\/2021"/)
})

test('of three times two digits the day comes first, which is said, unless a year past 31 tells', async () => {
  const days = async (dates, options) => [...(await readInteractions([log('short.csv', dates)], options)).time].map(day)
  const open = ['23.05.17', '23.05.18', '23.06.01 12:00']
  assert.deepEqual(await days(open), ['2017-05-23', '2018-05-23', '2001-06-23'])
  assert.deepEqual(await days(open, { dates: { date: 'year first' } }), ['2023-05-17', '2023-05-18', '2023-06-01'])
  assert.deepEqual(await days(['98.05.17', '23.05.18']), ['1998-05-17', '2023-05-18'])
  assert.deepEqual(await days(['23.05.18', '17.05.98']), ['2018-05-23', '1998-05-17'])
  await refuses(readInteractions([log('two.csv', ['17.05.98', '98.05.17'])]), 'two.csv, row 2 (line 3), column "date": found "98.05.17", expected dates in one order: others of this column have the day first') // prettier-ignore
  const others = [log('told.csv', ['98.05.17']), log('short.csv', open)]
  assert.equal(day((await readInteractions(others)).time[1]), '2023-05-17', 'as another file tells')

  const said = async (dates, config = {}) => {
    const args = ['--interactions', log('short.csv', dates), '--config', file('short.json', JSON.stringify(config))]
    return (await cli('check', ...args)).stdout
  }
  assert.match(await said(open), /look: 3 of 3 times are read with the day first, as none tells \(23\.05\.17 being 2017-05-23\); \{"dates":\{"date":"year first"\}\} in a config makes it 2023-05-17, \{"dates":\{"date":"day first"\}\} says so/) // prettier-ignore
  assert.doesNotMatch(await said(open, { dates: { date: 'day first' } }), /as none tells/)
  for (const told of ['98.05.17', '17.05.98']) assert.doesNotMatch(await said([...open, told]), /as none tells/)
})

test('a catalogue says so too', async () => {
  const read = async (dates, options) => {
    const rows = dates.map((date, n) => `i${n},${date}`)
    const { facts, columns } = await readItems([file('shorts.csv', ['item_id,released', ...rows].join('\n'))], options)
    return { kind: columns[0].kind, first: day(columns[0].values[0]), said: facts.remarks.join('\n') }
  }
  const dates = ['23.05.17', '23.05.18', '23.06.01', '23.06.02']
  const { said, ...open } = await read(dates)
  assert.deepEqual(open, { kind: 'date', first: '2017-05-23' })
  assert.match(said, /look: released: date, 4 of 4 cells read with the day first, as none tells \("23\.05\.17" being 2017-05-23\); "dates": \{"released":"year first"\} makes it 2023-05-17/) // prettier-ignore
  assert.deepEqual(await read(dates, { dates: { released: 'year first' } }), {
    kind: 'date',
    first: '2023-05-17',
    said: '',
  })
  const told = await read([...dates, '98.05.17'])
  assert.equal(told.first, '2023-05-17')
  assert.doesNotMatch(told.said, /as none tells/)
})

test('eval reads a holdout of few days as the history tells', async () => {
  const two = (n) => String(n).padStart(2, '0')
  const spelled = (n) => `${two(1 + (n % 28))}/${two(1 + Math.floor(n / 28))}/2021`
  const rows = (from, to, spell) => Array.from({ length: to - from }, (_, n) => `u${n % 8},i${(3 * n + (n >> 3) + from) % 199},${spell(from + n)}`) // prettier-ignore
  const history = file('history.csv', ['user,item,date', ...rows(0, 280, spelled)].join('\n'))
  const holdout = file('holdout.csv', ['user,item,date', ...rows(281, 301, (n) => `${two(n - 280 > 9 ? 9 : n - 280)}/12/2021`)].join('\n')) // prettier-ignore
  const { code, stderr } = await cli('build', '-o', path('dates.martello'), '--interactions', history)
  assert.equal(code, 0, stderr)
  const figures = await cliJson('eval', path('dates.martello'), '--holdout', holdout, '--history', history)
  assert.ok(figures.users > 0)
  await refuses(readInteractions([holdout]), /which of the two is the day/)
})

test('objects in cells are not offered a separator', async () => {
  const cells = [...Array(30).keys()].map(
    (n) => `i${n},"{""color"": ""${['red', 'blue'][n % 2]}"", ""size"": ${n % 3}}"`,
  )
  const { facts, columns } = await readItems([file('objects.csv', ['item_id,options', ...cells].join('\n'))])
  assert.ok(
    facts.remarks.every((line) => !line.includes('separators')),
    facts.remarks.join('\n'),
  )
  assert.notEqual(columns[0].kind, 'multi')
})
