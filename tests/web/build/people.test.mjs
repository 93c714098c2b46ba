// A long log is chosen by a part of its people, and trained on as a whole.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build } from '../../../dist/build.js'
import { readInteractions } from '../../../build/web/read/index.js'
import { csv, file, shop } from '../helpers/shop.mjs'

const columns = ['user_id', 'item_id', 'timestamp']
const log = file('people.csv', csv(shop({ items: 120, users: 300, each: 12 }).events, columns))

async function chosen(config) {
  const said = []
  const inputs = { interactions: await readInteractions([log], {}), items: null, embeddings: null }
  const progress = { say: (line) => said.push(line), stage() {} }
  return { ...(await build(inputs, { threads: 2, ...config }, 1, progress)), said }
}

test('people are drawn evenly, with all their events, and every item is trained on', async () => {
  const { record, said, bytes } = await chosen({ tune: 1500 })
  const { people, of, events } = record.chosenBy
  assert.equal(of, 300)
  assert.ok(Math.abs(people / of - events / record.inputs[0].rows) < 0.05, `${people} people with ${events} events`)
  assert.ok(Math.abs(events - 1500) < 300, `${events} events`)
  assert.ok(record.quality.people <= people)
  const line = said.find((line) => line.includes('evenly drawn'))
  assert.match(
    line,
    new RegExp(`choosing by ${people} of 300 people, .* with ${events} of ${record.inputs[0].rows} events`),
  )
  assert.match(line, new RegExp(`set \\{"tune":${record.inputs[0].rows}\\}`))
  assert.deepEqual((await chosen({ tune: 1500, threads: 1 })).bytes, bytes)
})

test('the config line that is said takes all of them', async () => {
  const { record, said } = await chosen({ tune: 1e6 })
  assert.deepEqual([record.chosenBy.people, record.chosenBy.events], [300, record.inputs[0].rows])
  assert.ok(!said.some((line) => line.includes('evenly drawn')))
})
