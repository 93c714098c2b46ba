// The packed package in Chromium, Firefox and WebKitGTK, in the page and in a module worker, under a strict policy and with
// no bundler. No driver either: each browser is started on the page, which sends what it found.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ask, HTML, serve } from './page.mjs'
import { app, expected, folder, lacks } from './prepare.mjs'

const dist = join(folder, 'node_modules/martello/dist')
const site = join(app, 'site')
const MINIBROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'

before(() => {
  mkdirSync(site, { recursive: true })
  writeFileSync(join(site, 'index.html'), HTML)
  writeFileSync(join(site, 'ask.js'), ask('./browser.js', './slim.js'))
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

const scratch = mkdtempSync(join(tmpdir(), 'martello-browsers-'))
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }))

const running = []
after(() => running.forEach(kill))
function start(path, args, options = {}) {
  const child = spawn(path, args, { stdio: 'ignore', detached: true, ...options })
  running.push(child)
  return child
}
/** A browser is many processes: all of its group, which is this test's own. */
function kill({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

/** A screen for a browser that insists on one: its DISPLAY. */
async function screen() {
  const xvfb = start('/usr/bin/Xvfb', ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  return new Promise((ready, fail) => {
    xvfb.stdio[3].on('data', (number) => ready(`:${String(number).trim()}`))
    xvfb.on('exit', () => fail(new Error('Xvfb ended')))
  })
}

const browsers = [
  {
    name: 'Chromium',
    why: lacks('/usr/bin/chromium', 'chromium'),
    start: (url, home) =>
      start('/usr/bin/chromium', [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--user-data-dir=${home}`,
        '--remote-debugging-port=0',
        url,
      ]),
  },
  {
    name: 'Firefox',
    why: lacks('/usr/bin/firefox-esr', 'firefox-esr'),
    start(url, home) {
      writeFileSync(
        join(home, 'user.js'),
        ['datareporting.policy.dataSubmissionEnabled', 'app.update.enabled', 'browser.shell.checkDefaultBrowser']
          .map((name) => `user_pref("${name}", false);\n`)
          .join(''),
      )
      return start('/usr/bin/firefox-esr', ['--headless', '--no-remote', '--profile', home, url], {
        env: { ...process.env, HOME: home },
      })
    },
  },
  {
    name: 'WebKitGTK',
    why: lacks(MINIBROWSER, 'webkit2gtk-driver') || lacks('/usr/bin/Xvfb', 'xvfb'),
    start: async (url, home) =>
      start(MINIBROWSER, [url], {
        env: {
          ...process.env,
          DISPLAY: await screen(),
          HOME: home,
          XDG_RUNTIME_DIR: home,
          DBUS_SESSION_BUS_ADDRESS: 'disabled:',
          NO_AT_BRIDGE: '1',
          GSETTINGS_BACKEND: 'memory',
          WEBKIT_DISABLE_COMPOSITING_MODE: '1',
          LIBGL_ALWAYS_SOFTWARE: '1',
        },
      }),
  },
]

for (const { name, why, start } of browsers)
  test(name, { skip: why, timeout: 120_000 }, async (t) => {
    let found
    const answered = new Promise((posted) => (found = posted))
    const base = await serve([site, dist, app], { posted: found })
    const child = await start(`${base}/index.html`, mkdtempSync(join(scratch, 'home-')))
    const { page, worker, agent } = JSON.parse(await answered)
    kill(child)
    t.diagnostic(agent)
    for (const [where, answers] of Object.entries({ page, worker }))
      assert.ok(answers === expected(), `${name} answers otherwise in the ${where}: ${answers.slice(0, 300)}`)
  })
