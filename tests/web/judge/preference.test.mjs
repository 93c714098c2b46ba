// Who won, from clicks: a seeded simulator in which the truth is known, and logs as people write them.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { shareOf, meanOf } from '../../../build/web/judge/intervals.js'
import { readClicks } from '../../../build/web/judge/clicks.js'
import { preferenceOf } from '../../../build/web/judge/preference.js'
import { interleaved, noiseFor, world } from '../../bench/interleave.mjs'
import { uniforms } from '../../bench/workload.mjs'
import { cli } from '../helpers/shop.mjs'

const folder = mkdtempSync(join(tmpdir(), 'martello-clicks-'))
after(() => rmSync(folder, { recursive: true }))
const written = (name, text) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('a recommender against itself is a tie, and one that earns 5 % more wins', { timeout: 600_000 }, async () => {
  const of = world(300, 1)
  const a = of.guesses(1, 7)
  const b = of.guesses(noiseFor(of, 1.05 * of.worth(a), 2, 8), 8)
  assert.ok(Math.abs(of.worth(b) / of.worth(a) - 1.05) < 0.001)
  const same = preferenceOf(await interleaved(of, a, a, 10_000, 1))
  assert.equal(same.winner, null)
  assert.ok(same.share.interval[0] < 0.5 && same.share.interval[1] > 0.5)
  const { winner, share, clicks, won, even, slates } = preferenceOf(await interleaved(of, a, b, 40_000, 2))
  assert.equal(winner, 'b')
  assert.ok(share.interval[0] > 0.5 && share.value < 0.6)
  assert.equal(won[0] + won[1] + even, slates)
  assert.ok(clicks >= 40_000)
})

test('the interval holds the truth in 95 of 100 logs, also where people click again and again', () => {
  const draw = uniforms(3)
  for (const [people, most, truth] of [
    [400, 1, 0.5],
    [60, 12, 0.5],
    [200, 6, 0.9],
  ]) {
    let held = 0
    const logs = 2000
    for (let log = 0; log < logs; log++) {
      const counts = Float64Array.from({ length: people }, () => 1 + Math.floor(draw() * most))
      // people differ: each has a share of their own around the truth
      const hits = counts.map((count) => {
        const own = truth + 0.4 * (draw() - 0.5) * Math.min(truth, 1 - truth) * 2
        let sum = 0
        for (let i = 0; i < count; i++) sum += draw() < own
        return sum
      })
      const [low, high] = shareOf(hits, counts).interval
      held += low <= truth && truth <= high
    }
    assert.ok(held / logs > 0.93 && held / logs < 0.97, `${held} of ${logs} logs of ${people} people`)
  }
})

test('the error of a mean of independent rows is that of the mean', () => {
  const values = Float64Array.from([1, 2, 4, 7, 11, 3])
  const { value, error } = meanOf(values, new Float64Array(6).fill(1))
  const mean = 28 / 6
  assert.ok(Math.abs(value - mean) < 1e-12)
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 5
  assert.ok(Math.abs(error - Math.sqrt(variance / 6)) < 1e-12)
})

test('clicks are read by the usual names, empty owners and repeated items set aside', async () => {
  const path = written(
    'clicks.csv',
    'Request-ID,customer_id,sku,owner\n1,u1,x,a\n1,u1,y,b\n1,u1,y,b\n1,u1,z,b\n2,u1,x,\n3,u2,x,b\n4,,x,b\n5,,x,a\n',
  )
  const clicks = await readClicks(path)
  assert.equal(clicks.nobodys, 1)
  assert.equal(clicks.repeated, 1)
  const { owners, won, even, users, slates } = preferenceOf(clicks)
  assert.deepEqual(
    { owners, won, even, users, slates },
    { owners: ['a', 'b'], won: [1, 3], even: 0, users: 4, slates: 4 },
  )
})

test('a click on no slate is left out and said, more than one in a hundred are refused', async () => {
  const rows = Array.from({ length: 150 }, (_, i) => `${i % 2 ? 'a' : 'b'},s${i},u${i}`)
  const log = (...more) => written('some.csv', `owner,slate,user\n${[...rows, ...more].join('\n')}\n`)
  const said = await cli('compare', log('a,,u7'))
  assert.equal(said.code, 0, said.stderr)
  assert.match(said.stdout, /^150 clicks on 150 slates/)
  assert.match(said.stderr, /^look: 1 of 151 clicks says no slate and was left out:\n.*row 151.*, column "slate": found nothing/) // prettier-ignore
  assert.equal(JSON.parse((await cli('compare', log('a,,u7'), '--json')).stdout).broken, 1)
  const refused = await cli('compare', log('a,,u7', 'b,,u8'))
  assert.equal(refused.code, 1)
  assert.equal(refused.stdout, '')
  assert.match(refused.stderr, /row 151.*\n.*row 152/)
})

test('owners go by any two names, and who was never clicked is the other', async () => {
  const jsonl = written('clicks.jsonl', '{"side":"old","slate":1}\n{"side":"new","slate":2}\n{"side":null,"slate":2}\n')
  assert.deepEqual((await readClicks(jsonl, { owner: 'side' })).owners, ['new', 'old'])
  assert.deepEqual((await readClicks(written('b.csv', 'owner\nb\nb\n'))).owners, ['a', 'b'])
})

test('what is wrong with a log is said in a sentence', async () => {
  for (const [text, columns, message] of [
    ['slate,item\n1,2\n', {}, /found the columns "slate", "item", expected a column "owner"/],
    ['owner\na\n', { slate: 'request' }, /found the columns "owner", expected a column "request"/],
    ['owner\na\nb\nc\n', {}, /row 3 .*: found a third owner: "a", "b", "c", expected two/],
    ['owner,slate\na,\n', {}, /row 1 .*, column "slate": found nothing, expected the slate of the click/],
    ['owner,slate\n,1\n', {}, /found no click on an item that somebody owns/],
  ])
    await assert.rejects(readClicks(written('wrong.csv', text), columns), { name: 'InputError', message }, text)
})

test('slates whose names begin again for each visitor are as many as visitors have', async () => {
  const rows = ['1,u0,12,a', '2,u0,5,b', '1,u1,9,a', '1,u2,9,a', '1,u2,9,a', '1,,9,b']
  const clicks = await readClicks(written('restart.csv', `slate,user_id,item_id,owner\n${rows.join('\n')}\n`))
  assert.equal(clicks.repeated, 1)
  const { won, users, slates } = preferenceOf(clicks)
  assert.deepEqual({ won, users, slates }, { won: [3, 2], users: 4, slates: 5 })
})

/** Each of so many people clicked once, on a slate of their own. */
const onceEach = (...owner) => ({
  owners: ['a', 'b'],
  owner: Uint8Array.from(owner),
  slate: Uint32Array.from(owner.keys()),
  user: Uint32Array.from(owner.keys()),
})

test('how many clicks would tell is never fewer than there are of a tie, and as many of the same tell', () => {
  for (const owner of [[0], [1, 1], [0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 1], [1, 0, 1], [1, 0, 1, 0, 1, 1, 1, 0, 1, 1]]) {
    const { winner, needed, share } = preferenceOf(onceEach(...owner))
    assert.equal(winner, null, `${owner}`)
    assert.ok(needed > owner.length, `${owner}: ${needed}`)
    assert.ok(share.interval[0] >= 0 && share.interval[1] <= 1, `${share.interval}`)
    const times = Math.ceil(needed / owner.length)
    const more = preferenceOf(onceEach(...Array.from({ length: times }, () => owner).flat()))
    assert.notEqual(more.winner, null, `${owner}, ${times} times`)
  }
  assert.equal(preferenceOf(onceEach(0, 1)).needed, null)
  const [low] = shareOf(new Float64Array(7), new Float64Array(7).fill(1)).interval
  assert.ok(Object.is(low, 0), `${low}`)
})
