// How much a dislike counts: chosen by what people liked and disliked later, told in the record, and shown in the trace.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Recommender } from '../../../../dist/node.js'
import { built, csv, file, random } from '../../helpers/shop.mjs'

const [ITEMS, GENRES] = [120, 6]

/**
 * People like one genre and loathe another, which is next to it: many like both, so that neighbours of what is liked are often of
 * what is loathed. `means`: whether a dislike says anything of the genre.
 */
function log({ people = 300, means = true, seed = 4 } = {}) {
  const draw = random(seed)
  const rows = []
  const of = (genre) => `p${genre + GENRES * Math.floor((ITEMS / GENRES) * draw() ** 1.5)}`
  for (let u = 0; u < people; u++) {
    const liked = u % GENRES
    const other = (liked + 1) % GENRES
    const loathes = Math.floor(u / GENRES) % 2 === 0
    for (let e = 0; e < 20; e++) {
      const timestamp = 1_600_000_000 + 86_400 * e + u
      if (loathes && draw() < 0.4)
        rows.push({ user_id: `u${u}`, item_id: of(means ? other : draw.below(GENRES)), event: 'dislike', timestamp })
      else if (draw() < 0.5 || loathes) rows.push({ user_id: `u${u}`, item_id: of(liked), event: 'like', timestamp })
      else rows.push({ user_id: `u${u}`, item_id: of(other), event: 'like', timestamp })
    }
  }
  return rows
}

test('a dislike counts as much as brings back what is liked and keeps away what is not, and the trace says how much', async () => {
  const { bytes, record } = await built({ interactions: file('loathing.csv', csv(log())) }, { dimension: 16 })
  const { dislikes } = record
  assert.ok(dislikes.disliking >= 50, JSON.stringify(dislikes))
  const by = (scale) => dislikes.tried.find((one) => one.scale === scale)
  const net = ({ liked, disliked }) => liked.recall + liked.ndcg - disliked.recall - disliked.ndcg
  for (const one of dislikes.tried) assert.ok(net(one) <= net(by(dislikes.scale)) + 1e-4)
  assert.ok(by(4).disliked.recall < by(0.125).disliked.recall, 'what is disliked stays away')
  // the two genres have people in common: -1 would take too much of what they like with it
  assert.ok(dislikes.scale < 1 && by(1).liked.recall < by(dislikes.scale).liked.recall)
  const rec = await Recommender.open(bytes)
  const history = ['p0', 'p6', 'p12']
  const loathed = [
    { id: 'p1', event: 'dislike' },
    { id: 'p7', event: 'Dislike' },
  ]
  const plain = rec.recommend({ history, k: ITEMS, exclude: ['p1', 'p7'] })
  assert.deepEqual(plain.trace.disliked, { events: 0, weight: 0 })
  const lowered = rec.recommend({ history: [...history, ...loathed], k: ITEMS })
  assert.equal(lowered.trace.disliked.events, 2)
  assert.ok(Math.abs(lowered.trace.disliked.weight + 2 * dislikes.scale) < 1e-6)
  const place = ({ items }) => items.findIndex(({ id }) => +id.slice(1) % GENRES === 1)
  assert.ok(
    place(plain) >= 0 && place(lowered) > place(plain),
    `${place(lowered)}, ${place(plain)}: what is alike comes later`,
  )
})

test('what the config says of a name holds, and few dislikes choose nothing', async () => {
  const said = await built({ interactions: file('said.csv', csv(log())) }, { dimension: 16, events: { dislike: -0.5 } })
  assert.equal(said.record.dislikes, null)
  const rec = await Recommender.open(said.bytes)
  assert.equal(rec.recommend({ history: ['p0', { id: 'p1', event: 'dislike' }] }).trace.disliked.weight, -0.5)
  const few = await built({ interactions: file('few.csv', csv(log({ people: 60 }))) }, { dimension: 16 })
  assert.equal(few.record.dislikes, null)
  const weight = (await Recommender.open(few.bytes)).recommend({ history: [{ id: 'p1', event: 'hide' }] }).trace
    .disliked.weight
  assert.equal(weight, -1)
})
