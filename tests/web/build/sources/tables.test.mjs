// Tables of neighbours and of popularity: sources and an order that the builder takes as they are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  accountOf,
  build,
  readInteractions,
  readItems,
  readNeighbours,
  readPopularity,
} from '../../../../dist/build.js'
import { Recommender } from '../../../../dist/node.js'
import { cli, cliJson, csv, file, path, shop } from '../../helpers/shop.mjs'

const CONFIG = { tune: false, threads: 1, search: false, sources: { als: false, content: false } }

async function inputsOf({ neighbours, popularity, log = true, items = true }) {
  const { goods, events } = shop()
  return {
    interactions: log ? await readInteractions([file('t-log.csv', csv(events))]) : null,
    items: items ? await readItems([file('t-items.csv', csv(goods))]) : null,
    embeddings: null,
    ...(neighbours && { neighbours: await readNeighbours([file('t-neighbours.csv', neighbours)]) }),
    ...(popularity && { popularity: await readPopularity([file('t-popularity.csv', popularity)]) }),
  }
}
async function made(files, config = {}, said = []) {
  const inputs = await inputsOf(files)
  const built = await build(inputs, { ...CONFIG, ...config }, 1, { say: (line) => said.push(line), stage() {} })
  return { ...built, rec: await Recommender.open(built.bytes) }
}
const refuses = (promise, message) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.name, 'InputError', error.stack)
    assert.match(error.message.replaceAll(path('x').slice(0, -1), ''), message)
    return true
  })
const list = (rec, id, source) => rec.similar(id, { k: 200, source, explain: true }).items.map((item) => item.id)

test("each name of a table is a source; i2i and next stand in the place of the builder's own", async () => {
  const neighbours =
    'source,key,target,weight\ni2i,p1,p90,3\ni2i,p1,p91,2\nnext,p1,p92,1\ncovisit,p1,p93,1\ncovisit,p1,p94,9\n'
  const said = []
  const { rec, record } = await made({ neighbours }, {}, said)
  const names = record.sources.map(({ name }) => name)
  assert.deepEqual(names.slice(0, 4), ['i2i', 'next', 'attributes', 'covisit'])
  assert.equal(names.filter((name) => name === 'i2i').length, 1)
  assert.deepEqual(list(rec, 'p1', 'i2i').slice(0, 2), ['p90', 'p91'])
  assert.deepEqual(list(rec, 'p1', 'covisit').slice(0, 2), ['p94', 'p93'])
  const { items } = rec.recommend({ history: ['p1'], k: 100, explain: true })
  assert.ok(items.find(({ id }) => id === 'p92').sources.includes('next'))
  assert.ok(said.includes('source covisit: 2 pairs under 1 items'), said.join('\n'))
})

test("they are weighed by held-out events as the builder's own are", async () => {
  const { events } = shop()
  const pairs = new Set(events.flatMap((e, i) => (events[i + 1]?.user_id === e.user_id && e.item_id !== events[i + 1].item_id ? [`after,${e.item_id},${events[i + 1].item_id},1`] : []))) // prettier-ignore
  const { record } = await made({ neighbours: `source,key,target,weight\n${[...pairs].join('\n')}\n` }, { tune: true })
  const after = record.sources.find(({ name }) => name === 'after')
  assert.ok(after.alone.recall > 0 && after.weight[2] > 0, JSON.stringify(after))
  assert.ok(record.tried.some(({ what }) => what.startsWith('after alone, decay')))
})

test("what the catalogue lacks is counted, of a pair that comes again the heaviest counts, and lists are as long as the builder's", async () => {
  const rows = Array.from({ length: 80 }, (_, i) => `p1,p${i + 20},${i + 1}`)
  const neighbours = `key,target,weight\n${rows.join('\n')}\np2,p3,1\np2,p3,5\np2,p4,2\np2,zzz,1\n`
  const said = []
  const { rec } = await made({ neighbours }, {}, said)
  const line = said.find((one) => one.startsWith('source neighbours:'))
  assert.equal(line, 'source neighbours: 52 pairs under 2 items; 1 more name items that are not in the catalogue; 30 beyond the first 50 of their lists are left out (config "neighbours")') // prettier-ignore
  assert.deepEqual(list(rec, 'p2', 'neighbours').slice(0, 2), ['p3', 'p4'])
  assert.deepEqual(list(rec, 'p1', 'neighbours').slice(0, 50).sort(), rows.slice(30).map((row) => row.split(',')[1]).sort()) // prettier-ignore
  const { account } = accountOf(await inputsOf({ neighbours }), CONFIG)
  const remarks = account.remarks.map((one) => one.replaceAll(path('x').slice(0, -1), ''))
  assert.ok(remarks.includes('look: t-neighbours.csv: 1 of 84 pairs of "neighbours" come again; of each the heaviest counts'), remarks.join('\n')) // prettier-ignore
  assert.ok(remarks.some((one) => /1 of its \d+ items is not known, for example "zzz"/.test(one)))
})

test('names that no source can have, and tables that know none of the items', async () => {
  const named = (name) => `source,key,target,weight\n${name},p1,p2,1\n`
  await refuses(made({ neighbours: named('als') }), /^t-neighbours\.csv, column "source": found "als", expected another name: the builder makes "embeddings", "als", /) // prettier-ignore
  await refuses(
    made({ neighbours: named('a-name-of-more-than-24-bytes') }),
    /expected names of sources of 1 to 24 bytes/,
  )
  await refuses(made({ neighbours: 'key,target,weight\n1,2,1\n' }), /^t-neighbours\.csv: found none of its 2 items in .*, for example "1" .*expected ids that both files have; config "columns": \{"neighbours": \{"key": "…"\}\}/) // prettier-ignore
  await refuses(made({ popularity: 'item_id,weight\nP1,1\n' }), /^t-popularity\.csv: found none .* \(config "ids": "lower case" makes 1 of them one\)/) // prettier-ignore
  const many = Array.from({ length: 17 }, (_, i) => `s${i},p1,p2,1\n`).join('')
  await refuses(made({ neighbours: `source,key,target,weight\n${many}` }), /found source "\w+" beside 16 others, expected at most 16 in all/) // prettier-ignore
})

test('popularity as it was counted elsewhere orders the items, fills shelves and weighs searches, with a log and without', async () => {
  const popularity = 'item_id,weight\np100,50\np7,40\np8,30\n'
  for (const log of [true, false]) {
    const { rec, record } = await made({ popularity, log })
    assert.deepEqual(rec.recommend({ k: 3 }).items.map(({ id }) => id), ['p100', 'p7', 'p8'], `log: ${log}`) // prettier-ignore
    assert.equal(rec.number('p100'), 0)
    assert.ok(record.inputs.some(({ kind, rows }) => kind === 'popularity' && rows === 3))
  }
  const { rec } = await made({ popularity, log: false }, { search: {} })
  assert.equal(rec.search('thing number', { k: 1 }).items[0].id, 'p100')
  const { remarks } = accountOf(await inputsOf({ popularity }), { popularity: 'year' }).account
  assert.ok(remarks.includes('config key "popularity" has no effect: --popularity says what is popular'))
})

test('tables alone are a bundle, by the command line; a config names columns', async () => {
  const n = file('alone-n.csv', 'a,b,c\n1,2,3\n2,1,1\n')
  const p = file('alone-p.csv', 'product_id,plays\n1,9\n2,1\n3,4\n')
  const config = file('alone.json', JSON.stringify({ columns: { neighbours: { key: 'a', target: 'b', weight: 'c' } } }))
  const out = path('alone.martello')
  const { account } = await cliJson('build', '-o', out, '--neighbours', n, '--popularity', p, '--config', config)
  assert.deepEqual(account.inputs.map(({ role, rows }) => [role, rows]), [['neighbours', 2], ['popularity', 3]]) // prettier-ignore
  const rec = await Recommender.open(out)
  assert.deepEqual(rec.recommend({ history: ['2'] }).items.map(({ id }) => id), ['1', '3']) // prettier-ignore
  const checked = await cliJson('check', '--neighbours', n, '--popularity', p, '--config', config)
  assert.deepEqual(checked.inputs[0].columns.map(({ name, role }) => `${name} ${role}`), ['a key', 'b target', 'c weight']) // prettier-ignore
  const typo = file('typo.json', JSON.stringify({ columns: { neighbours: { key: 'x' } } }))
  const { code, stderr } = await cli('build', '-o', out, '--neighbours', file('typo.csv', 'key,target,weight\n1,2,1\n'), '--config', typo) // prettier-ignore
  assert.equal(code, 1)
  assert.match(stderr, /typo\.json, key "columns\.neighbours\.key": found the column "x", which no file has, expected one of "key", "target", "weight"/) // prettier-ignore
})
