// Config "bytes": the size holds whatever is given, what it is divided by is worth, and more bytes never bring less of what the
// builder holds out.
import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { heaviest } from '../../../build/web/learn/lists.js'
import { built, builtShop, cli, csv, file, gaussians, npy, path, random, shop } from '../helpers/shop.mjs'

const merit = ({ recall, ndcg }) => recall + ndcg
const names = ({ sources }) => sources.map(({ name }) => name)

/** Several tastes in a catalogue that is long enough for lists to cost something. */
const shopped = shop({ items: 300, users: 150, each: 16 })

function rises({ wanted, points, chosen }) {
  assert.ok(points.length > 0 && points.length <= 13)
  points.forEach((point, i) => {
    assert.ok(point.what.length > 0)
    assert.ok(i === 0 || point.bytes > points[i - 1].bytes, 'sizes rise')
  })
  assert.ok(points[chosen] !== undefined)
  assert.ok(chosen === 0 || points[chosen].bytes <= wanted * 1.05)
}

test('the size that is wanted holds, what is wanted more gets more, and with room enough no less than without a limit', async () => {
  const free = await builtShop(shopped, { name: 'bytes-free' }, {})
  let before = 0
  for (const bytes of [30_000, 60_000, 3_000_000]) {
    const bundle = await builtShop(shopped, { name: `bytes-${bytes}` }, { bytes })
    assert.ok(bundle.bytes.length <= bytes, `${bundle.bytes.length} of ${bytes} bytes`)
    const { division, quality, config } = bundle.record
    assert.equal(division.wanted, bytes)
    assert.equal(config.bytes, bytes)
    rises(division)
    assert.ok(division.whole > 0.9 * free.bytes.length, 'all that there could be')
    const rec = await Recommender.open(bundle.bytes)
    assert.equal(rec.recommend({ history: ['p1', 'p6'], k: 10 }).items.length, 10)
    assert.ok(merit(quality) >= before * 0.97, `${merit(quality)} after ${before}`)
    before = merit(quality)
  }
  assert.ok(before >= merit(free.record.quality), `${before} against ${merit(free.record.quality)} without a limit`)
})

test('what the config fixes stays, and what it wants is there', async () => {
  const fixed = { neighbours: 7, dimension: 16, sources: { next: false, i2i: true } }
  const { bytes, record } = await builtShop(shopped, { name: 'bytes-fixed' }, { bytes: 60_000, ...fixed })
  assert.ok(bytes.length <= 60_000)
  assert.equal(record.recipe.neighbours.top, 7)
  assert.equal(record.recipe.als.dims, 16)
  assert.ok(names(record).includes('i2i'))
  assert.ok(!names(record).includes('next'))
})

/** People of two of 20 tastes each, and no times: what is popular says little, neighbours much. */
function tastes({ items = 300, users = 300, seed = 7 } = {}) {
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

/** A catalogue of things that say nothing of each other, of which nobody met the last ten. */
const odds = (() => {
  const draw = random(11)
  const word = () => `w${draw.below(60)}`
  const rows = Array.from({ length: 310 }, (_, i) => ({ item_id: `i${i}`, title: `${word()} ${word()} ${word()}` }))
  return file('bytes-odds.csv', csv(rows))
})()
const noVectors = { als: false, ease: false }

test('vectors of content and of given embeddings yield to lists that bring more, and come back where there is room', async () => {
  const given = {
    interactions: tastes(),
    items: odds,
    embeddings: await npy('bytes-given.npy', [310, 64], gaussians(310, 64, 5)),
    ids: file('bytes-given.txt', Array.from({ length: 310 }, (_, i) => `i${i}`).join('\n')),
  }
  const config = { sources: noVectors, search: false }
  const room = await built(given, { ...config, bytes: 200_000 })
  assert.ok(
    ['i2i', 'content', 'embeddings'].every((name) => names(room.record).includes(name)),
    `${names(room.record)}`,
  )
  assert.deepEqual(room.record.division.left, [])
  const tight = await built(given, { ...config, bytes: 21_000 })
  assert.ok(tight.bytes.length <= 21_000)
  assert.ok(names(tight.record).includes('i2i'))
  assert.ok(!names(tight.record).includes('content') || !names(tight.record).includes('embeddings'))
  assert.ok(tight.record.division.left.length > 0)
  assert.ok(merit(tight.record.quality) > 0.8 * merit(room.record.quality))
})

test('a table is as long as it is worth', async () => {
  const draw = random(5)
  const rows = Array.from({ length: 300 * 40 }, (_, p) => ({
    source: 'mine',
    key: `i${Math.floor(p / 40)}`,
    target: `i${(Math.floor(p / 40) + 20 * (1 + draw.below(14))) % 300}`,
    weight: 40 - (p % 40),
  }))
  const neighbours = file('bytes-mine.csv', csv(rows))
  const config = { sources: { ...noVectors, i2i: false } }
  const { record, bytes } = await built({ interactions: tastes(), neighbours }, { ...config, bytes: 13_000 })
  assert.ok(bytes.length <= 13_000)
  assert.ok(names(record).includes('mine'))
  assert.match(record.division.points[record.division.chosen].what, /\d+ of mine/)
  // without a log there is nothing to measure by
  const whole = await built({ neighbours })
  const wanted = Math.round(0.85 * whole.bytes.length)
  const shorter = await built({ neighbours }, { bytes: wanted })
  assert.ok(
    shorter.bytes.length <= wanted && shorter.bytes.length > 0.5 * wanted,
    `${shorter.bytes.length} of ${wanted}`,
  )
  assert.ok(names(shorter.record).includes('mine'))
})

test('where nothing is held out, layers go first, then what takes most, a rung at a time', async () => {
  const whole = await builtShop(shopped, { name: 'bytes-untuned' }, { tune: false, people: 1 })
  const bytes = Math.round(0.6 * whole.bytes.length)
  const bundle = await builtShop(shopped, { name: 'bytes-untuned' }, { tune: false, people: 1, bytes })
  assert.ok(
    bundle.bytes.length <= bytes && bundle.bytes.length > 0.8 * bytes,
    `${bundle.bytes.length} of ${bytes} bytes`,
  )
  const { points, chosen, left } = bundle.record.division
  assert.deepEqual({ points, chosen }, { points: [], chosen: null })
  assert.ok(
    left.every((name) => name === 'trending' || name === 'new'),
    `${left}: they weigh nothing untuned`,
  )

  const embeddings = await npy('bytes.npy', [2000, 32], gaussians(2000, 32, 1))
  const layered = await built({ embeddings })
  assert.equal(layered.record.division, null)
  const sizes = []
  for (const share of [1, 0.8, 0.45]) {
    const { bytes, record } = await built({ embeddings }, { bytes: Math.round(share * layered.bytes.length) - 1 })
    assert.ok(bytes.length < share * layered.bytes.length)
    assert.deepEqual(record.division.left, [])
    sizes.push({ layers: record.recipe.layers, subspaces: record.recipe.subspaces })
  }
  assert.deepEqual(sizes, [
    { layers: [2], subspaces: 0 },
    { layers: [2], subspaces: 0 },
    { layers: [], subspaces: 8 },
  ])
  const same = await built({ embeddings }, { bytes: 2 * layered.bytes.length })
  assert.deepEqual(same.record.recipe, layered.record.recipe)
})

test('too little: the smallest there is, what takes so much, and what makes less of it', async () => {
  const log = ['--interactions', file('bytes-log.csv', csv(shopped.events))]
  const files = [...log, '--items', file('bytes-items.csv', csv(shopped.goods))]
  const config = (name, options) => ['--config', file(`bytes-${name}.json`, JSON.stringify(options))]
  const little = await cli(
    'build',
    '-o',
    path('bytes-little.martello'),
    ...files,
    ...config('2000', { bytes: 2000, people: 1 }),
    '--json',
  )
  assert.equal(little.code, 0, little.stderr)
  const { bytes } = JSON.parse(little.stdout)
  const said = `look: the bundle takes ${bytes} bytes, more than the 2000 wanted, and with this config no smaller one was found; most of it: `
  assert.ok(little.stderr.includes(said), little.stderr)
  assert.match(little.stderr, /\d+ words \("search": false for none\)/)
  assert.doesNotMatch(little.stderr, /building a smaller/)
  const again = await cli(
    'build',
    '-o',
    path('bytes-least.martello'),
    ...files,
    ...config('least', { bytes: bytes + 64, people: 1 }),
    '--json',
  )
  assert.equal(again.code, 0, again.stderr)
  assert.ok(JSON.parse(again.stdout).bytes <= bytes + 64)
  assert.doesNotMatch(again.stderr, /no smaller one/)

  const wide = { bytes: 50_000, dimension: 256, tune: false, sources: { als: true } }
  const vectors = await cli('build', '-o', path('bytes-wide.martello'), ...log, ...config('wide', wide))
  assert.match(vectors.stderr, /most of it: \d+ vectors of "als" \("dimension", /)
})

test('inspect draws recall against bytes, and what found no room is said', async () => {
  const args = ['--interactions', file('bytes-log.csv', csv(shopped.events))]
  const config = file('bytes-drawn.json', JSON.stringify({ bytes: 18_000 }))
  const out = path('bytes-drawn.martello')
  const run = await cli('build', '-o', out, ...args, '--config', config)
  assert.equal(run.code, 0, run.stderr)
  assert.match(
    run.stderr,
    /\nlook: .*"als".* found no room in the 18000 bytes wanted; all that is usual takes about \d+/,
  )
  const { stdout } = await cli('inspect', out)
  assert.match(stdout, /\nrecall and ndcg of held-out events against bytes, at most 18\.0 KB wanted:\n\n/)
  assert.match(
    stdout,
    /\n> is what was built: of all that fit the one that is expected to bring most; sizes of others are estimates\n/,
  )
  const { size } = statSync(out)
  assert.match(
    stdout,
    new RegExp(`\\n> +${(size / 1e3).toFixed(1)} KB  0\\.\\d{4}  0\\.\\d{4}  #+ +\\S`),
    'its own size',
  )
  const { record } = JSON.parse((await cli('inspect', out, '--json')).stdout)
  rises(record.division)
})

test('what is built is as good as all that would fit as written, for limits about every size', async () => {
  const log = { interactions: tastes() }
  const { record } = await built(log, { bytes: 40_000, people: 1, sources: noVectors })
  const [least, ...rest] = record.division.points
  assert.ok(rest.length > 1 && rest[0].recall > 2 * least.recall, 'lists are worth their bytes')
  // by size as written
  const seen = []
  for (const { bytes } of record.division.points.slice(0, 3))
    for (const wanted of [Math.round(0.97 * bytes), bytes + 700]) {
      const bundle = await built(log, { bytes: wanted, people: 1, sources: noVectors })
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
  const fixed = { neighbours: 5, weightBits: 4, sources: noVectors }
  const free = await built(log, fixed)
  assert.ok(names(free.record).includes('i2i'))
  const limited = await built(log, { ...fixed, bytes: free.bytes.length + 1200 })
  assert.ok(limited.bytes.length <= free.bytes.length + 1200)
  assert.ok(merit(limited.record.quality) >= merit(free.record.quality))
})

test('a list that would weigh nothing is not said to be there', async () => {
  const draw = random(3)
  const events = Array.from({ length: 2000 }, (_, e) => ({
    user_id: `u${e % 200}`,
    item_id: `i${Math.floor(200 * draw() ** 3)}`,
  }))
  const log = file('bytes-chance.csv', csv(events, ['user_id', 'item_id']))
  const { record } = await built({ interactions: log }, { bytes: 25_000 })
  const { what } = record.division.points[record.division.chosen]
  for (const [name, said] of [
    ['i2i', 'neighbours'],
    ['ease', 'of ease'],
    ['als', 'factors of'],
  ])
    assert.equal(names(record).includes(name), what.includes(said), what)
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
