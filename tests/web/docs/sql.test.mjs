// The SQL of the guide to one's own tables, as it stands there, run by DuckDB: it makes the lists that the builder makes, and a
// bundle of its tables answers as the builder's own.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { build, readInteractions, readNeighbours, readPopularity } from '../../../dist/build.js'
import { Recommender } from '../../../dist/node.js'
import { blocksOf } from '../helpers/docs.mjs'
import { csv, file, path, realData, shop } from '../helpers/shop.mjs'

const GUIDE = 'web/read/README.md'
const sql = (name) => blocksOf(GUIDE).find((block) => block.language === 'sql' && block.name === name).code

const duckdb = await import('@duckdb/node-api').catch(() => null)
const skip = duckdb === null && 'no DuckDB for this machine: npm has no binary of it here'

/** Of each kind: its block of SQL, and which source of the builder it is. */
const TABLES = { neighbours: 'i2i', transitions: 'next', popularity: null }
const CONFIG = { tune: false, threads: 2, weightBits: 32, neighbours: 50, transitions: 50, search: false, features: false, sources: { als: false, trending: false, new: false } } // prettier-ignore
const SILENT = { say() {}, stage() {} }

/** The log that the SQL is of, as the builder reads it, and the tables that it makes, in files of DuckDB. */
async function tablesOf(name, ratings) {
  const database = await (await duckdb.DuckDBInstance.create(':memory:')).connect()
  const out = (one) => path(`${name}-${one}`)
  await database.run(`CREATE TABLE ratings AS SELECT * FROM read_csv('${ratings}')`)
  await database.run(sql('events.sql'))
  const log = out('log.csv')
  await database.run(`COPY (SELECT user_id, item_id, happened AS timestamp FROM events ORDER BY user_id, happened, item_id) TO '${log}'`) // prettier-ignore
  for (const table of Object.keys(TABLES)) await database.run(`COPY (${sql(`${table}.sql`)}) TO '${out(table)}.parquet'`) // prettier-ignore
  database.closeSync()
  const interactions = await readInteractions([log])
  const tables = {
    neighbours: await readNeighbours([`${out('neighbours')}.parquet`, `${out('transitions')}.parquet`]),
    popularity: await readPopularity([`${out('popularity')}.parquet`]),
  }
  return { interactions, tables }
}

const near = (a, b) => Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(a), Math.abs(b))

/** Both lists have the same items and weights; where one is cut, of equals any may be the last. */
function sameLists(one, other, what) {
  assert.equal(one.length, other.length, `${what}: as long`)
  const weights = new Map(other.map(({ id, weight }) => [id, weight]))
  const last = other.at(-1)?.weight ?? 0
  one.forEach(({ id, weight }, place) => {
    assert.ok(near(weight, other[place].weight), `${what}, place ${place + 1}: ${weight} and ${other[place].weight}`)
    assert.ok(near(weights.get(id) ?? last, weight), `${what}: ${id}, ${weight} and ${weights.get(id)}`)
  })
}

const listOf = (rec, id, source) =>
  rec.similar(id, { source, k: 50, explain: true }).items.map((item) => ({ id: item.id, weight: item.explain[source].score })) // prettier-ignore

async function compare(t, name, ratings) {
  const { interactions, tables } = await tablesOf(name, ratings)
  const made = async (inputs) => Recommender.open((await build({ interactions: null, items: null, embeddings: null, ...inputs }, CONFIG, 1, SILENT)).bytes) // prettier-ignore
  const own = await made({ interactions })
  const given = await made(tables)
  assert.equal(given.items, own.items)
  for (const source of ['i2i', 'next']) {
    let entries = 0
    for (const id of interactions.itemIds) {
      const list = listOf(given, id, source)
      entries += list.length
      sameLists(list, listOf(own, id, source), `${source} of ${id}`)
    }
    assert.ok(entries > interactions.itemIds.length, `${source}: ${entries} entries`)
    t.diagnostic(`${name}, ${source}: ${entries} entries under ${interactions.itemIds.length} items`)
  }
  // with the log beside them, so that all else is the same
  const both = await made({ interactions, ...tables })
  const histories = new Map()
  interactions.user.forEach((user, row) => {
    if (user < 100) histories.set(user, [...(histories.get(user) ?? []), interactions.itemIds[interactions.item[row]]])
  })
  const answer = (rec, history) => rec.recommend({ history, k: 20 }).items.map(({ id, score }) => ({ id, weight: score })) // prettier-ignore
  for (const [user, history] of [...histories, ['nobody', []]])
    sameLists(answer(both, history), answer(own, history), `what user ${user} is recommended`)
}

test('the SQL of the guide makes the lists of the builder: a small shop', { skip }, async (t) => {
  const draw = ({ user_id, item_id, timestamp }, i) => ({ userId: user_id, movieId: item_id, rating: 1 + ((i * 7) % 9) / 2, timestamp }) // prettier-ignore
  const { events } = shop({ items: 45, users: 200, each: 30 }) // no list is cut, so that no ties decide
  await compare(t, 'shop', file('shop-ratings.csv', csv(events.map(draw))))
})

const movielens = realData('movielens-small/ratings.csv')
test('the same of movielens-small', { skip: skip || movielens.skip }, (t) => compare(t, 'films', movielens.real))

test('exponents and lengths of the guide are those that the builder begins with', () => {
  const recipe = readFileSync(new URL('../../../web/build/recipe.ts', import.meta.url), 'utf8')
  const powers = (name) => [...sql(name).matchAll(/POWER\([^()]*(?:\([^()]*\))?[^()]*, ([\d.]+)\)/g)].map(([, power]) => Number(power)) // prettier-ignore
  assert.match(recipe, new RegExp(`NEIGHBOURS_TIMED = \\[adjacency\\(${powers('neighbours.sql').join(', ')}\\)`))
  const [decay, key, target] = powers('transitions.sql')
  const [window] = /place <= (\d+)/.exec(sql('transitions.sql')).slice(1)
  assert.match(recipe, new RegExp(`transitions: \\{ window: ${window}, decay: ${decay}, key: ${key}, target: ${target}, top: config.transitions \\?\\? 50, \\.\\.\\.TRANSITIONS\\[0\\]! \\}`)) // prettier-ignore
})
