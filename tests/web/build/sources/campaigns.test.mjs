// Campaigns: lists that people make speak in their own time, by the request's clock.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeFileSync } from 'node:fs'
import { Recommender } from '../../../../dist/node.js'
import { build } from '../../../../dist/build.js'
import { readCampaigns, readInteractions, readItems } from '../../../../build/web/read/index.js'
import { cli, cliJson, csv, file, path, shop } from '../../helpers/shop.mjs'
import { refuses } from '../../helpers/files.mjs'

const CONFIG = { tune: false, threads: 1, search: false, sources: { als: false, content: false } }
const JUNE = Date.UTC(2024, 5, 1) / 1000
const DAY = 86_400
const LIST = `list,item_id,position,start,end
summer,p90,1,2024-06-01,2024-07-01
summer,p91,4,2024-06-01,2024-07-01
summer,p92,2,2024-06-10T12:00:00Z,${JUNE + 20 * DAY}
summer,nobody,3,,
always,p100,1,,
`

async function opened(text = LIST, config = {}, said = []) {
  const { goods, events } = shop()
  const inputs = {
    interactions: await readInteractions([file('c-log.csv', csv(events))]),
    items: await readItems([file('c-items.csv', csv(goods))]),
    embeddings: null,
    campaigns: await readCampaigns([file('c.csv', text)]),
  }
  return build(inputs, { ...CONFIG, ...config }, 1, { say: (line) => said.push(line), stage() {} })
}
const brought = (rec, name, request) =>
  rec
    .recommend({ k: 120, explain: true, ...request })
    .items.filter((item) => item.sources.includes(name))
    .sort((a, b) => a.explain[name].rank - b.explain[name].rank)
    .map((item) => item.id)

test('a list speaks from its start until before its end, each entry by its own time', async () => {
  const said = []
  const { bytes, record } = await opened(LIST, {}, said)
  const rec = await Recommender.open(bytes)
  assert.deepEqual(rec.sources.slice(-2), ['summer', 'always'])
  assert.ok(said.includes('campaign summer: 3 entries; 1 more name items that are not in the catalogue'))
  assert.ok(said.includes('campaign always: 1 entries'))
  assert.ok(record.inputs.some((input) => input.kind === 'campaigns' && input.rows === 5))
  const at = (now) => brought(rec, 'summer', { now })
  assert.deepEqual(at(JUNE - 1), [])
  assert.deepEqual(at(JUNE), ['p90', 'p91'])
  assert.deepEqual(at(JUNE + 9.5 * DAY - 1), ['p90', 'p91'])
  assert.deepEqual(at(JUNE + 9.5 * DAY), ['p90', 'p92', 'p91'])
  assert.deepEqual(at(JUNE + 20 * DAY), ['p90', 'p91'])
  assert.deepEqual(at(JUNE + 30 * DAY), [])
  for (const now of [JUNE, 0, 9e9]) assert.deepEqual(brought(rec, 'always', { now }), ['p100'])
})

test("the clock is the request's, else the newest event's, else this device's", async () => {
  const rec = await Recommender.open((await opened()).bytes)
  const history = [{ id: 'p1', at: JUNE + DAY }]
  assert.deepEqual(brought(rec, 'summer', { history }), ['p90', 'p91'])
  assert.deepEqual(brought(rec, 'summer', { history, now: JUNE - DAY }), [])
  assert.deepEqual(brought(rec, 'summer', { history: ['p1'] }), []) // today is after that summer
  const now = Math.floor(Date.now() / 1000)
  const today = `item_id,start,end\np3,${now - DAY},${now + DAY}\np4,${now + DAY},\n`
  const other = await Recommender.open((await opened(today)).bytes)
  assert.deepEqual(brought(other, 'campaign', {}), ['p3'])
})

test('weights, filters and histories apply to it as to any source', async () => {
  const rec = await Recommender.open((await opened()).bytes)
  const now = JUNE
  assert.deepEqual(brought(rec, 'summer', { now, weights: { summer: 0 } }), [])
  assert.deepEqual(brought(rec, 'summer', { now, exclude: ['p90'] }), ['p91'])
  assert.deepEqual(brought(rec, 'summer', { now, history: ['p91'] }), ['p90'])
  const { items } = rec.recommend({ now, k: 1, weights: { summer: 100 }, explain: true })
  assert.deepEqual([items[0].id, items[0].because], ['p90', []])
})

test('weights and positions order a list', async () => {
  const rec = await Recommender.open((await opened('item_id,weight\np5,0.2\np6,3\np7,\n')).bytes)
  assert.deepEqual(brought(rec, 'campaign', {}), ['p6', 'p7', 'p5'])
})

test('what is wrong with a list is named by file and row', async () => {
  let n = 0
  const wrong = (text, message) => refuses(readCampaigns([file(`w${n++}.csv`, text)]), message)
  await wrong('item_id,start,end\na,2024-06-02,2024-06-01\n', 'w0.csv, row 1, column "end": found "2024-06-01", expected a time after its start, "2024-06-02"') // prettier-ignore
  await wrong('item_id,start\na,\nb,soon\n', 'w1.csv, row 2, column "start": found "soon", expected a Unix time (seconds, or milliseconds, microseconds or nanoseconds) or a date such as 2024-01-31T12:00:00Z') // prettier-ignore
  await wrong('item_id,weight\na,0\n', 'w2.csv, row 1, column "weight": found "0", expected a number above 0')
  await wrong('item_id,position\na,first\n', 'w3.csv, row 1, column "position": found "first", expected a number')
  await wrong('list,item_id\nx,\n', /^w4\.csv, row 1, column "item_id": found nothing, expected an id/)
  await wrong('list\nx\n', /^w5\.csv: found no column for item_id among "list"/)
  await wrong('list,item_id\n', 'w6.csv: found no rows below the header, expected at least one entry')
  const refused = (text, message) => assert.rejects(opened(text), (error) => error.name === 'InputError' && assert.match(error.message, message) === undefined) // prettier-ignore
  await refused('list,item_id\npopular,p1\n', /c\.csv, column "list": found "popular", expected a name that is not that of a source the builder makes$/) // prettier-ignore
  await refused(`list,item_id\n${'long'.repeat(7)},p1\n`, /c\.csv, column "list": found "long.*", expected a name of 1 to 24 bytes$/) // prettier-ignore
  const many = Array.from({ length: 20 }, (_, i) => `l${i},p${i}\n`).join('')
  await refused(`list,item_id\n${many}`, /c\.csv, column "list": found 20 lists beside \d other sources, expected at most 16 sources in all$/) // prettier-ignore
})

test('on the command line, with a policy that turns one up', async () => {
  const { goods } = shop()
  const config = file('c-config.json', JSON.stringify(CONFIG))
  const policy = file('c-policy.json', JSON.stringify({ sources: { always: { weight: 50 } } }))
  const args = ['build', '-o', path('c.martello'), '--items', file('c-items.csv', csv(goods)), '--campaigns', file('c.csv', LIST), '--config', config, '--policy', policy] // prettier-ignore
  const { code, stderr } = await cli(...args)
  assert.equal(code, 0, stderr)
  const { items } = await cliJson('recommend', path('c.martello'), '--k', 2)
  assert.equal(items[0].id, 'p100')
  writeFileSync(path('gone.csv'), '')
  assert.equal((await cli(...args.slice(0, -4), '--campaigns', path('nothere.csv'))).code, 1)
})
