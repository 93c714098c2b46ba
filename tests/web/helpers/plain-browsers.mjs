// Browsers without a driver: each is started on a page, and the page sends what it found. So any browser will do.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { HEADLESS, QUIET } from './chromium.mjs'

const running = []
let scratch
after(() => {
  running.forEach(kill)
  if (scratch) rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
})

function start(path, args, env, stdio = 'ignore') {
  const child = spawn(path, args, { stdio, detached: true, env: { ...process.env, ...env } })
  running.push(child)
  return child
}

/** A screen for a browser that insists on one: its DISPLAY. */
async function screen() {
  const args = ['-displayfd', '3', '-screen', '0', '1024x768x24', '-nolisten', 'tcp']
  const xvfb = start(XVFB, args, {}, ['ignore', 'ignore', 'ignore', 'pipe'])
  return new Promise((ready, fail) => {
    xvfb.stdio[3].on('data', (number) => ready(`:${String(number).trim()}`))
    xvfb.on('exit', () => fail(new Error('Xvfb ended')))
  })
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
const FIREFOX = '/usr/bin/firefox-esr'
const MINIBROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'
const XVFB = '/usr/bin/Xvfb'

/** { name, why: false or the reason for a skip, start(url, home): the process, or a promise of it }. */
export const browsers = [
  {
    name: 'Chromium',
    why: lacks(HEADLESS, 'chromium-headless-shell'),
    start: (url, home) =>
      start(HEADLESS, [
        '--headless',
        '--no-sandbox',
        ...QUIET,
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
        'browser.sessionstore.resume_from_crash',
      ]
      const prefs = off.map((name) => `user_pref("${name}", false);\n`)
      prefs.push('user_pref("toolkit.startup.max_resumed_crashes", -1);\n') // it may be killed as often as a test likes
      writeFileSync(join(home, 'user.js'), prefs.join(''))
      return start(FIREFOX, ['--headless', '--no-remote', '--profile', home, url], { HOME: home })
    },
  },
  {
    name: 'WebKitGTK',
    why: lacks(MINIBROWSER, 'webkit2gtk-driver') || lacks(XVFB, 'xvfb'),
    start: async (url, home) =>
      start(MINIBROWSER, [url], {
        DISPLAY: await screen(),
        HOME: home,
        XDG_RUNTIME_DIR: home,
        DBUS_SESSION_BUS_ADDRESS: 'disabled:',
        NO_AT_BRIDGE: '1',
        GSETTINGS_BACKEND: 'memory',
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        LIBGL_ALWAYS_SOFTWARE: '1',
      }),
  },
]
