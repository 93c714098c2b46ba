// Broken bundles: every byte changed, every length cut; where a change is not checked, a sample unless the run is long. Each is
// refused in words or answers within bounds; a wasm trap
// or a request that does not end would fail here. The C side has fuzzers; this is the same question asked from JavaScript.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Core } from '../../../build/web/recommender/core.js'
import { MartelloError } from '../../../build/web/recommender/errors.js'
import { LONG, rounds } from '../helpers/long.mjs'
import {
  built,
  csv,
  file,
  gaussians,
  npy,
  openBytes,
  random,
  recommenderOf,
  serveModule,
  shop,
} from '../helpers/shop.mjs'
import { sectionsOf } from '../helpers/streaming.mjs'

let bytes
let module
before(async () => {
  const { goods, events } = shop({ items: 24, users: 30, each: 8 })
  const kept = goods.map(({ item_id, title, genre, colour, year }) => ({
    item_id,
    title: title.slice(0, 8),
    genre,
    colour,
    year,
  }))
  module = await serveModule()
  ;({ bytes } = await built(
    {
      interactions: file('h-log.csv', csv(events)),
      items: file('h-items.csv', csv(kept)),
      embeddings: await npy('h.npy', [20, 4], gaussians(20, 4, 1)),
      ids: file('h.txt', Array.from({ length: 20 }, (_, i) => `p${i}\n`).join('')),
    },
    {
      tune: false,
      dimension: 16,
      subspaces: 4,
      layers: [4, 2],
      sources: { als: true, i2i: true, next: true, content: true, attributes: true, embeddings: true, popular: true },
    },
  ))
})

/** A recommender on these bytes, or the sentence with which they are refused; a core that has held or refused one takes another. */
function opened(broken, verify, core) {
  try {
    return recommenderOf(broken, core, verify)
  } catch (error) {
    return refusal(error)
  }
}

function refusal(error) {
  assert.ok(error instanceof MartelloError, `not a refusal in words: ${error?.stack}`)
  assert.ok(error.message.length > 10, `a sentence, found "${error.message}"`)
  return error.message
}

const attempt = (call, check) => {
  let answer
  try {
    answer = call()
  } catch (error) {
    return refusal(error)
  }
  check(answer)
}

/** A core for each hundred bundles: memory never shrinks, and in much of it a read beyond what a bundle needs would not trap. */
function freshCores() {
  let [core, taken] = [null, 0]
  return () => (taken++ % 100 === 0 ? (core = new Core(new WebAssembly.Instance(module))) : core)
}

/** Asks for everything there is; answers may be nonsense, but they must be bounded nonsense. */
function exercise(rec) {
  const bounded = ({ items }) => {
    assert.ok(items.length <= Math.min(rec.items, 1000))
    for (const item of items) assert.ok(typeof item.score === 'number' && !Number.isNaN(item.score))
  }
  const n = rec.items
  attempt(
    () =>
      rec.recommend({
        history: ['p1', { id: 'p6', event: 'dislike' }, 'p3'],
        k: 10,
        explain: true,
        filter: { genre: 'Drama' },
      }),
    bounded,
  )
  attempt(
    () =>
      rec.recommend({
        history: ['p2'],
        k: 5,
        filter: { year: { gte: 1990 }, colour: { not: 'red' } },
        exclude: ['p9'],
        now: 1.7e9,
      }),
    bounded,
  )
  attempt(() => rec.recommend({ k: 3, allow: ['p1', 'p2', 'p5'] }), bounded)
  for (const text of ['thing nu', 'hing', 'commedy red']) attempt(() => rec.search(text, { k: 30 }), bounded)
  for (const space of rec.spaces)
    attempt(
      () => rec.nearest(new Float32Array(rec.vector(0, space)?.length ?? 4).fill(0.5), { k: 7, space }),
      ({ items }) => {
        for (const item of items) assert.ok(item < n)
      },
    )
  for (const item of [0, n - 1, n])
    attempt(
      () => [rec.id(item), rec.attributes(item), rec.vector(item)],
      () => {},
    )
}

test('the bundle itself is whole, small and complete', async () => {
  const { rec } = await openBytes(bytes)
  assert.deepEqual([...rec.spaces], ['embeddings', 'als', 'content'])
  assert.ok(rec.sources.length >= 7)
  exercise(rec)
  assert.equal(rec.recommend({ history: ['p1'], k: 10 }).items.length, 10)
})

test('every byte changed, checked: refused, or nothing is different', async (t) => {
  const { rec } = await openBytes(bytes)
  const asked = { history: ['p1', 'p6'], k: 20, explain: true }
  const answer = (one) => JSON.stringify({ ...one.recommend(asked), trace: null }) // no two take the same time
  const wanted = answer(rec)
  const core = new Core(new WebAssembly.Instance(module))
  let passed = 0
  for (let at = 0; at < bytes.length; at++) {
    const broken = bytes.slice()
    broken[at] ^= 1 << (at % 8)
    const found = opened(broken, true, core)
    if (typeof found === 'string') continue
    passed++
    assert.equal(answer(found), wanted, `byte ${at} made a difference unnoticed`)
  }
  t.diagnostic(`${bytes.length} bytes, ${passed} changes of fill between sections passed`)
  assert.ok(
    passed < bytes.length / 5,
    `${passed} of ${bytes.length} changes were not noticed: more than the fill between sections`,
  )
})

/** Header, directory, what each section begins with, and of the rest every 31st, of every alignment. */
function sampled() {
  const sections = sectionsOf(bytes)
  const begins = new Set(sections.map(({ offset }) => offset / 64))
  return (at) => at < sections[0].offset || begins.has(Math.floor(at / 64)) || at % 31 === 0
}

test('every byte changed, unchecked: refused, or bounded answers', (t) => {
  const draw = random(1)
  const core = freshCores()
  const places = [...bytes.keys()].filter(LONG ? () => true : sampled())
  t.diagnostic(`${places.length} of ${bytes.length} bytes`)
  for (const at of places) {
    const broken = bytes.slice()
    broken[at] = draw() < 0.5 ? broken[at] ^ (1 << (at % 8)) : draw.of([0, 0x7f, 0x80, 0xff])
    const found = opened(broken, false, core())
    if (typeof found !== 'string') exercise(found)
  }
})

test('many bytes changed at once, unchecked', () => {
  const draw = random(2)
  const core = freshCores()
  for (let round = 0; round < rounds(2000, 500); round++) {
    const broken = bytes.slice()
    const from = draw.below(bytes.length)
    const length = 1 + draw.below(draw() < 0.5 ? 8 : 256)
    for (let at = from; at < Math.min(from + length, bytes.length); at++)
      broken[at] = draw() < 0.3 ? 0xff : draw.below(256)
    const found = opened(broken, false, core())
    if (typeof found !== 'string') exercise(found)
  }
})

test('every truncation is refused, and everything appended', () => {
  const core = new Core(new WebAssembly.Instance(module))
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(typeof opened(bytes.subarray(0, length), true, core), 'string', `${length} of ${bytes.length} bytes`)
    assert.equal(
      typeof opened(bytes.subarray(0, length), false, core),
      'string',
      `${length} of ${bytes.length} bytes, unchecked`,
    )
  }
  for (const more of [1, 63, 64, 1000]) {
    const longer = new Uint8Array(bytes.length + more)
    longer.set(bytes)
    assert.equal(typeof opened(longer, false, core), 'string')
  }
})
