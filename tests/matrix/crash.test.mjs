// The browser is killed at random moments of a bundle's update, again and again on one profile: what is opened next is the
// old bundle or the new one, without a server, never neither.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { builtShop, random, shop } from '../web/helpers/shop.mjs'
import { browsers, kill, newHome } from '../web/helpers/plain-browsers.mjs'
import { folder } from './prepare.mjs'

const PIECES = 10
const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const SCRIPT = `
import { Recommender } from '/browser.js'
import { keep } from '/keep.js'
const tell = (found) => fetch('/opened', { method: 'POST', body: JSON.stringify(found) })
try {
  const kept = await keep('/shop.martello', Recommender.open, { revalidate: false })
  await kept.complete
  const { items } = kept.current
  await tell({ items, shelf: kept.current.recommend({ k: 5 }).items.length, storage: kept.storage })
  await kept.check()
  await fetch('/updated', { method: 'POST' })
} catch (error) {
  await tell({ error: error.message })
}
`
const scripts = ['browser.js', 'keep.js']

let versions // two bundles, of 2,000 and of 2,001 items
before(async () => {
  const sources = { i2i: true, als: true, popular: true }
  versions = await Promise.all(
    [2000, 2001].map(async (items) => (await builtShop(shop({ items }), { name: `crash-${items}` }, { sources, tune: false })).bytes), // prettier-ignore
  )
})

/** A server of the page and of one bundle; what it does next is what a round puts into it. */
async function startServer() {
  const server = { bundle: versions[0], status: 200 }
  const http = createServer(async (request, response) => {
    const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body)
    const name = request.url.slice(1)
    if (name === '') return send('text/html', PAGE)
    if (name === 'page.js') return send('text/javascript', SCRIPT)
    if (scripts.includes(name)) return send('text/javascript', readFileSync(join(folder, 'node_modules/martello/dist', name))) // prettier-ignore
    if (request.method === 'POST') {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      server[name]?.(body) // before the answer, after which the page goes on
      return response.writeHead(204).end()
    }
    response.writeHead(server.status, { 'content-type': 'application/octet-stream' })
    if (server.status !== 200) return response.end()
    const size = Math.ceil(server.bundle.length / PIECES)
    for (let piece = 0; piece < PIECES && !response.destroyed; piece++) {
      response.write(server.bundle.subarray(piece * size, (piece + 1) * size))
      server.sent?.(piece)
      await new Promise((wait) => setTimeout(wait, 2))
    }
    response.end()
    server.sent?.(PIECES)
  })
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening))
  after(() => (http.closeAllConnections(), http.close()))
  return Object.assign(server, { url: `http://127.0.0.1:${http.address().port}/` })
}

// keep.test.mjs kills Chromium's pages alone
const ROUNDS = { Chromium: 15, Firefox: 50, WebKitGTK: 15 }
for (const { name, why, start } of browsers)
  test(`${name}, killed ${ROUNDS[name]} times`, { skip: why, timeout: 600_000 }, async (t) => {
    const server = await startServer()
    const home = newHome()
    const draw = random(11)
    const seen = { old: 0, new: 0 }
    let [inUse, storage] = [2000, '']
    for (let round = 0; round <= ROUNDS[name]; round++) {
      // it ends after one of the pieces, or up to 180 ms after the last, or when all is done
      const moment = round % 10 === 9 ? Infinity : draw.below(2 * PIECES)
      if (round > 0) server.status = 503 // it must be on the device
      const found = new Promise((opened) => {
        server.opened = (text) => {
          const found = JSON.parse(text)
          Object.assign(server, { status: 200, bundle: versions[found.items === 2000 ? 1 : 0] })
          opened(found)
        }
      })
      const ended = new Promise((end) => {
        server.updated = end
        server.sent = (piece) => {
          if (server.opened === undefined && piece === Math.min(moment, PIECES) && moment < Infinity)
            setTimeout(end, 20 * Math.max(0, moment - PIECES))
        }
      })
      const browser = await start(server.url, home)
      const { items, shelf, error, storage: kind } = await found
      server.opened = undefined
      assert.equal(error, undefined, `round ${round}: ${error}`)
      assert.equal(shelf, 5)
      assert.ok(items === 2000 || items === 2001, `${items} items`)
      if (round > 0) seen[items === inUse ? 'old' : 'new']++
      inUse = items
      storage = kind
      await ended
      kill(browser)
      if (browser.exitCode === null && browser.signalCode === null) await new Promise((gone) => browser.once('exit', gone)) // prettier-ignore
    }
    t.diagnostic(`kept in ${storage}; opened the old one ${seen.old} times, the new one ${seen.new} times`)
    assert.ok(seen.old > 0 && seen.new > 0)
  })
