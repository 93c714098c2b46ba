// An audit tells a bundle that remembers people from one that does not, and says the same again.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { guessesOf, together, toldBy } from '../../../build/web/audit/attack.js'
import { built, cli, cliJson, csv, file, gaussians, npy, path, random } from '../helpers/shop.mjs'

const [log, broadLog] = [path('audited.csv'), path('audited-broad.csv')]
const bundles = { remembers: path('remembers.martello'), popular: path('popular.martello') }

before(async () => {
  const draw = random(3)
  // 300 people with 10 of 600 items each: most pairs are of one person alone
  const thin = Array.from({ length: 300 }, (_, user) =>
    Array.from({ length: 10 }, (_, at) => ({
      user_id: `u${user}`,
      item_id: `i${draw.below(600)}`,
      timestamp: 1e9 + at,
    })),
  ).flat()
  file('audited.csv', csv(thin))
  // 1,000 people with 2 of 8 items each: counts are of many
  const broad = Array.from({ length: 1000 }, (_, user) => {
    const first = draw.below(8)
    return [first, (first + 1 + draw.below(7)) % 8].map((item, at) => ({ user_id: `u${user}`, item_id: `i${item}`, timestamp: 1e9 + at })) // prettier-ignore
  }).flat()
  file('audited-broad.csv', csv(broad))
  const without = (...names) => Object.fromEntries(names.map((name) => [name, false]))
  const others = ['als', 'item2vec', 'ease', 'trending', 'new']
  const [one, two] = [
    await built({ interactions: log }, { tune: false, people: 1, sources: without(...others) }),
    await built({ interactions: broadLog }, { tune: false, sources: without(...others, 'i2i', 'next') }),
  ]
  writeFileSync(bundles.remembers, one.bytes)
  writeFileSync(bundles.popular, two.bytes)
})

test('lists of pairs that one person alone met give people away; what is popular among many hardly does', async () => {
  const found = await cliJson('audit', bundles.remembers, '--history', log, '--json')
  assert.ok(found.auc > 0.95, `auc ${found.auc}`)
  assert.ok(found.tpr_at_1 > 0.5, `found at 1 %: ${found.tpr_at_1}`)
  assert.ok(found.auc_interval[0] <= found.auc && found.auc <= found.auc_interval[1])
  assert.equal(found.auc, Math.max(...found.statistics.map(({ auc }) => auc)), 'the strongest is the figure')
  assert.deepEqual([found.people, found.shadows, found.not_rebuilt], [300, 8, []])
  assert.match(found.strongest, /^(next|i2i|all)/)
  const less = await cliJson('audit', bundles.popular, '--history', broadLog, '--json')
  assert.ok(less.auc < 0.6, `auc ${less.auc} of what is popular among many`)
})

test('the same seed gives the same figures, another seed others', async () => {
  const asked = ['audit', bundles.remembers, '--history', log, '--shadows', '4', '--people', '50', '--json']
  const figures = async (...more) => ({ ...(await cliJson(...asked, ...more)), seconds: 0 })
  const one = await figures('--seed', '7')
  assert.deepEqual(await figures('--seed', '7'), one)
  assert.notDeepEqual(await figures('--seed', '8'), one)
  assert.equal(one.people, 50)
})

test('people read a sentence', async () => {
  const run = await cli('audit', bundles.remembers, '--history', log, '--shadows', '4')
  assert.equal(run.code, 0, run.stderr)
  assert.match(
    run.stdout,
    /guesses whether they were in its log with an AUC of [01]\.\d+ \([01]\.\d+ to [01]\.\d+\); \.5 is chance/,
  )
  assert.match(run.stdout, /300 people, 4 shadows of half the log each/)
})

test('a bundle without a log has nobody in it', async () => {
  const table = await npy('audited.npy', [40, 16], gaussians(40, 16, 5))
  const { bytes } = await built({ embeddings: table })
  writeFileSync(path('vectors.martello'), bytes)
  const run = await cli('audit', path('vectors.martello'), '--history', log)
  assert.deepEqual([run.code, run.stderr], [0, ''])
  assert.match(run.stdout, /vectors\.martello was built without a log: nothing in it is of anybody who met items\n$/)
  assert.equal((await cliJson('audit', path('vectors.martello'), '--json')).auc, null)
})

test('what cannot be audited is said in a sentence', async () => {
  const other = file('audited-other.csv', csv([{ user_id: 'a', item_id: 'elsewhere', timestamp: 1 }]))
  const foreign = await cli('audit', bundles.remembers, '--history', other)
  assert.equal(foreign.code, 1)
  assert.match(foreign.stderr, /none of its 1 items in .*remembers\.martello, expected the log that it was built from/)
  const untimed = file('audited-untimed.csv', csv([{ user_id: 'a', item_id: 'i1' }, { user_id: 'a', item_id: 'i2' }, { user_id: 'b', item_id: 'i3' }])) // prettier-ignore
  const none = await cli('audit', bundles.remembers, '--history', untimed)
  assert.equal(none.code, 1)
  assert.match(none.stderr, /nothing to make source "next" of/)
  assert.equal((await cli('audit', bundles.remembers)).code, 2)
  assert.equal((await cli('audit', bundles.remembers, '--history', log, '--shadows', '2')).code, 2)
})

/** 200 people in 8 shadows: a tell that is `shift` higher for those who are in, of people who differ by themselves. */
function observed(shift, seed) {
  const draw = random(seed)
  const own = Array.from({ length: 200 }, () => 10 * draw())
  const isIn = Array.from({ length: 8 }, () => Uint8Array.from(own, () => draw.below(2)))
  const noise = () => draw() + draw() + draw() - 1.5
  return { isIn, tell: isIn.map((those) => Float64Array.from(own, (mean, p) => mean + noise() + shift * those[p])) }
}

test('the attack finds what is there, and nothing where nothing is', () => {
  const auc = (given) => toldBy(guessesOf(given), 1).auc
  assert.ok(auc(observed(2, 1)) > 0.95)
  assert.ok(auc(observed(-2, 1)) > 0.95, 'whichever way it goes')
  const chance = [1, 2, 3, 4, 5, 6].map((seed) => auc(observed(0, seed)))
  assert.ok(Math.abs(chance.reduce((sum, one) => sum + one, 0) / chance.length - 0.5) < 0.02, `${chance}`)
  const { auc: middling, interval } = toldBy(guessesOf(observed(0.5, 2)), 1)
  assert.ok(middling > 0.55 && middling < 0.9 && interval[0] < middling && middling < interval[1])
  const two = [observed(1, 3), { ...observed(1, 3) }].map(guessesOf)
  assert.equal(toldBy(together(two), 1).auc, toldBy(two[0], 1).auc)
  assert.equal(
    auc({ isIn: observed(0, 1).isIn, tell: observed(0, 1).tell.map((one) => one.fill(3)) }),
    0.5,
    'it says nothing',
  )
})
