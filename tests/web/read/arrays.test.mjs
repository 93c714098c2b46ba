// NumPy files and embedding tables.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import zlib from 'node:zlib'
import { readEmbeddings, readNpy, readNpz, writeNpy } from '../../../build/web/read/index.js'
import { npyBytes as npy, zip } from '../helpers/arrays.mjs'
import { file, path, realData, refuses } from '../helpers/files.mjs'

const f32 = (...values) => Float32Array.from(values)

test('float32, float64, float16, both byte orders, both element orders, all header versions', async () => {
  const big = Buffer.from(f32(1, 2, 3, 4, 5, 6).buffer.slice(0)).swap32()
  const files = {
    f4: npy('<f4', [2, 3], f32(1, 2, 3, 4, 5, 6)),
    f8: npy('<f8', [2, 3], Float64Array.of(1, 2, 3, 4, 5, 6)),
    f2: npy('<f2', [2, 3], Uint16Array.of(0x3c00, 0x4000, 0x4200, 0x4400, 0x4500, 0x4600)),
    big: npy('>f4', [2, 3], big),
    fortran: npy('<f4', [2, 3], f32(1, 4, 2, 5, 3, 6), { fortran: true }),
    version2: npy('<f4', [2, 3], f32(1, 2, 3, 4, 5, 6), { version: 2 }),
    version3: npy('<f4', [2, 3], f32(1, 2, 3, 4, 5, 6), { version: 3 }),
    npz: zip({ 'arr_0.npy': npy('<f4', [2, 3], f32(1, 2, 3, 4, 5, 6)) }),
    deflated: zip({ 'arr_0.npy': npy('<f4', [2, 3], f32(1, 2, 3, 4, 5, 6)) }, true),
  }
  for (const [name, bytes] of Object.entries(files)) {
    const given = file(`${name}.npy`, bytes)
    const { columns, ...read } = await readEmbeddings(given)
    assert.deepEqual(read, { path: given, ids: ['0', '1'], rows: 2, dim: 3, vectors: f32(1, 2, 3, 4, 5, 6) }, name)
    const bits = { f8: 64, f2: 16 }[name] ?? 32
    assert.deepEqual(
      columns.map(({ name: column, role, kind, values }) => [column, role, kind, values]),
      [
        ['row number', 'item_id', 'id', 2],
        ['vector', 'vector', `float${bits} × 3`, 2],
      ],
    )
  }
})

test('half floats: zero, subnormal, largest, negative', async () => {
  const { data } = await readNpy(file('half.npy', npy('<f2', [5], Uint16Array.of(0, 1, 0x7bff, 0xc000, 0x7c00))))
  assert.deepEqual(data, f32(0, 2 ** -24, 65504, -2, Infinity))
})

test('ids come from a file, one for each row', async () => {
  const npyFile = file('e.npy', npy('<f4', [2, 1], f32(1, 2)))
  assert.deepEqual((await readEmbeddings(npyFile, { ids: file('two.txt', '007\nx y\n') })).ids, ['007', 'x y'])
  await refuses(
    readEmbeddings(npyFile, { ids: file('three.txt', 'a\nb\nc\n') }),
    /^three\.txt: found 3 ids, expected 2, one for each row of .*e\.npy$/,
  )
  await refuses(
    readEmbeddings(npyFile, { ids: file('same.txt', 'a\na\n') }),
    'same.txt, line 2: found the id "a" again, expected each id once (it is also in line 1)',
  )
})

test('a table larger than a block, in both orders', async () => {
  const [rows, dim] = [3000, 129]
  const at = (row, column) => row * 1000 + column
  const c = Float32Array.from({ length: rows * dim }, (_, i) => at(Math.floor(i / dim), i % dim))
  const fortran = Float32Array.from({ length: rows * dim }, (_, i) => at(i % rows, Math.floor(i / rows)))
  assert.deepEqual((await readEmbeddings(file('c.npy', npy('<f4', [rows, dim], c)))).vectors, c)
  const other = await readEmbeddings(file('f.npy', npy('<f4', [rows, dim], fortran, { fortran: true })))
  assert.deepEqual(other.vectors, c)
})

test('.npz: arrays by name, of every number type; others are skipped and listed', async () => {
  const archive = file(
    'many.npz',
    zip(
      {
        'history.npy': npy('<i8', [2, 2], BigInt64Array.of(1n, -2n, 3n, 2n ** 40n)),
        'mask.npy': npy('|b1', [3], Uint8Array.of(1, 0, 1)),
        'x.npy': npy('<f8', [], Float64Array.of(0.1)),
        'cube.npy': npy('<i4', [2, 1, 2], Int32Array.of(1, 3, 2, 4), { fortran: true }),
        'names.npy': npy('<U2', [1], Uint8Array.from({ length: 8 })),
        'pairs.npy': npy("[('a', '<f4')]", [1], f32(1)),
        'readme.txt': Buffer.from('not an array'),
      },
      true,
    ),
  )
  const { arrays, skipped } = await readNpz(archive)
  assert.deepEqual([...arrays.keys()], ['history', 'mask', 'x', 'cube'])
  assert.deepEqual(arrays.get('history'), {
    dtype: 'i8',
    shape: [2, 2],
    data: BigInt64Array.of(1n, -2n, 3n, 2n ** 40n),
  })
  assert.deepEqual(arrays.get('mask').data, Uint8Array.of(1, 0, 1))
  assert.deepEqual([arrays.get('x').shape, arrays.get('x').data[0]], [[], 0.1])
  assert.deepEqual(
    arrays.get('cube').data,
    Int32Array.of(1, 2, 3, 4).map((_, i) => [1, 2, 3, 4][i]),
  )
  assert.deepEqual(
    [...skipped],
    [
      ['names', 'values of type "<U2"'],
      ['pairs', 'values of type "records"'],
    ],
  )
  assert.deepEqual([...(await readNpz(archive, { only: ['x', 'names2'] })).arrays.keys()], ['x'])
})

test('writeNpy: what is written is read, the data are aligned, nothing is left on failure', async () => {
  for (const shape of [[2, 3], [6], [1, 2, 3]]) {
    await writeNpy(path('out.npy'), shape, f32(1, 2, 3, 4, 5, 6))
    assert.deepEqual(await readNpy(path('out.npy')), { dtype: 'f4', shape, data: f32(1, 2, 3, 4, 5, 6) })
    assert.equal((readFileSync(path('out.npy')).length - 24) % 64, 0)
  }
  await assert.rejects(
    writeNpy(path('out.npy'), [7], f32(1)),
    new RangeError('writeNpy: 1 values for shape (7,), expected 7'),
  )
  await refuses(
    writeNpy(path('none/out.npy'), [1], f32(1)),
    'none/out.npy: found no such folder, expected a folder that can be written to',
  )
  assert.deepEqual(
    readdirSync(dirname(path('x'))).filter((name) => name.endsWith('.tmp')),
    [],
  )
})

test('what is wrong with an array is said in one sentence', async (t) => {
  const good = npy('<f4', [2, 3], f32(1, 2, 3, 4, 5, 6))
  const archive = zip({ 'a.npy': good }, true)
  const damaged = zip({ 'a.npy': good })
  damaged[damaged.indexOf(good) + good.length - 1] ^= 1
  const ids = file('names.txt', 'cat\ndog\n')
  const cases = [
    ['missing', path('gone.npy'), 'gone.npy: found no such file or folder, expected a file that can be read'],
    ['empty', file('empty.npy', ''), 'empty.npy: found an empty file, expected a NumPy array (.npy)'],
    [
      'text',
      file('text.npy', 'item_id,title\n'),
      'text.npy: found "item_id," at the start, expected a NumPy array (.npy)',
    ],
    [
      'one dimension',
      file('one.npy', npy('<f4', [6], f32(1, 2, 3, 4, 5, 6))),
      'one.npy: found shape (6,), expected 2 dimensions',
    ],
    [
      'three dimensions',
      file('cube.npy', npy('<f4', [1, 2, 3], f32(1, 2, 3, 4, 5, 6))),
      'cube.npy: found shape (1, 2, 3), expected 2 dimensions',
    ],
    [
      'no columns',
      file('flat.npy', npy('<f4', [3, 0], f32())),
      'flat.npy: found shape (3, 0), expected at least one column',
    ],
    [
      'integers',
      file('int.npy', npy('<i4', [1, 2], Int32Array.of(1, 2))),
      'int.npy: found values of type int32, expected float32, float64, float16',
    ],
    [
      'objects',
      file('object.npy', npy('|O', [1, 2], Int32Array.of(1, 2))),
      'object.npy: found values of type "|O", expected float32, float64, float16',
    ],
    [
      'truncated',
      file('short.npy', good.subarray(0, good.length - 4)),
      'short.npy: found 20 bytes of data, expected 24 for shape (2, 3) of float32',
    ],
    [
      'too long',
      file('long.npy', Buffer.concat([good, Buffer.alloc(4)])),
      'long.npy: found 28 bytes of data, expected 24 for shape (2, 3) of float32',
    ],
    [
      'cut header',
      file('head.npy', good.subarray(0, 40)),
      'head.npy: found an .npy header cut short, expected a whole file',
    ],
    [
      'huge shape',
      file('huge.npy', npy('<f4', [1e9, 1e9], f32(1))),
      /^huge\.npy: found 4 bytes of data, expected 4000000000000000000 for /,
    ],
    [
      'version',
      file('version.npy', npy('<f4', [1, 1], f32(1), { version: 9 })),
      'version.npy: found .npy version 9, expected version 1, 2 or 3',
    ],
    [
      'NaN',
      file('nan.npy', npy('<f4', [2, 3], f32(1, 2, 3, 4, NaN, 6))),
      'nan.npy, row 1, column 1: found NaN, expected finite float32 numbers (rows and columns count from 0)',
    ],
    [
      'too large for float32',
      file('inf.npy', npy('<f8', [1, 2], Float64Array.of(0, 1e300))),
      'inf.npy, row 0, column 1: found Infinity, expected finite float32 numbers (rows and columns count from 0)',
    ],
    [
      'two arrays',
      file('two.npz', zip({ 'a.npy': good, 'b.npy': good })),
      'two.npz: found 2 arrays ("a", "b"), expected exactly one array',
    ],
    [
      'cut archive',
      file('cut.npz', archive.subarray(0, archive.length - 30)),
      /^cut\.npz: found a damaged zip archive \(.*\), expected a whole \.npz file$/,
    ],
    [
      'damaged archive',
      file('damaged.npz', damaged),
      /^damaged\.npz, array "a": found a damaged zip archive \(.*\), expected a whole \.npz file$/,
    ],
  ]
  for (const [name, one, message] of cases) {
    const skip = name === 'damaged archive' && !zlib.crc32 && 'this Node has no crc32'
    await t.test(name, { skip }, () => refuses(readEmbeddings(one), message))
  }
  await refuses(readEmbeddings(path('nan.npy'), { ids }), /^nan\.npy, row 1 \(id "dog"\), column 1: found NaN, /)
})

const emoji = realData('embeddings/emoji2vec.npy')
test('emoji2vec: 1,661 × 300 with its words', { skip: emoji.skip }, async () => {
  const table = await readEmbeddings(emoji.real, { ids: emoji.real.replace('.npy', '.words.txt') })
  assert.deepEqual([table.rows, table.dim, table.ids[1]], [1661, 300, '👔'])
})
