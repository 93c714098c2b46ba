// Postings in parts: what the C core writes is read entry by entry, what is written is read by it, parts that are joined say what the whole said,
// and bytes of anybody's making end in lists or in a sentence.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Learn } from '../../../build/web/learn/learn.js'
import { KEY } from '../../../build/web/generated/numbers.js'
import { encodedLists } from '../../../build/web/build/sections/postings.js'
import { below, listsOf, postingsOf, renumbered } from '../../../build/web/build/split/entries.js'
import { joinedUnder, joinedValued, Postings } from '../../../build/web/lists/postings.js'
import { random } from '../helpers/shop.mjs'

const learn = await Learn.start()

/** Lists under `keys` of entries of `items`: { start, items, weights }, some of them empty, a few long. */
function drawn(draw, keys, items, negative) {
  const lists = Array.from({ length: keys }, () => {
    const count = draw() < 0.2 ? 0 : draw() < 0.05 ? Math.min(items, 200) : draw.below(Math.min(items, 30))
    const some = new Set(Array.from({ length: count }, () => draw.below(items)))
    return [...some].sort((a, b) => a - b).map((item) => ({ item, weight: (draw() + 1e-3) * (negative && draw() < 0.3 ? -1 : 1) })) // prettier-ignore
  })
  const start = new Uint32Array(keys + 1)
  lists.forEach((list, key) => (start[key + 1] = start[key] + list.length))
  return {
    keys,
    start,
    items: Uint32Array.from(lists.flat(), ({ item }) => item),
    weights: Float32Array.from(lists.flat(), ({ weight }) => weight),
  }
}

const encoded = (lists, width, bits, key = KEY.item) =>
  encodedLists(learn, lists, width, { key, attribute: 0, bits }, 0)

/** Entries as they are said: place and signed weight. */
const said = (postings, list) => Array.from(list.places, (place, i) => [place, postings.weightOf(list, i)])

for (const [bits, negative] of [
  [4, false],
  [8, true],
  [32, false],
  [32, true],
])
  test(`lists of weights of ${bits} bits${negative ? ', some taken off,' : ''} are read as they were given, and written as they were read`, () => {
    const draw = random(bits + Number(negative))
    for (const [keys, items] of [
      [1, 1],
      [33, 40],
      [200, 5000],
      [64, 3_000_000],
    ]) {
      const lists = drawn(draw, keys, items, negative)
      const bytes = encoded(lists, items, bits)
      const postings = new Postings(bytes)
      const all = [...listsOf(postings)]
      assert.equal(all.length, keys)
      all.forEach((list, key) => {
        assert.deepEqual(said(postings, list), said(postings, postings.list(key)), 'alone as among all')
        const [from, to] = [lists.start[key], lists.start[key + 1]]
        assert.deepEqual([...list.places], [...lists.items.subarray(from, to)])
        const largest = Math.max(0, ...lists.weights.subarray(from, to).map(Math.abs))
        const step = bits === 32 ? 0 : largest / 2 ** bits
        said(postings, list).forEach(([, weight], i) => {
          const given = lists.weights[from + i]
          assert.ok(Math.abs(weight - given) <= 1.1 * step + 1e-6, `${weight} for ${given}`)
        })
      })
      const again = new Postings(postingsOf(postings, all))
      assert.deepEqual([...listsOf(again)].map((list) => said(again, list)), all.map((list) => said(postings, list))) // prettier-ignore
    }
  })

/** Items 0 to n - 1 in an order, in parts of these sizes: of each part its items; and by item its place. */
function parted(draw, sizes) {
  const items = sizes.reduce((sum, size) => sum + size, 0)
  const order = Array.from({ length: items }, (_, i) => ({ i, by: draw() })).sort((a, b) => a.by - b.by)
  const placeOf = new Int32Array(items)
  order.forEach(({ i }, place) => (placeOf[i] = place))
  let at = 0
  const first = []
  const parts = sizes.map((size) => {
    first.push(at)
    return order.slice(at, (at += size)).map(({ i }) => i)
  })
  return { items, parts, placeOf, first }
}

test('parts of lists under items, joined, say of what is here what the whole said', () => {
  const draw = random(5)
  for (let round = 0; round < 20; round++) {
    const sizes = [
      32 * (1 + draw.below(3)),
      ...Array.from({ length: 1 + draw.below(6) }, () => 32 * (1 + draw.below(2))),
    ]
    const { items, parts, placeOf, first } = parted(draw, sizes)
    const whole = new Postings(encoded(drawn(draw, items, items, round % 2 === 1), items, 8))
    const all = [...listsOf(whole)]
    const made = parts.map((own) => postingsOf(whole, own.map((item) => renumbered(all[item], placeOf)))) // prettier-ignore
    const here = [0, ...parts.keys()].filter((part, i) => i === 0 || (part > 0 && draw() < 0.6))
    const order = here.flatMap((part) => parts[part])
    const numberOf = new Map(order.map((item, number) => [item, number]))
    const joined = new Postings(
      joinedUnder(here.map((part) => made[part]), { first: here.map((part) => first[part]), items: here.map((part) => sizes[part]) }, false), // prettier-ignore
    )
    order.forEach((item, number) => {
      const list = said(whole, all[item])
        .filter(([other]) => numberOf.has(other))
        .map(([other, weight]) => [numberOf.get(other), weight])
      assert.deepEqual(said(joined, joined.list(number)), list.sort((a, b) => a[0] - b[0])) // prettier-ignore
    })
  }
})

test('parts of lists under values, whose numbers are each their own, are one list again', () => {
  const draw = random(6)
  const { items, parts, placeOf, first } = parted(draw, [64, 32, 96])
  const values = 40
  const whole = new Postings(encoded(drawn(draw, values, items, false), items, 8, KEY.value))
  const all = [...listsOf(whole)].map((list) => renumbered(list, placeOf))
  // the root has all values as they are, a list some of them in an order of its own
  const numbers = parts.map((_, part) => (part === 0 ? [...all.keys()] : [...all.keys()].reverse().filter((value) => (value + part) % 3 > 0))) // prettier-ignore
  const ends = first.map((at, part) => at + parts[part].length)
  const inPart = (list, part) => {
    const upTo = below(list, ends[part])
    const before = below(list, first[part]).places.length
    return { ...upTo, places: upTo.places.subarray(before), codes: upTo.codes.subarray(before) }
  }
  const made = numbers.map((own, part) => postingsOf(whole, own.map((value) => inPart(all[value], part)))) // prettier-ignore
  const joined = new Postings(joinedValued(made, { first, items: parts.map((own) => own.length) }, numbers))
  all.forEach((list, value) => {
    const has = (place) => numbers[ends.findIndex((end) => place < end)].includes(value)
    assert.deepEqual(said(joined, joined.list(value)), said(whole, list).filter(([place]) => has(place))) // prettier-ignore
  })
})

test('a section of any bytes is refused or read to its end, and what is joined of it opens', () => {
  const draw = random(7)
  const items = 96
  const bytes = encoded(drawn(draw, items, items, true), items, 8)
  let refused = 0
  for (let round = 0; round < 3000; round++) {
    const broken = Uint8Array.from(bytes)
    for (let n = draw.below(4); n >= 0; n--) {
      const at = draw() < 0.4 ? draw.below(44) : draw.below(broken.length)
      broken[at] = draw() < 0.5 ? draw.below(256) : draw.of([0, 1, 0x7f, 0x80, 0xff])
    }
    const given = draw() < 0.1 ? broken.subarray(0, draw.below(broken.length)) : broken
    try {
      const postings = new Postings(given)
      for (let key = 0; key < Math.min(postings.keys, 200); key += 7) postings.list(key)
      const joined = new Postings(joinedUnder([bytes, given], { first: [0, 96], items: [96, 96] }, false))
      for (const { places } of listsOf(joined)) {
        places.forEach((place, i) => assert.ok(place < 192 && (i === 0 || place > places[i - 1])))
      }
    } catch (error) {
      assert.equal(error.name, 'MartelloError', error.stack)
      refused++
    }
  }
  assert.ok(refused > 200 && refused < 2800, `${refused} refused`)
})
