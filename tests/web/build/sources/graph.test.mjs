// The knowledge graph: what is linked with the same things, or with each other, is alike; what tells more counts more.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Recommender } from '../../../../dist/node.js'
import { build } from '../../../../dist/build.js'
import { popularNeighbours } from '../../../../build/web/build/sources/graph.js'
import { readGraph, readInteractions, readItems, readTable } from '../../../../build/web/read/index.js'
import { cli, csv, file, path, realData } from '../../helpers/shop.mjs'
import { refuses } from '../../helpers/files.mjs'

const SILENT = { say() {}, stage() {} }
const ALONE = { tune: false, threads: 1, search: false, sources: { content: false, attributes: false } }
const items = () => file('g-items.csv', `item_id,title\n${[...'abcdefgh'].map((id) => `${id},${id}\n`).join('')}`)

async function opened(triples, config = {}, said = []) {
  const inputs = {
    interactions: null,
    items: await readItems([items()]),
    embeddings: null,
    graph: await readGraph([file('g.csv', `head,relation,tail\n${triples.join('\n')}\n`)]),
  }
  const progress = { say: (line) => said.push(line), stage() {} }
  return Recommender.open((await build(inputs, { ...ALONE, ...config }, 1, progress)).bytes)
}
const near = (rec, id) =>
  rec
    .similar(id, { k: 8, explain: true })
    .items.filter((item) => item.sources.includes('graph'))
    .map((item) => item.id)

test('items are alike by what they share, the rarer the more; and one explains the other', async () => {
  const said = []
  const rec = await opened(
    [
      'a,genre,drama',
      'b,genre,drama',
      'c,genre,drama',
      'd,genre,drama',
      'a,director,lee',
      'd,director,lee',
      'e,genre,film',
    ],
    {},
    said,
  )
  assert.deepEqual(rec.sources, ['graph'])
  assert.deepEqual(near(rec, 'a'), ['d', 'b', 'c'])
  assert.deepEqual(near(rec, 'e'), [])
  assert.deepEqual(rec.recommend({ history: ['a'], k: 1, explain: true }).items[0].because, ['a'])
  assert.ok(
    said.includes('graph: 7 triples of 2 relations; of its 8 nodes 5 are items of the catalogue'),
    said.join('\n'),
  )
})

test('a link between items makes them neighbours, either way round', async () => {
  const rec = await opened(['a,sequel,b', 'b,sequel,c', 'd,genre,x', 'e,genre,x'])
  assert.deepEqual(near(rec, 'b').sort(), ['a', 'c'])
  assert.deepEqual(near(rec, 'a')[0], 'b')
  assert.deepEqual(near(rec, 'd'), ['e'])
})

test('what an entity is linked with counts too, and less', async () => {
  const triples = ['a,actor,kim', 'b,actor,lou', 'c,actor,kim', 'kim,born,oslo', 'lou,born,oslo', 'd,actor,max']
  assert.deepEqual(near(await opened(triples), 'a'), ['c', 'b'])
  assert.deepEqual(near(await opened(triples, { graph: { hops: 1 } }), 'a'), ['c'])
})

test('the config weighs relations', async () => {
  const triples = ['a,genre,x', 'b,genre,x', 'a,colour,red', 'c,colour,red']
  assert.deepEqual(near(await opened(triples, { graph: { relations: { colour: 3 } } }), 'a'), ['c', 'b'])
  assert.deepEqual(near(await opened(triples, { graph: { relations: { genre: 3 } } }), 'a'), ['b', 'c'])
  assert.deepEqual(near(await opened(triples, { graph: { relations: { colour: 0 } } }), 'a'), ['b'])
  await assert.rejects(opened(triples, { graph: { relations: { mood: 1 } } }), {
    message: 'config, key "graph.relations": found relation "mood", expected one of the graph: genre, colour',
  })
  assert.deepEqual((await opened(triples, { sources: { ...ALONE.sources, graph: false } })).sources, [])
})

test('of equally near neighbours the popular come first', () => {
  const lists = {
    keys: 1,
    start: Uint32Array.of(0, 3),
    items: Uint32Array.of(0, 1, 2),
    weights: Float32Array.of(1, 1, 2),
  }
  const found = popularNeighbours(lists, Float32Array.of(3, 99, 0))
  assert.deepEqual([...found.items], [1, 0, 2])
  assert.deepEqual([...found.weights], [10, 2, 2])
  assert.deepEqual([...popularNeighbours(lists, null).items], [2, 0, 1])
})

test('graphs are tables of any format; what is wrong with one is named', async () => {
  const plain = (graph) =>
    Array.from(graph.head, (head, row) => [graph.nodes[head], graph.relations[graph.relation[row]], graph.nodes[graph.tail[row]]]) // prettier-ignore
  const wanted = [['a', 'r', 'x'], ['b', 'r', 'x']] // prettier-ignore
  assert.deepEqual(plain(await readGraph([file('g1.tsv', 'subject\tpredicate\tobject\na\tr\tx\nb\tr\tx\n')])), wanted)
  assert.deepEqual(
    plain(await readGraph([file('g2.jsonl', '{"h":"a","r":"r","t":"x"}\n{"h":"b","r":"r","t":"x"}\n')])),
    wanted,
  )
  assert.deepEqual(plain(await readGraph([file('g3.csv', 'head_id:token,relation_id:token,tail_id:token\na,r,x\n'), file('g4.csv', 'head,relation,tail\nb,r,x\n')])), wanted) // prettier-ignore
  await refuses(readGraph([file('g5.csv', 'a,b\n1,2\n')]), 'g5.csv: found the columns "a", "b", expected a header line with head, relation and tail') // prettier-ignore
  await refuses(readGraph([file('g6.csv', 'head,relation,tail\na,r,\n')]), /^g6\.csv, row 1 \(line 2\), column "tail": found nothing, expected an id/) // prettier-ignore
  await refuses(readGraph([file('g7.csv', 'head,relation,tail\n')]), 'g7.csv: found no rows below the header, expected at least one triple') // prettier-ignore
  const { code, stderr } = await cli('build', '-o', path('g.martello'), '--items', items(), '--graph', file('g8.csv', 'head,relation,tail\na,r,x\nb,r,x\n')) // prettier-ignore
  assert.equal(code, 0)
  assert.match(stderr, /graph: 2 triples of 1 relations; of its 3 nodes 2 are items of the catalogue\n/)
})

const movielens = realData('movielens-small/ratings.csv')
test(
  'movielens-small: genres, tags and years bring back more than chance by far',
  { skip: movielens.skip },
  async (t) => {
    const films = await readTable(realData('movielens-small/movies.csv').real)
    const tags = await readTable(realData('movielens-small/tags.csv').real)
    const triples = []
    const [id, title, genres] = films.columns
    id.forEach((film, i) => {
      for (const genre of String(genres[i]).split('|'))
        triples.push({ head: film, relation: 'genre', tail: `genre ${genre}` })
      const year = /\((\d{4})\)\s*$/.exec(title[i])?.[1]
      if (year) triples.push({ head: film, relation: 'year', tail: `year ${year}` })
    })
    tags.columns[1].forEach((film, i) =>
      triples.push({
        head: film,
        relation: 'tag',
        tail: `"tag ${String(tags.columns[2][i]).toLowerCase().replaceAll('"', '""')}"`,
      }),
    )
    const graph = await readGraph([file('ml-graph.csv', csv(triples))])
    // each person's last fifth in time is held out
    const [header, ...rows] = readFileSync(movielens.real, 'utf8').trimEnd().split('\n')
    const people = Map.groupBy?.(rows, (row) => row.split(',')[0]) ?? grouped(rows)
    const [train, asked] = [[], []]
    for (const list of people.values()) {
      const inTime = list.map((row) => row.split(',')).sort((a, b) => a[3] - b[3])
      const cut = inTime.length - Math.max(1, Math.floor(0.2 * inTime.length))
      train.push(...inTime.slice(0, cut))
      asked.push({ history: inTime.slice(0, cut).map(([, id, , at]) => ({ id, at: Number(at) })), held: new Set(inTime.slice(cut).map(([, id]) => id)) }) // prettier-ignore
    }
    const interactions = await readInteractions([file('g-train.csv', `${[header, ...train.map((row) => row.join(','))].join('\n')}\n`)]) // prettier-ignore
    const off = { i2i: false, next: false, als: false, content: false, attributes: false, trending: false, new: false }
    const { bytes } = await build({ interactions, items: null, embeddings: null, graph }, { tune: false, threads: 2, sources: off }, 1, SILENT) // prettier-ignore
    const rec = await Recommender.open(bytes)
    const rate = asked.filter(({ history, held }) =>
    rec.recommend({ history, k: 10, weights: { graph: 1, popular: 0 } }).items.some((item) => held.has(item.id)),
  ).length / asked.length // prettier-ignore
    t.diagnostic(`HR@10 of the graph alone: ${rate.toFixed(4)}, of ${asked.length} people`)
    assert.ok(rate > 0.25, `HR@10 ${rate}`)
  },
)

function grouped(rows) {
  const groups = new Map()
  for (const row of rows) groups.set(row.split(',')[0], [...(groups.get(row.split(',')[0]) ?? []), row])
  return groups
}
