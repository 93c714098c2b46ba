/**
 * make demo: from a catalogue of films to recommendations with reasons, in this process.
 *
 * Films come from vega-datasets (a development dependency). MovieLens follows where MOVIELENS names a folder with
 * ratings.csv and movies.csv, or where ../shared/data/movielens-small is one.
 */
import { existsSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import { Recommender } from 'martello'
import { filmJob, movielensJob, ROOT } from './bundles.mjs'

const K = 8
/** How many requests are timed. */
const TIMED = 1000
const FILM_TASTES = [
  ['The Matrix', 'Blade Runner', 'Alien'],
  ['Notting Hill', 'Love Actually', 'Pretty Woman'],
  ['Toy Story', 'Finding Nemo', 'The Lion King'],
]
const MOVIELENS_TASTES = [
  ['The Matrix (1999)', 'Blade Runner (1982)', 'Alien (1979)'],
  ['Notting Hill (1999)', 'Love Actually (2003)', 'Pretty Woman (1990)'],
  ['Toy Story (1995)', 'Finding Nemo (2003)', 'The Lion King (1994)'],
]

const say = (line = '') => process.stdout.write(`${line}\n`)
const count = (n) => n.toLocaleString('en')
const size = (bytes) => (bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(2)} MB`)

/** What was built, the tastes with what they bring, and how long that takes. */
async function show(job, tastes) {
  say(`  $ ${job.command}`)
  const { path, record } = await job.build()
  say(`  bundle    ${size(record.bytes)} for ${count(record.items)} films, built in ${record.seconds.toFixed(1)} s`)
  say(`  sources   ${record.sources.map((source) => source.name).join(', ')}`)
  if (record.quality !== null) {
    const { recall, ndcg, k, people } = record.quality
    say(
      `  quality   recall@${k} ${recall.toFixed(3)}, NDCG@${k} ${ndcg.toFixed(3)} on events held out from ${count(people)} people`,
    )
  }
  const rec = await Recommender.open(path)
  const histories = tastes.map((titles) => titles.map((title) => idOf(rec, title)))
  for (const history of histories) {
    const { items } = rec.recommend({ history, k: K, explain: true })
    const rows = items.map((item) => [nameOf(item.attributes), reason(rec, item)])
    const width = Math.max(...rows.map(([name]) => name.length))
    say()
    say(`  Someone who liked ${list(history.map((id) => titleOf(rec, id)))}`)
    rows.forEach(([name, why], i) => say(`  ${String(i + 1).padStart(3)}  ${name.padEnd(width)}  ${why}`))
  }
  say()
  say(
    `  A request takes ${medianTime(rec, histories).toFixed(2)} ms (median of ${TIMED}), in this process, with no server.`,
  )
  rec.close()
}

function reason(rec, item) {
  return item.because.length > 0
    ? `… because you liked ${titleOf(rec, item.because[0])}`
    : '… because many people like it'
}

/** The best known item of that title: numbers rise as popularity falls. */
function idOf(rec, title) {
  for (let n = 0; n < rec.items; n++) if (tidy(rec.attributes(n).title ?? '') === title) return rec.id(n)
  throw new Error(`demo: the catalogue has no film "${title}"`)
}

const titleOf = (rec, id) => tidy(rec.attributes(rec.number(id)).title)
const nameOf = ({ title, year }) => (year === undefined ? tidy(title) : `${tidy(title)} (${year})`)
/** MovieLens writes "Matrix, The (1999)" and "Seven (a.k.a. Se7en) (1995)". */
const tidy = (title) => title.replace(/ \(.*\)(?= \(\d{4}\)$)/, '').replace(/^(.*), (The|A|An)(?= \(\d{4}\)$)/, '$2 $1')
const list = (names) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

function medianTime(rec, histories) {
  const ask = (i) => rec.recommend({ history: histories[i % histories.length], k: K, explain: true })
  for (let i = 0; i < TIMED / 4; i++) ask(i) // until the engine has compiled it
  const times = Float64Array.from({ length: TIMED }, (_, i) => {
    const before = performance.now()
    ask(i)
    return performance.now() - before
  }).sort()
  return times[TIMED >> 1]
}

function movielens() {
  const given = process.env.MOVIELENS
  const folder = given ? resolve(given) : resolve(ROOT, '../shared/data/movielens-small')
  if (['ratings.csv', 'movies.csv'].every((file) => existsSync(`${folder}/${file}`))) {
    const near = relative(ROOT, folder)
    return isAbsolute(near) ? folder : near
  }
  if (!given) return null
  console.error(`demo: MOVIELENS=${given}: expected a folder with ratings.csv and movies.csv`)
  process.exit(1)
}

const folder = movielens()
say("Films: titles, genres, directors and votes, but nobody's history (vega-datasets' movies.json)")
const films = await filmJob()
const { titles, letters, years, figures, dropped } = films.changed
say(`  mended    ${titles} titles that were numbers, ${letters} with misread accents, ${years} years a century late`)
say(`  left out  ${dropped} film without a title, ${figures} IMDb figures that namesakes share`)
await show(films, FILM_TASTES)
if (folder !== null) {
  say()
  say(`MovieLens: ratings of ${folder}`)
  await show(movielensJob(folder), MOVIELENS_TASTES)
}
