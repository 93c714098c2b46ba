// The page of martello serve in real browsers, over bundles of every kind: axe, what the console and the policy complain of, and
// requests after loading. A script that is served along looks and plays, and reports once.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import axe from 'axe-core'
import { peopleOf } from '../../../build/web/serve/person.js'
import { answer } from '../../../build/web/serve/server.js'
import { siteOf } from '../../../build/web/serve/site.js'
import { build } from '../../../dist/build.js'
import { readEmbeddings, readInteractions } from '../../../build/web/read/index.js'
import { browsers, kill, newHome } from '../helpers/plain-browsers.mjs'
import { LONG } from '../helpers/long.mjs'
import { BUNDLES, log, opened } from '../helpers/serve-page.mjs'
import { built, gaussians, npy, realData, SILENT } from '../helpers/shop.mjs'

/** Runs in the page before its own script: what is complained of is kept. */
function listen() {
  globalThis.complaints = []
  const keep = (what) => globalThis.complaints.push(String(what))
  for (const name of ['error', 'warn']) console[name] = (...said) => keep(said.join(' '))
  addEventListener('error', (event) => keep(event.message))
  addEventListener('unhandledrejection', (event) => keep(event.reason))
  addEventListener('securitypolicyviolation', (event) => keep(`${event.violatedDirective}: ${event.blockedURI}`))
}

/** Runs in the page. */
async function play() {
  const at = (id) => document.getElementById(id)
  const all = (what) => [...document.querySelectorAll(what)]
  const until = async (what) => {
    while (!what()) await new Promise((next) => requestAnimationFrame(next))
  }
  const found = []
  const look = async (state) => {
    const { violations } = await globalThis.axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    for (const { id, nodes } of violations) for (const { html } of nodes) found.push(`${state}: ${id}: ${html}`)
  }
  const report = (said) => fetch('report', { method: 'POST', body: JSON.stringify(said) })
  try {
    await until(() => at('network-state').dataset.state !== 'waiting' && all('#shelf .title').length > 0)
    const loaded = Date.now()
    await look('at first')
    for (const fold of all('.taste details')) fold.open = true
    if (getComputedStyle(at('tune')).display !== 'none') at('tune').click()
    const like = all('#shelf .like').find((one) => one.checkVisibility())
    like?.click()
    if (like) await until(() => all('#liked .liked-title').length === 1)
    at('inspect').click()
    await look('inspecting')
    at('tab-network').click()
    await look('network')
    at('inspector-close').click()
    all('#shelf .more')[0].click()
    await until(() => at('alike').open)
    await look('one item')
    at('alike-close').click()
    const complaints = globalThis.complaints
    const sideways = document.documentElement.scrollWidth > innerWidth
    const [network, cards] = [at('network-state').textContent.trim(), all('#shelf .title').length]
    await report({ loaded, found, complaints, sideways, network, cards, agent: navigator.userAgent })
  } catch (error) {
    await report({ failed: `${error.name}: ${error.message}` })
  }
}

const CASES = {
  shop: ['shop'],
  'ids alone': ['ids alone'],
  'embeddings alone': ['embeddings alone'],
  'ranker and rules': ['ranker and rules'],
  replayed: ['shop'],
  'two bundles': ['ranker and rules', 'ids alone'],
}
/** What takes minutes to build. */
const LARGE = {
  'movielens-small': () => real('movielens-small', 'ratings.csv', 'movies.csv'),
  toys: () => real('toys', 'train.csv.gz', 'items.csv.gz'),
  async 'a million items'() {
    const [count, dim] = [1_000_000, 16]
    const embeddings = await readEmbeddings(await npy('million.npy', [count, dim], gaussians(count, dim, 5)))
    return build({ interactions: null, items: null, embeddings }, {}, 1, SILENT)
  },
}
const real = (name, log, items) => {
  const { real: folder } = realData(name)
  return built({ interactions: `${folder}/${log}`, items: `${folder}/${items}` })
}
if (LONG) for (const name of Object.keys(LARGE)) CASES[name] = [name]
const made = {}
const bytesOf = async (name) => (made[name] ??= (await (BUNDLES[name] ?? LARGE[name])()).bytes)
/** Why a case is not there: its data is not. */
const lacking = (name) => name in LARGE && name !== 'a million items' && realData(name).skip

/** Firefox, which takes five times as long, looks at those that have most on the page; all in long runs. */
const inFirefox = (name) => LONG || name === 'two bundles' || name === 'replayed'

for (const { name: browser, why, start } of browsers.filter(({ name }) => name !== 'WebKitGTK'))
  for (const [name, bundles] of Object.entries(CASES).filter(([name]) => browser !== 'Firefox' || inFirefox(name)))
    test(
      `${browser}, ${name}: nothing that axe, the console or the policy complains of`,
      { skip: why || lacking(name), timeout: name in LARGE ? 1_200_000 : 240_000 },
      async () => {
        const all = []
        for (const one of bundles) all.push(await opened(one.replaceAll(' ', '-'), await bytesOf(one)))
        const people = name === 'replayed' ? peopleOf(await readInteractions([log]), null) : []
        const { files } = await siteOf(all, { people })
        const script = (text) => ({
          ...files['page.js'],
          body: Buffer.from(text),
          packed: null,
          etag: `"${text.length}"`,
        })
        files['listen.js'] = script(`(${listen})()`)
        files['axe.js'] = script(axe.source)
        files['play.js'] = script(`(${play})()`)
        const html = Buffer.from(files['index.html'].body)
          .toString()
          .replace('<head>', '<head><script src="listen.js"></script>')
          .replace('</body>', '<script src="axe.js"></script><script type="module" src="play.js"></script></body>')
        files['index.html'] = { ...files['index.html'], body: Buffer.from(html), packed: null }
        const asked = []
        let heard
        const reported = new Promise((done) => (heard = done))
        const server = createServer((request, response) => {
          if (request.method !== 'POST') {
            asked.push({ url: request.url, at: Date.now() })
            return answer(files, request, response)
          }
          let body = ''
          request.on('data', (text) => (body += text))
          request.on('end', () => (response.end(), heard(JSON.parse(body))))
        })
        await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
        after(() => (server.closeAllConnections(), server.close()))
        const running = await start(`http://127.0.0.1:${server.address().port}/`, newHome())
        const said = await reported
        kill(running)
        assert.equal(said.failed, undefined)
        assert.deepEqual(said.found, [])
        assert.deepEqual(said.complaints, [])
        assert.equal(said.sideways, false)
        assert.equal(said.cards, 12)
        assert.equal(said.network, '0 requests since loading')
        assert.deepEqual(
          asked.filter((one) => one.at > said.loaded),
          [],
        )
      },
    )
