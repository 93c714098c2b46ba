// Quality on real data: the default build against its own parts, and codes against exact search.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { rounds } from '../helpers/long.mjs'
import { built, cliJson, file, path, realData } from '../helpers/shop.mjs'

const movielens = realData('movielens-small/ratings.csv')

test(
  'movielens-small: all sources together bring back more than popularity, and more than each alone',
  { skip: movielens.skip },
  async (t) => {
    const [header, ...rows] = readFileSync(movielens.real, 'utf8').trimEnd().split('\n')
    const people = grouped(rows)
    const [train, held] = [[], []]
    for (const list of people.values()) {
      const inTime = list
        .map((row) => ({ row, at: Number(row.split(',')[3]) }))
        .sort((a, b) => a.at - b.at)
        .map(({ row }) => row)
      const cut = inTime.length - Math.max(1, Math.floor(0.2 * inTime.length))
      train.push(...inTime.slice(0, cut))
      held.push(inTime.slice(cut).map((row) => row.split(',')[1]))
    }
    const files = {
      interactions: file('train.csv', `${[header, ...train].join('\n')}\n`),
      items: realData('movielens-small/movies.csv').real,
    }
    const { bytes, record } = await built(files, { threads: 2 })
    const rec = await Recommender.open(bytes)
    const histories = [...grouped(train).values()].map((list) =>
      list.map((row) => {
        const [, id, rating, at] = row.split(',')
        return { id, rating: Number(rating), at: Number(at) }
      }),
    )
    const asked = histories.map((history, p) => ({ history, held: held[p] })).filter((_, p) => p % rounds(1, 2) === 0)
    const precision = (rec, weights) => {
      let hits = 0
      for (const { history, held } of asked) {
        const { items } = rec.recommend({ history, k: 10, ...(weights && { weights }) })
        hits += items.filter((item) => held.includes(item.id)).length
      }
      return hits / asked.length / 10
    }
    const only = (rec, name) => Object.fromEntries(rec.sources.map((other) => [other, other === name ? 1 : 0]))
    const together = precision(rec)
    const alone = rec.sources.map((name) => [name, precision(rec, only(rec, name))])
    // and those that the builder left out
    const whole = await Recommender.open((await built(files, { threads: 2, tune: false })).bytes)
    for (const name of whole.sources)
      if (!rec.sources.includes(name)) alone.push([`(${name})`, precision(whole, only(whole, name))])
    t.diagnostic(
      `precision@10 of ${asked.length} people: together ${together.toFixed(4)}; ${alone.map(([name, rate]) => `${name} ${rate.toFixed(4)}`).join(', ')}; ` +
        `${(bytes.length / 1e6).toFixed(2)} MB; chosen by recall ${record.quality.recall.toFixed(4)}`,
    )
    assert.ok(rec.sources.includes('popular'))
    for (const [name, rate] of alone) assert.ok(together > rate, `together ${together}, ${name} alone ${rate}`)
  },
)

function grouped(rows) {
  const groups = new Map()
  for (const row of rows) {
    const key = row.split(',')[0]
    if (!groups.has(key)) groups.set(key, [])
    groups.get(key).push(row)
  }
  return groups
}

// bytes an item, at most; share of the exact top 100, at least
const RETRIEVAL = {
  toys: { base: [18, 0.985], one: [52, 0.97], two: [86, 0.995] },
  gowalla: { base: [18, 0.995], one: [52, 0.985], two: [86, 0.995] },
}

// one set asks what the other does: both in long runs
for (const [name, wanted] of Object.entries(RETRIEVAL).slice(0, rounds(2, 1))) {
  const items = realData(`embeddings/${name}_items.npy`)
  test(`${name} embeddings: bytes an item and recall of each set of layers`, { skip: items.skip }, async (t) => {
    const measured = async (layers) => {
      writeFileSync(path('codes.martello'), (await built({ embeddings: items.real }, { layers, threads: 2 })).bytes)
      const report = await cliJson(
        'eval',
        path('codes.martello'),
        '--queries',
        realData(`embeddings/${name}_queries.npy`).real,
        '--embeddings',
        items.real,
      )
      return report.layers
    }
    const [base, one] = await measured([4])
    const two = (await measured([4, 4])).at(-1)
    const rows = [
      ['base, first 300', base, base.recall_at[300], wanted.base],
      ['base + 4 bits', one, one.recall, wanted.one],
      ['base + 4 + 4 bits', two, two.recall, wanted.two],
    ]
    for (const [what, row, share, [bytes, least]] of rows) {
      t.diagnostic(
        `${what}: ${row.bytes_per_item.toFixed(2)} bytes an item (at most ${bytes}), ${share.toFixed(4)} (at least ${least})`,
      )
      assert.ok(row.bytes_per_item <= bytes, `${what}: ${row.bytes_per_item} bytes an item`)
      assert.ok(share >= least, `${what}: ${share}`)
    }
  })
}
