// What a step of training is made of, forward and back, in wasm beside a native build of the same source: node tests/bench/products.mjs
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { compiled, load } from './index.mjs'

const root = join(import.meta.dirname, '../..')
const sources = ['base', 'nn', 'bundle']
  .flatMap((name) => readdirSync(join(root, 'src', name)).map((file) => `src/${name}/${file}`))
  .concat(
    ['backward', 'back_matmul', 'back_rows', 'back_elementwise', 'slopes'].flatMap((name) => `src/learn/${name}.c`),
  )
  .concat(
    ['back_gather', 'back_recurrent', 'lists'].flatMap((name) => `src/learn/${name}.c`),
    'src/learn/backward.h',
  )
  .concat('tests/bench/products_bench.c')
  .filter((file) => !/src.bundle.(?!(program|check)\.)/.test(file))
const exported = ['product', 'rows', 'gelu', 'run'].map((name) => `_bench_${name}`)
const wasm = await load('products.wasm', sources, exported)
const compiler = process.env.CC ?? 'clang' // the compiler that emcc is built on
const native = compiled(`products-${compiler}`, compiler, ['-msse4.1'], sources)

// The least time of a run in ms, in wasm and natively.
function timed(kind, numbers, what) {
  wasm[`bench_${kind}`](...numbers)
  let least = Infinity
  for (let i = 0; i < 500; i++) {
    const started = performance.now()
    wasm.bench_run(what)
    least = Math.min(least, performance.now() - started)
  }
  return [least, Number(execFileSync(native, [kind, ...numbers, what].map(String), { encoding: 'utf8' }))]
}

const products = [
  ['[8,64] x [64,192]', [1, 8, 192, 64, 1]], // a step of a GRU
  ['[800,64] x [64,64]', [16, 50, 64, 64, 1]],
  ['[800,64] x [64,256]', [16, 50, 256, 64, 1]],
  ['32 x [50,32] x [32,50]', [32, 50, 50, 32, 0]],
]
for (const [name, [b, m, n, k, shared]] of products) {
  const said = ['forward', 'back a', 'back b'].map((called, what) => {
    const [own, other] = timed('product', [b, m, n, k, shared], what).map((ms) => (2 * b * m * n * k) / ms / 1e6)
    return `${called} ${own.toFixed(1)} GFLOP/s, native ${other.toFixed(1)}`
  })
  console.log(`${name.padEnd(24)}${said.join('; ')}`)
}
const others = [
  ['layer norm of [800,64]', 'rows', [800, 64, 1]],
  ['softmax of [1600,50]', 'rows', [1600, 50, 0]],
  ['gelu of [800,256]', 'gelu', [800, 256]],
]
for (const [name, kind, numbers] of others) {
  const said = ['forward', 'back'].map((called, what) => {
    const [own, other] = timed(kind, numbers, what)
    return `${called} ${own.toFixed(3)} ms, native ${other.toFixed(3)}`
  })
  console.log(`${name.padEnd(24)}${said.join('; ')}`)
}
