// Thirty days in a row, each rebuilt with `--previous` from the one before: quality and bytes beside fresh builds of the last day.
//
//   node tests/bench/month.mjs [DATA...]   movielens-small, toys (default: both)
//
// A day brings 2 % more events, the oldest first, and 1 % more items, without an event before; .5 % of those that are there go, and the
// catalogue says what may be recommended (config "allow"). Asked is the same as in days.mjs, without what is gone.
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { data, firstShare, folder, linesOf, martello } from './protocol.mjs'
import { uniforms } from './workload.mjs'
import { Verdict } from './verdict.mjs'

const DAYS = 30
/** Of the fresh builds: what is drawn makes one or two in a hundred of quality. */
const SEEDS = [1, 2, 3]
const names = process.argv.length > 2 ? process.argv.slice(2) : ['movielens-small', 'toys']
const verdict = new Verdict()
const at = (name) => join(folder, name)

/** The inputs of each day, as functions that write them. */
function days(log, items, draw) {
  const time = log.header.split(',').findIndex((one) => /^timestamp/i.test(one))
  const ordered = log.rows
    .map((row) => ({ row, item: row.split(',')[1], time: +row.split(',')[time] }))
    .sort((a, b) => a.time - b.time)
  const born = items.rows.map(() => (draw() < 1 - 1.01 ** -DAYS ? 1 + Math.floor(DAYS * draw()) : 0))
  const gone = born.map((day) => {
    for (let n = day + 1; n <= DAYS; n++) if (draw() < 0.005) return n
    return DAYS + 1
  })
  const idOf = (row) => row.slice(0, row.indexOf(','))
  const bornOn = new Map(items.rows.map((row, i) => [idOf(row), born[i]]))
  return (day) => {
    const events = ordered.slice(0, Math.floor(ordered.length * 1.02 ** (day - DAYS)))
    const known = events.filter(({ item }) => (bornOn.get(item) ?? 0) < Math.max(1, day)) // no events on its first day
    writeFileSync(at('log.csv'), `${[log.header, ...known.map(({ row }) => row)].join('\n')}\n`)
    writeFileSync(
      at('items.csv'),
      `${[items.header, ...items.rows.filter((_, i) => born[i] <= day && gone[i] > day)].join('\n')}\n`,
    )
    return ['--interactions', at('log.csv'), '--items', at('items.csv'), '--config', at('config.json')]
  }
}

for (const name of names) {
  const own = join(data, name)
  const films = name === 'movielens-small' && firstShare(join(own, 'ratings.csv'), 0.8)
  const test = films ? films.rest : join(own, 'test.csv.gz')
  const log = linesOf(films ? films.first : join(own, 'train.csv.gz'))
  const inputs = days(log, linesOf(join(own, films ? 'movies.csv' : 'items.csv.gz')), uniforms(11))
  writeFileSync(at('config.json'), '{"allow": "catalogue"}')
  const bundle = (day) => at(`day-${day}.martello`)
  await martello('build', '-o', bundle(0), ...inputs(0), '--quiet')
  const shares = []
  for (let day = 1; day <= DAYS; day++) {
    const how = ['--previous', bundle(day - 1)]
    await martello('build', '-o', bundle(day), ...inputs(day), ...how, '--quiet')
    const { share } = await martello('diff', bundle(day - 1), bundle(day), '-o', at('patch'))
    shares.push(share)
    const { chosen } = (await martello('inspect', bundle(day))).record
    console.log(
      `${name}, day ${day}: ${statSync(bundle(day)).size} bytes, patch ${(100 * share).toFixed(1)} %${chosen.age === 0 ? ', chosen anew' : ''}`,
    )
    rmSync(bundle(day - 1))
  }
  const asked = ['--history', at('log.csv'), '--holdout', test, '--k', '10']
  const chain = await martello('eval', bundle(DAYS), ...asked)
  const fresh = []
  for (const seed of SEEDS) {
    const drawn = ['--seed', String(seed), '--quiet']
    const { bytes } = await martello('build', '-o', at('fresh.martello'), ...inputs(DAYS), ...drawn)
    fresh.push({ bytes, ndcg: (await martello('eval', at('fresh.martello'), ...asked)).ndcg })
  }
  const mean = (of) => fresh.reduce((sum, one) => sum + one[of], 0) / fresh.length
  const mine = statSync(bundle(DAYS)).size
  const patches = shares.toSorted((a, b) => a - b)
  console.log(
    `${name}: ndcg@10 ${chain.ndcg.toFixed(4)}, fresh ${fresh.map(({ ndcg }) => ndcg.toFixed(4)).join(', ')}; patches in the median ${(100 * patches[DAYS / 2]).toFixed(1)} %, in all ${shares.reduce((sum, one) => sum + one, 0).toFixed(2)} bundles`,
  )
  verdict.least(`ndcg@10 after ${DAYS} days`, name, chain.ndcg / mean('ndcg'), 0.98, 3, "of fresh builds' mean")
  verdict.most(`bytes after ${DAYS} days`, name, mine / mean('bytes'), 1.05, "of fresh builds'")
}
verdict.print()
