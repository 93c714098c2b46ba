// A headless Chromium for tests, a server on loopback, and the reason for a skip where there is no Chromium.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { after } from 'node:test'
import { chromium } from 'playwright-core'

const CHROMIUM = process.env.MARTELLO_CHROMIUM ?? '/usr/bin/chromium'
export const noChromium = existsSync(CHROMIUM)
  ? false
  : `no ${CHROMIUM} here (apt-get install chromium, or set MARTELLO_CHROMIUM)`

let browser
after(() => browser?.close())

/** A page in a context of its own, with what went wrong on it and what it asked for: { page, errors, requests }. */
export async function newPage(options = {}) {
  browser ??= await chromium.launch({
    executablePath: CHROMIUM,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const page = await (await browser.newContext(options)).newPage()
  const errors = []
  const requests = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('request', (request) => requests.push(request.url()))
  return { page, errors, requests }
}

/** A new page at `url`, when its module has run: it sets `ready`. */
export async function openPage(url, opened) {
  opened ??= await newPage()
  await opened.page.goto(url)
  for (let i = 0; !(await opened.page.evaluate(() => globalThis.ready)); i++) {
    if (i === 500) throw new Error(`the page's module did not load: ${opened.errors}`)
    await new Promise((next) => setTimeout(next, 10))
  }
  return opened
}

/** What the page at `url` leaves in `found`. */
export async function found(url) {
  const { page, errors } = await newPage()
  await page.goto(url)
  for (let i = 0; i < 2000; i++) {
    const found = await page.evaluate(() => globalThis.found).catch(() => undefined) // vite dev may reload the page once
    if (found !== undefined) return found
    await new Promise((next) => setTimeout(next, 10))
  }
  return `error: no answer; ${errors.join('; ')}`
}

/** Serves `files`, { '/path': { type, body, headers } }, until the tests end; the body may be sent piece by piece. */
export async function serveFiles(files) {
  const server = createServer(async (request, response) => {
    const file = files[request.url]
    if (file === undefined) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': file.type, ...file.headers })
    const body = Buffer.from(file.body)
    const piece = file.piece ?? body.length
    for (let at = 0; at < body.length; at += piece) {
      response.write(body.subarray(at, at + piece))
      if (file.piece) await new Promise((next) => setTimeout(next, 2))
    }
    response.end()
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  after(() => server.close())
  return `http://127.0.0.1:${server.address().port}`
}
