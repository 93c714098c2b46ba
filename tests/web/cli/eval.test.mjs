// `martello eval` against numbers worked out by hand, and `eval --queries` against brute force.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { built, cli, cliJson, csv, file, gaussians, npy, path, shop } from '../helpers/shop.mjs'

// Items a to f, popular in this order; no source but popularity, so that everybody is shown what is left of a, b, c …
const bundle = path('ladder.martello')
before(async () => {
  const log = [...'abcdef'].flatMap((item, i) =>
    Array.from({ length: 6 - i }, (_, user) => ({ user_id: `t${user}`, item_id: item })),
  )
  const silent = Object.fromEntries(
    ['i2i', 'next', 'als', 'content', 'attributes', 'trending', 'new'].map((name) => [name, false]),
  )
  writeFileSync(
    bundle,
    (await built({ interactions: file('ladder.csv', csv(log)) }, { sources: { ...silent, popular: true } })).bytes,
  )
})

const evaluate = (holdout, history, k) =>
  cliJson(
    'eval',
    bundle,
    '--holdout',
    file('holdout.csv', `user_id,item_id\n${holdout}`),
    '--history',
    file('history.csv', `user_id,item_id\n${history}`),
    '--k',
    k,
  )
const close = (found, wanted, what) =>
  assert.ok(Math.abs(found - wanted) < 1e-9, `${what}: found ${found}, expected ${wanted}`)
const gain = (place) => 1 / Math.log2(place + 1) // places from 1

test('recall, NDCG, hit rate and MRR of one user', async () => {
  // shown: b c d; held out: c and f
  const figures = await evaluate('u,c\nu,f\n', 'u,a\n', 3)
  assert.deepEqual([figures.users, figures.k], [1, 3])
  close(figures.recall, 1 / 2, 'recall')
  close(figures.ndcg, gain(2) / (gain(1) + gain(2)), 'ndcg')
  close(figures.hit_rate, 1, 'hit rate')
  close(figures.mrr, 1 / 2, 'mrr')
  close(figures.coverage, 3 / 6, 'coverage')
})

test("NDCG's ideal list is cut at k, recall is not", async () => {
  // shown: b c; held out: b c d e f
  const figures = await evaluate('u,b\nu,c\nu,d\nu,e\nu,f\n', 'u,a\n', 2)
  close(figures.ndcg, 1, 'ndcg')
  close(figures.recall, 2 / 5, 'recall')
})

test('means are over every user of the holdout file who has something left to find', async () => {
  const figures = await evaluate(
    [
      'hit,b', // shown b c d: place 1
      'cold,a', // no history: shown a b c, place 1
      'outside,b',
      'outside,never seen', // place 1, and a miss
      'again,a', // is in the history: dropped, and nothing is left to find
      'part,a',
      'part,c', // a is dropped; shown b c d: place 2
      'twice,b',
      'twice,b', // one item, held out twice
      'miss,f',
      '',
    ].join('\n'),
    ['hit,a', 'outside,a', 'again,a', 'part,a', 'twice,a', 'miss,a', 'elsewhere,f', ''].join('\n'),
    3,
  )
  assert.deepEqual([figures.users, figures.users_without_targets], [6, 1])
  assert.deepEqual(
    [figures.users_without_history, figures.held_out_unknown, figures.held_out_already_in_history],
    [1, 1, 2],
  )
  close(figures.recall, (1 + 1 + 1 / 2 + 1 + 1 + 0) / 6, 'recall')
  close(figures.ndcg, (1 + 1 + gain(1) / (gain(1) + gain(2)) + gain(2) + 1 + 0) / 6, 'ndcg')
  close(figures.hit_rate, 5 / 6, 'hit rate')
  close(figures.mrr, (1 + 1 + 1 + 1 / 2 + 1 + 0) / 6, 'mrr')
  close(figures.coverage, 4 / 6, 'coverage')
})

test('a history with ids that the bundle does not know, or of nobody at all', async () => {
  const figures = await evaluate('u,b\n', 'u,unheard of\nu,a\n', 1)
  close(figures.hit_rate, 1, 'hit rate')
  const cold = await evaluate('u,a\n', '', 1)
  assert.deepEqual([cold.users_without_history, cold.hit_rate], [1, 1])
})

test('the keys of a report', async () => {
  const figures = await evaluate('u,b\n', 'u,a\n', 3)
  for (const key of ['users', 'k', 'recall', 'ndcg', 'hit_rate', 'mrr', 'coverage', 'bundle_bytes', 'p50_ms', 'p99_ms'])
    assert.equal(typeof figures[key], 'number', key)
})

// Transitions alone, with the newest event alone counting: the answer tells which event was taken for the newest.
test('a history is in time order, ties and missing times in file order', async () => {
  const walks = Array.from({ length: 40 }, (_, user) =>
    [...'abcd'].flatMap((item, i) => [
      { user_id: `${item}${user}`, item_id: item, timestamp: 10 },
      { user_id: `${item}${user}`, item_id: `${item}+`, timestamp: 20 + i },
    ]),
  ).flat()
  const { bytes } = await built(
    { interactions: file('walks.csv', csv(walks)) },
    {
      tune: false,
      sources: { i2i: false, als: false, popular: false, trending: false, new: false },
    },
  )
  writeFileSync(path('walks.martello'), bytes)
  const { Recommender } = await import('../../../dist/node.js')
  const rec = await Recommender.open(bytes)
  const order = async (rows) => {
    const run = await cliJson(
      'eval',
      path('walks.martello'),
      '--k',
      1,
      '--history',
      file('order.csv', `user_id,item_id,timestamp\n${rows}`),
      '--holdout',
      file('next.csv', 'user_id,item_id\nu,a+\nv,b+\n'),
    )
    return run.hit_rate
  }
  // what the bundle itself says first of these orders
  const first = (...history) => rec.recommend({ history, k: 1 }).items[0].id
  const expected = (u, v) => (Number(first(...u) === 'a+') + Number(first(...v) === 'b+')) / 2
  close(await order('u,a,3\nu,c,1\nu,d,2\nv,b,9\nv,c,8\n'), expected(['c', 'd', 'a'], ['c', 'b']), 'by time')
  close(await order('u,c,5\nu,d,5\nu,a,5\nv,c,5\nv,b,5\n'), expected(['c', 'd', 'a'], ['c', 'b']), 'ties by file order')
  close(
    await order('u,c,\nu,d,\nu,a,\nv,c,7\nv,b,\n'),
    expected(['c', 'd', 'a'], ['c', 'b']),
    'missing times by file order',
  )
})

test('eval of retrieval: layers, their bytes, recall at depths', async () => {
  const [items, dim, asked] = [700, 16, 20]
  const vectors = gaussians(items, dim, 1)
  const queries = gaussians(asked, dim, 2)
  const table = await npy('items.npy', [items, dim], vectors)
  const names = file('items.txt', Array.from({ length: items }, (_, i) => `item ${i}\n`).join(''))
  const { bytes } = await built({ embeddings: table, ids: names }, { layers: [4, 4] })
  writeFileSync(path('vectors.martello'), bytes)
  const report = await cliJson(
    'eval',
    path('vectors.martello'),
    '--queries',
    await npy('queries.npy', [asked, dim], queries),
    '--embeddings',
    table,
    '--ids',
    names,
    '--k',
    50,
  )
  assert.deepEqual([report.items, report.dim, report.k, report.queries], [items, dim, 50, asked])
  assert.deepEqual(
    report.layers.map((row) => row.name),
    ['base', 'layer 1', 'layer 2'],
  )
  for (const [i, row] of report.layers.entries()) {
    assert.deepEqual(Object.keys(row.recall_at), ['100', '200', '300'])
    for (const key of ['bytes_per_item', 'recall', 'p50_ms', 'p99_ms']) assert.equal(typeof row[key], 'number')
    assert.ok(
      row.recall <= row.recall_at[100] &&
        row.recall_at[100] <= row.recall_at[200] &&
        row.recall_at[200] <= row.recall_at[300],
    )
    if (i > 0)
      assert.ok(row.recall >= report.layers[i - 1].recall && row.bytes_per_item > report.layers[i - 1].bytes_per_item)
  }
  assert.ok(report.layers[2].recall > 0.97, `two layers find ${report.layers[2].recall}`)
  // the exact answer, by hand
  const { Recommender } = await import('../../../dist/node.js')
  const rec = await Recommender.open(bytes)
  const dot = (q, i) => {
    let sum = 0
    for (let d = 0; d < dim; d++) sum += queries[q * dim + d] * vectors[i * dim + d]
    return sum
  }
  for (const [layer, row] of report.layers.entries()) {
    let found = 0
    for (let q = 0; q < asked; q++) {
      const best = Array.from({ length: items }, (_, i) => i)
        .sort((a, b) => dot(q, b) - dot(q, a))
        .slice(0, 50)
        .map((i) => rec.number(`item ${i}`))
      const near = new Set(rec.nearest(queries.subarray(q * dim, (q + 1) * dim), { k: 50, layers: layer }).items)
      found += best.filter((item) => near.has(item)).length
    }
    close(row.recall, found / (50 * asked), `recall of ${row.name}`)
  }
  const sections = (await cliJson('inspect', path('vectors.martello'))).sections.filter((s) =>
    ['space', 'base', 'layer'].includes(s.kind),
  )
  close(
    report.layers[2].bytes_per_item,
    sections.reduce((sum, s) => sum + 64 * Math.ceil(s.bytes / 64), 0) / items,
    'bytes',
  )
})

test('eval of retrieval that does not fit', async () => {
  const table = await npy('small.npy', [10, 8], gaussians(10, 8, 1))
  writeFileSync(path('small.martello'), (await built({ embeddings: table })).bytes)
  const fails = async (args, message) => {
    const run = await cli('eval', ...args)
    assert.equal(run.code, 1, run.stderr)
    assert.match(run.stderr, message)
    assert.equal(run.stdout, '')
  }
  await fails(
    [path('small.martello'), '--queries', await npy('wide.npy', [2, 9], gaussians(2, 9, 1)), '--embeddings', table],
    /wide\.npy: found 9 columns, expected 8, as in .*small\.npy/,
  )
  await fails(
    [
      path('small.martello'),
      '--queries',
      table,
      '--embeddings',
      table,
      '--ids',
      file('other.txt', 'abcdefghij'.split('').join('\n')),
    ],
    /small\.npy: found id "a", expected ids that are in the bundle/,
  )
  await fails(
    [bundle, '--queries', table, '--embeddings', table],
    /ladder\.martello: found a bundle without vectors, expected one built with --embeddings or --interactions/,
  )
  const wide = await npy('w.npy', [10, 9], gaussians(10, 9, 1))
  await fails([path('small.martello'), '--queries', wide, '--embeddings', wide], /9.*expected 8/)
  await fails(
    [path('small.martello'), '--queries', table, '--embeddings', table, '--space', 'als'],
    /space "als", expected embeddings/,
  )
})

test('--sources: each alone, what only it brings, overlaps, and what is lost without it', async () => {
  const { goods, events } = shop({ items: 60, users: 60, each: 10 })
  const [train, held] = [events.filter((_, e) => e % 10 < 8), events.filter((_, e) => e % 10 >= 8)]
  const files = { items: file('s-items.csv', csv(goods)), interactions: file('s-train.csv', csv(train)) }
  const { bytes } = await built(files, { tune: false })
  writeFileSync(path('sources.martello'), bytes)
  const args = ['--holdout', file('s-held.csv', csv(held)), '--history', files.interactions, '--k', 5, '--sources']
  const { sources } = await cliJson('eval', path('sources.martello'), ...args)
  const rec = await Recommender.open(bytes)
  assert.deepEqual(
    sources.each.map((source) => source.name),
    [...rec.sources],
  )
  // the first five of each source by its own ranks, through the public API
  const lists = new Map(rec.sources.map((name) => [name, new Map()]))
  const asked = new Map()
  for (let u = 0; u < 60; u++) {
    const mine = (log) => log.filter((event) => event.user_id === `u${u}`)
    const history = mine(train)
      .sort((a, b) => a.timestamp - b.timestamp)
      .map((event) => ({ id: event.item_id, at: event.timestamp }))
    const met = new Set(history.map((event) => event.id))
    asked.set(u, new Set(mine(held).map((event) => event.item_id).filter((id) => !met.has(id)))) // prettier-ignore
    for (const name of rec.sources) {
      const weights = Object.fromEntries(rec.sources.map((other) => [other, Number(other === name)]))
      const { items } = rec.recommend({ history, k: 60, weights, explain: true })
      const brought = items.filter((item) => item.explain[name].rank > 0)
      brought.sort((a, b) => a.explain[name].rank - b.explain[name].rank)
      lists.get(name).set(u, brought.map((item) => item.id)) // prettier-ignore
    }
  }
  const hitsOf = (name, u) => lists.get(name).get(u).slice(0, 5).filter((id) => asked.get(u).has(id)) // prettier-ignore
  const users = [...asked.keys()].filter((u) => asked.get(u).size > 0)
  assert.deepEqual([sources.people, sources.k, sources.candidates], [users.length, 5, 300])
  const { sources: few } = await cliJson('eval', path('sources.martello'), ...args, '--people', 10)
  assert.equal(few.people, 10)
  for (const source of sources.each) {
    const hits = users.flatMap((u) => hitsOf(source.name, u))
    const others = rec.sources.filter((name) => name !== source.name)
    const unique = users.flatMap((u) =>
      hitsOf(source.name, u).filter((id) => !others.some((name) => hitsOf(name, u).includes(id))),
    )
    assert.deepEqual([source.hits, source.unique_hits], [hits.length, unique.length], source.name)
    const rate = users.filter((u) => hitsOf(source.name, u).length > 0).length / users.length
    close(source.hit_rate, rate, `${source.name} alone`)
    assert.ok(source.candidate_recall >= source.recall)
  }
  const same = (a, b) => users.flatMap((u) => lists.get(a).get(u).filter((id) => lists.get(b).get(u).includes(id))).length // prettier-ignore
  sources.overlap.candidates.forEach((row, a) =>
    row.forEach((share, b) => {
      const [one, other] = [rec.sources[a], rec.sources[b]]
      const all = same(one, one)
      close(share, all === 0 ? 0 : same(one, other) / all, `${one} and ${other}`)
    }),
  )
  const printed = await cli('eval', path('sources.martello'), ...args)
  assert.match(printed.stdout, /\nsources of \d+ people, k = 5; candidates: the first 300\n/)
  assert.match(printed.stdout, /\nshare of a row's hits that are the column's too\n/)
})

test('where nobody has anything left to find, eval says why, and no figures', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => `u${n % 6},i${n % 10},${n}`).join('\n')
  const log = file('all.csv', `user_id,item_id,timestamp\n${rows}\n`)
  const out = path('all.martello')
  assert.equal((await cli('build', '-o', out, '--interactions', log)).code, 0)
  const run = await cli('eval', out, '--history', log, '--holdout', log, '--json')
  assert.deepEqual([run.code, run.stdout], [1, ''])
  assert.match(run.stderr, /all\.csv: found nothing left to find for any of 6 users: of 60 held-out events, 60 are of items in the history and 0 weigh 0 or less/) // prettier-ignore
})
