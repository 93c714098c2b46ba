// A ranker, from a log to a bundle, and what it is worth: MovieLens films, through the command line as a person would.
//
//   node tests/bench/ranker.mjs [persons|moment]
//
//   ROWS=lambdamart,din   some of what is measured alone: xgboost, which Python trains, and those that the build trains (default: all)
//   SEEDS=1,2,3           seeds of what the build trains; the mean and the spread of several (default: 1)
//   MINUTES=300           that training may take (default: 30)
//
// persons: each person's first 60 % of events build the bundle, the next 20 % become training rows, the last 20 % are
// asked for. moment: the same by two moments for everybody; most people asked then are new to the bundle.
// Three bundles' worth of log never mix: the bundle that gives the rows knows nothing of them, and it is this bundle that
// the ranker goes into. Rows are split once more, by people, to stop training in time. The trainer is XGBoost for Python,
// where there is one; the rest is martello. Then what the build trains: its trees on these very rows beside XGBoost's rank:ndcg,
// one thread each; and each ranker in the build, kept if it is better at all, from the first two parts of the log alone, against their merge.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTable, scanTable, writeNpy } from '../../build/web/read/index.js'
import { Boost, BOOST } from '../../build/web/build/fit/boost.js'
import { Learn } from '../../build/web/learn/learn.js'
import { Recommender } from '../../dist/node.js'
import { Verdict } from './verdict.mjs'

const CLI = new URL('../../dist/cli.js', import.meta.url).pathname
const data = join(
  process.env.MARTELLO_DATA ?? new URL('../../../shared/data', import.meta.url).pathname,
  'movielens-small',
)
const python = [process.env.PYTHON, 'python3', '/usr/bin/python3'].find(
  (name) => name && spawnSync(name, ['-c', 'import xgboost, numpy']).status === 0,
)
if (!existsSync(data)) {
  console.log(`ranker: no ${data} (set MARTELLO_DATA) here, nothing to measure`)
  process.exit(0)
}
/** By name: what its NDCG is to be at least, as a share of the merge's; one that was left out is no better than that. */
const ABOVE = 1.0001
const RANKERS = { xgboost: ABOVE, lambdamart: 1.1, logistic: ABOVE, fm: ABOVE, deepfm: ABOVE, din: ABOVE }
const named = (process.env.ROWS ?? Object.keys(RANKERS).join()).split(',')
for (const name of named)
  if (!(name in RANKERS)) {
    console.error(`ranker: found ${name}, expected some of ${Object.keys(RANKERS).join(', ')}`)
    process.exit(2)
  }
const byPython = named.includes('xgboost') && python !== undefined
if (named.includes('xgboost') && !byPython) console.log('no python3 with xgboost (set PYTHON) here: it is left out')
const wanted = named.filter((name) => name !== 'xgboost')
const seeds = (process.env.SEEDS ?? '1').split(',')
const minutes = Number(process.env.MINUTES ?? 30)
const verdict = new Verdict()
const K = 10
const folder = mkdtempSync(join(tmpdir(), 'martello-ranker-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const at = (name) => join(folder, name)
const martello = (...args) =>
  JSON.parse(
    execFileSync(process.execPath, [CLI, ...args.map(String), '--json'], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )

// -- the log in three, the catalogue with the year that a title ends in ------------------------------------------------

async function records(path, names) {
  const table = await readTable(path)
  return Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(names.map((name) => [name, table.columns[table.names.indexOf(name)][row]])),
  )
}

const quoted = (value) => `"${String(value).replaceAll('"', '""')}"`
const csv = (name, names, rows) => {
  writeFileSync(
    at(name),
    `${names.join(',')}\n${rows.map((row) => `${names.map((n) => quoted(row[n])).join(',')}\n`).join('')}`,
  )
  return at(name)
}

const EVENT = ['userId', 'movieId', 'rating', 'timestamp']
const events = (await records(join(data, 'ratings.csv'), EVENT)).sort((a, b) => a.timestamp - b.timestamp)
const films = await records(join(data, 'movies.csv'), ['movieId', 'title', 'genres'])
const items = csv(
  'items.csv',
  ['movieId', 'title', 'genres', 'year'],
  films.map((film) => ({ ...film, year: /\((\d{4})\)\s*$/.exec(film.title)?.[1] ?? '' })),
)

function byPersons() {
  const seen = new Map()
  const total = new Map()
  for (const { userId } of events) total.set(userId, (total.get(userId) ?? 0) + 1)
  const parts = [[], [], []]
  for (const event of events) {
    const place = seen.get(event.userId) ?? 0
    seen.set(event.userId, place + 1)
    const share = place / total.get(event.userId)
    parts[share < 0.6 ? 0 : share < 0.8 ? 1 : 2].push(event)
  }
  return parts
}

/** Of people who go on after the second moment, the first half of those later events is known when they are asked. */
function byMoment() {
  const [one, two] = [0.6, 0.8].map((share) => events[Math.floor(share * events.length)].timestamp)
  const late = events.filter((event) => event.timestamp >= two)
  const total = new Map()
  for (const { userId } of late) total.set(userId, (total.get(userId) ?? 0) + 1)
  const seen = new Map()
  const asked = late.map((event) => {
    const place = seen.get(event.userId) ?? 0
    seen.set(event.userId, place + 1)
    return place * 2 >= total.get(event.userId)
  })
  return [
    events.filter((event) => event.timestamp < one),
    events.filter((event) => event.timestamp >= one && event.timestamp < two),
    late.filter((_, i) => asked[i]),
    late.filter((_, i) => !asked[i]),
  ]
}

const how = process.argv[2] ?? 'persons'
const [first, middle, last, known = []] = how === 'moment' ? byMoment() : byPersons()
const parts = { first, middle, last }
const files = Object.fromEntries(Object.entries(parts).map(([name, rows]) => [name, csv(`${name}.csv`, EVENT, rows)]))
console.log(`${how}: ${first.length} events build, ${middle.length} train, ${last.length} are asked for`)

// -- build, rows, train, build again -------------------------------------------------------------------------------------

// Whatever was rated is to be found, however it was rated: grading would leave the low ratings out of what is asked for.
writeFileSync(at('config.json'), JSON.stringify({ ratings: false }))
const inputs = ['--interactions', files.first, '--items', items, '--config', at('config.json')]
const rows = at('rows.parquet')

/** Builds the bundle that knows the first part alone, and of it the rows of the second. */
function replayed() {
  martello('build', '-o', at('merge.martello'), ...inputs)
  const parted = ['--history', files.first, '--events', files.middle]
  const figures = martello('features', at('merge.martello'), ...parted, '-o', rows, '--candidates', 60, '--ahead', 10)
  console.log(`${figures.rows} rows of ${figures.features} features, ${figures.moments} moments`)
  return arrays()
}

/** The table as arrays, which Python reads without more libraries than NumPy; every fifth person is held. */
async function arrays() {
  const [group, user, label, chunks] = [[], [], [], []]
  let names
  for await (const batch of scanTable(rows, { select: (found) => (names = found).map((_, i) => i) })) {
    const width = names.length - 5
    const chunk = new Float32Array(batch.rows * width)
    for (let f = 0; f < width; f++) for (let i = 0; i < batch.rows; i++) chunk[i * width + f] = batch.columns[f + 5][i]
    chunks.push(chunk)
    for (let i = 0; i < batch.rows; i++) {
      group.push(batch.columns[0][i])
      user.push(Number(batch.columns[1][i]))
      label.push(batch.columns[3][i])
    }
  }
  const width = names.length - 5
  const all = new Float32Array(group.length * width)
  chunks.reduce((place, chunk) => (all.set(chunk, place), place + chunk.length), 0)
  await writeNpy(at('x.npy'), [group.length, width], all)
  const held = user.map((one) => Number(one % 5 === 0))
  for (const [name, values] of Object.entries({ group, held, label }))
    await writeNpy(at(`${name}.npy`), [values.length], Float32Array.from(values))
  writeFileSync(at('names.json'), JSON.stringify(names.slice(5)))
  return { x: all, width, group, held, label }
}

const TRAIN = `
import json, time, numpy as np, xgboost as xgb
folder = ${JSON.stringify(folder)} + '/'
x, group, held, label = (np.load(folder + name + '.npy') for name in ('x', 'group', 'held', 'label'))
names = json.load(open(folder + 'names.json'))
held = held > 0
def matrix(rows):
    of = xgb.DMatrix(x[rows], label[rows], feature_names=names)
    of.set_group(np.unique(group[rows], return_counts=True)[1])
    return of
plan = {'objective': 'rank:pairwise', 'eta': 0.1, 'max_depth': 5, 'min_child_weight': 20, 'subsample': 0.7, 'colsample_bytree': 0.7,
        'lambda': 5, 'tree_method': 'hist', 'nthread': 2, 'seed': 1, 'eval_metric': 'ndcg@10'}
model = xgb.train(plan, matrix(~held), 300, evals=[(matrix(held), 'held')], early_stopping_rounds=20, verbose_eval=False)
model = model[:model.best_iteration + 1]
model.save_model(folder + 'model.json')
gain = model.get_score(importance_type='total_gain')
print(len(model.get_dump()), 'trees; most telling:', ', '.join(sorted(gain, key=gain.get, reverse=True)[:10]))
start = time.process_time()
plan |= {'objective': 'rank:ndcg', 'min_child_weight': 1, 'nthread': 1}
model = xgb.train(plan, matrix(~held), 400, evals=[(matrix(held), 'held')], early_stopping_rounds=50, verbose_eval=False)
took = time.process_time() - start
print(f"rank:ndcg of XGBoost: ndcg@10 {model.best_score:.4f} of held people's moments, {model.best_iteration + 1} of {model.num_boosted_rounds()} trees, {took:.1f} s CPU")
json.dump(model.best_score, open(folder + 'score.json', 'w'))
`
const table = named.includes('xgboost') || named.includes('lambdamart') ? await replayed() : null
if (byPython) {
  console.log(execFileSync(python, ['-c', TRAIN], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim())
  martello('build', '-o', at('ranked.martello'), ...inputs, '--ranker', at('model.json'))
}

/** Rows of the held people, or of the others. */
function rowsOf({ x, width, group, held, label }, wanted) {
  const rows = held.flatMap((one, row) => (one === wanted ? [row] : []))
  const own = new Float32Array(rows.length * width)
  rows.forEach((row, to) => own.set(x.subarray(row * width, (row + 1) * width), to * width))
  const start = rows.flatMap((row, i) => (i === 0 || group[row] !== group[rows[i - 1]] ? [i] : []))
  const labels = Float32Array.from(rows, (row) => label[row])
  return { x: own, features: width, start: Uint32Array.from([...start, rows.length]), label: labels }
}

/** NDCG of the held people's moments by the build's trees, which learn from the others'. */
async function byTrees() {
  const [learned, held] = [rowsOf(table, 0), rowsOf(table, 1)]
  const learn = await Learn.start()
  const began = process.cpuUsage()
  const boost = Boost.of(learn, learned, new Uint8Array(table.width), BOOST, 1)
  boost.hold(held)
  const best = { ndcg: 0, rounds: 0 }
  let rounds = 0
  while (rounds < 400 && rounds - best.rounds < 50) {
    const ndcg = boost.round()
    rounds++
    if (ndcg > best.ndcg) Object.assign(best, { ndcg, rounds })
  }
  console.log(
    `lambdamart of the build: ndcg@10 ${best.ndcg.toFixed(4)} of held people's moments, ${best.rounds} of ${rounds} trees, ${(process.cpuUsage(began).user / 1e6).toFixed(1)} s CPU`,
  )
  boost.drop()
  return best.ndcg
}
if (wanted.includes('lambdamart')) {
  const found = await byTrees()
  if (byPython) {
    const its = JSON.parse(readFileSync(at('score.json'), 'utf8'))
    verdict.least('ndcg@10 on the same rows', 'lambdamart', found, 0.99 * its, 4, `XGBoost ${its.toFixed(4)}`)
  }
}

// -- trained in the build, from all that is known before what is asked for -----------------------------------------------

const knownFile = csv('known.csv', EVENT, [...first, ...middle])
const whole = ['--interactions', knownFile, '--items', items]
for (const seed of wanted.length > 0 ? seeds : []) {
  martello('build', '-o', at(`fresh-${seed}.martello`), ...whole, '--config', at('config.json'), '--seed', seed)
  for (const ranker of wanted) {
    writeFileSync(
      at('train.json'),
      JSON.stringify({ ratings: false, ranker: { keep: true }, train: { ranker, minutes } }),
    )
    const how = [...whole, '--config', at('train.json'), '--seed', seed]
    const { trainedRanker } = martello('build', '-o', at(`${ranker}-${seed}.martello`), ...how)
    const { moments, rounds, ndcg, above: by, without } = trainedRanker
    console.log(
      `${ranker} in the build, seed ${seed}: ${moments.learned} moments, judged by ${moments.held} people, ${rounds} rounds; ` +
        (ndcg === null
          ? ''
          : `ndcg@10 ${ndcg.ranked.toFixed(4)}, the merge ${ndcg.merged.toFixed(4)}, ${by.map((end) => end.toFixed(4)).join(' to ')} above it`) +
        (without !== null
          ? `: left out, since ${without}`
          : by[0] > 0
            ? ''
            : ': kept for this bench, not surely better'),
    )
  }
}

// -- what they recommend --------------------------------------------------------------------------------------------------

const history = csv('history.csv', EVENT, [...first, ...middle, ...known])
const evaluated = (name) =>
  martello('eval', at(`${name}.martello`), '--holdout', files.last, '--history', history, '--k', K)

/** NDCG of each person, and how popular what was shown is: the mean place in the order of popularity. */
async function each(name) {
  const rec = await Recommender.open(readFileSync(at(`${name}.martello`)))
  const past = new Map()
  for (const event of [...first, ...middle, ...known])
    past.set(event.userId, [...(past.get(event.userId) ?? []), event])
  const wanted = new Map()
  for (const { userId, movieId } of last) wanted.set(userId, (wanted.get(userId) ?? new Set()).add(movieId))
  const places = []
  const values = Array.from(wanted, ([user, held]) => {
    const met = (past.get(user) ?? []).sort((a, b) => a.timestamp - b.timestamp)
    for (const event of met) held.delete(event.movieId)
    const { items: shown } = rec.recommend({
      history: met.map((event) => ({ id: event.movieId, rating: +event.rating, at: +event.timestamp })),
      k: K,
    })
    places.push(...shown.map((item) => rec.number(item.id)))
    const gain = shown.reduce((sum, item, place) => sum + (held.has(item.id) ? 1 / Math.log2(place + 2) : 0), 0)
    const ideal = Array.from({ length: Math.min(K, held.size) }, (_, place) => 1 / Math.log2(place + 2)).reduce(
      (a, b) => a + b,
      0,
    )
    return held.size === 0 ? 0 : gain / ideal
  })
  return { values, place: places.reduce((a, b) => a + b, 0) / places.length }
}

console.log(
  `\n                  recall@${K}   ndcg@${K}    hit rate   coverage   mean place by popularity   p50 ms   (of ${new Set(last.map(({ userId }) => userId)).size} people)`,
)
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const spread = (values) => Math.max(...values) - Math.min(...values)

/** One bundle for each seed: what they recommend, in a line, and NDCG person by person, the mean over seeds. */
async function measured(name, bundles) {
  const found = bundles.map(evaluated)
  const own = []
  for (const bundle of bundles) own.push(await each(bundle))
  const of = (figure, digits = 4) => mean(found.map((one) => one[figure])).toFixed(digits)
  const ndcg = own.map(({ values }) => mean(values))
  console.log(
    `${name.padEnd(16)}  ${of('recall')}      ${of('ndcg')}     ${of('hit_rate')}     ${of('coverage')}     ${mean(
      own.map(({ place }) => place),
    )
      .toFixed(0)
      .padStart(8)}                   ${of('p50_ms', 3)}` +
      (bundles.length > 1 ? `     spread of ndcg ${spread(ndcg).toFixed(4)}` : ''),
  )
  return own[0].values.map((_, person) => mean(own.map(({ values }) => values[person])))
}

/** How far one is above the other, person by person: the mean, and its standard error. */
function sayAbove(name, one, other) {
  const apart = one.map((value, i) => value - other[i])
  const by = mean(apart)
  const error = Math.sqrt(apart.reduce((sum, value) => sum + (value - by) ** 2, 0)) / apart.length
  const beside = `the merge ${mean(other).toFixed(4)}, ${by.toFixed(4)} ± ${error.toFixed(4)} above it`
  verdict.least(`ndcg@${K} of later events`, name, mean(one), RANKERS[name] * mean(other), 4, beside)
}

if (byPython) {
  const merge = await measured('its merge', ['merge'])
  sayAbove('xgboost', await measured('xgboost', ['ranked']), merge)
}
if (wanted.length > 0) {
  const fresh = await measured('merge', seeds.map((seed) => `fresh-${seed}`)) // prettier-ignore
  for (const name of wanted)
    sayAbove(name, await measured(name, seeds.map((seed) => `${name}-${seed}`)), fresh) // prettier-ignore
}
verdict.print()
