// A few bytes that unpack to gigabytes, or say that they do: each is refused before it fills the memory.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readForest } from '../../../build/web/import/trees/tree-model.js'
import { readUbjson } from '../../../build/web/import/trees/ubjson.js'
import { readEmbeddings, readItems, readNpz } from '../../../build/web/read/index.js'
import { npyBytes, zip } from '../helpers/arrays.mjs'
import { file, refuses } from '../helpers/files.mjs'
import { gaussians } from '../helpers/shop.mjs'
import * as trees from '../helpers/trees.mjs'

/** A gzip of a start and so many megabytes of one text: members one after the other are one stream. */
function bomb(start, text, megabytes) {
  const block = gzipSync(Buffer.alloc(1 << 20, text))
  return Buffer.concat([gzipSync(start), ...Array.from({ length: megabytes }, () => block)])
}

test('rows without an end, in a .gz', async () => {
  const start = 'item_id,title\na,'
  const lines = [
    ['long.csv.gz', bomb(start, 'x', 60), 'long.csv.gz, row 1 (line 2): found a row of more than 16777216 characters, expected rows that end'],
    ['commas.csv.gz', bomb(start, ',', 60), 'commas.csv.gz, row 1 (line 2): found a row of more than 16777216 characters, expected rows that end'],
    ['quotes.csv.gz', bomb(`${start}"`, '"x', 60), /^quotes\.csv\.gz, row 1 \(line 2\): found a quote inside a quoted field, /],
    ['open.csv.gz', bomb(`${start}"`, 'x', 60), /^open\.csv\.gz, row 1 \(line 2\): found a field that opens with "\\"" and is not closed, /],
    ['wide.csv.gz', bomb('item_id,title,', 'x,', 1).subarray(0), /^wide\.csv\.gz: found the column name "x" twice|columns, expected 65536 at most$/],
    ['long.jsonl.gz', bomb('{"item_id":"a","title":"', 'x', 300), 'long.jsonl.gz, line 1: found a line of more than 268435456 characters, expected lines that end'],
  ] // prettier-ignore
  const since = process.cpuUsage()
  for (const [name, bytes, message] of lines) await refuses(readItems([file(name, bytes)]), message)
  assert.ok(process.cpuUsage(since).user < 20e6)
})

test('archives of arrays: sizes beyond what deflate can hold, entries that share their bytes', async () => {
  const good = zip({ 'a.npy': npyBytes('<f4', [64, 4], gaussians(64, 4, 1)), 'b.npy': npyBytes('<f4', [2, 2], new Float32Array(4)) }, true) // prettier-ignore
  const central = good.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
  const vast = Buffer.from(good)
  vast.writeUInt32LE(0xf0000000, central + 24)
  await refuses(
    readNpz(file('vast.npz', vast)),
    /^vast\.npz: found a damaged zip archive \(\d+ bytes that would be 4026531840\)/,
  )
  await refuses(readEmbeddings(file('vast.npz', vast)), /^vast\.npz: found a damaged zip archive /)
  const second = good.indexOf(Buffer.from('PK\x01\x02', 'latin1'), central + 4)
  const shared = Buffer.from(good)
  shared.writeUInt32LE(good.length - 10, second + 20)
  await refuses(
    readNpz(file('shared.npz', shared)),
    /^shared\.npz: found a damaged zip archive \(entries that overlap\)/,
  )
})

test('UBJSON: containers of values that take no bytes', () => {
  const long = (count) => {
    const bytes = Buffer.alloc(5)
    bytes.write('l')
    bytes.writeInt32BE(count, 1)
    return bytes
  }
  for (const type of 'ZTF') {
    const lists = Array.from({ length: 2000 }, () => [Buffer.from(`[$${type}#`), long(17_000)]).flat()
    const bytes = Buffer.concat([Buffer.from('{i\x01a['), ...lists, Buffer.from(']}')])
    assert.throws(() => readUbjson('x.ubj', bytes), { name: 'InputError', message: /values without bytes, expected a model$/ }) // prettier-ignore
  }
  assert.deepEqual(readUbjson('x.ubj', Buffer.from('{i\x01a[$Z#i\x03}', 'latin1')), { a: [null, null, null] })
})

test('trees: sets of large categories are counted together', () => {
  const dump = JSON.parse(trees.lightgbmDump(trees.lightgbm({ seed: 1 })))
  const visit = (node) => {
    if (Object(node) !== node) return
    if ('decision_type' in node) Object.assign(node, { decision_type: '==', threshold: '16777215' })
    Object.values(node).forEach(visit)
  }
  visit(dump)
  dump.tree_info = Array.from({ length: 200 }, () => dump.tree_info).flat()
  assert.throws(
    () => readForest('cats.json', Buffer.from(JSON.stringify(dump)), {}),
    /^InputError: cats\.json, tree \d+, node \d+: found category 16777215, and sets of more than 16777216 words so far, expected categories that are numbered from 0/,
  )
  const text = trees.lightgbmText(trees.lightgbm({ seed: 1 }))
  assert.match(text, /cat_boundaries=0 \d/)
  assert.throws(() => readForest('m.txt', Buffer.from(text.replace(/cat_boundaries=0 (\d+)/, 'cat_boundaries=9 $1')), {}), /InputError/) // prettier-ignore
})
