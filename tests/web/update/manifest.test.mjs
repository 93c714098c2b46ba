// Manifests: what is signed, by whom, how old; each that is not to be believed is refused with its reason.
import assert from 'node:assert/strict'
import { createPublicKey, verify as verifyByNode } from 'node:crypto'
import { test } from 'node:test'
import { patched } from '../../../build/web/delta/patch.js'
import { readManifest, writeEnvelope } from '../../../build/web/update/manifest.js'
import { verified } from '../../../build/web/update/pieces.js'
import { measured } from '../../../build/web/update/sign.js'
import { believed, fresh } from '../../../build/web/update/trust.js'
import { fewestBytes } from '../../../build/web/update/ways.js'
import { DAY, fromNow, manifestOf, patchOf, rotate, signer } from '../helpers/signed.mjs'
import { changed, random } from '../helpers/shop.mjs'

/** What a device remembers of a manifest. */
const seenOf = ({ key, version, sha256, issued }, pinned) => ({ pinned, key, version, sha256, issued })

const draw = random(3)
const bytesOf = (length) => Uint8Array.from({ length }, () => draw.below(256))
const bundle = bytesOf(200_000)
const [key, other] = [signer(), signer()]

/** As Node's own cryptography says it, which is quick; one test asks WebCrypto. */
const verify = async (key, signature, bytes) => {
  const x = Buffer.from(key).toString('base64url')
  return verifyByNode(
    null,
    bytes,
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    signature,
  )
}
const trust = (say = {}) => ({ key: key.key, name: 'shop.martello', where: 'm.json', verify, ...say })
const refusedAs = async (code, text, say) => {
  const error = await believed(text, trust(say)).then(
    () => assert.fail(`it was believed, expected ${code}: ${text.slice(0, 300)}`),
    (error) => error,
  )
  assert.equal(error.name, 'MartelloError', error.stack)
  assert.match(error.message, /^m\.json: found [^\n]+$/)
  assert.ok([code].flat().includes(error.code), `${error.code}: ${error.message}`)
  return error.message
}

test('what is signed is believed, in Node and by WebCrypto', async () => {
  const text = manifestOf(bundle, key, { version: 7 })
  for (const say of [{}, { verify: undefined }]) {
    const manifest = await believed(text, trust(say))
    assert.equal(manifest.version, 7)
    assert.equal(manifest.length, bundle.length)
    assert.equal(manifest.pieces.length, 64 * 4)
  }
  await assert.rejects(believed(manifestOf(bundle, other, {}).replaceAll(other.key, key.key), trust({ verify: undefined })), { code: 'altered' }) // prettier-ignore
})

test('every altered byte is refused, wherever it stands', async () => {
  const { entry } = await patchOf(bundle, bytesOf(1000), 'a.patch')
  const bytes = Buffer.from(manifestOf(bundle, key, { rotations: [rotate(other, key.key)], patches: [entry] }))
  for (let at = 0; at < bytes.length; at++)
    for (const bit of [draw.below(7), 5]) {
      // 5: a letter becomes a capital, as in hexadecimal
      const altered = Buffer.from(bytes)
      altered[at] ^= 1 << bit
      await refusedAs(['altered', 'key', 'cut', 'unsigned'], altered.toString(), { key: other.key })
    }
})

test('every cut is refused, as one', async () => {
  const text = manifestOf(bundle, key)
  for (let length = 0; length < text.length; length++) await refusedAs('cut', text.slice(0, length))
  await believed(text, trust())
  await refusedAs('altered', `${text}\n`)
  await refusedAs('unsigned', '<!doctype html><title>Log in to this network</title>')
})

test('older than what was seen, or than the program knows: rollback', async () => {
  const [six, seven] = [6, 7].map((version) => manifestOf(bundle, key, { version }))
  const seen = seenOf(await believed(seven, trust()), key.key)
  assert.equal((await believed(seven, trust({ seen }))).version, 7, 'the same once more')
  assert.match(await refusedAs('rollback', six, { seen }), /found version 6, expected 7 or later$/)
  assert.match(await refusedAs('rollback', six, { atLeast: 8 }), /found version 6, expected 8 or later$/)
  await refusedAs('rollback', manifestOf(bytesOf(10), key, { version: 7 }), { seen })
})

test('its time has passed: expired, whatever the clock says', async () => {
  const holds = manifestOf(bundle, key, { issued: fromNow(-20), expires: fromNow(10) })
  const over = manifestOf(bundle, key, { issued: fromNow(-40), expires: fromNow(-10) })
  await believed(holds, trust())
  assert.match(await refusedAs('expired', over), /found that it expired on .*Z, expected one that holds on .*Z \(this device's clock\)$/) // prettier-ignore
  const now = Date.now
  try {
    Date.now = () => now() - 365 * DAY // set back: what is issued later is no reason to refuse it
    const seen = seenOf(await believed(holds, trust()), key.key)
    assert.equal((await believed(over, trust())).version, 1, 'nothing on this device says how late it is')
    await refusedAs('expired', over, { seen: { ...seen, issued: fromNow(365 - 5) } })
    Date.now = () => now() + 365 * DAY
    await refusedAs('expired', holds)
    assert.throws(() => fresh({ expires: fromNow(-400) }, trust()), { code: 'expired' })
  } finally {
    Date.now = now
  }
})

test('signed by another key, or for another bundle', async () => {
  assert.match(await refusedAs('key', manifestOf(bundle, other)), new RegExp(`found that the key ${other.key} signed it, expected ${key.key}$`)) // prettier-ignore
  await refusedAs('key', manifestOf(bundle, key, { name: 'another.martello' }))
  await refusedAs('altered', manifestOf(bundle, other).replaceAll(other.key, key.key))
  const { payload } = JSON.parse(manifestOf(bundle, key))
  await refusedAs('altered', writeEnvelope({ rotations: [], payload, signature: '0'.repeat(128) }))
  await refusedAs('key', writeEnvelope({ rotations: [], ...key.sign('"nothing"') }))
  for (const odd of ['0'.repeat(64), 'f'.repeat(64)])
    await refusedAs('altered', manifestOf(bundle, key).replaceAll(key.key, odd), { key: odd })
})

test('a key that follows another signs for it, and for those who have seen it alone', async () => {
  const third = signer()
  const first = manifestOf(bundle, key, { version: 1 })
  const second = manifestOf(bundle, other, { version: 2, rotations: [rotate(key, other.key)] })
  const later = manifestOf(bundle, third, { version: 3, rotations: [rotate(key, other.key), rotate(other, third.key)] })
  let seen = seenOf(await believed(first, trust()), key.key)
  for (const [text, by] of [
    [second, other],
    [later, third],
  ]) {
    await believed(text, trust()) // by who comes new
    await believed(text, trust({ key: by.key })) // by a page that knows the new key
    seen = seenOf(await believed(text, trust({ seen })), key.key)
    assert.equal(seen.key, by.key)
  }
  await refusedAs('key', manifestOf(bundle, key, { version: 9 }), { seen }) // the old key may be in other hands
  await refusedAs('key', manifestOf(bundle, other, { version: 9, rotations: [rotate(key, other.key)] }), { seen })
  const forged = { ...rotate(other, third.key), payload: rotate(key, third.key).payload }
  await refusedAs('altered', manifestOf(bundle, third, { rotations: [forged] }))
  await refusedAs('key', manifestOf(bundle, third, { rotations: [rotate(other, third.key)] }))
})

test('whatever was signed: what it says holds together, or one sentence', async () => {
  const { entry } = await patchOf(bundle, bytesOf(1000), 'a.patch')
  const { payload } = JSON.parse(manifestOf(bundle, key, { patches: [entry, entry] }))
  let refused = 0
  for (let round = 0; round < 2000; round++) {
    const said = changed(JSON.parse(payload), draw)
    const text = writeEnvelope({ rotations: [], ...key.sign(JSON.stringify(said)) })
    try {
      const { file, length, piece, pieces } = await readManifest(text, key.key, 'm.json', verify)
      assert.ok(!/[/\\]/.test(file))
      assert.equal(pieces.length, 64 * Math.ceil(length / piece))
    } catch (error) {
      assert.equal(error.name, 'MartelloError', error.stack)
      refused++
    }
  }
  assert.ok(refused > 500)
  for (const file of ['../a', 'a/b', 'a\\b', '', '.', '..', 'a\0'])
    await assert.rejects(believed(manifestOf(bundle, key, { file }), trust()), /says what cannot be$/)
  const newer = JSON.stringify({ ...JSON.parse(payload), martello: 2 })
  await assert.rejects(believed(writeEnvelope({ rotations: [], ...key.sign(newer) }), trust()), /found format 2, expected 1: update martello$/) // prettier-ignore
})

test('a chain, a jump or the whole: the fewest bytes', () => {
  const patch = (from, to, length) => ({ from, to, length, file: `${from}-${to}` })
  const way = (patches, length = 100, from = 'a') =>
    fewestBytes({ length, sha256: 'd', patches }, from)?.map(({ file }) => file) ?? null
  const chain = [patch('a', 'b', 10), patch('b', 'c', 10), patch('c', 'd', 10)]
  assert.deepEqual(way(chain), ['a-b', 'b-c', 'c-d'])
  assert.deepEqual(way([...chain, patch('a', 'd', 29)]), ['a-d'])
  assert.deepEqual(way([patch('a', 'd', 31), ...chain.reverse()]), ['a-b', 'b-c', 'c-d'])
  assert.deepEqual(way([patch('b', 'd', 15), ...chain]), ['a-b', 'b-d'])
  assert.equal(way(chain, 30), null, 'the whole is as small')
  assert.equal(way(chain, 100, 'z'), null)
  assert.deepEqual(way([patch('a', 'b', 0), patch('b', 'a', 0), patch('b', 'd', 5)]), ['a-b', 'b-d'])

  const shortest = (patches, at, to, seen = []) =>
    at === to
      ? 0
      : Math.min(
          Infinity,
          ...patches
            .filter((one) => one.from === at && !seen.includes(one.to))
            .map((one) => one.length + shortest(patches, one.to, to, [...seen, at])),
        )
  for (let round = 0; round < 300; round++) {
    const patches = Array.from({ length: 12 }, () =>
      patch(draw.of([...'abcdef']), draw.of([...'abcdef']), draw.below(60)),
    )
    const best = shortest(patches, 'a', 'd')
    const found = fewestBytes({ length: 80, sha256: 'd', patches }, 'a')
    assert.equal(found === null ? 80 : found.reduce((sum, { length }) => sum + length, 0), Math.min(80, best))
  }
})

/** What a reader that checks passes on of chunks, and what it says then. */
async function passed(chunks, manifest, at = 0) {
  const list = [...chunks]
  const reader = {
    read: async () => (list.length > 0 ? { done: false, value: list.shift() } : { done: true }),
    cancel() {},
  }
  const checked = verified(reader, manifest, 'it', at)
  const found = []
  try {
    for (;;) {
      const { done, value } = await checked.read()
      if (done) return { bytes: Buffer.concat(found), error: null }
      found.push(value)
    }
  } catch (error) {
    return { bytes: Buffer.concat(found), error }
  }
}
const chunked = (bytes, most) => {
  const chunks = []
  for (let at = 0; at < bytes.length;) {
    const length = draw.below(most + 1) // some are empty
    chunks.push(bytes.subarray(at, at + length))
    at += length
  }
  return chunks
}

test('pieces arrive as they were signed, in chunks of any size, or not at all', async () => {
  const manifest = measured(bundle)
  assert.equal(manifest.piece, 65536)
  for (const most of [300, 40_000, 65536, 150_000, 400_000]) {
    assert.deepEqual(await passed(chunked(bundle, most), manifest), { bytes: Buffer.from(bundle), error: null })
    const rest = bundle.subarray(65536)
    assert.deepEqual((await passed(chunked(rest, most), manifest, 65536)).bytes, Buffer.from(rest))
    for (let round = 0; round < 30; round++) {
      const altered = bundle.slice()
      const at = draw.below(bundle.length)
      altered[at] ^= 1 << draw.below(8)
      const { bytes, error } = await passed(chunked(altered, most), manifest)
      assert.equal(error.code, 'altered')
      assert.ok(bytes.length <= at && bundle.subarray(0, bytes.length).every((byte, i) => byte === bytes[i]))
      const cut = await passed(chunked(bundle.subarray(0, at), most), manifest)
      assert.equal(cut.error.code, 'cut')
      assert.equal(cut.bytes.length, at - (at % 65536))
    }
    assert.equal((await passed([...chunked(bundle, most), Uint8Array.of(0)], manifest)).error.code, 'altered')
  }
  assert.deepEqual((await passed([], measured(new Uint8Array()))).error, null)
})

test('a manifest stays small', () => {
  const large = manifestOf(new Uint8Array(300_000_000), key)
  assert.ok(large.length < 10_000, `${large.length}`)
})

test('a patch that is not for what is here makes nothing that is passed on', async () => {
  const [old, made] = [bytesOf(150_000), bytesOf(0)]
  const next = old.map((byte, i) => (i % 900 === 0 ? byte + 1 : byte))
  const { patch } = await patchOf(old, next, 'a.patch')
  const chunks = async (from, by) => {
    const found = []
    for await (const chunk of patched(from, by)) found.push(chunk)
    return found
  }
  assert.deepEqual((await passed(await chunks(old, patch), measured(next))).bytes, Buffer.from(next))
  const foreign = old.slice()
  foreign[100] ^= 1
  const { bytes, error } = await passed(await chunks(foreign, patch), measured(next))
  assert.deepEqual([bytes.length, error.code, made.length], [0, 'altered', 0])
})
