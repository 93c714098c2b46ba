// A bundle with noise holds what its tables say and nothing else of the log, says what that is, and refuses what noise does not cover.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { build, readInteractions, readItems, readPrevious } from '../../../../dist/build.js'
import { Learn } from '../../../../build/web/learn/learn.js'
import { withNoise } from '../../../../build/web/build/noise/safe.js'
import { wholes } from '../../../../build/web/build/random.js'
import { Recommender } from '../../../../dist/node.js'
import { cli, cliJson, csv, file, path, random } from '../../helpers/shop.mjs'

/** 1,500 people, each with six items of one of four shelves of eight, the first ones the oftener. */
const draw = random(11)
const people = Array.from({ length: 1500 }, (_, user) => {
  const shelf = user % 4
  const mine = new Set()
  while (mine.size < 6) mine.add(8 * shelf + Math.min(draw.below(8), draw.below(8)))
  return [...mine].map((item, at) => ({ user_id: `u${user}`, item_id: `p${item}`, timestamp: 1e9 + 60 * at }))
}).flat()
const goods = Array.from({ length: 40 }, (_, i) => ({ item_id: `p${i}`, title: `Thing ${i}`, shelf: `s${i >> 3}` }))
const [log, items] = [file('noise.csv', csv(people)), file('noise-items.csv', csv(goods))]
const config = (name, noise, more = {}) => file(`${name}.json`, JSON.stringify({ noise, ...more }))
const inputs = async () => ({ interactions: await readInteractions([log]), items: await readItems([items]), embeddings: null }) // prettier-ignore
const quiet = { say() {}, stage() {} }

test('build says what noise there is, the record keeps it, and lists and counts are in the bundle', async () => {
  const out = path('noise.martello')
  const run = await cli('build', '-o', out, '--interactions', log, '--items', items, '--config', config('noise', { epsilon: 8 })) // prettier-ignore
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /noise: epsilon 8 and delta 0\.000001 for each person of the log, of whom the newest 100 items count; two builds are never the same/) // prettier-ignore
  assert.match(run.stderr, /noise: \d+ of 40 items are in, each worth [\d.]+ people of 20 items or more; standard deviation [\d.]+ such people, 50 % of what is spent/) // prettier-ignore
  assert.match(run.stderr, /noise: left out, since they learn of the log what has no noise: als, item2vec, ease, trending, new; nothing is tuned/) // prettier-ignore
  const { record, sources } = await cliJson('inspect', out, '--json')
  assert.deepEqual(sources, ['content', 'i2i', 'next', 'attributes', 'popular'])
  const { noise } = record
  assert.deepEqual([noise.epsilon, noise.delta, noise.items], [8, 1e-6, 100])
  assert.deepEqual(
    noise.tables.map(({ name, share, of }) => [name, share, of === null || of > 0]),
    [['popularity', 0.5, true], ['pairs', 0.25, true], ['steps', 0.25, true]], // prettier-ignore
  )
  for (const { sigma, share } of noise.tables)
    assert.ok(Math.abs(sigma - 1 / Math.sqrt(2 * noise.rho * share)) < 1e-3, 'the deviation that its share buys')
  assert.deepEqual(noise.altogether, { bundles: 1, rho: noise.rho, delta: 1e-6, epsilon: 8 })
  assert.match((await cli('inspect', out)).stdout, /noise: epsilon 8 and delta 0\.000001 for each person/)
  const rec = await Recommender.open(readFileSync(out))
  const beside = rec.similar('p0', { source: 'i2i', k: 3 }).items.map(({ id }) => Number(id.slice(1)))
  assert.ok(beside.length === 3 && beside.every((item) => item < 8), `${beside}`)
})

test('nothing in a bundle is of the log but what its tables say', async () => {
  const { bytes, record } = await build(await inputs(), { noise: { epsilon: 4 } }, 1, quiet)
  assert.ok(!record.inputs.some(({ kind }) => kind === 'interactions'))
  assert.deepEqual([record.newest, record.account.times, record.account.events, record.account.rare], [null, null, [], null]) // prettier-ignore
  assert.deepEqual([record.quality, record.tried, record.left], [null, [], null])
  assert.deepEqual(record.chosen, { events: 0, weighed: 0, age: 0 })
  const numbers = (value) => (Object(value) === value ? Object.values(value).flatMap(numbers) : [value])
  for (const of of [9000, 1500])
    assert.ok(!numbers(record).includes(of), 'neither how many events the log has, nor how many people')
  const learn = await Learn.start()
  const safe = withNoise(learn, await inputs(), { noise: { epsilon: 4 } }, quiet, wholes(5))
  assert.equal(safe.interactions, null)
  const again = withNoise(learn, await inputs(), { noise: { epsilon: 4 } }, quiet, wholes(5))
  assert.deepEqual(again, safe, 'the same noise, the same tables')
  assert.ok(bytes.length > 0)
})

test('two builds with the same seed are not the same: who knows the seed does not know the noise', async () => {
  const counts = async () => {
    const { bytes } = await build(await inputs(), { noise: { epsilon: 4 } }, 1, quiet)
    return Buffer.from(bytes).toString('base64')
  }
  assert.notEqual(await counts(), await counts())
})

test('an item that nobody but one person met is in no bundle that no catalogue names it in', async () => {
  const rare = file('noise-rare.csv', csv([...people, { user_id: 'u0', item_id: 'secret', timestamp: 2e9 }]))
  const { bytes, record } = await build({ interactions: await readInteractions([rare]), items: null, embeddings: null }, { noise: { epsilon: 4 } }, 1, quiet) // prettier-ignore
  assert.ok(record.items <= 32 && record.items > 4, `${record.items} items`)
  assert.equal(record.noise.tables[0].of, null)
  assert.doesNotMatch(Buffer.from(bytes).toString('latin1'), /secret/)
})

test('a log too small for its epsilon says so', async () => {
  const small = file('noise-small.csv', csv(people.slice(0, 60)))
  const args = ['build', '-o', path('noise-small.martello'), '--interactions', small, '--config', config('noise-1', { epsilon: 1 })] // prettier-ignore
  const none = await cli(...args)
  assert.equal(none.code, 1)
  assert.match(none.stderr, /noise-small\.csv with noise: found no item that enough people met, expected more people, a larger epsilon, or --items/) // prettier-ignore
  const named = await cli(...args, '--items', items)
  assert.equal(named.code, 0, named.stderr)
  assert.match(named.stderr, /look: nothing of (popularity, )?pairs and steps|look: nothing of .*: the log has 10 people/) // prettier-ignore
})

test('what noise does not cover is refused, each in a sentence', async () => {
  const asked = async (more, ...args) => {
    const run = await cli('build', '-o', path('no.martello'), '--interactions', log, '--items', items, '--config', config('noise-no', { epsilon: 4 }, more), ...args) // prettier-ignore
    assert.equal(run.code, 1, run.stderr)
    return run.stderr
  }
  assert.match(await asked({ sources: { als: true, usercf: true } }), /key "sources\.als": found "noise": \{"epsilon":4\} beside it, expected one without the other[^]*key "sources\.usercf"/) // prettier-ignore
  assert.match(await asked({ train: { ranker: 'lambdamart' } }), /key "train": found "noise"/)
  assert.match(await asked({ tune: true }), /key "tune": found "noise"/)
  assert.match(await asked({ context: { country: 'category' } }), /key "context\.country": found "noise".*a list of its values/) // prettier-ignore
  const table = file('noise-table.csv', 'key,target,weight\np0,p1,1\n')
  assert.match(await asked({}, '--neighbours', table), /key "noise": found --neighbours, expected none/)
  assert.match(await asked({ noise: { epsilon: 0 } }), /key "noise\.epsilon": found 0, expected a number from 0\.1 to 100/) // prettier-ignore
  assert.match(await asked({ noise: { epsilon: 1, sigma: 3 } }), /key "noise": found key "sigma", expected one of epsilon, delta, items/) // prettier-ignore
  assert.match(await asked({ noise: {} }), /key "noise": found \{\}, expected .*epsilon/)
  const without = await cli('build', '-o', path('no.martello'), '--items', items, '--config', config('noise', { epsilon: 8 })) // prettier-ignore
  assert.match(without.stderr, /key "noise": found no log, expected --interactions/)
  const rated = file('noise-rated.csv', csv(people.map((row, at) => ({ ...row, rating: 1 + ((at * 7) % 9) / 2 }))))
  const graded = await cli('build', '-o', path('no.martello'), '--interactions', rated, '--items', items, '--config', config('noise', { epsilon: 8 })) // prettier-ignore
  assert.match(graded.stderr, /key "ratings": found "noise".*\{"ratings": \{"zero":2\.5,"one":4,"least":0\}\} as they look, or false/) // prettier-ignore
})

test('a bundle that goes on from another adds up what both tell; one without noise is nothing to go on from', async () => {
  const [before, after, plain] = ['noise-before', 'noise-after', 'noise-plain'].map((name) => path(`${name}.martello`))
  const args = (out, ...more) => ['build', '-o', out, '--interactions', log, '--items', items, ...more]
  const noisy = ['--config', config('noise-4', { epsilon: 4 })]
  assert.equal((await cli(...args(before, ...noisy))).code, 0)
  const run = await cli(...args(after, ...noisy, '--previous', before))
  assert.equal(run.code, 0, run.stderr)
  assert.match(
    run.stderr,
    /noise: with the 1 before it this bundle tells as much as epsilon \d\.\d and delta 0\.000002/,
  )
  const { altogether } = (await readPrevious(after)).record.noise
  assert.equal(altogether.bundles, 2)
  assert.ok(altogether.epsilon > 5 && altogether.epsilon < 8, 'less than twice as much')
  const same = path('noise-same.martello')
  const refreshed = await cli('build', '-o', same, '--items', items, '--previous', after, '--refresh', 'attributes')
  assert.equal(refreshed.code, 0, refreshed.stderr)
  assert.deepEqual((await readPrevious(same)).record.noise.altogether, altogether, 'a new catalogue tells nothing of anybody') // prettier-ignore
  const bare = file('noise-bare.json', '{"tune":false}')
  assert.equal((await cli(...args(plain, '--config', bare))).code, 0)
  const mixed = await cli(...args(after, ...noisy, '--previous', plain))
  assert.equal(mixed.code, 1)
  assert.match(mixed.stderr, /key "noise": found --previous .*noise-plain\.martello, which was built without/)
})

test('an audit builds shadows with noise of their own, and finds less', async () => {
  const found = {}
  for (const [name, how] of [
    [
      'exact',
      { tune: false, people: 1, sources: { als: false, item2vec: false, ease: false, trending: false, new: false } },
    ],
    ['noised', { noise: { epsilon: 2 } }],
  ]) {
    // prettier-ignore
    const few = people.slice(0, 6 * 250)
    const less = file('noise-few.csv', csv(few))
    const out = path(`noise-${name}.martello`)
    const made = await build({ interactions: await readInteractions([less]), items: await readItems([items]), embeddings: null }, how, 1, quiet) // prettier-ignore
    writeFileSync(out, made.bytes)
    found[name] = await cliJson('audit', out, '--history', less, '--json')
  }
  assert.ok(found.exact.auc > 0.6, `exact ${found.exact.auc}`)
  assert.ok(found.noised.auc < 0.58, `with noise ${found.noised.auc}`)
  assert.deepEqual(found.noised.not_rebuilt, [])
})

test('what a config says of reading the log is as it is without noise, and `check` refuses what `build` does', async () => {
  const renamed = file('noise-renamed.csv', csv(people.map(({ user_id: customer, item_id: sku, timestamp: at }) => ({ customer, sku, at, kind: 'view', order: `${customer}-${at}` })))) // prettier-ignore
  const how = { columns: { user_id: 'customer', interactions: { item_id: 'sku', timestamp: 'at', event: 'kind' } }, leaveOut: { at: ['0'] }, basket: 'order' } // prettier-ignore
  const path1 = config('noise-renamed', { epsilon: 8 }, how)
  const run = await cli('build', '-o', path('noise-renamed.martello'), '--interactions', renamed, '--items', items, '--config', path1) // prettier-ignore
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /left out, since they learn of the log what has no noise: als, item2vec, ease, trending, new, together/) // prettier-ignore
  assert.match(run.stderr, /names of events are not in the bundle where "events" in the config does not say what they weigh: "view"/) // prettier-ignore
  assert.doesNotMatch(run.stderr, /config key "basket" has no effect/)
  const wrong = await cli('check', '--interactions', renamed, '--items', items, '--config', config('noise-wrong', { epsilon: 8 }, { ...how, tune: true })) // prettier-ignore
  assert.equal(wrong.code, 1)
  assert.match(wrong.stdout + wrong.stderr, /key "tune": found "noise"/)
})
