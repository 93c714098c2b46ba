// A person's events on the device, in headless Chromium: what is added, taken back, forgotten, carried elsewhere, agreed on
// between tabs, and what is left of a store that was damaged.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { newPage, noChromium, openPage, serveFiles } from '../helpers/browsers.mjs'
import { builtShop, shop } from '../helpers/shop.mjs'
import { until } from '../helpers/until.mjs'

const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:"
const SCRIPT = `
  import { Profile } from '/profile.js'
  import { Recommender } from '/browser.js'
  import { RecommenderClient } from '/client.js'
  const sentence = (work) => work.then(() => 'no error', (error) => error.name + ': ' + error.message)
  const now = () => Date.now() / 1000
  Object.assign(globalThis, { Profile, Recommender, RecommenderClient, sentence, now, ready: true })
`
let files
before(async () => {
  const script = (body) => ({ type: 'text/javascript', body, headers: { 'content-security-policy': STRICT } })
  const dist = (name) => script(readFileSync(new URL(`../../../dist/${name}.js`, import.meta.url)))
  files = {
    '/': { type: 'text/html', body: PAGE, headers: { 'content-security-policy': STRICT } },
    '/page.js': script(SCRIPT),
    '/profile.js': dist('profile'),
    '/browser.js': dist('browser'),
    '/client.js': dist('client'),
    '/page-worker.js': dist('page-worker'),
    '/shop.martello': {
      type: 'application/octet-stream',
      body: (await builtShop(shop(), { name: 'profile' }, { sources: { i2i: true, popular: true } })).bytes,
    },
  }
})

const open = async (opened) => openPage(await serveFiles(files), opened)
const tab = async (page) => (await openPage(page.url(), { page: await page.context().newPage(), errors: [] })).page

test(
  'events are added, listed, taken back, exported, imported and erased; and outlive the page',
  { skip: noChromium },
  async () => {
    const { page, errors } = await open()
    const first = await page.evaluate(async () => {
      const changes = []
      const profile = await Profile.open({ onChange: (profile) => changes.push(profile.history.length) })
      const before = now()
      await profile.add('p1')
      await profile.add({ id: 'p2', event: 'like', rating: undefined }, { id: 'p3', rating: 4.5, at: before - 60 })
      const listed = profile.list()
      const timed = listed.every((event) => event.at >= before - 60 && event.at <= now())
      const undone = [(await profile.undo()).id, (await profile.undo(1)).id, await profile.undo(99)]
      await profile.add('p4')
      return { listed, timed, undone, changes, json: profile.export(), problem: profile.problem }
    })
    assert.deepEqual(
      first.listed.map(({ at: _, ...event }) => event),
      [
        { id: 'p3', rating: 4.5, n: 3 },
        { id: 'p1', n: 1 },
        { id: 'p2', event: 'like', n: 2 },
      ],
      'by time',
    )
    assert.ok(first.timed)
    assert.deepEqual(first.undone, ['p3', 'p1', undefined])
    assert.deepEqual(first.changes, [1, 3, 2, 1, 2])
    assert.equal(first.problem, null)
    const second = await openPage(page.url(), { page, errors })
    const found = await second.page.evaluate(async (json) => {
      const profile = await Profile.open()
      const kept = profile.history.map(({ id }) => id)
      const same = profile.export() === json
      await profile.erase()
      const erased = profile.list().length
      await profile.import(json)
      const again = profile.export() === json
      const other = (await Profile.open({ name: 'other' })).history.length
      return {
        kept,
        same,
        erased,
        again,
        other,
        undone: (await (await Profile.open({ name: 'other' })).undo()) ?? null,
      }
    }, first.json)
    assert.deepEqual(found, { kept: ['p2', 'p4'], same: true, erased: 0, again: true, other: 0, undone: null })
    assert.deepEqual(errors, [])
  },
)

test(
  'what was shown is kept where that is asked for, counts in requests, and travels',
  { skip: noChromium },
  async () => {
    const { page } = await open()
    const found = await page.evaluate(async () => {
      const rec = await Recommender.open('/shop.martello')
      await rec.complete
      const client = await RecommenderClient.open('/shop.martello')
      const plain = await Profile.open({ name: 'plain' })
      await plain.saw([{ id: 'p1' }])
      const profile = await Profile.open({ impressions: true })
      await profile.add('p1')
      const policy = { exploration: { method: 'epsilon', share: 0.5, among: 5 }, frequency: [{ most: 2 }] }
      const request = { profile, k: 3, policy }
      const first = rec.recommend(request).items
      await profile.saw(first)
      await profile.saw(first)
      const again = rec.recommend(request).items.map(({ id }) => id)
      const inWorker = (await client.recommend(request)).items.map(({ id }) => id)
      const logged = rec.recommend(JSON.parse(JSON.stringify(request))).items.map(({ id }) => id)
      const [json, counts] = [profile.export(), profile.impressions]
      const reopened = await Profile.open({ impressions: true })
      const kept = reopened.slates().map(({ shown }) => shown)
      const events = reopened.list().length
      await reopened.erase()
      const erased = [reopened.slates().length, Object.keys(reopened.impressions).length]
      await reopened.import(json)
      const back = reopened.export() === json
      const wrong = await sentence(reopened.saw('p1'))
      const without = await Profile.open()
      const gone = [
        without.slates().length,
        without.impressions,
        (await Profile.open({ impressions: true })).slates().length,
      ]
      return {
        none: [plain.slates().length, plain.impressions],
        first: first.map(({ id, propensity }) => ({ id, propensity })),
        counts,
        ...{ again, inWorker, logged, kept, events, erased, back, wrong, gone },
      }
    })
    const ids = found.first.map(({ id }) => id)
    assert.deepEqual(found.none, [0, undefined])
    assert.ok(found.first.every(({ propensity }) => propensity > 0 && propensity <= 1))
    assert.deepEqual(found.counts, Object.fromEntries(ids.map((id) => [id, 2])))
    assert.ok(found.again.length === 3 && found.again.every((id) => !ids.includes(id)), 'shown twice is enough')
    assert.deepEqual([found.inWorker, found.logged], [found.again, found.again])
    assert.deepEqual(found.kept, [found.first, found.first])
    assert.deepEqual([found.events, found.erased, found.back], [1, [0, 0], true])
    assert.match(found.wrong, /^MartelloError: saw: found .*, expected the items of an answer$/)
    assert.deepEqual(found.gone, [0, undefined, 0])
  },
)

test('a request takes a profile, here and in a worker, as the history it is', { skip: noChromium }, async () => {
  const { page } = await open()
  const found = await page.evaluate(async () => {
    const profile = await Profile.open()
    await profile.add('p1', { id: 'p6', event: 'like' })
    const rec = await Recommender.open('/shop.martello')
    await rec.complete
    const client = await RecommenderClient.open('/shop.martello')
    await client.complete
    const ids = ({ items, trace }) => [trace.history, ...items.map((item) => item.id)].join()
    const { history } = profile
    return [
      ids(rec.recommend({ profile })) === ids(rec.recommend({ history })),
      ids(await client.recommend({ profile })) === ids(rec.recommend({ history })),
      ids(await client.recommend({ profile, history: ['p11'] })) ===
        ids(rec.recommend({ history: [...history, 'p11'] })),
      rec.recommend({ profile, history: ['p11'] }).trace.history,
      await sentence((async () => rec.recommend({ profile: 'me' }))()),
      await sentence(client.recommend({ profile: 'me' })),
    ]
  })
  assert.deepEqual(found.slice(0, 4), [true, true, true, 3])
  assert.match(found[4], /^MartelloError: profile: found "me", expected a Profile/)
  assert.match(found[5], /^MartelloError: profile: found .*, expected a Profile/)
})

test('what is wrong is refused whole, in a sentence', { skip: noChromium }, async () => {
  const { page } = await open()
  const { said, left } = await page.evaluate(async () => {
    const profile = await Profile.open()
    const said = [
      await sentence(profile.add('p1', { id: 7 })),
      await sentence(profile.add({ id: 'p1', evnet: 'like' })),
      await sentence(profile.add({ id: 'p1', at: 'today' })),
      await sentence(profile.import('{')),
      await sentence(profile.import('{"events": []}')),
      await sentence(profile.import(profile.export().replace('[]', '["p1", 3]'))),
      await sentence(Profile.open({ maxEvents: 0 })),
      await sentence(Profile.open({ maxDays: 'x' })),
    ]
    return { said, left: profile.list().length }
  })
  const wanted = [
    /^add\[1\]: found \{"id":7\}, expected an id or/,
    /^add\[0\]: found key "evnet", expected id, event, rating, at/,
    /^add\[0\]\.at: found "today", expected a number of seconds/,
    /^import: found no JSON \(.*\), expected an exported profile/,
    /^import: found \{"events":\[\]\}, expected \{ format: "martello profile"/,
    /^add\[1\]: found 3, expected an id or/,
    /^maxEvents: found 0, expected a number from 1/,
    /^maxDays: found "x", expected a number above 0/,
  ]
  for (const [i, sentence] of wanted.entries()) assert.match(said[i].replace('MartelloError: ', ''), sentence)
  assert.equal(left, 0)
})

test('more events than wanted, and older ones, are forgotten, on the device too', { skip: noChromium }, async () => {
  const { page } = await open()
  const found = await page.evaluate(async () => {
    const profile = await Profile.open({ maxEvents: 3, maxDays: 10 })
    await profile.add('a', 'b', { id: 'old', at: now() - 11 * 86_400 }, { id: 'week', at: now() - 7 * 86_400 }, 'c')
    const ids = (profile) => profile.history.map(({ id }) => id).join()
    const many = ids(profile)
    await profile.undo()
    await profile.add('d', 'e')
    profile.close()
    return [many, ids(profile), ids(await Profile.open({ maxEvents: 99, maxDays: 99 }))]
  })
  assert.deepEqual(found, ['a,b,c', 'b,d,e', 'b,d,e'])
})

test('tabs agree, also when all add at once', { skip: noChromium }, async () => {
  const first = (await open()).page
  const tabs = [first, await tab(first), await tab(first)]
  await Promise.all(
    tabs.map((page) =>
      page.evaluate(async () => {
        globalThis.seen = 0
        globalThis.profile = await Profile.open({ onChange: (profile) => (seen = profile.history.length) })
      }),
    ),
  )
  await Promise.all(
    tabs.map((page, tab) =>
      page.evaluate((tab) => Promise.all([1, 2, 3, 4, 5].map((i) => profile.add(`p${tab}-${i}`))).then(() => {}), tab),
    ),
  )
  await Promise.all(tabs.map((page) => until(() => page.evaluate(() => seen === 15))))
  const listed = await Promise.all(tabs.map((page) => page.evaluate(() => JSON.stringify(profile.list()))))
  assert.equal(new Set(listed).size, 1, listed.join('\n'))
  assert.equal(JSON.parse(listed[0]).length, 15)
  await tabs[2].evaluate(() => profile.erase())
  await until(() => first.evaluate(() => seen === 0))
  assert.equal(await first.evaluate(() => profile.history.length), 0)
})

test('of a damaged store what can be read is kept, and what was lost is said', { skip: noChromium }, async () => {
  const { page } = await open()
  const found = await page.evaluate(async () => {
    const raw = (version, upgrade) =>
      new Promise((done, failed) => {
        const request = indexedDB.open('martello profile martello', version)
        request.onupgradeneeded = () => upgrade?.(request.result)
        request.onsuccess = () => done(request.result)
        request.onerror = () => failed(request.error)
      })
    const ids = (profile) => {
      profile.close()
      return [profile.history.map(({ id }) => id).join(), profile.problem]
    }
    const profile = await Profile.open()
    await profile.add('p1', 'p2', 'p3')

    // records that are none
    const database = await raw()
    const store = database.transaction('events', 'readwrite').objectStore('events')
    for (const value of [7, null, { id: 9, at: 1 }, { id: 'p9' }, { id: 'p9', at: now(), colour: 'red' }])
      store.add(value)
    await new Promise((done) => (store.transaction.oncomplete = done))
    database.close()
    const junk = ids(await Profile.open())

    // a record that cannot be read, and with it none by getAll; while another tab has the store open
    const { getAll, get } = IDBObjectStore.prototype
    let broken = true
    IDBObjectStore.prototype.getAll = function (...args) {
      if (broken) throw new DOMException('broken', 'DataError')
      return getAll.apply(this, args)
    }
    IDBObjectStore.prototype.get = function (key) {
      if (key === 2) {
        broken = false
        throw new DOMException('broken', 'DataError')
      }
      return get.call(this, key)
    }
    const partly = ids(await Profile.open())
    Object.assign(IDBObjectStore.prototype, { getAll, get })
    await profile.add('p4') // its connection was ended
    const again = ids(profile)

    // a store of a later version of this package, and one without events
    ;(await raw(7)).close()
    const later = ids(await Profile.open())
    await new Promise((done) => (indexedDB.deleteDatabase('martello profile empty').onsuccess = done))
    const empty = await new Promise((done) => {
      const request = indexedDB.open('martello profile empty', 1)
      request.onsuccess = () => done(request.result)
    })
    empty.close()
    const fresh = await Profile.open({ name: 'empty' })
    await fresh.add('p1')
    return { junk, partly, again, later, fresh: ids(fresh)[0] }
  })
  assert.deepEqual(found.junk, ['p1,p2,p3', 'profile: 5 of the stored records were no events and were removed'])
  assert.equal(found.partly[0], 'p1,p3')
  assert.match(
    found.partly[1],
    /^profile: the stored events could not be read \(DataError: broken\); 2 were recovered, 1 lost$/,
  )
  assert.deepEqual(found.again, ['p1,p3,p4', null])
  assert.equal(found.later[0], 'p1,p3,p4')
  assert.match(found.later[1], /^profile: .*VersionError.*; 3 were recovered, 0 lost$/)
  assert.equal(found.fresh, 'p1')
})

test('without IndexedDB events are in memory, which is said', { skip: noChromium }, async () => {
  const opened = await newPage()
  await opened.page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('not here', 'SecurityError')
    }
  })
  const { page } = await open(opened)
  const found = await page.evaluate(async () => {
    const profile = await Profile.open({ maxEvents: 2 })
    await profile.add('p1', 'p2', 'p3')
    await profile.undo()
    return [profile.problem, profile.list().map(({ id, n }) => id + n)]
  })
  assert.match(
    found[0],
    /^profile: events last only until the page closes, they cannot be stored \(SecurityError: not here\)$/,
  )
  assert.deepEqual(found[1], ['p22'])
})
