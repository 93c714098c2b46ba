// Towers that are trained here: they learn what comes next, the same with any number of threads, and a device asks what was learned.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { towerPlan } from '../../../../build/web/build/fit/tower.js'
import { Recommender } from '../../../../dist/node.js'
import { buildHere, built, cli, csv, file, path, random } from '../../helpers/shop.mjs'
import { ALONE, fitted, RING, rowsOf, SMALL } from '../../helpers/walks.mjs'

for (const kind of ['sasrec', 'gru4rec'])
  test(`${kind} learns what the last event alone does not tell`, async () => {
    const { passes, plan, cut } = await fitted(kind)
    const best = Math.max(...passes.map(({ ndcg }) => ndcg))
    assert.ok(best > 0.9, `ndcg ${best}`)
    assert.ok(plan.passes.length > 0 && plan.passes.length <= passes.length)
    assert.equal(cut, false)
  })

test('youtubednn learns which items are met by the same people', async () => {
  const { passes } = await fitted('youtubednn')
  assert.ok(Math.max(...passes.map(({ ndcg }) => ndcg)) > 0.5)
})

test('what nobody met has no vector, and is not among what held-out people are told', async () => {
  const how = { passes: 2 }
  const [alone, beside] = await Promise.all([0, 2000].map((unmet) => fitted('youtubednn', { how, unmet, people: 120 })))
  const [one, other] = [alone, beside].map(({ passes }) => passes[0].ndcg)
  assert.ok(Math.abs(one - other) < 0.05, `${one}, beside 2000 items that nobody met ${other}`)
})

test('what a config says of weights leaves those that it does not say', () => {
  const weightsOf = (weights) => towerPlan({ kind: 'twotower', ...(weights && { weights }) }).weights
  assert.deepEqual(weightsOf(), { popularity: 0.5 })
  assert.deepEqual(weightsOf({ event: true }), { popularity: 0.5, event: true })
  assert.deepEqual(weightsOf({ popularity: 0 }), { popularity: 0 })
})

const { tower: TOWER } = JSON.parse(readFileSync('web/generated/config.schema.json')).properties.train.properties
const { properties: SAID } = TOWER.anyOf.find(({ properties }) => properties)
const KINDS = ['sasrec', 'gru4rec', 'youtubednn', 'twotower']
for (const key of ['width', 'length', 'hidden', 'drop', 'batch', 'rate', 'decay'])
  test(`the usual ${key} of each tower is what the config says it is`, () => {
    const { description } = SAID[key]
    const [, said] = /Default (.*?)(?:;|\.(?:\s|$))/.exec(description)
    const usual = {}
    for (const part of said.split(', ')) {
      const names = part.match(/sasrec|gru4rec|youtubednn|twotower|finetune|others/g) ?? ['others']
      const [value] = /\d[\d.]*/.exec(part.replace('gru4rec', ''))
      for (const name of names) usual[name] = Number(value)
    }
    for (const kind of KINDS) assert.equal(towerPlan(kind)[key], usual[kind] ?? usual.others, kind)
  })

for (const kind of ['sasrec', 'gru4rec', 'youtubednn'])
  test(`${kind}: the same seed gives the same bytes with 1, 2 and 4 threads; another one others`, async () => {
    const made = (how) => fitted(kind, { passes: [1, 1, 0.3], people: 120, ...how })
    const [one, two, four, other] = await Promise.all(
      [{ threads: 1 }, { threads: 2 }, { threads: 4 }, { seed: 2 }].map(made),
    )
    for (const each of [two, four]) {
      assert.deepEqual(each.items, one.items)
      assert.deepEqual(each.parameters, one.parameters)
    }
    assert.notDeepEqual(other.items, one.items)
    assert.ok(one.items.every(Number.isFinite))
  })

test('where the minutes are over before a pass is, there is no tower', async () => {
  const { cut, plan } = await fitted('sasrec', { minutes: 1e-6 })
  assert.equal(cut, true)
  assert.deepEqual(plan.passes, [])
})

test('what has no time to learn from everything is the tower that was weighed', async () => {
  let asked = 0
  const { items } = await fitted('sasrec', { people: 60, after: (plan) => (asked = plan.passes.length) && 1e-6 })
  assert.ok(asked > 0)
  assert.ok(items.some((value) => value !== 0))
})

test('a longer log is gone through in twice as many steps at most', async () => {
  const { passes, plan } = await fitted('sasrec', { passes: [1, 1, 1, 0.3], steps: 7, people: 300 })
  assert.equal(plan.passes.length, 4)
  assert.equal(passes.length, Math.ceil(14 / Math.ceil(300 / SMALL.batch)))
  // the last one is of 4 steps, and its loss the mean of 4
  assert.ok(passes[1].loss > 0.7 * passes[0].loss, `${passes.map(({ loss }) => loss)}`)
})

test('steps that are far too long end in smaller ones, and never in what is no number', async () => {
  const { items, parameters, plan } = await fitted('sasrec', { how: { rate: 1e6 }, people: 60 })
  assert.ok(items.every(Number.isFinite))
  for (const values of parameters.values()) assert.ok(values.every(Number.isFinite))
  assert.ok(plan.passes.every((pace) => pace <= 1))
})

test('a device asks by the network that was trained', async () => {
  const train = { tower: { kind: 'sasrec', ...SMALL } }
  const { bytes, record } = await built(
    { interactions: file('walks.csv', csv(rowsOf(300))) },
    { train, sources: ALONE, layers: 'f32' },
  )
  assert.ok(record.recipe.tower.passes.length > 0)
  assert.ok(!record.tried.some(({ what }) => /^tower alone, decay 0/.test(what)), 'a tower knows what is old')
  const recommender = await Recommender.open(bytes)
  assert.deepEqual(recommender.sources, ['tower'])
  const next = (...history) => recommender.recommend({ history, k: 1 }).items[0].id
  assert.equal(next('i3', `i${RING + 7}`, 'i4', `i${RING + 8}`), 'i5')
  assert.equal(next(`i${RING + 11}`, 'i15', `i${RING + 12}`, 'i16'), `i${RING + 13}`)
})

for (const kind of ['sasrec', 'gru4rec', 'youtubednn'])
  test(`${kind} is held to pairs of histories and vectors on any device`, async () => {
    const train = { tower: { kind, ...SMALL } }
    const log = { interactions: file('pairs.csv', csv(rowsOf(120))) }
    const { bytes } = await built(log, { train, sources: { ...ALONE, tower: true }, layers: 'f32' })
    const { code, stdout } = await cli('verify', file(`pairs-${kind}.martello`, bytes))
    assert.equal(code, 0)
    const [, error] = /model 0: ([\d.e-]+) from its 4 golden pairs/.exec(stdout)
    assert.ok(Number(error) < 1e-5, stdout)
  })

test('bytes that are wanted hold a tower where there is room for it, coarser or not at all where there is less', async () => {
  const log = { interactions: file('budget.csv', csv(rowsOf(300))) }
  const train = { tower: { kind: 'sasrec', ...SMALL } }
  const made = async (bytes) => {
    const bundle = await built(log, { train, bytes, people: 1 })
    assert.ok(bundle.bytes.length <= bytes, `${bundle.bytes.length} of ${bytes}`)
    return bundle.record.sources.map(({ name }) => name)
  }
  assert.ok((await made(200_000)).includes('tower'))
  assert.ok(!(await made(8_000)).includes('tower'))
})

test('what is trained, and why a tower is left out, is said', async () => {
  const said = async (name, rows, config) => {
    const at = file(`${name}.json`, JSON.stringify(config))
    return (
      await buildHere('--interactions', file(`${name}.csv`, csv(rows)), '--config', at, '-o', path(`${name}.martello`))
    ).stderr
  }
  const train = { tower: { kind: 'sasrec', ...SMALL } }
  const rows = rowsOf(300)
  assert.match(
    await said('walks', rows, { train }),
    /tower: sasrec, \d+ passes over the log, held-out ndcg@10 among all items \d\.\d{4}\n/,
  )
  const unordered = rows.map(({ user_id, item_id }) => ({ user_id, item_id }))
  assert.match(
    await said('sets', unordered, { train }),
    /no tower: the log has no times, and sasrec learns what comes next; "youtubednn" learns without \(config key train\.tower\)/,
  )
  assert.match(await said('few', rows.slice(0, 80), { train }), /no tower: the log is too small to hold anything out/)
  const one = rows.map((row) => ({ ...row, item_id: 'i0' }))
  assert.match(await said('one', one, { train }), /tower is left out: to recall \+ ndcg of a person it adds \+0\.0000/)
})

test('twotower knows what nobody met by what it says of itself', async () => {
  // two kinds of goods; everybody keeps to one, and the last of each kind is met by nobody
  const draw = random(3)
  const goods = Array.from({ length: 40 }, (_, i) => ({
    item_id: `g${i}`,
    title: `${i < 20 ? 'red wool scarf' : 'blue steel pan'} ${i % 20}`,
    colour: i < 20 ? 'red' : 'blue',
  }))
  const rows = Array.from({ length: 200 }, (_, user) =>
    Array.from({ length: 8 }, (_, n) => ({
      user_id: `u${user}`,
      item_id: `g${(user % 2) * 20 + draw.below(19)}`,
      timestamp: 1_600_000_000 + 86_400 * n + user,
    })),
  ).flat()
  const files = { interactions: file('goods-log.csv', csv(rows)), items: file('goods.csv', csv(goods)) }
  const silent = Object.fromEntries(['content', 'attributes'].map((name) => [name, false]))
  const train = { tower: { kind: 'twotower', ...SMALL, drop: 0.3 } }
  const { bytes } = await built(files, { train, layers: 'f32', sources: { ...ALONE, ...silent, tower: true } })
  const recommender = await Recommender.open(bytes)
  const placeOf = (history, id) => recommender.recommend({ history, k: 40 }).items.findIndex((item) => item.id === id)
  assert.ok(placeOf(['g1', 'g2', 'g3'], 'g19') < placeOf(['g1', 'g2', 'g3'], 'g39'))
  assert.ok(placeOf(['g21', 'g22', 'g23'], 'g39') < placeOf(['g21', 'g22', 'g23'], 'g19'))
  // a history of nothing but what nobody met says something too
  assert.ok(placeOf(['g19'], 'g3') < placeOf(['g19'], 'g23'))
})

test('what cannot be is refused before anything is trained', async () => {
  const log = file('refused.csv', csv(rowsOf(30)))
  const refused = (config, words) => assert.rejects(built({ interactions: log }, config), words)
  await refused(
    { train: { tower: { kind: 'sasrec', heads: 3 } } },
    /key "train\.tower\.heads": found 3 heads of 64 numbers, expected a number that divides the width/,
  )
})

test('a config keeps a tower whatever tuning says, beside four other spaces', async () => {
  const goods = Array.from({ length: 2 * RING }, (_, i) => ({
    item_id: `i${i}`,
    title: `thing ${i}`,
    kind: i < RING ? 'a' : 'b',
  }))
  const train = { tower: { kind: 'gru4rec', ...SMALL }, factors: ['bpr', 'ccl'] }
  const kept = ['tower', 'bpr', 'ccl', 'als', 'content']
  const { bytes } = await built(
    { interactions: file('five.csv', csv(rowsOf(120))), items: file('five-goods.csv', csv(goods)) },
    { train, sources: Object.fromEntries(kept.map((name) => [name, true])) },
  )
  const { sources } = await Recommender.open(bytes)
  for (const name of kept) assert.ok(sources.includes(name), name)
})
