// A bundle that is still arriving: what answers already, what is left out, and that the whole is the same in the end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MartelloError, Recommender } from '../../../dist/node.js'
import { builtShop, shop } from '../helpers/shop.mjs'
import { sectionsOf, tap } from '../helpers/streaming.mjs'

const shopped = shop()
const { bytes } = await builtShop(shopped, {}, { dimension: 16 })
const sections = sectionsOf(bytes)
const whole = await Recommender.open(bytes)
const plain = ({ items, trace }) => ({ items, trace: { ...trace, ms: null } })
const asked = { history: ['p1', 'p5', 'p9'], k: 10, explain: true, now: 1_600_000_000 }

const refused = (call, message) =>
  assert.throws(call, (error) => error instanceof MartelloError && (assert.match(error.message, message), true))

test('the first personal answer comes from a part of the file, and each further section sharpens it', async () => {
  const source = tap(bytes)
  const seen = []
  let rec
  const opening = Recommender.open(source.stream, { onProgress: (loaded, total) => seen.push([loaded, total]) })
  opening.then((opened) => (rec = opened))
  const waited = []
  for (const { end } of sections) {
    await source.to(end - 1)
    await source.to(end)
    if (rec === undefined) continue
    assert.equal(rec.loaded, end)
    assert.equal(rec.bytes, bytes.length)
    const { items, trace } = rec.recommend(asked)
    assert.equal(items.length, 10)
    for (const name of trace.waiting) assert.equal(trace.recalled[name], 0)
    waited.push(trace.waiting.length)
  }
  source.end()
  await opening
  await rec.ready
  await rec.complete
  assert.ok(waited[0] > 0 && waited.at(-1) === 0, `sources came one after the other, found ${waited}`)
  assert.deepEqual(
    waited,
    [...waited].sort((a, b) => b - a),
  )
  assert.deepEqual(plain(rec.recommend(asked)), plain(whole.recommend(asked)))
  assert.deepEqual(plain(rec.search('thing')), plain(whole.search('thing')))
  assert.deepEqual(seen.at(-1), [bytes.length, bytes.length])
  assert.ok(seen.every(([loaded], i) => i === 0 || loaded > seen[i - 1][0]))
})

test('what has not arrived is missing or refused in a sentence, never guessed', async () => {
  const source = tap(bytes)
  const opening = Recommender.open(source.stream)
  const base = sections.findLast((each) => each.kind === 7)
  for (const { end } of sections) if (end <= base.end) await source.to(end)
  const rec = await opening
  for (const call of [
    () => rec.recommend({ filter: { genre: 'Drama' } }),
    () => rec.recommend({ policy: { unique: ['genre'] } }),
    () => rec.search('thing'),
  ])
    refused(call, /await rec\.complete$/)
  assert.deepEqual(rec.recommend({ context: { hour: 20 } }).items[0].attributes, {})
  assert.equal(rec.number('p1'), whole.number('p1'))
  assert.equal(rec.id(3), whole.id(3))
  await source.to(bytes.length)
  source.end()
  await rec.complete
  assert.deepEqual(rec.attributes(3), whole.attributes(3))
})

test('a download that breaks off leaves what has come, and says so where somebody waits', async () => {
  const source = tap(bytes)
  const opening = Recommender.open(source.stream)
  await source.to(sections.findLast((each) => each.kind === 7).end + 10)
  const rec = await opening
  const before = plain(rec.recommend(asked))
  source.break(new TypeError('network error'))
  await assert.rejects(
    rec.complete,
    (error) => error instanceof MartelloError && /broke off after \d+ bytes/.test(error.message),
  )
  assert.deepEqual(plain(rec.recommend(asked)), before)
  await assert.rejects(rec.load(), /load: a stream cannot be read twice/)
})

test('damage in a later section is found, and what was open stays', async () => {
  const damaged = Uint8Array.from(bytes)
  const text = sections.find((each) => each.name === 'terms')
  damaged[text.offset + 40] ^= 1
  const source = tap(damaged)
  const opening = Recommender.open(source.stream)
  await source.to(text.offset)
  const rec = await opening
  const before = plain(rec.recommend(asked))
  await source.to(bytes.length)
  await assert.rejects(rec.complete, /checksum does not match/)
  assert.deepEqual(plain(rec.recommend(asked)), before)
  rec.close()
  refused(() => rec.recommend(asked), /it was closed/)
})

test('closing ends the download', async () => {
  let cancelled = false
  const stream = new ReadableStream({
    start: (controller) => controller.enqueue(bytes.slice(0, bytes.length - 64)),
    cancel: () => void (cancelled = true),
  })
  const rec = await Recommender.open(stream)
  rec.close()
  await assert.rejects(rec.complete, /it was closed/)
  assert.ok(cancelled)
})
