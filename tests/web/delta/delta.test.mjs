// Patches: exactly the bytes that they were made for, or one sentence.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { makePatch } from '../../../build/web/delta/diff.js'
import { applyPatch } from '../../../build/web/delta/patch.js'
import { built, cli, cliJson, csv, file, path, random, shop } from '../helpers/shop.mjs'

const bytes = (length, draw) => Uint8Array.from({ length }, () => Math.floor(256 * draw()))
const joined = (...parts) => new Uint8Array(Buffer.concat(parts))

/** Old and new files that differ in ways that bundles do, and that they do not. */
const PAIRS = {
  'the same': (draw) => {
    const one = bytes(5000, draw)
    return [one, one.slice()]
  },
  'bytes here and there': (draw) => {
    const one = bytes(20_000, draw)
    return [one, one.map((byte) => (draw() < 0.01 ? 256 * draw() : byte))]
  },
  'numbers that all grew by one': (draw) => {
    const one = bytes(4000, draw)
    return [one, one.map((byte, i) => (i % 4 === 0 ? byte + 1 : byte))]
  },
  'codes of some items, a byte of sixteen, of which half changes': (draw) => {
    const one = bytes(64 * 512, draw)
    const items = Array.from({ length: 64 }, () => Array.from({ length: 16 }, () => draw() < 0.02))
    return [one, one.map((byte, at) => (items[at >> 9][at & 15] ? byte ^ (16 * draw()) : byte))]
  },
  'rows in another order': (draw) => {
    const rows = Array.from({ length: 300 }, () => bytes(40, draw))
    return [joined(...rows), joined(...rows.sort(() => draw() - 0.5))]
  },
  'something put in between, something left out': (draw) => {
    const one = bytes(9000, draw)
    return [one, joined(one.subarray(0, 3000), bytes(70, draw), one.subarray(3000, 6000), one.subarray(7000))]
  },
  'nothing in common': (draw) => [bytes(3000, draw), bytes(2500, draw)],
  'from nothing': (draw) => [new Uint8Array(), bytes(300, draw)],
  'to nothing': (draw) => [bytes(300, draw), new Uint8Array()],
  'the same again and again': (draw) => {
    const one = bytes(200, draw)
    return [one, joined(...Array.from({ length: 100 }, () => one))]
  },
  'zeros, more zeros': (draw) => [new Uint8Array(1000), joined(new Uint8Array(50_000), bytes(3, draw))],
  'all of it shifted': (draw) => {
    const one = bytes(6000, draw)
    return [one, joined(bytes(13, draw), one)]
  },
}

for (const [name, pair] of Object.entries(PAIRS))
  test(`${name}: the new bytes, exactly`, async () => {
    for (const seed of [1, 2, 3]) {
      const [old, made] = pair(random(seed))
      const patch = await makePatch(old, made)
      assert.deepEqual(await applyPatch(old, patch), made)
      assert.deepEqual(await applyPatch(old, patch, true), made)
    }
  })

test('what changed little is a small patch', async () => {
  const size = async (name) => {
    const [old, made] = PAIRS[name](random(1))
    return (await makePatch(old, made)).length / made.length
  }
  assert.ok((await size('the same')) < 0.04, 'a header and three steps')
  assert.ok((await size('bytes here and there')) < 0.06)
  // 24 items of 32 codes of four bits are 1.2 % of the bytes, which they are has to be told, and the header is .4 %
  assert.ok((await size('codes of some items, a byte of sixteen, of which half changes')) < 0.025)
  assert.ok((await size('numbers that all grew by one')) < 0.1)
  assert.ok((await size('rows in another order')) < 0.2)
  assert.ok((await size('something put in between, something left out')) < 0.03)
})

test('a patch for another file, and what is none, is refused', async () => {
  const [old, made] = PAIRS['bytes here and there'](random(1))
  const patch = await makePatch(old, made)
  const refused = (message, given, from = old) => assert.rejects(applyPatch(from, given), { name: 'MartelloError', message }) // prettier-ignore
  await refused(/^patch: found a file of 10 bytes, expected the file of 20000 bytes that it was made from$/, patch, old.slice(0, 10)) // prettier-ignore
  const other = old.slice()
  other[7]++
  await refused(/^patch: found other bytes, expected the file/, patch, other)
  await refused(/^patch: found a bundle, expected a patch/, new TextEncoder().encode('martello and more'))
  await refused(/^patch: found something else, expected a patch/, new Uint8Array(3))
  await refused(/^patch: found 119 bytes, expected 120 of a header and more$/, patch.slice(0, 119))
  await refused(/^patch: found \d+ bytes, expected \d+ as its header says$/, patch.slice(0, -1))
  const newer = patch.slice()
  newer[8] = 2
  await refused(/^patch: found version 2, expected 1: update martello$/, newer)
  const greedy = patch.slice()
  new DataView(greedy.buffer).setBigUint64(24, 1n << 40n, true)
  await refused(/^patch: found that it makes 1099511627776 bytes, expected at most \d+$/, greedy)
})

const sha256 = (what) => createHash('sha256').update(what).digest()
const leb = (value) => (value < 128 ? [value] : [128 + (value % 128), ...leb(Math.floor(value / 128))])

/** A patch of steps that nobody made. */
function handmade(old, made, steps, differences = new Uint8Array(), plain = new Uint8Array()) {
  const streams = [Uint8Array.from(steps.flatMap(leb)), differences, plain].map((bytes) => deflateRawSync(bytes))
  const header = Buffer.alloc(120)
  header.write('martdiff')
  header.writeUInt32LE(1, 8)
  ;[old.length, made.length].forEach((length, i) => header.writeBigUInt64LE(BigInt(length), 16 + 8 * i))
  ;[old, made].forEach((what, i) => sha256(what).copy(header, 32 + 32 * i))
  streams.forEach(({ length }, i) => header.writeBigUInt64LE(BigInt(length), 96 + 8 * i))
  return joined(header, ...streams)
}

test('the format is the one that is written down', async () => {
  const text = (what) => new TextEncoder().encode(what)
  const [old, made] = [text('tea, cup and pot'), text('pot and tea')]
  // from byte 13: pot; back by 8: " and "; back by 13: a copy that becomes "tea" by differences of 0
  const patch = handmade(old, made, [26, 3, 0, 0, 15, 5, 0, 0, 25, 0, 3, 0], new Uint8Array(3))
  assert.deepEqual(await applyPatch(old, patch), made)
})

test('steps that leave the files, make nothing, or end too soon or too late are refused', async () => {
  const old = bytes(100, random(1))
  const made = old.slice(0, 50)
  const refused = async (message, ...steps) =>
    assert.rejects(applyPatch(old, handmade(old, made, ...steps)), { name: 'MartelloError', message })
  await assert.doesNotReject(applyPatch(old, handmade(old, made, [0, 50, 0, 0])))
  await refused(/a step goes to byte -1 of 100/, [1, 50, 0, 0])
  await refused(/a step goes to byte 101 of 100/, [202, 50, 0, 0])
  await refused(/a copy goes 1 bytes beyond the end/, [0, 51, 0, 0])
  await refused(/a copy goes 40 bytes beyond the end/, [180, 50, 0, 0])
  await refused(/a mixture goes 1 bytes beyond the end/, [0, 0, 51, 0], new Uint8Array(51))
  await refused(/a piece goes 1 bytes beyond the end/, [0, 0, 0, 51], undefined, new Uint8Array(51))
  await refused(/a stream ends too early/, [0, 0, 50, 0], new Uint8Array(49))
  await refused(/a stream ends too early/, [0, 0, 0, 50], undefined, new Uint8Array(49))
  await refused(/a stream goes on after the end/, [0, 50, 0, 0, 0])
  await refused(/a stream goes on after the end/, [0, 50, 0, 0], new Uint8Array(1))
  await refused(/a step makes nothing/, [0, 0, 0, 0, 0, 50, 0, 0])
  await refused(/a number is cut or too large/, [0, 49, 0])
  await refused(/a number is cut or too large/, [0, Number.MAX_SAFE_INTEGER * 4, 0, 0])
  await refused(/has another hash than it says/, [2, 50, 0, 0])
})

test('whatever byte is changed, and wherever it is cut: the right bytes or one sentence', async () => {
  const draw = random(4)
  const [old, made] = PAIRS['something put in between, something left out'](draw)
  const patch = await makePatch(old, made)
  const tried = async (given) => {
    try {
      assert.deepEqual(await applyPatch(old, given), made) // bits that say nothing, as those that fill a stream
    } catch (error) {
      assert.equal(error.name, 'MartelloError', error.stack)
      assert.match(error.message, /^patch: found [^\n]+$/)
    }
  }
  for (let at = 0; at < patch.length; at++) {
    const changed = patch.slice()
    changed[at] ^= 1 << Math.floor(8 * draw())
    await tried(changed)
  }
  for (let cut = 0; cut < patch.length; cut += 7) await tried(patch.slice(0, cut))
})

test('martello diff and patch: a bundle becomes the next, and nothing else does', async () => {
  const { goods, events } = shop({ items: 60, users: 40, each: 10 })
  const bundle = async (name, some) => {
    const given = { items: file('d-items.csv', csv(goods)), interactions: file(`${name}.csv`, csv(some)) }
    writeFileSync(path(`${name}.martello`), (await built(given, { tune: false })).bytes)
    return path(`${name}.martello`)
  }
  const [old, made] = [await bundle('d-old', events.slice(0, 350)), await bundle('d-new', events)]
  const [patch, out] = [path('d.patch'), path('d-out.martello')]
  const said = await cliJson('diff', old, made, '-o', patch)
  assert.equal(said.bytes, readFileSync(patch).length)
  assert.equal(said.share, said.bytes / said.new)
  assert.ok(said.share < 1, `${said.share}`)
  assert.equal((await cliJson('patch', old, patch, '-o', out)).bytes, said.new)
  assert.deepEqual(readFileSync(out), readFileSync(made))

  const none = path('d-none.martello')
  for (const [code, message, ...args] of [
    [1, /d\.patch: found a file of \d+ bytes, expected the file of \d+ bytes that it was made from\n$/, made, patch],
    [1, /d-new\.martello: found a bundle, expected a patch of martello diff\n$/, old, made],
    [1, /nowhere: found no such file or folder, expected a patch\n$/, old, 'nowhere'],
    [1, /d\.patch: /, patch, patch],
    [2, /^PATCH is missing/, old],
  ]) {
    const run = await cli('patch', ...args, '-o', none)
    assert.deepEqual([run.code, run.stdout, existsSync(none)], [code, '', false], run.stderr)
    assert.match(run.stderr, message)
  }
  assert.equal((await cli('diff', old, made)).code, 2)
})
