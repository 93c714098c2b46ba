// The next day: what a rebuild with `--previous` takes, is worth, and how large the patch is, beside a fresh build.
//
//   node tests/bench/days.mjs [DATA...]   movielens-small, toys, gowalla, embeddings (default: all but gowalla, which takes minutes)
//
// A day: of the catalogue 1 % of the items change, 1 % are new, without any event before, and .5 % gone; the log has 2 % more events, the
// newest where it has times, and those of the new items. The catalogue alone, and both together (`events`). It says what may be
// recommended (config "allow"). Quality: of movielens-small each person's last fifth is asked for, of
// the others the published test part; NDCG@10 of the rebuilt bundle as a share of the fresh one's. Processor time of the builds.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeNpy } from '../../build/web/read/index.js'
import { data, firstShare, folder, linesOf, martello } from './protocol.mjs'
import { aroundCentres, normals, uniforms } from './workload.mjs'
import { Verdict } from './verdict.mjs'

const NAMES = ['movielens-small', 'toys', 'gowalla', 'embeddings']
const wanted = process.argv.length > 2 ? process.argv.slice(2) : NAMES.filter((name) => name !== 'gowalla')
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

async function ofLog(name) {
  const draw = uniforms(7)
  const own = join(data, name)
  const films = name === 'movielens-small' && firstShare(join(own, 'ratings.csv'), 0.8)
  const test = films ? films.rest : join(own, 'test.csv.gz')
  const path = join(own, films ? 'movies.csv' : 'items.csv.gz')
  const items = existsSync(path) ? catalogues(path, draw) : null
  const { yesterday, today } = logs(films ? films.first : join(own, 'train.csv.gz'), draw, items?.fresh ?? new Set())
  writeFileSync(at('config.json'), '{"allow": "catalogue"}')
  const about = (day) => (items ? ['--items', items[day], '--config', at('config.json')] : [])
  const inputs = (log, day) => ['--interactions', log, ...about(day)]
  await martello('build', '-o', at('old.martello'), ...inputs(yesterday, 'yesterday'), '--quiet')
  const asked = (log) => ['--history', log, '--holdout', test, '--k', '10']
  if (items) await compared(name, 'catalogue', inputs(yesterday, 'today'), 2, asked(yesterday))
  await compared(name, 'events', inputs(today, 'today'), 3, asked(today))
}

/** 100,000 vectors of 64 numbers around 200 centres. */
async function ofEmbeddings() {
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

for (const name of wanted) await (name === 'embeddings' ? ofEmbeddings() : ofLog(name))
verdict.print()
