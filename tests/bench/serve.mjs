// How soon the page of `martello serve` shows a shelf over a line of 10 Mbit/s: on MovieLens' small log, from navigation to the first frame
// with cards, and to the first that the page's own recommender has answered, with an empty cache, in Chromium. The server shares
// the line among all that is on its way, and each answer waits RTT ms; the machine is what it is.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'
import { Recommender } from '../../dist/node.js'
import { answer } from '../../build/web/serve/server.js'
import { siteOf } from '../../build/web/serve/site.js'
import { CHROMIUM, QUIET } from '../web/helpers/chromium.mjs'
import { realData } from '../web/helpers/files.mjs'
import { built } from '../web/helpers/shop.mjs'

const MBIT = Number(process.env.MBIT ?? 10)
const RTT = Number(process.env.RTT ?? 20)
const ROUNDS = Number(process.env.ROUNDS ?? 7)

const { real: folder, skip } = realData('movielens-small')
if (skip) {
  console.log(`serve: ${skip}, nothing measured`)
  process.exit(0)
}
const bytes =
  process.env.BUNDLE !== undefined
    ? readFileSync(process.env.BUNDLE)
    : (await built({ interactions: `${folder}/ratings.csv`, items: `${folder}/movies.csv` }, {})).bytes
const { files } = await siteOf([{ path: 'movielens.martello', rec: await Recommender.open(bytes), bytes }])

/** One line for everything: a part is sent when the parts before it are through. */
let free = 0
const CHUNK = 4096
async function through(length) {
  const now = performance.now()
  free = Math.max(free, now) + (8 * length) / (MBIT * 1000)
  await new Promise((sent) => setTimeout(sent, free - now))
}
let sent = 0
const server = createServer(async (request, response) => {
  await new Promise((next) => setTimeout(next, RTT))
  const end = response.end.bind(response)
  response.end = (body) => {
    if (!body) return end()
    sent += body.length
    const parts = async () => {
      for (let at = 0; at < body.length; at += CHUNK) {
        const part = body.subarray(at, at + CHUNK)
        await through(part.length)
        if (!response.write(part)) await new Promise((drained) => response.once('drain', drained))
      }
      end()
    }
    parts()
    return response
  }
  answer(files, request, response)
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))

const browser = await chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: false, args: QUIET })
const found = []
for (let round = 0; round < ROUNDS; round++) {
  const page = await (await browser.newContext()).newPage()
  await page.addInitScript(() => {
    const seen = (what, name) =>
      new MutationObserver((_, watching) => {
        if (document.querySelector(what) === null) return
        watching.disconnect()
        // two frames: the second begins when the first was painted
        requestAnimationFrame(() => requestAnimationFrame(() => (globalThis[name] = performance.now())))
      }).observe(document, { childList: true, subtree: true })
    seen('#shelf .title', 'shelfAt')
    seen('.says-time', 'answeredAt')
  })
  sent = 0
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  const state = () =>
    page.evaluate(() => ({
      shelf: globalThis.shelfAt,
      answered: globalThis.answeredAt,
      first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
      titles: [...document.querySelectorAll('#shelf .title')].slice(0, 1).map((one) => one.textContent),
    }))
  while (!(await state()).answered) await new Promise((next) => setTimeout(next, 200))
  const seen = await state()
  // before the style sheet has come, frames are begun and nothing is painted
  found.push({ ...seen, shelf: Math.max(seen.shelf, seen.first), sent })
  await page.context().close()
}
await browser.close()
server.closeAllConnections()
server.close()
const sorted = (name) => found.map((one) => one[name]).sort((a, b) => a - b)
const line = (name) => `${Math.round(sorted(name)[ROUNDS >> 1])} ms (${sorted(name).map(Math.round).join(', ')})`
console.log(`${(bytes.length / 1e6).toFixed(2)} MB bundle, ${MBIT} Mbit/s, ${RTT} ms to an answer, median of ${ROUNDS}`)
console.log(`first contentful paint   ${line('first')}`)
console.log(`first paint of a shelf   ${line('shelf')}, which begins with ${found[0].titles[0]}`)
console.log(`first answer in the page ${line('answered')}`)
console.log(`sent by then             ${Math.round(sorted('sent')[ROUNDS >> 1] / 1000)} KB asked for`)
