// A headless Chromium for tests, a server on loopback, and the reason for a skip where there is no Chromium.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { after } from 'node:test'
import { chromium } from 'playwright-core'
import { HEADLESS, QUIET } from './chromium.mjs'
import { until } from './until.mjs'

export const noChromium = existsSync(HEADLESS)
  ? false
  : `no ${HEADLESS} here (apt-get install chromium-headless-shell, or set MARTELLO_CHROMIUM)`

let browser
after(() => browser?.close())

/** A page in a context of its own, with what went wrong on it and what it asked for: { page, errors, requests }. */
export async function newPage(options = {}) {
  browser ??= await chromium.launch({
    executablePath: HEADLESS,
    chromiumSandbox: false,
    args: QUIET,
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
  const { page, errors } = opened
  await page.goto(url)
  await until(
    () => page.evaluate(() => globalThis.ready),
    () => `the page's module did not load: ${errors}`,
  )
  return opened
}

/** What the page at `url` leaves in `found`. */
export async function found(url) {
  const { page, errors } = await newPage()
  await page.goto(url)
  return until(
    () => page.evaluate(() => globalThis.found).catch(() => undefined), // vite dev may reload the page once
    () => `no answer; ${errors.join('; ')}`,
  ).catch((error) => `error: ${error.message}`)
}

/**
 * Serves `files`, { '/path': { type, body, headers } }, until the tests end. A body may be a function that gives parts, each
 * sent when the one before is on its way.
 */
export async function serveFiles(files) {
  const server = createServer(async (request, response) => {
    const file = files[request.url]
    if (file === undefined) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': file.type, ...file.headers })
    if (typeof file.body !== 'function') return response.end(Buffer.from(file.body))
    for await (const part of file.body()) await new Promise((sent) => response.write(part, sent))
    response.end()
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  after(() => server.close())
  return `http://127.0.0.1:${server.address().port}`
}

/** A body in pieces of so many bytes. */
export const inPieces = (bytes, size) =>
  function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
