// The packed package in Chromium, Firefox and WebKitGTK, in the page and in a module worker, under a strict policy and with
// no bundler. No driver either: each browser is started on the page, which sends what it found.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { browsers, kill, newHome } from '../web/helpers/plain-browsers.mjs'
import { ask, HTML, serve } from './page.mjs'
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
