// The base scan in wasm against the same source built natively for SSE4.1: node tests/bench/kernel.mjs
import { execFileSync } from 'node:child_process'
import { compiled, load } from './index.mjs'

const COUNT = 100_000
const core = await load()
if (core.bench_scan_prepare(COUNT) !== 0) throw new Error('the bench could not build its index')
let wasm = Infinity,
  blocks = 0
for (let i = 0; i < 400; i++) {
  const started = performance.now()
  blocks = core.bench_scan_run()
  wasm = Math.min(wasm, performance.now() - started)
}
const compiler = process.env.CC ?? 'clang' // the compiler that emcc is built on
const native = Number(execFileSync(compiled(`scan-${compiler}`, compiler, ['-msse4.1']), { encoding: 'utf8' }))
console.log(
  `base scan of ${COUNT} items, ${blocks} blocks summed: wasm ${wasm.toFixed(3)} ms, native SSE4.1 (${compiler}) ` +
    `${native.toFixed(3)} ms, ratio ${(wasm / native).toFixed(2)}`,
)
