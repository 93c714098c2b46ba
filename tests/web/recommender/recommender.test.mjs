// The public Recommender in Node: requests, filters, what comes back, and what it says when it is asked wrongly.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { MartelloError, Recommender } from '../../../dist/node.js'
import { built, builtShop, COLOURS, file, gaussians, GENRES, npy, random, shop } from '../helpers/shop.mjs'

const shopped = shop()
const goods = new Map(shopped.goods.map((item) => [item.item_id, item]))
let bytes
let rec
before(async () => {
  ;({ bytes } = await builtShop(
    shopped,
    {},
    {
      sources: { i2i: true, next: true, als: true, content: true, attributes: true, popular: true },
      events: { buy: 3, like: 2 },
      ratings: { zero: 2.5, one: 5 },
      dimension: 16,
      layers: [4],
    },
  ))
  rec = await Recommender.open(bytes)
})

/** An answer without its times. */
const timeless = ({ items, trace: { ms: _, ...trace } }) => ({ items, trace })
const ids = (answer) => answer.items.map((item) => item.id)
const says = (call, message) =>
  assert.throws(call, (error) => {
    assert.ok(error instanceof MartelloError, `a MartelloError, found ${error?.stack}`)
    if (message instanceof RegExp) assert.match(error.message, message)
    else assert.equal(error.message, message)
    return true
  })

test('strings and objects are the same history', () => {
  const plain = timeless(rec.recommend({ history: ['p1', 'p6'], k: 10 }))
  assert.deepEqual(timeless(rec.recommend({ history: [{ id: 'p1' }, { id: 'p6' }], k: 10 })), plain)
  assert.equal(plain.items.length, 10)
  assert.equal(plain.trace.history, 2)
  assert.deepEqual([plain.trace.unknown, plain.trace.dropped], [0, 0])
})

test('the same request gives the same answer, whatever was asked in between', () => {
  const request = { history: ['p1', 'p6', 'p11'], k: 30, explain: true }
  const first = timeless(rec.recommend(request))
  rec.recommend({ history: ['p4'], filter: { colour: 'red' }, exclude: ['p1'], weights: { als: 0 } })
  rec.nearest(rec.vector(0), { k: 5 })
  assert.deepEqual(timeless(rec.recommend(request)), first)
})

test('unknown ids are counted and ignored', () => {
  const known = rec.recommend({ history: ['p1', 'p6'] })
  const mixed = rec.recommend({ history: ['nobody', 'p1', '', { id: 'p' }, 'p6', 'x'.repeat(10_000)] })
  assert.equal(mixed.trace.unknown, 4)
  assert.equal(mixed.trace.history, 2)
  assert.deepEqual(ids(mixed), ids(known))
})

test('items of the history do not come back, duplicates neither', () => {
  const history = ['p1', 'p6', 'p1', 'p1', 'p6']
  const answer = rec.recommend({ history, k: 1000 })
  assert.equal(answer.items.length, rec.items - 2)
  assert.equal(new Set(ids(answer)).size, rec.items - 2)
  assert.ok(!ids(answer).includes('p1') && !ids(answer).includes('p6'))
  assert.equal(answer.trace.history, 5)
})

test('a dislike pushes away what a like brings', () => {
  const place = (event) => {
    const answer = rec.recommend({ history: ['p2', { id: 'p1', event }], k: 1000, weights: { popular: 0 } })
    const near = rec
      .similar('p1', { k: 5 })
      .items.map((item) => item.id)
      .filter((id) => id !== 'p2')
    return near.reduce((sum, id) => sum + ids(answer).indexOf(id), 0) / near.length
  }
  assert.ok(place('dislike') > place('like'), `${place('dislike')} should come after ${place('like')}`)
  const hated = rec.recommend({ history: [{ id: 'p1', event: 'dislike' }], k: 1000 })
  assert.equal(hated.items.length, rec.items - 1)
  for (const item of hated.items) assert.ok(Number.isFinite(item.score))
})

test('events and ratings are worth what the bundle says', () => {
  const scores = (event) =>
    rec.recommend({ history: ['p2', { id: 'p1', ...event }], k: 20 }).items.map((item) => [item.id, item.score])
  assert.deepEqual(scores({ rating: 5 }), scores({}))
  assert.deepEqual(scores({ event: 'no such event' }), scores({}))
  assert.deepEqual(scores({ rating: 0 }), scores({ event: 'dislike' }))
  assert.notDeepEqual(scores({ rating: 3 }), scores({}))
  assert.notDeepEqual(scores({ event: 'buy' }), scores({}))
  assert.deepEqual(scores({ event: 'BUY' }), scores({ event: 'buy' }), 'in any case')
  assert.deepEqual(scores({ event: 'Dislike' }), scores({ event: 'dislike' }))
  assert.deepEqual(
    scores({ rating: 100 }),
    scores({ rating: 5 }),
    'a rating beyond the scale is worth no more than its end',
  )
})

test('times may be given, and without a half-life they change nothing', () => {
  const plain = ids(rec.recommend({ history: ['p1', 'p6'] }))
  assert.deepEqual(
    ids(
      rec.recommend({
        history: [
          { id: 'p1', at: 1 },
          { id: 'p6', at: 1e9 },
        ],
        now: 2e9,
      }),
    ),
    plain,
  )
})

test('long histories: everything beyond the limit is counted, and still does not come back', () => {
  const history = Array.from({ length: 3000 }, (_, i) => `p${i % 100}`)
  const answer = rec.recommend({ history, k: 1000 })
  assert.equal(answer.trace.history + answer.trace.dropped, 3000)
  assert.ok(answer.trace.history <= 1024)
  assert.equal(answer.items.length, rec.items - 100)
})

test('k', () => {
  assert.equal(rec.recommend({ k: 1 }).items.length, 1)
  assert.equal(rec.recommend({}).items.length, 20, "the bundle's shelf")
  assert.equal(rec.recommend().items.length, 20)
  assert.equal(rec.recommend({ k: 1000 }).items.length, rec.items)
  for (const k of [0, -1, 1001, 1.5, NaN, Infinity])
    says(() => rec.recommend({ k }), `k: found ${k}, expected a whole number from 1 to 1000`)
  says(() => rec.recommend({ k: '5' }), /^k: found .*5.*, expected a whole number from 1 to 1000$/)
  says(() => rec.nearest(rec.vector(0), { k: 0 }), 'k: found 0, expected a whole number from 1 to 1000')
})

test('a new person gets what is popular', () => {
  const cold = rec.recommend({ k: 10 })
  const count = new Map()
  for (const { item_id: id } of shopped.events) count.set(id, (count.get(id) ?? 0) + 1)
  assert.equal(cold.trace.history, 0)
  assert.deepEqual(cold.items[0].because, [])
  const people = (id) =>
    new Set(shopped.events.filter((event) => event.item_id === id).map((event) => event.user_id)).size
  const met = cold.items.map((item) => people(item.id))
  assert.deepEqual(
    met,
    [...met].sort((a, b) => b - a),
  )
  assert.deepEqual(rec.recommend({ history: ['nobody'], k: 10 }).items, cold.items)
})

test('results: id, score, attributes, sources; best first', () => {
  const { items, trace } = rec.recommend({ history: ['p1', 'p6'], k: 30 })
  for (const [i, item] of items.entries()) {
    const good = goods.get(item.id)
    assert.equal(item.attributes.title, good.title)
    assert.deepEqual(item.attributes.genre, [...new Set(good.genre.split('|'))])
    assert.equal(item.attributes.colour, good.colour === '' ? undefined : good.colour)
    assert.equal(item.attributes.year, good.year === '' ? undefined : good.year)
    assert.equal(item.attributes.stock, String(good.stock))
    if (i > 0) assert.ok(item.score <= items[i - 1].score)
    for (const source of item.sources) assert.ok(rec.sources.includes(source))
    assert.deepEqual(item.because, [], 'only with explain')
    assert.equal(item.explain, undefined)
  }
  assert.deepEqual(Object.keys(trace), [
    'history',
    'disliked',
    'unknown',
    'dropped',
    'recalled',
    'candidates',
    'ranked',
    'truncated',
    'filled',
    'stages',
    'ms',
    'layers',
    'waiting',
    'skipped',
  ])
  assert.deepEqual(Object.keys(trace.recalled), [...rec.sources])
  assert.deepEqual(Object.keys(trace.layers), [...rec.spaces])
  assert.ok(trace.candidates >= 30)
})

test('an attribute may have any name', async () => {
  const header = 'item_id,__proto__,constructor,toString'
  const bundle = await built({ items: file('proto.csv', `${header}\na,red,1,x|y\nb,blue,2,x\nc,,,\n`) })
  const odd = await Recommender.open(bundle.bytes)
  const attributes = odd.attributes(odd.number('a'))
  assert.deepEqual(Object.keys(attributes), ['__proto__', 'constructor', 'toString'])
  assert.deepEqual(Object.values(attributes), ['red', 1, ['x', 'y']])
  assert.equal(Object.getPrototypeOf(attributes), Object.prototype)
  assert.match(JSON.stringify(attributes), /"__proto__":"red"/)
  assert.deepEqual(Object.keys(odd.attributes(odd.number('c'))), [])
  assert.deepEqual(ids(odd.recommend({ filter: JSON.parse('{"__proto__":"blue"}') })), ['b'])
})

test('explain: because of the first 100, scores of all', () => {
  const { items } = rec.recommend({ history: ['p1', 'p6'], k: 119, explain: true })
  assert.ok(items.slice(0, 100).some((item) => item.because.length > 0))
  for (const item of items.slice(100)) {
    assert.deepEqual(item.because, [])
    assert.deepEqual(Object.keys(item.explain), [...rec.sources])
  }
})

test('explain: sources, scores, ranks and the events that brought an item', () => {
  const history = ['p1', 'p6', 'p42']
  const { items } = rec.recommend({ history, k: 20, explain: true })
  for (const item of items) {
    assert.deepEqual(Object.keys(item.explain), [...rec.sources])
    const ranked = Object.entries(item.explain).filter(([, said]) => said.rank > 0)
    assert.deepEqual(new Set(item.sources), new Set(ranked.map(([name]) => name)))
    assert.deepEqual(
      item.sources.map((name) => item.explain[name].rank),
      ranked.map(([, said]) => said.rank).sort((a, b) => a - b),
    )
    for (const id of item.because) assert.ok(history.includes(id))
    assert.equal(new Set(item.because).size, item.because.length)
  }
  assert.ok(items.some((item) => item.because.length > 0))
  // Of two events that have nothing to do with each other, only the one that brings an item is named.
  const lists = new Map(
    history.map((id) => [id, rec.recommend({ history: [id], k: 1000, explain: true, weights: only('i2i') })]),
  )
  const joint = rec.recommend({ history, k: 1000, explain: true, weights: only('i2i') })
  for (const item of joint.items.filter((one) => one.sources.length > 0 && joint.items.indexOf(one) < 100)) {
    const bringing = history.filter((id) =>
      lists.get(id).items.some((one) => one.id === item.id && one.sources.includes('i2i')),
    )
    assert.deepEqual(new Set(item.because), new Set(bringing), `because of ${item.id}`)
  }
})

const only = (name) => Object.fromEntries(rec.sources.map((source) => [source, source === name ? 1 : 0]))

test('weights: silence, override, unknown names', () => {
  for (const name of rec.sources.filter((source) => !['popular', 'trending', 'new'].includes(source))) {
    const { items, trace } = rec.recommend({ history: ['p1', 'p6'], k: 10, weights: only(name) })
    assert.ok(trace.recalled[name] > 0, `${name} recalls`)
    for (const [other, count] of Object.entries(trace.recalled)) if (other !== name) assert.equal(count, 0)
    for (const item of items)
      assert.deepEqual(
        item.sources.filter((source) => source !== name),
        [],
      )
  }
  const silent = rec.recommend({ history: ['p1'], k: 10, weights: Object.fromEntries(rec.sources.map((s) => [s, 0])) })
  assert.deepEqual([silent.items.length, silent.trace.filled, silent.trace.candidates], [10, 10, 0])
  says(
    () => rec.recommend({ weights: { magic: 1 } }),
    `weights: found source "magic", expected ${rec.sources.join(', ')}`,
  )
  for (const weight of [-1, NaN, Infinity])
    says(
      () => rec.recommend({ weights: { i2i: weight } }),
      /weights.i2i: found .*, expected a number from 0 to 1000000/,
    )
})

test('exclude and allow', () => {
  const best = ids(rec.recommend({ history: ['p1'], k: 3 }))
  const without = ids(rec.recommend({ history: ['p1'], k: 20, exclude: [best[0], 'nobody'] }))
  assert.ok(!without.includes(best[0]))
  assert.deepEqual(without.slice(0, 2), best.slice(1))
  const few = ids(rec.recommend({ history: ['p1'], k: 20, allow: ['p3', 'p1', 'nobody', 'p77'] }))
  assert.deepEqual(new Set(few), new Set(['p3', 'p77']), 'not the history itself')
  assert.deepEqual(ids(rec.recommend({ allow: [], k: 5 })), [])
  assert.deepEqual(ids(rec.recommend({ allow: ['p3'], exclude: ['p3'] })), [])
})

const matches = {
  genre: (good, value) => good.genre.split('|').includes(value),
  colour: (good, value) => good.colour === value,
  stock: (good, value) => String(good.stock) === String(value),
}

/** A random filter, and the same as a plain predicate over the catalogue's rows. */
function randomFilter(draw) {
  const filter = {}
  const tests = []
  const lists = { genre: [...GENRES, 'None such'], colour: [...COLOURS, 'mauve'], stock: [true, false] }
  for (const [field, values] of Object.entries(lists)) {
    if (draw() < 0.6) continue
    const wanted = draw() < 0.5 ? draw.of(values) : Array.from({ length: draw.below(4) }, () => draw.of(values))
    const negated = draw() < 0.3
    filter[field] = negated ? { not: wanted } : wanted
    tests.push((good) => [wanted].flat().some((value) => matches[field](good, value)) !== negated)
  }
  if (draw() < 0.6) {
    const [a, b] = [1978 + draw.below(44), 1978 + draw.below(44)]
    const known = (good, check) => good.year !== '' && check(good.year)
    const [condition, check] = draw.of([
      [a, (year) => year === a],
      [{ gte: a }, (year) => year >= a],
      [{ gt: a, lt: b }, (year) => year > a && year < b],
      [{ lte: b, gte: a - 10 }, (year) => year <= b && year >= a - 10],
    ])
    const negated = typeof condition === 'number' && draw() < 0.5
    filter.year = negated ? { not: condition } : condition
    tests.push((good) => known(good, check) !== negated)
  }
  return { filter, passes: (good) => tests.every((one) => one(good)) }
}

test('exactly min(k, m) items under random filters, all of them allowed', () => {
  const draw = random(7)
  for (let round = 0; round < 1000; round++) {
    const { filter, passes } = randomFilter(draw)
    const history = Array.from({ length: draw.below(6) }, () => `p${draw.below(130)}`)
    const exclude = Array.from({ length: draw.below(4) }, () => `p${draw.below(130)}`)
    const allow = draw() < 0.2 ? Array.from({ length: draw.below(40) }, () => `p${draw.below(130)}`) : undefined
    const k = draw() < 0.3 ? 1 + draw.below(1000) : 1 + draw.below(30)
    const allowed = shopped.goods.filter(
      (good) =>
        passes(good) &&
        !history.includes(good.item_id) &&
        !exclude.includes(good.item_id) &&
        (allow?.includes(good.item_id) ?? true),
    )
    const weights = draw() < 0.2 ? only(draw.of(rec.sources)) : undefined
    const answer = rec.recommend({ history, exclude, k, filter, ...(allow && { allow }), ...(weights && { weights }) })
    const got = ids(answer)
    const what = JSON.stringify({ history, exclude, k, filter, allow, weights })
    assert.equal(got.length, Math.min(k, allowed.length), what)
    assert.equal(new Set(got).size, got.length, what)
    for (const id of got)
      assert.ok(
        allowed.some((good) => good.item_id === id),
        `${id} in ${what}`,
      )
  }
})

test('filters that are wrong say what they found and what they expect', () => {
  const filter = (condition) => () => rec.recommend({ filter: condition })
  says(
    filter({ price: 3 }),
    'filter "price": found "price", expected one of the bundle\'s attributes: title, genre, colour, year, stock',
  )
  says(
    filter({ title: 'Thing number 1' }),
    'filter "title": found "Thing number 1", expected a category or a number: this attribute is text for display',
  )
  says(
    filter({ year: '1990' }),
    'filter "year": found "1990", expected a number, a list of numbers or {"gt" | "gte" | "lt" | "lte" | "not": number}',
  )
  says(
    filter({ year: [1990, '1991'] }),
    /^filter "year": found \[1990,"1991"\], expected a number, a list of numbers or/,
  )
  says(
    filter({ year: { from: 1990 } }),
    'filter "year": found {"from":1990}, expected "gt", "gte", "lt", "lte" or "not"',
  )
  says(filter({ year: {} }), 'filter "year": found {}, expected "gt", "gte", "lt", "lte" or "not"')
  says(filter({ year: { gte: 'x' } }), /^filter "year": found .*expected a number/)
  says(filter({ year: NaN }), /^filter "year": found .*expected a number/)
  says(filter({ year: null }), /^filter "year": found null, expected a number/)
  says(
    filter({ genre: { gte: 3 } }),
    'filter "genre": found {"gte":3}, expected a value, a list of values or {"not": …}',
  )
  says(filter({ genre: null }), 'filter "genre": found null, expected a value, a list of values or {"not": …}')
  says(filter({ genre: [['Drama']] }), /^filter "genre": found .*expected a value/)
  says(filter({ genre: { not: { not: 'Drama' } } }), /^filter "genre": found .*expected a value/)
  says(filter({ genre: { not: 'Drama', gte: 1 } }), /^filter "genre": found .*expected a value/)
  says(filter({ year: { not: 1990, gte: 1980 } }), /^filter "year": found .*"not"/)
  says(filter([]), 'filter: found [], expected an object such as {"genre": "Drama"}')
  says(filter('Drama'), 'filter: found "Drama", expected an object such as {"genre": "Drama"}')
  says(filter(null), 'filter: found null, expected an object such as {"genre": "Drama"}')
  assert.equal(rec.recommend({ filter: {} }).items.length, 20)
  assert.deepEqual(rec.recommend({ filter: { genre: 'x'.repeat(10_000) } }).items, [])
})

test('requests of the wrong shape', () => {
  says(() => rec.recommend({ historie: [] }), /^recommend: found option "historie", expected history, cart, k, filter/)
  says(
    () => rec.recommend({ history: 'p1' }),
    'history: found "p1", expected a list, each entry an id or { id, event, rating, at }',
  )
  says(() => rec.recommend({ history: [5] }), 'history[0]: found 5, expected an id or { id, event, rating, at }')
  says(
    () => rec.recommend({ history: ['p1', null] }),
    'history[1]: found null, expected an id or { id, event, rating, at }',
  )
  says(() => rec.recommend({ history: [{ id: 5 }] }), /^history\[0\]: found \{"id":5\}, expected an id/)
  says(() => rec.recommend({ history: [{ id: 'p1', rating: '5' }] }), 'history[0].rating: found "5", expected a number')
  says(
    () => rec.recommend({ history: [{ id: 'p1', at: '2020-01-01' }] }),
    'history[0].at: found "2020-01-01", expected a number of seconds',
  )
  says(() => rec.recommend({ history: [{ id: 'p1', event: 5 }] }), 'history[0].event: found 5, expected a name')
  says(
    () => rec.recommend({ history: ['p1', { id: 'p2', evnt: 'like' }] }),
    'history[1]: found key "evnt", expected id, event, rating, at',
  )
  says(
    () => rec.recommend({ history: [{ id: 'nobody', Rating: 5 }] }),
    'history[0]: found key "Rating", expected id, event, rating, at',
  )
  says(() => rec.recommend({ exclude: 'p1' }), 'exclude: found "p1", expected a list of ids, which are strings')
  says(() => rec.recommend({ exclude: [5] }), 'exclude: found [5], expected a list of ids, which are strings')
  says(() => rec.recommend({ cart: [5] }), 'cart: found [5], expected a list of ids, which are strings')
  says(() => rec.recommend({ allow: 'p1' }), 'allow: found "p1", expected a list of ids, which are strings')
  says(() => rec.recommend({ now: 'today' }), 'now: found "today", expected a number of seconds')
  says(() => rec.recommend({ now: 1.7e12 }), 'now: found 1700000000000, expected seconds since 1970, not milliseconds')
  says(() => rec.recommend({ weights: { i2i: '1' } }), 'weights.i2i: found "1", expected a number from 0 to 1000000')
  says(() => rec.recommend({ weights: [1] }), 'weights: found [1], expected an object such as {"popular": 0}')
  says(() => rec.recommend({ explain: 'yes' }), 'explain: found "yes", expected true or false')
  says(() => rec.recommend({ k: 5n }), 'k: found 5n, expected a whole number from 1 to 1000')
  says(() => rec.recommend({ filter: { year: 5n } }), /^filter "year": found 5n, expected a number/)
  const circle = []
  circle.push(circle)
  says(
    () => rec.recommend({ exclude: circle }),
    'exclude: found [object Array], expected a list of ids, which are strings',
  )
  says(() => rec.recommend({ history: 'x'.repeat(1e6) }), /^history: found "x{199}…, expected a list/)
  for (const [name, expected] of [
    ['id', 'the number of an item, from 0'],
    ['attributes', 'the number of an item, from 0'],
    ['vector', 'the number of an item, from 0'],
  ])
    for (const [wrong, found] of [
      ['x', '"x"'],
      [1.5, '1.5'],
      [NaN, 'NaN'],
      [undefined, 'undefined'],
      [5n, '5n'],
    ])
      says(() => rec[name](wrong), `${name}: found ${found}, expected ${expected}`)
  for (const wrong of [5, undefined, null])
    says(() => rec.number(wrong), `number: found ${wrong}, expected the id of an item`)
  says(() => rec.vector(0, 5), /^vector: found space 5, expected als/)
  says(() => rec.recommend(null), 'recommend: found null, expected an object such as { history, k }')
  says(() => rec.recommend(['p1']), 'recommend: found ["p1"], expected an object such as { history, k }')
})

test('similar', () => {
  const { items } = rec.similar('p1', { k: 5 })
  assert.equal(items.length, 5)
  assert.ok(!items.some((item) => item.id === 'p1'))
  says(() => rec.similar('nobody'), 'similar: found "nobody", expected the id of an item in the bundle')
  says(() => rec.similar(5), 'similar: found 5, expected the id of an item in the bundle')
  says(() => rec.similar(), 'similar: found undefined, expected the id of an item in the bundle')
  for (const key of ['kk', 'history'])
    says(
      () => rec.similar('p1', { [key]: 5 }),
      `similar: found option "${key}", expected k, filter, exclude, allow, explain, now, context, rankCandidates, weights, policy, diversity, impressions, clicks, seed, source`,
    )
  says(() => rec.similar('p1', null), 'similar: found null, expected an object such as { k }')
  says(() => rec.similar('p1', { weights: 5 }), 'weights: found 5, expected an object such as {"popular": 0}')
  for (const item of rec.similar('p1', { k: 50, filter: { colour: 'red' } }).items)
    assert.equal(item.attributes.colour, 'red')
})

test('similar is likeness, not order: next is silent unless it is asked for, or alone', async () => {
  const quiet = rec.similar('p1', { k: 20 })
  assert.equal(quiet.trace.recalled.next, 0)
  assert.ok(quiet.trace.recalled.i2i > 0)
  assert.deepEqual(timeless(quiet), timeless(rec.recommend({ history: ['p1'], k: 20, weights: { next: 0 } })))
  assert.equal(rec.similar('p1', { weights: { i2i: 1 } }).trace.recalled.next, 0, 'a weight of another source')
  const asked = rec.similar('p1', { k: 20, weights: { next: 2 } })
  assert.ok(asked.trace.recalled.next > 0)
  assert.deepEqual(timeless(asked), timeless(rec.recommend({ history: ['p1'], k: 20, weights: { next: 2 } })))
  const names = ['i2i', 'next', 'als', 'content', 'attributes', 'popular', 'trending', 'new']
  const sources = Object.fromEntries(names.map((name) => [name, ['next', 'popular', 'trending'].includes(name)]))
  const alone = await Recommender.open((await builtShop(shopped, { name: 'alone' }, { sources, tune: false })).bytes)
  assert.deepEqual([...alone.sources], ['next', 'popular', 'trending'])
  assert.ok(alone.similar('p1').trace.recalled.next > 0, 'the only source that looks at histories')
  const none = await Recommender.open((await builtShop(shopped, { log: false, name: 'no-next' })).bytes)
  assert.ok(!none.sources.includes('next'))
  assert.equal(none.similar('p1', { k: 5 }).items.length, 5)
})

test('nearest, vector, number, id', () => {
  assert.deepEqual([...rec.spaces], ['als', 'content'])
  for (let n = 0; n < rec.items; n++) assert.equal(rec.number(rec.id(n)), n)
  assert.equal(rec.id(-1), undefined)
  assert.equal(rec.id(rec.items), undefined)
  assert.equal(rec.number('nobody'), undefined)
  assert.deepEqual(rec.attributes(rec.items + 5), {})
  for (const space of rec.spaces) {
    const vectors = Array.from({ length: rec.items }, (_, n) => rec.vector(n, space))
    const query = vectors.find((vector) => vector !== null)
    const { items, scores } = rec.nearest(query, { k: 10, space })
    assert.ok(items instanceof Uint32Array && scores instanceof Float32Array)
    assert.equal(items.length, 10)
    // decoded vectors carry the coded length, which for cosine stands for 1
    const unit = rec.metricOf(space) === 'cosine' ? 1 / Math.hypot(...query) : 1
    const score = (vector) => unit * vector.reduce((sum, x, i) => sum + x * query[i], 0)
    const exact = vectors
      .map((vector, n) => [n, vector === null ? -Infinity : score(vector)])
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    for (const [place, n] of items.entries()) {
      assert.ok(
        Math.abs(scores[place] - exact[place][1]) < 1e-3 * (1 + Math.abs(exact[place][1])),
        `${space} ${place}: ${scores[place]} ${exact[place]}`,
      )
      assert.ok(Math.abs(score(vectors[n]) - scores[place]) < 1e-3 * (1 + Math.abs(scores[place])))
    }
    for (let layers = 0; layers <= rec.layersOf(space); layers++)
      assert.equal(rec.nearest(query, { k: 10, space, layers }).items.length, 10)
  }
  assert.deepEqual(
    rec.nearest(Array.from(rec.vector(0)), { k: 3 }),
    rec.nearest(rec.vector(0), { k: 3, space: rec.spaces[0] }),
  )
})

test('nearest in an l2 space: |q|² minus the score is the squared distance', async () => {
  const data = gaussians(40, 16, 3)
  const table = await npy('l2.npy', [40, 16], data)
  const l2 = await Recommender.open((await built({ embeddings: table }, { metric: 'l2', layers: 'f32' })).bytes)
  const query = data.subarray(32, 48)
  const { items, scores } = l2.nearest(query, { k: 40 })
  assert.equal(l2.id(items[0]), '2')
  items.forEach((n, place) => {
    const row = Number(l2.id(n))
    const distance = query.reduce((sum, x, i) => sum + (x - data[16 * row + i]) ** 2, 0)
    const found = Math.hypot(...query) ** 2 - scores[place]
    assert.ok(Math.abs(found - distance) < 1e-2, `${found} is to be ${distance}`)
    if (place > 0) assert.ok(scores[place] <= scores[place - 1])
  })
})

test('nearest of what filter, exclude and allow leave is the order of all, without the others', () => {
  const vector = rec.vector(3)
  const all = [...rec.nearest(vector, { k: rec.items }).items]
  const genre = (n) => rec.attributes(n).genre
  const [wanted] = [genre(all[1])].flat()
  const left = (is) => all.filter(is).slice(0, 12)
  const asked = (options) => [...rec.nearest(vector, { k: 12, ...options }).items]
  const has = (n) => [genre(n)].flat().includes(wanted)
  assert.deepEqual(asked({ filter: { genre: wanted } }), left(has))
  const exclude = left(has)
    .slice(0, 3)
    .map((n) => rec.id(n))
  assert.deepEqual(
    asked({ filter: { genre: wanted }, exclude }),
    left((n) => has(n) && !exclude.includes(rec.id(n))),
  )
  const allow = [all[9], all[40], all[2]].map((n) => rec.id(n)).concat('nobody')
  assert.deepEqual(asked({ allow }), [all[2], all[9], all[40]])
  assert.deepEqual(asked({}), all.slice(0, 12)) // one request says nothing of the next
})

test('nearest that is asked wrongly', () => {
  const dim = rec.vector(0).length
  says(() => rec.nearest([1, 2, 3]), `nearest: found a vector of 3 numbers, expected ${dim}`)
  says(() => rec.nearest(undefined), `nearest: found undefined, expected a vector of ${dim} numbers`)
  says(() => rec.nearest(rec.vector(0), { space: 'text' }), 'nearest: found space "text", expected als, content')
  says(
    () => rec.nearest(rec.vector(0), { layer: 1 }),
    'nearest: found option "layer", expected k, space, layers, filter, exclude, allow',
  )
  const most = rec.layersOf(rec.spaces[0])
  for (const layers of [-1, 0.5, most + 1, NaN])
    says(
      () => rec.nearest(rec.vector(0), { layers }),
      `layers: found ${layers}, expected a whole number from 0 to ${most}`,
    )
  says(() => rec.nearest('x'.repeat(dim)), 'nearest: vector[0]: found "x", expected a number')
  says(() => rec.nearest(new BigInt64Array(dim)), 'nearest: vector[0]: found 0n, expected a number')
  for (const bad of [NaN, Infinity]) says(() => rec.nearest(new Float32Array(dim).fill(bad)), /finite/)
  says(() => rec.vector(0, 'text'), 'vector: found space "text", expected als, content')
  says(() => rec.metricOf('text'), 'metricOf: found space "text", expected als, content')
  says(() => rec.layersOf('text'), 'layersOf: found space "text", expected als, content')
})

test('close', async () => {
  const other = await Recommender.open(bytes)
  other.close()
  for (const call of [
    () => other.recommend(),
    () => other.similar('p1'),
    () => other.nearest([1]),
    () => other.items,
    () => other.id(0),
    () => other.number('p1'),
    () => other.attributes(0),
    () => other.vector(0),
  ])
    says(call, 'recommender: it was closed')
  other.close()
})
