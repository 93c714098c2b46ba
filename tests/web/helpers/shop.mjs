// What the tests of the package share: a small shop as files, bundles built from it in this process, and the command line.
import { fork, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after } from 'node:test'
import { Arrival } from '../../../build/web/recommender/arrival.js'
import { Core } from '../../../build/web/recommender/core.js'
import { Recommender } from '../../../build/web/recommender/recommender.js'
import { file, path } from './files.mjs'

// What takes long to load is loaded when it is asked for: most files of tests need little of it.
const builder = () => import('../../../dist/build.js')
const readers = () => import('../../../build/web/read/index.js')

export { file, path, realData } from './files.mjs'

/** mulberry32: the same numbers for the same seed, everywhere. */
export function random(seed) {
  let state = seed >>> 0
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  draw.below = (n) => Math.floor(draw() * n)
  draw.of = (list) => list[draw.below(list.length)]
  return draw
}

/** A copy of what JSON can say in which one part, however deep, is something else or gone. */
export function changed(made, draw, deepest = Infinity) {
  const odd = [null, true, 5, -1, 0, 0.5, 1e99, 2 ** 53, '', 'x', '\0', '\ud800', [], {}, [null], [5], ['p1'], { a: 1 }]
  const paths = (value, path = []) =>
    Object(value) === value && path.length < deepest
      ? Object.keys(value).flatMap((key) => [[...path, key], ...paths(value[key], [...path, key])])
      : []
  const copy = structuredClone(made)
  const path = draw.of(paths(made))
  const parent = path.slice(0, -1).reduce((at, key) => at[key], copy)
  if (draw() < 0.2 && !Array.isArray(parent)) delete parent[path.at(-1)]
  else parent[path.at(-1)] = draw.of(odd)
  return copy
}

export const GENRES = ['Action', 'Comedy', 'Drama', 'Horror', 'Sci-Fi']
export const COLOURS = ['red', 'green', 'blue']

/** A catalogue in which every sixth colour and every seventh year is missing, and a log in which people keep to a genre. */
export function shop({ items = 120, users = 80, each = 12, seed = 1 } = {}) {
  const draw = random(seed)
  const goods = Array.from({ length: items }, (_, i) => ({
    item_id: `p${i}`,
    title: `Thing number ${i}`,
    genre: [GENRES[i % 5], ...(draw() < 0.3 ? [draw.of(GENRES)] : [])].join('|'),
    colour: i % 6 === 5 ? '' : draw.of(COLOURS),
    year: i % 7 === 6 ? '' : 1980 + draw.below(40),
    stock: draw() < 0.7,
  }))
  const events = []
  for (let user = 0; user < users; user++)
    for (let e = 0; e < each; e++) {
      const own = draw() < 0.8
      const at = Math.floor(items * draw() ** 2)
      const item = own ? Math.min(items - 1, at - (at % 5) + (user % 5)) : at
      events.push({
        user_id: `u${user}`,
        item_id: `p${item}`,
        timestamp: 1_600_000_000 + 86_400 * e + 1000 * draw.below(80),
      })
    }
  return { goods, events }
}

/** Rows of equal keys as CSV. */
export function csv(rows, names = Object.keys(rows[0])) {
  return `${names.join(',')}\n${rows.map((row) => `${names.map((name) => row[name] ?? '').join(',')}\n`).join('')}`
}

/** count × dim numbers around 0; row by row. */
export function gaussians(count, dim, seed) {
  const draw = random(seed)
  return Float32Array.from(
    { length: count * dim },
    () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
  )
}

export async function npy(name, shape, data) {
  const { writeNpy } = await readers()
  await writeNpy(path(name), shape, data)
  return path(name)
}

export const SILENT = { say() {}, stage() {} }

/** Builds a bundle from files: { interactions, items, embeddings, ids, neighbours }, each a path or a list of paths. */
export async function built(files, config = {}, seed = 1) {
  const { build } = await builder()
  const { readEmbeddings, readInteractions, readItems, readNeighbours } = await readers()
  const basket = typeof config.basket === 'string' && { basket: config.basket }
  const { value } = config.train?.tower?.weights ?? {}
  const { kinds, html } = config
  const mapping = {
    columns: { ...config.columns, ...basket },
    ...(kinds && { kinds }),
    ...(html === false && { html }),
  }
  const ofLog = { ...mapping, columns: { ...mapping.columns, ...(value && { value }) } }
  const inputs = {
    interactions: files.interactions ? await readInteractions([files.interactions].flat(), ofLog) : null,
    items: files.items ? await readItems([files.items].flat(), mapping) : null,
    embeddings: files.embeddings ? await readEmbeddings(files.embeddings, files.ids ? { ids: files.ids } : {}) : null,
    neighbours: files.neighbours ? await readNeighbours([files.neighbours].flat()) : null,
  }
  return build(inputs, { threads: 1, ...config }, seed, SILENT)
}

/** Writes the parts of a shop that are asked for and builds them. */
export async function builtShop(shopped, { log = true, catalogue = true, name = 'shop' } = {}, config = {}, seed = 1) {
  return built(
    {
      ...(log && { interactions: file(`${name}-log.csv`, csv(shopped.events)) }),
      ...(catalogue && { items: file(`${name}-items.csv`, csv(shopped.goods)) }),
    },
    config,
    seed,
  )
}

/** A recommender on these bytes in an instance of its own, so that a test can look at its memory. */
export async function openBytes(bytes, verify = true) {
  const instance = await WebAssembly.instantiate(await serveModule())
  return { rec: recommenderOf(bytes, new Core(instance), verify), memory: instance.exports.memory }
}

/** The same in a core that may have held, or refused, another bundle. */
export function recommenderOf(bytes, core, verify = true) {
  const arrival = new Arrival(core, { verify, maxBytes: Infinity })
  arrival.placeAll(bytes)
  arrival.finish()
  return new Recommender(arrival)
}

let compiled
export function serveModule() {
  return (compiled ??= WebAssembly.compile(readFileSync(new URL('../../../dist/core.wasm', import.meta.url))))
}

const CLI = new URL('../../../dist/cli.js', import.meta.url).pathname

/** Runs the command line in a process of its own; what it wrote and how it ended. */
export function spawned(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args.map(String)], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code: code ?? signal, stdout, stderr }))
  })
}

let staying
let before = Promise.resolve()
after(() => staying?.kill())

/**
 * The same in a process that stays until the tests end, one command after the other: to start Node and load the package takes
 * longer than most commands do. cli.test.mjs and the README's test start processes.
 */
export const cli = (...args) => cliIn(process.cwd(), ...args)

/** The same in a folder. */
export function cliIn(folder, ...args) {
  const run = before.then(() => inStaying({ folder, args: args.map(String) }))
  before = run.catch(() => {})
  return run
}

function inStaying(command) {
  staying ??= fork(new URL('staying.mjs', import.meta.url), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const child = staying
  const needs = [child, child.channel, child.stderr]
  for (const one of needs) one.ref()
  return new Promise((resolve) => {
    let stderr = ''
    const hear = (text) => (stderr += text)
    const end = (ended) => {
      child.removeListener('message', end).removeListener('close', died)
      child.stderr.removeListener('data', hear)
      for (const one of needs) one.unref() // a thread that has ended its work ends, whether or not it has tests
      resolve(ended)
    }
    const died = (code, signal) => {
      staying = undefined
      end({ code: code ?? signal, stdout: '', stderr })
    }
    child.on('message', end).on('close', died)
    child.stderr.on('data', hear)
    child.send(command)
  })
}

/** `martello check` in this process: starting another takes longer than what it does. check.test.mjs runs the command itself. */
export async function checkHere(...args) {
  const { check } = await import('../../../build/web/cli/check.js')
  let stdout = ''
  const code = await check(args.map(String), (text) => {
    stdout += text
  })
  return { code, stdout, stderr: '' }
}

/** `martello build` in this process, without --json; what it said and how it ended. cli.test.mjs and errors.test.mjs run the
 * command itself. */
export async function buildHere(...args) {
  const { buildCommand } = await import('../../../build/web/cli/build.js')
  const { InputError } = await readers()
  let stderr = ''
  const out = { isTTY: false, write: (text) => (stderr += text) }
  try {
    await buildCommand(args.map(String), out)
    return { code: 0, stdout: '', stderr }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return { code: 1, stdout: '', stderr: `${stderr}martello: ${error.message}\n` }
  }
}

/** The one JSON object that `--json` printed. */
export async function cliJson(...args) {
  const { code, stdout, stderr } = await cli(...args, '--json')
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`)
  if (!/^\{.*\}\n$/.test(stdout)) throw new Error(`not one line of JSON: ${stdout.slice(0, 200)}`)
  return JSON.parse(stdout)
}
