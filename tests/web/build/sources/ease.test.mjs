// EASE: on a small catalogue whose head everybody meets it is what tells people apart; elsewhere it costs no byte.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../../build/web/learn/learn.js'
import { KEY } from '../../../../build/web/generated/numbers.js'
import { postingsSection } from '../../../../build/web/build/sections/postings.js'
import { Recommender } from '../../../../dist/node.js'
import { households } from '../../../bench/households.mjs'
import { built, builtShop, cli, cliJson, file, path, random, shop } from '../../helpers/shop.mjs'

const log = () => file('households.csv', households({ households: 300, goods: 150, goodsAVisit: 4, seed: 5 }))
const tries = ({ record }) => record.tried.filter(({ what }) => what.startsWith('ease, ridge'))
const inOrder = ({ record }) => record.tried.filter(({ what }) => what.startsWith('ease, in order'))

test('households: it beats popularity alone, is shipped, holds items back, and says because of what', async () => {
  const made = await built({ interactions: log() })
  const merits = Object.fromEntries(made.record.sources.map(({ name, alone }) => [name, alone.recall + alone.ndcg]))
  assert.ok(tries(made).length > 1 && made.record.recipe.ease.ridge > 0)
  assert.ok(merits.ease > 1.05 * merits.popular, JSON.stringify(merits))
  const rec = await Recommender.open(made.bytes)
  assert.ok(rec.sources.includes('ease'), rec.sources.join(', '))
  const weights = Object.fromEntries(rec.sources.map((name) => [name, Number(name === 'ease')]))
  const asked = { history: ['g3', 'g70', 'g3', 'g41'], k: 150, weights, explain: true }
  const { items } = rec.recommend(asked)
  assert.ok(items[0].because.length > 0 && items[0].because.every((id) => asked.history.includes(id)))
  // an item that was met again counts once, where it is newest, for weights that are shared out
  const once = rec.recommend({ ...asked, history: ['g70', 'g3', 'g41'] }).items
  assert.deepEqual(
    items.slice(0, 20).map(({ id }) => id),
    once.slice(0, 20).map(({ id }) => id),
  )
})

test('households of other numbers: what others add is within chance, so that it alone is shipped, and this is said', async () => {
  for (const shape of [
    { households: 400, goods: 300, goodsAVisit: 3, seed: 7 },
    { households: 700, goods: 120, goodsAVisit: 5, seed: 8 },
  ]) {
    const name = `households-${shape.seed}`
    const run = await cli('build', '--interactions', file(`${name}.csv`, households(shape)), '-o', path(name))
    const { record } = await cliJson('inspect', path(name))
    const weighing = record.sources.filter(({ weight }) => weight.slice(1).some((w) => w > 0)).map(({ name }) => name)
    assert.deepEqual(weighing, ['ease'], JSON.stringify(record.sources))
    assert.match(run.stderr, /ease is taken alone: .* is no more than chance gives/)
    assert.equal(record.quality.recall, record.sources.find(({ name }) => name === 'ease').alone.recall)
  }
})

/** Everybody goes round a circle, some places at a time: what was passed by is near too, and no one takes it. */
function circle(timed, most) {
  const draw = random(3)
  const events = Array.from({ length: 300 }, (_, user) => {
    let at = draw.below(200)
    return Array.from({ length: 14 }, (_, n) => {
      at += 1 + draw.below(most)
      return [`u${user}`, `p${at % 200}`, 1_600_000_000 + 86_400 * n]
    })
  }).flat()
  const columns = ['user_id', 'item_id', 'timestamp'].slice(0, timed ? 3 : 2)
  const rows = [columns, ...events.map((event) => event.slice(0, columns.length))]
  return file(`circle-${timed}-${most}.csv`, rows.map((row) => `${row.join()}\n`).join(''))
}

for (const most of [4, 8])
  test(`where order says more, its weights are of what comes next; up to ${most} places at a time`, async () => {
    const made = await built({ interactions: circle(true, most) })
    const [sets, order] = [tries(made), inOrder(made)]
    assert.ok(sets.length > 1 && order.length > 1)
    const best = (ways) => Math.max(...ways.map(({ recall, ndcg }) => recall + ndcg))
    assert.ok(best(order) > best(sets), `${best(order)} ${best(sets)}`)
    assert.equal(made.record.recipe.ease.fading, 0.9)
  })

test('where it brings nothing beside others it is not shipped', async () => {
  const made = await built({ interactions: circle(true, 1) })
  assert.ok(tries(made).length > 1)
  assert.ok(!(await Recommender.open(made.bytes)).sources.includes('ease'))
})

test('without times, or where what is newer says no more, they are of sets alone', async () => {
  for (const interactions of [circle(false, 4), log()]) {
    const made = await built({ interactions })
    assert.deepEqual(inOrder(made), [])
    assert.equal(made.record.recipe.ease.fading, 1)
  }
})

test('it is not tried where nobody asks for it', async () => {
  const made = await builtShop(shop(), {}, { sources: { ease: false } })
  assert.deepEqual(tries(made), [])
  assert.ok(!(await Recommender.open(made.bytes)).sources.includes('ease'))
})

test('weights below 0 come out of a section as they went in; without any a section has no marks', async () => {
  const learn = await Learn.start()
  const section = (weights) => {
    const lists = { keys: 2, start: Uint32Array.of(0, 2, 3), items: Uint32Array.of(1, 2, 0) }
    return postingsSection(learn, 'x', { ...lists, weights: Float32Array.from(weights) }, 3, KEY.item, 0, 32, 0).bytes
  }
  const [plain, signed] = [section([1, 0.5, 2]), section([1, -0.5, 2])]
  const marks = (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(28, true)
  assert.deepEqual([marks(plain), marks(signed)], [0, 1])
})
