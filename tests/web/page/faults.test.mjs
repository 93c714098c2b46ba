// Storage fails at every call that there is, in headless Chromium: the n-th once, or from the n-th on, by room, by an abort, by half a
// write. Whatever failed, the next opening finds the old bundle or the new one, whole, and all events of a profile as before or after.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { noChromium, openPage, serveFiles } from '../helpers/browsers.mjs'
import { FAULTS, KINDS, LOST } from '../helpers/faults.mjs'
import { builtShop, shop } from '../helpers/shop.mjs'
import { manifestOf, patchOf, signer } from '../helpers/signed.mjs'

const KEY = signer()
const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const SCRIPT = `
  ${FAULTS}
  import { Recommender } from '/browser.js'
  import { keep } from '/keep.js'
  import { Profile } from '/profile.js'
  const network = fetch
  const [one, two, there, back] = await Promise.all(['one', 'two', 'there', 'back'].map(async (name) => (await network('/' + name)).arrayBuffer()))
  const manifests = await (await network('/manifests')).json()
  const host = { items: 60, isDown: false, version: 0 }
  // the host, in the page: what it says is what a test decides, without a network between
  globalThis.fetch = async (url, init) => {
    const name = new URL(url, location.href).pathname.slice(1)
    if (host.isDown) return new Response(null, { status: 503 })
    if (host.lie) return host.lie(init?.headers ?? {})
    if (name === 'shop.martello.json') return new Response(manifests[host.version])
    if (name.endsWith('.patch')) return new Response(name === 'there.patch' ? there : back)
    return new Response(name === '60.martello' || (name === 'shop.martello' && host.items === 60) ? one : two)
  }
  let keepOptions
  const opened = async (options) => {
    const kept = await keep('/shop.martello', Recommender.open, { revalidate: false, ...keepOptions, ...options })
    await kept.complete
    return kept
  }
  /** What is on the device, and that it is whole: it recommends. */
  const onDevice = async (isDown = true) => {
    host.isDown = isDown
    const kept = await opened().finally(() => (host.isDown = false))
    const found = { items: kept.current.items, storage: kept.storage, shelf: kept.current.recommend({ history: ['p1'], k: 5 }).items.length }
    kept.close()
    return found
  }
  const update = async () => {
    const kept = await opened()
    try {
      return [await kept.check(), kept.current.items]
    } finally {
      kept.close()
    }
  }
  /** Fails every call of an update, one after the other. */
  const everyCall = async (options, kinds) => {
    keepOptions = options
    host.items = 60
    host.version = 0
    ;(await opened()).close()
    const said = { clean: 0, faults: 0, old: 0, newer: 0, hits: [], wrong: [] }
    let here = 60
    const turn = () => {
      host.items = here === 60 ? 61 : 60
      host.version = manifests.findIndex((_, i) => i > host.version && i % 2 === (host.items === 60 ? 0 : 1))
    }
    turn()
    const { calls, value, error } = await failing(0, '', update)
    if (value?.[0] !== true) said.wrong.push('the clean run: ' + error)
    said.clean = calls
    here = host.items
    for (const kind of kinds)
      for (let n = 1; ; n++) {
        turn()
        const { hit, error } = await failing(n, kind, update)
        if (error && !/^MartelloError: /.test(error)) said.wrong.push([kind, n, hit, error])
        const found = await onDevice(kind !== 'lost').catch((error) => error.message)
        if (hit === '') {
          here = found.items
          break
        }
        said.faults++
        if (![60, 61].includes(found.items) || found.shelf !== 5 || found.storage !== options.storage) {
          said.wrong.push([kind, n, hit, found])
          host.items = here
          ;(await opened()).close()
          continue
        }
        said[found.items === here ? 'old' : 'newer']++
        if (!said.hits.includes(hit)) said.hits.push(hit)
        here = found.items
      }
    return said
  }
  /** … of a first download, when there is nothing yet. */
  const everyFirst = async (options, kinds) => {
    keepOptions = options
    const said = { faults: 0, wrong: [] }
    for (const kind of kinds)
      for (let n = 1; ; n++) {
        await (await navigator.storage.getDirectory()).removeEntry('martello', { recursive: true }).catch(() => {})
        await caches.delete('martello')
        const { hit, error } = await failing(n, kind, async () => {
          const kept = await opened()
          const shelf = kept.current.recommend({ history: ['p1'], k: 5 }).items.length
          kept.close()
          if (shelf !== 5) throw new Error(shelf + ' items')
        })
        if (error) said.wrong.push([kind, n, hit, error]) // a device that keeps nothing still recommends
        const again = await opened().catch((error) => error.message)
        if (again.current?.items !== host.items || again.storage !== options.storage) said.wrong.push([kind, n, hit, 'then', again.message ?? again])
        again.close?.()
        if (hit === '') break
        said.faults++
      }
    return said
  }
  /** Fails every call of each change of a profile. */
  const everyChange = async (kinds) => {
    const said = { faults: 0, before: 0, after: 0, wrong: [] }
    const ids = (profile) => profile.history.map(({ id }) => id).join()
    const CHANGES = {
      add: (profile) => profile.add('c', { id: 'd', event: 'like' }),
      undo: (profile) => profile.undo(),
      saw: (profile) => profile.saw([{ id: 'x' }]),
      import: (profile) => profile.import(JSON.stringify({ format: 'martello profile', version: 1, events: [{ id: 'e' }, { id: 'f' }] })),
      erase: (profile) => profile.erase(),
    }
    const AFTER = { add: 'a,b,c,d', undo: 'a', saw: 'a,b', import: 'a,b,e,f', erase: '' }
    const now = Date.now() / 1000
    for (const [change, work] of Object.entries(CHANGES))
      for (const kind of kinds)
        for (let n = 1; ; n++) {
          const name = change + ' ' + kind + ' ' + n
          const fresh = await Profile.open({ name })
          await fresh.add({ id: 'a', at: now - 9 }, { id: 'b', at: now - 8 })
          fresh.close()
          const { hit, error } = await failing(n, kind, async () => {
            const profile = await Profile.open({ name, impressions: true })
            try {
              await work(profile)
            } finally {
              profile.close()
            }
          })
          if (error && !/^MartelloError: profile: /.test(error)) said.wrong.push([name, hit, error])
          const again = await Profile.open({ name })
          const found = ids(again)
          again.close()
          if (found !== 'a,b' && found !== AFTER[change]) said.wrong.push([name, hit, found])
          said[found === 'a,b' ? 'before' : 'after']++
          if (hit === '') {
            if (error || found !== AFTER[change]) said.wrong.push([name, 'the clean run', error, found])
            break
          }
          said.faults++
        }
    return said
  }
  const chunks = (bytes, order, wait) => {
    const size = Math.ceil(bytes.byteLength / order.length)
    const pieces = order.map((i) => new Uint8Array(bytes.slice(i * size, (i + 1) * size)))
    return new ReadableStream({
      async pull(controller) {
        await wait?.()
        if (pieces.length === 0) controller.close()
        else controller.enqueue(pieces.shift())
      },
    })
  }
  const inOrder = Array.from({ length: 40 }, (_, i) => i)
  const turned = inOrder.map((i) => (i === 20 ? 30 : i === 30 ? 20 : i))
  const soon = () => new Promise((next) => setTimeout(next, 3))
  const range = { status: 206, headers: { 'content-range': 'bytes 100-199/200' } }
  /** What a host says that is not so, and what is in use and on the device afterwards. */
  const LIES = {
    'chunks in another order': [() => new Response(chunks(two, turned)), 60],
    'the last half first': [() => new Response(chunks(two, [...inOrder.slice(20), ...inOrder.slice(0, 20)])), 60],
    'forty chunks, and slowly': [() => new Response(chunks(two, inOrder, soon)), 61],
    'a chunk that comes twice': [() => new Response(chunks(two, [...inOrder.slice(0, 9), 8, ...inOrder.slice(9)])), 60],
    'a chunk that never comes': [() => new Response(chunks(two, inOrder.filter((i) => i !== 25))), 60],
    'half of it, as if that were all': [() => new Response(two.slice(0, two.byteLength >> 1)), 60],
    'more than it is': [() => new Response(new Blob([two, 'more'])), 60],
    'one byte of it altered': [() => { const bytes = new Uint8Array(two.slice()); bytes[bytes.length >> 1] ^= 4; return new Response(bytes) }, 60],
    'two bundles one after the other': [() => new Response(new Blob([two, one])), 60],
    'the new header before the old rest': [() => new Response(new Blob([two.slice(0, 64), one.slice(64)])), 60],
    'the old header before the new rest': [() => new Response(new Blob([one.slice(0, 64), two.slice(64)])), 60],
    'a part that nobody asked for': [() => new Response(two.slice(100, 200), range), 60],
    'that the new one is the old one (ETag)': [() => new Response(two, { headers: { etag: '"one"' } }), 61],
    'that the old one is another (ETag)': [() => new Response(one, { headers: { etag: '"other"' } }), 60],
    'that nothing is new': [() => new Response(null, { status: 304 }), 60],
    'nothing at all': [() => new Response(''), 60],
    'no content': [() => new Response(null, { status: 204 }), 60],
    'a page': [() => new Response('<!doctype html>Log in first'.padEnd(9999)), 60],
    'that it moved, and nothing there': [() => Response.error(), 60],
  }
  const everyLie = async (storage) => {
    const said = []
    for (const [what, [lie, wanted]] of Object.entries(LIES)) {
      await (await navigator.storage.getDirectory()).removeEntry('martello', { recursive: true }).catch(() => {})
      await caches.delete('martello')
      keepOptions = { storage }
      host.lie = () => new Response(one, { headers: { etag: '"one"' } })
      const kept = await opened()
      host.lie = lie
      const outcome = await kept.check().catch((error) => error.name + ': ' + error.message)
      const shelf = kept.current.recommend({ history: ['p1'], k: 5 }).items.length
      const inUse = kept.current.items
      kept.close()
      host.lie = undefined
      const { items } = await onDevice().catch((error) => ({ items: error.message }))
      if (shelf !== 5 || inUse !== wanted || items !== wanted || !(outcome === (wanted === 61) || /^MartelloError: /.test(outcome)))
        said.push([what, outcome, inUse, items, shelf])
    }
    return [Object.keys(LIES).length, said]
  }
  /** A clock that is set back a year, and ahead, between all that is done. */
  const clocks = async () => {
    keepOptions = { storage: 'opfs' }
    const real = Date.now
    const found = []
    const profile = await Profile.open({ name: 'clocks' })
    for (const [days, items] of [[0, 60], [-365, 61], [365, 60], [-3650, 61], [0, 60]]) {
      Date.now = () => real() + 86_400_000 * days
      host.items = items
      await update()
      const { items: inUse } = await onDevice()
      if (days <= 0) await profile.add('at ' + days)
      found.push(inUse)
    }
    Date.now = real
    const again = await Profile.open({ name: 'clocks' })
    return [found, again.history.map(({ id }) => id)]
  }
  Object.assign(globalThis, { everyLie, clocks, everyCall, everyFirst, everyChange, ready: true })
`
const dist = (name) => readFileSync(new URL(`../../../dist/${name}.js`, import.meta.url))

let files
before(async () => {
  const [one, two] = await Promise.all(
    [60, 61].map(
      async (items) => (await builtShop(shop({ items }), { name: `faults-${items}` }, { dimension: 16 })).bytes,
    ),
  )
  const [there, back] = [await patchOf(one, two, 'there.patch'), await patchOf(two, one, 'back.patch')]
  const manifests = Array.from({ length: 2000 }, (_, i) =>
    manifestOf([one, two][i % 2], KEY, {
      version: i + 1,
      file: `${60 + (i % 2)}.martello`,
      patches: [there.entry, back.entry],
    }),
  )
  const script = (body) => ({ type: 'text/javascript', body })
  const bytes = (body) => ({ type: 'application/octet-stream', body })
  files = {
    '/': { type: 'text/html', body: PAGE },
    '/page.js': script(SCRIPT),
    ...Object.fromEntries(['browser', 'keep', 'profile'].map((name) => [`/${name}.js`, script(dist(name))])),
    '/one': bytes(one),
    '/two': bytes(two),
    '/there': bytes(there.patch),
    '/back': bytes(back.patch),
    '/manifests': { type: 'application/json', body: JSON.stringify(manifests) },
  }
})

const kinds = Object.keys(KINDS)
for (const [what, options] of [
  ['kept in opfs', { storage: 'opfs' }],
  ['kept in cache', { storage: 'cache' }],
  ['signed and patched, kept in opfs', { storage: 'opfs', key: KEY.key }],
]) {
  test(`every call of an update fails: ${what}`, { skip: noChromium }, async (t) => {
    const { page } = await openPage(await serveFiles(files))
    const said = await page.evaluate(
      ([options, kinds]) => everyCall(options, kinds),
      [options, options.storage === 'opfs' ? [...kinds, LOST] : kinds],
    )
    t.diagnostic(`${said.clean} calls; ${said.faults} faults at ${said.hits.length} kinds of call: ${said.old} times the old one, ${said.newer} the new one`) // prettier-ignore
    assert.deepEqual(said.wrong, [])
    assert.ok(said.faults > 2 * said.clean && said.old > 0 && said.newer > 0, JSON.stringify(said))
  })
  test(`every call of a first download fails: ${what}`, { skip: noChromium }, async (t) => {
    const { page } = await openPage(await serveFiles(files))
    const said = await page.evaluate(([options, kinds]) => everyFirst(options, kinds), [options, kinds])
    t.diagnostic(`${said.faults} faults`)
    assert.deepEqual(said.wrong, [])
    assert.ok(said.faults > 20)
  })
}

test('every call of a change of a profile fails', { skip: noChromium }, async (t) => {
  const { page } = await openPage(await serveFiles(files))
  const said = await page.evaluate((kinds) => everyChange(kinds), kinds)
  t.diagnostic(`${said.faults} faults: ${said.before} times as before, ${said.after} as after`)
  assert.deepEqual(said.wrong, [])
  assert.ok(said.faults > 50)
})

for (const storage of ['opfs', 'cache'])
  test(`whatever a host says of an unsigned bundle, kept in ${storage}`, { skip: noChromium }, async (t) => {
    const { page } = await openPage(await serveFiles(files))
    const [count, wrong] = await page.evaluate((storage) => everyLie(storage), storage)
    t.diagnostic(`${count} lies`)
    assert.deepEqual(wrong, [])
  })

test('a clock that is set back a year, or ten, or ahead, takes no bundle away', { skip: noChromium }, async () => {
  const { page } = await openPage(await serveFiles(files))
  const [items, events] = await page.evaluate(() => clocks())
  assert.deepEqual(items, [60, 61, 60, 61, 60])
  // of events the clock of the device says which are older than a year: one that was ten years back is
  assert.ok(events.includes('at 0') && !events.includes('at -3650'), `${events}`)
})
