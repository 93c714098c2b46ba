// A log in which what is popular is all that there is to know: the build says so, and does no worse than it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBeaten } from '../../../../build/web/build/tune/popular.js'
import { households } from '../../../bench/households.mjs'
import { built, cli, cliJson, file, path, random } from '../../helpers/shop.mjs'

/** People who draw from a law of popularity, each item once, whatever they drew before. */
function drawn({ people, items, each, seed }) {
  const draw = random(seed)
  const upTo = []
  for (let item = 0, sum = 0; item < items; item++) upTo.push((sum += 1 / (item + 5)))
  const rows = ['user_id,item_id,timestamp']
  for (let person = 0; person < people; person++) {
    const met = new Set()
    for (let n = 3 + Math.floor(-each * Math.log(1 - draw())); n > 0; n--) {
      const at = draw() * upTo.at(-1)
      const item = upTo.findIndex((sum) => sum > at)
      if (!met.has(item)) rows.push(`u${person},p${item},${1_600_000_000 + 86_400 * (met.size + 1)}`)
      met.add(item)
    }
  }
  return `${rows.join('\n')}\n`
}

const merit = ({ recall, ndcg }) => recall + ndcg
const against = ({ tried }) => tried.find(({ what }) => what === 'popular alone, of all people, against all together')
const SAID =
  /look: all sources together bring back (hardly more|no more, beyond chance,) of the \d+ held-out events of \d+ people/

for (const [what, log] of [
  ['many people', { people: 600, items: 200, each: 10, seed: 2 }],
  ['few items', { people: 300, items: 40, each: 8, seed: 3 }],
  ['few people', { people: 60, items: 100, each: 8, seed: 1 }],
])
  test(`people draw from a law of popularity, ${what}: it is said, with figures and the line of a config`, async () => {
    const name = `drawn-${log.people}`
    const interactions = file(`${name}.csv`, drawn(log))
    const run = await cli('build', '--interactions', interactions, '-o', path(`${name}.martello`))
    assert.match(run.stderr, SAID)
    const { account, quality, ...record } = (await cliJson('inspect', path(`${name}.martello`))).record
    const line = account.remarks.find((remark) => SAID.test(remark))
    const popular = against(record)
    for (const { recall, ndcg } of [quality, popular])
      assert.ok(line.includes(`recall ${recall.toFixed(4)}, ndcg ${ndcg.toFixed(4)}`), line)
    assert.ok(merit(quality) >= merit(popular))
    assert.ok(popular.above[0] < 0 && popular.above[1] <= popular.above[0] + 0.5)
    // the config that is offered builds
    const config = file(`${name}.json`, /\{"sources".*?\}\}/.exec(line)[0])
    const alone = await cli(
      'build',
      '--interactions',
      interactions,
      '-o',
      path(`${name}-2.martello`),
      '--config',
      config,
    )
    assert.equal(alone.code, 0, alone.stderr)
    assert.doesNotMatch(alone.stderr, SAID)
  })

test('tables of neighbours have names that no config has, and are named as what they are', async () => {
  const interactions = file('drawn-tables.csv', drawn({ people: 60, items: 100, each: 8, seed: 1 }))
  const pairs = Array.from({ length: 99 }, (_, n) => `p${n},p${n + 1},1,mine\n`).join('')
  const neighbours = file('drawn-pairs.csv', `key,target,weight,source\n${pairs}`)
  const out = path('drawn-tables.martello')
  const run = await cli('build', '--interactions', interactions, '--neighbours', neighbours, '-o', out)
  assert.match(run.stderr, SAID)
  const { sources } = JSON.parse(/(\{"sources".*?\}\}) in a config, without --neighbours,/.exec(run.stderr)[1])
  assert.ok(!('mine' in sources) && sources.als === false)
})

test('where tastes tell people apart nothing is said, and the record says by how much', async () => {
  const log = households({ households: 300, goods: 150, goodsAVisit: 4, seed: 5 })
  const { record } = await built({ interactions: file('tastes.csv', log) })
  assert.ok(!record.account.remarks.some((remark) => SAID.test(remark)))
  const popular = against(record)
  assert.ok(popular.above[1] < 0 && merit(record.quality) > 1.05 * merit(popular), JSON.stringify(popular))
})

test('what is more must be more than chance, and worth it', () => {
  const of = (mean, error) => isBeaten({ figures: { recall: 0.3, ndcg: 0.1 }, gain: { mean, error } })
  assert.deepEqual([of(0.03, 0.01), of(0.03, 0.02), of(0.015, 0.001), of(-0.1, 0.01)], [true, false, false, false])
})
