// The demo page in real browsers: after loading, 200 interactions ask nobody; then the server goes, and the page reloads and
// recommends. A script that is served along plays the person; it reports once before the reload and once after it.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { answer } from '../../../build/web/serve/server.js'
import { files } from '../helpers/demo-page.mjs'
import { LONG } from '../helpers/long.mjs'
import { browsers, kill, newHome } from '../helpers/plain-browsers.mjs'

/** Runs in the page. */
async function play() {
  const at = (id) => document.getElementById(id)
  const all = (what) => [...document.querySelectorAll(what)]
  const frame = () => new Promise((next) => requestAnimationFrame(next))
  const type = (input, value) => {
    input.value = value
    input.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const titles = () => all('#shelf .title').map((one) => one.innerText)
  /** Resolves behind all changes of the profile that were begun. */
  const stored = () =>
    new Promise((done) => {
      const opening = indexedDB.open('martello profile films')
      opening.onsuccess = () => {
        const turn = opening.result.transaction('events', 'readwrite')
        turn.objectStore('events').count()
        turn.oncomplete = () => (opening.result.close(), done())
      }
    })
  const settled = async () => {
    for (let was, same = 0; same < 60;) {
      await stored()
      await frame()
      const is = [...titles(), ...all('#liked li').map((one) => one.innerText)].join('|')
      same = is === was ? same + 1 : 0
      was = is
    }
  }
  const tell = (found) => fetch('report', { method: 'POST', body: JSON.stringify(found) })
  try {
    while (at('network-state').dataset.state === 'waiting') await frame()
    const loaded = Date.now()
    const again = (await indexedDB.databases()).length > 0 && all('#liked li').length > 0
    for (let i = 0; i < 200 && !again; i++) {
      if (i % 5 === 0) all('#shelf .like')[i % 12].click()
      else if (i % 5 === 1) type(at(['diversity', 'novelty', 'freshness'][i % 3]), i % 6)
      else if (i % 5 === 2) type(at('search'), ['al', 'the', 'star', 'mat', 'zzz'][i % 5].slice(0, 1 + (i % 3)))
      else if (i % 5 === 3) all('#shelf .pass')[i % 12].click()
      else if (i % 20 === 4) all('#liked .icon')[0]?.click()
      else if (i % 20 === 9) at('inspect').click()
      else if (i % 20 === 14) at(`tab-${['shelf', 'network', 'data'][i % 3]}`).click()
      else at('more').click()
      await frame()
    }
    at('reset').click()
    type(at('search'), '')
    await settled()
    await tell({
      loaded,
      titles: titles().slice(0, 12),
      likes: all('#liked li').map((one) => one.innerText),
      network: at('network-state').textContent.trim(),
      offline: at('offline-state').textContent.trim(),
      kept: /Kept in(the origin private file system|the Cache API|memory only)/.exec(
        at('panel-network').textContent,
      )?.[1],
      agent: navigator.userAgent,
    })
    if (!again) location.reload() // tell has waited: the server is gone
  } catch (error) {
    await tell({ failed: `${error.name}: ${error.message}` })
  }
}

for (const { name, why, start } of browsers)
  test(
    `${name}: 200 interactions ask nobody, and a reload needs no server`,
    // page/offline.test.mjs has what this page is made of in each browser
    { skip: why || (name !== 'Chromium' && !LONG && 'make test-long runs it'), timeout: 240_000 },
    async (t) => {
      const page = await files()
      const script = Buffer.from(`(${play})()`)
      page['play.js'] = { ...page['page.js'], body: script, packed: null }
      const html = page['index.html'].body
        .toString()
        .replace('</body>', '<script type="module" src="play.js"></script></body>')
      page['index.html'] = { ...page['index.html'], body: Buffer.from(html), packed: null }
      // the page's own list does not know of the player
      const list = page['files.js'].body.toString().replace('= [', '= ["play.js",')
      assert.match(list, /play\.js/)
      page['files.js'] = { ...page['files.js'], body: Buffer.from(list), packed: null }

      const asked = []
      const reports = []
      let heard
      let off = false
      const server = createServer((request, response) => {
        if (request.method === 'POST') {
          let body = ''
          request.on('data', (text) => (body += text))
          return request.on('end', () => {
            off = true
            reports.push(JSON.parse(body))
            response.end()
            heard?.()
          })
        }
        asked.push({ url: request.url, at: Date.now(), off })
        if (off) return request.socket.destroy() // as a network that is gone, but we see who tries
        return answer(page, request, response)
      })
      await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
      after(() => (server.closeAllConnections(), server.close()))
      const report = async (n) => {
        while (reports.length <= n) await new Promise((next) => (heard = next))
        if (reports[n].failed) assert.fail(reports[n].failed)
        return reports[n]
      }

      const browser = await start(`http://127.0.0.1:${server.address().port}/`, newHome())
      const first = await report(0)
      const second = await report(1)
      kill(browser)
      t.diagnostic(`${second.agent}; bundle kept in ${second.kept}`)
      assert.equal(first.network, '0 requests since loading')
      assert.equal(first.offline, 'Works offline')
      assert.equal(first.titles.length, 12)
      assert.ok(first.likes.length > 3)
      assert.deepEqual({ ...second, loaded: 0 }, { ...first, loaded: 0 })
      assert.deepEqual(
        asked.filter((one) => one.at > first.loaded && !one.off),
        [],
      )
      // at a reload the browser looks whether sw.js and what it imports are still the same, the page whether its films are
      const tried = asked.filter((one) => one.off).map((one) => one.url)
      for (const url of tried)
        assert.ok(['/sw.js', '/files.js', '/martello/offline.js', '/films.martello'].includes(url), url)
    },
  )
