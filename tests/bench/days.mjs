// The next day: what a rebuild with `--previous` takes, is worth, and how large the patch is, beside a fresh build.
//
//   node tests/bench/days.mjs [DATA...]             movielens-small, toys, gowalla, embeddings, shop (default: all but gowalla, which takes minutes)
//   node tests/bench/days.mjs --refresh [DATA...]   without rebuilds: only what `--refresh attributes` takes, beside yesterday's build
//
// A day: of the catalogue 1 % of the items change, 1 % are new, without any event before, and .5 % gone; the log has 2 % more events, the
// newest where it has times, and those of the new items. The catalogue alone, and both together (`events`). It says what may be
// recommended (config "allow"). Quality: of movielens-small each person's last fifth is asked for, of
// the others the published test part; NDCG@10 of the rebuilt bundle as a share of the fresh one's, and of the refreshed one as a share of
// yesterday's. Processor time of the builds. The shop has 100,000 items in 200 categories, and a log of 300,000 events.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeNpy } from '../../build/web/read/index.js'
import { data, firstShare, folder, linesOf, martello } from './protocol.mjs'
import { aroundCentres, normals, uniforms } from './workload.mjs'
import { Verdict } from './verdict.mjs'

const NAMES = ['movielens-small', 'toys', 'gowalla', 'embeddings', 'shop']
const named = process.argv.slice(2).filter((arg) => arg !== '--refresh')
const alone = named.length < process.argv.length - 2
const wanted = named.length > 0 ? named : NAMES.filter((name) => name !== 'gowalla')
for (const name of wanted)
  if (!NAMES.includes(name)) {
    console.error(`days: found ${name}, expected some of ${NAMES.join(', ')}`)
    process.exit(2)
  }
const verdict = new Verdict()
const at = (name) => join(folder, name)
const written = (name, header, rows) => {
  writeFileSync(at(name), `${[header, ...rows].join('\n')}\n`)
  return at(name)
}

/** A config by which what the catalogue does not name is not recommended, though the log knows it. */
const allowing = () => {
  writeFileSync(at('config.json'), '{"allow": "catalogue"}')
  return at('config.json')
}

/** Today's log, and yesterday's, without the last 2 % by time, or drawn where there is none, and without items that are `fresh`. */
function logs(path, draw, fresh) {
  const { header, rows } = linesOf(path)
  const column = header.split(',').findIndex((one) => /item|movie/i.test(one))
  const time = header.split(',').findIndex((one) => /^timestamp/i.test(one))
  const order = time < 0 ? rows.map(() => draw()) : rows.map((row) => +row.split(',')[time])
  const newest = [...order].sort((a, b) => a - b)[Math.floor(rows.length / 1.02)]
  return { yesterday: written('yesterday.csv', header, rows.filter((row, i) => order[i] < newest && !fresh.has(row.split(',')[column]))), today: written('today.csv', header, rows) } // prettier-ignore
}

/** Yesterday's catalogue, and today's: the last column of 1 % of the items says one thing more. `fresh`: ids of those that are new. */
function catalogues(path, draw) {
  const { header, rows } = linesOf(path)
  const fates = rows.map(() => draw())
  const changed = (row) => `${row}|changed`
  return {
    fresh: new Set(rows.filter((_, i) => fates[i] < 0.01).map((row) => row.slice(0, row.indexOf(',')))),
    yesterday: written(
      'yesterday-items.csv',
      header,
      rows.filter((_, i) => fates[i] >= 0.01),
    ),
    today: written('today-items.csv', header, rows.flatMap((row, i) => (fates[i] > 0.995 ? [] : [fates[i] > 0.985 ? changed(row) : row]))), // prettier-ignore
  }
}

/** A fresh build of the next day and one with `--previous`, each against yesterday's bundle. */
async function compared(name, what, inputs, patch, asked) {
  const old = at('old.martello')
  const bundles = {}
  for (const [kind, more] of Object.entries({ fresh: [], rebuilt: ['--previous', old] })) {
    const path = at(`${kind}.martello`)
    const { cpu, bytes } = await martello('build', '-o', path, ...inputs, ...more, '--quiet')
    const { share } = await martello('diff', old, path, '-o', at('patch'))
    const ndcg = asked && (await martello('eval', path, ...asked)).ndcg
    bundles[kind] = { cpu, bytes, share, ndcg }
    console.log(`${name}, ${what}, ${kind}: ${bytes} bytes, ${cpu.toFixed(1)} s of processor time, patch ${(100 * share).toFixed(1)} %${ndcg ? `, ndcg@10 ${ndcg.toFixed(4)}` : ''}`) // prettier-ignore
  }
  const { fresh, rebuilt } = bundles
  verdict.most(`patch, ${what}`, name, 100 * rebuilt.share, patch, '%', 1, `a fresh build's ${(100 * fresh.share).toFixed(1)} %`) // prettier-ignore
  verdict.most(`processor time, ${what}`, name, rebuilt.cpu / fresh.cpu, 0.35, "of a fresh build's")
  if (asked) verdict.least(`ndcg@10, ${what}`, name, rebuilt.ndcg / fresh.ndcg, 0.99, 3, "of a fresh build's")
}

/** Yesterday's bundle with today's catalogue alone, beside yesterday's build. */
async function refreshed(name, items, built, asked) {
  const [old, path] = [at('old.martello'), at('refreshed.martello')]
  const { cpu, wall, bytes } = await martello('build', '-o', path, '--previous', old, '--items', items, '--refresh', 'attributes', '--quiet') // prettier-ignore
  const { share } = await martello('diff', old, path, '-o', at('patch'))
  console.log(`${name}, refresh: ${bytes} bytes, ${cpu.toFixed(1)} s of processor time (yesterday's build ${built.cpu.toFixed(1)}), ${wall.toFixed(1)} s, patch ${(100 * share).toFixed(2)} %`) // prettier-ignore
  verdict.most('patch, refresh', name, 100 * share, 2, '%')
  verdict.most('processor time, refresh', name, cpu / built.cpu, 0.1, "of a fresh build's", 3)
  if (asked === null) return
  const [then, now] = [await martello('eval', old, ...asked), await martello('eval', path, ...asked)]
  verdict.least('ndcg@10, refresh', name, now.ndcg / then.ndcg, 0.99, 3, `of yesterday's ${then.ndcg.toFixed(4)}`)
}

async function ofLog(name) {
  const draw = uniforms(7)
  const own = join(data, name)
  const films = name === 'movielens-small' && firstShare(join(own, 'ratings.csv'), 0.8)
  const test = films ? films.rest : join(own, 'test.csv.gz')
  const path = join(own, films ? 'movies.csv' : 'items.csv.gz')
  const items = existsSync(path) ? catalogues(path, draw) : null
  const { yesterday, today } = logs(films ? films.first : join(own, 'train.csv.gz'), draw, items?.fresh ?? new Set())
  const about = (day) => (items ? ['--items', items[day], '--config', allowing()] : [])
  const inputs = (log, day) => ['--interactions', log, ...about(day)]
  const built = await martello('build', '-o', at('old.martello'), ...inputs(yesterday, 'yesterday'), '--quiet')
  const asked = (log) => ['--history', log, '--holdout', test, '--k', '10']
  if (items) await refreshed(name, items.today, built, asked(yesterday))
  if (alone) return
  if (items) await compared(name, 'catalogue', inputs(yesterday, 'today'), 2, asked(yesterday))
  await compared(name, 'events', inputs(today, 'today'), 3, asked(today))
}

/** 100,000 vectors of 64 numbers around 200 centres. */
async function ofEmbeddings() {
  if (alone) return
  const [count, dim] = [100_000, 64]
  const draw = uniforms(7)
  const normal = normals(draw)
  const row = aroundCentres(draw, dim, 200)
  const rows = Array.from({ length: count }, (_, i) => ({ id: `item-${i}`, vector: row() }))
  const files = async (name, some) => {
    const all = new Float32Array(some.length * dim)
    some.forEach(({ vector }, i) => all.set(vector, i * dim))
    await writeNpy(at(`${name}.npy`), [some.length, dim], all)
    writeFileSync(at(`${name}.txt`), some.map(({ id }) => `${id}\n`).join(''))
    return ['--embeddings', at(`${name}.npy`), '--ids', at(`${name}.txt`)]
  }
  await martello('build', '-o', at('old.martello'), ...(await files('yesterday', rows)), '--quiet')
  const today = rows.flatMap((one) => {
    const fate = draw()
    return fate < 0.005 ? [] : [fate < 0.015 ? { ...one, vector: one.vector.map((x) => x + 0.5 * normal()) } : one]
  })
  for (let i = 0; i < count / 100; i++) today.push({ id: `new-${i}`, vector: row() })
  await compared('embeddings', 'catalogue', await files('today', today), 2, null)
}

/** A catalogue of 100,000 items, and people who keep to a few of its categories. */
async function ofShop() {
  const [count, categories, people, each] = [100_000, 200, 30_000, 10]
  const draw = uniforms(7)
  const below = (n) => Math.floor(n * draw())
  const words = Array.from({ length: 3000 }, () => Array.from({ length: 4 + below(5) }, () => String.fromCharCode(97 + below(26))).join('')) // prettier-ignore
  const word = () => words[Math.floor(words.length * draw() ** 2)]
  const row = (i) => [`item-${i}`, `${word()} ${word()} ${word()}`, `category ${i % categories}`, `brand ${below(2000)}`, (5 + below(20_000) / 100).toFixed(2), below(10) > 0].join() // prettier-ignore
  const header = 'item_id,title,category,brand,price,stock'
  const rows = Array.from({ length: count }, (_, i) => row(i))
  const cheaper = (line) => line.replace(/[\d.]+,(true|false)$/, (_, stock) => `${below(100)},${stock}`)
  const today = rows.flatMap((line) => {
    const fate = draw()
    return fate < 0.005 ? [] : [fate < 0.015 ? cheaper(line) : line]
  })
  for (let i = 0; i < count / 100; i++) today.push(row(count + i))
  const events = []
  for (let user = 0; user < people; user++) {
    const own = [below(categories), below(categories)]
    for (let e = 0; e < each; e++)
      events.push(`u${user},item-${categories * Math.floor((count / categories) * draw() ** 3) + own[below(2)]},${1.6e9 + 86_400 * e + below(86_400)}`) // prettier-ignore
  }
  const log = written('shop-log.csv', 'user_id,item_id,timestamp', events)
  const items = ['yesterday', 'today'].map((day, at) => written(`shop-${day}.csv`, header, [rows, today][at]))
  const inputs = (day) => ['--interactions', log, '--items', items[day], '--config', allowing()]
  const built = await martello('build', '-o', at('old.martello'), ...inputs(0), '--quiet')
  await refreshed('shop', items[1], built, null)
  if (!alone) await compared('shop', 'catalogue', inputs(1), 2, null)
}

for (const name of wanted) await (name === 'embeddings' ? ofEmbeddings() : name === 'shop' ? ofShop() : ofLog(name))
verdict.print()
