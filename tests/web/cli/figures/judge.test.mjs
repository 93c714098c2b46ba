// Figures by group, beside accuracy and between bundles, against what their definitions say, computed plainly.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { gini } from '../../../../build/web/cli/figures/beyond.js'
import { Recommender } from '../../../../dist/node.js'
import { built, cli, cliJson, csv, file, path, random, shop } from '../../helpers/shop.mjs'

const K = 5
const close = (found, wanted, what) =>
  assert.ok(Math.abs(found - wanted) < 1e-6, `${what}: found ${found}, expected ${wanted}`)
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length

const { goods, events } = shop({ items: 80, users: 90, each: 12 })
const draw = random(7)
const lengths = Array.from({ length: 90 }, () => draw.below(11)) // events of each person's history; some have none
const train = events.filter((_, e) => e % 12 < lengths[Math.floor(e / 12)])
const held = [
  ...events.filter((_, e) => e % 12 >= 10),
  { user_id: 'u1', item_id: 'elsewhere', timestamp: 1_601_000_000 },
  { user_id: 'u2', item_id: 'p79', timestamp: '' },
]
const files = {
  items: file('j-items.csv', csv(goods)),
  interactions: file('j-train.csv', csv(train)),
  holdout: file('j-held.csv', csv(held)),
}
const [first, second] = ['first', 'second'].map((name) => path(`${name}.martello`))
const asked = ['--holdout', files.holdout, '--history', files.interactions, '--k', K]
let recs, people

before(async () => {
  const given = { items: files.items, interactions: files.interactions }
  writeFileSync(first, (await built(given, { tune: false })).bytes)
  writeFileSync(second, (await built(given, { tune: false, sources: { i2i: false, next: false, als: false } })).bytes)
  recs = await Promise.all([first, second].map((name) => Recommender.open(name)))
  const logOf = (log, user) =>
    log.filter((event) => event.user_id === user).sort((a, b) => (a.timestamp || 0) - (b.timestamp || 0))
  people = [...new Set(held.map((event) => event.user_id))].flatMap((user) => {
    const history = logOf(train, user)
    const met = new Set(history.map((event) => event.item_id))
    const targets = new Map()
    for (const event of held.filter((event) => event.user_id === user))
      if (!met.has(event.item_id) && !targets.has(event.item_id)) targets.set(event.item_id, event.timestamp)
    if (targets.size === 0) return []
    const asking = history.map((event) => ({ id: event.item_id, at: event.timestamp }))
    const slates = recs.map((rec) => rec.recommend({ history: asking, k: K }).items.map((item) => item.id))
    return [{ user, history: history.map((event) => event.item_id), targets, slates }]
  })
})

const recall = (slate, targets) => targets.filter((id) => slate.includes(id)).length / targets.length
const gain = (hits) => hits.reduce((sum, hit, place) => sum + hit / Math.log2(place + 2), 0)
const ndcg = (slate, targets) =>
  gain(slate.map((id) => Number(targets.includes(id)))) / gain(new Array(Math.min(K, targets.length)).fill(1))
const metBy = (id) => new Set(train.filter((event) => event.item_id === id).map((event) => event.user_id)).size

/** Groups by their names, from what each target of a person is in. */
function grouped(of) {
  const groups = new Map()
  for (const one of people) {
    const own = new Map()
    for (const [id, at] of one.targets) {
      const group = of(one, id, at)
      if (group !== undefined) own.set(group, [...(own.get(group) ?? []), id])
    }
    for (const [group, targets] of own) groups.set(group, [...(groups.get(group) ?? []), { ...one, targets }])
  }
  return groups
}
const counted = (count) => ['0', '1 to 3', '4 to 10', '11 to 30', '31 to 100'][[0, 3, 10, 30, 100].findIndex((end) => count <= end)] // prettier-ignore
const DIVIDED = {
  history: (one) => counted(one.history.length),
  popularity: (_, id) => counted(metBy(id)),
  people: (one) => (one.history.length === 0 ? 'new' : 'known'),
  items: (_, id) => (recs[0].number(id) === undefined ? 'not in the bundle' : metBy(id) === 0 ? 'new' : 'known'),
}

test('figures by group are those of its people and targets alone', async () => {
  const { by, users } = await cliJson('eval', first, ...asked)
  assert.equal(users, people.length)
  for (const [name, of] of Object.entries(DIVIDED)) {
    const expected = grouped(of)
    assert.deepEqual(by[name].map((group) => group.name).sort(), [...expected.keys()].sort(), name)
    for (const group of by[name]) {
      const own = expected.get(group.name)
      assert.equal(group.people, own.length)
      assert.equal(group.targets, own.flatMap((one) => one.targets).length)
      close(group.recall, mean(own.map((one) => recall(one.slates[0], one.targets))), `${name} ${group.name} recall`)
      close(group.ndcg, mean(own.map((one) => ndcg(one.slates[0], one.targets))), `${name} ${group.name} ndcg`)
      assert.equal(group.intervals.recall === null || group.intervals.recall[0] <= group.recall, true)
    }
  }
  assert.ok(by.people.length === 2 && by.items.length === 3, 'new people, new items, and items that are not there')
  for (const group of by.history) assert.ok(group.p50_ms > 0 && group.p99_ms >= group.p50_ms)
})

test('over time: by the shortest unit of the calendar that makes few groups', async () => {
  const { by } = await cliJson('eval', first, ...asked)
  const day = (at) => new Date(1000 * at).toISOString().slice(0, 10)
  const times = [...new Set(held.filter((event) => event.timestamp !== '').map((event) => day(event.timestamp)))].sort()
  assert.ok(times.length > 2 && times.length <= 24)
  const expected = grouped((_, __, at) => (at === '' ? undefined : day(at)))
  assert.deepEqual(by.time.map((group) => group.name), times.filter((time) => expected.has(time))) // prettier-ignore
  for (const group of by.time)
    close(group.recall, mean(expected.get(group.name).map((one) => recall(one.slates[0], one.targets))), group.name)
  const untimed = file('j-untimed.csv', csv(held, ['user_id', 'item_id']))
  const without = await cliJson('eval', first, '--holdout', untimed, '--history', files.interactions)
  assert.equal(without.by.time, null)
})

test('coverage, Gini, novelty, diversity and calibration by their definitions', async () => {
  const { beyond, coverage } = await cliJson('eval', first, ...asked)
  const shown = new Map(goods.map((item) => [item.item_id, 0]))
  for (const one of people) for (const id of one.slates[0]) shown.set(id, shown.get(id) + 1)
  const covered = [...shown.values()].filter((count) => count > 0).length / goods.length
  close(beyond.coverage, covered, 'coverage')
  assert.equal(coverage, beyond.coverage)
  // half the mean absolute difference of all pairs, over the mean
  const unevenness = (counts) => {
    const differences = counts.flatMap((a) => counts.map((b) => Math.abs(a - b)))
    return mean(differences) / (2 * mean(counts))
  }
  close(beyond.gini.slate, unevenness([...shown.values()]), 'Gini of slates')
  close(beyond.gini.history, unevenness(goods.map((item) => metBy(item.item_id))), 'Gini of the history')

  const known = new Set(train.map((event) => event.user_id)).size
  const bits = (ids) => mean(ids.map((id) => -Math.log2(Math.max(1, metBy(id)) / known)))
  const lastOf = (one) => [...new Set(one.history.toReversed())].slice(0, K)
  const withHistory = people.filter((one) => one.history.length > 0)
  close(beyond.novelty.slate, mean(people.map((one) => bits(one.slates[0]))), 'novelty')
  close(beyond.novelty.history, mean(withHistory.map((one) => bits(lastOf(one)))), 'novelty of histories')

  const genres = new Map(goods.map((item) => [item.item_id, [...new Set(item.genre.split('|'))]]))
  const cosine = (a, b) => a.filter((one) => b.includes(one)).length / Math.sqrt(a.length * b.length)
  const apart = (ids) => {
    const pairs = ids.flatMap((a, n) => ids.slice(n + 1).map((b) => 1 - cosine(genres.get(a), genres.get(b))))
    return mean(pairs)
  }
  const byGenre = beyond.diversity.find((one) => one.by === 'attribute')
  assert.equal(byGenre.name, 'genre')
  close(byGenre.slate, mean(people.map((one) => apart(one.slates[0]))), 'diversity')
  const long = people.filter((one) => lastOf(one).length > 1)
  close(byGenre.history, mean(long.map((one) => apart(lastOf(one)))), 'diversity of histories')
  const byVector = beyond.diversity.find((one) => one.by === 'vectors')
  const vector = (id) => recs[0].vector(recs[0].number(id), byVector.name)
  const angle = (a, b) => a.reduce((sum, x, d) => sum + x * b[d], 0) / Math.hypot(...a) / Math.hypot(...b)
  const far = (vectors) => mean(vectors.flatMap((a, n) => vectors.slice(n + 1).map((b) => 1 - angle(a, b))))
  const vectorsOf = (one) => one.slates[0].map(vector).filter((v) => v !== null && Math.hypot(...v) > 0)
  close(byVector.slate, mean(people.map(vectorsOf).filter((all) => all.length > 1).map(far)), 'diversity of vectors') // prettier-ignore

  const mix = (ids, worth = () => 1) => {
    const shares = {}
    for (const id of ids)
      for (const value of genres.get(id)) shares[value] = (shares[value] ?? 0) + worth(id) / genres.get(id).length
    const all = Object.values(shares).reduce((sum, share) => sum + share, 0)
    return Object.fromEntries(Object.entries(shares).map(([value, share]) => [value, share / all]))
  }
  const divergence = (p, q) =>
    Object.entries(p).reduce((sum, [value, share]) => sum + share * Math.log(share / (0.99 * (q[value] ?? 0) + 0.01 * share)), 0) // prettier-ignore
  const wanted = withHistory.map((one) => [mix(one.history), mix(one.slates[0])])
  assert.equal(beyond.calibration.attribute, 'genre')
  close(beyond.calibration.slate, mean(wanted.map(([p, q]) => divergence(p, q))), 'calibration')
  const everybody = mix(new Set(train.map((event) => event.item_id)), metBy)
  close(beyond.calibration.everybody, mean(wanted.map(([p]) => divergence(p, everybody))), 'calibration of everybody')
  assert.equal((await cliJson('eval', first, ...asked, '--attribute', 'colour')).beyond.calibration.attribute, 'colour')
})

test('Gini of even and of lonely counts', () => {
  assert.equal(gini(Float64Array.of(3, 3, 3, 3)), 0)
  close(gini(Float64Array.of(0, 0, 0, 8)), 0.75, 'one of four has all')
  assert.equal(gini(new Float64Array(4)), 0)
  assert.equal(gini(new Float64Array(0)), 0)
})

test('two bundles are compared person by person', async () => {
  const { bundles, compared } = await cliJson('eval', first, second, ...asked)
  const [alone] = [await cliJson('eval', second, ...asked)]
  const untimed = (figures) => JSON.parse(JSON.stringify(figures, (key, value) => (/_ms$/.test(key) ? 0 : value)))
  assert.deepEqual(untimed(bundles[1]), untimed(alone))
  const [pair] = compared
  assert.deepEqual([compared.length, pair.people, pair.left_out], [1, people.length, 0])
  for (const figure of ['recall', 'ndcg', 'hit_rate', 'mrr']) {
    close(pair[figure], bundles[1][figure] - bundles[0][figure], figure)
    const [from, to] = pair.intervals[figure]
    assert.ok(from <= pair[figure] && pair[figure] <= to, figure)
  }
  const gains = people.map(({ user, targets, slates }) => ({
    user,
    gain: ndcg(slates[1], [...targets.keys()]) - ndcg(slates[0], [...targets.keys()]),
  }))
  assert.equal(pair.gain, gains.filter((one) => one.gain > 1e-9).length)
  assert.equal(pair.lose, gains.filter((one) => one.gain < -1e-9).length)
  assert.equal(pair.same, people.length - pair.gain - pair.lose)
  for (const group of pair.by.history) {
    const at = bundles.map((bundle) => bundle.by.history.find((one) => one.name === group.name).recall)
    close(group.recall, at[1] - at[0], group.name)
  }
  assert.ok(pair.examples.length > 1)
  const most = Math.max(...gains.map((one) => one.gain))
  close(pair.examples[0].ndcg[1] - pair.examples[0].ndcg[0], most, 'the first gains most')
  for (const example of pair.examples) {
    const one = people.find((person) => person.user === example.user)
    assert.deepEqual(example.slates.map((slate) => slate.map((item) => item.id)), one.slates) // prettier-ignore
    assert.deepEqual(example.held.map((item) => item.id), [...one.targets.keys()]) // prettier-ignore
    for (const item of example.held)
      assert.deepEqual(item.places, one.slates.map((slate) => slate.indexOf(item.id) + 1 || null)) // prettier-ignore
    assert.match(example.slates[0][0].title, /^Thing number \d+$/)
  }
})

test('a bundle that asks for other items leaves those people out', async () => {
  const given = { items: files.items, interactions: files.interactions }
  writeFileSync(path('again.martello'), (await built(given, { tune: false, repeat: true })).bytes)
  const { compared } = await cliJson('eval', first, path('again.martello'), ...asked)
  assert.ok(compared[0].left_out > 0 && compared[0].people + compared[0].left_out <= 91)
})

test('while it arrives: the last step is the whole bundle, as the sources together are', async () => {
  const { arriving, sources, bundle_bytes } = await cliJson('eval', first, ...asked, '--sources')
  assert.ok(arriving.length > 1)
  const last = arriving.at(-1)
  assert.equal(last.bytes, bundle_bytes)
  assert.deepEqual(last.sources, [...recs[0].sources])
  close(last.recall, sources.together.recall, 'recall')
  arriving.slice(1).forEach((step, n) => assert.ok(step.bytes > arriving[n].bytes))
})

test('what cannot be evaluated so is said', async () => {
  const fails = async (code, message, ...args) => {
    const run = await cli('eval', ...args)
    assert.deepEqual([run.code, run.stdout], [code, ''], run.stderr)
    assert.match(run.stderr, message)
  }
  await fails(2, /--attribute: found "year", expected one of .*first\.martello with categories: genre, colour/, first, ...asked, '--attribute', 'year') // prettier-ignore
  await fails(2, /Unexpected argument ".*second\.martello"/, first, second, '--queries', 'q.npy')
  await fails(2, /BUNDLE is missing/, '--holdout', files.holdout)
})
