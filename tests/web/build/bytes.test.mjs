// Config "bytes": the size holds whatever is given, and more bytes never bring less of what the builder holds out.
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { heaviest } from '../../../build/web/build/training.js'
import { built, builtShop, cli, csv, file, gaussians, npy, path, random, shop } from '../helpers/shop.mjs'

/** How the division without any open list is called. */
const NOTHING = 'no lists or factors of the log'

const merit = ({ recall, ndcg }) => recall + ndcg

/** Several tastes in a catalogue that is long enough for lists to cost something. */
const shopped = shop({ items: 900, users: 400, each: 24 })

function rises({ wanted, points, chosen }) {
  assert.ok(points.length > 0)
  points.forEach((point, i) => {
    assert.ok(point.what.length > 0)
    assert.ok(i === 0 || point.bytes > points[i - 1].bytes, 'sizes rise')
    assert.ok(i === 0 || merit(point) > merit(points[i - 1]), 'more bytes never bring less')
  })
  assert.ok(points[chosen] !== undefined)
  assert.ok(chosen === 0 || points[chosen].bytes <= wanted * 1.05)
}

test('the size that is wanted holds, and what is wanted more gets more', async () => {
  let before = null
  for (const bytes of [60_000, 110_000, 400_000]) {
    const bundle = await builtShop(shopped, { name: `bytes-${bytes}` }, { bytes })
    assert.ok(bundle.bytes.length <= bytes, `${bundle.bytes.length} of ${bytes} bytes`)
    const { division, quality, config } = bundle.record
    assert.equal(division.wanted, bytes)
    assert.equal(config.bytes, bytes)
    rises(division)
    assert.ok(quality.recall > 0)
    const rec = await Recommender.open(bundle.bytes)
    assert.equal(rec.recommend({ history: ['p1', 'p6'], k: 10 }).items.length, 10)
    if (before !== null) assert.ok(merit(division.points[division.chosen]) >= merit(before))
    before = division.points[division.chosen]
  }
})

test('without times and without a catalogue', async () => {
  const log = file('bytes-bare.csv', csv(shopped.events, ['user_id', 'item_id']))
  const { bytes, record } = await built({ interactions: log }, { bytes: 40_000 })
  assert.ok(bytes.length <= 40_000, `${bytes.length} bytes`)
  rises(record.division)
  assert.ok(!record.sources.some(({ name }) => name === 'next'))
})

test('what the config fixes stays, and what it wants is there', async () => {
  const fixed = { neighbours: 7, dimension: 16, sources: { next: false, i2i: true } }
  const { bytes, record } = await builtShop(shopped, { name: 'bytes-fixed' }, { bytes: 200_000, ...fixed })
  assert.ok(bytes.length <= 200_000)
  assert.equal(record.recipe.neighbours.top, 7)
  assert.ok([16].includes(record.recipe.als.dims))
  assert.ok(record.sources.some(({ name }) => name === 'i2i'))
  assert.ok(!record.sources.some(({ name }) => name === 'next'))
})

test('where nothing is held out, layers go first, then ends of lists, dimensions and sources', async () => {
  const whole = await builtShop(shopped, { name: 'bytes-untuned' }, { tune: false })
  const bytes = Math.round(0.6 * whole.bytes.length)
  const bundle = await builtShop(shopped, { name: 'bytes-untuned' }, { tune: false, bytes })
  assert.ok(bundle.bytes.length <= bytes, `${bundle.bytes.length} of ${bytes} bytes`)
  assert.deepEqual(bundle.record.division, { wanted: bytes, points: [], chosen: null })

  const embeddings = await npy('bytes.npy', [2000, 32], gaussians(2000, 32, 1))
  const layered = await built({ embeddings })
  const base = await built({ embeddings }, { bytes: layered.bytes.length - 1 })
  assert.ok(base.bytes.length < layered.bytes.length)
  assert.deepEqual(base.record.recipe.layers, [])
  assert.equal(layered.record.division, null)
  const same = await built({ embeddings }, { bytes: 2 * layered.bytes.length })
  assert.deepEqual(same.record.recipe, layered.record.recipe)
})

test('too little: the smallest there is, and what it takes', async () => {
  const files = [
    ...['--interactions', file('bytes-log.csv', csv(shopped.events))],
    ...['--items', file('bytes-items.csv', csv(shopped.goods))],
  ]
  const config = (bytes) => ['--config', file(`bytes-${bytes}.json`, JSON.stringify({ bytes }))]
  const little = await cli('build', '-o', path('bytes-little.martello'), ...files, ...config(2000), '--json')
  assert.equal(little.code, 0, little.stderr)
  const { bytes } = JSON.parse(little.stdout)
  assert.match(
    little.stderr,
    new RegExp(
      `look: the smallest bundle of this input takes ${bytes} bytes, more than the 2000 wanted \\(most of it `,
    ),
  )
  const again = await cli('build', '-o', path('bytes-least.martello'), ...files, ...config(bytes + 64), '--json')
  assert.equal(again.code, 0, again.stderr)
  assert.ok(JSON.parse(again.stdout).bytes <= bytes + 64)
  assert.doesNotMatch(again.stderr, /the smallest bundle/)
})

test('inspect draws recall against bytes', async () => {
  const args = ['--interactions', file('bytes-log.csv', csv(shopped.events))]
  const config = file('bytes-drawn.json', JSON.stringify({ bytes: 100_000 }))
  const out = path('bytes-drawn.martello')
  const run = await cli('build', '-o', out, ...args, '--config', config)
  assert.equal(run.code, 0, run.stderr)
  const { stdout } = await cli('inspect', out)
  assert.match(stdout, /\nrecall and ndcg of held-out events against bytes, at most 100\.0 KB wanted:\n\n/)
  assert.match(stdout, /\n> is what was built: of all that fit the smallest /)
  const { size } = statSync(out)
  assert.match(stdout, new RegExp(`\\n> +${(size / 1e3).toFixed(1)} KB  `), 'its own size')
  assert.match(stdout, /\n> +[\d.]+ KB  0\.\d{4}  0\.\d{4}  #+ +\S/)
  const { record } = JSON.parse((await cli('inspect', out, '--json')).stdout)
  rises(record.division)
})

/** People of two of 20 tastes each, and no times: what is popular says little, neighbours much. */
function tastes({ items = 600, users = 700, seed = 7 } = {}) {
  const draw = random(seed)
  const events = Array.from({ length: users }, (_, u) => {
    const own = [draw.below(20), draw.below(20)]
    return Array.from({ length: 4 + draw.below(16) }, () => {
      const item = draw() < 0.8 ? draw.of(own) + 20 * Math.floor((items / 20) * draw() ** 2) : draw.below(items)
      return { user_id: `u${u}`, item_id: `i${item}` }
    })
  })
  return file(`bytes-tastes-${seed}.csv`, csv(events.flat(), ['user_id', 'item_id']))
}

test('what is built is as good as all that would fit as written, for limits about every size', async () => {
  const log = { interactions: tastes() }
  const { record } = await built(log, { bytes: 60_000 })
  const [least, ...rest] = record.division.points
  assert.ok(rest.length > 1 && rest[0].recall > 2 * least.recall, 'lists are worth their bytes')
  // by size as written
  const seen = []
  for (const { bytes } of record.division.points.slice(0, 4))
    for (const wanted of [Math.round(0.97 * bytes), bytes + 700]) {
      const bundle = await built(log, { bytes: wanted })
      seen.push({ wanted, size: bundle.bytes.length, ...bundle.record.quality })
    }
  for (const one of seen) {
    if (one.size > one.wanted) continue // the smallest there is
    for (const other of seen)
      if (other.size <= one.wanted)
        assert.ok(one.recall >= other.recall * 0.97, `${JSON.stringify(one)} against ${JSON.stringify(other)}`)
  }
  assert.ok(seen.some(({ size, wanted, recall }) => size <= wanted && recall > 2 * least.recall))
})

test('a limit that is larger than the bundle takes nothing from it', async () => {
  const log = { interactions: tastes({ seed: 8 }) }
  const fixed = { neighbours: 5, weightBits: 4, sources: { als: false, ease: false } }
  const free = await built(log, fixed)
  assert.ok(free.record.sources.some(({ name }) => name === 'i2i'))
  const limited = await built(log, { ...fixed, bytes: free.bytes.length + 700 })
  assert.ok(limited.bytes.length <= free.bytes.length + 700)
  assert.equal(limited.record.quality.recall, free.record.quality.recall)
})

test('a list that would weigh nothing is not said to be there', async () => {
  const draw = random(3)
  const events = Array.from({ length: 4000 }, (_, e) => ({
    user_id: `u${e % 400}`,
    item_id: `i${Math.floor(300 * draw() ** 3)}`,
  }))
  const log = file('bytes-chance.csv', csv(events, ['user_id', 'item_id']))
  const { record } = await built({ interactions: log }, { bytes: 25_000 })
  const { what } = record.division.points[record.division.chosen]
  for (const [name, said] of [
    ['i2i', 'neighbours'],
    ['ease', 'of ease'],
    ['als', 'factors of'],
  ])
    assert.equal(
      record.sources.some((source) => source.name === name),
      what !== NOTHING && what.includes(said),
      what,
    )
})

test('lists that are cut keep what is heaviest whichever its sign, as a training of that length does', () => {
  const long = { keys: 2, start: Uint32Array.of(0, 4, 5), items: Uint32Array.of(7, 1, 3, 2, 5) }
  const weights = Float32Array.of(1, -3, 2, -2, -1)
  const { start, items, weights: kept } = heaviest({ ...long, weights }, 3)
  assert.deepEqual(
    [[...start], [...items], [...kept]],
    [
      [0, 3, 4],
      [1, 2, 3, 5],
      [-3, -2, 2, -1],
    ],
  )
})
