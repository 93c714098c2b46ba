// `minutes` bounds all that is trained by steps, on one clock: a ranker beside a tower takes no time of its own.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { minutesOf } from '../../../../build/web/build/fit/minutes.js'
import { readInteractions } from '../../../../build/web/read/index.js'
import { build } from '../../../../dist/build.js'
import { csv, file, random } from '../../helpers/shop.mjs'

test('a part of the minutes runs on the clock of all of them, from when any is first asked', () => {
  let now = 5000
  const all = minutesOf(2, () => now)
  const half = all.until(1 / 2)
  now = 9000
  assert.equal(half.isOver(), false)
  assert.equal(half.left(1), 60)
  now += 30_000
  assert.deepEqual([all.left(1), half.left(1), half.left(1 / 2), half.until(3 / 4).left(1)], [90, 30, 0, 15])
  now += 31_000
  assert.deepEqual([half.isOver(), all.isOver(), half.left(1)], [true, false, -1])
})

/** People who walk along the goods, each from their own: a tower learns what is next. */
function walks({ items = 60, people = 150, each = 12 } = {}) {
  const draw = random(5)
  return Array.from({ length: people }, (_, user) => {
    let at = draw.below(items)
    return Array.from({ length: each }, (_, e) => {
      at = (at + 1 + draw.below(3)) % items
      return { user_id: `u${user}`, item_id: `p${at}`, timestamp: 1e9 + 1000 * (user % 40) + 50_000 * e }
    })
  }).flat()
}

/** Builds by a clock that goes on a second whenever it is asked; what it said when something was trained by steps last. */
async function timed(minutes, ranker) {
  let [now, last] = [0, 0]
  const tower = { kind: 'sasrec', width: 16, length: 8, hidden: 16 }
  const config = {
    threads: 1,
    sources: { als: false, i2i: false, next: false, tower: true },
    search: false,
    train: { tower, ranker, minutes },
  }
  const inputs = { interactions: await readInteractions([file('walks.csv', csv(walks()))]), items: null, embeddings: null } // prettier-ignore
  const stage = (name) => {
    if (/^training the (tower|ranker)/.test(name)) last = now
  }
  const clock = mock.method(performance, 'now', () => (now += 1000))
  try {
    const { record } = await build(inputs, config, 1, { say() {}, stage })
    return { ...record.trainedRanker, seconds: last / 1000 }
  } finally {
    clock.mock.restore()
  }
}

test('a tower and a ranker together keep within the minutes', async () => {
  const { ndcg, without, seconds } = await timed(20, 'logistic')
  assert.ok(ndcg !== null, without)
  assert.ok(seconds > 600 && seconds < 1240, `${seconds} of 1200`)
})

test('where the tower takes all of its time, no ranker is told by one that knows what it is to find', async () => {
  const { without, seconds } = await timed(1, 'logistic')
  assert.match(without, /^the time was over before the models beside it had learned without the events that it is to find; to give it more, raise "minutes"/) // prettier-ignore
  assert.ok(seconds > 30 && seconds < 70, `${seconds} of 60`)
})
