// Opening a bundle that is already in memory, apart from its checksums: node tests/bench/open.mjs [W0 W1 W2 W3]
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Core } from '../../build/web/recommender/core.js'
import { build } from '../../dist/build.js'
import { workload } from './workload.mjs'

const names = process.argv.slice(2)
const module = new WebAssembly.Module(readFileSync(join(import.meta.dirname, '../../dist/core.wasm')))
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1]

console.log('workload     items        bytes   open ms  checksums ms   memory beside the bundle')
for (const name of names.length > 0 ? names : ['W3']) {
  const { rows, count, dim } = workload(name)
  const ids = Array.from({ length: count }, (_, row) => String(row))
  const embeddings = { path: name, ids, rows: count, dim, vectors: rows }
  const { bytes } = await build({ interactions: null, items: null, embeddings }, {}, 1, { say() {}, stage() {} })
  const opens = []
  const verified = []
  let beside = 0
  for (let round = 0; round < 9; round++) {
    const instance = new WebAssembly.Instance(module)
    const core = new Core(instance)
    core.reserve(bytes.length, Infinity).set(bytes)
    const started = performance.now()
    core.open(bytes.length, bytes.length)
    const opened = performance.now()
    core.verify(bytes.length, 0, bytes.length)
    core.open(bytes.length, bytes.length)
    verified.push(performance.now() - opened)
    opens.push(opened - started)
    beside = instance.exports.memory.buffer.byteLength - bytes.length
  }
  const [open, both] = [median(opens), median(verified)]
  console.log(
    `${name.padEnd(8)} ${String(count).padStart(9)} ${String(bytes.length).padStart(12)} ${open.toFixed(2).padStart(9)} ${(both - open).toFixed(1).padStart(13)} ${(beside / 1e6).toFixed(2).padStart(10)} MB`,
  )
}
