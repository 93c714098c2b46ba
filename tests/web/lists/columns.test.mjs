// Attributes of several bundles as one, and rows of them: as a bundle has them that was built of the same items at once.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { Learn } from '../../../build/web/learn/learn.js'
import { attributeSection, numbered } from '../../../build/web/build/sections/attributes.js'
import { columnIn, said } from '../../../build/web/build/sections/columns.js'
import { gatherColumn, joinedColumn, pickedColumn } from '../../../build/web/lists/columns.js'
import { random } from '../helpers/shop.mjs'

let learn
before(async () => (learn = await Learn.start()))

const WORDS = ['tea', 'cup', 'pot', 'Ärmel', '茶', '🫖 pot', 'teapot', 'tea cup', 'z', '']
const draw = random(5)
const below = (n) => Math.floor(n * draw())

/** Columns of so many items; values are told by `from`, so that bundles have some that others lack. */
const columns = (items, from) => [
  { name: 'title', kind: 'text', values: Array.from({ length: items }, (_, i) => (i % 7 === 3 ? null : `${WORDS[below(10)]} ${from + i}`)) }, // prettier-ignore
  { name: 'price', kind: 'number', values: Float64Array.from({ length: items }, (_, i) => (i % 5 === 0 ? NaN : i / 4)) }, // prettier-ignore
  { name: 'exact', kind: 'number', values: Float64Array.from({ length: items }, () => 0.1 + draw()) },
  { name: 'day', kind: 'date', values: Float64Array.from({ length: items }, (_, i) => 86_400 * (from + i)) },
  { name: 'brand', kind: 'category', names: WORDS.slice(0, 9), values: Int32Array.from({ length: items }, () => below(5) + (from % 3) - 1) }, // prettier-ignore
  {
    name: 'tags',
    kind: 'multi',
    names: WORDS.slice(0, 9).toReversed(),
    offsets: Uint32Array.from({ length: items + 1 }, (_, i) => Math.floor(i / 2) * 2),
    values: Uint32Array.from({ length: items + 2 }, (_, i) => (i % 2 === 0 ? below(4) : 4 + below(4))),
  },
]

/** The attribute's section of these rows, with only the values that they have. */
function sectionOf(column, rows) {
  const used = new Set(rows.map((row) => said(column, row)).flatMap((one) => (one === null ? [] : String(one).split('\0')))) // prettier-ignore
  if (column.kind !== 'category' && column.kind !== 'multi') return attributeSection(learn, numbered(column), Int32Array.from(rows), 0).bytes // prettier-ignore
  const names = column.names.filter((name) => used.has(name))
  const place = column.names.map((name) => names.indexOf(name))
  const own = {
    ...column,
    names,
    values: column.values.map((value) => (value < 0 ? value : Math.max(0, place[value]))),
  }
  return attributeSection(learn, numbered(own), Int32Array.from(rows), 0).bytes
}
const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i)
const told = (bytes, items) => {
  const column = columnIn(bytes, items)
  return Array.from({ length: items }, (_, row) => said(column, row))
}
const truth = (column, rows) => rows.map((row) => said(column, row))

test('one behind the other: items keep their values, whatever numbers these had', () => {
  const [a, b] = [columns(64, 0), columns(96 + 7, 1)]
  a.forEach((column, i) => {
    const other = b[i]
    const [first, second, third] = [sectionOf(column, range(0, 64)), sectionOf(other, range(0, 96)), sectionOf(other, range(96, 103))] // prettier-ignore
    const joined = joinedColumn([first, second, third], [64, 96, 7])
    assert.deepEqual(told(joined, 167), [...truth(column, range(0, 64)), ...truth(other, range(0, 103))], column.name)
    // once more, from what was read before
    assert.deepEqual(joinedColumn([first, second, third], [64, 96, 7]), joined)
    assert.deepEqual(told(joinedColumn([first], [64]), 64), truth(column, range(0, 64)))
  })
})

test('values of categories stand once, in runs that ascend', () => {
  const [column] = columns(64, 0).filter(({ name }) => name === 'brand')
  const parts = [range(0, 16), range(16, 32), range(32, 64)].map((rows) => sectionOf(column, rows))
  const joined = columnIn(joinedColumn(parts, [16, 16, 32]), 64)
  assert.equal(new Set(joined.names).size, joined.names.length)
  assert.deepEqual(joined.names.toSorted(), [...new Set(truth(column, range(0, 64)).filter(Boolean))].sort())
})

test('rows of one, and of several, in any order and more than once', () => {
  const [a, b] = [columns(64, 0), columns(103, 1)]
  a.forEach((column, i) => {
    const other = b[i]
    const [first, second] = [sectionOf(column, range(0, 64)), sectionOf(other, range(0, 103))]
    const rows = [63, 0, 17, 17, 3, 31]
    const some = gatherColumn(first, 64, Uint32Array.from(rows))
    assert.deepEqual(told(some, rows.length), truth(column, rows), column.name)
    // as if nothing but they had ever been
    assert.deepEqual(some, sectionOf(column, rows), column.name)
    const both = pickedColumn({ parts: [first, second], items: [64, 103], of: Uint32Array.of(1, 0, 1), rows: Uint32Array.of(102, 5, 0) }) // prettier-ignore
    assert.deepEqual(told(both, 3), [...truth(other, [102]), ...truth(column, [5]), ...truth(other, [0])])
    assert.deepEqual(told(gatherColumn(first, 64, new Uint32Array()), 0), [])
  })
})

test('what is of another name, type or length is refused', () => {
  const [title, price, exact] = columns(32, 0).map((column) => sectionOf(column, range(0, 32)))
  const refused = (run, message) => assert.throws(run, { name: 'MartelloError', message })
  refused(() => joinedColumn([title, price], [32, 32]), 'lists: found an attribute of another name or type than its root has') // prettier-ignore
  refused(() => joinedColumn([price, exact], [32, 32]), /another name or type/)
  refused(() => joinedColumn([price, price], [32, 31]), 'lists: found an attribute of 256 bytes that does not fit its 31 items') // prettier-ignore
  refused(() => joinedColumn([title, title], [32, 33]), /does not fit its 33 items/)
  refused(() => joinedColumn([price.subarray(0, 99)], [32]), /attribute of 99 bytes/)
  const odd = sectionOf(columns(32, 0)[0], range(0, 31))
  refused(() => joinedColumn([odd, title], [31, 32]), 'lists: found texts of 31, 32 items, expected multiples of 16')
})

test('bytes of anybody’s making end in an attribute or in a sentence', () => {
  const made = columns(48, 2).map((column) => sectionOf(column, range(0, 48)))
  let refused = 0
  for (let round = 0; round < 4000; round++) {
    const which = below(made.length)
    let bytes = Uint8Array.from(made[which])
    const at = below(4) === 0 ? below(bytes.length) : 128 + below(Math.min(160, bytes.length - 128))
    if (below(3) === 0) bytes = bytes.slice(0, at)
    else if (below(2) === 0) bytes[at] = below(256)
    else if (at + 4 <= bytes.length) new DataView(bytes.buffer).setUint32(at, [0, 1, 0x7fffffff, 0xffffffff][below(4)], true) // prettier-ignore
    for (const run of [
      () => joinedColumn([made[which], bytes], [48, 48]),
      () => gatherColumn(bytes, 48, Uint32Array.of(0, 47, 20)),
    ])
      try {
        const out = run()
        assert.ok(out.length < 10 * (bytes.length + made[which].length))
      } catch (error) {
        assert.equal(error.name, 'MartelloError', error.stack)
        refused++
      }
  }
  assert.ok(refused > 1000, `${refused}`)
})
