// What a page downloads, compressed as a server would at best.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const compressed = (bytes) => gzipSync(bytes, { level: 9 }).length

test('the core', (t) => {
  // by gzip itself: Node's zlib takes no matches of three bytes, and makes 0.7 % more of the same module
  const size = execFileSync('gzip', ['-9c', fileURLToPath(new URL('../../dist/core.wasm', import.meta.url))]).length
  t.diagnostic(`core.wasm: ${size} bytes, gzip -9`)
  // the whole funnel, with everything that the core does; its budget is 48 KB, of which one is kept free for what comes
  assert.ok(size <= 48 * 1024, `${size} bytes, expected at most ${48 * 1024}`)
})

/** A module of web/ with all it imports but the core, as a page would load it. */
async function bundled(entry) {
  const {
    outputFiles: [output],
  } = await build({
    entryPoints: [new URL(`../../web/${entry}.ts`, import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    external: ['react'],
    plugins: [
      {
        name: 'no wasm',
        setup: (hooks) => hooks.onLoad({ filter: /\.wasm$/ }, () => ({ contents: '', loader: 'binary' })),
      },
    ],
  })
  return output.contents
}

test("the page's JavaScript", async (t) => {
  const code = await bundled('entry/browser')
  const size = compressed(code)
  t.diagnostic(`page JavaScript without the core: ${code.length} bytes, ${size} gzip -9`)
  // a quarter of a kilobyte of it are the words for yes and no that catalogues use, so that filters may; another asks for lists,
  // and 150 bytes say in the trace how much of a split catalogue is here
  assert.ok(size <= 15.4 * 1024, `${size} bytes, expected at most ${15.4 * 1024}`)
})

// each by itself, whatever the page has loaded already
for (const [entry, most, what] of [
  ['client', 3, 'RecommenderClient in the page'],
  ['worker', 23.5, 'its worker without the core: the recommender, keep, patches and signatures'],
  ['keep', 8, 'keep, with patches and signatures'],
  ['../entry/signed', 4, 'what opens a signed bundle that is not kept'],
  [
    '../entry/lists',
    13.5, // 4 of them for postings, which only catalogues that were split from a bundle have
    'what fetches lists of a split catalogue, and makes one of their vectors, ids, attributes and postings',
  ],
  ['profile', 4, 'Profile, with idb'],
  ['offline', 2, 'offline and register'],
  ['interleave', 1, 'interleave'],
  ['../reports/report', 3, 'Reports'],
  ['react', 2, 'useRecommendations'],
  ['element', 2, '<martello-shelf>'],
])
  test(`an optional entry: ${what}`, async (t) => {
    const size = compressed(await bundled(`page/${entry}`))
    t.diagnostic(`${entry}: ${size} bytes, gzip -9`)
    assert.ok(size <= most * 1024, `${size} bytes, expected at most ${most * 1024}`)
  })
