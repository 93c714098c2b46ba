// The demo page while it loads: its first sight waits for nothing and stays put, its shelf answers from a part of the bundle,
// and becomes what it is when all is there.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, test } from 'node:test'
import { answer } from '../../../build/web/serve/server.js'
import { newPage, noChromium } from '../helpers/browsers.mjs'
import { atRest, files, NARROW, served, toolsOf, until, WIDE } from '../helpers/demo-page.mjs'

for (const [name, options] of Object.entries({ wide: WIDE, narrow: NARROW }))
  test(`${name}: it is there before its bundle, and nothing moves when that comes`, { skip: noChromium }, async () => {
    const given = await files()
    let release
    const held = new Promise((done) => (release = done))
    const { url } = await served({
      ...given,
      'films.martello': held.then(() => given['films.martello']),
    })
    const { page, errors } = await newPage(options)
    await page.addInitScript(() => {
      globalThis.moved = []
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput, sources } of list.getEntries())
          if (!hadRecentInput)
            globalThis.moved.push({ value, what: sources.map((one) => one.node?.id || one.node?.className) })
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.goto(url)
    await until(page, () => performance.getEntriesByName('first-contentful-paint').length > 0)
    // what a new person is shown is written in the page itself
    assert.equal(await page.locator('#shelf .title').count(), 12)
    assert.ok(await page.locator('#search').isEditable())
    // it counts, although there is no recommender yet; no person's click: whatever that moves is excused for half a second
    await page.evaluate(() => document.querySelector('[data-taste]').click())
    await until(page, () => document.querySelector('[data-taste]').ariaPressed === 'true')
    release()
    await atRest(page)
    await until(page, () => document.getElementById('shelf-head').innerText === 'You might like')
    await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))
    const moved = await page.evaluate(() => globalThis.moved)
    assert.ok(moved.reduce((sum, { value }) => sum + value, 0) < 0.005, JSON.stringify(moved))

    // nor for one who comes back
    await page.reload()
    await atRest(page)
    const again = await page.evaluate(() => globalThis.moved)
    assert.ok(again.reduce((sum, { value }) => sum + value, 0) < 0.02, JSON.stringify(again))
    assert.deepEqual(errors, [])
  })

test('the shelf answers from a part of the bundle, and takes in the rest', { skip: noChromium }, async () => {
  const page_ = await files()
  const { body, etag, type } = page_['films.martello']
  let release
  const held = new Promise((done) => (release = done))
  const part = Math.round(0.6 * body.length)
  const server = createServer(async (request, response) => {
    if (request.url !== '/films.martello' || request.headers['if-none-match']) return answer(page_, request, response)
    response.writeHead(200, { 'content-type': type, 'content-length': body.length, etag })
    response.write(body.subarray(0, part))
    await held
    response.end(body.subarray(part))
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  after(() => (server.closeAllConnections(), server.close()))

  const { page, errors } = await newPage(WIDE)
  const { titles, reasons, changing } = toolsOf(page)
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  await until(page, () => document.querySelectorAll('#shelf .title').length === 12)
  await page.locator('[data-taste]').first().click()
  await until(page, () => document.querySelector('#shelf .why').textContent.startsWith('Because you liked '))
  assert.equal((await titles()).length, 12)
  assert.ok((await reasons()).every((why) => /^Because you liked /.test(why)))
  assert.equal(await page.locator('#network-state').innerText(), 'Counting …')
  await page.locator('#inspect').click()
  await page.locator('#tab-network').click()
  const panel = () => page.locator('#panel-network').innerText()
  assert.match(await panel(), /Bundle\s+\d+ KB of \d+ KB so far/)
  const [, share] = /It answered from\s+\d+ KB, (\d+) %/.exec(await panel())
  assert.ok(Number(share) <= 60)
  // what needs the rest waits for it, and is not refused
  await page.locator('#freshness').fill('10')
  await page.locator('#search').fill('alien')

  release()
  await atRest(page)
  await page.locator('#found [role=option]').first().waitFor()
  await page.locator('#search').press('Escape')
  await changing(() => page.locator('#reset').click())
  assert.ok((await titles()).includes('The Matrix Reloaded'), 'titles are here')
  assert.match(await panel(), /Bundle\s+\d+ KB\n/)
  assert.match(await panel(), /Waiting\s+none/)
  assert.match(await panel(), /Kept in\s+the origin private file system/)
  assert.equal(await page.locator('#network-state').innerText(), '0 requests since loading')
  assert.deepEqual(errors, [])
})
