// Items that nobody met: `twotower`, whose items are told by their content, beside the sources that know content alone.
//
//   node tests/bench/hidden.mjs [LOG...]   movielens-small, toys (default: both)
//   SEEDS=1,2,3                            seeds of what is hidden and of the build; the mean and the spread of several (default: 1)
//
// Of the items that somebody met 5 % are hidden: none of their events is in the log that a bundle is built of and people are asked
// with, while the catalogue (--items) holds them as it does all others. People are asked for the hidden items that they met, which
// have to come back among all items of the catalogue; each source alone, as it is in the bundle.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTable } from '../../build/web/read/index.js'
import { data, folder, martello } from './protocol.mjs'
import { Verdict } from './verdict.mjs'

const K = 50
const HIDDEN = 0.05
const RIVALS = ['content', 'attributes']
const LOGS = {
  // whatever was rated is to be found, however it was rated
  'movielens-small': { log: 'ratings.csv', items: 'movies.csv', config: { ratings: false } },
  toys: { log: 'train.csv.gz', items: 'items.csv.gz', config: {} },
}
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LOGS)
const seeds = (process.env.SEEDS ?? '1').split(',').map(Number)
for (const name of wanted)
  if (!(name in LOGS)) {
    console.error(`hidden: found ${name}, expected some of ${Object.keys(LOGS).join(', ')}`)
    process.exit(2)
  }

/** Fractions from 0 to 1, the same for a seed (mulberry32). */
function fractions(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The log in two files: without the events of the items that are hidden, and these. */
async function hide(path, seed) {
  const { names, columns, rows } = await readTable(path)
  const [user, item, time] = [/^user/i, /^(item|movie)/i, /^timestamp/i].map((name) => columns[names.findIndex((one) => name.test(one))]) // prettier-ignore
  const draw = fractions(seed)
  const isHidden = new Map(Array.from(new Set(item), (one) => [one, draw() < HIDDEN]))
  const files = { seen: ['user_id,item_id,timestamp'], hidden: ['user_id,item_id,timestamp'] }
  for (let row = 0; row < rows; row++)
    files[isHidden.get(item[row]) ? 'hidden' : 'seen'].push(`${user[row]},${item[row]},${time[row]}`)
  const written = (name) => {
    writeFileSync(join(folder, `${name}.csv`), `${files[name].join('\n')}\n`)
    return join(folder, `${name}.csv`)
  }
  return { seen: written('seen'), hidden: written('hidden'), items: [...isHidden.values()].filter(Boolean).length }
}

async function one({ log, items, config }, name, seed) {
  const parts = await hide(join(data, name, log), seed)
  const [bundle, file] = ['hidden.martello', 'hidden.json'].map((name) => join(folder, name))
  const kept = Object.fromEntries(['tower', ...RIVALS].map((source) => [source, true]))
  const train = { tower: 'twotower', minutes: 40 }
  writeFileSync(file, JSON.stringify({ ...config, train, sources: kept }))
  const how = ['--interactions', parts.seen, '--items', join(data, name, items), '--config', file, '--seed', seed]
  await martello('build', '-o', bundle, ...how)
  const figures = await martello(
    ...['eval', bundle, '--holdout', parts.hidden, '--history', parts.seen, '--k', K, '--sources'],
  )
  const of = (source) => figures.sources.each.find((each) => each.name === source)?.recall ?? NaN
  return { items: parts.items, people: figures.users, together: figures.recall, of }
}

const verdict = new Verdict()
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const shown = (values) =>
  `${mean(values).toFixed(4)}${values.length > 1 ? ` (spread ${(Math.max(...values) - Math.min(...values)).toFixed(4)})` : ''}`
for (const name of wanted.filter((one) => existsSync(join(data, one)))) {
  const made = []
  for (const seed of seeds) made.push(await one(LOGS[name], name, seed))
  const found = Object.fromEntries(['tower', ...RIVALS].map((source) => [source, made.map(({ of }) => of(source))]))
  console.log(
    `${name}: ${made.map(({ items }) => items).join(', ')} items hidden, ${made.map(({ people }) => people).join(', ')} people asked; recall@${K} ` +
      `${Object.entries(found).map(([source, values]) => `${source} ${shown(values)}`).join(', ')}; together ${shown(made.map(({ together }) => together))}; seeds ${seeds.join(', ')}`, // prettier-ignore
  )
  const rival = Math.max(...RIVALS.map((source) => mean(found[source])))
  verdict.least(`recall@${K} of items that nobody met, twotower`, name, mean(found.tower), rival, 4, 'content, attributes') // prettier-ignore
}
verdict.print()
