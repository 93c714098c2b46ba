// Search: words find items as a plain BM25 does, unfinished and misspelt ones too, within what a request allows.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { build } from '../../../dist/build.js'
import { readItems } from '../../../build/web/read/index.js'
import { textIndex } from '../../../build/web/build/sections/search.js'
import { unfinished, words } from '../../../build/web/recommender/words.js'
import { built, builtShop, cli, cliJson, csv, file, path, random, realData, shop } from '../helpers/shop.mjs'

const TEXT_ALONE = { sources: { content: false } }
const FILMS = [
  { item_id: 'a', title: 'Alien', genre: 'Horror|Sci-Fi', year: 1979 },
  { item_id: 'b', title: 'Aliens', genre: 'Action|Sci-Fi', year: 1986 },
  { item_id: 'c', title: 'The Fabulous Destiny of Amélie', genre: 'Comedy', year: 2001 },
  { item_id: 'd', title: 'Star Trek', genre: 'Sci-Fi', year: 1979 },
  { item_id: 'e', title: 'A Star Is Born', genre: 'Drama', year: 1976 },
  { item_id: 'f', title: 'ガンダム 機動戦士', genre: 'Anime', year: 1981 },
  { item_id: 'g', title: 'Stardust', genre: 'Fantasy', year: 2007 },
]
const films = async (config = TEXT_ALONE) =>
  Recommender.open((await built({ items: file('films.csv', csv(FILMS)) }, config)).bytes)
const ids = (answer) => answer.items.map((item) => item.id)

test('words are lower case and without accents; marks that make another letter stay', () => {
  assert.deepEqual(words("Amélie's ＷＡＬＬ·E ﬁlm ÅNGSTRÖM"), ['amelie', 's', 'wall', 'e', 'film', 'angstrom'])
  assert.deepEqual(words('ガンダム機'), ['ガ'.normalize('NFKD'), 'ン', 'タ\u3099', 'ム', '機'])
  assert.deepEqual(words('हिन्दी Ёлка'), ['हिन्दी', 'елка'])
  assert.deepEqual(words(' —!… '), [])
  assert.deepEqual(words('STRASSE straße'), ['strasse', 'straße'])
  assert.ok(unfinished('star') && unfinished('ガ') && !unfinished('star ') && !unfinished(''))
})

test('a text finds what has its words; the last one may be unfinished, a slip is forgiven', async () => {
  const rec = await films()
  const found = (text, options) => ids(rec.search(text, options))
  assert.deepEqual(found('alien'), ['a', 'b'])
  assert.deepEqual(found('alien '), ['a'])
  assert.deepEqual(found('ali'), ['a', 'b'])
  assert.deepEqual(found('AMELIE'), ['c'])
  assert.deepEqual(found('amèl'), ['c'])
  assert.deepEqual(found('horror '), ['a'])
  assert.deepEqual(found('sci-fi action')[0], 'b')
  assert.deepEqual(found('ガンダム'), ['f'])
  assert.deepEqual(found('戦'), ['f'])
  assert.deepEqual(found('destniy '), ['c'])
  assert.deepEqual(found('trekk '), ['d'])
  assert.deepEqual(found('rek '), [])
  assert.deepEqual(found('star').slice(-1), ['g'], 'what it begins counts less than what it is')
})

test('nothing is found for no word and for an unknown one, and the trace says so', async () => {
  const rec = await films()
  for (const text of ['', '  ', '?!']) {
    const { items, trace } = rec.search(text)
    assert.deepEqual([items, trace.words, trace.unmatched, trace.candidates], [[], [], [], 0])
  }
  const { items, trace } = rec.search('zzz star qqqq')
  assert.deepEqual(
    [trace.words, trace.unmatched],
    [
      ['zzz', 'star', 'qqqq'],
      ['zzz', 'qqqq'],
    ],
  )
  assert.deepEqual(items.map((item) => item.id).sort(), ['d', 'e'])
  assert.deepEqual(rec.search('zzz').items, [])
  const many = Array.from({ length: 40 }, (_, i) => `w${i}`).join(' ')
  assert.equal(rec.search(`${many} star`).trace.unmatched.length, 32)
})

test('a search keeps to filter, exclude, allow and k, and shows what each source says', async () => {
  const rec = await films()
  assert.deepEqual(ids(rec.search('sci fi', { filter: { year: { lt: 1980 } } })).sort(), ['a', 'd'])
  assert.deepEqual(ids(rec.search('sci fi', { exclude: ['a', 'nobody'] })).sort(), ['b', 'd'])
  assert.deepEqual(ids(rec.search('sci fi', { allow: ['a', 'e'] })), ['a'])
  const { items, trace } = rec.search('sci fi', { k: 1, explain: true })
  assert.equal(items.length, 1)
  assert.deepEqual(items[0].sources, ['text'])
  assert.deepEqual(Object.keys(items[0].explain), ['text'])
  assert.ok(items[0].explain.text.score > 0 && items[0].explain.text.rank === 1)
  assert.equal(items[0].attributes.genre.includes('Sci-Fi'), true)
  assert.deepEqual([trace.recalled, trace.candidates, trace.truncated], [{ text: 3 }, 3, false])
  // the request before it leaves nothing behind
  rec.recommend({ history: ['a'], exclude: ['b'] })
  assert.deepEqual(ids(rec.search('alien')), ['a', 'b'])
})

test('where the bundle has vectors, what lies near the hits follows them', async () => {
  const { bytes } = await builtShop(shop())
  const rec = await Recommender.open(bytes)
  const { items, trace } = rec.search('number 17 ', { k: 100, explain: true })
  assert.deepEqual(Object.keys(trace.recalled), ['text', 'content'])
  assert.equal(items[0].id, 'p17')
  assert.deepEqual(items[0].sources[0], 'text')
  assert.ok(items.every((item) => item.sources.length > 0))
  assert.deepEqual(rec.search('qqq').items, [])
})

test("what the bundle's rules deny is not found", async () => {
  const inputs = { interactions: null, items: await readItems([file('films.csv', csv(FILMS))]), embeddings: null }
  const progress = { say() {}, stage() {} }
  const policy = { rules: { deny: [{ where: { genre: 'Horror' } }] } }
  const rec = await Recommender.open((await build(inputs, { ...TEXT_ALONE, threads: 1 }, 1, progress, policy)).bytes)
  assert.deepEqual(ids(rec.search('alien')), ['b'])
  assert.deepEqual(ids(rec.search('horror')), [])
})

test('the config names fields, or leaves the index out', async () => {
  const rec = await films({ ...TEXT_ALONE, search: { fields: { genre: 1, year: 2 }, k1: 2, b: 0 } })
  assert.deepEqual(ids(rec.search('alien')), [])
  assert.deepEqual(ids(rec.search('1979')).sort(), ['a', 'd'])
  const none = await films({ ...TEXT_ALONE, search: false })
  assert.throws(
    () => none.search('alien'),
    /^MartelloError: search: the bundle has no text index, expected one built with/,
  )
  await assert.rejects(films({ search: { fields: { plot: 1 } } }), {
    message: 'config, key "search.fields": found column "plot", expected one of the catalogue: title, genre, year',
  })
})

test('wrong calls are refused in a sentence', async () => {
  const rec = await films()
  assert.throws(() => rec.search(7), { message: 'search: found 7, expected a text' })
  assert.throws(() => rec.search('a', { history: [] }), {
    message: 'search: found option "history", expected k, filter, exclude, allow, explain',
  })
  assert.throws(() => rec.search('a', { k: 0 }), { message: 'k: found 0, expected a whole number from 1 to 1000' })
  assert.throws(() => rec.search('x'.repeat(5000)), {
    message: 'search: found a text of more than 4096 bytes, expected less',
  })
})

test('martello search', async () => {
  writeFileSync(path('films.martello'), (await built({ items: file('films.csv', csv(FILMS)) }, TEXT_ALONE)).bytes)
  const { stdout } = await cli('search', path('films.martello'), 'star', '--k', 2, '--explain')
  assert.match(stdout, /^ {2}1 {2}Star Trek \(d\)\n {5}score \d\.\d+; text \d\.\d+ \(rank 1\)\n/)
  const answer = await cliJson('search', path('films.martello'), 'alien', '--filter', '{"year": 1986}')
  assert.deepEqual(ids(answer), ['b'])
  const unknown = await cli('search', path('films.martello'), 'zzz')
  assert.deepEqual([unknown.code, unknown.stdout, unknown.stderr], [0, '', 'no item has "zzz"\n'])
  assert.equal((await cli('search', path('films.martello'))).code, 2)
})

// -- against a plain BM25 ----------------------------------------------------------------------------------------------

/** BM25F over whole words, from the formula and nothing of ours: documents are lists of [field weight, words]. */
function plainSearch(documents, k1 = 1.2, b = 0.75) {
  const fields = documents[0].length
  const mean = Array.from({ length: fields }, (_, f) => {
    const lengths = documents.map((fieldsOf) => fieldsOf[f][1].length).filter((n) => n > 0)
    return lengths.reduce((sum, n) => sum + n, 0) / lengths.length
  })
  const containing = (word) => documents.filter((d) => d.some(([, list]) => list.includes(word))).length
  return (asked) => {
    const idf = new Map(asked.map((word) => [word, containing(word)]))
    for (const [word, n] of idf) idf.set(word, Math.log(1 + (documents.length - n + 0.5) / (n + 0.5)))
    return documents.map((d) =>
      asked.reduce((score, word) => {
        let tf = 0
        d.forEach(([weight, list], f) => {
          const times = list.filter((one) => one === word).length
          if (times > 0) tf += (weight * times) / (1 - b + (b * list.length) / mean[f])
        })
        return score + (idf.get(word) * tf * (k1 + 1)) / (tf + k1)
      }, 0),
    )
  }
}

/** Each query's ranking is that of the exact scores, but for items whose scores are as near as 8 bits cannot tell. */
function compare(rec, idOf, scores, asked, k) {
  const found = rec.search(`${asked.join(' ')} `, { k, explain: true }).items
  const order = scores.map((score, i) => [score, i]).filter(([score]) => score > 0)
  order.sort((a, z) => z[0] - a[0])
  assert.equal(found.length, Math.min(k, order.length), asked.join(' '))
  const numberOf = new Map(idOf.map((id, i) => [id, i]))
  found.forEach((item, place) => {
    const [wanted] = order[place]
    const exact = scores[numberOf.get(item.id)]
    const room = (asked.length * 12) / 256 // half a step of each word's heaviest weight, with room
    assert.ok(Math.abs(exact - wanted) <= room, `${asked.join(' ')}, place ${place}: ${exact}, expected ${wanted}`)
    assert.ok(
      Math.abs(item.explain.text.score - exact) <= room,
      `${asked.join(' ')}: ${item.explain.text.score}, ${exact}`,
    )
  })
}

test(
  'movielens-small: titles and genres, ranked as a plain BM25 ranks them',
  { skip: realData('movielens-small/movies.csv').skip },
  async (t) => {
    const real = realData('movielens-small/movies.csv').real
    const rec = await Recommender.open((await built({ items: real }, TEXT_ALONE)).bytes)
    const rows = Array.from({ length: rec.items }, (_, n) => rec.attributes(n))
    const documents = rows.map((row) => [
      [2, words(row.title)],
      [1, words((row.genres ?? []).join(' '))],
    ])
    const scoresOf = plainSearch(documents)
    const idOf = rows.map((_, n) => rec.id(n))
    const draw = random(3)
    for (let q = 0; q < 60; q++) {
      const [, title] = documents[draw.below(documents.length)][0]
      const asked = Array.from({ length: 1 + draw.below(3) }, () => draw.of(title))
      compare(rec, idOf, scoresOf(asked), asked, 20)
    }
    const { bytes } = await built({ items: real }, { ...TEXT_ALONE, search: false })
    t.diagnostic(`text index of 9,742 films: ${((rec.bytes - bytes.length) / rec.items).toFixed(1)} bytes an item`)
    assert.ok((rec.bytes - bytes.length) / rec.items < 26)
  },
)

test(
  'emoji2vec: every word that names an emoji finds it',
  { skip: realData('embeddings/emoji2vec.words.txt').skip },
  async () => {
    const names = readFileSync(realData('embeddings/emoji2vec.words.txt').real, 'utf8')
      .split('\n')
      .filter((name) => name !== '')
    const items = file(
      'emoji.csv',
      csv(names.map((name, i) => ({ item_id: `e${i}`, title: JSON.stringify(name).replaceAll('\\"', '""') }))),
    )
    const rec = await Recommender.open((await built({ items }, TEXT_ALONE)).bytes)
    const documents = Array.from({ length: rec.items }, (_, n) => [[2, words(rec.attributes(n).title ?? '')]])
    const scoresOf = plainSearch(documents)
    const idOf = documents.map((_, n) => rec.id(n))
    const draw = random(4)
    for (let q = 0; q < 80; q++) {
      const asked = draw.of(documents)[0][1].slice(0, 2)
      if (asked.length > 0) compare(rec, idOf, scoresOf(asked), asked, 10)
    }
  },
)

test('the index is of the catalogue alone', () => {
  const columns = [
    { name: 'title', kind: 'text', values: ['b a', null] },
    { name: 'size', kind: 'number', values: Float64Array.of(3, NaN) },
  ]
  const catalogue = { ids: ['x', 'y', 'z'], itemRow: Int32Array.of(1, 0, -1), columns }
  const { terms, lists } = textIndex(catalogue, {})
  assert.deepEqual(
    [terms, [...lists.start], [...lists.items]],
    [
      ['a', 'b'],
      [0, 1, 2],
      [1, 1],
    ],
  )
  assert.deepEqual(textIndex({ ...catalogue, columns: [] }, {}).terms, [])
})
