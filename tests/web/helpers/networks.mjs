// Networks of a test, as `martello predict` and a build take them, and the files of networks that people met.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { build, readTower } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { predictOnnx } from '../../../build/web/import/onnx/predict-onnx.js'
import { readEmbeddings } from '../../../build/web/read/index.js'
import { npyBytes, zip } from './arrays.mjs'
import { fieldData, file, path } from './files.mjs'
import { onnxBytes } from './onnx.mjs'
import { gaussians, npy } from './shop.mjs'

export const B = 'batch'
export const refuses = (promise, message) => assert.rejects(promise, { name: 'InputError', message })
export const field = (name, model = 'model.onnx') => {
  const { real, skip } = fieldData(`onnx-${name}`)
  return { skip, real, bytes: () => readFileSync(`${real}/${model}`) }
}
export const values = async (promise) => [...(await promise).data]
export const int = (...numbers) => ['int', [numbers.length], numbers]
export const one = (number, type = 'int') => [type, [], [number]]

/** What `martello predict` makes of a model and arrays: { name: [dtype, shape, values] }. */
export function predict(bytes, arrays, output) {
  const npys = Object.entries(arrays).map(([name, [type, shape, values]]) => [
    `${name}.npy`,
    npyOf(type, shape, values),
  ])
  return predictOnnx('model.onnx', bytes, file('inputs.npz', zip(Object.fromEntries(npys))), output)
}
export const npyOf = (type, shape, values) =>
  type === 'int'
    ? npyBytes('<i8', shape, BigInt64Array.from(values, BigInt))
    : type === 'int32'
      ? npyBytes('<i4', shape, Int32Array.from(values))
      : npyBytes('<f4', shape, Float32Array.from(values))

/** A model of one input [batch, n] and one output, `nodes` from x to y. */
export const model = (type, width, nodes, constants = {}, more = {}) =>
  onnxBytes({
    inputs: { x: [type, [B, ...[width].flat()]] },
    outputs: { y: ['float', more.output ?? [B, width]] },
    nodes,
    constants,
    ...more.of,
  })

export const ITEMS = 60
export const DIM = 8
export const vectors = gaussians(ITEMS, DIM, 11)
export const LENGTH = 6

/** A bundle of random embeddings with a tower, and what was said. */
export async function withTower(bytes, config = {}) {
  writeFileSync(path('tower.onnx'), bytes)
  const list = Array.from({ length: ITEMS }, (_, i) => `${i + 1}`)
  const embeddings = await readEmbeddings(await npy('items.npy', [ITEMS, DIM], vectors), {
    ids: file('ids.txt', `${list.join('\n')}\n`),
  })
  const lines = []
  const tower = await readTower(path('tower.onnx'), config.tower)
  const inputs = { interactions: null, items: null, embeddings, tower }
  const { bytes: bundle } = await build(inputs, { layers: 'f32', threads: 1, ...config }, 1, {
    say: (line) => lines.push(line),
    stage() {},
  })
  return { rec: await Recommender.open(bundle), said: lines.join('\n') }
}
