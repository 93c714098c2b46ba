// open(…, { key }) in Node: from a path and over HTTP, as far as a server says what was signed; and the commands that sign.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { builtShop, cli, cliJson, path, shop } from '../helpers/shop.mjs'
import { hashOf, manifestOf, signer } from '../helpers/signed.mjs'

const KEY = signer()
const { key } = KEY
let versions
before(async () => {
  const all = [60, 61, 62].map((items) =>
    builtShop(shop({ items }), { name: `sign-${items}` }, { dimension: 16, tune: false }),
  )
  versions = (await Promise.all(all)).map(({ bytes }) => Buffer.from(bytes))
})

/** A folder of its own. */
function folderOf(name) {
  const folder = path(name)
  mkdirSync(folder)
  return folder
}

async function startServer(files) {
  const server = { files, instead: {}, asked: [] }
  const http = createServer((request, response) => {
    const name = decodeURIComponent(request.url.slice(1))
    server.asked.push([name, request.headers.range ?? null])
    if (server.instead[name]) return server.instead[name](response, request)
    if (!(name in files)) return response.writeHead(404).end()
    response.end(files[name])
  })
  await new Promise((listening) => http.listen(0, '127.0.0.1', listening))
  after(() => (http.closeAllConnections(), http.close()))
  server.url = `http://127.0.0.1:${http.address().port}/`
  return server
}
const refused = (code, source, options = {}) =>
  assert.rejects(
    Recommender.open(source, { key, ...options }).then(({ complete }) => complete),
    (error) => {
      assert.equal(error.name, 'MartelloError', error.stack)
      assert.equal(error.code, code, error.message)
      return true
    },
  )

test('a path: the manifest stands beside it', async () => {
  const folder = folderOf('of a path')
  const bundle = join(folder, 'shop.martello')
  writeFileSync(bundle, versions[0])
  await refused('unsigned', bundle)
  writeFileSync(`${bundle}.json`, manifestOf(versions[0], KEY, { version: 5 }))
  for (const source of [
    bundle,
    new URL(`file://${bundle.replaceAll(' ', '%20')}`),
    `file://${bundle.replaceAll(' ', '%20')}`,
  ]) {
    const rec = await Recommender.open(source, { key })
    assert.deepEqual([rec.items, rec.release.version, rec.release.key], [60, 5, key])
  }
  assert.equal((await Recommender.open(bundle)).release, null)
  const altered = Buffer.from(versions[0])
  altered[100] ^= 1
  writeFileSync(bundle, altered)
  await refused('altered', bundle)
  writeFileSync(bundle, versions[0].subarray(0, -10))
  await refused('cut', bundle)
  writeFileSync(bundle, versions[0])
  writeFileSync(`${bundle}.json`, manifestOf(versions[0], KEY, { version: 4 }))
  await refused('rollback', bundle) // this program has seen 5
  await refused('key', bundle, { key: signer().key })
  await refused('unsigned', join(folder, 'none', 'shop.martello'))
})

test('over HTTP: what is signed, whatever the server calls it, and nothing else', async () => {
  const server = await startServer({
    'shop.martello.json': manifestOf(versions[0], KEY, { version: 1, file: 'a b%.martello' }),
    'a b%.martello': versions[0],
  })
  const url = `${server.url}shop.martello`
  assert.equal((await Recommender.open(url, { key })).items, 60)
  assert.deepEqual(server.asked.map(([name]) => name), ['shop.martello.json', 'a b%.martello']) // prettier-ignore
  assert.equal((await Recommender.open(new URL(url), { key })).release.version, 1)
  const whole = 'a b%.martello'
  const manifest = 'shop.martello.json'
  for (const [code, name, answer] of [
    ['altered', whole, (response) => response.end(Buffer.concat([versions[0], Buffer.from('x')]))],
    ['altered', whole, (response) => response.end(versions[1])],
    ['cut', whole, (response) => response.end(versions[0].subarray(0, 70))],
    ['cut', whole, (response) => response.end()],
    [undefined, whole, (response) => response.writeHead(503).end()],
    ['unsigned', manifest, (response) => response.writeHead(404).end()],
    ['unsigned', manifest, (response) => response.end('<!doctype html>')],
    ['altered', manifest, (response) => response.end('x'.repeat(2 << 20))],
    ['cut', manifest, (response) => response.end(server.files[manifest].slice(0, -7))],
    [undefined, manifest, (response) => response.writeHead(503).end()],
  ]) {
    server.instead = { [name]: answer }
    await refused(code, url)
  }
  for (const source of [versions[0], new Response(versions[0]), new Request(url)])
    await assert.rejects(
      Recommender.open(source, { key }),
      /^MartelloError: open: key: found .* expected the address of a bundle/,
    )
  await assert.rejects(Recommender.open(url, { atLeast: 3 }), /open: atLeast: found 3, expected a key with it/)
  await assert.rejects(Recommender.open(url, { key, atLeast: NaN }), /open: atLeast: expected a version's number/)
  await assert.rejects(Recommender.open(url, { key: undefined }), /open: key: expected the 64 digits of a public key/)
})

test('a download that breaks off goes on by a range, and each piece of that is looked at', async () => {
  const [bytes] = versions
  const server = await startServer({
    'shop.martello.json': manifestOf(bytes, KEY, { version: 1, ...piecesOf(bytes, 1024) }),
  })
  const part = Math.floor(bytes.length * 0.8)
  const lies = { from: 0 }
  let breakOff
  server.instead['shop.martello'] = (response, { headers: { range } }) => {
    const headers = { etag: '"1"', 'content-length': bytes.length }
    if (range === undefined) {
      response.writeHead(200, headers).write(bytes.subarray(0, part))
      return (breakOff = () => response.destroy()) // once what came is in use
    }
    const at = Number(/\d+/.exec(range)[0])
    const range206 = { 'content-range': `bytes ${at}-${bytes.length - 1}/${bytes.length}` }
    response.writeHead(206, range206).end(bytes.subarray(at - lies.from, bytes.length - lies.from))
  }
  const rec = await Recommender.open(`${server.url}shop.martello`, { key })
  breakOff()
  await assert.rejects(rec.complete, /broke off/)
  const { loaded } = rec
  lies.from = 1 // another part than it says
  await assert.rejects(rec.load(), { code: 'altered' })
  lies.from = 0
  await rec.load()
  assert.ok(loaded < bytes.length && rec.loaded === bytes.length)
  const ranges = server.asked.flatMap(([, range]) => range ?? [])
  assert.equal(Number(/\d+/.exec(ranges[0])[0]) % 1024, 0, 'a piece begins there')
})
function piecesOf(bytes, piece) {
  let pieces = ''
  for (let at = 0; at < bytes.length; at += piece) pieces += hashOf(bytes.subarray(at, at + piece))
  return { piece, pieces }
}

// -- commands ----------------------------------------------------------------------------------------------------------------

const fails = async (code, message, ...args) => {
  const run = await cli(...args)
  assert.deepEqual([run.code, run.stdout], [code, ''], run.stderr)
  assert.match(run.stderr, message)
}

test('martello keys: a private key for nobody else, and its public one', async () => {
  const secret = path('k1.key')
  const { key } = await cliJson('keys', '-o', secret)
  assert.match(key, /^[0-9a-f]{64}$/)
  assert.equal(readFileSync(`${secret}.pub`, 'utf8'), `${key}\n`)
  if (process.platform !== 'win32') assert.equal(statSync(secret).mode & 0o777, 0o600)
  const before = readFileSync(secret, 'utf8')
  await fails(1, /k1\.key: found a file of that name, expected a new one/, 'keys', '-o', secret)
  assert.equal(readFileSync(secret, 'utf8'), before)
  await fails(2, /^--output is missing/, 'keys')
  await fails(1, /found no folder/, 'keys', '-o', path('no/where'))
  // as openssl has it
  const pem = execFileSync('openssl', ['pkey', '-in', secret, '-pubout', '-outform', 'DER'])
  assert.equal(pem.subarray(-32).toString('hex'), key)
})

test('martello sign: a folder for a static host, night after night', async () => {
  const [secret, shelf] = [path('k2.key'), path('public')]
  const { key } = await cliJson('keys', '-o', secret)
  const bundle = path('shop.martello')
  const signs = async (n, ...more) => {
    writeFileSync(bundle, versions[n])
    return cliJson('sign', bundle, '--key', secret, '-o', shelf, ...more)
  }
  const names = versions.map((bytes) => `shop-${hashOf(bytes).slice(0, 8)}.martello`)
  const patch = (from, to) => `shop-${hashOf(versions[from]).slice(0, 8)}-${hashOf(versions[to]).slice(0, 8)}.patch`
  const first = await signs(0)
  assert.deepEqual([first.key, first.bytes, first.patches], [key, versions[0].length, []])
  assert.deepEqual(readdirSync(shelf).sort(), [names[0], 'shop.martello.json'].sort())
  assert.deepEqual(readFileSync(join(shelf, names[0])), versions[0])

  const second = await signs(1, '--expires', '36h')
  assert.ok(second.version > first.version)
  assert.equal(Math.round((Date.parse(second.expires) - Date.now()) / 3_600_000), 36)
  assert.deepEqual(second.patches.map(({ from }) => from), [hashOf(versions[0])]) // prettier-ignore
  const third = await signs(2)
  assert.deepEqual(third.patches.map(({ from }) => from).sort(), [hashOf(versions[0]), hashOf(versions[1])].sort())
  // what the manifest before names stays once more
  assert.deepEqual(
    readdirSync(shelf).sort(),
    [...names, patch(0, 1), patch(0, 2), patch(1, 2), 'shop.martello.json'].sort(),
  )
  const again = await signs(2)
  assert.ok(again.version > third.version)
  assert.deepEqual(again.patches, third.patches)
  assert.ok(!existsSync(join(shelf, patch(0, 1))))
  assert.deepEqual((await Recommender.open(join(shelf, 'shop.martello'), { key })).release.version, again.version)

  // what others left there: a patch that is damaged is made anew, one that is gone is not named
  writeFileSync(join(shelf, patch(0, 2)), 'not a patch')
  rmSync(join(shelf, names[1]))
  rmSync(join(shelf, patch(1, 2)))
  assert.deepEqual((await signs(2)).patches.map(({ from }) => from), [hashOf(versions[0])]) // prettier-ignore
  await signs(2, '--keep', '0')
  assert.deepEqual(readdirSync(shelf).filter((name) => name.endsWith('.martello')), [names[2]]) // prettier-ignore

  const report = await cli('verify', join(shelf, 'shop.martello'), '--key', `${secret}.pub`)
  assert.equal(report.code, 0, report.stderr)
  assert.match(report.stdout, new RegExp(`version \\d+, 1 patch, signed by ${key}, until .*Z\n.*: whole, 62 items`))
  assert.equal((await cli('verify', join(shelf, 'shop.martello'), '--key', key)).code, 0)
  await fails(1, /signed it, expected/, 'verify', join(shelf, 'shop.martello'), '--key', signer().key)
  await fails(
    1,
    /k2\.key: found a private key, expected a public key/,
    'verify',
    join(shelf, 'shop.martello'),
    '--key',
    secret,
  )
  writeFileSync(join(shelf, patch(0, 2)), 'not a patch')
  await fails(
    1,
    /found other bytes, expected those that the manifest names/,
    'verify',
    join(shelf, 'shop.martello'),
    '--key',
    key,
  )
  await fails(1, /bundle.json|json, expected a manifest/, 'verify', bundle, '--key', key)
})

test('martello sign beside a bundle, with earlier ones where they are', async () => {
  const folder = folderOf('beside')
  const [bundle, secret] = [join(folder, 'shop.martello'), path('k3.key')]
  await cliJson('keys', '-o', secret)
  const olds = folderOf('olds')
  versions.slice(0, 2).forEach((bytes, i) => writeFileSync(join(olds, `${i}.martello`), bytes))
  writeFileSync(bundle, versions[2])
  const made = await cliJson('sign', bundle, '--key', secret, '--previous', olds)
  assert.equal(made.patches.length, 2)
  assert.equal(readdirSync(folder).length, 4)
  assert.equal((await cli('verify', bundle, '--key', `${secret}.pub`)).code, 0)
  assert.deepEqual((await cliJson('sign', bundle, '--key', secret)).patches, made.patches, 'patches that are there')
  for (const [code, message, ...args] of [
    [1, /nowhere: found no such file or folder, expected a bundle/, 'sign', 'nowhere', '--key', secret],
    [1, /nowhere: found no such file or folder, expected a private key/, 'sign', bundle, '--key', 'nowhere'],
    [1, /k3\.key\.pub: found a public key, expected a private key/, 'sign', bundle, '--key', `${secret}.pub`],
    [1, /shop\.martello: found something else, expected a private key/, 'sign', bundle, '--key', bundle],
    [
      1,
      /beside-none: found no such file or folder, expected a bundle/,
      'sign',
      bundle,
      '--key',
      secret,
      '--previous',
      'beside-none',
    ],
    [2, /^--key is missing/, 'sign', bundle],
    [2, /^BUNDLE is missing/, 'sign', '--key', secret],
    [
      2,
      /--expires: found "soon", expected a duration such as 30d or 12h/,
      'sign',
      bundle,
      '--key',
      secret,
      '--expires',
      'soon',
    ],
    [2, /--keep: found "-1"/, 'sign', bundle, '--key', secret, '--keep=-1'],
    [1, /: open: |found/, 'sign', secret, '--key', secret],
  ])
    // prettier-ignore
    await fails(code, message, ...args)
  writeFileSync(`${bundle}.json`, readFileSync(`${bundle}.json`, 'utf8').replace('version', 'Version'))
  await fails(1, /shop\.martello\.json: found other words than were signed/, 'sign', bundle, '--key', secret)
})

test('martello sign: a manifest there that nobody signed is said, and stays as it is', async () => {
  const folder = folderOf('unsigned')
  const [bundle, secret] = [join(folder, 'shop.martello'), path('k4.key')]
  await cliJson('keys', '-o', secret)
  writeFileSync(bundle, versions[0])
  for (const payload of ['no JSON', '{}', 'null']) {
    const text = `${JSON.stringify({ rotations: [], payload, signature: 'a'.repeat(128) })}\n`
    writeFileSync(`${bundle}.json`, text)
    await fails(
      1,
      /found that nobody signed it, expected a manifest of martello sign$/m,
      'sign',
      bundle,
      '--key',
      secret,
    )
    assert.equal(readFileSync(`${bundle}.json`, 'utf8'), text)
  }
})

test('a new key follows the one before, and not without it', async () => {
  const [old, next, shelf] = [path('old.key'), path('next.key'), path('rotated')]
  const [{ key: first }, { key: second }] = [await cliJson('keys', '-o', old), await cliJson('keys', '-o', next)]
  const bundle = path('rotates.martello')
  writeFileSync(bundle, versions[0])
  const signs = (...args) => cliJson('sign', bundle, '-o', shelf, ...args)
  await signs('--key', old)
  await fails(1, /found that the key .*… signed it, expected .*… *: where that one follows, give the one before with --old-key/, 'sign', bundle, '-o', shelf, '--key', next) // prettier-ignore
  await signs('--key', next, '--old-key', old)
  for (const key of [first, second])
    assert.equal((await cli('verify', join(shelf, 'rotates.martello'), '--key', key)).code, 0)
  await signs('--key', next)
  assert.equal((await Recommender.open(join(shelf, 'rotates.martello'), { key: first })).release.key, second)
  await fails(1, /signed it, expected/, 'sign', bundle, '-o', shelf, '--key', old)
})
