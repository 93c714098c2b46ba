// The packed package in Chromium, Firefox and WebKitGTK, in the page and in a module worker, under a strict policy and with
// no bundler. No driver either: each browser is started on the page, which sends what it found.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { browsers, kill, newHome } from '../web/helpers/plain-browsers.mjs'
import { ask, HTML, serve } from './page.mjs'
import { BUNDLE } from './requests.mjs'
import { app, expected, folder } from './prepare.mjs'

const dist = join(folder, 'node_modules/martello/dist')
const site = join(app, 'site')

before(() => {
  mkdirSync(site, { recursive: true })
  writeFileSync(join(site, 'index.html'), HTML)
  writeFileSync(join(site, 'ask.js'), ask('./browser.js', './slim.js', './client.js'))
  writeFileSync(join(site, 'worker.js'), `import { ask } from './ask.js'\nask().then(postMessage)\n`)
  writeFileSync(
    join(site, 'page.js'),
    `import { ask } from './ask.js'
const worker = new Worker('./worker.js', { type: 'module' })
const inWorker = new Promise((done) => {
  worker.onmessage = ({ data }) => done(data)
  worker.onerror = ({ message }) => done('error: ' + message)
})
const found = { page: await ask(), worker: await inWorker, agent: navigator.userAgent }
await fetch('./found', { method: 'POST', body: JSON.stringify(found) })
`,
  )
})

for (const { name, why, start } of browsers)
  test(name, { skip: why, timeout: 120_000 }, async (t) => {
    let found
    const answered = new Promise((posted) => (found = posted))
    const base = await serve([site, dist, app], { posted: found })
    const child = await start(`${base}/index.html`, newHome())
    const { page, worker, agent } = JSON.parse(await answered)
    kill(child)
    t.diagnostic(agent)
    for (const [where, answers] of Object.entries({ page, worker }))
      assert.ok(answers === expected(), `${name} answers otherwise in the ${where}: ${answers.slice(0, 300)}`)
  })

/** A page that has nothing of the package: the client, its worker and the bundle come from another origin that allows it. */
const far = (cdn, closed) => `<!doctype html><link rel="icon" href="data:," /><script type="module">
const found = {}
async function ask(name, client, options) {
  try {
    const { RecommenderClient } = await import(client)
    const rec = await RecommenderClient.open('${cdn}/${BUNDLE}', options)
    found[name] = (await rec.recommend({ now: 1_601_000_000, k: 3 })).items.length
    rec.close()
  } catch (error) {
    found[name] = error.message
  }
}
await ask('all', '${cdn}/client.js')
await ask('kept', '${cdn}/client.js', { keep: true })
await ask('worker', './client.js', { worker: '${cdn}/page-worker.js' })
await ask('refused', '${cdn}/client.js', { worker: '${closed}/page-worker.js' })
await fetch('./found', { method: 'POST', body: JSON.stringify(found) })
</script>`

for (const { name, why, start } of browsers)
  test(`${name}: the package on a CDN`, { skip: why, timeout: 120_000 }, async () => {
    let found
    const answered = new Promise((posted) => (found = posted))
    const page = join(app, `far-${name}`)
    mkdirSync(page, { recursive: true })
    const cdn = await serve([dist, app], { policy: null, headers: { 'access-control-allow-origin': '*' } })
    const closed = await serve([dist, app], { policy: null })
    writeFileSync(join(page, 'index.html'), far(cdn, closed))
    const base = await serve([page, dist], { policy: null, posted: found })
    const child = await start(`${base}/index.html`, newHome())
    const { all, kept, worker, refused } = JSON.parse(await answered)
    kill(child)
    assert.deepEqual([all, kept, worker], [3, 3, 3])
    assert.match(refused, /^client: the worker stopped \(its script did not load\)/)
  })
