// What is taken again: rates, gaps and scores against plain counts, and what a request and a measurement make of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { regularly } from '../../../../build/web/serve/regularly.js'
import { Recommender } from '../../../../dist/node.js'
import { built, cli, cliJson, csv, file, path, random } from '../../helpers/shop.mjs'

const DAY = 86_400
const ITEMS = 30
const START = 1_600_000_000

/** People who fetch p0 to p9 again and again, each item at its own pace, and everything else once. */
function takings(seed = 5) {
  const draw = random(seed)
  const rows = []
  for (let person = 0; person < 80; person++)
    for (let taken = 0; taken < 4; taken++) {
      const item = draw.below(10)
      const first = START + DAY * draw.below(20)
      for (let time = 0; time < 4; time++)
        rows.push({ user_id: `u${person}`, item_id: `p${item}`, timestamp: first + time * DAY * (item + 1) })
      rows.push({ user_id: `u${person}`, item_id: `p${10 + draw.below(ITEMS - 10)}`, timestamp: first + DAY })
    }
  return rows
}

/** rate and gap of each item by counting; events of one time are one taking. */
function counted(rows) {
  const times = new Map()
  for (const { user_id, item_id, timestamp } of rows) {
    const key = `${user_id} ${item_id}`
    times.set(key, (times.get(key) ?? new Set()).add(timestamp))
  }
  const items = new Map()
  for (const [key, set] of times) {
    const item = key.split(' ')[1]
    const sorted = [...set].sort((a, b) => a - b)
    const of = items.get(item) ?? { people: 0, returned: 0, gaps: [] }
    of.people++
    of.returned += Number(sorted.length > 1)
    of.gaps.push(...sorted.slice(1).map((time, i) => time - sorted[i]))
    items.set(item, of)
  }
  const all = [...items.values()]
  const sum = (of) => all.reduce((total, item) => total + of(item), 0)
  const mean = sum((item) => item.returned) / sum((item) => item.people)
  const median = (gaps) => [...gaps].sort((a, b) => a - b)[gaps.length >> 1]
  const overall = median(all.flatMap(({ gaps }) => gaps))
  return (item) => {
    const { people, returned, gaps } = items.get(item)
    return { rate: (returned + 20 * mean) / (people + 20), gap: gaps.length < 5 ? overall : median(gaps) }
  }
}

/** The scores of the repeat source alone, by item. */
function scores(rec, request) {
  const weights = Object.fromEntries(rec.sources.map((name) => [name, Number(name === 'repeat')]))
  const { items } = rec.recommend({ ...request, weights, k: ITEMS, explain: true })
  return Object.fromEntries(
    items.filter(({ sources }) => sources.length > 0).map((i) => [i.id, i.explain.repeat.score]),
  )
}

const close = (found, expected, what) =>
  assert.ok(Math.abs(found - expected) < 0.08 * expected, `${what}: found ${found}, expected about ${expected}`)

test('it says how often, how readily, and whether it is time', async () => {
  const rows = takings()
  const { bytes } = await built({ interactions: file('takings.csv', csv(rows)) }, { repeat: true, tune: false })
  const rec = await Recommender.open(bytes)
  const of = counted(rows)
  assert.equal(rec.repeats, true)
  const late = START + 1000 * DAY
  const at = (id, days) => ({ id, at: late - days * DAY })
  const history = [at('p3', 300), at('p3', 200), at('p12', 150), at('p0', 101), at('p3', 100), at('p9', 2)]
  const found = scores(rec, { history, now: late })
  close(found.p3, 3 * of('p3').rate, 'taken three times, and due')
  close(found.p0, of('p0').rate, 'taken once, and due')
  close(found.p12, of('p12').rate, 'seldom taken again')
  close(found.p9, (of('p9').rate * 2 * DAY) / of('p9').gap, 'two days after, of ten')
  const untimed = scores(rec, { history: history.map(({ id }) => id) })
  close(untimed.p9, of('p9').rate, 'where no time is known it is due')
  const [best] = rec.recommend({ history, now: late, k: 1, explain: true }).items
  assert.equal(best.id, 'p3')
  assert.equal(best.because[0], 'p3')
  // why it comes back: how often it was taken, when last, and at what pace; what has one time was taken once
  assert.deepEqual(best.again, { times: 3, last: late - 100 * DAY, every: 100 * DAY })
  const again = (history, more = {}) => {
    const { items } = rec.recommend({ history, now: late, k: ITEMS, explain: true, ...more })
    return Object.fromEntries(items.flatMap((item) => (item.again ? [[item.id, item.again]] : [])))
  }
  assert.deepEqual(again([at('p3', 9), at('p3', 9), at('p4', 3), 'p5', 'p5']), {
    p3: { times: 1, last: late - 9 * DAY },
    p4: { times: 1, last: late - 3 * DAY },
    p5: { times: 2 },
  })
  assert.deepEqual(again([at('p3', 9)], { repeat: false }), {})
  assert.deepEqual(again([at('p3', 9)], { explain: false }), {})
})

test('the command line says it in words', () => {
  const said = (again) => regularly({ again })
  assert.equal(said({ times: 4, every: 21.4 * DAY }), 'taken 4 times, about every 3 weeks')
  assert.equal(said({ times: 2, every: 1.2 * DAY }), 'taken 2 times, about every day')
  assert.equal(said({ times: 2, every: 400 * DAY }), 'taken 2 times, about every 13 months')
  assert.equal(said({ times: 1, last: START }), 'taken once')
  assert.equal(said(undefined), '')
})

test('what a history holds comes back where it may, and never where it is disliked', async () => {
  const log = file('again.csv', csv(takings()))
  const { bytes: again } = await built({ interactions: log }, { repeat: true, tune: false })
  const { bytes: once } = await built({ interactions: log }, { tune: false })
  const [repeating, plain] = [await Recommender.open(again), await Recommender.open(once)]
  assert.ok(!plain.sources.includes('repeat') && plain.repeats === false)
  const history = ['p1', 'p2', { id: 'p3', event: 'dislike' }]
  const ids = (rec, request = {}) => rec.recommend({ history, k: ITEMS, ...request }).items.map(({ id }) => id)
  for (const [rec, repeat, expected] of [
    [repeating, undefined, ITEMS - 1],
    [repeating, true, ITEMS - 1],
    [repeating, false, ITEMS - 3],
    [plain, undefined, ITEMS - 3],
    [plain, true, ITEMS - 1],
  ]) {
    const found = ids(rec, repeat === undefined ? {} : { repeat })
    assert.equal(found.length, expected)
    assert.ok(!found.includes('p3'))
  }
  assert.ok(!ids(repeating, { exclude: ['p1'] }).includes('p1'))
  assert.throws(() => plain.recommend({ repeat: 1 }), { message: /^repeat: found 1, expected true or false/ })
  // an item is not like itself, and that it is taken again is no likeness
  const { items } = repeating.similar('p1', { k: ITEMS })
  assert.ok(items.every((item) => item.id !== 'p1' && !item.sources.includes('repeat')))
  assert.throws(() => repeating.similar('p1', { repeat: true }), { message: /repeat/ })
})

test('tuning finds that people take things again, and eval counts what comes back', async () => {
  const rows = takings()
  const last = new Map(rows.map(({ user_id, timestamp }) => [user_id, timestamp]))
  for (const { user_id, timestamp } of rows) last.set(user_id, Math.max(last.get(user_id), timestamp))
  const isLast = ({ user_id, timestamp }) => timestamp === last.get(user_id)
  const history = file('before.csv', csv(rows.filter((row) => !isLast(row))))
  const holdout = file('after.csv', csv(rows.filter(isLast)))
  const { bytes, record } = await built({ interactions: history }, { repeat: true })
  const best = (source) =>
    Math.max(...record.tried.filter(({ what }) => what.startsWith(`${source} alone`)).map(({ ndcg }) => ndcg))
  assert.ok(best('repeat') > best('next') && best('repeat') > best('popular')) // weighed only where factors say less
  assert.ok(record.tried.some(({ what }) => what === 'repeat by frequency, rate and gap'))
  const { writeFileSync } = await import('node:fs')
  writeFileSync(path('again.martello'), bytes)
  const figures = await cliJson('eval', path('again.martello'), '--history', history, '--holdout', holdout, '--k', '3')
  assert.equal(figures.held_out_already_in_history, 0)
  assert.ok(figures.recall > 0.4, `recall ${figures.recall}`)
})

test('where nobody takes a thing again, it is said that repeat is left out, by how much, and what keeps it', async () => {
  const draw = random(8)
  const rows = Array.from({ length: 150 }, (_, person) => {
    const own = new Set()
    while (own.size < 8) own.add(`p${10 * (person % 3) + draw.below(10)}`)
    return [...own].map((item_id, n) => ({ user_id: `u${person}`, item_id, timestamp: START + DAY * n + person }))
  }).flat()
  const log = file('once.csv', csv(rows))
  const build = (config) => cli('build', '-o', path('once.martello'), '--interactions', log, '--config', file('once.json', JSON.stringify(config))) // prettier-ignore
  const left = await build({ repeat: true })
  assert.equal(left.code, 0, left.stderr)
  const [, keep] =
    /^repeat is left out: to recall \+ ndcg of a person it adds [+-]\d\.\d{4} ± \d\.\d{4} beside the others; (\{.*\}) in a config keeps it$/m.exec(
      left.stderr,
    )
  assert.doesNotMatch(left.stderr, /source repeat: weight/)
  const kept = await build({ repeat: true, ...JSON.parse(keep) })
  assert.match(kept.stderr, /^source repeat: weight 0\/0\.05/m)
  assert.doesNotMatch(kept.stderr, /repeat is left out/)
})
