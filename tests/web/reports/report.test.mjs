// Reports by choice alone: nothing before somebody says yes, nothing new by telling again, and a ledger that is the sum of what was sent;
// in this process for years of days, and in headless Chromium.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { beforeEach, test } from 'node:test'
import { bitsOf } from '../../../build/web/reports/sums.js'
import { Reports } from '../../../build/web/reports/report.js'
import { newPage, noChromium, openPage, serveFiles } from '../helpers/browsers.mjs'
import { device } from '../helpers/device.mjs'
import { FAULTS, KINDS } from '../helpers/faults.mjs'

const CLUSTERS = ['Action', 'Comedy', 'Drama', 'Horror', 'Western']
let sent
const open = (options) => Reports.open({ clusters: CLUSTERS, send: async (report) => sent.push(report), ...options })
const DAYS = 86_400_000
const sum = (reports) => reports.reduce((all, { epsilon }) => all + epsilon, 0)

beforeEach(() => {
  sent = []
  globalThis.indexedDB = device()
})

test('nothing is sent before somebody opts in, nor after they opt out', async () => {
  const reports = await open({ perDay: 9 })
  assert.equal(await reports.tell('Drama'), 'off')
  assert.deepEqual(await reports.ledger(), { since: null, epsilon: 0, before: 0, told: [] })
  await reports.optIn()
  assert.equal(await reports.tell('Drama'), 'sent')
  const { since, told } = await reports.ledger()
  assert.ok(Math.abs(since - Date.now() / 1000) < 60)
  await reports.optOut()
  assert.equal(await reports.tell('Horror'), 'off')
  assert.equal(await (await open()).tell('Horror'), 'off', 'it is remembered')
  assert.deepEqual((await reports.ledger()).told, told)
  assert.equal(sent.length, 1)
  await reports.optIn()
  assert.equal(await reports.tell('Drama'), 'told', 'its noise is remembered, too')
})

test('a report has its noise and the list, and nothing else', async () => {
  const reports = await open()
  await reports.optIn()
  await reports.tell('Comedy')
  const [{ bits, clusters, ...rest }] = sent
  assert.deepEqual(rest, { format: 'martello report', version: 1, count: 5, epsilon: 4 })
  assert.match(clusters, /^[0-9a-f]{16}$/)
  assert.equal(bitsOf({ bits, count: 5 }).length, 1)
  const [line] = (await reports.ledger()).told
  assert.deepEqual({ ...line, at: 0 }, { at: 0, cluster: 'Comedy', epsilon: 4, report: sent[0], arrived: true })
})

for (const again of [false, true])
  test(`told every day for a year${again ? ', and sent each time' : ''}: no more than one sticky report`, async (t) => {
    let day = 0
    const began = Date.now()
    t.mock.method(Date, 'now', () => began + day * DAYS)
    const reports = await open({ again })
    await reports.optIn()
    const outcomes = new Set()
    for (; day < 365; day++) {
      outcomes.add(await reports.tell('Western'))
      assert.equal(await (await open({ again })).tell('Western'), again ? 'later' : 'told') // another visit
    }
    assert.deepEqual([...outcomes], again ? ['sent'] : ['sent', 'told'])
    assert.equal(sent.length, again ? 365 : 1)
    // whoever averages 365 of them has what one has: the same bits
    assert.equal(new Set(sent.map((report) => JSON.stringify(report))).size, 1)
    const { epsilon, told } = await reports.ledger()
    assert.equal(epsilon, 4)
    assert.equal(told.length, sent.length)
    assert.equal(sum(told), 4)
  })

test('noise that were drawn anew each time would be averaged away: the attack works where it can', async () => {
  const ones = new Float64Array(CLUSTERS.length)
  for (let day = 0; day < 365; day++) {
    globalThis.indexedDB = device() // a device that forgets
    const reports = await open()
    await reports.optIn()
    await reports.tell('Western')
    const bits = bitsOf(sent.at(-1))
    CLUSTERS.forEach((_, i) => (ones[i] += (bits[i >> 3] >> (i & 7)) & 1))
  }
  assert.equal(CLUSTERS[ones.indexOf(Math.max(...ones))], 'Western')
})

test('no more than so many a day, and no more than the budget, whatever is wanted', async (t) => {
  let day = 0
  const began = Date.now()
  t.mock.method(Date, 'now', () => began + day * DAYS)
  const reports = await open({ perDay: 2, budget: 12 })
  await reports.optIn()
  const today = async (...names) => Promise.all(names.map((name) => reports.tell(name)))
  assert.deepEqual(await today('Action', 'Comedy', 'Drama'), ['sent', 'sent', 'later'])
  day = -365 // a clock that is set back a year takes nothing back, and one that goes on is another day
  assert.deepEqual(await today('Action', 'Comedy'), ['told', 'told'])
  day = 0.9
  assert.deepEqual(await today('Drama'), ['later'])
  day = 1.1
  assert.deepEqual(await today('Drama', 'Horror', 'Action'), ['sent', 'spent', 'told'])
  const { epsilon, told } = await reports.ledger()
  assert.equal(epsilon, 12)
  assert.equal(sum(told), sum(sent))
  // another list, or a round, is in the same ledger
  assert.equal(await (await open({ budget: 12, round: '2027', perDay: 9 })).tell('Action'), 'spent')
  assert.equal(await (await open({ budget: 99, round: '2027', perDay: 9 })).tell('Action'), 'sent')
  assert.notEqual(sent.at(-1).clusters, sent[0].clusters)
  assert.equal((await reports.ledger()).epsilon, 16)
})

test('an emptied ledger keeps the sum, and what is told again costs anew', async () => {
  const reports = await open({ perDay: 99, budget: 10 })
  await reports.optIn()
  await reports.tell('Drama')
  await reports.clear()
  const { since, ...emptied } = await reports.ledger()
  assert.ok(since > 0, 'who is in stays in')
  assert.deepEqual(emptied, { epsilon: 4, before: 4, told: [] })
  assert.equal(await reports.tell('Drama'), 'sent')
  const { epsilon, before, told } = await reports.ledger()
  assert.deepEqual([epsilon, before, sum(told), sum(sent)], [8, 4, 4, 8])
  assert.equal(await reports.tell('Action'), 'spent', 'the budget counts what was before')
  await reports.clear({ total: true })
  assert.equal((await reports.ledger()).epsilon, 0)
  assert.equal(await reports.tell('Action'), 'sent')
})

test('the newest 1,000 lines stay, and the sum is the same', async () => {
  const reports = await open({ perDay: 1000, again: true, clusters: ['a', 'b'], epsilon: 0.1 })
  await reports.optIn()
  await reports.tell('a')
  const day = Date.now
  try {
    Date.now = () => day() + 2 * DAYS
    for (let i = 0; i < 1000; i++) assert.equal(await reports.tell('a'), 'sent')
  } finally {
    Date.now = day
  }
  const { epsilon, before, told } = await reports.ledger()
  assert.deepEqual([epsilon, before, told.length, sum(told)], [0.1, 0.1, 1000, 0])
})

test('what did not arrive is in the ledger, and is sent again as it was', async () => {
  let fail = true
  const send = async (report) => {
    sent.push(report)
    if (fail) throw new Error('no network')
  }
  const reports = await open({ send })
  await reports.optIn()
  await assert.rejects(reports.tell('Drama'), { name: 'MartelloError', message: 'report: it did not arrive, as far as is known (no network)' }) // prettier-ignore
  assert.deepEqual((await reports.ledger()).told.map(({ arrived }) => arrived), [false]) // prettier-ignore
  assert.equal(await reports.tell('Horror'), 'later', 'it may have arrived')
  await assert.rejects(reports.tell('Drama'))
  fail = false
  assert.equal(await reports.tell('Drama'), 'sent')
  assert.equal(await reports.tell('Drama'), 'told')
  assert.equal(sent.length, 3)
  assert.equal(new Set(sent.map(({ bits }) => bits)).size, 1)
  const { epsilon, told } = await reports.ledger()
  assert.deepEqual([epsilon, told.length, told[0].arrived], [4, 1, true])
})

test('whoever opts out breaks off what is on its way', async () => {
  let began
  const sending = new Promise((done) => (began = done))
  const send = (_, signal) =>
    new Promise((_, failed) => {
      began()
      signal.addEventListener('abort', () => failed(signal.reason))
    })
  const reports = await open({ send, perDay: 9 })
  await reports.optIn()
  const told = reports.tell('Drama')
  await sending
  await reports.optOut()
  assert.equal(await told, 'off')
  assert.equal((await reports.ledger()).epsilon, 4, 'it may have arrived')

  // and what was to be sent at that moment never goes, nor stands in the ledger
  const others = await open({ perDay: 9 })
  await others.optIn()
  const outcome = others.tell('Action')
  const left = others.optOut()
  assert.equal(await outcome, 'off')
  await left
  assert.deepEqual([sent.length, (await others.ledger()).epsilon], [0, 4])
  await others.optIn()
  assert.equal(await others.tell('Action'), 'sent')
})

test('what is wrong is one sentence, and nothing is sent that cannot be written down', async () => {
  for (const [options, sentence] of [
    [{ clusters: ['a'] }, /^number of clusters: found 1, expected a whole number from 2 to 1024$/],
    [{ clusters: ['a', 'a'] }, /^clusters: found \["a","a"\], expected a list of names, none of them twice$/],
    [{ clusters: 'ab' }, /^clusters: found "ab", expected a list/],
    [{ epsilon: 0 }, /^epsilon: found 0, expected a number from 0.1 to 10$/],
    [{ epsilon: NaN }, /^epsilon: found NaN/],
    [{ perDay: 0 }, /^perDay: found 0, expected a whole number from 1 to 1000$/],
    [{ budget: 3 }, /^budget: found 3, expected a number from 4, which is epsilon$/],
    [{ round: 7 }, /^round: found 7, expected a text$/],
    [{ send: undefined }, /^send: found undefined, expected an address or a function$/],
  ])
    await assert.rejects(open(options), { name: 'MartelloError', message: sentence })
  const reports = await open()
  await reports.optIn()
  await assert.rejects(reports.tell('Musical'), { message: 'tell: found "Musical", expected one of the clusters' })
  const kept = globalThis.indexedDB
  delete globalThis.indexedDB
  await assert.rejects(reports.tell('Drama'), { name: 'MartelloError', message: /^report: the ledger could not be read or written, and nothing is sent \(ReferenceError: / }) // prettier-ignore
  assert.deepEqual(sent, [])
  globalThis.indexedDB = kept
  assert.equal(await reports.tell('Drama'), 'sent')
})

// -- in Chromium ---------------------------------------------------------------------------------------------------------

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const SCRIPT = `
  ${FAULTS}
  import { Reports } from '/report.js'
  const open = (options) => Reports.open({ clusters: ${JSON.stringify(CLUSTERS)}, send: '/reports', ...options })
  Object.assign(globalThis, { open, failing, ready: true })
`
async function begun() {
  const files = {
    '/': { type: 'text/html', body: PAGE },
    '/page.js': { type: 'text/javascript', body: SCRIPT },
    '/report.js': { type: 'text/javascript', body: readFileSync(new URL('../../../dist/report.js', import.meta.url)) },
  }
  const url = await serveFiles(files)
  const opened = await newPage()
  const posted = []
  const answer = { status: 204 }
  await opened.page.context().addCookies([{ name: 'who', value: 'somebody', url }])
  await opened.page.context().route('**/reports', (route) => {
    posted.push(route.request())
    return route.fulfill(answer)
  })
  await openPage(url, opened)
  return { ...opened, url, posted, answer }
}
const tab = async (page, url) => (await openPage(url, { page: await page.context().newPage(), errors: [] })).page

test(
  'Chromium: a POST without cookies or referrer, once in all tabs, and after a reload',
  { skip: noChromium },
  async () => {
    const { page, url, posted, answer, requests } = await begun()
    const tell = (page, name, options = {}) =>
    page.evaluate(async ([name, options]) => (await open(options)).tell(name).catch(({ message }) => message), [name, options]) // prettier-ignore
    const asked = requests.length
    assert.equal(await tell(page, 'Drama'), 'off')
    assert.equal(requests.length, asked, 'nothing was asked of the network')
    await page.evaluate(async () => (await open()).optIn())
    const other = await tab(page, url)
    const both = await Promise.all([tell(page, 'Drama'), tell(other, 'Drama'), tell(other, 'Drama')])
    assert.deepEqual(both.sort(), ['sent', 'told', 'told'])
    assert.equal(posted.length, 1)
    const [request] = posted
    assert.equal(request.method(), 'POST')
    const headers = await request.allHeaders()
    assert.deepEqual([headers.cookie, headers.referer], [undefined, undefined])
    assert.deepEqual(Object.keys(request.postDataJSON()), ['format', 'version', 'clusters', 'count', 'epsilon', 'bits'])

    await page.reload()
    await page.waitForFunction(() => globalThis.ready)
    assert.equal(await tell(page, 'Drama'), 'told')
    assert.equal(await tell(page, 'Action'), 'later')
    answer.status = 503
    assert.match(await tell(page, 'Action', { perDay: 2 }), /^report: it did not arrive, as far as is known \(\/reports answered 503\)$/) // prettier-ignore
    answer.status = 204
    assert.equal(await tell(other, 'Action', { perDay: 2 }), 'sent')
    const bits = posted.slice(1).map((request) => request.postData())
    assert.equal(new Set(bits).size, 1, 'the same bits as before')
    const { epsilon, told } = await page.evaluate(async () => (await open()).ledger())
    assert.equal(epsilon, 8)
    assert.equal(sum(told), 8)
    await other.evaluate(async () => (await open()).optOut())
    assert.equal(await tell(page, 'Comedy', { perDay: 9 }), 'off')
    assert.equal(posted.length, 3)
  },
)

test('Chromium: what cannot be written down is not sent', { skip: noChromium }, async () => {
  const { page, posted } = await begun()
  const found = await page.evaluate(async () => {
    const reports = await open()
    await reports.optIn()
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    const failed = await reports.tell('Drama').catch((error) => `${error.name}: ${error.message}`)
    IDBObjectStore.prototype.put = put
    return [failed, (await reports.ledger()).told.length, await reports.tell('Drama')]
  })
  assert.deepEqual(found, [
    'MartelloError: report: the ledger could not be read or written, and nothing is sent (QuotaExceededError: full)',
    0,
    'sent',
  ])
  assert.equal(posted.length, 1)
})

test(
  'Chromium: every call fails: the ledger is as before or after, and has all that was sent',
  { skip: noChromium },
  async (t) => {
    const { page } = await begun()
    const said = await page.evaluate(async (kinds) => {
      const said = { faults: 0, before: 0, after: 0, wrong: [] }
      let sent = []
      const send = async (report) => sent.push(report)
      const CHANGES = {
        optIn: (reports) => reports.optIn(),
        optOut: (reports) => reports.optOut(),
        tell: (reports) => reports.tell('Comedy'),
        clear: (reports) => reports.clear(),
      }
      for (const [change, work] of Object.entries(CHANGES))
        for (const kind of kinds)
          for (let n = 1; ; n++) {
            await new Promise((done) => (indexedDB.deleteDatabase('martello report').onsuccess = done))
            sent = []
            const reports = await open({ send, perDay: 9 })
            if (change !== 'optIn') await reports.optIn()
            if (change !== 'optIn') await reports.tell('Drama')
            const before = await reports.ledger()
            const { hit, error } = await failing(n, kind, () => work(reports))
            const after = await (await open({ send })).ledger()
            const told = after.told.map(({ cluster }) => cluster).join()
            const isAfter = {
              optIn: after.since !== null,
              optOut: after.since === null,
              tell: told === 'Drama,Comedy',
              clear: told === '',
            }[change]
            const isBefore = JSON.stringify(after) === JSON.stringify(before)
            const sum = sent.reduce((sum, { epsilon }) => sum + epsilon, 0)
            const place = [change, kind, n, hit, error]
            if (error && !/^MartelloError: report: the ledger could not be read or written/.test(error))
              said.wrong.push(place)
            if (isAfter === isBefore) said.wrong.push([...place, before, after])
            // what did not become known to have arrived may have been sent or not; what was sent is always there
            if (after.epsilon < sum || (after.epsilon > sum && after.told.at(-1)?.arrived))
              said.wrong.push([...place, after.epsilon, sum])
            said[isBefore ? 'before' : 'after']++
            if (hit === '') {
              if (error || !isAfter || after.epsilon !== sum) said.wrong.push(['the clean run', ...place])
              break
            }
            said.faults++
          }
      return said
    }, Object.keys(KINDS))
    t.diagnostic(`${said.faults} faults: ${said.before} times as before, ${said.after} as after`)
    assert.deepEqual(said.wrong, [])
    assert.ok(said.faults > 40 && said.before > 0 && said.after > 0)
  },
)
