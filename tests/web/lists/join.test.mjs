// Lists of anybody's making: whatever their sections say, joining and opening ends in an answer or in a sentence.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join as beside } from 'node:path'
import { before, test } from 'node:test'
import { Learn } from '../../../build/web/learn/learn.js'
import { bundle } from '../../../build/web/build/sections/bundle.js'
import { bundleOf, partsOf } from '../../../build/web/lists/container.js'
import { join } from '../../../build/web/lists/join.js'
import { attributesOf } from '../../../build/web/recommender/answer.js'
import { emptyCore } from '../../../build/web/build/core.js'
import { cliJson, file, gaussians, npy, path, random } from '../helpers/shop.mjs'

const [ROWS, DIM] = [3000, 12]
const folder = path('catalogue')
let learn, root, lists, core
before(async () => {
  const table = await npy('rows.npy', [ROWS, DIM], gaussians(ROWS, DIM, 5))
  const items = file('items.csv', `item_id,title,kind,price,tags\n${Array.from({ length: ROWS }, (_, r) => `${r},Thing ${r},kind ${r % 50},${r / 8},a ${r % 7}|b ${r % 6}`).join('\n')}\n`) // prettier-ignore
  await cliJson('split', '--embeddings', table, '--items', items, '--lists', '20', '-o', folder)
  learn = await Learn.start()
  core = await emptyCore()
  root = partsOf(readFileSync(beside(folder, 'root.martello')))
  const bytes = readFileSync(
    beside(
      folder,
      readdirSync(folder).find((name) => name.endsWith('-0.bin')),
    ),
  )
  lists = []
  for (let at = 0; at < bytes.length;) {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset + at).getBigUint64(16, true))
    lists.push(partsOf(Uint8Array.from(bytes.subarray(at, at + length))))
    at += length
  }
})

const header = () => readFileSync(beside(folder, 'root.martello'))
/** Opens root and lists, and asks; what the core or the join says where it is refused. */
function asked(containers) {
  try {
    const bytes = bundleOf(header(), join(root, containers), (head, sections) => core.directorySum(head, sections))
    core.reserve(bytes.length, Infinity).set(bytes)
    core.open(bytes.length, bytes.length)
  } catch (error) {
    assert.equal(error.name, 'MartelloError', error.stack)
    return error.message
  }
  core.begin()
  const { items } = core.nearest(0, new Float32Array(DIM).fill(1), core.layers(0), 20)
  for (const item of items) assert.equal(typeof core.id(item), 'string')
  core.find('17')
  for (let item = 0; item < core.items; item += 97) attributesOf(core, item)
  for (let attribute = 0; attribute < core.attributes.length; attribute++)
    if (core.isOf(attribute, 'categories')) core.filterByValues(attribute, ['kind 3', 'a 1', 'nothing'], false)
    else if (core.isOf(attribute, 'numbers'))
      core.filterByRange(attribute, { low: 3, openLow: false, high: 300, openHigh: true }, false)
  core.nearest(0, new Float32Array(DIM).fill(1), core.layers(0), 20)
  return null
}

test('lists as they are open, in any order', () => {
  assert.ok(lists.length > 10)
  assert.equal(asked([]), null)
  assert.equal(asked(lists), null)
  assert.equal(core.items, root.items + lists.reduce((sum, { items }) => sum + items, 0))
  assert.equal(asked(lists.toReversed()), null)
})

test('lists whose sections say anything, under right checksums, are joined or refused', () => {
  const draw = random(11)
  const below = (n) => Math.floor(n * draw())
  let refused = 0
  for (let round = 0; round < 600; round++) {
    const list = lists[below(lists.length)]
    const parts = list.parts.map((part) => ({ ...part, bytes: Uint8Array.from(part.bytes) }))
    const part = parts[below(parts.length)]
    for (let n = below(4); n >= 0; n--) {
      const how = below(4)
      const at = below(how === 0 ? 64 : part.bytes.length) // headers more often than codes
      if (how < 2) part.bytes[at % Math.max(1, part.bytes.length)] = below(256)
      else if (how === 2) part.bytes = part.bytes.subarray(0, below(part.bytes.length + 1))
      else if (part.bytes.length >= 4) new DataView(part.bytes.buffer, part.bytes.byteOffset).setUint32(4 * below(part.bytes.length >> 2), [0, 1, 0x7fffffff, 0xffffffff][below(4)], true) // prettier-ignore
    }
    if (below(20) === 0) parts.splice(below(parts.length), 1)
    const items = below(10) === 0 ? below(70_000) : list.items
    const whole = bundle(learn, items, parts.map(({ kind, ordinal, part: of, bytes }) => ({ kind, ordinal, part: of, bytes, required: true, name: 'x' }))) // prettier-ignore
    core.reserve(whole.length, Infinity).set(whole)
    core.verify(whole.length, 0, whole.length) // as a list is looked at when it comes
    if (asked([lists[0], partsOf(whole)]) !== null) refused++
  }
  assert.ok(refused > 100 && refused < 600, `${refused} refused`)
})
