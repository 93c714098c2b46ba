// What the documents' Python makes, for machines whose Python lacks a library: `makes` writes the same files by other means,
// `check` holds what the code takes for given against what there is.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEmbeddings } from '../../../build/web/read/index.js'
import { npyBytes, zip } from './arrays.mjs'
import { node, onnxBytes } from './onnx.mjs'
import { vectorsParquet } from './parquet.mjs'
import { lightgbm, lightgbmText, xgboost, xgboostModel } from './trees.mjs'

/** Columns of a ranker's rows, before the features. */
const LEAD = ['group', 'user_id', 'item_id', 'label', 'at']
const featuresIn = (folder) =>
  readFileSync(join(folder, 'rows.csv'), 'utf8').split('\n', 1)[0].split(',').slice(LEAD.length)

/** A trainer reads rows.csv by names and places that it has. */
function checkTrainer(folder, code) {
  const names = readFileSync(join(folder, 'rows.csv'), 'utf8').split('\n', 1)[0].split(',')
  assert.deepEqual(names.slice(0, LEAD.length), LEAD)
  const read = [...code.matchAll(/names\.index\('(\w+)'\)/g)].map((match) => match[1])
  assert.ok(read.includes('label'))
  for (const name of read) assert.ok(LEAD.includes(name), `rows.csv has no column ${name}`)
  assert.match(code, /table\[:, 5:\]/, 'features begin behind the five')
}

export const STAND_INS = {
  'web/read/README.md als.py': {
    check(folder, code) {
      const names = readFileSync(join(folder, 'ratings.csv'), 'utf8').split('\n', 1)[0].split(',')
      for (const [, name] of code.matchAll(/Col='(\w+)'/g))
        assert.ok(names.includes(name), `ratings.csv has no column ${name}`)
      assert.match(code, /itemFactors\.write\.parquet\('itemFactors'\)/)
    },
    /** Factors in two parts, with what Spark leaves beside them. */
    makes(folder) {
      const movies = readFileSync(join(folder, 'movies.csv'), 'utf8').trim().split('\n').slice(1)
      const rows = movies.map((line, i) => [Number(line.split(',')[0]), Array.from({ length: 16 }, (_, d) => Math.sin(i * d + d))]) // prettier-ignore
      mkdirSync(join(folder, 'itemFactors'))
      const write = (name, content) => writeFileSync(join(folder, 'itemFactors', name), content)
      const part = (some) => vectorsParquet(some, { id: 'id', vector: 'features', ids: { type: 'INT32' } })
      write('part-00000-7f.c000.snappy.parquet', part(rows.slice(0, 40)))
      write('part-00001-7f.c000.snappy.parquet', part(rows.slice(40)))
      for (const name of ['_SUCCESS', '._SUCCESS.crc', '.part-00000-7f.c000.snappy.parquet.crc']) write(name, '')
    },
  },
  'web/import/README.md export.py': {
    check(folder, code) {
      assert.match(code, /input_names=\['item_ids'\], output_names=\['user'\]/, 'the names of the stand-in')
    },
    /** Golden pairs of the tower that stands in the folder: the mean of a history's vectors. */
    async makes(folder) {
      const { vectors, dim } = await readEmbeddings(join(folder, 'articles.npy'))
      const histories = [[7], [3, 9], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]
      const ids = histories.flatMap((rows) => [...Array(10 - rows.length).fill(0), ...rows.map((row) => row + 1)])
      const users = histories.flatMap((rows) =>
        Array.from({ length: dim }, (_, d) => rows.reduce((sum, row) => sum + vectors[row * dim + d], 0) / rows.length),
      )
      const pairs = {
        'item_ids.npy': npyBytes('<f4', [histories.length, 10], Float32Array.from(ids)),
        'user.npy': npyBytes('<f4', [histories.length, dim], Float32Array.from(users)),
      }
      writeFileSync(join(folder, 'golden.npz'), zip(pairs))
    },
  },
  'src/rank/README.md train.py': {
    check: checkTrainer,
    makes(folder) {
      const names = featuresIn(folder)
      const model = xgboostModel(xgboost({ seed: 3, features: names.length, objective: 'rank:pairwise' }))
      for (const tree of model.learner.gradient_booster.model.trees) {
        tree.split_type.fill(0)
        for (const part of ['categories', 'categories_nodes', 'categories_segments', 'categories_sizes'])
          tree[part] = []
        tree.split_conditions = tree.split_conditions.map((value) => (Number.isFinite(value) ? value : 0))
      }
      model.learner.feature_names = names
      writeFileSync(join(folder, 'ranker.json'), JSON.stringify(model))
    },
  },
  'src/rank/README.md train_lightgbm.py': {
    check: checkTrainer,
    makes(folder) {
      const names = featuresIn(folder)
      const text = lightgbmText(lightgbm({ seed: 3, features: names.length, objective: 'lambdarank' }))
      const columns = names.map((_, i) => `Column_${i}`).join(' ')
      writeFileSync(join(folder, 'ranker.txt'), text.replace(columns, names.map((name) => name.replaceAll(/\W+/g, '_')).join(' '))) // prettier-ignore
    },
  },
  'src/rank/README.md train_listwise.py': {
    check: checkTrainer,
    makes(folder) {
      const width = featuresIn(folder).length
      const weights = (n) => Array.from({ length: n }, (_, i) => Math.sin(i) / 8)
      const model = onnxBytes({
        inputs: { features: ['float', ['batch', width]] },
        outputs: { score: ['float', ['batch', 1]] },
        nodes: [
          node('Gemm', ['features', 'w', 'b'], ['inner']),
          node('Tanh', ['inner'], ['h']),
          node('Transpose', ['h'], ['keys'], { perm: [1, 0] }),
          node('MatMul', ['h', 'keys'], ['pairs']),
          node('Softmax', ['pairs'], ['seen'], { axis: 1 }),
          node('MatMul', ['seen', 'h'], ['all']),
          node('Add', ['all', 'h'], ['both']),
          node('MatMul', ['both', 'v'], ['score']),
        ],
        constants: {
          w: ['float', [width, 32], weights(32 * width)],
          b: ['float', [32], weights(32)],
          v: ['float', [32, 1], weights(32)],
        },
      })
      writeFileSync(join(folder, 'listwise.onnx'), model)
    },
  },
  'src/rank/README.md train_torch.py': {
    check: checkTrainer,
    makes(folder) {
      const width = featuresIn(folder).length
      const model = onnxBytes({
        inputs: { features: ['float', ['batch', width]] },
        outputs: { score: ['float', ['batch', 1]] },
        nodes: [node('Gemm', ['features', 'w', 'b'], ['score'])],
        constants: { w: ['float', [width, 1], Array(width).fill(0.1)], b: ['float', [1], [0]] },
      })
      writeFileSync(join(folder, 'ranker.onnx'), model)
    },
  },
}
