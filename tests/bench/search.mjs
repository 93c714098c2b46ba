// Searching: bytes an item and time by kind of query, what vectors add to words, and what a history adds:
// node tests/bench/search.mjs
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Recommender } from '../../dist/node.js'
import { build, readInteractions, readItems } from '../../dist/build.js'
import { readTable } from '../../build/web/read/index.js'
import { uniforms } from './workload.mjs'

const SILENT = { say() {}, stage() {} }
const opened = async (items, config) =>
  Recommender.open((await build({ interactions: null, items, embeddings: null }, config, 1, SILENT)).bytes)
const quantile = (times, share) => times.sort((a, b) => a - b)[Math.floor(share * times.length)]

/** Titles of words that are as unevenly common as in a language, and two categories each. */
function shelf(count) {
  const draw = uniforms(7)
  const letters = 'etaoinshrdlucmfwypvbgkjqxz'
  const words = Array.from({ length: 30_000 }, () =>
    Array.from({ length: 3 + Math.floor(7 * draw()) }, () => letters[Math.floor(26 * draw() ** 1.6)]).join(''),
  )
  const word = () => words[Math.floor(words.length ** draw()) - 1]
  const titles = Array.from({ length: count }, () => Array.from({ length: 1 + Math.floor(6 * draw()) }, word).join(' '))
  const values = Uint32Array.from({ length: 2 * count }, () => Math.floor(40 * draw() ** 2))
  const columns = [
    { name: 'title', kind: 'text', values: titles },
    {
      name: 'category',
      kind: 'multi',
      names: words.slice(1000, 1040),
      offsets: Uint32Array.from({ length: count + 1 }, (_, i) => 2 * i),
      values,
    },
  ]
  return { rows: count, itemIds: titles.map((_, i) => `i${i}`), columns, files: [{ path: 'shelf', rows: count }] }
}

console.log('items     bytes/item   query                p50 ms   p99 ms   hits')
for (const count of [10_000, 100_000]) {
  const items = shelf(count)
  const config = { sources: { content: false, attributes: false } }
  const rec = await opened(items, config)
  const without = await opened(items, { ...config, search: false })
  const each = (rec.bytes - without.bytes) / count
  const draw = uniforms(9)
  const title = () => items.columns[0].values[Math.floor(count * draw())].split(' ')
  const kinds = {
    'a whole title': () => `${title().join(' ')} `,
    'one word': () => `${title()[0]} `,
    'three letters': () => title()[0].slice(0, 3),
    'one letter': () => title()[0][0],
    'a misspelt word': () => `${title()[0].slice(0, 4)}zz${title()[0].slice(4)} `,
  }
  for (const [name, query] of Object.entries(kinds)) {
    const times = []
    let hits = 0
    for (let q = 0; q < 600; q++) {
      const text = query()
      const before = performance.now()
      const { trace } = rec.search(text, { k: 10 })
      if (q >= 100) times.push(performance.now() - before)
      hits += trace.recalled.text
    }
    console.log(
      `${String(count).padEnd(9)} ${each.toFixed(1).padStart(10)}   ${name.padEnd(18)} ${quantile(times, 0.5).toFixed(3).padStart(8)} ${quantile(times, 0.99).toFixed(3).padStart(8)} ${(hits / 600).toFixed(0).padStart(6)}`,
    )
  }
}

/** Weights of src/funnel/search.c, which answers were made with. */
const RELATED = 0.5
const HISTORY = 3

/** What a score would be if what it squashes were `more(item)` larger. */
const moved = (more) => (item) => {
  const grade = Math.floor(item.score)
  const y = 2 * (item.score - grade) - 1
  const x = y / (1 - Math.abs(y)) + more(item)
  return grade + 0.5 + (0.5 * x) / (1 + Math.abs(x))
}

/** As src/recall/merge.h makes scores comparable, of a good many of them. */
function unitOf(scores) {
  const norm = scores.filter((score) => score > 0).sort((a, b) => b - a)
  return 1 / Math.max(norm[19] ?? norm.at(-1) ?? 1, 0.1 * (norm[0] ?? 1))
}

// Of each film's tags half are told, seeded; who searches for a tag should also find films of which it was not told.
const data = join(process.env.MARTELLO_DATA ?? join(import.meta.dirname, '../../../shared/data'), 'movielens-small')
if (!existsSync(data)) console.log(`no ${data} here: what vectors add is not measured`)
else {
  await related()
  await personal()
}

async function related() {
  const [id, title, genres] = (await readTable(join(data, 'movies.csv'))).columns
  const tags = await readTable(join(data, 'tags.csv'))
  const draw = uniforms(3)
  const told = new Map(id.map((film) => [String(film), new Set()]))
  const hidden = new Map()
  const seen = new Set()
  tags.columns[1].forEach((film, i) => {
    const tag = String(tags.columns[2][i]).toLowerCase()
    if (seen.has(`${film} ${tag}`)) return
    seen.add(`${film} ${tag}`)
    if (draw() < 0.5) told.get(String(film)).add(tag)
    else hidden.set(tag, (hidden.get(tag) ?? new Set()).add(String(film)))
  })
  const multi = (name, lists) => {
    const names = [...new Set(lists.flat())]
    const at = new Map(names.map((value, i) => [value, i]))
    let end = 0
    const offsets = Uint32Array.from([0, ...lists.map((list) => (end += list.length))])
    return { name, kind: 'multi', names, offsets, values: Uint32Array.from(lists.flat(), (value) => at.get(value)) }
  }
  const items = {
    rows: id.length,
    itemIds: id.map(String),
    columns: [
      { name: 'title', kind: 'text', values: title },
      multi('genres', genres.map((cell) => String(cell).split('|'))), // prettier-ignore
      multi('tags', id.map((film) => [...told.get(String(film))])), // prettier-ignore
    ],
    files: [{ path: 'films', rows: id.length }],
  }
  const rec = await opened(items, {})
  const weights = [0, 0.1, 0.2, 0.3, 0.5, 1, 2]
  const found = weights.map(() => ({ recall: 0, ndcg: 0 }))
  let queries = 0
  for (const [tag, films] of hidden) {
    if (films.size < 3) continue
    const answer = rec.search(`${tag} `, { k: 1000, explain: true }).items
    if (answer.length === 0) continue
    queries++
    const content = unitOf(answer.map((item) => item.explain.content.score))
    weights.forEach((weight, w) => {
      const score = moved((item) => (weight - RELATED) * item.explain.content.score * content)
      const open = answer.filter((item) => !told.get(item.id).has(tag)).sort((a, b) => score(b) - score(a))
      let [hits, gained, ideal] = [0, 0, 0]
      open.slice(0, 20).forEach((item, place) => {
        if (films.has(item.id)) [hits, gained] = [hits + 1, gained + 1 / Math.log2(place + 2)]
      })
      for (let place = 0; place < Math.min(20, films.size); place++) ideal += 1 / Math.log2(place + 2)
      found[w].recall += hits / films.size
      found[w].ndcg += gained / ideal
    })
  }
  console.log(`\n${queries} tags, films of which half were not told: words, and vectors of the best hits by weight`)
  weights.forEach((weight, w) =>
    console.log(
      `weight ${String(weight).padEnd(4)} recall@20 ${(found[w].recall / queries).toFixed(4)}, ndcg@20 ${(found[w].ndcg / queries).toFixed(4)}`,
    ),
  )
}

// Of each person the last fifth of the ratings, five at most, is held out. Who is about to like a film (3.5 or more) looks for
// it, by a word of its title and by three letters of it.
async function personal() {
  const log = await readInteractions([join(data, 'ratings.csv')])
  const items = await readItems([join(data, 'movies.csv')])
  const people = new Map()
  const order = Array.from(log.item.keys()).sort((a, b) => log.time[a] - log.time[b])
  for (const e of order) people.set(log.user[e], [...(people.get(log.user[e]) ?? []), e])
  const kept = []
  const asked = []
  for (const events of people.values()) {
    const hide = Math.min(5, Math.floor(events.length / 5))
    const history = events.slice(0, events.length - hide)
    for (const e of history) kept.push(e)
    for (const e of events.slice(events.length - hide)) if (log.rating[e] >= 3.5) asked.push({ history, e })
  }
  const some = Uint32Array.from(kept.sort((a, b) => a - b))
  const pick = (array) => array.constructor.from(some, (e) => array[e])
  const seen = { ...log, rows: some.length, user: pick(log.user), item: pick(log.item), time: pick(log.time), rating: pick(log.rating) } // prettier-ignore
  const { bytes, record } = await build({ interactions: seen, items, embeddings: null }, {}, 1, SILENT)
  const rec = await Recommender.open(bytes)
  const draw = uniforms(5)
  const weights = [0, 0.5, 1, 2, HISTORY, 4, 6, 10]
  const found = { 'a word': weights.map(() => 0), 'three letters': weights.map(() => 0) }
  let searches = 0
  for (const { history, e } of asked) {
    const id = log.itemIds[log.item[e]]
    const title = rec.attributes(rec.number(id)).title?.replace(/\(\d+\)\s*$/, '').toLowerCase().match(/[\p{L}\p{N}]+/gu) // prettier-ignore
    if (!title || draw() > 0.5) continue
    searches++
    const word = title[Math.floor(draw() * title.length)]
    const events = history.map((h) => ({ id: log.itemIds[log.item[h]], rating: log.rating[h], at: log.time[h] }))
    for (const [kind, text] of [
      ['a word', `${word} `],
      ['three letters', word.slice(0, 3)],
    ]) {
      // prettier-ignore
      const answer = rec.search(text, { k: 1000, history: events, explain: true }).items
      const mine = answer.find((item) => item.id === id)
      if (mine === undefined) continue
      weights.forEach((weight, w) => {
        const score = moved((item) => (weight - HISTORY) * item.explain.history.score)
        const own = score(mine)
        found[kind][w] += 1 / (1 + answer.filter((item) => score(item) > own).length)
      })
    }
  }
  console.log(
    `\n${searches} searches for what is liked next; popularity weighs ${record.search.popularity}, as tuning chose`,
  )
  for (const [kind, sums] of Object.entries(found))
    console.log(`${kind}: mean reciprocal rank by weight of the history: ${weights.map((weight, w) => `${weight}: ${(sums[w] / searches).toFixed(4)}`).join(', ')}`) // prettier-ignore
}
