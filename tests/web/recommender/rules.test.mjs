// Slates under random policies, filters and requests: hard rules are never broken, nothing that could stand behind a short
// slate is left out, and the same request gives the same slate.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build, readItems, readInteractions } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { rounds } from '../helpers/long.mjs'
import { builtShop, COLOURS, csv, file, GENRES, random, shop } from '../helpers/shop.mjs'

const shopped = shop({ items: 150, users: 60, each: 10 })
const { bytes } = await builtShop(shopped, { name: 'rules' }, { tune: false, dimension: 16 })
const rec = await Recommender.open(bytes)
const inputs = {
  interactions: await readInteractions([file('rules-log.csv', csv(shopped.events))]),
  items: await readItems([file('rules-items.csv', csv(shopped.goods))]),
  embeddings: null,
}
const good = new Map(shopped.goods.map((item) => [item.item_id, item]))
const valuesOf = (id, attribute) => {
  const value = good.get(id)[attribute]
  return value === '' || value === undefined ? [] : [...new Set(String(value).split('|'))]
}

// -- what rules mean, said again plainly ----------------------------------------------------------------------------------

function holds(id, where = {}) {
  return Object.entries(where).every(([attribute, condition]) => {
    const values = valuesOf(id, attribute)
    if (attribute === 'year') return values.length > 0 && Number(values[0]) >= condition.gte
    const not = condition?.not
    const wanted = [not ?? condition].flat().map(String)
    return values.some((value) => wanted.includes(value)) === (not === undefined)
  })
}
const isAbout = (id, { where, ids }) =>
  (where === undefined || holds(id, where)) && (ids === undefined || ids.includes(id))

function isPermitted(id, policy, request) {
  if (request.history.includes(id) || request.exclude.includes(id) || !holds(id, request.filter)) return false
  if (!holds(id, policy.require) || policy.deny?.some((match) => isAbout(id, match))) return false
  if (policy.allow !== undefined && !policy.allow.some((match) => isAbout(id, match))) return false
  return !policy.frequency?.some(({ most, attribute }) => {
    const shown = (one) => request.impressions[one] ?? 0
    if (attribute === undefined) return shown(id) >= most
    return valuesOf(id, attribute).some(
      (value) =>
        Object.keys(request.impressions).reduce(
          (sum, one) => sum + (valuesOf(one, attribute).includes(value) ? shown(one) : 0),
          0,
        ) >= most,
    )
  })
}

/** Cap by cap, window by window. */
function keeps(ids, policy) {
  const unique = (policy.unique ?? []).map((attribute) => ({ attribute, most: 1 }))
  return [...(policy.caps ?? []), ...unique].every((cap) => {
    const window = cap.window || ids.length
    for (let first = 0; first < ids.length; first++) {
      const counts = new Map()
      for (const id of ids.slice(first, first + window).filter((one) => isAbout(one, cap)))
        for (const value of cap.attribute === undefined ? [''] : valuesOf(id, cap.attribute))
          counts.set(value, (counts.get(value) ?? 0) + 1)
      if (Math.max(0, ...counts.values()) > cap.most) return false
    }
    return true
  })
}

// -- random ones ----------------------------------------------------------------------------------------------------------

function randomMatch(draw) {
  const what = draw.below(4)
  if (what === 0) return { where: { genre: draw.of(GENRES) } }
  if (what === 1)
    return { where: { colour: [draw.of(COLOURS), draw.of(COLOURS)], year: { gte: 1985 + draw.below(30) } } }
  if (what === 2) return { where: { colour: { not: draw.of(COLOURS) } } }
  return { ids: Array.from({ length: 1 + draw.below(30) }, () => `p${draw.below(150)}`) }
}

function randomPolicy(draw) {
  const some = (chance, make) => (draw() < chance ? make() : undefined)
  const list = (most, make) => Array.from({ length: 1 + draw.below(most) }, make)
  const policy = {
    require: some(0.2, () => ({ stock: true })),
    deny: some(0.3, () => list(2, () => randomMatch(draw))),
    allow: some(0.1, () => list(3, () => randomMatch(draw))),
    frequency: some(0.2, () => [draw() < 0.5 ? { most: 2 } : { most: 1 + draw.below(6), attribute: 'genre' }]),
    caps: some(0.6, () =>
      list(2, () => ({
        ...(draw() < 0.7 ? { attribute: draw.of(['genre', 'colour']) } : randomMatch(draw)),
        most: 1 + draw.below(4),
        ...(draw() < 0.5 && { window: 5 + draw.below(8) }),
      })),
    ),
    unique: some(0.05, () => ['genre']),
    pins: some(0.3, () => list(4, () => ({ id: `p${draw.below(150)}`, position: 1 + draw.below(20) }))),
    quotas: some(0.3, () => list(2, () => ({ ...randomMatch(draw), share: draw() * 0.5 }))),
    boosts: some(0.3, () => [{ ...randomMatch(draw), factor: 3 * draw(), add: draw() }]),
    freshness: some(0.2, () => ({ attribute: 'year', unit: 'years', halfLife: 3e8 })),
    calibration: some(0.2, () => ({ attribute: 'genre', strength: draw() })),
    exploration: some(0.2, () => ({ method: draw.of(['epsilon', 'thompson']), share: draw() })),
    diversity: some(0.5, () =>
      draw() < 0.5
        ? draw()
        : { strength: draw(), method: draw.of(['mmr', 'dpp']), ...(draw() < 0.5 && { attribute: 'genre' }) },
    ),
    seed: draw.below(100),
  }
  if (draw() < 0.2)
    Object.assign(policy, { pattern: 'AAB', lines: { A: randomMatch(draw), B: draw() < 0.5 ? {} : { source: 'i2i' } } })
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined))
}

const randomRequest = (draw) => ({
  history: Array.from({ length: draw.below(8) }, () => `p${draw.below(150)}`),
  exclude: Array.from({ length: draw.below(5) }, () => `p${draw.below(150)}`),
  filter: draw() < 0.3 ? { genre: draw.of(GENRES) } : {},
  impressions: Object.fromEntries(Array.from({ length: draw.below(12) }, () => [`p${draw.below(150)}`, draw.below(4)])),
  now: 1_600_000_000,
  k: 1 + draw.below(25),
})

test('hard rules are never broken, and slates are as long as they let them be', () => {
  const draw = random(4)
  let shorter = 0
  const all = rounds(400, 200)
  for (let round = 0; round < all; round++) {
    const policy = randomPolicy(draw)
    const request = randomRequest(draw)
    const { items } = rec.recommend({ ...request, policy })
    const ids = items.map((item) => item.id)
    const said = JSON.stringify({ policy, request, ids })
    assert.equal(new Set(ids).size, ids.length, said)
    assert.ok(ids.length <= request.k)
    for (const id of ids) assert.ok(isPermitted(id, policy, request), `${id} ${said}`)
    assert.ok(keeps(ids, policy), said)
    if (ids.length < request.k) {
      shorter++
      for (const id of good.keys())
        if (!ids.includes(id) && isPermitted(id, policy, request))
          assert.ok(!keeps([...ids, id], policy), `${id} could follow ${said}`)
    }
    assert.deepEqual(
      rec.recommend({ ...request, policy }).items.map((item) => item.id),
      ids,
      'again',
    )
  }
  assert.ok(shorter > all / 20)
})

test('without rules a slate is as ever', () => {
  const plain = rec.recommend({ history: ['p1', 'p2'], k: 30 })
  for (const off of [{ diversity: 0 }, { policy: {} }, { policy: { caps: null } }, { seed: 7 }])
    assert.deepEqual(rec.recommend({ history: ['p1', 'p2'], k: 30, ...off }).items, plain.items)
})

// -- the policy file ------------------------------------------------------------------------------------------------------

const ruled = (rules) =>
  build(inputs, { threads: 1, tune: false, dimension: 16 }, 1, { say() {}, stage() {} }, { rules })

test('a policy file’s rules are what a request’s are, and a request may say otherwise', async () => {
  const rules = {
    caps: [{ attribute: 'genre', most: 2, window: 6 }],
    pins: [{ id: 'p7', position: 2 }],
    diversity: { strength: 0.4, method: 'dpp' },
  }
  const built = await ruled(rules)
  assert.deepEqual(built.record.policy, { rules })
  const own = await Recommender.open(built.bytes)
  const request = { history: ['p1', 'p2'], k: 12 }
  const ids = (answer) => answer.items.map((item) => item.id)
  const { items, trace } = own.recommend({ ...request, explain: true })
  assert.deepEqual(ids({ items }), ids(rec.recommend({ ...request, policy: rules })))
  assert.equal(items[1].id, 'p7')
  assert.deepEqual(items[1].rules.hits, ['pins[0]'])
  assert.ok(trace.skipped['caps[0]'] > 0)
  const off = { caps: null, pins: null, diversity: null }
  assert.deepEqual(ids(own.recommend({ ...request, policy: off })), ids(rec.recommend(request)))
  assert.deepEqual(
    ids(own.recommend({ ...request, diversity: 0 })),
    ids(rec.recommend({ ...request, policy: { caps: rules.caps, pins: rules.pins } })),
  )
})

test('rules that cannot be kept are named at build', async () => {
  const wrong = [
    [
      { caps: [{ attribute: 'gnre', most: 1 }] },
      /key "rules.caps\[0\].attribute": found "gnre", expected one of the bundle's attributes: title, genre/,
    ],
    [{ unique: ['year'] }, /key "rules.unique\[0\]": found "year", expected an attribute of categories/],
    [
      { freshness: { attribute: 'genre', halfLife: 9 } },
      /key "rules.freshness.attribute": found "genre", expected an attribute of numbers/,
    ],
    [
      { deny: [{ where: { genre: 'Drma' } }] },
      /key "rules.deny\[0\] "genre"": found "Drma", expected a value that an item has/,
    ],
    [{ deny: [{ ids: ['x'] }] }, /key "rules.deny\[0\].ids\[0\]": found "x", expected the id of an item in the bundle/],
    [{ boosts: [{ source: 'nobody' }] }, /key "rules.boosts\[0\].source": found "nobody", expected one of /],
    [
      {
        pins: [
          { id: 'p1', position: 1 },
          { id: 'p1', position: 2 },
        ],
      },
      /key "rules.pins\[1\]": found "p1" again/,
    ],
    [
      { pins: [{ id: 'p1', position: 1 }], deny: [{ ids: ['p1'] }] },
      /key "rules.pins\[0\]": found "p1", which require, deny or allow keep out/,
    ],
    [
      {
        quotas: [
          { where: { colour: 'red' }, share: 0.7 },
          { where: { colour: 'blue' }, share: 0.7 },
        ],
      },
      /key "rules.quotas\[1\].share": .* sum to 1.4/,
    ],
    [
      { quotas: [{ where: { colour: 'red' }, least: 30 }] },
      /key "rules.quotas\[0\].least": found 30, expected at most 20, the shelf/,
    ],
    [
      { caps: [{ where: { colour: 'red' }, most: 0 }], quotas: [{ where: { colour: 'red' }, least: 1 }] },
      /key "rules.quotas\[0\]": found at least 1 of the items of which caps\[0\] allows 0/,
    ],
    [{ pattern: 'AB' }, /key "rules.pattern": found "AB", expected "lines" beside it/],
    [{ pattern: 'AB', lines: { A: {} } }, /key "rules.pattern": found "B", expected one of A/],
    [{ require: { year: { gt: 9999 } } }, /key "rules": found require, deny and allow that no item passes/],
  ]
  for (const [rules, message] of wrong) await assert.rejects(ruled(rules), message, JSON.stringify(rules))
})

test('a request’s rules are wrong in one sentence', () => {
  const wrong = [
    [{ policy: { cap: [] } }, /^policy: found "cap", expected one of require, deny,/],
    [
      { policy: { caps: [{ attribute: 'genre' }] } },
      /^policy.caps\[0\].most: found undefined, expected a number from 0 to 1000/,
    ],
    [
      { policy: { caps: [{ attribute: 'genre', most: 1, windw: 3 }] } },
      /^policy.caps\[0\]: found "windw", expected one of most, window, attribute/,
    ],
    [{ policy: { pins: {} } }, /^policy.pins: found \{\}, expected a list/],
    [{ diversity: 2 }, /^policy.diversity.strength: found 2, expected a number from 0 to 1/],
    [{ policy: { seed: 1.5 } }, /^policy.seed: found 1.5, expected a whole number/],
    [{ impressions: { p1: 'often' } }, /^impressions.p1: found "often", expected a number from 0/],
  ]
  for (const [request, message] of wrong) assert.throws(() => rec.recommend(request), { message })
  assert.equal(rec.recommend({ policy: { pins: [{ id: 'nobody', position: 1 }] }, k: 3 }).items.length, 3)
})
