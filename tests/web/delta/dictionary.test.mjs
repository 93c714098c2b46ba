// Compression dictionary transport: a browser that has yesterday's bundle gets today's for the bytes of a patch, by headers alone.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { createDCtx, decompressUsingDict, init } from '@bokuweb/zstd-wasm'
import { offering } from '../../../demo/edge/bundle.mjs'
import { noChromium, openPage } from '../helpers/browsers.mjs'
import { builtShop, cliJson, path, shop } from '../helpers/shop.mjs'
import { until } from '../helpers/until.mjs'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest()
let versions, patch
before(async () => {
  const all = [60, 61].map((items) => builtShop(shop({ items }), { name: `dcz-${items}` }, { dimension: 16 }))
  versions = (await Promise.all(all)).map(({ bytes }) => Buffer.from(bytes))
  versions.forEach((bytes, i) => writeFileSync(path(`${i}.martello`), bytes))
  const said = await cliJson('diff', path('0.martello'), path('1.martello'), '-o', path('0-1.dcz'))
  patch = readFileSync(path('0-1.dcz'))
  assert.equal(said.bytes, patch.length)
})

test('martello diff -o P.dcz: magic, the hash of the dictionary, and a frame that makes the new bytes', async () => {
  assert.equal(patch.subarray(0, 8).toString('hex'), '5e2a4d1820000000')
  assert.deepEqual(patch.subarray(8, 40), sha256(versions[0]))
  await init()
  const made = decompressUsingDict(createDCtx(), new Uint8Array(patch.subarray(40)), new Uint8Array(versions[0]))
  assert.deepEqual(Buffer.from(made), versions[1])
  assert.ok(patch.length < 0.8 * versions[1].length, `${patch.length} of ${versions[1].length}`)
})

test('who offers the dictionary gets the patch; all others the whole, or nothing that they have', async () => {
  const { fetch } = await offering(versions[1], [patch])
  const ask = (headers, method = 'GET') => fetch(new Request('http://edge/bundle.martello?x', { method, headers }))
  const dictionary = `:${sha256(versions[0]).toString('base64')}:`
  const bytes = async (response) => Buffer.from(await response.arrayBuffer())
  const offered = await ask({ 'accept-encoding': 'gzip, br, zstd, dcb, dcz', 'available-dictionary': dictionary })
  assert.equal(offered.headers.get('content-encoding'), 'dcz')
  assert.equal(offered.headers.get('vary'), 'accept-encoding, available-dictionary')
  assert.equal(offered.headers.get('use-as-dictionary'), 'match="/bundle.martello"')
  assert.deepEqual(await bytes(offered), patch)
  for (const headers of [
    {},
    { 'accept-encoding': 'gzip, dcb', 'available-dictionary': dictionary },
    { 'accept-encoding': 'dcz' },
    { 'accept-encoding': 'dcz', 'available-dictionary': `:${sha256('other').toString('base64')}:` },
  ]) {
    const whole = await ask(headers)
    assert.equal(whole.headers.get('content-encoding'), null)
    assert.deepEqual(await bytes(whole), versions[1])
    assert.equal((await ask({ ...headers, 'if-none-match': whole.headers.get('etag') })).status, 304)
  }
  assert.equal((await ask({ 'if-none-match': offered.headers.get('etag') })).status, 304)
  assert.equal((await ask({ 'if-none-match': '"other"' })).status, 200)
  const head = await ask({}, 'HEAD')
  assert.deepEqual([head.headers.get('content-length'), (await bytes(head)).length], [String(versions[1].length), 0])
  assert.equal((await ask({}, 'DELETE')).status, 405)
  await assert.rejects(offering(versions[1], [versions[0]]), /found something else, expected a file of martello diff/)
})

test('Chromium keeps the bundle as a dictionary and unpacks the next by it', { skip: noChromium }, async (t) => {
  let offer = await offering(versions[0])
  const sent = []
  const http = createServer(async ({ url, headers }, outgoing) => {
    if (url !== '/bundle.martello')
      return outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<link rel="icon" href="data:,"><script>ready = true</script>') // prettier-ignore
    const response = await offer.fetch(new Request(`http://localhost${url}`, { headers }))
    sent.push(response.headers.get('content-encoding'))
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(Buffer.from(await response.arrayBuffer()))
  })
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening))
  after(() => (http.closeAllConnections(), http.close()))
  const { page } = await openPage(`http://127.0.0.1:${http.address().port}/`)
  const load = () =>
    page.evaluate(async () => {
      const bytes = await (await fetch('/bundle.martello', { cache: 'no-cache' })).arrayBuffer()
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
      return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
    })
  assert.equal(await load(), sha256(versions[0]).toString('hex'))
  offer = await offering(versions[1], [patch])
  // the dictionary is there when the browser has written it down: until then it asks for the whole, which is right as well
  await until(async () => {
    assert.equal(await load(), sha256(versions[1]).toString('hex'))
    if (sent.at(-1) === 'dcz') return true
    offer = await offering(versions[0])
    await load()
    offer = await offering(versions[1], [patch])
    return false
  })
  t.diagnostic(`${patch.length} bytes in place of ${versions[1].length}`)
})
