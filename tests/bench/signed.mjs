// What signatures and patches cost, on a bundle of 5 MB and the one that is built from it the next day, in Node and in Chromium:
//
//   node tests/bench/signed.mjs [--long]
//
// Signature at open: the manifest read and believed, and every piece of the bundle compared, over bytes in memory; and what `keep`
// takes to open from the device with a key beside without. Patch: the new bytes made and every piece compared; memory is what
// Chromium counts of buffers, each tenth chunk, garbage collected, beyond what was there before the old bytes were. Medians of
// interleaved rounds, and their quartiles; in Chromium also what the page's own thread works for a patch, and for as many new bytes
// that nothing is done with: a machine that is busy, or slow to give pages of memory, shows there.
import { createServer } from 'node:http'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { writeNpy } from '../../build/web/read/index.js'
import { CHROMIUM, QUIET } from '../web/helpers/chromium.mjs'
import { manifestOf, patchOf, signer } from '../web/helpers/signed.mjs'
import { child } from './child.mjs'
import { Verdict } from './verdict.mjs'
import { aroundCentres, normals, uniforms } from './workload.mjs'

const ROUNDS = process.argv.includes('--long') ? 101 : 25
const folder = mkdtempSync(join(tmpdir(), 'martello-signed-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const at = (name) => join(folder, name)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** 82,000 vectors of 64 numbers around 200 centres: 5 MB; the next day 1 % of them moved, 1 % are new, .5 % gone. */
async function twoDays() {
  const [count, dim] = [82_000, 64]
  const draw = uniforms(7)
  const normal = normals(draw)
  const row = aroundCentres(draw, dim, 200)
  const build = async (name, rows, ...more) => {
    const all = new Float32Array(rows.length * dim)
    rows.forEach(({ vector }, i) => all.set(vector, i * dim))
    await writeNpy(at('vectors.npy'), [rows.length, dim], all)
    writeFileSync(at('ids.txt'), rows.map(({ id }) => `${id}\n`).join(''))
    const inputs = ['--embeddings', at('vectors.npy'), '--ids', at('ids.txt')]
    await child([join(root, 'dist/cli.js'), 'build', '-o', at(name), ...inputs, ...more, '--quiet'])
    return readFileSync(at(name))
  }
  const rows = Array.from({ length: count }, (_, i) => ({ id: `item-${i}`, vector: row() }))
  const old = await build('old.martello', rows)
  const today = rows.flatMap((one) => {
    const fate = draw()
    return fate < 0.005 ? [] : [fate < 0.015 ? { ...one, vector: one.vector.map((x) => x + 0.5 * normal()) } : one]
  })
  for (let i = 0; i < count / 100; i++) today.push({ id: `new-${i}`, vector: row() })
  return [old, await build('new.martello', today, '--previous', at('old.martello'))]
}

const [old, made] = await twoDays()
const key = signer()
const { entry, patch } = await patchOf(old, made, 'a.patch')
const name = 'shop.martello'
const manifests = [old, made].map((bytes, i) =>
  manifestOf(bytes, key, { version: i + 1, patches: i === 0 ? [] : [entry] }),
)
console.log(`bundle ${(made.length / 1e6).toFixed(2)} MB, patch ${(patch.length / 1e3).toFixed(0)} KB (${((100 * patch.length) / made.length).toFixed(1)} %), manifest ${(manifests[1].length / 1e3).toFixed(1)} KB`) // prettier-ignore

/** Runs in Node and in a page, from what each has of the built modules. */
async function measure({ folder, text, key, name, old, made, patch, rounds, usage }) {
  const [{ believed }, { verified }, { patched }] = await Promise.all(
    ['update/trust', 'update/pieces', 'delta/patch'].map((module) => import(`${folder}/${module}.js`)),
  )
  const readerOf = (bytes) => {
    let at = 0
    return {
      read: async () =>
        at < bytes.length ? { done: false, value: bytes.subarray(at, (at += 1 << 16)) } : { done: true },
      cancel: async () => {},
    }
  }
  const drained = async (reader, each = () => {}) => {
    for (let i = 0; !(await reader.read()).done; i++) await each(i)
  }
  const made_ = async (manifest, each) => {
    const chunks = patched(old, patch)
    await drained(verified({ read: () => chunks.next(), cancel: () => chunks.return() }, manifest, 'it'), each)
  }
  const times = { signature: [], manifest: [], patch: [] }
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    const manifest = await believed(text, { key, name, where: 'it' })
    times.manifest.push(performance.now() - begun)
    await drained(verified(readerOf(made), manifest, 'it'))
    times.signature.push(performance.now() - begun)
    const then = performance.now()
    await made_(manifest)
    times.patch.push(performance.now() - then)
  }
  if (usage === undefined) return times
  const manifest = await believed(text, { key, name, where: 'it' })
  let most = 0
  await made_(manifest, async (i) => {
    if (i % 10 === 0) most = Math.max(most, await usage())
  })
  return { ...times, most }
}

const quartiles = (times) => {
  const sorted = [...times].sort((a, b) => a - b)
  return [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))])
}
const said = (times) => {
  const [low, median, high] = quartiles(times)
  return `${median.toFixed(1)} ms (quartiles ${low.toFixed(1)} to ${high.toFixed(1)})`
}
const verdict = new Verdict()
const report = (where, { signature, manifest, patch }) => {
  console.log(`${where}: manifest ${said(manifest)}; manifest and pieces ${said(signature)}; patch and pieces ${said(patch)}`) // prettier-ignore
  verdict.most('signature at open', where, quartiles(signature)[1], 10, 'ms', 1)
  verdict.most('patch', where, quartiles(patch)[1], 30, 'ms', 1)
}
const shared = { text: manifests[1], key: key.key, name, rounds: ROUNDS }
report('Node', await measure({ ...shared, folder: join(root, 'build/web'), old, made, patch }))

const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module">
  import { Recommender } from '/dist/browser.js'
  import { keep } from '/dist/keep.js'
  const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer())
  const measure = ${measure}
  Object.assign(globalThis, { Recommender, keep, bytes, measure, ready: true })
</script>`
const files = { '/old': old, '/made': made, '/a.patch': patch, [`/${name}`]: old, [`/${name}.json`]: manifests[0] }
const server = createServer((request, response) => {
  const script = /^\/(build\/web|dist)\/[\w/-]+\.js$/.test(request.url)
  const type = script ? 'text/javascript' : request.url === '/' ? 'text/html' : 'application/octet-stream'
  response.writeHead(200, { 'content-type': type })
  response.end(script ? readFileSync(join(root, request.url)) : (files[request.url] ?? PAGE))
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const url = `http://127.0.0.1:${server.address().port}/`
const browser = await chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false, args: QUIET })
const page = await browser.newPage()
const cdp = await page.context().newCDPSession(page)
const buffers = async () => {
  await cdp.send('HeapProfiler.collectGarbage')
  const { backingStorageSize } = await cdp.send('Runtime.getHeapUsage')
  return backingStorageSize
}
await page.exposeFunction('usage', buffers)
await page.goto(url)
await page.waitForFunction('globalThis.ready')
const before = await buffers()
const measured = (rounds, what) =>
  page.evaluate(
    async ([shared, what]) => {
      const [old, made, patch] = await Promise.all([
        bytes('/old'),
        what === 'memory' ? null : bytes('/made'),
        bytes('/a.patch'),
      ])
      return measure({
        ...shared,
        folder: '/build/web',
        old,
        made,
        patch,
        usage: what === 'memory' ? usage : undefined,
      })
    },
    [{ ...shared, rounds }, what],
  )
const found = await measured(ROUNDS)
report('Chromium', found)
const { most } = await measured(0, 'memory')
await cdp.send('Performance.enable', { timeDomain: 'threadTicks' })
/** Milliseconds of the page's own thread. */
const worked = async (work) => {
  const now = async () =>
    (await cdp.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ThreadTime').value
  const begun = await now()
  await page.evaluate(work, shared)
  return (1000 * ((await now()) - begun)) / ROUNDS
}
await page.evaluate(async () => {
  globalThis.given = await Promise.all(['/old', '/made', '/a.patch'].map(bytes))
})
const ofPatch = await worked(async ({ rounds }) => {
  const [old, , patch] = given
  const { patched } = await import('/build/web/delta/patch.js')
  for (let round = 0; round < rounds; round++) for await (const chunk of patched(old, patch)) void chunk
})
const ofMemory = await worked(({ rounds }) => {
  for (let round = 0; round < rounds; round++)
    for (let left = given[1].length; left > 0; left -= 1 << 16) new Uint8Array(Math.min(left, 1 << 16)).fill(1)
})
console.log(`Chromium: of its thread a patch takes ${ofPatch.toFixed(1)} ms, as many new bytes alone ${ofMemory.toFixed(1)} ms`) // prettier-ignore
verdict.most('memory of the patch', 'Chromium', (most - before) / made.length, 2, '× bundle')

// opened from the device with a key and without, in turns
const opened = { plain: [], signed: [] }
await page.evaluate(async (key) => {
  for (const options of [{}, { key }])
    await keep('/shop.martello', Recommender.open, { ...options, storage: 'key' in options ? 'opfs' : 'cache' }).then((kept) => kept.complete.then(() => kept.close())) // prettier-ignore
}, key.key)
await page.evaluate(async (key) => {
  // a bundle that was kept with its manifest opens without a key, too
  for (const options of [{ key }])
    await keep('/shop.martello', Recommender.open, options).then((kept) => kept.complete.then(() => kept.close()))
}, key.key)
for (let round = 0; round < ROUNDS; round++)
  for (const what of ['plain', 'signed'])
    opened[what].push(
      await page.evaluate(async (key) => {
        const begun = performance.now()
        const kept = await keep('/shop.martello', Recommender.open, { revalidate: false, ...(key && { key }) })
        const time = performance.now() - begun
        kept.close()
        return time
      }, what === 'signed' ? key.key : null), // prettier-ignore
    )
console.log(`keep from the device, Chromium: ${said(opened.plain)} without a key, ${said(opened.signed)} with one`)
verdict.most('key at open, from the device', 'Chromium', quartiles(opened.signed)[1] - quartiles(opened.plain)[1], 10, 'ms', 1) // prettier-ignore

// followed: the patch fetched, applied, opened and kept
files[`/${name}.json`] = manifests[1]
files[`/${name}`] = made
const followed = await page.evaluate(async (key) => {
  const kept = await keep('/shop.martello', Recommender.open, { revalidate: false, key })
  const begun = performance.now()
  const isNew = await kept.check()
  return [performance.now() - begun, isNew, kept.release.version]
}, key.key)
console.log(`keep.check() with a patch, Chromium, in all: ${followed[0].toFixed(0)} ms; version ${followed[2]}`)
await browser.close()
server.close()
verdict.print()
