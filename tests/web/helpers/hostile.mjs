// Every format that is read, with small good files of it and the public ways in which people hand it over.
import { gzipSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { build, readConfig, readPolicy, readRanker, readTower } from '../../../dist/build.js'
import { predictOnnx } from '../../../build/web/import/onnx/predict-onnx.js'
import { isOnnx } from '../../../build/web/import/onnx/model/onnx.js'
import { predictTrees } from '../../../build/web/import/trees/predict-trees.js'
import { readForest } from '../../../build/web/import/trees/tree-model.js'
import * as read from '../../../build/web/read/index.js'
import { npyBytes, zip } from './arrays.mjs'
import { bundleParts, CHECKED, checked, commanded, hostileBundle } from './hostile-commands.mjs'
import { followed, hostileManifest, hostilePatch, manifests, patches, patchParts } from './hostile-updates.mjs'
import { mutated, WILD } from './mutations.mjs'
import { node, onnxBytes } from './onnx.mjs'
import { DUCKDB, ENCODED, parquet as encoded } from './parquet.mjs'
import { changed, csv, gaussians, shop } from './shop.mjs'
import * as trees from './trees.mjs'

const B = 'batch'
const { goods, events } = shop({ items: 12, users: 5, each: 4 })

// -- tables --------------------------------------------------------------------------------------------------------------

const log = events.map((event, i) => ({
  ...event,
  rating: 1 + (i % 5),
  event: ['view', 'like', 'buy'][i % 3],
  basket: `b${i % 7}`,
}))
const catalogue = goods.map((item, i) => ({
  ...item,
  title: i % 3 ? `${item.title}, "new"` : `${item.title}\nmore`,
  released: `20${10 + i}-03-0${1 + (i % 9)}`,
  tags: i % 2 ? 'a, b' : "['c', 'd']",
}))
const triples = goods.map(({ item_id, genre }) => ({ head: item_id, relation: 'genre', tail: genre.split('|')[0] }))
const lists = goods.map(({ item_id }, i) => ({
  list: i % 2 ? 'editors' : 'new',
  item_id,
  position: i + 1,
  start: 1_600_000_000,
  end: '2030-01-01',
}))
const TABLES = [log, catalogue, triples, lists]

const quoted = (rows) =>
  csv(rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, `"${String(v).replaceAll('"', '""')}"`])))) // prettier-ignore
const jsonl = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const parquet = (rows, codec) =>
  Buffer.from(
    parquetWriteBuffer({
      codec,
      columnData: Object.keys(rows[0]).map((name) => {
        const data = rows.map((row) => row[name])
        return data.every(Number.isFinite) ? { name, data, type: 'DOUBLE' } : { name, data: data.map(String), type: 'STRING' } // prettier-ignore
      }),
    }),
  )
const nested = Buffer.from(
  parquetWriteBuffer({
    columnData: [
      { name: 'item_id', data: goods.map(({ item_id }) => item_id), type: 'STRING' },
      { name: 'tags', data: goods.map((_, i) => ({ list: ['a', `b${i}`] })), type: 'JSON' },
      { name: 'stock', data: goods.map(({ stock }) => stock), type: 'BOOLEAN' },
      { name: 'big', data: goods.map((_, i) => BigInt(i) * 10n ** 15n), type: 'INT64' },
      { name: 'when', data: goods.map((_, i) => new Date(1.6e12 + i)), type: 'TIMESTAMP' },
    ],
  }),
)

/** The ways of a table, by a column that each needs; with which options is drawn, and at times which way. */
async function table(path, draw, bytes) {
  const errors = []
  const more =
    draw() < 0.3 ? { onError: (error) => errors.push(error), skip: ['rows without ids', 'repeated ids'] } : {}
  const kinds = { year: draw.of(['number', 'date', 'multi', 'category', 'text']) }
  const ways = {
    user_id: () => read.readInteractions([path], { ...more, columns: draw() < 0.5 ? { basket: 'basket' } : {} }),
    genre: () => read.readItems([path], { ...more, ...(draw() < 0.3 && { kinds }) }),
    relation: () => read.readGraph([path]),
    position: () => read.readCampaigns([path]),
    '\0ids': () => read.readIds(path),
    '\0all': () => read.readTable(path),
  }
  const fits = Object.keys(ways).find((column) => bytes.includes(column))
  await ways[fits !== undefined && draw() < 0.7 ? fits : draw.of(Object.keys(ways))]()
  if (errors.length > 0) throw errors[0]
}

// -- arrays --------------------------------------------------------------------------------------------------------------

const X = gaussians(6, 4, 1)
const matrix = npyBytes('<f4', [6, 4], X)
const NPY = [
  matrix,
  npyBytes('<f8', [6, 4], Float64Array.from(X), { fortran: true, version: 2 }),
  npyBytes(
    '>f2',
    [6, 4],
    Uint16Array.from(X, (x) => 15000 + x),
  ),
  npyBytes(
    '<i8',
    [24],
    BigInt64Array.from(X, () => 3n),
  ),
]
const NPZ = [
  zip({ 'x.npy': matrix }),
  zip(
    {
      'features.npy': matrix,
      'ids.npy': npyBytes(
        '<i4',
        [6, 2],
        Int32Array.from({ length: 12 }, (_, i) => i),
      ),
    },
    true,
  ),
]

// -- models --------------------------------------------------------------------------------------------------------------

const one = (number, type = 'int') => [type, [], [number]]
const float = (shape, seed) => [
  'float',
  shape,
  [
    ...gaussians(
      shape.reduce((a, b) => a * b, 1),
      1,
      seed,
    ),
  ],
]
const net = (nodes, constants = {}, inputs = { x: ['float', [B, 4]] }) =>
  ({ opset: 13, inputs, outputs: { y: ['float', [B, 4]] }, nodes, constants }) // prettier-ignore
const MODELS = [
  net(
    [
      node('Gemm', ['x', 'w', 'b'], ['h'], { transB: 1 }),
      node('Relu', ['h'], ['r']),
      node('Concat', ['x', 'r'], ['c'], { axis: 1 }),
      node('Slice', ['c', 'from', 'to', 'axes'], ['s']),
      node('Softmax', ['s'], ['y'], { axis: -1 }),
    ],
    { w: float([4, 4], 2), b: float([4], 3), from: ['int', [1], [1]], to: ['int', [1], [5]], axes: ['int', [1], [1]] },
  ),
  net(
    [
      node('Gather', ['table', 'x'], ['e'], { axis: 0 }),
      node('Transpose', ['e'], ['t'], { perm: [0, 2, 1] }),
      node('MatMul', ['e', 't'], ['a']),
      node('ReduceMean', ['a'], ['m'], { axes: [1], keepdims: 0 }),
      node('Cast', ['m'], ['y'], { to: 1 }),
    ],
    { table: float([8, 3], 4) },
    { x: ['int', [B, 4]] },
  ),
  net(
    [
      node('Shape', ['x'], ['shape']),
      node('Gather', ['shape', 'zero'], ['n']),
      node('Concat', ['n', 'four'], ['size'], { axis: 0 }),
      node('Expand', ['c', 'size'], ['wide']),
      node('Where', ['p', 'x', 'wide'], ['w']),
      node('Reshape', ['w', 'to'], ['r']),
      node('Pad', ['r', 'pads'], ['q']),
      node('TopK', ['q', 'k'], ['v', 'i'], { axis: 1 }),
      node('Tile', ['v', 'times'], ['y']),
    ],
    {
      ...{ zero: ['int', [1], [0]], four: ['int', [1], [4]], c: float([1, 4], 5), p: ['bool', [1, 4], [1, 0, 1, 0]] },
      ...{
        to: ['int', [2], [-1, 4]],
        pads: ['int', [4], [0, 1, 0, 1]],
        k: ['int', [1], [2]],
        times: ['int', [2], [1, 2]],
      },
    },
  ),
  net(
    [
      node('Gather', ['table', 'x'], ['e'], { axis: 0 }),
      node('Transpose', ['e'], ['t'], { perm: [1, 0, 2] }),
      node('GRU', ['t', 'w', 'r'], ['', 'h'], { hidden_size: 4 }),
      node('Squeeze', ['h', 'zero'], ['y']),
    ],
    { table: float([8, 3], 4), w: float([1, 12, 3], 6), r: float([1, 12, 4], 7), zero: ['int', [1], [0]] },
    { x: ['int', [B, 4]] },
  ),
  net(
    [
      node('Less', ['k', 'k2'], ['yes']),
      node('If', ['yes'], ['y'], {
        then_branch: { node: [node('Neg', ['x'], ['a'])], output: [{ name: 'a' }] },
        else_branch: { node: [node('Abs', ['x'], ['b'])], output: [{ name: 'b' }] },
      }),
    ],
    { k: one(1), k2: one(2) },
  ),
]
const NETS = MODELS.map((model) => Buffer.from(onnxBytes(model)))
const numbers = zip({
  'x.npy': npyBytes(
    '<f4',
    [6, 4],
    Float32Array.from(X, (x) => Math.abs(Math.round(x)) % 4),
  ),
  'features.npy': npyBytes('<f4', [6, 5], gaussians(6, 5, 2)),
})

const lightgbm = trees.lightgbm({ seed: 1 })
const xgboost = trees.xgboostModel(trees.xgboost({ seed: 1, dart: true }))
const text = trees.lightgbmText(lightgbm)
const named = `${text}\npandas_categorical:[[0, 1], [5, 7], [2], ["a"], ["b", 3]]\n`

/** `martello predict`, and `build`'s own reading of the same. `files` makes a file of good inputs. */
async function model(path, draw, bytes, files) {
  const options = { ...(draw() < 0.3 && { rounds: draw.of(['best', 'all', 2]) }), ...(draw() < 0.3 && { categories: 'codes' }) } // prettier-ignore
  if (draw() < 0.2) return readRanker(path, options)
  const inputs = files('good.npz', numbers)
  if (isOnnx(bytes)) return predictOnnx(path, bytes, inputs)
  const forest = readForest(path, bytes, options)
  return forest === null ? null : predictTrees(forest, inputs, draw() < 0.5)
}

/** A tower on its way into a bundle. */
async function tower(path, draw, _, files) {
  const embeddings = await read.readEmbeddings(files('good.npy', npyBytes('<f4', [6, 4], X)))
  const inputs = { interactions: null, items: null, embeddings, tower: await readTower(path) }
  return build(inputs, { threads: 1, layers: 'f32', tune: false, tower: { sizes: { [B]: 1 } } }, 1, {
    say() {},
    stage() {},
  })
}

/** Arrays as the inputs of a good model, and as vectors. */
async function arrays(path, draw, _, files) {
  if (draw() < 0.3) return read.readEmbeddings(path)
  if (draw() < 0.3) return read.readEmbeddings(path, { ids: files('ids.txt', 'a\nb\nc\nd\ne\nf\n') })
  if (draw() < 0.3) return predictTrees(readForest('m', Buffer.from(text), {}), path, false)
  return predictOnnx('m', NETS[draw.below(2)], path)
}

// -- what people write ---------------------------------------------------------------------------------------------------

const CONFIG = {
  columns: { item_id: 'sku', items: { title: 'name' } },
  skip: ['rows without ids'],
  kinds: { year: 'number', notes: 'skip' },
  sources: { als: true, next: false },
  events: { buy: 3, dislike: -1 },
  ratings: { zero: 2, one: 4, least: 0 },
  separators: { genres: ',' },
  layers: [4, 2],
  metric: 'cosine',
  features: ['auto'],
  context: { hour: 'number', country: ['de', 'fr'] },
  tower: { inputs: { x: 'history' }, numbers: 'ids', sizes: { n: 50 } },
  ranker: { candidates: 100, prerank: { fused: 1, 'attribute.year': { weight: 1, missing: 2 } } },
  search: { fields: { title: 2 }, k1: 1.2 },
}
const POLICY = {
  shelf: 20,
  fusion: 'ranks',
  sources: { als: { weight: [1, 1, 1, 1], quota: 2 }, new: { weight: 1 } },
  rules: {
    deny: [{ where: { genre: 'Drama' } }],
    require: { genre: { not: 'Drama' }, year: { gte: 1990 } },
    frequency: [{ most: 3 }],
    unique: ['genre'],
  },
}
const written = (value) => Buffer.from(JSON.stringify(value))
const both = (value) => [written(value), Buffer.from(JSON.stringify(value, null, 2))]

/** A network holds 2^24 numbers at a time beside its own, and is asked several times; this is all that it asks for. */
const ROOM = 2 ** 31

/** Formats by name: the ending of the file's name (drawn from several), good files, and what reads them. */
export const FORMATS = {
  csv: { endings: ['csv', 'data', 'txt'], seeds: TABLES.flatMap((rows) => [quoted(rows), csv(rows).replaceAll(',', ';'), csv(rows).replaceAll('\n', '\r\n')]).map(Buffer.from), read: table }, // prettier-ignore
  tsv: { endings: ['tsv', 'inter'], seeds: TABLES.map((rows) => Buffer.from(csv(rows.map((row) => ({ ...row, title: 'a "b' }))).replaceAll(',', '\t'))), read: table }, // prettier-ignore
  jsonl: { endings: ['jsonl', 'ndjson', 'data'], seeds: TABLES.map((rows) => Buffer.from(jsonl(rows))), read: table, values: TABLES, write: (rows) => Buffer.from(jsonl(rows)) }, // prettier-ignore
  json: { endings: ['json'], seeds: TABLES.map((rows) => Buffer.from(JSON.stringify(rows))), read: table, values: TABLES }, // prettier-ignore
  gz: { endings: ['csv.gz', 'jsonl.gz', 'tsv.gz', 'gz'], seeds: TABLES.flatMap((rows) => [gzipSync(quoted(rows)), gzipSync(jsonl(rows))]), plain: TABLES.flatMap((rows) => [quoted(rows), jsonl(rows)]).map(Buffer.from), read: table }, // prettier-ignore
  parquet: { endings: ['parquet', 'data'], seeds: [...TABLES.map((rows) => parquet(rows, 'SNAPPY')), parquet(log, 'UNCOMPRESSED'), parquet(catalogue, 'UNCOMPRESSED'), nested, encoded(ENCODED), encoded(ENCODED, { codec: 'UNCOMPRESSED' }), DUCKDB], read: table }, // prettier-ignore
  npy: { endings: ['npy'], seeds: NPY, read: arrays },
  npz: { endings: ['npz'], seeds: NPZ, read: arrays },
  features: { endings: ['tsv'], seeds: [Buffer.from('1\t2\t3\tnan\t0\n\t0.5\t-1\tinf\tNA\n'), Buffer.from('1\t0\t1\t2\t3\t4\n')], read: arrays }, // prettier-ignore
  onnx: { endings: ['onnx'], seeds: NETS, read: model, most: ROOM, seconds: 10 /* values may hold 2^26 numbers */, values: MODELS, write: (value) => Buffer.from(onnxBytes(value)) }, // prettier-ignore
  tower: {
    endings: ['onnx'],
    seeds: [NETS[1], NETS[3]],
    read: tower,
    most: ROOM,
    dear: 10,
    values: [MODELS[1], MODELS[3]],
    write: (value) => Buffer.from(onnxBytes(value)),
  },
  ubj: { endings: ['ubj'], seeds: [Buffer.from(trees.ubjson(xgboost))], read: model, values: [xgboost], write: (value) => Buffer.from(trees.ubjson(value)) }, // prettier-ignore
  xgboost: { endings: ['json'], seeds: [Buffer.from(JSON.stringify(xgboost))], read: model, values: [xgboost] },
  lightgbm: { endings: ['txt'], seeds: [text, named].map(Buffer.from), read: model },
  dump: { endings: ['json'], seeds: [Buffer.from(trees.lightgbmDump(lightgbm))], read: model, values: [JSON.parse(trees.lightgbmDump(lightgbm))] }, // prettier-ignore
  config: { endings: ['json'], seeds: both(CONFIG), read: readConfig, values: [CONFIG], dear: 20 },
  policy: { endings: ['json'], seeds: both(POLICY), read: readPolicy, values: [POLICY], dear: 20 },
  check: { endings: ['csv', 'jsonl', 'json', 'npy', 'txt'], seeds: CHECKED, read: checked, dear: 100 },
  patch: { endings: ['patch'], seeds: patchParts, bytes: hostilePatch, read: patches },
  manifest: { endings: ['json'], seeds: manifests, bytes: hostileManifest, read: followed },
  bundle: { endings: ['martello'], seeds: bundleParts, bytes: hostileBundle, read: commanded, dear: 100 },
}

/** A copy of what JSON can say in which one number is one of those that nothing is ready for. */
function overgrown(made, draw) {
  const copy = structuredClone(made)
  const places = []
  const visit = (value) => {
    for (const [key, one] of Object.entries(value)) {
      if (typeof one === 'number' || (typeof one === 'string' && /^\d+$/.test(one))) places.push([value, key])
      else if (Object(one) === one) visit(one)
    }
  }
  visit(copy)
  if (places.length > 0) {
    const [parent, key] = draw.of(places)
    parent[key] = typeof parent[key] === 'string' ? String(draw.of(WILD)) : draw.of(WILD)
  }
  return copy
}

/** One hostile file of a format: other bytes; of what JSON says, other values; of what is packed, other contents. */
export function hostile({ endings, seeds, plain, values, bytes, write = written }, draw) {
  const called = `x.${draw.of(endings)}`
  if (bytes !== undefined) return { bytes: bytes(seeds, draw), called }
  if (plain !== undefined && draw() < 0.5) return { bytes: gzipSync(mutated(plain, draw)), called }
  if (values === undefined || draw() < 0.5) return { bytes: mutated(seeds, draw), called }
  try {
    let value = draw.of(values)
    for (let n = draw() < 0.7 ? 1 : 3; n > 0; n--) value = draw() < 0.3 ? overgrown(value, draw) : changed(value, draw, draw() < 0.5 ? 5 : Infinity) // prettier-ignore
    return { bytes: write(value), called }
  } catch {
    return { bytes: mutated(seeds, draw), called } // what the format has no way of saying
  }
}
