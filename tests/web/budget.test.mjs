// What a page downloads, compressed as a server would at best.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const compressed = (bytes) => gzipSync(bytes, { level: 9 }).length

test('the core', (t) => {
  const size = compressed(readFileSync(new URL('../../dist/core.wasm', import.meta.url)))
  t.diagnostic(`core.wasm: ${size} bytes, gzip -9`)
  assert.ok(size <= 40 * 1024, `${size} bytes, expected at most ${40 * 1024}`)
})

test("the page's JavaScript", async (t) => {
  const {
    outputFiles: [output],
  } = await build({
    entryPoints: [new URL('../../web/browser.ts', import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    plugins: [
      {
        name: 'no wasm',
        setup: (hooks) => hooks.onLoad({ filter: /\.wasm$/ }, () => ({ contents: '', loader: 'binary' })),
      },
    ],
  })
  const size = compressed(output.contents)
  t.diagnostic(`page JavaScript without the core: ${output.contents.length} bytes, ${size} gzip -9`)
  assert.ok(size <= 10 * 1024, `${size} bytes, expected at most ${10 * 1024}`)
})
