// The rank stage: an imported model scores the best candidates, its features matched by name with the bundle's.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build, readForest, TreeRunner } from '../../../../dist/build.js'
import { Recommender } from '../../../../dist/node.js'
import { readInteractions, readItems } from '../../../../build/web/read/index.js'
import { cli, csv, file, path, random, shop } from '../../helpers/shop.mjs'
import * as model from '../../helpers/trees.mjs'

const shopped = shop({ items: 150, users: 60 })
const files = { log: file('ranked-log.csv', csv(shopped.events)), items: file('ranked-items.csv', csv(shopped.goods)) }
const CONFIG = { threads: 1, tune: false }

async function bundle(ranker, config = {}) {
  const inputs = {
    interactions: await readInteractions([files.log]),
    items: await readItems([files.items]),
    embeddings: null,
    ranker,
  }
  const said = []
  const { bytes, record } = await build(inputs, { ...CONFIG, ...config }, 1, {
    say: (line) => said.push(line),
    stage() {},
  })
  return { bytes, record, said, rec: await Recommender.open(bytes) }
}

const plain = await bundle(null)
const names = plain.record.features
const REQUEST = { history: ['p3', 'p8', 'p13', 'p40'], k: 20, now: 1.7e9 }

/** A LightGBM model over the bundle's features, under the names that its trainer would keep; thresholds from `rows`. */
function made(
  rows,
  { seed = 1, classes = 1, objective = 'binary sigmoid:1', rename = (name) => name, named = true } = {},
) {
  const draw = random(seed)
  const value = (f) => {
    const seen = rows.map((row) => row[f]).filter((x) => !Number.isNaN(x))
    return seen.length > 0 ? draw.of(seen) : 0
  }
  const ensemble = model.lightgbm({ seed, features: names.length, classes, iterations: 8, objective })
  for (const tree of ensemble.trees) {
    const open = [tree]
    for (const node of open)
      if (node.leaf === undefined) {
        delete node.set
        Object.assign(node, { threshold: value(node.feature), missing: 2, defaultLeft: draw() < 0.5 })
        open.push(node.left, node.right)
      }
  }
  const columns = names.map((_, i) => `Column_${i}`).join(' ')
  const text = model.lightgbmText(ensemble)
  return { ensemble, text: named ? text.replace(columns, names.map(rename).join(' ')) : text }
}

const forestOf = (text) => readForest('model.txt', Buffer.from(text))
const { ids, rows } = plain.rec.features({ history: REQUEST.history, now: REQUEST.now })

test('the best candidates are ordered by the model, the rest follows as it was merged', async () => {
  for (const [seed, candidates] of [
    [1, 300],
    [2, 30],
    [3, 7],
  ]) {
    const { ensemble, text } = made(rows, { seed })
    const { rec, said } = await bundle(forestOf(text), { ranker: { candidates } })
    assert.match(
      said.join('\n'),
      /ranker model.txt: LightGBM v4, binary sigmoid:1, 8 trees on \d+ of \d+ features, by name/,
    )
    assert.match(said.join('\n'), new RegExp(`ranker: the best ${candidates} candidates by fused score`))
    const margins = rows.map((row) => Math.fround(model.lightgbmMargins(ensemble, row)[0]))
    const number = (id) => rec.number(id)
    const front = ids.slice(0, candidates).map((id, i) => ({ id, score: margins[i] }))
    front.sort((a, b) => b.score - a.score || number(a.id) - number(b.id))
    const expected = [...front.map(({ id }) => id), ...ids.slice(candidates)].slice(0, REQUEST.k)
    const { items, trace } = rec.recommend(REQUEST)
    assert.deepEqual(
      items.map((item) => item.id),
      expected,
    )
    items.slice(0, candidates).forEach((item, i) => assert.equal(item.score, front[i].score))
    items.forEach((item, i) => assert.ok(i === 0 || item.score <= items[i - 1].score))
    assert.equal(trace.ranked, Math.min(candidates, ids.length))
  }
})

test('features are matched by name whatever their order and punctuation, by order where there are none', async () => {
  const { text } = made(rows)
  const expected = (await bundle(forestOf(text))).rec.recommend(REQUEST).items.map((item) => item.id)
  const punctuated = made(rows, { rename: (name) => name.replace(/[^a-z0-9]/gi, '_') }).text
  const unnamed = made(rows, { named: false }).text
  for (const same of [punctuated, unnamed])
    assert.deepEqual(
      (await bundle(forestOf(same))).rec.recommend(REQUEST).items.map((item) => item.id),
      expected,
    )
})

test('what does not match is named', async () => {
  const { text } = made(rows)
  const used = /split_feature=(\d+)/.exec(text)[1]
  const wrong = text.replace(
    `feature_names=${names.join(' ')}`,
    `feature_names=${names.map((name, i) => (i === Number(used) ? 'price_gap' : name)).join(' ')}`,
  )
  await assert.rejects(bundle(forestOf(wrong)), {
    name: 'InputError',
    message: /^model.txt: found feature "price_gap", expected one of the bundle's \d+ features: "/,
  })
  const few = model.lightgbmText(model.lightgbm({ seed: 1, features: 3 }))
  await assert.rejects(bundle(forestOf(few)), {
    message: /^model.txt: found 3 features without names, expected \d+, those of the bundle in their order: "/,
  })
  await assert.rejects(bundle(forestOf(text), { features: false }), {
    message: /found a ranker for a bundle without features/,
  })
  await assert.rejects(bundle(forestOf(text), { ranker: { prerank: { nonsense: 1 } } }), {
    message: /config, key "ranker.prerank": found "nonsense", expected one of the bundle's/,
  })
  const classes = made(rows, { classes: 3, objective: 'multiclass num_class:3' }).text
  await assert.rejects(bundle(forestOf(classes)), {
    message: /config, key "ranker.class": found nothing, expected the class whose probability ranks, 0 to 2/,
  })
})

test('a class of a multiclass model ranks by its probability', async () => {
  const { text } = made(rows, { classes: 3, objective: 'multiclass num_class:3' })
  const { rec } = await bundle(forestOf(text), { ranker: { class: 2 } })
  const flat = Float32Array.from(rows.flatMap((row) => [...row]))
  const { predictions } = (await TreeRunner.start(forestOf(text))).predict(flat, rows.length)
  for (const item of rec.recommend(REQUEST).items)
    assert.ok(Math.abs(item.score - predictions[3 * ids.indexOf(item.id) + 2]) < 1e-6)
})

test('the pre-rank chooses by a sum of features; blending adds the fused score', async () => {
  const { ensemble, text } = made(rows, { seed: 4 })
  const popularity = names.indexOf('popularity')
  const fused = names.indexOf('fused.score')
  const { rec } = await bundle(forestOf(text), { ranker: { candidates: 5, prerank: { popularity: 1 }, blend: 0.5 } })
  const byPopularity = rows
    .map((row, i) => ({ i, before: row[popularity] }))
    .sort((a, b) => b.before - a.before || a.i - b.i)
    .slice(0, 5)
  const expected = byPopularity
    .map(({ i }) => ({
      id: ids[i],
      score: Math.fround(Math.fround(model.lightgbmMargins(ensemble, rows[i])[0]) + 0.5 * rows[i][fused]),
    }))
    .sort((a, b) => b.score - a.score || rec.number(a.id) - rec.number(b.id))
  const { items } = rec.recommend(REQUEST)
  assert.deepEqual(
    items.slice(0, 5).map((item) => [item.id, item.score]),
    expected.map(({ id, score }) => [id, score]),
  )
  const front = new Set(byPopularity.map(({ i }) => i))
  assert.deepEqual(
    items.slice(5).map((item) => item.id),
    ids.filter((_, i) => !front.has(i)).slice(0, REQUEST.k - 5),
  )
})

test('nobody and nothing: an empty history and a filter that leaves little still fill the slate', async () => {
  const { rec } = await bundle(forestOf(made(rows).text))
  assert.equal(rec.recommend({ k: 20 }).items.length, 20)
  const few = rec.recommend({ ...REQUEST, filter: { colour: 'red', genre: 'Horror' } })
  assert.ok(few.items.length > 0 && few.items.every((item) => item.attributes.colour === 'red'))
})

test('martello build --ranker reads the model, and says what is wrong with one', async () => {
  const config = file('ranked-config.json', JSON.stringify({ ...CONFIG, ranker: { candidates: 50 } }))
  const name = file('ranked-model.txt', made(rows).text)
  const out = path('ranked.martello')
  const args = ['build', '-o', out, '--interactions', files.log, '--items', files.items, '--config', config, '--ranker']
  const { code, stderr } = await cli(...args, name)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /ranker: the best 50 candidates by fused score/)
  assert.equal((await Recommender.open(out)).recommend(REQUEST).trace.ranked, 50)
  const none = await cli(...args, path('nowhere.txt'))
  assert.deepEqual([none.code, /nowhere.txt: found no such file/.test(none.stderr)], [1, true])
})
