// What counts: dislikes, removals, ratings and their scales, weights of events, in logs as people have them.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { meaningOf } from '../../../build/web/build/names.js'
import { scaleOf } from '../../../build/web/build/ratings.js'
import { readItems } from '../../../build/web/read/index.js'
import { Recommender } from '../../../dist/node.js'
import { buildHere, built, cli, cliJson, csv, file, path, random } from '../helpers/shop.mjs'

/** Rows of people from `first` on, each with these cells. */
const people = (count, cells, first = 0) =>
  Array.from({ length: count }, (_, i) => ({ user_id: `u${first + i}`, ...cells }))

async function build(rows, config = {}) {
  const { bytes, record } = await built({ interactions: file('liking.csv', csv(rows)) }, config)
  writeFileSync(path('liking.martello'), bytes)
  return { rec: await Recommender.open(bytes), record }
}

const shown = (rec, k) => rec.recommend({ k }).items.map((item) => item.id)

/** What `build` says on its way, and its exit code. */
async function told(rows, config) {
  const args = ['--config', file('liking.json', JSON.stringify({ threads: 1, tune: false, ...config }))]
  const log = file('told.csv', csv(rows))
  const { code, stderr } = await buildHere('-o', path('told.martello'), '--interactions', log, ...args)
  return { code, stderr }
}

async function evaluate(history, holdout) {
  const { bytes } = await built({ interactions: file('past.csv', csv(history)) })
  writeFileSync(path('asked.martello'), bytes)
  const args = ['--history', path('past.csv'), '--holdout', file('held.csv', csv(holdout)), '--k', 5]
  return cliJson('eval', path('asked.martello'), ...args)
}

// -- eval: what is a target ----------------------------------------------------------------------------------------------

const FEW = ['a', 'b', 'c'].flatMap((item_id) => people(2, { item_id }))

test('what is held out as disliked is no target', async () => {
  const history = people(3, { item_id: 'a', event: 'like' }).concat(people(2, { item_id: 'b', event: 'like' }))
  for (const event of ['dislike', 'Thumbs-Down', 'removedFromCart', 'Refund']) {
    const rows = [...history, { user_id: 'u9', item_id: 'c', event }]
    const figures = await evaluate(rows, [
      { user_id: 'u2', item_id: 'b', event },
      { user_id: 'new', item_id: 'a', event: 'like' },
    ])
    assert.deepEqual([figures.users, figures.users_without_targets, figures.held_out_disliked], [1, 1, 1], event)
    assert.equal(figures.hit_rate, 1, event)
  }
  const rated = history.map(({ event: _, ...row }, i) => ({ ...row, rating: 1 + (i % 5) }))
  const figures = await evaluate(rated, [
    { user_id: 'u2', item_id: 'b', rating: 1 },
    { user_id: 'new', item_id: 'a', rating: 5 },
  ])
  assert.deepEqual([figures.users, figures.held_out_disliked], [1, 1], 'a low rating')
})

test('whoever has nothing left to find is counted apart, not as a miss', async () => {
  const history = [...FEW, { user_id: 'u1', item_id: 'd' }]
  const found = { user_id: 'u0', item_id: 'd' }
  for (const nothing of [
    [{ user_id: 'u1', item_id: 'd' }], // met before
    [
      { user_id: 'u1', item_id: 'd' },
      { user_id: 'u1', item_id: 'a' },
    ],
    [
      { user_id: 'u1', item_id: 'b' },
      { user_id: 'u7', item_id: 'z' },
    ], // the second is unknown: a miss, not nothing
  ]) {
    // prettier-ignore
    const figures = await evaluate(history, [found, ...nothing])
    const unknown = nothing.filter(({ item_id: id }) => id === 'z').length
    assert.deepEqual([figures.users, figures.users_without_targets], [1 + unknown, 1])
    assert.equal(figures.recall, 1 / (1 + unknown))
    assert.equal(figures.held_out_already_in_history, nothing.length - unknown)
  }
})

// -- ratings -------------------------------------------------------------------------------------------------------------

/** BAD has more ratings than anything, all of them the lowest; the others have high ones. */
const rated = (low, high, cell = 'rating') => [
  ...people(60, { item_id: 'BAD', [cell]: low }),
  ...Array.from({ length: 10 }, (_, item) => people(20 + item, { item_id: `good${item}`, [cell]: high })).flat(),
]

test('what all people gave the lowest rating is not what a new person sees first', async () => {
  for (const [low, high, cell] of [
    [1, 5],
    [0.5, 4.5, 'score'],
    [1, 10, 'stars'],
    [10, 100],
    [-1, 1],
    [0, 1],
  ]) {
    // prettier-ignore
    const { rec, record } = await build(rated(low, high, cell))
    assert.equal(shown(rec, 10).includes('BAD'), false, `${low} and ${high}`)
    assert.equal(record.account.ratings.disliked + record.account.ratings.liked >= 245, true)
  }
  const { rec } = await build(rated(1, 5), { ratings: false })
  assert.equal(shown(rec, 1)[0], 'BAD', 'unless the config lets each rating count 1')
})

test('build says how ratings are taken, and the config that says otherwise', async () => {
  const log = file('told.csv', csv(rated(1, 5)))
  const { code, stderr } = await cli('build', '-o', path('told.martello'), '--interactions', log) // without a config
  assert.equal(code, 0, stderr)
  assert.match(stderr, /ratings: 1 to 5; 2\.5 says nothing, 4 counts 1, .*: 245 of 305 are liking, 60 less/)
  assert.match(
    stderr,
    /change \{"ratings":\{"zero":2\.5,"one":4,"least":0\}\} in a config; \{"ratings":false\} lets each/,
  )
  const counted = await told(rated(3, 700, 'rating'))
  assert.match(
    counted.stderr,
    /each counts 1, whatever it says \(.+\)\n.*to grade ratings: \{"ratings":\{"zero":0,"one":700\}\}/,
  )
})

test('-1, or a 0 that stands apart, is "met, not rated": an event like others', async () => {
  const draw = random(5)
  for (const none of [-1, 0]) {
    const some = Array.from({ length: 300 }, (_, i) => ({ user_id: `u${i % 60}`, item_id: `i${draw.below(30)}`, rating: draw.of([1, 4, 6, 7, 8, 8, 9, 10]) })) // prettier-ignore
    const rows = [...some, ...people(200, { item_id: 'met', rating: none })]
    const { rec, record } = await build(rows)
    assert.equal(shown(rec, 1)[0], 'met')
    const { scale, unrated } = record.account.ratings
    assert.deepEqual([scale, unrated], [{ zero: 5, one: 8, none, least: 0, by: 'default' }, 200])
    assert.match((await told(rows)).stderr, /look: the rating (-1|0) in 200 rows is taken for "not rated"/)
    const scores = (rating) => rec.recommend({ history: [{ id: 'i1', rating }], k: 5 }).items.map(({ score }) => score)
    assert.deepEqual(scores(none), scores(10), 'a device takes it for an event as well')
  }
})

/** Values with how often each comes. */
const values = (counts) => Object.entries(counts).map(([value, count]) => ({ value: +value, count })).sort((a, b) => a.value - b.value) // prettier-ignore
const scale = (counts, column = 'rating') => scaleOf(column, values(counts)).grading

test('scales of liking are told from columns that count', () => {
  const stars = { 0.5: 10, 1: 20, 1.5: 10, 2: 60, 2.5: 50, 3: 200, 3.5: 130, 4: 260, 4.5: 80, 5: 130 }
  assert.deepEqual(scale(stars), { zero: 2.5, one: 4, least: 0 })
  assert.deepEqual(scale({ 1: 6, 2: 11, 3: 27, 4: 34, 5: 21 }), { zero: 2.5, one: 4, least: 0 })
  assert.deepEqual(
    scale({ 1: 30, 2: 5, 3: 5, 4: 5, 5: 40 }),
    { zero: 2.5, one: 4, least: 0 },
    'people love it or hate it',
  )
  assert.deepEqual(scale({ 0: 5, 1: 6, 2: 9, 3: 30, 4: 40, 5: 30 }), { zero: 2.5, one: 4, least: 0 }, '0 as a rating')
  assert.deepEqual(scale({ 1: 1, 3: 2, 5: 8, 7: 20, 8: 30, 9: 20, 10: 10 }), { zero: 5, one: 8, least: 0 })
  assert.deepEqual(scale({ 10: 3, 35: 4, 50: 9, 70: 30, 80: 40, 95: 20, 100: 9 }), { zero: 50, one: 80, least: 0 })
  assert.deepEqual(scale({ 1: 3, 4: 9, 6: 8, 7: 9 }), { zero: 3.5, one: 5.6, least: 0 })
  assert.deepEqual([scale({ '-1': 5, 1: 9 }), scale({ '-1': 5, 0: 3, 1: 9 })], [{ zero: 0, one: 1 }, { zero: 0, one: 1 }]) // prettier-ignore
  assert.deepEqual(scale({ 0: 900, 1: 9 }), { zero: 0, one: 1 })
  const tenths = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [i / 10, 5 + i]))
  assert.deepEqual(scale(tenths), { zero: 0.5, one: 0.8, least: 0 }, 'a scale up to 1 is no thumb')
  assert.deepEqual(scale({ 0: 9, 0.5: 30, 1: 40 }), { zero: 0.5, one: 0.8, least: 0 })
  assert.deepEqual(scale({ '-2': 5, '-1': 3, 0: 4, 1: 9, 2: 9 }), { zero: 0, one: 1.2 })
  const lacking = { 0.5: 3, 1: 4, 2: 6, 3: 9, 4: 20, 4.5: 9 }
  assert.deepEqual(scale(lacking), { zero: 2.5, one: 4, least: 0 }, 'nobody gave five of five')
  assert.match(scaleOf('rating', values(lacking)).why, /, up to 5, which nobody gives$/)
  assert.deepEqual(scale({ 1: 4, 3: 2, 5: 8, 7: 20, 9: 6 }), { zero: 5, one: 8, least: 0 })
  const counting = [
    { 1: 800, 2: 120, 3: 40, 4: 20, 5: 12 }, // pieces
    { 1: 500, 2: 200, 3: 90, 7: 40, 20: 9, 133: 1 }, // plays
    { 9.99: 40, 19.99: 30, 24.5: 20, 49.99: 10 }, // prices
    { 5: 100 },
    { 4: 50, 5: 50 }, // nobody says that they did not like it
    { 1: 90, 2: 60 },
    { 1: 10, 3: 20, 5: 20, 8: 20, 12: 30 }, // up to 12, or 15, goes no scale
    { 5: 10, 10: 20, 40: 30 },
    Object.fromEntries(Array.from({ length: 300 }, (_, i) => [0.1 + i * 0.017, 1])),
  ]
  for (const counts of counting) assert.equal(scale(counts), null, JSON.stringify(counts).slice(0, 60))
  const units = { 1: 600, 2: 200, 3: 80, 4: 60, 5: 60 } // enough of the upper half, and still as pieces are sold
  for (const column of ['units', 'value', 'n_items']) assert.equal(scale(units, column), null, column)
  assert.match(
    scaleOf('value', values(units)).why,
    /the more, the fewer, from 1 on, .* no "value" is a usual name of ratings/,
  )
  for (const column of ['rating', 'user_score', 'Stars']) assert.deepEqual(scale(units, column), { zero: 2.5, one: 4, least: 0 }) // prettier-ignore
  assert.deepEqual(scale({ 1: 30, 2: 5, 3: 5, 4: 5, 5: 40 }, 'value'), { zero: 2.5, one: 4, least: 0 })
  for (const column of ['quantity', 'play_count', 'price', 'ratings_count']) assert.equal(scale(stars, column), null)
})

test('ratings of a catalogue that are all out of the same are numbers, and it is said', async () => {
  const told = async (cells) => {
    const rows = Array.from({ length: 60 }, (_, i) => ({ item_id: `p${i}`, title: `T ${i}`, score: cells[(i * 7) % cells.length] })) // prettier-ignore
    const { facts, columns } = await readItems([file('out-of.csv', csv(rows))])
    return [columns.find(({ name }) => name === 'score'), facts.remarks.join('\n')]
  }
  for (const cells of [
    ['3/5', '0/5', '4/5', '5/5', '2/5'],
    ['8/10', '7.5/10', '3/10'],
    ['4.0 out of 5 stars', '1.0 out of 5 stars'],
  ]) {
    // prettier-ignore
    const [column, remarks] = await told(cells)
    assert.equal(column.kind, 'number', cells[0])
    assert.equal(column.values[0], parseFloat(cells[0]))
    assert.ok(remarks.includes(`score: number, "${cells[0]}" being ${parseFloat(cells[0])}`), remarks)
  }
  for (const cells of [['1/2', '3/4', '5/8'], ['24/7', '9/5', '8/6']]) assert.notEqual((await told(cells))[0].kind, 'number', cells[0]) // prettier-ignore
})

test('a few ratings far off a scale are slips, taken for missing and said', async () => {
  const five = { 1: 60, 2: 110, 3: 270, 4: 340, 5: 210 }
  for (const slip of [55, 6, 10, 500, -5]) {
    const { grading, slips } = scaleOf('rating', values({ ...five, [slip]: 1 }))
    assert.deepEqual([grading, slips], [{ zero: 2.5, one: 4, least: 0 }, [{ value: slip, count: 1 }]], String(slip))
  }
  assert.deepEqual(scaleOf('rating', values({ ...five, 45: 9, 50: 12 })).slips?.length, 2, 'of another scale')
  assert.deepEqual(scale({ 1: 60, 2: 110, 3: 270, 4: 340, 5: 210, 6: 30 }), { zero: 3, one: 4.8, least: 0 }, 'too many')
  const rows = rated(1, 5)
  const stars = rows.map((row, i) => ({ ...row, rating: i % 9 === 0 ? 3 : i === 100 ? 55 : row.rating }))
  const { stderr } = await told(stars)
  assert.match(stderr, /ratings: 1 to 5; 2\.5 says nothing, 4 counts 1/)
  assert.match(stderr, /look: ratings far off the scale up to 5 are taken for missing: 55 in 1 of 305 rows/)
})

test('scales in tenths, of a hundred, and below and above 0 are scales', () => {
  const spread = (from, to, step) => Object.fromEntries(Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => [+(from + i * step).toFixed(2), 3 + (i % 5)])) // prettier-ignore
  assert.deepEqual(scale(spread(1, 5, 0.1)), { zero: 2.5, one: 4, least: 0 })
  assert.deepEqual(scale(spread(1, 10, 0.1)), { zero: 5, one: 8, least: 0 })
  for (const top of [98, 100]) assert.deepEqual(scale(spread(0, top, 1)), { zero: 50, one: 80, least: 0 })
  assert.deepEqual(scale(spread(0, 100, 0.5)), { zero: 50, one: 80, least: 0 })
  assert.deepEqual(scale(spread(-10, 10, 1)), { zero: 0, one: 6 })
  assert.deepEqual(scale(spread(-9.95, 9.41, 0.11)), { zero: 0, one: 6 }, 'jokes')
  assert.deepEqual(scale({ ...spread(-9.95, 9.41, 0.11), 99: 4000 }), { zero: 0, one: 6, none: 99 }, 'not rated')
  assert.equal(scale(spread(1, 5, 0.1), 'value'), null, 'so fine only where the name says that it rates')
})

test('a column that counts, and goes below 0, counts what is above', () => {
  assert.deepEqual(scale({ '-80': 1, '-1': 50, 1: 500, 6: 90, 4800: 2 }, 'Quantity'), { zero: 0, one: 1, least: 0 })
  assert.deepEqual(scale({ '-0.5': 5, 0.5: 50, 1.25: 500 }, 'menge_kg'), { zero: 0, one: 0.5, least: 0 })
  assert.deepEqual(scale({ '-19.99': 5, 9.99: 50, 19.99: 500 }, 'amount'), { zero: 0, one: 9.99, least: 0 })
  assert.equal(scale({ 1: 500, 6: 90 }, 'Quantity'), null)
})

test('where ratings are not graded, or the top is open, the line to copy is a sensible one', async () => {
  const open = rated(1, 4).map((row, i) => ({ ...row, rating: i % 7 === 0 ? 2 + (i % 2) : row.rating }))
  assert.match(
    (await told(open)).stderr,
    /look: nobody gives more than 4, .*; if it is 5, say \{"ratings":\{"zero":2\.5,"one":4,"least":0\}\} in a config/,
  )
  const draw = random(8)
  const fine = rated(1, 5).map((row) => ({ ...row, rating: +(5 * draw() ** 0.5).toFixed(3) }))
  const { stderr } = await told(fine)
  assert.match(stderr, /look: ratings are not graded: the values are not a few even steps; to grade ratings: \{"ratings":\{"zero":2\.\d{1,2},"one":(4|3\.\d{1,2}),"least":0\}\} in a config/) // prettier-ignore
  assert.doesNotMatch((await told(fine, { ratings: false })).stderr, /look: ratings/)
})

// -- events --------------------------------------------------------------------------------------------------------------

test('names that take something back count 0, those that say dislike -1, all others 1', () => {
  const back = ['remove_from_cart', 'REMOVE-FROM-CART', 'removeFromCart', 'RemovedFromWishlist', 'Remove from cart', 'removal', 'cart:remove', 'wishlist.removed', 'refund', 'REFUNDED', 'return', 'returned', 'purchase_return', 'cancel', 'canceled', 'order-cancelled', 'OrderCancellation', 'unlike', 'un_like', 'Unfavorite', 'unfavourited', 'unsubscribe', 'unfollowed', 'deleteItem', 'skip', 'song_skipped', 'undo_dislike', 'unhide', 'abandoned_cart'] // prettier-ignore
  for (const name of back) assert.equal(meaningOf(name).weight, 0, name)
  const against = ['dislike', 'Disliked', 'thumbs_down', 'thumbsDown', 'THUMBS DOWN', 'thumb-down', 'downvote', 'down_voted', 'hide', 'hidden', 'not_interested', 'NotInterested', 'block', 'blocked', 'report', 'report_item', 'mute', 'rejected', 'dismiss', '👎'] // prettier-ignore
  for (const name of against) assert.equal(meaningOf(name).weight, -1, name)
  const plain = ['view', 'purchase', 'add_to_cart', 'like', 'thumbs_up', 'upvote', 'subscribe', 'share', 'view_report', 'reportDownloaded', 'returning_visitor', 'return_visit', 'universe', 'checkout', 'constructor', '__proto__', 'play', '加入购物车', '', 'play_muted', 'click_block', 'report_click', 'hidden_gem_click', 'view_cancel_policy', 'ViewedReturnPolicy', 'found_hidden_gem', 'cart_block_shown'] // prettier-ignore
  for (const name of plain) assert.equal(meaningOf(name).weight, 1, name)
})

test('a word that may say less, and counts 1, is said', async () => {
  const rows = ['play_muted', 'view_cancel_policy', 'play'].flatMap((event) => people(3, { item_id: event, event }))
  const { stderr } = await told(rows)
  const line = 'look: "play_muted" counts 1 in spite of "muted", "view_cancel_policy" counts 1 in spite of "cancel"; ' +
    'if they take back or say dislike, say {"events":{"play_muted":-1,"view_cancel_policy":0}} in a config' // prettier-ignore
  assert.ok(stderr.includes(line), stderr)
  assert.doesNotMatch((await told(rows, { events: { play_muted: 0.5, view_cancel_policy: 1 } })).stderr, /in spite of/)
})

test('a name that every bundle knows is decided by its name, and said', async () => {
  const rows = [...people(9, { item_id: 'a', event: 'dislike' }), ...people(9, { item_id: 'b', event: 'constructor' })]
  const { record } = await build(rows)
  assert.deepEqual(record.account.events.map(({ name, weight, by }) => [name, weight, by]), [['dislike', -1, 'name'], ['constructor', 1, 'default']]) // prettier-ignore
  assert.match(
    (await told(rows)).stderr,
    /look: by their names, "dislike" says dislike; .* \{"events":\{"dislike":-1\}\}/,
  )
})

test('more names than a bundle has room for: the commonest are kept, the others count 1, and are said', async () => {
  const long = `removed_from_cart_because_${'x'.repeat(47)}`
  const reasons = Array.from({ length: 90 }, (_, n) =>
    people(92 - n, { item_id: `i${n % 7}`, event: `cancel_reason_${n}` }),
  )
  const rows = [
    ...FEW.map((row) => ({ ...row, event: 'buy' })),
    ...reasons.flat(),
    ...people(5, { item_id: 'a', event: long }),
  ]
  const { record } = await build(rows, { events: { buy: 2 } })
  const of = (name) => record.account.events.find((one) => one.name === name)
  assert.deepEqual(of('cancel_reason_59'), { name: 'cancel_reason_59', count: 33, weight: 0, by: 'name' })
  for (const name of ['cancel_reason_60', 'cancel_reason_89', long]) {
    const { weight, by, left } = of(name)
    assert.deepEqual([weight, by, left], [1, 'default', true], name)
  }
  const { code, stderr } = await told(rows, { events: { buy: 2 } })
  assert.equal(code, 0, stderr)
  assert.match(stderr, /look: \d+ rows count 1 though their names take back or say dislike: "cancel_reason_60", .* and 11 more; a bundle takes 64 names of at most 56 bytes, the config's first and then the commonest/) // prettier-ignore
  const many = Object.fromEntries(Array.from({ length: 62 }, (_, n) => [`e${n}`, 2]))
  assert.match(
    (await told(rows, { events: many })).stderr,
    /key "events": found 65 names, the built-in ones included, expected at most 64/,
  )
})

test('what people took back is not what a new person sees first, and build says so', async () => {
  for (const event of ['remove_from_cart', 'Refund', 'unsubscribed', 'NOT INTERESTED']) {
    const rows = [...people(20, { item_id: 'RETURNED', event }), ...people(6, { item_id: 'p1', event: 'view' }), ...people(5, { item_id: 'p2', event: 'view' })] // prettier-ignore
    const { rec, record } = await build(rows)
    assert.deepEqual(shown(rec, 2), ['p1', 'p2'], event)
    const weight = event === 'NOT INTERESTED' ? -1 : 0
    assert.deepEqual(record.account.events[0], { name: event, count: 20, weight, by: 'name' })
    const { stderr } = await told(rows)
    assert.ok(stderr.includes(`events: ${event} ${weight} (20 rows), view 1 (11 rows)`), stderr)
    assert.ok(stderr.includes(`change ${JSON.stringify({ events: { [event]: weight } })} in a config`), stderr)
    assert.deepEqual(shown((await build(rows, { events: { [event.toLowerCase()]: 1 } })).rec, 1), ['RETURNED'])
  }
})

test('a name of 56 bytes counts on a device what it counts in the build', async () => {
  const event = 'product_removed_from_the_shopping_cart_by_the_user_again'
  assert.equal(event.length, 56)
  const rows = [...FEW.map((row) => ({ ...row, event: 'buy' })), { user_id: 'u0', item_id: 'd', event }]
  const { rec } = await build(rows, { people: 1 })
  const scores = (name) => rec.recommend({ history: [{ id: 'a', event: name }], k: 5 }).items.map(({ score }) => score)
  assert.notDeepEqual(scores(event), scores('buy'))
  assert.deepEqual(scores(`${event}s`), scores('buy'), 'another name')
})

test('a name of the config that is almost one of the log is an error, another is said', async () => {
  const rows = [
    ...people(4, { item_id: 'a', event: 'purchase' }),
    ...people(4, { item_id: 'b', event: 'add_to_cart' }, 2),
  ]
  for (const [name, meant] of [
    ['purchse', 'purchase'],
    ['Purchases', 'purchase'],
    ['add-to-cart', 'add_to_cart'],
    ['addToCart', 'add_to_cart'],
    ['pruchase', 'purchase'],
  ]) {
    // prettier-ignore
    const { code, stderr } = await told(rows, { events: { [name]: 5 } })
    assert.equal(code, 1, name)
    assert.ok(stderr.includes(`key "events": found "${name}", as no event of`), stderr)
    assert.ok(stderr.includes(`expected "${meant}" (the log has "purchase", "add_to_cart")`), stderr)
  }
  const kept = await told(rows, { events: { like: 2, PURCHASE: 3 } })
  assert.equal(kept.code, 0)
  assert.match(kept.stderr, /look: config key "events" names "like", which the log does not have/)
  const without = await told(FEW, { events: { like: 2 } })
  assert.match(without.stderr, /config key "events" has no effect: the log has no event column/)
})

// -- popular -------------------------------------------------------------------------------------------------------------

test('weights of events reach popular, each person once by the strongest', async () => {
  const log = [
    ...people(60, { item_id: 'V', event: 'view' }),
    ...people(40, { item_id: 'P', event: 'view' }),
    ...people(40, { item_id: 'P', event: 'purchase' }),
    ...people(30, { item_id: 'again', event: 'view' }),
    ...people(30, { item_id: 'again', event: 'view' }),
    ...people(30, { item_id: 'again', event: 'view' }),
  ]
  assert.deepEqual(shown((await build(log, { events: { purchase: 5 } })).rec, 3), ['P', 'V', 'again'])
  assert.deepEqual(shown((await build(log)).rec, 3), ['V', 'P', 'again'], 'all alike: by people')
  assert.deepEqual(shown((await build(log, { events: { view: 0.1, purchase: 0.1 } })).rec, 3), ['V', 'P', 'again'])
  const stars = [...people(60, { item_id: 'fair', rating: 3 }), ...people(30, { item_id: 'fine', rating: 5 }, 20), ...people(9, { item_id: 'poor', rating: 1 })] // prettier-ignore
  assert.deepEqual(shown((await build(stars)).rec, 2), ['fine', 'fair'], '60 of a third are less than 30')
})
