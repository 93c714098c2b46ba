// What counts in the orders and events of shops: returns and cancellations wherever and in whatever language they stand, guests,
// and the last word of a person on an item.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf, recorded } from '../../../build/web/build/account.js'
import { takenBack } from '../../../build/web/build/lastword.js'
import { meaningOf } from '../../../build/web/build/names.js'
import { logOptions } from '../../../build/web/build/reading.js'
import { weighingOf } from '../../../build/web/build/weighing.js'
import { readInteractions } from '../../../build/web/read/index.js'
import { Recommender } from '../../../dist/node.js'
import { build } from '../../../dist/build.js'
import { buildHere, checkHere, cli, cliJson, csv, file, path, random } from '../helpers/shop.mjs'

/** A log as a build reads it. */
const read = (rows, config = {}) => readInteractions([file('orders.csv', csv(rows))], logOptions(config))

/** What a build says of it, to look at. */
async function looks(rows, config = {}) {
  const { account } = accountOf({ interactions: await read(rows, config), items: null, embeddings: null }, config)
  return account.remarks.filter((line) => line.startsWith('look: ')).map((line) => line.replaceAll(path(''), ''))
}

/** The config that a sentence names. */
const configIn = (line) => JSON.parse(/\{.*\}/.exec(line)[0])

/** What 600 lines of orders have in common; `cells` are of line i. */
function orders(cells, seed = 5) {
  const draw = random(seed)
  return Array.from({ length: 600 }, (_, i) => ({
    user_id: `c${draw.below(40)}`,
    product_id: `p${Math.floor(30 * draw() ** 2)}`,
    ...cells(i, draw),
  }))
}

/** A new person's shelf. */
async function popular(rows, config = {}) {
  const { bytes } = await build(
    { interactions: await read(rows, config), items: null, embeddings: null },
    { threads: 1, tune: false, ...config },
    1,
    { say() {}, stage() {} },
  )
  return (await Recommender.open(bytes)).recommend({ k: 3 }).items.map(({ id }) => id)
}

// -- names in many languages ----------------------------------------------------------------------------------------------

const BACK = {
  German: 'Rückgabe, RUECKGABE, storniert, Storno, Retoure, zurückgeschickt, Rückerstattung, gefällt_mir_nicht_mehr',
  French: 'annulé, Annulée, remboursé, remboursement, retour, retourné, désabonnement',
  Spanish: 'devolución, cancelado, CANCELADA, reembolso, reembolsado, anulado',
  Portuguese: 'devolvido, estornado, reembolsado, cancelamento',
  Italian: 'reso, rimborso, annullato, restituito',
  Others:
    'geannuleerd, återbetald, returnert, annulleret, peruutettu, zwrot, anulowano, vráceno, Zrušeno, törölve, anulat, iade, İade edildi, İPTAL, επιστροφή, ακυρώθηκε, dibatalkan, hủy',
  Cyrillic: 'Возврат, возврат товара, отмена, Отменён, возвращено, скасовано, повернення',
  'right to left': 'إرجاع, الإلغاء, تم الإلغاء, ملغي, استرجاع, מוחזר, הוחזר, בוטל, ביטול הזמנה',
  'without spaces':
    '取消, 已取消, 取消订单, 退款, 已退款, 退货, 返品, 返金, キャンセル, キャンセル済み, 취소, 주문취소, 환불, 반품, 좋아요 취소, ยกเลิก',
  Hindi: 'वापसी, रद्द',
  English: 'refunded, order.refunded, wc-cancelled, Voided, Shipped - Returned to Seller, returned_to_sender, un-like',
}

test('names that take back do so in every language that shops write', () => {
  for (const [language, names] of Object.entries(BACK))
    for (const name of names.split(', ')) assert.deepEqual(meaningOf(name), { weight: 0, back: true }, `${language}: ${name}`) // prettier-ignore
  const bought = 'Kauf, gekauft, achat, compra, acquisto, zakup, купить, покупка, 購入, 购买, 加入购物车, 구매, شراء, רכישה, satın alma, completed, processing, paid, fulfilled, unfulfilled, partial, on-hold, pending, restocked, ver, teilen' // prettier-ignore
  for (const name of bought.split(', ')) assert.deepEqual(meaningOf(name), { weight: 1 }, name)
  const dislikes = 'je n’aime pas, Gefällt mir nicht, mag_ich_nicht, не нравится, дизлайк, no me gusta, NoMeGusta, non mi piace, 不喜欢, 不感兴趣, 低評価, 싫어요, لا يعجبني, לא אהבתי' // prettier-ignore
  for (const name of dislikes.split(', ')) assert.equal(meaningOf(name).weight, -1, name)
})

test('what is denied, may be, or was in part, is not taken back', () => {
  for (const name of ['not_cancelled', 'non_refundable', 'Cancelable', '未取消', 'не отменён', 'nicht storniert'])
    assert.deepEqual(meaningOf(name), { weight: 1 }, name)
  for (const name of ['partially_refunded', '部分退款', 'teilweise erstattet', 'view_returns', 'клик_отмена'])
    assert.ok(meaningOf(name).weight === 1 && meaningOf(name).doubt, name)
  for (const name of ['failed', 'payment_failed', 'skip', 'abandoned_cart', 'fehlgeschlagen', '失败'])
    assert.deepEqual(meaningOf(name), { weight: 0 }, `${name} came to nothing, and takes nothing back`)
})

test('states of orders that came to nothing count 0, and those that may have are said', async () => {
  const none = 'checkout-draft, wc-checkout-draft, Checkout draft, trash, auto-draft, expired, order_expired, fraud, Payment error, Erreur de paiement, abgelaufen, 已过期' // prettier-ignore
  for (const name of none.split(', ')) assert.deepEqual(meaningOf(name), { weight: 0 }, name)
  const maybe = 'unpaid, pending_payment, Pending payment, Awaiting payment, wc-pending, draft, closed'
  for (const name of maybe.split(', ')) assert.deepEqual(meaningOf(name), { weight: 1, maybe: true }, name)
  const others = 'pending, on-hold, complete, processing, authorized, coupon_expired, view_draft, fraud_guide, door closed, Awaiting bank wire payment' // prettier-ignore
  for (const name of others.split(', ')) assert.deepEqual(meaningOf(name), { weight: 1 }, name)
  const states = (...names) => orders((i) => ({ event: names[i % names.length] }))
  const [nothing, ...rest] = await looks(states('complete', 'processing', 'closed'))
  assert.match(nothing, /^look: by their names, "closed" came to nothing; .*\{"events":\{"closed":0\}\}/)
  assert.equal(rest.length, 0, rest.join())
  const [said, ...more] = await looks(states('open', 'closed', 'processing'))
  assert.equal(more.length, 0, more.join())
  assert.match(
    said,
    /^look: orders that are "closed" count 1; if they came to nothing, say \{"events":\{"closed":0\}\}/,
  )
  assert.deepEqual(await looks(states('open', 'closed', 'processing'), { events: { closed: 0 } }), [])
  const idle = orders((i) => ({ event: 'order', status: ['complete', 'holded', 'closed'][i % 3] }))
  assert.deepEqual(configIn((await looks(idle))[0]), { leaveOut: { status: ['closed'] } })
})

test('a log of other languages is not led by what came back', async () => {
  for (const [buy, back] of [
    ['покупка', 'Возврат'],
    ['購入', '返品'],
    ['achat', 'Annulé'],
  ]) {
    // prettier-ignore
    const rows = orders((i) => (i < 200 ? { product_id: 'BACK', user_id: `u${i}`, event: back } : { event: buy }))
    assert.ok(!(await popular(rows)).includes('BACK'), back)
    assert.match((await looks(rows))[0], new RegExp(`^look: by their names, "${back}" takes back; .*"${back}":0`))
  }
})

// -- columns that nobody took ---------------------------------------------------------------------------------------------

test('states of orders in a column that is not used are pointed at, and its config takes them', async () => {
  for (const [column, bad, good] of [
    ['order_status', 'refunded', 'completed'],
    ['Financial Status', 'voided', 'paid'],
    ['Vorgang', 'Rückgabe', 'Kauf'],
    ['статус', 'Отменён', 'Выполнен'],
  ]) {
    const rows = orders((i) => (i % 3 === 0 ? { user_id: `u${i}`, product_id: 'BACK', [column]: bad } : { [column]: good })) // prettier-ignore
    const [line, ...others] = await looks(rows)
    assert.equal(others.length, 0)
    assert.ok(line.includes(`orders.csv: "${column}", which is not used, says "${bad}" in 200 of 600 rows`), line)
    assert.equal((await popular(rows))[0], 'BACK')
    const config = configIn(line)
    assert.deepEqual(config, { columns: { interactions: { event: column } } })
    assert.ok(!(await popular(rows, config)).includes('BACK'))
    const after = await looks(rows, config)
    assert.ok(
      after.every((one) => !one.includes('which is not used')),
      after.join('\n'),
    )
  }
})

test('what most of the rows say is nothing that was taken back', async () => {
  for (const cells of [
    (i) => ({ 'Customer type': i % 3 ? 'returning' : 'new' }), // customers, of whom many come again
    (i) => ({ 'Customer type': i % 3 ? 'new' : 'returning' }),
    (i) => ({ 'Quantity (- Refund)': i % 9 ? 1 : 0 }), // what is left of it
    (i) => ({ 'Quantity (- Refund)': i % 3 ? '' : 1 }),
    (i) => ({ total_after_refunds: i % 3 ? 0 : 9.5 }),
    (i) => ({ 'Return policy': i % 9 ? '30 days' : '' }),
    (i) => ({ handling: i % 9 ? 'Return to stock' : 'Scrap' }),
    (i) => ({ amount: i % 9 ? -9.5 : 200 }), // an account from which people pay
  ])
    assert.deepEqual(await looks(orders(cells)), [], cells)
  assert.equal(meaningOf('returning to sender').weight, 0)
  const [line] = await looks(orders((i) => ({ qty_refunded: i % 9 ? 0 : 1 })))
  assert.match(line, /"qty_refunded", which is not used, says something in 67 of 600 rows/)
})

test('where events are taken already, the config leaves such rows out, in build, eval and features', async () => {
  const rows = orders((i) => ({
    ...(i % 3 === 0 && { user_id: `u${i}`, product_id: 'BACK' }),
    timestamp: 1.6e9 + i * 3600,
    event: 'order',
    status: i % 3 === 0 ? 'cancelled' : 'ok',
  }))
  const config = configIn((await looks(rows))[0])
  assert.deepEqual(config, { leaveOut: { status: ['cancelled'] } })
  const log = file('left.csv', csv(rows))
  const out = path('left.martello')
  const args = ['--interactions', log, '--config', file('left.json', JSON.stringify(config))]
  const { account, items } = await cliJson('build', '-o', out, ...args, '--quiet')
  assert.deepEqual(account.inputs[0].left, [{ rows: 200, why: 'by "status", as "leaveOut" says', row: 1 }])
  assert.equal(items, new Set(rows.slice(1).filter((_, i) => (i + 1) % 3 !== 0).map((row) => row.product_id)).size) // prettier-ignore
  const held = file('left-held.csv', csv([{ user_id: 'c1', product_id: 'p9', status: 'cancelled' }, { user_id: 'c2', product_id: 'new', status: 'ok' }])) // prettier-ignore
  const figures = await cliJson('eval', out, '--history', log, '--holdout', held)
  assert.deepEqual([figures.users, figures.held_out_unknown], [1, 1], 'a cancelled order is no target')
  const features = path('left-rows.csv')
  const made = await cliJson('features', out, '--events', log, '-o', features)
  assert.equal(made.events, 400)
})

test('dates, amounts and marks of what came back are pointed at by the names of their columns', async () => {
  for (const [column, yes, no] of [
    ['Cancelled at', '2023-11-14 22:13:20 +0100', ''],
    ['qty_refunded', '1.0000', '0.0000'],
    ['Amount Refunded', '€12.00', '€0.00'],
    ['is_returned', 'True', 'False'],
    ['storniert', 'ja', '-'],
    ['退款金额', '9.5', '0'],
  ]) {
    const rows = orders((i) => ({ timestamp: 1.6e9 + i, [column]: i % 20 === 0 ? yes : no }))
    const [line, ...others] = await looks(rows)
    assert.equal(others.length, 0)
    assert.ok(line.includes(`"${column}", which is not used, says something in 30 of 600 rows`), line)
    const config = configIn(line)
    assert.deepEqual(config, { leaveOut: { [column]: true } })
    assert.equal((await read(rows, config)).rows, 570)
    assert.deepEqual(await looks(rows, config), [])
  }
  const always = orders(() => ({ return_policy: '30 days', returned: 0, order_state: 'open' }))
  assert.deepEqual(await looks(always), [], 'what is said of all rows, or of none, says nothing')
})

test('a quantity below 0 is pointed at; where it is the rating, it counts 0 and takes back so many pieces', async () => {
  for (const column of ['quantity', 'Qty', 'Menge', 'Lineitem quantity', 'количество', '数量']) {
    const rows = orders((i) => (i % 6 === 0 ? { product_id: 'BACK', user_id: `u${i}`, [column]: -1 } : { [column]: 1 + (i % 3) })) // prettier-ignore
    const [line] = await looks(rows)
    assert.ok(line.includes(`"${column}", which is not used, is below 0 in 100 of 600 rows (as -1)`), line)
    const config = configIn(line)
    assert.deepEqual(config, { columns: { interactions: { rating: column } } })
    assert.ok(!(await popular(rows, config)).includes('BACK'))
    assert.match((await looks(rows, config))[0], /^look: 100 of 600 rows have a ".*" that is not above 0: they count 0/)
    assert.equal((await popular(rows, { ...config, ratings: false }))[0], 'BACK', 'unless the config says otherwise')
  }
  const rated = orders((i) => ({ rating: 1 + (i % 5), quantity: i % 6 === 0 ? -2 : 1 }))
  const config = configIn((await looks(rated))[0])
  assert.deepEqual(config, { leaveOut: { quantity: { lt: 0 } } }, 'where ratings are taken already')
  assert.equal((await read(rated, config)).rows, 500)
  const places = orders((i) => ({ latitude: i % 2 === 0 ? -33.9 : 51.5, delta: -1 }))
  assert.deepEqual(await looks(places), [], 'what counts nothing may be below 0')
})

test('a column of leaveOut that no file has is an error, one that leaves out nothing is said', async () => {
  const log = file('left-none.csv', csv(orders((i) => ({ status: 'ok', n: i }))))
  const check = (leaveOut) =>
    checkHere('--interactions', log, '--config', file('left-none.json', JSON.stringify({ leaveOut })))
  const missing = await check({ state: 'ok' })
  assert.equal(missing.code, 1)
  assert.match(missing.stdout, /key "leaveOut\.state": found the column "state", which no file has, expected one of/)
  const nothing = await check({ status: ['OK'], n: { gte: 100, lt: 110 } })
  assert.match(nothing.stdout, /600 rows|590 rows of interactions; 10 rows left out: by "n"/)
  assert.match(nothing.stdout, /look: config key "leaveOut" leaves out no row by "status"/)
  assert.equal((await check({ status: { below: 0 } })).code, 1)
})

// -- people who are nobody ------------------------------------------------------------------------------------------------

test('one id with much of the log is pointed at, and its config leaves it out', async () => {
  for (const id of ['0', 'guest', 'anonymous', '-1', 'Gast', 'invité', '游客', 'bot7']) {
    const rows = orders((i) => (i % 3 === 0 ? { user_id: id } : {})).map(({ user_id: customer, ...row }) => ({ customer, ...row })) // prettier-ignore
    const [line, ...others] = await looks(rows)
    assert.equal(others.length, 0)
    assert.ok(line.includes(`one person has much of the log: ${JSON.stringify(id)} has 200 of 600 rows`), line)
    const config = configIn(line)
    assert.deepEqual(config, { leaveOut: { customer: [id] } })
    const log = await read(rows, config)
    assert.deepEqual([log.rows, log.userIds.includes(id)], [400, false])
    assert.deepEqual(await looks(rows, config), [])
  }
  const some = orders((i) => (i % 20 === 0 ? { user_id: 'Guest' } : {}), 9)
  assert.deepEqual(await looks(some), [], 'no more than others have')
  const many = Array.from({ length: 3000 }, (_, i) => ({ user_id: i % 20 === 0 ? 'Guest' : `c${i % 300}`, item_id: `p${i % 30}` })) // prettier-ignore
  assert.match((await looks(many))[0], /"Guest" has 150 of 3000 rows/, 'far more than others have')
  assert.deepEqual(await looks(many.map((row) => ({ ...row, user_id: row.user_id === 'Guest' ? 'c7' : row.user_id }))), [], 'a keen person') // prettier-ignore
})

// -- the last word --------------------------------------------------------------------------------------------------------

/** Which of one person's events of an item stand. */
async function standing(events, cells = (event) => ({ event }), config = {}) {
  const rows = events.map((event, i) => ({ user_id: 'u', item_id: 'a', timestamp: 1.6e9 + i, ...cells(event) }))
  const others = [...new Set(events)].map((event) => ({
    user_id: 'v',
    item_id: 'b',
    timestamp: 1.6e9,
    ...cells(event),
  }))
  const log = await read([...rows.toReversed(), ...others], config)
  const taken = takenBack(log, weighingOf(log, config))
  return events.filter((_, i) => !taken?.has(events.length - 1 - i))
}

test('who takes back has the item no more, and who takes it again has it again', async () => {
  for (const [events, expected] of [
    [['like', 'unlike'], ['unlike']],
    [
      ['like', 'unlike', 'like'],
      ['unlike', 'like'],
    ],
    [['like', 'like', 'Un-Like'], ['Un-Like']],
    [
      ['view', 'add_to_cart', 'remove_from_cart'],
      ['view', 'remove_from_cart'],
    ],
    [
      ['purchase', 'add_to_cart', 'removeFromCart'],
      ['purchase', 'removeFromCart'],
    ],
    [['subscribed', 'unsubscribe'], ['unsubscribe']],
    [
      ['收藏', '浏览', '取消收藏'],
      ['浏览', '取消收藏'],
    ],
    [['buy', 'return'], ['return']],
    [
      ['buy', 'return', 'buy'],
      ['return', 'buy'],
    ],
    [
      ['buy', 'buy', 'refund'],
      ['buy', 'refund'],
    ],
    [['покупка', 'Возврат'], ['Возврат']],
    [
      ['order', 'order', 'order_cancelled'],
      ['order', 'order_cancelled'],
    ],
    [['like', 'view', 'dislike'], ['dislike']],
    [
      ['play', 'play', 'skip'],
      ['play', 'play', 'skip'],
    ],
    [
      ['buy', 'failed'],
      ['buy', 'failed'],
    ],
    [
      ['return', 'buy'],
      ['return', 'buy'],
    ],
  ])
    // prettier-ignore
    assert.deepEqual(await standing(events), expected, events.join(', '))
})

test('a rating that is no liking, and pieces that came back, are last words too', async () => {
  const stars = (rating) => ({ rating })
  assert.deepEqual(await standing([5, 3, 1], stars), [1])
  assert.deepEqual(await standing([1, 5], stars), [1, 5])
  const config = { columns: { rating: 'quantity' } }
  const pieces = (quantity) => ({ quantity })
  assert.deepEqual(await standing([6, -6], pieces, config), [-6])
  assert.deepEqual(await standing([6, -1], pieces, config), [6, -1])
  assert.deepEqual(await standing([6, -1, -5], pieces, config), [-1, -5])
  assert.deepEqual(await standing([2, 3, -4], pieces, config), [2, -4])
})

test('values far off a scale are named by the dozen, however many there are', async () => {
  const rows = Array.from({ length: 2000 }, (_, i) => ({ user_id: `u${i % 50}`, item_id: `i${i % 30}`, rating: i % 25 ? (i % 5) + 1 : 1.6e9 + 700 * i })) // prettier-ignore
  const log = await read(rows)
  const { account } = accountOf({ interactions: log, items: null, embeddings: null }, {})
  const line = account.remarks.find((one) => one.includes('far off the scale'))
  assert.equal(line.match(/ in \d/g).length, 13, line)
  assert.match(line, /, others in 68 of 2000 rows$/)
  assert.equal(account.ratings.slips.length, 80)
  assert.equal(recorded(account).ratings.slips.length, 12)
})

test('a state says how its own order ended, and takes back no other', async () => {
  const state = (status) => ({ status })
  const config = { columns: { event: 'status' } }
  assert.deepEqual(await standing(['completed', 'refunded'], state, config), ['completed', 'refunded'])
})

test('what was taken back is not popular, of others it is, and the account says so', async () => {
  const both = (id, from, count) => Array.from({ length: count }, (_, i) => ({ user_id: `u${from + i}`, item_id: id, timestamp: 1.6e9 + i, event: 'like' })) // prettier-ignore
  const rows = [...both('BACK', 0, 20), ...both('BACK', 0, 18).map((row) => ({ ...row, timestamp: row.timestamp + 99, event: 'unlike' })), ...both('KEPT', 10, 5)] // prettier-ignore
  assert.deepEqual((await popular(rows)).slice(0, 2), ['KEPT', 'BACK'])
  const { account } = accountOf({ interactions: await read(rows), items: null, embeddings: null }, {})
  assert.ok(account.remarks.includes('18 rows do not count, since later ones of the same people and items take them back')) // prettier-ignore
  assert.equal((await popular(rows, { events: { unlike: 0.001 } }))[0], 'BACK', 'a weight above 0 takes nothing back')
})

// -- nothing comes back ---------------------------------------------------------------------------------------------------

test('where nothing that was held out comes back, the build says so', async () => {
  // everybody has items of their own
  const rows = Array.from({ length: 400 }, (_, i) => ({
    user_id: `u${i % 40}`,
    item_id: `i${i}`,
    timestamp: 1.6e9 + i,
  }))
  const log = file('alone.csv', csv([...rows, ...rows.slice(0, 200)]))
  const run = await buildHere('-o', path('alone.martello'), '--interactions', log)
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /look: none of \d+ held-out events of \d+ people comes back, by any source/)
  assert.match((await cli('inspect', path('alone.martello'))).stdout, /look: none of \d+ held-out events/)
})
