// What another policy would have earned: a real bundle that explores in front of people whose likings are known (tests/bench/ope.mjs),
// logs as people write them, and what a log cannot tell.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OffPolicy } from '../../../build/web/judge/offpolicy.js'
import { exploring, judged, logged, policy, POLICIES, truth, world } from '../../bench/ope.mjs'
import { cli, file } from '../helpers/shop.mjs'

const of = await world(1)

test(
  'intervals hold the truth, for what was hardly changed and for what is another policy',
  { timeout: 600_000 },
  () => {
    const names = ['as it is', 'a little popular']
    const shown = names.map((name) => policy(of, POLICIES[name]))
    const logging = exploring(of, 10_000)
    const runs = 60
    const held = names.map(() => ({ ips: 0, snips: 0, dr: 0, gain: 0 }))
    const told = names.map(() => 0)
    for (let run = 0; run < runs; run++)
      judged(of, shown, 1500, run + 1).forEach((report, p) => {
        if (report.told === 0) return
        told[p]++
        const real = truth(of, shown[p], report.told)
        const holds = ([low, high], value) => low <= value && value <= high
        for (const name of ['ips', 'snips', 'dr']) held[p][name] += holds(report[name].interval, real)
        held[p].gain += holds(report.gain.interval, real - logging[report.told])
      })
    // of 60 intervals at .95 fewer than 52 hold in one of 150 cases; the bench runs 300 logs
    held.forEach((counts, p) => {
      assert.ok(told[p] > runs / 2)
      for (const [name, count] of Object.entries(counts))
        assert.ok(count >= told[p] - 9, `${names[p]}, ${name}: ${count} of ${told[p]}`)
    })
  },
)

test('a policy that the log hardly shows is not judged, and propensities that are not its own are found out', () => {
  const [far, near] = judged(of, [policy(of, POLICIES['popular alone']), policy(of, {})], 1000, 1)
  assert.equal(far.told, 0)
  assert.ok(far.places[0].ess < 100)
  assert.equal(near.obstacle, null)
  const policies = policy(of, {})
  const wrong = new OffPolicy()
  let visit = 0
  for (const { u, items } of logged(of, 1500, 2))
    wrong.add(
      `${visit++}`,
      items.map(({ id, reward }, j) => ({
        propensity: 0.5,
        reward,
        agrees: policies[u].wanted[j] === id,
        shown: 0.5,
        wanted: 0.5,
      })),
    )
  const report = wrong.report()
  assert.deepEqual([report.told, report.obstacle], [0, 'propensities'])
})
test('by hand: two places, of which one slate began as the policy does', () => {
  const judge = new OffPolicy()
  const place = (agrees, propensity, reward) => ({ agrees, propensity, reward, shown: 0, wanted: 0 })
  judge.add('u', [place(true, 0.5, 1), place(true, 0.25, 1)])
  judge.add('v', [place(true, 0.5, 0), place(false, 0.75, 1)])
  judge.add('w', [place(false, 0.5, 1), place(true, 0.25, 1)])
  judge.add('x', [place(false, 0.5, 1), place(false, 0.25, 0)])
  const [first, second] = judge.report().places
  assert.deepEqual([first.weight, first.agree, first.ess], [1, 0.5, 2])
  assert.deepEqual([second.weight, second.agree, second.ess], [2, 0.25, 1])
})

const bundle = file('ope.martello', of.bytes)
const lines = Array.from(logged(of, 1200, 9), ({ u, request, items }, slate) =>
  JSON.stringify({
    slate,
    user: u % 2 === 0 ? u : undefined,
    at: 1_700_000_000 + slate,
    request,
    items: items.map(({ id, propensity }) => ({ id, propensity })),
    clicks: items.filter(({ reward }) => reward > 0).map(({ id }) => id),
  }),
)

test('a log as a page writes it judges a bundle, and a policy file over one', async () => {
  const log = file('slates.jsonl', `${lines.join('\n')}\n`)
  const run = await cli('ope', log, '--policy', bundle, '--json')
  assert.equal(run.code, 0, run.stderr)
  const report = JSON.parse(run.stdout)
  assert.equal(report.slates, 1200)
  assert.equal(report.obstacle, null)
  assert.equal(report.told, 5)
  const real = truth(of, policy(of, {}), 5)
  const [low, high] = report.dr.interval
  assert.ok(low < real && real < high, `${real} in ${low} to ${high}`)
  const said = await cli('ope', log, '--policy', bundle)
  assert.match(said.stdout, /^1200 slates of \d+ people$/m)
  assert.match(said.stdout, /^doubly robust +0\.\d{4}   0\.\d{4} to 0\.\d{4}$/m)
  assert.match(said.stdout, /no difference that this log can tell|earns more/)
  const popular = file('popular.json', JSON.stringify({ sources: { popular: { weight: 1 }, als: { weight: 0 }, i2i: { weight: 0 }, next: { weight: 0 } } })) // prettier-ignore
  const other = await cli('ope', log, '--policy', popular, '--bundle', bundle)
  assert.equal(other.code, 0, other.stderr)
  assert.match(other.stdout, /^the log cannot tell: /m)
  const boosted = file('boosted.json', JSON.stringify({ rules: { boosts: [{ ids: ['p1'], add: 1 }] } }))
  assert.equal((await cli('ope', log, '--policy', boosted, '--bundle', bundle)).code, 0)
})

test('the reward may be worth something, and a person may be called by a number', async () => {
  const rewarded = lines.map((line) => JSON.stringify({ ...JSON.parse(line), rewards: { [JSON.parse(line).items[0].id]: 2.5 } })) // prettier-ignore
  const run = await cli('ope', file('rewards.jsonl', rewarded.join('\n')), '--policy', bundle, '--json')
  assert.equal(run.code, 0, run.stderr)
  assert.equal(JSON.parse(run.stdout).shown.value, 2.5)
})

test('lines that are no slates are left out and said, more than one in a hundred are refused', async () => {
  const good = lines.slice(0, 400)
  const odd = JSON.stringify({ ...JSON.parse(lines[1]), request: { k: 0 } })
  const broken = [...good.slice(0, 7), good[7].slice(0, 40), ...good.slice(7), odd, '{}', good[9].slice(0, 80)]
  const log = file('broken.jsonl', broken.join('\n'))
  const run = await cli('ope', log, '--policy', bundle)
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stdout, /^400 slates of/)
  assert.match(run.stderr, /look: 4 of 404 lines say no slate and were left out, such as the first 3:\n/)
  for (const place of [/line 8: found no JSON/, /line 402: k: found 0/, /line 403, request: found nothing/])
    assert.match(run.stderr, place)
  const whole = await cli('ope', file('whole.jsonl', good.join('\n')), '--policy', bundle, '--json')
  const same = await cli('ope', log, '--policy', bundle, '--json')
  assert.deepEqual(JSON.parse(same.stdout), { ...JSON.parse(whole.stdout), broken: 4 })

  const one = await cli('ope', file('cut.jsonl', [...good.slice(0, 20), good[20].slice(0, 99)].join('\n')), '--policy', bundle) // prettier-ignore
  assert.match(one.stderr, /look: 1 of 21 lines says no slate and was left out:\n.*line 21/)
  const refused = await cli('ope', file('worse.jsonl', [...broken, '[]'].join('\n')), '--policy', bundle)
  assert.equal(refused.code, 1)
  assert.equal(refused.stdout, '')
  assert.match(refused.stderr, /line 8: found no JSON.*\n.*line 402.*\n.*line 403.*\n5 of 405 lines say no slate\n/)
})

test('what is wrong with a log or a policy is said in a sentence', async () => {
  const good = JSON.parse(lines[0])
  const wrong = [
    ['no json', /line 1: found no JSON \(.*\), expected an object, a slate on each line/],
    [{ ...good, request: undefined }, /line 1, request: found nothing, expected the request as recommend was given it/],
    [{ ...good, items: [] }, /line 1, items: found .*, expected a list of what was shown/],
    [
      { ...good, items: [{ id: 'p1' }] },
      /line 1, items\[0\].propensity: found nothing, expected a number above 0, to 1/,
    ],
    [
      { ...good, items: [{ id: 5, propensity: 1 }] },
      /line 1, items\[0\].id: found 5, expected the id of an item, a string/,
    ],
    [{ ...good, clicks: [5] }, /line 1, clicks: found \[5\], expected a list of the ids .*, which are strings/],
    [{ ...good, request: { cart: [5] } }, /line 1: cart: found \[5\], expected a list of ids, which are strings/],
    [{ ...good, request: { history: [5] } }, /line 1: history\[0\]: found 5, expected an id or/],
    [{ ...good, clicks: ['x'] }, /line 1, clicks: found "x", expected ids of its items/],
    [{ ...good, clicks: 1 }, /line 1, clicks: found 1, expected a list of the ids that were clicked/],
    [{ ...good, at: 1.7e12 }, /line 1, at: found 1700000000000, expected Unix time in seconds/],
    [{ ...good, request: { k: 0 } }, /line 1: k: found 0, expected a whole number from 1/],
    ['', /found no slates, expected a line of JSON for each/],
  ]
  for (const [line, message] of wrong) {
    const log = file('wrong.jsonl', typeof line === 'string' ? line : JSON.stringify(line))
    const run = await cli('ope', log, '--policy', bundle)
    assert.equal(run.code, 1)
    assert.match(run.stderr, message)
    assert.equal(run.stdout, '')
  }
  const log = file('right.jsonl', lines[0])
  const decay = file('decay.json', JSON.stringify({ sources: { als: { decay: 0.5 } } }))
  const refused = await cli('ope', log, '--policy', decay, '--bundle', bundle)
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /key "sources.als": found .* expected one weight: .* build a bundle with this policy/)
  assert.equal((await cli('ope', log, '--policy', decay)).code, 2)
  assert.equal((await cli('ope', log)).code, 2)
})
