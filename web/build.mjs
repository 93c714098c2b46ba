// Builds dist/ (what is published) and build/web/ (each module by itself, for tests) from web/.
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { sourcesOf } from './made-of.mjs'

let sources
try {
  sources = sourcesOf('dist')
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
const shared = {
  logLevel: 'warning',
  format: 'esm',
  target: 'es2022',
  sourcemap: false,
  define: { CORE_ID: JSON.stringify(sources['core.wasm']), LEARN_ID: JSON.stringify(sources['learn.wasm']) },
}
const node = {
  ...shared,
  platform: 'node',
  bundle: true,
  outdir: 'dist',
  outExtension: { '.js': '.js' },
}

const modules = readdirSync('web', { recursive: true })
  .filter((f) => f.endsWith('.ts'))
  .map((f) => `web/${f}`)
/** Leaves the core to the runtime's loader of modules, as a file beside ours. */
const coreBeside = {
  name: 'core beside',
  setup: (hooks) =>
    hooks.onResolve({ filter: /^martello\/core\.wasm/ }, ({ path }) => ({
      path: path.replace(/^martello/, '.'),
      external: true,
    })),
}
/** Servers have it in a module that is loaded when it is needed, and shared by all that run there: any bundler brings it along. */
const coreApart = {
  name: 'core apart',
  setup: (hooks) =>
    hooks.onResolve({ filter: /dist\/core\.wasm$/ }, () => ({ path: './core-inline.js', external: true })),
}
/** The page of `martello serve` has the entries of the package in a folder of their own, and a list that is made when it is served. */
const publishedBeside = {
  name: 'published beside',
  setup(hooks) {
    hooks.onResolve({ filter: /\.\.\/\.\.\/page\/\w+\.js$/ }, ({ path }) => ({
      path: path.replace('../../page/', './martello/'),
      external: true,
    }))
    hooks.onResolve({ filter: /\/files\.js$/ }, ({ path }) => ({ path, external: true }))
  },
}
/** Packages that npm installs beside ours are left to Node; what else we import comes along, with its own versions of what it needs. */
const dependencies = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies)
const packagesApart = {
  name: 'packages apart',
  setup: (hooks) =>
    hooks.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      const isOurs = !importer.includes('/node_modules/')
      return isOurs && dependencies.some((name) => path === name || path.startsWith(`${name}/`))
        ? { path, external: true }
        : undefined
    }),
}
/** What opens bundles is the package's own, whichever of its files a runtime takes. */
const packageApart = {
  name: 'package apart',
  setup: (hooks) => hooks.onResolve({ filter: /\/entry\/index\.js$/ }, () => ({ path: 'martello', external: true })),
}
for (const chunk of readdirSync('dist').filter((name) => /^cli-\w+\.js$/.test(name))) rmSync(`dist/${chunk}`)
await Promise.all([
  build({
    ...shared,
    entryPoints: { 'core-inline': 'dist/core.wasm' },
    bundle: true,
    minify: true,
    loader: { '.wasm': 'binary' },
    outdir: 'dist',
  }),
  build({
    ...shared,
    entryPoints: ['browser', 'slim', 'workerd', 'edge-light'].map((loader) => `web/entry/${loader}.ts`),
    bundle: true,
    minify: true,
    loader: { '.wasm': 'binary' },
    plugins: [coreBeside],
    outdir: 'dist',
  }),
  // what a page may add, each a file of its own: it pays for what it uses
  build({
    ...shared,
    entryPoints: {
      client: 'web/page/client.ts',
      'page-worker': 'web/page/worker.ts',
      keep: 'web/page/keep.ts',
      signed: 'web/entry/signed.ts',
      lists: 'web/entry/lists.ts',
      profile: 'web/page/profile.ts',
      offline: 'web/page/offline.ts',
      interleave: 'web/page/interleave.ts',
      report: 'web/reports/report.ts',
      react: 'web/page/react.ts',
      element: 'web/page/element.ts',
    },
    bundle: true,
    minify: true,
    loader: { '.wasm': 'binary' },
    external: ['react'],
    outdir: 'dist',
  }),
  // servers of a catalogue in shards
  build({
    ...shared,
    entryPoints: { shards: 'web/shards/index.ts' },
    bundle: true,
    minify: true,
    plugins: [packageApart],
    outdir: 'dist',
  }),
  // the page that `martello serve` serves: what it imports of the package is served beside it, as it is published
  build({
    ...shared,
    entryPoints: { page: 'web/serve/page/main.ts', sw: 'web/serve/page/sw.ts' },
    bundle: true,
    minify: true,
    plugins: [publishedBeside],
    outdir: 'dist/serve',
  }),
  build({
    entryPoints: ['web/serve/page/page.css'],
    bundle: true,
    minify: true,
    logLevel: 'warning',
    outdir: 'dist/serve',
  }),
  // what `martello site` copies beside a site's pages: the element, and what it fetches once a reader has read a few
  build({
    ...shared,
    entryPoints: { related: 'web/page/related.ts', personal: 'web/page/personal.ts' },
    bundle: true,
    minify: true,
    outdir: 'dist/site',
  }),
  // the command line in chunks, of which a command loads its own
  build({
    ...node,
    plugins: [coreApart, packagesApart],
    splitting: true,
    chunkNames: 'cli-[hash]',
    entryPoints: { cli: 'web/cli/main.ts' },
  }),
  build({
    ...node,
    plugins: [coreApart, packagesApart],
    entryPoints: {
      node: 'web/entry/node.ts',
      worker: 'web/build/worker.ts',
      build: 'web/build/index.ts',
    },
  }),
  build({
    ...shared,
    supported: { 'import-attributes': true }, // of JSON, which nothing bundles here
    entryPoints: modules.filter((f) => f !== 'web/entry/browser.ts'),
    outdir: 'build/web',
    outbase: 'web',
    platform: 'node',
  }),
])
// Two bundlers are told to leave such imports alone, in comments that minifying drops: they take the files along by their URLs.
for (const name of ['dist/browser.js', 'dist/slim.js']) {
  const told = readFileSync(name, 'utf8').replaceAll(
    'import(new URL(',
    'import(/*webpackIgnore:true*//*@vite-ignore*/new URL(',
  )
  writeFileSync(name, told)
}
copyFileSync('dist/learn.wasm', 'build/web/learn/learn.wasm') // beside the modules that read them
copyFileSync('dist/core.wasm', 'build/web/build/core.wasm')
copyFileSync('package.json', 'build/package.json')
copyFileSync('web/serve/page/icon.svg', 'dist/serve/icon.svg')
// the same of what `martello serve` sends
mkdirSync('build/web/serve/serve', { recursive: true })
for (const name of readdirSync('dist/serve')) copyFileSync(`dist/serve/${name}`, `build/web/serve/serve/${name}`)
for (const entry of ['client', 'page-worker', 'profile', 'offline'])
  copyFileSync(`dist/${entry}.js`, `build/web/serve/${entry}.js`)
for (const schema of ['config', 'policy', 'looks'])
  for (const place of ['dist', 'build/web/generated'])
    copyFileSync(`web/generated/${schema}.schema.json`, `${place}/${schema}.schema.json`)
rmSync('dist/types', { recursive: true, force: true })
const types = spawnSync(process.execPath, ['node_modules/typescript-native/bin/tsc', '-p', 'web/types.json'], {
  stdio: 'inherit',
})
process.exitCode = types.status ?? 1
