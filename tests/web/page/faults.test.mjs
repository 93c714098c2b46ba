// Storage fails at every call that there is, in headless Chromium: the n-th once, or from the n-th on, by room, by an abort, by half a
// write. Whatever failed, the next opening finds the old bundle or the new one, whole, and all events of a profile as before or after.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { noChromium, openPage, serveFiles } from '../helpers/browsers.mjs'
import { FAULTS, KINDS } from '../helpers/faults.mjs'
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
  globalThis.fetch = async (url) => {
    const name = new URL(url, location.href).pathname.slice(1)
    if (host.isDown) return new Response(null, { status: 503 })
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
  const onDevice = async () => {
    host.isDown = true
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
        const found = await onDevice().catch((error) => error.message)
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
  Object.assign(globalThis, { everyCall, everyFirst, everyChange, ready: true })
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
    const said = await page.evaluate(([options, kinds]) => everyCall(options, kinds), [options, kinds])
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
