// Several targets as one value: what is worth more is found more, what is not named is not to be found, and what cannot be is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetWords, worthOf } from '../../../../build/web/build/fit/targets.js'
import { Recommender } from '../../../../dist/node.js'
import { built, csv, file, random } from '../../helpers/shop.mjs'

/** Of three things that people meet, two are green, and they click on them; the third is red, and they buy it. Half of all are red. */
function counter({ people = 400, each = 15 } = {}) {
  const draw = random(7)
  const goods = Array.from({ length: 60 }, (_, i) => ({ item_id: `p${i}`, colour: ['red', 'green'][i % 2] }))
  const events = []
  for (let user = 0; user < people; user++) {
    const met = new Set()
    const begins = 1e9 + draw.below(1e5)
    for (let e = 0; e < each; e++) {
      const isBought = e % 3 === 2
      let item = draw.below(60)
      while (met.has(item) || (item % 2 === 0) !== isBought) item = draw.below(60)
      met.add(item)
      events.push({
        user_id: `u${user}`,
        item_id: `p${item}`,
        timestamp: begins + 5000 * e,
        event: isBought ? 'Buy' : 'click',
      })
    }
  }
  return { goods, events }
}
const { goods, events } = counter()
const from = (log = events) => ({
  interactions: file('counter-log.csv', csv(log)),
  items: file('counter-items.csv', csv(goods)),
})
const config = (train) => ({
  tune: false,
  sources: { als: false, content: false },
  search: false,
  events: { click: 1, buy: 1 },
  train,
})

/** Of ten items, in the mean of people who met as many of each colour as all do. */
const reds = async (bytes) => {
  const rec = await Recommender.open(bytes)
  const people = Array.from({ length: 20 }, (_, n) =>
    [1, 7, 2, 13, 19, 8, 25, 31, 14, 37, 43, 20].map((item) => `p${(item + 2 * n) % 60}`),
  )
  const red = people.map(
    (history) => rec.recommend({ history, k: 10 }).items.filter(({ attributes }) => attributes.colour === 'red').length,
  )
  return red.reduce((sum, count) => sum + count, 0) / people.length
}

for (const ranker of ['lambdamart', 'logistic'])
  test(`${ranker} finds what is worth more`, async () => {
    const { bytes, record } = await built(from(), config({ ranker, targets: { click: 1, buy: 30 } }))
    assert.equal(record.trainedRanker.without, null)
    const plain = await built(from(), config({ ranker }))
    const [wanted, usual] = [await reds(bytes), await reds(plain.bytes)]
    assert.ok(wanted >= 8 && usual < wanted, `${wanted} and ${usual} of 10`)
  })

test('what is not named is history alone', async () => {
  const { bytes, record } = await built(from(), config({ ranker: 'logistic', targets: { BUY: 2 } }))
  assert.equal(record.trainedRanker.without, null)
  assert.ok((await reds(bytes)) >= 9)
})

test('worths go by names without their case, and are said', () => {
  const log = { rows: 4, event: { names: ['Buy', '', 'view', 'like'], code: Uint8Array.of(0, 1, 2, 3) } }
  assert.deepEqual([...worthOf({ buy: 10, Like: 3 }, log)], [10, 0, 0, 3])
  assert.equal(worthOf(undefined, log), undefined)
  assert.equal(
    targetWords({ buy: 10, Like: 3 }, log),
    'the ranker is to find buy 10, like 3; "view" is history alone (config key train.targets)',
  )
})

test('targets that there are not are refused, each with a sentence', async () => {
  const refused = (train, pattern, log) => assert.rejects(built(from(log), config(train)), pattern)
  const targets = { click: 1, buy: 10 }
  await refused(
    { targets },
    /config, key "train\.targets": found no ranker to find them, expected config key "train\.ranker"/,
  )
  await refused(
    { ranker: 'fm', targets: { click: 1, like: 3 } },
    /key "train\.targets": found event "like", expected one of the log's: "Buy", "click"|"click", "Buy"/,
  )
  await refused({ ranker: 'fm', targets: { click: 0 } }, /key "train\.targets": found events that are worth 0, expected one that is worth more/) // prettier-ignore
  await refused(
    { ranker: 'fm', targets },
    /key "train\.targets": found a log that does not name its events, expected a column event/,
    events.map(({ event: _, ...rest }) => rest),
  )
})
