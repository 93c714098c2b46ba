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
