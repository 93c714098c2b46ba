// The documents of the repository: their blocks of code, and made-up data under the names that their commands use.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after } from 'node:test'
import { built, cliIn, csv, file, gaussians, npy, path, random } from './shop.mjs'
import { node, onnxBytes } from './onnx.mjs'
import { parquet } from './parquet.mjs'
import { smallSite, writePages } from './site.mjs'
import { digestOf, FORMAT, noisy } from '../../../build/web/reports/noise.js'

export const root = new URL('../../..', import.meta.url).pathname
const ELSEWHERE = ['node_modules', 'build', 'dist', '.git', '.ci']

/** Every document, by its path in the repository. */
export const DOCUMENTS = readdirSync(root)
  .filter((name) => !ELSEWHERE.includes(name))
  .flatMap((name) => (name.endsWith('.md') ? [name] : name.includes('.') || !isFolder(name) ? [] : markdownIn(name)))
  .sort()

function isFolder(name) {
  return readdirSync(root, { withFileTypes: true }).some((entry) => entry.name === name && entry.isDirectory())
}
function markdownIn(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
}

/** Those whose scripts are of a page. */
export const IN_A_PAGE = ['web/page/README.md', 'web/reports/README.md']

export const textOf = (document) => readFileSync(join(root, document), 'utf8')

/** The blocks of a document: ```js sw.js is { language: 'js', name: 'sw.js', code, line }. */
export function blocksOf(document) {
  const text = textOf(document)
  return [...text.matchAll(/^```(\S*)(?: (\S+))?\n(.*?)^```$/gms)].map(({ 1: language, 2: name, 3: code, index }) => ({
    document,
    language,
    name,
    code,
    line: text.slice(0, index).split('\n').length,
  }))
}

// -- data ----------------------------------------------------------------------------------------------------------------

const ITEMS = 200
const WIDTH = 32
const LENGTH = 10

/** Films in MovieLens' form, its ids 318 and 527 among them, and people who watch one third of them each. */
function films() {
  const draw = random(9)
  const ids = Array.from({ length: 90 }, (_, i) => [318, 527][i] ?? i + 1)
  const movies = ids.map((movieId, i) => ({
    movieId,
    title: `Film ${movieId}`,
    genres: ['Drama', 'Comedy|Drama', 'Horror'][i % 3],
    year: 1980 + (i % 40),
    studio: `studio ${i % 7}`,
    in_stock: i % 10 > 0,
    clicks: (i * 7) % 50,
    impressions: 100,
  }))
  const seen = new Map()
  for (let user = 0; user < 60; user++)
    for (let e = 0; e < 12; e++) {
      const at = draw.below(30) * 3 + (user % 3)
      const rating = 1 + draw.below(5)
      seen.set(`${user} ${at}`, { userId: user, movieId: ids[at], rating, timestamp: 1e9 + 1000 * e })
    }
  return { movies, ratings: [...seen.values()] }
}

/** What an engine may have computed of the films. */
function computed(movies) {
  const pairs = movies.flatMap(({ movieId }, i) => [1, 2, 3].map((n) => [String(movieId), String(movies[(i + 3 * n) % movies.length].movieId), 1 / n])) // prettier-ignore
  const lists = (source) => [
    { name: 'source', data: pairs.map(() => source), type: 'STRING' },
    { name: 'key', data: pairs.map(([key]) => key), type: 'STRING' },
    { name: 'target', data: pairs.map(([, target]) => target), type: 'STRING' },
    { name: 'weight', data: pairs.map(([, , weight]) => weight), type: 'DOUBLE' },
  ]
  const popularity = [
    { name: 'item_id', data: movies.map(({ movieId }) => movieId), type: 'INT32' },
    { name: 'weight', data: movies.map((_, i) => 100 - i), type: 'DOUBLE' },
  ]
  return { neighbours: lists('i2i'), transitions: lists('next'), popularity }
}

/** The mean of a history's vectors, as a tower: padding counts as nothing. */
const meanTower = (vectors) =>
  onnxBytes({
    inputs: { item_ids: ['int', ['batch', LENGTH]] },
    outputs: { user: ['float', ['batch', WIDTH]] },
    nodes: [
      node('Gather', ['item_table', 'item_ids'], ['rows']),
      node('Greater', ['item_ids', 'zero'], ['is_item']),
      node('Cast', ['is_item'], ['counted'], { to: 1 }),
      node('ReduceSum', ['counted', 'axis'], ['n'], { keepdims: 1 }),
      node('ReduceSum', ['rows', 'axis'], ['sum'], { keepdims: 0 }),
      node('Div', ['sum', 'n'], ['user']),
    ],
    constants: {
      item_table: ['float', [ITEMS + 1, WIDTH], Float32Array.from([...new Float32Array(WIDTH), ...vectors])],
      zero: ['int', [], [0]],
      axis: ['int', [1], [1]],
    },
  })

/** What 2,000 people of martello/report told a host. */
async function wishes() {
  const genres = ['Action', 'Comedy', 'Drama', 'Horror', 'Western']
  const clusters = await digestOf(genres, '')
  const wanted = (i) => [2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 3, 3, 4, 4][i % 20]
  const report = (i) => ({ format: FORMAT, version: 1, clusters, count: 5, epsilon: 4, bits: noisy(wanted(i), 5, 4) })
  return Array.from({ length: 2000 }, (_, i) => `${JSON.stringify(report(i))}\n`).join('')
}

let bundle
/** The films as a bundle, built once. */
const filmBundle = ({ movies, ratings }) =>
  (bundle ??= built({ interactions: file('films-log.csv', csv(ratings)), items: file('films.csv', csv(movies)) }))

/** A folder with all that documents take for given: a log, a catalogue, embeddings, a tower, a bundle, the package and `npx`. */
export async function folderFor(document) {
  const name = document.replaceAll(/\W/g, '-')
  const folder = path(name)
  for (const part of ['bin', 'node_modules']) mkdirSync(join(folder, part), { recursive: true })
  for (const [as, target] of [
    ['martello', root],
    ['@types', join(root, 'node_modules/@types')],
  ])
    // prettier-ignore
    symlinkSync(target, join(folder, 'node_modules', as))
  const script = join(folder, 'bin/npx')
  const command = document === 'README.md' ? `exec "${process.execPath}" "${root}/dist/cli.js" "$@"` : await asking()
  writeFileSync(script, `#!/bin/sh\n[ "$1" = martello ] || exit 9\nshift\n${command}\n`)
  chmodSync(script, 0o755)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const write = (file, content) => writeFileSync(join(folder, file), content)
  const { movies, ratings } = films()
  write('movies.csv', csv(movies))
  write('ratings.csv', csv(ratings.filter((_, i) => i % 5 > 0))) // prettier-ignore
  write('later.csv', csv(ratings.filter((_, i) => i % 5 === 0))) // prettier-ignore
  for (const [table, columns] of Object.entries(computed(movies))) write(`${table}.parquet`, parquet(columns))
  write('movies.martello', (await filmBundle({ movies, ratings })).bytes)
  for (const script of readdirSync(join(root, dirname(document))).filter((one) => one.endsWith('.mjs')))
    copyFileSync(join(root, dirname(document), script), join(folder, script))
  const vectors = gaussians(ITEMS, WIDTH, 1)
  await npy(`${name}/articles.npy`, [ITEMS, WIDTH], vectors)
  await npy(`${name}/queries.npy`, [20, WIDTH], gaussians(20, WIDTH, 2))
  const ids = Array.from({ length: ITEMS }, (_, i) => `article-${i}`)
  const named = ({ rating, ...event }) => ({ ...event, event: rating > 4 ? 'buy' : rating > 3 ? 'like' : 'click' })
  write('clicks.csv', csv(ratings.map(named)))
  write('ids.txt', `${ids.join('\n')}\n`)
  const order = ({ userId, movieId }, i) => ({ customer_id: i % 9 === 0 ? 'guest' : userId, product_id: movieId, order_status: i % 7 === 0 ? 'refunded' : 'completed', cancelled_at: i % 11 === 0 ? '2024-01-31' : '', quantity: 1 }) // prettier-ignore
  write('orders.csv', csv(ratings.map(order)))
  write('articles.csv', csv(ids.map((item_id, i) => ({ item_id, title: `Article ${i}`, topic: ['art', 'sport', 'food'][i % 3], published: 1.7e9 + 86400 * i })))) // prettier-ignore
  const reads = Array.from({ length: 400 }, (_, i) => ({ user_id: i % 40, item_id: ids[(i * 7 + (i % 40) + Math.floor(i / 200)) % ITEMS], timestamp: 1.7e9 + i })) // prettier-ignore
  write('reads.csv', csv(reads.slice(0, 300)))
  write('later-reads.csv', csv(reads.slice(300)))
  write('tower.onnx', meanTower(vectors))
  write('reports.jsonl', await wishes())
  const pages = smallSite()
  writePages(join(folder, '_site'), pages)
  const visits = Object.keys(pages).flatMap((path, i, all) => [0, 3, 6].map((n) => ({ user_id: i, item_id: `/${all[(i + n) % all.length]}`, timestamp: 1.7e9 + 60 * i + n }))) // prettier-ignore
  write('visits.csv', csv(visits))
  return folder
}

/**
 * Shell that asks this process to run the command line, for which one other stays (cli of shop.mjs): to start it anew for each of
 * a hundred lines takes longer than most of them do. The README's lines start processes, as its readers do.
 */
async function asking() {
  const socket = path('npx.socket')
  npx ??= createServer(async (request, response) => {
    const [folder, said, ...args] = (await text(request)).split('\0').slice(0, -1)
    const { code, stdout, stderr } = await cliIn(folder, ...args)
    for (const [name, what] of Object.entries({ code, stdout, stderr })) writeFileSync(join(said, name), `${what}`)
    response.end()
  })
  if (!npx.listening) await new Promise((ready) => npx.listen(socket, ready))
  return `said=$(mktemp -d -p "${path('')}")
printf '%s\\0' "$PWD" "$said" "$@" | curl -sSf --unix-socket "${socket}" --data-binary @- http://npx/
cat "$said/stderr" >&2
cat "$said/stdout"
exit "$(cat "$said/code")"`
}
let npx
after(() => npx?.close())

// -- running -------------------------------------------------------------------------------------------------------------

/** Runs a shell's lines in the folder, `npx martello` being this checkout's; what they start in the background ends too. */
export function shell(folder, script) {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      detached: true,
      env: { ...process.env, PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
    child.on('error', reject)
    child.on('exit', (code) => {
      try {
        process.kill(-child.pid)
      } catch {
        // nothing was left
      }
      if (code === 0) resolve(stdout)
      else reject(new Error(`exit ${code} of\n${script}\n${stdout}${stderr}`))
    })
  })
}

const PYTHONS = process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3']

/** A Python that has what the code imports, or undefined. */
export function pythonFor(code) {
  const modules = [...code.matchAll(/^(?:import|from) ([a-z_]\w*)/gm)].map((match) => match[1])
  const script = modules.map((module) => `import ${module}`).join('\n')
  return PYTHONS.find((name) => spawnSync(name, ['-c', script]).status === 0)
}

/** Runs a file of Python in the folder, on one core: several threads for little work only wait for each other. */
export const python = (command, folder, file) =>
  execFileSync(command, [file], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
