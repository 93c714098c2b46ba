// An app of Next.js, built by Turbopack and by webpack and started: the page asks in Chromium, a route asks in Node, and one
// in the edge runtime, each through the entry that its conditions name.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { found, noChromium } from '../web/helpers/browsers.mjs'
import { ask } from './page.mjs'
import { app, expected, folder, need } from './prepare.mjs'
import { BUNDLE } from './requests.mjs'

const NEEDS = ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1']
const next = join(folder, 'node_modules/next/dist/bin/next')
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1' }

const route = (head, source) => `${head}
import { Recommender } from 'martello'
import { answersOf, BUNDLE, whole } from '../requests.mjs'
export async function GET(request) {
  return Response.json(answersOf(await whole(Recommender.open(${source}))))
}
`
const FILES = {
  'package.json': '{ "private": true, "type": "module" }',
  // the checkout around has a lock file of its own, which it would take for the app's
  'next.config.mjs': `export default { turbopack: { root: ${JSON.stringify(folder)} }, outputFileTracingRoot: ${JSON.stringify(folder)} }`,
  'app/layout.jsx': `export default ({ children }) => <html lang="en"><body>{children}</body></html>`,
  'app/page.jsx': `'use client'
import { useEffect } from 'react'
export default function Page() {
  useEffect(() => {
    import('./ask.js').then(({ ask }) => ask()).then((found) => { globalThis.found = found })
  }, [])
  return <p>martello</p>
}
`,
  'app/ask.js': ask(),
  'app/node/route.js': route("export const dynamic = 'force-dynamic'", "'public/' + BUNDLE"),
}
const EDGE = { 'app/edge/route.js': route("export const runtime = 'edge'", "new URL('/' + BUNDLE, request.url)") }

/** The app of these files, built, and started: its address. */
async function started(name, files, ...flags) {
  const site = join(app, name)
  rmSync(site, { recursive: true, force: true })
  for (const sub of ['app/node', 'app/edge', 'public']) mkdirSync(join(site, sub), { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(site, file), text)
  copyFileSync(join(app, 'requests.mjs'), join(site, 'app/requests.mjs'))
  copyFileSync(join(app, BUNDLE), join(site, 'public', BUNDLE))
  await promisify(execFile)(process.execPath, [next, 'build', ...flags], { cwd: site, env }).catch((error) =>
    assert.fail(`${error.stdout}${error.stderr}`),
  )
  const server = spawn(process.execPath, [next, 'start', '-p', '0', '-H', '127.0.0.1'], { cwd: site, env })
  after(() => server.kill('SIGKILL'))
  let said = ''
  return new Promise((listening, failed) => {
    server.stdout.setEncoding('utf8').on('data', (text) => {
      const [, address] = /Local: +(http:\S+)[^]*Ready/.exec((said += text)) ?? []
      if (address) listening(address)
    })
    server.on('exit', () => failed(new Error(said)))
  })
}

for (const [name, files, ...flags] of [
  ['Turbopack', { ...FILES, ...EDGE }],
  // without a route at the edge: there this Next.js fails, whatever the route does
  ['webpack', FILES, '--webpack'],
])
  test(`Next.js, built by ${name}`, { skip: noChromium, timeout: 240_000 }, async (t) => {
    const why = need(...NEEDS)
    if (why) return t.skip(why)
    const base = await started(`next-${name}`, files, ...flags)
    for (const path of ['node', ...(files === FILES ? [] : ['edge'])]) {
      const text = await (await fetch(`${base}/${path}`)).text()
      assert.ok(text === expected(), `the route ${path} answers otherwise: ${text.slice(0, 300)}`)
    }
    const answers = await found(base)
    assert.ok(answers === expected(), `the page answers otherwise: ${answers.slice(0, 300)}`)
  })
