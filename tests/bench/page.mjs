// What a page's own thread does while RecommenderClient opens a bundle and answers 1,000 requests: every task of that thread,
// from Chromium's trace, against a page that opens the bundle and asks without a worker. And the worker's overhead.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'
import { gaussians, csv, file, npy, built, shop } from '../web/helpers/shop.mjs'

const ITEMS = 100_000
const REQUESTS = 1000

const { goods } = shop({ items: ITEMS })
const { bytes } = await built({
  embeddings: await npy('page-bench.npy', [ITEMS, 64], gaussians(ITEMS, 64, 1)),
  ids: file('page-bench-ids.txt', goods.map(({ item_id }) => `${item_id}\n`).join('')),
  items: file('page-bench-items.csv', csv(goods)),
})
const dist = (name) => readFileSync(new URL(`../../dist/${name}`, import.meta.url))
const html = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>'
const page = `import { Recommender } from '/browser.js'
import { RecommenderClient } from '/client.js'
Object.assign(globalThis, { Recommender, RecommenderClient })`
const server = createServer((request, response) => {
  const name = request.url.slice(1)
  const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body)
  if (name === '') send('text/html', html)
  else if (name === 'bundle') send('application/octet-stream', bytes)
  else send('text/javascript', name === 'page.js' ? page : dist(name))
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))

const browser = await chromium.launch({
  executablePath: process.env.MARTELLO_CHROMIUM ?? '/usr/bin/chromium',
  chromiumSandbox: false,
  args: ['--disable-gpu', '--no-first-run', '--disable-background-networking'],
})
console.log(`${ITEMS} items, ${(bytes.length / 1e6).toFixed(1)} MB; ${REQUESTS} requests of 5 events, k = 20`)
for (const [what, name] of [
  ['with a worker', 'RecommenderClient'],
  ['without', 'Recommender'],
]) {
  const tab = await browser.newPage()
  await tab.goto(`http://127.0.0.1:${server.address().port}/`)
  await tab.waitForFunction('globalThis.RecommenderClient')
  const run = (work) => traced(tab, work, name)
  const open = await run(async (name) => {
    globalThis.rec = await globalThis[name].open('/bundle')
  })
  const requests = await run(async () => {
    const times = []
    for (let i = 0; i < 1000; i++) {
      const history = Array.from({ length: 5 }, (_, j) => `p${(i * 7919 + j * 104_729) % 100_000}`)
      const before = performance.now()
      await rec.recommend({ history, k: 20 })
      times.push(performance.now() - before)
      if (i % 20 === 19) await new Promise((next) => setTimeout(next, 0)) // as from 50 gestures, not as one script
    }
    return times.sort((a, b) => a - b)
  })
  const times = requests.value
  for (const [stage, { tasks }] of Object.entries({ open, requests }))
    console.log(
      `${what.padEnd(13)} ${stage.padEnd(8)} ${String(tasks.length).padStart(6)} tasks, longest ${tasks
        .slice(0, 3)
        .map((ms) => ms.toFixed(1))
        .join(
          ', ',
        )} ms; over 4 ms: ${tasks.filter((ms) => ms > 4).length}, over 50 ms: ${tasks.filter((ms) => ms > 50).length}`,
    )
  console.log(
    `${what.padEnd(13)} a request takes ${times[500].toFixed(2)} ms (median), ${times[990].toFixed(2)} ms (p99)`,
  )
  await tab.close()
}
await browser.close()
server.close()

/**
 * Runs `work` in the page, and says how long each task of its main thread worked meanwhile, the longest first:
 * the thread's own time, so that a machine with other things to do does not count. */
async function traced(tab, work, argument) {
  await browser.startTracing(tab, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] })
  const value = await tab.evaluate(work, argument)
  const { traceEvents } = JSON.parse(await browser.stopTracing())
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const busiest = new Map()
  for (const { name, ph, pid, tid, dur, tdur } of traceEvents)
    if (/RunTask$/.test(name) && ph === 'X' && main.has(`${pid} ${tid}`))
      busiest.set(pid, [...(busiest.get(pid) ?? []), (tdur ?? dur) / 1000])
  const tasks = [...busiest.values()].sort((a, b) => b.length - a.length)[0] ?? []
  return { value, tasks: tasks.sort((a, b) => b - a) }
}
