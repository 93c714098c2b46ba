// Browsers without a driver: each is started on a page, and the page sends what it found. So any browser will do.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

const running = []
let scratch
after(() => {
  running.forEach(kill)
  if (scratch) rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
})

function start(path, args, env) {
  const child = spawn(path, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } })
  running.push(child)
  return child
}

/** Ends a browser: it is many processes, all of a group that is its own. */
export function kill({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}

/** An empty home for one browser. */
export function newHome() {
  scratch ??= mkdtempSync(join(tmpdir(), 'martello-browsers-'))
  return mkdtempSync(join(scratch, 'home-'))
}

const lacks = (path, name) => !existsSync(path) && `no ${path} here (apt-get install ${name})`
const CHROMIUM = process.env.MARTELLO_CHROMIUM ?? '/usr/bin/chromium'
const FIREFOX = '/usr/bin/firefox-esr'

/** { name, why: false or the reason for a skip, start(url, home): the process }. */
export const browsers = [
  {
    name: 'Chromium',
    why: lacks(CHROMIUM, 'chromium'),
    start: (url, home) =>
      start(CHROMIUM, [
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
    why: lacks(FIREFOX, 'firefox-esr'),
    start(url, home) {
      const off = [
        'datareporting.policy.dataSubmissionEnabled',
        'app.update.enabled',
        'browser.shell.checkDefaultBrowser',
      ]
      writeFileSync(join(home, 'user.js'), off.map((name) => `user_pref("${name}", false);\n`).join(''))
      return start(FIREFOX, ['--headless', '--no-remote', '--profile', home, url], { HOME: home })
    },
  },
]
