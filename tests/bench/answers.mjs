// Whether two checkouts answer the same, bit for bit: what a change of structure must show.
//
//   node tests/bench/answers.mjs OTHER [WHAT,…]      OTHER: another checkout of martello, built
//   node tests/bench/answers.mjs --of CHECKOUT [WHAT,…]    one digest a line, of one checkout alone
//
// Both build their bundles from the same inputs and answer the same requests through `recommend`, `similar`, `search`,
// `features` and `eval`. What: films (the demo's catalogue), matrix (every kind of source, an imported tower, trees, rules),
// movielens (log and catalogue), toys (log and catalogue), tower (toys' imported tower over its embeddings). Times and the
// bundle's length are left out. Exit code 1 where something differs.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const HERE = fileURLToPath(new URL('../..', import.meta.url))
const ALL = ['films', 'matrix', 'movielens', 'toys', 'tower']
const REQUESTS = 60

const alone = process.argv[2] === '--of'
const checkout = resolve(process.argv[alone ? 3 : 2] ?? '')
const wanted = process.argv[alone ? 4 : 3]?.split(',') ?? ALL
if (alone) await answers(checkout)
else compare()

function compare() {
  const [ours, theirs] = [HERE, checkout].map((root) => {
    const { status, stdout } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), '--of', root, wanted.join()],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 26 },
    )
    if (status !== 0) process.exit(1)
    return new Map(stdout.split('\n').filter((line) => line.includes('\t')).map((line) => line.split('\t'))) // prettier-ignore
  })
  let differ = 0
  for (const [what, digest] of ours) {
    const same = theirs.get(what) === digest
    if (!same) differ++
    console.log(`${same ? 'same  ' : 'DIFFER'}  ${what}`)
  }
  console.log(`${ours.size - differ} of ${ours.size} the same`)
  process.exitCode = differ > 0 || ours.size !== theirs.size ? 1 : 0
}

async function answers(root) {
  process.chdir(root) // the demo's paths are relative
  const at = (path) => pathToFileURL(join(root, path)).href
  const { Recommender } = await import(at('dist/node.js'))
  const folder = mkdtempSync(join(tmpdir(), 'martello-answers-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const data = process.env.MARTELLO_DATA ?? join(HERE, '../shared/data')

  const say = (what, answer) => {
    const text = JSON.stringify(answer, (key, value) =>
      ['ms', 'p50_ms', 'p99_ms', 'bundle_bytes'].includes(key)
        ? undefined
        : value instanceof Float32Array
          ? createHash('sha256')
              .update(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
              .digest('hex')
          : value,
    )
    if (process.env.ANSWERS) writeFileSync(join(process.env.ANSWERS, what.replaceAll(' ', '-')), text)
    process.stdout.write(`${what}\t${createHash('sha256').update(text).digest('hex')}\n`)
  }
  const martello = (...args) =>
    JSON.parse(
      execFileSync(process.execPath, [join(root, 'dist/cli.js'), ...args, '--json'], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    )
  const built = (name, ...args) => {
    martello('build', '-o', join(folder, `${name}.martello`), ...args)
    return join(folder, `${name}.martello`)
  }

  /** Asks one bundle everything that a request can say; histories are drawn from its own items, with events and times. */
  async function ask(name, path, { request = {}, texts = [] } = {}) {
    const rec = await Recommender.open(path)
    let state = 7
    const below = (n) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % n
    const histories = Array.from({ length: REQUESTS }, (_, i) =>
      Array.from({ length: [0, 1, 3, 12, 60][i % 5] }, (_, e) => {
        const id = rec.id(Math.floor((below(rec.items) * (1 + below(100))) / 100))
        return i % 2 === 0 ? id : { id, event: e % 7 === 3 ? 'dislike' : 'like', at: 1_500_000_000 + 3600 * e }
      }),
    )
    const now = 1_600_000_000
    const of = (more) => histories.map((history) => rec.recommend({ history, now, ...request, ...more }))
    say(`${name} recommend`, of({}))
    say(`${name} recommend explained`, of({ explain: true, k: 50 }))
    say(`${name} recommend diverse`, of({ diversity: 0.4, k: 30 }))
    say(`${name} recommend without filters' items`, of({ exclude: [rec.id(0), rec.id(3)], k: 10 }))
    for (const source of rec.sources) {
      const weights = Object.fromEntries(rec.sources.map((other) => [other, Number(other === source)]))
      say(`${name} recommend by ${source}`, of({ weights, explain: true }))
    }
    say(
      `${name} similar`,
      histories.map((_, i) => rec.similar(rec.id((i * 37) % rec.items), { explain: true, now })),
    )
    if (texts.length > 0)
      say(
        `${name} search`,
        texts.map((text) => rec.search(text, { explain: true })),
      )
    try {
      say(
        `${name} features`,
        histories.slice(0, 10).map((history) => rec.features({ history, now, ...request })),
      )
    } catch (error) {
      say(`${name} features`, error.message)
    }
    rec.close()
  }

  const texts = ['space', 'the matr', 'drama war', 'lovee', 'action 1999', 'zzz', 'red thing', 'comedy romance']
  const has = (name) => {
    const here = existsSync(join(data, name))
    if (!here) process.stderr.write(`answers: no ${join(data, name)} here (set MARTELLO_DATA): skipped\n`)
    return here
  }
  for (const what of wanted) {
    process.stderr.write(`${root}: ${what}\n`)
    if (what === 'films') {
      const { filmJob } = await import(at('demo/bundles.mjs'))
      await ask(what, (await (await filmJob()).build()).path, { texts })
    } else if (what === 'matrix') {
      const { makeBundle } = await import(at('tests/matrix/bundle.mjs'))
      writeFileSync(join(folder, 'matrix.martello'), await makeBundle(folder))
      await ask(what, join(folder, 'matrix.martello'), { texts, request: { context: { hour: 20 } } })
    } else if (what === 'movielens' && has('movielens-small')) {
      const [ratings, movies] = ['ratings', 'movies'].map((file) => join(data, 'movielens-small', `${file}.csv`))
      const path = built(what, '--interactions', ratings, '--items', movies, '--until', '1400000000')
      await ask(what, path, { texts })
      say(`${what} eval`, martello('eval', path, '--history', ratings, '--holdout', ratings, '--sources'))
    } else if (what === 'toys' && has('toys')) {
      const [train, test, items] = ['train', 'test', 'items'].map((file) => join(data, 'toys', `${file}.csv.gz`))
      const path = built(what, '--interactions', train, '--items', items)
      await ask(what, path)
      say(`${what} eval`, martello('eval', path, '--history', train, '--holdout', test))
    } else if (what === 'tower' && has('towers')) {
      const [table, model] = ['embeddings/toys_items.npy', 'towers/toys_tower.onnx'].map((file) => join(data, file))
      const ids = join(folder, 'ids.txt')
      writeFileSync(ids, Array.from({ length: 11924 }, (_, i) => `${i + 1}\n`).join(''))
      const path = built(what, '--embeddings', table, '--ids', ids, '--user-tower', model)
      await ask(what, path)
      const [train, test] = ['train', 'test'].map((file) => join(data, 'toys', `${file}.csv.gz`))
      say(`${what} eval`, martello('eval', path, '--history', train, '--holdout', test, '--k', '10'))
    }
  }
}
