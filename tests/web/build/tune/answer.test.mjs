// Asking a bundle about people: what threads find in the learning core is what a device's core finds, however many there are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build } from '../../../../dist/build.js'
import { coreOf } from '../../../../build/web/build/core.js'
import { Asked, K } from '../../../../build/web/build/tune/answer.js'
import { measureAlone, sample } from '../../../../build/web/build/tune/tune.js'
import { Workers } from '../../../../build/web/build/workers.js'
import { Learn } from '../../../../build/web/learn/learn.js'
import { readInteractions } from '../../../../build/web/read/index.js'
import { csv, file, shop } from '../../helpers/shop.mjs'

const PEOPLE = 300
const ITEMS = 60
const { events } = shop({ items: ITEMS, users: PEOPLE, each: 12 })
const log = file('answer.csv', csv(events, ['user_id', 'item_id', 'timestamp']))
const inputs = { interactions: await readInteractions([log], {}), items: null, embeddings: null }
const { bytes } = await build(inputs, { tune: false }, 1, { say() {}, stage() {} })
const core = await coreOf(bytes)

/** Everybody's events but the last three; one of these stands twice, and they are in no order. */
const histories = Array.from({ length: PEOPLE }, (_, person) =>
  Array.from({ length: 3 + (person % 7) }, (_, n) => (person * 5 + n * (1 + (person % 3))) % ITEMS),
)
const hidden = histories.map((history, person) => {
  const [one, two] = [7, 3].map((far) => (history.at(-1) + far * (1 + (person % 4))) % ITEMS)
  return person % 10 === 9 ? [] : [one, two, one]
})
const starts = (lists) => Uint32Array.from([0, ...lists.map((sum => (list) => (sum += list.length))(0))]) // prettier-ignore
const holdout = {
  people: {
    start: starts(histories),
    item: Uint32Array.from(histories.flat()),
    weight: null,
    time: Float64Array.from(histories.flatMap((history) => history.map((_, n) => 1e9 + 86400 * n))),
    now: null,
  },
  who: Uint32Array.from({ length: PEOPLE }, (_, person) => person),
  heldStart: starts(hidden),
  held: Uint32Array.from(hidden.flat()),
}

/** Recall + NDCG of a person, by what the device's core recommends from one source. */
function meritOf(person, source) {
  core.begin()
  histories[person].forEach((item, n) => core.addEvent(item, 1, 1e9 + 86400 * n))
  core.sources.forEach((_, s) => core.setWeight(s, Number(s === source)))
  const held = new Set(hidden[person])
  let [place, hits, gain] = [0, 0, 0]
  core.eachPick(K, (item) => {
    place++
    if (held.has(item)) [hits, gain] = [hits + 1, gain + 1 / Math.log2(place + 1)]
  })
  const ideal = [...held].reduce((sum, _, n) => sum + 1 / Math.log2(n + 2), 0)
  return hits / held.size + gain / ideal
}

async function asked(threads, use) {
  const learn = await Learn.start()
  const workers = new Workers(learn, threads)
  const bundle = new Asked(learn, workers, { at: learn.put(bytes), size: bytes.length })
  try {
    return await use(bundle)
  } finally {
    bundle.drop()
    await workers.close()
  }
}

test('each source brings back of each person what it does on a device; who has nothing hidden is not counted', async () => {
  await asked(2, async (bundle) => {
    assert.equal(bundle.sources, core.sources.length)
    for (let source = 0; source < bundle.sources; source++) {
      const { each } = await measureAlone(bundle, source, 1, holdout)
      const people = [...holdout.who].filter((person) => hidden[person].length > 0)
      const expected = people.map((person) => meritOf(person, source))
      assert.ok(source > 0 || Math.max(...expected) > 0)
      assert.deepEqual([...each], [...Float32Array.from(expected)], core.sources[source])
    }
  })
})

test('some of the people bring back what they do among all, and no number of threads changes that', async () => {
  const few = sample(holdout, 70)
  const [one, three] = await Promise.all(
    [1, 3].map((threads) => asked(threads, (bundle) => measureAlone(bundle, 0, 0.8, few))),
  )
  const all = await asked(2, (bundle) => measureAlone(bundle, 0, 0.8, holdout))
  assert.deepEqual(one, three)
  const counted = [...holdout.who].filter((person) => hidden[person].length > 0)
  const chosen = [...few.who].filter((person) => hidden[person].length > 0)
  assert.deepEqual([...one.each], chosen.map((person) => all.each[counted.indexOf(person)])) // prettier-ignore
})
