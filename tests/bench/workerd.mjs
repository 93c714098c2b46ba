// workerd, as Cloudflare runs workers, of a folder with a config.capnp, on a port that is free. npm has it in build/matrix (make test-matrix).
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const WORKERD = join(import.meta.dirname, '../../build/matrix/node_modules/@cloudflare/workerd-linux-64/bin/workerd')

/** `by`: a command before it, as `taskset -c 1`. Whoever starts it kills it. */
export async function startWorkerd(folder, by = []) {
  const [command, ...args] = [...by, WORKERD, 'serve', '--control-fd=3', 'config.capnp']
  const server = spawn(command, args, { cwd: folder, stdio: ['ignore', 'inherit', 'ignore', 'pipe'] })
  const port = await new Promise((listening, failed) => {
    server.stdio[3].setEncoding('utf8').on('data', (line) => {
      const { event, port } = JSON.parse(line.trim().split('\n').at(-1))
      if (event === 'listen') listening(port)
    })
    server.on('exit', () => failed(new Error('workerd ended')))
  })
  return { server, port }
}

const DEMO = join(import.meta.dirname, '../../demo/edge')
/** What an isolate of Cloudflare has in MB, of which V8's objects get this much in a shard and in a front; a page of wasm memory is 64 KB. */
const MEMORY = 128
const HEAP = { shard: 16, front: 64 }

/** A Worker of the edge demo as workerd takes it: its text in config.capnp, its modules in `folder`. */
async function bundled(folder, name) {
  await build({
    entryPoints: [join(DEMO, `${name}.mjs`)],
    outfile: join(folder, `${name}.js`),
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    external: ['*/core.wasm'],
    minify: true,
    logLevel: 'error',
  })
  copyFileSync(join(DEMO, '../../dist/core.wasm'), join(folder, 'core.wasm'))
  return `compatibilityDate = "2026-04-01", modules = [ (name = "${name}.js", esModule = embed "${name}.js"), (name = "core.wasm", wasm = embed "core.wasm") ]`
}

function written(folder, services, socket, heap) {
  const flags = `v8Flags = ["--wasm-max-mem-pages=${(MEMORY - heap) * 16}", "--max-heap-size=${heap}", "--max-semi-space-size=${heap / 16}"]`
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = ( ${flags},
  services = [ ${services.join(',\n    ')}, (name = "internet", network = (allow = [])) ],
  sockets = [ (name = "http", address = "127.0.0.1:0", http = (), service = "${socket}") ] );
`,
  )
}

const filesOf = (catalogue) => `(name = "files", disk = "${catalogue}")`
const FILES = '(name = "FILES", service = "files")'

/** A shard in a process of its own, which has the files of a folder. */
export async function startShard(folder, catalogue) {
  mkdirSync(folder, { recursive: true })
  const worker = await bundled(folder, 'shard')
  written(
    folder,
    [`(name = "shard", worker = ( ${worker}, bindings = [ ${FILES} ] ))`, filesOf(catalogue)],
    'shard',
    HEAP.shard,
  )
  return startWorkerd(folder)
}

/** What asks shards at these addresses, in a process of its own; or, of a number of shards, all of them in one with it. */
export async function startFront(folder, catalogue, shards, { deadline = 250 } = {}) {
  mkdirSync(folder, { recursive: true })
  const here = typeof shards === 'number'
  const numbers = Array.from({ length: here ? shards : shards.length }, (_, i) => i + 1)
  const front = await bundled(folder, 'front')
  const shard = here ? await bundled(folder, 'shard') : ''
  const bound = numbers.map((i) => `(name = "SHARD_${i}", service = "shard${i}")`)
  const bindings = [FILES, `(name = "DEADLINE", text = "${deadline}")`, ...bound].join(', ')
  const services = numbers.map((i) =>
    here
      ? `(name = "shard${i}", worker = ( ${shard}, bindings = [ ${FILES} ] ))`
      : `(name = "shard${i}", external = (address = "${shards[i - 1]}", http = ()))`,
  )
  written(folder, [`(name = "front", worker = ( ${front}, bindings = [ ${bindings} ] ))`, filesOf(catalogue), ...services], 'front', HEAP.front) // prettier-ignore
  return startWorkerd(folder)
}
