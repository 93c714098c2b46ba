// The tree that `"train": { "retriever": "tdm" }` learns, on Toys: which share of what its scorer likes best of all items the search down
// the tree finds, and how many nodes it scores for that.
//
//   PEOPLE=200    people who are asked (default)
//   SEED=1        of the build
//   MINUTES=300   of training at most; what is learned by then is as good as it is
//   BUNDLE=F      a bundle that was built before, with the source tdm
//
// Built without each person's last two events, asked with all before the last. Scoring everything is asked of the bundle itself: of no more
// items than the beam holds it scores each, so parts of the catalogue are allowed one after the other.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Recommender } from '../../dist/node.js'
import { SECTION } from '../../build/web/generated/numbers.js'
import { data, folder, martello, withoutLast } from './protocol.mjs'
import { Verdict } from './verdict.mjs'

const [K, SHARE, SCORED] = [20, 0.95, 8]
const bundle = process.env.BUNDLE ?? join(folder, 'tdm.martello')
const table = (part) => join(data, 'toys', `${part}.csv.gz`)
if (process.env.BUNDLE === undefined) {
  const config = join(folder, 'tdm.json')
  const schema = JSON.parse(readFileSync(new URL('../../dist/config.schema.json', import.meta.url)))
  const silent = Object.keys(schema.properties.sources.properties).map((name) => [name, false])
  const sources = { ...Object.fromEntries(silent), tdm: true }
  writeFileSync(
    config,
    JSON.stringify({ train: { retriever: 'tdm', minutes: Number(process.env.MINUTES ?? 300) }, sources }),
  )
  const how = ['--interactions', withoutLast(table('train')), '--config', config, '--seed', process.env.SEED ?? 1]
  const built = await martello('build', '-o', bundle, ...how)
  console.log(`built in ${built.wall.toFixed(0)} s, ${built.cpu.toFixed(0)} s of CPU`)
}

/** Nodes that a search scores, of each level as many as the beam holds, and the beam (src/bundle/nodes.h). */
function scoredIn(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const entries = Array.from({ length: view.getUint32(12, true) }, (_, n) => 64 * (n + 1))
  const at = Number(
    view.getBigUint64(entries.find((entry) => view.getUint32(entry, true) === SECTION.nodes) + 16, true),
  )
  const [items, leaves, arity, levels, , beam] = Array.from({ length: 6 }, (_, n) => view.getUint32(at + 4 * n, true))
  let [count, scored] = [leaves, Math.min(leaves, beam)]
  for (let level = 0; level < levels; level++) scored += Math.min((count = Math.ceil(count / arity)), beam)
  return { items, leaves, arity, levels, beam, scored }
}

const bytes = readFileSync(bundle)
const { items, leaves, arity, levels, beam, scored } = scoredIn(bytes)
const recommender = await Recommender.open(bytes)
const weights = Object.fromEntries(recommender.sources.map((name) => [name, Number(name === 'tdm')]))
const [header, ...rows] = gunzipSync(readFileSync(table('train')))
  .toString()
  .trim()
  .split('\n')
const [user, item, time] = ['user_id', 'item_id', 'timestamp'].map((name) => header.split(',').indexOf(name))
const histories = new Map()
for (const row of rows) {
  const cells = row.split(',')
  histories.set(cells[user], [...(histories.get(cells[user]) ?? []), [+cells[time], cells[item]]])
}
const all = [...new Set(rows.map((row) => row.split(',')[item]))]
const most = Number(process.env.PEOPLE ?? 200)
const people = [...histories.values()].filter((_, n) => n % Math.floor(histories.size / most) === 0).slice(0, most)
let found = 0
for (const events of people) {
  const history = events.toSorted((a, b) => a[0] - b[0]).map(([, id]) => id)
  const ask = (k, more) => recommender.recommend({ history, k, weights, rankCandidates: 0, ...more }).items
  const everything = []
  for (let from = 0; from < all.length; from += beam)
    everything.push(...ask(K, { allow: all.slice(from, from + beam) }).filter(({ score }) => Number.isFinite(score)))
  const best = everything.toSorted((a, b) => b.score - a.score).slice(0, K)
  const search = new Set(ask(K).map(({ id }) => id))
  found += best.filter(({ id }) => search.has(id)).length / K
}
const part = (100 * scored) / items
console.log(
  `${leaves} items, ${levels} levels above them, ${arity} children a node, a beam of ${beam}: ${scored} nodes scored`,
)
const verdict = new Verdict()
verdict.least(`tdm: share of the ${K} best of all`, `toys, ${people.length} people`, found / people.length, SHARE)
verdict.most('tdm: nodes scored, of the items', 'toys', part, SCORED, '%')
verdict.print()
